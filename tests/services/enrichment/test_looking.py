"""What looks personal in a text that somebody is still writing: found by the same rules, answered over gRPC, and kept nowhere."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from chassis.grpc_client import Client, Tls
from chassis.grpc_server import drain, serve
from chassis.problems import Kind, Problem
from deploy.local import keys
from protos.enrichment.v1 import enrichment_pb2 as pb
from protos.enrichment.v1.enrichment_pb2_grpc import EnrichmentStub
from services.enrichment import use_cases
from services.enrichment.domain.redaction import redact_document
from services.enrichment.server import door
from services.enrichment.settings import Serve
from services.enrichment.store import load_lexicon

NAME = "lfpse.enrichment.v1.Enrichment"
WORDS = "The patient fell. Sister Angharad Pritchard came at once. NHS number 943 476 5919."
PLAIN = "The patient fell near the sink. The nurse in charge came at once."
Ask = Callable[..., pb.LookedPersonal]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = Path(tmp_path_factory.mktemp("keys"))
    keys.make(made)
    return made


@pytest.fixture
def port(folder: Path, engine_for: Callable[[str], Engine]) -> Iterator[int]:
    settings = Serve(
        database_url="",
        grpc_port=0,
        tls_cert_file=str(folder / "enrichment.crt"),
        tls_key_file=str(folder / "enrichment.key"),
        tls_ca_file=str(folder / "ca.crt"),
        actor_keys=(folder / "actor-keys.json").read_text(),
    )
    server, found = serve(door(settings, engine_for("enrichment")), settings)
    yield found
    drain(server, 0)


def asking(folder: Path, port: int, caller: str = "gateway") -> tuple[Client, Ask]:
    tls = Tls(*(str(folder / name) for name in (f"{caller}.crt", f"{caller}.key", "ca.crt")))
    client = Client(f"localhost:{port}", NAME, tls, ())

    def ask(*texts: str) -> pb.LookedPersonal:
        rpc = EnrichmentStub(client.channel).LooksPersonal
        found: pb.LookedPersonal = client.call(rpc, pb.LooksPersonalRequest(texts=texts), deadline=5.0)
        return found

    return client, ask


@pytest.fixture
def ask(folder: Path, port: int) -> Iterator[Ask]:
    client, made = asking(folder, port)
    yield made
    client.close()


def words(found: pb.LookedPersonal, *texts: str) -> list[tuple[int, str, str]]:
    return [(one.text, texts[one.text][one.start : one.end], one.kind) for one in found.spans]


def test_names_and_numbers_are_found_where_they_stand(ask: Ask) -> None:
    found = words(ask(PLAIN, WORDS), PLAIN, WORDS)
    assert {kind for _, _, kind in found} == {"NAME", "NHS_NUMBER"}
    assert {number for number, _, _ in found} == {1}
    assert "943 476 5919" in [word for _, word, _ in found]
    assert "Pritchard" in " ".join(word for _, word, _ in found)


def test_it_finds_what_redaction_would_take_out(ask: Ask) -> None:
    taken_out = redact_document({"": WORDS}, load_lexicon())[""].found
    assert [(one.start, one.end) for one in ask(WORDS).spans] == [(one.start, one.end) for one in taken_out]


def test_a_name_in_one_text_is_found_in_all(ask: Ask) -> None:
    texts = ("Mrs Llewellyn fell.", "LLEWELLYN was found later.")
    assert {number for number, _, _ in words(ask(*texts), *texts)} == {0, 1}


def test_places_count_characters_and_not_bytes(ask: Ask) -> None:
    text = "🙂🙂 “Ärztin” Mrs Llewellyn fell."
    assert any("Llewellyn" in word for _, word, _ in words(ask(text), text))


@pytest.mark.parametrize("texts", [(), ("",), (PLAIN,)])
def test_where_nothing_looks_personal_nothing_is_said(ask: Ask, texts: tuple[str, ...]) -> None:
    assert not ask(*texts).spans


def test_more_than_anybody_writes_is_refused(ask: Ask) -> None:
    with pytest.raises(Problem) as refused:
        ask("a" * (use_cases.MOST + 1))
    assert refused.value.kind is Kind.INVALID


def test_nobody_else_may_ask(folder: Path, port: int) -> None:
    client, ask = asking(folder, port, "recording")
    with pytest.raises(Problem) as refused:
        ask(WORDS)
    client.close()
    assert refused.value.kind is Kind.FORBIDDEN


def test_nothing_of_it_is_kept_or_logged(
    ask: Ask, engine_for: Callable[[str], Engine], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    ask(WORDS)
    assert "Pritchard" not in caplog.text
    with engine_for("enrichment").begin() as tx:
        for table in ("jobs", "outbox", "inbox", "erased"):
            assert tx.execute(text(f"select count(*) from {table}")).scalar_one() == 0

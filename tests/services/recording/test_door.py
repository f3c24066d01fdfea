"""Recording's door over real gRPC: what only the whole of it shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from chassis import database
from chassis.actors import Actor, Reach, Signer
from chassis.grpc_client import Client, Tls
from chassis.grpc_server import drain, serve
from chassis.problems import Kind, Problem
from deploy.local import keys
from protos.recording.v1 import recording_pb2 as pb
from protos.recording.v1 import recording_pb2_grpc
from services.recording import server
from services.recording.settings import Serve
from tests.builders.actors import a_person
from tests.builders.keys import a_pair, a_vault_key

NAME = "lfpse.recording.v1.Recording"
AUTHOR = a_person("RZ1")
Ask = Callable[..., Any]


@pytest.fixture
def ask(tmp_path: Path, database_for: Callable[[str], str]) -> Iterator[Ask]:
    """Calls an RPC as the gateway does, for an actor or for nobody."""
    keys.make(tmp_path)
    settings = _settings(tmp_path, database_for("recording"))
    db = database.engine(settings.database_url, pool=1)
    door = server.door(settings, db)
    running, port = serve(door, settings)
    tls = Tls(*(str(tmp_path / file) for file in ("gateway.crt", "gateway.key", "ca.crt")))
    client = Client(f"localhost:{port}", NAME, tls)
    stub = recording_pb2_grpc.RecordingStub(client.channel)  # type: ignore[no-untyped-call]
    signer = Signer((tmp_path / "actor-signing-keys.json").read_text())

    def call(rpc: str, request: Any, actor: Actor | None = AUTHOR) -> Any:
        token = signer.sign(actor, 60)[0] if actor else ""
        return client.call(getattr(stub, rpc), request, token, 5, f"{NAME}/{rpc}")

    yield call
    client.channel.close()
    drain(running, 0, door.closing)
    db.dispose()


def _settings(folder: Path, url: str) -> Serve:
    return Serve(
        database_url=url,
        record_keys=a_vault_key(),
        enrichment_seal_keys=a_pair("X25519").public,
        notifications_seal_keys=a_pair("X25519").public,
        grpc_port=0,
        tls_cert_file=str(folder / "recording.crt"),
        tls_key_file=str(folder / "recording.key"),
        tls_ca_file=str(folder / "ca.crt"),
        actor_keys=(folder / "actor-keys.json").read_text(),
    )


def test_anybody_may_see_the_question_sets(ask: Ask) -> None:
    listed = ask("ListQuestionSets", pb.ListQuestionSetsRequest(), None).question_sets
    assert [one.question_set for one in listed] == [4, 5, 6]
    whole = ask("GetQuestionSet", pb.GetQuestionSetRequest(question_set=6), None)
    assert whole.digest == listed[-1].digest


def test_anybody_may_see_what_one_version_means_in_the_next(ask: Ask) -> None:
    listed = ask("ListQuestionSets", pb.ListQuestionSetsRequest(), None).concept_maps
    assert [(one.old, one.new) for one in listed] == [(4, 5), (5, 6)]
    for one in listed:
        whole = ask("GetConceptMap", pb.GetConceptMapRequest(old=one.old, new=one.new), None)
        assert whole.digest == one.digest
        assert whole.questions
        assert whole.lists
    with pytest.raises(Problem) as caught:
        ask("GetConceptMap", pb.GetConceptMapRequest(old=4, new=6), None)
    assert caught.value.kind is Kind.NOT_FOUND


def test_a_draft_is_begun_again_by_nobody_who_clicks_twice(ask: Ask) -> None:
    first, second = (ask("SaveDraft", _draft("1", idempotency_key="k")) for _ in range(2))
    assert first.draft_id == second.draft_id
    assert ask("SaveDraft", _draft("1")).draft_id != first.draft_id


def test_a_draft_is_begun_saved_listed_read_and_discarded(ask: Ask) -> None:
    begun = ask("SaveDraft", _draft("1"))
    again = ask("SaveDraft", _draft("3", draft_id=begun.draft_id, expected_version=1))
    assert (begun.version, again.version, again.draft_id) == (1, 2, begun.draft_id)
    named = pb.GetDraftRequest(draft_id=begun.draft_id)
    assert ask("GetDraft", named).answers[0].code == "3"
    (listed,) = ask("ListDrafts", pb.ListDraftsRequest()).drafts
    assert (listed.draft_id, list(listed.answers)) == (begun.draft_id, [])
    ask("DiscardDraft", pb.DiscardDraftRequest(draft_id=begun.draft_id))
    assert not ask("ListDrafts", pb.ListDraftsRequest()).drafts


def test_a_draft_is_found_by_its_author_alone(ask: Ask) -> None:
    name = ask("SaveDraft", _draft("1")).draft_id
    admin = a_person("", Reach.NATIONAL, "admin")
    for rpc, request in (
        ("GetDraft", pb.GetDraftRequest(draft_id=name)),
        ("DiscardDraft", pb.DiscardDraftRequest(draft_id=name)),
        ("SaveDraft", _draft("3", draft_id=name)),
    ):
        with pytest.raises(Problem) as caught:
            ask(rpc, request, admin)
        assert caught.value.kind is Kind.NOT_FOUND
        with pytest.raises(Problem) as caught:
            ask(rpc, request, None)
        assert caught.value.kind is Kind.UNAUTHENTICATED


def _draft(event_type: str, **more: Any) -> pb.SaveDraftRequest:
    answer = pb.Answer(section="native", property="Type", text=event_type)
    return pb.SaveDraftRequest(question_set=6, answers=[answer], **more)

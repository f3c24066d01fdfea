"""Files of keys change under a running process."""

from __future__ import annotations

import json
import weakref
from collections.abc import Callable
from pathlib import Path

import pytest

from chassis import health, rereading
from chassis.actors import Actor, Signer, Verifier
from chassis.problems import Kind, Problem
from chassis.rereading import Fixed, FromFile, Reread
from chassis.sealing import CannotOpen, Opener, Sealer, Vault
from tests.builders.keys import a_pair, a_vault_key

NURSE = Actor("a1", "person", "RZ1")
Given = Callable[[str], str]


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys.json"


@pytest.fixture
def given(path: Path) -> Given:
    """As settings give the text of a file; afterwards the file may change."""

    def write(text: str) -> str:
        path.write_text(text)
        return FromFile(text, "SOME_KEYS", path)

    return write


def both(one: str, other: str) -> str:
    return json.dumps({"keys": [*json.loads(one)["keys"], *json.loads(other)["keys"]]})


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """What tests before this one hold is not there: it goes only when somebody collects it."""
    monkeypatch.setattr(rereading, "_held", weakref.WeakSet())


def look() -> rereading.State:
    """Look at once, as health does; what it says of this test's file."""
    (state,) = rereading.states()
    return state


def test_it_is_looked_at_on_use_and_once_a_second(path: Path) -> None:
    clock = Clock()
    path.write_text("one")
    held = Reread("N", [path], lambda content: content.decode(), clock)
    path.write_text("another")
    assert held.now() == "one"
    clock.now += 1
    assert held.now() == "another"
    path.write_text("a third")
    clock.now += 0.9
    assert held.now() == "another"


def test_kubernetes_swaps_a_link(tmp_path: Path) -> None:
    for name in ("v1", "v2"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "KEY").write_text(name)
    (tmp_path / "data").symlink_to("v1")
    held = Reread("N", [tmp_path / "data" / "KEY"], lambda content: content.decode())
    (tmp_path / "next").symlink_to("v2")
    (tmp_path / "next").replace(tmp_path / "data")
    held.state()
    assert held.now() == "v2"


@pytest.mark.parametrize(
    "broken", ['{"keys": [{"ki', '{"keys": []}', "{}", "null", "", "\ud7ff-words-of-a-secret"]
)
def test_a_broken_file_keeps_the_old_keys_and_is_said_without_its_content(
    given: Given, path: Path, broken: str, caplog: pytest.LogCaptureFixture
) -> None:
    pair = a_pair("X25519")
    sealer = Sealer(given(pair.public))
    path.write_text(broken)
    assert look().refused
    look(), look()
    assert Opener(pair.private).open(sealer.seal(b"words", "c"), "c") == b"words"
    said = [one.getMessage() for one in caplog.records if one.levelname == "ERROR"]
    assert len(said) == 1
    assert "SOME_KEYS" in said[0]
    assert "words-of-a-secret" not in caplog.text


def test_a_file_that_is_gone_and_comes_back(given: Given, path: Path) -> None:
    first, second = a_vault_key("one"), a_vault_key("two")
    vault = Vault(given(first))
    path.unlink()
    assert look().refused
    assert vault.new_key("r").key_id == "one"
    path.write_text(second)
    assert not look().refused
    assert vault.new_key("r").key_id == "two"


def test_what_is_given_directly_stays() -> None:
    assert isinstance(rereading.of(a_vault_key("one"), len), Fixed)
    assert Vault(a_vault_key("one")).current == "one"


def test_health_tells_the_digest_of_the_files_and_nothing_of_the_keys(given: Given, path: Path) -> None:
    key = a_vault_key()
    vault = Vault(given(key))
    under, damaged = {"SOME_KEYS": lambda: {vault.current: 3}}, {"SOME_KEYS": lambda: 2}
    told = health.keys(under, damaged)["SOME_KEYS"]
    assert told == {"digest": rereading.digest([path]), "refused": False, "under": {"one": 3}, "damaged": 2}


def test_actors_of_a_withdrawn_key_are_refused_also_those_that_are_remembered(
    given: Given, path: Path
) -> None:
    old, new = a_pair("Ed25519", "old"), a_pair("Ed25519", "new")
    verifier = Verifier(given(old.public))
    token, _ = Signer(old.private).sign(NURSE, 300)
    assert verifier.verify(token) == NURSE
    path.write_text(both(old.public, new.public))
    look()
    assert verifier.verify(token) == NURSE
    assert verifier.verify(Signer(new.private).sign(NURSE, 300)[0]) == NURSE
    path.write_text(new.public)
    look()
    with pytest.raises(Problem) as caught:
        verifier.verify(token)
    assert caught.value.kind is Kind.UNAUTHENTICATED


def test_identity_signs_with_the_first_of_now(given: Given, path: Path) -> None:
    old, new = a_pair("Ed25519", "old"), a_pair("Ed25519", "new")
    signer = Signer(given(both(old.private, new.private)))
    path.write_text(both(new.private, old.private))
    look()
    assert Verifier(new.public).verify(signer.sign(NURSE, 60)[0]) == NURSE


def test_a_text_sealed_to_the_old_key_opens_until_it_is_withdrawn(given: Given, path: Path) -> None:
    old, new = a_pair("X25519", "old"), a_pair("X25519", "new")
    sealed = Sealer(old.public).seal(b"words", "c")
    opener = Opener(given(old.private))
    path.write_text(both(new.private, old.private))
    look()
    again = opener.reseal(sealed, "c")
    assert opener.open(sealed, "c") == opener.open(again, "c") == b"words"
    path.write_text(new.private)
    look()
    assert opener.open(again, "c") == b"words"
    with pytest.raises(CannotOpen):
        opener.open(sealed, "c")

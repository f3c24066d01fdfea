"""Seals: only the right reader, only in the right place, old keys beside new ones."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.sealing import CannotOpen, Opener, Sealer, Vault
from tests.builders.keys import a_pair, a_vault_key

PAIR = a_pair("X25519")


@given(st.binary(max_size=2000), st.text(max_size=50))
def test_what_is_sealed_to_a_service_it_can_open(body: bytes, context: str) -> None:
    sealed = Sealer(PAIR.public).seal(body, context)
    assert Opener(PAIR.private).open(sealed, context) == body
    assert len(body) < 8 or body not in sealed


def test_another_service_cannot_open_it() -> None:
    sealed = Sealer(PAIR.public).seal(b"words", "here")
    with pytest.raises(CannotOpen):
        Opener(a_pair("X25519").private).open(sealed, "here")


def test_it_cannot_be_moved_to_another_place() -> None:
    sealed = Sealer(PAIR.public).seal(b"words", "narrative:1")
    with pytest.raises(CannotOpen):
        Opener(PAIR.private).open(sealed, "narrative:2")


@given(st.binary(max_size=200))
def test_nonsense_does_not_open_and_does_not_break(sealed: bytes) -> None:
    with pytest.raises(CannotOpen):
        Opener(PAIR.private).open(sealed, "here")


def test_an_old_key_still_opens_while_a_new_one_seals() -> None:
    old, new = a_pair("X25519", "2025"), a_pair("X25519", "2026")
    both = json.dumps({"keys": json.loads(new.private)["keys"] + json.loads(old.private)["keys"]})
    for public in (old.public, new.public):
        assert Opener(both).open(Sealer(public).seal(b"words", "c"), "c") == b"words"


@given(st.text(max_size=500))
def test_a_records_text_opens_with_its_own_key(text: str) -> None:
    vault = Vault(a_vault_key())
    key = vault.new_key("event-1")
    sealed = key.seal(text, "event-1/1/Description")
    assert vault.unwrap(key.key_id, key.wrapped, "event-1").open(sealed, "event-1/1/Description") == text


def test_a_data_key_serves_its_own_record_alone() -> None:
    vault = Vault(a_vault_key())
    key = vault.new_key("event-1")
    with pytest.raises(CannotOpen):
        vault.unwrap(key.key_id, key.wrapped, "event-2")
    with pytest.raises(CannotOpen):
        Vault(a_vault_key()).unwrap(key.key_id, key.wrapped, "event-1")


def test_one_changed_byte_is_noticed() -> None:
    key = Vault(a_vault_key()).new_key("event-1")
    sealed = bytearray(key.seal("words", "c"))
    sealed[-1] ^= 1
    with pytest.raises(CannotOpen):
        key.open(bytes(sealed), "c")

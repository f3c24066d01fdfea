"""Addresses that notifications keeps are sealed anew to its new key, so that the old one can go."""

from __future__ import annotations

import json

from sqlalchemy import text

from chassis import working
from chassis.sealing import Opener, Sealer
from services.notifications import use_cases
from tests.builders.keys import Pair, a_pair
from tests.services.notifications.office import Office

OLD, NEW = a_pair("X25519", "old"), a_pair("X25519", "a-longer-id-than-before")


def ring(*pairs: Pair) -> Opener:
    return Opener(json.dumps({"keys": [key for one in pairs for key in json.loads(one.private)["keys"]]}))


def reseal(office: Office, opener: Opener) -> int:
    with office.db.begin() as tx:
        looked = [each(tx, (), opener) for each in (use_cases.reseal_recipients, use_cases.reseal_letters)]
        return sum(one.count for one in looked)


def under(office: Office) -> dict[str, int]:
    with office.db.begin() as tx:
        return use_cases.sealed_to_each(tx)


def with_key(office: Office, pair: Pair) -> None:
    """From now on people write to this key, and letters are opened with it."""
    office.keys, office.sealer = pair, Sealer(pair.public)


def test_recipients_and_waiting_letters_come_under_the_new_key_and_are_sent(office: Office) -> None:
    with office.db.begin() as tx:
        tx.execute(text("delete from recipients"))
    with_key(office, OLD)
    office.open_account("lead", "lead@rz1.example", "local_safety_lead", "RZ1")
    office.hear_of(contact="nurse@rz1.example")
    assert under(office) == {"old": 2}
    assert reseal(office, ring(OLD, NEW)) == 0
    assert reseal(office, ring(NEW, OLD)) == 2
    assert under(office) == {"a-longer-id-than-before": 2}
    assert reseal(office, ring(NEW, OLD)) == 0
    with_key(office, NEW)
    office.post()
    assert [address for address, *_ in office.sent] == ["nurse@rz1.example"]
    assert under(office) == {"a-longer-id-than-before": 1}  # a sent letter forgets its address


def test_an_address_that_is_damaged_stops_no_other_and_is_looked_at_once(office: Office) -> None:
    with office.db.begin() as tx:
        tx.execute(text("delete from recipients"))
    with_key(office, OLD)
    for account in ("damaged", "whole"):
        office.open_account(account, f"{account}@rz1.example", "local_safety_lead", "RZ1")
    with office.db.begin() as tx:
        broken = (
            "update recipients set address_sealed = address_sealed || '\\x00' where account_id = 'damaged'"
        )
        tx.execute(text(broken))
        looked = use_cases.reseal_recipients(tx, (), ring(NEW, OLD))
        assert (looked.count, looked.damaged) == (2, ("damaged",))
        assert use_cases.reseal_recipients(tx, looked.damaged, ring(NEW, OLD)).count == 0
    assert under(office) == {"old": 1, "a-longer-id-than-before": 1}


def test_what_waits_sealed_in_jobs_is_counted_by_key(office: Office) -> None:
    sealed = Sealer(OLD.public).seal(b"words", "c")
    with office.db.begin() as tx:
        working.put(tx, "redact", "one", "record", b"\x0a\x05before" + sealed)
        assert working.sealed_to(tx, "old") == 1
        assert working.sealed_to(tx, "a-longer-id-than-before") == 0

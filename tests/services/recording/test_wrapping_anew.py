"""The key that wraps data keys changes; every text stays readable and the old key can go."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import text

from chassis import rewrapping
from chassis.rewrapping import Kept, Rewrapping
from chassis.sealing import CannotOpen, Vault
from services.recording.store import events
from services.recording.store.keys import KEPT
from tests.builders.drafts import find, save
from tests.builders.keys import a_vault_key
from tests.builders.recording import System, incident

OLD, NEW, LOST = a_vault_key("old"), a_vault_key("new"), a_vault_key("lost")


def ring(*sets: str) -> Vault:
    return Vault(json.dumps({"keys": [key for one in sets for key in json.loads(one)["keys"]]}))


def use(system: System, vault: Vault) -> None:
    object.__setattr__(system.tools, "vault", vault)


def rewrap(system: System, vault: Vault, most: int = 500) -> int:
    with system.db.begin() as tx:
        return sum(rewrapping.rewrap(tx, (), vault, one, most).count for one in KEPT)


def under(system: System) -> dict[str, int]:
    with system.db.begin() as tx:
        return rewrapping.under(tx, KEPT)


def an_event(system: System, reference: str) -> str:
    return system.submit(incident(**{"adverse-event-core/Description": f"Words of {reference}"})).event_id


def data_key(system: System, vault: Vault, event_id: str) -> bytes:
    with system.db.begin() as tx:
        return events.key_of(tx, vault, event_id).key


def test_events_and_drafts_come_under_the_new_key_and_open_without_the_old(system: System) -> None:
    use(system, ring(OLD))
    event_id, draft = an_event(system, "one"), save(system)
    key = data_key(system, ring(OLD), event_id)
    assert under(system) == {"old": 2}
    assert rewrap(system, ring(NEW, OLD)) == 2
    assert under(system) == {"new": 2}
    assert data_key(system, ring(NEW), event_id) == key
    use(system, ring(NEW))
    assert find(system, draft) == draft
    with pytest.raises(CannotOpen):
        data_key(system, ring(OLD), event_id)


def test_it_goes_in_batches_and_a_second_time_does_nothing(system: System) -> None:
    use(system, ring(OLD))
    for name in ("one", "two", "three"):
        an_event(system, name)
    both = ring(NEW, OLD)
    assert [rewrap(system, both, 2) for _ in range(3)] == [2, 1, 0]


def test_while_the_new_key_only_unwraps_nothing_changes(system: System) -> None:
    use(system, ring(OLD))
    an_event(system, "one")
    assert rewrap(system, ring(OLD, NEW)) == 0
    assert rewrap(system, ring(OLD)) == 0


def test_what_is_under_a_lost_key_is_left_and_counted(system: System) -> None:
    use(system, ring(LOST))
    an_event(system, "lost")
    use(system, ring(OLD))
    an_event(system, "one")
    assert rewrap(system, ring(NEW, OLD)) == 1
    assert under(system) == {"lost": 1, "new": 1}


def test_a_wrapped_key_that_was_moved_is_set_aside_and_the_others_are_wrapped_anew(
    system: System, caplog: pytest.LogCaptureFixture
) -> None:
    use(system, ring(OLD))
    first, second = an_event(system, "one"), an_event(system, "two")
    with system.db.begin() as tx:
        tx.execute(
            text(
                "update event_keys set wrapped = (select wrapped from event_keys where event_id = cast(:a as uuid))"
                " where event_id = cast(:b as uuid)"
            ),
            {"a": first, "b": second},
        )
    both = ring(NEW, OLD)
    made = Rewrapping("RECORD_KEYS", lambda: both.current, rewrapping.batches(both, KEPT))
    assert made.due()
    with system.db.begin() as tx:
        made.do(tx)
        assert not made.do(tx), "what is set aside is not looked at over and over"
    assert made.damaged == 1
    assert second in caplog.text
    assert first not in caplog.text
    assert under(system) == {"old": 1, "new": 1}, "the old key is still needed"


def test_a_wrapped_key_of_which_little_is_left_stops_no_other(system: System) -> None:
    use(system, ring(OLD))
    an_event(system, "one")
    with system.db.begin() as tx:
        tx.execute(text("update event_keys set wrapped = '\\x01'"))
    an_event(system, "two")
    assert rewrap(system, ring(NEW, OLD)) == 2
    assert under(system) == {"old": 1, "new": 1}


def test_a_row_that_somebody_holds_is_left_for_the_next_look(system: System) -> None:
    use(system, ring(OLD))
    an_event(system, "one")
    with system.db.connect() as other, other.begin():
        other.execute(text("select from event_keys for update"))
        assert rewrap(system, ring(NEW, OLD)) == 0
    assert rewrap(system, ring(NEW, OLD)) == 1


def test_every_table_with_wrapped_keys_is_one_of_those(system: System) -> None:
    """In this store and in the sandbox: a new table must not be forgotten, or its texts go with the old key."""
    found = system.rows(
        "select table_schema, table_name from information_schema.columns where column_name = 'wrapped'"
        " and table_schema in (current_schema(), 'sandbox')"
    )
    named = {
        f"sandbox.{row.table_name}" if row.table_schema == "sandbox" else row.table_name for row in found
    }
    assert named == {one.table for one in KEPT}
    assert all(isinstance(one, Kept) for one in KEPT)

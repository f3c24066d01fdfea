"""An audit as a chain: sealed in order and once, and whatever is done to a row afterwards shows at its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import Engine, text

from chassis import auditing
from chassis.auditing import Entry, Finding, Place, Trail
from protos.audit.v1 import audit_pb2 as pb

TRAIL = Trail("notifications")
AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
ENTRY = Entry(7, AT, "person", "RZ1", "read", "0198-a", 2, "legal_duty 7", "a1b2", '{"found": "1"}')
WALK = "0198c0de-0000-7000-8000-000000000001"


@pytest.fixture
def db(engine_for: Callable[[str], Engine]) -> Engine:
    return engine_for("notifications")


def append(db: Engine, count: int, actor: str = "person") -> None:
    with db.begin() as tx:
        tx.execute(
            text(
                "insert into audit (actor, organisation, action, about)"
                " select :actor, 'RZ1', 'list-notices', 'PSE-' || n from generate_series(1, :count) as n"
            ),
            {"actor": actor, "count": count},
        )


def seal(db: Engine, most: int = auditing.AT_ONCE) -> None:
    more = True
    while more:
        with db.begin() as tx:
            more = auditing.seal(tx, TRAIL, most)


def told(db: Engine, topic: str = "AuditSealed") -> list[Any]:
    with db.begin() as tx:
        rows = tx.execute(
            text("select body from outbox where topic = :topic order by seq"),
            {"topic": f"lfpse.audit.v1.{topic}"},
        ).all()
    return [getattr(pb, topic).FromString(row.body) for row in rows]


def verify(db: Engine, known: tuple[int, bytes] = (0, b""), now: datetime | None = None) -> pb.AuditVerified:
    with db.begin() as tx:
        auditing.ask(tx, WALK, *known)
        assert auditing.verify(tx, TRAIL, now)
    (answer,) = told(db, "AuditVerified")
    verified: pb.AuditVerified = answer
    return verified


def found(db: Engine, known: tuple[int, bytes] = (0, b"")) -> list[tuple[str, int, int]]:
    return [(one.kind, one.no, one.until) for one in verify(db, known).findings]


def tamper(db: Engine, *statements: str) -> None:
    """As somebody with every right over the database does it."""
    with db.begin() as tx:
        tx.execute(text("set local session_replication_role = replica"))
        for statement in statements:
            assert tx.execute(text(statement)).rowcount, statement


# ---- the hash


@pytest.mark.parametrize("column", [one.name for one in fields(Entry)])
def test_every_column_is_hashed(column: str) -> None:
    others: dict[str, Any] = {"seq": 8, "at": AT + timedelta(microseconds=1), "revision": 3}
    other = {column: others.get(column, "else")}
    before = auditing.beginning("access")
    assert auditing.link(before, ENTRY) != auditing.link(before, replace(ENTRY, **other))


def test_no_two_rows_have_the_same_bytes() -> None:
    moved = replace(ENTRY, actor="personR", organisation="Z1")
    nothing, empty = replace(ENTRY, about=None), replace(ENTRY, about="")
    assert len({auditing.canonical(one) for one in (ENTRY, moved, nothing, empty)}) == 4


def test_a_chain_belongs_to_one_service() -> None:
    assert auditing.beginning("access") != auditing.beginning("recording")


def test_a_row_is_the_same_after_it_has_travelled() -> None:
    for one in (ENTRY, replace(ENTRY, about=None, revision=None, at=AT + timedelta(microseconds=7))):
        wire = pb.AuditRow.FromString(auditing.message_of(one).SerializeToString())
        assert auditing.canonical(auditing.entry_from(wire)) == auditing.canonical(one)


# ---- sealing


def test_rows_get_places_without_gaps_and_are_told_with_their_hashes(db: Engine) -> None:
    append(db, 3)
    append(db, 1_200)
    seal(db, 1_000)
    with db.begin() as tx:
        links = tx.execute(text("select no, seq from audit_chain order by no")).all()
    assert [row.no for row in links] == list(range(1, 1_204))
    assert sorted(row.seq for row in links) == [row.seq for row in links]
    batches = told(db)
    assert [(one.first_no, len(one.rows)) for one in batches] == [(1, 500), (501, 500), (1001, 203)]
    assert batches[0].previous_hash == auditing.beginning("notifications")
    assert all(before.last_hash == after.previous_hash for before, after in pairwise(batches))


def test_nothing_is_sealed_twice(db: Engine) -> None:
    append(db, 5)
    for _ in range(3):
        seal(db)
    assert [len(one.rows) for one in told(db)] == [5]


def test_a_row_of_a_transaction_that_is_not_over_is_waited_for(db: Engine) -> None:
    """Commit order is not the order of numbers: were the later row sealed first, nothing could come before it."""
    with db.connect() as slow, slow.begin():
        slow.execute(text("insert into audit (actor, organisation, action) values ('slow', '', 'read')"))
        append(db, 1, "quick")
        seal(db)
        assert not told(db)
    seal(db)
    assert [row.actor for row in told(db)[0].rows] == ["slow", "quick"]


def test_two_workers_never_fork_the_chain(db: Engine) -> None:
    append(db, 3)
    with db.connect() as one, db.connect() as other:
        with one.begin():
            auditing.seal(one, TRAIL)
            with other.begin():
                assert auditing.seal(other, TRAIL) is False
        with other.begin():
            auditing.seal(other, TRAIL)
    assert [len(batch.rows) for batch in told(db)] == [3]


def test_the_chain_cannot_be_rewritten_by_the_service_itself(db: Engine) -> None:
    append(db, 1)
    seal(db)
    for statement in (
        "update audit_chain set hash = ''",
        "delete from audit_chain",
        "update audit set actor = ''",
    ):
        with pytest.raises(Exception, match="append-only"), db.begin() as tx:
            tx.execute(text(statement))


# ---- walking


def test_an_untouched_chain_is_sound_and_says_what_it_is(db: Engine) -> None:
    append(db, 2_500)
    seal(db)
    answer = verify(db)
    assert (answer.rows, len(answer.findings), answer.walk_id) == (2_500, 0, WALK)
    assert answer.marks[-1].no == 2_500
    assert answer.marks[-1].hash == told(db)[-1].last_hash


def test_an_empty_audit_is_sound(db: Engine) -> None:
    answer = verify(db)
    assert (answer.rows, list(answer.findings)) == (0, [])


CHANGES = [
    ("update audit set actor = 'someone' where id = 40", [("changed", 40, 40)]),
    ("update audit set detail = '{\"a\": 1}' where id = 40", [("changed", 40, 40)]),
    ("update audit set revision = 1 where id = 40", [("changed", 40, 40)]),
    ("update audit set at = at + interval '1 microsecond' where id = 40", [("changed", 40, 40)]),
    ("update audit set xid = '99999999' where id = 40", [("gone", 40, 40)]),
    ("delete from audit where id = 40", [("gone", 40, 40)]),
    ("delete from audit where id = 100", [("gone", 100, 100)]),
    ("delete from audit_chain where no between 40 and 42", [("unlinked", 40, 42), ("slipped-in", 100, 100)]),
    ("update audit_chain set hash = sha256('x') where no = 40", [("changed", 40, 40), ("changed", 41, 41)]),
    (
        "update audit a set actor = 'p' || (101 - a.id) where a.id in (40, 61)",
        [("changed", 40, 40), ("changed", 61, 61)],
    ),
]


@pytest.mark.parametrize(("statement", "expected"), CHANGES)
def test_what_was_done_to_a_row_shows_at_its_place(
    db: Engine, statement: str, expected: list[tuple[str, int, int]]
) -> None:
    append(db, 100)
    seal(db)
    tamper(db, statement)
    assert found(db) == expected


def test_two_rows_that_changed_places_are_both_found(db: Engine) -> None:
    append(db, 100)
    seal(db)
    tamper(
        db,
        "update audit_chain set seq = -1 where no = 40",
        "update audit_chain set seq = 40 where no = 41",
        "update audit_chain set seq = 41 where no = 40",
    )
    assert found(db) == [("changed", 40, 40), ("changed", 41, 41)]


def test_a_row_slipped_in_between_is_found(db: Engine) -> None:
    append(db, 100)
    seal(db)
    slipped = (
        "insert into audit (id, actor, organisation, action, xid) overriding system value"
        " select -5, 'ghost', '', 'read', xid from audit where id = 50"
    )
    tamper(db, slipped)
    assert found(db) == [("slipped-in", 100, 100)]


def rebuild(db: Engine, start: int) -> None:
    """What somebody who knows how it is made does after changing a row: every hash from there on is made anew."""
    with db.begin() as tx:
        tx.execute(text("set local session_replication_role = replica"))
        tx.execute(text("update audit set actor = 'someone' where id = :id"), {"id": start})
        tx.execute(text("delete from audit_chain where no >= :no"), {"no": start})
        tx.execute(text("delete from outbox"))
    seal(db)


def test_a_chain_rebuilt_from_its_middle_contradicts_what_was_told(db: Engine) -> None:
    append(db, 100)
    seal(db)
    head = told(db)[-1].last_hash
    rebuild(db, 40)
    assert found(db, known=(100, head)) == [("rewritten", 100, 100)]


def test_an_end_that_was_cut_off_contradicts_what_was_told(db: Engine) -> None:
    append(db, 100)
    seal(db)
    head = told(db)[-1].last_hash
    tamper(db, "delete from audit_chain where no > 90", "delete from audit where id > 90")
    assert found(db, known=(100, head)) == [("cut-off", 91, 100)]


def test_rows_that_nobody_seals_are_found(db: Engine) -> None:
    append(db, 3)
    seal(db)
    append(db, 1)
    later = datetime.now(UTC) + auditing.LATE
    assert [(one.kind, one.no) for one in verify(db, now=later).findings] == [("unsealed", 4)]


def test_one_changed_byte_in_a_hundred_thousand_rows_is_found(db: Engine) -> None:
    append(db, 100_000)
    seal(db)
    tamper(db, "update audit set about = overlay(about placing 'F' from 1 for 1) where id = 77777")
    with db.begin() as tx:
        auditing.ask(tx, WALK, 0, b"")
    for _ in range(100_000 // auditing.WALKED_AT_ONCE + 1):
        with db.begin() as tx:
            auditing.verify(tx, TRAIL)
    (answer,) = told(db, "AuditVerified")
    assert (answer.rows, len(answer.marks)) == (100_000, 1_000)
    assert [(one.kind, one.no, one.until) for one in answer.findings] == [("changed", 77_777, 77_777)]


def test_a_service_walks_by_itself_when_nobody_asks(db: Engine) -> None:
    append(db, 2)
    seal(db)
    for expected in (True, True, False):
        with db.begin() as tx:
            assert auditing.verify(tx, TRAIL) is expected
    later = datetime.now(UTC) + auditing.AT_LEAST_EVERY
    with db.begin() as tx:
        assert auditing.verify(tx, TRAIL, later) is True


def test_a_verification_that_is_asked_for_twice_is_one(db: Engine) -> None:
    append(db, 2)
    seal(db)
    verify(db)
    with db.begin() as tx:
        auditing.ask(tx, WALK, 0, b"")
        assert auditing.verify(tx, TRAIL) is False


# ---- the walk itself, without a database


def places(count: int) -> list[Place]:
    made, hash = [], auditing.beginning("access")
    for no in range(1, count + 1):
        entry = replace(ENTRY, seq=no)
        hash = auditing.link(hash, entry)
        made.append(Place(no, hash, entry))
    return made


def walked(several: list[Place]) -> Iterator[Finding]:
    return auditing.walk(0, auditing.beginning("access"), several)


def test_one_changed_row_is_one_finding() -> None:
    chain = places(5)
    chain[2] = replace(chain[2], entry=replace(ENTRY, seq=3, actor="other"))
    assert list(walked(chain)) == [Finding("changed", 3, 3)]


def test_a_chain_that_begins_elsewhere_is_found() -> None:
    assert list(auditing.walk(0, auditing.beginning("recording"), places(3))) == [Finding("changed", 1, 1)]
    assert list(walked(places(3)[1:])) == [Finding("unlinked", 1, 1)]

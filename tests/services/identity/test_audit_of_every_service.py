"""Copies of what every service audits: kept once, in whatever order; searched by support; verified against their origin."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from chassis import auditing, outbox
from chassis.actors import Actor, Grant, Reach
from chassis.auditing import Entry, Finding, Trail
from chassis.problems import Kind, Problem
from protos.audit.v1 import audit_pb2 as pb
from services.identity import listener, use_cases
from services.identity.domain.auditing import TRAILS, Verification, Wanted
from services.identity.use_cases import audit_verification, search_audit, verify_audit
from tests.builders.people import Sample

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
SUPPORT = Actor("helper", "person", "", (Grant("", Reach.NATIONAL, frozenset({"identity:read-audit"})),))
EVENT, OTHER = "0198c0de-0000-7000-8000-00000000000a", "0198c0de-0000-7000-8000-00000000000b"
REFERENCE = "PSE-7K2M-9QX4"


def entry(no: int, **more: Any) -> Entry:
    at = NOW + timedelta(minutes=no)
    return replace(Entry(no, at, "person", "RZ1", "read", EVENT, 1, "", "", "{}"), **more)


def batch(
    service: str, entries: list[Entry], first_no: int = 1, before: bytes = b"", **more: Any
) -> pb.AuditSealed:
    hash = start = before or auditing.beginning(service)
    for one in entries:
        hash = auditing.link(hash, one)
    rows = [auditing.message_of(one) for one in entries]
    said = {"previous_hash": start, "last_hash": hash} | more
    return pb.AuditSealed(service=service, first_no=first_no, rows=rows, **said)


def tell(db: Engine, *messages: Any) -> None:
    for one in messages:
        with db.begin() as tx:
            listener.HANDLERS[type(one)](tx, one)


def three(service: str = "recording") -> list[pb.AuditSealed]:
    """Six rows in three batches."""
    made: list[pb.AuditSealed] = []
    for first in (1, 3, 5):
        before = made[-1].last_hash if made else b""
        made.append(batch(service, [entry(first), entry(first + 1)], first, before))
    return made


def doubts(db: Engine) -> list[tuple[Any, ...]]:
    with db.begin() as tx:
        return [
            tuple(row) for row in tx.execute(text("select kind, no, until from audit_doubts order by no"))
        ]


def announced(db: Engine) -> list[tuple[bool, str, str, int]]:
    """What whoever should look was told: of a verification, service, kind, place."""
    with db.begin() as tx:
        bodies = tx.execute(text("select body from outbox where topic like '%AuditDoubted' order by seq"))
        told = [pb.AuditDoubted.FromString(body) for body in bodies.scalars()]
    return [(bool(one.verification_id), one.service, one.kind, one.place) for one in told]


def kept(db: Engine) -> list[int]:
    with db.begin() as tx:
        return list(
            tx.execute(text("select no from audit_copies where service = 'recording' order by no")).scalars()
        )


def tamper(db: Engine, *statements: str) -> None:
    with db.begin() as tx:
        tx.execute(text("set local session_replication_role = replica"))
        for statement in statements:
            assert tx.execute(text(statement)).rowcount, statement


# ---- as it arrives


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2), (0, 0, 1, 2, 1, 2)])
def test_rows_are_kept_once_in_whatever_order_they_come(db: Engine, order: tuple[int, ...]) -> None:
    several = three()
    tell(db, *(several[number] for number in order))
    assert kept(db) == [1, 2, 3, 4, 5, 6]
    assert not doubts(db)


def test_a_batch_that_does_not_follow_is_kept_and_doubted(db: Engine) -> None:
    first, second, _ = three()
    tell(db, first, batch("recording", [entry(3)], 3, b"x" * 32))
    assert kept(db) == [1, 2, 3]
    assert doubts(db) == [("does-not-follow", 3, 3)]
    tell(db, second)
    assert ("told-otherwise", 3, 3) in doubts(db)


def test_a_batch_that_comes_before_and_does_not_lead_to_what_is_kept_is_doubted(db: Engine) -> None:
    _, second, _ = three()
    tell(db, second, batch("recording", [entry(1), entry(2, actor="other")]))
    assert doubts(db) == [("does-not-follow", 3, 3)]
    assert kept(db) == [1, 2, 3, 4]


def test_rows_that_are_not_what_their_last_hash_says_are_doubted(db: Engine) -> None:
    tell(db, batch("recording", [entry(1)], last_hash=b"y" * 32))
    assert doubts(db) == [("does-not-follow", 1, 1)]


def test_a_chain_of_another_service_is_doubted(db: Engine) -> None:
    strange = batch("recording", [entry(1)], before=auditing.beginning("access"))
    tell(db, strange)
    assert doubts(db) == [("does-not-follow", 1, 1)]


def test_what_was_kept_is_never_replaced(db: Engine) -> None:
    tell(db, batch("recording", [entry(1)]), batch("recording", [entry(1, actor="other")]))
    assert doubts(db) == [("told-otherwise", 1, 1)]
    (found,) = search_audit(db, SUPPORT, Wanted(about=EVENT))[0]
    assert found.who.id == "person"


def test_a_service_that_keeps_no_audit_is_not_believed(db: Engine) -> None:
    with pytest.raises(ValueError, match="keeps none"):
        tell(db, batch("gateway", [entry(1)]))


def test_copies_cannot_be_rewritten(db: Engine) -> None:
    tell(db, batch("recording", [entry(1)]))
    for statement in ("update audit_copies set actor = 'nobody'", "delete from audit_copies"):
        with pytest.raises(Exception, match="append-only"), db.begin() as tx:
            tx.execute(text(statement))


# ---- searching


def search(db: Engine, **wanted: Any) -> list[tuple[str, int]]:
    return [(one.service, one.no) for one in search_audit(db, SUPPORT, Wanted(**wanted))[0]]


@pytest.fixture
def told(db: Engine) -> Engine:
    """Rows of two services about two records, the second of which is known by its reference number alone to one."""
    recording = [
        entry(1, action="submit"),
        entry(2),
        entry(3, about=OTHER, actor="other"),
        entry(4, about=None, action="search"),
    ]
    access = [entry(5, about=f"{OTHER} {EVENT}", action="list", revision=None), entry(6, about=OTHER)]
    notices = [entry(7, about=REFERENCE, action="list-notices")]
    named = batch("recording", recording)
    named.called[EVENT] = REFERENCE
    tell(db, named, batch("access", access), batch("notifications", notices))
    return db


def test_the_newest_come_first_whichever_service_told_them(told: Engine) -> None:
    everything = [
        ("notifications", 1),
        ("access", 2),
        ("access", 1),
        *(("recording", no) for no in (4, 3, 2, 1)),
    ]
    assert search(told) == everything


def test_a_record_is_found_by_its_id_and_by_its_reference_number(told: Engine) -> None:
    expected = [("notifications", 1), ("access", 1), ("recording", 2), ("recording", 1)]
    for about in (EVENT, REFERENCE, REFERENCE.lower()):
        assert search(told, about=about) == expected


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"actor": "other"}, [("recording", 3)]),
        ({"action": "list"}, [("access", 1)]),
        ({"service": "access"}, [("access", 2), ("access", 1)]),
        ({"service": "access", "about": EVENT}, [("access", 1)]),
        ({"since": NOW + timedelta(minutes=6)}, [("notifications", 1), ("access", 2)]),
        ({"until": NOW + timedelta(minutes=2)}, [("recording", 1)]),
        ({"actor": "nobody"}, []),
    ],
)
def test_each_filter_narrows_the_search(
    told: Engine, wanted: dict[str, Any], expected: list[tuple[str, int]]
) -> None:
    assert search(told, **wanted) == expected


@pytest.mark.parametrize("filters", [{}, {"about": OTHER}, {"actor": "person"}, {"service": "recording"}])
def test_pages_follow_each_other_whatever_arrives_meanwhile(told: Engine, filters: dict[str, Any]) -> None:
    everything = search(told, **filters)
    page, after = search_audit(told, SUPPORT, Wanted(limit=2, **filters))
    seen = [(one.service, one.no) for one in page]
    tell(told, batch("identity", [entry(60, about=OTHER)]))
    while after:
        page, after = search_audit(told, SUPPORT, Wanted(limit=2, after=after, **filters))
        seen += [(one.service, one.no) for one in page]
    assert seen == everything


def test_rows_of_one_instant_are_all_shown(db: Engine) -> None:
    tell(db, batch("recording", [entry(no, at=NOW) for no in range(1, 8)]))
    page, after = search_audit(db, SUPPORT, Wanted(limit=3))
    rest, end = search_audit(db, SUPPORT, Wanted(limit=5, after=after))
    assert [one.no for one in (*page, *rest)] == [7, 6, 5, 4, 3, 2, 1]
    assert end is None


def test_a_row_says_who_acted_with_the_roles_they_held_then(db: Engine, house: Sample) -> None:
    with db.begin() as tx:
        tx.execute(text("update grants set starts_at = :then"), {"then": NOW})
        nurse, client = (
            tx.execute(text(f"select cast(id as text) from {table} limit 1")).scalar_one()
            for table in ("accounts where name <> 'helper' and email like 'nurse%'", "clients")
        )
    then, before = NOW + timedelta(minutes=5), NOW - timedelta(minutes=5)
    rows = [
        entry(1, actor=nurse, at=before),
        entry(2, actor=nurse, at=then),
        entry(3, actor=client),
        entry(4, actor="system:recording"),
        entry(5, actor="gone"),
    ]
    tell(db, batch("recording", rows))
    found = {one.no: one.who for one in search_audit(db, SUPPORT, Wanted(service="recording"))[0]}
    assert [found[no].kind for no in range(1, 6)] == ["person", "person", "client", "system", "unknown"]
    assert (found[1].roles, found[2].roles) == ((), ("standard",))
    assert found[1].name
    assert found[3].name
    assert found[1].name not in repr(found)


def test_looking_is_audited_with_what_was_looked_for(told: Engine) -> None:
    search(told, about=EVENT, action="read")
    with told.begin() as tx:
        row = tx.execute(text("select actor, action, about, detail from audit")).one()
    assert tuple(row) == ("helper", "audit-searched", EVENT, {"what": "read", "found": 1})


@pytest.mark.parametrize("actor", [
    Actor("nurse", "person", "RZ1", ()),
    Actor("admin", "person", "RZ1", (Grant("RZ1", Reach.ORGANISATION, frozenset({"identity:read-audit"})),)),
])  # fmt: skip
def test_who_may_not_sees_nothing(told: Engine, actor: Actor) -> None:
    for asking in (
        lambda: search_audit(told, actor, Wanted()),
        lambda: verify_audit(told, actor, NOW),
        lambda: audit_verification(told, actor),
    ):
        with pytest.raises(Problem) as caught:
            asking()
        assert caught.value.kind is Kind.FORBIDDEN


@pytest.mark.parametrize("name", ["actor", "about", "action", "service"])
@pytest.mark.parametrize("words", ["Mrs Ada Marlow", "x" * 65, "a'; drop table audit", "é"])
def test_words_are_refused_because_searches_are_audited(told: Engine, name: str, words: str) -> None:
    with pytest.raises(Problem) as caught:
        search(told, **{name: words})
    assert caught.value.kind is Kind.INVALID
    with told.begin() as tx:
        assert not tx.execute(text("select 1 from audit")).all()


def test_a_service_that_keeps_no_audit_is_refused(told: Engine) -> None:
    with pytest.raises(Problem) as caught:
        search(told, service="gateway")
    assert caught.value.kind is Kind.INVALID


# ---- verifying: two services' databases, and identity's


@dataclass
class Parties:
    """Recording and identity, with messages carried between them by hand; the others have nothing to tell."""

    recording: Engine
    identity: Engine
    heard: dict[str, int] = field(default_factory=lambda: {"recording": 0, "identity": 0})

    def engine(self, service: str) -> Engine:
        return self.identity if service == "identity" else self.recording

    def read(self, count: int) -> None:
        with self.recording.begin() as tx:
            tx.execute(
                text(
                    "insert into audit (actor, organisation, action, about)"
                    " select 'person', 'RZ1', 'read', cast(:event as uuid) from generate_series(1, :count)"
                ),
                {"count": count, "event": EVENT},
            )
        self.carry()

    def carry(self) -> None:
        """Seal, and bring every message to whoever hears it, until nothing moves any more."""
        trails = {"recording": Trail("recording"), "identity": use_cases.TRAIL}
        moved = True
        while moved:
            moved = False
            for service, trail in trails.items():
                with self.engine(service).begin() as tx:
                    auditing.seal(tx, trail)
                    auditing.verify(tx, trail)
                with self.identity.begin() as tx:
                    use_cases.verify_copies(tx)
                moved = self._pass_on(service) or moved

    def _pass_on(self, service: str) -> bool:
        with self.engine(service).begin() as tx:
            rows = tx.execute(
                text(
                    "select seq, topic, body from outbox where seq > :seq and topic like '%audit%' order by seq"
                ),
                {"seq": self.heard[service]},
            ).all()
        for row in rows:
            self.heard[service] = row.seq
            message = getattr(pb, row.topic.rpartition(".")[2]).FromString(row.body)
            if isinstance(message, pb.AuditDoubted):
                continue  # for notifications
            tell(self.identity, message)
            if isinstance(message, pb.AuditVerificationAsked):
                with self.recording.begin() as tx:
                    auditing.walk_when_asked(Trail("recording"))(tx, message)
                for silent in set(TRAILS) - {"recording", "identity"}:
                    tell(self.identity, pb.AuditVerified(service=silent, walk_id=message.verification_id))
        return bool(rows)

    def verify(self) -> Verification:
        begun = verify_audit(self.identity, SUPPORT, datetime.now(UTC))
        assert not begun.finished
        self.carry()
        done = audit_verification(self.identity, SUPPORT)
        assert done.finished
        return done

    def faults(self) -> list[tuple[str, str, int, int]]:
        done = self.verify()
        return [
            (one.where, one.kind, one.no, one.until)
            for chain in done.chains
            if chain.service == "recording"
            for one in chain.faults
        ]


@pytest.fixture
def parties(engine_for: Callable[[str], Engine]) -> Parties:
    made = Parties(engine_for("recording"), engine_for("identity"))
    made.read(200)
    return made


def test_untouched_chains_are_sound_everywhere(parties: Parties) -> None:
    done = parties.verify()
    assert done.sound
    assert {one.service for one in done.chains} == set(TRAILS)
    (chain,) = [one for one in done.chains if one.service == "recording"]
    assert (chain.rows, chain.copies, chain.answered, chain.walked) == (200, 200, True, True)


def test_a_byte_changed_where_it_was_made_is_found(parties: Parties) -> None:
    tamper(
        parties.recording,
        "alter table audit disable rule audit_keeps_words",
        "update audit set actor = 'persom' where id = 77",
    )
    assert parties.faults() == [("service", "changed", 77, 77)]


def test_a_byte_changed_in_our_copy_is_found(parties: Parties) -> None:
    tamper(
        parties.identity, "update audit_copies set actor = 'persom' where service = 'recording' and no = 77"
    )
    assert parties.faults() == [("copies", "changed", 77, 77)]


def test_a_row_deleted_from_our_copies_is_found(parties: Parties) -> None:
    tamper(parties.identity, "delete from audit_copies where service = 'recording' and no = 77")
    assert parties.faults() == [("copies", "unlinked", 77, 77)]


def test_the_end_cut_off_our_copies_is_found(parties: Parties) -> None:
    tamper(parties.identity, "delete from audit_copies where service = 'recording' and no > 190")
    assert parties.faults() == [("between", "not-told", 191, 200)]


def test_a_row_hidden_from_searches_is_found(parties: Parties) -> None:
    tamper(
        parties.identity, "update audit_copies set subjects = '{}' where service = 'recording' and no = 77"
    )
    assert parties.faults() == [("copies", "hidden", 77, 77)]


def test_the_end_cut_off_where_it_was_made_is_found(parties: Parties) -> None:
    tamper(
        parties.recording,
        "alter table audit disable rule audit_keeps_rows",
        "delete from audit where id > 190",
        "delete from audit_chain where no > 190",
    )
    assert ("service", "cut-off", 191, 200) in parties.faults()


def rebuild(engine: Engine, table: str, condition: str, start: int) -> None:
    """Change the row at `start` and make every hash from there on anew, as somebody would who knows how."""
    columns = "seq, at, actor, organisation, action, cast(about as text) as about, revision, purpose, trace, cast(detail as text) as detail"
    with engine.begin() as tx:
        tx.execute(text("set local session_replication_role = replica"))
        if table == "audit_chain":
            tx.execute(text("alter table audit disable rule audit_keeps_words"))
            tx.execute(text("update audit set actor = 'someone' where id = :id"), {"id": start})
            rows = tx.execute(text(f"select id as {columns} from audit order by id")).all()
        else:
            tx.execute(
                text(f"update {table} set actor = 'someone' where no = :no and {condition}"), {"no": start}
            )
            rows = tx.execute(text(f"select {columns} from {table} where {condition} order by no")).all()
        hash = auditing.beginning("recording")
        for no, row in enumerate(rows, 1):
            hash = auditing.link(hash, auditing.entry_of(row))
            tx.execute(
                text(f"update {table} set hash = :hash where no = :no and {condition}"),
                {"hash": hash, "no": no},
            )


def test_a_chain_rebuilt_from_its_middle_is_found_where_it_begins(parties: Parties) -> None:
    rebuild(parties.recording, "audit_chain", "true", 77)
    assert parties.faults() == [("service", "rewritten", 200, 200), ("between", "rewritten", 77, 77)]


def test_copies_rebuilt_from_their_middle_are_found_where_they_begin(parties: Parties) -> None:
    rebuild(parties.identity, "audit_copies", "service = 'recording'", 77)
    assert parties.faults() == [("service", "rewritten", 200, 200), ("between", "rewritten", 77, 77)]


def test_what_was_doubted_on_arrival_is_part_of_every_verification(parties: Parties) -> None:
    tell(parties.identity, batch("recording", [entry(1)], 77, b"z" * 32))
    kinds = {(where, kind) for where, kind, _, _ in parties.faults()}
    assert kinds == {("arrival", "told-otherwise"), ("arrival", "does-not-follow")}


def test_asking_again_meanwhile_is_the_same_verification(parties: Parties) -> None:
    now = datetime.now(UTC)
    first = verify_audit(parties.identity, SUPPORT, now)
    assert verify_audit(parties.identity, SUPPORT, now).id == first.id
    assert verify_audit(parties.identity, SUPPORT, now + timedelta(hours=1)).id != first.id


def test_every_chain_is_walked_daily_by_itself(db: Engine) -> None:
    def count() -> int:
        with db.begin() as tx:
            return int(tx.execute(text("select count(*) from audit_verifications")).scalar_one())

    for at, expected in ((NOW, 1), (NOW + timedelta(hours=23), 1), (NOW + timedelta(days=1), 2)):
        with db.begin() as tx:
            use_cases.verify_daily(tx, at)
        assert count() == expected


def test_before_the_first_there_is_none(db: Engine) -> None:
    with pytest.raises(Problem) as caught:
        audit_verification(db, SUPPORT)
    assert caught.value.kind is Kind.NOT_FOUND


def test_what_a_service_found_unasked_is_doubted(db: Engine) -> None:
    found = [pb.AuditFinding(kind="changed", no=3, until=3)]
    tell(db, pb.AuditVerified(service="access", walk_id=EVENT, findings=found))
    assert doubts(db) == [("changed", 3, 3)]


def test_two_copies_of_a_finding_are_one_doubt(db: Engine) -> None:
    with db.begin() as tx:
        for _ in range(2):
            use_cases.keep_answer(tx, EVENT, "access", 1, [], [Finding("gone", 2, 2)], NOW)
    assert doubts(db) == [("gone", 2, 2)]


# ---- telling whoever should look


def test_a_doubt_is_announced_when_it_is_written_down_and_not_again(db: Engine) -> None:
    wrong = batch("recording", [entry(1)], last_hash=b"y" * 32)
    with outbox.in_lane(outbox.BULK):
        tell(db, wrong, wrong)
    assert announced(db) == [(False, "recording", "does-not-follow", 1)]
    with db.begin() as tx:
        lanes = tx.execute(text("select lane from outbox where topic like '%AuditDoubted'"))
        assert list(lanes.scalars()) == ["live"]


def test_what_a_verification_found_is_announced_once_it_is_finished(parties: Parties) -> None:
    tamper(parties.recording, "update audit set actor = 'nobody' where id = 100")
    parties.faults()
    ((_, service, kind, _),) = set(announced(parties.identity))
    assert (service, kind) == ("recording", "changed")


def test_of_a_sound_verification_nothing_is_announced(parties: Parties) -> None:
    assert parties.faults() == []
    assert announced(parties.identity) == []


def test_rows_that_may_be_on_their_way_are_announced_when_a_day_has_not_brought_them(db: Engine) -> None:
    with db.begin() as tx:
        use_cases.verify_daily(tx, NOW)
        id = tx.execute(text("select cast(id as text) from audit_verifications")).scalar_one()
        while use_cases.verify_copies(tx):
            pass
        for service in TRAILS:
            marks = [(9, "00")] if service == "recording" else []
            use_cases.keep_answer(tx, id, service, len(marks), marks, [], NOW)
    assert announced(db) == []
    with db.begin() as tx:
        use_cases.verify_daily(tx, NOW + timedelta(days=1))
    assert announced(db) == [(True, "recording", "not-told", 1)]


def test_answers_that_come_at_once_do_not_each_take_the_other_for_missing(db: Engine) -> None:
    with db.begin() as tx:
        use_cases.verify_daily(tx, NOW)
        id = tx.execute(text("select cast(id as text) from audit_verifications")).scalar_one()
        while use_cases.verify_copies(tx):
            pass

    def answer(service: str) -> None:
        with db.begin() as tx:
            use_cases.keep_answer(tx, id, service, 1, [], [Finding("gone", 2, 2)], NOW)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(answer, TRAILS))
    assert {(service, kind) for _, service, kind, _ in announced(db)} == {(one, "gone") for one in TRAILS}

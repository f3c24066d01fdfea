"""Original text behind glass: for a reason, one record, an hour at most; told at once, and every reading remembered."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from chassis.actors import Actor, Grant, Reach
from chassis.problems import Kind, Problem
from services.recording.domain.glass import Why
from services.recording.use_cases import break_glass, end_glass, list_glasses, read_original, withdraw
from services.recording.use_cases.glass import READ_GLASSES
from tests.builders.recording import LRMS, WORDS, System

DESCRIPTION = "adverse-event-core/0/Description"
REASON = "The family asks what was written of Mrs Marlow"
WHY = Why("clinical_review", "CASE-7", REASON)
NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
HOUR = timedelta(minutes=60)


def national(name: str, *permissions: str) -> Actor:
    return Actor(name, "person", "X26", (Grant("", Reach.NATIONAL, frozenset(permissions)),))


REVIEWER = national("reviewer", "recording:original")
SUPPORT = national("helper", READ_GLASSES)


def broken(system: System, event: str, why: Why = WHY, now: datetime = NOW, actor: Actor = REVIEWER) -> Any:
    return break_glass(system.db, system.tools, actor, event, why, now)


def read(system: System, event: str, now: datetime = NOW, actor: Actor = REVIEWER) -> dict[str, str]:
    return read_original(system.db, system.tools, actor, event, 0, now)[1]


def refused(call: Any, *arguments: Any, **more: Any) -> tuple[Kind, str]:
    with pytest.raises(Problem) as caught:
        call(*arguments, **more)
    return caught.value.kind, caught.value.code


def noted(system: System) -> list[Any]:
    return system.rows(
        "select action, actor, purpose, revision, detail from audit where action like '%glass%' or action = 'read-original'"
        " order by id"
    )


def test_without_broken_glass_nothing_is_read(system: System) -> None:
    made = system.submit()
    assert refused(read, system, made.reference) == (Kind.FORBIDDEN, "glass-not-broken")
    assert not noted(system)


def test_original_text_is_read_for_a_purpose_and_that_is_known(system: System) -> None:
    made = system.submit()
    glass = broken(system, made.reference)
    assert read(system, made.reference)[DESCRIPTION] == WORDS
    opened, reading = noted(system)
    assert (opened.action, opened.actor, opened.purpose) == (
        "break-glass",
        "reviewer",
        "clinical_review CASE-7",
    )
    assert (reading.action, reading.purpose, reading.revision) == (
        "read-original",
        "clinical_review CASE-7",
        1,
    )
    assert reading.detail == {"glass": glass.glass_id}
    told = system.told()[-1]
    assert (told.reference, told.actor_id, told.purpose) == (made.reference, "reviewer", "clinical_review")
    assert (told.glass_id, told.expires_at.ToDatetime(UTC)) == (glass.glass_id, NOW + HOUR)


def test_it_ends_by_itself_after_an_hour(system: System) -> None:
    made = system.submit()
    broken(system, made.reference)
    assert read(system, made.reference, NOW + HOUR - timedelta(seconds=1))
    assert refused(read, system, made.reference, NOW + HOUR) == (Kind.FORBIDDEN, "glass-not-broken")


def test_it_may_last_less_and_never_longer(system: System) -> None:
    made = system.submit()
    brief = Why("legal_duty", "", REASON, minutes=5)
    assert broken(system, made.reference, brief).expires_at == NOW + timedelta(minutes=5)
    for minutes in (61, 2**32 - 1):
        too_long = Why("legal_duty", "", REASON, minutes)
        assert refused(broken, system, made.reference, too_long)[0] is Kind.INVALID
    with pytest.raises(IntegrityError), system.db.begin() as tx:
        tx.execute(text("update glasses set expires_at = expires_at + interval '1 hour'"))


def test_it_opens_one_record_for_one_person(system: System) -> None:
    one, other = system.submit(), system.submit(local_reference="W-2")
    broken(system, one.reference)
    assert refused(read, system, other.reference) == (Kind.FORBIDDEN, "glass-not-broken")
    colleague = national("colleague", "recording:original")
    assert refused(read, system, one.reference, actor=colleague) == (Kind.FORBIDDEN, "glass-not-broken")


@pytest.mark.parametrize(
    ("why", "code", "path"),
    [
        (Why("curiosity", "", REASON), "unknown-purpose", "purpose"),
        (Why("legal_duty", "", "because"), "reason-too-short", "reason"),
        (Why("legal_duty", "", "short" + " " * 40), "reason-too-short", "reason"),
        (Why("legal_duty", "", "long " * 200), "reason-too-short", "reason"),
        (Why("legal_duty", "x" * 51, REASON), "bad-request", "case_number"),
        (Why("legal_duty", "a\nb", REASON), "bad-request", "case_number"),
    ],
)
def test_too_little_of_a_reason_is_refused_where_it_is_wrong(
    system: System, why: Why, code: str, path: str
) -> None:
    made = system.submit()
    with pytest.raises(Problem) as caught:
        broken(system, made.reference, why)
    assert (caught.value.kind, [(one.path, one.code) for one in caught.value.faults]) == (
        Kind.INVALID,
        [(path, code)],
    )
    assert REASON not in repr(caught.value)
    assert not system.rows("select 1 from glasses")


def test_who_may_not_finds_no_event(system: System) -> None:
    made = system.submit()
    assert refused(broken, system, made.reference, actor=LRMS)[0] is Kind.NOT_FOUND
    assert refused(read, system, made.reference, actor=LRMS)[0] is Kind.NOT_FOUND
    assert refused(broken, system, "PSE-0000-0000")[0] is Kind.NOT_FOUND


def test_the_same_twice_is_one_and_is_told_once(system: System) -> None:
    made = system.submit()
    first = broken(system, made.reference)
    spaced = Why(WHY.purpose, WHY.case_number, f"  {REASON.upper()} ")
    assert broken(system, made.reference, spaced, NOW + timedelta(minutes=9)) == first
    assert [row.action for row in noted(system)] == ["break-glass"]
    assert len([one for one in system.told() if type(one).__name__ == "BreakGlassUsed"]) == 1


def test_a_double_click_breaks_one_glass(system: System) -> None:
    made = system.submit()
    with ThreadPoolExecutor(4) as people:
        found = list(people.map(lambda _: broken(system, made.reference), range(4)))
    assert len({one.glass_id for one in found}) == 1
    assert [row.action for row in noted(system)] == ["break-glass"]


def test_a_withdrawn_record_opens_too_and_only_to_who_may(system: System) -> None:
    made = system.submit()
    withdraw(system.db, system.tools, LRMS, made.event_id, 0, "duplicate")
    broken(system, made.reference)
    assert read_original(system.db, system.tools, REVIEWER, made.event_id, 1, NOW)[1][DESCRIPTION] == WORDS


def test_another_purpose_waits_for_the_end_of_the_first(system: System) -> None:
    made = system.submit()
    broken(system, made.reference)
    other = Why("legal_duty", "", "The coroner asks for the words that were used")
    assert refused(broken, system, made.reference, other) == (Kind.CONFLICT, "glass-broken")
    end_glass(system.db, system.tools, REVIEWER, made.reference, NOW)
    assert broken(system, made.reference, other).purpose == "legal_duty"


def test_asking_again_needs_a_new_reason(system: System) -> None:
    made, later = system.submit(), NOW + HOUR
    broken(system, made.reference)
    again = Why("legal_duty", "CASE-8", REASON.replace(" ", "   ").lower())
    assert refused(broken, system, made.reference, again, later) == (Kind.INVALID, "reason-not-new")
    new = Why("clinical_review", "CASE-7", "The family asks about the second paragraph as well")
    assert broken(system, made.reference, new, later).expires_at == later + HOUR


def test_it_is_given_back_early_and_twice_does_no_harm(system: System) -> None:
    made = system.submit()
    broken(system, made.reference)
    for _ in range(2):
        end_glass(system.db, system.tools, REVIEWER, made.reference, NOW + timedelta(minutes=1))
    assert refused(read, system, made.reference, NOW + timedelta(minutes=2))[1] == "glass-not-broken"
    assert [row.action for row in noted(system)] == ["break-glass", "end-glass"]


def test_the_reason_lies_nowhere_in_clear_and_in_no_message(system: System) -> None:
    made = system.submit()
    broken(system, made.reference)
    for table in ("glasses", "audit", "outbox"):
        for row in system.rows(f"select {table}::text as everything from {table}"):
            assert "Marlow" not in row.everything
            assert b"Marlow".hex() not in row.everything


def test_the_audit_holds_the_hash_of_what_was_sealed_so_that_no_other_reason_takes_its_place(
    system: System,
) -> None:
    made = system.submit()
    broken(system, made.reference)
    ((hash, sealed),) = system.rows(
        "select a.detail->>'reason', encode(sha256(g.reason_sealed), 'hex') from audit a, glasses g"
        " where a.detail->>'glass' = cast(g.id as text)"
    )
    assert hash == sealed


def test_support_sees_every_use_without_the_reasons(system: System) -> None:
    one, other = system.submit(), system.submit(local_reference="W-2")
    broken(system, one.reference)
    read(system, one.reference)
    read(system, one.reference)
    broken(system, other.reference, now=NOW + timedelta(minutes=1))
    found, following = list_glasses(system.db, system.tools, SUPPORT, False, "", 1)
    assert [(row.reference, row.reads, row.reason) for row in found] == [(other.reference, 0, "")]
    rest, end = list_glasses(system.db, system.tools, SUPPORT, False, following, 1)
    assert [(row.reference, row.reads, row.actor, end) for row in rest] == [
        (one.reference, 2, "reviewer", "")
    ]
    looked = system.rows(
        "select cast(about as text) as about from audit where action = 'list-glasses' order by id"
    )
    assert [row.about for row in looked] == [other.event_id, one.event_id]


def test_one_sees_ones_own_uses_with_the_reasons(system: System) -> None:
    made = system.submit()
    broken(system, made.reference)
    colleague = national("colleague", "recording:original")
    found, _ = list_glasses(system.db, system.tools, REVIEWER, True, "", 0)
    assert [row.reason for row in found] == [REASON]
    assert list_glasses(system.db, system.tools, colleague, True, "", 0)[0] == []
    assert refused(list_glasses, system.db, system.tools, REVIEWER, False, "", 0)[0] is Kind.FORBIDDEN
    assert refused(list_glasses, system.db, system.tools, SUPPORT, True, "", 0)[0] is Kind.FORBIDDEN


def test_a_cursor_nobody_gave_is_refused(system: System) -> None:
    assert refused(list_glasses, system.db, system.tools, SUPPORT, False, "x'; drop", 0)[0] is Kind.INVALID


def test_an_erased_reason_stays_erased_and_the_use_is_remembered(system: System) -> None:
    made = system.submit()
    broken(system, made.reference)
    with system.db.begin() as tx:
        tx.execute(text("update glasses set wrapped = ''"))
    found, _ = list_glasses(system.db, system.tools, REVIEWER, True, "", 0)
    assert [(row.reason, row.purpose) for row in found] == [("", "clinical_review")]


def test_what_is_audited_holds_no_free_text(system: System) -> None:
    made = system.submit()
    broken(system, made.reference)
    read(system, made.reference)
    assert WORDS not in json.dumps([str(row) for row in system.rows("select * from audit")])

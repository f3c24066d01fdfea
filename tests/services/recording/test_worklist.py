"""Lists of work on a real database: who sees what of it, filters, pages, counts, assignment and feedback."""

from __future__ import annotations

import importlib
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from chassis.actors import Actor, Reach
from chassis.problems import Kind
from protos.recording.v1 import recording_pb2 as pb
from services.recording import use_cases
from services.recording.domain.following_up import FollowUp, Remark
from services.recording.domain.safety_events import Receipt
from services.recording.domain.worklist import Asked, Assigned, Work
from services.recording.use_cases import keep_organisation
from services.recording.use_cases.safety_responses import Content
from services.recording.use_cases.worklist import count_work, list_own, list_work
from tests.builders.actors import a_person
from tests.builders.recording import System
from tests.builders.safety_events import an_answer
from tests.services.recording.test_following_up import (
    COLLEAGUE,
    ELSEWHERE,
    LEAD,
    NATIONAL,
    REPORTER,
    VISITOR,
    ask,
    handle,
    noted,
    refused,
    report,
    see,
    told,
)
from tests.services.recording.test_forgetting_owners import hear as erase_owner

ICB = a_person("QZ1", Reach.AREA, "oversight", frozenset({"recording:read"}))
OWNER = a_person("RZ1", name="owner")


def listed(system: System, actor: Actor = LEAD, **asked: Any) -> list[Work]:
    return list_work(system.db, system.tools, actor, Asked(**asked))[0]


def references(system: System, actor: Actor = LEAD, **asked: Any) -> set[str]:
    return {one.reference for one in listed(system, actor, **asked)}


def assign(system: System, event: Receipt, account: str, actor: Actor = LEAD, expected: int = 0) -> FollowUp:
    return use_cases.assign(system.db, system.tools, actor, event.reference, account, expected)


def give(system: System, event: Receipt, words: str = "The drain was mended.", actor: Actor = LEAD) -> Remark:
    return use_cases.give_feedback(system.db, system.tools, actor, event.reference, words)


def oversee(system: System) -> None:
    """RZ1 lies in the area of QZ1."""
    with system.db.begin() as tx:
        below = [{"code": "QZ1", "kind": "RE5", "start": "2001-04-01", "end": ""}]
        rows = {"name": "RZ1", "opened_on": None, "closed_on": None, "version": 2}
        keep_organisation(tx, {"code": "RZ1", "parents": below, **rows})


# ---- who sees what -----------------------------------------------------------------------------------------


def test_an_organisation_lists_what_it_recorded_with_how_far_it_is(system: System) -> None:
    one, other = report(system), report(system)
    handle(system, other, "under_review")
    ask(system, other)
    found = {row.reference: row for row in listed(system)}
    assert (found[one.reference].state, found[one.reference].version) == ("new", 1)
    assert (found[other.reference].state, found[other.reference].version) == ("needs_information", 3)
    assert found[other.reference].open_questions == 1
    assert noted(system)[-1] == "list-work"


def test_where_it_happened_sees_the_event_and_not_how_it_is_followed_up(system: System) -> None:
    there: dict[str, Any] = {"location-details/Organisation": "RZ2"}
    event = report(system, **there)
    handle(system, event, "under_review")
    (seen,) = listed(system, ELSEWHERE)
    assert (seen.reference, seen.followed, seen.state, seen.version) == (event.reference, False, "", 0)
    assert not listed(system, ELSEWHERE, states=("under_review",))
    assert not listed(system, ELSEWHERE, assigned=Assigned.NOBODY)


def test_a_board_sees_what_providers_share_and_nothing_of_their_handling(system: System) -> None:
    shared = report(system)
    private: dict[str, Any] = {"adverse-event-reference-metadata/DataSharingOptOut": True}
    report(system, **private)
    assert not listed(system, ICB)
    oversee(system)
    (seen,) = listed(system, ICB)
    assert (seen.reference, seen.followed, seen.state) == (shared.reference, False, "")
    assert not listed(system, ICB, states=("new",))


def test_a_reporter_lists_their_own_and_the_national_team_all(system: System) -> None:
    mine, other = report(system), report(system, COLLEAGUE)
    assert references(system, REPORTER) == {mine.reference}
    assert references(system, NATIONAL) == {mine.reference, other.reference}
    assert not listed(system, a_person("RZ2", name="nobody", permissions=frozenset({"recording:read"})))


def test_what_was_withdrawn_is_in_no_list_but_its_reporters(system: System) -> None:
    event = report(system)
    use_cases.withdraw(system.db, system.tools, REPORTER, event.reference, 1, "recorded_in_error")
    assert not listed(system)
    (mine,) = list_own(system.db, system.tools, REPORTER)[0]
    assert (mine.reference, mine.state, mine.organisation_name) == (event.reference, "withdrawn", "RZ1")


# ---- filters and pages -------------------------------------------------------------------------------------


def test_filters_of_state_assignment_and_reference(system: System) -> None:
    one, two, three = report(system), report(system), report(system)
    handle(system, one, "under_review")
    assign(system, one, LEAD.id)
    assign(system, two, COLLEAGUE.id)
    assert references(system, states=("under_review",)) == {one.reference}
    assert references(system, assigned=Assigned.ME) == {one.reference}
    assert references(system, assigned=Assigned.SOMEBODY) == {one.reference, two.reference}
    assert references(system, assigned=Assigned.NOBODY) == {three.reference}
    assert references(system, reference=f" {two.reference.lower()} ") == {two.reference}


def test_filters_of_type_harm_and_days(system: System) -> None:
    then: dict[str, Any] = {"native/Date": "2026-03-01"}
    one = report(system, **then)
    today = datetime.now(UTC).date().isoformat()
    assert references(system, event_types=("incident",)) == {one.reference}
    assert not references(system, event_types=("risk",))
    assert references(system, occurred_from="2026-03-01", occurred_until="2026-03-01") == {one.reference}
    assert not references(system, occurred_until="2026-02-28")
    assert not references(system, occurred_from="2026-03-02")
    yesterday = (date.today() - timedelta(days=2)).isoformat()
    assert references(system, recorded_from=yesterday, recorded_until=today) == {one.reference}
    assert not references(system, recorded_until=yesterday)
    assert not references(system, physical_harms=("99",))


@pytest.mark.parametrize(
    "asked",
    [
        {"states": ("lost",)},
        {"recorded_from": "2026-02-30"},
        {"occurred_until": "yesterday"},
        {"reference": "PSE"},
    ],
)
def test_what_cannot_be_looked_for_is_said(system: System, asked: dict[str, Any]) -> None:
    kind, code = refused(list_work, system.db, system.tools, LEAD, Asked(**asked))
    assert (kind, code) == (Kind.INVALID, "request-not-accepted")


@pytest.mark.parametrize("asked", [{}, {"ascending": True}, {"by_date": True}, {"states": ("new",)}])
def test_pages_follow_each_other_and_miss_nothing(system: System, asked: dict[str, Any]) -> None:
    made = {report(system).reference for _ in range(5)}
    seen: list[str] = []
    cursor = ""
    for _ in range(3):
        found, cursor = list_work(system.db, system.tools, LEAD, Asked(count=2, cursor=cursor, **asked))
        seen += [one.reference for one in found]
    assert cursor == ""
    assert len(seen) == 5
    assert set(seen) == made
    assert refused(list_work, system.db, system.tools, LEAD, Asked(cursor="x"))[1] == "cursor-not-known"


def test_taking_a_list_away_is_noted_as_that(system: System) -> None:
    report(system)
    list_work(system.db, system.tools, LEAD, Asked(count=500), exported=True)
    assert noted(system)[-1] == "export-work"


def test_a_list_that_is_too_long_to_take_away_is_refused_before_any_of_it_is(system: System) -> None:
    for _ in range(3):
        report(system)
    list_work(system.db, system.tools, LEAD, Asked(count=1), exported=True, most=3)
    before = noted(system)
    refusal = refused(list_work, system.db, system.tools, LEAD, Asked(count=1), exported=True, most=2)
    assert refusal == (Kind.INVALID, "too-many-at-once")
    assert noted(system) == before
    found, _ = list_work(system.db, system.tools, LEAD, Asked(count=1, states=("closed",)), True, 2)
    assert found == [], "what is filtered out does not count"


# ---- counts ------------------------------------------------------------------------------------------------


def test_what_waits_is_counted_by_state_assignment_and_due_date(system: System) -> None:
    one, two, three = report(system), report(system), report(system)
    for state in ("under_review", "closed"):
        handle(system, three, state)
    assign(system, one, LEAD.id)
    yesterday = (date.today() - timedelta(days=1)).isoformat()
    for target, due in ((yesterday, yesterday), ((date.today() + timedelta(days=7)).isoformat(), "")):
        respond(system, two, target, due)
    found = count_work(system.db, system.tools, LEAD)
    assert found.states == {"new": 2, "closed": 1}
    assert (found.unassigned, found.mine) == (1, 1)
    assert (found.responses_overdue, found.responses_due, found.actions_overdue) == (1, 1, 1)
    assert refused(count_work, system.db, system.tools, REPORTER)[0] is Kind.FORBIDDEN
    assert count_work(system.db, system.tools, ELSEWHERE).states == {}


def test_what_somebody_recorded_where_they_follow_nothing_up_does_not_wait_for_them(system: System) -> None:
    report(system, VISITOR)
    report(system, VISITOR, "RZ2")
    assert count_work(system.db, system.tools, VISITOR).states == {"new": 1}


def respond(system: System, event: Receipt, target: str, action_due: str) -> None:
    said = [
        an_answer("adverse-event-safety-response/ResponseRequired", "emergent_issue"),
        an_answer("adverse-event-safety-response/ResponseType", "psii"),
        an_answer("adverse-event-safety-response/ResponseStatus", "in_progress"),
        an_answer("adverse-event-safety-response/DateTarget", target),
    ]
    if action_due:
        said += [
            an_answer("adverse-event-safety-action/Action", "Mend it"),
            an_answer("adverse-event-safety-action/DueDate", action_due),
            an_answer("adverse-event-safety-action/ActionStatus", "planned"),
        ]
    made = use_cases.save_safety_response(system.db, system.tools, LEAD, Content(6, said, [event.reference]))
    assert made.open_actions() == (1 if action_due else 0)


# ---- assignment --------------------------------------------------------------------------------------------


def test_an_assignment_is_kept_told_and_noted_and_stays_through_states(system: System) -> None:
    event = report(system)
    after = assign(system, event, COLLEAGUE.id, expected=1).handling
    assert (after.assigned_to, after.version, after.state) == (COLLEAGUE.id, 2, "new")
    assert assign(system, event, COLLEAGUE.id, expected=1).handling.version == 2
    (one,) = told(system, pb.RecordAssigned)
    assert (one.assigned_to, one.assigned_by, one.version) == (COLLEAGUE.id, LEAD.id, 2)
    assert noted(system).count("assign") == 2
    handle(system, event, "under_review")
    ask(system, event)
    assert see(system, event).handling.assigned_to == COLLEAGUE.id
    assert assign(system, event, "").handling.assigned_to == ""


def test_two_who_assign_at_once_do_not_overwrite_each_other(system: System) -> None:
    event = report(system)
    assign(system, event, COLLEAGUE.id, expected=1)
    assert refused(assign, system, event, LEAD.id, COLLEAGUE, 1) == (Kind.CONFLICT, "version-conflict")
    assert see(system, event).handling.assigned_to == COLLEAGUE.id


def test_who_may_not_handle_assigns_nothing_and_no_words_are_an_account(system: System) -> None:
    event = report(system)
    for actor in (REPORTER, ELSEWHERE, NATIONAL):
        assert refused(assign, system, event, LEAD.id, actor)[0] is Kind.NOT_FOUND
    assert refused(assign, system, event, "Mary of ward 3")[1] == "unknown-colleague"


def test_a_release_that_knows_no_assignment_changes_none(system: System) -> None:
    event = report(system)
    assign(system, event, COLLEAGUE.id)
    with system.db.begin() as tx:
        tx.exec_driver_sql(
            "insert into handlings (event_id, version, state, returns_to, changed_by, changed_for, changed_at)"
            f" values ('{event.event_id}', 3, 'under_review', '', 'x', 'RZ1', now())"
        )
    (row,) = listed(system)
    assert (row.state, row.assigned_to, row.version) == ("under_review", COLLEAGUE.id, 3)
    assert see(system, event).handling.assigned_to == COLLEAGUE.id


def test_what_was_handled_before_there_were_lists_is_filled_in(system: System) -> None:
    one, other = report(system), report(system)
    for state in ("under_review", "closed"):
        handle(system, one, state)
    with system.db.begin() as tx:
        tx.exec_driver_sql("update events set handling = 'new'")
    migration = importlib.import_module("services.recording.migrations.versions.0015_lists_of_work")
    with system.db.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(migration.FILL.format(schema=""))
    assert {row.reference: row.state for row in listed(system)} == {
        one.reference: "closed",
        other.reference: "new",
    }


def test_an_erased_account_follows_nothing_up_and_is_given_nothing(system: System) -> None:
    event, other = report(system), report(system)
    assign(system, event, OWNER.id)
    erase_owner(system)
    assert see(system, event).handling.assigned_to == ""
    assert not system.rows(f"select 1 from handlings where assigned_to = '{OWNER.id}'")
    assert references(system, assigned=Assigned.NOBODY) == {event.reference, other.reference}
    assert refused(assign, system, other, OWNER.id)[1] == "unknown-colleague"


# ---- feedback ----------------------------------------------------------------------------------------------


def test_the_reporter_is_told_what_changed_once_it_was_checked(system: System) -> None:
    event = report(system)
    made = give(system, event)
    assert give(system, event).remark_id == made.remark_id
    (one,) = told(system, pb.FeedbackGiven)
    assert (one.recorder_id, one.given_by, one.remark_id) == (REPORTER.id, LEAD.id, made.remark_id)
    (mine,) = list_own(system.db, system.tools, REPORTER)[0]
    assert mine.feedback is not None
    assert mine.feedback.redacted is None
    with system.db.begin() as tx:
        use_cases.keep_redacted_text(tx, made.remark_id, 1, {"remark/0/Text": "The drain was mended."})
    (mine,) = list_own(system.db, system.tools, REPORTER)[0]
    assert mine.feedback is not None
    assert mine.feedback.redacted == "The drain was mended."
    assert [one.kind for one in see(system, event, REPORTER).remarks] == ["feedback"]


def test_an_addendum_in_the_same_words_is_another_remark(system: System) -> None:
    event = report(system)
    words = "The drain was mended."
    use_cases.add_addendum(system.db, system.tools, LEAD, event.reference, words)
    give(system, event, words)
    assert [one.kind for one in see(system, event).remarks] == ["addendum", "feedback"]


def test_a_release_that_knows_no_feedback_reads_an_addendum(system: System) -> None:
    give(system, report(system))
    assert [row.kind for row in system.rows("select kind from remarks")] == ["addendum"]


def test_nobody_else_tells_the_reporter_anything(system: System) -> None:
    event = report(system)
    for actor in (REPORTER, ELSEWHERE, NATIONAL):
        assert refused(give, system, event, "Well", actor)[0] is Kind.NOT_FOUND
    assert refused(give, system, event, "  ")[1] == "required-missing"


# ---- one's own ---------------------------------------------------------------------------------------------


def test_ones_own_records_are_paged_newest_first_with_what_waits(system: System) -> None:
    made = [report(system).reference for _ in range(3)]
    report(system, COLLEAGUE)
    ask(system, report(system))
    first, cursor = list_own(system.db, system.tools, REPORTER, count=2)
    assert [one.questions for one in first] == [1, 0]
    rest, end = list_own(system.db, system.tools, REPORTER, cursor, 2)
    assert [one.reference for one in (first[1], *rest)] == made[::-1]
    assert end == ""
    assert noted(system)[-1] == "list-own"
    assert refused(list_own, system.db, system.tools, REPORTER, "x")[1] == "cursor-not-known"

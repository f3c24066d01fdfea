"""Safety responses on a real database: who may, what is sealed, what stays when others change it."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from chassis.actors import Actor, Reach
from chassis.problems import Kind, Problem
from chassis.sealing import Opener
from protos.recording.v1 import recording_pb2 as pb
from services.recording import use_cases
from services.recording.domain.answers import Answer, field_name
from services.recording.domain.safety_responses import ACTION, FINDING, RESPONSE, Due, SafetyResponse
from services.recording.store import safety_responses as responses
from services.recording.store.scopes import Scope
from services.recording.use_cases.safety_responses import Content
from services.recording.use_cases.suggestions import rules_of
from tests.builders.actors import RECORD, a_person
from tests.builders.recording import System, incident

GOVERN = RECORD | {"recording:govern", "recording:handle"}
LEAD = a_person("RZ1", name="lead", permissions=GOVERN)
OTHER = a_person("RZ2", name="lead", permissions=GOVERN)
STAFF = a_person("RZ1", Reach.OWN, "staff", RECORD)
NATIONAL = a_person("", Reach.NATIONAL, "reviewer", frozenset({"recording:read"}))
IMPORTER = Actor("system:importer", "system", "")
NOW = datetime.now(UTC)
FAMILY = "The Whitcombe family ask why nobody came"
RATIONALE = f"{RESPONSE}/0/ResponseRationale"
TERMS = f"{RESPONSE}/0/TermsOfReference"


def an(where: str, value: Any, section: str = RESPONSE, entry: int = 0) -> Answer:
    return Answer(section, entry, where, value, field_name(section, entry, where))


def some_answers(**more: Any) -> list[Answer]:
    """A plain investigation; `more` is by property of the response, None to leave one out."""
    said: dict[str, Any] = {
        "ResponseRequired": "emergent_issue",
        "ResponseType": "psii",
        "ResponseStatus": "planned",
        "DateTarget": "2099-03-01",
        "TermsOfReference": FAMILY,
    }
    return [an(name, value) for name, value in (said | more).items() if value is not None]


def save(
    system: System,
    answers: list[Answer] | None = None,
    kept: SafetyResponse | None = None,
    actor: Actor = LEAD,
    events: tuple[str, ...] = (),
    **more: Any,
) -> SafetyResponse:
    content = Content(6, some_answers() if answers is None else answers, events, more.pop("organisation", ""))
    name = kept.response_id if kept else ""
    return use_cases.save_safety_response(system.db, system.tools, actor, content, name, **more)


def find(system: System, kept: SafetyResponse, actor: Actor = LEAD) -> SafetyResponse:
    return use_cases.find_safety_response(system.db, system.tools, actor, kept.response_id)


def listed(
    system: System, actor: Actor = LEAD, status: str = "", cursor: str = "", due: Due = Due.ANY
) -> list[str]:
    found, _ = use_cases.list_safety_responses(system.db, system.tools, actor, status, cursor, due)
    return [one.response_id for one in found]


def redact(system: System, kept: SafetyResponse, version: int, texts: dict[str, str]) -> None:
    with system.db.begin() as tx:
        use_cases.keep_redacted_text(tx, kept.response_id, version, texts)


def told(system: System) -> list[pb.SafetyResponseSaved]:
    return [one for one in system.told() if isinstance(one, pb.SafetyResponseSaved)]


def texts_told(system: System, one: pb.SafetyResponseSaved) -> dict[str, str]:
    place = f"narrative:{one.response_id}:{one.version}"
    body = Opener(system.enrichment.private).open(one.narrative_sealed, place)
    return dict(pb.Narrative.FromString(body).texts)


def refused(call: Any, *args: Any, **more: Any) -> Problem:
    with pytest.raises(Problem) as problem:
        call(*args, **more)
    return problem.value


# ---- saving ------------------------------------------------------------------------------------------------


def test_a_response_covers_several_events_and_is_announced_sealed(system: System) -> None:
    one, two = system.submit(), system.submit(incident(**{"adverse-event-core/Description": "Another"}))
    kept = save(system, events=(one.reference, two.event_id))
    assert (kept.version, kept.organisation, kept.response_type) == (1, "RZ1", "psii")
    assert set(kept.references) == {one.reference, two.reference}
    (saved,) = told(system)
    assert set(saved.event_ids) == {one.event_id, two.event_id}
    assert texts_told(system, saved) == {TERMS: FAMILY}
    assert b"Whitcombe" not in saved.SerializeToString()
    rows = system.rows("select sealed::text || facts::text as kept from safety_response_versions")
    assert "Whitcombe" not in rows[0].kept
    assert [row.action for row in system.rows("select action from audit")].count("save-response") == 3


def test_the_number_of_a_response_need_not_be_said(system: System) -> None:
    answers = [*some_answers(), an("Finding", "No handover", FINDING), an("Action", "A board", ACTION)]
    kept = save(system, answers)
    assert kept.facts[FINDING][0] == {"ResponseSequence": 1}
    assert set(kept.sealed) == {TERMS, f"{FINDING}/0/Finding", f"{ACTION}/0/Action"}


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ([an("ResponseType", "inquest")], "code-not-in-value-set"),
        (some_answers(ResponseStatus="completed"), "required-missing"),
        (some_answers(ResponseRequired="no_response_needed"), "condition-violated"),
        ([*some_answers(), an("Factor", "tasks", FINDING)], "required-missing"),
        ([*some_answers(), an("Type", "1", "native")], "unknown-question"),
        ([*some_answers(), an("ResponseType", "aar", entry=1)], "too-many-answers"),
        ([an("ResponseSequence", 2)], "too-many-answers"),
        ([an("Finding", "A wet floor", FINDING)], "condition-violated"),
        ([], "required-missing"),
    ],
)
def test_answers_are_judged_like_those_of_an_event(system: System, answers: list[Answer], code: str) -> None:
    problem = refused(save, system, answers)
    assert problem.kind is Kind.INVALID
    assert code in {one.code for one in problem.faults}
    assert not system.rows("select id from safety_responses")


def test_the_same_new_response_twice_is_one(system: System) -> None:
    first = save(system, now=NOW)
    assert save(system, now=NOW + timedelta(minutes=5)).response_id == first.response_id
    assert save(system, now=NOW + timedelta(minutes=20)).response_id != first.response_id


def test_an_event_out_of_sight_is_not_found(system: System) -> None:
    theirs = incident(
        **{"practitioner-details/ReporterOrganisation": "RZ2", "location-details/Organisation": "RZ2"}
    )
    event = system.submit(theirs, actor=a_person("RZ2"))
    assert refused(save, system, events=(event.reference,)).kind is Kind.NOT_FOUND


# ---- changing ----------------------------------------------------------------------------------------------


def test_a_text_left_as_it_was_shown_keeps_its_original(system: System) -> None:
    kept = save(system)
    redact(system, kept, 1, {TERMS: "The [name] family ask why nobody came"})
    shown = find(system, kept).texts[TERMS]
    again = save(system, some_answers(TermsOfReference=shown, ResponseRationale="New here"), kept, expected=1)
    assert (again.version, again.texts) == (2, {TERMS: shown})
    assert texts_told(system, told(system)[-1]) == {RATIONALE: "New here"}
    assert dict(again.written_in) == {TERMS: 1}
    assert find(system, kept).texts[TERMS] == shown


def test_a_text_still_being_checked_can_be_left_alone(system: System) -> None:
    kept = save(system)
    left = Answer(RESPONSE, 0, "TermsOfReference", "", "", as_it_is=True)
    answers = [*some_answers(TermsOfReference=None, ResponseStatus="in_progress"), left]
    again = save(system, answers, kept)
    assert (again.version, again.status, set(again.sealed)) == (2, "in_progress", {TERMS})
    assert told(system)[-1].narrative_sealed == b""


def test_the_same_answers_make_no_version(system: System) -> None:
    kept = save(system)
    assert save(system, None, kept).version == 1
    assert len(told(system)) == 1


def test_a_change_of_another_version_is_a_conflict(system: System) -> None:
    kept = save(system)
    save(system, some_answers(ResponseStatus="in_progress"), kept, expected=1)
    late = refused(save, system, some_answers(ResponseStatus="stopped"), kept, expected=1)
    assert (late.kind, late.code) == (Kind.CONFLICT, "version-conflict")


def test_a_retry_whose_answer_was_lost_is_no_conflict(system: System) -> None:
    kept = save(system)
    for _ in range(2):
        again = save(system, some_answers(ResponseStatus="in_progress"), kept, expected=1)
    assert again.version == 2


def test_who_waits_for_another_to_save_finds_what_that_one_saved(system: System) -> None:
    kept = save(system)
    before = "select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
    ended: list[int | str] = []

    def second() -> None:
        try:
            ended.append(save(system, some_answers(ResponseStatus="stopped"), kept).version)
        except Problem as problem:
            ended.append(problem.code)

    with system.db.begin() as tx:
        first = responses.find(tx, kept.response_id, Scope("", ("RZ1",)), hold=True)
        assert first
        thread = threading.Thread(target=second)
        thread.start()
        while not system.rows(before):
            time.sleep(0.01)
        responses.keep(tx, replace(first, version=2, written_in={TERMS: 1}), LEAD)
    thread.join()
    assert ended == [3]


def test_every_version_stays_in_history(system: System) -> None:
    kept = save(system)
    save(system, some_answers(ResponseStatus="in_progress"), kept)
    rows = system.rows("select version, facts from safety_response_versions order by version")
    assert [row.facts[RESPONSE][0]["ResponseStatus"] for row in rows] == ["planned", "in_progress"]


def test_a_version_is_read_as_it_was_saved_by_those_who_take_part(system: System) -> None:
    kept = save(system)
    redact(system, kept, 1, {TERMS: "[NAME] ask why"})
    more = [
        *some_answers(ResponseStatus="in_progress", TermsOfReference="Why?"),
        an("Action", "A board", ACTION),
    ]
    save(system, more, kept)
    first = use_cases.find_safety_response(system.db, system.tools, LEAD, kept.response_id, 1)
    assert (first.version, first.facts[RESPONSE][0]["ResponseStatus"]) == (1, "planned")
    assert (first.texts, set(first.sealed)) == ({TERMS: "[NAME] ask why"}, {TERMS})
    assert find(system, kept).version == 2
    for reader, version in ((LEAD, 3), (OTHER, 1)):
        problem = refused(
            use_cases.find_safety_response, system.db, system.tools, reader, kept.response_id, version
        )
        assert problem.code == "response-not-found"


def test_an_event_that_the_changer_cannot_see_stays(system: System) -> None:
    """The sender's whole list is of what they see: leaving out the rest must not drop it."""
    mine = system.submit()
    kept = save(system, events=(mine.reference,))
    answers = some_answers(LeadOrganisation="RZ2", ContributingOrganisations="RZ1")
    handed = a_person("RZ1", name="lead", permissions=GOVERN)
    both = Actor(handed.id, "person", "RZ1", (*handed.grants, *OTHER.grants))
    save(system, answers, kept, both, events=(mine.reference,))
    changed = save(
        system,
        some_answers(LeadOrganisation="RZ2", ContributingOrganisations="RZ1", ResponseStatus="in_progress"),
        kept,
        OTHER,
    )
    assert (changed.events, changed.references) == ((mine.event_id,), ())
    assert find(system, kept).references == (mine.reference,)


# ---- who ---------------------------------------------------------------------------------------------------


def test_contributors_and_the_national_service_see_a_response_and_others_do_not(system: System) -> None:
    alone = save(system)
    shared = save(system, some_answers(ContributingOrganisations="RZ2"))
    assert find(system, shared, OTHER).response_id == shared.response_id
    for actor in (OTHER, STAFF):
        assert refused(find, system, alone, actor).kind is Kind.NOT_FOUND
    assert listed(system, OTHER) == [shared.response_id]
    assert set(listed(system, NATIONAL)) == {alone.response_id, shared.response_id}
    assert listed(system, STAFF) == []


def test_only_the_lead_organisation_changes_a_response(system: System) -> None:
    shared = save(system, some_answers(ContributingOrganisations="RZ2"))
    assert refused(save, system, some_answers(), shared, OTHER).kind is Kind.FORBIDDEN
    alone = save(system)
    assert refused(save, system, some_answers(), alone, OTHER).kind is Kind.NOT_FOUND
    assert refused(save, system, actor=STAFF).kind is Kind.FORBIDDEN


def test_nobody_begins_a_response_that_another_organisation_leads(system: System) -> None:
    assert refused(save, system, some_answers(LeadOrganisation="RZ2")).kind is Kind.FORBIDDEN
    assert refused(save, system, organisation="RZ2").kind is Kind.FORBIDDEN
    assert save(system, organisation="RZ102").organisation == "RZ102"
    both = refused(save, system, some_answers(LeadOrganisation="RZ1"), organisation="RZ102")
    assert both.kind is Kind.INVALID


def test_a_response_is_part_of_the_follow_up_of_its_events(system: System) -> None:
    event = system.submit()
    kept = save(system, events=(event.reference,))
    found = use_cases.follow_up(system.db, system.tools, LEAD, event.reference)
    assert [one.response_id for one in found.responses] == [kept.response_id]


def test_a_response_settles_the_suggestion_to_respond(system: System) -> None:
    event = system.submit(incident(**{"adverse-event-governance/NeverEvent": True}))

    def settled() -> bool:
        found = use_cases.suggest(system.db, system.tools, LEAD, event.reference)
        return next(one.settled for one in found if one.rule.name == "response-never-event")

    assert not settled()
    save(system, events=(event.reference,))
    assert settled()
    assert refused(use_cases.suggest, system.db, system.tools, OTHER, event.reference).kind is Kind.NOT_FOUND
    assert system.rows("select facts from revisions")[0].facts["adverse-event-governance"] == [
        {"NeverEvent": True}
    ]


def test_the_rules_of_suggestions_are_fitted_to_a_version_once() -> None:
    assert rules_of(6) is rules_of(6)
    assert rules_of(4) != rules_of(6)


# ---- lists -------------------------------------------------------------------------------------------------


def test_overdue_responses_come_first_and_ended_ones_last(system: System) -> None:
    yesterday, past = (date.today() - timedelta(days=days) for days in (2, 40))
    plain = {"TermsOfReference": None}
    never = save(system, some_answers(**plain, DateTarget=None))
    later = save(system, some_answers(**plain))
    late = save(system, some_answers(**plain, DateTarget=str(yesterday)))
    latest = save(system, some_answers(**plain, DateTarget=str(past)))
    ended = {"ResponseStatus": "completed", "DateCompleted": str(past), "DateTarget": str(past)}
    done = save(system, some_answers(**plain, **ended))
    expected = [one.response_id for one in (latest, late, later, never, done)]
    assert listed(system) == expected
    assert listed(system, LEAD, "completed") == [done.response_id]
    assert refused(listed, system, LEAD, "finished").code == "unknown-status"


def test_a_list_is_of_what_is_due_as_it_is_counted(system: System) -> None:
    past, soon = str(date.today() - timedelta(days=2)), str(date.today() + timedelta(days=7))
    plain = {"TermsOfReference": None}
    late = save(system, some_answers(**plain, DateTarget=past))
    next_ = save(system, some_answers(**plain, DateTarget=soon))
    ended = {"ResponseStatus": "completed", "DateCompleted": past, "DateTarget": past}
    save(system, some_answers(**plain, **ended))
    acting = [
        [*some_answers(**plain, ResponseRationale=status), an("Action", "Mend it", ACTION),
         an("DueDate", past, ACTION), an("ActionStatus", status, ACTION)]
        for status in ("planned", "done")
    ]  # fmt: skip
    waiting, _ = (save(system, one) for one in acting)
    for due, expected in ((Due.OVERDUE, late), (Due.SOON, next_), (Due.ACTIONS, waiting)):
        assert listed(system, due=due) == [expected.response_id], due
    told = use_cases.count_work(system.db, system.tools, LEAD)
    assert (told.responses_overdue, told.responses_due, told.actions_overdue) == (1, 1, 1)


def test_a_list_goes_on_where_its_page_ended(system: System) -> None:
    for number in range(53):
        save(system, some_answers(TermsOfReference=None, DateTarget=f"2099-01-{number % 28 + 1:02}",
                                  ResponseRationale=f"Number {number}"))  # fmt: skip
    first, cursor = use_cases.list_safety_responses(system.db, system.tools, LEAD)
    rest, end = use_cases.list_safety_responses(system.db, system.tools, LEAD, "", cursor)
    assert (len(first), len(rest), end) == (50, 3, "")
    assert len({one.response_id for one in (*first, *rest)}) == 53
    for wrong in (
        "?",
        "WzFd",
        "bnVsbA",
        "WzEsIlx1MDAwMCIsIjAxOTBhMDAwLTAwMDAtNzAwMC04MDAwLTAwMDAwMDAwMDAwMCJd",
    ):
        assert refused(listed, system, LEAD, "", wrong).code == "cursor-not-known"


# ---- brought from a former system --------------------------------------------------------------------------


def bring(system: System, answers: list[Answer], reference: str = "LOG-77") -> SafetyResponse:
    return use_cases.keep_imported_response(system.db, system.tools, IMPORTER, reference, "RZ1", answers)


def test_a_response_is_brought_once_under_its_former_number(system: System) -> None:
    first = bring(system, some_answers())
    again = bring(system, some_answers(ResponseStatus="stopped"))
    assert (again.response_id, again.status, again.version) == (first.response_id, "planned", 1)
    assert bring(system, some_answers(), "LOG-78").response_id != first.response_id
    assert find(system, first).legacy_reference == "LOG-77"


def test_what_was_brought_is_not_missed_what_is_asked_today(system: System) -> None:
    old = bring(system, some_answers(ResponseStatus="completed"))
    assert old.status == "completed"
    assert refused(bring, system, [an("ResponseType", "inquest")], "LOG-79").kind is Kind.INVALID

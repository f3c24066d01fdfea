"""Handling, remarks and links on a real database: who may, what is kept, what is told to whom."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chassis.actors import Actor, Grant, Reach
from chassis.problems import Kind, Problem
from chassis.sealing import CannotOpen, Opener
from protos.recording.v1 import recording_pb2 as pb
from services.recording import use_cases
from services.recording.domain.following_up import LONGEST_REMARK, TEXT, FollowUp, Link, Remark, Standing
from services.recording.domain.safety_events import Receipt
from services.recording.store.following_up import link_one_at_a_time
from services.recording.use_cases import Submission, submit
from tests.builders.actors import RECORD, a_person
from tests.builders.recording import LRMS, System, incident
from tests.builders.safety_events import an_answer

FOLLOW_UP = RECORD | {"recording:handle", "recording:govern"}
REPORTER = a_person("RZ1", Reach.OWN, "reporter", RECORD)
LEAD = a_person("RZ1", name="lead", permissions=FOLLOW_UP)
COLLEAGUE = a_person("RZ1", name="colleague", permissions=FOLLOW_UP)
ELSEWHERE = a_person("RZ2", name="lead", permissions=FOLLOW_UP)
VISITOR = Actor(  # follows up at RZ2, and records for RZ1
    "visitor",
    "person",
    "RZ1",
    (Grant("RZ2", Reach.ORGANISATION, FOLLOW_UP), Grant("RZ1", Reach.OWN, RECORD)),
)
NATIONAL = a_person("", Reach.NATIONAL, "reviewer", frozenset({"recording:read"}))
NOW = datetime.now(UTC)
WORDS = "The sister on nights was Mary Whitcombe"


def report(system: System, actor: Actor = REPORTER, organisation: str = "RZ1", **answers: Any) -> Receipt:
    """An event recorded online by a person, where they work."""
    said = incident(
        **{
            "practitioner-details/ReporterOrganisation": organisation,
            "location-details/Organisation": organisation,
            "adverse-event-core/Description": f"Fall number {len(system.rows('select id from events'))}",
            **answers,
        }
    )
    return submit(system.db, system.tools, actor, Submission(6, said, "online"))


def handle(system: System, event: Receipt, state: str, actor: Actor = LEAD, **more: Any) -> FollowUp:
    return use_cases.handle(system.db, system.tools, actor, event.reference, state, **more)


def ask(system: System, event: Receipt, words: str = WORDS, actor: Actor = LEAD, **more: Any) -> Remark:
    return use_cases.ask_reporter(system.db, system.tools, actor, event.reference, words, **more)


def answer(system: System, question: Remark, actor: Actor = REPORTER, words: str = "Yes") -> Remark:
    return use_cases.answer_question(system.db, system.tools, actor, question.remark_id, words)


def add(system: System, event: Receipt, actor: Actor = REPORTER, words: str = WORDS, **more: Any) -> Remark:
    return use_cases.add_addendum(system.db, system.tools, actor, event.reference, words, **more)


def link(system: System, one: Receipt, kind: str, other: Receipt, actor: Actor = LEAD) -> Link:
    return use_cases.link_events(system.db, system.tools, actor, one.reference, kind, other.reference)


def see(system: System, event: Receipt, actor: Actor = LEAD) -> FollowUp:
    return use_cases.follow_up(system.db, system.tools, actor, event.reference)


def state_of(system: System, event: Receipt) -> str:
    return see(system, event).handling.state.value


def refused(*args: Any, **more: Any) -> tuple[Kind, str]:
    call, *rest = args
    with pytest.raises(Problem) as problem:
        call(*rest, **more)
    return problem.value.kind, problem.value.code


def faults_of(call: Any, *args: Any, **more: Any) -> list[tuple[str, str]]:
    with pytest.raises(Problem) as problem:
        call(*args, **more)
    return [(one.path, one.code) for one in problem.value.faults]


def told(system: System, kind: type[Any]) -> list[Any]:
    return [one for one in system.told() if isinstance(one, kind)]


def noted(system: System) -> list[str]:
    return [row.action for row in system.rows("select action from audit order by id")]


# ---- handling ----------------------------------------------------------------------------------------------


def test_an_event_nobody_touched_is_new(system: System) -> None:
    found = see(system, report(system))
    assert (found.handling.state, found.handling.version, found.handling.changed_by) == ("new", 1, "")
    assert noted(system)[-1] == "read-follow-up"


def test_a_state_is_kept_announced_and_audited(system: System) -> None:
    event = report(system)
    after = handle(system, event, "under_review").handling
    assert (after.state, after.version, after.changed_by) == ("under_review", 2, LEAD.id)
    (one,) = told(system, pb.RecordHandled)
    assert (one.state, one.previous, one.version) == ("under_review", "new", 2)
    assert (one.recorder_id, one.handled_by, one.organisation) == (REPORTER.id, LEAD.id, "RZ1")
    assert noted(system)[-1] == "handle:under_review"


def test_every_state_stays_in_history(system: System) -> None:
    event = report(system)
    for state in ("under_review", "action_in_progress", "closed", "reopened"):
        handle(system, event, state)
    rows = system.rows("select version, state from handlings order by version")
    assert [(row.version, row.state) for row in rows] == [
        (2, "under_review"), (3, "action_in_progress"), (4, "closed"), (5, "reopened"),
    ]  # fmt: skip


def test_the_same_state_twice_is_one_change(system: System) -> None:
    event = report(system)
    handle(system, event, "under_review", expected=1)
    assert handle(system, event, "under_review", expected=1).handling.version == 2
    assert len(told(system, pb.RecordHandled)) == 1


def test_a_change_of_another_version_is_a_conflict(system: System) -> None:
    event = report(system)
    handle(system, event, "under_review", expected=1)
    assert refused(handle, system, event, "on_hold", COLLEAGUE, expected=1) == (
        Kind.CONFLICT,
        "version-conflict",
    )
    assert refused(handle, system, event, "under_review", COLLEAGUE, expected=1)[0] is Kind.CONFLICT


def test_who_may_not_handle_an_event_does_not_find_it(system: System) -> None:
    event = report(system)
    for actor in (ELSEWHERE, REPORTER, NATIONAL):
        assert refused(handle, system, event, "under_review", actor) == (Kind.NOT_FOUND, "event-not-found")
    assert refused(see, system, event, ELSEWHERE)[0] is Kind.NOT_FOUND


def test_who_recorded_for_another_organisation_follows_nothing_up_there(system: System) -> None:
    event, theirs = report(system, VISITOR), report(system, VISITOR)
    made = link(system, event, "same_patient_journey", theirs)
    never = [an_answer("adverse-event-governance/NeverEvent", True)]
    db, tools, name = system.db, system.tools, event.reference
    before = len(system.rows("select 1 from handlings")), noted(system)
    for act in (
        lambda: handle(system, event, "under_review", VISITOR),
        lambda: use_cases.assign(db, tools, VISITOR, name, VISITOR.id),
        lambda: ask(system, event, actor=VISITOR),
        lambda: use_cases.give_feedback(db, tools, VISITOR, name, WORDS),
        lambda: link(system, event, "duplicate_of", theirs, VISITOR),
        lambda: use_cases.unlink_events(db, tools, VISITOR, made.link_id),
        lambda: use_cases.govern(db, tools, VISITOR, name, 0, never),
    ):
        assert refused(act)[0] is Kind.NOT_FOUND
    assert (len(system.rows("select 1 from handlings")), noted(system)) == before


def test_who_recorded_for_another_organisation_reads_amends_and_withdraws_it(system: System) -> None:
    event = report(system, VISITOR)
    assert answer(system, ask(system, event), VISITOR).author_id == VISITOR.id
    assert add(system, event, VISITOR).author_id == VISITOR.id
    assert see(system, event, VISITOR).handling.state == "new"
    withdrawn = use_cases.withdraw(system.db, system.tools, VISITOR, event.reference, 0, "other")
    assert withdrawn.revision == 2


def test_a_withdrawn_event_is_not_handled(system: System) -> None:
    event = report(system)
    use_cases.withdraw(system.db, system.tools, REPORTER, event.reference, 0, "other")
    assert refused(handle, system, event, "under_review") == (Kind.NOT_FOUND, "deleted")


def test_what_the_reporter_was_told_outlives_the_record(system: System) -> None:
    event = report(system)
    question, note = ask(system, event), add(system, event, LEAD, "For ourselves.")
    mended = use_cases.give_feedback(system.db, system.tools, LEAD, event.reference, "The drain was mended.")
    link(system, event, "same_patient_journey", report(system))
    use_cases.withdraw(system.db, system.tools, LEAD, event.reference, 0, "other")
    left = see(system, event, REPORTER)
    assert {one.remark_id for one in left.remarks} == {question.remark_id, mended.remark_id}
    assert note.remark_id not in {one.remark_id for one in left.remarks}
    assert left.links == ()
    assert left.standing == Standing(True, may_revise=False, may_handle=False, may_govern=False)
    for other in (LEAD, COLLEAGUE, NATIONAL):
        assert refused(see, system, event, other) == (Kind.NOT_FOUND, "deleted")


def test_a_duplicate_names_the_first_record(system: System) -> None:
    first, second = report(system), report(system)
    found = handle(system, second, "duplicate", duplicate_of=first.reference)
    assert (found.handling.state, found.duplicate_of) == ("duplicate", first.reference)
    assert told(system, pb.RecordHandled)[-1].duplicate_of == first.reference


def test_two_records_are_not_duplicates_of_each_other(system: System) -> None:
    first, second = report(system), report(system)
    handle(system, second, "duplicate", duplicate_of=first.reference)
    assert refused(handle, system, first, "duplicate", duplicate_of=second.reference) == (
        Kind.CONFLICT,
        "duplicate-circle",
    )
    assert faults_of(link, system, first, "duplicate_of", second) == [("other_event", "duplicate-circle")]
    assert refused(handle, system, first, "duplicate", duplicate_of=first.reference)[1] == "same-event"


def test_a_duplicate_of_what_one_may_not_see_is_not_found(system: System) -> None:
    mine, theirs = report(system), report(system, a_person("RZ2"), "RZ2")
    assert refused(handle, system, mine, "duplicate", duplicate_of=theirs.reference)[0] is Kind.NOT_FOUND


def test_another_event_that_is_not_found_is_said_where_it_was_named(system: System) -> None:
    mine, theirs, gone = report(system), report(system, a_person("RZ2"), "RZ2"), report(system)
    use_cases.withdraw(system.db, system.tools, REPORTER, gone.reference, 0, "other")
    for other, code in ((theirs, "event-not-found"), (gone, "deleted")):
        named = {"duplicate_of": other.reference}
        assert faults_of(handle, system, mine, "duplicate", **named) == [("duplicate_of", code)]
        assert faults_of(link, system, mine, "same_patient_journey", other) == [("other_event", code)]
    assert faults_of(handle, system, theirs, "under_review") == []


# ---- remarks -----------------------------------------------------------------------------------------------


def test_a_question_waits_for_information_and_its_answer_brings_the_state_back(system: System) -> None:
    event = report(system)
    handle(system, event, "under_review")
    question = ask(system, event)
    assert state_of(system, event) == "needs_information"
    given = answer(system, question)
    assert (given.in_reply_to, state_of(system, event)) == (question.remark_id, "under_review")
    assert [(one.kind, one.answered) for one in see(system, event).remarks] == [
        ("question", True),
        ("answer", False),
    ]


def test_a_question_is_announced_sealed_to_enrichment_alone(system: System) -> None:
    event = report(system)
    question = ask(system, event)
    (one,) = told(system, pb.QuestionAsked)
    assert (one.remark_id, one.recorder_id, one.asked_by) == (question.remark_id, REPORTER.id, LEAD.id)
    assert opened(system, one.narrative_sealed, question) == {TEXT: WORDS}
    bodies = b"".join(row.body for row in system.rows("select body from outbox"))
    assert b"Whitcombe" not in bodies
    assert b"Whitcombe" not in bytes(system.rows("select sealed from remarks")[0].sealed)


def test_an_answer_is_announced_under_its_own_id_to_who_asked(system: System) -> None:
    event = report(system)
    question = ask(system, event)
    given = answer(system, question)
    (one,) = told(system, pb.QuestionAnswered)
    assert (one.remark_id, one.asked_by, one.answered_by) == (given.remark_id, LEAD.id, REPORTER.id)
    assert opened(system, one.narrative_sealed, given) == {TEXT: "Yes"}


def test_a_remark_is_shown_once_it_was_checked(system: System) -> None:
    event = report(system)
    question = ask(system, event)
    assert see(system, event, REPORTER).remarks[0].redacted is None
    with system.db.begin() as tx:
        use_cases.keep_redacted_text(tx, question.remark_id, 1, {TEXT: "The sister was [name]"})
    assert see(system, event, REPORTER).remarks[0].redacted == "The sister was [name]"


def test_only_who_reported_answers(system: System) -> None:
    question = ask(system, report(system))
    assert refused(answer, system, question, LEAD) == (Kind.FORBIDDEN, "not-the-reporter")
    assert refused(answer, system, question, ELSEWHERE) == (Kind.NOT_FOUND, "question-not-found")


def test_nobody_is_asked_about_an_event_that_a_local_system_sent_and_it_waits_for_nothing(
    system: System,
) -> None:
    event = system.submit()
    assert see(system, event).reaches == "nobody"
    assert refused(ask, system, event) == (Kind.CONFLICT, "reporter-out-of-reach")
    assert state_of(system, event) == "new"
    assert not see(system, event).remarks
    assert not told(system, pb.QuestionAsked)


def test_feedback_is_kept_for_those_who_follow_up_where_no_reporter_reads_it(system: System) -> None:
    event = system.submit()
    use_cases.give_feedback(system.db, system.tools, LEAD, event.reference, WORDS)
    assert [one.kind for one in see(system, event, COLLEAGUE).remarks] == ["feedback"]
    assert told(system, pb.FeedbackGiven)[0].recorder_id == ""


def test_after_the_reporter_was_forgotten_the_organisation_answers(system: System) -> None:
    event = report(system)
    question = ask(system, event)
    keeper = a_person("", Reach.NATIONAL, "keeper", frozenset({"recording:anonymise"}))
    assert see(system, event).reaches == "account"
    use_cases.anonymise_reporter(system.db, system.tools, keeper, event.reference)
    assert see(system, event).reaches == "nobody"
    assert refused(ask, system, event, "And which bed?")[1] == "reporter-out-of-reach"
    assert refused(answer, system, question, REPORTER)[0] is Kind.NOT_FOUND
    assert answer(system, question, COLLEAGUE).author_id == COLLEAGUE.id


def test_no_remark_or_link_remembers_a_reporter_who_was_forgotten(system: System) -> None:
    """Whoever reported may also handle: their name is with the event alone, so one cut is enough."""
    event, other = report(system, LEAD), report(system, LEAD)
    handle(system, event, "under_review")
    add(system, event, LEAD)
    link(system, event, "same_patient_journey", other)
    assert see(system, event).remarks[0].author_id == LEAD.id
    tables = [("handlings", "changed_by"), ("remarks", "author_id"), ("links", "made_by")]
    for table, column in tables:
        assert [row[0] for row in system.rows(f"select {column} from {table}")] == [""]


def test_several_questions_wait_until_the_last_is_answered(system: System) -> None:
    event = report(system)
    first, second = ask(system, event, "Which ward?"), ask(system, event, "Which bed?")
    answer(system, first)
    assert state_of(system, event) == "needs_information"
    answer(system, second)
    assert state_of(system, event) == "new"


def test_a_closed_record_is_reopened_before_anything_is_asked(system: System) -> None:
    event = report(system)
    handle(system, event, "under_review")
    handle(system, event, "closed")
    assert refused(ask, system, event) == (Kind.CONFLICT, "state-not-next")
    assert not system.rows("select id from remarks")


def test_the_same_words_again_are_one_remark_for_a_quarter_of_an_hour(system: System) -> None:
    event = report(system)
    first = ask(system, event, now=NOW)
    assert ask(system, event, now=NOW + timedelta(minutes=14)).remark_id == first.remark_id
    assert ask(system, event, now=NOW + timedelta(minutes=16)).remark_id != first.remark_id
    assert ask(system, event, actor=COLLEAGUE, now=NOW).remark_id != first.remark_id
    assert len(told(system, pb.QuestionAsked)) == 3


def test_an_addendum_is_for_who_may_revise(system: System) -> None:
    event = report(system)
    for actor in (REPORTER, COLLEAGUE):
        assert add(system, event, actor).kind == "addendum"
    assert refused(add, system, event, ELSEWHERE)[0] is Kind.NOT_FOUND
    assert {one.made_by for one in told(system, pb.AddendumMade)} == {REPORTER.id, COLLEAGUE.id}
    assert "make-addendum" in noted(system)


def test_the_reporter_reads_what_is_between_them_and_the_organisation_and_not_what_staff_note(
    system: System,
) -> None:
    event = report(system, VISITOR)
    question = ask(system, event)
    answer(system, question, VISITOR)
    use_cases.give_feedback(system.db, system.tools, LEAD, event.reference, "It was mended.")
    add(system, event, LEAD, "Looked into the rota.")
    add(system, event, VISITOR, "It was wet.")
    theirs = ["question", "answer", "feedback", "addendum"]
    seen = see(system, event, VISITOR).remarks
    assert [(one.kind, one.author_id) for one in seen] == list(
        zip(theirs, (LEAD.id, VISITOR.id, LEAD.id, VISITOR.id), strict=True)
    )
    for actor in (LEAD, COLLEAGUE, NATIONAL):
        assert len(see(system, event, actor).remarks) == 5


def test_who_recorded_an_event_and_follows_it_up_reads_everything(system: System) -> None:
    event = report(system, LEAD)
    add(system, event, COLLEAGUE)
    assert [one.author_id for one in see(system, event, LEAD).remarks] == [COLLEAGUE.id]


def test_a_follow_up_says_what_its_reader_may_do(system: System) -> None:
    event = report(system, VISITOR)
    reviewer = a_person("", Reach.NATIONAL, "reviewer", frozenset({"recording:read"}))
    both = Actor(reviewer.id, "person", "RZ1", (*reviewer.grants, Grant("RZ1", Reach.OWN, RECORD)))
    standings = {
        VISITOR: Standing(recorded=True, may_revise=True, may_handle=False, may_govern=False),
        LEAD: Standing(recorded=False, may_revise=True, may_handle=True, may_govern=True),
        both: Standing(recorded=False, may_revise=False, may_handle=False, may_govern=False),
    }
    assert {actor: see(system, event, actor).standing for actor in standings} == standings


def test_a_remark_without_words_or_with_too_many_is_refused(system: System) -> None:
    event = report(system)
    assert refused(add, system, event, words=" ") == (Kind.INVALID, "required-missing")
    assert refused(add, system, event, words="x" * (LONGEST_REMARK + 1))[1] == "text-too-long"


def test_a_sealed_remark_cannot_be_moved_to_another_event(system: System) -> None:
    event, other = report(system), report(system)
    made = add(system, event)
    keys = {str(row.event_id): row for row in system.rows("select event_id, key_id, wrapped from event_keys")}
    row = keys[event.event_id]
    key = system.vault.unwrap(row.key_id, bytes(row.wrapped), event.event_id)
    sealed = bytes(system.rows("select sealed from remarks")[0].sealed)
    assert key.open(sealed, f"{event.event_id}/remark/{made.remark_id}") == WORDS
    with pytest.raises(CannotOpen):
        key.open(sealed, f"{other.event_id}/remark/{made.remark_id}")


def test_of_two_who_change_a_state_at_once_one_is_told(system: System) -> None:
    event = report(system)
    states = ("under_review", "on_hold", "not_a_patient_safety_event")

    def change(state: str) -> str:
        try:
            return handle(system, event, state, expected=1).handling.state
        except Problem as problem:
            return problem.code

    with ThreadPoolExecutor(3) as pool:
        ends = list(pool.map(change, states))
    assert ends.count("version-conflict") == 2
    assert len(system.rows("select version from handlings")) == 1


def test_whoever_links_waits_for_who_is_linking(system: System) -> None:
    """Two who link at once could close a circle that neither sees."""
    one, other = report(system), report(system)
    with ThreadPoolExecutor(1) as pool:
        with system.db.begin() as tx:
            link_one_at_a_time(tx)
            made = pool.submit(link, system, one, "duplicate_of", other)
            with pytest.raises(TimeoutError):
                made.result(timeout=0.5)
        assert made.result(timeout=10).kind == "duplicate_of"


def opened(system: System, sealed: bytes, remark: Remark) -> dict[str, str]:
    body = Opener(system.enrichment.private).open(sealed, f"narrative:{remark.remark_id}:1")
    return dict(pb.Narrative.FromString(body).texts)


# ---- links -------------------------------------------------------------------------------------------------


def across(system: System, **answers: Any) -> tuple[Receipt, Receipt]:
    """What happened at RZ1 and was recorded by RZ2, and RZ1's own record of it."""
    theirs = report(
        system, a_person("RZ2", name="visitor"), "RZ2", **{"location-details/Organisation": "RZ1", **answers}
    )
    return report(system), theirs


def test_two_records_in_sight_are_linked_and_the_other_organisation_hears_of_its_own(system: System) -> None:
    mine, theirs = across(system)
    made = link(system, mine, "noticed_here_happened_there", theirs)
    assert (made.other_reference, made.other_organisation, made.outgoing) == (theirs.reference, "RZ2", True)
    (one,) = told(system, pb.RecordsLinked)
    assert (one.other_reference, one.other_organisation) == (theirs.reference, "RZ2")
    assert noted(system).count("link:noticed_here_happened_there") == 2


def test_the_other_end_is_hidden_from_who_may_not_see_it(system: System) -> None:
    mine, theirs = across(system)
    link(system, mine, "noticed_here_happened_there", theirs)
    (seen,) = see(system, theirs, ELSEWHERE).links
    assert (seen.other_event_id, seen.other_reference, seen.other_organisation) == ("", "", "")
    assert not seen.outgoing


def test_a_record_out_of_sight_is_not_linked(system: System) -> None:
    mine, theirs = report(system), report(system, a_person("RZ2"), "RZ2")
    assert refused(link, system, mine, "same_patient_journey", theirs)[0] is Kind.NOT_FOUND
    assert refused(link, system, mine, "same_patient_journey", mine)[1] == "same-event"


def test_a_record_that_shares_no_data_is_never_named_to_another_organisation(system: System) -> None:
    _, theirs = across(system)
    own = report(system, REPORTER, "RZ1", **{"adverse-event-reference-metadata/DataSharingOptOut": True})
    link(system, own, "same_patient_journey", theirs)
    bodies = [one.SerializeToString() for one in told(system, pb.RecordsLinked)]
    assert own.reference.encode() not in bodies[0]
    assert own.event_id.encode() not in bodies[0]
    (seen,) = see(system, theirs, ELSEWHERE).links
    assert (seen.other_event_id, seen.other_reference) == ("", "")
    wrong = (own.reference, "recorded_for_wrong_organisation", "", "RZ2")
    use_cases.link_events(system.db, system.tools, LEAD, *wrong)
    assert len(told(system, pb.RecordsLinked)) == 1


def test_the_same_link_again_is_one_link(system: System) -> None:
    one, other = report(system), report(system)
    first = link(system, one, "same_patient_journey", other)
    assert link(system, one, "same_patient_journey", other).link_id == first.link_id
    assert link(system, other, "same_patient_journey", one).link_id == first.link_id
    assert link(system, one, "duplicate_of", other).link_id != first.link_id


def test_duplicates_lead_to_a_first_record_and_never_round(system: System) -> None:
    one, two, three = report(system), report(system), report(system)
    link(system, two, "duplicate_of", one)
    handle(system, three, "duplicate", duplicate_of=two.reference)
    assert refused(link, system, one, "duplicate_of", three) == (Kind.CONFLICT, "duplicate-circle")


def test_a_record_of_the_wrong_organisation_is_offered_to_the_right_one(system: System) -> None:
    event = report(system)
    wanted = (event.reference, "recorded_for_wrong_organisation", "", "RZ2")
    made = use_cases.link_events(system.db, system.tools, LEAD, *wanted)
    assert (made.other_organisation, made.other_event_id) == ("RZ2", "")
    (one,) = told(system, pb.RecordsLinked)
    assert (one.reference, one.other_organisation) == (event.reference, "RZ2")
    for organisation in ("RZ1", "XXX"):
        nowhere = (event.reference, "recorded_for_wrong_organisation", "", organisation)
        assert refused(use_cases.link_events, system.db, system.tools, LEAD, *nowhere)[1] == (
            "unknown-organisation"
        )


@pytest.mark.parametrize("actor", [LEAD, ELSEWHERE], ids=["this", "the-other"])
def test_either_organisation_ends_a_link(system: System, actor: Actor) -> None:
    mine, theirs = across(system)
    made = link(system, mine, "noticed_here_happened_there", theirs)
    for _ in range(2):
        use_cases.unlink_events(system.db, system.tools, actor, made.link_id)
    assert see(system, mine).links == ()
    assert noted(system).count("unlink") == 2  # once for each end
    link(system, mine, "noticed_here_happened_there", theirs)


def test_nobody_else_ends_a_link(system: System) -> None:
    one, other = report(system), report(system)
    made = link(system, one, "same_patient_journey", other)
    for actor, name in ((ELSEWHERE, made.link_id), (REPORTER, made.link_id), (LEAD, "nothing")):
        assert refused(use_cases.unlink_events, system.db, system.tools, actor, name) == (
            Kind.NOT_FOUND,
            "link-not-found",
        )


def test_a_national_reviewer_sees_what_was_done(system: System) -> None:
    event = report(system, LEAD)
    handle(system, event, "under_review")
    assert see(system, event, NATIONAL).handling.state == "under_review"


def test_the_recording_client_sees_how_its_event_goes(system: System) -> None:
    event = system.submit()
    handle(system, event, "under_review")
    assert see(system, event, LRMS).handling.version == 2

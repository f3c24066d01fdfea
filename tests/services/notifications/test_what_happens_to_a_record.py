"""Who hears of what happens to a record after it was recorded: once, in any order, and without a word of its text."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import Any

import pytest
import uuid_utils

from chassis import outbox
from protos.recording.v1.recording_pb2 import (
    ROUTE_NRLS,
    AddendumMade,
    BreakGlassUsed,
    DraftExpiring,
    EventFacts,
    FeedbackGiven,
    QuestionAnswered,
    QuestionAsked,
    RecordAssigned,
    RecordHandled,
    RecordsLinked,
    ReporterAnonymised,
    SafetyEventErased,
    SafetyEventRecorded,
    SafetyEventRestored,
    SafetyEventRevised,
    SafetyEventWithdrawn,
)
from services.notifications import listener
from tests.services.notifications.office import REFERENCE, Office

EVENT, REMARK = str(uuid_utils.uuid7()), str(uuid_utils.uuid7())
OTHER_REFERENCE = "PSE-26-0THER000-0"
ENDS = datetime(2027, 3, 31, 23, 30, tzinfo=UTC)  # in London already April


def facts(revision: int = 1, **more: Any) -> EventFacts:
    return EventFacts(
        **{
            "event_id": EVENT,
            "reference": REFERENCE,
            "revision": revision,
            "event_type": "incident",
            "organisation": "RZ1",
            "recorder_id": "clerk",
            "revised_by": "clerk",
            **more,
        }
    )


def revised(revision: int = 2, was_urgent: bool = False, **more: Any) -> SafetyEventRevised:
    return SafetyEventRevised(facts=facts(revision, **more), was_urgent=was_urgent)


def withdrawn(revision: int = 2, by: str = "clerk") -> SafetyEventWithdrawn:
    return SafetyEventWithdrawn(facts=facts(revision, revised_by=by, reason="duplicate"))


def restored(revision: int = 3) -> SafetyEventRestored:
    return SafetyEventRestored(facts=facts(revision, revised_by="super"))


def asked(**more: str) -> QuestionAsked:
    told: dict[str, Any] = {
        "asked_by": "lead",
        "recorder_id": "clerk",
        "organisation": "RZ1",
        "reference": REFERENCE,
    }
    return QuestionAsked(remark_id=REMARK, event_id=EVENT, **(told | more))


def answered(**more: str) -> QuestionAnswered:
    told: dict[str, Any] = {
        "asked_by": "lead",
        "answered_by": "clerk",
        "organisation": "RZ1",
        "reference": REFERENCE,
    }
    return QuestionAnswered(remark_id=REMARK, event_id=EVENT, **(told | more))


def added(by: str = "clerk") -> AddendumMade:
    return AddendumMade(remark_id=REMARK, event_id=EVENT, reference=REFERENCE, organisation="RZ1", made_by=by)


def feedback(**more: str) -> FeedbackGiven:
    told: dict[str, Any] = {"recorder_id": "clerk", "given_by": "lead", "reference": REFERENCE}
    return FeedbackGiven(remark_id=REMARK, event_id=EVENT, organisation="RZ1", **(told | more))


def assigned(version: int, to: str, by: str = "lead") -> RecordAssigned:
    told: dict[str, Any] = {"assigned_to": to, "assigned_by": by, "version": version}
    return RecordAssigned(event_id=EVENT, reference=REFERENCE, organisation="RZ1", **told)


def handled(version: int, state: str, by: str = "lead") -> RecordHandled:
    return RecordHandled(
        event_id=EVENT,
        reference=REFERENCE,
        organisation="RZ1",
        recorder_id="clerk",
        state=state,
        handled_by=by,
        version=version,
    )


def linked(kind: str = "same_patient_journey", **more: str) -> RecordsLinked:
    told = {"organisation": "RZ1", "other_organisation": "RZ2", "other_reference": OTHER_REFERENCE}
    return RecordsLinked(link_id=REMARK, kind=kind, reference=REFERENCE, made_by="lead", **(told | more))


def original_read(hour: int = 9, **more: Any) -> BreakGlassUsed:
    told = BreakGlassUsed(
        **{
            "event_id": EVENT,
            "reference": REFERENCE,
            "revision": 1,
            "organisation": "RZ1",
            "actor_id": "reviewer",
            "purpose": "legal_duty",
            **more,
        }
    )
    told.at.FromDatetime(datetime(2026, 11, 23, hour, tzinfo=UTC))
    return told


def expiring(at: datetime = ENDS) -> DraftExpiring:
    told = DraftExpiring(draft_id=REMARK, author_id="clerk")
    told.expires_at.FromDatetime(at)
    return told


@pytest.fixture
def office(office: Office) -> Office:
    office.open_account("admin", "admin@rz1.example", "org_admin", "RZ1")
    office.open_account("super", "super@nhs.example", "super_admin", "XZ9")
    office.open_account("reviewer", "reviewer@nhs.example", "national_reviewer", "XZ9")
    return office


def test_an_event_that_becomes_urgent_is_told_at_once_and_only_once(office: Office) -> None:
    office.tell(SafetyEventRecorded(facts=facts()))
    office.post()
    office.tell(revised(2, urgent=True), revised(2, urgent=True), revised(3, urgent=True, was_urgent=True))
    assert office.notices("lead") == [("lead", "recorded"), ("lead", "escalated")]
    assert office.letters() == ["lead@rz1.example"]
    office.tell(revised(4, was_urgent=True), revised(5, urgent=True))
    assert office.letters() == []


def test_a_change_that_makes_nothing_urgent_is_no_news(office: Office) -> None:
    office.tell(revised(), revised(was_urgent=True, urgent=True), revised(was_urgent=True))
    assert (office.notices(), office.letters()) == ([], [])


def test_a_change_brings_no_second_receipt(office: Office) -> None:
    told = revised()
    told.contact_sealed = office.sealer.seal(b"sam@gp.example", f"contact:{EVENT}")
    office.tell(told)
    assert (office.notices(), office.letters()) == ([], [])


def test_a_change_that_overtakes_its_recording_loses_neither(office: Office) -> None:
    office.tell(revised(urgent=True), SafetyEventRecorded(facts=facts(recorder_id="")))
    assert office.notices() == [("lead", "escalated"), ("lead", "recorded")]
    assert office.letters() == ["lead@rz1.example"]


def test_an_urgent_event_whose_withdrawal_came_first_is_told_all_the_same(office: Office) -> None:
    office.tell(withdrawn(), SafetyEventRecorded(facts=facts(urgent=True, recorder_id="")))
    assert office.notices() == [("lead", "withdrawn"), ("lead", "urgent")]


def test_becoming_urgent_reaches_where_it_happened_unless_sharing_was_declined(office: Office) -> None:
    office.tell(revised(urgent=True, occurred_organisations=["RZ2"], data_sharing_opt_out=True))
    assert office.notices("lead2") == []
    office.tell(revised(urgent=True, occurred_organisations=["RZ2"]))
    assert office.notices("lead2") == [("lead2", "escalated")]


def test_becoming_urgent_reaches_somebody_where_there_is_no_safety_lead(office: Office) -> None:
    office.tell(revised(urgent=True, organisation="Y90001"))
    assert office.notices() == [("reviewer", "escalated")]


def test_what_comes_in_bulk_makes_no_letter_and_no_receipt(office: Office) -> None:
    contact = office.sealer.seal(b"sam@gp.example", f"contact:{EVENT}")
    with outbox.in_lane(outbox.BULK):
        office.tell(SafetyEventRecorded(facts=facts(urgent=True), contact_sealed=contact))
        office.tell(revised(urgent=True))
    assert office.notices() == [("lead", "urgent"), ("lead", "escalated")]
    assert office.letters() == []


def test_what_is_taken_over_from_the_former_system_is_news_to_nobody(office: Office) -> None:
    contact = office.sealer.seal(b"sam@gp.example", f"contact:{EVENT}")
    office.tell(SafetyEventRecorded(facts=facts(urgent=True, route=ROUTE_NRLS), contact_sealed=contact))
    assert (office.notices(), office.letters()) == ([], [])


def test_leads_hear_that_a_record_went_and_came_back_each_time(office: Office) -> None:
    office.tell(withdrawn(2), restored(3), withdrawn(4), withdrawn(4))
    assert office.notices() == [("lead", "withdrawn"), ("lead", "restored"), ("lead", "withdrawn")]
    assert office.letters() == []


@pytest.mark.parametrize("order", list(itertools.permutations((2, 3, 4))))
def test_the_last_that_is_said_of_a_record_is_how_it_is(office: Office, order: tuple[int, ...]) -> None:
    told = {2: withdrawn(2), 3: restored(3), 4: withdrawn(4)}
    office.tell(*(told[number] for number in order))
    assert office.notices()[-1] == ("lead", "withdrawn")
    office.tell(*(told[number] for number in order))
    assert len(office.notices()) == len([n for at, n in enumerate(order) if n == max(order[: at + 1])])


def test_whoever_withdrew_a_record_is_not_told_of_it(office: Office) -> None:
    office.open_account("second", "second@rz1.example", "local_safety_lead", "RZ1")
    office.tell(withdrawn(by="lead"))
    assert office.notices() == [("second", "withdrawn")]


def test_a_question_reaches_the_reporter_by_notice_and_letter(office: Office) -> None:
    office.tell(asked(), asked())
    assert office.notices() == [("clerk", "question")]
    assert office.letters() == ["clerk@rz1.example"]


def test_a_second_question_about_an_event_is_told_too(office: Office) -> None:
    second = asked()
    second.remark_id = str(uuid_utils.uuid7())
    office.tell(asked(), second)
    assert office.notices() == [("clerk", "question")] * 2


def test_an_answer_reaches_the_one_who_asked(office: Office) -> None:
    office.tell(answered(), answered())
    assert office.notices() == [("lead", "answer")]
    assert office.letters() == ["lead@rz1.example"]


@pytest.mark.parametrize("recorder", ["client:lrms", "", "lead"])
def test_a_question_to_no_account_or_to_oneself_is_told_to_nobody(office: Office, recorder: str) -> None:
    office.tell(asked(recorder_id=recorder), answered(answered_by="lead"))
    assert (office.notices(), office.letters()) == ([], [])


def test_an_addendum_reaches_the_leads_unless_it_is_their_own(office: Office) -> None:
    office.tell(added(), added())
    assert office.notices() == [("lead", "addendum")]
    office.open_account("second", "second@rz1.example", "local_safety_lead", "RZ1")
    office.tell(added(by="lead"))
    assert office.notices("second") == [("second", "addendum")]


def test_the_reporter_hears_how_it_goes_in_plain_words(office: Office) -> None:
    states = ("under_review", "action_in_progress", "closed", "not_a_patient_safety_event")
    office.tell(*(handled(version, state) for version, state in enumerate(states, 1)))
    assert office.notices() == [("clerk", "handled")] * len(states)
    bodies = [row.body for row in office.rows("select body from notices order by id")]
    assert not [body for body in bodies if "_" in body]
    assert office.letters() == []


@pytest.mark.parametrize("state", ["new", "on_hold", "needs_information", "duplicate", "reopened"])
def test_states_that_help_no_reporter_are_not_told(office: Office, state: str) -> None:
    office.tell(handled(1, state))
    assert office.notices() == []


def test_a_state_told_late_does_not_follow_a_newer_one(office: Office) -> None:
    office.tell(handled(3, "closed"), handled(2, "under_review"), handled(3, "closed"))
    assert "closed" in office.rows("select body from notices")[0].body
    assert len(office.notices()) == 1


def test_whoever_handles_their_own_report_is_not_told_of_it(office: Office) -> None:
    office.tell(handled(1, "closed", by="clerk"))
    assert office.notices() == []


def test_the_other_organisation_hears_of_a_link_by_its_own_records_number(office: Office) -> None:
    office.tell(linked(), linked())
    assert office.notices() == [("lead2", "linked")]
    row = office.rows("select reference, subject || body as said from notices")[0]
    assert row.reference == OTHER_REFERENCE
    assert REFERENCE not in row.said


def test_an_organisation_hears_of_a_record_that_should_be_its_own(office: Office) -> None:
    office.tell(linked("recorded_for_wrong_organisation", other_reference=""))
    assert [row.reference for row in office.rows("select reference from notices")] == [REFERENCE]
    assert office.notices() == [("lead2", "meant_for_you")], "which is not yet among theirs"


@pytest.mark.parametrize("other", ["RZ1", ""])
def test_a_link_within_an_organisation_is_news_to_nobody(office: Office, other: str) -> None:
    office.tell(linked(other_organisation=other))
    assert office.notices() == []


def test_reading_original_text_is_told_to_those_who_answer_for_it(office: Office) -> None:
    office.tell(original_read(), original_read())
    assert sorted(office.notices()) == [(one, "original_read") for one in ("admin", "lead", "super")]
    office.tell(original_read(hour=10))
    assert len(office.notices()) == 6


def test_an_event_of_no_organisation_is_not_told_to_all_of_them(office: Office) -> None:
    office.tell(original_read(organisation=""))
    assert office.notices() == [("super", "original_read")]


def test_the_reporter_hears_by_letter_that_they_are_told_what_changed(office: Office) -> None:
    office.tell(feedback(), feedback(), feedback(recorder_id=""))
    assert office.notices() == [("clerk", "feedback")]
    assert office.letters() == ["clerk@rz1.example"]


def test_who_is_to_follow_an_event_up_hears_of_it_once_and_not_of_what_they_took(office: Office) -> None:
    office.tell(
        assigned(2, "lead"), assigned(3, "clerk"), assigned(3, "clerk"), assigned(2, "admin", "clerk")
    )
    office.tell(assigned(4, ""))
    assert office.notices() == [("clerk", "assigned")]


def test_an_author_is_warned_before_a_draft_goes_and_again_when_its_day_has_moved(office: Office) -> None:
    office.tell(expiring(), expiring())
    assert office.letters() == ["clerk@rz1.example"]
    assert "1 April 2027" in office.rows("select body from notices")[0].body
    office.tell(expiring(ENDS.replace(year=2028)))
    assert office.notices() == [("clerk", "draft_expiring")] * 2


SECRET = b"Ann Smith, ward 3"
EVERYTHING = (
    SafetyEventRevised(facts=facts(2, urgent=True, local_reference="Ann Smith"), narrative_sealed=SECRET),
    withdrawn(3),
    restored(4),
    asked(recorder_id="clerk"),
    answered(),
    added(),
    feedback(),
    assigned(1, "clerk"),
    handled(1, "closed"),
    linked(),
    original_read(purpose="Ann Smith"),
    expiring(),
)


def test_every_message_that_recording_tells_of_a_record_is_told_to_somebody(office: Office) -> None:
    """But for those that ask us to forget."""
    tried = {type(one) for one in EVERYTHING}
    of_records = {
        kind for kind in listener.HANDLERS if kind.DESCRIPTOR.full_name.startswith("lfpse.recording.")
    }
    assert tried == of_records - {SafetyEventRecorded, ReporterAnonymised, SafetyEventErased}
    office.tell(*EVERYTHING)
    assert len({kind for _, kind in office.notices()}) == len(EVERYTHING)


def test_nothing_that_is_said_holds_more_than_numbers_and_our_own_words(office: Office) -> None:
    office.tell(*EVERYTHING)
    said = office.rows(
        "select subject || body || reference as words from notices union all select subject || body from letters"
    )
    assert len(said) > len(EVERYTHING)
    assert not [row.words for row in said if "Ann" in row.words or "ward" in row.words]


def anonymised() -> ReporterAnonymised:
    return ReporterAnonymised(facts=facts(recorder_id=f"anonymous:{EVENT}"))


def test_nothing_ties_a_reporter_who_was_cut_off_to_the_event(office: Office) -> None:
    sealed = office.sealer.seal(b"sam@gp.example", f"contact:{EVENT}")
    recorded = SafetyEventRecorded(facts=facts(), contact_sealed=sealed)
    told = (recorded, asked(), handled(2, "closed"))
    office.tell(*told)
    assert {kind for _, kind in office.notices("clerk")} == {"receipt", "question", "handled"}
    office.tell(anonymised(), *told, anonymised())
    assert office.notices("clerk") == []
    assert office.notices("lead") == [("lead", "recorded")]
    assert office.letters() == []
    assert not office.rows("select 1 from letters")


def test_a_reporter_who_was_cut_off_is_told_nothing_that_comes_late(office: Office) -> None:
    sealed = office.sealer.seal(b"sam@gp.example", f"contact:{EVENT}")
    office.tell(anonymised(), SafetyEventRecorded(facts=facts(), contact_sealed=sealed))
    office.tell(asked(), handled(2, "closed"))
    assert office.notices("clerk") == []
    assert office.letters() == []


def test_what_another_report_told_its_reporter_stays(office: Office) -> None:
    office.hear_of(recorder_id="clerk", reference=OTHER_REFERENCE)
    office.tell(anonymised())
    assert office.notices("clerk") == [("clerk", "receipt")]
    assert office.letters() == ["clerk@rz1.example"]

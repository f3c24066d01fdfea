"""The life of a record: revisions, re-typing, governance, withdrawal and restoring, on a real database."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chassis.actors import Actor, Grant, Reach
from chassis.problems import Kind, Problem
from chassis.sealing import Opener
from protos.recording.v1 import recording_pb2 as pb
from services.recording.domain.answers import Answer, Value
from services.recording.domain.glass import Why
from services.recording.domain.safety_events import Receipt
from services.recording.use_cases import (
    Submission,
    anonymise_reporter,
    break_glass,
    check_revision,
    find_event,
    govern,
    history,
    keep_redacted_text,
    read_original,
    restore,
    retype,
    revise,
    submit,
    withdraw,
)
from services.recording.use_cases.common import LONDON
from tests.builders.actors import EVERYTHING, a_person, an_lrms
from tests.builders.recording import LRMS, WORDS, System, incident

DESCRIPTION = "adverse-event-core/0/Description"
WHY = Why("redaction_check", "", "The redaction of this text is to be checked")
NATIONAL = Actor(
    "national",
    "person",
    "",
    (
        Grant(
            "",
            Reach.NATIONAL,
            frozenset({"recording:restore", "recording:original", "recording:anonymise"}),
        ),
    ),
)


def update(
    system: System,
    receipt: Receipt,
    answers: list[Answer],
    expected: int = 0,
    actor: Actor = LRMS,
    now: datetime | None = None,
    question_set: int = 6,
    **more: Any,
) -> Receipt:
    submission = Submission(question_set, answers, "api", **more)
    return revise(system.db, system.tools, actor, receipt.event_id, expected, submission, now)


def worse(**overrides: Any) -> list[Answer]:
    return incident(**{"patient-information/PhysicalHarm": "2"} | overrides)


def originals(system: System, receipt: Receipt) -> dict[str, str]:
    break_glass(system.db, system.tools, NATIONAL, receipt.event_id, WHY)
    return read_original(system.db, system.tools, NATIONAL, receipt.event_id, 0)[1]


def shown(system: System, receipt: Receipt, revision: int = 0) -> dict[str, str]:
    return dict(find_event(system.db, system.tools, LRMS, receipt.event_id, revision).texts)


def test_invariant_1_revisions_are_numbered_without_gaps_and_the_reference_stays(system: System) -> None:
    first = system.submit()
    made = [update(system, first, incident(**{"patient-information/PhysicalHarm": code})) for code in "324"]
    assert [one.revision for one in made] == [2, 3, 4]
    assert {one.reference for one in made} == {first.reference}
    revisions, total = history(system.db, system.tools, LRMS, first.event_id, 0, 0)
    assert [one.event.revision for one in revisions] == [4, 3, 2, 1]
    assert total == 4
    assert find_event(system.db, system.tools, LRMS, first.reference).event.revision == 4


def test_a_reference_number_is_found_as_people_type_it(system: System) -> None:
    first = system.submit()
    typed = first.reference.lower().replace("-", " ").replace("0", "o")
    assert find_event(system.db, system.tools, LRMS, typed).event.event_id == first.event_id
    gone = withdraw(system.db, system.tools, LRMS, f" {first.reference.replace('-', '')}", 1, "duplicate")
    assert gone.revision == 2


def test_invariant_2_the_reported_date_is_that_of_the_first_revision(system: System) -> None:
    now = datetime.now(UTC)
    first = system.submit(now=now - timedelta(days=3))
    second = update(system, first, worse(), now=now)
    assert second.reported_at == first.reported_at
    assert second.revised_at == now
    told = system.told()[-1]
    assert isinstance(told, pb.SafetyEventRevised)
    assert told.facts.reported_at.ToDatetime(UTC) == first.reported_at
    assert (told.facts.worst_physical_harm, told.facts.urgent, told.was_urgent) == ("2", True, False)


def test_what_happened_on_the_day_of_recording_stays_on_that_day(system: System) -> None:
    now = datetime.now(UTC)
    said = {"native/Date": None, "adverse-event-estimated-date/IncidentOccurredToday": "y"}
    first = system.submit(incident(**said), now=now - timedelta(days=3))
    day = (now - timedelta(days=3)).astimezone(LONDON).date().isoformat()
    lead = a_person("RZ1", permissions=frozenset({"recording:govern"}))
    block = [Answer("adverse-event-governance", 0, "DutyOfCandour", True, "DutyOfCandour")]
    update(system, first, worse(**said), now=now - timedelta(days=1))
    govern(system.db, system.tools, lead, first.event_id, 0, block, now)
    told = [one.facts.occurred_on for one in system.told()]
    assert told == [day, day, day]
    assert system.rows("select occurred_on from events")[0].occurred_on == day


def test_invariant_3_a_revision_may_raise_the_version_and_never_lower_it(system: System) -> None:
    first = system.submit()
    with pytest.raises(Problem) as caught:
        update(system, first, incident(), question_set=5)
    assert caught.value.code in ("version-lowered", "unknown-profile")
    assert system.rows("select revision from events")[0].revision == 1


def test_every_revision_is_a_full_snapshot_with_who_and_when(system: System) -> None:
    first = system.submit()
    colleague = an_lrms("RZ1", "another")
    update(system, first, worse(), actor=colleague)
    old, new = (find_event(system.db, system.tools, LRMS, first.event_id, n).event for n in (1, 2))
    assert old.facts["patient-information"][0]["PhysicalHarm"] == "4"
    assert new.facts["patient-information"][0]["PhysicalHarm"] == "2"
    assert (old.revised_by, new.revised_by) == (LRMS.id, colleague.id)
    assert (old.summary["worst_physical"], new.summary["worst_physical"]) == ("4", "2")


def test_the_same_answers_again_make_no_revision(system: System) -> None:
    first = system.submit()
    assert update(system, first, incident()).repeated
    second = update(system, first, worse(), expected=1)
    again = update(system, first, worse(), expected=1)
    assert (second.revision, again.revision, again.repeated) == (2, 2, True)
    assert len(system.rows("select 1 from revisions")) == len(system.told()) == 2


def test_an_update_of_an_old_revision_is_a_conflict(system: System) -> None:
    first = system.submit()
    update(system, first, worse())
    with pytest.raises(Problem) as caught:
        update(system, first, incident(**{"patient-information/PhysicalHarm": "3"}), expected=1)
    assert (caught.value.kind, caught.value.code) == (Kind.CONFLICT, "version-conflict")


def test_someone_elses_identical_update_is_not_ours_sent_again(system: System) -> None:
    first = system.submit()
    update(system, first, worse(), expected=1, actor=an_lrms("RZ1", "another"))
    with pytest.raises(Problem) as caught:
        update(system, first, worse(), expected=1)
    assert caught.value.code == "version-conflict"


def test_a_read_then_a_write_keeps_the_original_text(system: System) -> None:
    first = system.submit()
    system.redact(first, Description="[NAME] fell")
    second = update(system, first, worse(**{"adverse-event-core/Description": "[NAME] fell"}))
    assert originals(system, second)[DESCRIPTION] == WORDS
    assert shown(system, second)[DESCRIPTION] == "[NAME] fell"
    told = system.told()[1]
    assert dict(told.facts.written_in) == {
        "adverse-event-core/0/Description": 1,
        "adverse-event-outcome/0/ImmediateActions": 1,
    }
    assert told.narrative_sealed == b""


def test_a_text_not_seen_yet_and_left_as_it_is_is_kept(system: System) -> None:
    first = system.submit()
    left = Answer("adverse-event-core", 0, "Description", "", "AdverseEvent.extension[0]", as_it_is=True)
    answers = [*(one for one in worse() if one.property != "Description"), left]
    second = update(system, first, answers)
    assert originals(system, second)[DESCRIPTION] == WORDS


def patients(*texts: str | None, numbers: str = "123") -> list[Answer]:
    """An incident in which there were these patients; None is an outcome that is left as it is, "" is none."""
    answers = [one for one in incident() if one.section != "patient-information"]
    for entry, (number, words) in enumerate(zip(numbers, texts, strict=False)):
        coded: dict[str, Value] = {
            "PatientSequence": int(number),
            "PhysicalHarm": "4",
            "PsychologicalHarm": "4",
        }
        for name, value in (coded | ({"ClinicalOutcome": words} if words else {})).items():
            answers.append(Answer("patient-information", entry, name, value, f"patient[{entry}].{name}"))
        if words is None:
            path = f"patient[{entry}].ClinicalOutcome"
            answers.append(Answer("patient-information", entry, "ClinicalOutcome", "", path, as_it_is=True))
    return answers


def outcomes(system: System, receipt: Receipt) -> list[str | None]:
    found = originals(system, receipt)
    return [found.get(f"patient-information/{entry}/ClinicalOutcome") for entry in range(2)]


@pytest.mark.parametrize(
    ("sent", "path"),
    [
        (patients(None), "patient[0].ClinicalOutcome"),  # the first patient is gone, or the second
        (patients(None, None, numbers="21"), "patient[0].ClinicalOutcome"),
        (patients("Ann is well", "Bob went home", None), "patient[2].ClinicalOutcome"),
        (patients(None, "", "Bob went home"), "patient[0].ClinicalOutcome"),
    ],
)
def test_a_text_not_seen_yet_is_not_taken_for_that_of_another_patient(
    system: System, sent: list[Answer], path: str
) -> None:
    first = system.submit(patients("Ann is well", "Bob went home"))
    with pytest.raises(Problem) as caught:
        update(system, first, sent)
    assert {one.code for one in caught.value.faults} == {"text-being-checked"}
    assert caught.value.faults[0].path == path
    assert len(system.rows("select 1 from revisions")) == 1


def test_a_text_not_seen_yet_is_kept_where_it_stands_as_it_stood(system: System) -> None:
    first = system.submit(patients("Ann is well", "Bob went home"))
    update(system, first, patients(None, "Bob is at home"))
    assert outcomes(system, first) == ["Ann is well", "Bob is at home"]


def test_one_of_several_texts_not_seen_yet_is_kept_only_among_as_many(system: System) -> None:
    def drugs(*texts: str | None) -> list[Answer]:
        said = incident(**{"adverse-event-agent/InvolvedAgents": ["4"]})
        place = ("adverse-event-agent", 0, "DrugsInvolved")
        return said + [
            Answer(*place, words or "", f"drug[{n}]", words is None) for n, words in enumerate(texts)
        ]

    first = system.submit(drugs("Codeine", "Aspirin"))
    assert update(system, first, drugs(None, None)).repeated
    with pytest.raises(Problem) as caught:
        update(system, first, drugs(None))
    assert [(one.path, one.code) for one in caught.value.faults] == [("drug[0]", "text-being-checked")]


def test_who_knew_another_revision_hears_of_that_first(system: System) -> None:
    first = system.submit(patients("Ann is well", "Bob went home"))
    update(
        system, first, patients("Ann is well", "Bob went home", "Cy is well"), actor=an_lrms("RZ1", "another")
    )
    with pytest.raises(Problem) as caught:
        update(system, first, patients(None, None), expected=1)
    assert caught.value.code == "version-conflict"


def test_a_text_left_as_it_is_where_there_is_none_is_no_answer(system: System) -> None:
    first = system.submit(patients("", ""))
    assert update(system, first, patients(None, None)).repeated


def test_a_text_that_moves_with_the_version_is_not_lost_unsaid(system: System) -> None:
    old = [
        Answer("native", 0, "Type", "1", "type"),
        Answer("native", 0, "Date", "2026-03-02", "date"),
        Answer("native", 0, "Description", WORDS, "description"),
    ]
    first = submit(system.db, system.tools, LRMS, Submission(5, old, "api"))
    left = Answer("adverse-event-core", 0, "Description", "", "AdverseEvent.extension[0]", as_it_is=True)
    risen = [one for one in incident() if one.property != "Description"]
    with pytest.raises(Problem) as caught:
        update(system, first, [*risen, left])
    assert [(one.path, one.code) for one in caught.value.faults] == [(left.path, "text-being-checked")]
    assert update(system, first, incident()).revision == 2


def test_a_text_shown_like_that_of_another_patient_is_not_taken_for_it(system: System) -> None:
    first = system.submit(patients("Ann is well", "Bob is well"))
    fields = {f"patient-information/{entry}/ClinicalOutcome": "[NAME] is well" for entry in range(2)}
    with system.db.begin() as tx:
        keep_redacted_text(tx, first.event_id, 1, fields)
    assert update(system, first, patients("[NAME] is well", "[NAME] is well")).repeated
    update(system, first, patients("[NAME] is well"))
    assert outcomes(system, first) == ["[NAME] is well", None]


def test_a_text_seen_under_one_patient_is_found_again_under_another(system: System) -> None:
    first = system.submit(patients("Ann is well", "Bob went home"))
    fields = {
        "patient-information/0/ClinicalOutcome": "[NAME] is well",
        "patient-information/1/ClinicalOutcome": "[NAME] went home",
    }
    with system.db.begin() as tx:
        keep_redacted_text(tx, first.event_id, 1, fields)
    second = update(system, first, patients("[NAME] went home", "[NAME] is well"))
    found = originals(system, second)
    assert found["patient-information/0/ClinicalOutcome"] == "Bob went home"
    assert found["patient-information/1/ClinicalOutcome"] == "Ann is well"


def test_only_what_was_written_anew_goes_to_enrichment(system: System) -> None:
    first = system.submit()
    system.redact(first, Description="[NAME] fell")
    second = update(system, first, worse(**{"adverse-event-outcome/ImmediateActions": "Rang the family"}))
    told = system.told()[1]
    opened = Opener(system.enrichment.private).open(
        told.narrative_sealed, f"narrative:{first.event_id}:{second.revision}"
    )
    assert dict(pb.Narrative.FromString(opened).texts) == {
        "adverse-event-outcome/0/ImmediateActions": "Rang the family"
    }
    assert shown(system, second) == {DESCRIPTION: "[NAME] fell"}


def test_a_contact_that_does_not_come_back_is_kept(system: System) -> None:
    contact = {"practitioner-details/ReporterContact": "sam.field@nhs.example"}
    first = system.submit(incident(**contact))
    update(system, first, worse())
    sealed = system.rows("select sealed from revisions where revision = 2")[0].sealed
    assert "practitioner-details/0/ReporterContact" in sealed
    assert system.told()[1].contact_sealed == b""


def test_no_original_lies_in_clear_after_revisions(system: System) -> None:
    first = system.submit()
    update(system, first, worse(**{"adverse-event-core/Description": "Trolley brake was off"}))
    for table in ("events", "revisions", "requests", "outbox", "audit", "event_keys"):
        for row in system.rows(f"select {table}::text as everything from {table}"):
            assert "rolley" not in row.everything


def test_an_update_that_does_not_hold_changes_nothing(system: System) -> None:
    first = system.submit()
    with pytest.raises(Problem) as caught:
        update(system, first, incident(**{"patient-information/PhysicalHarm": "9"}))
    assert caught.value.faults
    assert len(system.rows("select 1 from revisions")) == len(system.told()) == 1


def test_another_local_reference_is_refused(system: System) -> None:
    first = system.submit(local_reference="W-1")
    with pytest.raises(Problem) as caught:
        update(system, first, worse(), local_reference="W-2")
    assert caught.value.code == "reference-changed"
    assert update(system, first, worse(), local_reference="W-1").revision == 2


def test_a_reference_that_another_record_has_is_refused(system: System) -> None:
    system.submit(local_reference="W-1")
    other = system.submit(incident(**{"native/Date": "2026-02-01"}))
    with pytest.raises(Problem) as caught:
        update(system, other, worse(), local_reference="W-1")
    assert (caught.value.kind, caught.value.code) == (Kind.INVALID, "reference-changed")
    assert [one.path for one in caught.value.faults] == ["AdverseEvent.identifier.value"]
    assert system.rows("select max(revision) as newest from revisions")[0].newest == 1
    assert update(system, other, worse(), local_reference="W-1", reference_system="urn:risks").revision == 2


def test_an_update_that_only_brings_the_reference_is_kept(system: System) -> None:
    first = system.submit()
    named: dict[str, Any] = {"local_reference": "W-1", "reference_system": "urn:incidents"}
    second = update(system, first, incident(), local_reference="W-1", expected=1)
    third = update(system, first, incident(), **named, expected=2)
    assert [(one.revision, one.repeated) for one in (second, third)] == [(2, False), (3, False)]
    assert update(system, first, incident(), **named, expected=2).repeated
    assert update(system, first, incident()).repeated, "who does not say it leaves it as it is"
    assert update(system, first, incident(), local_reference="W-1").repeated
    event = find_event(system.db, system.tools, LRMS, first.event_id).event
    assert (event.reference_system, event.local_reference) == ("urn:incidents", "W-1")
    assert system.submit(incident(), **named).reference == first.reference
    with pytest.raises(Problem) as caught:
        update(system, first, worse(), local_reference="W-1", reference_system="urn:risks")
    assert [one.path for one in caught.value.faults] == ["AdverseEvent.identifier.system"]


NOBODY = {
    f"patient-information/{name}": None
    for name in ("PatientSequence", "AgeAtTimeOfIncidentDays", "PhysicalHarm", "PsychologicalHarm")
}


def test_an_update_that_only_says_whether_patients_were_affected_is_kept(system: System) -> None:
    first = system.submit(incident(**NOBODY))
    made = update(system, first, incident(**NOBODY), patients="no")
    assert (made.revision, made.repeated) == (2, False)
    assert update(system, first, incident(**NOBODY), patients="no").repeated
    assert system.told()[-1].facts.patients_known == "no"


def test_that_nobody_was_affected_stays_where_a_sender_cannot_say_it(system: System) -> None:
    first = system.submit(incident(**NOBODY), patients="no")
    assert update(system, first, incident(**NOBODY)).repeated
    update(system, first, incident(**NOBODY | {"native/Date": "2026-02-01"}))
    update(system, first, incident(**NOBODY), patients="unknown")
    update(system, first, incident())
    assert [one.facts.patients_known for one in system.told()] == ["no", "no", "unknown", "yes"]


# ---- what an update would be refused for


def judged(
    system: System, receipt: Receipt, answers: list[Answer], expected: int = 0, **more: Any
) -> list[str]:
    """Codes of what is remarked on, or of what is refused."""
    asked = Submission(more.pop("question_set", 6), answers, "api", **more)
    try:
        found = check_revision(system.db, system.tools, LRMS, receipt.event_id, expected, asked, strict=False)
    except Problem as problem:
        return [problem.code, *(one.code for one in problem.faults if one.code != problem.code)]
    return [one.code for one in found]


def test_an_update_is_judged_as_it_would_be_made_and_nothing_is_kept(system: System) -> None:
    system.submit(incident(**{"native/Date": "2026-02-03"}), local_reference="W-1")
    first = system.submit(local_reference="W-2", reference_system="urn:incidents")
    unnamed = system.submit(incident(**{"native/Date": "2026-02-04"}))
    before = system.rows("select (select count(*) from revisions), (select count(*) from outbox)")
    assert judged(system, first, worse()) == []
    assert judged(system, first, incident(), local_reference="W-2") == []
    assert judged(system, first, incident(**{"adverse-event-classification/LevelOfConcern": None})) == [
        "required-missing"
    ]
    assert judged(system, first, incident(**{"native/Type": "4"})) == ["type-change"]
    assert judged(system, first, incident(), question_set=5) == ["version-lowered"]
    assert judged(system, first, worse(), local_reference="W-9") == ["reference-changed"]
    assert judged(system, first, worse(), local_reference="W-2", reference_system="urn:x") == [
        "reference-changed"
    ]
    assert judged(system, unnamed, worse(), local_reference="W-1") == ["reference-changed"]
    assert judged(system, first, worse(), expected=7) == ["version-conflict"]
    assert judged(system, first, worse(**{"native/Date": "2999-01-01"})) == [
        "answers-not-accepted",
        "future-date",
    ]
    assert system.rows("select (select count(*) from revisions), (select count(*) from outbox)") == before
    update(system, first, worse(), expected=1)
    assert judged(system, first, worse(), expected=1) == [], "sent again because its answer was lost"
    withdraw(system.db, system.tools, LRMS, first.event_id, 0, "duplicate")
    assert judged(system, first, worse()) == ["deleted"]


def test_an_update_is_judged_strictly_where_that_is_asked_and_only_for_who_may_make_it(
    system: System,
) -> None:
    first = system.submit()
    asked = Submission(6, incident(**{"adverse-event-classification/LevelOfConcern": None}), "api")
    with pytest.raises(Problem) as caught:
        check_revision(system.db, system.tools, LRMS, first.event_id, 0, asked, strict=True)
    assert [one.code for one in caught.value.faults] == ["required-missing"]
    for stranger, kind in ((an_lrms("RZ2"), Kind.NOT_FOUND), (NATIONAL, Kind.FORBIDDEN)):
        with pytest.raises(Problem) as caught:
            check_revision(system.db, system.tools, stranger, first.event_id, 0, asked, strict=False)
        assert caught.value.kind is kind


@pytest.mark.parametrize("stranger", [an_lrms("RZ2"), a_person("RZ1", Reach.OWN)])
def test_nobody_else_changes_a_record(system: System, stranger: Actor) -> None:
    first = system.submit(incident(**{"location-details/Organisation": "RZ2"}))
    for attempt in (
        lambda: update(system, first, worse(), actor=stranger),
        lambda: withdraw(system.db, system.tools, stranger, first.event_id, 0, "duplicate"),
    ):
        with pytest.raises(Problem) as caught:
            attempt()
        assert caught.value.kind is Kind.NOT_FOUND


def test_a_risk_becomes_an_incident_and_keeps_its_reference(system: System) -> None:
    risk = system.submit(
        incident(
            **{
                "native/Type": "2",
                "patient-information/PatientSequence": None,
                "patient-information/AgeAtTimeOfIncidentDays": None,
                "patient-information/PhysicalHarm": None,
                "patient-information/PsychologicalHarm": None,
                "adverse-event-risk-details/RiskImminent": "n",
                "location-details/LocationAtRisk": "1",
            }
        )
    )
    made = retype(system.db, system.tools, LRMS, risk.event_id, 1, "incident")
    event = find_event(system.db, system.tools, LRMS, risk.event_id).event
    assert (event.event_type, event.revision, event.reference) == ("incident", 2, risk.reference)
    assert "LocationAtRisk" not in event.facts["location-details"][0]
    before = find_event(system.db, system.tools, LRMS, risk.event_id, 1).event
    assert (before.event_type, before.facts["location-details"][0]["LocationAtRisk"]) == ("risk", "1")
    assert system.told()[-1].facts.change == pb.CHANGE_RETYPED
    assert originals(system, made)[DESCRIPTION] == WORDS


@pytest.mark.parametrize("way", ["good_care", "risk", "outcome"])
def test_an_incident_does_not_become_something_else(system: System, way: str) -> None:
    first = system.submit()
    with pytest.raises(Problem) as caught:
        retype(system.db, system.tools, LRMS, first.event_id, 0, way)
    assert caught.value.code == "type-change"


def test_an_update_may_not_change_the_type_by_the_back_door(system: System) -> None:
    first = system.submit()
    with pytest.raises(Problem) as caught:
        update(system, first, incident(**{"native/Type": "4"}))
    assert caught.value.code == "type-change"


def test_governance_is_filled_in_afterwards_and_leaves_the_rest(system: System) -> None:
    first = system.submit()
    lead = a_person("RZ1", permissions=frozenset({"recording:govern", "recording:read"}))
    block = [Answer("adverse-event-governance", 0, "DutyOfCandour", True, "DutyOfCandour")]
    made = govern(system.db, system.tools, lead, first.event_id, 1, block)
    event = find_event(system.db, system.tools, LRMS, first.event_id).event
    assert made.revision == 2
    assert event.facts["adverse-event-governance"] == [{"DutyOfCandour": True}]
    assert event.facts["adverse-event-agent"] == [{"InvolvedAgents": ["10"]}]
    assert event.written_in[DESCRIPTION] == 1


def test_governance_takes_nothing_else(system: System) -> None:
    first = system.submit()
    lead = a_person("RZ1", permissions=frozenset({"recording:govern"}))
    block = [Answer("patient-information", 0, "PhysicalHarm", "1", "PhysicalHarm")]
    with pytest.raises(Problem) as caught:
        govern(system.db, system.tools, lead, first.event_id, 0, block)
    assert caught.value.faults[0].code == "unknown-question"


GOVERNED = {"adverse-event-governance/DutyOfCandour": True, "adverse-event-governance/CqcNotify": False}
STAFFED = {"adverse-event-governance": [{"DutyOfCandour": True, "CqcNotify": False}]}


def staffed(system: System, receipt: Receipt) -> dict[str, Any]:
    event = find_event(system.db, system.tools, LRMS, receipt.event_id).event
    return {name: rows for name, rows in event.facts.items() if name == "adverse-event-governance"}


def test_an_update_that_knows_nothing_of_governance_keeps_it(system: System) -> None:
    first = system.submit()
    lead = a_person("RZ1", permissions=frozenset({"recording:govern"}))
    block = [Answer("adverse-event-governance", 0, "DutyOfCandour", True, "DutyOfCandour")]
    govern(system.db, system.tools, lead, first.event_id, 1, block)
    update(system, first, worse())
    assert staffed(system, first) == {"adverse-event-governance": [{"DutyOfCandour": True}]}
    update(system, first, worse(**{"adverse-event-governance/CqcNotify": True}))
    assert staffed(system, first) == {"adverse-event-governance": [{"CqcNotify": True}]}, (
        "what comes is whole"
    )


def test_a_local_system_may_say_what_safety_staff_say(system: System) -> None:
    first = system.submit(incident(**GOVERNED))
    assert staffed(system, first) == STAFFED
    update(system, first, worse(**GOVERNED | {"adverse-event-governance/CqcNotify": True}))
    assert staffed(system, first)["adverse-event-governance"][0]["CqcNotify"] is True


def test_a_person_who_may_not_govern_leaves_that_to_safety_staff(system: System) -> None:
    person = a_person("RZ1")
    elsewhere = a_person("RZ2", permissions=frozenset({"recording:govern"}))
    both = replace(person, grants=person.grants + elsewhere.grants)
    first = system.submit(incident(**GOVERNED))
    for actor in (person, both):
        for attempt in (
            lambda actor=actor: system.submit(incident(**GOVERNED), actor=actor),
            lambda actor=actor: update(
                system, first, worse(**{"adverse-event-governance/CqcNotify": True}), actor=actor
            ),
        ):
            with pytest.raises(Problem) as caught:
                attempt()
            assert (caught.value.kind, caught.value.code) == (Kind.FORBIDDEN, "not-permitted")
    assert update(system, first, worse(**GOVERNED), actor=person).revision == 2, (
        "what was read may be sent back"
    )
    assert update(system, first, incident(), actor=person).revision == 3
    assert staffed(system, first) == STAFFED


def test_a_safety_lead_says_it_in_an_update_as_well(system: System) -> None:
    lead = a_person("RZ1", permissions=EVERYTHING | {"recording:govern"})
    first = system.submit(incident(**GOVERNED), actor=lead)
    update(system, first, worse(**{"adverse-event-governance/CqcNotify": True}), actor=lead)
    assert staffed(system, first) == {"adverse-event-governance": [{"CqcNotify": True}]}


def test_a_withdrawn_event_is_gone_but_its_history_stays(system: System) -> None:
    first = system.submit()
    gone = withdraw(system.db, system.tools, LRMS, first.event_id, 1, "recorded_in_error")
    again = withdraw(system.db, system.tools, LRMS, first.event_id, 1, "recorded_in_error")
    assert (gone.revision, again.revision, again.repeated) == (2, 2, True)
    with pytest.raises(Problem) as caught:
        find_event(system.db, system.tools, LRMS, first.event_id)
    assert (caught.value.kind, caught.value.code) == (Kind.NOT_FOUND, "deleted")
    assert find_event(system.db, system.tools, LRMS, first.event_id, 1).event.revision == 1
    revisions, _ = history(system.db, system.tools, LRMS, first.event_id, 0, 0)
    assert [(one.event.change.value, one.event.reason) for one in revisions] == [
        ("withdrawn", "recorded_in_error"),
        ("recorded", ""),
    ]
    with pytest.raises(Problem) as caught:
        update(system, first, worse())
    assert caught.value.code == "deleted"


def test_a_stranger_does_not_learn_that_an_event_was_withdrawn(system: System) -> None:
    first = system.submit()
    withdraw(system.db, system.tools, LRMS, first.event_id, 0, "duplicate")
    with pytest.raises(Problem) as caught:
        find_event(system.db, system.tools, an_lrms("RZ2"), first.event_id)
    assert caught.value.code == "event-not-found"


def test_a_withdrawal_needs_a_reason_of_the_list(system: System) -> None:
    first = system.submit()
    with pytest.raises(Problem) as caught:
        withdraw(system.db, system.tools, LRMS, first.event_id, 0, "because")
    assert caught.value.code == "unknown-reason"


def test_a_restored_event_is_as_it_was(system: System) -> None:
    first = system.submit()
    system.redact(first, Description="[NAME] fell")
    withdraw(system.db, system.tools, LRMS, first.event_id, 0, "duplicate")
    back = restore(system.db, system.tools, NATIONAL, first.event_id)
    assert back.revision == 3
    assert restore(system.db, system.tools, NATIONAL, first.event_id).repeated
    event = find_event(system.db, system.tools, LRMS, first.event_id).event
    assert event.facts["patient-information"][0]["PhysicalHarm"] == "4"
    assert shown(system, first)[DESCRIPTION] == "[NAME] fell"
    kinds = [type(one).__name__ for one in system.told()]
    assert kinds == ["SafetyEventRecorded", "SafetyEventWithdrawn", "SafetyEventRestored"]
    assert update(system, first, worse()).revision == 4


def test_a_record_whose_place_another_took_is_not_restored(system: System) -> None:
    first = system.submit(local_reference="W-1")
    withdraw(system.db, system.tools, LRMS, first.event_id, 0, "recorded_in_error")
    second = system.submit(worse(), local_reference="W-1")
    with pytest.raises(Problem) as caught:
        restore(system.db, system.tools, NATIONAL, first.event_id)
    assert (caught.value.kind, caught.value.code) == (Kind.CONFLICT, "reference-in-use")
    withdraw(system.db, system.tools, LRMS, second.event_id, 0, "duplicate")
    assert restore(system.db, system.tools, NATIONAL, first.event_id).revision == 3
    assert system.submit(local_reference="W-1").reference == first.reference


def test_the_audit_says_which_revision_was_read(system: System) -> None:
    first = system.submit()
    update(system, first, worse())
    for revision in (1, 2, 0):
        find_event(system.db, system.tools, LRMS, first.event_id, revision)
        break_glass(system.db, system.tools, NATIONAL, first.event_id, WHY)
        read_original(system.db, system.tools, NATIONAL, first.event_id, revision)
    for action in ("read", "read-original"):
        noted = system.rows(f"select revision from audit where action = '{action}' order by id")
        assert [row.revision for row in noted] == [1, 2, 2]


def test_invariant_11_the_reporter_can_be_cut_off_without_touching_content(system: System) -> None:
    contact = {"practitioner-details/ReporterContact": "sam.field@nhs.example"}
    person = a_person("RZ1", Reach.OWN)
    first = system.submit(incident(**contact), actor=person, route="online")
    update(system, first, worse(**contact), actor=person)
    before = system.rows("select facts from revisions order by revision")
    for _ in range(2):
        anonymise_reporter(system.db, system.tools, NATIONAL, first.event_id)
    assert system.rows("select facts from revisions order by revision") == before
    assert originals(system, first)[DESCRIPTION] == WORDS
    for table in ("events", "revisions", "requests"):
        for row in system.rows(f"select {table}::text as everything from {table}"):
            assert person.id not in row.everything
            assert "ReporterContact" not in row.everything
    with pytest.raises(Problem):
        find_event(system.db, system.tools, person, first.event_id)
    told = next(one for one in system.told() if isinstance(one, pb.ReporterAnonymised))
    assert (told.facts.event_id, told.facts.revision, told.withdrawn) == (first.event_id, 2, False)
    nobody = f"anonymous:{first.event_id}"
    assert (told.facts.recorder_id, told.facts.revised_by) == (nobody, nobody)
    assert person.id.encode() not in told.SerializeToString()


def test_a_local_system_is_no_person_and_its_next_retry_makes_no_second_record(system: System) -> None:
    contact = incident(**{"practitioner-details/ReporterContact": "sam.field@nhs.example"})
    first = system.submit(contact)
    anonymise_reporter(system.db, system.tools, NATIONAL, first.event_id)
    sealed = "jsonb_exists(sealed, 'practitioner-details/0/ReporterContact')"
    assert not system.rows(f"select 1 from revisions where {sealed}")
    again = system.submit(contact)
    assert (again.event_id, again.repeated) == (first.event_id, True)
    withdraw(system.db, system.tools, LRMS, first.event_id, 0, "duplicate")
    anonymise_reporter(system.db, system.tools, NATIONAL, first.event_id)
    told = [one for one in system.told() if isinstance(one, pb.ReporterAnonymised)]
    assert [(one.facts.recorder_id, one.withdrawn) for one in told] == [(LRMS.id, False), (LRMS.id, True)]


def test_two_updates_at_once_make_two_revisions_and_lose_neither(system: System) -> None:
    first = system.submit()
    made: list[int] = []

    def go(code: str) -> None:
        made.append(update(system, first, incident(**{"patient-information/PhysicalHarm": code})).revision)

    threads = [threading.Thread(target=go, args=(code,)) for code in "325"]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(made) == [2, 3, 4]
    assert len(system.rows("select 1 from revisions")) == 4

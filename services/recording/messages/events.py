"""Domain ↔ protobuf: replies and announcements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp

from chassis.problems import Fault
from protos.problem.v1 import problem_pb2
from protos.recording.v1 import recording_pb2 as pb
from services.recording.domain.answers import Answer
from services.recording.domain.question_set import Kind, QuestionSet
from services.recording.domain.safety_events import Change, Receipt, SafetyEvent

CONTACT = "practitioner-details/0/ReporterContact"  # the field under which a reporter's contact is sealed
ROUTES = {pb.ROUTE_API: "api", pb.ROUTE_ONLINE: "online", pb.ROUTE_NRLS: "nrls"}
CHANGES = {change: f"CHANGE_{change.name}" for change in Change}
_ROUTE_NUMBERS = {name: number for number, name in ROUTES.items()}
_SLOTS = {
    Kind.CODE: "code",
    Kind.STRING: "code",  # of a fixed form, as an approximate date is; words are sealed and never here
    Kind.INTEGER: "integer",
    Kind.BOOLEAN: "boolean",
    Kind.DATE: "date",
    Kind.TIME: "time",
}


def answers(sent: Iterable[pb.Answer]) -> list[Answer]:
    """Answers as they were sent; one without a value is left out."""
    return [_answer(one, slot) for one in sent if (slot := one.WhichOneof("value"))]


def _answer(one: pb.Answer, slot: str) -> Answer:
    if slot == "as_it_is":
        return Answer(one.section, one.entry, one.property, "", one.path, as_it_is=True)
    return Answer(one.section, one.entry, one.property, getattr(one, slot), one.path)


def submitted(receipt: Receipt) -> pb.Submitted:
    return pb.Submitted(
        event_id=receipt.event_id,
        reference=receipt.reference,
        revision=receipt.revision,
        reported_at=timestamp(receipt.reported_at),
        revised_at=timestamp(receipt.revised_at),
        repeated_request=receipt.repeated,
        warnings=[fault(one) for one in receipt.warnings],
        differs=receipt.differs,
    )


def fault(one: Fault) -> problem_pb2.Fault:
    return problem_pb2.Fault(path=one.path, code=one.code, detail=one.detail)


def event(row: SafetyEvent, texts: Mapping[str, str], questions: QuestionSet) -> pb.SafetyEvent:
    """A revision with its redacted texts; a text not yet redacted is said to be unchecked."""
    facts = event_facts(row, questions)
    shown = [pb.Text(field=f, text=texts.get(f, ""), checked=f in texts) for f in facts.narrative_fields]
    return pb.SafetyEvent(facts=facts, texts=shown)


def narrative(texts: Mapping[str, str]) -> bytes:
    """The texts of one revision, to be sealed to enrichment."""
    return pb.Narrative(texts=texts).SerializeToString()


def recorded(
    row: SafetyEvent, questions: QuestionSet, narrative: bytes, contact: bytes
) -> pb.SafetyEventRecorded:
    """The announcement of a new event; `narrative` and `contact` are sealed already."""
    return pb.SafetyEventRecorded(
        facts=event_facts(row, questions), narrative_sealed=narrative, contact_sealed=contact
    )


def revised(
    row: SafetyEvent, questions: QuestionSet, narrative: bytes, contact: bytes, was_urgent: bool
) -> pb.SafetyEventRevised:
    """The announcement of a revision; `narrative` holds the texts written in it, sealed, or nothing."""
    return pb.SafetyEventRevised(
        facts=event_facts(row, questions),
        narrative_sealed=narrative,
        contact_sealed=contact,
        was_urgent=was_urgent,
    )


def withdrawn(row: SafetyEvent, questions: QuestionSet) -> pb.SafetyEventWithdrawn:
    return pb.SafetyEventWithdrawn(facts=event_facts(row, questions))


def restored(row: SafetyEvent, questions: QuestionSet) -> pb.SafetyEventRestored:
    return pb.SafetyEventRestored(facts=event_facts(row, questions))


def reporter_anonymised(row: SafetyEvent, questions: QuestionSet) -> pb.ReporterAnonymised:
    return pb.ReporterAnonymised(facts=event_facts(row, questions), withdrawn=row.withdrawn)


def event_facts(row: SafetyEvent, questions: QuestionSet) -> pb.EventFacts:
    return pb.EventFacts(
        event_id=row.event_id,
        reference=row.reference,
        revision=row.revision,
        question_set=row.question_set,
        event_type=row.event_type,
        reported_at=timestamp(row.reported_at),
        occurred_on=row.occurred_on,
        organisation=row.organisation,
        occurred_organisations=row.summary["occurred_organisations"],
        worst_physical_harm=row.summary["worst_physical"] or "",
        worst_psychological_harm=row.summary["worst_psychological"] or "",
        urgent=row.summary["urgent"],
        data_sharing_opt_out=row.data_sharing_opt_out,
        recorder_id=row.recorder_id,
        route=_ROUTE_NUMBERS[row.route],
        local_reference=row.local_reference,
        reference_system=row.reference_system,
        answers=list(coded(row.facts, questions)),
        narrative_fields=[name for name in row.sealed if name != CONTACT],
        written_in={name: at for name, at in row.written_in.items() if name != CONTACT},
        revised_at=timestamp(row.revised_at),
        revised_by=row.revised_by,
        change=CHANGES[row.change],
        reason=row.reason,
        patients_known=row.summary.get("patients_known", ""),
    )


def redacted_texts(told: Any) -> dict[str, str]:
    """Field → redacted text of a SafetyEventRedacted."""
    return {one.field: one.text for one in told.texts}


def timestamp(at: datetime) -> Timestamp:
    return Timestamp(seconds=int(at.timestamp() // 1), nanos=at.microsecond * 1000)


def coded(facts: Mapping[str, Any], questions: QuestionSet) -> Iterator[pb.Answer]:
    for section, entries in facts.items():
        for entry, properties in enumerate(entries):
            for name, value in properties.items():
                question = questions.question(section, name)
                slot = _SLOTS[question.kind] if question else "code"
                for one in value if isinstance(value, list) else (value,):
                    yield pb.Answer(section=section, entry=entry, property=name, **{slot: one})

"""Domain ↔ protobuf: replies and announcements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp

from chassis.problems import Fault
from protos.identity.v1 import identity_pb2
from protos.problem.v1 import problem_pb2
from protos.recording.v1 import recording_pb2 as pb
from services.recording.domain.answers import Answer
from services.recording.domain.question_set import Kind, QuestionSet
from services.recording.domain.safety_events import Receipt, SafetyEvent

CONTACT = "practitioner-details/0/ReporterContact"  # the field under which a reporter's contact is sealed
ROUTES = {pb.ROUTE_API: "api", pb.ROUTE_ONLINE: "online"}
_ROUTE_NUMBERS = {name: number for number, name in ROUTES.items()}
_SLOTS = {
    Kind.CODE: "code",
    Kind.INTEGER: "integer",
    Kind.BOOLEAN: "boolean",
    Kind.DATE: "date",
    Kind.TIME: "time",
}


def answers(request: pb.SubmitRequest) -> list[Answer]:
    """The answers of a request; one without a value is left out."""
    return [
        Answer(one.section, one.entry, one.property, getattr(one, slot), one.path)
        for one in request.answers
        if (slot := one.WhichOneof("value"))
    ]


def submitted(receipt: Receipt) -> pb.Submitted:
    return pb.Submitted(
        event_id=receipt.event_id,
        reference=receipt.reference,
        revision=receipt.revision,
        reported_at=timestamp(receipt.reported_at),
        repeated_request=receipt.repeated,
        warnings=[fault(one) for one in receipt.warnings],
    )


def fault(one: Fault) -> problem_pb2.Fault:
    return problem_pb2.Fault(path=one.path, code=one.code, detail=one.detail)


def event(row: SafetyEvent, texts: Mapping[str, str], questions: QuestionSet) -> pb.SafetyEvent:
    """An event with its redacted texts; a text not yet redacted is said to be unchecked."""
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
        answers=list(_coded(row.facts, questions)),
        narrative_fields=[name for name in row.sealed if name != CONTACT],
    )


def question_set_published(one: QuestionSet) -> pb.QuestionSetPublished:
    return pb.QuestionSetPublished(
        question_set=one.version,
        digest=one.digest,
        questions=[
            pb.Question(
                section=q.section,
                property=q.property,
                wording=q.wording,
                organisation=q.organisation,
                options=[
                    pb.Option(code=code, label=label)
                    for code, label in (q.value_set.labels.items() if q.value_set else ())
                ],
            )
            for q in one.questions()
        ],
    )


def redacted_texts(told: Any) -> dict[str, str]:
    """Field → redacted text of a SafetyEventRedacted."""
    return {one.field: one.text for one in told.texts}


def organisation(told: identity_pb2.OrganisationChanged) -> dict[str, Any]:
    parents = [{"code": p.code, "kind": p.kind, "start": p.start, "end": p.end} for p in told.parents]
    return {
        "code": told.code,
        "name": told.name,
        "opened_on": told.opened_on or None,
        "closed_on": told.closed_on or None,
        "parents": parents,
        "version": told.version,
    }


def timestamp(at: datetime) -> Timestamp:
    made = Timestamp()
    made.FromDatetime(at)
    return made


def _coded(facts: Mapping[str, Any], questions: QuestionSet) -> Iterator[pb.Answer]:
    for section, entries in facts.items():
        for entry, properties in enumerate(entries):
            for name, value in properties.items():
                question = questions.question(section, name)
                slot = _SLOTS[question.kind] if question else "code"
                for one in value if isinstance(value, list) else (value,):
                    yield pb.Answer(section=section, entry=entry, property=name, **{slot: one})

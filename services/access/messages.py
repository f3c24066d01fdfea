"""Domain ↔ protobuf: replies, and what other services announce."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date
from itertools import groupby
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp

from protos.access.v1 import access_pb2 as pb
from protos.audit.v1.erasing_pb2 import PlaceErased, TextErased
from protos.identity.v1.identity_pb2 import OrganisationChanged
from protos.recording.v1.recording_pb2 import (
    ROUTE_API,
    ROUTE_NRLS,
    ROUTE_ONLINE,
    Answer,
    EventFacts,
    QuestionSetPublished,
)
from services.access.domain import NOWHERE, PLACES, Event, Labels, Place

_TYPES = {
    "incident": "Patient safety incident",
    "risk": "Risk",
    "outcome": "Outcome (of concern)",
    "good_care": "Good care",
}
_HARM = "patient-information"
_ROUTES = {ROUTE_API: "api", ROUTE_ONLINE: "online", ROUTE_NRLS: "nrls"}


def event(one: Event, labels: Labels) -> pb.Event:
    """One event as shown, with labels looked up in its own version of the question set."""
    reported = Timestamp()
    reported.FromDatetime(one.reported_at.astimezone(UTC).replace(tzinfo=None))
    return pb.Event(
        event_id=one.event_id,
        reference=one.reference,
        revision=one.revision,
        question_set=one.question_set,
        event_type=pb.Coded(code=one.event_type, label=_TYPES.get(one.event_type, one.event_type)),
        occurred_on=one.occurred_on,
        reported_at=reported,
        organisation=_place(one.organisation),
        occurred_organisations=[_place(place) for place in one.occurred_organisations],
        worst_physical_harm=_harm(labels, "PhysicalHarm", one.worst_physical_harm),
        worst_psychological_harm=_harm(labels, "PsychologicalHarm", one.worst_psychological_harm),
        urgent=one.urgent,
        read_only=one.read_only,
        answers=list(_answers(one, labels)),
        texts=list(_texts(one, labels)),
    )


def facts(told: EventFacts, withdrawn: bool = False) -> dict[str, Any]:
    """The columns of one revision; `withdrawn` when it is the one that took the event back."""
    kept = (
        "event_id",
        "reference",
        "revision",
        "question_set",
        "event_type",
        "occurred_on",
        "organisation",
        "recorder_id",
        "worst_physical_harm",
        "worst_psychological_harm",
        "urgent",
        "data_sharing_opt_out",
    )
    return {name: getattr(told, name) for name in kept} | {
        "reported_at": told.reported_at.ToDatetime(UTC),
        "answers": [_answer(one) for one in told.answers],
        "occurred_organisations": list(told.occurred_organisations),
        "narrative_fields": list(told.narrative_fields),
        "written_in": dict(told.written_in),
        "route": _ROUTES.get(told.route, ""),
        "withdrawn": withdrawn,
    }


def text_erased(erasure_id: str, found: int) -> TextErased:
    """What was done with the text of a record: `found` rows of it."""
    told = TextErased(erasure_id=erasure_id, service="access")
    told.at.GetCurrentTime()
    told.places.add(place=PLACES["texts"], found=found, done="erased")
    told.places.extend(PlaceErased(place=one, done="none") for one in NOWHERE)
    return told


def questions(told: QuestionSetPublished) -> list[dict[str, Any]]:
    return [
        {
            "section": q.section,
            "property": q.property,
            "wording": q.wording,
            "organisation": q.organisation,
            "options": [[option.code, option.label] for option in q.options],
        }
        for q in told.questions
    ]


def parents(told: OrganisationChanged) -> list[dict[str, Any]]:
    return [
        {"parent": p.code, "kind": p.kind, "starts": day(p.start), "ends": day(p.end)} for p in told.parents
    ]


def predecessors(told: OrganisationChanged) -> list[dict[str, Any]]:
    return [{"predecessor": p.code, "starts": day(p.start)} for p in told.predecessors]


def _answer(one: Answer) -> dict[str, Any]:
    slot = one.WhichOneof("value") or "code"
    return {"section": one.section, "entry": one.entry, "property": one.property, "value": getattr(one, slot)}


def _answers(one: Event, labels: Labels) -> Iterator[pb.AnswerShown]:
    """One line for each question, its repeated answers together."""
    for (section, entry, name), answers in groupby(
        one.answers, lambda a: (a["section"], a["entry"], a["property"])
    ):
        yield pb.AnswerShown(
            section=section,
            entry=entry,
            property=name,
            question=labels.wording(section, name),
            values=[_value(section, name, answer["value"], one, labels) for answer in answers],
        )


def _value(section: str, name: str, value: Any, one: Event, labels: Labels) -> pb.Coded:
    """A code with its label; an organisation with its name; anything else as it is."""
    if isinstance(value, bool):
        return pb.Coded(code="yes" if value else "no", label="Yes" if value else "No")
    code = str(value)
    if (section, name) in labels.organisations:
        return pb.Coded(code=code, label=one.names.get(code, code))
    return pb.Coded(code=code, label=labels.label(section, name, code))


def _texts(one: Event, labels: Labels) -> Iterator[pb.TextShown]:
    for name, body in one.texts.items():
        section, _, rest = name.partition("/")
        question = labels.wording(section, rest.split("/")[1])
        yield pb.TextShown(field=name, question=question, text=body or "", being_checked=body is None)


def _harm(labels: Labels, name: str, code: str) -> pb.Coded | None:
    return pb.Coded(code=code, label=labels.label(_HARM, name, code)) if code else None


def _place(one: Place) -> pb.Organisation:
    return pb.Organisation(code=one.code, name=one.name)


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None

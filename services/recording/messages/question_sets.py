"""The question set on the wire."""

from __future__ import annotations

from collections.abc import Mapping

from protos.recording.v1 import recording_pb2 as pb
from services.recording.domain.answers import Value
from services.recording.domain.question_set import (
    Asked,
    Condition,
    Otherwise,
    Question,
    QuestionSet,
    Section,
    ValueSet,
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


def summary(one: QuestionSet) -> pb.QuestionSetSummary:
    return pb.QuestionSetSummary(
        question_set=one.version,
        digest=one.digest,
        title=one.title,
        fhir=one.fhir,
        accepted_until=_until(one),
    )


def _until(one: QuestionSet) -> str:
    return one.accepted_until.isoformat() if one.accepted_until else ""


def definition(one: QuestionSet) -> pb.QuestionSetDefinition:
    """One version whole, for who makes forms and FHIR definitions of it."""
    labels = _event_labels(one)
    return pb.QuestionSetDefinition(
        question_set=one.version,
        digest=one.digest,
        title=one.title,
        fhir=one.fhir,
        event_types=[
            pb.EventType(code=code, slug=slug, label=labels.get(code, slug))
            for code, slug in one.event_types.items()
        ],
        sections=[_section(each) for each in one.sections.values()],
        value_sets=[_value_set(each) for each in one.value_sets.values()],
        accepted_until=_until(one),
    )


def _event_labels(one: QuestionSet) -> Mapping[str, str]:
    question = one.question("native", "Type")
    return question.value_set.labels if question and question.value_set else {}


def _section(one: Section) -> pb.SectionDefinition:
    return pb.SectionDefinition(
        name=one.name,
        on=one.on,
        minimum=one.minimum,
        maximum=one.maximum,
        asked=_asked(one.asked),
        when=_when(one.when),
        refuses=one.when is not None and one.otherwise is Otherwise.REFUSE,
        by=one.by,
        questions=[_question(each) for each in one.questions],
    )


def _question(one: Question) -> pb.QuestionDefinition:
    return pb.QuestionDefinition(
        property=one.property,
        id=one.id,
        field=one.field,
        wording=one.wording,
        short=one.short,
        hint=one.hint,
        kind=one.kind,
        minimum=one.minimum,
        maximum=one.maximum,
        value_set=one.value_set.name if one.value_set else "",
        organisation=one.organisation,
        narrative=one.narrative,
        personal=one.personal,
        assigned=one.assigned,
        format=one.format,
        element=one.element,
        text_limit=one.text_limit,
        asked=_asked(one.asked),
        when=_when(one.when),
        refuses=one.when is not None and one.otherwise is Otherwise.REFUSE,
        required_when=_when(one.required_when),
        exclusive=sorted(one.exclusive),
    )


def _asked(asked: Mapping[str, Asked]) -> dict[str, str]:
    return {slug: each.value for slug, each in asked.items()}


def _when(one: Condition | None) -> pb.Condition | None:
    return None if one is None else _condition(one)


def _condition(one: Condition) -> pb.Condition:
    presence = {None: pb.PRESENCE_UNSPECIFIED, True: pb.PRESENCE_ABSENT, False: pb.PRESENCE_GIVEN}
    return pb.Condition(
        section=one.section,
        property=one.property,
        has=sorted(_written(each) for each in one.has),
        lacks=sorted(_written(each) for each in one.lacks),
        presence=presence[one.absent],
        all=[_condition(each) for each in one.all],
        any=[_condition(each) for each in one.any],
    )


def _written(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _value_set(one: ValueSet) -> pb.ValueSetDefinition:
    return pb.ValueSetDefinition(
        name=one.name,
        title=one.title,
        codes=[
            pb.CodeDefinition(
                code=code,
                label=label,
                meaning=one.meanings.get(code, ""),
                retired=code in one.retired,
                replaced_by=one.retired.get(code, ()),
            )
            for code, label in one.labels.items()
        ],
    )

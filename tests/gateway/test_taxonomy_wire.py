"""What the gateway gets of a question set is what recording has: nothing is lost on the wire."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from protos.recording.v1 import recording_pb2 as pb
from services import recording
from services.recording.domain.answers import Value
from services.recording.domain.question_set import Condition, Kind, Otherwise, QuestionSet, load
from services.recording.messages import question_sets as messages
from tests.builders.question_sets import VERSIONS

SAME = (
    "property id field wording short hint kind minimum maximum organisation narrative personal assigned format "
    "element text_limit"
)


@cache
def domain(version: int) -> QuestionSet:
    file = Path(recording.__file__).parent / "question_sets" / f"v{version}.toml"
    return load(file.read_text())


def back(wire: pb.Condition, known: QuestionSet) -> Condition:
    """The condition that was sent."""
    question = known.question(wire.section, wire.property)
    boolean = question is not None and question.kind is Kind.BOOLEAN

    def value(code: str) -> Value:
        return code == "true" if boolean else code

    return Condition(
        section=wire.section,
        property=wire.property,
        has=frozenset(map(value, wire.has)),
        lacks=frozenset(map(value, wire.lacks)),
        absent={pb.PRESENCE_UNSPECIFIED: None, pb.PRESENCE_ABSENT: True, pb.PRESENCE_GIVEN: False}[
            wire.presence
        ],
        all=tuple(back(each, known) for each in wire.all),
        any=tuple(back(each, known) for each in wire.any),
    )


@pytest.mark.parametrize("version", VERSIONS)
def test_every_question_arrives_whole(version: int) -> None:
    known = domain(version)
    wire = messages.definition(known)
    sent = [(section.name, each) for section in wire.sections for each in section.questions]
    assert [(section, each.property) for section, each in sent] == list(known.by_key)
    for (_, got), question in zip(sent, known.questions(), strict=True):
        for name in SAME.split():
            assert getattr(got, name) == getattr(question, name), name
        assert got.value_set == (question.value_set.name if question.value_set else "")
        assert set(got.exclusive) == question.exclusive
        assert dict(got.asked) == dict(question.asked)
        assert (back(got.when, known) if got.HasField("when") else None) == question.when
        required_when = back(got.required_when, known) if got.HasField("required_when") else None
        assert required_when == question.required_when
        assert got.refuses is (question.when is not None and question.otherwise is Otherwise.REFUSE)


@pytest.mark.parametrize("version", VERSIONS)
def test_sections_lists_and_types_of_event_arrive_whole(version: int) -> None:
    known = domain(version)
    wire = messages.definition(known)
    for got, section in zip(wire.sections, known.sections.values(), strict=True):
        said = (got.name, got.on, got.minimum, got.maximum, got.by)
        assert said == (section.name, section.on, section.minimum, section.maximum, section.by)
        assert (back(got.when, known) if got.HasField("when") else None) == section.when
    for values, one in zip(wire.value_sets, known.value_sets.values(), strict=True):
        assert (values.name, values.title) == (one.name, one.title)
        assert {each.code: each.label for each in values.codes} == dict(one.labels)
        assert {each.code: tuple(each.replaced_by) for each in values.codes if each.retired} == dict(
            one.retired
        )
        assert {each.code: each.meaning for each in values.codes if each.meaning} == dict(one.meanings)
    assert {each.code: each.slug for each in wire.event_types} == dict(known.event_types)
    assert all(each.label != each.slug for each in wire.event_types)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_summary_says_which_and_in_which_shape(version: int) -> None:
    told, known = messages.summary(domain(version)), domain(version)
    assert (told.question_set, told.digest, told.title, told.fhir) == (
        version,
        known.digest,
        known.title,
        known.fhir,
    )

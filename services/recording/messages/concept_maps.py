"""Concept maps on the wire."""

from __future__ import annotations

from collections.abc import Mapping

from protos.recording.v1 import recording_pb2 as pb
from services.recording.domain.concept_maps import Listed, Step
from services.recording.domain.question_set import Question


def summary(one: Step) -> pb.ConceptMapSummary:
    return pb.ConceptMapSummary(old=one.by.old, new=one.by.new, digest=one.digest)


def concept_map(one: Step) -> pb.ConceptMap:
    """A map whole: what did not change is said as well."""
    return pb.ConceptMap(
        old=one.by.old,
        new=one.by.new,
        digest=one.digest,
        questions=[_question(each, one) for each in one.older.questions()],
        lists=[_list(name, codes) for name, codes in one.lists().items()],
    )


def _question(one: Question, step: Step) -> pb.MappedQuestion:
    return pb.MappedQuestion(
        section=one.section,
        property=one.property,
        homes=[
            pb.QuestionName(section=section, property=property)
            for section, property in step.by.homes(one.section, one.property)
        ],
    )


def _list(name: str, codes: Mapping[str, Listed]) -> pb.MappedList:
    return pb.MappedList(
        value_set=name,
        codes=[
            pb.MappedCode(
                code=code,
                relation=listed.relation,
                targets=[pb.CodeName(value_set=home, code=one) for home, one in listed.choices],
            )
            for code, listed in codes.items()
        ],
    )

"""The real question sets as recording puts them on the wire; the gateway itself never sees recording's files."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from protos.recording.v1 import recording_pb2 as pb
from services import recording
from services.recording.domain import concept_maps
from services.recording.domain.question_set import load
from services.recording.messages import concept_maps as wire_maps
from services.recording.messages import question_sets as messages

VERSIONS = (4, 5, 6)


@cache
def _definition(version: int) -> pb.QuestionSetDefinition:
    file = Path(recording.__file__).parent / "question_sets" / f"v{version}.toml"
    return messages.definition(load(file.read_text()))


def a_definition(version: int = 6) -> pb.QuestionSetDefinition:
    """One version, whole; a copy, to change at will."""
    copy = pb.QuestionSetDefinition()
    copy.CopyFrom(_definition(version))
    return copy


@cache
def _concept_map(old: int) -> pb.ConceptMap:
    files = Path(recording.__file__).parent / "question_sets"
    by = concept_maps.load((files / f"map-{old}-{old + 1}.toml").read_text())
    older, newer = (load((files / f"v{each}.toml").read_text()) for each in (by.old, by.new))
    return wire_maps.concept_map(concept_maps.Step(by, older, newer))


def a_concept_map(old: int) -> pb.ConceptMap:
    """The map from a version to the next; a copy, to change at will."""
    copy = pb.ConceptMap()
    copy.CopyFrom(_concept_map(old))
    return copy


def summary_of(one: pb.QuestionSetDefinition) -> pb.QuestionSetSummary:
    return pb.QuestionSetSummary(
        question_set=one.question_set,
        digest=one.digest,
        title=one.title,
        fhir=one.fhir,
        accepted_until=one.accepted_until,
    )

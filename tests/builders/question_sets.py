"""The real question sets as recording puts them on the wire; the gateway itself never sees recording's files."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from protos.recording.v1 import recording_pb2 as pb
from services import recording
from services.recording.domain.question_set import load
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


def summary_of(one: pb.QuestionSetDefinition) -> pb.QuestionSetSummary:
    return pb.QuestionSetSummary(
        question_set=one.question_set,
        digest=one.digest,
        title=one.title,
        fhir=one.fhir,
        accepted_until=one.accepted_until,
    )

"""A fake of recording that judges answers as recording does."""

from __future__ import annotations

from datetime import date

from protos.recording.v1 import recording_pb2
from services.recording.domain.answers import Answer
from services.recording.domain.validation import validate
from tests.gateway.shapes import question_set
from tests.gateway.test_create import submitted


def judged(request: recording_pb2.SubmitRequest) -> recording_pb2.Submitted:
    """As recording would: by the real question sets. Raises the Problem it would."""
    answers = [
        Answer(one.section, one.entry, one.property, getattr(one, slot), one.path)
        for one in request.answers
        if (slot := one.WhichOneof("value"))
    ]
    validate(
        question_set(request.question_set),
        answers,
        today=date(2026, 11, 23),
        known_organisation=lambda code: code == "RZ1",
    )
    return submitted()

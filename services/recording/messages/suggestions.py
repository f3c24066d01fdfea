"""Suggestions on the wire."""

from __future__ import annotations

from collections.abc import Iterable

from protos.recording.v1 import recording_pb2 as pb
from services.recording.domain.suggestions import Suggestion


def suggestions(found: Iterable[Suggestion]) -> pb.Suggestions:
    return pb.Suggestions(suggestions=[_suggestion(one) for one in found])


def _suggestion(one: Suggestion) -> pb.Suggestion:
    return pb.Suggestion(
        rule=one.rule.name,
        kind=one.rule.kind,
        body=one.rule.body,
        advice=one.rule.advice,
        because=one.because,
        deadline=one.rule.deadline,
        link=one.rule.link,
        section=one.section,
        property=one.property,
        settled=one.settled,
    )

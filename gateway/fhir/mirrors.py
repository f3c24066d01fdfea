"""What a recorded event says in elements that generic FHIR clients know: how serious it was, how severe, how it ended.

Made from the worst grades of harm, and only where FHIR's word is certainly true (docs/decisions/0015). Nothing reads them back.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gateway.fhir.layout import Scale, Shape
from protos.recording.v1 import recording_pb2

Json = dict[str, Any]
FATAL = "1"
# By the worst harm of the event: 1 fatal, 2 severe, 3 moderate, 4 low, 5 none.
_SEVERITY: Mapping[int, str] = {1: "severe", 2: "severe", 3: "moderate", 4: "mild"}
# FHIR draws its line at hospital stay or lasting disability, which runs through the middle of moderate harm.
_SERIOUSNESS: Mapping[int, str] = {2: "Serious", 4: "Non-serious", 5: "Non-serious"}


def mirrors(facts: recording_pb2.EventFacts, shape: Shape) -> Json:
    """The elements of `shape` that follow from the harm of an event; none where nobody was graded."""
    worst = worst_harm(facts)
    fatal = facts.worst_physical_harm == FATAL
    severity = _SEVERITY.get(worst, "")
    scales = {
        Scale.SERIOUSNESS: "SeriousResultsInDeath" if fatal else _SERIOUSNESS.get(worst, ""),
        Scale.SEVERITY: severity,
        Scale.SEVERITY_IN_STU3: severity.capitalize(),
        Scale.OUTCOME: "fatal" if fatal else "",
    }
    codes = {element: scales[scale] for element, scale in shape.mirrors.items()}
    return {
        element: {"coding": [{"system": f"{shape.terminology}/adverse-event-{element}", "code": code}]}
        for element, code in codes.items()
        if code
    }


def worst_harm(facts: recording_pb2.EventFacts) -> int:
    """The worst harm on the scale of physical harm, whose step n + 1 is step n of psychological harm; 0 if none is known."""
    physical, psychological = facts.worst_physical_harm, facts.worst_psychological_harm
    grades = [int(physical)] if physical.isdecimal() else []
    grades += [int(psychological) + 1] if psychological.isdecimal() else []
    return min(grades, default=0)

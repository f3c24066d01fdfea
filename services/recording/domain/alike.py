"""Whether what somebody is about to record may be recorded already: the same kind of event, about the same day, with codes in common."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from services.recording.domain.answers import Answer

TOLD_BY = (
    ("location-details", "ServiceArea"),
    ("location-details", "LocationWithinService"),
    ("adverse-event-agent", "InvolvedAgents"),
    ("adverse-event-safety-challenges", "SafetyChallenges"),
    ("adverse-event-outcome", "OutcomeType"),
)
"""Questions whose codes tell one event from another; those that everybody answers alike are not among them."""
NONE_OF_THEM = {
    "adverse-event-agent/InvolvedAgents": "10",
    "adverse-event-safety-challenges/SafetyChallenges": "6",
}
APART = timedelta(days=1)
LATELY = timedelta(days=14)
LOOKED_AT, SHOWN = 200, 3
Codes = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Candidate:
    """An event of the same kind and day. `visible`: the actor may see it."""

    event_id: str
    reference: str
    occurred_on: str
    reported_at: datetime
    codes: Codes
    visible: bool


def days_about(occurred_on: str) -> tuple[str, str] | None:
    """The first and the last day that count as the same; None where no day was said."""
    try:
        day = date.fromisoformat(occurred_on)
    except ValueError:
        return None
    return (day - APART).isoformat(), (day + APART).isoformat()


def codes_of(answers: Sequence[Answer]) -> Codes:
    """What the answers so far tell an event by."""
    return _telling(
        (f"{one.section}/{one.property}", str(one.value))
        for one in answers
        if (one.section, one.property) in TOLD_BY
    )


def codes_in(facts: Mapping[str, Sequence[Mapping[str, Any]]]) -> Codes:
    """The same of facts as they are kept."""
    values = (
        (f"{section}/{property}", entry.get(property, []))
        for section, property in TOLD_BY
        for entry in facts.get(section, ())
    )
    return _telling(
        (name, str(code))
        for name, value in values
        for code in (value if isinstance(value, list) else [value])
    )


def _telling(codes: Iterable[tuple[str, str]]) -> Codes:
    return frozenset(one for one in codes if NONE_OF_THEM.get(one[0]) != one[1])


def nearest(wanted: Codes, candidates: Sequence[Candidate]) -> tuple[list[Candidate], int]:
    """Those with codes in common that may be shown, the most alike first, and how many there are besides."""
    shared = {one.reference: len(one.codes & wanted) for one in candidates}
    alike = [
        one for one in candidates if shared[one.reference] > 1 or (shared[one.reference] and len(wanted) == 1)
    ]
    best = sorted(alike, key=lambda one: (-shared[one.reference], -one.reported_at.timestamp()))
    shown = [one for one in best if one.visible][:SHOWN]
    return shown, len(alike) - len(shown)

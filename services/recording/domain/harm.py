"""How badly patients were harmed: the worst grade of an event, and what makes an event urgent.

Grades are codes of the national question set. Physical harm runs from 1 (fatal) to 5 (none), psychological harm from 1
(severe) to 4 (none).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from services.recording.domain.validation import Checked

YES = "y"
SEVERE_PHYSICAL = frozenset({"1", "2"})
SEVERE_PSYCHOLOGICAL = "1"
VERY_CONCERNED = "5"


def worst(grades: Iterable[str]) -> str | None:
    """The worst of several grades on one scale; None when nobody was graded."""
    return min(grades, key=int, default=None)


def is_severe(event: Checked) -> bool:
    """Whether people should hear of it at once: severe harm, death, imminent risk or great concern."""
    return (
        event.worst_physical in SEVERE_PHYSICAL
        or event.worst_psychological == SEVERE_PSYCHOLOGICAL
        or event.fact("adverse-event-risk-details", "RiskImminent") == YES
        or event.fact("adverse-event-classification", "LevelOfConcern") == VERY_CONCERNED
    )

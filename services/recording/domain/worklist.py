"""Lists of events for those who follow them up, and for whoever reported them: what may be looked for, and what is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from chassis.problems import Fault, Problem, invalid
from services.recording.domain.following_up import Remark, State
from services.recording.domain.reference_numbers import is_reference, normalise
from services.recording.domain.searches import Wanted

ENDED = (State.CLOSED, State.DUPLICATE, State.NOT_A_PATIENT_SAFETY_EVENT)


class Assigned(StrEnum):
    """To whom; `ANYONE` is no condition."""

    ANYONE = ""
    ME = "me"
    NOBODY = "nobody"
    SOMEBODY = "somebody"


@dataclass(frozen=True)
class Asked:
    """What to list. Days are YYYY-MM-DD and inclusive; those of recording are days in London."""

    states: Sequence[str] = ()
    event_types: Sequence[str] = ()
    physical_harms: Sequence[str] = ()
    assigned: Assigned = Assigned.ANYONE
    recorded_from: str = ""
    recorded_until: str = ""
    occurred_from: str = ""
    occurred_until: str = ""
    reference: str = ""
    by_date: bool = False  # by when it happened, else by when it was recorded
    ascending: bool = False
    count: int = 0
    cursor: str = ""

    @property
    def of_followed(self) -> bool:
        """Whether a condition can be true only of events whose follow-up the actor may know."""
        return bool(self.states or self.assigned)

    def occurred(self) -> tuple[str, str]:
        """From inclusive and until exclusive, as dates are kept."""
        until = _day_after(self.occurred_until)
        return Wanted(occurred_from=self.occurred_from, occurred_until=until).occurred()


@dataclass(frozen=True)
class Work:
    """An event in a list. Where `followed` is false, nothing of its follow-up is in it."""

    event_id: str
    reference: str
    revision: int
    event_type: str
    occurred_on: str
    reported_at: datetime
    organisation: str
    occurred_organisations: tuple[str, ...]
    worst_physical: str
    worst_psychological: str
    urgent: bool
    question_set: int
    followed: bool
    state: str = ""
    assigned_to: str = ""
    version: int = 0
    open_questions: int = 0
    organisation_name: str = ""


@dataclass(frozen=True)
class Counts:
    """What waits for an organisation; `unassigned` and `mine` are of events that are not ended."""

    states: Mapping[str, int]
    unassigned: int
    mine: int
    responses_overdue: int
    responses_due: int
    actions_overdue: int


@dataclass(frozen=True)
class OwnRecord:
    """What somebody recorded, with what became of it. `state` is of its handling, or withdrawn."""

    event_id: str
    reference: str
    event_type: str
    occurred_on: str
    reported_at: datetime
    organisation: str
    state: str
    questions: int
    feedback: Remark | None = None
    organisation_name: str = ""


def must_be_askable(asked: Asked) -> None:
    """INVALID with a fault for each condition that can be true of nothing."""
    faults = [
        Fault(name, "wrong-type", "Enter a date that there is, as in 2026-03-27.")
        for name in ("recorded_from", "recorded_until", "occurred_from", "occurred_until")
        if not _is_day(getattr(asked, name))
    ]
    if any(one not in list(State) for one in asked.states):
        faults.append(Fault("states", "unknown-state", f"Use these states: {', '.join(State)}."))
    if asked.reference and not is_reference(normalise(asked.reference)):
        detail = "Enter a whole reference number, as in PSE-26-7H3KQ2WX-9."
        faults.append(Fault("reference", "reference-mistyped", detail))
    if faults:
        raise _refused(faults)


def too_long(most: int) -> Problem:
    return invalid("too-many-at-once", f"There are more than {most:,} events. Ask for fewer.")


def _refused(faults: list[Fault]) -> Problem:
    return invalid("request-not-accepted", "Some of what you look for cannot be looked for.", *faults)


def _is_day(written: str) -> bool:
    if not written:
        return True
    try:
        return date.fromisoformat(written).isoformat() == written
    except ValueError:
        return False


def _day_after(written: str) -> str:
    if not written or written == date.max.isoformat():
        return ""
    return (date.fromisoformat(written) + timedelta(days=1)).isoformat()

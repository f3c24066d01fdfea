"""Glass: who needs original text says why, and may read one record for an hour at most."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chassis import cases
from chassis.problems import Fault, Problem, conflict, forbidden, invalid

PURPOSES = ("clinical_review", "redaction_check", "data_subject_request", "legal_duty")
LONGEST = timedelta(minutes=60)
SHORTEST_REASON, LONGEST_REASON = 20, 500


@dataclass(frozen=True)
class Glass:
    """Broken by `actor` for one event of `organisation`, until it expires or is ended; the reason stays sealed."""

    glass_id: str
    event_id: str
    reference: str
    actor: str
    organisation: str
    purpose: str
    case_number: str
    broken_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None
    reads: int = 0
    reason: str = field(default="", repr=False)

    def place_of_reason(self) -> str:
        """What its sealed reason is bound to."""
        return f"glass:{self.glass_id}"


@dataclass(frozen=True)
class Why:
    """What somebody says who asks for original text."""

    purpose: str
    case_number: str
    reason: str = field(repr=False)
    minutes: int = 0

    @property
    def note(self) -> str:
        """What is audited of it: the reason is free text, and is not."""
        return f"{self.purpose} {self.case_number}".strip()

    @property
    def lasts(self) -> timedelta:
        return timedelta(minutes=self.minutes) if self.minutes else LONGEST

    def must_be_enough(self) -> None:
        """INVALID for no purpose of ours, a case number that is none, too little or too much of a reason, more than an hour."""
        faults = [*self._faults()]
        if faults:
            raise invalid(faults[0].code, faults[0].detail, *faults)

    def _faults(self) -> list[Fault]:
        found = []
        if self.purpose not in PURPOSES:
            found.append(Fault("purpose", "unknown-purpose", f"Say what for: one of {', '.join(PURPOSES)}."))
        if len(self.case_number) > cases.LONGEST or not self.case_number.isprintable():
            detail = f"A case number has {cases.LONGEST} printable characters at most."
            found.append(Fault("case_number", "bad-request", detail))
        if not SHORTEST_REASON <= len(same(self.reason)) <= LONGEST_REASON:
            detail = f"Say why in {SHORTEST_REASON} to {LONGEST_REASON} characters, in words of your own."
            found.append(Fault("reason", "reason-too-short", detail))
        if self.lasts > LONGEST:
            found.append(Fault("minutes", "bad-request", "Glass is broken for 60 minutes at most."))
        return found


def same(reason: str) -> str:
    """What makes two reasons the same, however they are spaced and in whatever case."""
    return " ".join(reason.casefold().split())


def not_new() -> Problem:
    detail = "You gave this reason for this record before. Say why you need it again."
    return invalid("reason-not-new", detail, Fault("reason", "reason-not-new", detail))


def broken_already() -> Problem:
    return conflict(
        "glass-broken", "You may read this record already. End that first, to ask for another purpose."
    )


def not_broken() -> Problem:
    return forbidden(
        "glass-not-broken", "Say first why you need the original text: it opens for an hour at most."
    )

"""Erasing an account: two people, a ground from a list, and an answer from every service that keeps something of its owner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis import cases
from chassis.problems import Fault, Problem, conflict, forbidden, invalid, not_found

GROUNDS = ("data_subject_request", "legal_duty", "opened_in_error")
ANSWERING = ("identity", "notifications", "recording")
ASKED, WITHDRAWN, ERASED = "asked", "withdrawn", "erased"
CLOSED_NAME = "Closed account"


@dataclass(frozen=True)
class Place:
    """What became of what one place of one service kept; `found` counts rows. done: erased, kept, none."""

    service: str
    place: str
    found: int
    done: str
    at: datetime


@dataclass(frozen=True)
class AccountErasure:
    """An erasure as it was asked for and decided. It holds no free text and no name."""

    id: str
    account_id: str
    ground: str
    case_number: str
    asked_by: str
    asked_at: datetime
    state: str = ASKED
    decided_by: str = ""
    decided_at: datetime | None = None
    places: Sequence[Place] = ()

    @property
    def waiting_for(self) -> tuple[str, ...]:
        """The services that have not said what they did."""
        if self.state != ERASED:
            return ()
        answered = {one.service for one in self.places}
        return tuple(one for one in ANSWERING if one not in answered)

    @property
    def shown_state(self) -> str:
        if self.state != ERASED:
            return self.state
        return "waiting" if self.waiting_for else "done"


@dataclass(frozen=True)
class Listed:
    """An erasure in a list; names are empty where the account is closed, or for whoever may not see them."""

    erasure: AccountErasure
    account_name: str = ""
    asked_by_name: str = ""


def must_be_grounded(ground: str, case_number: str) -> None:
    """INVALID for a ground that is not on the list, or a case number that cannot be one."""
    faults = cases.faults(case_number)
    if ground not in GROUNDS:
        faults.insert(0, Fault("ground", "unknown-ground", f"Say why: one of {', '.join(GROUNDS)}."))
    if faults:
        raise invalid(faults[0].code, faults[0].detail, *faults)


def must_be_another(erasure: AccountErasure, actor_id: str) -> None:
    """FORBIDDEN for whoever asked, and for the owner: what cannot be undone takes two others."""
    if actor_id in (erasure.asked_by, erasure.account_id):
        raise forbidden("second-person-needed", "Somebody else has to confirm this.")


def no_such_erasure() -> Problem:
    return not_found("erasure-not-found", "Nobody has asked that this account be erased.")


def too_late() -> Problem:
    return conflict("account-erased", "The account is erased already; that cannot be taken back.")

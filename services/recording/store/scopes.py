"""Whose events an actor may see or change: a condition on `events e` that is true for those and never for more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from chassis.actors import Actor, Reach
from services.recording.domain.sandbox import is_in
from services.recording.store.organisations import Directory


@dataclass(frozen=True)
class Scope:
    """What the actor recorded, what `organisations` recorded, what happened there (`elsewhere`), or everything."""

    recorder: str
    organisations: tuple[str, ...] = ()
    elsewhere: bool = False
    everything: bool = False

    def condition(self) -> str:
        if self.everything:
            return "true"
        parts = ["e.recorder_id = :recorder"] if self.recorder else ["false"]
        if self.organisations:
            parts.append("e.organisation = any(:mine)")
        if self.organisations and self.elsewhere:
            parts.append("e.elsewhere and e.occurred_organisations && cast(:mine as text[])")
        return " or ".join(f"({part})" for part in parts)

    def values(self) -> dict[str, Any]:
        if self.everything:
            return {}
        found: dict[str, Any] = {"mine": list(self.organisations)} if self.organisations else {}
        return found | ({"recorder": self.recorder} if self.recorder else {})


def may(actor: Actor, permission: str, directory: Directory, today: date) -> Scope:
    """What the grants that hold `permission` reach: enough to change a record.

    In the sandbox that is what the actor recorded: vendors with a customer in common do not see each other's trials.
    """
    grants = actor.grants_with(permission)
    reached = () if is_in(actor) else grants
    held = tuple(g.organisation for g in reached if g.reach is Reach.ORGANISATION)
    return Scope(
        recorder=actor.id if grants else "",
        organisations=directory.operated(held, today),
        everything=any(g.reach is Reach.NATIONAL for g in reached),
    )


def may_see(actor: Actor, permission: str, directory: Directory, today: date) -> Scope:
    """The same, and what happened at these organisations without being reported by them (decisions 4)."""
    found = may(actor, permission, directory, today)
    return Scope(found.recorder, found.organisations, True, found.everything)

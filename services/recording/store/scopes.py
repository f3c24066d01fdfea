"""Whose events an actor may see or change: a condition on `events e` that is true for those and never for more."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from chassis.actors import Actor, Reach
from services.recording.domain.sandbox import is_in
from services.recording.store.organisations import Directory

ONES_OWN = frozenset({"recording:read", "recording:revise"})
"""What one may do with what one recorded oneself, for whichever organisation."""


@dataclass(frozen=True)
class Scope:
    """What the actor recorded, what `organisations` recorded, what happened there (`elsewhere`), what those `overseen` share, or
    everything."""

    recorder: str
    organisations: tuple[str, ...] = ()
    elsewhere: bool = False
    everything: bool = False
    overseen: tuple[str, ...] = ()

    def condition(self, prefix: str = "") -> str:
        """In terms of `values`, each name of which the caller may have given a prefix."""
        if self.everything:
            return "true"
        mine = f":{prefix}mine"
        parts = [f"e.recorder_id = :{prefix}recorder"] if self.recorder else ["false"]
        if self.organisations:
            parts.append(f"e.organisation = any({mine})")
        if self.organisations and self.elsewhere:
            parts.append(f"e.elsewhere and e.occurred_organisations && cast({mine} as text[])")
        if self.overseen:
            theirs = f"cast(:{prefix}overseen as text[])"
            parts.append(
                f"not e.data_sharing_opt_out and (e.organisation = any({theirs}) or e.occurred_organisations && {theirs})"
            )
        return " or ".join(f"({part})" for part in parts)

    def answers_for(self, organisation: str) -> bool:
        """Whether it holds what this organisation recorded, and not only what the actor recorded for it."""
        return self.everything or organisation in self.organisations

    def values(self) -> dict[str, Any]:
        if self.everything:
            return {}
        found: dict[str, Any] = {"mine": list(self.organisations)} if self.organisations else {}
        if self.overseen:
            found["overseen"] = list(self.overseen)
        return found | ({"recorder": self.recorder} if self.recorder else {})


def may(actor: Actor, permission: str, directory: Directory, today: date) -> Scope:
    """What the grants that hold `permission` reach: enough to change a record.

    What somebody recorded is theirs to read and to revise, whoever it was recorded for, and that is all: nobody follows
    up or governs a record because they made it.
    """
    return _scope(actor, permission, directory.operated(_reached(actor, permission), today))


def may_see(actor: Actor, permission: str, directory: Directory, today: date) -> Scope:
    """The same; what was recorded by organisations that theirs took over; and what happened at any of these without being
    reported by them (decisions 4)."""
    return replace(
        _scope(actor, permission, directory.held(_reached(actor, permission), today)), elsewhere=True
    )


def may_list(actor: Actor, permission: str, directory: Directory, today: date) -> Scope:
    """The same, and what boards and regions oversee: coded facts in lists, as access shows them the event itself."""
    areas = () if is_in(actor) else actor.grants_with(permission)
    overseen = directory.overseen([one.organisation for one in areas if one.reach is Reach.AREA], today)
    return replace(may_see(actor, permission, directory, today), overseen=overseen)


def _reached(actor: Actor, permission: str) -> list[str]:
    """The organisations from which an actor reaches further.

    In the sandbox there are none: vendors with a customer in common do not see each other's trials.
    """
    grants = () if is_in(actor) else actor.grants_with(permission)
    return [one.organisation for one in grants if one.reach is Reach.ORGANISATION]


def _scope(actor: Actor, permission: str, organisations: tuple[str, ...]) -> Scope:
    grants = actor.grants_with(permission)
    everywhere = not is_in(actor) and any(one.reach is Reach.NATIONAL for one in grants)
    own = actor.id if grants and permission in ONES_OWN else ""
    return Scope(recorder=own, organisations=organisations, everything=everywhere)

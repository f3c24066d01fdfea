"""The audit of every service: what may be asked of it, who acted, and what a verification has found."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from chassis.problems import invalid

TRAILS = ("access", "identity", "notifications", "recording")  # who keeps an audit
EVERY = timedelta(days=1)  # how often every chain is walked, asked or not
GIVEN_UP = timedelta(hours=1)  # a verification that takes longer keeps nobody from asking for another
USUAL, MOST = 50, 200
NOT_TOLD = "not-told"  # the service has sealed rows that have not come here (yet)
HIDDEN = "hidden"  # the row is as it was sealed, but a search by what it is about would miss it
_NAME = re.compile(r"[A-Za-z0-9:._-]{1,64}")


@dataclass(frozen=True)
class Wanted:
    """What to search for; empty is anything. `cursor`: the place (at, service, no) after which to go on."""

    actor: str = ""
    about: str = ""
    action: str = ""
    service: str = ""
    since: datetime | None = None
    until: datetime | None = None
    after: tuple[datetime, str, int] | None = None
    limit: int = USUAL

    def must_be_plain(self) -> None:
        """INVALID for what no id, code or action looks like: what is searched for is audited, so it must not be free text."""
        for name in ("actor", "about", "action", "service"):
            value = getattr(self, name)
            if value and not _NAME.fullmatch(value):
                raise invalid(
                    "bad-request", f"'{name}' is an id or a code: letters, digits and : . _ - only."
                )

    def said(self) -> dict[str, str]:
        """What is audited of the search itself."""
        given = {"whose": self.actor, "what": self.action, "where": self.service}
        days = {"from": self.since, "until": self.until}
        return {name: value for name, value in given.items() if value} | {
            name: at.isoformat() for name, at in days.items() if at
        }


@dataclass(frozen=True)
class Who:
    """Somebody who acted, as they are known now; `roles` they held when they did."""

    id: str
    kind: str = "unknown"
    name: str = field(default="", repr=False)
    organisation: str = ""
    roles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """One row of one service's audit, in its place. `about`: what it names, with reference numbers where they are known."""

    service: str
    no: int
    hash: bytes
    at: datetime
    who: Who
    action: str
    about: tuple[tuple[str, str], ...]
    revision: int
    purpose: str
    trace: str
    detail: str


@dataclass(frozen=True)
class Fault:
    """Something wrong with the rows `no` to `until`: among the service's own rows (`service`), among ours (`copies`), between
    the two (`between`), or when we were told of them (`arrival`)."""

    where: str
    kind: str
    no: int
    until: int


@dataclass(frozen=True)
class Chain:
    """What is known of one service's chain: how many rows it walked and we did, and what is wrong."""

    service: str
    rows: int = 0
    copies: int = 0
    answered: bool = False
    walked: bool = False
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class Verification:
    """A walk along every chain, where it was made and here."""

    id: str
    asked_at: datetime
    chains: tuple[Chain, ...]

    @property
    def finished(self) -> bool:
        return all(one.answered and one.walked for one in self.chains)

    @property
    def sound(self) -> bool:
        return self.finished and not any(one.faults for one in self.chains)


def contradictions(
    marks: Sequence[tuple[int, str]], copies: Mapping[int, str], newest: int, rewritten: str
) -> list[Fault]:
    """Where a chain as its service knows it (place → hash, in order) and our copies of it part.

    The first place where they differ is said: from there on a rewritten chain differs everywhere.
    """
    before = 0
    for no, hash in marks:
        if no > newest:
            return [Fault("between", NOT_TOLD, newest + 1, marks[-1][0])]
        if no in copies and copies[no] != hash:
            return [Fault("between", rewritten, before + 1, no)]
        before = no
    return []


def roles_at(held: Sequence[Any], at: datetime) -> tuple[str, ...]:
    """Of rows with `role`, `starts_at` and `ends_at`, the roles that were held at an instant."""
    return tuple(
        sorted(
            {one.role for one in held if one.starts_at <= at and (one.ends_at is None or at < one.ends_at)}
        )
    )

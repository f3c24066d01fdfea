"""What a source says of an organisation, and what that makes of what we knew.

A source speaks of some things and is silent on others: a file of practices knows nothing of successors. What it is
silent on stays. What it no longer mentions is ended on the day before, never deleted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from services.identity.domain.organisations import DatedRole, Organisation, Parent, Succession

_A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Link:
    """Belonging to `code`. `start` None: the source says that it is so, not since when."""

    code: str
    kind: str
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True)
class Told:
    """What was said of one organisation. `whole`: its links and roles are all there are and ever were, with their days."""

    code: str
    name: str
    role: str
    postcode: str = ""
    opened_on: date | None = None
    closed_on: date | None = None
    closed: bool = False  # closed, whether or not the source says since when
    roles: tuple[DatedRole, ...] = ()  # other than the primary one
    links: tuple[Link, ...] = ()
    successions: tuple[Succession, ...] = ()
    whole: bool = False
    line: int = 0  # of the file


def merged(known: Organisation | None, told: Told, today: date) -> Organisation:
    """The organisation as it is now known; its version is that of `known`, for whoever keeps it to raise."""
    closed_on = told.closed_on
    if closed_on is None and told.closed:
        closed_on = (known.closed_on if known else None) or today
    opened_on = told.opened_on or (known.opened_on if known else None)
    return Organisation(
        code=told.code,
        name=told.name,
        role=told.role,
        postcode=told.postcode,
        opened_on=opened_on,
        closed_on=closed_on,
        parents=_parents(known.parents if known else (), told, opened_on, today),
        version=known.version if known else 1,
        roles=_roles(known, told, opened_on, closed_on, today),
    )


def withdrawn(known: Organisation, today: date) -> Organisation:
    """The directory does not know it any more: closed, and kept."""
    if known.withdrawn_on is not None:
        return known
    return replace(known, closed_on=known.closed_on or today, withdrawn_on=today)


def _roles(
    known: Organisation | None, told: Told, opened_on: date | None, closed_on: date | None, today: date
) -> tuple[DatedRole, ...]:
    """The primary role, then the others. A source that is not whole adds roles and takes none away."""
    if told.whole:
        return _ordered(told.roles)
    before = {one.role: one for one in (known.roles if known else ()) if not one.primary}
    now = before | {one.role: one for one in told.roles if one.role not in before}
    kept_primary = next(
        (one for one in (known.roles if known else ()) if one.primary and one.role == told.role), None
    )
    primary = replace(
        kept_primary or DatedRole(told.role, primary=True, start=opened_on), end=closed_on, primary=True
    )
    return _ordered((primary, *now.values()))


def _ordered(roles: Iterable[DatedRole]) -> tuple[DatedRole, ...]:
    return tuple(sorted(set(roles), key=lambda one: (not one.primary, one.role, one.start or date.min)))


def _parents(
    before: tuple[Parent, ...], told: Told, opened_on: date | None, today: date
) -> tuple[Parent, ...]:
    if told.whole:
        since = opened_on or today
        return _sorted({Parent(one.code, one.kind, one.start or since, one.end) for one in told.links})
    parents = before
    for link in told.links:
        parents = _moved(parents, link, opened_on, today)
    return _sorted(set(parents))


def _sorted(parents: Iterable[Parent]) -> tuple[Parent, ...]:
    return tuple(sorted(parents, key=lambda one: (one.start, one.code, one.kind)))


def _moved(before: tuple[Parent, ...], link: Link, opened_on: date | None, today: date) -> tuple[Parent, ...]:
    """`before`, with one belonging of this kind as the link says, and no other of it from that day on."""
    same_kind = [one for one in before if one.kind == link.kind]
    match = next((one for one in same_kind if _is_meant(one, link, today)), None)
    first = opened_on if not same_kind and opened_on and opened_on <= today else today
    start = link.start or (match.start if match else first)
    end = link.end if link.start or link.end or not match else match.end
    if end is not None and end < start:
        return before
    here = Parent(link.code, link.kind, start, end)
    others = [one for one in before if one is not match]
    if not here.on(today):
        return (*others, here)
    ended = [_ended(one, start, today) if one.kind == link.kind and one.on(today) else one for one in others]
    return (*(one for one in ended if one is not None), here)


def _is_meant(one: Parent, link: Link, today: date) -> bool:
    return one.code == link.code and (one.on(today) or one.start == link.start)


def _ended(one: Parent, start: date, today: date) -> Parent | None:
    """One that another takes the place of; none where it would have ended before it began."""
    last = (start if one.start < start else today) - _A_DAY
    return replace(one, end=last) if last >= one.start else None

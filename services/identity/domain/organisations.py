"""Organisations, known by ODS code, and whom they belong to on a given day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

LONGEST_CODE = 12
Neighbours = Callable[[str], Iterable[str]]


@dataclass(frozen=True)
class Parent:
    """Belonging to `code` by an ODS relationship (`kind`: RE6 is operated by); both days are included."""

    code: str
    kind: str
    start: date
    end: date | None = None

    def on(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day <= self.end)


@dataclass(frozen=True)
class DatedRole:
    """An ODS role, e.g. RO177, from and to which day it is held; both days are included."""

    role: str
    primary: bool = False
    start: date | None = None
    end: date | None = None

    def on(self, day: date) -> bool:
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)


@dataclass(frozen=True)
class Succession:
    """`successor` takes over the work of `predecessor` from that day."""

    predecessor: str
    successor: str
    start: date


@dataclass(frozen=True)
class Organisation:
    """`role` is the primary ODS role, e.g. RO197. An organisation is closed, never deleted.

    `withdrawn_on`: since then the national directory does not know it any more.
    """

    code: str
    name: str
    role: str
    postcode: str = ""
    opened_on: date | None = None
    closed_on: date | None = None
    parents: tuple[Parent, ...] = ()
    version: int = 1
    roles: tuple[DatedRole, ...] = ()
    withdrawn_on: date | None = None

    @property
    def every_role(self) -> tuple[DatedRole, ...]:
        """Its roles; of one that was told of, or written, without their days, the primary one for as long as it is open."""
        return self.roles or (DatedRole(self.role, True, self.opened_on, self.closed_on),)

    def roles_on(self, day: date) -> frozenset[str]:
        """The primary role, and the others it holds on that day."""
        return frozenset({self.role, *(one.role for one in self.roles if one.on(day))})

    def is_open(self, day: date) -> bool:
        return self.closed_on is None or day <= self.closed_on

    def parents_on(self, day: date) -> tuple[str, ...]:
        return tuple(sorted({parent.code for parent in self.parents if parent.on(day)}))


Organisations = Mapping[str, Organisation]


def is_code(text: str) -> bool:
    """Whether `text` could be an ODS code."""
    return text.isascii() and text.isalnum() and len(text) <= LONGEST_CODE


def by_code(organisations: Iterable[Organisation]) -> Organisations:
    return {one.code: one for one in organisations}


def ancestors(organisations: Organisations, code: str, day: date) -> frozenset[str]:
    """Everything `code` belonged to on `day`, directly or not; never itself."""

    def above(one: str) -> Iterable[str]:
        return organisations[one].parents_on(day) if one in organisations else ()

    return frozenset(_walk(code, above))


def descendants(organisations: Organisations, code: str, day: date) -> frozenset[str]:
    """Everything that belonged to `code` on `day`, directly or not; never itself."""
    children: dict[str, list[str]] = {}
    for one in organisations.values():
        for parent in one.parents_on(day):
            children.setdefault(parent, []).append(one.code)
    return frozenset(_walk(code, lambda one: children.get(one, ())))


def in_a_circle(organisations: Organisations) -> list[str]:
    """Organisations that would one day belong to themselves; a circle can only begin when a parent starts."""
    days = {parent.start for one in organisations.values() for parent in one.parents}
    return sorted({one for day in days for one in _circular(organisations, day)})


def _circular(organisations: Organisations, day: date) -> Iterator[str]:
    above = {code: one.parents_on(day) for code, one in organisations.items()}
    for code, parents in above.items():
        if any(parent == code or code in ancestors(organisations, parent, day) for parent in parents):
            yield code


def _walk(start: str, neighbours: Neighbours) -> Iterator[str]:
    """Everything reachable from `start`, once each, even where the data go in a circle."""
    seen, waiting = {start}, [start]
    while waiting:
        for found in neighbours(waiting.pop()):
            if found not in seen:
                seen.add(found)
                waiting.append(found)
                yield found

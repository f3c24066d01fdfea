"""What may be looked for among events, and what is held of a client's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Wanted:
    """What to look for: each condition given must hold, several values of one mean any of them.

    `occurred_…` are YYYY-MM-DD, from inclusive and until exclusive, as are the instants of `updated_…`.
    """

    event_ids: Sequence[str] = ()
    references: Sequence[str] = ()
    local_references: Sequence[str] = ()
    reference_systems: Sequence[str] = ()  # one for each local reference, empty for any; or none at all
    organisations: Sequence[str] = ()
    event_types: Sequence[str] = ()
    physical_harms: Sequence[str] = ()
    occurred_from: str = ""
    occurred_until: str = ""
    updated_from: datetime | None = None
    updated_until: datetime | None = None
    by_date: bool = False  # else by last change
    ascending: bool = False
    count: int = 0
    cursor: str = ""
    total: bool = False
    only_total: bool = False

    def occurred(self) -> tuple[str, str]:
        """`occurred_from` and `occurred_until` as texts between which dates lie as they are kept, rough ones too.

        A rough date (YYYY-MM or YYYY) counts as its first day. A month is found by no search for its first day, though,
        nor a year by one for January: where such a day begins a time that ends too early, it stays a day.
        """
        rough = _rough(self.occurred_from)
        begun = (one for one in rough if not self.occurred_until or self.occurred_until[: len(one)] > one)
        return next(begun, self.occurred_from), next(_rough(self.occurred_until), self.occurred_until)


def _rough(day: str) -> Iterator[str]:
    """The year and the month of which this is the first day: as texts they come before it, and after all earlier days."""
    return (day[:length] for length in (4, 7) if day and day == f"{day[:length]}-01-01"[:10])


@dataclass(frozen=True)
class Held:
    """One of a client's own references and the record behind it."""

    local_reference: str
    event_id: str
    reference: str
    revision: int
    updated_at: datetime
    withdrawn: bool
    reference_system: str = ""

"""What may be looked for among events, and what is held of a client's own."""

from __future__ import annotations

from collections.abc import Sequence
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

"""Data keys under an old wrapping key are wrapped anew under the first, so that the old one can be withdrawn.

The texts stay as they are: only the few bytes that hold each data key change. In batches, each a transaction; rows that
somebody holds are left for the next look. What is under which key, `under` counts.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection, text

from chassis.sealing import Vault

BATCH = 500  # data keys in one transaction
LOOK_EVERY = 5.0  # seconds between looks at the tables soon after a change
SETTLED = 30.0  # seconds after a change in which somebody may still use the key before
REST = 300.0  # seconds between looks at the tables once nothing was found
Batch = Callable[[Connection], int]  # does BATCH things at most; how many


@dataclass(frozen=True)
class Kept:
    """Where wrapped data keys lie: a table with `key_id` and `wrapped`, and its column that names the record."""

    table: str
    record: str


class Rewrapping:
    """What a `work` process does so that everything comes under the key whose id `current` says; any number may at once."""

    def __init__(
        self,
        current: Callable[[], str],
        batches: Sequence[Batch],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._current, self._batches, self._clock = current, batches, clock
        self._key, self._since, self._rest_until = "", 0.0, 0.0

    def due(self) -> bool:
        """Whether to look: the key has changed, or we have rested long enough."""
        if self._current() != self._key:
            self._key, self._since, self._rest_until = self._current(), self._clock(), self._clock()
        return self._clock() >= self._rest_until

    def do(self, tx: Connection) -> bool:
        """One batch of each table; whether there may be more."""
        self.rest(LOOK_EVERY)
        found = [batch(tx) for batch in self._batches]
        if not any(found) and self._clock() - self._since > SETTLED:
            self.rest(REST)
        if any(count == BATCH for count in found):
            self.rest(0)
        return any(found)

    def rest(self, seconds: float) -> None:
        self._rest_until = self._clock() + seconds


def batches(vault: Vault, kept: Sequence[Kept]) -> list[Batch]:
    """One for each table."""
    return [partial(rewrap, vault=vault, kept=one) for one in kept]


def rewrap(tx: Connection, vault: Vault, kept: Kept, most: int = BATCH) -> int:
    """Wrap up to `most` data keys of one table anew; how many. Raises CannotOpen, having changed nothing."""
    current, ids = vault.current, vault.key_ids
    old = [one for one in ids if one != current]
    if not old:
        return 0
    rows = tx.execute(
        text(
            f"select {kept.record} as record, key_id, wrapped from {kept.table}"
            " where key_id = any(:old) and length(wrapped) > 0 limit :most for update skip locked"
        ),
        {"old": old, "most": most},
    ).all()
    for row in rows:
        key = vault.rewrap(row.key_id, bytes(row.wrapped), str(row.record))
        tx.execute(
            text(f"update {kept.table} set key_id = :id, wrapped = :wrapped where {kept.record} = :record"),
            {"id": key.key_id, "wrapped": key.wrapped, "record": row.record},
        )
    return len(rows)


def under(tx: Connection, kept: Sequence[Kept]) -> dict[str, int]:
    """Id of a wrapping key → how many data keys only it opens."""
    each = " union all ".join(f"select key_id from {one.table} where length(wrapped) > 0" for one in kept)
    counted = tx.execute(text(f"select key_id, count(*) as many from ({each}) wrapped group by key_id"))
    return {row.key_id: int(row.many) for row in counted}

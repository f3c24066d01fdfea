"""Data keys under an old wrapping key are wrapped anew under the first, so that the old one can be withdrawn.

The texts stay as they are: only the few bytes that hold each data key change. In batches, each a transaction; rows that
somebody holds are left for the next look. What is under which key, `under` counts. What cannot be opened is set aside and
stays under its key, which is therefore never reported as unused.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, text

from chassis.sealing import CannotOpen, Vault

BATCH = 500  # data keys in one transaction
LOOK_EVERY = 5.0  # seconds between looks at the tables soon after a change
SETTLED = 30.0  # seconds after a change in which somebody may still use the key before
REST = 300.0  # seconds between looks at the tables once nothing was found
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Looked:
    """How many were looked at, and the ids of those that could not be opened."""

    count: int
    damaged: tuple[str, ...] = ()


Batch = Callable[[Connection, Collection[str]], Looked]  # does BATCH things at most, and none of these ids


@dataclass(frozen=True)
class Kept:
    """Where wrapped data keys lie: a table with `key_id` and `wrapped`, and its column that names the record."""

    table: str
    record: str


class Rewrapping:
    """What a `work` process does so that everything comes under the key whose id `current` says; any number may at once.

    `setting` is where that key stands.
    """

    def __init__(
        self,
        setting: str,
        current: Callable[[], str],
        batches: Sequence[Batch],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.setting, self._current, self._batches, self._clock = setting, current, batches, clock
        self._aside: list[set[str]] = [set() for _ in batches]
        self._looks_again = False
        self._key, self._since, self._rest_until = "", 0.0, 0.0

    def due(self) -> bool:
        """Whether to look: the key has changed, or we have rested long enough."""
        if self._current() != self._key:
            self._key, self._since, self._rest_until = self._current(), self._clock(), self._clock()
        return self._clock() >= self._rest_until

    @property
    def damaged(self) -> int:
        """How many things that ought to come under the key cannot be opened."""
        return sum(map(len, self._aside))

    def do(self, tx: Connection) -> bool:
        """One batch of each table; whether there may be more. After a rest what was set aside is tried again."""
        self.rest(LOOK_EVERY)
        if self._looks_again:
            self._aside, self._looks_again = [set() for _ in self._batches], False
        found = [self._look(tx, *each) for each in zip(self._batches, self._aside, strict=True)]
        if not any(found) and self._clock() - self._since > SETTLED:
            self.rest(REST)
            self._looks_again = True
        if any(count == BATCH for count in found):
            self.rest(0)
        return any(found)

    def _look(self, tx: Connection, batch: Batch, aside: set[str]) -> int:
        looked = batch(tx, aside)
        if looked.damaged:
            aside.update(looked.damaged)
            _log.error("%s: these cannot be opened and stay: %s", self.setting, ", ".join(looked.damaged))
        return looked.count

    def rest(self, seconds: float) -> None:
        self._rest_until = self._clock() + seconds


def batches(vault: Vault, kept: Sequence[Kept]) -> list[Batch]:
    """One for each table."""
    return [partial(rewrap, vault=vault, kept=one) for one in kept]


def rewrap(tx: Connection, aside: Collection[str], vault: Vault, kept: Kept, most: int = BATCH) -> Looked:
    """Wrap up to `most` data keys of one table anew, but for those of the records `aside`."""
    current, ids = vault.current, vault.key_ids
    old = [one for one in ids if one != current]
    if not old:
        return Looked(0)
    rows = tx.execute(
        text(
            f"select {kept.record} as record, key_id, wrapped from {kept.table}"
            " where key_id = any(:old) and length(wrapped) > 0"
            f" and cast({kept.record} as text) <> all(cast(:aside as text[])) limit :most for update skip locked"
        ),
        {"old": old, "most": most, "aside": list(aside)},
    )
    return one_by_one({str(row.record): partial(_wrap, tx, vault, kept, row) for row in rows})


def one_by_one(again: Mapping[str, Callable[[], None]]) -> Looked:
    """Seal each again, by the id of its record. One that cannot be opened is left as it is and stops no other."""
    damaged = []
    for record, seal in again.items():
        try:
            seal()
        except CannotOpen:
            damaged.append(record)
    return Looked(len(again), tuple(damaged))


def _wrap(tx: Connection, vault: Vault, kept: Kept, row: Row[Any]) -> None:
    key = vault.rewrap(row.key_id, bytes(row.wrapped), str(row.record))
    tx.execute(
        text(f"update {kept.table} set key_id = :id, wrapped = :wrapped where {kept.record} = :record"),
        {"id": key.key_id, "wrapped": key.wrapped, "record": row.record},
    )


def under(tx: Connection, kept: Sequence[Kept]) -> dict[str, int]:
    """Id of a wrapping key → how many data keys only it opens."""
    each = " union all ".join(f"select key_id from {one.table} where length(wrapped) > 0" for one in kept)
    counted = tx.execute(text(f"select key_id, count(*) as many from ({each}) wrapped group by key_id"))
    return {row.key_id: int(row.many) for row in counted}

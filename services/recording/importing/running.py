"""A file taken over in groups: each is kept, then how far we are is kept, so that a killed import goes on from there."""

from __future__ import annotations

import itertools
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from sqlalchemy import Engine

from chassis import outbox
from chassis.problems import Fault
from services.recording.importing.files import ENCODINGS, Report, Row, Source, rows
from services.recording.store import at_once, imports

Item = TypeVar("Item")
Say = Callable[[str], None]
GROUP = 200
SAID_EVERY = 1_000  # rows


@dataclass(frozen=True)
class Rejected:
    """Why a row cannot be taken over; the faults' paths are names of columns."""

    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class Read(Generic[Item]):
    """What a row amounts to: something to keep, or none where it is not for us; and the columns whose content has no place with us."""

    item: Item | None
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kind(Generic[Item]):
    """One former system. `keep` and `check` say of each item whether it was kept before, or what is wrong with it."""

    name: str
    name_of: Callable[[Row], str]
    read: Callable[[Row], Read[Item] | Rejected]
    keep: Callable[[Sequence[Item]], Sequence[bool | Rejected]]
    check: Callable[[Sequence[Item]], Sequence[bool | Rejected]]


@dataclass
class Sums:
    """What became of the rows so far. `passed_over` are not for us; `left_out` counts contents by column."""

    rows: int = 0
    recorded: int = 0
    repeated: int = 0
    passed_over: int = 0
    rejected: int = 0
    left_out: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Options:
    """How to go about it: writing nothing, from the first row again, and where the report goes."""

    dry_run: bool
    again: bool
    rejected: Path


def take_over(db: Engine, kind: Kind[Any], source: Source, options: Options, say: Say) -> Sums:
    """Take a file over, or the rest of it, and say how it goes; what became of all its rows. Raises CannotRun."""
    say(f"{source.size:,} bytes, read as {ENCODINGS[source.encoding]}.")
    if options.dry_run:
        return _through(kind, source, options, Sums(), say, lambda sums, finished: None)
    with imports.alone(db, kind.name, source.hash):
        with at_once(db) as tx:
            before = imports.progress(tx, kind.name, source.hash)
        sums = _sums(before.sums) if before and not options.again else Sums()
        if before and before.finished and not options.again:
            say("This file was taken over before; nothing was done. --again goes through it once more.")
            return sums
        return _through(kind, source, options, sums, say, _keeper(db, kind.name, source))


Keep = Callable[[Sums, bool], None]


def _keeper(db: Engine, kind: str, source: Source) -> Keep:
    def keep(sums: Sums, finished: bool) -> None:
        reached = imports.Progress(sums.rows, {**vars(sums), "left_out": dict(sums.left_out)}, finished)
        with at_once(db) as tx:
            imports.keep_progress(tx, kind, source.hash, source.size, reached)

    return keep


def _through(
    kind: Kind[Any], source: Source, options: Options, sums: Sums, say: Say, keep_sums: Keep
) -> Sums:
    report, clock = _report(options, sums, say), _Clock(sums.rows, say)
    try:
        with outbox.in_lane(outbox.BULK):
            for group in _groups(rows(source, sums.rows)):
                _settle(kind, group, options.dry_run, sums, report)
                report.settle()  # before we count on never writing these again
                keep_sums(sums, False)
                clock.tell(sums)
        keep_sums(sums, True)
    finally:
        report.close()
    return sums


def _report(options: Options, sums: Sums, say: Say) -> Report:
    report = Report(options.rejected, sums.rows + 1 if sums.rows else 0)
    if sums.rows:
        say(f"Going on behind row {sums.rows + 1:,}.")
    if report.rows_before < sums.rejected:
        say(
            f"The report lacks {sums.rejected - report.rows_before:,} rows that were rejected before: it was moved"
            " away. --dry-run writes all of it again."
        )
    return report


def _settle(kind: Kind[Any], group: Sequence[Row], dry: bool, sums: Sums, report: Report) -> None:
    """Keep a group of rows, count them, and report those that were not accepted, in the order of the file."""
    judged = [(row, Rejected(row.faults) if row.faults else kind.read(row)) for row in group]
    items = [one.item for _, one in judged if isinstance(one, Read) and one.item is not None]
    kept = iter((kind.check if dry else kind.keep)(items) if items else ())
    for row, one in judged:
        sums.rows += 1
        became = next(kept) if isinstance(one, Read) and one.item is not None else one
        if isinstance(became, Rejected):
            sums.rejected += 1
            report.add(row.number, "" if row.faults else kind.name_of(row), became.faults)
        elif isinstance(became, Read):
            sums.passed_over += 1
        else:
            sums.repeated += became
            sums.recorded += not became
            sums.left_out.update(one.left_out if isinstance(one, Read) else ())


class _Clock:
    """Says every so many rows how far it is and how fast it goes."""

    def __init__(self, rows: int, say: Say) -> None:
        self._began, self._from, self._said, self._say = time.monotonic(), rows, rows, say

    def tell(self, sums: Sums) -> None:
        if sums.rows - self._said < SAID_EVERY:
            return
        self._said = sums.rows
        speed = (sums.rows - self._from) / max(time.monotonic() - self._began, 1e-6)
        self._say(f"{in_words(sums)}, {speed:,.0f} rows/s")


def in_words(sums: Sums) -> str:
    passed_over = f"{sums.passed_over:,} passed over, " if sums.passed_over else ""
    return (
        f"{sums.rows:,} rows: {sums.recorded:,} recorded, {sums.repeated:,} repeated, {passed_over}"
        f"{sums.rejected:,} rejected"
    )


def _sums(kept: Mapping[str, Any]) -> Sums:
    return Sums(**{**kept, "left_out": Counter(kept.get("left_out", {}))})


def _groups(found: Iterator[Row]) -> Iterator[list[Row]]:
    while group := list(itertools.islice(found, GROUP)):
        yield group

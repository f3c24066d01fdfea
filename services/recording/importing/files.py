"""A CSV file of a former system: what it is, its rows one by one, and the report of those that were rejected."""

from __future__ import annotations

import codecs
import csv
import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from chassis.problems import Fault

LONGEST_FIELD = 1_000_000  # characters; a missing quotation mark must not swallow the whole file
ENCODINGS = {"utf-8-sig": "UTF-8", "cp1252": "Windows-1252"}
HEADER = ["row", "id", "column", "code", "sentence"]
_CHUNK = 1 << 20


class CannotRun(Exception):
    """Why an import cannot begin or go on, in words for whoever started it; never a row's text."""


@dataclass(frozen=True)
class Source:
    """A file that can be read: its hash, its size in bytes, how it is encoded, and the names of its columns."""

    path: Path
    hash: bytes
    size: int
    encoding: str
    header: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """One record. `number` is as a spreadsheet shows it: the header is row 1. `faults` where it could not be read."""

    number: int
    values: dict[str, str] = field(default_factory=dict, repr=False)
    faults: tuple[Fault, ...] = ()


def look_at(path: Path) -> Source:
    """Read a file once, a piece at a time, to know it; CannotRun where it is no text or has no header."""
    digest, size = hashlib.sha256(), 0
    possible = {name: codecs.getincrementaldecoder(name)("strict") for name in ENCODINGS}
    try:
        with path.open("rb") as file:
            while piece := file.read(_CHUNK):
                digest.update(piece)
                size += len(piece)
                possible = {name: one for name, one in possible.items() if _decodes(one, piece)}
    except OSError as failure:
        raise CannotRun(f"The file cannot be read ({failure.strerror}).") from None
    possible = {name: one for name, one in possible.items() if _decodes(one, b"", True)}
    if not possible:
        raise CannotRun("The file is neither UTF-8 nor Windows-1252 text.")
    encoding = next(iter(possible))
    return Source(path, digest.digest(), size, encoding, _header(path, encoding))


def _decodes(decoder: codecs.IncrementalDecoder, piece: bytes, final: bool = False) -> bool:
    try:
        decoder.decode(piece, final)
    except UnicodeDecodeError:
        return False
    return True


def _header(path: Path, encoding: str) -> tuple[str, ...]:
    csv.field_size_limit(LONGEST_FIELD)
    with path.open(encoding=encoding, newline="") as file:
        try:
            names = [name.strip() for name in next(csv.reader(file, strict=True), [])]
        except csv.Error:
            names = []
    if len(names) < 2:
        raise CannotRun("The first line of the file is no header of at least two columns, divided by commas.")
    if len(set(names)) < len(names):
        raise CannotRun("Two columns of the file have the same name.")
    return tuple(names)


def rows(source: Source, after: int = 0) -> Iterator[Row]:
    """The rows after the first `after` ones. One that is no CSV is a row with a fault; reading goes on behind it."""
    with source.path.open(encoding=source.encoding, newline="") as file:
        reader = csv.reader(file, strict=True)
        next(reader)
        for index, (values, first, last) in enumerate(_records(reader)):
            if index >= after:
                yield _row(source.header, index + 2, values, first, last)


def _records(reader: Any) -> Iterator[tuple[list[str] | None, int, int]]:
    """Values (None where they could not be read), and the first and last line of each record that is not empty."""
    while True:
        first = reader.line_num + 1
        try:
            values: list[str] | None = next(reader)
        except StopIteration:
            return
        except csv.Error:
            values = None
        if values != []:
            yield values, first, reader.line_num


def _row(header: Sequence[str], number: int, values: list[str] | None, first: int, last: int) -> Row:
    if values is None:
        detail = (
            f"Lines {first} to {last} of the file are no CSV. A quotation mark may be missing or too many."
        )
        return Row(number, faults=(Fault("", "unreadable", detail),))
    if len(values) != len(header):
        detail = f"This row (lines {first} to {last}) has {len(values)} fields, and the header {len(header)}."
        return Row(number, faults=(Fault("", "wrong-field-count", detail),))
    return Row(number, dict(zip(header, (one.strip() for one in values), strict=True)))


# ---- the report --------------------------------------------------------------------------------------------


class Report:
    """The CSV of rejected rows, a line for each fault. Never the text of a row."""

    def __init__(self, path: Path, after: int) -> None:
        """Begin the report, or go on with it behind row number `after` (0 begins)."""
        kept = list(_lines(path, after))
        part = path.with_name(f"{path.name}.part")
        try:
            self._file: TextIO = part.open("w", encoding="utf-8", newline="")
            self._writer = csv.writer(self._file)
            self._writer.writerows([HEADER, *kept])
            self.settle()
            part.replace(path)
        except OSError as failure:
            raise CannotRun(f"The report of rejected rows cannot be written ({failure.strerror}).") from None
        self.rows_before = len({line[0] for line in kept})

    def add(self, number: int, name: str, faults: Iterable[Fault]) -> None:
        self._writer.writerows([number, name, one.path, one.code, one.detail] for one in faults)

    def settle(self) -> None:
        """On the disk, before anyone counts on it."""
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        self._file.close()


def _lines(path: Path, after: int) -> Iterator[list[str]]:
    """The lines of an earlier report about rows up to `after`; CannotRun where the file is something else."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.reader(file)
            if next(reader, HEADER) != HEADER:
                raise CannotRun("There is another file where the report of rejected rows would be written.")
            for line in reader:
                if len(line) == len(HEADER) and line[0].isdigit() and int(line[0]) <= after:
                    yield line
    except FileNotFoundError:
        return
    except (OSError, UnicodeDecodeError, csv.Error):
        raise CannotRun("There is another file where the report of rejected rows would be written.") from None

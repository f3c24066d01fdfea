"""A row while it is read: what stands in it by our own words, answers made of it, and what was wrong."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chassis.problems import Fault, Problem
from services.recording.domain.answers import Answer, Value
from services.recording.importing import values
from services.recording.importing.files import CannotRun, Row
from services.recording.importing.running import Rejected

Table = Mapping[str, Any]
"""A kind's mapping as its TOML says it."""


@dataclass(frozen=True)
class Layout:
    """A mapping and what it says about one file: our word → its column, and columns that we have no question for."""

    said: Table
    columns: Mapping[str, str]
    unread: tuple[str, ...]


@dataclass
class Reading:
    """One row while it is read."""

    row: Row
    layout: Layout
    answers: list[Answer] = field(default_factory=list, repr=False)
    faults: list[Fault] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def text(self, word: str) -> str:
        """What stands in the column of `word`; empty where there is none or it says nothing."""
        found = self.row.values.get(self.layout.columns.get(word, ""), "")
        return "" if found.lower() in self.layout.said["nothing"] else found

    def column(self, word: str) -> str:
        return self.layout.columns[word]

    def answer(self, word: str, section: str, property: str, value: Value) -> None:
        """`word` says which column is named when this answer is refused."""
        self.answers.append(Answer(section, 0, property, value, self.column(word)))

    def wrong(self, word: str, code: str, detail: str) -> None:
        self.faults.append(Fault(self.column(word), code, detail))

    def leave_out(self, word: str) -> None:
        self.left_out.append(self.column(word))

    def day(self, word: str) -> str | None:
        """The day in a column; None where there is none, or after saying that it cannot be read."""
        written = self.text(word)
        found = values.day(written, self.layout.said["dates"]) if written else None
        if written and found is None:
            self.wrong(word, "bad-date", "This takes a date, the day before the month.")
        return found

    def told(self, words: Sequence[str]) -> str:
        """Several columns as one text, each behind its heading."""
        headings = self.layout.said["headings"]
        return "\n".join(f"{headings[word]} {self.text(word)}" for word in words if self.text(word))

    def all_left_out(self) -> tuple[str, ...]:
        return (*self.left_out, *(one for one in self.layout.unread if self.row.values[one]))


def table(name: str) -> Table:
    """The mapping beside this file."""
    return tomllib.loads(Path(__file__).with_name(f"{name}.toml").read_text("utf-8"))


def layout(said: Table, chosen: Mapping[str, str], header: Sequence[str]) -> Layout:
    """Our word → the file's column: the one chosen, else the first known that the header has. CannotRun without those
    that are needed."""
    wanted: Mapping[str, Sequence[str]] = said["columns"]
    for word, name in chosen.items():
        if word not in wanted or name not in header:
            detail = f"use one of {', '.join(wanted)}, and a column that the file has."
            raise CannotRun(f"--column {word}=…: {detail}")
    names = {word: [chosen[word]] if word in chosen else known for word, known in wanted.items()}
    found = {word: next((one for one in known if one in header), "") for word, known in names.items()}
    missing = [f"{word} ({' or '.join(names[word])})" for word in said["needed"] if not found[word]]
    if missing:
        raise CannotRun(
            f"The file lacks columns for: {', '.join(missing)}. --column WORD=NAME names another."
        )
    columns = {word: name for word, name in found.items() if name}
    return Layout(said, columns, tuple(one for one in header if one not in columns.values()))


def name_of(row: Row, where: Layout) -> str:
    """The row's id, for the report; empty where what stands there looks like none."""
    found = row.values[where.columns["id"]]
    return found if values.NAME.fullmatch(found) else ""


def of_problem(problem: Problem, columns: Mapping[str, str]) -> Rejected:
    """A use case's refusal as what is wrong with a row; `columns` says which column each field came from."""
    faults = problem.faults or (Fault("", problem.code, problem.detail),)
    return Rejected(tuple(Fault(columns.get(one.path, one.path), one.code, one.detail) for one in faults))


def differs() -> Rejected:
    """Nothing may vanish unsaid: what was kept under this id before was something else."""
    detail = (
        "This id was recorded before with another content, or stands twice in the file. The first is kept."
    )
    return Rejected((Fault("", "recorded-differently", detail),))

"""Words that pages explain, as data: terms by their first letter, and the grades of harm."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Term:
    """A word and what it means; `short` is what it is shortened to, where it is."""

    word: str
    means: str
    short: str = ""


@dataclass(frozen=True)
class Grades:
    """One kind of harm: what it is called, and label and meaning of each grade, the lightest first."""

    title: str
    hint: str
    of: tuple[tuple[str, str], ...]


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / name).read_text("utf-8"))


def _by_letter(rows: list[dict[str, str]]) -> dict[str, list[Term]]:
    terms = sorted((Term(**row) for row in rows), key=lambda one: one.word.casefold())
    return {letter: list(some) for letter, some in groupby(terms, key=lambda one: one.word[0].upper())}


LETTERS = _by_letter(_read("glossary.toml")["terms"])
GRADES = tuple(
    Grades(row["title"], row["hint"], tuple((label, means) for label, means in row["of"]))
    for row in _read("harm.toml")["harm"]
)

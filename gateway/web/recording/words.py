"""The same questions and the same codes in the words of those who are asked: a practice, a pharmacy, a family. Files in `words/`.

A file may say: `order`, the pages that come first; `pages`, headings of pages with several questions; and for a question, by
section/Property, another `wording` or `hint`, an `example`, the codes that alone are offered (`only`) or come `first`, and what a code
means here (`meanings`), and a list of names that are offered while one types (`suggest`: a file of lines). `lines` are questions that take
a line of text, not a story. `labels` are for families and for other languages: staff are shown the national ones, in every setting.
`sentences` are what the pages around the questions say, each with the words that stand for it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from protos.recording.v1 import question_set_pb2 as pb

FOLDER = Path(__file__).parent / "words"


@dataclass(frozen=True)
class Words:
    """How a form speaks. `questions`: what a file says of each, by section/Property."""

    name: str = ""
    services: tuple[str, ...] = ()  # codes of the kind of service that is spoken to
    order: tuple[str, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    examples: Mapping[str, str] = field(default_factory=dict)
    suggestions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    questions: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    lines: frozenset[str] = frozenset()  # questions that are answered in a line
    sentences: Mapping[str, str] = field(default_factory=dict)


@cache
def words(name: str) -> Words:
    """Those of a file, by its name, which says only what differs from the one it is `like`: the national ones unless it says so."""
    data = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    base = Words() if name == "national" else words(data.get("like", "national"))
    said = data.get("questions", {})
    questions = {
        one: {**base.questions.get(one, {}), **said.get(one, {})} for one in {*base.questions, *said}
    }
    return Words(
        name,
        tuple(data.get("services", ())),
        tuple(data.get("order", base.order)),
        {**base.titles, **data.get("pages", {})},
        {one: says["example"] for one, says in questions.items() if "example" in says},
        {one: _lines(says["suggest"]) for one, says in questions.items() if "suggest" in says},
        questions,
        frozenset(data.get("lines", base.lines)),
        {**base.sentences, **data.get("sentences", {})},
    )


def _lines(name: str) -> tuple[str, ...]:
    written = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return tuple(one for one in written if one and not one.startswith("#"))


NATIONAL = words("national")


@cache
def settings() -> tuple[Words, ...]:
    """Those that speak to a kind of service."""
    every = (words(file.stem) for file in sorted(FOLDER.glob("*.toml")))
    return tuple(one for one in every if one.services)


def of_service(codes: Sequence[Any]) -> Words:
    """Those of the first service that has words of its own; the national ones where none has."""
    return next((one for code in codes for one in settings() if str(code) in one.services), NATIONAL)


def in_words(definition: pb.QuestionSetDefinition, said: Words) -> pb.QuestionSetDefinition:
    """The question set as it is asked there. A question that offers other codes, or in another order, has a list of its own."""
    made = pb.QuestionSetDefinition()
    made.CopyFrom(definition)
    lists = {one.name: one for one in made.value_sets}
    for section in made.sections:
        for question in section.questions:
            told = said.questions.get(f"{section.name}/{question.property}")
            if told is None:
                continue
            question.wording = told.get("wording", question.wording)
            question.hint = told.get("hint", question.hint)
            if question.value_set in lists and {"only", "first", "meanings", "labels"} & told.keys():
                _own_list(made, section.name, question, lists[question.value_set], told)
    return made


def _own_list(
    made: pb.QuestionSetDefinition,
    section: str,
    question: pb.QuestionDefinition,
    listed: pb.ValueSetDefinition,
    told: Mapping[str, Any],
) -> None:
    own = made.value_sets.add(name=f"{listed.name}@{section}/{question.property}", title=listed.title)
    first, meanings, labels = told.get("first", ()), told.get("meanings", {}), told.get("labels", {})
    for one in sorted(
        listed.codes, key=lambda code: first.index(code.code) if code.code in first else len(first)
    ):
        if "only" in told and one.code not in told["only"]:
            continue
        code = own.codes.add()
        code.CopyFrom(one)
        code.meaning = meanings.get(one.code, one.meaning)
        code.label = labels.get(one.code, one.label)
    question.value_set = own.name

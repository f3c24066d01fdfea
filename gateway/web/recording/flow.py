"""The pages of a form, and which of them come for the answers given so far."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gateway.web.recording.form import PATIENTS, TYPE, Form, Given, Place

COUNT: Place = (PATIENTS, 0, "PatientSequence")  # asked as how many there are


@dataclass(frozen=True)
class Page:
    """One page as the data say it."""

    slug: str
    title: str = ""
    asks: tuple[tuple[str, str], ...] = ()
    each: str = ""
    types: tuple[str, ...] = ()
    because: tuple[Place, str] | None = None  # a question, and the code of its answer
    must: bool = False


@dataclass(frozen=True)
class Task:
    slug: str
    title: str
    sections: tuple[str, ...]
    each: str = ""
    several: bool = False


@dataclass(frozen=True)
class Step:
    """A page that comes: its name in addresses, and the questions that stand on it. `entry`: of whom or what it is."""

    name: str
    title: str
    places: tuple[Place, ...] = field(default=())
    entry: int = 0
    of: int = 1  # how many there are of `each`
    is_task: bool = False
    must: bool = False  # every question of it

    def wants(self, form: Form, place: Place, given: Given) -> bool:
        """Whether a question of it must still be answered."""
        if place == COUNT:
            return not given.patients
        return form.applies(place, given) and (self.must or _must(form, place, given)) and not given.at(place)


@dataclass(frozen=True)
class Flow:
    """Everything a form asks, in order."""

    core: tuple[Page, ...]
    tasks: tuple[Task, ...]

    def steps(self, form: Form, given: Given) -> list[Step]:
        """The core as it is for these answers, the choice of what is recorded first."""
        first = Step("type", "", (TYPE,))
        return [first, *(step for page in self.core for step in _core(page, form, given))]

    def tasks_of(self, form: Form, given: Given) -> list[Step]:
        """What may be told besides."""
        asked = {_kind_of(place) for step in self.steps(form, given) for place in step.places}
        return [step for task in self.tasks for step in _task(task, form, given, asked)]

    def step(self, name: str, form: Form, given: Given) -> Step | None:
        """A page by its name, where it comes."""
        every = (*self.steps(form, given), *self.tasks_of(form, given))
        return next((one for one in every if one.name == name), None)

    def missing(self, form: Form, given: Given) -> list[Step]:
        """Pages of the core on which something must still be answered."""
        return [
            step
            for step in self.steps(form, given)
            if any(step.wants(form, place, given) for place in step.places)
        ]


def _must(form: Form, place: Place, given: Given) -> bool:
    """What the question set wants, and a description: an event of which nobody says what happened helps nobody."""
    return form.is_required(place, given) or place[2] in ("Description", "Type")


def _core(page: Page, form: Form, given: Given) -> Iterator[Step]:
    if page.asks == (_kind_of(COUNT),):
        if _counts(form, given):
            yield Step(page.slug, page.title, (COUNT,))
        return
    if page.because and page.because[1] not in given.at(page.because[0]):
        return
    chosen = form.slug(given) in page.types or page.because is not None
    entries = given.entries(page.each) if page.each else [0]
    for at, entry in enumerate(entries):
        places = [(section, entry, property) for section, property in page.asks]
        if any(form.applies(one, given) and (chosen or _must(form, one, given)) for one in places):
            name = f"{page.slug}-{at + 1}" if page.each else page.slug
            yield Step(name, page.title, tuple(places), at, len(entries), must=page.must)


def _kind_of(place: Place) -> tuple[str, str]:
    """A question, whichever entry it is asked for."""
    section, _, property = place
    return section, property


def _counts(form: Form, given: Given) -> bool:
    """Whether a person says how many patients there were: for an incident, and an outcome, which has at least one."""
    return form.slug(given) in ("incident", "outcome")


def _task(task: Task, form: Form, given: Given, asked: set[tuple[str, str]]) -> Iterator[Step]:
    entries = given.entries(task.each) if task.each else [0]
    if task.several:
        held = sorted({entry for section in task.sections for entry in given.entries(section)})
        entries = [*held, (held[-1] + 1) if held else 0]
    for at, entry in enumerate(entries):
        places = tuple(
            (section, entry, question.property)
            for section in task.sections
            for question in form.sections[section].questions
            if (section, question.property) not in asked | {_kind_of(COUNT)}
            and form.applies((section, entry, question.property), given)
        )
        if places:
            name = f"{task.slug}-{at + 1}" if task.each or task.several else task.slug
            yield Step(name, task.title, places, at, len(entries), is_task=True)


def read(written: str) -> Flow:
    """A flow from its TOML."""
    data = tomllib.loads(written)
    return Flow(tuple(map(_page, data["core"])), tuple(map(_task_of, data["tasks"])))


def _page(row: Mapping[str, Any]) -> Page:
    asks = tuple(tuple(one.split("/")) for one in row["asks"])
    return Page(
        row["slug"],
        row.get("title", ""),
        asks,
        row.get("each", ""),
        tuple(row.get("types", ())),
        _because(row),
        row.get("must", False),
    )


def _because(row: Mapping[str, Any]) -> tuple[Place, str] | None:
    if "if" not in row:
        return None
    question, code = row["if"]
    section, property = question.split("/")
    return (section, 0, property), code


def _task_of(row: Mapping[str, Any]) -> Task:
    sections = tuple(row["sections"])
    return Task(row["slug"], row["title"], sections, row.get("each", ""), row.get("several", False))


STAFF = read((Path(__file__).parent / "staff.toml").read_text(encoding="utf-8"))

"""The pages of a form, and which of them come for the answers given so far. The forms themselves are in `flows/`, as data."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from gateway.web.recording.form import PATIENTS, TYPE, Form, Given, Place, Value

Question = tuple[str, str]  # section and property, whichever entry it is asked for
COUNT: Place = (PATIENTS, 0, "PatientSequence")  # asked as how many there are
ALWAYS = ("Description", "Type")
FLOWS = Path(__file__).parent / "flows"


@dataclass(frozen=True)
class Page:
    """One page as the data say it."""

    slug: str
    title: str = ""
    asks: tuple[Question, ...] = ()
    each: str = ""
    types: tuple[str, ...] = ()
    because: tuple[Place, str] | None = None  # a question, and the code of its answer
    must: bool = False
    either: bool = False


@dataclass(frozen=True)
class Task:
    slug: str
    title: str
    sections: tuple[str, ...]
    each: str = ""
    several: bool = False
    asks: tuple[str, ...] = ()  # no others of its sections


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
    either: bool = False  # one of its questions
    each_must: bool = True  # what the question set wants, besides

    def wants(self, form: Form, place: Place, given: Given) -> bool:
        """Whether a question of it must still be answered."""
        if place == COUNT:
            return not given.patients
        if self.either:
            return place == self.places[0] and not any(given.at(one) for one in self.places)
        must = self.must or (_must(form, place, given) if self.each_must else place[2] in ALWAYS)
        return form.applies(place, given) and must and not given.at(place)


@dataclass(frozen=True)
class Flow:
    """Everything a form asks, in order. `begins` is what is answered before anybody says anything."""

    core: tuple[Page, ...]
    tasks: tuple[Task, ...] = ()
    begins: tuple[tuple[Place, Value], ...] = ()
    patients: str = ""
    each_must: bool = True  # whether somebody must answer what the question set wants
    formerly: tuple[tuple[Question, Question], ...] = ()  # where earlier versions ask what they ask elsewhere

    def given(self) -> Given:
        """What stands there at the beginning."""
        made = Given(patients=self.patients)
        for place, value in self.begins:
            made.put(place, [value])
        return made

    def steps(self, form: Form, given: Given) -> list[Step]:
        """The core as it is for these answers, the choice of what is recorded first where there is one."""
        first = [] if TYPE in dict(self.begins) else [Step("type", "", (TYPE,))]
        pages = self._ordered(form)
        return [*first, *(step for page in pages for step in _core(page, form, given, self.each_must))]

    def _ordered(self, form: Form) -> list[Page]:
        """The pages, those first that this setting begins with."""
        places = {slug: at for at, slug in enumerate(form.order)}
        pages = [replace(page, asks=tuple(self._asked(page, form))) for page in self.core]
        return sorted(pages, key=lambda page: places.get(page.slug, len(places)))

    def _asked(self, page: Page, form: Form) -> Iterator[Question]:
        """Its questions where this version has them; none of those it does not ask."""
        former = dict(self.formerly)
        for one in page.asks:
            asked = one if form.asks(one) else former.get(one, one)
            if form.asks(asked):
                yield asked

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
    return form.is_required(place, given) or place[2] in ALWAYS


def _core(page: Page, form: Form, given: Given, each_must: bool) -> Iterator[Step]:
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
            title, of = form.titles.get(page.slug, page.title), len(entries)
            must, either = page.must, page.either
            yield Step(name, title, tuple(places), at, of, must=must, either=either, each_must=each_must)


def _kind_of(place: Place) -> Question:
    section, _, property = place
    return section, property


def _counts(form: Form, given: Given) -> bool:
    """Whether a person says how many patients there were: for an incident, and an outcome, which has at least one."""
    return form.slug(given) in ("incident", "outcome")


def _task(task: Task, form: Form, given: Given, asked: set[Question]) -> Iterator[Step]:
    entries = given.entries(task.each) if task.each else [0]
    if task.several:
        held = sorted({entry for section in task.sections for entry in given.entries(section)})
        entries = [*held, (held[-1] + 1) if held else 0]
    for at, entry in enumerate(entries):
        places = tuple(
            (section, entry, question.property)
            for section in task.sections
            if section in form.sections
            for question in form.sections[section].questions
            if (section, question.property) not in asked | {_kind_of(COUNT)}
            and (not task.asks or question.property in task.asks)
            and form.applies((section, entry, question.property), given)
        )
        if places:
            name = f"{task.slug}-{at + 1}" if task.each or task.several else task.slug
            yield Step(name, task.title, places, at, len(entries), is_task=True)


def read(name: str) -> Flow:
    """A flow by the name of its file. One that is `like` another has its own pages first, then the other's."""
    data = tomllib.loads((FLOWS / f"{name}.toml").read_text(encoding="utf-8"))
    core = tuple(map(_page, data.get("core", ())))
    if "like" in data:
        left_out = set(data.get("without", ())) | {one.slug for one in core}
        core += tuple(one for one in read(data["like"]).core if one.slug not in left_out)
    return Flow(
        core,
        tuple(map(_task_of, data.get("tasks", ()))),
        tuple((_place(name), value) for name, value in data.get("begins", {}).items()),
        data.get("patients", ""),
        data.get("each_must", True),
        tuple((_question(new), _question(old)) for new, old in data.get("formerly", {}).items()),
    )


def _page(row: Mapping[str, Any]) -> Page:
    asks = tuple(map(_question, row["asks"]))
    return Page(
        row["slug"],
        row.get("title", ""),
        asks,
        row.get("each", ""),
        tuple(row.get("types", ())),
        _because(row),
        row.get("must", False),
        row.get("either", False),
    )


def _because(row: Mapping[str, Any]) -> tuple[Place, str] | None:
    if "if" not in row:
        return None
    question, code = row["if"]
    return _place(question), code


def _question(name: str) -> Question:
    section, property = name.split("/")
    return section, property


def _place(name: str) -> Place:
    section, property = _question(name)
    return section, 0, property


def _task_of(row: Mapping[str, Any]) -> Task:
    sections = tuple(row["sections"])
    several, asks = row.get("several", False), tuple(row.get("asks", ()))
    return Task(row["slug"], row["title"], sections, row.get("each", ""), several, asks)


STAFF = read("staff")

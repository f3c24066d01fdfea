"""The pages of a form, and which of them come for the answers given so far. The forms themselves are in `flows/`, as data."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from gateway.web.languages import say
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
    one: str = ""  # what each is called
    types: tuple[str, ...] = ()
    because: tuple[Place, str] | None = None  # a question, and the code of its answer
    must: bool = False
    either: bool = False
    first: bool = False  # whatever a setting begins with


@dataclass(frozen=True)
class Task:
    slug: str
    title: str
    sections: tuple[str, ...]
    each: str = ""
    one: str = ""
    several: bool = False
    asks: tuple[str, ...] = ()  # no others of its sections


@dataclass(frozen=True)
class Step:
    """A page that comes: its name in addresses, and the questions that stand on it. `entry`: of whom or what it is, `one` of `of`."""

    name: str
    title: str
    places: tuple[Place, ...] = field(default=())
    entry: int = 0
    of: int = 1
    one: str = ""
    is_task: bool = False
    must: bool = False  # every question of it
    either: bool = False  # one of its questions
    each_must: bool = True  # what the question set wants, besides

    def named(self, text: str) -> str:
        """A heading or question of it, saying of which patient, medicine or device it is where there are several."""
        return f"{text} ({say(self.one)} {self.entry + 1})" if self.one and self.of > 1 else text

    def heading(self, form: Form) -> str:
        """What stands above it: its title, else its question."""
        return self.named(say(self.title or form.question(self.places[0]).wording))

    def wants(self, form: Form, place: Place, given: Given) -> bool:
        """Whether a question of it must still be answered."""
        if place == COUNT:
            return not given.patients
        if self.is_task:
            return form.is_missed(place, given)
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
        together = groupby(self._ordered(form), key=lambda page: page.each)
        return [
            *first,
            *(step for each, pages in together for step in self._in_turn(each, pages, form, given)),
        ]

    def _in_turn(self, each: str, pages: Iterable[Page], form: Form, given: Given) -> Iterator[Step]:
        """Pages that come for each patient one after the other: all of the first, then all of the next."""
        same = list(pages)
        entries = given.entries(each) if each else [0]
        for at, entry in enumerate(entries):
            for page in same:
                step = _core(page, form, given, entry, self.each_must)
                if step:
                    number = f"-{at + 1}" if each else ""
                    yield replace(step, name=page.slug + number, entry=at, of=len(entries), one=page.one)

    def _ordered(self, form: Form) -> list[Page]:
        """The pages, those first that this setting begins with; one that is asked because of an answer stays behind its question."""
        order = {slug: at for at, slug in enumerate(form.order)}
        asked_on = {question: page.slug for page in self.core for question in page.asks}

        def place(page: Page) -> int:
            slug = asked_on.get(_kind_of(page.because[0]), page.slug) if page.because else page.slug
            return -1 if page.first else order.get(slug, len(order))

        pages = [replace(page, asks=tuple(self._asked(page, form))) for page in self.core]
        return sorted(pages, key=place)

    def _asked(self, page: Page, form: Form) -> Iterator[Question]:
        """Its questions where this version has them; none of those it does not ask."""
        former = dict(self.formerly)
        for one in page.asks:
            asked = one if form.asks(one) else former.get(one, one)
            if form.asks(asked):
                yield asked

    def tasks_of(self, form: Form, given: Given) -> list[Step]:
        """What may be told besides: not what an answer has settled, as “yes, here” does the organisation."""
        asked = {_kind_of(place) for step in self.steps(form, given) for place in step.places}
        settled = (page for page in self.core if page.because and given.at(page.because[0]))
        asked |= {question for page in settled for question in self._asked(page, form)}
        return [step for task in self.tasks for step in _task(task, form, given, asked)]

    def step(self, name: str, form: Form, given: Given) -> Step | None:
        """A page by its name, where it comes."""
        every = (*self.steps(form, given), *self.tasks_of(form, given))
        return next((one for one in every if one.name == name), None)

    def new(self, form: Form, before: Given, given: Given) -> list[Step]:
        """Pages of the core that come because answers were changed."""
        known = {one.name for one in self.steps(form, before)}
        return [one for one in self.steps(form, given) if one.name not in known]

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


def _core(page: Page, form: Form, given: Given, entry: int, each_must: bool) -> Step | None:
    if page.asks == (_kind_of(COUNT),):
        return Step(page.slug, page.title, (COUNT,)) if _counts(form, given) else None
    if page.because and page.because[1] not in given.at(page.because[0]):
        return None
    chosen = form.slug(given) in page.types or page.because is not None
    places = tuple((section, entry, property) for section, property in page.asks)
    if not any(form.applies(one, given) and (chosen or _must(form, one, given)) for one in places):
        return None
    title = form.titles.get(page.slug, page.title)
    return Step(page.slug, title, places, must=page.must, either=page.either, each_must=each_must)


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
            yield Step(name, task.title, places, at, len(entries), task.one, is_task=True)


def read(name: str) -> Flow:
    """A flow by the name of its file. One that is `like` another has its own pages first, then the other's."""
    data = tomllib.loads((FLOWS / f"{name}.toml").read_text(encoding="utf-8"))
    core = tuple(map(_page, data.get("core", ())))
    if "like" in data:
        left_out = set(data.get("without", ())) | {one.slug for one in core}
        others = (one for one in read(data["like"]).core if one.slug not in left_out)
        core = (*(replace(one, first=True) for one in core), *others)
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
        row.get("one", ""),
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
    return Task(row["slug"], row["title"], sections, row.get("each", ""), row.get("one", ""), several, asks)


STAFF = read("staff")

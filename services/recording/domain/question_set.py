"""One version of the national question set: what may be asked of whom, and which answers count.

The data live in `services/recording/question_sets/v<version>.toml`; `load` compiles them once into the lookup
tables that validation, forms, messages and labels use. Everything here is immutable.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from services.recording.domain.answers import Value

NATIVE = "native"
"""The section of answers which are elements of the FHIR resource itself."""


STAFF = "safety staff"
"""Who fills in the sections that are not for reporters."""


class Kind(StrEnum):
    """What an answer is made of; the names are FHIR's."""

    CODE = "code"
    STRING = "string"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    DATE = "date"
    TIME = "time"


class Asked(StrEnum):
    """Whether a type of event asks a question; required by the business rules, not the profile."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    ABSENT = "absent"


class Otherwise(StrEnum):
    """What an answer given against its condition means: a fault, or advice to the sender."""

    REFUSE = "refuse"
    WARN = "warn"


@dataclasses.dataclass(frozen=True, slots=True)
class Condition:
    """When a question is asked: one test of another answer, or several joined by `all` or `any`.

    `section` and `property` say which answer; an empty `property` means any answer in the section. `has`
    wants one of the values, `lacks` none of them, `absent` no answer at all (or, when false, any answer). A
    test of the same section looks at the same entry; a test of another section looks at all its entries.
    """

    section: str = ""
    property: str = ""
    has: frozenset[Value] = frozenset()
    lacks: frozenset[Value] = frozenset()
    absent: bool | None = None
    all: tuple[Condition, ...] = ()
    any: tuple[Condition, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class ValueSet:
    """The codes a question takes, in their published order, with their labels to the letter.

    `meanings` says in our own words when a code applies, where a person needs that. `retired` codes stay in
    `labels`, so that a record that holds one can be read; nobody is offered them, and the codes that each
    was replaced by are of this set ("17") or of another ("detection-points#4").
    """

    name: str
    title: str
    labels: Mapping[str, str]
    meanings: Mapping[str, str] = dataclasses.field(default_factory=dict)
    retired: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)

    def offered(self) -> dict[str, str]:
        """The codes a new answer may choose from, with their labels."""
        return {code: label for code, label in self.labels.items() if code not in self.retired}


@dataclasses.dataclass(frozen=True, slots=True)
class Question:
    """One property of a section.

    `wording` asks a person, `short` names it in two to four words for tables and charts, `hint` helps.
    `minimum` and `maximum` are the profile's cardinality inside a present section. `organisation` takes the
    code of an organisation, which the caller checks. `narrative` is free text (sealed), `personal` identifies
    the reporter, `assigned` is ours to give and ignored when sent. `format` narrows a type: "partial-date"
    (YYYY-MM or YYYY), "age-days" (encoded age), "dmd" (a dm+d code), "any-date" (a date that may be to come).
    `element` is the FHIR element, for what is no extension.
    """

    section: str
    property: str
    field: str
    wording: str
    kind: Kind
    minimum: int
    maximum: int
    id: str = ""
    value_set: ValueSet | None = None
    organisation: bool = False
    narrative: bool = False
    personal: bool = False
    assigned: bool = False
    format: str = ""
    element: str = ""
    text_limit: int = 0
    asked: Mapping[str, Asked] = dataclasses.field(default_factory=dict)
    when: Condition | None = None
    otherwise: Otherwise = Otherwise.WARN
    required_when: Condition | None = None
    exclusive: frozenset[str] = frozenset()
    short: str = ""
    hint: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Section:
    """One extension, or the native elements: its questions, where it lives and how often it may come.

    `on` is "AdverseEvent" or "contained Patient" and the like. `minimum` and `maximum` are the profile's.
    `by` is who fills it in: "reporter", or STAFF afterwards. `counted` are the types of event for
    which a person says whether there was anybody to fill it in for.
    """

    name: str
    on: str
    minimum: int
    maximum: int
    questions: tuple[Question, ...]
    asked: Mapping[str, Asked] = dataclasses.field(default_factory=dict)
    when: Condition | None = None
    otherwise: Otherwise = Otherwise.WARN
    by: str = "reporter"
    counted: frozenset[str] = frozenset()


Key = tuple[str, str]
"""A question by its section and property."""


@dataclasses.dataclass(frozen=True)
class QuestionSet:
    """All sections of one version, compiled. `digest` changes when, and only when, the data change.

    `fhir` is the release of FHIR that its resources are written in ("STU3" or "R4"), `profile` the last part
    of their profile's address. `description` is the question in which every event is told; `retold` are
    others that mean the same and are kept as if they were that one. `accepted_until` is the last day on which
    new events are taken in this version, None while no end is known.
    """

    version: int
    title: str
    digest: str
    event_types: Mapping[str, str]  # code → slug, e.g. "1" → "incident"
    sections: Mapping[str, Section]
    value_sets: Mapping[str, ValueSet]
    by_key: Mapping[Key, Question] = dataclasses.field(repr=False)
    expected: Mapping[str, tuple[Question, ...]] = dataclasses.field(
        repr=False
    )  # by slug: what that type of event must say
    fhir: str = ""
    profile: str = ""
    description: Key = (NATIVE, "Description")
    retold: tuple[Key, ...] = ()
    accepted_until: date | None = None

    def is_accepted(self, day: date) -> bool:
        """Whether new events are taken in this version on a day; what was recorded in it stays, and may be changed."""
        return self.accepted_until is None or day <= self.accepted_until

    def question(self, section: str, property: str) -> Question | None:
        return self.by_key.get((section, property))

    def questions(self) -> Iterator[Question]:
        """Every question in the order of the data."""
        return iter(self.by_key.values())

    def only(self, names: Iterable[str]) -> QuestionSet:
        """The same version with nothing but these sections."""
        kept = {name: self.sections[name] for name in names if name in self.sections}
        return dataclasses.replace(
            self,
            sections=MappingProxyType(kept),
            by_key=MappingProxyType({key: each for key, each in self.by_key.items() if key[0] in kept}),
            expected=MappingProxyType(
                {slug: tuple(q for q in each if q.section in kept) for slug, each in self.expected.items()}
            ),
        )

    def label(self, section: str, property: str, code: str) -> str | None:
        """The published label of a code; None where the question or the code is not of this version."""
        question = self.by_key.get((section, property))
        return question.value_set.labels.get(code) if question and question.value_set else None


def load(text: str) -> QuestionSet:
    """Compile one version from its TOML. ValueError names what is wrong with the data."""
    data = tomllib.loads(text)
    value_sets = {name: _value_set(name, each) for name, each in data["value_sets"].items()}
    _check_replacements(value_sets)
    homes = _homes(data["sections"])
    sections = {
        name: _section(name, each, data, value_sets, homes) for name, each in data["sections"].items()
    }
    slugs = dict(data["event_types"])
    by_key = {(q.section, q.property): q for each in sections.values() for q in each.questions}
    description, *retold = [_key(each, by_key) for each in data["description"]]
    return QuestionSet(
        version=data["version"],
        title=data["title"],
        digest=digest_of(data),
        event_types=MappingProxyType(slugs),
        sections=MappingProxyType(sections),
        value_sets=MappingProxyType(value_sets),
        by_key=MappingProxyType(by_key),
        expected=MappingProxyType({slug: _expected(sections, slug) for slug in slugs.values()}),
        fhir=data["fhir"],
        profile=data["profile"],
        description=description,
        retold=tuple(retold),
        accepted_until=_day(data.get("accepted_until")),
    )


def _day(said: Any) -> date | None:
    if said is None or type(said) is date:
        return said
    raise ValueError(f"accepted_until is no day: {said}")


def _key(name: str, by_key: Mapping[Key, Question]) -> Key:
    section, _, property = name.partition("/")
    if (section, property) not in by_key:
        raise ValueError(f"{name} is no question")
    return section, property


def digest_of(data: Mapping[str, Any]) -> str:
    """SHA-256 of the data without its comments and layout."""
    written = json.dumps(data, sort_keys=True, ensure_ascii=False, default=date.isoformat)
    return hashlib.sha256(written.encode()).hexdigest()


def _homes(sections: Mapping[str, Any]) -> dict[str, list[str]]:
    """Which sections a property is in."""
    homes: dict[str, list[str]] = {}
    for section, each in sections.items():
        for name in each["questions"]:
            homes.setdefault(name, []).append(section)
    return homes


def _value_set(name: str, data: Mapping[str, Any]) -> ValueSet:
    labels: dict[str, str] = dict(data["codes"])
    if len(labels) != len(data["codes"]):
        raise ValueError(f"value set {name} has a code twice")
    meanings, retired = data.get("meanings", {}), data.get("retired", {})
    if not meanings.keys() | retired.keys() <= labels.keys():
        raise ValueError(f"value set {name} explains or retires a code it does not have")
    return ValueSet(
        name,
        data["title"],
        MappingProxyType(labels),
        MappingProxyType(meanings),
        MappingProxyType({code: tuple(each) for code, each in retired.items()}),
    )


def _check_replacements(value_sets: Mapping[str, ValueSet]) -> None:
    for each in value_sets.values():
        for replacement in (one for many in each.retired.values() for one in many):
            name, _, code = replacement.rpartition("#")
            home = value_sets.get(name or each.name)
            if home is None or code not in home.offered():
                raise ValueError(
                    f"value set {each.name} replaces a code by {replacement}, which is not offered"
                )


def _section(
    name: str,
    section: Mapping[str, Any],
    data: Mapping[str, Any],
    value_sets: Mapping[str, ValueSet],
    homes: Mapping[str, list[str]],
) -> Section:
    questions = tuple(
        _question(name, property, each, data["text_limit"], value_sets, homes)
        for property, each in section["questions"].items()
    )
    return Section(
        name=name,
        on=section["on"],
        minimum=section.get("min", 0),
        maximum=section.get("max", 1),
        questions=questions,
        asked=_asked(section),
        when=_condition(section.get("when"), homes, name),
        otherwise=Otherwise(section.get("otherwise", "warn")),
        by=section.get("by", "reporter"),
        counted=frozenset(section.get("counted", ())),
    )


def _question(
    section: str,
    property: str,
    data: Mapping[str, Any],
    text_limit: int,
    value_sets: Mapping[str, ValueSet],
    homes: Mapping[str, list[str]],
) -> Question:
    values = value_sets[data["values"]] if "values" in data else None
    exclusive = frozenset(data.get("exclusive", ()))
    if exclusive and not (values and exclusive <= values.labels.keys()):
        raise ValueError(f"{section}/{property} excludes by a code it does not have")
    return Question(
        section=section,
        property=property,
        field=data["field"],
        wording=data["wording"],
        kind=Kind(data["type"]),
        minimum=data.get("min", 0),
        maximum=data.get("max", 1),
        id=data.get("id", ""),
        value_set=values,
        organisation=data.get("organisation", False),
        narrative=data.get("narrative", False),
        personal=data.get("personal", False),
        assigned=data.get("assigned", False),
        format=data.get("format", ""),
        element=data.get("element", ""),
        text_limit=data.get("text_limit", text_limit),
        asked=_asked(data),
        when=_condition(data.get("when"), homes, section),
        otherwise=Otherwise(data.get("otherwise", "warn")),
        required_when=_condition(data.get("required_when"), homes, section),
        exclusive=exclusive,
        short=data.get("short", ""),
        hint=data.get("hint", ""),
    )


def _asked(data: Mapping[str, Any]) -> Mapping[str, Asked]:
    return MappingProxyType({slug: Asked(each) for slug, each in data.get("asked", {}).items()})


def condition_in(question_set: QuestionSet, data: Mapping[str, Any], section: str = "") -> Condition | None:
    """A condition of other data than the question set's own, for this version of it.

    What names a property that this version lacks never holds: None where nothing is left. Those of `section` look at one
    entry. ValueError where a property has several homes and none is said.
    """
    homes: dict[str, list[str]] = {}
    for home, property in question_set.by_key:
        homes.setdefault(property, []).append(home)
    known = _known(data, homes)
    return None if known is None else _test(known, homes, section)


def _known(data: Mapping[str, Any], homes: Mapping[str, list[str]]) -> Mapping[str, Any] | None:
    for joint in ("any", "all"):
        if joint in data:
            parts = [_known(each, homes) for each in data[joint]]
            kept = [each for each in parts if each is not None]
            return {joint: kept} if kept and (joint == "any" or len(kept) == len(parts)) else None
    return data if data["property"] in homes else None


def _condition(
    data: Mapping[str, Any] | None, homes: Mapping[str, list[str]], section: str
) -> Condition | None:
    return None if data is None else _test(data, homes, section)


def _test(data: Mapping[str, Any], homes: Mapping[str, list[str]], section: str) -> Condition:
    property = data.get("property", "")
    return Condition(
        section=_home(data, homes, section),
        property=property,
        has=_values(data.get("has")),
        lacks=_values(data.get("lacks")),
        absent=data.get("absent"),
        all=tuple(_test(each, homes, section) for each in data.get("all", ())),
        any=tuple(_test(each, homes, section) for each in data.get("any", ())),
    )


def _home(data: Mapping[str, Any], homes: Mapping[str, list[str]], section: str) -> str:
    """The section that a condition looks at: as said, else the property's own, nearest first."""
    property, said = data.get("property"), data.get("section")
    candidates = homes.get(property, []) if property else [one for many in homes.values() for one in many]
    if said is not None:
        candidates = [said] if said in candidates else []
    elif property is None:
        return ""
    elif section in candidates:
        return section
    if len(candidates) != 1:
        what = f"is in both {' and '.join(candidates)}" if candidates else "is no property"
        raise ValueError(f"a condition in {section} names {said or ''}/{property or ''}, which {what}")
    return candidates[0]


def _values(data: Any) -> frozenset[Value]:
    if data is None:
        return frozenset()
    return frozenset(data if isinstance(data, list) else [data])


def _expected(sections: Mapping[str, Section], slug: str) -> tuple[Question, ...]:
    """The questions whose absence is worth saying for one type of event."""
    return tuple(
        each
        for section in sections.values()
        for each in section.questions
        if each.asked.get(slug) is not Asked.ABSENT
        and (each.required_when is not None or each.asked.get(slug) is Asked.REQUIRED)
    )

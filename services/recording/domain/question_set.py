"""One version of the national question set: what may be asked of whom, and which answers count.

The data live in `services/recording/question_sets/v<version>.toml`; `load` compiles them once into the lookup
tables that validation, forms, messages and labels use. Everything here is immutable.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from services.recording.domain.answers import Value

NATIVE = "native"
"""The section of answers which are elements of the FHIR resource itself."""


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
    """The codes a question takes, in their published order, with their labels to the letter."""

    name: str
    title: str
    labels: Mapping[str, str]


@dataclasses.dataclass(frozen=True, slots=True)
class Question:
    """One property of a section.

    `minimum` and `maximum` are the profile's cardinality inside a present section. `organisation` takes the
    code of an organisation, which the caller checks. `narrative` is free text (sealed), `personal` identifies
    the reporter, `assigned` is ours to give and ignored when sent. `format` narrows a type: "partial-date"
    (YYYY-MM or YYYY), "age-days" (encoded age), "dmd" (a dm+d code). `element` is the FHIR element, for what
    is no extension.
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


@dataclasses.dataclass(frozen=True, slots=True)
class Section:
    """One extension, or the native elements: its questions, where it lives and how often it may come.

    `on` is "AdverseEvent" or "contained Patient" and the like. `minimum` and `maximum` are the profile's.
    """

    name: str
    on: str
    minimum: int
    maximum: int
    questions: tuple[Question, ...]
    asked: Mapping[str, Asked] = dataclasses.field(default_factory=dict)
    when: Condition | None = None
    otherwise: Otherwise = Otherwise.WARN


@dataclasses.dataclass(frozen=True)
class QuestionSet:
    """All sections of one version, compiled. `digest` changes when, and only when, the data change."""

    version: int
    title: str
    digest: str
    event_types: Mapping[str, str]  # code → slug, e.g. "1" → "incident"
    sections: Mapping[str, Section]
    value_sets: Mapping[str, ValueSet]
    by_key: Mapping[tuple[str, str], Question] = dataclasses.field(repr=False)
    expected: Mapping[str, tuple[Question, ...]] = dataclasses.field(
        repr=False
    )  # by slug: what that type of event must say

    def question(self, section: str, property: str) -> Question | None:
        return self.by_key.get((section, property))

    def questions(self) -> Iterator[Question]:
        """Every question in the order of the data."""
        return iter(self.by_key.values())

    def label(self, section: str, property: str, code: str) -> str | None:
        """The published label of a code; None where the question or the code is not of this version."""
        question = self.by_key.get((section, property))
        return question.value_set.labels.get(code) if question and question.value_set else None


def load(text: str) -> QuestionSet:
    """Compile one version from its TOML. ValueError names what is wrong with the data."""
    data = tomllib.loads(text)
    value_sets = {name: _value_set(name, each) for name, each in data["value_sets"].items()}
    homes = _homes(data["sections"])
    sections = {
        name: _section(name, each, data, value_sets, homes) for name, each in data["sections"].items()
    }
    slugs = dict(data["event_types"])
    by_key = {(q.section, q.property): q for each in sections.values() for q in each.questions}
    return QuestionSet(
        version=data["version"],
        title=data["title"],
        digest=_digest(data),
        event_types=MappingProxyType(slugs),
        sections=MappingProxyType(sections),
        value_sets=MappingProxyType(value_sets),
        by_key=MappingProxyType(by_key),
        expected=MappingProxyType({slug: _expected(sections, slug) for slug in slugs.values()}),
    )


def _digest(data: Mapping[str, Any]) -> str:
    """SHA-256 of the data without its comments and layout."""
    return hashlib.sha256(json.dumps(data, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _homes(sections: Mapping[str, Any]) -> dict[str, str]:
    """Which section a property belongs to. No name may be in two, or conditions would be vague."""
    homes: dict[str, str] = {}
    for section, each in sections.items():
        for name in each["questions"]:
            if name != "Description" and homes.setdefault(name, section) != section:
                raise ValueError(f"property {name} is in both {homes[name]} and {section}")
    return homes


def _value_set(name: str, data: Mapping[str, Any]) -> ValueSet:
    labels: dict[str, str] = dict(data["codes"])
    if len(labels) != len(data["codes"]):
        raise ValueError(f"value set {name} has a code twice")
    return ValueSet(name, data["title"], MappingProxyType(labels))


def _section(
    name: str,
    section: Mapping[str, Any],
    data: Mapping[str, Any],
    value_sets: Mapping[str, ValueSet],
    homes: Mapping[str, str],
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
        when=_condition(section.get("when"), homes),
        otherwise=Otherwise(section.get("otherwise", "warn")),
    )


def _question(
    section: str,
    property: str,
    data: Mapping[str, Any],
    text_limit: int,
    value_sets: Mapping[str, ValueSet],
    homes: Mapping[str, str],
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
        when=_condition(data.get("when"), homes),
        otherwise=Otherwise(data.get("otherwise", "warn")),
        required_when=_condition(data.get("required_when"), homes),
        exclusive=exclusive,
    )


def _asked(data: Mapping[str, Any]) -> Mapping[str, Asked]:
    return MappingProxyType({slug: Asked(each) for slug, each in data.get("asked", {}).items()})


def _condition(data: Mapping[str, Any] | None, homes: Mapping[str, str]) -> Condition | None:
    return None if data is None else _test(data, homes)


def _test(data: Mapping[str, Any], homes: Mapping[str, str]) -> Condition:
    property = data.get("property", "")
    if property and property not in homes:
        raise ValueError(f"a condition names {property}, which is no property")
    return Condition(
        section=homes[property] if property else data.get("section", ""),
        property=property,
        has=_values(data.get("has")),
        lacks=_values(data.get("lacks")),
        absent=data.get("absent"),
        all=tuple(_test(each, homes) for each in data.get("all", ())),
        any=tuple(_test(each, homes) for each in data.get("any", ())),
    )


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

"""What answers of an older version of the question set mean in a newer one, for analysis.

A record is never rewritten: it is read with its own version. Whoever counts over several versions translates
its facts first. A translation never says more than the reporter did: an answer that the new version says more
narrowly, or not at all, is left out and told of, with the answers that it may have been. The data live in
`services/recording/question_sets/map-<old>-<new>.toml`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType
from typing import Any, NamedTuple

from services.recording.domain.answers import Value
from services.recording.domain.question_set import Key

Facts = Mapping[str, Sequence[Mapping[str, Any]]]
"""Coded answers: section → entries → property → value, or a list where it may be repeated."""


class Relation(StrEnum):
    """What a new code is beside the old one."""

    EQUIVALENT = "equivalent"
    WIDER = "wider"  # the new one means more
    NARROWER = "narrower"  # the new one means less, or only some of it
    UNMATCHED = "unmatched"


class Choice(NamedTuple):
    """One answer in terms of the newer version."""

    section: str
    property: str
    value: Value


class Meaning(NamedTuple):
    """What an old answer is in the newer version: one answer, or those that it may have been."""

    relation: Relation
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class ConceptMap:
    """One step from a version to the next. Properties and codes that are not named stayed as they were."""

    old: int
    new: int
    moved: Mapping[Key, tuple[Key, ...]]
    codes: Mapping[tuple[Key, str], Meaning] = field(repr=False)
    repeated: frozenset[Key]

    def homes(self, section: str, property: str) -> tuple[Key, ...]:
        """Where a property is now: one place, several that it may be, or none."""
        return self.moved.get((section, property), ((section, property),))

    def meaning(self, section: str, property: str, value: Value) -> Meaning:
        found = self.codes.get(((section, property), value)) if isinstance(value, str) else None
        if found is not None:
            return found
        choices = tuple(Choice(*home, value) for home in self.homes(section, property))
        if len(choices) == 1:
            return Meaning(Relation.EQUIVALENT, choices)
        return Meaning(Relation.NARROWER if choices else Relation.UNMATCHED, choices)


class Remark(NamedTuple):
    """An answer of version `version` that has no answer of the same meaning in the next."""

    version: int
    section: str
    property: str
    value: Value
    relation: Relation
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Translation:
    """Facts in the terms of the newest version: what went missing on the way, and what got less exact."""

    facts: dict[str, list[dict[str, Any]]]
    lost: tuple[Remark, ...]
    inexact: tuple[Remark, ...]


def load(text: str) -> ConceptMap:
    """Compile one map from its TOML. ValueError names what is wrong with the data."""
    data = tomllib.loads(text)
    moved = {_key(old): _homes(new) for old, new in data["moved"].items()}
    return ConceptMap(
        old=data["from"],
        new=data["to"],
        moved=MappingProxyType(moved),
        codes=MappingProxyType(dict(_codes(data.get("codes", ()), moved))),
        repeated=frozenset(_key(each) for each in data["repeated"]),
    )


def _key(name: str) -> Key:
    section, _, property = name.partition("/")
    return section, property


def _homes(named: str | list[str]) -> tuple[Key, ...]:
    return tuple(_key(each) for each in ([named] if isinstance(named, str) else named))


def _codes(
    tables: Iterable[Mapping[str, Any]], moved: Mapping[Key, tuple[Key, ...]]
) -> Iterator[tuple[tuple[Key, str], Meaning]]:
    for table in tables:
        for key in map(_key, table["of"]):
            for code, relation, *named in table["rows"]:
                choices = tuple(_choice(each, moved.get(key, (key,))) for each in named)
                if bool(choices) is (Relation(relation) is Relation.UNMATCHED):
                    raise ValueError(f"{'/'.join(key)} code {code} is {relation} with {len(choices)} codes")
                yield (key, code), Meaning(Relation(relation), choices)


def _choice(named: str, homes: Sequence[Key]) -> Choice:
    """ "13", or "WrongBlood#1" where the property may be in several places."""
    property, _, code = named.rpartition("#")
    fitting = [each for each in homes if property in ("", each[1])]
    if len(fitting) != 1:
        raise ValueError(f"{named} says no property, or one that is not among {len(homes)}")
    return Choice(*fitting[0], code)


def translate(facts: Facts, maps: Sequence[ConceptMap]) -> Translation:
    """Facts in the terms of the newest version, by the maps that lead there from the record's own, in order.

    ValueError when a map does not begin where the one before it ends.
    """
    if any(one.new != other.old for one, other in pairwise(maps)):
        raise ValueError(f"maps from {[each.old for each in maps]} do not follow one another")
    lost: list[Remark] = []
    inexact: list[Remark] = []
    told = {section: [dict(entry) for entry in entries] for section, entries in facts.items()}
    for each in maps:
        told = _step(told, each, lost, inexact)
    return Translation(told, tuple(lost), tuple(inexact))


def _step(
    facts: Facts, by: ConceptMap, lost: list[Remark], inexact: list[Remark]
) -> dict[str, list[dict[str, Any]]]:
    made: dict[str, list[dict[str, Any]]] = {}
    for section, entry, property, value, several in _answers(facts):
        meaning = by.meaning(section, property, value)
        remark = Remark(by.old, section, property, value, *meaning)
        if meaning.relation in (Relation.NARROWER, Relation.UNMATCHED):
            lost.append(remark)
            continue
        if meaning.relation is Relation.WIDER:
            inexact.append(remark)
        choice = meaning.choices[0]
        _put(made, entry, choice, several or (choice.section, choice.property) in by.repeated)
    return made


def _answers(facts: Facts) -> Iterator[tuple[str, int, str, Value, bool]]:
    for section, entries in facts.items():
        for entry, held in enumerate(entries):
            for property, value in held.items():
                several = isinstance(value, list)
                for one in value if several else (value,):
                    yield section, entry, property, one, several


def _put(made: dict[str, list[dict[str, Any]]], entry: int, choice: Choice, several: bool) -> None:
    rows = made.setdefault(choice.section, [])
    rows.extend({} for _ in range(entry + 1 - len(rows)))
    if not several:
        rows[entry][choice.property] = choice.value
        return
    values = rows[entry].setdefault(choice.property, [])
    if choice.value not in values:
        values.append(choice.value)

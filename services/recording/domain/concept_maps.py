"""What answers of an older version of the question set mean in a newer one, for analysis.

A record is never rewritten: it is read with its own version. Whoever counts over several versions translates first. A map
never says more than the reporter did: of an answer that the new version says more narrowly, it names those that it may
have been. The data live in `services/recording/question_sets/map-<old>-<new>.toml`.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple

from services.recording.domain.question_set import Key, Question, QuestionSet, digest_of


class Relation(StrEnum):
    """What a new code is beside the old one."""

    EQUIVALENT = "equivalent"
    WIDER = "wider"  # the new one means more
    NARROWER = "narrower"  # the new one means less, or only some of it
    UNMATCHED = "unmatched"


class Choice(NamedTuple):
    """A code as the answer to a question of the newer version."""

    section: str
    property: str
    code: str


class Meaning(NamedTuple):
    """What a code of an old question is in the newer version: one answer, or those that it may have been."""

    relation: Relation
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class ConceptMap:
    """One step from a version to the next. Properties and codes that are not named stayed as they were."""

    old: int
    new: int
    moved: Mapping[Key, tuple[Key, ...]]
    codes: Mapping[tuple[Key, str], Meaning] = field(repr=False)
    digest: str

    def homes(self, section: str, property: str) -> tuple[Key, ...]:
        """Where a property is now: one place, several that it may be, or none."""
        return self.moved.get((section, property), ((section, property),))

    def meaning(self, section: str, property: str, code: str) -> Meaning:
        found = self.codes.get(((section, property), code))
        if found is not None:
            return found
        choices = tuple(Choice(*home, code) for home in self.homes(section, property))
        if len(choices) == 1:
            return Meaning(Relation.EQUIVALENT, choices)
        return Meaning(Relation.NARROWER if choices else Relation.UNMATCHED, choices)


class Listed(NamedTuple):
    """What a code of an old list is in the new ones: one code (list, code), or those that it may have been."""

    relation: Relation
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A map with the versions that it leads from and to."""

    by: ConceptMap
    older: QuestionSet
    newer: QuestionSet

    @property
    def digest(self) -> str:
        """Changes when the map does, or one of its versions."""
        parts = (self.by.digest, self.older.digest, self.newer.digest)
        return hashlib.sha256(" ".join(parts).encode()).hexdigest()

    def lists(self) -> dict[str, dict[str, Listed]]:
        """Every list of the older version: code → what it is now.

        ValueError where two questions that share a list say different things of a code.
        """
        found: dict[str, dict[str, Listed]] = {}
        for question in self.older.questions():
            if question.value_set is None:
                continue
            told = found.setdefault(question.value_set.name, {})
            for code in question.value_set.labels:
                listed = self._listed(question, code)
                if told.setdefault(code, listed) != listed:
                    raise ValueError(
                        f"{question.value_set.name} code {code} has two meanings in {self.by.new}"
                    )
        return found

    def _listed(self, question: Question, code: str) -> Listed:
        relation, choices = self.by.meaning(question.section, question.property, code)
        homes = ((self.newer.by_key[one.section, one.property].value_set, one.code) for one in choices)
        return Listed(relation, tuple((home.name, new) for home, new in homes if home))


def load(text: str) -> ConceptMap:
    """Compile one map from its TOML. ValueError names what is wrong with the data."""
    data = tomllib.loads(text)
    moved = {_key(old): _homes(new) for old, new in data["moved"].items()}
    return ConceptMap(
        old=data["from"],
        new=data["to"],
        moved=MappingProxyType(moved),
        codes=MappingProxyType(dict(_codes(data.get("codes", ()), moved))),
        digest=digest_of(data),
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

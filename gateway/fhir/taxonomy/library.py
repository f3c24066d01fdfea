"""Every definition as bytes, made once in this worker for the digest of the version it belongs to."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property, partial

import orjson

from gateway.fhir.taxonomy import (
    errors,
    extensions,
    profiles,
    questionnaires,
    search_parameters,
    terminology,
)
from gateway.fhir.taxonomy.concept_maps import Step, concept_maps
from gateway.fhir.taxonomy.terminology import Coded
from gateway.fhir.taxonomy.version import ORGANISATIONS, PLACE, Json, Version
from protos.recording.v1 import question_set_pb2 as pb

KINDS = (
    "StructureDefinition",
    "ValueSet",
    "CodeSystem",
    "ConceptMap",
    "Questionnaire",
    "SearchParameter",
    "OperationDefinition",
)


@dataclass(frozen=True)
class Page:
    """One definition, ready to be sent. `tag` changes when, and only when, its bytes do."""

    kind: str
    id: str
    url: str
    name: str
    body: bytes = field(repr=False)
    tag: str = ""


@dataclass(frozen=True)
class Codes:
    """A list that can be expanded. `codes` is None where recording must be asked for them."""

    url: str
    system: str
    codes: tuple[Coded, ...] | None = field(repr=False)


@dataclass(frozen=True)
class Shelf:
    """The definitions of one version, the maps from one to the next, or what belongs to none; `made_at` is when this worker made them."""

    pages: Sequence[Page] = field(repr=False)
    codes: Mapping[str, Codes] = field(repr=False)
    made_at: datetime

    @cached_property
    def by_id(self) -> Mapping[tuple[str, str], Page]:
        return {(each.kind, each.id): each for each in self.pages}


@dataclass(frozen=True)
class Found:
    """A page and when it was made."""

    page: Page
    made_at: datetime


class Library:
    """What is published. Shelves of digests that are gone are thrown away."""

    def __init__(self, public_url: str) -> None:
        self.base = f"{public_url}{PLACE}"
        self._lock = threading.Lock()
        self._shelves: dict[tuple[object, ...], Shelf] = {}
        self._unversioned: Shelf | None = None

    def shelves(
        self,
        versions: Iterable[pb.QuestionSetDefinition],
        maps: Iterable[pb.ConceptMap],
        more: Callable[[], Iterable[Json]],
    ) -> list[Shelf]:
        """The shelf of each version, of each map between two of them, and of what belongs to none, to which `more` adds."""
        wanted = dict(self._wanted(versions, maps))
        with self._lock:
            if self._unversioned is None:
                self._unversioned = _unversioned(self.base, more())
            if wanted.keys() != self._shelves.keys():
                self._shelves = {key: self._shelves.get(key) or make() for key, make in wanted.items()}
            return [*self._shelves.values(), self._unversioned]

    def _wanted(
        self, versions: Iterable[pb.QuestionSetDefinition], maps: Iterable[pb.ConceptMap]
    ) -> Iterator[tuple[tuple[object, ...], Callable[[], Shelf]]]:
        """What tells each shelf from one that was made before, and how it is made."""
        known = {one.question_set: Version(self.base, one) for one in versions}
        for number, one in known.items():
            yield (number, one.definition.digest), partial(_of_version, one)
        for told in maps:
            if told.old in known and told.new in known:
                step = Step(told, known[told.old], known[told.new])
                yield (told.old, told.new, told.digest), partial(_of_step, step)


def find(shelves: Iterable[Shelf], kind: str, id: str) -> Found | None:
    """One definition by its id."""
    for shelf in shelves:
        page = shelf.by_id.get((kind, id))
        if page:
            return Found(page, shelf.made_at)
    return None


def _of_version(version: Version) -> Shelf:
    made = (
        *profiles.profiles(version),
        *extensions.extensions(version),
        *terminology.terminology(version),
        *questionnaires.questionnaires(version),
    )
    return Shelf([_page(each) for each in made], dict(_lists(version)), _now())


def _of_step(step: Step) -> Shelf:
    return Shelf([_page(each) for each in concept_maps(step)], {}, _now())


def _unversioned(base: str, more: Iterable[Json]) -> Shelf:
    codes = errors.error_codes()
    system = errors.named("CodeSystem", base)
    values = errors.named("ValueSet", base)
    made = (
        terminology.code_system(system, codes),
        terminology.value_set(values, system["url"]),
        *search_parameters.search_parameters(base),
        *more,
    )
    lists = {values["id"]: Codes(values["url"], system["url"], terminology.coded(codes))}
    return Shelf([_page(each) for each in made], lists, _now())


def _lists(version: Version) -> Iterator[tuple[str, Codes]]:
    """Every list by the id of its ValueSet."""
    known = {name: terminology.coded(one) for name, one in version.lists.items()}
    for name, codes in {**known, ORGANISATIONS: None}.items():
        yield version.id(name), Codes(version.url("ValueSet", name), version.url("CodeSystem", name), codes)


def _page(resource: Json) -> Page:
    body = orjson.dumps(resource)
    tag = hashlib.sha256(body).hexdigest()[:32]
    return Page(
        resource["resourceType"], resource["id"], resource["url"], resource.get("name", ""), body, tag
    )


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)

"""Concept maps: what codes and questions of one version are in the next, for whoever counts over several versions.

No record is rewritten. A map names every code, also what did not change, and chooses nothing for the reporter: of a code
that the newer version says more narrowly it gives all that it may have been.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gateway.fhir.taxonomy.version import QUESTIONS, Json, Version, computer_name, question_name
from protos.recording.v1 import question_set_pb2 as pb

_EQUIVALENT, _NARROWER, _UNMATCHED = "equivalent", "narrower", "unmatched"
_NOT_CHOSEN = (
    "The newer version says this more narrowly. Which of its codes was meant, the old one does not say."
)


@dataclass(frozen=True)
class Step:
    """A map, and the versions that it leads from and to."""

    told: pb.ConceptMap
    older: Version
    newer: Version


def concept_maps(step: Step) -> Iterator[Json]:
    """The map of each list of codes, and that of the questions."""
    for one in step.told.lists:
        yield _map(step, one.value_set, one.codes)
    yield _map(step, QUESTIONS, map(_question, step.told.questions))


def _question(one: pb.MappedQuestion) -> pb.MappedCode:
    """A question as a code of the list of questions."""
    homes = [question_name(home.section, home.property) for home in one.homes]
    return pb.MappedCode(
        code=question_name(one.section, one.property),
        relation={0: _UNMATCHED, 1: _EQUIVALENT}.get(len(homes), _NARROWER),
        targets=[pb.CodeName(value_set=QUESTIONS, code=home) for home in homes],
    )


def _map(step: Step, name: str, codes: Iterable[pb.MappedCode]) -> Json:
    """The map of one list, in a group for each list that the new codes are of."""
    groups: dict[str, list[Json]] = {}
    for one in codes:
        for home in list(dict.fromkeys(each.value_set for each in one.targets)) or [""]:
            groups.setdefault(home, []).append(_element(step, name, one, home))
    older, newer = step.older, step.newer
    id = f"{older.id(name)}-{newer.number}"
    homes = [home for home in groups if home]
    return {
        "resourceType": "ConceptMap",
        "id": id,
        "url": f"{older.base}/ConceptMap/{id}",
        "version": str(newer.number),
        "name": computer_name(id),
        "title": f"{older.lists[name].title} (question set {older.number} in terms of {newer.number})",
        "status": "active",
        "sourceUri": older.url("ValueSet", name),
        **({"targetUri": newer.url("ValueSet", homes[0])} if len(homes) == 1 else {}),
        "group": [_group(step, name, home, made) for home, made in groups.items()],
    }


def _group(step: Step, name: str, home: str, elements: list[Json]) -> Json:
    """Codes of one list in terms of another; of those that nothing took the place of, in terms of none."""
    target = {"target": step.newer.url("CodeSystem", home)} if home else {}
    return {"source": step.older.url("CodeSystem", name), **target, "element": elements}


def _element(step: Step, name: str, one: pb.MappedCode, home: str) -> Json:
    targets = [_target(step, each, one.relation) for each in one.targets if each.value_set == home]
    return {
        "code": one.code,
        "display": step.older.labels[name][one.code],
        "target": targets or [{"equivalence": _UNMATCHED}],
    }


def _target(step: Step, one: pb.CodeName, relation: str) -> Json:
    label = step.newer.labels[one.value_set][one.code]
    made: Json = {"code": one.code, "display": label, "equivalence": relation}
    return made | ({"comment": _NOT_CHOSEN} if relation == _NARROWER else {})

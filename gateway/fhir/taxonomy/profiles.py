"""The profiles of the AdverseEvent and of the resources it contains, of one version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gateway.fhir import base
from gateway.fhir.layout import EACH_ITS_OWN, PROFILE
from gateway.fhir.taxonomy import structure, words
from gateway.fhir.taxonomy.structure import Changes
from gateway.fhir.taxonomy.version import CONTAINED_PROFILES, Json, Version, computer_name, title
from protos.recording.v1 import question_set_pb2 as pb

# Where an AdverseEvent points at what it contains, and at which types.
_POINTERS: Mapping[str, tuple[str, ...]] = {
    "AdverseEvent.subject": ("Patient",),
    "AdverseEvent.location": ("Location",),
    "AdverseEvent.recorder": ("Practitioner",),
    "AdverseEvent.suspectEntity.instance": ("Device", "Medication"),
}
_RENAMED: Mapping[str, str] = {"Device.model": "Device.modelNumber"}  # STU3's names where R4 has another


def profiles(version: Version) -> Iterator[Json]:
    """The AdverseEvent's profile and those of its contained resources."""
    yield _profile(version, "AdverseEvent", PROFILE, _adverse_event(version))
    for kind, name in CONTAINED_PROFILES.items():
        yield _profile(version, kind, name, _of_questions(version, kind))


def address(version: Version, kind: str) -> str:
    """The address of the profile of a type of resource."""
    return version.structure(CONTAINED_PROFILES.get(kind, PROFILE))


def element_of(version: Version, question: pb.QuestionDefinition) -> str:
    """The path of the element that holds an answer; empty where an extension does, or FHIR has no such element."""
    if not question.element:
        return ""
    paths = {one.path for one in base.elements(question.element.partition(".")[0], version.stu3)}
    wanted = (question.element, _RENAMED.get(question.element, ""))
    return next((path for path in wanted if path in paths), "")


def _profile(version: Version, kind: str, name: str, changes: Mapping[str, Json]) -> Json:
    elements = base.elements(kind, version.stu3)
    made = structure.definition(version, name, title(name), kind, elements)
    extension = f"{kind}.extension"
    slices = [_slice(version, kind, one) for one in version.extensions_on(kind)]
    own = {kind: {"short": title(name), "definition": f"{title(name)}, as the question set asks."}}
    holder = {extension: {**structure.sliced_by_url(), **_least(slices)}}
    changed = Changes({**own, **holder, **changes}, {extension: slices})
    return made | structure.views(elements, changed, version.stu3)


def _least(slices: list[Json]) -> Json:
    """As many extensions as the slices need together."""
    least = sum(one["min"] for one in slices)
    return {"min": least} if least else {}


def _slice(version: Version, kind: str, section: pb.SectionDefinition) -> Json:
    path = f"{kind}.extension"
    name = computer_name(section.name)
    made = {
        "id": f"{path}:{name}",
        "path": path,
        "sliceName": name,
        "short": title(section.name),
        "definition": f"The answers of the section “{title(section.name)}”.",
        "min": section.minimum,
        "max": "1" if kind in EACH_ITS_OWN else str(section.maximum),
        "base": {"path": "DomainResource.extension", "min": 0, "max": "*"},
        "type": structure.profiled(version.structure(section.name), version.stu3),
    }
    said = words.comment(version, section)
    return made | ({"comment": said} if said else {})


def _adverse_event(version: Version) -> dict[str, Json]:
    """Elements that hold answers, and references to what is contained."""
    changes = _of_questions(version, "AdverseEvent")
    for path, kinds in _POINTERS.items():
        targets = [version.structure(CONTAINED_PROFILES[kind]) for kind in kinds]
        changes[path] = {"type": structure.to_contained(targets, version.stu3)}
    return changes


def _of_questions(version: Version, kind: str) -> dict[str, Json]:
    """What questions say of elements of `kind`, by path."""
    return {
        path: _asked(version, question)
        for question in version.questions.values()
        if (path := element_of(version, question)).startswith(f"{kind}.")
    }


def _asked(version: Version, question: pb.QuestionDefinition) -> Json:
    made: Json = {"short": question.wording, "definition": question.hint or question.wording}
    if question.minimum:
        made["min"] = question.minimum
    said = words.comment(version, question)
    if said:
        made["comment"] = said
    value_set = version.value_set_of(question)
    return made | ({"binding": structure.bound(value_set, version.stu3)} if value_set else {})

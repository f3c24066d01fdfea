"""How a StructureDefinition is put together: snapshot and differential, in the shape of R4 or STU3.

A profile is the elements FHIR has, what we change of them (by path), and slices that follow an element. The snapshot
holds everything, so that a validator needs no base; the differential holds what is ours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gateway.fhir.base import Element, Type
from gateway.fhir.taxonomy.version import Json, Version

_FHIR = "http://hl7.org/fhir/StructureDefinition"
_PRIMITIVE = "http://hl7.org/fhirpath/System.String"
_FHIR_TYPE = f"{_FHIR}/structuredefinition-fhir-type"
_SYSTEM_STRINGS: Mapping[str, str] = {"Resource.id": "string", "Element.id": "string", "Extension.url": "uri"}
_MODIFIER = "FHIR marks this element as one that can change the meaning of others."
_UNASKED = "FHIR's own; no question is about it."


@dataclass(frozen=True)
class Changes:
    """What a profile says of FHIR's elements: changed parts by path, and whole slices behind a path."""

    of: Mapping[str, Json]
    slices: Mapping[str, Sequence[Json]] = field(default_factory=dict)


def definition(version: Version, name: str, title: str, kind: str, elements: Sequence[Element]) -> Json:
    """A StructureDefinition without its elements; `kind` is the type it constrains."""
    made = version.resource("StructureDefinition", name, title)
    complex_type = kind == "Extension"
    return made | {
        "fhirVersion": version.fhir_version,
        "kind": "complex-type" if complex_type else "resource",
        "abstract": False,
        "type": elements[0].path,
        "baseDefinition": f"{_FHIR}/{kind}",
        "derivation": "constraint",
    }


def views(elements: Sequence[Element], changes: Changes, stu3: bool) -> Json:
    """The snapshot and differential of FHIR's `elements` with our `changes`."""
    snapshot: list[Json] = []
    differential: list[Json] = []
    for one in elements:
        change = changes.of.get(one.path)
        snapshot.append(whole(one, stu3) | (change or {}))
        if change is not None:
            differential.append({"id": one.path, "path": one.path, **change})
        slices = changes.slices.get(one.path, ())
        snapshot += slices
        differential += slices
    return {"snapshot": {"element": snapshot}, "differential": {"element": differential}}


def whole(one: Element, stu3: bool, path: str = "", id: str = "") -> Json:
    """An element as FHIR has it; `path` and `id` where it stands inside a slice."""
    path = path or one.path
    name = path.rpartition(".")[2]
    made: Json = {
        "id": id or path,
        "path": path,
        "short": name,
        "definition": _UNASKED if "." in path else f"FHIR's {name}.",
        "min": one.minimum,
        "max": one.maximum,
        "base": {"path": one.origin, "min": one.minimum, "max": one.maximum},
    }
    if one.types:
        made["type"] = _types(one, stu3)
    if one.modifier:
        made |= {"isModifier": True} if stu3 else {"isModifier": True, "isModifierReason": _MODIFIER}
    return made


def _types(one: Element, stu3: bool) -> list[Json]:
    if not stu3 and one.origin in _SYSTEM_STRINGS:
        told = {"url": _FHIR_TYPE, "valueUrl": _SYSTEM_STRINGS[one.origin]}
        return [{"extension": [told], "code": _PRIMITIVE}]
    return [each for kind in one.types for each in _type(kind, stu3)]


def _type(kind: Type, stu3: bool) -> list[Json]:
    targets = [f"{_FHIR}/{target}" for target in kind.targets]
    return pointing(kind.code, targets, stu3) if targets else [{"code": kind.code}]


def pointing(code: str, targets: Sequence[str], stu3: bool) -> list[Json]:
    """The type of a reference to one of `targets`: STU3 repeats the type, R4 lists them in one."""
    if stu3:
        return [{"code": code, "targetProfile": each} for each in targets]
    return [{"code": code, "targetProfile": list(targets)}]


def to_contained(targets: Sequence[str], stu3: bool) -> list[Json]:
    """The type of a reference to a contained resource of one of our profiles."""
    return [each | {"aggregation": ["contained"]} for each in pointing("Reference", targets, stu3)]


def profiled(url: str, stu3: bool) -> list[Json]:
    """The type of an extension that one definition describes."""
    return [{"code": "Extension", "profile": url if stu3 else [url]}]


def bound(value_set: str, stu3: bool) -> Json:
    """A required binding."""
    if stu3:
        return {"strength": "required", "valueSetReference": {"reference": value_set}}
    return {"strength": "required", "valueSet": value_set}


def sliced_by_url() -> Json:
    """What an element of extensions says when its slices are told apart by their url."""
    return {
        "slicing": {"discriminator": [{"type": "value", "path": "url"}], "ordered": False, "rules": "open"}
    }

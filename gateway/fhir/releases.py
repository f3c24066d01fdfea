"""What a client sent of another release of FHIR, put where the release of its version has it: nothing is lost or changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gateway.fhir.layout import CORE, DEVICE_ELEMENTS, SHAPES, Shape, extension_url
from gateway.fhir.reading import Json, Understood

DESCRIPTION = "Description"


def in_release(sent: Json, understood: Understood) -> Json:
    """The resource as its release would have it: a root description of R4 in the core, a device's model under its name.

    FHIR has no null, which says nothing, so it is left out.
    """
    shape = SHAPES[understood.version]
    stands = _said(sent) | {"meta": _said(sent["meta"])}
    if not shape.description:
        named = {name: stands.pop(name, None) for name in ("description", "_description")}
        told = [_as_inner(name, value) for name, value in named.items() if value is not None]
        if told:
            stands["extension"] = list(_with_core(sent.get("extension") or [], told[0], understood))
    if sent.get("contained"):
        stands["contained"] = [_renamed(each, shape) for each in sent["contained"]]
    return stands


def _said(sent: Json) -> Json:
    return {name: value for name, value in sent.items() if value is not None}


def _as_inner(name: str, value: Any) -> Json:
    return {"url": DESCRIPTION, "_valueString" if name[0] == "_" else "valueString": value}


def _with_core(extensions: list[Json], told: Json, understood: Understood) -> Iterator[Json]:
    """The extensions with a description in the core; one that is there already stays, as it is what was kept."""
    url = extension_url(understood.base, CORE, understood.version)
    cores = [each for each in extensions if each["url"].endswith(f"/{CORE}-{understood.version}")]
    if not cores:
        yield {"url": url, "extension": [told]}
    for each in extensions:
        inner = each.get("extension") or []
        if cores and each is cores[0] and not any(one["url"] == DESCRIPTION for one in inner):
            yield {**each, "extension": [*inner, told]}
        else:
            yield each


def _renamed(contained: Json, shape: Shape) -> Json:
    if contained.get("resourceType") != "Device":
        return contained
    return {_name(element, contained, shape): value for element, value in contained.items()}


def _name(element: str, device: Json, shape: Shape) -> str:
    """What this release calls an element of a device, unless that is there too."""
    bare = element.removeprefix("_")
    property = DEVICE_ELEMENTS.get(bare)
    wanted = shape.device[property] if property else bare
    free = wanted == bare or not device.keys() & {wanted, f"_{wanted}"}
    return ("_" if element[0] == "_" else "") + wanted if property and free else element

"""Where a fault is, as FHIRPath that its sender can find.

An answer carries the path at which it stood. What recording misses has none: it is named by its field
(`section/entry/property`) or its section, and becomes the place where the sender would write it, in the simple subset
of FHIRPath that `OperationOutcome.issue.expression` takes:

    AdverseEvent.extension('…/adverse-event-agent-6').extension('InvolvedAgents')
    AdverseEvent.contained.ofType(Patient).extension('…/patient-information-6')[0].extension('PhysicalHarm')
"""

from __future__ import annotations

import re

from chassis.problems import Fault, Problem
from gateway.fhir.layout import CONTAINED, CORE, DEVICE_DETAILS, NATIVE, SHAPES, Shape, extension_url

ROOT = "AdverseEvent"
_SANE_BASE = re.compile(r"https?://[A-Za-z0-9.:\[\]_~%/-]{1,200}")


def base_of(profile_base: str, ours: str) -> str:
    """The base the sender writes its extensions with, where it looks like an address; else ours."""
    return profile_base if _SANE_BASE.fullmatch(profile_base) else ours


def located(problem: Problem, version: int, base: str) -> Problem:
    """The same problem with its faults where the sender can find them."""
    faults = tuple(located_fault(each, version, base) for each in problem.faults)
    return Problem(problem.kind, problem.code, problem.detail, faults, problem.retry_after)


def located_fault(fault: Fault, version: int, base: str) -> Fault:
    return Fault(expression(fault.path, version, base), fault.code, fault.detail)


def expression(path: str, version: int, base: str) -> str:
    """The FHIRPath of a field or section; what is one already stays."""
    section, _, rest = path.partition("/")
    if not section or section == ROOT or "." in section:
        return path
    entry, _, rest = rest.partition("/")
    property, _, index = rest.partition("/")
    shape = SHAPES[version]
    if section == NATIVE or (section == CORE and property and shape.description):
        return _element(property, shape)
    native = shape.device.get(property) if section == DEVICE_DETAILS else None
    if native:
        return f"{ROOT}.contained.ofType(Device)[{entry}].{native}"
    place = _section(section, entry, extension_url(base, section, version))
    return place + (f".extension('{property}')" if property else "") + (f"[{index}]" if index else "")


def _element(property: str, shape: Shape) -> str:
    names = {"Type": shape.event_type, "Date": "date", "Description": "description"}
    return f"{ROOT}.{names[property]}" if property in names else ROOT


def _section(section: str, entry: str, url: str) -> str:
    kind = CONTAINED.get(section)
    if kind:
        return f"{ROOT}.contained.ofType({kind}).extension('{url}')" + (f"[{entry}]" if entry else "")
    return f"{ROOT}.extension('{url}')" + (f"[{entry}]" if entry not in ("", "0") else "")

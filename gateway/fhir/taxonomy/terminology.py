"""Lists of codes: a CodeSystem and a ValueSet of each, and what `$expand` answers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gateway.fhir.taxonomy.version import ORGANISATIONS, Json, Version
from protos.recording.v1 import question_set_pb2 as pb

_INACTIVE = "http://hl7.org/fhir/concept-properties#inactive"
_RETIRED: list[Json] = [
    {
        "code": "inactive",
        "uri": _INACTIVE,
        "type": "boolean",
        "description": "No longer offered; older records hold it.",
    },
    {"code": "replacedBy", "type": "Coding", "description": "A code that took its place."},
]
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Coded:
    """One code as an expansion lists it; `words` are those it is found by."""

    code: str
    label: str
    retired: bool
    words: frozenset[str]


def terminology(version: Version) -> Iterator[Json]:
    """The CodeSystem and ValueSet of every list, and of organisations."""
    for one in version.lists.values():
        yield code_system(version.resource("CodeSystem", one.name, one.title), one, version)
        yield value_set(
            version.resource("ValueSet", one.name, one.title), version.url("CodeSystem", one.name)
        )
    yield _organisations(version)
    yield value_set(
        version.resource("ValueSet", ORGANISATIONS, "ODS codes"), version.url("CodeSystem", ORGANISATIONS)
    )


def code_system(named: Json, one: pb.ValueSetDefinition, version: Version | None = None) -> Json:
    """A list with all its codes, retired ones too. `version` is where codes that replaced them are found."""
    retired = any(each.retired for each in one.codes)
    return named | {
        "caseSensitive": True,
        "valueSet": named["url"].replace("/CodeSystem/", "/ValueSet/"),
        "content": "complete",
        "count": len(one.codes),
        **({"property": _RETIRED} if retired else {}),
        "concept": [_concept(each, one.name, version) for each in one.codes],
    }


def value_set(named: Json, system: str) -> Json:
    """All codes of one list; retired ones too, because they are understood in older records."""
    return named | {"immutable": True, "compose": {"inactive": True, "include": [{"system": system}]}}


def coded(one: pb.ValueSetDefinition) -> tuple[Coded, ...]:
    """The codes of a list as expansions find them."""
    return tuple(
        Coded(each.code, each.label, each.retired, frozenset(_words(f"{each.label} {each.code}")))
        for each in one.codes
    )


def matching(codes: Sequence[Coded], text: str, active_only: bool) -> list[Coded]:
    """Those in which every word of `text` begins a word of the label or the code, whatever the case."""
    wanted = _words(text)
    return [
        each
        for each in codes
        if not (active_only and each.retired)
        and all(any(word.startswith(one) for word in each.words) for one in wanted)
    ]


def listed(system: str, each: Coded) -> Json:
    """One line of an expansion."""
    made: Json = {"system": system, "code": each.code, "display": each.label}
    return made | {"inactive": True} if each.retired else made


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _concept(each: pb.CodeDefinition, name: str, version: Version | None) -> Json:
    made: Json = {"code": each.code, "display": each.label}
    if each.meaning:
        made["definition"] = each.meaning
    if each.retired:
        inactive = {"code": "inactive", "valueBoolean": True}
        made["property"] = [inactive, *(_replacement(one, name, version) for one in each.replaced_by)]
    return made


def _replacement(written: str, name: str, version: Version | None) -> Json:
    """`17` is of the same list, `detection-points#4` of another."""
    home, _, code = written.rpartition("#")
    system = {"system": version.url("CodeSystem", home or name)} if version else {}
    return {"code": "replacedBy", "valueCoding": {**system, "code": code}}


def _organisations(version: Version) -> Json:
    named = version.resource("CodeSystem", ORGANISATIONS, "ODS codes")
    return named | {
        "description": "Codes of organisations, as the Organisation Data Service gives them. Ask ValueSet/$expand with a filter.",
        "caseSensitive": True,
        "valueSet": version.url("ValueSet", ORGANISATIONS),
        "content": "not-present",
    }

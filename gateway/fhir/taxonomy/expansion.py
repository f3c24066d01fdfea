"""`$expand`: the codes of a list, those that match, page by page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from chassis.problems import invalid
from gateway.fhir import parameters
from gateway.fhir.parameters import Parameters
from gateway.fhir.taxonomy import terminology
from gateway.fhir.taxonomy.library import Codes
from gateway.fhir.taxonomy.version import Json
from protos.recording.v1 import question_set_pb2 as pb

Organisations = pb.Organisations
MOST = 1000  # codes in one answer
MOST_ORGANISATIONS, SOME_ORGANISATIONS = 100, 20
_UNDERSTOOD = ("url", "filter", "count", "offset", "activeOnly")


@dataclass(frozen=True)
class Asked:
    """What an expansion is wanted of; `count` is None where the client did not say."""

    filter: str
    count: int | None
    offset: int
    active_only: bool


def asked(sent: Parameters) -> Asked:
    """The parameters of a request; INVALID for what we do not understand."""
    parameters.check(sent, _UNDERSTOOD)
    if len(parameters.one(sent, "filter")) > parameters.LONGEST_VALUE:
        raise parameters.wrong("filter", f"may have {parameters.LONGEST_VALUE} characters at most")
    return Asked(
        parameters.one(sent, "filter"),
        parameters.whole_number(sent, "count", 0, MOST) if "count" in sent else None,
        parameters.whole_number(sent, "offset", 0, 1 << 31),
        parameters.one(sent, "activeOnly", "true") != "false",
    )


def expanded(
    codes: Codes, wanted: Asked, made_at: datetime, organisations: Callable[[str, int], Organisations]
) -> Json:
    """The expansion, with how many codes match in all."""
    if codes.codes is None:
        lines, total = _of_organisations(codes, wanted, organisations)
    else:
        found = terminology.matching(codes.codes, wanted.filter, wanted.active_only)
        most = MOST if wanted.count is None else wanted.count
        shown = found[wanted.offset : wanted.offset + most]
        lines, total = [terminology.listed(codes.system, each) for each in shown], len(found)
    expansion: Json = {
        "timestamp": made_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "total": total,
        "offset": wanted.offset,
        "parameter": _parameters(wanted),
    }
    return {"expansion": expansion | ({"contains": lines} if lines else {})}


def _of_organisations(
    codes: Codes, wanted: Asked, organisations: Callable[[str, int], Organisations]
) -> tuple[list[Json], int]:
    """Too many to list: those that match a filter, the first hundred of them at most."""
    if not wanted.filter.strip():
        raise invalid("bad-request", "This list is too long to be given whole. Send a filter.")
    count = SOME_ORGANISATIONS if wanted.count is None else wanted.count
    if wanted.offset + count > MOST_ORGANISATIONS:
        detail = f"Of this list the first {MOST_ORGANISATIONS} matches can be had. Send a longer filter."
        raise invalid("bad-request", detail)
    found = organisations(wanted.filter, max(1, wanted.offset + count))
    shown = found.organisations[wanted.offset : wanted.offset + count]
    lines = [{"system": codes.system, "code": each.code, "display": each.name} for each in shown]
    closed = [{"inactive": True} if each.closed else {} for each in shown]
    return [line | mark for line, mark in zip(lines, closed, strict=True)], found.total


def _parameters(wanted: Asked) -> list[Json]:
    made: list[Json] = [{"name": "activeOnly", "valueBoolean": wanted.active_only}]
    if wanted.filter:
        made.append({"name": "filter", "valueString": wanted.filter})
    if wanted.count is not None:
        made.append({"name": "count", "valueInteger": wanted.count})
    return made

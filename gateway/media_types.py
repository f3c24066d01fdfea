"""In which kind of JSON a request under FHIR is answered: as `_format` says, else as Accept does. There is no other format."""

from __future__ import annotations

from collections.abc import Mapping

from flask import g, request

from chassis.problems import Problem, invalid
from gateway.door import LINES

JSON, FHIR_JSON = "application/json", "application/fhir+json"
# What clients call the two. A plus that nobody escaped is a blank; HL7 wrote the last one until 2017.
FORMATS: Mapping[str, str] = {
    "json": JSON,
    JSON: JSON,
    "text/json": JSON,
    FHIR_JSON: FHIR_JSON,
    "application/fhir json": FHIR_JSON,
    "application/json+fhir": FHIR_JSON,
}


def fhir_type() -> str:
    """The media type of the answer; FHIR's own where the client takes neither, because it must hear that."""
    asked = _format()
    return (_accepted() if asked is None else FORMATS.get(asked)) or FHIR_JSON


def must_be_given() -> None:
    """INVALID (400) for a `_format` that we do not have, or (406) where Accept names nothing that we have."""
    asked = _format()
    if asked is not None and asked not in FORMATS:
        raise unknown_format()
    if asked is None and not _accepted() and not _takes_lines():
        raise invalid("not-acceptable", f"Accept {FHIR_JSON} or {JSON}: there is no other format.")


def unknown_format() -> Problem:
    return invalid("bad-request", "The parameter _format is json: there is no other format.")


def choose(format: str) -> None:
    """Answer in the format that stands elsewhere than in the address, as in a form."""
    g.format = format


def _format() -> str | None:
    asked: str | None = g.get("format", request.args.get("_format"))
    return asked


def _accepted() -> str:
    """The one that Accept wants more, FHIR's own where it does not mind; empty where it takes neither."""
    asked = _asked()
    if not asked:
        return FHIR_JSON
    wanted = {kind: _wanted(kind, asked) for kind in (FHIR_JSON, JSON)}
    best = max(wanted, key=lambda kind: wanted[kind])
    return best if wanted[best] > (0.0, True) else ""


def _wanted(kind: str, asked: Mapping[str, float]) -> tuple[float, bool]:
    """How much it is wanted, and whether by its own name."""
    name = next((one for one in (kind, "application/*", "*/*") if one in asked), "")
    return asked.get(name, 0.0), name == kind


def _asked() -> Mapping[str, float]:
    """What Accept names, by our names, and how much it wants each; parameters such as a version say nothing to us."""
    least_first = sorted(request.accept_mimetypes, key=lambda one: one[1])
    named = ((value.partition(";")[0].strip().lower(), quality) for value, quality in least_first)
    return {FORMATS.get(name, name): quality for name, quality in named}


def _takes_lines() -> bool:
    """Who sends lines may want lines."""
    return request.mimetype in LINES and any(_asked().get(one) for one in LINES)

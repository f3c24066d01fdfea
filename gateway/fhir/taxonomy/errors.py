"""The catalogue of problem codes as a list like any other, from the one table there is."""

from __future__ import annotations

from gateway import problems
from gateway.fhir.taxonomy.version import Json
from protos.recording.v1 import question_set_pb2 as pb

NAME = "error-codes"
_TITLE = "Codes of problems and remarks"


def error_codes() -> pb.ValueSetDefinition:
    """Every PSE code with its names in JSON, what it means and what to do."""
    names: dict[str, list[str]] = {}
    for name, code in problems.CODES.items():
        names.setdefault(code.pse, []).append(name)
    codes = [
        pb.CodeDefinition(code=code, label=", ".join(each), meaning=_meaning(each[0]))
        for code, each in sorted(names.items())
    ]
    return pb.ValueSetDefinition(name=NAME, title=_TITLE, codes=codes)


def _meaning(name: str) -> str:
    code = problems.CODES[name]
    return f"{code.meaning} {code.remedy}"


def named(kind: str, base: str) -> Json:
    """How its definitions begin; it belongs to no version of the question set."""
    return {
        "resourceType": kind,
        "id": NAME,
        "url": f"{base}/{kind}/{NAME}",
        "name": "ErrorCodes",
        "title": _TITLE,
        "status": "active",
    }

"""The bytes of a request → the JSON object in them, or a refusal that quotes nothing of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import orjson

from chassis.problems import Fault, Problem, invalid

Json = dict[str, Any]
MOST_FAULTS = 100
MOST_ANSWERS = 5_000  # of one resource: short ones weigh ten times more on their way to recording
_NUL = "\x00"
_ESCAPED_NUL = b"\\u0000"
_NAME = re.compile(r"[_$A-Za-z][A-Za-z0-9_.:-]{0,40}")


def parse(body: bytes) -> Json:
    """The JSON object in a request's body, which can be written and kept; INVALID when there is none."""
    resource = loads(body)
    must_be_writable(resource)
    if _ESCAPED_NUL in body:
        must_hold_no_nul(resource)
    return resource


def loads(body: bytes) -> Json:
    """The JSON object in `body`; INVALID (400) when there is none."""
    try:
        resource = orjson.loads(body)
    except orjson.JSONDecodeError as wrong:
        where = f"line {wrong.lineno}, column {wrong.colno}"
        raise invalid("malformed-json", f"The body is not JSON: see {where}.") from None
    if not isinstance(resource, dict):
        raise invalid("malformed-json", "The body must be one JSON object.")
    return resource


def must_be_writable(resource: Json) -> None:
    """We answer with what was sent, so it must go back into JSON, which says no to 255 levels; a Bundle adds a few."""
    try:
        orjson.dumps([[[[resource]]]])
    except TypeError:
        raise invalid("structure", "The body is nested too deeply.") from None


def must_hold_no_nul(resource: Json) -> None:
    """NUL can be kept nowhere."""
    detail = "Text may not hold the character NUL."
    faults = [Fault(path, "structure", detail) for path in _nuls(resource, "AdverseEvent")]
    if faults:
        raise refusal(faults)


def refusal(faults: list[Fault]) -> Problem:
    """What is said of a resource that has not the shape it must have."""
    detail = "The resource does not have the shape of an AdverseEvent. Nothing was recorded."
    return invalid("structure", detail, *faults[:MOST_FAULTS])


def named(name: str) -> str:
    """The name of a parameter, in quotation marks, if it can be one: what is not might be somebody's text."""
    return f"“{name}”" if _NAME.fullmatch(name) else "one without a proper name"


def child(path: str, name: str) -> str:
    """The path of a named element. A name that cannot be one might be somebody's text: its holder stands for it."""
    return f"{path}.{name}" if name.isascii() and name.isidentifier() and len(name) <= 40 else path


def _nuls(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, str):
        if _NUL in value:
            yield path
    elif isinstance(value, dict):
        if any(_NUL in key for key in value):
            yield path
        for key, each in value.items():
            yield from _nuls(each, child(path, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _nuls(each, f"{path}[{index}]")

"""What a request says beside its body: under which condition it holds, what names it when it comes again, how to answer it.

The same for a request of its own and for an entry of a batch.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote

from flask import request

from chassis.problems import Problem, invalid

LONGEST_KEY = 255
_ETAG = re.compile(r'(?:W/)?"([1-9][0-9]{0,8})"')
_REFERENCES = frozenset({"identifier", "local-reference"})


@dataclass(frozen=True)
class Conditions:
    """`reference` is the client's own from If-None-Exist and `system` which of its numberings it names, if any; `revision` that
    of If-Match (0 = any), `answer` a return preference."""

    key: str = ""
    system: str = ""
    reference: str = ""
    revision: int = 0
    answer: str = ""


def of_request() -> Conditions:
    """Those in the headers of this request; INVALID (400) when they cannot be read."""
    headers = request.headers
    system, reference = _reference(headers.get("If-None-Exist", ""))
    return Conditions(
        key=_key(headers.get("Idempotency-Key", "")),
        system=system,
        reference=reference,
        revision=_revision(headers.get("If-Match", "")),
        answer=_preference(headers.get("Prefer", "")),
    )


def of_entry(asked: Mapping[str, Any]) -> Conditions:
    """Those of a Bundle's entry.request."""
    exist, match = asked.get("ifNoneExist", ""), asked.get("ifMatch", "")
    if not isinstance(exist, str) or not isinstance(match, str):
        raise invalid("bad-request", "ifNoneExist and ifMatch are texts in quotes.")
    system, reference = _reference(exist)
    return Conditions(
        system=system,
        reference=reference,
        revision=_revision(match),
        answer=_preference(request.headers.get("Prefer", "")),
    )


def _key(sent: str) -> str:
    """What names this request when it is sent again."""
    if len(sent) > LONGEST_KEY or not sent.isprintable():
        raise invalid("bad-request", f"Idempotency-Key may have {LONGEST_KEY} printable characters at most.")
    return sent


def _reference(sent: str) -> tuple[str, str]:
    """System and value of the client's own reference (`identifier=system|value` or `local-reference=value`), or nothing."""
    if not sent:
        return "", ""
    asked = parse_qsl(unquote(sent.lstrip("?")) if "%3D" in sent else sent.lstrip("?"))
    if len(asked) != 1 or asked[0][0] not in _REFERENCES:
        detail = "If-None-Exist takes one parameter: identifier or local-reference."
        raise invalid("unknown-parameter", detail)
    system, _, value = asked[0][1].rpartition("|")
    if not value or len(value) > LONGEST_KEY or not value.isprintable():
        raise invalid("bad-request", f"If-None-Exist may name {LONGEST_KEY} printable characters at most.")
    return system, value


def _revision(sent: str) -> int:
    """The revision that an update expects to change."""
    if sent.strip() in ("", "*"):
        return 0
    found = _ETAG.fullmatch(sent.strip())
    if found is None:
        raise _unreadable()
    return int(found[1])


def _unreadable() -> Problem:
    return invalid("bad-request", 'If-Match takes one ETag that we answered with, as in W/"3".')


def _preference(sent: str) -> str:
    """minimal or OperationOutcome; else the resource is answered."""
    wanted = (one.strip().removeprefix("return=") for one in re.split("[,;]", sent))
    return next((one for one in wanted if one in ("minimal", "OperationOutcome")), "")

"""What a failure looks like from outside: an OperationOutcome, problem+json, or a page. Nowhere else is one rendered.

One table holds every code: its PSE code for FHIR, and where the status is finer than its kind's. Nothing here quotes
what was sent.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import orjson
from flask import Flask, Response, current_app, render_template, request
from werkzeug.exceptions import HTTPException

from chassis.problems import Fault, Kind, Problem
from gateway import guards

FHIR_JSON = "application/fhir+json"
PROBLEM_JSON = "application/problem+json"
RETRY_AFTER = "5"  # seconds
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Said:
    """How one kind of problem is said: HTTP status, FHIR issue code, PSE code for codes without their own."""

    status: int
    issue: str
    pse: str


KINDS: Mapping[Kind | None, Said] = {
    Kind.INVALID: Said(422, "invalid", "PSE-1100"),
    Kind.UNAUTHENTICATED: Said(401, "login", "PSE-1310"),
    Kind.FORBIDDEN: Said(403, "forbidden", "PSE-1301"),
    Kind.NOT_FOUND: Said(404, "not-found", "PSE-1403"),
    Kind.CONFLICT: Said(409, "conflict", "PSE-1401"),
    Kind.THROTTLED: Said(429, "throttled", "PSE-1701"),
    Kind.UNAVAILABLE: Said(503, "transient", "PSE-1801"),
    None: Said(500, "exception", "PSE-1900"),  # our fault
}

# PSE-10xx the message, 11xx answers, 12xx organisations, 13xx permission, 14xx versions, 15xx repeats, 16xx personal
# data, 17xx quotas, 18xx availability. Those of the national interface keep their meaning; gaps are ours.
PSE: Mapping[str, str] = {
    "unknown-profile": "PSE-1001",
    "version-withdrawn": "PSE-1002",
    "malformed-json": "PSE-1003",
    "structure": "PSE-1004",
    "unknown-element": "PSE-1005",
    "body-too-large": "PSE-1006",
    "unsupported-media-type": "PSE-1007",
    "method-not-allowed": "PSE-1008",
    "bad-request": "PSE-1009",
    "unknown-parameter": "PSE-1010",
    "no-such-address": "PSE-1011",
    "body-too-slow": "PSE-1012",
    "required-missing": "PSE-1101",
    "code-not-in-value-set": "PSE-1102",
    "too-many-answers": "PSE-1103",
    "condition-violated": "PSE-1104",
    "not-asked": "PSE-1104",
    "future-date": "PSE-1105",
    "age-encoding": "PSE-1106",
    "mutually-exclusive": "PSE-1107",
    "wrong-type": "PSE-1108",
    "text-too-long": "PSE-1109",
    "unknown-question": "PSE-1110",
    "too-early-date": "PSE-1111",
    "old-date": "PSE-1112",
    "patient-sequence": "PSE-1113",
    "described-twice": "PSE-1114",
    "element-not-kept": "PSE-1115",
    "unknown-organisation": "PSE-1201",
    "closed-organisation": "PSE-1202",
    "not-authorised-for-organisation": "PSE-1301",
    "not-permitted": "PSE-1302",
    "not-signed-in": "PSE-1311",
    "version-conflict": "PSE-1401",
    "deleted": "PSE-1402",
    "event-not-found": "PSE-1403",
    "version-required": "PSE-1404",
    "duplicate-suspected": "PSE-1501",
    "idempotency-key-reused": "PSE-1502",
    "identifier-in-free-text": "PSE-1601",
}
STATUSES: Mapping[str, int] = {
    "malformed-json": 400,
    "bad-request": 400,
    "unknown-parameter": 400,
    "form-expired": 400,
    "deleted": 410,
    "version-required": 412,
    "precondition-failed": 412,
    "body-too-slow": 408,
    "body-too-large": 413,
    "unsupported-media-type": 415,
    "method-not-allowed": 405,
}
_HTTP: Mapping[int, tuple[Kind, str, str]] = {
    400: (Kind.INVALID, "bad-request", "The request could not be read."),
    404: (Kind.NOT_FOUND, "no-such-address", "There is nothing at this address."),
    405: (Kind.INVALID, "method-not-allowed", "This address does not take that method."),
    408: (Kind.INVALID, "body-too-slow", "The request took too long to arrive. Send it again."),
    413: (Kind.INVALID, "body-too-large", "A request may hold 1 MB at most."),
    415: (
        Kind.INVALID,
        "unsupported-media-type",
        "Send application/json or application/fhir+json, uncompressed.",
    ),
}
TITLES: Mapping[Kind | None, str] = {
    Kind.INVALID: "There is a problem with what was sent",
    Kind.UNAUTHENTICATED: "Sign in",
    Kind.FORBIDDEN: "You do not have permission",
    Kind.NOT_FOUND: "Page not found",
    Kind.CONFLICT: "This has changed",
    Kind.THROTTLED: "Too many requests",
    Kind.UNAVAILABLE: "The service is not available right now",
    None: "Sorry, there is a problem with the service",
}
OUR_FAULT = "Something went wrong on our side. It has been logged. Try again later."


@dataclass(frozen=True)
class Failure:
    """A problem ready to be rendered; `kind` is None when it is our fault."""

    kind: Kind | None
    code: str
    detail: str
    faults: tuple[Fault, ...]
    status: int

    @property
    def title(self) -> str:
        return TITLES[self.kind]


def install(app: Flask) -> None:
    """Render every failure of every route."""
    app.register_error_handler(Problem, render)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _bug)


def pse(code: str, kind: Kind | None = Kind.INVALID) -> str:
    """The stable FHIR code of a problem's or fault's kebab code."""
    return PSE.get(code) or KINDS[kind].pse


def codes_system() -> str:
    """The CodeSystem our PSE codes belong to."""
    return f"{current_app.config['PUBLIC_URL']}/taxonomy/fhir/CodeSystem/error-codes"


def outcome(issues: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """An OperationOutcome."""
    return {"resourceType": "OperationOutcome", "issue": list(issues)}


def issue(fault: Fault, severity: str, sort: str, code: str) -> dict[str, Any]:
    """One issue of an OperationOutcome; `sort` is FHIR's issue code, `code` our PSE code."""
    coding = {"system": codes_system(), "code": code, "display": fault.code}
    said: dict[str, Any] = {
        "severity": severity,
        "code": sort,
        "details": {"coding": [coding], "text": fault.detail},
    }
    if fault.path:
        said["expression"] = [fault.path]
    return said


def json(value: Any, status: int = 200, media_type: str = "application/json") -> Response:
    """An answer of JSON."""
    return Response(orjson.dumps(value), status, mimetype=media_type)


def fhir_type() -> str:
    """FHIR's media type, unless the client asks for plain JSON and nothing finer."""
    accepted = request.headers.get("Accept", "")
    return "application/json" if "application/json" in accepted and FHIR_JSON not in accepted else FHIR_JSON


def _failure_of(problem: Problem) -> Failure:
    """A problem with its status."""
    status = STATUSES.get(problem.code, KINDS[problem.kind].status)
    return Failure(problem.kind, problem.code, problem.detail, problem.faults, status)


def render(problem: Problem) -> Response:
    """The answer that says `problem`, as the address that was asked for says problems."""
    return _render(_failure_of(problem))


def _http(error: HTTPException) -> Response:
    """What Flask and Werkzeug refuse, in our own words."""
    if (error.code or 500) >= 500:
        return _bug(error)
    kind, code, detail = _HTTP.get(error.code or 400, _HTTP[400])
    response = _render(Failure(kind, code, detail, (), STATUSES.get(code, KINDS[kind].status)))
    allowed = getattr(error, "valid_methods", None)
    if allowed:
        response.headers["Allow"] = ", ".join(sorted(allowed))
    return response


def _bug(error: Exception) -> Response:
    """Logged by class and place; its words may quote a report and are shown to nobody."""
    bare = RuntimeError(type(error).__name__)
    endpoint = request.endpoint or "nowhere"
    _log.error(
        "%s failed: %s", endpoint, type(error).__name__, exc_info=(RuntimeError, bare, error.__traceback__)
    )
    return _render(Failure(None, "internal", OUR_FAULT, (), 500))


def _render(failure: Failure) -> Response:
    response = _renderer()(failure)
    if failure.kind in (Kind.UNAVAILABLE, Kind.THROTTLED):
        response.headers["Retry-After"] = RETRY_AFTER
    return response


def _renderer() -> Callable[[Failure], Response]:
    path = request.path
    if path.startswith(("/adverse-event", "/taxonomy")):
        return _as_outcome
    return _as_problem_json if path.startswith("/api") else _as_page


def _as_outcome(failure: Failure) -> Response:
    faults = failure.faults or (Fault("", failure.code, failure.detail),)
    said = KINDS[failure.kind].issue
    issues = (issue(fault, "error", said, pse(fault.code, failure.kind)) for fault in faults)
    return json(outcome(issues), failure.status, fhir_type())


def _as_problem_json(failure: Failure) -> Response:
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(failure.status).phrase,
        "status": failure.status,
        "code": failure.code,
        "detail": failure.detail,
    }
    if failure.faults:
        body["faults"] = [
            {"path": one.path, "code": one.code, "detail": one.detail} for one in failure.faults
        ]
    response = json(body, failure.status, PROBLEM_JSON)
    if failure.status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="lfpse"'
    return response


def _as_page(failure: Failure) -> Response:
    if failure.kind is Kind.UNAUTHENTICATED:
        return _to_sign_in()
    return Response(render_template("problem.html", failure=failure), failure.status)


def _to_sign_in() -> Response:
    """People who are not signed in are shown the way, and come back to where they were."""
    back = request.full_path.rstrip("?") if request.method == "GET" else "/"
    address = f"/sign-in?next={quote(back, safe='/')}"
    response = Response(status=HTTPStatus.SEE_OTHER, headers={"Location": address})
    response.delete_cookie(guards.COOKIE, path="/", secure=True, httponly=True, samesite="Lax")
    return response

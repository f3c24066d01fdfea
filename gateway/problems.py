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
from gateway import guards, typed
from gateway.media_types import fhir_type

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


@dataclass(frozen=True)
class Code:
    """What one code says in public: what has happened, and what the sender does about it.

    `status` is the HTTP status where it is finer than the kind's, `fhir` that under FHIR where it differs again.
    """

    pse: str
    meaning: str
    remedy: str
    status: int = 0
    fhir: int = 0


_RESEND = "Correct it where the expression points and send it again."
_WAIT = "Send it again after the seconds in Retry-After; the same request twice makes one record."

# By kebab code. PSE-00xx what went well, 10xx the message, 11xx answers, 12xx organisations, 13xx permission, 14xx versions, 15xx
# repeats, 16xx personal data, 17xx quotas, 18xx availability, 19xx our own fault. Those of the national interface keep their meaning; gaps are
# ours. The CodeSystem error-codes and the pages for vendors are made from this table: a code, once given, keeps its meaning. What is
# "Reserved" is raised by nothing yet.
CODES: Mapping[str, Code] = {
    "recorded": Code("PSE-0001", "The event was recorded.", "Keep its reference number."),
    "acceptable": Code("PSE-0002", "The event would be recorded as it is.", "Nothing; it was not recorded."),
    "unknown-profile": Code("PSE-1001", "The profile is not one that is taken here.", "Name a supported profile in meta.profile."),
    "version-withdrawn": Code("PSE-1002", "This version of the question set is no longer taken.", "Move to a version that the CapabilityStatement lists."),
    "malformed-json": Code("PSE-1003", "The body is not a JSON object.", "Correct the JSON; the text says line and column.", 400),
    "structure": Code("PSE-1004", "The resource does not have the shape that FHIR and the profile give it.", _RESEND),
    "unknown-element": Code("PSE-1005", "FHIR has no such element here, so its content would be lost.", "Leave it out, or move its content to where it belongs."),
    "body-too-large": Code("PSE-1006", "The request is larger than 1 MB, or asks for more than one answer can hold.", "Send less, or ask for less, at once.", 413),
    "unsupported-media-type": Code("PSE-1007", "The body is not of a type that is taken here.", "Send application/fhir+json, uncompressed.", 415),
    "method-not-allowed": Code("PSE-1008", "This address does not take that method.", "Use a method that the header Allow names.", 405),
    "bad-request": Code("PSE-1009", "A header, an address or a parameter could not be read.", "Correct what the text names.", 400),
    "unknown-parameter": Code("PSE-1010", "There is no such parameter here.", "Leave it out: ignoring it would answer another question.", 400),
    "no-such-address": Code("PSE-1011", "There is nothing at this address.", "Check the base URL and the type of resource."),
    "body-too-slow": Code("PSE-1012", "The request took too long to arrive.", "Send it again.", 408),
    "mixed-versions": Code("PSE-1013", "An extension is of another version than the profile.", "Use one version throughout a resource."),
    "batch-too-large": Code("PSE-1014", "There are more entries than one request may hold.", "Split it: 100 entries in a Bundle, 1,000 references in $reconcile.", 413),
    "too-many-at-once": Code("PSE-1014", "There are more entries than one request may hold.", "Split it: 100 entries in a Bundle, 1,000 references in $reconcile.", 413),
    "transaction-not-supported": Code("PSE-1015", "A Bundle of type transaction is not taken.", "Send a batch: each of its entries stands or falls alone."),
    "id-mismatch": Code("PSE-1016", "The id in the body is not that of the address.", "Send the resource to its own address, or leave its id out.", 400),
    "cursor-not-known": Code("PSE-1017", "The link to the next page is not one of ours, or no longer works.", "Start again from the first page.", 400),
    "reference-mismatch": Code("PSE-1018", "If-None-Exist names another reference than the resource does.", "Name the same in both, or leave one of them out.", 400),
    "not-acceptable": Code("PSE-1019", "There is no answer of a kind that Accept names.", "Accept application/fhir+json or application/json.", 406),
    "answers-not-accepted": Code("PSE-1100", "Some answers are missing or cannot be accepted.", "See the issues; each has a code of its own."),
    "required-missing": Code("PSE-1101", "An answer or element that is required is missing.", _RESEND),
    "code-not-in-value-set": Code("PSE-1102", "The code is not one that this question takes in this version.", "Refresh the value set and map the code."),
    "too-many-answers": Code("PSE-1103", "A question or section came more often than it may.", _RESEND),
    "condition-violated": Code("PSE-1104", "An answer was given to a question that the other answers do not lead to.", _RESEND),
    "not-asked": Code("PSE-1104", "An answer was given to a question that the other answers do not lead to.", _RESEND),
    "future-date": Code("PSE-1105", "The date lies in the future.", _RESEND),
    "age-encoding": Code("PSE-1106", "The age is not written as days, months × 31 or years × 372.", "Encode the age again; until then it counts as unknown."),
    "mutually-exclusive": Code("PSE-1107", "Two answers exclude each other.", _RESEND),
    "wrong-type": Code("PSE-1108", "The value is of another type than the question takes.", _RESEND),
    "text-too-long": Code("PSE-1109", "A text is longer than it may be.", "Shorten it."),
    "unknown-question": Code("PSE-1110", "This version has no such question or section.", "Check the name against the profile of the version."),
    "too-early-date": Code("PSE-1111", "The date lies before 1900.", _RESEND),
    "old-date": Code("PSE-1112", "This happened more than two years ago; nothing was refused.", "Check the year."),
    "patient-sequence": Code("PSE-1113", "Patients are not numbered 1, 2, 3 without gaps.", "Number them again."),
    "described-twice": Code("PSE-1114", "There are two descriptions that differ; one was kept.", "Send the description once."),
    "element-not-kept": Code("PSE-1115", "Something that was sent is asked by no question, and was not kept.", "Nothing, unless you rely on it being here."),
    "type-change": Code("PSE-1116", "The type of event cannot become this other type.", "Only an outcome or a risk becomes an incident; else withdraw it and record anew."),
    "reference-changed": Code("PSE-1117", "An update names another local reference than the record has, or that of another record.", "Send the local reference it was recorded with, or none."),
    "unknown-reason": Code("PSE-1118", "The reason for the withdrawal is not on the list.", "Use one of the reasons that the text lists.", 400),
    "product-version-not-valid": Code("PSE-1119", "The version of the product cannot be shown.", "Send 1 to 50 printable characters."),
    "text-being-checked": Code("PSE-1121", "A text that is still being checked was left as it is, and cannot be told by its place any more.", "Send the update once the text can be read, or write the text anew."),
    "unknown-organisation": Code("PSE-1201", "The organisation is not on our list.", "Check the ODS code."),
    "closed-organisation": Code("PSE-1202", "The organisation has closed. Over the API nothing was refused.", "Use the code of its successor."),
    "not-authorised-for-organisation": Code("PSE-1301", "This key may not act for that organisation.", "Use the key of that organisation."),
    "not-permitted": Code("PSE-1302", "This key may not do that.", "Ask for the permission."),
    "insufficient-scope": Code("PSE-1303", "The key or token is for something else than this.", "Ask for a token with that scope, or for a key that has it."),
    "key-not-known": Code("PSE-1310", "The key is not known, or has ended.", "Ask for a new key."),
    "not-signed-in": Code("PSE-1311", "There was no key and no access token.", "Send one of them: the key in Ocp-Apim-Subscription-Key, or the token in Authorization."),
    "token-not-known": Code("PSE-1312", "The access token is not known, or has ended.", "Ask for a new one at /oauth2/token."),
    "two-proofs": Code("PSE-1313", "There was a key and an access token.", "Send one of them.", 400),
    "version-conflict": Code("PSE-1401", "The event has another revision than the one you changed.", "Read it, make the change again, send it with the new ETag.", fhir=412),
    "deleted": Code("PSE-1402", "The event was withdrawn.", "Its history can still be read.", 410),
    "event-not-found": Code("PSE-1403", "There is no such event, or none that you may see.", "Check the id and the key."),
    "version-required": Code("PSE-1404", "This organisation asks for If-Match with every update.", "Send the ETag of the revision you changed.", 412),
    "version-lowered": Code("PSE-1405", "An update follows an older version of the question set than the record.", "Send it in the record's version or a newer one."),
    "revision-not-found": Code("PSE-1406", "The event has no such revision.", "See its history."),
    "draft-submitted": Code("PSE-1410", "The draft was submitted before, with other answers.", "Change the event it became, or record another."),
    "no-governance": Code("PSE-1411", "The event follows a version of the question set that has no governance block.", "Change the event to a newer version first."),
    "reporter-out-of-reach": Code("PSE-1412", "Nobody would read this question: whoever reported the event cannot be reached from here.", "Ask them where they reported it, as in the local system that sent it."),
    "run-not-found": Code("PSE-1408", "There is no such conformance run, or it is not yours.", "Begin one with POST $conformance."),
    "reference-in-use": Code("PSE-1409", "Another record took the place of this one under the same local reference.", "Withdraw that one before you ask for this one to be restored."),
    "duplicate-suspected": Code("PSE-1501", "This was recorded before; the first record was answered.", "Nothing, if it was a retry."),
    "idempotency-key-reused": Code("PSE-1502", "The key of another request was used again with another body.", "Use a new key for a new request."),
    "identifier-in-free-text": Code("PSE-1601", "Reserved: a text may hold personal data; nothing was refused.", "Take names and numbers out of it."),
    "text-erased": Code("PSE-1604", "The text of this record was erased for good.", "Read what is left; it cannot be changed."),
    "too-many-requests": Code("PSE-1701", "There were more requests than this key, account or address may send.", _WAIT),
    "too-many-imports": Code("PSE-1702", "As many imports as are taken at once are under way.", _WAIT),
    "try-again": Code("PSE-1801", "A part of the service is not available.", _WAIT),
    "internal": Code("PSE-1900", "Something went wrong on our side.", "Send it again later, and quote X-Request-ID."),
}  # fmt: skip
_PAGES: Mapping[str, int] = {"form-expired": 400}  # of pages alone
# RFC 6749's own words for what our codes say, and its status; what is not among them keeps its status.
_OAUTH: Mapping[str, tuple[str, int]] = {
    "invalid-client": ("invalid_client", 401),
    "invalid-scope": ("invalid_scope", 400),
    "unsupported-grant-type": ("unsupported_grant_type", 400),
    "invalid-request": ("invalid_request", 400),
    "try-again": ("temporarily_unavailable", 503),
    "internal": ("server_error", 500),
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
    retry_after: int = 0  # seconds, 0 where we do not know

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
    known = CODES.get(code)
    return known.pse if known else KINDS[kind].pse


def status_of(code: str, kind: Kind | None, under_fhir: bool = False) -> int:
    """The HTTP status of a problem."""
    known = CODES.get(code)
    finer = (known.fhir if under_fhir and known.fhir else known.status) if known else _PAGES.get(code, 0)
    return finer or KINDS[kind].status


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


def _failure_of(problem: Problem) -> Failure:
    """A problem with its status."""
    status = status_of(problem.code, problem.kind, _renderer() is _as_outcome)
    return Failure(problem.kind, problem.code, problem.detail, problem.faults, status, problem.retry_after)


def render(problem: Problem) -> Response:
    """The answer that says `problem`, as the address that was asked for says problems."""
    return _render(_failure_of(problem))


def _http(error: HTTPException) -> Response:
    """What Flask and Werkzeug refuse, in our own words."""
    if (error.code or 500) >= 500:
        return _bug(error)
    kind, code, detail = _HTTP.get(error.code or 400, _HTTP[400])
    response = _render(Failure(kind, code, detail, (), status_of(code, kind)))
    allowed = getattr(error, "valid_methods", None)
    if allowed:
        response.headers["Allow"] = ", ".join(sorted(allowed))
    return response


def _bug(error: Exception) -> Response:
    """Logged by class and place; its words may quote a report and are shown to nobody."""
    return _render(_logged(error))


def _logged(error: Exception) -> Failure:
    bare = RuntimeError(type(error).__name__)
    endpoint = request.endpoint or "nowhere"
    _log.error(
        "%s failed: %s", endpoint, type(error).__name__, exc_info=(RuntimeError, bare, error.__traceback__)
    )
    return Failure(None, "internal", OUR_FAULT, (), 500)


def _render(failure: Failure) -> Response:
    response = _renderer()(failure)
    if failure.kind in (Kind.UNAVAILABLE, Kind.THROTTLED):
        response.headers["Retry-After"] = str(failure.retry_after or RETRY_AFTER)
    return response


def _renderer() -> Callable[[Failure], Response]:
    path = request.path
    if path.startswith(("/adverse-event", "/taxonomy")):
        return _as_outcome
    if path.startswith("/oauth2"):
        return _as_oauth
    return _as_problem_json if path.startswith(("/api", "/.well-known")) else _as_page


def _as_outcome(failure: Failure) -> Response:
    response = json(outcome(issues_of(failure)), failure.status, fhir_type())
    if failure.status == HTTPStatus.UNAUTHORIZED:
        key = f'SubscriptionKey realm="lfpse", header="{guards.KEY_HEADER}"'
        wrong = ', error="invalid_token"' if failure.code == "token-not-known" else ""
        response.headers["WWW-Authenticate"] = f'{key}, Bearer realm="lfpse"{wrong}'
    if failure.code == "insufficient-scope":
        response.headers["WWW-Authenticate"] = 'Bearer realm="lfpse", error="insufficient_scope"'
    return response


def _as_oauth(failure: Failure) -> Response:
    """As RFC 6749, 5.2 has it: clients' libraries read nothing else. Its words hold no quotation mark."""
    error, status = _OAUTH.get(failure.code, ("invalid_request", failure.status))
    said = failure.detail.encode("ascii", "replace").decode().replace('"', "'")
    response = json({"error": error, "error_description": said}, status)
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="lfpse"'
    return response


def failure_of(error: Exception) -> Failure:
    """One failure among others, as of an entry of a batch; a bug is logged, and its words are shown to nobody."""
    return _failure_of(error) if isinstance(error, Problem) else _logged(error)


def issues_of(failure: Failure) -> list[dict[str, Any]]:
    """The issues that say a failure: one for each fault."""
    faults = failure.faults or (Fault("", failure.code, failure.detail),)
    said = KINDS[failure.kind].issue
    return [issue(fault, "error", said, pse(fault.code, failure.kind)) for fault in faults]


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
    kept = typed.again(failure.kind, failure.code)
    if kept is not None:
        page = render_template("still_here.html", failure=failure, typed=kept)
    elif failure.kind is Kind.UNAUTHENTICATED:
        return _to_sign_in()
    elif failure.status == HTTPStatus.METHOD_NOT_ALLOWED:
        page = render_template("opened_again.html", failure=failure, way_on=_way_on())
    elif failure.kind is Kind.UNAVAILABLE:
        page = render_template("help/away.html", failure=failure)
    else:
        page = render_template("problem.html", failure=failure)
    return Response(page, failure.status)


def _way_on() -> str:
    """The nearest page above the address that was asked for."""
    pages, path = current_app.create_url_adapter(request), request.path
    while pages and path:
        path = path.rpartition("/")[0]
        if path and pages.test(path, "GET"):
            return path
    return "/"


def _to_sign_in() -> Response:
    """People who are not signed in are shown the way, and come back to where they were."""
    back = request.full_path.rstrip("?") if request.method == "GET" else "/"
    address = f"/sign-in?next={quote(back, safe='/')}"
    response = Response(status=HTTPStatus.SEE_OTHER, headers={"Location": address})
    response.delete_cookie(guards.COOKIE, path="/", secure=True, httponly=True, samesite="Lax")
    return response

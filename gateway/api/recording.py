"""How the JSON API asks recording: headers that say under which condition, faults in the terms of our JSON, receipts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from flask import Response, current_app, request

from chassis.problems import Fault, Kind, Problem, invalid
from gateway import problems, question_sets
from gateway.api import schemas
from gateway.api.times import instant
from gateway.guards import actor
from protos.recording.v1 import recording_pb2 as pb

IF_MATCH = {"If-Match": 'the ETag of the revision you changed, as in W/"3"; * for whatever is newest'}
IDEMPOTENCY_KEY = {
    "Idempotency-Key": "yours, so that the same request twice makes one record; kept seven days"
}
LONGEST_KEY = 255
_ETAG = re.compile(r'(?:W/)?"([1-9][0-9]{0,8})"')
_OURS = {
    "AdverseEvent.meta.profile[0]": "question_set",
    "AdverseEvent.identifier.value": "local_reference",
    "AdverseEvent": "",
    "patients_known": "patients",
}


def ask(rpc: str, asking: Any) -> Any:
    """Recording's reply for whoever asks us; raises a Problem whose faults name places in our JSON."""
    return _asked(rpc, asking, actor())


def ask_openly(rpc: str, asking: Any) -> Any:
    """The same for whoever has no account."""
    return _asked(rpc, asking, "")


def _asked(rpc: str, asking: Any, who: str) -> Any:
    try:
        return current_app.extensions["clients"]["recording"].ask(rpc, asking, who)
    except Problem as problem:
        faults = tuple(Fault(ours(one.path), one.code, one.detail) for one in problem.faults)
        raise Problem(problem.kind, problem.code, problem.detail, faults, problem.retry_after) from None


def ours(path: str) -> str:
    """A fault's place in our JSON: of an answer section/entry/Property, else the field that was sent."""
    return _OURS.get(path, path)


def submission(sent: Mapping[str, Any], answers: Iterable[pb.Answer]) -> pb.SubmitRequest:
    """What a person's program asks to have recorded; without a version, in the newest there is."""
    return pb.SubmitRequest(
        question_set=version(sent),
        answers=answers,
        route=pb.ROUTE_ONLINE,
        organisation=sent.get("organisation", ""),
        patients=sent.get("patients", ""),
        draft_id=sent.get("draft", ""),
    )


def version(sent: Mapping[str, Any]) -> int:
    """The question set that answers follow: as said, else the newest."""
    return int(sent.get("question_set") or question_sets.current().all()[-1].question_set)


def idempotency_key() -> str:
    """What names this request when it is sent again; INVALID (400) when it cannot be one."""
    sent = request.headers.get("Idempotency-Key", "")
    if len(sent) > LONGEST_KEY or not sent.isprintable():
        raise invalid("bad-request", f"Idempotency-Key may have {LONGEST_KEY} printable characters at most.")
    return sent


def expected(needed: bool = False) -> int:
    """The revision that If-Match names, 0 for any; a Problem where it is needed and missing, or cannot be read."""
    sent = request.headers.get("If-Match", "").strip()
    if not sent and needed:
        detail = "Send If-Match with the ETag of the revision you changed, or * for whatever is newest."
        raise Problem(Kind.INVALID, "version-required", detail)
    if sent in ("", "*"):
        return 0
    found = _ETAG.fullmatch(sent)
    if found is None:
        raise invalid("bad-request", 'If-Match takes one ETag that we answered with, as in W/"3".')
    return int(found[1])


def receipt(told: pb.Submitted, status: int = 200) -> Response:
    """Which revision was made, and what is remarked on all the same."""
    made = {
        "reference": told.reference,
        "id": told.event_id,
        "revision": told.revision,
        "reported_at": instant(told.reported_at),
        "revised_at": instant(told.revised_at),
        "repeated": told.repeated_request,
        "warnings": remarks(told.warnings),
    }
    response = problems.json(schemas.Receipt().dump(made), status)
    response.headers["ETag"] = etag(told.revision)
    if status == 201:
        response.headers["Location"] = f"{current_app.config['PUBLIC_URL']}/api/v1/events/{told.reference}"
    return response


def remarks(warnings: Iterable[Any]) -> list[dict[str, str]]:
    return [{"path": ours(one.path), "code": one.code, "detail": one.detail} for one in warnings]


def etag(revision: int) -> str:
    return f'W/"{revision}"'

"""Learning responses under PSIRF: one may cover several events, and several organisations may take part."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app
from marshmallow import Schema, fields, validate

from gateway import problems, question_sets
from gateway.api import answers, schemas
from gateway.api.document import Said, documented
from gateway.api.recording import ask, etag, expected, version
from gateway.api.times import instant
from gateway.guards import bearer
from protos.recording.v1 import recording_pb2 as pb

routes = Blueprint("api_safety_responses", __name__, url_prefix="/api/v1/safety-responses")
IF_MATCH = {"If-Match": 'the ETag of the version you changed, as in W/"3"; * for whatever is newest'}
STATUSES = "planned, in_progress, completed or stopped"
_ANSWERS = {
    "description": "section → entries → property → value, of adverse-event-safety-response, -finding and -action;"
    " see /api/v1/question-sets. A text sent back as it was shown, or as null, keeps its original"
}


class SafetyResponseSummary(Schema):
    id = fields.String(required=True)
    version = fields.Integer(required=True)
    organisation = fields.String(required=True, metadata={"description": "ODS code of who leads it"})
    events = fields.List(
        fields.String(), required=True, metadata={"description": "reference numbers of those you may see"}
    )
    question_set = fields.Integer(required=True)
    response_type = fields.String(required=True, allow_none=True)
    status = fields.String(required=True, allow_none=True, metadata={"description": STATUSES})
    due_on = fields.String(required=True, allow_none=True, metadata={"format": "date"})
    saved_at = fields.String(required=True, metadata={"format": "date-time"})
    legacy_reference = fields.String(
        required=True, allow_none=True, metadata={"description": "its number in a former system"}
    )


class SafetyResponse(SafetyResponseSummary):
    answers = fields.Dict(keys=fields.String(), required=True, metadata=_ANSWERS)


class SentResponse(schemas.Request):
    question_set = fields.Integer(
        strict=True,
        validate=validate.Range(min=1, max=999),
        metadata={"description": "version of the question set that the answers follow; the newest"},
    )
    organisation = fields.String(
        validate=validate.Length(max=12), metadata={"description": "ODS code of who leads it; your own"}
    )
    events = fields.List(
        fields.String(validate=validate.Length(min=1, max=50)),
        required=True,
        validate=validate.Length(max=500),
        metadata={"description": "reference numbers or ids; the whole list"},
    )
    answers = fields.Dict(keys=fields.String(), required=True, metadata=_ANSWERS)


class Wanted(schemas.After):
    status = fields.String(validate=validate.Length(max=20), metadata={"description": STATUSES})


RESPONSES = schemas.page_of(SafetyResponseSummary)


@routes.get("")
@documented(Said("Safety responses, overdue first", RESPONSES, query=Wanted))
@bearer
def responses() -> Response:
    """A page of the responses your organisations take part in, without answers."""
    query = schemas.sent_query(Wanted)
    found = ask("ListSafetyResponses", pb.ListSafetyResponsesRequest(**query))
    page = {"items": [summary(one) for one in found.responses], "next": found.next or None}
    return problems.json(RESPONSES().dump(page))


@routes.post("")
@documented(Said("Begin a safety response", SafetyResponse, 201, body=SentResponse))
@bearer
def begin() -> Response:
    """A new response; the same again within a quarter of an hour is the first one."""
    kept = ask("SaveSafetyResponse", _asking(revising=False))
    response = _shown(kept, 201)
    address = f"{current_app.config['PUBLIC_URL']}/api/v1/safety-responses/{kept.response_id}"
    response.headers["Location"] = address
    return response


@routes.get("/<response_id>")
@documented(Said("One safety response", SafetyResponse))
@bearer
def response(response_id: str) -> Response:
    """A response with redacted texts: what a PUT takes, changed or not."""
    return _shown(ask("GetSafetyResponse", pb.GetSafetyResponseRequest(response_id=response_id)))


@routes.put("/<response_id>")
@documented(Said("Replace a safety response", SafetyResponse, body=SentResponse, headers=IF_MATCH))
@bearer
def save(response_id: str) -> Response:
    """Another version, whole; events that you may not see stay with it."""
    asking = _asking(revising=True)
    asking.response_id, asking.expected_version = response_id, expected(needed=True)
    return _shown(ask("SaveSafetyResponse", asking))


def _asking(revising: bool) -> pb.SaveSafetyResponseRequest:
    sent = schemas.sent_body(SentResponse)
    return pb.SaveSafetyResponseRequest(
        question_set=version(sent),
        organisation=sent.get("organisation", ""),
        events=sent["events"],
        answers=answers.read(sent["answers"], revising=revising),
    )


def _shown(one: pb.SafetyResponse, status: int = 200) -> Response:
    questions = question_sets.current().of(one.question_set)
    texts = [pb.Text(field=each.field, text=each.text, checked=each.checked) for each in one.texts]
    said = pb.SafetyEvent(facts=pb.EventFacts(answers=one.answers), texts=texts)
    whole = summary(one) | {"answers": answers.of_event(said, questions)}
    shown = problems.json(SafetyResponse().dump(whole), status)
    shown.headers["ETag"] = etag(one.version)
    return shown


def summary(one: pb.SafetyResponse) -> dict[str, Any]:
    """A response as it stands in lists."""
    return {
        "id": one.response_id,
        "version": one.version,
        "organisation": one.organisation,
        "events": list(one.events),
        "question_set": one.question_set,
        "response_type": one.response_type or None,
        "status": one.status or None,
        "due_on": one.target or None,
        "saved_at": instant(one.saved_at),
        "legacy_reference": one.legacy_reference or None,
    }

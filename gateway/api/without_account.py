"""Reporting without an account, and coming back with the code that was shown once.

Nothing of who asks is looked at or passed on: no cookie, no token, no network address. The code goes in the body, never in an address.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from flask import Blueprint, Response
from marshmallow import Schema, fields, validate

from gateway import problems
from gateway.api import answers, schemas
from gateway.api.document import Said, documented
from gateway.api.recording import ask_openly, idempotency_key, remarks, version
from gateway.api.times import instant, instant_or_none
from gateway.guards import public
from protos.recording.v1 import recording_pb2 as pb

routes = Blueprint("api_without_account", __name__, url_prefix="/api/v1/public")
ONCE = {
    "Idempotency-Key": "16 to 255 characters that nobody else would choose, as a UUID: the same request within a day is the"
    " same report and the same code"
}
KEEP_IT = (
    "Write down the reference number and the code now. The code is shown this once. Nobody can find it for you if it is"
    " lost, because nobody knows who you are."
)
REPORTERS = {"public": pb.REPORTER_PUBLIC, "anonymous_staff": pb.REPORTER_ANONYMOUS_STAFF}
STATES = {
    "new": "It has arrived. Nobody has looked at it yet.",
    "under_review": "The patient safety team is looking at it.",
    "action_in_progress": "It has been looked at, and something is being done about it.",
    "closed": "It has been looked at, and the review of it is closed.",
    "on_hold": "It has been looked at. The team waits for something else before it goes on.",
    "needs_information": "The patient safety team has a question for you.",
    "duplicate": "The same event was reported more than once. It is dealt with under another report.",
    "not_a_patient_safety_event": "It has been looked at. It was found not to be a patient safety event.",
    "reopened": "It is being looked at again.",
    "withdrawn": "The organisation has taken it back. It does not count any more.",
}


class Report(schemas.CheckedEvent):
    reporter = fields.String(
        required=True,
        validate=validate.OneOf(list(REPORTERS)),
        metadata={
            "description": "public: patients, carers, families; anonymous_staff: staff who give no name"
        },
    )
    organisation = fields.String(
        required=True,
        validate=validate.Length(min=1, max=12),
        metadata={"description": "ODS code of where it happened"},
    )


class Reported(Schema):
    reference = fields.String(required=True)
    follow_up_code = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "shown this once, to come back with; null where it was ended meanwhile"},
    )
    message = fields.String(required=True)
    reported_at = fields.String(required=True, metadata={"format": "date-time"})
    repeated = fields.Boolean(
        required=True, metadata={"description": "this request came before: it is the first one's report"}
    )
    warnings = fields.List(fields.Nested(schemas.Fault), required=True)


class Holder(schemas.Request):
    reference = fields.String(required=True, validate=validate.Length(min=1, max=50))
    code = fields.String(required=True, load_only=True, validate=validate.Length(min=1, max=100))


class Added(Holder):
    text = fields.String(required=True, validate=validate.Length(min=1, max=20_000))


class Answered(Added):
    question = fields.String(
        required=True, validate=validate.Length(min=1, max=50), metadata={"description": "its id"}
    )


class OwnRemark(Schema):
    id = fields.String(required=True)
    kind = fields.String(
        required=True, validate=validate.OneOf(["question", "answer", "addendum", "feedback"])
    )
    by = fields.String(required=True, validate=validate.OneOf(["organisation", "you"]))
    in_reply_to = fields.String(required=True, allow_none=True)
    made_at = fields.String(required=True, metadata={"format": "date-time"})
    text = fields.String(
        required=True, allow_none=True, metadata={"description": "redacted; null while being checked"}
    )
    status = fields.String(required=True, validate=validate.OneOf(["redacted", "being checked"]))
    answered = fields.Boolean(required=True, metadata={"description": "of a question"})


class OwnFollowUp(Schema):
    reference = fields.String(required=True)
    event_type = fields.String(required=True)
    occurred_on = fields.String(required=True, allow_none=True)
    reported_at = fields.String(required=True, metadata={"format": "date-time"})
    organisation = fields.Nested(schemas.Organisation, required=True)
    texts = fields.List(fields.Nested(schemas.Text), required=True)
    state = fields.String(required=True, metadata={"description": ", ".join(STATES)})
    state_in_words = fields.String(required=True)
    changed_at = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    reason = fields.String(
        required=True, allow_none=True, metadata={"description": "why it was taken back, where it was"}
    )
    remarks = fields.List(fields.Nested(OwnRemark), required=True)


@routes.post("/events")
@documented(Said("Report an event without an account", Reported, 201, body=Report, headers=ONCE))
@public
def report() -> Response:
    """The reference number, and the code that is shown once."""
    sent = schemas.sent_body(Report)
    asking = pb.ReportRequest(
        reporter=REPORTERS[sent["reporter"]],
        question_set=version(sent),
        answers=answers.read(sent["answers"]),
        organisation=sent["organisation"],
        patients=sent.get("patients", ""),
        idempotency_key=idempotency_key() or uuid4().hex,  # what we may send twice ourselves
    )
    told = ask_openly("Report", asking)
    made = {
        "reference": told.reference,
        "follow_up_code": told.code or None,
        "message": KEEP_IT,
        "reported_at": instant(told.reported_at),
        "repeated": told.repeated_request,
        "warnings": remarks(told.warnings),
    }
    return problems.json(Reported().dump(made), 201)


@routes.post("/follow-up")
@documented(Said("What became of a report, for who holds its code", OwnFollowUp, body=Holder))
@public
def look() -> Response:
    """The report as others see it, how far it is, and what was asked. A lost code cannot be recovered."""
    held = _holder(schemas.sent_body(Holder))
    return problems.json(
        OwnFollowUp().dump(_view(ask_openly("LookByCode", pb.LookByCodeRequest(holder=held))))
    )


@routes.post("/follow-up/answers")
@documented(Said("Answer a question about your report", OwnRemark, 201, body=Answered))
@public
def answer() -> Response:
    """The answer, which is shown once it has been checked for names."""
    sent = schemas.sent_body(Answered)
    asking = pb.AnswerByCodeRequest(holder=_holder(sent), remark_id=sent["question"], text=sent["text"])
    return problems.json(OwnRemark().dump(_remark(ask_openly("AnswerByCode", asking))), 201)


@routes.post("/follow-up/addenda")
@documented(Said("Add something to your report", OwnRemark, 201, body=Added))
@public
def add() -> Response:
    """The text beside what was reported, which stays as it is."""
    sent = schemas.sent_body(Added)
    asking = pb.AddByCodeRequest(holder=_holder(sent), text=sent["text"])
    return problems.json(OwnRemark().dump(_remark(ask_openly("AddByCode", asking))), 201)


@routes.post("/follow-up/ending")
@documented(Said("Let your code open nothing any more, for good", None, 204, body=Holder))
@public
def end() -> Response:
    """Nothing; the report stays."""
    ask_openly("EndCode", pb.EndCodeRequest(holder=_holder(schemas.sent_body(Holder))))
    return Response(status=204, mimetype="application/json")


def _holder(sent: dict[str, Any]) -> pb.CodeHolder:
    return pb.CodeHolder(reference=sent["reference"], code=sent["code"])


def _view(one: pb.ReporterView) -> dict[str, Any]:
    return {
        "reference": one.reference,
        "event_type": one.event_type,
        "occurred_on": one.occurred_on or None,
        "reported_at": instant(one.reported_at),
        "organisation": {"code": one.organisation, "name": one.organisation_name},
        "texts": [_text(each) for each in one.texts],
        "state": one.state,
        "state_in_words": STATES.get(one.state, ""),
        "changed_at": instant_or_none(one.changed_at),
        "reason": one.reason or None,
        "remarks": [_remark(each) for each in one.remarks],
    }


def _text(one: pb.ReporterText) -> dict[str, Any]:
    return {
        "field": one.field,
        "question": one.question,
        "text": one.text if one.checked else None,
        "status": "redacted" if one.checked else "being checked",
    }


def _remark(one: pb.Remark) -> dict[str, Any]:
    kind = pb.RemarkKind.Name(one.kind).removeprefix("REMARK_KIND_").lower()
    return {
        "id": one.remark_id,
        "kind": kind,
        "by": "organisation" if kind in ("question", "feedback") else "you",
        "in_reply_to": one.in_reply_to or None,
        "made_at": instant(one.made_at),
        "text": one.text if one.checked else None,
        "status": "redacted" if one.checked else "being checked",
        "answered": one.answered,
    }

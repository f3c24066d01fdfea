"""What an organisation does about an event: how far it is, questions to the reporter, links, and what the answers suggest.

Who did something is told by organisation; accounts are not named here, as reporters are not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response
from marshmallow import Schema, fields, validate

from gateway import problems
from gateway.api import safety_responses, schemas
from gateway.api.document import Said, documented
from gateway.api.recording import ask, etag, expected
from gateway.api.times import instant, instant_or_none
from gateway.guards import bearer
from protos.recording.v1 import recording_pb2 as pb

routes = Blueprint("api_following_up", __name__, url_prefix="/api/v1")
IF_MATCH = {"If-Match": 'the ETag of the handling you changed, as in W/"3"; leave out, or *, for any'}
STATES = (
    "new, under_review, action_in_progress, closed, on_hold, needs_information, duplicate,"
    " not_a_patient_safety_event or reopened"
)
LINKS = "duplicate_of, same_patient_journey, noticed_here_happened_there or recorded_for_wrong_organisation"
REACHES = (
    "whom a question or feedback reaches: account (the reporter is told, and reads it among their records), code (they read it when"
    " they come back with their code), nobody (no question is taken; feedback is kept for those who follow up)"
)
_TEXT = {"description": "redacted; null while being checked"}
_HIDDEN = {"description": "null where you may not see the other record"}
_REACHES: Mapping[Any, str] = {pb.REACHES_ACCOUNT: "account", pb.REACHES_CODE: "code"}


class Handling(Schema):
    state = fields.String(required=True, metadata={"description": STATES})
    duplicate_of = fields.String(required=True, allow_none=True, metadata=_HIDDEN)
    changed_at = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    next = fields.List(
        fields.String(), required=True, metadata={"description": "states it may go to from here"}
    )
    version = fields.Integer(required=True)


class Remark(Schema):
    id = fields.String(required=True)
    kind = fields.String(
        required=True, validate=validate.OneOf(["question", "answer", "addendum", "feedback"])
    )
    in_reply_to = fields.String(required=True, allow_none=True)
    organisation = fields.String(
        required=True,
        metadata={"description": "ODS code of who wrote it; empty: a reporter without an account"},
    )
    made_at = fields.String(required=True, metadata={"format": "date-time"})
    text = fields.String(required=True, allow_none=True, metadata=_TEXT)
    status = fields.String(required=True, validate=validate.OneOf(["redacted", "being checked"]))
    answered = fields.Boolean(required=True, metadata={"description": "of a question"})


class Link(Schema):
    id = fields.String(required=True)
    kind = fields.String(required=True, metadata={"description": LINKS})
    other_event = fields.String(required=True, allow_none=True, metadata=_HIDDEN)
    other_organisation = fields.String(required=True, allow_none=True, metadata={"description": "ODS code"})
    outgoing = fields.Boolean(required=True, metadata={"description": "made from this record"})
    made_at = fields.String(required=True, metadata={"format": "date-time"})


class FollowUp(Schema):
    reference = fields.String(required=True)
    handling = fields.Nested(Handling, required=True)
    remarks = fields.List(fields.Nested(Remark), required=True)
    links = fields.List(fields.Nested(Link), required=True)
    safety_responses = fields.List(fields.Nested(safety_responses.SafetyResponseSummary), required=True)
    reaches = fields.String(
        required=True,
        validate=validate.OneOf(["account", "code", "nobody"]),
        metadata={"description": REACHES},
    )


class NewState(schemas.Request):
    state = fields.String(
        required=True, validate=validate.Length(min=1, max=50), metadata={"description": STATES}
    )
    duplicate_of = fields.String(
        validate=validate.Length(min=1, max=50),
        metadata={"description": "reference number of the first record, with the state duplicate"},
    )


class Words(schemas.Request):
    text = fields.String(required=True, validate=validate.Length(min=1, max=20_000))


class NewLink(schemas.Request):
    kind = fields.String(
        required=True, validate=validate.Length(min=1, max=50), metadata={"description": LINKS}
    )
    other_event = fields.String(
        validate=validate.Length(min=1, max=50), metadata={"description": "reference number or id"}
    )
    other_organisation = fields.String(
        validate=validate.Length(min=1, max=12),
        metadata={"description": "instead of other_event, for recorded_for_wrong_organisation"},
    )


class Suggestion(Schema):
    rule = fields.String(required=True, metadata={"description": "stable name"})
    kind = fields.String(
        required=True,
        metadata={"description": "duty_of_candour, cqc, never_event, safety_response or notify"},
    )
    body = fields.String(required=True, allow_none=True, metadata={"description": "whom to tell"})
    advice = fields.String(required=True)
    because = fields.String(required=True, metadata={"description": "which answers, in words"})
    deadline = fields.String(required=True, allow_none=True)
    link = fields.String(required=True, allow_none=True)
    section = fields.String(
        required=True, allow_none=True, metadata={"description": "of the question that records the decision"}
    )
    property = fields.String(required=True, allow_none=True)
    settled = fields.Boolean(required=True, metadata={"description": "that question has been answered"})


SUGGESTIONS = schemas.page_of(Suggestion)


@routes.get("/events/<reference>/follow-up")
@documented(Said("What was done about an event", FollowUp))
@bearer
def follow_up(reference: str) -> Response:
    """State, remarks, links and safety responses; the ETag is of the state. The reporter reads no remark that staff made for
    themselves, and those of a withdrawn event still."""
    return _followed_up(ask("GetFollowUp", pb.GetFollowUpRequest(event=reference)))


@routes.post("/events/<reference>/handling")
@documented(Said("Bring an event to another state", FollowUp, body=NewState, headers=IF_MATCH))
@bearer
def handle(reference: str) -> Response:
    """The follow-up after it; the same state again changes nothing."""
    sent = schemas.sent_body(NewState)
    return _followed_up(ask("Handle", pb.HandleRequest(event=reference, expected_version=expected(), **sent)))


@routes.post("/events/<reference>/questions")
@documented(Said("Ask whoever recorded an event", Remark, 201, body=Words))
@bearer
def ask_reporter(reference: str) -> Response:
    """The question; the event needs information until it is answered. Refused where it would reach nobody."""
    return _remarked(ask("AskReporter", pb.AskReporterRequest(event=reference, text=_words())))


@routes.post("/questions/<question_id>/answer")
@documented(Said("Answer a question about an event you recorded", Remark, 201, body=Words))
@bearer
def answer(question_id: str) -> Response:
    """The answer; where no question is left open, the event returns to the state it was in."""
    return _remarked(ask("AnswerQuestion", pb.AnswerQuestionRequest(remark_id=question_id, text=_words())))


@routes.post("/events/<reference>/feedback")
@documented(Said("Tell whoever recorded an event what changed because of it", Remark, 201, body=Words))
@bearer
def give_feedback(reference: str) -> Response:
    """The feedback, which the reporter sees once it was checked, where it reaches them."""
    return _remarked(ask("GiveFeedback", pb.GiveFeedbackRequest(event=reference, text=_words())))


@routes.post("/events/<reference>/addenda")
@documented(Said("Add a text to an event", Remark, 201, body=Words))
@bearer
def add(reference: str) -> Response:
    """The text beside what was reported, which stays as it is."""
    return _remarked(ask("AddAddendum", pb.AddAddendumRequest(event=reference, text=_words())))


@routes.post("/events/<reference>/links")
@documented(Said("Link an event with another", Link, 201, body=NewLink))
@bearer
def link(reference: str) -> Response:
    """The link; the same again is the first one."""
    made = ask("LinkEvents", pb.LinkEventsRequest(event=reference, **schemas.sent_body(NewLink)))
    return problems.json(Link().dump(_link(made)), 201)


@routes.delete("/links/<link_id>")
@documented(Said("End a link", None, 204))
@bearer
def unlink(link_id: str) -> Response:
    """Nothing; the organisation of either record may."""
    ask("UnlinkEvents", pb.UnlinkEventsRequest(link_id=link_id))
    return Response(status=204, mimetype="application/json")


@routes.get("/events/<reference>/suggestions")
@documented(Said("What the answers of an event suggest to consider", SUGGESTIONS))
@bearer
def suggestions(reference: str) -> Response:
    """Advice, all of it at once; nothing is set by it."""
    found = ask("Suggest", pb.SuggestRequest(event=reference)).suggestions
    return problems.json(SUGGESTIONS().dump({"items": [_suggestion(one) for one in found], "next": None}))


def _words() -> str:
    return str(schemas.sent_body(Words)["text"])


def _followed_up(told: pb.FollowUp) -> Response:
    whole = {
        "reference": told.reference,
        "handling": _handling(told.handling),
        "remarks": [_remark(one) for one in told.remarks],
        "links": [_link(one) for one in told.links],
        "safety_responses": [safety_responses.summary(one) for one in told.responses],
        "reaches": _REACHES.get(told.reaches, "nobody"),
    }
    response = problems.json(FollowUp().dump(whole))
    response.headers["ETag"] = etag(told.handling.version)
    return response


def _remarked(told: pb.Remark) -> Response:
    return problems.json(Remark().dump(_remark(told)), 201)


def _handling(one: pb.Handling) -> dict[str, Any]:
    return {
        "state": one.state,
        "duplicate_of": one.duplicate_of or None,
        "changed_at": instant_or_none(one.changed_at),
        "next": list(one.next),
        "version": one.version,
    }


def _remark(one: pb.Remark) -> dict[str, Any]:
    return {
        "id": one.remark_id,
        "kind": pb.RemarkKind.Name(one.kind).removeprefix("REMARK_KIND_").lower(),
        "in_reply_to": one.in_reply_to or None,
        "organisation": one.author_organisation,
        "made_at": instant(one.made_at),
        "text": one.text if one.checked else None,
        "status": "redacted" if one.checked else "being checked",
        "answered": one.answered,
    }


def _link(one: pb.Link) -> dict[str, Any]:
    return {
        "id": one.link_id,
        "kind": one.kind,
        "other_event": one.other_reference or None,
        "other_organisation": one.other_organisation or None,
        "outgoing": one.outgoing,
        "made_at": instant(one.made_at),
    }


def _suggestion(one: pb.Suggestion) -> dict[str, Any]:
    said = {name: getattr(one, name) or None for name in ("body", "deadline", "link", "section", "property")}
    return said | {
        "rule": one.rule,
        "kind": one.kind,
        "advice": one.advice,
        "because": one.because,
        "settled": one.settled,
    }

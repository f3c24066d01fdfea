"""The national question set, for whoever makes forms. Public, and the same for everyone: each version has an ETag and may
be kept."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson
from flask import Blueprint, Response, request
from google.protobuf.message import Message
from marshmallow import Schema, fields, validate

from chassis.problems import not_found
from gateway import problems, question_sets
from gateway.api import schemas
from gateway.api.document import Said, documented
from gateway.guards import public
from protos.recording.v1 import recording_pb2 as pb

routes = Blueprint("api_question_sets", __name__, url_prefix="/api/v1")
_PRESENCES: Mapping[int, str] = {pb.PRESENCE_GIVEN: "given", pb.PRESENCE_ABSENT: "absent"}
_written: dict[str, tuple[bytes, str]] = {}  # digest → body and ETag of a version


class OfMessage(Schema):
    """The fields of a protobuf message; a message inside it that was not set is null."""

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        value = super().get_attribute(obj, attr, default)
        return None if isinstance(value, Message) and not obj.HasField(attr) else value


class ConditionDefinition(OfMessage):
    section = fields.String(required=True)
    property = fields.String(
        required=True, metadata={"description": "the answer that is tested; empty = any of the section"}
    )
    has = fields.List(fields.String(), required=True, metadata={"description": "one of these codes is given"})
    lacks = fields.List(fields.String(), required=True, metadata={"description": "none of these is given"})
    presence = fields.String(required=True, allow_none=True, validate=validate.OneOf(["given", "absent"]))
    all = fields.List(fields.Nested(lambda: ConditionDefinition()), required=True)
    any = fields.List(fields.Nested(lambda: ConditionDefinition()), required=True)

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        value = super().get_attribute(obj, attr, default)
        return _PRESENCES.get(value) if attr == "presence" else value


class QuestionDefinition(OfMessage):
    property = fields.String(required=True, metadata={"description": "its name in answers"})
    id = fields.String(required=True, metadata={"description": "national question id, where it is known"})
    field = fields.String(required=True)
    wording = fields.String(required=True)
    short = fields.String(required=True)
    hint = fields.String(required=True)
    kind = fields.String(
        required=True, metadata={"description": "code, string, integer, boolean, date or time"}
    )
    minimum = fields.Integer(required=True)
    maximum = fields.Integer(required=True, metadata={"description": "more than 1: its answer is a list"})
    value_set = fields.String(required=True)
    organisation = fields.Boolean(required=True, metadata={"description": "takes an ODS code"})
    narrative = fields.Boolean(required=True)
    personal = fields.Boolean(required=True)
    assigned = fields.Boolean(required=True, metadata={"description": "ours to give: ignored when sent"})
    format = fields.String(required=True)
    text_limit = fields.Integer(required=True)
    asked = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    when = fields.Nested(ConditionDefinition, required=True, allow_none=True)
    refuses = fields.Boolean(required=True, metadata={"description": "an answer against `when` is refused"})
    required_when = fields.Nested(ConditionDefinition, required=True, allow_none=True)
    exclusive = fields.List(
        fields.String(), required=True, metadata={"description": "codes that stand alone"}
    )


class SectionDefinition(OfMessage):
    name = fields.String(required=True, metadata={"description": "its name in answers"})
    minimum = fields.Integer(required=True)
    maximum = fields.Integer(required=True)
    asked = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        required=True,
        metadata={"description": "by type of event: required, optional or absent; optional where not said"},
    )
    when = fields.Nested(ConditionDefinition, required=True, allow_none=True)
    refuses = fields.Boolean(required=True)
    by = fields.String(required=True, metadata={"description": "reporter or safety staff"})
    questions = fields.List(fields.Nested(QuestionDefinition), required=True)


class EventTypeDefinition(OfMessage):
    code = fields.String(required=True)
    slug = fields.String(required=True)
    label = fields.String(required=True)


class CodeDefinition(OfMessage):
    code = fields.String(required=True)
    label = fields.String(required=True, metadata={"description": "as published"})
    meaning = fields.String(required=True)
    retired = fields.Boolean(required=True, metadata={"description": "still read, no longer offered"})
    replaced_by = fields.List(fields.String(), required=True)


class ValueSetDefinition(OfMessage):
    name = fields.String(required=True)
    title = fields.String(required=True)
    codes = fields.List(fields.Nested(CodeDefinition), required=True)


class QuestionSetSummary(OfMessage):
    question_set = fields.Integer(required=True)
    digest = fields.String(required=True, metadata={"description": "changes when the content does"})
    title = fields.String(required=True)
    accepted_until = fields.String(
        required=True,
        allow_none=True,
        metadata={"format": "date", "description": "the last day for new events, where it is known"},
    )

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        value = super().get_attribute(obj, attr, default)
        return value or None if attr == "accepted_until" else value


class QuestionSet(QuestionSetSummary):
    event_types = fields.List(fields.Nested(EventTypeDefinition), required=True)
    sections = fields.List(fields.Nested(SectionDefinition), required=True)
    value_sets = fields.List(fields.Nested(ValueSetDefinition), required=True)


SUMMARIES = schemas.page_of(QuestionSetSummary)


@routes.get("/question-sets")
@documented(Said("The versions of the question set", SUMMARIES))
@public
def versions() -> Response:
    """Every version that is taken, oldest first."""
    page = {"items": question_sets.current().all(), "next": None}
    return _kept(problems.json(SUMMARIES().dump(page)), 60)


@routes.get("/question-sets/<int:number>")
@documented(Said("One version, whole", QuestionSet, kept=True))
@public
def version(number: int) -> Response:
    """All questions, their conditions and codes; 304 for who has them."""
    found = question_sets.current().of(number)
    if found is None:
        raise not_found("no-such-question-set", "There is no such version of the question set.")
    body, tag = _whole(found)
    response = Response(body, mimetype="application/json")
    response.set_etag(tag)
    response.make_conditional(request)
    return _kept(response, 300)


def _whole(found: pb.QuestionSetDefinition) -> tuple[bytes, str]:
    """The body and ETag of a version, made once for its digest."""
    known = _written.get(found.digest)
    if known is None:
        body = orjson.dumps(QuestionSet().dump(found))
        known = _written[found.digest] = (body, hashlib.sha256(body).hexdigest()[:32])
    return known


def _kept(response: Response, seconds: int) -> Response:
    response.headers["Cache-Control"] = f"public, max-age={seconds}"
    return response

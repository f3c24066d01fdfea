"""Original text behind glass: break it for one record, read, give it back; who did, for support staff and for oneself."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response
from marshmallow import Schema, fields, validate

from gateway import problems
from gateway.api import schemas
from gateway.api.document import Said, documented
from gateway.api.recording import ask
from gateway.api.times import instant, instant_or_none
from gateway.guards import bearer
from protos.recording.v1 import recording_pb2 as pb

routes = Blueprint("api_glass", __name__, url_prefix="/api/v1")


class WhichRevision(schemas.Request):
    revision = fields.Integer(strict=True, validate=validate.Range(min=1, max=2**31 - 1))


class Purpose(schemas.Request):
    purpose = fields.String(
        required=True,
        validate=validate.Length(max=50),
        metadata={"description": "clinical_review, redaction_check, data_subject_request or legal_duty"},
    )
    case_number = fields.String(
        required=True,
        validate=validate.Length(min=1, max=50),
        metadata={"description": "where it is recorded"},
    )
    reason = fields.String(
        required=True,
        validate=validate.Length(min=20, max=500),
        metadata={"description": "why the redacted text is not enough; kept sealed, and new for each time"},
    )
    minutes = fields.Integer(
        strict=True,
        validate=validate.Range(min=1, max=60),
        metadata={"description": "how long it lasts; 60 when it is not said"},
    )


class Original(Schema):
    id = fields.String(required=True)
    revision = fields.Integer(required=True)
    texts = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class Glass(Schema):
    id = fields.String(required=True)
    event_id = fields.String(required=True)
    reference = fields.String(required=True, allow_none=True)
    actor_id = fields.String(required=True)
    organisation = fields.String(required=True, metadata={"description": "whose record it is"})
    purpose = fields.String(required=True)
    case_number = fields.String(required=True)
    reason = fields.String(allow_none=True, metadata={"description": "for whoever gave it alone"})
    broken_at = fields.String(required=True)
    expires_at = fields.String(required=True)
    ended_at = fields.String(
        required=True, allow_none=True, metadata={"description": "where it was ended early"}
    )
    reads = fields.Integer(required=True)


GLASSES = schemas.page_of(Glass)


@routes.post("/events/<reference>/glass")
@documented(
    Said(
        "Open the original text of one event, for a purpose and an hour at most",
        Glass,
        201,
        body=Purpose,
    )
)
@bearer
def break_glass(reference: str) -> Response:
    """What was opened, until when. The organisation is told at once; the same again while it lasts is the same."""
    asking = pb.BreakGlassRequest(event=reference, **schemas.sent_body(Purpose))
    return _kept_nowhere(problems.json(Glass().dump(_glass(ask("BreakGlass", asking))), 201))


@routes.delete("/events/<reference>/glass")
@documented(Said("Give original text back before it expires", None, 204))
@bearer
def end_glass(reference: str) -> Response:
    """Nothing, also where nothing was open."""
    ask("EndGlass", pb.EndGlassRequest(event=reference))
    return Response(status=204, mimetype="application/json")


@routes.post("/events/<reference>/original")
@documented(
    Said(
        "The text of an event as it was written, while glass is broken for it",
        Original,
        body=WhichRevision,
    )
)
@bearer
def original(reference: str) -> Response:
    """Original texts. Each reading is audited with what it was for; nothing on the way may keep them."""
    sent = schemas.sent_body(WhichRevision)
    found = ask("ReadOriginal", pb.ReadOriginalRequest(event=reference, **sent))
    answer = {"id": found.event_id, "revision": found.revision, "texts": dict(found.texts)}
    return _kept_nowhere(problems.json(Original().dump(answer)))


@routes.get("/account/glasses")
@documented(Said("What one has opened oneself, with the reasons", GLASSES, query=schemas.PageAsked))
@bearer
def own_glasses() -> Response:
    """A page, newest first."""
    return _kept_nowhere(
        _page(ask("ListOwnGlasses", pb.ListOwnGlassesRequest(**schemas.sent_query(schemas.PageAsked))))
    )


@routes.get("/admin/glasses")
@documented(Said("Who opened original text of which event, what for", GLASSES, query=schemas.PageAsked))
@bearer
def glasses() -> Response:
    """A page, newest first, without the reasons."""
    return _page(ask("ListGlasses", pb.ListGlassesRequest(**schemas.sent_query(schemas.PageAsked))))


def _page(found: pb.Glasses) -> Response:
    page = {"items": [_glass(one) for one in found.items], "next": found.next or None}
    return problems.json(GLASSES().dump(page))


def _glass(one: pb.Glass) -> dict[str, Any]:
    return {
        "id": one.glass_id,
        "event_id": one.event_id,
        "reference": one.reference or None,
        "actor_id": one.actor_id,
        "organisation": one.organisation,
        "purpose": one.purpose,
        "case_number": one.case_number,
        "reason": one.reason or None,
        "broken_at": instant(one.broken_at),
        "expires_at": instant(one.expires_at),
        "ended_at": instant_or_none(one.ended_at),
        "reads": one.reads,
    }


def _kept_nowhere(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response

"""Erasing the text of a record: ask, confirm as somebody else, and see what every place that held some of it has done."""

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

routes = Blueprint("api_erasures", __name__, url_prefix="/api/v1/admin/erasures")


def a_ground(grounds: str) -> fields.String:
    return fields.String(required=True, validate=validate.Length(max=50), metadata={"description": grounds})


class WantedErasure(schemas.OfCase):
    reference = fields.String(
        required=True, validate=validate.Length(min=1, max=50), metadata={"description": "of the event"}
    )
    ground = a_ground("data_subject_request, legal_duty or recorded_in_error")


class Decided(Schema):
    """How far an erasure is, whatever is erased."""

    id = fields.String(required=True)
    ground = fields.String(required=True)
    case_number = fields.String(required=True)
    state = fields.String(
        required=True,
        metadata={"description": "asked, withdrawn, waiting (not every service has answered) or done"},
    )
    asked_by = fields.String(required=True)
    asked_at = fields.String(required=True, metadata={"format": "date-time"})
    decided_by = fields.String(
        required=True, allow_none=True, metadata={"description": "who confirmed or withdrew it"}
    )
    decided_at = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    waiting_for = fields.List(
        fields.String(), required=True, metadata={"description": "services that have not answered"}
    )


class Erasure(Decided):
    event_id = fields.String(required=True)
    reference = fields.String(required=True)


class PlaceOfText(Schema):
    service = fields.String(required=True)
    place = fields.String(required=True)
    found = fields.Integer(required=True, metadata={"description": "rows that held some of it"})
    done = fields.String(
        required=True,
        metadata={
            "description": "erased, kept (a text of its own) or none (this version keeps no text there)"
        },
    )
    at = fields.String(required=True, metadata={"format": "date-time"})


class ErasureInFull(Erasure):
    places = fields.List(fields.Nested(PlaceOfText), required=True)


ERASURES = schemas.page_of(Erasure)


@routes.post("")
@documented(
    Said(
        "Ask that the text of an event be erased for good",
        ErasureInFull,
        201,
        body=WantedErasure,
    )
)
@bearer
def want() -> Response:
    """The erasure, which waits for somebody else to confirm it. Asked before, it is the same one."""
    sent = schemas.sent_body(WantedErasure)
    asking = pb.AskErasureRequest(
        event=sent["reference"], ground=sent["ground"], case_number=sent["case_number"]
    )
    return _shown(ask("AskErasure", asking), 201)


@routes.get("")
@documented(Said("What was asked to be erased, and how far it is", ERASURES, query=schemas.PageAsked))
@bearer
def erasures() -> Response:
    """A page, newest first."""
    found = ask("ListErasures", pb.ListErasuresRequest(**schemas.sent_query(schemas.PageAsked)))
    page = {"items": [_row(one) for one in found.items], "next": found.next or None}
    return problems.json(ERASURES().dump(page))


@routes.get("/<erasure_id>")
@documented(Said("What every place has done about an erasure", ErasureInFull))
@bearer
def erasure(erasure_id: str) -> Response:
    """The erasure with its places, and who has not answered yet."""
    return _shown(ask("GetErasure", pb.GetErasureRequest(erasure_id=erasure_id)))


@routes.post("/<erasure_id>/confirmation")
@documented(Said("Erase the text, as somebody else than asked; it cannot be undone", ErasureInFull))
@bearer
def confirm(erasure_id: str) -> Response:
    """The erasure. Confirmed again, places that have not answered are told once more."""
    return _shown(ask("ConfirmErasure", pb.ConfirmErasureRequest(erasure_id=erasure_id)))


@routes.delete("/<erasure_id>")
@documented(Said("Take back what was asked, before it is confirmed", ErasureInFull))
@bearer
def withdraw(erasure_id: str) -> Response:
    """The erasure, which nobody can confirm any more."""
    return _shown(ask("WithdrawErasure", pb.WithdrawErasureRequest(erasure_id=erasure_id)))


def _shown(one: pb.Erasure, status: int = 200) -> Response:
    return problems.json(ErasureInFull().dump(_row(one) | {"places": places(one)}), status)


def _row(one: pb.Erasure) -> dict[str, Any]:
    return decided(one) | {"event_id": one.event_id, "reference": one.reference}


def decided(one: Any) -> dict[str, Any]:
    """What `Decided` shows of an erasure, a record's or an account's."""
    return {
        "id": one.erasure_id,
        "ground": one.ground,
        "case_number": one.case_number,
        "state": one.state,
        "asked_by": one.asked_by,
        "asked_at": instant(one.asked_at),
        "decided_by": one.decided_by or None,
        "decided_at": instant_or_none(one.decided_at),
        "waiting_for": list(one.waiting_for),
    }


def places(one: Any) -> list[dict[str, Any]]:
    """What was done where."""
    return [
        {name: getattr(each, name) for name in ("service", "place", "found", "done")}
        | {"at": instant(each.at)}
        for each in one.places
    ]

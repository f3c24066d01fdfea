"""Recorded safety events, as far as the actor may see them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app

from gateway import problems
from gateway.api import schemas
from gateway.api.document import Said, documented
from gateway.api.recording import etag
from gateway.api.times import instant
from gateway.guards import actor, bearer
from protos.access.v1 import access_pb2

routes = Blueprint("api_events", __name__, url_prefix="/api/v1/events")
EVENTS = schemas.page_of(schemas.EventSummary)
STAFF = "3"
DESCRIPTIONS = ("adverse-event-core/0/Description", "native/0/Description")


@routes.get("")
@documented(Said("Events, newest first", EVENTS, query=schemas.Page))
@bearer
def events() -> Response:
    """A page of events, without answers and texts."""
    found = _access().ask(
        "ListEvents", access_pb2.ListEventsRequest(**schemas.sent_query(schemas.Page)), actor()
    )
    page = {"items": [_summary(each) for each in found.items], "next": found.next or None}
    return problems.json(EVENTS().dump(page))


@routes.get("/<reference>")
@documented(Said("One event", schemas.Event))
@bearer
def event(reference: str) -> Response:
    """One event with its answers and redacted texts."""
    found = _access().ask("GetEvent", access_pb2.GetEventRequest(reference=reference), actor())
    response = problems.json(schemas.Event().dump(_summary(found) | _rest(found)))
    response.headers["ETag"] = etag(found.revision)
    return response


def _access() -> Any:
    return current_app.extensions["clients"]["access"]


def _summary(event: access_pb2.Event) -> dict[str, Any]:
    return {
        "reference": event.reference,
        "revision": event.revision,
        "event_type": event.event_type,
        "occurred_on": event.occurred_on or None,
        "reported_at": instant(event.reported_at),
        "organisation": event.organisation,
        "occurred_organisations": event.occurred_organisations,
        "worst_physical_harm": _graded(event.worst_physical_harm),
        "worst_psychological_harm": _graded(event.worst_psychological_harm),
        "urgent": event.urgent,
    }


def _rest(event: access_pb2.Event) -> dict[str, Any]:
    texts = {text.field: _text(text) for text in event.texts}
    described = next((texts[field] for field in DESCRIPTIONS if field in texts), None)
    return {
        "description": described and described["text"],
        "description_status": described["status"] if described else "not given",
        "answers": event.answers,
        "reporter": _reporter(event),
        "texts": texts.values(),
        "enrichment": None,
        "read_only": event.read_only,
    }


def _reporter(event: access_pb2.Event) -> str | None:
    """Who reported without an account; staff say of themselves that they are."""
    coded = {(one.property, value.code) for one in event.answers for value in one.values}
    if ("IsAnonymous", "yes") not in coded:
        return None
    return "anonymous_staff" if ("ReporterType", STAFF) in coded else "public"


def _text(text: access_pb2.TextShown) -> dict[str, Any]:
    return {
        "field": text.field,
        "question": text.question,
        "text": None if text.being_checked else text.text,
        "status": "being checked" if text.being_checked else "redacted",
    }


def _graded(harm: access_pb2.Coded) -> access_pb2.Coded | None:
    return harm if harm.code else None

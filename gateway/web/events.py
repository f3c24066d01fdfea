"""The organisation's events: a list, and one of them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, render_template, request

from gateway.guards import actor, signed_in
from gateway.web import presenters
from protos.access.v1 import access_pb2

routes = Blueprint("events", __name__, url_prefix="/events")


@routes.get("")
@signed_in
def events() -> str:
    """A page of events, newest first."""
    cursor = request.args.get("after", "")
    found = _access().ask("ListEvents", access_pb2.ListEventsRequest(cursor=cursor), actor())
    rows = [presenters.row(each) for each in found.items]
    return render_template("events.html", rows=rows, next=found.next, first=not cursor)


@routes.get("/<reference>")
@signed_in
def event(reference: str) -> str:
    """One event. One that the person may not see is not found, like one that is not there."""
    found = _access().ask("GetEvent", access_pb2.GetEventRequest(reference=reference), actor())
    return render_template("event.html", event=presenters.event(found))


def _access() -> Any:
    return current_app.extensions["clients"]["access"]

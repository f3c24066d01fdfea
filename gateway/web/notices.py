"""What the service has told the person."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template, request

from gateway.guards import actor, signed_in
from gateway.web import presenters
from protos.notifications.v1 import notifications_pb2

routes = Blueprint("notices", __name__, url_prefix="/notices")


@routes.get("")
@signed_in
def notices() -> str:
    """A page of notices, newest first."""
    asking = notifications_pb2.ListNoticesRequest(cursor=request.args.get("after", ""))
    found = current_app.extensions["clients"]["notifications"].ask("ListNotices", asking, actor())
    items = [presenters.notice(each) for each in found.items]
    return render_template("notices.html", notices=items, next=found.next, first=not asking.cursor)

"""What the service has told the person."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

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


@routes.post("/<notice_id>/read")
@signed_in
def mark_read(notice_id: str) -> AnyResponse:
    """One notice is read: it no longer counts in the header."""
    asking = notifications_pb2.MarkReadRequest(notice_id=notice_id)
    current_app.extensions["clients"]["notifications"].ask("MarkRead", asking, actor())
    return redirect("/notices", 303)

"""What the service has told the person."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Blueprint, current_app, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from chassis.problems import Kind, Problem
from gateway.guards import actor, signed_in
from gateway.web import presenters
from gateway.web.answering import done, sent
from protos.notifications.v1 import notifications_pb2

routes = Blueprint("notices", __name__, url_prefix="/notices")


MOST = 100  # notices put away at once: more than any page shows


@routes.get("")
@signed_in
def notices() -> str:
    """A page of notices, newest first."""
    after = request.args.get("after", "")
    found = _ask("ListNotices", notifications_pb2.ListNoticesRequest(cursor=after))
    items = [presenters.notice(each) for each in found.items]
    return render_template("notices.html", notices=items, next=found.next, after=after, first=not after)


@routes.post("/read")
@signed_in
def mark_read() -> AnyResponse:
    """Those that were named are read: they no longer count in the header. Back to the page they stand on."""
    count = sum(_is_read(one) for one in request.form.getlist("notice")[:MOST])
    after = sent("after")["after"]
    told = "1 notice is marked as read." if count == 1 else f"{count} notices are marked as read."
    return done(told, f"/notices?after={quote(after, safe='')}" if after else "/notices")


def _is_read(notice_id: str) -> bool:
    """False for one that is not the person's own, or there no more."""
    try:
        _ask("MarkRead", notifications_pb2.MarkReadRequest(notice_id=notice_id))
    except Problem as problem:
        if problem.kind is not Kind.NOT_FOUND:
            raise
        return False
    return True


def _ask(rpc: str, asking: Any) -> Any:
    return current_app.extensions["clients"]["notifications"].ask(rpc, asking, actor())

"""Feedback on the service itself, from anybody: it reaches support staff. Who sends it is not looked at."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit
from uuid import uuid4

from flask import Blueprint, current_app, redirect, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from gateway.guards import public
from gateway.web.answering import Faults, or_again, sent
from protos.notifications.v1 import feedback_pb2 as pb

routes = Blueprint("feedback", __name__, url_prefix="/feedback")
HERE = "/feedback"


@routes.get("")
@public
def feedback() -> str:
    """The form, with the page that somebody comes from."""
    return _page({"page": _came_from(), "once": uuid4().hex})


@routes.post("")
@public
def send() -> AnyResponse:
    """On to thanks. Pressed twice, it is kept once."""
    written = sent("text", "page", "address", "once")

    def taken() -> AnyResponse:
        asking = pb.TakeFeedbackRequest(**written)
        current_app.extensions["clients"]["notifications"].ask("TakeFeedback", asking)
        return redirect(f"{HERE}/sent", 303)

    return or_again(taken, lambda faults: _page(written, faults), "text")


@routes.get("/sent")
@public
def thanks() -> str:
    """That it arrived, and what becomes of it."""
    return render_template("help/feedback_sent.html")


# ---- how -----------------------------------------------------------------------------------------------------


def _page(written: Mapping[str, str], faults: Faults | None = None) -> str:
    return render_template("help/feedback.html", written=written, faults=faults or {})


def _came_from() -> str:
    """Which page of ours it was whose link was followed, but not whose: "/my-records/<reference>" would name its recorder to support."""
    came = urlsplit(request.referrer or "")
    if came.netloc != request.host or came.path == HERE:
        return ""
    try:
        rule, _ = current_app.url_map.bind(request.host).match(came.path, return_rule=True)
    except HTTPException:
        return ""
    return str(rule.rule)

"""Support staff read what people say of the service, and mark what they have dealt with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, current_app, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from gateway.guards import actor, signed_in
from gateway.web import presenters
from gateway.web.answering import done
from protos.notifications.v1 import feedback_pb2 as pb

routes = Blueprint("support_feedback", __name__, url_prefix="/support/feedback")
HERE = "/support/feedback"


@dataclass(frozen=True)
class Item:
    """One piece of feedback as support staff see it."""

    id: str
    taken: str
    done: str
    paragraphs: tuple[str, ...]
    page: str
    address: str
    unreadable: bool


@routes.get("")
@signed_in
def feedback() -> str:
    """What waits, oldest first; or what was dealt with."""
    dealt_with = request.args.get("done") == "yes"
    found = _ask(
        "ListFeedback", pb.ListFeedbackRequest(cursor=request.args.get("after", ""), done=dealt_with)
    )
    items = [_item(one) for one in found.items]
    return render_template(
        "help/support_feedback.html", items=items, next=found.next, waiting=found.waiting, done=dealt_with
    )


@routes.post("/<feedback_id>/done")
@signed_in
def mark_done(feedback_id: str) -> AnyResponse:
    """It waits no more."""
    _ask("MarkFeedbackDone", pb.MarkFeedbackDoneRequest(feedback_id=feedback_id))
    return done("Marked as done. It is deleted in 90 days.", HERE)


def _ask(rpc: str, asking: Any) -> Any:
    return current_app.extensions["clients"]["notifications"].ask(rpc, asking, actor())


def _item(one: pb.Feedback) -> Item:
    return Item(
        id=one.feedback_id,
        taken=presenters.moment(one.taken_at),
        done=presenters.moment(one.done_at) if one.HasField("done_at") else "",
        paragraphs=tuple(part.strip() for part in one.text.split("\n\n") if part.strip()),
        page=one.page,
        address=one.address,
        unreadable=one.unreadable,
    )

"""Erasing the text of a record for good: asked by one, confirmed by another, answered by every place that held some of it."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from chassis.problems import Kind
from gateway.guards import signed_in
from gateway.web import presenters
from gateway.web.answering import Faults, done, or_again, sent
from gateway.web.support.records import ask
from gateway.web.support.start import must_support
from protos.recording.v1 import recording_pb2 as pb

routes = Blueprint("support_erasures", __name__, url_prefix="/support/erasures")
HERE = "/support/erasures"
GROUNDS = (
    ("data_subject_request", "Somebody whom it is about asks for it"),
    ("legal_duty", "The law demands it"),
    ("recorded_in_error", "It was recorded in error"),
)


@routes.get("")
@signed_in
def erasures() -> str:
    """What was asked to be erased and how far it is, newest first."""
    cursor = request.args.get("after", "")
    found = ask("ListErasures", pb.ListErasuresRequest(cursor=cursor))
    return render_template("support/erasures.html", found=found, first=not cursor)


@routes.get("/new")
@signed_in
def form() -> str:
    """Which record, and why."""
    must_support("recording:ask-erasure")
    return _form()


@routes.post("/new")
@signed_in
def want() -> AnyResponse:
    """It waits for somebody else to confirm it."""
    given = sent("reference", "ground", "case_number")
    asking = pb.AskErasureRequest(
        event=given["reference"], ground=given["ground"], case_number=given["case_number"]
    )

    def wanted() -> AnyResponse:
        made = ask("AskErasure", asking)
        return done("The erasure is asked for. Somebody else has to confirm it.", f"{HERE}/{made.erasure_id}")

    return or_again(wanted, _form, "reference")


@routes.get("/<erasure_id>")
@signed_in
def erasure(erasure_id: str) -> str:
    """What every place has done, and who has not answered yet."""
    return _page(erasure_id)


@routes.post("/<erasure_id>/confirmation")
@signed_in
def confirm(erasure_id: str) -> AnyResponse:
    """The text is erased; confirmed again, places that have not answered are told once more. Whoever comes too early presses again."""

    def confirmed() -> AnyResponse:
        ask("ConfirmErasure", pb.ConfirmErasureRequest(erasure_id=erasure_id))
        return done("The text is erased. Each place says below what it has done.", f"{HERE}/{erasure_id}")

    return or_again(confirmed, lambda faults: _page(erasure_id, faults), "confirm", (Kind.UNAVAILABLE,))


@routes.post("/<erasure_id>/withdrawal")
@signed_in
def withdraw(erasure_id: str) -> AnyResponse:
    """Nobody can confirm it any more."""
    ask("WithdrawErasure", pb.WithdrawErasureRequest(erasure_id=erasure_id))
    return done("The erasure is taken back. The text stays.", f"{HERE}/{erasure_id}")


def _form(faults: Faults | None = None) -> str:
    given = sent("reference", "ground", "case_number")
    return render_template("support/erasure_new.html", grounds=GROUNDS, given=given, faults=faults or {})


def _page(erasure_id: str, faults: Faults | None = None) -> str:
    return render_template(
        "support/erasure.html",
        found=ask("GetErasure", pb.GetErasureRequest(erasure_id=erasure_id)),
        grounds=dict(GROUNDS),
        me=presenters.own_id(),
        faults=faults or {},
    )

"""Coming back to a report with its reference number and the code that was shown once: what was done, questions, additions.

Both are sent with every form and never stand in an address, a cookie or a log.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from chassis.problems import Kind, Problem
from gateway.api.recording import ask_openly
from gateway.api.without_account import STATES
from gateway.guards import public
from gateway.web import presenters
from gateway.web.answering import Faults, again, said, sent
from gateway.web.following_up.words import REASONS
from gateway.web.languages import say
from gateway.web.recording import manner
from protos.recording.v1 import recording_pb2 as pb

routes = Blueprint("by_code", __name__, url_prefix="/follow-up")
_MENDABLE = (Kind.INVALID, Kind.NOT_FOUND, Kind.THROTTLED)
_REFUSED = (Kind.INVALID, Kind.NOT_FOUND, Kind.CONFLICT)  # a text, which whoever wrote it must not lose
_UNSENT = "unsent"  # where a text stands that no form on the page takes any more
_WORDS_MISSING = "Write something first"
_WITHDRAWN = "Your report was withdrawn, so nothing can be added to it"


@routes.before_request
def speak() -> None:
    """Every answer here is in the manner that was asked for, also what is said of a text that was sent."""
    g.manner = manner.as_asked()


@routes.context_processor
def shown() -> dict[str, manner.Manner]:
    """The usual manner on the page that says that there is no such one."""
    return {"manner": g.get("manner", manner.Manner())}


@routes.get("")
@public
def form() -> str:
    """The form for both."""
    return _form()


@routes.post("")
@public
def look() -> AnyResponse:
    """The report and what became of it."""
    typed = sent("reference", "code")
    missing = {name: _WANTED[name] for name, value in typed.items() if not value}
    if missing:
        return again(_form(missing))
    try:
        return make_response(_view())
    except Problem as problem:
        return _or_form(problem)


@routes.get("/answer")
@routes.get("/addition")
@routes.get("/ending")
@public
def start_again() -> AnyResponse:
    """Whoever opens one of these from the address bar has sent nothing with it: on to the form."""
    return redirect("/follow-up", 303)


@routes.post("/answer")
@public
def answer() -> AnyResponse:
    """An answer to a question, and the report again."""
    words = sent("question", "text")
    asking = pb.AnswerByCodeRequest(holder=_holder(), remark_id=words["question"], text=words["text"])
    return _written("AnswerByCode", asking, f"text-{words['question']}", "Your answer is sent. Thank you.")


@routes.post("/addition")
@public
def add() -> AnyResponse:
    """Something more, and the report again."""
    asking = pb.AddByCodeRequest(holder=_holder(), text=sent("text")["text"])
    return _written("AddByCode", asking, "text", "What you added is sent. Thank you.")


@routes.post("/ending")
@public
def end() -> AnyResponse:
    """The code opens nothing any more; the report stays."""
    try:
        ask_openly("EndCode", pb.EndCodeRequest(holder=_holder()))
    except Problem as problem:
        return _or_form(problem)
    return make_response(render_template("recording/code_ended.html"))


# ---- how -------------------------------------------------------------------------------------------------------

_WANTED = {"reference": "Enter the reference number, like PSE-26-ABCD1234-X", "code": "Enter the code"}


def _holder() -> pb.CodeHolder:
    return pb.CodeHolder(**sent("reference", "code"))


def _written(rpc: str, asking: Any, field: str, done: str) -> AnyResponse:
    """The report after a text was sent for it; where it could not be, with what is wrong and the text."""
    try:
        if not asking.text:
            return again(_view({field: _WORDS_MISSING}))
        ask_openly(rpc, asking)
        return make_response(_view(done=done))
    except Problem as problem:
        if _is_of_the_code(problem):
            return _or_form(problem)
        if problem.kind not in _REFUSED:
            raise
        faults = {field: _WITHDRAWN} if problem.code == "deleted" else said(problem, field, {"text": field})
        return again(_view(faults), problem)


def _is_of_the_code(problem: Problem) -> bool:
    return problem.code == "report-not-found" or any(
        one.path in ("reference", "code") for one in problem.faults
    )


def _or_form(problem: Problem) -> AnyResponse:
    if problem.kind not in _MENDABLE:
        raise problem
    return again(_form(said(problem, "reference")), problem)


def _form(faults: Faults | None = None) -> str:
    return render_template("recording/by_code.html", faults=_said(faults), typed=sent("reference"))


def _said(faults: Faults | None) -> dict[str, str]:
    return {name: say(words) for name, words in (faults or {}).items()}


def _view(faults: Faults | None = None, done: str = "") -> str:
    found = ask_openly("LookByCode", pb.LookByCodeRequest(holder=_holder()))
    withdrawn = found.state == "withdrawn"
    remarks = [_remark(one, withdrawn) for one in found.remarks]
    fields = [] if withdrawn else ["text", *(f"text-{one['id']}" for one in remarks if one["open"])]
    at = {name if name in fields else _UNSENT: words for name, words in _said(faults).items()}
    return render_template(
        "recording/report_by_code.html",
        report=found,
        withdrawn=withdrawn,
        reason=say(REASONS.get(found.reason, "").lower()),
        state=say(STATES.get(found.state, "")),
        happened=presenters.day(found.occurred_on),
        told=presenters.moment(found.reported_at),
        changed=presenters.moment(found.changed_at) if found.changed_at.seconds else "",
        remarks=remarks,
        holder=sent("reference", "code"),
        typed=request.form.get("text", "") if faults else "",
        faults=at,
        done=say(done),
    )


def _remark(one: pb.Remark, withdrawn: bool) -> dict[str, Any]:
    """`open`: a question that still takes an answer."""
    kind = pb.RemarkKind.Name(one.kind).removeprefix("REMARK_KIND_").lower()
    return {
        "id": one.remark_id,
        "kind": kind,
        "text": one.text if one.checked else "",
        "made": presenters.moment(one.made_at),
        "open": kind == "question" and not one.answered and not withdrawn,
    }

"""A near miss or good care on one screen: the same codes and the same rules, and nothing besides what must be known."""

from __future__ import annotations

from uuid import uuid4

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from chassis.problems import Kind, Problem
from gateway.api.recording import ask
from gateway.guards import signed_in
from gateway.web import presenters
from gateway.web.recording import posting, showing
from gateway.web.recording.drafts import next_open
from gateway.web.recording.flow import Step, read
from gateway.web.recording.form import Form
from gateway.web.recording.posting import DATE, ORGANISATION, TODAY
from gateway.web.recording.reading import name_of
from gateway.web.recording.sending import by_question, draft_of, send
from gateway.web.recording.versions import newest

routes = Blueprint("quick", __name__, url_prefix="/report/quick")
FLOWS = {"near-miss": read("near-miss"), "good-care": read("good-care")}
_NAMES = "any('near-miss', 'good-care')"


@routes.get(f"/<{_NAMES}:name>")
@signed_in
def form(name: str) -> str:
    """Everything on one page, today filled in."""
    asked, given = newest(), FLOWS[name].given()
    given.put(DATE, [presenters.today().isoformat()])
    return _page(name, asked, showing.Typed(given), uuid4().hex)


@routes.post(f"/<{_NAMES}:name>")
@signed_in
def record(name: str) -> AnyResponse:
    """The reference number; a draft to go on with, where there is more to say; the page once more, where something is wrong."""
    asked, given, key = newest(), FLOWS[name].given(), request.form.get("key", "") or uuid4().hex
    (step,) = FLOWS[name].steps(asked, given)
    refused = posting.keep(step, asked, given, request.form)
    if own := presenters.own_organisation():
        given.put(ORGANISATION, [own])
    if request.form.get("then") == "more" and not refused.faults:
        if given.at(DATE):  # what the longer form asks first
            given.put(TODAY, ["y" if given.at(DATE) == [presenters.today().isoformat()] else "n"])
        asking = draft_of(asked, given, "what-happened")
        asking.idempotency_key = key
        return redirect(
            f"/report/{ask('SaveDraft', asking).draft_id}/{next_open(asked, given, 'tasks')}", 303
        )
    faults = refused.faults or posting.missing(step, asked, given)
    if faults:
        typed = showing.Typed(given, request.form, faults, refused.found)
        return make_response(_page(name, asked, typed, key), 422)
    try:
        return redirect(f"/report/recorded/{send(asked, given, f'quick:{key}').reference}", 303)
    except Problem as problem:
        if problem.kind is not Kind.INVALID:
            raise
        typed = showing.Typed(given, request.form, _faults(problem, step))
        return make_response(_page(name, asked, typed, key), 422)


def _page(name: str, asked: Form, typed: showing.Typed, key: str) -> str:
    (step,) = FLOWS[name].steps(asked, typed.given)
    fields = showing.fields_of(step, asked, typed)
    return render_template(
        "recording/quick.html", name=name, step=step, fields=fields, faults=typed.faults, key=key
    )


def _faults(problem: Problem, step: Step) -> dict[str, str]:
    """At the fields they are about; at the first of the page where it has no such field."""
    names = [name_of(place) for place in step.places]
    found = {".".join(place): detail for place, detail in by_question(problem).items()}
    return {(name if name in names else names[0]): detail for name, detail in found.items()} or {
        names[0]: problem.detail
    }

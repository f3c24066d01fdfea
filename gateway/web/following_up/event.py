"""One event: as it is now, and beside it how it is followed up, with the acts of those who do so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, current_app, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from chassis.problems import Fault, Kind, Problem, invalid, not_found
from gateway.api.recording import ask
from gateway.guards import actor, signed_in
from gateway.web import presenters
from gateway.web.answering import PRESSED, Faults, again, done, said, sent
from gateway.web.following_up import colleagues, followed, words
from gateway.web.following_up.colleagues import NOBODY, Colleagues
from protos.access.v1 import access_pb2
from protos.recording.v1 import recording_pb2 as pb

routes = Blueprint("events", __name__, url_prefix="/events")
HANDLE, GOVERN = "recording:handle", "recording:govern"
_CLOSED_TO_US = (Kind.NOT_FOUND, Kind.FORBIDDEN)


@routes.get("/<reference>")
@signed_in
def event(reference: str) -> str:
    """One event. One that the person may not see is not found, like one that is not there."""
    return _page(reference)


@routes.post("/<reference>/handling")
@signed_in
def handle(reference: str) -> AnyResponse:
    """Another state; pressed twice it is one."""
    typed = sent("state", "duplicate_of")

    def handled() -> AnyResponse:
        if not typed["state"]:
            raise _wanted("state", "Choose a state.")
        asking = pb.HandleRequest(event=reference, expected_version=version(), **_of_duplicate(typed))
        ask("Handle", asking)
        return done(f"The state is now: {words.state(typed['state']).text}.", _here(reference))

    return _or_again(handled, reference, "state")


@routes.post("/<reference>/assignment")
@signed_in
def assign(reference: str) -> AnyResponse:
    """Somebody else's to follow up, one's own, or nobody's."""
    to = sent("to")["to"]

    def assigned() -> AnyResponse:
        found = _seen(reference)
        known = colleagues.of(found.organisation.code)
        ask("Assign", _assignment(reference, to, known, version()))
        return done(f"It is assigned to: {known.name('' if to == NOBODY else to)}.", _here(reference))

    return _or_again(assigned, reference, "to")


@routes.post("/<reference>/questions")
@signed_in
def ask_reporter(reference: str) -> AnyResponse:
    """A question to whoever recorded it."""
    return _say(
        reference, "question", "AskReporter", pb.AskReporterRequest, lambda: _telling(reference).asked
    )


@routes.post("/<reference>/feedback")
@signed_in
def give_feedback(reference: str) -> AnyResponse:
    """Whoever reported it is told what changed."""
    return _say(
        reference, "feedback", "GiveFeedback", pb.GiveFeedbackRequest, lambda: _telling(reference).told
    )


@routes.post("/<reference>/addenda")
@signed_in
def add(reference: str) -> AnyResponse:
    """A text beside what was reported."""
    return _say(reference, "addendum", "AddAddendum", pb.AddAddendumRequest, lambda: "Your addition is kept.")


@routes.post("/<reference>/answers/<question_id>")
@signed_in
def answer(reference: str, question_id: str) -> AnyResponse:
    """An answer where the reporter cannot be reached any more; else it is for them to give."""
    field = f"answer-{question_id}"

    def answered() -> AnyResponse:
        asking = pb.AnswerQuestionRequest(remark_id=question_id, text=sent("text")["text"])
        ask("AnswerQuestion", asking)
        return done("Your answer is kept.", f"{_here(reference)}#messages")

    try:
        return _or_again(answered, reference, field, {"text": field})
    except Problem as problem:
        if problem.code != "not-the-reporter":
            raise
        return again(_page(reference, {field: problem.detail}), problem)


@routes.post("/<reference>/links")
@signed_in
def link(reference: str) -> AnyResponse:
    """How it belongs to another event, or whose it should have been."""
    typed = sent("kind", "other_event", "other_organisation")

    def linked() -> AnyResponse:
        if not typed["kind"]:
            raise _wanted("kind", "Choose how the events belong together.")
        ask("LinkEvents", pb.LinkEventsRequest(event=reference, **typed))
        return done("The link is kept.", _here(reference))

    return _or_again(linked, reference, "kind")


@routes.post("/<reference>/links/<link_id>/removal")
@signed_in
def unlink(reference: str, link_id: str) -> AnyResponse:
    """The link is ended; pressed twice it is ended once."""
    ask("UnlinkEvents", pb.UnlinkEventsRequest(link_id=link_id))
    return done("The link is ended.", _here(reference))


# ---- how -----------------------------------------------------------------------------------------------------


def version() -> int:
    """The version that the page showed; CONFLICT where it does not come with the form: then nobody knows what was changed."""
    told = request.form.get("version", "")
    if not told.isdecimal() or not 0 < len(told) < 9:
        detail = "This page is out of date. Look at what it says now, and send it again."
        raise Problem(Kind.CONFLICT, "version-conflict", detail)
    return int(told)


def _assignment(reference: str, to: str, known: Colleagues, at: int) -> pb.AssignRequest:
    """What recording is asked, which knows no accounts: whether somebody follows up here, identity says."""
    if not to:
        raise _wanted("to", "Choose somebody, or nobody.")
    if to != NOBODY and to not in known:
        raise _wanted("to", "Choose somebody who follows up events here.")
    return pb.AssignRequest(event=reference, account_id="" if to == NOBODY else to, expected_version=at)


def _of_duplicate(typed: Mapping[str, str]) -> dict[str, str]:
    """A reference that was typed counts for a duplicate alone: with another state it was left over."""
    return dict(typed) if typed["state"] == "duplicate" else {"state": typed["state"]}


def _say(
    reference: str, name: str, rpc: str, asking: Callable[..., Any], told: Callable[[], str]
) -> AnyResponse:
    def kept() -> AnyResponse:
        what_was_done = told()
        ask(rpc, asking(event=reference, text=sent(name)[name]))
        return done(what_was_done, f"{_here(reference)}#messages")

    return _or_again(kept, reference, name, {"text": name})


def _telling(reference: str) -> followed.Telling:
    """Asked before something is written to the reporter: a failure here has done nothing yet."""
    return followed.telling(follow_up(reference))


def _or_again(
    act: Callable[[], AnyResponse], reference: str, field: str, names: Mapping[str, str] | None = None
) -> AnyResponse:
    """What `act` answers; the event once more with what is wrong, and what was typed. To who does not follow it up it is not found.

    What is not found is the event itself, unless it is said of a field: then it is another, which was named there.
    """
    if not presenters.may(HANDLE):
        raise _not_theirs()
    try:
        return act()
    except Problem as problem:
        if problem.kind not in PRESSED and not (problem.kind is Kind.NOT_FOUND and problem.faults):
            raise
        return again(_page(reference, said(problem, field, names)), problem)


def _not_theirs() -> Problem:
    return not_found("event-not-found", "There is no such event, or you may not follow it up.")


def _page(reference: str, faults: Faults | None = None) -> str:
    found = _seen(reference)
    told, away = _follow_up_or_away(reference)
    standing = told.standing if told else pb.Standing()
    follows = standing.may_handle
    if faults and not follows and not away:
        raise _not_theirs()
    known = colleagues.of(found.organisation.code) if follows else Colleagues(presenters.own_id())
    return render_template(
        "following_up/event.html",
        event=presenters.event(found),
        followed=followed.followed_up(told, known, _names(found)) if told else None,
        away=away,
        own=standing.recorded,
        follows=follows,
        governs=standing.may_govern,
        amends=standing.may_revise,
        choices=known.choices(told.handling.assigned_to) if told else [],
        suggestions=_suggestions(reference) if follows else (),
        links={code: how for code, (how, _) in words.LINKS.items()},
        typed=request.form,
        faults=faults or {},
        limit=words.MOST,
    )


def _names(found: access_pb2.Event) -> dict[str, str]:
    """The organisations that the event names, by code."""
    return {one.code: presenters.named(one) for one in (found.organisation, *found.occurred_organisations)}


def _seen(reference: str) -> access_pb2.Event:
    found: access_pb2.Event = current_app.extensions["clients"]["access"].ask(
        "GetEvent", access_pb2.GetEventRequest(reference=reference), actor()
    )
    return found


def follow_up(reference: str) -> pb.FollowUp | None:
    """How an event is followed up, or None where that is not for the person to know, or they may see the event alone."""
    try:
        told: pb.FollowUp = ask("GetFollowUp", pb.GetFollowUpRequest(event=reference))
    except Problem as problem:
        if problem.kind not in _CLOSED_TO_US:
            raise
        return None
    return told


def _follow_up_or_away(reference: str) -> tuple[pb.FollowUp | None, bool]:
    """The same, and whether it cannot be known now: the event itself is shown all the same."""
    try:
        return follow_up(reference), False
    except Problem as problem:
        if problem.kind is not Kind.UNAVAILABLE:
            raise
        return None, True


def _suggestions(reference: str) -> tuple[followed.SuggestionShown, ...]:
    return followed.suggestions(ask("Suggest", pb.SuggestRequest(event=reference)).suggestions)


def _wanted(field: str, detail: str) -> Problem:
    return invalid("required-missing", detail, Fault(field, "required-missing", detail))


def _here(reference: str) -> str:
    return f"/events/{reference}"

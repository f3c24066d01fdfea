"""What somebody reported: drafts, records with what became of them, and what passes between them and the organisation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from chassis.problems import not_found
from gateway import question_sets
from gateway.api.recording import ask
from gateway.guards import signed_in
from gateway.web import presenters
from gateway.web.answering import Faults, done, or_again, sent
from gateway.web.following_up import followed, words
from gateway.web.following_up.answered import Answered, answers_of
from gateway.web.presenters import Tag
from gateway.web.recording import versions
from protos.recording.v1 import recording_pb2 as pb

routes = Blueprint("my_records", __name__, url_prefix="/my-records")
COUNT = 15  # records on a page: so many weigh little
EXCERPT = 300  # characters of feedback in the list


@dataclass(frozen=True)
class Own:
    """One record in the list. `feedback` is the beginning of the newest; `checking`: there is some, which is being checked."""

    reference: str
    event_type: str
    happened: str
    recorded: str
    organisation: str
    state: Tag
    means: str
    questions: int
    feedback: str
    checking: bool


@dataclass(frozen=True)
class DraftShown:
    id: str
    event_type: str
    saved: str
    expires: str


@routes.get("")
@signed_in
def my_records() -> str:
    """Drafts, and a page of what was sent, newest first."""
    cursor = request.args.get("after", "")
    found = ask("ListOwn", pb.ListOwnRequest(cursor=cursor, count=COUNT))
    drafts = [] if cursor else ask("ListDrafts", pb.ListDraftsRequest()).drafts
    return render_template(
        "following_up/my_records.html",
        drafts=[_draft(one) for one in drafts],
        records=[_own(one) for one in found.records],
        next=found.next,
        first=not cursor,
    )


@routes.get("/<reference>")
@signed_in
def my_record(reference: str) -> str:
    """One of them, also when it was withdrawn; what somebody else reported is not found here."""
    return _page(reference)


@routes.post("/<reference>/answers/<question_id>")
@signed_in
def answer(reference: str, question_id: str) -> AnyResponse:
    """The question is answered; pressed twice it is answered once."""
    asking = pb.AnswerQuestionRequest(remark_id=question_id, text=sent("text")["text"])
    told = "Your answer is sent. The patient safety team reads it once it has been checked for personal data."
    return _say(reference, f"answer-{question_id}", "AnswerQuestion", asking, told)


@routes.post("/<reference>/addenda")
@signed_in
def add(reference: str) -> AnyResponse:
    """Something is added; what was reported stays as it is."""
    asking = pb.AddAddendumRequest(event=reference, text=sent("text")["text"])
    told = "It is added. The patient safety team reads it once it has been checked for personal data."
    return _say(reference, "addendum", "AddAddendum", asking, told)


# ---- how -----------------------------------------------------------------------------------------------------


def _say(reference: str, field: str, rpc: str, asking: Any, told: str) -> AnyResponse:
    def kept() -> AnyResponse:
        ask(rpc, asking)
        return done(told, f"/my-records/{reference}")

    return or_again(kept, lambda faults: _page(reference, faults), field, names={"text": field})


def _page(reference: str, faults: Faults | None = None) -> str:
    facts, answers = _newest(reference)
    me = presenters.own_id()
    if facts.recorder_id != me:
        raise not_found("event-not-found", "There is no such record of yours.")
    gone = facts.change == pb.CHANGE_WITHDRAWN
    told = ask("GetFollowUp", pb.GetFollowUpRequest(event=reference))
    state = "withdrawn" if gone else told.handling.state
    by = question_sets.current().organisation(facts.organisation) or facts.organisation
    said_so_far = followed.messages(told.remarks, {facts.organisation: by}, me)
    waiting = [] if gone else [one for one in said_so_far if one.waits]
    return render_template(
        "following_up/my_record.html",
        reference=facts.reference,
        event_type=words.event_type(facts.event_type),
        recorded=presenters.moment(facts.reported_at),
        happened=presenters.day(facts.occurred_on),
        revision=facts.revision,
        state=words.state(state),
        means=words.TO_THE_REPORTER.get(state, ""),
        reason=words.REASONS.get(facts.reason, ""),
        gone=gone,
        waiting=waiting,
        feedback=[one for one in said_so_far if one.feedback],
        messages=[one for one in said_so_far if one not in waiting and not one.feedback],
        answers=answers,
        typed=request.form,
        faults=faults or {},
        limit=words.MOST,
    )


def _newest(reference: str) -> tuple[pb.EventFacts, list[Answered]]:
    """The newest revision, also where that withdrew the event, and its answers in words."""
    found = ask("GetHistory", pb.GetHistoryRequest(event=reference, count=1)).revisions
    if not found:
        raise not_found("event-not-found", "There is no such record of yours.")
    return found[0].facts, answers_of(found[0])


def _own(one: pb.OwnRecord) -> Own:
    told = one.feedback if one.HasField("feedback") else None
    return Own(
        reference=one.reference,
        event_type=words.event_type(one.event_type),
        happened=presenters.day(one.occurred_on),
        recorded=presenters.moment(one.reported_at),
        organisation=one.organisation_name or one.organisation,
        state=words.state(one.state),
        means=words.TO_THE_REPORTER.get(one.state, ""),
        questions=one.questions if one.state != "withdrawn" else 0,
        feedback=_begun(told.text) if told and told.checked else "",
        checking=bool(told and not told.checked),
    )


def _begun(text: str) -> str:
    return text if len(text) <= EXCERPT else f"{text[:EXCERPT].rstrip()}…"


def _draft(one: pb.Draft) -> DraftShown:
    types: Mapping[str, str] = {each.code: each.label for each in versions.newest().types}
    chosen = types.get(one.event_type) or words.TYPES.get(one.event_type) or "Not chosen yet"
    return DraftShown(
        one.draft_id, chosen, presenters.moment(one.saved_at), presenters.moment(one.expires_at)
    )

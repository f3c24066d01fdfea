"""A person's drafts: kept as they write, theirs alone, gone when submitted or after ninety days."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from flask import Blueprint, Response, current_app

from chassis.problems import not_found
from gateway import problems, question_sets
from gateway.api import answers, schemas
from gateway.api.document import Said, documented
from gateway.api.recording import IF_MATCH, ask, etag, expected, idempotency_key, version
from gateway.api.times import instant
from gateway.guards import bearer
from protos.recording.v1 import recording_pb2 as pb

routes = Blueprint("api_drafts", __name__, url_prefix="/api/v1/drafts")
ONCE = {"Idempotency-Key": "yours, so that the same request twice makes one draft; kept as long as the draft"}
DRAFTS = schemas.page_of(schemas.DraftSummary)


@routes.post("")
@documented(Said("Begin a draft", schemas.Draft, 201, body=schemas.DraftContent, headers=ONCE))
@bearer
def begin() -> Response:
    """A new draft; the first one again, where this request came before with the same key."""
    asking = _asking()
    asking.idempotency_key = idempotency_key() or uuid4().hex  # what we may send twice ourselves
    kept = ask("SaveDraft", asking)
    response = _shown(kept, 201)
    response.headers["Location"] = f"{current_app.config['PUBLIC_URL']}/api/v1/drafts/{kept.draft_id}"
    return response


@routes.get("")
@documented(Said("Your drafts, last saved first", DRAFTS))
@bearer
def drafts() -> Response:
    """Every draft without its answers."""
    found = ask("ListDrafts", pb.ListDraftsRequest()).drafts
    return problems.json(DRAFTS().dump({"items": [_summary(one) for one in found], "next": None}))


@routes.get("/<draft_id>")
@documented(Said("One draft", schemas.Draft))
@bearer
def draft(draft_id: str) -> Response:
    """A draft with its answers, as they were sent. One that was submitted is no draft any more: its answer names the event."""
    kept = ask("GetDraft", pb.GetDraftRequest(draft_id=draft_id))
    if kept.recorded_as:
        raise not_found("draft-not-found", f"This draft was submitted. It is recorded as {kept.recorded_as}.")
    return _shown(kept)


@routes.put("/<draft_id>")
@documented(Said("Save a draft", schemas.Draft, body=schemas.DraftContent, headers=IF_MATCH))
@bearer
def save(draft_id: str) -> Response:
    """The draft as it is now; the same content again only makes it live longer."""
    asking = _asking()
    asking.draft_id, asking.expected_version = draft_id, expected()
    return _shown(ask("SaveDraft", asking))


@routes.delete("/<draft_id>")
@documented(Said("Throw a draft away", None, 204))
@bearer
def discard(draft_id: str) -> Response:
    """Nothing."""
    ask("DiscardDraft", pb.DiscardDraftRequest(draft_id=draft_id))
    return Response(status=204, mimetype="application/json")


def _asking() -> pb.SaveDraftRequest:
    sent = schemas.sent_body(schemas.DraftContent)
    return pb.SaveDraftRequest(
        question_set=version(sent),
        answers=answers.read(sent["answers"]),
        organisation=sent.get("organisation", ""),
        place=sent.get("place", ""),
        patients=sent.get("patients", ""),
    )


def _shown(one: pb.Draft, status: int = 200) -> Response:
    questions = question_sets.current().of(one.question_set)
    whole = _summary(one) | {"answers": answers.shaped(one.answers, questions)}
    response = problems.json(schemas.Draft().dump(whole), status)
    response.headers["ETag"] = etag(one.version)
    return response


def _summary(one: pb.Draft) -> dict[str, Any]:
    return {
        "id": one.draft_id,
        "version": one.version,
        "question_set": one.question_set,
        "organisation": one.organisation or None,
        "event_type": one.event_type or None,
        "place": one.place or None,
        "patients": one.patients or None,
        "created_at": instant(one.created_at),
        "saved_at": instant(one.saved_at),
        "expires_at": instant(one.expires_at),
    }

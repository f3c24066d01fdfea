"""The life of a record, for people's programs: recorded, revised, withdrawn, restored, and read as it once was.

Lists and single events as they are today come from access (`events`); these come from recording itself.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from chassis.problems import invalid
from gateway import problems, question_sets
from gateway.api import answers, schemas
from gateway.api.document import Said, documented
from gateway.api.recording import (
    IDEMPOTENCY_KEY,
    IF_MATCH,
    ask,
    etag,
    expected,
    idempotency_key,
    receipt,
    remarks,
    submission,
)
from gateway.api.times import instant
from gateway.guards import bearer
from protos.recording.v1 import recording_pb2 as pb

routes = Blueprint("api_records", __name__, url_prefix="/api/v1/events")
REVISIONS = schemas.page_of(schemas.Revision)


@routes.post("")
@documented(Said("Record an event", schemas.Receipt, 201, body=schemas.NewEvent, headers=IDEMPOTENCY_KEY))
@bearer
def record() -> Response:
    """The reference number of a new event; of the first one, where this request or its draft came before."""
    sent = schemas.sent_body(schemas.NewEvent)
    asking = submission(sent, answers.read(sent["answers"]))
    asking.idempotency_key = idempotency_key()
    return receipt(ask("Submit", asking), 201)


@routes.post("/check")
@documented(
    Said("What would be wrong with an event; nothing is kept", schemas.Checked, body=schemas.CheckedEvent)
)
@bearer
def check() -> Response:
    """What an event would be remarked on for; a problem with every fault where it would be refused."""
    sent = schemas.sent_body(schemas.CheckedEvent)
    asking = pb.ValidateRequest(submission=submission(sent, answers.read(sent["answers"])), strict=True)
    return problems.json(schemas.Checked().dump({"warnings": remarks(ask("Validate", asking).warnings)}))


@routes.put("/<reference>")
@documented(
    Said("Replace the answers of an event", schemas.Receipt, body=schemas.RevisedEvent, headers=IF_MATCH)
)
@bearer
def revise(reference: str) -> Response:
    """A new revision. A text sent back as it was shown, or as null, keeps its original."""
    sent = schemas.sent_body(schemas.RevisedEvent)
    revised = submission(sent, answers.read(sent["answers"], revising=True))
    asking = pb.ReviseRequest(event=reference, expected_revision=expected(needed=True), submission=revised)
    return receipt(ask("Revise", asking))


@routes.delete("/<reference>")
@documented(Said("Withdraw an event", schemas.Receipt, query=schemas.Withdrawal, headers=IF_MATCH))
@bearer
def withdraw(reference: str) -> Response:
    """The event leaves every list and count; its history stays."""
    reason = schemas.sent_query(schemas.Withdrawal)["reason"]
    asking = pb.WithdrawRequest(event=reference, expected_revision=expected(), reason=reason)
    return receipt(ask("Withdraw", asking))


@routes.post("/<reference>/restore")
@documented(Said("Bring a withdrawn event back", schemas.Receipt))
@bearer
def restore(reference: str) -> Response:
    """The event as it was before it was withdrawn."""
    return receipt(ask("Restore", pb.RestoreRequest(event=reference)))


@routes.post("/<reference>/retype")
@documented(
    Said("Make an outcome or a risk an incident", schemas.Receipt, body=schemas.Retyped, headers=IF_MATCH)
)
@bearer
def retype(reference: str) -> Response:
    """A new revision of another type, with the answers that still apply."""
    event_type = schemas.sent_body(schemas.Retyped)["event_type"]
    asking = pb.RetypeRequest(event=reference, expected_revision=expected(needed=True), event_type=event_type)
    return receipt(ask("Retype", asking))


@routes.put("/<reference>/governance")
@documented(Said("Fill in the governance block", schemas.Receipt, body=schemas.Governance, headers=IF_MATCH))
@bearer
def govern(reference: str) -> Response:
    """A new revision with another governance block, whole."""
    block = answers.read(schemas.sent_body(schemas.Governance)["answers"])
    asking = pb.GovernRequest(event=reference, expected_revision=expected(needed=True), answers=block)
    return receipt(ask("Govern", asking))


@routes.get("/<reference>/history")
@documented(Said("Every revision of an event, newest first", REVISIONS, query=schemas.HistoryPage))
@bearer
def history(reference: str) -> Response:
    """A page of revisions without their answers; also of a withdrawn event."""
    query = schemas.sent_query(schemas.HistoryPage)
    before, count = query.get("cursor", 0), query.get("limit", 25)
    found = ask("GetHistory", pb.GetHistoryRequest(event=reference, before=before, count=count)).revisions
    oldest = found[-1].facts.revision if found else 1
    page = {"items": [_revision(one.facts) for one in found], "next": str(oldest) if oldest > 1 else None}
    return problems.json(REVISIONS().dump(page))


@routes.get("/<reference>/versions/<int:revision>")
@documented(Said("One revision, with answers as they are sent", schemas.Version))
@bearer
def version(reference: str, revision: int) -> Response:
    """A revision with redacted texts: what a PUT takes, changed or not."""
    if not 0 < revision < 2**31:
        raise invalid("bad-request", "Revisions are numbered from 1.")
    found = ask("GetEvent", pb.GetEventRequest(event_id=reference, revision=revision))
    response = problems.json(schemas.Version().dump(_version(found)))
    response.headers["ETag"] = etag(found.facts.revision)
    return response


@routes.post("/<reference>/anonymise")
@documented(Said("Cut the tie between an event and who reported it", None, 204))
@bearer
def anonymise(reference: str) -> Response:
    """Nothing; what was reported stays."""
    ask("AnonymiseReporter", pb.AnonymiseReporterRequest(event=reference))
    return Response(status=204, mimetype="application/json")


def _revision(facts: pb.EventFacts) -> dict[str, Any]:
    return {
        "revision": facts.revision,
        "change": pb.Change.Name(facts.change).removeprefix("CHANGE_").lower(),
        "reason": facts.reason or None,
        "revised_at": instant(facts.revised_at),
        "question_set": facts.question_set,
        "event_type": facts.event_type,
    }


def _version(found: pb.SafetyEvent) -> dict[str, Any]:
    facts = found.facts
    questions = question_sets.current().of(facts.question_set)
    return _revision(facts) | {
        "reference": facts.reference,
        "id": facts.event_id,
        "organisation": facts.organisation,
        "reported_at": instant(facts.reported_at),
        "patients": facts.patients_known or None,
        "answers": answers.of_event(found, questions),
    }

"""The audit of every service, for support staff: searched, and verified."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, current_app

from gateway import problems
from gateway.api import schemas
from gateway.api.document import Said, documented
from gateway.api.times import instant
from gateway.guards import actor, bearer
from protos.identity.v1 import identity_pb2 as pb

routes = Blueprint("api_auditing", __name__, url_prefix="/api/v1/admin/audit")
ENTRIES = schemas.page_of(schemas.AuditEntry)


@routes.get("")
@documented(Said("Who did what to which record, newest first", ENTRIES, query=schemas.AuditAsked))
@bearer
def search() -> Response:
    """A page of rows of every service, each with its place in that service's chain. Looking is audited too."""
    sent = schemas.sent_query(schemas.AuditAsked)
    since, until = sent.pop("since", None), sent.pop("until", None)
    asking = pb.SearchAuditRequest(**sent)
    if since:
        getattr(asking, "from").FromDatetime(since)
    if until:
        asking.until.FromDatetime(until)
    found = _ask("SearchAudit", asking)
    page = {"items": [_entry(one) for one in found.items], "next": found.next or None}
    return problems.json(ENTRIES().dump(page))


@routes.post("/verification")
@documented(
    Said("Have every chain walked, where it was made and where it is copied", schemas.AuditVerification, 202)
)
@bearer
def verify() -> Response:
    """The verification that began, or is under way already."""
    return _verification(_ask("VerifyAudit", pb.VerifyAuditRequest()), 202)


@routes.get("/verification")
@documented(Said("How far the newest verification is, and what it found", schemas.AuditVerification))
@bearer
def verification() -> Response:
    """Each service's chain, with the places at which something is wrong."""
    return _verification(_ask("GetAuditVerification", pb.GetAuditVerificationRequest()))


def _ask(rpc: str, request: Any) -> Any:
    return current_app.extensions["clients"]["identity"].ask(rpc, request, actor())


def _entry(one: pb.AuditEntry) -> dict[str, Any]:
    who = one.actor
    return {
        "service": one.service,
        "no": one.no,
        "hash": one.hash,
        "at": instant(one.at),
        "actor": {
            "id": who.id,
            "kind": who.kind,
            "name": who.name or None,
            "organisation": who.organisation or None,
            "roles": list(who.roles),
        },
        "action": one.action,
        "about": [{"id": each.id, "reference": each.reference or None} for each in one.about],
        "revision": one.revision or None,
        "purpose": one.purpose or None,
        "trace": one.trace or None,
        "detail": json.loads(one.detail or "{}"),
    }


def _verification(one: pb.AuditVerification, status: int = 200) -> Response:
    shown = {
        "id": one.verification_id,
        "asked_at": instant(one.asked_at),
        "finished": one.finished,
        "sound": one.sound,
        "chains": [_chain(each) for each in one.chains],
    }
    return problems.json(schemas.AuditVerification().dump(shown), status)


def _chain(one: pb.VerifiedChain) -> dict[str, Any]:
    return {
        "service": one.service,
        "rows": one.rows,
        "copies": one.copies,
        "answered": one.answered,
        "walked": one.walked,
        "faults": [
            {"where": each.where, "kind": each.kind, "no": each.no, "until": each.until}
            for each in one.faults
        ],
    }

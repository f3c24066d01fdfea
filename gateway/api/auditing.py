"""The audit of every service, for support staff: searched, and verified."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response
from marshmallow import Schema, fields, validate

from gateway import problems
from gateway.api import schemas
from gateway.api.document import Said, documented
from gateway.api.times import instant
from gateway.guards import bearer
from gateway.identity import ask
from protos.identity.v1 import identity_pb2 as pb

routes = Blueprint("api_auditing", __name__, url_prefix="/api/v1/admin/audit")


class AuditAsked(schemas.PageAsked):
    actor = fields.String(validate=validate.Length(max=64), metadata={"description": "an id"})
    about = fields.String(
        validate=validate.Length(max=64), metadata={"description": "an id or a reference number"}
    )
    action = fields.String(validate=validate.Length(max=64))
    service = fields.String(
        validate=validate.Length(max=64),
        metadata={"description": "access, identity, notifications or recording"},
    )
    since = fields.AwareDateTime(
        data_key="from", format="iso", metadata={"description": "an instant, with its offset; included"}
    )
    until = fields.AwareDateTime(
        data_key="to", format="iso", metadata={"description": "an instant, with its offset; not included"}
    )


class AuditActor(Schema):
    id = fields.String(required=True)
    kind = fields.String(required=True, metadata={"description": "person, client, system or unknown"})
    name = fields.String(required=True, allow_none=True, metadata={"description": "as it is now"})
    organisation = fields.String(
        required=True, allow_none=True, metadata={"description": "for which they acted"}
    )
    roles = fields.List(fields.String(), required=True, metadata={"description": "held at that time"})


class AuditSubject(Schema):
    id = fields.String(required=True)
    reference = fields.String(required=True, allow_none=True)


class AuditEntry(Schema):
    service = fields.String(required=True)
    no = fields.Integer(required=True, metadata={"description": "its place in the chain of the service"})
    hash = fields.String(required=True)
    at = fields.String(required=True)
    actor = fields.Nested(AuditActor, required=True)
    action = fields.String(required=True)
    about = fields.List(fields.Nested(AuditSubject), required=True)
    revision = fields.Integer(required=True, allow_none=True)
    purpose = fields.String(required=True, allow_none=True)
    trace = fields.String(required=True, allow_none=True)
    detail = fields.Dict(keys=fields.String(), required=True)


class ChainFault(Schema):
    where = fields.String(
        required=True,
        metadata={
            "description": "service: its own rows; copies: identity's; between: they differ; arrival: when told"
        },
    )
    kind = fields.String(required=True)
    no = fields.Integer(required=True, metadata={"description": "the first place"})
    until = fields.Integer(required=True, metadata={"description": "the last place"})


class VerifiedChain(Schema):
    service = fields.String(required=True)
    rows = fields.Integer(required=True, metadata={"description": "that the service walked"})
    copies = fields.Integer(required=True, metadata={"description": "that identity has walked"})
    answered = fields.Boolean(required=True)
    walked = fields.Boolean(required=True)
    faults = fields.List(fields.Nested(ChainFault), required=True)


class AuditVerification(Schema):
    id = fields.String(required=True)
    asked_at = fields.String(required=True)
    finished = fields.Boolean(required=True)
    sound = fields.Boolean(required=True, metadata={"description": "finished, and nothing is wrong"})
    chains = fields.List(fields.Nested(VerifiedChain), required=True)


ENTRIES = schemas.page_of(AuditEntry)


@routes.get("")
@documented(Said("Who did what to which record, newest first", ENTRIES, query=AuditAsked))
@bearer
def search() -> Response:
    """A page of rows of every service, each with its place in that service's chain. Looking is audited too."""
    sent = schemas.sent_query(AuditAsked)
    since, until = sent.pop("since", None), sent.pop("until", None)
    asking = pb.SearchAuditRequest(**sent)
    if since:
        getattr(asking, "from").FromDatetime(since)
    if until:
        asking.until.FromDatetime(until)
    found = ask("SearchAudit", asking)
    page = {"items": [_entry(one) for one in found.items], "next": found.next or None}
    return problems.json(ENTRIES().dump(page))


@routes.post("/verification")
@documented(Said("Have every chain walked, where it was made and where it is copied", AuditVerification, 202))
@bearer
def verify() -> Response:
    """The verification that began, or is under way already."""
    return _verification(ask("VerifyAudit", pb.VerifyAuditRequest()), 202)


@routes.get("/verification")
@documented(Said("How far the newest verification is, and what it found", AuditVerification))
@bearer
def verification() -> Response:
    """Each service's chain, with the places at which something is wrong."""
    return _verification(ask("GetAuditVerification", pb.GetAuditVerificationRequest()))


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
    return problems.json(AuditVerification().dump(shown), status)


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

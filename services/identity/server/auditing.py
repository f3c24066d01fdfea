"""The audit of every service, for support staff."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any

import orjson
from google.protobuf.timestamp_pb2 import Timestamp
from grpc import ServicerContext

from chassis.grpc_server import actor
from chassis.problems import invalid
from protos.identity.v1 import auditing_pb2 as pb
from services.identity import use_cases
from services.identity.domain.auditing import Chain, Found, Verification, Wanted
from services.identity.domain.roles import Permission
from services.identity.server.parts import Part, now

PERMISSIONS = {
    "SearchAudit": Permission.READ_AUDIT,
    "VerifyAudit": Permission.READ_AUDIT,
    "GetAuditVerification": Permission.READ_AUDIT,
}


class Auditing(Part):
    def SearchAudit(self, request: pb.SearchAuditRequest, context: ServicerContext) -> pb.AuditPage:
        found, following = use_cases.search_audit(self.db, actor(), _wanted(request))
        return pb.AuditPage(items=[_entry(one) for one in found], next=_cursor(following))

    def VerifyAudit(self, request: pb.VerifyAuditRequest, context: ServicerContext) -> pb.AuditVerification:
        return _verification(use_cases.verify_audit(self.db, actor(), now()))

    def GetAuditVerification(
        self, request: pb.GetAuditVerificationRequest, context: ServicerContext
    ) -> pb.AuditVerification:
        return _verification(use_cases.audit_verification(self.db, actor()))


def _wanted(request: pb.SearchAuditRequest) -> Wanted:
    return Wanted(
        request.actor,
        request.about,
        request.action,
        request.service,
        getattr(request, "from").ToDatetime(UTC) if request.HasField("from") else None,
        request.until.ToDatetime(UTC) if request.HasField("until") else None,
        _place(request.cursor) if request.cursor else None,
        request.limit,
    )


def _cursor(place: tuple[Any, ...] | None) -> str:
    if place is None:
        return ""
    at, service, no = place
    return base64.urlsafe_b64encode(orjson.dumps([at.isoformat(), service, no])).decode().rstrip("=")


def _place(cursor: str) -> tuple[datetime, str, int]:
    try:
        at, service, no = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        place = datetime.fromisoformat(at).astimezone(UTC), str(service), int(no)
    except (ValueError, TypeError, OverflowError):
        raise invalid("cursor-not-known", "Start again from the first page.") from None
    if not 0 < place[2] < 2**63 or not place[1].isidentifier():
        raise invalid("cursor-not-known", "Start again from the first page.")
    return place


def _entry(one: Found) -> pb.AuditEntry:
    who = pb.AuditActor(
        id=one.who.id,
        kind=one.who.kind,
        name=one.who.name,
        organisation=one.who.organisation,
        roles=one.who.roles,
    )
    return pb.AuditEntry(
        service=one.service,
        no=one.no,
        hash=one.hash.hex(),
        at=_timestamp(one.at),
        actor=who,
        action=one.action,
        about=[pb.AuditSubject(id=id, reference=reference) for id, reference in one.about],
        revision=one.revision,
        purpose=one.purpose,
        trace=one.trace,
        detail=one.detail,
    )


def _verification(one: Verification) -> pb.AuditVerification:
    return pb.AuditVerification(
        verification_id=one.id,
        asked_at=_timestamp(one.asked_at),
        finished=one.finished,
        sound=one.sound,
        chains=[_chain(chain) for chain in one.chains],
    )


def _chain(one: Chain) -> pb.VerifiedChain:
    faults = [
        pb.ChainFault(where=each.where, kind=each.kind, no=each.no, until=each.until) for each in one.faults
    ]
    return pb.VerifiedChain(
        service=one.service,
        rows=one.rows,
        copies=one.copies,
        answered=one.answered,
        walked=one.walked,
        faults=faults,
    )


def _timestamp(at: datetime) -> Timestamp:
    made = Timestamp()
    made.FromDatetime(at)
    return made

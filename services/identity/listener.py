"""RabbitMQ door: message → use case. What every service audits is kept here as well."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from typing import Any

from sqlalchemy import Connection

from chassis import auditing
from chassis.auditing import Finding
from protos.audit.v1.audit_pb2 import AuditSealed, AuditVerificationAsked, AuditVerified
from protos.audit.v1.erasing_pb2 import TextErased
from services.identity import messages, use_cases
from services.identity.use_cases.erasing import keep_erased


def keep_the_rows(tx: Connection, told: AuditSealed) -> None:
    entries = [auditing.entry_from(row) for row in told.rows]
    use_cases.keep_sealed(tx, told.service, told.first_no, told.previous_hash, told.last_hash, entries)
    use_cases.keep_called(tx, dict(told.called))


def keep_the_answer(tx: Connection, told: AuditVerified) -> None:
    marks = [(one.no, one.hash.hex()) for one in told.marks]
    found = [Finding(one.kind, one.no, one.until) for one in told.findings]
    at = told.at.ToDatetime(UTC)
    use_cases.keep_answer(tx, told.walk_id, told.service, told.rows, marks, found, at)


def keep_what_was_erased(tx: Connection, told: TextErased) -> None:
    keep_erased(tx, told.erasure_id, messages.places_erased(told))


HANDLERS: dict[type[Any], Callable[[Connection, Any], None]] = {
    AuditSealed: keep_the_rows,
    AuditVerified: keep_the_answer,
    TextErased: keep_what_was_erased,
    AuditVerificationAsked: auditing.walk_when_asked(use_cases.TRAIL),
}

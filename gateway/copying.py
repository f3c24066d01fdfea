"""A copy of what is held of whoever owns an account, gathered from every service that holds something: all of it, or none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

from flask import current_app

from gateway.guards import actor
from protos.audit.v1.copying_pb2 import CopyHeldRequest, HeldRows

ASKED = (
    "identity",
    "recording",
    "access",
    "notifications",
)  # identity first: it knows whether there is such an account
LONGEST = 30.0  # seconds for each service: somebody may have recorded much
ELSEWHERE = (
    "The words of reports, drafts, questions, answers and safety responses are not in this copy. Whoever wrote them finds them where"
    " they were written. For anybody else they are read behind glass, for the purpose “data_subject_request”.",
    "Each line of the audit is counted here and not listed. Support staff find it at /api/v1/admin/audit.",
    "Backups hold what is listed here, and what was held earlier, until they expire.",
)


@dataclass(frozen=True)
class Place:
    """What one place of one service holds: rows of facts, name → value."""

    service: str
    name: str
    rows: list[dict[str, str]]


@dataclass(frozen=True)
class Copy:
    """What was held of somebody at an instant."""

    made_at: datetime
    places: list[Place]


def copy_of(account_id: str = "", case_number: str = "") -> Copy:
    """Of an account, or of whoever asks. Raises a Problem where any service does: a copy that lacks something is none."""
    asking = CopyHeldRequest(account_id=account_id, case_number=case_number)
    made_at = datetime.now(UTC)
    return Copy(made_at, [place for service in ASKED for place in _held(service, asking)])


def _held(service: str, asking: CopyHeldRequest) -> Iterator[Place]:
    told: list[HeldRows] = current_app.extensions["clients"][service].ask_all(
        "CopyHeld", asking, actor(), LONGEST
    )
    for name, parts in groupby(told, key=lambda each: each.place):
        rows = [{fact.name: fact.value for fact in row.facts} for part in parts for row in part.rows]
        yield Place(service, name, rows)

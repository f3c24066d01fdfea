"""What is held of whoever owns an account, for the copy that they are given."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Engine

from chassis import copying, telemetry
from chassis.actors import Actor
from protos.audit.v1.copying_pb2 import CopyHeldRequest, HeldRows
from services.recording.store import events
from services.recording.store.copying import HELD

COPY = "recording:copy"
COPY_OWN = "recording:copy-own"


def copy_held(db: Engine, actor: Actor, asked: CopyHeldRequest) -> Iterator[HeldRows]:
    """Noted before anything is given. Raises FORBIDDEN for somebody else's, unless the actor may; INVALID without a case then;
    NOT_FOUND for what is no account's id."""
    account_id = copying.account_asked_for(actor, asked, COPY)
    with db.begin() as tx:
        detail = {"case": asked.case_number.strip()}
        events.note(tx, actor, "copy-account", [account_id], telemetry.trace_id(), detail=detail)
    return copying.held(db, HELD, {"id": account_id})

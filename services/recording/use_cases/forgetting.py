"""What recording forgets by itself: the same request twice is one for a time only."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection

from chassis import outbox, telemetry, working
from chassis.actors import Actor
from chassis.working import Job
from services.recording import messages
from services.recording.messages.erasing import owner_forgotten
from services.recording.store import events, forgetting
from services.recording.store.scopes import Scope
from services.recording.use_cases.common import question_set

AT_ONCE = 1_000
FORGET_OWNER = "forget-owner"
_SYSTEM = Actor("system:recording", "system", "", ())


def forget_requests(tx: Connection, now: datetime | None = None) -> bool:
    """Forget which event answered a request whose time is over; whether more wait."""
    return forgetting.forget_requests(tx, now or datetime.now(UTC), AT_ONCE) == AT_ONCE


def forget_owner(tx: Connection, account_id: str, erasure_id: str) -> None:
    """Identity erased an account: save nothing more for it, and cut its ties soon, because it may have recorded much."""
    forgetting.hold_account(tx, account_id, alone=True)
    forgetting.mark_erased(tx, account_id)
    working.put(tx, FORGET_OWNER, f"{account_id}:{erasure_id}", account_id, erasure_id.encode())


def do_forget_owner(tx: Connection, job: Job) -> None:
    """Cut the tie of every event to the owner of an account, drop their drafts, free what they followed up, and tell what was done."""
    account_id, erasure_id = job.about, job.payload.decode()
    found = forgetting.recorded_by(tx, account_id)
    for event_id in found:
        _cut(tx, event_id)
    forgetting.unassign(tx, account_id)
    drafts = forgetting.forget_drafts_of(tx, account_id)
    told = owner_forgotten(erasure_id, len(found), drafts)
    outbox.put(tx, outbox.announcement(told, erasure_id, _SYSTEM.id))


def _cut(tx: Connection, event_id: str) -> None:
    event = events.hold(tx, event_id, Scope("", everything=True))
    if event is None or event.is_anonymous:
        return
    events.forget_text(tx, event_id, messages.CONTACT)
    event = event.without_reporter()
    events.forget_recorder(tx, event_id, event.recorder_id)
    events.note(tx, _SYSTEM, "anonymise-reporter", [event_id], telemetry.trace_id())
    told = messages.reporter_anonymised(event, question_set(event.question_set))
    outbox.put(tx, outbox.announcement(told, event_id, _SYSTEM.id))

"""What recording can do; one function, one transaction."""

from __future__ import annotations

import functools
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import uuid_utils
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

from chassis import database, outbox, telemetry
from chassis.actors import Actor
from chassis.problems import Fault, Problem, forbidden, invalid, not_found, unavailable
from chassis.sealing import DataKey, Sealer, Vault
from protos.recording.v1.recording_pb2 import SafetyEventRecorded
from services.recording import messages, store
from services.recording.domain import harm
from services.recording.domain.answers import Answer
from services.recording.domain.question_set import QuestionSet, load
from services.recording.domain.reference_numbers import new_reference
from services.recording.domain.safety_events import Receipt, SafetyEvent
from services.recording.domain.validation import Checked, validate
from services.recording.settings import Migrate

SUBMIT = "recording:submit"
READ = "recording:read"
LONDON = ZoneInfo("Europe/London")
_FOR_EVER = datetime(9999, 1, 1, tzinfo=UTC)
_KEY_KEPT = timedelta(days=7)
_SAME_CONTENT = timedelta(minutes=15)
_REFERENCE_TRIES = 3
ONLINE = "online"
LONGEST_REFERENCE = 255


@dataclass(frozen=True)
class Submission:
    """What a sender asks to have recorded. `idempotency_key` and `local_reference` may be empty."""

    question_set: int
    answers: Sequence[Answer] = field(repr=False)
    route: str
    organisation: str = ""
    idempotency_key: str = ""
    local_reference: str = ""


@dataclass(frozen=True)
class Tools:
    """What submitting needs beside the database."""

    directory: store.Directory
    vault: Vault
    to_enrichment: Sealer
    to_notifications: Sealer


@functools.cache
def question_sets() -> dict[int, QuestionSet]:
    """Every version of the question set, by its number; read once."""
    folder = Path(__file__).parent / "question_sets"
    loaded = (load(path.read_text("utf-8")) for path in sorted(folder.glob("v*.toml")))
    return {one.version: one for one in loaded}


def submit(
    db: Engine, tools: Tools, actor: Actor, submission: Submission, now: datetime | None = None
) -> Receipt:
    """Record a safety event and announce it; durable when this returns. The same request twice makes one record.

    Raises INVALID with every fault, FORBIDDEN for another's organisation, UNAVAILABLE when it should be sent again.
    """
    at = now or datetime.now(UTC)
    accepted = _accept(tools.directory, actor, submission, at)
    for _ in range(_REFERENCE_TRIES):
        receipt = _save(db, tools, accepted)
        if receipt is not None:
            return receipt
    raise _send_again()


def find_event(db: Engine, actor: Actor, event_id: str) -> tuple[SafetyEvent, dict[str, str]]:
    """The newest revision of an event and its redacted texts; NOT_FOUND when there is none this actor may see."""
    try:
        sought = UUID(event_id)
    except ValueError:
        raise _no_such_event() from None
    with db.begin() as tx:
        row = store.find(tx, sought, actor, READ, datetime.now(LONDON).date())
        if row is None:
            raise _no_such_event()
        store.note_read(tx, actor, row.event_id, telemetry.trace_id())
        return row, store.redacted_texts(tx, row.event_id, row.revision)


def keep_redacted_text(tx: Connection, event_id: str, revision: int, texts: dict[str, str]) -> None:
    """Enrichment has checked a revision's narrative: from now on it may be shown."""
    store.keep_redacted(tx, event_id, revision, texts)


def keep_organisation(tx: Connection, organisation: dict[str, Any]) -> None:
    """Identity told us of an organisation."""
    store.keep_organisation(tx, organisation)


def after_migrating(settings: Migrate) -> None:
    """Announce every question set whose content this release changed."""
    db = database.engine(settings.database_url, pool=1)
    with db.begin() as tx:
        for one in question_sets().values():
            if store.publish_question_set(tx, one.version, one.digest):
                told = messages.question_set_published(one)
                outbox.put(tx, outbox.announcement(told, f"question-set-{one.version}", "system:recording"))
    db.dispose()


@dataclass(frozen=True)
class _Accepted:
    """A submission whose answers hold, and whose record it will be."""

    actor: Actor
    submission: Submission
    checked: Checked
    organisation: str
    request: store.Request
    at: datetime


def _accept(directory: store.Directory, actor: Actor, submission: Submission, at: datetime) -> _Accepted:
    today = at.astimezone(LONDON).date()
    _check_references(submission)
    with telemetry.span("validate", answers=len(submission.answers)):
        checked = validate(
            _question_set(submission.question_set),
            submission.answers,
            today=today,
            known_organisation=directory.exists,
            strict=submission.route == ONLINE,
        )
    organisation = _recording_organisation(directory, actor, submission, checked, today)
    return _Accepted(actor, submission, checked, organisation, _request(actor, submission, at), at)


def _save(db: Engine, tools: Tools, accepted: _Accepted) -> Receipt | None:
    """Save and announce, or find what the same request made before; None when the reference number was taken."""
    event, key = _sealed_event(tools.vault, accepted)
    told = outbox.announcement(
        _sealed_message(tools, event, accepted.checked), event.event_id, accepted.actor.id
    )
    try:
        with telemetry.span("save", reference=event.reference), store.at_once(db) as tx:
            if store.add(tx, event, key, accepted.request, told, telemetry.trace_id()):
                warnings = accepted.checked.warnings
                return Receipt(event.event_id, event.reference, 1, accepted.at, warnings=warnings)
            return _answer_again(store.answered(tx, accepted.request), accepted)
    except IntegrityError as taken:
        if not store.same_local_reference(taken):
            return None
    with store.at_once(db) as tx:
        earlier = store.recorded_as(tx, accepted.actor.id, accepted.submission.local_reference)
    return _first_record(earlier, accepted)


def _sealed_event(vault: Vault, accepted: _Accepted) -> tuple[SafetyEvent, DataKey]:
    submission, checked, at = accepted.submission, accepted.checked, accepted.at
    event_id = str(uuid_utils.uuid7())
    key = vault.new_key(event_id)
    texts = dict(checked.narrative) | ({messages.CONTACT: checked.contact} if checked.contact else {})
    event = SafetyEvent(
        event_id=event_id,
        reference=new_reference(at.astimezone(LONDON).date(), secrets.randbits(40)),
        revision=1,
        question_set=submission.question_set,
        organisation=accepted.organisation,
        event_type=checked.event_type,
        occurred_on=checked.occurred_on.isoformat()
        if checked.occurred_on
        else checked.approximate_date or "",
        reported_at=at,
        recorder_id=accepted.actor.id,
        route=submission.route,
        local_reference=submission.local_reference,
        data_sharing_opt_out=checked.data_sharing_opt_out,
        facts=checked.facts,
        summary=_summary(checked, accepted.organisation),
        sealed={name: key.seal(body, f"{event_id}/1/{name}") for name, body in texts.items()},
    )
    return event, key


def _sealed_message(tools: Tools, event: SafetyEvent, checked: Checked) -> SafetyEventRecorded:
    """The announcement, its texts sealed to the only services that may read them."""
    narrative = tools.to_enrichment.seal(
        messages.narrative(checked.narrative), f"narrative:{event.event_id}:{event.revision}"
    )
    contact = checked.contact.encode() if checked.contact else b""
    sealed_contact = tools.to_notifications.seal(contact, f"contact:{event.event_id}") if contact else b""
    return messages.recorded(event, question_sets()[event.question_set], narrative, sealed_contact)


def _summary(checked: Checked, organisation: str) -> dict[str, Any]:
    here = (organisation,) if checked.fact("location-details", "LocationKnown") == "y" else ()
    return {
        "worst_physical": checked.worst_physical,
        "worst_psychological": checked.worst_psychological,
        "urgent": harm.is_severe(checked),
        "occurred_organisations": list(checked.organisations or here),
        "patients_known": checked.patients_known,
    }


def _question_set(version: int) -> QuestionSet:
    found = question_sets().get(version)
    if found is None:
        known = ", ".join(str(one) for one in question_sets())
        detail = f"This version of the question set is not accepted. Use one of: {known}."
        raise invalid(
            "unknown-profile", detail, Fault("AdverseEvent.meta.profile[0]", "unknown-profile", detail)
        )
    return found


def _check_references(submission: Submission) -> None:
    """INVALID when what names the event or the request is longer than anyone's numbering."""
    named = {
        "AdverseEvent.identifier.value": submission.local_reference,
        "Idempotency-Key": submission.idempotency_key,
    }
    faults = [
        Fault(path, "text-too-long", f"This may have {LONGEST_REFERENCE} characters at most.")
        for path, value in named.items()
        if len(value) > LONGEST_REFERENCE
    ]
    if faults:
        raise invalid("answers-not-accepted", "A reference is too long. Nothing was recorded.", *faults)


def _recording_organisation(
    directory: store.Directory, actor: Actor, submission: Submission, checked: Checked, today: date
) -> str:
    """Whose record this will be: the reporter's organisation where one was named, else the actor's own."""
    chosen = submission.organisation or checked.reporter_organisation or actor.organisation
    for grant in actor.grants_with(SUBMIT):
        if directory.belongs(chosen, grant.organisation, today):
            return chosen
    raise forbidden(
        "not-authorised-for-organisation",
        f"You may not record for organisation {chosen}. Use your own organisation or one of its sites.",
    )


def _request(actor: Actor, submission: Submission, now: datetime) -> store.Request:
    """What makes this request the same as another: the key sent, else the local reference, else its content."""
    digest = _digest(submission)
    if submission.idempotency_key:
        return store.Request(actor.id, f"key:{submission.idempotency_key}", digest, now + _KEY_KEPT)
    if submission.local_reference:
        return store.Request(actor.id, f"local:{submission.local_reference}", digest, _FOR_EVER)
    return store.Request(actor.id, f"content:{digest.hex()}", digest, now + _SAME_CONTENT)


def _digest(submission: Submission) -> bytes:
    parts = [f"{submission.question_set}|{submission.organisation}|{submission.local_reference}"]
    parts += sorted(f"{a.section}|{a.entry}|{a.property}|{a.value!r}" for a in submission.answers)
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).digest()


def _answer_again(earlier: store.Answered | None, accepted: _Accepted) -> Receipt:
    """The first record again; INVALID when its key was used for something else."""
    if earlier and accepted.submission.idempotency_key and earlier.request_hash != accepted.request.hash:
        raise invalid(
            "idempotency-key-reused", "This Idempotency-Key was used for another event. Use a new one."
        )
    return _first_record(earlier, accepted)


def _first_record(earlier: store.Answered | None, accepted: _Accepted) -> Receipt:
    if earlier is None:
        raise _send_again()
    detail = f"Recorded before as {earlier.reference}; no second record was made."
    if earlier.request_hash not in (store.FORGOTTEN, accepted.request.hash):
        detail += " What you sent differs from it: use an update to change a recorded event."
    remark = Fault("AdverseEvent", "duplicate-suspected", detail)
    return Receipt(
        earlier.event_id, earlier.reference, earlier.revision, earlier.reported_at, True, (remark,)
    )


def _send_again() -> Problem:
    return unavailable("try-again", "The event was not recorded just now. Send it again.")


def _no_such_event() -> Problem:
    return not_found("event-not-found", "There is no such event, or you may not see it.")

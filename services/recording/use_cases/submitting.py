"""Recording safety events, one or many: durable when answered, and the same request twice makes one record."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import uuid_utils
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, IntegrityError

from chassis import outbox, telemetry
from chassis.actors import Actor
from chassis.problems import Fault, Problem, forbidden, invalid, not_found, unavailable
from services.recording import messages
from services.recording.domain import harm, revising
from services.recording.domain.answers import Answer
from services.recording.domain.drafts import already_submitted, no_such_draft
from services.recording.domain.reference_numbers import new_reference
from services.recording.domain.safety_events import Receipt, SafetyEvent
from services.recording.domain.validation import Checked, validate
from services.recording.store import at_once, drafts, events
from services.recording.store.organisations import Directory
from services.recording.use_cases.common import (
    LONDON,
    SUBMIT,
    Tools,
    accepted_question_set,
    may_fill_in_for_staff,
    may_for,
    must_not_be_erased,
    question_set,
)

ONLINE = "online"
LONGEST_REFERENCE = 255
MOST_AT_ONCE = 500
DIFFERS = "What you sent differs from it: use an update to change a recorded event."
_FOR_EVER = datetime(9999, 1, 1, tzinfo=UTC)
_KEY_KEPT = timedelta(days=7)
_SAME_CONTENT = timedelta(minutes=15)
_TRIES = 3


@dataclass(frozen=True)
class Submission:
    """What a sender asks to have recorded. `idempotency_key`, `local_reference` and `draft_id` may be empty, and so may
    `reference_system`, which says of which numbering of the sender's the local reference is.

    `patients` is yes, no or unknown where the sender says how many patients there were, else empty. `reported_at` is when a
    former system took it, for what is taken over from there and judged as of then; no door sets it. `plain` asks for no more
    than the profiles do, of people who are no staff or have little time.
    """

    question_set: int
    answers: Sequence[Answer] = field(repr=False)
    route: str
    organisation: str = ""
    idempotency_key: str = ""
    local_reference: str = ""
    patients: str = ""
    draft_id: str = ""
    reported_at: datetime | None = None
    reference_system: str = ""
    plain: bool = False


def submit(
    db: Engine, tools: Tools, actor: Actor, submission: Submission, now: datetime | None = None
) -> Receipt:
    """Record a safety event and announce it; durable when this returns. The same request twice makes one record.

    A draft that is named is the actor's own, and gone when this returns. Raises INVALID with every fault, FORBIDDEN for
    another's organisation, for what safety staff fill in, and where the actor's account was erased, NOT_FOUND for another's draft and for what was withdrawn,
    CONFLICT for a draft submitted before with other answers,
    UNAVAILABLE when it should be sent again.
    """
    accepted = accept(tools.directory, actor, submission, now or datetime.now(UTC))
    with telemetry.span("save"):
        return _one(db, tools, accepted)


def submit_many(
    db: Engine, tools: Tools, actor: Actor, submissions: Sequence[Submission], now: datetime | None = None
) -> list[Receipt | Problem]:
    """Record many events, each of which stands or falls alone, in as few statements as that allows."""
    if len(submissions) > MOST_AT_ONCE:
        raise invalid("too-many-at-once", f"Send {MOST_AT_ONCE} events at once at most.")
    at = now or datetime.now(UTC)
    judged = [_judge(tools.directory, actor, one, at) for one in submissions]
    accepted = [one for one in judged if isinstance(one, Accepted)]
    again = _again(accepted, recorded_as(db, actor, [one.submission for one in accepted]))
    answers = again | _together(db, tools, _unshared([one for one in accepted if id(one) not in again]))
    return [
        one if isinstance(one, Problem) else answers.get(id(one)) or _one_or_problem(db, tools, one)
        for one in judged
    ]


def recorded_as(db: Engine, actor: Actor, submissions: Sequence[Submission]) -> list[events.Answered | None]:
    """Which record of the actor's answers each of these by its local reference."""
    if not any(one.local_reference for one in submissions):
        return [None] * len(submissions)
    with at_once(db) as tx:
        return events.recorded_as(tx, actor.id, [_named(one) for one in submissions])


def _named(one: Submission) -> events.Named:
    content = revising.content_hash(one.question_set, one.answers)
    return events.Named(one.reference_system, one.local_reference, content)


def check(
    directory: Directory, actor: Actor, submission: Submission, strict: bool, now: datetime | None = None
) -> tuple[Fault, ...]:
    """What a submission would be remarked on for; Problem as if it had been submitted. Nothing is kept."""
    strictly = replace(submission, route=ONLINE) if strict else submission
    return accept(directory, actor, strictly, now or datetime.now(UTC)).checked.warnings


@dataclass(frozen=True)
class Accepted:
    """A submission whose answers hold, and whose record it will be."""

    actor: Actor
    submission: Submission
    checked: Checked
    organisation: str
    content: bytes  # hash of the answers
    request: events.Request
    at: datetime

    @property
    def reported_at(self) -> datetime:
        """When it was reported first: to us, or to the system that it is taken over from."""
        return self.submission.reported_at or self.at


def _judge(directory: Directory, actor: Actor, submission: Submission, at: datetime) -> Accepted | Problem:
    try:
        return accept(directory, actor, submission, at)
    except Problem as problem:
        return problem


def accept(directory: Directory, actor: Actor, submission: Submission, now: datetime) -> Accepted:
    """A submission whose answers hold; raises what `submit` raises for it."""
    today = (submission.reported_at or now).astimezone(LONDON).date()
    check_references(submission)
    accepted_question_set(submission.question_set, now)
    checked = judge(directory, submission, today)
    organisation = _recording_organisation(directory, actor, submission, checked, today)
    if not may_fill_in_for_staff(directory, actor, organisation, today):
        revising.must_leave_to_staff(submission.answers, (), question_set(submission.question_set))
    if directory.closed(organisation, today):
        online = submission.route == ONLINE
        closed = _closed(organisation, directory.successors(organisation, today), online)
        if online:
            raise invalid("closed-organisation", closed.detail, closed)
        checked = replace(checked, warnings=(*checked.warnings, closed))
    content = revising.content_hash(submission.question_set, submission.answers)
    request = _request(actor, submission, content, now)
    return Accepted(actor, submission, checked, organisation, content, request, now)


def judge(
    directory: Directory, submission: Submission, today: date, recorded_on: date | None = None
) -> Checked:
    """What the answers of a submission amount to; INVALID with every fault. `recorded_on` is that of a record there is."""
    with telemetry.span("validate", answers=len(submission.answers)):
        return validate(
            question_set(submission.question_set),
            submission.answers,
            today=today,
            known_organisation=directory.exists,
            strict=submission.route == ONLINE and not submission.plain,
            patients=submission.patients,
            recorded_on=recorded_on,
        )


# ---- saving ------------------------------------------------------------------------------------------------


def _one(db: Engine, tools: Tools, accepted: Accepted) -> Receipt:
    for _ in range(_TRIES):
        receipt = _save(db, tools, accepted)
        if receipt is not None:
            return receipt
    raise send_again()


def _one_or_problem(db: Engine, tools: Tools, accepted: Accepted) -> Receipt | Problem:
    try:
        return _one(db, tools, accepted)
    except Problem as problem:
        return problem


def _save(db: Engine, tools: Tools, accepted: Accepted) -> Receipt | None:
    """Save and announce, or find what the same request made before; None when the reference number was taken."""
    made, draft = addition(tools, accepted), accepted.submission.draft_id
    try:
        with _saving(db, accepted.actor, whole=bool(draft)) as tx:
            ended = not draft or drafts.remove(tx, draft, accepted.actor.id)
            if ended and events.add(tx, [made]):
                return _receipt(made.event, accepted)
            earlier = _earlier(tx, accepted)
            if not ended and earlier is None:
                raise no_such_draft()
            return _answer_again(earlier, accepted)
    except DBAPIError as failure:
        if not is_met(failure):
            raise
        return None


@contextmanager
def _saving(db: Engine, actor: Actor, whole: bool = False) -> Iterator[Connection]:
    """Each statement at once; in one transaction where a draft ends with it (`whole`), or for a person, whose account may be
    erased meanwhile."""
    if not whole and actor.kind != "person":
        with at_once(db) as tx:
            yield tx
        return
    with db.begin() as tx:
        must_not_be_erased(tx, actor)
        yield tx


def _earlier(tx: Connection, accepted: Accepted) -> events.Answered | None:
    """What was made before by the same request: found by the key that its sender chose for it, else as `recorded_as`."""
    chosen = accepted.submission.idempotency_key or accepted.submission.draft_id
    found = (
        events.answered(tx, accepted.request.client, accepted.request.key)
        if chosen or not accepted.submission.local_reference
        else None
    )
    return found or events.recorded_as(tx, accepted.actor.id, [_named(accepted.submission)])[0]


def is_met(failure: DBAPIError) -> bool:
    """Whether another submission was in the way, so that the same one once more will say what became of it."""
    taken = isinstance(failure, IntegrityError) and events.is_taken(failure)
    return taken or events.is_deadlock(failure)


def _together(db: Engine, tools: Tools, accepted: Sequence[Accepted]) -> dict[int, Receipt | Problem]:
    """Receipts of those that one statement saved, by the id of what was accepted; none of them when it failed."""
    if not accepted:
        return {}
    additions = [addition(tools, one) for one in accepted]
    try:
        with telemetry.span("save", events=len(additions)), _saving(db, accepted[0].actor) as tx:
            saved = events.add(tx, additions)
    except DBAPIError as failure:
        if not is_met(failure):
            raise
        return {}
    pairs = zip(additions, accepted, strict=True)
    return {id(one): _receipt(made.event, one) for made, one in pairs if made.event.event_id in saved}


def _again(
    accepted: Sequence[Accepted], earlier: Sequence[events.Answered | None]
) -> dict[int, Receipt | Problem]:
    """What is said of those that came before and that nothing but their local reference names."""
    return {
        id(one): _first_record_or_problem(found, one)
        for one, found in zip(accepted, earlier, strict=True)
        if found and not one.submission.idempotency_key and not one.submission.draft_id
    }


def _unshared(accepted: Sequence[Accepted]) -> list[Accepted]:
    """Those whose request and local reference none before them has, and which end no draft; the others are saved one by
    one."""
    names, keys = set[str](), set[str]()
    found: list[Accepted] = []
    for one in accepted:
        name = one.submission.local_reference
        if name not in names and one.request.key not in keys and not one.submission.draft_id:
            found.append(one)
        keys.add(one.request.key)
        names.update([name] if name else [])
    return found


def addition(tools: Tools, accepted: Accepted, event_id: str = "") -> events.Addition:
    """What is saved of an accepted submission, under a new id where none is given."""
    submission, checked, at = accepted.submission, accepted.checked, accepted.at
    event_id = event_id or str(uuid_utils.uuid7())
    key = tools.vault.new_key(event_id)
    event = SafetyEvent(
        event_id=event_id,
        reference=new_reference(at.astimezone(LONDON).date(), secrets.randbits(40)),
        revision=1,
        question_set=submission.question_set,
        organisation=accepted.organisation,
        reported_at=accepted.reported_at,
        recorder_id=accepted.actor.id,
        route=submission.route,
        local_reference=submission.local_reference,
        reference_system=submission.reference_system,
        sealed={},
        revised_at=at,
        revised_by=accepted.actor.id,
        content=accepted.content,
        **said(checked, accepted.organisation),
    )
    texts = texts_of(checked)
    sealed = {name: key.seal(body, event.place_of(name)) for name, body in texts.items()}
    event = replace(event, sealed=sealed)
    sealed_texts = seal(tools, event, checked.narrative, checked.contact)
    told = messages.recorded(event, question_set(event.question_set), *sealed_texts)
    announced = outbox.announcement(told, event_id, accepted.actor.id)
    return events.Addition(event, key, accepted.request, announced, telemetry.trace_id())


def said(checked: Checked, organisation: str) -> dict[str, Any]:
    """What the answers of a revision amount to, as fields of a SafetyEvent."""
    occurred_on = checked.occurred_on.isoformat() if checked.occurred_on else checked.approximate_date or ""
    summary = {
        "worst_physical": checked.worst_physical,
        "worst_psychological": checked.worst_psychological,
        "urgent": harm.is_severe(checked),
        "occurred_organisations": list(checked.happened_at(organisation)),
        "patients_known": checked.patients_known,
        "event_type": checked.event_type,
        "occurred_on": occurred_on,
        "data_sharing_opt_out": checked.data_sharing_opt_out,
    }
    return {
        "event_type": checked.event_type,
        "occurred_on": occurred_on,
        "data_sharing_opt_out": checked.data_sharing_opt_out,
        "facts": checked.facts,
        "summary": summary,
    }


def texts_of(checked: Checked) -> dict[str, str]:
    """Everything that is sealed: the narrative, and the reporter's contact."""
    return dict(checked.narrative) | ({messages.CONTACT: checked.contact} if checked.contact else {})


def seal(tools: Tools, event: SafetyEvent, narrative: Any, contact: str | None) -> tuple[bytes, bytes]:
    """A revision's texts sealed to the only services that may read them; empty where there are none."""
    place = f"{event.event_id}:{event.revision}"
    body = tools.to_enrichment.seal(messages.narrative(narrative), f"narrative:{place}")
    address = contact.encode() if contact else b""
    return body, tools.to_notifications.seal(address, f"contact:{event.event_id}") if address else b""


def _receipt(event: SafetyEvent, accepted: Accepted) -> Receipt:
    warnings = accepted.checked.warnings
    return Receipt(event.event_id, event.reference, 1, event.reported_at, event.revised_at, warnings=warnings)


# ---- whose, and whether it came before ---------------------------------------------------------------------


def check_references(submission: Submission) -> None:
    """INVALID when what names the event or the request is longer than anyone's numbering."""
    named = {
        "AdverseEvent.identifier.value": submission.local_reference,
        "AdverseEvent.identifier.system": submission.reference_system,
        "Idempotency-Key": submission.idempotency_key,
        "draft": submission.draft_id,
    }
    faults = [
        Fault(path, "text-too-long", f"This may have {LONGEST_REFERENCE} characters at most.")
        for path, value in named.items()
        if len(value) > LONGEST_REFERENCE
    ]
    if faults:
        raise invalid("answers-not-accepted", "A reference is too long. Nothing was recorded.", *faults)


def _recording_organisation(
    directory: Directory, actor: Actor, submission: Submission, checked: Checked, today: date
) -> str:
    """Whose record this will be: the reporter's organisation where one was named, else the actor's own."""
    chosen = submission.organisation or checked.reporter_organisation or actor.organisation
    if may_for(directory, actor, SUBMIT, chosen, today):
        return chosen
    raise forbidden(
        "not-authorised-for-organisation",
        f"You may not record for organisation {chosen}. Use your own organisation or one of its sites.",
    )


def _closed(organisation: str, successors: Sequence[str], refused: bool) -> Fault:
    """Said of an event for an organisation that has closed: a refusal online, a warning over the API."""
    successor = f"its successor {' or '.join(successors)}" if successors else "its successor"
    advice = (
        f"Record for {successor}." if refused else f"The event was accepted; use {successor} from now on."
    )
    return Fault("", "closed-organisation", f"Organisation {organisation} is closed. {advice}")


def key_of_draft(draft_id: str) -> str:
    """What names the request that makes an event of a draft."""
    return f"draft:{draft_id}"


def _request(actor: Actor, submission: Submission, content: bytes, now: datetime) -> events.Request:
    """What makes this request the same as another: the draft it ends, else the key sent, else the local reference, else
    its content."""
    system, reference = submission.reference_system, submission.local_reference
    named = f"{submission.organisation}|{f'{system}|' if system else ''}{reference}"
    digest = hashlib.sha256(content + named.encode("utf-8", "surrogatepass")).digest()
    if submission.draft_id:
        return events.Request(actor.id, key_of_draft(submission.draft_id), digest, _FOR_EVER)
    if submission.idempotency_key:
        return events.Request(actor.id, f"key:{submission.idempotency_key}", digest, now + _KEY_KEPT)
    if reference:
        key = f"named:{len(system)}:{system}{reference}" if system else f"local:{reference}"
        return events.Request(actor.id, key, digest, _FOR_EVER)
    return events.Request(actor.id, f"content:{digest.hex()}", digest, now + _SAME_CONTENT)


def _answer_again(earlier: events.Answered | None, accepted: Accepted) -> Receipt:
    """The first record again; CONFLICT when its draft, INVALID when its key was used for something else, NOT_FOUND when it was
    withdrawn."""
    submission = accepted.submission
    differs = earlier is not None and earlier.request_hash not in (None, accepted.request.hash)
    if earlier and differs and submission.draft_id:
        raise already_submitted(earlier.reference)
    if differs and submission.idempotency_key:
        raise invalid(
            "idempotency-key-reused", "This Idempotency-Key was used for another event. Use a new one."
        )
    return _first_record(earlier, accepted)


def _first_record(earlier: events.Answered | None, accepted: Accepted) -> Receipt:
    if earlier is None:
        raise send_again()
    if earlier.withdrawn:
        raise taken_back(earlier)
    differs = earlier.content not in (events.UNKNOWN, accepted.content)
    detail = f"Recorded before as {earlier.reference}; no second record was made."
    remark = Fault("AdverseEvent", "duplicate-suspected", f"{detail} {DIFFERS}" if differs else detail)
    at = earlier.reported_at
    return Receipt(earlier.event_id, earlier.reference, 1, at, at, True, (remark,), differs)


def _first_record_or_problem(earlier: events.Answered, accepted: Accepted) -> Receipt | Problem:
    try:
        return _first_record(earlier, accepted)
    except Problem as problem:
        return problem


def taken_back(earlier: events.Answered) -> Problem:
    detail = (
        f"Recorded before as {earlier.reference}, which was withdrawn, so that nothing was recorded now. Ask for it to be"
        " restored; or send what is to be recorded instead of it."
    )
    return not_found("deleted", detail)


def send_again() -> Problem:
    return unavailable("try-again", "The event was not recorded just now. Send it again.")

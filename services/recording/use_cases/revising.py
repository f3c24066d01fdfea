"""Changing a recorded event: each change is a new revision, a full snapshot, announced with what it changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from google.protobuf.message import Message
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

from chassis import outbox, telemetry
from chassis.actors import Actor
from chassis.problems import Fault
from chassis.sealing import DataKey
from services.recording import messages
from services.recording.domain import revising
from services.recording.domain.answers import Answer
from services.recording.domain.revising import Before
from services.recording.domain.safety_events import Change, Receipt, SafetyEvent
from services.recording.domain.validation import PATIENTS, Checked
from services.recording.store import events, scopes
from services.recording.store.scopes import Scope
from services.recording.use_cases.common import (
    GOVERN,
    LONDON,
    RESTORE,
    REVISE,
    Tools,
    may_fill_in_for_staff,
    no_such_event,
    question_set,
    today,
    withdrawn,
)
from services.recording.use_cases.submitting import (
    ONLINE,
    Submission,
    check_references,
    judge,
    said,
    seal,
    texts_of,
)

_UNSTRICT = "api"  # what is missing after a change of type is remarked on: the record exists already


@dataclass(frozen=True)
class Current:
    """The newest revision of an event as its changer finds it: its texts as reported, and as they may be shown."""

    event: SafetyEvent
    key: DataKey
    originals: dict[str, str] = field(repr=False)
    redacted: dict[str, str] = field(repr=False)

    @property
    def answers(self) -> list[Answer]:
        return list(revising.answers_of(self.event.facts, self.originals))

    @property
    def before(self) -> Before:
        return Before(self.event.question_set, self.answers, self.originals, self.redacted)


def revise(
    db: Engine,
    tools: Tools,
    actor: Actor,
    name: str,
    expected: int,
    submission: Submission,
    now: datetime | None = None,
) -> Receipt:
    """Replace the answers of an event. The same update again makes no revision, so it does no harm.

    A text that equals what the sender was shown, or that they leave as it is, keeps its original, and what safety staff
    filled in stays where nothing of it comes. Raises INVALID with every fault, NOT_FOUND, FORBIDDEN where a person changes
    what safety staff fill in, CONFLICT where `expected` (0 = any) is not the newest revision.
    """
    change = _update(tools, actor, submission)
    return _change(db, tools, actor, REVISE, name, expected, Change.REVISED, change, now)


def check_revision(
    db: Engine,
    tools: Tools,
    actor: Actor,
    name: str,
    expected: int,
    submission: Submission,
    strict: bool,
    now: datetime | None = None,
) -> tuple[Fault, ...]:
    """What an update would be remarked on for; Problem as if it had been made (`revise`). Nothing is kept."""
    actor.must(REVISE)
    change = _update(tools, actor, replace(submission, route=ONLINE) if strict else submission)
    scope = scopes.may(actor, REVISE, tools.directory, today())
    with db.begin() as tx:
        current = _current(tx, tools, events.find(tx, name, scope))
        asked, _, _ = _wanted(current, actor, expected, change)
        return _judged(tx, tools, current, asked, now or datetime.now(UTC)).warnings


def _update(tools: Tools, actor: Actor, submission: Submission) -> Callable[[Current], Submission]:
    """How an event becomes what its sender says it is."""
    check_references(submission)
    day = today()

    def change(current: Current) -> Submission:
        revising.must_not_go_back(current.event, submission.question_set)
        system, reference = revising.kept_reference(
            current.event, submission.reference_system, submission.local_reference
        )
        questions = question_set(submission.question_set)
        answers = revising.with_originals(submission.answers, questions, current.before)
        answers = revising.with_staffs_answers(answers, current.answers, questions)
        if not may_fill_in_for_staff(tools.directory, actor, current.event.organisation, day):
            revising.must_leave_to_staff(answers, current.answers, questions)
        return replace(
            submission,
            answers=_with_contact(answers, current),
            reference_system=system,
            local_reference=reference,
        )

    return change


def retype(
    db: Engine,
    tools: Tools,
    actor: Actor,
    name: str,
    expected: int,
    event_type: str,
    now: datetime | None = None,
) -> Receipt:
    """Make an outcome or a risk an incident. Answers that no longer apply stay behind in history."""

    def change(current: Current) -> Submission:
        questions = question_set(current.event.question_set)
        revising.must_be_a_way(current.event.event_type, event_type)
        return _again(current, revising.retyped(current.answers, questions, event_type))

    return _change(db, tools, actor, REVISE, name, expected, Change.RETYPED, change, now)


def govern(
    db: Engine,
    tools: Tools,
    actor: Actor,
    name: str,
    expected: int,
    block: Sequence[Answer],
    now: datetime | None = None,
) -> Receipt:
    """Fill in the governance block of an event, whole, as the organisation's safety staff do.

    CONFLICT where the event follows a version that has none.
    """

    def change(current: Current) -> Submission:
        revising.must_have_governance(question_set(current.event.question_set))
        return _again(current, revising.governed(current.answers, block))

    return _change(db, tools, actor, GOVERN, name, expected, Change.GOVERNED, change, now)


def withdraw(
    db: Engine, tools: Tools, actor: Actor, name: str, expected: int, reason: str, now: datetime | None = None
) -> Receipt:
    """Take an event back. It stays in history and leaves every list and count; twice is once."""
    revising.must_be_a_reason(reason)
    at = now or datetime.now(UTC)
    scope = scopes.may(actor, REVISE, tools.directory, today())
    with db.begin() as tx:
        event = _held(tx, scope, name)
        if event.withdrawn:
            return _receipt(event, repeated=True)
        revising.must_be_current(event, expected)
        event = _next(event, actor, Change.WITHDRAWN, at, reason=reason)
        _keep(tx, actor, event, messages.withdrawn(event, question_set(event.question_set)))
    return _receipt(event)


def restore(db: Engine, tools: Tools, actor: Actor, name: str, now: datetime | None = None) -> Receipt:
    """Bring a withdrawn event back as it was; one that was not withdrawn stays as it is.

    CONFLICT where another record took its place under the client's own reference.
    """
    at = now or datetime.now(UTC)
    scope = scopes.may(actor, RESTORE, tools.directory, today())
    with db.begin() as tx:
        event = _held(tx, scope, name)
        if not event.withdrawn:
            return _receipt(event, repeated=True)
        event = _next(event, actor, Change.RESTORED, at)
        _keep(tx, actor, event, messages.restored(event, question_set(event.question_set)))
    return _receipt(event)


# ---- how every change of answers is made -------------------------------------------------------------------


def _change(
    db: Engine,
    tools: Tools,
    actor: Actor,
    permission: str,
    name: str,
    expected: int,
    change: Change,
    asked: Callable[[Current], Submission],
    now: datetime | None,
) -> Receipt:
    at = now or datetime.now(UTC)
    scope = scopes.may(actor, permission, tools.directory, today())
    with db.begin() as tx:
        current = _current(tx, tools, events.hold(tx, name, scope))
        submission, content, same = _wanted(current, actor, expected, asked)
        if same:
            return _receipt(current.event, repeated=True)
        checked = _judged(tx, tools, current, submission, at)
        revised, written = _revised(current, actor, change, submission, checked, content, at)
        _keep(tx, actor, revised, _announcement(tools, current.event, revised, written))
    return _receipt(revised, warnings=checked.warnings)


def _wanted(
    current: Current, actor: Actor, expected: int, asked: Callable[[Current], Submission]
) -> tuple[Submission, bytes, bool]:
    """What an event is asked to be, the hash of its answers, and whether it is that already; CONFLICT where its sender knew
    another revision."""
    event = current.event
    again = _own_retry(event, actor, expected)
    if not again:
        revising.must_be_current(event, expected)
    submission = _with_patients(current, asked(current))
    content = revising.content_hash(submission.question_set, submission.answers)
    same = _is_same(event, submission, content)
    if again and not same:
        revising.must_be_current(event, expected)
    return submission, content, same


def _judged(tx: Connection, tools: Tools, current: Current, submission: Submission, at: datetime) -> Checked:
    """What the next revision amounts to; INVALID where the event may not become that."""
    event = current.event
    day, recorded_on = (one.astimezone(LONDON).date() for one in (at, event.reported_at))
    checked = judge(tools.directory, submission, day, recorded_on)
    revising.must_be_a_way(event.event_type, checked.event_type)
    if events.others_under(tx, event, submission.reference_system, submission.local_reference):
        raise revising.reference_taken(Change.REVISED)
    return checked


def _is_same(event: SafetyEvent, submission: Submission, content: bytes) -> bool:
    """Whether an event is as it is asked to be: in its answers, and in what is said beside them."""
    named = (submission.reference_system, submission.local_reference)
    patients = submission.patients in ("", _patients_known(event))
    return content == event.content and named == (event.reference_system, event.local_reference) and patients


def _own_retry(event: SafetyEvent, actor: Actor, expected: int) -> bool:
    """Whether this is the update that made the newest revision, sent again because its answer was lost."""
    return expected == event.revision - 1 and event.revised_by == actor.id


def _held(tx: Connection, scope: Scope, name: str) -> SafetyEvent:
    event = events.hold(tx, name, scope)
    if event is None:
        raise no_such_event()
    return event


def _current(tx: Connection, tools: Tools, event: SafetyEvent | None) -> Current:
    """NOT_FOUND where there is none in scope, or it is withdrawn."""
    if event is None:
        raise no_such_event()
    if event.withdrawn:
        raise withdrawn()
    key = events.key_of(tx, tools.vault, event.event_id)
    originals = {name: key.open(body, event.place_of(name)) for name, body in event.sealed.items()}
    redacted = events.redacted_texts(tx, [event])[event.event_id, event.revision]
    return Current(event, key, originals, redacted)


def _again(current: Current, answers: Sequence[Answer]) -> Submission:
    event = current.event
    return Submission(
        event.question_set,
        answers,
        _UNSTRICT,
        local_reference=event.local_reference,
        reference_system=event.reference_system,
    )


def _with_patients(current: Current, submission: Submission) -> Submission:
    """That nobody was affected was said once, and not every sender has a way to say so: it stays, until somebody was or
    something else is said."""
    said = submission.patients or any(one.section == PATIENTS for one in submission.answers)
    if said or _patients_known(current.event) != "no":
        return submission
    return replace(submission, patients="no")


def _patients_known(event: SafetyEvent) -> str:
    return str(event.summary.get("patients_known", ""))


def _with_contact(answers: list[Answer], current: Current) -> list[Answer]:
    """A contact is never shown, so one that does not come back is still the reporter's."""
    contact = current.originals.get(messages.CONTACT)
    section, entry, property = messages.CONTACT.split("/")
    if contact is None or any((one.section, one.property) == (section, property) for one in answers):
        return answers
    return [*answers, Answer(section, int(entry), property, contact, messages.CONTACT)]


def _revised(
    current: Current,
    actor: Actor,
    change: Change,
    submission: Submission,
    checked: Checked,
    content: bytes,
    at: datetime,
) -> tuple[SafetyEvent, dict[str, str]]:
    """The next revision, and the texts written in it; the others keep their seal."""
    before, texts = current.event, texts_of(checked)
    kept = {name for name, text in texts.items() if current.originals.get(name) == text}
    written = {name: text for name, text in texts.items() if name not in kept}
    event = replace(
        _next(before, actor, change, at),
        question_set=submission.question_set,
        local_reference=submission.local_reference,
        reference_system=submission.reference_system,
        content=content,
        written_in={name: before.written_in.get(name, before.revision) for name in kept},
        sealed={},
        **said(checked, before.organisation),
    )
    sealed = {name: current.key.seal(text, event.place_of(name)) for name, text in written.items()}
    return replace(event, sealed={name: before.sealed[name] for name in kept} | sealed), written


def _next(event: SafetyEvent, actor: Actor, change: Change, at: datetime, **more: Any) -> SafetyEvent:
    """The revision after this one, with its content: every text keeps the revision in which it was written."""
    written_in = {name: event.written_in.get(name, event.revision) for name in event.sealed}
    return replace(
        event,
        revision=event.revision + 1,
        revised_at=at,
        revised_by=actor.id,
        change=change,
        reason=more.get("reason", ""),
        written_in=written_in,
    )


def _announcement(tools: Tools, before: SafetyEvent, event: SafetyEvent, written: dict[str, str]) -> Message:
    contact = written.pop(messages.CONTACT, None)
    narrative, address = seal(tools, event, written, contact)
    was_urgent = bool(before.summary["urgent"])
    questions = question_set(event.question_set)
    return messages.revised(event, questions, narrative if written else b"", address, was_urgent)


def _keep(tx: Connection, actor: Actor, event: SafetyEvent, told: Message) -> None:
    try:
        events.revise(tx, event, actor.organisation, telemetry.trace_id())
    except IntegrityError as failure:
        if not events.same_local_reference(failure):
            raise
        raise revising.reference_taken(event.change) from None
    outbox.put(tx, outbox.announcement(told, event.event_id, actor.id))


def _receipt(event: SafetyEvent, repeated: bool = False, warnings: tuple[Fault, ...] = ()) -> Receipt:
    return Receipt(
        event.event_id,
        event.reference,
        event.revision,
        event.reported_at,
        event.revised_at,
        repeated,
        warnings,
    )

"""What an organisation does about an event after it was recorded: how far it is, remarks, and links to other records.

Whoever may change a record sees its follow-up: its recorder, their organisation, the national service. Who recorded it for an
organisation where they are not among those who read everything sees of the remarks only what is between them and the organisation.
Of a withdrawn event its recorder, and nobody else, still sees what is between them. An organisation where it happened sees the event, and
nothing of this. Scopes are made before a transaction begins, which holds a
connection.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

import uuid_utils
from google.protobuf.message import Message
from sqlalchemy import Connection, Engine

from chassis import outbox, telemetry
from chassis.actors import Actor
from services.recording.domain import following_up as rules
from services.recording.domain.following_up import (
    FollowUp,
    Handling,
    Kind,
    Link,
    LinkKind,
    Reaches,
    Remark,
    Standing,
)
from services.recording.domain.safety_events import SafetyEvent
from services.recording.messages import following_up as messages
from services.recording.messages.events import narrative
from services.recording.store import events, forgetting, scopes, without_account
from services.recording.store import following_up as store
from services.recording.store import safety_responses as responses
from services.recording.store.scopes import Scope
from services.recording.use_cases.common import GOVERN, READ, REVISE, Tools, no_such_event, today, withdrawn

HANDLE = "recording:handle"


def follow_up(db: Engine, tools: Tools, actor: Actor, name: str) -> FollowUp:
    """Everything done about an event; NOT_FOUND where the actor has no part in following it up, and for all but its recorder where it
    was withdrawn."""
    reader = _reader(tools, actor)
    with db.begin() as tx:
        event = events.find(tx, name, reader.reads)
        if event is None:
            raise no_such_event()
        if event.withdrawn and event.recorder_id != actor.id:
            raise withdrawn()
        events.note(tx, actor, "read-follow-up", [event.event_id], telemetry.trace_id())
        return _taken_back(tx, event) if event.withdrawn else _followed_up(tx, event, reader)


# ---- handling ----------------------------------------------------------------------------------------------


def handle(
    db: Engine,
    tools: Tools,
    actor: Actor,
    name: str,
    state: str,
    duplicate_of: str = "",
    expected: int = 0,
    now: datetime | None = None,
) -> FollowUp:
    """Bring an event to another state of handling. The same again changes nothing.

    Raises INVALID for a state there is none such, NOT_FOUND for an event the actor may not handle or see, CONFLICT where
    the state may not follow or `expected` (0 = any) is not the version of the handling.
    """
    wanted = rules.state_named(state)
    rules.must_name_original(wanted, bool(duplicate_of))
    reader = _reader(tools, actor)
    with db.begin() as tx:
        if duplicate_of:
            store.link_one_at_a_time(tx)
        event = _held(tx, name, reader.handles)
        original = _original(tx, event, duplicate_of, reader.sight)
        before, first = store.handling(tx, event.event_id), original.event_id if original else ""
        if not rules.is_repeated(before, wanted, first, expected, actor.id):
            rules.must_be_at(before, expected)
            after = rules.moved(before, wanted, first, actor.id, now or datetime.now(UTC))
            _keep_handling(tx, actor, event, before, after, original)
            events.note(tx, actor, f"handle:{after.state}", [event.event_id], telemetry.trace_id())
        return _followed_up(tx, event, reader)


def assign(
    db: Engine,
    tools: Tools,
    actor: Actor,
    name: str,
    account_id: str,
    expected: int = 0,
    now: datetime | None = None,
) -> FollowUp:
    """Say which account follows an event up, "" for nobody. The same again changes nothing.

    Whoever asks knows that the account may: here no accounts are known, only those that were erased. Raises as `handle`.
    """
    rules.must_be_an_account(account_id)
    reader = _reader(tools, actor)
    with db.begin() as tx:
        event = _held(tx, name, reader.handles)
        before = store.handling(tx, event.event_id)
        if not rules.is_assigned_again(before, account_id, expected, actor.id):
            rules.must_be_at(before, expected)
            _must_be_there(tx, account_id)
            after = rules.assigned(before, account_id, actor.id, now or datetime.now(UTC))
            store.keep_handling(tx, event.event_id, after, actor)
            _announce(tx, actor, event, messages.record_assigned(event, after))
        events.note(tx, actor, "assign", [event.event_id], telemetry.trace_id())
        return _followed_up(tx, event, reader)


def _must_be_there(tx: Connection, account_id: str) -> None:
    """INVALID for an account that was erased; until `tx` ends it cannot be."""
    if account_id:
        forgetting.hold_account(tx, account_id)
        if forgetting.is_erased(tx, account_id):
            raise rules.no_such_colleague()


def _original(tx: Connection, event: SafetyEvent, name: str, sight: Scope) -> SafetyEvent | None:
    """The record of which this one is a duplicate; CONFLICT where that is a duplicate of this one."""
    if not name:
        return None
    found = _seen(tx, name, sight, "duplicate_of")
    rules.must_be_another(event, found, "duplicate_of")
    if store.is_duplicate_of(tx, found.event_id, event.event_id):
        raise rules.duplicate_circle("duplicate_of")
    return found


def _keep_handling(
    tx: Connection,
    actor: Actor,
    event: SafetyEvent,
    before: Handling,
    after: Handling,
    original: SafetyEvent | None = None,
) -> None:
    if after == before:
        return
    store.keep_handling(tx, event.event_id, after, actor)
    first = original.reference if original and original.organisation == event.organisation else ""
    _announce(tx, actor, event, messages.record_handled(event, before, after, first))


# ---- remarks -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Said:
    """A remark as it is made."""

    event: SafetyEvent
    kind: Kind
    text: str = field(repr=False)
    at: datetime
    in_reply_to: str = ""


def ask_reporter(
    db: Engine, tools: Tools, actor: Actor, name: str, words: str, now: datetime | None = None
) -> Remark:
    """Ask whoever recorded an event; it waits for information until they have answered. CONFLICT where nobody can."""
    rules.must_be_words(words)
    at, scope = now or datetime.now(UTC), _scope(tools, actor, HANDLE)
    with db.begin() as tx:
        event = _held(tx, name, scope)
        rules.must_reach_the_reporter(_reaches(tx, event))
        made, sealed = _remark(tx, tools, actor, _Said(event, Kind.QUESTION, words, at))
        if sealed:
            before = store.handling(tx, event.event_id)
            _keep_handling(tx, actor, event, before, rules.asked(before, actor.id, at))
            _announce(tx, actor, event, messages.question_asked(event, made, sealed))
        return made


def answer_question(
    db: Engine, tools: Tools, actor: Actor, remark_id: str, words: str, now: datetime | None = None
) -> Remark:
    """Answer a question: its event's recorder, or somebody who may revise it once it reaches nobody any more.

    FORBIDDEN for who sees the question and is not asked. The event returns to where it was when no question is open.
    """
    rules.must_be_words(words)
    at, scope = now or datetime.now(UTC), _scope(tools, actor, REVISE)
    with db.begin() as tx:
        question = store.question(tx, remark_id)
        if question is None:
            raise rules.no_such_question()
        event = _asked_about(tx, actor, question, scope)
        said = _Said(event, Kind.ANSWER, words, at, question.remark_id)
        made, sealed = _remark(tx, tools, actor, said)
        if sealed:
            before = store.handling(tx, event.event_id)
            still_open = store.open_questions(tx, event.event_id)
            _keep_handling(tx, actor, event, before, rules.answered(before, still_open, actor.id, at))
            _announce(tx, actor, event, messages.question_answered(event, made, question, sealed))
        return made


def add_addendum(
    db: Engine, tools: Tools, actor: Actor, name: str, words: str, now: datetime | None = None
) -> Remark:
    """Add a text to an event without changing what was reported, as whoever may revise it."""
    rules.must_be_words(words)
    scope = _scope(tools, actor, REVISE)
    with db.begin() as tx:
        event = _held(tx, name, scope)
        said = _Said(event, Kind.ADDENDUM, words, now or datetime.now(UTC))
        made, sealed = _remark(tx, tools, actor, said)
        if sealed:
            _announce(tx, actor, event, messages.addendum_made(event, made, sealed))
        return made


def give_feedback(
    db: Engine, tools: Tools, actor: Actor, name: str, words: str, now: datetime | None = None
) -> Remark:
    """Tell whoever reported an event what changed because of it, as those who follow it up.

    It is kept also where it reaches nobody: whoever reads the follow-up learns from it, and may tell the reporter elsewhere.
    """
    rules.must_be_words(words)
    scope = _scope(tools, actor, HANDLE)
    with db.begin() as tx:
        event = _held(tx, name, scope)
        said = _Said(event, Kind.FEEDBACK, words, now or datetime.now(UTC))
        made, sealed = _remark(tx, tools, actor, said)
        if sealed:
            _announce(tx, actor, event, messages.feedback_given(event, made, sealed))
        return made


def _asked_about(tx: Connection, actor: Actor, question: Remark, scope: Scope) -> SafetyEvent:
    event = events.hold(tx, question.event_id, scope)
    if event is None:
        raise rules.no_such_question()
    if event.withdrawn:
        raise withdrawn()
    if event.recorder_id != actor.id and _reaches(tx, event) is not Reaches.NOBODY:
        raise rules.not_yours_to_answer()
    return event


def _remark(tx: Connection, tools: Tools, actor: Actor, said: _Said) -> tuple[Remark, bytes]:
    """The remark, and its text sealed to enrichment; nothing sealed where it was made before."""
    event, key = said.event, events.key_of(tx, tools.vault, said.event.event_id)
    since = said.at - rules.SAID_AGAIN
    for one in store.remarks_since(tx, event.event_id, said.kind, said.in_reply_to, actor.id, since):
        if key.open(one.sealed, one.place) == said.text:
            return one, b""
    made = Remark(
        remark_id=str(uuid_utils.uuid7()),
        event_id=event.event_id,
        kind=said.kind,
        in_reply_to=said.in_reply_to,
        author_id=actor.id,
        author_organisation=actor.organisation,
        made_at=said.at,
        sealed=b"",
    )
    made = made.with_seal(key.seal(said.text, made.place))
    store.add_remark(tx, made)
    events.note(tx, actor, f"make-{said.kind}", [event.event_id], telemetry.trace_id())
    body = narrative({rules.TEXT: said.text})
    return made, tools.to_enrichment.seal(body, f"narrative:{made.remark_id}:1")


# ---- links -------------------------------------------------------------------------------------------------


def link_events(
    db: Engine,
    tools: Tools,
    actor: Actor,
    name: str,
    kind: str,
    other_event: str = "",
    other_organisation: str = "",
    now: datetime | None = None,
) -> Link:
    """Say how a record belongs to another, or that it belongs to another organisation. The same again is one link."""
    chosen = rules.link_kind(kind, other_event, other_organisation)
    scope, sight = _scope(tools, actor, HANDLE), _sight(tools, actor)
    known = bool(other_organisation) and tools.directory.exists(other_organisation)
    with db.begin() as tx:
        store.link_one_at_a_time(tx)
        event = _held(tx, name, scope)
        other = _seen(tx, other_event, sight, "other_event") if other_event else None
        if other is None:
            rules.must_be_elsewhere(event, other_organisation, known)
        else:
            _must_be_linkable(tx, event, chosen, other)
        other_id = other.event_id if other else ""
        link_id = store.same_link(tx, chosen, event.event_id, other_id, other_organisation)
        if not link_id:
            link_id = str(uuid_utils.uuid7())
            ends = [event.event_id, other_id] if other else [event.event_id]
            store.add_link(tx, link_id, chosen, ends, other_organisation, actor, now or datetime.now(UTC))
            events.note(tx, actor, f"link:{chosen}", ends, telemetry.trace_id())
            _tell_of_link(tx, actor, link_id, chosen, event, other, other_organisation)
        return next(one for one in store.links(tx, event.event_id, sight) if one.link_id == link_id)


def unlink_events(db: Engine, tools: Tools, actor: Actor, link_id: str, now: datetime | None = None) -> None:
    """End a link, as the organisation of either of its records; twice is once."""
    scope = _scope(tools, actor, HANDLE)
    with db.begin() as tx:
        ends = store.ends_of(tx, link_id)
        if not any(events.find(tx, one, scope) for one in ends):
            raise rules.no_such_link()
        if store.end_link(tx, link_id, actor, now or datetime.now(UTC)):
            events.note(tx, actor, "unlink", ends, telemetry.trace_id())


def _must_be_linkable(tx: Connection, event: SafetyEvent, kind: LinkKind, other: SafetyEvent) -> None:
    rules.must_be_another(event, other)
    if kind is LinkKind.DUPLICATE_OF and store.is_duplicate_of(tx, other.event_id, event.event_id):
        raise rules.duplicate_circle()


def _tell_of_link(
    tx: Connection,
    actor: Actor,
    link_id: str,
    kind: LinkKind,
    event: SafetyEvent,
    other: SafetyEvent | None,
    organisation: str,
) -> None:
    """Each organisation may hear of its own record; of another's only where that one shares its data."""
    if other is None and event.data_sharing_opt_out:
        return
    told = messages.records_linked(link_id, kind, event, other, organisation, actor.id)
    _announce(tx, actor, event, told)


# ---- what they share ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Reader:
    """Somebody who reads a follow-up: what they may see, and whose records they read, revise, handle and govern."""

    actor_id: str
    sight: Scope
    reads: Scope
    revises: Scope
    handles: Scope
    governs: Scope

    def standing(self, event: SafetyEvent) -> Standing:
        recorded = event.recorder_id == self.actor_id
        return Standing(
            recorded=recorded,
            may_revise=self.revises.answers_for(event.organisation)
            or (recorded and bool(self.revises.recorder)),
            may_handle=self.handles.answers_for(event.organisation),
            may_govern=self.governs.answers_for(event.organisation),
        )


def _reader(tools: Tools, actor: Actor) -> _Reader:
    every = (_scope(tools, actor, one) for one in (READ, REVISE, HANDLE, GOVERN))
    return _Reader(actor.id, _sight(tools, actor), *every)


def _scope(tools: Tools, actor: Actor, permission: str) -> Scope:
    return scopes.may(actor, permission, tools.directory, today())


def _sight(tools: Tools, actor: Actor) -> Scope:
    return scopes.may_see(actor, READ, tools.directory, today())


def _held(tx: Connection, name: str, scope: Scope) -> SafetyEvent:
    """An event that the actor may change, and nobody else does until this transaction ends; NOT_FOUND else."""
    event = events.hold(tx, name, scope)
    if event is None:
        raise no_such_event()
    if event.withdrawn:
        raise withdrawn()
    return event


def _seen(tx: Connection, name: str, sight: Scope, path: str) -> SafetyEvent:
    """Another event, which the sender named in the field `path`: NOT_FOUND is said there."""
    event = events.find(tx, name, sight)
    if event is None:
        raise no_such_event(path)
    if event.withdrawn:
        raise withdrawn(path)
    return event


def _followed_up(tx: Connection, event: SafetyEvent, reader: _Reader) -> FollowUp:
    handling, said = store.handling(tx, event.event_id), tuple(store.remarks(tx, event.event_id))
    whole = reader.reads.answers_for(event.organisation)
    return FollowUp(
        event=event,
        handling=handling,
        duplicate_of=store.reference_of(tx, handling.duplicate_of, reader.sight),
        remarks=said if whole else rules.with_the_reporter(said, event),
        links=tuple(store.links(tx, event.event_id, reader.sight)),
        responses=tuple(responses.of_event(tx, event.event_id, reader.sight)),
        standing=reader.standing(event),
        reaches=_reaches(tx, event),
    )


def _taken_back(tx: Connection, event: SafetyEvent) -> FollowUp:
    """What the recorder of a withdrawn event reads: what they were told stays told, and nothing can be done with it."""
    return FollowUp(
        event=event,
        handling=store.handling(tx, event.event_id),
        duplicate_of="",
        remarks=rules.with_the_reporter(store.remarks(tx, event.event_id), event),
        links=(),
        responses=(),
        standing=Standing(recorded=True, may_revise=False, may_handle=False, may_govern=False),
        reaches=Reaches.NOBODY,
    )


def _reaches(tx: Connection, event: SafetyEvent) -> Reaches:
    return rules.reaches(event, without_account.is_live(tx, event.event_id))


def _announce(tx: Connection, actor: Actor, event: SafetyEvent, told: Message) -> None:
    outbox.put(tx, outbox.announcement(told, event.event_id, actor.id))

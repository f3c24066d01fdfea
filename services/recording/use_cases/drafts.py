"""Drafts: saved as their author writes, read by nobody else, gone when they become an event or are left lying."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import uuid_utils
from sqlalchemy import Connection, Engine

from chassis import actors, outbox, telemetry
from chassis.actors import Actor
from services.recording.domain import drafts as rules
from services.recording.domain.drafts import Content, Draft
from services.recording.messages.drafts import draft_expiring
from services.recording.store import drafts as store
from services.recording.store import events
from services.recording.use_cases.common import (
    SUBMIT,
    Tools,
    accepted_question_set,
    must_not_be_erased,
    question_set,
)
from services.recording.use_cases.submitting import key_of_draft

AT_ONCE = 1_000  # that one round of a schedule takes
_SYSTEM = actors.system("recording").id


def save_draft(
    db: Engine,
    tools: Tools,
    actor: Actor,
    content: Content,
    draft_id: str = "",
    expected: int = 0,
    now: datetime | None = None,
    key: str = "",
) -> Draft:
    """Keep answers for their author; a new draft where `draft_id` is empty. The same again only makes it live longer.

    Two drafts that say the same are two: only `key`, which names the request, tells that it came before. Raises INVALID
    where it is too large, follows no question set we take, a new one none we still take, or its key began another
    draft, NOT_FOUND where the draft is not the actor's, FORBIDDEN where their account was erased, CONFLICT where
    `expected` (0 = any) is not its version, or the actor keeps too many.
    """
    actor.must(SUBMIT)
    rules.must_be_bounded(content, key)
    at = now or datetime.now(UTC)
    number = content.question_set
    questions = question_set(number) if draft_id else accepted_question_set(number, at)
    slug = rules.event_type_of(questions, content.answers)
    with db.begin() as tx:
        must_not_be_erased(tx, actor)
        if draft_id:
            kept = _keep(tx, tools, actor, draft_id, expected, content, slug, at)
        else:
            kept = _begin(tx, tools, actor, content, slug, at, key)
        _note(tx, actor, "save-draft", kept.draft_id)
        return kept


def find_draft(db: Engine, tools: Tools, actor: Actor, draft_id: str) -> Draft | str:
    """A draft with its answers, or the reference of the event that it became; NOT_FOUND where it is not the actor's, whoever they are."""
    actor.must(SUBMIT)
    with db.begin() as tx:
        found = store.find(tx, tools.vault, draft_id, actor.id)
        if found is None:
            return _became(tx, actor, draft_id)
        _note(tx, actor, "read-draft", draft_id)
    return found[0]


def _became(tx: Connection, actor: Actor, draft_id: str) -> str:
    event = events.answered(tx, actor.id, key_of_draft(draft_id))
    if event is None or event.withdrawn:
        raise rules.no_such_draft()
    return event.reference


def list_drafts(db: Engine, actor: Actor) -> list[Draft]:
    """The actor's drafts without their answers, last saved first."""
    actor.must(SUBMIT)
    with db.begin() as tx:
        found = store.of_author(tx, actor.id)
        _note(tx, actor, "list-drafts", *(one.draft_id for one in found))
        return found


def discard_draft(db: Engine, actor: Actor, draft_id: str) -> None:
    """Throw a draft away; NOT_FOUND where it is not the actor's."""
    actor.must(SUBMIT)
    with db.begin() as tx:
        if not store.remove(tx, draft_id, actor.id):
            raise rules.no_such_draft()
        _note(tx, actor, "discard-draft", draft_id)


def warn_of_expiry(tx: Connection, now: datetime | None = None) -> bool:
    """Announce which drafts will soon be thrown away, once each until they are saved again; whether more wait."""
    at = now or datetime.now(UTC)
    found = store.take_expiring(tx, at - rules.WARNED, at, AT_ONCE)
    for one in found:
        outbox.put(tx, outbox.announcement(draft_expiring(one), one.draft_id, _SYSTEM))
    return len(found) == AT_ONCE


def forget_drafts(tx: Connection, now: datetime | None = None) -> bool:
    """Throw away drafts that nobody has saved for ninety days and whose authors were warned; whether more wait."""
    at = now or datetime.now(UTC)
    return store.forget(tx, at - rules.KEPT, at - rules.NOTICE, AT_ONCE) == AT_ONCE


def _note(tx: Connection, actor: Actor, action: str, *drafts: str) -> None:
    events.note(tx, actor, action, drafts, telemetry.trace_id())


def _begin(
    tx: Connection, tools: Tools, actor: Actor, content: Content, slug: str, at: datetime, key: str
) -> Draft:
    store.lock_author(tx, actor.id)
    earlier = store.begun_by(tx, tools.vault, actor.id, key) if key else None
    if earlier:
        rules.must_be_the_same(earlier, content)
        return earlier
    rules.must_have_room(len(store.of_author(tx, actor.id)))
    made = Draft(str(uuid_utils.uuid7()), actor.id, 1, slug, content, at, at)
    store.save(tx, made, tools.vault.new_key(made.draft_id), key)
    return made


def _keep(
    tx: Connection,
    tools: Tools,
    actor: Actor,
    draft_id: str,
    expected: int,
    content: Content,
    slug: str,
    at: datetime,
) -> Draft:
    """The same content again is no conflict: it is an autosave whose answer was lost."""
    found = store.find(tx, tools.vault, draft_id, actor.id, hold=True)
    if found is None:
        raise rules.no_such_draft()
    kept, key = found
    if kept.content == content:
        again = replace(kept, saved_at=at, warned_at=None)
        store.touch(tx, again)
        return again
    rules.must_be_current(kept, expected)
    made = replace(
        kept, version=kept.version + 1, event_type=slug, content=content, saved_at=at, warned_at=None
    )
    store.save(tx, made, key)
    return made

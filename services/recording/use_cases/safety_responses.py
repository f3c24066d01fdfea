"""Learning responses under PSIRF: saved whole by the organisation that leads them, seen by all that take part."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import uuid_utils
from sqlalchemy import Connection, Engine

from chassis import outbox, telemetry
from chassis.actors import Actor
from chassis.sealing import DataKey
from services.recording.domain import safety_responses as rules
from services.recording.domain.answers import Answer
from services.recording.domain.revising import Before, answers_of, with_originals
from services.recording.domain.safety_responses import Due, SafetyResponse
from services.recording.domain.validation import Block, validate_block
from services.recording.messages.events import narrative
from services.recording.messages.safety_responses import safety_response_saved
from services.recording.store import events, scopes
from services.recording.store import safety_responses as store
from services.recording.use_cases.common import (
    GOVERN,
    LONDON,
    READ,
    Tools,
    every_question_set,
    no_such_event,
    question_set,
    today,
    withdrawn,
)

AT_ONCE = 50  # responses in a page


@dataclass(frozen=True)
class Content:
    """What a sender asks to have kept. `events` are ids or reference numbers, all of them; `organisation` may be empty."""

    question_set: int
    answers: Sequence[Answer] = field(repr=False)
    events: Sequence[str] = ()
    organisation: str = ""


def save_safety_response(
    db: Engine,
    tools: Tools,
    actor: Actor,
    content: Content,
    response_id: str = "",
    expected: int = 0,
    now: datetime | None = None,
) -> SafetyResponse:
    """Keep a response, whole; a new one where `response_id` is empty. The same again makes no version.

    A text that equals what the sender was shown, or that they leave as it is, keeps its original, and an event out of
    their sight stays. Raises INVALID with every fault, NOT_FOUND, FORBIDDEN where another organisation leads, CONFLICT
    where `expected` (0 = any) is not the version.
    """
    actor.must(GOVERN)
    rules.must_be_few(content.events)
    at = now or datetime.now(UTC)
    with db.begin() as tx:
        if response_id:
            kept = _change(tx, tools, actor, response_id, expected, content, at)
        else:
            kept = _begin(tx, tools, actor, content, at)
        return _shown(tx, tools, actor, kept)


def find_safety_response(
    db: Engine, tools: Tools, actor: Actor, response_id: str, version: int = 0
) -> SafetyResponse:
    """A response as a version has it (0 = the newest), with the texts that may be shown; NOT_FOUND where there is none, or the actor's
    organisations take no part in it."""
    with db.begin() as tx:
        scope = scopes.may_see(actor, READ, tools.directory, today())
        found = store.find(tx, response_id, scope, version=version)
        if found is None:
            raise rules.no_such_response()
        events.note(tx, actor, "read-response", [found.response_id], telemetry.trace_id())
        return _shown(tx, tools, actor, found)


def list_safety_responses(
    db: Engine, tools: Tools, actor: Actor, status: str = "", cursor: str = "", due: Due = Due.ANY
) -> tuple[list[SafetyResponse], str]:
    """A page of responses without answers, overdue first, and the cursor of the next ("" at the end)."""
    rules.must_be_status(status)
    scope = scopes.may_see(actor, READ, tools.directory, today())
    with db.begin() as tx:
        found, following = store.page(tx, scope, store.Page(status, cursor, today(), AT_ONCE, due))
        events.note(tx, actor, "list-responses", [one.response_id for one in found], telemetry.trace_id())
        return found, following


def keep_imported_response(
    db: Engine,
    tools: Tools,
    actor: Actor,
    legacy_reference: str,
    organisation: str,
    answers: Sequence[Answer],
    now: datetime | None = None,
) -> SafetyResponse:
    """Keep what a former system held under this number; again, what was kept first, as people changed it since.

    For an importer, which answers for whose data it brings: no permission of the actor is asked. What the business rules
    want besides is not missed. Raises INVALID with every fault.
    """
    content = Content(max(every_question_set()), answers, organisation=organisation)
    with db.begin() as tx:
        store.one_at_a_time(tx, f"{organisation}/{legacy_reference}")
        found = store.imported(tx, organisation, legacy_reference)
        if found is None:
            made = _draft(tools, actor, content, (), now or datetime.now(UTC), strict=False)
            made = replace(made, response=replace(made.response, legacy_reference=legacy_reference))
            found = _keep_new(tx, tools, actor, made)
        return found


# ---- making ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Draft:
    """A version that is not sealed yet."""

    response: SafetyResponse
    texts: dict[str, str] = field(repr=False)


def _begin(tx: Connection, tools: Tools, actor: Actor, content: Content, at: datetime) -> SafetyResponse:
    about = _events(tx, tools, actor, content.events, ())
    made = _draft(tools, actor, content, about, at, strict=True)
    _must_lead(tools, actor, made.response.organisation)
    store.one_at_a_time(tx, actor.id)
    for one in store.newest_of(tx, actor.id, at - rules.SAID_AGAIN):
        if one.content == made.response.content:
            return one
    return _keep_new(tx, tools, actor, made)


def _change(
    tx: Connection,
    tools: Tools,
    actor: Actor,
    response_id: str,
    expected: int,
    content: Content,
    at: datetime,
) -> SafetyResponse:
    scope = scopes.may(actor, GOVERN, tools.directory, today())
    before = store.find(tx, response_id, scope, hold=True)
    if before is None:
        raise rules.no_such_response()
    _must_lead(tools, actor, before.organisation)
    key = store.key_of(tx, tools.vault, before.response_id)
    originals = {name: key.open(body, before.place_of(name)) for name, body in before.sealed.items()}
    questions, redacted = question_set(content.question_set), store.with_texts(tx, before).texts
    answers = list(answers_of(before.facts, originals))
    seen = Before(before.question_set, answers, originals, redacted)
    content = replace(content, answers=with_originals(content.answers, questions, seen))
    about = _events(tx, tools, actor, content.events, before.events)
    made = _draft(tools, actor, content, about, at, strict=True, before=before)
    if made.response.content == before.content and _is_current(before, expected, actor):
        return before
    rules.must_be_current(before.version, expected)
    _must_lead(tools, actor, made.response.organisation)
    return _keep_next(tx, tools, actor, key, before, made, originals)


def _is_current(before: SafetyResponse, expected: int, actor: Actor) -> bool:
    """Whether the sender knew this version, or made it and lost the answer."""
    own = expected == before.version - 1 and before.saved_by == actor.id
    return expected in (0, before.version) or own


def _draft(
    tools: Tools,
    actor: Actor,
    content: Content,
    about: Iterable[str],
    at: datetime,
    *,
    strict: bool,
    before: SafetyResponse | None = None,
) -> _Draft:
    answers = rules.numbered(content.answers)
    block = _judged(tools, content, answers, at, strict)
    rules.must_be_one(answers)
    usual = before.organisation if before else actor.organisation
    organisation, events_ = rules.lead(block, content.organisation, usual), tuple(sorted(set(about)))
    response = SafetyResponse(
        response_id=before.response_id if before else str(uuid_utils.uuid7()),
        version=before.version + 1 if before else 1,
        organisation=organisation,
        events=events_,
        question_set=content.question_set,
        facts=block.facts,
        sealed={},
        written_in={},
        content=rules.content_hash(content.question_set, answers, events_, organisation),
        saved_by=actor.id,
        saved_at=at,
        legacy_reference=before.legacy_reference if before else "",
        **rules.columns(block),
    )
    return _Draft(response, dict(block.narrative))


def _judged(tools: Tools, content: Content, answers: Sequence[Answer], at: datetime, strict: bool) -> Block:
    return validate_block(
        question_set(content.question_set),
        answers,
        rules.SECTIONS,
        today=at.astimezone(LONDON).date(),
        known_organisation=tools.directory.exists,
        strict=strict,
    )


def _keep_new(tx: Connection, tools: Tools, actor: Actor, made: _Draft) -> SafetyResponse:
    key = tools.vault.new_key(made.response.response_id)
    kept = _sealed(key, made.response, made.texts)
    store.add(tx, kept, key, actor)
    _tell(tx, tools, actor, kept, made.texts)
    return kept


def _keep_next(
    tx: Connection,
    tools: Tools,
    actor: Actor,
    key: DataKey,
    before: SafetyResponse,
    made: _Draft,
    originals: dict[str, str],
) -> SafetyResponse:
    """The next version: what was not written anew keeps its seal, and the version in which it was written."""
    same = {name for name, words in made.texts.items() if originals.get(name) == words}
    written = {name: words for name, words in made.texts.items() if name not in same}
    response = replace(
        made.response, written_in={name: before.written_in.get(name, before.version) for name in same}
    )
    kept = _sealed(key, response, written)
    kept = replace(kept, sealed={name: before.sealed[name] for name in same} | dict(kept.sealed))
    store.keep(tx, kept, actor)
    _tell(tx, tools, actor, kept, written)
    return kept


def _sealed(key: DataKey, response: SafetyResponse, texts: dict[str, str]) -> SafetyResponse:
    return replace(
        response, sealed={name: key.seal(words, response.place_of(name)) for name, words in texts.items()}
    )


def _tell(tx: Connection, tools: Tools, actor: Actor, kept: SafetyResponse, written: dict[str, str]) -> None:
    place = f"narrative:{kept.response_id}:{kept.version}"
    sealed = tools.to_enrichment.seal(narrative(written), place) if written else b""
    outbox.put(tx, outbox.announcement(safety_response_saved(kept, sealed), kept.response_id, actor.id))
    events.note(tx, actor, "save-response", [kept.response_id, *kept.events], telemetry.trace_id())


# ---- whose, and about what ---------------------------------------------------------------------------------


def _events(
    tx: Connection, tools: Tools, actor: Actor, names: Sequence[str], before: Sequence[str]
) -> list[str]:
    """The ids of the events named, which are in the actor's sight; those that were out of it stay."""
    sight = scopes.may_see(actor, READ, tools.directory, today())
    hidden = [one for one in before if events.find(tx, one, sight) is None]
    found = list(hidden)
    for name in dict.fromkeys(names):
        event = events.find(tx, name, sight)
        if event is None and name not in hidden:
            raise no_such_event()
        if event is None:
            continue
        if event.withdrawn and event.event_id not in before:
            raise withdrawn()
        found.append(event.event_id)
    return found


def _must_lead(tools: Tools, actor: Actor, organisation: str) -> None:
    """FORBIDDEN unless the actor governs for the organisation that leads, or for the one that operates it."""
    grants = actor.grants_with(GOVERN)
    if not any(tools.directory.belongs(organisation, one.organisation, today()) for one in grants):
        raise rules.not_yours_to_lead()


def _shown(tx: Connection, tools: Tools, actor: Actor, one: SafetyResponse) -> SafetyResponse:
    sight = scopes.may_see(actor, READ, tools.directory, today())
    return store.with_texts(tx, store.with_references(tx, [one], sight)[0])

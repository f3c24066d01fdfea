"""Reporting without an account, and coming back with the code that was shown then.

Whoever holds a record's code acts as the record's own nobody (`anonymous:<event id>`), in the scope of that record alone: recording
makes this actor itself once it has seen the code, and no door takes one. Nothing else is known of them: no address, no
session, no name.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import uuid_utils
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from chassis import telemetry
from chassis.actors import Actor
from chassis.problems import invalid
from chassis.tries import tried_again
from services.recording.domain import without_account as rules
from services.recording.domain.following_up import Handling, Remark, with_the_reporter
from services.recording.domain.safety_events import Receipt, SafetyEvent
from services.recording.domain.without_account import Holder, Report, View
from services.recording.store import events, following_up, scopes
from services.recording.store import without_account as codes
from services.recording.store.without_account import Code
from services.recording.use_cases.common import READ, REVISE, SUBMIT, Tools, today
from services.recording.use_cases.following_up import add_addendum, answer_question
from services.recording.use_cases.submitting import (
    ONLINE,
    Accepted,
    Submission,
    accept,
    addition,
    is_met,
    send_again,
    taken_back,
)

_TRIES = 3
_UNSAID = ("required-missing",)  # what people without an account are not reminded of
_ANYBODY = "anonymous"  # whose requests those are that come without an account, and who tries wrong codes
_HOUR = timedelta(hours=1)


def report(db: Engine, tools: Tools, sent: Report, now: datetime | None = None) -> tuple[Receipt, str]:
    """Record an event of whoever gives no name, and the code with which they come back ("" where it was ended).

    The same request within a day is the same record and the same code; with other answers it is INVALID, or changes nothing where
    the first stands. Only what the national profiles say refuses: no question is forced on people who may not know. Raises INVALID
    with every fault.
    """
    at = now or datetime.now(UTC)
    accepted, event_id = _accepted(tools, sent, at)
    for _ in range(_TRIES):
        made = _save(db, tools, accepted, event_id, sent.first_stands)
        if made is not None:
            return made
    raise send_again()


def _accepted(tools: Tools, sent: Report, at: datetime) -> tuple[Accepted, str]:
    rules.must_be_private(sent.key)
    rules.must_be_answerable(sent.answers, sent.reporter, tools.directory.exists(sent.organisation))
    event_id = str(uuid_utils.uuid7())
    answers = rules.completed(sent.answers, sent.reporter, sent.organisation)
    actor = rules.holder(event_id, sent.organisation, frozenset({SUBMIT}))
    submission = Submission(
        sent.question_set,
        answers,
        ONLINE,
        sent.organisation,
        idempotency_key=sent.key,
        patients=sent.patients,
        plain=True,
    )
    accepted = accept(tools.directory, actor, submission, at)
    named = events.Request(_ANYBODY, accepted.request.key, accepted.request.hash, at + rules.SHOWN_AGAIN)
    return replace(accepted, request=named), event_id


def _save(
    db: Engine, tools: Tools, accepted: Accepted, event_id: str, first_stands: bool
) -> tuple[Receipt, str] | None:
    """Record, announce and keep the code's hash, or find what the same request made before; None when it should be tried again."""
    made, code = addition(tools, accepted, event_id), rules.new_code(secrets.randbits(rules.CODE_BITS))
    try:
        with db.begin() as tx:
            if events.add(tx, [made]):
                sealed = made.key.seal(code, rules.code_place(event_id))
                codes.add(tx, event_id, rules.code_hash(event_id, code), sealed, accepted.at)
                return _receipt(made.event, accepted), code
            return _again(tx, tools, accepted, first_stands)
    except DBAPIError as failure:
        if not is_met(failure):
            raise
        return None


def _again(tx: Connection, tools: Tools, accepted: Accepted, first_stands: bool) -> tuple[Receipt, str]:
    earlier = events.answered(tx, accepted.request.client, accepted.request.key)
    if earlier is None:
        raise send_again()
    differs = earlier.request_hash != accepted.request.hash
    if differs and not first_stands:
        raise invalid(
            "idempotency-key-reused", "This Idempotency-Key was used for another event. Use a new one."
        )
    if earlier.withdrawn:
        raise taken_back(earlier)
    kept, code = codes.code_of(tx, earlier.reference), ""
    if kept.sealed and not kept.ended:
        code = events.key_of(tx, tools.vault, kept.event_id).open(
            kept.sealed, rules.code_place(kept.event_id)
        )
    at = earlier.reported_at
    return Receipt(earlier.event_id, earlier.reference, 1, at, at, True, differs=differs), code


def _receipt(event: SafetyEvent, accepted: Accepted) -> Receipt:
    remarks = tuple(one for one in accepted.checked.warnings if one.code not in _UNSAID)
    return Receipt(event.event_id, event.reference, 1, event.reported_at, event.revised_at, warnings=remarks)


# ---- coming back -------------------------------------------------------------------------------------------


def look(db: Engine, tools: Tools, held: Holder, now: datetime | None = None) -> View:
    """A record as its reporter sees it, also when it was withdrawn. NOT_FOUND whatever was wrong; THROTTLED for who goes on."""
    found = _admitted(db, held, now)
    actor = _actor(found)
    scope = scopes.may(actor, READ, tools.directory, today())
    name = tools.directory.name_of(found.organisation)
    with db.begin() as tx:
        event = events.find(tx, found.event_id, scope)
        if event is None:
            raise rules.no_such_report()
        events.note(tx, actor, "look-by-code", [event.event_id], telemetry.trace_id())
        texts = events.redacted_texts(tx, [event])[event.event_id, event.revision]
        handling, remarks = _follow_up(tx, event)
        return View(event, name, texts, handling, remarks)


def answer_by_code(
    db: Engine, tools: Tools, held: Holder, question_id: str, words: str, now: datetime | None = None
) -> Remark:
    """Answer a question about one's own report."""
    return answer_question(db, tools, _actor(_admitted(db, held, now)), question_id, words, now)


def add_by_code(db: Engine, tools: Tools, held: Holder, words: str, now: datetime | None = None) -> Remark:
    """Add something to one's own report."""
    found = _admitted(db, held, now)
    return add_addendum(db, tools, _actor(found), found.event_id, words, now)


def end_code(db: Engine, held: Holder, now: datetime | None = None) -> None:
    """Let the code open nothing any more, for good. Twice is once."""
    at = now or datetime.now(UTC)
    found = _admitted(db, held, at, ended_too=True)
    with db.begin() as tx:
        if codes.end(tx, found.event_id, at):
            events.note(tx, _actor(found), "end-code", [found.event_id], telemetry.trace_id())


def forget_codes(tx: Connection, now: datetime | None = None) -> bool:
    """Codes are not shown again after a day; wrong tries are forgotten. There are never more than one go takes."""
    at = now or datetime.now(UTC)
    codes.forget_sealed(tx, at - rules.SHOWN_AGAIN)
    codes.forget_tries(tx, at - _HOUR)
    return False


def _admitted(db: Engine, held: Holder, now: datetime | None, ended_too: bool = False) -> Code:
    """The code's record. A wrong one is counted in a transaction of its own; a right one never waits for others' wrong ones."""
    reference, letters = rules.typed(held.reference, held.code)
    with db.begin() as tx:
        found = codes.code_of(tx, reference)
    right = rules.is_right(found.hash, found.event_id, letters)
    if right and (ended_too or not found.ended):
        return found
    _count(db, reference, found.event_id, now or datetime.now(UTC))
    raise rules.no_such_report()


def _count(db: Engine, reference: str, event_id: str, now: datetime) -> None:
    """One wrong try more; raises THROTTLED, and counts nothing, while one has to wait."""
    who = hashlib.sha256(reference.encode()).digest()
    with db.begin() as tx:
        codes.save_tries(tx, who, tried_again(codes.lock_tries(tx, who, now), now))
        stranger = Actor(_ANYBODY, "person", "")
        events.note(tx, stranger, "wrong-code", [event_id] if event_id else [], telemetry.trace_id())


def _actor(found: Code) -> Actor:
    return rules.holder(found.event_id, found.organisation, frozenset({READ, REVISE}))


def _follow_up(tx: Connection, event: SafetyEvent) -> tuple[Handling, tuple[Remark, ...]]:
    """How it is handled, and what reporter and organisation said to each other; not what staff note for themselves."""
    said = with_the_reporter(following_up.remarks(tx, event.event_id), event)
    return following_up.handling(tx, event.event_id), said

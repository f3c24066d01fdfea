"""What access can do; one function, one transaction."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine

from chassis import copying, telemetry
from chassis.actors import Actor
from chassis.auditing import Trail
from chassis.problems import invalid, not_found
from protos.audit.v1.copying_pb2 import CopyHeldRequest, HeldRows
from services.access import store
from services.access.domain import COPY, MOST, READ, Event, Labels, labels, scope

TRAIL = Trail("access")
LONDON = ZoneInfo("Europe/London")
_LABELS_KEPT = 30.0  # seconds


def list_events(db: Engine, actor: Actor, cursor: str, limit: int) -> tuple[list[Event], str]:
    """A page of the events this actor may see, newest first, and the cursor of the next; "" at the end."""
    actor.must(READ)
    limit = min(limit or 25, MOST)
    with db.begin() as tx:
        events = store.list_events(tx, scope(actor, _today()), _before(cursor), limit + 1)
        store.note_read(tx, actor, "list", [one.event_id for one in events[:limit]], telemetry.trace_id())
    more = len(events) > limit
    return events[:limit], events[limit - 1].event_id if more else ""


def show_event(db: Engine, actor: Actor, reference: str) -> Event:
    """One event with answers and redacted text; NOT_FOUND when there is none this actor may see."""
    actor.must(READ)
    with db.begin() as tx:
        event = store.find_event(tx, scope(actor, _today()), reference.strip().upper())
        if event is None:
            raise not_found("event-not-found", "There is no such event, or you may not see it.")
        store.note_read(tx, actor, "read", [event.event_id], telemetry.trace_id())
    return event


def copy_held(db: Engine, actor: Actor, asked: CopyHeldRequest) -> Iterator[HeldRows]:
    """What is held here of whoever owns an account, noted before anything is given.

    Raises FORBIDDEN for somebody else's, unless the actor may; INVALID without a case then; NOT_FOUND for what is no account's id.
    """
    account_id = copying.account_asked_for(actor, asked, COPY)
    with db.begin() as tx:
        store.note_read(tx, actor, "copy-account", [account_id], telemetry.trace_id())
    return copying.held(db, store.HELD, {"id": account_id})


def keep_facts(tx: Connection, facts: Mapping[str, Any]) -> None:
    """Recording told us of a revision: show its coded facts from now on, or nothing if it was withdrawn."""
    store.keep_facts(tx, facts)


def forget_reporter(tx: Connection, facts: Mapping[str, Any]) -> None:
    """Recording cut an event's tie to who reported it: they no longer see it as their own.

    The facts are kept as well, so that older messages, which name the reporter, are not news when they come late.
    """
    store.keep_facts(tx, facts)
    store.keep_recorder(tx, facts["event_id"], facts["recorder_id"])


def keep_texts(tx: Connection, event_id: str, revision: int, texts: Mapping[str, str]) -> None:
    """Enrichment has checked what was written in a revision: show it from now on, wherever it still stands."""
    store.keep_texts(tx, event_id, revision, texts)


def forget_text(tx: Connection, facts: Mapping[str, Any], remarks: Sequence[str], shown: str) -> int:
    """Recording erased an event's text: `shown` stands in place of each from now on, and what comes late is not kept.

    How many texts were found.
    """
    store.keep_facts(tx, facts)
    return store.forget_text(tx, facts["event_id"], remarks, shown)


def keep_organisation(
    tx: Connection,
    code: str,
    name: str,
    version: int,
    parents: Sequence[Mapping[str, Any]],
    closed_on: date | None,
    predecessors: Sequence[Mapping[str, Any]],
) -> None:
    """Identity told us of an organisation, its place in the hierarchy, and whose work it took over."""
    store.keep_organisation(tx, code, name, version, parents, closed_on, predecessors)


def keep_questions(tx: Connection, version: int, digest: str, questions: Sequence[Mapping[str, Any]]) -> None:
    """Recording published the labels of a version of the question set."""
    store.keep_questions(tx, version, digest, questions)


class LabelBook:
    """Labels by version of the question set, remembered for half a minute."""

    def __init__(self, db: Engine) -> None:
        self._db = db
        self._known: dict[int, tuple[float, Labels]] = {}

    def of(self, version: int) -> Labels:
        known = self._known.get(version)
        if known is None or known[0] < time.monotonic():
            with self._db.begin() as tx:
                known = (time.monotonic() + _LABELS_KEPT, labels(store.questions(tx, version)))
            self._known[version] = known
        return known[1]


def _before(cursor: str) -> str | None:
    if not cursor:
        return None
    try:
        return str(UUID(cursor))
    except ValueError:
        raise invalid("cursor-not-known", "Start again from the first page.") from None


def _today() -> Any:
    return datetime.now(LONDON).date()

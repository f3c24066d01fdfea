"""Reading events back: one, its history, a search, and what is held of a client's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from sqlalchemy import Connection, Engine

from chassis import outbox, telemetry
from chassis.actors import Actor
from chassis.problems import invalid, not_found
from services.recording import messages
from services.recording.domain.safety_events import SafetyEvent
from services.recording.domain.searches import Held, Wanted
from services.recording.store import events, scopes, searching
from services.recording.use_cases.common import (
    ANONYMISE,
    READ,
    SUBMIT,
    Tools,
    no_such_event,
    question_set,
    today,
    withdrawn,
)

MOST_REVISIONS = 50
MOST_REFERENCES = 1000
LONGEST_PAGE = 4_000_000  # bytes, about: half of what a gRPC message may hold
_SIZE_OF_NAMES = 100  # bytes: what says where an answer belongs, with its code


@dataclass(frozen=True)
class Shown:
    """A revision with its redacted texts, by field; absent fields are still being checked."""

    event: SafetyEvent
    texts: Mapping[str, str] = field(repr=False)

    @property
    def size(self) -> int:
        """About how many bytes an answer holds it in."""
        values = (one for entries in self.event.facts.values() for entry in entries for one in entry.values())
        coded = sum(len(one) if isinstance(one, list) else 1 for one in values)
        texts = sum(len(one.encode()) for one in self.texts.values())
        return _SIZE_OF_NAMES * (coded + 2 * len(self.event.sealed)) + texts


def find_event(db: Engine, tools: Tools, actor: Actor, name: str, revision: int = 0) -> Shown:
    """A revision (0 = the newest) of an event; NOT_FOUND where there is none this actor may see, or it is withdrawn.

    The revisions before a withdrawal can still be read by their number.
    """
    scope = scopes.may_see(actor, READ, tools.directory, today())
    with db.begin() as tx:
        event = events.find(tx, name, scope, revision)
        if event is None:
            raise _no_revision() if revision and events.find(tx, name, scope) else no_such_event()
        if event.withdrawn:
            raise withdrawn()
        events.note(tx, actor, "read", [event.event_id], telemetry.trace_id(), revision=event.revision)
        return _shown(tx, [event])[0]


def history(
    db: Engine, tools: Tools, actor: Actor, name: str, before: int, count: int
) -> tuple[list[Shown], int]:
    """Revisions older than `before` (0 = from the newest), newest first, also of a withdrawn event; and their number.

    As many as `count` says (0 = fifty), or fewer where they are long.
    """
    scope = scopes.may_see(actor, READ, tools.directory, today())
    with db.begin() as tx:
        event = events.find(tx, name, scope)
        if event is None:
            raise no_such_event()
        found, total = events.history(
            tx, event.event_id, before, min(count or MOST_REVISIONS, MOST_REVISIONS)
        )
        events.note(tx, actor, "read-history", [event.event_id], telemetry.trace_id())
        return _page(_shown(tx, found)), total


def search(db: Engine, tools: Tools, actor: Actor, wanted: Wanted) -> tuple[list[Shown], str, int | None]:
    """A page of events, the cursor of the next ("" at the end), and how many there are where that was asked.

    A page of long events is shorter than was asked for.
    """
    scope = scopes.may_see(actor, READ, tools.directory, today())
    with db.begin() as tx:
        total = searching.count(tx, scope, wanted) if wanted.total or wanted.only_total else None
        if wanted.only_total:
            events.note(tx, actor, "count", [], telemetry.trace_id())
            return [], "", total
        found, more = searching.search(tx, scope, wanted)
        page = _page(_shown(tx, [event for event, _ in found]))
        events.note(tx, actor, "search", [one.event.event_id for one in page], telemetry.trace_id())
        ends = not more and len(page) == len(found)
        return page, "" if ends else found[len(page) - 1][1], total


def reconcile(db: Engine, actor: Actor, references: Sequence[str], cursor: str) -> tuple[list[Held], str]:
    """Which of the actor's local references are held, at which revision; all of them, page by page, where none is named.

    Its own alone: another product of the organisation may have used the same references for other events.
    """
    actor.must(SUBMIT)
    if len(references) > MOST_REFERENCES:
        raise invalid("too-many-at-once", f"Name {MOST_REFERENCES} references at once at most.")
    with db.begin() as tx:
        found, following = searching.held(tx, actor.id, references, cursor)
        events.note(tx, actor, "reconcile", [one.event_id for one in found], telemetry.trace_id())
        return found, following


def anonymise_reporter(db: Engine, tools: Tools, actor: Actor, name: str) -> None:
    """Cut the tie between an event and the person who reported it; what they reported stays.

    Which local system recorded it stays too: it is no person, and without it its next retry would make a second record.
    """
    scope = scopes.may(actor, ANONYMISE, tools.directory, today())
    with db.begin() as tx:
        event = events.hold(tx, name, scope)
        if event is None:
            raise no_such_event()
        events.forget_text(tx, event.event_id, messages.CONTACT)
        if event.by_a_person:
            event = event.without_reporter()
            events.forget_recorder(tx, event.event_id, event.recorder_id)
        events.note(tx, actor, "anonymise-reporter", [event.event_id], telemetry.trace_id())
        told = messages.reporter_anonymised(event, question_set(event.question_set))
        outbox.put(tx, outbox.announcement(told, event.event_id, actor.id))


def _page(found: Sequence[Shown]) -> list[Shown]:
    """As many of these as one answer may hold, the first in any case."""
    fitting = sum(size <= LONGEST_PAGE for size in accumulate(one.size for one in found))
    return list(found[: max(fitting, 1)])


def _shown(tx: Connection, found: Sequence[SafetyEvent]) -> list[Shown]:
    texts = events.redacted_texts(tx, found)
    return [Shown(one, texts[one.event_id, one.revision]) for one in found]


def _no_revision() -> Exception:
    return not_found("revision-not-found", "The event has no such revision.")

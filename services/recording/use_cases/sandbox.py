"""The sandbox: what stands where redacted text would, and how it is emptied. The rest is every other use case."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine

from chassis.actors import Actor
from chassis.problems import forbidden
from services.recording.domain.following_up import TEXT
from services.recording.domain.sandbox import KEPT, is_in, shown_instead
from services.recording.messages import CONTACT
from services.recording.store import events, sandbox

SANDBOX = "recording:sandbox"
AT_ONCE = 1_000  # rows of a table that one round of the schedule takes


def must_be_in(actor: Actor) -> None:
    """FORBIDDEN for whoever is not in the sandbox, whatever they are permitted."""
    if not is_in(actor):
        raise forbidden("not-permitted", "This is for sandbox keys.")


def show_instead(db: Engine, made: Collection[tuple[str, int]]) -> None:
    """Put the sandbox's own words where the redacted texts of these revisions (event id, number) would be."""
    if not made:
        return
    with db.begin() as tx:
        for (event_id, revision), fields in sandbox.written_texts(tx, made).items():
            texts = {name: shown_instead(name) for name in fields if name != CONTACT}
            events.keep_redacted(tx, event_id, revision, texts)


def show_remark_instead(db: Engine, remark_id: str) -> None:
    """The same for a remark."""
    with db.begin() as tx:
        events.keep_redacted(tx, remark_id, 1, {TEXT: shown_instead(TEXT)})


def reset(db: Engine, actor: Actor) -> int:
    """Empty the sandbox of all that this client has tried; how many things there were."""
    must_be_in(actor)
    with db.begin() as tx:
        return sandbox.empty_of(tx, actor.id)


def empty_old(tx: Connection, now: datetime | None = None, most: int = AT_ONCE) -> bool:
    """Throw away what was tried longer than a week ago; whether more waits."""
    return sandbox.empty_before(tx, (now or datetime.now(UTC)) - KEPT, most)

"""Drafts for tests, kept by one author unless said otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from chassis.actors import Actor
from services.recording import use_cases
from services.recording.domain.answers import Answer, field_name
from services.recording.domain.drafts import Content, Draft
from services.recording.domain.safety_events import Receipt
from services.recording.use_cases import Submission, submit
from tests.builders.actors import a_person
from tests.builders.recording import System, incident

WORDS = "Slipped on the wet floor of the day room"
AUTHOR = a_person("RZ1")
NOW = datetime.now(UTC)


def some_answers(words: str = WORDS) -> list[Answer]:
    return [an("native", "Type", "1"), an("adverse-event-core", "Description", words)]


def an(section: str, property: str, value: Any, entry: int = 0) -> Answer:
    return Answer(section, entry, property, value, field_name(section, entry, property))


def content(answers: Sequence[Answer] | None = None, **more: Any) -> Content:
    chosen = some_answers() if answers is None else answers
    return Content(**{"question_set": 6, "answers": tuple(chosen), "place": "record/where", **more})


def save(
    system: System,
    what: Content | None = None,
    draft: Draft | None = None,
    actor: Actor = AUTHOR,
    **more: Any,
) -> Draft:
    name = draft.draft_id if draft else ""
    return use_cases.save_draft(system.db, system.tools, actor, what or content(), name, **more)


def find(system: System, draft: Draft, actor: Actor = AUTHOR) -> Draft:
    found = use_cases.find_draft(system.db, system.tools, actor, draft.draft_id)
    assert not isinstance(found, str)
    return found


def whole() -> list[Answer]:
    """An incident that meets every rule."""
    return incident(**{"adverse-event-core/Description": WORDS})


def finish(
    system: System, draft: Draft | str, answers: Sequence[Answer] | None = None, **more: Any
) -> Receipt:
    name = draft if isinstance(draft, str) else draft.draft_id
    actor, route = more.pop("actor", AUTHOR), more.pop("route", "api")
    asked = Submission(6, answers if answers is not None else whole(), route, draft_id=name, **more)
    return submit(system.db, system.tools, actor, asked)


def warn(system: System, now: datetime) -> None:
    with system.db.begin() as tx:
        use_cases.warn_of_expiry(tx, now)

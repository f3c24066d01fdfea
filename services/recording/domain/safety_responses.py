"""A learning response under PSIRF as it is kept, and the rules of its answers.

One response may cover several events and involve several organisations. Its answers are those of three sections of the
question set; as each response is a record of its own, its number within them is always 1.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from chassis.problems import Fault, Problem, conflict, forbidden, invalid, not_found
from services.recording.domain import revising
from services.recording.domain.answers import Answer, field_name
from services.recording.domain.validation import Block

RESPONSE = "adverse-event-safety-response"
FINDING = "adverse-event-safety-finding"
ACTION = "adverse-event-safety-action"
SECTIONS = (RESPONSE, FINDING, ACTION)
SEQUENCE = "ResponseSequence"
STATUSES = ("planned", "in_progress", "completed", "stopped")
ENDED = ("completed", "stopped")
ACTIONS_ENDED = ("done", "stopped")
MOST_EVENTS = 500
DUE_SOON = timedelta(days=30)
SAID_AGAIN = timedelta(minutes=15)  # the same new response of one maker within that time is the first one


class Due(StrEnum):
    """What of a response is due; `ANY` is no condition."""

    ANY = ""
    OVERDUE = "overdue"  # not ended by the day it should be complete
    SOON = "soon"
    ACTIONS = "actions"  # an action was due before today, and is neither done nor stopped


@dataclass(frozen=True)
class SafetyResponse:
    """One version of a response: coded facts in clear, texts sealed (field → ciphertext).

    `references` are those of its events that the reader may see; `texts` what may be shown of what is sealed.
    """

    response_id: str  # UUIDv7
    version: int
    organisation: str  # that leads it
    contributing: tuple[str, ...]
    events: tuple[str, ...]  # ids, sorted
    question_set: int
    facts: Mapping[str, Any]
    sealed: Mapping[str, bytes] = field(repr=False)
    written_in: Mapping[str, int]
    content: bytes
    response_type: str
    status: str
    target: str  # YYYY-MM-DD or empty
    saved_by: str
    saved_at: datetime
    legacy_reference: str = ""
    references: tuple[str, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict, repr=False)

    def place_of(self, name: str) -> str:
        """What the sealed text of a field is bound to."""
        return f"{self.response_id}/{self.written_in.get(name, self.version)}/{name}"

    def open_actions(self, due_before: str = "") -> int:
        """How many actions are neither done nor stopped; with a day (YYYY-MM-DD), those that were due before it."""
        waiting = [one for one in self.facts.get(ACTION, ()) if one.get("ActionStatus") not in ACTIONS_ENDED]
        return sum(not due_before or "" < str(one.get("DueDate") or "") < due_before for one in waiting)


def numbered(answers: Sequence[Answer]) -> list[Answer]:
    """The answers, with the response's number where its sender left it out."""
    entries = dict.fromkeys((one.section, one.entry) for one in answers if one.section in SECTIONS)
    said = {(one.section, one.entry) for one in answers if one.property == SEQUENCE}
    missing = [
        Answer(section, entry, SEQUENCE, 1, field_name(section, entry, SEQUENCE))
        for section, entry in entries
        if (section, entry) not in said
    ]
    return [*answers, *missing]


def must_be_one(answers: Sequence[Answer]) -> None:
    """INVALID unless the answers are those of exactly one response."""
    faults = [
        Fault(one.path, "too-many-answers", "Each response is saved by itself; its number here is 1.")
        for one in answers
        if (one.section == RESPONSE and one.entry > 0) or (one.property == SEQUENCE and one.value != 1)
    ]
    if not any(one.section == RESPONSE and one.property != SEQUENCE for one in answers):
        faults.append(Fault(RESPONSE, "required-missing", "This section is asked for and is missing."))
    if faults:
        detail = "Some answers are missing or cannot be accepted. Nothing was saved."
        raise invalid("answers-not-accepted", detail, *faults[:100])


def lead(block: Block, asked: str, before: str) -> str:
    """Which organisation leads: as answered, as asked for, or as before. INVALID where two are named."""
    answered = str(_fact(block.facts, "LeadOrganisation") or "")
    if answered and asked and answered != asked:
        detail = "The answers name another lead organisation."
        raise invalid("answers-not-accepted", detail, Fault("organisation", "condition-violated", detail))
    return answered or asked or before


def columns(block: Block) -> dict[str, Any]:
    """What lists look for, of the answers."""
    return {
        "contributing": tuple(_fact(block.facts, "ContributingOrganisations") or ()),
        "response_type": str(_fact(block.facts, "ResponseType") or ""),
        "status": str(_fact(block.facts, "ResponseStatus") or ""),
        "target": str(_fact(block.facts, "DateTarget") or ""),
    }


def content_hash(
    question_set: int, answers: Iterable[Answer], events: Iterable[str], organisation: str
) -> bytes:
    """The same for the same answers about the same events, in whatever order they came."""
    about = "|".join([organisation, *sorted(events)])
    return hashlib.sha256(revising.content_hash(question_set, answers) + about.encode()).digest()


def must_be_current(version: int, expected: int) -> None:
    """CONFLICT where the sender knew another version; 0 expects nothing."""
    if expected not in (0, version):
        detail = (
            f"The response is at version {version}, and you changed version {expected}. Read it again first."
        )
        raise conflict("version-conflict", detail)


def must_be_few(events: Sequence[str]) -> None:
    if len(events) > MOST_EVENTS:
        raise invalid("too-many-at-once", f"A response covers {MOST_EVENTS} events at most.")


def must_be_status(status: str) -> None:
    """INVALID for a status that is not on the list; empty is any."""
    if status not in ("", *STATUSES):
        raise invalid("unknown-status", f"Use one of these: {', '.join(STATUSES)}.")


def no_such_response() -> Problem:
    return not_found("response-not-found", "There is no such safety response, or you may not see it.")


def not_yours_to_lead() -> Problem:
    detail = "A response is saved by the organisation that leads it."
    return forbidden("not-authorised-for-organisation", detail)


def _fact(facts: Mapping[str, Any], property: str) -> Any:
    rows = facts.get(RESPONSE)
    return rows[0].get(property) if rows else None

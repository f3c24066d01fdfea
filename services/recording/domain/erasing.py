"""Erasing the text of a record for good: two people, a ground from a list, and an answer from every place that held some of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from chassis import cases
from chassis.problems import Fault, Problem, conflict, forbidden, invalid, not_found

GROUNDS = ("data_subject_request", "legal_duty", "recorded_in_error")
ANSWERING = (
    "recording",
    "access",
    "enrichment",
    "notifications",
)  # who may have held some of a record's text


class State(StrEnum):
    """How far an erasure is."""

    ASKED = "asked"
    WITHDRAWN = "withdrawn"
    ERASED = "erased"  # here; others may still have to answer


class Done(StrEnum):
    """What was done in a place."""

    ERASED = "erased"
    KEPT = "kept"  # a text of its own, which is not part of the record
    NONE = "none"  # this version keeps no text there


@dataclass(frozen=True)
class Place:
    """What became of the text in one place of one service; `found` counts rows."""

    service: str
    place: str
    found: int
    done: Done
    at: datetime


@dataclass(frozen=True)
class Erasure:
    """An erasure as it was asked for and decided. It holds no free text: a reason would outlive what it speaks of."""

    erasure_id: str
    event_id: str
    reference: str
    ground: str
    case_number: str
    asked_by: str
    asked_at: datetime
    state: State = State.ASKED
    decided_by: str = ""
    decided_at: datetime | None = None
    places: Sequence[Place] = ()

    @property
    def waiting_for(self) -> tuple[str, ...]:
        """The services that have not said what they did."""
        if self.state is not State.ERASED:
            return ()
        answered = {one.service for one in self.places}
        return tuple(one for one in ANSWERING if one not in answered)

    @property
    def shown_state(self) -> str:
        if self.state is not State.ERASED:
            return self.state.value
        return "waiting" if self.waiting_for else "done"

    def decided(self, state: State, by: str, at: datetime) -> Erasure:
        return replace(self, state=state, decided_by=by, decided_at=at)


def must_be_grounded(ground: str, case_number: str) -> None:
    """INVALID for a ground that is not on the list, or a case number that cannot be one."""
    faults = cases.faults(case_number)
    if ground not in GROUNDS:
        faults.insert(0, Fault("ground", "unknown-ground", f"Say why: one of {', '.join(GROUNDS)}."))
    if faults:
        raise invalid(faults[0].code, faults[0].detail, *faults)


def must_be_another(erasure: Erasure, actor_id: str) -> None:
    """FORBIDDEN for whoever asked: what cannot be undone takes two people."""
    if erasure.asked_by == actor_id:
        raise forbidden(
            "second-person-needed", "You asked for this yourself. Somebody else has to confirm it."
        )


def shown(at: datetime) -> str:
    """What stands in place of each text from now on."""
    return f"The text was erased on {at.day} {at:%B %Y}."


def text_erased() -> Problem:
    detail = "The text of this event was erased. What is left can be read, and not changed."
    return conflict("text-erased", detail)


def account_erased() -> Problem:
    return forbidden("account-erased", "This account was closed for good. Nothing was saved.")


def no_such_erasure() -> Problem:
    return not_found("erasure-not-found", "There is no such erasure.")


def withdrawn() -> Problem:
    return conflict("erasure-withdrawn", "This was withdrawn. Ask again if the text is to be erased.")


def too_late() -> Problem:
    return conflict("text-erased", "The text is erased already; that cannot be taken back.")


# Every table of recording that can hold words, and why it matters here or not: tests/house/test_places_of_text.py holds the
# list against the database, so that whoever adds a table says what erasing means for it.
PLACES: Mapping[str, str] = {
    "event_keys": "key of the record",
    "revisions": "texts as reported, with the hashes of answers",
    "redacted_texts": "texts that are shown",
    "remarks": "questions, answers and addenda",
    "requests": "hashes of requests",
    "outbox": "messages that were sent",
    "glasses": "reasons for reading original text",
    "follow_up_codes": "code of a reporter without an account",
    "safety_responses": "safety responses about the record",
}
NOWHERE = ("exports",)
WITHOUT_TEXT: Mapping[str, str] = {
    "events": "codes, dates and numbers",
    "safety_response_versions": "a safety response is a text of its own: safety_responses",
    "safety_response_events": "ids",
    "drafts": "removed when they are submitted",
    "handlings": "states and ids",
    "links": "ids and codes",
    "follow_up_tries": "hashes of reference numbers",
    "organisations": "told by identity",
    "organisation_predecessors": "codes",
    "question_sets": "published",
    "imports": "numbers of rows; the files stay where they were",
    "conformance": "names of products",
    "audit": "ids, codes and case numbers; no free text",
    "audit_chain": "hashes",
    "audit_walks": "hashes",
    "erased_accounts": "ids",
    "erasures": "ids, codes and case numbers",
    "erasure_places": "names of places",
    "jobs": "ids",
    "schedules": "names",
    "alembic_version": "a number",
}

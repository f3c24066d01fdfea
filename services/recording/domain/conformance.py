"""A conformance run: what a product must show, step by step, and what was found of it.

Judged from what the sandbox holds under the references of the run, and from what was asked of it in the order in which
that came.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chassis.problems import Kind, invalid
from services.recording.domain.safety_events import Change

LONGEST_VERSION = 50
CREATE, READ, SEARCH = "create", "read", "search"
ACCEPTED, LOST = "accepted", "answer-lost"  # outcomes of an attempt; else the kind of problem it met
REFUSED = Kind.INVALID.value
FUTURE = "future-date"
UNSAID = "recorded_in_error"  # the reason of a withdrawal that names none
_WORDS: Mapping[str, str] = {
    "incident": "an incident",
    "risk": "a risk",
    "outcome": "an outcome",
    "good_care": "good care",
}
_AGAIN = "The reference cannot be used for another: start a new run."
_NOTHING = "Nothing was recorded under this reference yet."


class State(StrEnum):
    WAITING = "waiting"
    PASSED = "passed"
    FAILED = "failed"


@dataclass(frozen=True)
class Found:
    """How far a step is, and what we saw of it."""

    state: State
    said: str


@dataclass(frozen=True)
class Attempt:
    """Something a product asked for. `about` is a create's local reference, else the id or reference number it named."""

    interaction: str
    about: str
    outcome: str
    codes: tuple[str, ...] = ()  # of the faults it was refused for


@dataclass(frozen=True)
class Record:
    """What the sandbox holds under a reference; `harms` are the worst physical harm of each revision, oldest first.

    `reason` is why it was withdrawn, where it was.
    """

    event_id: str
    reference: str
    question_set: int
    event_type: str
    changes: tuple[Change, ...]
    harms: tuple[str, ...]
    reason: str = ""

    @property
    def withdrawn(self) -> bool:
        return self.changes[-1] is Change.WITHDRAWN


@dataclass(frozen=True)
class Run:
    """One product, one of its versions, one version of the question set. `found` is kept once all has passed."""

    run_id: str  # UUIDv7
    client: str
    product: str
    product_version: str
    question_set: int
    started_at: datetime
    passed_at: datetime | None = None
    found: tuple[Found, ...] = ()


@dataclass(frozen=True)
class Passed:
    """What is public of a run: `passed_at` is when this first passed."""

    product: str
    product_version: str
    question_set: int
    passed_at: datetime


@dataclass(frozen=True)
class Seen:
    """All that a run is judged by: records by local reference, attempts in the order in which they came."""

    question_set: int
    records: Mapping[str, Record]
    attempts: Sequence[Attempt]

    def of(self, interaction: str, about: str) -> list[Attempt]:
        return [one for one in self.attempts if (one.interaction, one.about) == (interaction, about)]


@dataclass(frozen=True)
class Step:
    """`under` names the step whose reference is used; `judge` takes that reference and what was seen."""

    name: str
    instruction: str
    judge: Callable[[str, Seen], Found]
    under: str


def waiting(said: str) -> Found:
    return Found(State.WAITING, said)


def passed(said: str) -> Found:
    return Found(State.PASSED, said)


def failed(said: str) -> Found:
    return Found(State.FAILED, said)


# ---- running ---------------------------------------------------------------------------------------------------


def check_version(product_version: str) -> str:
    """A product's version as it is kept; INVALID when it cannot be shown."""
    said = product_version.strip()
    if not said or len(said) > LONGEST_VERSION or not said.isprintable():
        detail = f"Say which version of the product this is: 1 to {LONGEST_VERSION} printable characters."
        raise invalid("product-version-not-valid", detail)
    return said


def reference_of(run_id: str, step: str) -> str:
    """The local reference of a step. The end of a UUIDv7 is random, so that two runs of a client do not meet."""
    return f"{run_id[-8:]}-{step}"


def references(run_id: str) -> list[str]:
    """Every local reference of a run."""
    return [reference_of(run_id, one.name) for one in STEPS if one.under == one.name]


def may_be_lost(attempt: Attempt) -> bool:
    """Whether an attempt looks like that of the step whose answer is lost; only its run can say for certain."""
    made = (attempt.interaction, attempt.outcome) == (CREATE, ACCEPTED)
    return made and attempt.about.endswith(f"-{LOST_ANSWER}")


def judge(run_id: str, seen: Seen) -> list[Found]:
    """What was found of each of STEPS."""
    return [one.judge(reference_of(run_id, one.under), seen) for one in STEPS]


def all_passed(found: Iterable[Found]) -> bool:
    """Whether every step was shown."""
    return all(one.state is State.PASSED for one in found)


# ---- judging ---------------------------------------------------------------------------------------------------


def _wrong(record: Record, event_type: str, seen: Seen) -> Found | None:
    """What is wrong with a record whatever became of it."""
    if record.event_type != event_type:
        return failed(
            f"This was recorded as {_words(record.event_type)}, not as {_words(event_type)}. {_AGAIN}"
        )
    if record.question_set != seen.question_set:
        return failed(
            f"This was recorded with version {record.question_set} of the question set; the run is about"
            f" version {seen.question_set}. {_AGAIN}"
        )
    return None


def _words(event_type: str) -> str:
    return _WORDS.get(event_type, event_type)


def _not_yet(reference: str, seen: Seen) -> Found:
    refused = [one for one in seen.of(CREATE, reference) if one.outcome != ACCEPTED]
    if not refused:
        return waiting(_NOTHING)
    return waiting(f"{_NOTHING} The last attempt was not accepted{_for(refused[-1])}.")


def _for(attempt: Attempt) -> str:
    return f" ({', '.join(attempt.codes)})" if attempt.codes else ""


def _judged(event_type: str, rest: Callable[[str, Record, Seen], Found]) -> Callable[[str, Seen], Found]:
    """A judge of what became of a record of one type."""

    def judged(reference: str, seen: Seen) -> Found:
        record = seen.records.get(reference)
        if record is None:
            return _not_yet(reference, seen)
        return _wrong(record, event_type, seen) or rest(reference, record, seen)

    return judged


def _recorded(reference: str, record: Record, seen: Seen) -> Found:
    return passed(f"Recorded as {record.reference}.")


def _updated(reference: str, record: Record, seen: Seen) -> Found:
    if Change.REVISED not in record.changes:
        return waiting(f"Recorded as {record.reference}. Now change the harm and send it as an update.")
    revised = [
        harm for harm, change in zip(record.harms, record.changes, strict=True) if change is Change.REVISED
    ]
    if all(harm == record.harms[0] for harm in revised):
        return failed(
            "The update has the same worst physical harm as the first revision. Send another update."
        )
    return passed(
        f"Revision {1 + record.changes.index(Change.REVISED)} replaced the first, with another harm."
    )


def _withdrawn(reference: str, record: Record, seen: Seen) -> Found:
    if not record.withdrawn:
        return waiting(f"Recorded as {record.reference}. Now withdraw it.")
    if record.reason == UNSAID:
        return failed(f"This was withdrawn as {UNSAID}, which is what no reason means. {_AGAIN}")
    return passed(f"{record.reference} was withdrawn as {record.reason}.")


def _corrected(reference: str, seen: Seen) -> Found:
    attempts = seen.of(CREATE, reference)
    refused = next((at for at, one in enumerate(attempts) if _for_its_date(one)), None)
    accepted = next((at for at, one in enumerate(attempts) if one.outcome == ACCEPTED), None)
    record = seen.records.get(reference)
    if record is None:
        return _not_yet(reference, seen) if refused is None else _now_correct(attempts[refused])
    wrong = _wrong(record, "incident", seen)
    if wrong:
        return wrong
    if refused is None or accepted is None or accepted < refused:
        return failed(f"This was accepted before it was refused for a date in the future. {_AGAIN}")
    return passed(f"Refused with 422{_for(attempts[refused])}, then corrected: {record.reference}.")


def _for_its_date(attempt: Attempt) -> bool:
    return attempt.outcome == REFUSED and FUTURE in attempt.codes


def _now_correct(refused: Attempt) -> Found:
    return waiting(f"Refused with 422{_for(refused)}, as it should be. Now correct it and send it again.")


def _sent_again(reference: str, record: Record, seen: Seen) -> Found:
    outcomes = [one.outcome for one in seen.of(CREATE, reference)]
    if LOST not in outcomes:
        return waiting("Recorded, but the answer was not lost yet. Send it again.")
    if ACCEPTED not in outcomes[outcomes.index(LOST) :]:
        return waiting("Recorded, and its answer was lost: your product got a 503. It must send it again.")
    return passed(f"Sent again after the lost answer, and still one record: {record.reference}.")


def _read_back(reference: str, record: Record, seen: Seen) -> Found:
    if _was_accepted(READ, record.event_id, seen) or _was_accepted(READ, record.reference, seen):
        return passed(f"{record.reference} was read back.")
    return waiting(f"Recorded as {record.reference}. Now read it back.")


def _found_by_reference(reference: str, record: Record, seen: Seen) -> Found:
    if any(_was_accepted(way, record.reference, seen) for way in (SEARCH, READ)):
        return passed(f"{record.reference} was found by this number.")
    return waiting(f"Recorded as {record.reference}. Now ask for it by this number.")


def _was_accepted(interaction: str, about: str, seen: Seen) -> bool:
    return any(one.outcome == ACCEPTED for one in seen.of(interaction, about))


# ---- the steps -------------------------------------------------------------------------------------------------

_SEND = "with the local reference shown here and the version of the question set that this run is about"
LOST_ANSWER = "lost-answer"
STEPS = (
    Step("incident", f"Record an incident {_SEND}.", _judged("incident", _recorded), "incident"),
    Step("risk", f"Record a risk {_SEND}.", _judged("risk", _recorded), "risk"),
    Step("outcome", f"Record an outcome {_SEND}.", _judged("outcome", _recorded), "outcome"),
    Step("good-care", f"Record good care {_SEND}.", _judged("good_care", _recorded), "good-care"),
    Step(
        "update",
        f"Record an incident {_SEND}. Then change the physical harm of a patient and send it as an update.",
        _judged("incident", _updated),
        "update",
    ),
    Step(
        "withdrawal",
        f"Record an incident {_SEND}. Then withdraw it, with a reason other than {UNSAID}, which is what none means.",
        _judged("incident", _withdrawn),
        "withdrawal",
    ),
    Step(
        "correction",
        f"Send an incident {_SEND}, whose date lies in the future. It is refused with 422: show its sender why."
        " Then correct the date and send it again under the same local reference.",
        _corrected,
        "correction",
    ),
    Step(
        LOST_ANSWER,
        f"Record an incident {_SEND}. It is recorded, and the answer is lost on purpose: your product gets a 503."
        " It must send the same again and keep the reference number that it then gets. There must be one record.",
        _judged("incident", _sent_again),
        LOST_ANSWER,
    ),
    Step(
        "reading",
        "Read the record of the step “incident” back by its id, as it is shown to users.",
        _judged("incident", _read_back),
        "incident",
    ),
    Step(
        "search",
        "Keep the reference number that each record is given, and show it. To prove it, ask for the record of the step"
        " “incident” by that number: search for it, or read it.",
        _judged("incident", _found_by_reference),
        "incident",
    ),
)

"""What an organisation does about an event after it was recorded: states of handling, remarks, and links to others.

The states are local: they say how far one organisation is with one record, and change nothing that was reported.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from chassis.problems import Fault, Problem, conflict, forbidden, invalid, not_found
from services.recording.domain.safety_events import SafetyEvent
from services.recording.domain.safety_responses import SafetyResponse

LONGEST_REMARK = 20_000  # characters
SAID_AGAIN = timedelta(minutes=15)  # the same words of the same author are one remark for that long
_ACCOUNT = re.compile(r"[A-Za-z0-9._:-]{0,64}")
TEXT = "remark/0/Text"  # the field under which a remark's text is sealed, redacted and shown


class State(StrEnum):
    """How far an organisation is with a record."""

    NEW = "new"
    UNDER_REVIEW = "under_review"
    ACTION_IN_PROGRESS = "action_in_progress"
    CLOSED = "closed"
    ON_HOLD = "on_hold"
    NEEDS_INFORMATION = "needs_information"
    DUPLICATE = "duplicate"
    NOT_A_PATIENT_SAFETY_EVENT = "not_a_patient_safety_event"
    REOPENED = "reopened"


_ASIDE = (State.ON_HOLD, State.NEEDS_INFORMATION, State.DUPLICATE, State.NOT_A_PATIENT_SAFETY_EVENT)
_AT_WORK = (State.UNDER_REVIEW, State.ACTION_IN_PROGRESS, State.CLOSED, *_ASIDE)

# Which state may follow which. What was ended is only reopened; nothing is closed that nobody reviewed.
NEXT: Mapping[State, tuple[State, ...]] = {
    State.NEW: (State.UNDER_REVIEW, *_ASIDE),
    State.UNDER_REVIEW: tuple(one for one in _AT_WORK if one is not State.UNDER_REVIEW),
    State.ACTION_IN_PROGRESS: tuple(one for one in _AT_WORK if one is not State.ACTION_IN_PROGRESS),
    State.ON_HOLD: tuple(one for one in _AT_WORK if one is not State.ON_HOLD),
    State.NEEDS_INFORMATION: tuple(one for one in _AT_WORK if one is not State.NEEDS_INFORMATION),
    State.CLOSED: (State.REOPENED,),
    State.DUPLICATE: (State.REOPENED,),
    State.NOT_A_PATIENT_SAFETY_EVENT: (State.REOPENED,),
    State.REOPENED: _AT_WORK,
}


@dataclass(frozen=True)
class Handling:
    """The state of a record, and who brought it there. A record that nobody touched is new, at version 1."""

    state: State = State.NEW
    version: int = 1
    duplicate_of: str = ""  # event id, in the state duplicate
    returns_to: str = ""  # the state before information was asked for
    changed_by: str = ""
    changed_at: datetime | None = None
    assigned_to: str = ""  # the account that follows it up; empty while nobody does


def state_named(name: str) -> State:
    """INVALID where there is no such state."""
    try:
        return State(name)
    except ValueError:
        raise invalid("unknown-state", f"Use one of these states: {', '.join(State)}.") from None


def moved(before: Handling, state: State, duplicate_of: str, by: str, at: datetime) -> Handling:
    """The handling after this one; CONFLICT where the state may not follow."""
    if state not in NEXT[before.state]:
        ways = ", ".join(NEXT[before.state])
        raise conflict("state-not-next", f"The record is {before.state}. From there it may become: {ways}.")
    returns_to = before.state.value if state is State.NEEDS_INFORMATION else ""
    return Handling(state, before.version + 1, duplicate_of, returns_to, by, at, before.assigned_to)


def assigned(before: Handling, account_id: str, by: str, at: datetime) -> Handling:
    """The handling once this account follows the record up; "" is nobody."""
    return replace(before, version=before.version + 1, assigned_to=account_id, changed_by=by, changed_at=at)


def must_be_an_account(account_id: str) -> None:
    """INVALID for what can be no account's id: nothing else may be written there."""
    if not _ACCOUNT.fullmatch(account_id):
        raise no_such_colleague()


def no_such_colleague() -> Problem:
    return _refused("account_id", "unknown-colleague", "Choose somebody who follows up events here.")


def is_assigned_again(before: Handling, account_id: str, expected: int, by: str) -> bool:
    """Whether a record was assigned so already: asked for again, or sent again because its answer was lost."""
    own = expected == before.version - 1 and before.changed_by == by
    return before.assigned_to == account_id and (expected in (0, before.version) or own)


def asked(before: Handling, by: str, at: datetime) -> Handling:
    """After a question to the reporter; the same where an answer is waited for already."""
    if before.state is State.NEEDS_INFORMATION:
        return before
    return moved(before, State.NEEDS_INFORMATION, "", by, at)


def answered(before: Handling, open_questions: int, by: str, at: datetime) -> Handling:
    """After an answer: the state before the question, unless others are open or somebody moved on meanwhile."""
    if before.state is not State.NEEDS_INFORMATION or open_questions or not before.returns_to:
        return before
    return Handling(State(before.returns_to), before.version + 1, "", "", by, at, before.assigned_to)


def must_be_at(before: Handling, expected: int) -> None:
    """CONFLICT where the sender knew another version; 0 expects nothing."""
    if expected not in (0, before.version):
        raise conflict("version-conflict", "Somebody else has changed this meanwhile. Read it again first.")


def is_repeated(before: Handling, state: State, duplicate_of: str, expected: int, by: str) -> bool:
    """Whether a change was made already: asked for again, or sent again because its answer was lost."""
    same = (before.state, before.duplicate_of) == (state, duplicate_of)
    own = expected == before.version - 1 and before.changed_by == by
    return same and (expected in (0, before.version) or own)


def must_name_original(state: State, named: bool) -> None:
    """INVALID where a duplicate does not say of what, or something else does."""
    if named and state is not State.DUPLICATE:
        raise _refused("duplicate_of", "condition-violated", "Only a duplicate says of which record.")
    if not named and state is State.DUPLICATE:
        raise _refused("duplicate_of", "required-missing", "Say of which record this is a duplicate.")


# ---- remarks -----------------------------------------------------------------------------------------------


class Kind(StrEnum):
    """What a remark is."""

    ADDENDUM = "addendum"
    QUESTION = "question"
    ANSWER = "answer"
    FEEDBACK = "feedback"  # an organisation's words to the reporter


@dataclass(frozen=True)
class Remark:
    """A text beside the answers of an event, sealed with the event's key."""

    remark_id: str
    event_id: str
    kind: Kind
    in_reply_to: str  # remark id of the question, of an answer
    author_id: str
    author_organisation: str
    made_at: datetime
    sealed: bytes = field(repr=False)
    redacted: str | None = field(default=None, repr=False)  # None while being checked
    answered: bool = False

    @property
    def place(self) -> str:
        """What the sealed text is bound to."""
        return f"{self.event_id}/remark/{self.remark_id}"

    def with_seal(self, sealed: bytes) -> Remark:
        return replace(self, sealed=sealed)


def must_be_words(text: str) -> None:
    """INVALID for a remark that says nothing, or too much."""
    if not text.strip():
        raise _refused("text", "required-missing", "Write something first.")
    if len(text) > LONGEST_REMARK:
        raise _refused("text", "text-too-long", f"This takes at most {LONGEST_REMARK:,} characters.")


def asks_a_person(event: SafetyEvent) -> bool:
    """Whether a question about an event goes to the person who recorded it, by their account."""
    return event.by_a_person and not event.is_anonymous


class Reaches(StrEnum):
    """How words to whoever recorded an event reach them."""

    ACCOUNT = "account"  # they are told, and read them among their records
    CODE = "code"  # they read them when they come back with their code; nothing tells them
    NOBODY = "nobody"


def reaches(event: SafetyEvent, with_a_code: bool) -> Reaches:
    """`with_a_code`: somebody may come back to the event with one."""
    if asks_a_person(event):
        return Reaches.ACCOUNT
    return Reaches.CODE if with_a_code else Reaches.NOBODY


def must_reach_the_reporter(found: Reaches) -> None:
    """CONFLICT where a question would be read by nobody who could answer, and the event would wait for ever."""
    if found is Reaches.NOBODY:
        raise conflict(
            "reporter-out-of-reach",
            "Nobody would read this question: whoever reported the event cannot be reached from here. If a local system sent it,"
            " ask them there.",
        )


def with_the_reporter(said: Sequence[Remark], event: SafetyEvent) -> tuple[Remark, ...]:
    """What the reporter and the organisation said to each other, without what staff note for themselves."""
    to_them = (Kind.QUESTION, Kind.FEEDBACK)
    return tuple(one for one in said if one.author_id == event.recorder_id or one.kind in to_them)


# ---- links -------------------------------------------------------------------------------------------------


class LinkKind(StrEnum):
    """How two records belong together."""

    DUPLICATE_OF = "duplicate_of"
    SAME_PATIENT_JOURNEY = "same_patient_journey"
    NOTICED_HERE_HAPPENED_THERE = "noticed_here_happened_there"
    RECORDED_FOR_WRONG_ORGANISATION = "recorded_for_wrong_organisation"


@dataclass(frozen=True)
class Link:
    """A link as it is seen from one of its ends; the other end is empty for who may not see it."""

    link_id: str
    kind: LinkKind
    event_id: str
    other_event_id: str
    other_reference: str
    other_organisation: str
    outgoing: bool
    made_by: str
    made_at: datetime


def link_kind(name: str, other_event: str, other_organisation: str) -> LinkKind:
    """The kind of link asked for; INVALID where there is none such, or what it leads to does not suit it."""
    if name not in list(LinkKind):
        raise _refused("kind", "unknown-kind", f"Use one of these kinds: {', '.join(LinkKind)}.")
    kind = LinkKind(name)
    if bool(other_event) is bool(other_organisation):
        raise _refused(
            "other_event", "required-missing", "Say which other record this leads to, and only that."
        )
    if other_organisation and kind is not LinkKind.RECORDED_FOR_WRONG_ORGANISATION:
        raise _refused("other_organisation", "condition-violated", "This kind of link leads to a record.")
    return kind


def must_be_another(event: SafetyEvent, other: SafetyEvent, path: str = "other_event") -> None:
    """INVALID where a record would be linked with itself, or be its own duplicate."""
    if event.event_id == other.event_id:
        raise _refused(path, "same-event", "This is the same record. Name another.")


def must_be_elsewhere(event: SafetyEvent, organisation: str, known: bool) -> None:
    """INVALID where the right organisation of a record is none on our list, or has the record already."""
    if not known or organisation == event.organisation:
        detail = "This takes the ODS code of another organisation on our list."
        raise _refused("other_organisation", "unknown-organisation", detail)


def duplicate_circle(path: str = "other_event") -> Problem:
    detail = "The other record is a duplicate of this one already. One of them has to be the first."
    return conflict("duplicate-circle", detail, Fault(path, "duplicate-circle", detail))


def no_such_link() -> Problem:
    return not_found("link-not-found", "There is no such link, or you may not end it.")


def no_such_question() -> Problem:
    return not_found("question-not-found", "There is no such question, or you may not see it.")


def not_yours_to_answer() -> Problem:
    return forbidden("not-the-reporter", "This question is for the person who recorded the event.")


# ---- all of it ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Standing:
    """What an event is to one reader of its follow-up: whether they recorded it, and what they may do with it."""

    recorded: bool
    may_revise: bool
    may_handle: bool
    may_govern: bool


@dataclass(frozen=True)
class FollowUp:
    """Everything done about one event, as far as one reader may see it."""

    event: SafetyEvent
    handling: Handling
    duplicate_of: str  # reference number of the first record, where the reader may see it
    remarks: tuple[Remark, ...]
    links: tuple[Link, ...]
    responses: tuple[SafetyResponse, ...]
    standing: Standing
    reaches: Reaches


def _refused(path: str, code: str, detail: str) -> Problem:
    return invalid(code, detail, Fault(path, code, detail))

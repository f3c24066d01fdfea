"""Drafts: answers kept for their author alone, before anything is recorded.

A draft may be incomplete or wrong; what is wrong with it is said when it is submitted. It is bounded all the same, and
nothing of it but its answers may hold words of its author: the rest is kept in clear.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chassis.problems import Fault, Problem, conflict, invalid, not_found
from services.recording.domain.answers import Answer
from services.recording.domain.question_set import NATIVE, QuestionSet
from services.recording.domain.validation import PATIENTS_KNOWN

KEPT = timedelta(days=90)  # since it was last saved
WARNED = timedelta(days=60)
NOTICE = KEPT - WARNED  # from the warning until it is thrown away, however late the warning came
MOST_DRAFTS = 100  # of one author
MOST_ANSWERS = 5_000
MOST_ENTRIES = 1_000
LONGEST_NAME = 100
LONGEST_KEY = 255
LONGEST_TEXT = 50_000  # characters of one answer: more than any question takes, so that nothing typed is lost
LONGEST = 500_000  # characters of all answers together
_PLACE = re.compile(r"[A-Za-z0-9/_.#-]{0,100}")
_ORGANISATION = re.compile(r"[A-Za-z0-9]{0,12}")
_LARGEST_INTEGER = 2**53


@dataclass(frozen=True)
class Content:
    """What an author keeps. `place` is where they were, e.g. a page of the form; `patients` yes, no, unknown or empty."""

    question_set: int
    answers: tuple[Answer, ...] = field(repr=False)
    organisation: str = ""
    place: str = ""
    patients: str = ""


@dataclass(frozen=True)
class Draft:
    """A draft as it was last saved; in lists without its answers. `version` counts what it said, not how often it was saved."""

    draft_id: str  # UUIDv7
    author_id: str
    version: int
    event_type: str  # slug, empty where it was not answered yet
    content: Content
    created_at: datetime
    saved_at: datetime
    warned_at: datetime | None = None  # since it was last saved

    @property
    def expires_at(self) -> datetime:
        """When it may be thrown away; not before its author was warned in time."""
        usual = self.saved_at + KEPT
        return max(usual, self.warned_at + NOTICE) if self.warned_at else usual


def no_such_draft() -> Problem:
    return not_found(
        "draft-not-found", "There is no such draft, or it is not yours. It may have been submitted."
    )


def already_submitted(reference: str) -> Problem:
    return conflict(
        "draft-submitted",
        f"This draft was submitted as {reference}, with other answers. What you sent now was not recorded: change that"
        " event, or record another.",
    )


def must_be_the_same(draft: Draft, content: Content) -> None:
    """INVALID where the request that began a draft comes again and says something else."""
    if draft.content != content:
        detail = "This Idempotency-Key was used for another draft. Use a new one."
        raise invalid("idempotency-key-reused", detail)


def must_be_current(draft: Draft, expected: int) -> None:
    """CONFLICT where the author's other window saved another version meanwhile; 0 expects nothing."""
    if expected not in (0, draft.version):
        detail = f"The draft is at version {draft.version}, and you changed version {expected}. Read it again first."
        raise conflict("draft-changed", detail)


def must_have_room(count: int) -> None:
    """CONFLICT where an author keeps too many drafts already."""
    if count >= MOST_DRAFTS:
        raise conflict("too-many-drafts", f"You keep {count} drafts. Submit or discard some of them first.")


def must_be_bounded(content: Content, key: str = "") -> None:
    """INVALID where a draft is larger than any form, or holds words where only codes belong."""
    faults = [*_wrong_frame(content), *_wrong_answers(content.answers)]
    if len(key) > LONGEST_KEY:
        faults.append(
            Fault("Idempotency-Key", "text-too-long", f"This may have {LONGEST_KEY} characters at most.")
        )
    if faults:
        detail = "The draft cannot be kept as it is. Nothing was saved."
        raise invalid("draft-not-accepted", detail, *faults[:100])


def _wrong_frame(content: Content) -> list[Fault]:
    wrong = {
        "place": (
            _PLACE.fullmatch(content.place),
            "This takes the address of a page, of 100 characters at most.",
        ),
        "organisation": (_ORGANISATION.fullmatch(content.organisation), "This takes an ODS code."),
        "patients": (content.patients in PATIENTS_KNOWN, "This takes one of these codes: yes, no, unknown."),
    }
    return [Fault(path, "wrong-type", detail) for path, (holds, detail) in wrong.items() if not holds]


def _wrong_answers(answers: Sequence[Answer]) -> list[Fault]:
    faults = [
        Fault(
            one.path[:LONGEST_NAME],
            "text-too-long",
            f"An answer may have {LONGEST_TEXT:,} characters at most.",
        )
        for one in answers
        if isinstance(one.value, str) and len(one.value) > LONGEST_TEXT
    ]
    if len(answers) > MOST_ANSWERS:
        faults.append(
            Fault("answers", "too-many-answers", f"A draft holds {MOST_ANSWERS:,} answers at most.")
        )
    if any(_is_misplaced(one) for one in answers):
        faults.append(
            Fault("answers", "unknown-question", "The name or number of a section or question is too long.")
        )
    if sum(_length(one) for one in answers) > LONGEST:
        faults.append(Fault("answers", "text-too-long", f"A draft holds {LONGEST:,} characters at most."))
    return faults


def _is_misplaced(one: Answer) -> bool:
    long = len(one.section) > LONGEST_NAME or len(one.property) > LONGEST_NAME or one.entry >= MOST_ENTRIES
    return long or (isinstance(one.value, int) and abs(one.value) > _LARGEST_INTEGER)


def _length(one: Answer) -> int:
    return len(one.section) + len(one.property) + len(str(one.value))


def event_type_of(question_set: QuestionSet, answers: Sequence[Answer]) -> str:
    """The slug of the type of event, where it was answered with one there is."""
    said = (one.value for one in answers if (one.section, one.property) == (NATIVE, "Type"))
    return question_set.event_types.get(str(next(said, "")), "")

"""Reporting without an account: what is added to such answers, what is not taken, and the code to come back with.

The code is 120 random bits, written as five groups of five symbols, the last of which checks the others. Nobody has it but its
holder: it is kept as a hash, and nothing says who they are.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from chassis.actors import Actor, Grant, Reach
from chassis.problems import Fault, Problem, invalid, not_found
from services.recording.domain.answers import Answer, Value, field_name
from services.recording.domain.following_up import Handling, Remark
from services.recording.domain.question_set import NATIVE
from services.recording.domain.reference_numbers import SYMBOLS, check_symbol, is_reference, normalise
from services.recording.domain.safety_events import SafetyEvent, nobody
from services.recording.domain.validation import LOCATION, METADATA, REPORTER

CODE_BITS = 120
SHOWN_AGAIN = timedelta(days=1)  # to whoever sends the request again whose answer was lost
SHORTEST_KEY = 16  # characters: a shorter one somebody else may choose
WITHDRAWN = "withdrawn"

_GROUP = 5
_LETTERS = CODE_BITS // 5
_CODE = re.compile(rf"[{SYMBOLS}]{{{_LETTERS + 1}}}")
_BETWEEN = re.compile(r"[\s\-\u2010-\u2014\u2212_.]+")
_MISREAD = str.maketrans("ILO", "110")
_TYPE, _KIND, _STAFF = (NATIVE, "Type"), (REPORTER, "ReporterType"), "3"
_CONTACT = (REPORTER, "ReporterContact")
_OURS = {(METADATA, "IsAnonymous"): True, (METADATA, "FromOnlineForms"): True}
_INCIDENT = "1"


class Reporter(StrEnum):
    """Who reports, as far as they say: patients, carers and families, or staff who do not want to be known."""

    PUBLIC = "public"
    ANONYMOUS_STAFF = "anonymous_staff"


@dataclass(frozen=True)
class Report:
    """What somebody without an account asks to have recorded; `key` names the request when it is sent again, with other answers
    only where the `first_stands`."""

    reporter: Reporter
    question_set: int
    answers: Sequence[Answer] = field(repr=False)
    organisation: str
    patients: str = ""
    key: str = field(default="", repr=False)
    first_stands: bool = False


@dataclass(frozen=True)
class Holder:
    """A reference number and a code, as somebody typed them."""

    reference: str
    code: str = field(repr=False)


@dataclass(frozen=True)
class View:
    """A record as its reporter sees it: `texts` are those that may be shown, by field; `state` of handling, or withdrawn."""

    event: SafetyEvent
    organisation_name: str
    texts: dict[str, str] = field(repr=False)
    handling: Handling
    remarks: tuple[Remark, ...]

    @property
    def state(self) -> str:
        return WITHDRAWN if self.event.withdrawn else self.handling.state.value


def holder(event_id: str, organisation: str, permissions: frozenset[str]) -> Actor:
    """Whoever reported an event: nobody we know, who may do these things with this event and no other."""
    return Actor(nobody(event_id), "person", "", (Grant(organisation, Reach.OWN, permissions),))


# ---- answers -----------------------------------------------------------------------------------------------


def must_be_answerable(answers: Sequence[Answer], reporter: Reporter, organisation_known: bool) -> None:
    """INVALID for what would say who somebody is, for a reporter who says they are another, and for nowhere."""
    faults = [] if organisation_known else [_nowhere()]
    faults += [_no_contact(one) for one in answers if (one.section, one.property) == _CONTACT]
    for one in answers:
        if (one.section, one.property) == _KIND and one.value in list(_wrong_kinds(reporter)):
            faults.append(_another_reporter(one))
    if faults:
        detail = "Some answers are missing or cannot be accepted. Nothing was recorded."
        raise invalid("answers-not-accepted", detail, *faults)


def completed(answers: Sequence[Answer], reporter: Reporter, organisation: str) -> list[Answer]:
    """The answers, and what follows from coming without an account; where it happened is `organisation` unless they say."""
    given = {(one.section, one.property) for one in answers}
    made: dict[tuple[str, str], Value] = dict(_OURS)
    if (METADATA, "DataSharingOptOut") not in given:
        made[METADATA, "DataSharingOptOut"] = False
    if (LOCATION, "Organisation") not in given:
        made[LOCATION, "Organisation"] = organisation
    if reporter is Reporter.ANONYMOUS_STAFF:
        made[_KIND] = _STAFF
    elif _TYPE not in given:
        made[_TYPE] = _INCIDENT
    kept = [one for one in answers if (one.section, one.property) not in made]
    return kept + [Answer(*_place(key), value, field_name(key[0], 0, key[1])) for key, value in made.items()]


def must_be_private(key: str) -> None:
    """INVALID for a request key that somebody else might choose too."""
    if len(key) < SHORTEST_KEY:
        detail = f"Idempotency-Key takes {SHORTEST_KEY} characters or more that nobody else would choose, as a UUID."
        raise invalid("request-not-accepted", detail, Fault("Idempotency-Key", "key-too-short", detail))


def _place(key: tuple[str, str]) -> tuple[str, int, str]:
    return key[0], 0, key[1]


def _wrong_kinds(reporter: Reporter) -> tuple[str, ...]:
    return (_STAFF,) if reporter is Reporter.PUBLIC else ("1", "2", "4", "5")


def _nowhere() -> Fault:
    detail = "This takes the ODS code of an organisation on our list: where it happened."
    return Fault("organisation", "unknown-organisation", detail)


def _no_contact(one: Answer) -> Fault:
    detail = (
        "Leave this out: without an account we keep nothing that says who you are. Use the code to come back."
    )
    return Fault(one.path, "not-asked", detail)


def _another_reporter(one: Answer) -> Fault:
    return Fault(one.path, "condition-violated", "This does not go with the reporter that was named.")


# ---- the code ----------------------------------------------------------------------------------------------


def new_code(random_bits: int) -> str:
    """A code as it is shown, from 120 random bits."""
    if not 0 <= random_bits < 1 << CODE_BITS:
        raise ValueError(f"a code takes {CODE_BITS} random bits")
    letters = "".join(SYMBOLS[random_bits >> shift & 31] for shift in range(CODE_BITS - 5, -1, -5))
    whole = letters + check_symbol(letters)
    return "-".join(whole[start : start + _GROUP] for start in range(0, len(whole), _GROUP))


def typed(reference: str, code: str) -> tuple[str, str]:
    """Both as they are looked up; INVALID where either was mistyped, which their check symbols show."""
    name, letters = normalise(reference), _BETWEEN.sub("", code).upper().translate(_MISREAD)
    faults = []
    if not is_reference(name):
        faults.append(Fault("reference", "reference-mistyped", "This is not a reference number. Check it."))
    if not _CODE.fullmatch(letters) or check_symbol(letters[:-1]) != letters[-1]:
        faults.append(Fault("code", "code-mistyped", "This is not a code as we give it. Check each group."))
    if faults:
        raise invalid("request-not-accepted", "The reference number or the code was mistyped.", *faults)
    return name, letters


def code_hash(event_id: str, code: str) -> bytes:
    """What is kept of a code. It has bits enough that a slow hash would add nothing."""
    letters = _BETWEEN.sub("", code).upper()
    return hashlib.sha256(f"follow-up:{event_id}:{letters}".encode()).digest()


def is_right(kept: bytes, event_id: str, letters: str) -> bool:
    """Whether `kept` was made of this code; as much work where nothing is kept."""
    return hmac.compare_digest(kept or bytes(32), code_hash(event_id, letters)) and bool(kept)


def code_place(event_id: str) -> str:
    """What a sealed code is bound to."""
    return f"{event_id}/follow-up-code"


def no_such_report() -> Problem:
    """The same whatever was wrong: the reference, the code, or that it was ended."""
    detail = (
        "There is no report with this reference number and this code, or the code was ended. A lost code cannot be recovered:"
        " nobody has it but whoever reported."
    )
    return not_found("report-not-found", detail)

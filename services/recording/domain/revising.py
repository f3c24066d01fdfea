"""What may become of a recorded event: which changes are allowed, and what a change leaves as it was.

A revision is a full snapshot. Its sender may only have seen redacted text, or none yet: what comes back unchanged keeps
the original (decisions 9).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from chassis.problems import Fault, Problem, conflict, invalid
from services.recording.domain.answers import Answer, Value, field_name
from services.recording.domain.question_set import NATIVE, Asked, QuestionSet
from services.recording.domain.safety_events import Change, SafetyEvent

RETYPES = frozenset({("outcome", "incident"), ("risk", "incident")})
GOVERNANCE = "adverse-event-governance"
_VALUE = "AdverseEvent.identifier.value"
REASONS = (
    "recorded_in_error",
    "duplicate",
    "wrong_organisation",
    "not_a_patient_safety_event",
    "test_record",
    "other",
)


def must_be_current(event: SafetyEvent, expected: int) -> None:
    """CONFLICT where the sender knew another revision than the newest; 0 expects nothing."""
    if expected not in (0, event.revision):
        raise conflict(
            "version-conflict",
            f"The event is at revision {event.revision}, and you changed revision {expected}. Read it again first.",
        )


def must_not_go_back(event: SafetyEvent, question_set: int) -> None:
    """INVALID where answers follow an older version of the question set than the record does."""
    if question_set < event.question_set:
        raise _refused(
            "AdverseEvent.meta.profile[0]",
            "version-lowered",
            f"This record follows version {event.question_set} of the question set; an update may not go back.",
        )


def must_be_a_way(before: str, after: str) -> None:
    """INVALID where an event of one type may not become the other."""
    if before != after and (before, after) not in RETYPES:
        raise _refused(
            field_name(NATIVE, 0, "Type"),
            "type-change",
            "Only an outcome or a risk may become an incident; other types stay. Withdraw the record and start anew.",
        )


def kept_reference(event: SafetyEvent, system: str, local_reference: str) -> tuple[str, str]:
    """The client's own reference after an update: the system and value that the record has, and what it had none of.

    INVALID where the update names another: that is the record's name, not an answer.
    """
    if not local_reference:
        return event.reference_system, event.local_reference
    if event.local_reference not in ("", local_reference):
        raise _reference_changed(
            _VALUE, "This record was sent under another local reference, which stays with it."
        )
    if system and event.local_reference and event.reference_system not in ("", system):
        detail = "This record was sent under a local reference of another system, which stays with it."
        raise _reference_changed("AdverseEvent.identifier.system", detail)
    return event.reference_system or system, local_reference


def reference_taken(change: Change) -> Problem:
    """Another record of the same client lives under the client's own reference that this one has, or would get."""
    if change is Change.RESTORED:
        detail = "Another record took the place of this one under the same local reference. Withdraw that one first."
        return conflict("reference-in-use", detail)
    return _reference_changed(
        _VALUE, "Another record was sent under this local reference, which stays with it."
    )


def must_be_a_reason(reason: str) -> None:
    """INVALID for a reason that is not on the list."""
    if reason not in REASONS:
        raise invalid("unknown-reason", f"Say why: one of {', '.join(REASONS)}.")


def with_originals(
    answers: Sequence[Answer],
    question_set: QuestionSet,
    originals: Mapping[str, str],
    redacted: Mapping[str, str],
) -> list[Answer]:
    """The answers with the original text wherever the sender left what they saw, or saw nothing yet.

    `originals` and `redacted` are by field of the current revision. An answer left as it is to a question that had no
    text is no answer.
    """
    found: list[Answer] = []
    seen: Counter[tuple[str, int, str]] = Counter()
    for answer in answers:
        question = question_set.by_key.get((answer.section, answer.property))
        if question is None or not question.narrative:
            found.append(answer)
            continue
        place = (answer.section, answer.entry, answer.property)
        name = field_name(*place, None if question.maximum == 1 else seen[place])
        seen[place] += 1
        if answer.as_it_is:
            found += [Answer(*place, originals[name], answer.path)] if name in originals else []
        else:
            found.append(replace(answer, value=_original(name, answer.value, originals, redacted)))
    return found


def _original(name: str, sent: Value, originals: Mapping[str, str], redacted: Mapping[str, str]) -> Value:
    """What a text stands for: the original behind the same field first, else behind another of the same question."""
    if redacted.get(name) == sent:
        return originals.get(name, str(sent))
    asked = name.split("/")[2]
    alike = (other for other, text in redacted.items() if text == sent and other.split("/")[2] == asked)
    return next((originals[other] for other in alike if other in originals), sent)


def answers_of(event: SafetyEvent, originals: Mapping[str, str]) -> Iterator[Answer]:
    """A revision as the answers that would make it again."""
    for section, entries in event.facts.items():
        for entry, properties in enumerate(entries):
            for name, value in properties.items():
                for one in value if isinstance(value, list) else (value,):
                    yield Answer(section, entry, name, one, field_name(section, entry, name))
    for name, text in originals.items():
        section, entry_, property = name.split("/")[:3]
        yield Answer(section, int(entry_), property, text, name)


def retyped(answers: Iterable[Answer], question_set: QuestionSet, event_type: str) -> list[Answer]:
    """Answers as those of another type of event: what it does not ask stays behind in history."""
    code = next((code for code, slug in question_set.event_types.items() if slug == event_type), "")
    kept = [one for one in answers if not _is_type(one) and _asks(question_set, one, event_type)]
    return [Answer(NATIVE, 0, "Type", code, field_name(NATIVE, 0, "Type")), *kept]


def governed(answers: Iterable[Answer], block: Sequence[Answer]) -> list[Answer]:
    """Answers with another governance block. INVALID where the block holds anything else."""
    faults = [
        Fault(one.path, "unknown-question", "Only the governance block is changed here.")
        for one in block
        if one.section != GOVERNANCE
    ]
    if faults:
        raise invalid("answers-not-accepted", "These are not answers about governance.", *faults)
    return [*(one for one in answers if one.section != GOVERNANCE), *block]


def content_hash(question_set: int, answers: Iterable[Answer]) -> bytes:
    """The same for the same answers, in whatever order they came."""
    parts = sorted(f"{a.section}|{a.entry}|{a.property}|{a.value!r}" for a in answers)
    return hashlib.sha256("\n".join([str(question_set), *parts]).encode("utf-8", "surrogatepass")).digest()


def _is_type(answer: Answer) -> bool:
    return (answer.section, answer.property) == (NATIVE, "Type")


def _asks(question_set: QuestionSet, answer: Answer, event_type: str) -> bool:
    section = question_set.sections.get(answer.section)
    question = question_set.by_key.get((answer.section, answer.property))
    parts: tuple[Any, ...] = (section, question)
    return all(part is not None and part.asked.get(event_type) is not Asked.ABSENT for part in parts)


def _reference_changed(path: str, detail: str) -> Problem:
    return _refused(path, "reference-changed", detail)


def _refused(path: str, code: str, detail: str) -> Problem:
    return invalid(code, detail, Fault(path, code, detail))

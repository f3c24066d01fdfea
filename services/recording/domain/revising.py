"""What may become of a recorded event: which changes are allowed, and what a change leaves as it was.

A revision is a full snapshot. Its sender may only have seen redacted text, or none yet: what comes back unchanged keeps
the original (decisions 9).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from chassis.problems import Fault, Problem, conflict, forbidden, invalid
from services.recording.domain.answers import Answer, Value, field_name
from services.recording.domain.question_set import NATIVE, STAFF, Asked, QuestionSet
from services.recording.domain.safety_events import Change, SafetyEvent
from services.recording.domain.validation import PATIENTS

RETYPES = frozenset({("outcome", "incident"), ("risk", "incident")})
GOVERNANCE = "adverse-event-governance"
_SEQUENCE = (PATIENTS, "PatientSequence")
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


@dataclass(frozen=True)
class Before:
    """What an update finds: the revision's answers in their original words, and its texts by field, as reported and as
    they may be shown."""

    question_set: int
    answers: Sequence[Answer] = field(repr=False)
    originals: Mapping[str, str] = field(repr=False)
    redacted: Mapping[str, str] = field(repr=False)


def with_originals(answers: Sequence[Answer], question_set: QuestionSet, before: Before) -> list[Answer]:
    """The answers with the original text wherever the sender left what they saw, or saw nothing yet.

    A text that was not seen is known by its place alone, so INVALID where its section does not stand as it stood. One left
    as it is where no such question has a text is no answer.
    """
    found: list[Answer] = []
    faults: list[Fault] = []
    now, then = _Layout(answers), _Layout(before.answers)
    for answer, name in _named(answers, question_set):
        standing = not name or now.of(answer) == then.of(answer)
        if not name or not answer.as_it_is:
            text = _original(name, answer.value, before, standing) if name else answer.value
            found.append(replace(answer, value=text))
        elif name in before.originals and standing:
            found.append(replace(answer, value=before.originals[name], as_it_is=False))
        elif question_set.version != before.question_set or _has_text(before, answer.property):
            faults.append(_cannot_tell(answer))
    if faults:
        raise invalid(
            "answers-not-accepted", "Some texts cannot be left as they are. Nothing was saved.", *faults
        )
    return found


def _named(answers: Sequence[Answer], question_set: QuestionSet) -> Iterator[tuple[Answer, str]]:
    """Each answer with the name of its field where it is a text, else with none."""
    seen: Counter[tuple[str, int, str]] = Counter()
    for answer in answers:
        question = question_set.by_key.get((answer.section, answer.property))
        if question is None or not question.narrative:
            yield answer, ""
            continue
        place = (answer.section, answer.entry, answer.property)
        yield answer, field_name(*place, None if question.maximum == 1 else seen[place])
        seen[place] += 1


class _Layout:
    """Where answers stand among each other: what says whether a text is still where it was."""

    def __init__(self, answers: Iterable[Answer]) -> None:
        self._entries: dict[str, set[int]] = {}
        self._counts: Counter[tuple[str, int, str]] = Counter()
        self._patients: dict[int, Value] = {}
        for one in answers:
            self._entries.setdefault(one.section, set()).add(one.entry)
            self._counts[one.section, one.entry, one.property] += 1
            if (one.section, one.property) == _SEQUENCE:
                self._patients[one.entry] = one.value

    def of(self, answer: Answer) -> tuple[Any, ...]:
        patient = self._patients.get(answer.entry) if answer.section == PATIENTS else None
        place = (answer.section, answer.entry, answer.property)
        return self._entries.get(answer.section), self._counts[place], patient


def _original(name: str, sent: Value, before: Before, standing: bool) -> Value:
    """What a text stands for: the original behind the same field, where that stands as it stood; else the one original of
    the same question that is shown like it."""
    if standing and before.redacted.get(name) == sent:
        return before.originals.get(name, str(sent))
    asked = name.split("/")[2]
    alike = {
        before.originals[other]
        for other, text in before.redacted.items()
        if text == sent and other.split("/")[2] == asked and other in before.originals
    }
    return alike.pop() if len(alike) == 1 else sent


def _has_text(before: Before, property: str) -> bool:
    return any(name.split("/")[2] == property for name in before.originals)


def _cannot_tell(answer: Answer) -> Fault:
    detail = (
        "This text is still being checked, and what stands beside it has changed, so that it cannot be told which text is"
        " meant. Send the update once the text can be read, or write the text anew."
    )
    return Fault(answer.path, "text-being-checked", detail)


def answers_of(facts: Mapping[str, list[dict[str, Any]]], originals: Mapping[str, str]) -> Iterator[Answer]:
    """A revision as the answers that would make it again, from its coded facts and its texts."""
    for section, entries in facts.items():
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


def must_have_governance(question_set: QuestionSet) -> None:
    """CONFLICT where the version that a record follows has no governance block."""
    if GOVERNANCE not in question_set.sections:
        raise conflict(
            "no-governance",
            f"Version {question_set.version} of the question set, which this event follows, has no governance block."
            " Change the event to a newer version first.",
        )


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


def with_staffs_answers(
    answers: Sequence[Answer], before: Iterable[Answer], question_set: QuestionSet
) -> list[Answer]:
    """The answers, with what safety staff filled in before in sections of which nothing came: not every sender knows them."""
    came = {one.section for one in _of_staff(answers, question_set)}
    code = next((one.value for one in answers if _is_type(one)), "")
    event_type = question_set.event_types.get(str(code), "")
    left = (one for one in _of_staff(before, question_set) if one.section not in came)
    return [*answers, *(one for one in left if _asks(question_set, one, event_type))]


def must_leave_to_staff(
    answers: Iterable[Answer], before: Iterable[Answer], question_set: QuestionSet
) -> None:
    """FORBIDDEN where answers differ from those before in what safety staff fill in."""
    now, then = (
        {(one.section, one.entry, one.property, one.value) for one in _of_staff(some, question_set)}
        for some in (answers, before)
    )
    if now != then:
        detail = "What safety staff fill in about an event is theirs to say and to change. Leave those sections out."
        raise forbidden("not-permitted", detail)


def _of_staff(answers: Iterable[Answer], question_set: QuestionSet) -> Iterator[Answer]:
    """Those that say something in a section of safety staff."""
    for one in answers:
        section = question_set.sections.get(one.section)
        if section and section.by == STAFF and one.value != "":
            yield one


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

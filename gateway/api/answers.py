"""Answers in JSON, the same both ways: section → entries → property → value, or a list where it may be repeated.

    {"adverse-event-core": [{"Description": "…"}], "adverse-event-agent": [{"InvolvedAgents": ["3", "9"]}]}

A code, text, date (YYYY-MM-DD) or time (hh:mm:ss) is a string. Faults name a place in the same terms: section/entry/Property,
and /index where several were sent. null is no answer; in a revision it leaves a text as it is, which is how a text that
is still being checked is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from chassis.problems import Fault, invalid
from protos.recording.v1 import recording_pb2 as pb

MOST = 5_000  # answers in one request
Shape = dict[str, list[dict[str, Any]]]
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,99}")
_LARGEST = 2**63 - 1


def read(sent: Mapping[str, Any], revising: bool = False) -> list[pb.Answer]:
    """Answers as recording takes them; INVALID with every place that has another shape."""
    found: list[pb.Answer] = []
    faults: list[Fault] = []
    for one in _answers(sent):
        (faults if isinstance(one, Fault) else found).append(one)  # type: ignore[arg-type]
    if len(found) > MOST:
        faults.append(Fault("answers", "too-many-answers", f"Send {MOST:,} answers at most."))
    if faults:
        raise invalid(
            "answers-not-accepted", "Some answers do not have the shape they should.", *faults[:100]
        )
    return [one for one in found if revising or one.WhichOneof("value") != "as_it_is"]


def _answers(sent: Mapping[str, Any]) -> Iterator[pb.Answer | Fault]:
    for section, entries in sent.items():
        if not _NAME.fullmatch(section):
            yield Fault("answers", "unknown-question", "There is a name here that no section has.")
        elif not isinstance(entries, list):
            yield Fault(section, "wrong-type", "A section takes a list of entries.")
        else:
            for entry, held in enumerate(entries):
                yield from _entry(section, entry, held)


def _entry(section: str, entry: int, held: Any) -> Iterator[pb.Answer | Fault]:
    place = f"{section}/{entry}"
    if not isinstance(held, dict):
        yield Fault(place, "wrong-type", "An entry takes an object of properties and their values.")
        return
    for property, value in held.items():
        if not _NAME.fullmatch(property):
            yield Fault(place, "unknown-question", "There is a name here that no question has.")
            continue
        several = isinstance(value, list)
        for index, one in enumerate(value if several else [value]):
            where = f"{place}/{property}/{index}" if several and len(value) > 1 else f"{place}/{property}"
            yield _answer(pb.Answer(section=section, entry=entry, property=property, path=where), one)


def _answer(made: pb.Answer, value: Any) -> pb.Answer | Fault:
    if value is None:
        made.as_it_is = True
    elif isinstance(value, bool):
        made.boolean = value
    elif isinstance(value, int) and abs(value) <= _LARGEST:
        made.integer = value
    elif isinstance(value, str):
        made.text = value
    else:
        return Fault(made.path, "wrong-type", "This takes a text, a whole number, true, false or null.")
    return made


def shaped(answers: Iterable[pb.Answer], questions: pb.QuestionSetDefinition | None) -> Shape:
    """Answers as they are sent, so that what was read can be sent back."""
    repeated, made = _repeated(questions), Shape()
    for one in answers:
        slot = one.WhichOneof("value")
        if slot:
            _put(made, (one.section, one.entry, one.property), getattr(one, slot), repeated)
    return made


def of_event(event: pb.SafetyEvent, questions: pb.QuestionSetDefinition | None) -> Shape:
    """A revision's coded answers and redacted texts; a text that is being checked is null."""
    made, repeated = shaped(event.facts.answers, questions), _repeated(questions)
    for text in event.texts:
        section, entry, property = text.field.split("/")[:3]
        _put(made, (section, int(entry), property), text.text if text.checked else None, repeated)
    return made


def _put(made: Shape, place: tuple[str, int, str], value: Any, repeated: frozenset[tuple[str, str]]) -> None:
    section, entry, property = place
    entries = made.setdefault(section, [])
    entries += [{} for _ in range(entry + 1 - len(entries))]
    held = entries[entry]
    if (section, property) in repeated or isinstance(held.get(property), list):
        held.setdefault(property, []).append(value)
    elif property in held:
        held[property] = [held[property], value]
    else:
        held[property] = value


def _repeated(questions: pb.QuestionSetDefinition | None) -> frozenset[tuple[str, str]]:
    sections = questions.sections if questions else ()
    return frozenset((s.name, q.property) for s in sections for q in s.questions if q.maximum > 1)

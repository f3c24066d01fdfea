"""The answers of a recorded event: as a form takes them again, and in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gateway.web.recording import showing, versions
from gateway.web.recording.flow import STAFF
from gateway.web.recording.form import Form, Given, Place, Value, given_of
from protos.recording.v1 import recording_pb2 as pb


@dataclass(frozen=True)
class Answered:
    """A question and what was answered. `being_checked`: there is a text that nobody may read yet."""

    question: str
    answers: tuple[str, ...]
    being_checked: bool = False


def answers_of(event: pb.SafetyEvent) -> list[Answered]:
    """What its reporter told, in the order of the form; nothing where we do not have its version."""
    form = versions.of_version(event.facts.question_set)
    if form is None:
        return []
    given, unchecked = given_in(event, form)
    steps = (*STAFF.steps(form, given), *STAFF.tasks_of(form, given))
    rows = [row for step in steps for row in showing.rows_of(step, form, given)]
    checking = [Answered(form.question(place).wording, (), True) for place in unchecked]
    return [*(Answered(row["question"], tuple(row["answers"])) for row in rows), *checking]


def given_in(event: pb.SafetyEvent, form: Form) -> tuple[Given, tuple[Place, ...]]:
    """What stands in a revision, texts as they may be shown; and the places whose texts nobody may read yet."""
    given = given_of(event.facts.answers, event.facts.patients_known)
    unchecked: list[Place] = []
    for one in sorted(event.texts, key=lambda each: _index(each.field)):
        place = place_of(one.field)
        if not form.has(place):
            continue
        if one.checked:
            given.values.setdefault(place, []).append(one.text)
        else:
            unchecked.append(place)
    return given, tuple(dict.fromkeys(unchecked))


def left_as_shown(before: Given, after: Given) -> None:
    """What differs from what was shown by blanks and line ends alone was left as it is: browsers and forms change those, and a text
    that is not to the letter what was shown would take the place of what was written."""
    for place, values in after.values.items():
        shown = {_plain(one): one for one in before.at(place)}
        after.values[place] = [shown.get(_plain(one), one) for one in values]


def left_unread(unchecked: Iterable[Place], given: Given) -> Iterator[pb.Answer]:
    """Texts that nobody may read yet, in the place of which nothing was written: they stay as they are."""
    for place in unchecked:
        if not given.at(place):
            section, entry, property = place
            path = f"{section}/{entry}/{property}"
            yield pb.Answer(section=section, entry=entry, property=property, path=path, as_it_is=True)


def _plain(value: Value) -> Value:
    return "".join(value.split()) if isinstance(value, str) else value


def place_of(field: str) -> Place:
    """The question of a text, by the name of its field."""
    section, entry, property = field.split("/")[:3]
    return section, int(entry), property


def _index(field: str) -> int:
    """Which of several texts of one question it is."""
    parts = field.split("/")
    return int(parts[3]) if len(parts) > 3 else 0

"""A version of the question set as a form: which questions apply to the answers given so far, which must be answered.

An answer's place is (section, entry, property); what was answered there is a list of values, as recording takes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from gateway.web.recording.words import NATIONAL, Words, in_words
from protos.recording.v1 import question_set_pb2 as pb
from protos.recording.v1.answer_pb2 import Answer

Value = str | int | bool
Place = tuple[str, int, str]
TYPE: Place = ("native", 0, "Type")
PATIENTS = "patient-information"
REPORTER, STAFF = "reporter", "safety staff"  # who fills a section in


@dataclass
class Given:
    """What was answered so far: place → values; `patients` says whether there was anybody (yes, no, unknown)."""

    values: dict[Place, list[Value]] = field(default_factory=dict)
    patients: str = ""

    def at(self, place: Place) -> list[Value]:
        return self.values.get(place, [])

    def put(self, place: Place, values: Iterable[Value]) -> None:
        """These and no others stand there from now on."""
        kept = list(values)
        self.values.pop(place, None)
        if kept:
            self.values[place] = kept

    def entries(self, section: str) -> list[int]:
        """The entries of a section that hold something."""
        return sorted({entry for name, entry, _ in self.values if name == section})

    def of(self, section: str, property: str, entry: int | None) -> set[Value]:
        """All values of a property, in one entry or in all; of any property when it is empty."""
        return {
            value
            for (name, at, asked), values in self.values.items()
            if name == section and entry in (None, at) and property in ("", asked)
            for value in values
        }


@dataclass(frozen=True)
class Option:
    """A code that may be chosen. `alone`: no other may accompany it."""

    code: str
    label: str
    meaning: str
    alone: bool = False


class Form:
    """One version, as far as it is filled in `by` reporters or safety staff, asked in the words of a setting where there are any; made
    once for its digest."""

    def __init__(
        self, definition: pb.QuestionSetDefinition, words: Words = NATIONAL, by: str = REPORTER
    ) -> None:
        definition = in_words(definition, words)
        self.by = by
        self.version = definition.question_set
        self.order, self.titles, self.examples = words.order, words.titles, words.examples
        self.suggestions, self.lines = words.suggestions, words.lines
        self.sections = {one.name: one for one in definition.sections}
        self._questions = {
            (section.name, one.property): one for section in definition.sections for one in section.questions
        }
        self._lists = {one.name: one for one in definition.value_sets}
        self._types = {one.code: one for one in definition.event_types}

    def question(self, place: Place) -> pb.QuestionDefinition:
        """What is asked at a place; raises KeyError for what the version does not ask."""
        section, _, property = place
        return self._questions[section, property]

    def has(self, place: Place) -> bool:
        """Whether the version asks there at all."""
        return self.asks((place[0], place[2]))

    def asks(self, question: tuple[str, str]) -> bool:
        """The same of a question by its section and property, whichever entry it is asked for."""
        return question in self._questions

    @cached_property
    def types(self) -> list[Option]:
        """What one may record."""
        listed = {one.code: one for one in self._lists[self.question(TYPE).value_set].codes}
        return [Option(code, listed[code].label, listed[code].meaning) for code in self._types]

    def slug(self, given: Given) -> str:
        """Our name for the type of event, empty while it is not chosen."""
        chosen = given.at(TYPE)
        known = self._types.get(str(chosen[0])) if chosen else None
        return known.slug if known else ""

    def options(self, question: pb.QuestionDefinition) -> list[Option]:
        """Those that a new answer may have, in the national order."""
        if question.value_set not in self._lists:
            return []
        alone = set(question.exclusive)
        codes = self._lists[question.value_set].codes
        return [
            Option(one.code, one.label, one.meaning, one.code in alone) for one in codes if not one.retired
        ]

    def label(self, question: pb.QuestionDefinition, value: Value) -> str:
        """What a value says: a code's label, or the value itself."""
        if isinstance(value, bool):
            return "Yes" if value else "No"
        if question.value_set in self._lists:
            found = [one.label for one in self._lists[question.value_set].codes if one.code == value]
            return found[0] if found else str(value)
        return str(value)

    def applies(self, place: Place, given: Given) -> bool:
        """Whether a question is asked at all, for this type of event and what was answered."""
        name, entry, _ = place
        section, question = self.sections[name], self.question(place)
        slug = self.slug(given)
        if section.by != self.by or question.assigned:
            return False
        if "absent" in (section.asked.get(slug), question.asked.get(slug)):
            return False
        return all(
            not one.ByteSize() or holds(one, given, name, entry) for one in (section.when, question.when)
        )

    def is_required(self, place: Place, given: Given) -> bool:
        """Whether an answer is wanted, where the question applies."""
        name, entry, _ = place
        question = self.question(place)
        if question.asked.get(self.slug(given)) == "required":
            return True
        wanted = question.required_when
        return bool(wanted.ByteSize()) and holds(wanted, given, name, entry)

    def is_missed(self, place: Place, given: Given) -> bool:
        """Whether an answer is wanted because others of its section were given, where the question applies."""
        others = any(one[:2] == place[:2] and one != place for one in given.values)
        return (
            bool(self.question(place).minimum)
            and others
            and self.applies(place, given)
            and not given.at(place)
        )

    def without_what_does_not_apply(self, given: Given) -> Given:
        """The answers that still count, after others were changed: until nothing depends on what has gone."""
        kept = Given(dict(given.values), given.patients)
        while gone := [one for one in kept.values if one != TYPE and not self._stays(one, kept)]:
            for one in gone:
                del kept.values[one]
        return kept

    def _stays(self, place: Place, given: Given) -> bool:
        return self.has(place) and self.applies(place, given)


def holds(condition: pb.Condition, given: Given, section: str, entry: int) -> bool:
    """Whether a condition holds for a question of this entry, as recording judges it."""
    if condition.any:
        return any(holds(each, given, section, entry) for each in condition.any)
    if condition.all:
        return all(holds(each, given, section, entry) for each in condition.all)
    same = condition.section == section
    found = {_code(one) for one in given.of(condition.section, condition.property, entry if same else None)}
    if condition.presence:
        return (condition.presence == pb.PRESENCE_GIVEN) is bool(found)
    if condition.has:
        return bool(found & set(condition.has))
    return not found & set(condition.lacks)


def _code(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def given_of(answers: Iterable[Answer], patients: str = "") -> Given:
    """What a draft holds."""
    given = Given(patients=patients)
    for one in answers:
        slot = one.WhichOneof("value")
        if slot and slot != "as_it_is":
            place = (one.section, one.entry, one.property)
            given.values.setdefault(place, []).append(getattr(one, slot))
    return given


def answers_of(given: Given) -> Iterator[Answer]:
    """The same as recording takes it."""
    for (section, entry, property), values in given.values.items():
        for index, value in enumerate(values):
            path = f"{section}/{entry}/{property}" + (f"/{index}" if len(values) > 1 else "")
            made = Answer(section=section, entry=entry, property=property, path=path)
            if isinstance(value, bool):
                made.boolean = value
            elif isinstance(value, int):
                made.integer = value
            else:
                made.text = value
            yield made

"""The smallest event that asks a question, found from the question set alone: its type, what the answer needs
beside it, and nothing else. And the other way: the same answer where its condition does not hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from services.recording.domain.answers import Answer, Value, field_name
from services.recording.domain.question_set import (
    NATIVE,
    Asked,
    Condition,
    Key,
    Kind,
    Question,
    QuestionSet,
    Section,
)

Event = Mapping[Key, tuple[Value, ...]]
"""The answers of the first entry of each section."""

TYPE = (NATIVE, "Type")
TEXT = "some text"
_BY_FORMAT: Mapping[str, Value] = {"partial-date": "2026-02", "age-days": 6696, "dmd": "777067000"}
_BY_KIND: Mapping[Kind, Value] = {
    Kind.STRING: TEXT,
    Kind.INTEGER: 1,
    Kind.BOOLEAN: True,
    Kind.DATE: "2026-03-01",
    Kind.TIME: "06:40:00",
}


def sample(question: Question) -> Value:
    """An answer that is right by itself; of codes, the first that may stand beside others."""
    if question.value_set:
        return next(code for code in question.value_set.offered() if code not in question.exclusive)
    if question.organisation:
        return "RZ1"
    return _BY_FORMAT.get(question.format) or _BY_KIND[question.kind]


def answers(event: Event) -> list[Answer]:
    """Each answer's path is its field name with its number, so that a fault can be found by it."""
    return [
        Answer(section, 0, property, value, field_name(section, 0, property, index))
        for (section, property), values in event.items()
        for index, value in enumerate(values)
    ]


def asking(question_set: QuestionSet, question: Question, value: Value) -> Event:
    """The smallest event in which this answer has its place; LookupError when there is none."""
    key = (question.section, question.property)
    for code in question_set.event_types:
        told = {} if key == question_set.description else {question_set.description: (TEXT,)}
        events = _Search(question_set, code).placed({TYPE: (code,), **told}, question, value)
        for event in events:
            return event
    raise LookupError(f"no event asks {key}")


def against(question_set: QuestionSet, question: Question, value: Value, condition: Condition) -> Event:
    """That event, changed so that one condition, the question's or its section's, does not hold."""
    search = _Search(question_set, next(iter(question_set.event_types)))
    events = search.broken(asking(question_set, question, value), condition)
    return next(each for each in events if not true(each, condition))


def true(event: Event, condition: Condition) -> bool:
    if condition.any or condition.all:
        return any(true(event, each) for each in condition.any) or (
            bool(condition.all) and all(true(event, each) for each in condition.all)
        )
    values = _values(event, condition)
    if condition.absent is not None:
        return condition.absent is not bool(values)
    return bool(values & condition.has) if condition.has else not values & condition.lacks


def _values(event: Event, condition: Condition) -> set[Value]:
    return {value for key, values in event.items() if _is_looked_at(condition, key) for value in values}


def _is_looked_at(condition: Condition, key: Key) -> bool:
    return condition.section == key[0] and condition.property in ("", key[1])


def _other(driver: Question, condition: Condition) -> Value:
    """An answer to the driver that is none of those the condition wants."""
    values: Sequence[Value] = (True, False) if driver.value_set is None else list(driver.value_set.offered())
    return next(each for each in values if each not in condition.has)


class _Search:
    """The events of one type that add what a condition wants to an event."""

    def __init__(self, question_set: QuestionSet, event_type: str) -> None:
        self.question_set = question_set
        self.slug = question_set.event_types[event_type]

    def placed(self, event: Event, question: Question, value: Value) -> Iterator[Event]:
        key, section = (question.section, question.property), self.question_set.sections[question.section]
        there = event.get(key, ())
        if value in there:
            yield event
        elif len(there) < question.maximum and not there and self._asks(question, section):
            wanted = [each for each in (section.when, question.when) if each is not None]
            for each in self._all({**event, key: (value,)}, wanted):
                yield self.minimum(each, question)

    def minimum(self, event: Event, question: Question) -> Event:
        """What the profile wants in the question's section besides."""
        wanted = {
            (each.section, each.property): (sample(each),)
            for each in self.question_set.sections[question.section].questions
            if each.minimum and (each.section, each.property) not in event
        }
        return {**event, **wanted}

    def held(self, event: Event, condition: Condition) -> Iterator[Event]:
        if condition.any:
            for each in condition.any:
                yield from self.held(event, each)
        elif condition.all:
            yield from self._all(event, list(condition.all))
        elif true(event, condition):
            yield event
        elif condition.has:
            for value in sorted(condition.has, key=str):
                yield from self.placed(event, self._driver(condition), value)
        elif condition.absent is False:
            yield from self.placed(event, self._driver(condition), sample(self._driver(condition)))

    def broken(self, event: Event, condition: Condition) -> Iterator[Event]:
        if condition.any:
            events = [event]
            for each in condition.any:
                events = [one for before in events for one in self.broken(before, each)]
            yield from events
        elif condition.all:
            for each in condition.all:
                yield from self.broken(event, each)
        elif condition.lacks:
            for value in sorted(condition.lacks, key=str):
                yield {**event, (condition.section, condition.property): (value,)}
        elif condition.absent:
            driver = self._driver(condition)
            yield {**event, (driver.section, driver.property): (sample(driver),)}
        elif not true(event, condition):
            yield event
        elif condition.has:
            driver = self._driver(condition)
            yield {**event, (driver.section, driver.property): (_other(driver, condition),)}
        else:
            yield {key: each for key, each in event.items() if not _is_looked_at(condition, key)}

    def _all(self, event: Event, conditions: list[Condition]) -> Iterator[Event]:
        if not conditions:
            yield event
            return
        for each in self.held(event, conditions[0]):
            yield from self._all(each, conditions[1:])

    def _asks(self, question: Question, section: Section) -> bool:
        return Asked.ABSENT not in (question.asked.get(self.slug), section.asked.get(self.slug))

    def _driver(self, condition: Condition) -> Question:
        if condition.property:
            return self.question_set.by_key[condition.section, condition.property]
        return self.question_set.sections[condition.section].questions[0]

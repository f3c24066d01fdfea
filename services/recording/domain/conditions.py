"""The answers of one event that could be read, and whether a condition holds among them."""

from __future__ import annotations

from dataclasses import dataclass, field

from services.recording.domain.answers import Answer, Value
from services.recording.domain.question_set import Condition


@dataclass(slots=True)
class Given:
    """The answers that can be read, by section and entry, and the fields whose answers could not."""

    sections: dict[str, dict[int, dict[str, list[Answer]]]] = field(default_factory=dict)
    doubtful: set[tuple[str, str]] = field(default_factory=set)

    def add(self, answer: Answer) -> None:
        entries = self.sections.setdefault(answer.section, {})
        entries.setdefault(answer.entry, {}).setdefault(answer.property, []).append(answer)

    def first(self, section: str, property: str) -> Value | None:
        answers = self.sections.get(section, {}).get(0, {}).get(property)
        return answers[0].value if answers else None

    def values(self, section: str, property: str, entry: int | None) -> set[Value]:
        """All values of a property, in one entry or (None) in all; of any property when it is empty."""
        entries = self.sections.get(section)
        if entries is None:
            return set()
        chosen = entries.values() if entry is None else [entries.get(entry, {})]
        return {
            answer.value
            for each in chosen
            for answer in (
                each.get(property, ()) if property else (one for many in each.values() for one in many)
            )
        }


def holds(condition: Condition, given: Given, section: str, entry: int) -> bool:
    """Whether a condition holds for a question of this entry. What could not be read is in its favour."""
    if condition.any:
        return any(holds(each, given, section, entry) for each in condition.any)
    if condition.all:
        return all(holds(each, given, section, entry) for each in condition.all)
    if (condition.section, condition.property) in given.doubtful:
        return True
    same = condition.section == section
    return _passes(condition, given.values(condition.section, condition.property, entry if same else None))


def _passes(condition: Condition, values: set[Value]) -> bool:
    if condition.absent is not None:
        return condition.absent is (not values)
    if condition.has:
        return not condition.has.isdisjoint(values)
    return condition.lacks.isdisjoint(values)


def in_words(condition: Condition) -> str:
    if condition.any or condition.all:
        joint = " or " if condition.any else " and "
        return joint.join(in_words(each) for each in condition.any or condition.all)
    name = condition.property or condition.section
    if condition.absent is not None:
        return f"{name} is {'not ' if condition.absent else ''}given"
    codes = " or ".join(sorted(str(each).lower() for each in condition.has or condition.lacks))
    return f"{name} is {'' if condition.has else 'not '}{codes}"

"""What somebody should consider because of an event's answers: duties, bodies to tell, responses. Nothing is ever set.

The rules are data (`services/recording/suggestions.toml`), in the language of the question set's own conditions. One set
of rules serves every version: what a version does not ask simply suggests nothing.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.recording.domain import ages
from services.recording.domain.answers import Answer, Value
from services.recording.domain.conditions import Given, holds
from services.recording.domain.question_set import Condition, Kind, QuestionSet, condition_in
from services.recording.domain.safety_events import SafetyEvent
from services.recording.domain.safety_responses import SECTIONS, SafetyResponse

KINDS = ("duty_of_candour", "cqc", "never_event", "safety_response", "notify")


@dataclass(frozen=True)
class Rule:
    """One rule. `each` is a section of which one entry must meet the condition by itself, as one patient does.

    `settled_by` are questions in which the decision is written down, in the order of preference.
    """

    name: str
    kind: str
    advice: str
    when: Mapping[str, Any]
    settled_by: tuple[tuple[str, str], ...] = ()
    each: str = ""
    body: str = ""
    deadline: str = ""
    link: str = ""


@dataclass(frozen=True)
class Fitted:
    """A rule in terms of one version of the question set. `section` and `property` say where its decision is written."""

    rule: Rule
    condition: Condition
    section: str
    property: str


@dataclass(frozen=True)
class Suggestion:
    """A rule that an event meets. `section` and `property` are empty where its version has no such question."""

    rule: Rule
    because: str
    section: str
    property: str
    settled: bool


def load(text: str) -> tuple[Rule, ...]:
    """The rules in their order. ValueError or TypeError where one is not as it should be."""
    return tuple(_rule(name, each) for name, each in tomllib.loads(text)["rules"].items())


def _rule(name: str, data: Mapping[str, Any]) -> Rule:
    if data["kind"] not in KINDS:
        raise ValueError(f"{name} is of no kind there is")
    settled_by = tuple(_place(one) for one in data.get("settled_by", ()))
    return Rule(name, **{**data, "settled_by": settled_by})


def _place(written: str) -> tuple[str, str]:
    section, _, property = written.partition("/")
    return section, property


def fitted(rules: Iterable[Rule], questions: QuestionSet) -> tuple[Fitted, ...]:
    """The rules that a version can meet, in their order."""
    conditions = ((rule, condition_in(questions, rule.when, rule.each)) for rule in rules)
    return tuple(
        Fitted(rule, condition, *_where(rule, questions)) for rule, condition in conditions if condition
    )


def suggest(
    rules: Iterable[Fitted],
    questions: QuestionSet,
    event: SafetyEvent,
    responses: Sequence[SafetyResponse] = (),
) -> list[Suggestion]:
    """What an event's answers suggest, in the order of the rules, which are fitted to `questions`, its version.

    `responses` to it settle whether one is needed.
    """
    given = _given(event, responses)
    return [made for one in rules if (made := _suggestion(one, questions, given))]


def _given(event: SafetyEvent, responses: Iterable[SafetyResponse]) -> Given:
    """Coded answers, and that a text was given, though not what it says."""
    given = Given()
    records: tuple[SafetyEvent | SafetyResponse, ...] = (event, *responses)
    for one in records:
        for answer in (*_coded(one.facts), *_told(one.sealed)):
            given.add(answer)
    return given


def _coded(facts: Mapping[str, Any]) -> Iterator[Answer]:
    for section, entries in facts.items():
        for entry, properties in enumerate(entries):
            for name, value in properties.items():
                for one in value if isinstance(value, list) else (value,):
                    yield Answer(section, entry, name, one, "")


def _told(sealed: Iterable[str]) -> Iterator[Answer]:
    for name in sealed:
        section, entry, property = name.split("/")[:3]
        yield Answer(section, int(entry), property, "", "")


def _suggestion(one: Fitted, questions: QuestionSet, given: Given) -> Suggestion | None:
    rule, condition = one.rule, one.condition
    entries = given.sections.get(rule.each, {}) if rule.each else {0: None}
    met = [entry for entry in entries if holds(condition, given, rule.each, entry)]
    if not met:
        return None
    reasons = dict.fromkeys(
        reason for entry in met for reason in _reasons(condition, questions, given, rule.each, entry)
    )
    settled = any(given.values(*place, None) for place in rule.settled_by)
    return Suggestion(rule, "; ".join(reasons), one.section, one.property, settled)


def _where(rule: Rule, questions: QuestionSet) -> tuple[str, str]:
    """The question in which the decision is written; responses are records of their own, whatever the version."""
    asked = (one for one in rule.settled_by if questions.question(*one) or one[0] in SECTIONS)
    return next(asked, ("", ""))


# ---- in words ----------------------------------------------------------------------------------------------


def _reasons(
    condition: Condition, questions: QuestionSet, given: Given, section: str, entry: int
) -> Iterator[str]:
    """Each test that holds, as the question and the labels that met it."""
    for each in condition.all or condition.any:
        if holds(each, given, section, entry):
            yield from _reasons(each, questions, given, section, entry)
    if condition.all or condition.any:
        return
    same = condition.section == section
    values = given.values(condition.section, condition.property, entry if same else None)
    shown = values & condition.has if condition.has else values
    question = questions.by_key[condition.section, condition.property]
    said = sorted(_label(questions, question.section, question.property, one) for one in shown)
    yield f"{question.short or question.wording}: {', '.join(one for one in said if one) or 'not answered'}"


def _label(questions: QuestionSet, section: str, property: str, value: Value) -> str:
    question = questions.by_key[section, property]
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if question.narrative:
        return "answered"
    if question.kind is Kind.INTEGER:
        age = ages.decode(int(value)) if question.format == "age-days" else None
        return f"{age.number} {age.unit}" if age else str(value)
    return questions.label(section, property, str(value)) or str(value)

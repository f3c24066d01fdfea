"""Every property and every code of every version is accepted in a valid place and refused in an invalid one.

The cases are made from our own data, and for versions 4 and 5 from the published ones as well where they are
at hand. What an answer needs beside it is worked out from the question set (`smallest`).
"""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import pytest

from chassis.problems import Fault, Problem
from services.recording.domain.answers import Answer, Value, field_name
from services.recording.domain.question_set import Condition, Kind, Otherwise, Question, QuestionSet
from services.recording.domain.validation import validate
from tests.services.recording.domain.conftest import ORGANISATIONS, SHARED, TODAY
from tests.services.recording.domain.smallest import against, answers, asking, sample

NEVER_A_CODE = "no-such-code"
WRONG_TYPES: Mapping[Kind, tuple[Value, ...]] = {
    Kind.CODE: (1, True),
    Kind.STRING: (1, True),
    Kind.INTEGER: ("1", True),
    Kind.BOOLEAN: ("true", 1),
    Kind.DATE: (20260301, "1 March", True),
    Kind.TIME: (6, "quarter to seven", True),
}


class Case(NamedTuple):
    """One property as its source has it: the codes, or none where it takes no value set."""

    section: str
    property: str
    kind: Kind
    maximum: int
    codes: tuple[str, ...]


def ours(question_set: QuestionSet) -> list[Case]:
    return [
        Case(q.section, q.property, q.kind, q.maximum, tuple(q.value_set.labels) if q.value_set else ())
        for q in question_set.questions()
    ]


def published(version: int) -> list[Case]:
    path = SHARED / f"domain/question-set-v{version}.json"
    if not path.is_file():
        pytest.skip(
            f"the published version {version} is not at hand: LFPSE_SHARED names the folder of domain/"
        )
    data = json.loads(path.read_text("utf-8"))
    codes = {name: tuple(code for code, _ in each["codes"]) for name, each in data["code_lists"].items()}
    return [
        Case(
            section["profile"].removesuffix(f"-{version}"),
            each["name"],
            Kind(each["type"]),
            int(each["max"]),
            codes.get(each.get("value_set", ""), ()),
        )
        for section in data["profiles"]
        for each in section["properties"]
    ]


class Tally:
    """The checks of one version, counted by what they show."""

    def __init__(self, question_set: QuestionSet) -> None:
        self.question_set = question_set
        self.counts: Counter[str] = Counter()

    def accepted(self, what: str, sent: list[Answer]) -> None:
        self.counts[what] += 1
        try:
            warnings = {each.code for each in _checked(self.question_set, sent)}
        except Problem as problem:
            raise AssertionError(f"{what}: {sent[0].section}/{sent[0].property} {problem.faults}") from None
        assert warnings <= {"required-missing"}, (what, sent[0].section, sent[0].property, warnings)

    def remarked(self, what: str, sent: list[Answer], path: str, code: str) -> None:
        self.counts[what] += 1
        warnings = [(each.path, each.code) for each in _checked(self.question_set, sent)]
        assert (path, code) in warnings, (what, path, code, warnings)

    def refused(self, what: str, sent: list[Answer], path: str, code: str, *, strict: bool = False) -> None:
        self.counts[what] += 1
        with pytest.raises(Problem) as raised:
            _checked(self.question_set, sent, strict)
        faults = [(each.path, each.code) for each in raised.value.faults]
        assert (path, code) in faults, (what, path, code, faults)


def _checked(question_set: QuestionSet, sent: list[Answer], strict: bool = False) -> tuple[Fault, ...]:
    known = ORGANISATIONS.__contains__
    return validate(question_set, sent, today=TODAY, known_organisation=known, strict=strict).warnings


@pytest.mark.parametrize(
    ("version", "source"), [(4, "ours"), (4, "published"), (5, "ours"), (5, "published"), (6, "ours")]
)
def test_every_property_and_code_is_accepted_in_its_place_and_refused_elsewhere(
    question_sets: Mapping[int, QuestionSet],
    version: int,
    source: str,
    record_property: object,
    capsys: pytest.CaptureFixture[str],
) -> None:
    question_set = question_sets[version]
    cases = ours(question_set) if source == "ours" else published(version)
    tally = Tally(question_set)
    for case in cases:
        question = question_set.question(case.section, case.property)
        assert question is not None, case
        assert (question.kind, question.maximum) == (case.kind, case.maximum), case
        for value in case.codes or (sample(question),):
            _check_value(tally, question, value)
        if not question.assigned:
            _check_property(tally, question, case)
    codes = sum(len(case.codes) for case in cases)
    assert tally.counts["accepted"] == sum(max(1, len(case.codes)) for case in cases)
    assert callable(record_property)
    for name, count in {"properties": len(cases), "codes": codes, "checks": tally.counts.total()}.items():
        record_property(name, count)
    with capsys.disabled():
        print(f"\nversion {version}, {source}: {len(cases)} properties, {codes} codes, {_told(tally.counts)}")


def _told(counts: Counter[str]) -> str:
    return f"{counts.total()} checks ({', '.join(f'{count} {what}' for what, count in counts.items())})"


def _check_value(tally: Tally, question: Question, value: Value) -> None:
    """One code, or one answer of another kind: in its place, elsewhere, and against its conditions."""
    sent = answers(asking(tally.question_set, question, value))
    tally.accepted("accepted", sent)
    for section in _sections_without(tally.question_set, question):
        path = field_name(section, 0, question.property)
        stray = Answer(section, 0, question.property, value, path)
        tally.refused("in another section", [*sent, stray], path, "unknown-question")
    if question.assigned:
        return
    if question.value_set and isinstance(value, str) and value.isdigit():
        _refused_instead(tally, "as a number", question, value, int(value), "wrong-type")
    _check_conditions(tally, question, value)
    if value in question.exclusive:
        both = _repeated(question, value, [value, sample(question)], tally.question_set)
        path = field_name(question.section, 0, question.property, 0)
        tally.refused("beside an exclusive code", both, path, "mutually-exclusive")


def _check_conditions(tally: Tally, question: Question, value: Value) -> None:
    """Against each of its conditions: refused where the condition says so, else only when we are strict."""
    path = field_name(question.section, 0, question.property, 0)
    for condition, otherwise, of in _conditions(tally.question_set, question):
        sent = answers(against(tally.question_set, question, value, condition))
        strict = otherwise is Otherwise.WARN
        what = f"against the condition of its {of}" + (", strictly" if strict else "")
        tally.refused(what, sent, path, "condition-violated", strict=strict)
        if strict and (of == "question" or question.otherwise is Otherwise.WARN):
            tally.remarked("remarked on", sent, path, "condition-violated")


def _check_property(tally: Tally, question: Question, case: Case) -> None:
    """What no answer to this question may be, whatever its value."""
    right = case.codes[0] if case.codes else sample(question)
    if question.kind is Kind.CODE:
        wrong = "unknown-organisation" if question.organisation else "code-not-in-value-set"
        wrong = "wrong-type" if question.format == "dmd" else wrong
        _refused_instead(tally, "an unknown code", question, right, NEVER_A_CODE, wrong)
    for value in WRONG_TYPES[question.kind]:
        _refused_instead(tally, "of a wrong type", question, right, value, "wrong-type")
    many = _repeated(question, right, list(itertools.repeat(right, case.maximum + 1)), tally.question_set)
    path = field_name(question.section, 0, question.property, case.maximum)
    tally.refused("too many", many, path, "too-many-answers")
    entry = tally.question_set.sections[question.section].maximum
    path = field_name(question.section, entry, question.property)
    beyond = Answer(question.section, entry, question.property, right, path)
    sent = answers(asking(tally.question_set, question, right))
    tally.refused("in too many sections", [*sent, beyond], path, "too-many-answers")


def _refused_instead(
    tally: Tally, what: str, question: Question, right: Value, wrong: Value, code: str
) -> None:
    """The event that asks the question, with another answer to it."""
    sent = _repeated(question, right, [wrong], tally.question_set)
    tally.refused(what, sent, field_name(question.section, 0, question.property, 0), code)


def _repeated(
    question: Question, right: Value, values: Iterable[Value], question_set: QuestionSet
) -> list[Answer]:
    key = (question.section, question.property)
    return answers({**asking(question_set, question, right), key: tuple(values)})


def _sections_without(question_set: QuestionSet, question: Question) -> Iterator[str]:
    """One section that does not have the property: the next in the order of the data."""
    names = list(question_set.sections)
    after = itertools.islice(itertools.cycle(names), names.index(question.section) + 1, None)
    yield next(each for each in after if question_set.question(each, question.property) is None)


def _conditions(question_set: QuestionSet, question: Question) -> Iterator[tuple[Condition, Otherwise, str]]:
    section = question_set.sections[question.section]
    for each, of in ((question, "question"), (section, "section")):
        if each.when is not None:
            yield each.when, each.otherwise, of

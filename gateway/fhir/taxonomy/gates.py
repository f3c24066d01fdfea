"""Conditions as a FHIR form can say them.

A question of a form is shown when all, or when any, of some tests hold; ours nest further. So a condition becomes clauses
that must all hold, each of tests of which one must; what is certain for this form (its type of event, questions it does not
have) is settled first. A clause too many becomes a group around the question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product

from protos.recording.v1 import question_set_pb2 as pb


@dataclass(frozen=True)
class Test:
    """One test of another answer: `=` and `!=` a code, or `exists` true or false."""

    section: str
    property: str
    operator: str
    value: str


Clauses = list[list[Test]]
Settle = Callable[[Test], bool | None]
ALWAYS: Clauses = []


def clauses(when: pb.Condition, settle: Settle, properties: Callable[[str], list[str]]) -> Clauses | None:
    """What must hold; ALWAYS, or None where it never does.

    `settle` says what is certain of a test, `properties` those of a section in the form.
    """
    settled: Clauses = []
    for clause in _unsettled(when, properties):
        known = [settle(test) for test in clause]
        if any(each is True for each in known):
            continue
        open_tests = [test for test, each in zip(clause, known, strict=True) if each is None]
        if not open_tests:
            return None
        if open_tests not in settled:
            settled.append(open_tests)
    return settled


def _unsettled(when: pb.Condition, properties: Callable[[str], list[str]]) -> Clauses:
    if when.all:
        return [clause for each in when.all for clause in _unsettled(each, properties)]
    if when.any:
        branches = [_unsettled(each, properties) for each in when.any]
        return [[test for clause in chosen for test in clause] for chosen in product(*branches)]
    if when.presence:
        return _presence(when, properties)
    if when.has:
        return [[Test(when.section, when.property, "=", code) for code in when.has]]
    return [[Test(when.section, when.property, "!=", code)] for code in when.lacks]


def _presence(when: pb.Condition, properties: Callable[[str], list[str]]) -> Clauses:
    """Of one answer, or of any answer in a section."""
    given = when.presence == pb.PRESENCE_GIVEN
    names = [when.property] if when.property else properties(when.section)
    tests = list(_exists(when.section, names, given))
    return [tests] if given else [[test] for test in tests]


def _exists(section: str, names: list[str], given: bool) -> Iterator[Test]:
    for name in names:
        yield Test(section, name, "exists", "true" if given else "false")

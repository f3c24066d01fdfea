"""Whether something may be recorded already: on a real database, and who may be told of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from chassis.actors import Actor
from services.recording.domain import alike as rules
from services.recording.domain.alike import Candidate
from services.recording.domain.answers import Answer
from services.recording.use_cases import find_alike
from tests.builders.recording import System
from tests.services.recording.test_following_up import ELSEWHERE, LEAD, REPORTER, report

DAY = "2026-11-02"
AGENT = Answer("adverse-event-agent", 0, "InvolvedAgents", "4", "")
SERVICE = Answer("location-details", 0, "ServiceArea", "1", "")


def found(system: System, actor: Actor, day: str, *answers: Answer) -> tuple[list[str], int]:
    shown, others = find_alike(system.db, system.tools, actor, "RZ1", "incident", day, answers)
    return [one.reference for one in shown], others


def test_the_same_kind_on_the_same_day_with_codes_in_common_is_found_by_whoever_may_see_it(
    system: System,
) -> None:
    receipt = report(system)
    with system.db.begin() as tx:
        day, facts = tx.exec_driver_sql(
            "select e.occurred_on, r.facts from events e join revisions r on r.event_id = e.id"
        ).one()
    codes = [
        Answer(name.split("/")[0], 0, name.split("/")[1], code, "")
        for name, code in sorted(rules.codes_in(facts))
    ]
    assert codes, "the builder's event tells itself by some code"
    assert found(system, LEAD, day, *codes) == ([receipt.reference], 0)
    assert found(system, REPORTER, day, *codes) == ([receipt.reference], 0), "their own"
    assert found(system, LEAD, "2020-01-01", *codes) == ([], 0)
    assert found(system, LEAD, "", *codes) == ([], 0)
    assert found(system, LEAD, day) == ([], 0), "nothing is told by nothing"


def test_whoever_may_not_see_it_hears_how_many_there_are(system: System) -> None:
    report(system)
    with system.db.begin() as tx:
        day, facts = tx.exec_driver_sql(
            "select e.occurred_on, r.facts from events e join revisions r on r.event_id = e.id"
        ).one()
    codes = [
        Answer(name.split("/")[0], 0, name.split("/")[1], code, "")
        for name, code in sorted(rules.codes_in(facts))
    ]
    somebody = replace(REPORTER, id="somebody-else")
    assert found(system, somebody, day, *codes) == ([], 1)


def test_only_for_an_organisation_for_which_one_records(system: System) -> None:
    with pytest.raises(Exception, match="not-permitted"):
        find_alike(system.db, system.tools, ELSEWHERE, "RZ1", "incident", DAY, [AGENT])


def test_days_about_a_day() -> None:
    assert rules.days_about("2026-03-01") == ("2026-02-28", "2026-03-02")
    assert rules.days_about("2026-03") is None


def test_what_everybody_answers_tells_nothing() -> None:
    none = Answer("adverse-event-agent", 0, "InvolvedAgents", "10", "")
    assert rules.codes_of([none, SERVICE]) == {("location-details/ServiceArea", "1")}


def a_candidate(reference: str, *codes: Any, visible: bool = True) -> Candidate:
    return Candidate(reference, reference, DAY, datetime(2026, 11, 2, tzinfo=UTC), frozenset(codes), visible)


def test_the_most_alike_come_first_and_one_code_among_several_is_not_enough() -> None:
    wanted = frozenset({("a", "1"), ("b", "1"), ("c", "1")})
    one, two, three = (
        a_candidate("one", ("a", "1")),
        a_candidate("two", ("a", "1"), ("b", "1")),
        a_candidate("three", *wanted),
    )
    hidden = a_candidate("hidden", *wanted, visible=False)
    shown, others = rules.nearest(wanted, [one, two, three, hidden])
    assert ([each.reference for each in shown], others) == (["three", "two"], 1)

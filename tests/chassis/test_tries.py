from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.problems import Kind, Problem
from chassis.tries import Tries, tried_again, wait_after

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def test_the_first_tries_are_free() -> None:
    tries = None
    for count in (1, 2, 3):
        tries = tried_again(tries, NOW)
        assert tries.count == count


def test_each_failure_after_the_third_doubles_the_wait_up_to_a_minute() -> None:
    assert [wait_after(count).total_seconds() for count in range(2, 12)] == [
        0,
        1,
        2,
        4,
        8,
        16,
        32,
        60,
        60,
        60,
    ]


def test_a_try_before_its_time_is_refused_and_says_how_long() -> None:
    with pytest.raises(Problem) as refused:
        tried_again(Tries(6, NOW), NOW + timedelta(seconds=3))
    assert refused.value.kind is Kind.THROTTLED
    assert "5 seconds" in refused.value.detail


def test_a_try_in_its_time_is_counted() -> None:
    assert tried_again(Tries(6, NOW), NOW + timedelta(seconds=8)) == Tries(7, NOW + timedelta(seconds=8))


def test_tries_are_forgotten_after_a_quarter_of_an_hour() -> None:
    assert tried_again(Tries(500, NOW), NOW + timedelta(minutes=15)).count == 1


@given(st.integers(min_value=0, max_value=10**9))
def test_nobody_ever_waits_longer_than_a_minute(failures: int) -> None:
    assert wait_after(failures) <= timedelta(minutes=1)

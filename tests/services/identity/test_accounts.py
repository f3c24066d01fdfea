from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.problems import Kind, Problem
from services.identity.domain import accounts
from services.identity.domain.accounts import Tries, tried_again, wait_after

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize("typed", ["Nurse@Example.org", "  nurse@example.org\n", "nurse@example.org\u200b"])
def test_an_address_is_known_however_it_is_typed(typed: str) -> None:
    assert accounts.address(typed) == "nurse@example.org"


def test_a_letter_and_its_accent_are_one_letter() -> None:
    assert accounts.comparable("rene\u0301@example.org") == accounts.comparable("ren\u00e9@example.org")


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "nurse",
        "nurse@",
        "@example.org",
        "nurse@example",
        "a b@example.org",
        "a@b@example.org",
        "a@example..org",
        "<a@example.org>",
        "a@example.org,b@example.org",
        "a" * 250 + "@example.org",
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(Problem) as refused:
        accounts.address(typed)
    assert refused.value.code == "email-not-valid"


@given(st.text())
def test_anything_typed_can_be_looked_up(typed: str) -> None:
    once = accounts.comparable(typed)
    assert "\0" not in once
    assert once == once.strip()


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


def test_an_actor_lives_five_minutes_and_never_longer_than_what_it_rests_on() -> None:
    assert accounts.actor_seconds(NOW) == 300
    assert accounts.actor_seconds(NOW, NOW + timedelta(hours=1), None) == 300
    assert accounts.actor_seconds(NOW, NOW + timedelta(hours=1), NOW + timedelta(seconds=20)) == 20

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.problems import Problem
from services.identity.domain import accounts

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


def test_an_actor_lives_five_minutes_and_never_longer_than_what_it_rests_on() -> None:
    assert accounts.actor_seconds(NOW) == 300
    assert accounts.actor_seconds(NOW, NOW + timedelta(hours=1), None) == 300
    assert accounts.actor_seconds(NOW, NOW + timedelta(hours=1), NOW + timedelta(seconds=20)) == 20

"""Letters about signing in with an outside provider, and about a password that no longer works."""

from __future__ import annotations

import pytest

from services.notifications import domain


def test_the_code_is_in_its_letter_which_says_to_tell_nobody() -> None:
    words = domain.verification("outside", "", "")
    assert words is not None
    assert domain.CODE in words.body
    assert "tell nobody" in words.body


@pytest.mark.parametrize("change", ["outside-sign-in-added", "outside-sign-in-removed"])
def test_the_owner_is_told_of_a_way_in_that_came_or_went(change: str) -> None:
    words = domain.account_changed(change)
    assert words is not None
    assert "sign in" in words.subject
    assert "choose a new password" in words.body


def test_the_owner_of_a_void_password_is_told_how_to_come_back() -> None:
    words = domain.account_changed("password-void")
    assert words is not None
    assert "choose a new password" in words.body
    assert "need not do anything" not in words.body

"""Where a letter sends its reader, there is a page for them."""

from __future__ import annotations

import pytest

from services.notifications import domain
from tests.gateway.conftest import Client


@pytest.mark.parametrize("purpose", ["register", "known", "reset", "address", "invite"])
def test_whoever_reads_a_letter_with_a_code_can_open_the_page_it_names(client: Client, purpose: str) -> None:
    letter = domain.verification(purpose, "", "")
    assert letter is not None
    assert client.get(letter.where.partition(domain.SERVICE)[2]).status_code == 200


def test_the_owner_of_a_void_password_can_open_the_page_their_letter_names(client: Client) -> None:
    letter = domain.account_changed("password-void")
    assert letter is not None
    assert client.get(letter.where.partition(domain.SERVICE)[2]).status_code == 200

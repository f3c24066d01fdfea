"""Somebody comes to an account, keeps it in order and asks for a role, all on pages: with a script and without."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.conftest import World, eventually
from tests.journeys.pages import TELEPHONE, good, open_page, refused
from tests.journeys.test_people_join_and_leave import PASSWORD, code_in, letter_to

pytestmark = pytest.mark.timeout(240)
ANOTHER = "nineteen-orange-badgers"


@pytest.fixture(params=[True, False], ids=["with a script", "without"])
def page(request: pytest.FixtureRequest, world: World, browser: Browser) -> Iterator[Page]:
    with open_page(browser, world, TELEPHONE, script=request.param) as made:
        yield made


@pytest.fixture
def address() -> str:
    """Of somebody whom nobody knows yet."""
    return f"robin-{uuid.uuid4().hex[:8]}@example.org"


def fill(page: Page, **fields: str) -> None:
    for name, typed in fields.items():
        page.locator(f"#{name}").fill(typed)


def press(page: Page, name: str) -> None:
    """Press a button; the page that it leads to has arrived then."""
    page.get_by_role("button", name=name).click()
    page.wait_for_load_state()


def sign_in(page: Page, address: str, password: str = PASSWORD) -> None:
    page.goto("/sign-in?next=/account")
    fill(page, email=address, password=password)
    press(page, "Sign in")
    page.wait_for_url("**/account")


def join(page: Page, world: World, address: str, name: str = "Robin Marsh") -> None:
    """Register, and open the account with the code that came."""
    page.goto("/register")
    fill(page, email=address, name=name, password=PASSWORD)
    press(page, "Send me a code")
    page.wait_for_url("**/register/code")
    fill(page, code=code_in(letter_to(world, address, "code to register")), password=PASSWORD)
    press(page, "Open my account")
    page.wait_for_url("**/sign-in")


def test_somebody_registers_with_the_code_from_their_email(page: Page, world: World, address: str) -> None:
    # Given somebody who finds the way from the sign-in page, and chooses a password that is easy to guess
    page.goto("/sign-in")
    good(page)
    page.get_by_role("link", name="Register").click()
    good(page)
    fill(page, email=address, name="Robin Marsh", password="password1234")
    press(page, "Send me a code")
    refused(page)
    assert page.locator("#name").input_value() == "Robin Marsh"

    # When they choose a better one, a code comes, and a wrong code opens nothing
    fill(page, password=PASSWORD)
    press(page, "Send me a code")
    page.wait_for_url("**/register/code")
    good(page)
    assert page.locator("#email").input_value() == address
    fill(page, code="AAAAA-AAAAA", password=PASSWORD)
    press(page, "Open my account")
    refused(page)
    fill(page, code=code_in(letter_to(world, address, "code to register")), password=PASSWORD)
    press(page, "Open my account")

    # Then the account is open, and they sign in
    page.wait_for_url("**/sign-in")
    assert "Your account is open" in page.inner_text("main")
    good(page)
    sign_in(page, address)
    good(page)
    assert "You hold no role" in page.inner_text("main")


def test_a_forgotten_password_is_chosen_anew(page: Page, world: World, address: str) -> None:
    # Given somebody who has an account and has forgotten its password
    join(page, world, address)
    page.get_by_role("link", name="I have forgotten my password").click()
    good(page)
    press(page, "Send me a code")
    refused(page)
    fill(page, email=address)
    press(page, "Send me a code")
    page.wait_for_url("**/forgotten-password/code")
    good(page)

    # When they enter the code that came with another password
    code = code_in(letter_to(world, address, "new password"))
    fill(page, code=code, password="short")
    press(page, "Change my password")
    refused(page)
    fill(page, code=code, password=ANOTHER)
    press(page, "Change my password")

    # Then the new one works
    page.wait_for_url("**/sign-in")
    sign_in(page, address, ANOTHER)


def test_a_name_a_password_and_an_address_are_changed(page: Page, world: World, address: str) -> None:
    # Given somebody who is signed in
    join(page, world, address)
    sign_in(page, address)

    # When they change their name; a wrong password changes nothing
    page.get_by_role("link", name="Change your name").click()
    good(page)
    fill(page, name="Robin Reed", password="wrong")
    press(page, "Change my name")
    refused(page)
    fill(page, name="Robin Reed", password=PASSWORD)
    press(page, "Change my name")
    page.wait_for_url("**/account")
    assert "Robin Reed" in page.inner_text("main")

    # And their password
    page.get_by_role("link", name="Change your password").click()
    good(page)
    fill(page, current=PASSWORD, password="short")
    press(page, "Change my password")
    refused(page)
    fill(page, current=PASSWORD, password=ANOTHER)
    press(page, "Change my password")
    page.wait_for_url("**/account")

    # And their address, which stays until the code came back
    page.get_by_role("link", name="Change your address").click()
    good(page)
    fill(page, email="no address", password=ANOTHER)
    press(page, "Send a code")
    refused(page)
    fill(page, email=f"new-{address}", password=ANOTHER)
    press(page, "Send a code")
    page.wait_for_url("**/account/address/code")
    good(page)
    fill(page, code="AAAAA-AAAAA", password=ANOTHER)
    press(page, "Change my address")
    refused(page)
    fill(page, code=code_in(letter_to(world, f"new-{address}", "code")), password=ANOTHER)
    press(page, "Change my address")

    # Then the account has the new one, and so has the copy of what is held
    page.wait_for_url("**/account")
    assert f"new-{address}" in page.inner_text("main")
    good(page)
    page.get_by_role("link", name="See it, print it, keep it").click()
    assert f"new-{address}" in page.inner_text("main")
    good(page)


def test_a_role_is_asked_for_taken_back_and_given_up(page: Page, world: World, address: str) -> None:
    # Given somebody without a role, who looks for their organisation
    join(page, world, address)
    sign_in(page, address)
    page.get_by_role("link", name="Ask for a role").click()
    good(page)
    fill(page, organisation="no such place " * 20)
    press(page, "Find")
    refused(page)
    fill(page, organisation="no such place at all")
    press(page, "Find")
    assert "No organisation matches" in page.inner_text("main")
    good(page)
    fill(page, organisation="dalesway")
    press(page, "Find")
    good(page)
    page.get_by_role("link", name="(RZ2)").click()
    good(page)

    # When they ask without a reason, the form says so; with one, the request waits
    press(page, "Send the request")
    refused(page)
    page.get_by_label("Organisational", exact=True).check()
    press(page, "Send the request")
    refused(page)
    assert page.get_by_label("Organisational", exact=True).is_checked()
    fill(page, reason="I review incidents there")
    press(page, "Send the request")
    page.wait_for_url("**/account")
    assert "It waits to be decided" in page.inner_text("main")
    good(page)

    # Then they can take it back
    press(page, "Take the request back")
    page.wait_for_url("**/account")
    assert "No request of yours waits" in page.inner_text("main")
    good(page)


def test_other_sessions_are_ended_from_here(page: Page, world: World, browser: Browser, address: str) -> None:
    # Given somebody who is signed in here and twice elsewhere
    join(page, world, address)
    sign_in(page, address)
    with open_page(browser, world) as there, open_page(browser, world) as too:
        sign_in(there, address)
        sign_in(too, address)
        page.goto("/account")
        good(page)
        assert page.get_by_role("button", name="End this session").count() == 2

        # When they end one, and then all others
        page.get_by_role("button", name="End this session").first.click()
        page.wait_for_url("**/account")
        assert page.get_by_role("button", name="End this session").count() == 1
        press(page, "End all other sessions")
        page.wait_for_url("**/account")
        assert page.get_by_role("button", name="End this session").count() == 0

        # Then within a second nobody is signed in there
        eventually(lambda: "/sign-in" in ((there.goto("/account") and there.url) or ""))
        eventually(lambda: "/sign-in" in ((too.goto("/account") and too.url) or ""))
    good(page)


def test_a_page_for_whoever_is_invited_says_what_is_wrong(page: Page) -> None:
    page.goto("/invitation")
    good(page)
    fill(page, email="nobody@example.org", code="AAAAA-AAAAA")
    press(page, "Accept the invitation")
    refused(page)
    assert page.locator("#email").input_value() == "nobody@example.org"

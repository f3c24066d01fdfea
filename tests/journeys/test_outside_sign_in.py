"""Signing in with a real outside provider (npm oidc-provider), in a real browser, through the whole system."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Page

from tests.builders.outside_providers import OutsideProvider, somebody
from tests.journeys.conftest import World, eventually
from tests.journeys.pages import TELEPHONE, good, open_page, refused
from tests.journeys.test_second_factor import PASSWORD, a_person

pytestmark = pytest.mark.timeout(240)


@pytest.fixture(scope="module")
def outside(world: World) -> Iterator[OutsideProvider]:
    """The provider, with people; it stands for as long as this file's tests run."""
    world.outside.people = {
        "robin": somebody("robin@example.org"),
        "heron": somebody("heron@example.org"),
        "wagtail": somebody("wagtail@example.org", name=""),
        "siskin": somebody("siskin@example.org", acr="AAL2"),
        "nobody": somebody("nobody@example.org", verified=False),
    }
    world.outside.start()
    yield world.outside
    world.outside.stop()


@pytest.fixture
def page(browser: Browser, world: World) -> Iterator[Page]:
    with open_page(browser, world, TELEPHONE, strangers=True) as made:
        yield made


def go_out(page: Page, who: str, back: str = "") -> None:
    """To the provider as anybody does, and in there."""
    page.goto(f"/sign-in{back}")
    page.get_by_role("link", name="Sign in with Elsewhere").click()
    page.get_by_label("Name").fill(who)
    page.get_by_role("button", name="Enter").click()


def code_for(world: World, email: str) -> str:
    subject = "Your code to sign in with another account"
    letter = eventually(
        lambda: [one for one in world.all_letters() if one["To"] == email and str(one["Subject"]) == subject]
    )[-1]
    return str(re.findall(r"[0-9A-Z]{5}-[0-9A-Z]{5}", letter.get_content())[0])


def account_of(world: World, page: Page) -> dict[str, object]:
    """What a program of theirs would see, with this browser's session."""
    token = next(one["value"] for one in page.context.cookies() if one["name"] == "__Host-session")
    headers = {"Authorization": f"Bearer {token}"}
    answer: dict[str, object] = httpx.get(f"{world.url}/api/v1/account", headers=headers).json()
    return answer


def test_somebody_new_signs_in_elsewhere_proves_the_address_and_next_time_comes_straight_in(
    world: World, outside: OutsideProvider, page: Page
) -> None:
    # Given somebody without an account, who wanted to see something
    page.goto("/sign-in?next=/notices")
    good(page)
    go_out(page, "robin", "?next=/notices")

    # When they come back, a code goes to the address, and only it lets them in
    page.wait_for_url("**/sign-in/outside-account")
    assert "robin@example.org" in page.content()
    good(page)
    page.get_by_label("Code from the email").fill("AAAAA-AAAAA")
    page.get_by_role("button", name="Continue", exact=True).click()
    assert "The code is wrong" in page.content()
    refused(page)
    page.get_by_label("Code from the email").fill(code_for(world, "robin@example.org"))
    page.get_by_role("button", name="Continue", exact=True).click()
    page.wait_for_url("**/notices")

    # Then they see the link, cannot remove it while it is their only way in, and come straight in next time
    account = account_of(world, page)
    assert account["has_password"] is False
    assert [one["label"] for one in account["outside_sign_ins"]] == ["Elsewhere"]  # type: ignore[attr-defined]
    page.goto("/account/outside-sign-ins")
    assert "your only way in" in page.content()
    good(page)
    page.context.clear_cookies()
    go_out(page, "robin")
    page.wait_for_url("**/account")
    told = "Another way to sign in was added"
    eventually(lambda: [one for one in world.all_letters() if told in str(one["Subject"])])


def test_whoever_has_an_account_links_it_with_their_password_and_removes_the_link(
    world: World, outside: OutsideProvider, page: Page
) -> None:
    a_person(world, "heron@example.org")
    go_out(page, "heron")
    page.get_by_text("Use the password of your account").click()
    page.get_by_label("Your password here").fill("wrong-wrong-wrong")
    page.get_by_role("button", name="Continue with the password").click()
    assert "password is wrong" in page.content()
    refused(page)
    page.get_by_label("Your password here").fill(PASSWORD)
    page.get_by_role("button", name="Continue with the password").click()
    page.wait_for_url("**/account")

    page.context.clear_cookies()
    go_out(page, "heron")
    page.wait_for_url("**/account")
    page.goto("/account/outside-sign-ins")
    page.get_by_text("Remove Elsewhere").first.click()
    good(page)
    page.get_by_label("Your password").fill("wrong-wrong-wrong")
    page.get_by_role("button", name="Remove Elsewhere").click()
    assert "present password is not right" in page.content()
    refused(page)
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Remove Elsewhere").click()
    page.wait_for_url("**/account/outside-sign-ins")
    assert "None yet" in page.content()


def test_a_second_factor_at_the_provider_is_one_here(
    world: World, outside: OutsideProvider, page: Page
) -> None:
    go_out(page, "siskin")
    page.get_by_label("Code from the email").fill(code_for(world, "siskin@example.org"))
    page.get_by_role("button", name="Continue", exact=True).click()
    page.wait_for_url("**/account")
    page.context.clear_cookies()
    go_out(page, "siskin")
    page.wait_for_url("**/account")


def test_all_of_it_works_without_javascript(world: World, outside: OutsideProvider, browser: Browser) -> None:
    with open_page(browser, world, TELEPHONE, script=False, strangers=True) as page:
        go_out(page, "wagtail")
        good(page)
        page.get_by_label("Code from the email").fill(code_for(world, "wagtail@example.org"))
        page.get_by_role("button", name="Continue", exact=True).click()
        assert "Enter your name" in page.content()
        refused(page)
        page.get_by_label("Your name").fill("Wagtail Marsh")
        page.get_by_label("Code from the email").fill(code_for(world, "wagtail@example.org"))
        page.get_by_role("button", name="Continue", exact=True).click()
        page.wait_for_url("**/account")
        assert "Wagtail Marsh" in page.content()


def test_keys_that_the_provider_changed_are_no_hindrance(
    world: World, outside: OutsideProvider, page: Page
) -> None:
    go_out(page, "robin")
    page.wait_for_url(re.compile(r"/(account|sign-in/outside-account)$"))
    page.context.clear_cookies()
    outside.change_keys()
    go_out(page, "robin")
    page.wait_for_url(re.compile(r"/(account|sign-in/outside-account)$"))


def test_whoever_cancels_is_told_so_and_may_try_again(outside: OutsideProvider, page: Page) -> None:
    page.goto("/sign-in?next=/notices")
    page.get_by_role("link", name="Sign in with Elsewhere").click()
    page.get_by_role("button", name="Cancel").click()
    assert page.get_by_role("heading", level=1).inner_text() == "You cancelled the sign-in"
    good(page)
    page.get_by_role("link", name="Try again").click()
    page.get_by_label("Name").wait_for()


def test_an_address_that_the_provider_did_not_verify_is_not_taken(
    outside: OutsideProvider, page: Page
) -> None:
    go_out(page, "nobody")
    assert "did not tell us an email address that it has verified" in page.content()
    good(page)


def test_a_return_that_is_shown_again_or_elsewhere_is_refused(
    outside: OutsideProvider, page: Page, browser: Browser, world: World
) -> None:
    came: list[str] = []
    page.on("request", lambda one: came.append(one.url) if "/return?" in one.url else None)
    go_out(page, "robin")
    page.wait_for_url(re.compile(r"/(account|sign-in/outside-account)$"))
    stranger = browser.new_context(base_url=world.url)
    for one in (page, stranger.new_page()):
        one.goto(came[0])
        assert one.get_by_role("heading", level=1).inner_text() == "This sign-in has ended"
    stranger.close()


def test_a_provider_that_goes_away_meanwhile_is_said(outside: OutsideProvider, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if "/auth?" in one.url else None)
    page.goto("/sign-in")
    page.get_by_role("link", name="Sign in with Elsewhere").click()
    page.get_by_label("Name").wait_for()
    state = parse_qs(urlsplit(asked[0]).query)["state"][0]
    outside.stop()
    try:
        sent = urlencode({"state": state, "code": "x", "iss": outside.issuer})
        page.goto(f"/sign-in/outside/elsewhere/return?{sent}")
        assert page.get_by_role("heading", level=1).inner_text() == "The other sign-in is not available"
        good(page)
    finally:
        outside.start()

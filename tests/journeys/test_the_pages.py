"""A safety lead in a browser: signing in, the organisation's events, one event, notices. Axe looks at every page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request

from tests.journeys.conftest import World, eventually
from tests.journeys.test_a_report_of_severe_harm import HIDDEN, found, report, with_text

pytestmark = pytest.mark.timeout(180)


@pytest.fixture
def page(world: World, browser: Browser) -> Iterator[Page]:
    """A page that fails the test when anything is asked of another host or a script breaks."""
    context = browser.new_context(base_url=world.url, viewport={"width": 1000, "height": 900})
    made = context.new_page()
    strangers: list[str] = []

    def look(request: Request) -> None:
        if not request.url.startswith((world.url, "data:")):
            strangers.append(request.url)

    made.on("request", look)
    made.on("pageerror", lambda error: strangers.append(str(error)))
    yield made
    context.close()
    assert not strangers


def sign_in(page: Page, world: World, role: str, organisation: str) -> None:
    account = world.account(role, organisation)
    page.goto("/sign-in")
    page.get_by_label("Email").fill(account["email"])
    page.get_by_label("Password", exact=True).fill(account["password"])
    page.get_by_role("button", name="Sign in").click()
    app = world.app(account)
    if app is not None:
        page.get_by_label("Code").fill(app.code())
        page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/events")


def accessible(page: Page) -> None:
    """No violation of WCAG that axe can find, one h1, and a title."""
    found: Any = Axe().run(
        page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
    )
    assert found.violations_count == 0, found.generate_report()
    assert page.locator("h1").count() == 1
    assert page.title()


@pytest.fixture(scope="module")
def reference(world: World) -> str:
    made, _ = report(world)
    with world.person("local_safety_lead", "RZ1") as lead:
        eventually(
            lambda: (
                with_text(lead.get(f"/api/v1/events/{made}").json())
                if found(lead.get(f"/api/v1/events/{made}"))
                else None
            )
        )
    return made


def test_home_and_sign_in_are_accessible(page: Page) -> None:
    for path in ("/", "/sign-in", "/api/docs"):
        page.goto(path)
        accessible(page)


def test_a_wrong_password_says_so_and_takes_the_reader_to_the_field(page: Page) -> None:
    page.goto("/sign-in")
    page.get_by_label("Email").fill("nobody@example.org")
    page.get_by_label("Password", exact=True).fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    assert page.title().startswith("Error: ")
    accessible(page)
    page.locator(".nhsuk-error-summary a").first.click()
    assert page.evaluate("document.activeElement.tagName") == "INPUT"


def test_the_lead_finds_the_event_and_reads_its_redacted_text(
    page: Page, world: World, reference: str
) -> None:
    sign_in(page, world, "local_safety_lead", "RZ1")
    accessible(page)
    page.get_by_role("link", name=reference).click()
    page.wait_for_url(f"**/events/{reference}")
    accessible(page)
    text = page.inner_text("main")
    assert "Severe physical harm" in text
    assert "ten times the dose of insulin" in text
    assert not [one for one in HIDDEN if one in text]


def test_another_provider_gets_not_found(page: Page, world: World, reference: str) -> None:
    sign_in(page, world, "local_safety_lead", "RZ3")
    answer = page.goto(f"/events/{reference}")
    assert answer is not None
    assert answer.status == 404
    accessible(page)


def test_the_icb_is_told_it_may_only_read(page: Page, world: World, reference: str) -> None:
    sign_in(page, world, "oversight_icb", "QZ1")
    page.goto(f"/events/{reference}")
    accessible(page)
    assert "read" in page.inner_text("main").lower()


def test_the_lead_has_an_urgent_notice(page: Page, world: World, reference: str) -> None:
    sign_in(page, world, "local_safety_lead", "RZ1")
    page.goto("/notices")
    accessible(page)
    assert f"Urgent: review {reference}" in page.inner_text("main")
    before = page.get_by_text("Unread", exact=True).count()
    page.get_by_role("button", name=re.compile(f"Mark as read.*{reference}")).click()
    page.wait_for_url("**/notices")
    assert page.get_by_text("Unread", exact=True).count() == before - 1


def test_after_signing_out_the_pages_are_closed(page: Page, world: World, reference: str) -> None:
    sign_in(page, world, "local_safety_lead", "RZ1")
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"/events/{reference}")
    assert "/sign-in" in page.url


def test_every_page_works_at_320_pixels_and_without_a_script(
    world: World, browser: Browser, reference: str
) -> None:
    context = browser.new_context(
        base_url=world.url, viewport={"width": 320, "height": 700}, java_script_enabled=False
    )
    page = context.new_page()
    sign_in(page, world, "local_safety_lead", "RZ1")
    for path in ("/", "/events", f"/events/{reference}", "/notices"):
        answer = page.goto(path)
        assert answer is not None
        assert answer.ok
        box = page.locator("main").bounding_box()
        assert box is not None
        assert box["width"] <= 320
    context.close()

"""A safety lead in a browser: signing in, the organisation's events, one event, notices. Axe looks at every page."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.conftest import World, eventually
from tests.journeys.pages import TELEPHONE, good, open_page, refused, sign_in, sign_in_by_form
from tests.journeys.test_a_report_of_severe_harm import HIDDEN, found, report, with_text

pytestmark = pytest.mark.timeout(180)


@pytest.fixture
def page(world: World, browser: Browser) -> Iterator[Page]:
    with open_page(browser, world) as made:
        yield made


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


def test_a_wrong_password_says_so_and_takes_the_reader_to_the_field(page: Page) -> None:
    page.goto("/sign-in")
    page.get_by_label("Email").fill("nobody@example.org")
    page.get_by_label("Password", exact=True).fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    refused(page)


def test_the_lead_finds_the_event_and_reads_its_redacted_text(
    page: Page, world: World, reference: str
) -> None:
    sign_in_by_form(page, world, "local_safety_lead", "RZ1")
    good(page)
    page.get_by_role("link", name=reference).click()
    page.wait_for_url(f"**/events/{reference}")
    good(page)
    text = page.inner_text("main")
    assert "Severe physical harm" in text
    assert "ten times the dose of insulin" in text
    assert not [one for one in HIDDEN if one in text]


def test_another_provider_gets_not_found(page: Page, world: World, reference: str) -> None:
    sign_in(page, world, "local_safety_lead", "RZ3")
    answer = page.goto(f"/events/{reference}")
    assert answer is not None
    assert answer.status == 404
    good(page)


def test_the_icb_is_told_it_may_only_read(page: Page, world: World, reference: str) -> None:
    sign_in(page, world, "oversight_icb", "QZ1")
    page.goto(f"/events/{reference}")
    good(page)
    assert "read" in page.inner_text("main").lower()


def test_the_lead_has_an_urgent_notice(page: Page, world: World, reference: str) -> None:
    def told() -> bool:
        page.goto("/notices")
        return f"Urgent: review {reference}" in page.inner_text("main")

    sign_in(page, world, "local_safety_lead", "RZ1")
    eventually(told)
    good(page)
    before = page.get_by_text("Unread", exact=True).count()
    page.get_by_role("button", name=re.compile(f"Mark as read.*{reference}")).click()
    page.wait_for_url("**/notices")
    assert page.get_by_text("Unread", exact=True).count() == before - 1


def test_after_signing_out_the_pages_are_closed(page: Page, world: World, reference: str) -> None:
    sign_in_by_form(page, world, "local_safety_lead", "RZ1")
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"/events/{reference}")
    assert "/sign-in" in page.url


def test_every_page_works_at_320_pixels_and_without_a_script(
    world: World, browser: Browser, reference: str
) -> None:
    with open_page(browser, world, TELEPHONE, script=False) as page:
        sign_in(page, world, "local_safety_lead", "RZ1")
        for path in ("/", "/events", f"/events/{reference}", "/notices"):
            answer = page.goto(path)
            assert answer is not None
            assert answer.ok
            good(page)

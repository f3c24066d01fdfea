"""Pages are printed: what one would read and what one typed is on the paper, as wide as it, and nothing that can only be pressed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.conftest import World
from tests.journeys.pages import open_page, sign_in
from tests.journeys.records import record

pytestmark = pytest.mark.timeout(300)
PAPER = 718  # pixels between the margins of A4
WRITTEN_OUT = """[...document.links].filter(one => one.host === location.host
  && getComputedStyle(one, '::after').content.includes('Link')).map(one => one.href)"""  # addresses of ours, which paper cannot follow


@pytest.fixture
def paper(world: World, browser: Browser) -> Iterator[Page]:
    with open_page(browser, world, PAPER) as page:
        page.emulate_media(media="print")
        yield page


def is_printed(page: Page, address: str) -> None:
    page.goto(address)
    assert page.locator("h1").is_visible()
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= PAPER, f"{address} is {wide} pixels wide"
    for what in (".nhsuk-header__navigation", ".nhsuk-footer", "main button:visible", ".nhsuk-back-link"):
        assert not page.locator(what).first.is_visible(), (address, what)
    assert not page.evaluate(WRITTEN_OUT)


def test_what_a_reporter_sees(paper: Page, world: World) -> None:
    reference = record(world)
    sign_in(paper, world, "standard", "RZ1")
    for address in (
        "/report",
        "/my-records",
        f"/my-records/{reference}",
        "/notices",
        "/account",
        "/report/quick/near-miss",
    ):
        is_printed(paper, address)
    assert paper.get_by_label("What happened?").is_visible()


def test_what_somebody_sees_who_follows_up(paper: Page, world: World) -> None:
    reference = record(world)
    sign_in(paper, world, "local_safety_lead", "RZ1")
    here = f"/events/{reference}"
    for address in (
        here,
        f"{here}/history",
        f"{here}/governance",
        f"{here}/amend",
        "/safety-responses",
        "/events",
    ):
        is_printed(paper, address)
    table = paper.locator("table").last
    assert reference in table.inner_text()
    assert table.locator("thead").is_visible()
    assert not table.get_by_text("Choose").first.is_visible()


def test_what_support_sees(paper: Page, world: World) -> None:
    sign_in(paper, world, "support", "XZ9")
    for name in (
        "",
        "/people",
        "/audit?service=identity",
        "/erasures",
        "/status",
        "/question-sets",
        "/feedback",
    ):
        is_printed(paper, f"/support{name}")


def test_what_anybody_sees(paper: Page) -> None:
    for address in (
        "/help",
        "/help/glossary",
        "/privacy",
        "/tell-us",
        "/tell-us/form",
        "/follow-up",
        "/downtime-form",
    ):
        is_printed(paper, address)

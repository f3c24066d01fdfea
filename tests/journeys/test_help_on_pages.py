"""Help, statements and feedback in a browser, with a script and without; and what people are shown while a part is away."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.conftest import World, eventually
from tests.journeys.pages import DESKTOP, TELEPHONE, good, open_page, refused, sign_in

pytestmark = pytest.mark.timeout(240)
PAGES = (
    "/", "/api/docs", "/help", "/help/questions", "/help/glossary", "/cookies", "/accessibility", "/privacy", "/feedback", "/feedback/sent",
    "/downtime-form",
)  # fmt: skip
WORDS = "I could not find where to say that it was a near miss."


@pytest.fixture(params=[True, False], ids=["with a script", "without"])
def page(request: pytest.FixtureRequest, world: World, browser: Browser) -> Iterator[Page]:
    with open_page(browser, world, TELEPHONE, script=request.param) as made:
        yield made


@pytest.fixture
def scripted(world: World, browser: Browser) -> Iterator[Page]:
    with open_page(browser, world) as made:
        yield made


def say(page: Page, words: str) -> None:
    """Feedback, from the banner of another page."""
    page.goto("/help")
    page.get_by_role("link", name="feedback", exact=True).click()
    page.get_by_label("What went well, or what went wrong?").fill(words)
    page.get_by_label("Your e-mail address").fill("nurse@example.org")
    page.get_by_role("button", name="Send feedback").click()
    page.wait_for_url("**/feedback/sent")


def test_every_page_of_help_is_good_on_a_telephone(page: Page) -> None:
    for path in PAGES:
        answer = page.goto(path)
        assert answer is not None
        assert answer.ok
        good(page)


def test_every_page_of_help_is_good_on_a_desk(world: World, browser: Browser) -> None:
    with open_page(browser, world, DESKTOP) as page:
        for path in PAGES:
            page.goto(path)
            good(page)
        page.goto("/help/questions")
        page.get_by_text("I lost my follow-up code").click()
        assert page.get_by_text("Then nobody can find it").is_visible()
        good(page)


def test_feedback_reaches_support_and_no_letter_holds_it(page: Page, world: World, browser: Browser) -> None:
    words_said = f"{WORDS} {uuid4()}"
    say(page, words_said)
    good(page)
    with open_page(browser, world) as desk:
        sign_in(desk, world, "support")
        desk.get_by_role("link", name="Support", exact=True).click()
        desk.get_by_role("link", name="Feedback", exact=True).click()
        desk.wait_for_url("**/support/feedback")
        good(desk)
        shown = desk.inner_text("main")
        for words in (words_said, "nurse@example.org", "/help"):
            assert words in shown
        desk.locator("article", has_text=words_said).get_by_role("button", name="Mark as done").click()
        desk.get_by_text("Marked as done.").wait_for()
        good(desk)
        assert not desk.get_by_text(words_said).count()
        desk.get_by_role("link", name="See what was dealt with").click()
        assert words_said in desk.inner_text("main")
        good(desk)
    told = eventually(
        lambda: [one for one in world.all_letters() if "told us something" in str(one["Subject"])]
    )
    assert not [one for one in told if "near miss" in one.as_string() or "nurse@" in one.as_string()]


def test_support_reads_feedback_at_320_pixels_without_a_script(world: World, browser: Browser) -> None:
    with open_page(browser, world, TELEPHONE, script=False) as page:
        say(page, "A word without end: " + "Llanfair" * 30)
        sign_in(page, world, "support")
        page.goto("/support/feedback")
        good(page)


def test_what_is_wrong_with_feedback_leads_to_its_field(scripted: Page) -> None:
    scripted.goto("/feedback")
    scripted.get_by_label("Your e-mail address").fill("nobody")
    scripted.get_by_role("button", name="Send feedback").click()
    refused(scripted)
    assert scripted.get_by_label("Your e-mail address").input_value() == "nobody"


def test_feedback_can_be_given_with_the_keyboard_alone(scripted: Page) -> None:
    scripted.goto("/feedback")
    scripted.keyboard.press("Tab")
    assert scripted.evaluate("document.activeElement.textContent").strip() == "Skip to main content"
    scripted.keyboard.press("Enter")
    for _ in range(20):
        scripted.keyboard.press("Tab")
        if scripted.evaluate("document.activeElement.id") == "text":
            break
    scripted.keyboard.type("Typed without a mouse.")
    for _ in range(3):  # page, address, button
        scripted.keyboard.press("Tab")
    scripted.keyboard.press("Enter")
    scripted.wait_for_url("**/feedback/sent")


def test_paper_prints_the_form_and_nothing_around_it(scripted: Page) -> None:
    scripted.goto("/downtime-form")
    scripted.emulate_media(media="print")
    for around in ("header.nhsuk-header", "footer.nhsuk-footer", ".app-phase", ".nhsuk-back-link"):
        assert not scripted.locator(around).first.is_visible()
    for told in ("What happened?", "No physical harm", "Reference number"):
        assert scripted.get_by_text(told, exact=True).first.is_visible() or told in scripted.inner_text(
            "main"
        )


def test_while_recording_is_away_nothing_typed_is_lost_and_paper_is_there(page: Page, world: World) -> None:
    sign_in(page, world, "standard", "RZ1")
    page.goto("/report")
    page.get_by_label("Risk", exact=True).check()
    page.get_by_role("button", name="Start").click()
    page.get_by_label("Acute, general or specialist services").first.check()
    page.get_by_role("button", name="Save and continue").click()
    page.locator("textarea").fill("Two boxes look alike.")
    world.system.hold("recording-serve")
    try:
        page.get_by_role("button", name="Save and continue").click()
        page.get_by_role("heading", name="What you typed is still here").wait_for()
        good(page)
        with page.expect_popup() as opened:
            page.get_by_role("link", name="form for when the service is away").click()
        opened.value.get_by_role("heading", name="Form for when the service is away").wait_for()
        assert "How much physical harm came to this patient?" in opened.value.inner_text("main")
        opened.value.close()
    finally:
        world.system.release("recording-serve")
        world.system.wait(60, ["recording-serve"])

    def is_sent() -> bool:
        page.get_by_role("button", name="Send it again").click()
        return not page.get_by_role("heading", name="What you typed is still here").count()

    eventually(is_sent)  # the gateway finds it again after a moment
    page.get_by_role("link", name="Back", exact=True).click()
    assert page.locator("textarea").input_value() == "Two boxes look alike."


def test_a_menu_of_many_entries_is_no_wider_than_a_telephone(page: Page, world: World) -> None:
    sign_in(page, world, "standard", "RZ1")
    page.goto("/help")
    more = "menu => { for (let at = 0; at < 6; at++) menu.append(menu.lastElementChild.cloneNode(true)); }"
    page.locator(".nhsuk-header__navigation-list").evaluate(more)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")

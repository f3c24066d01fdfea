"""A nurse records on pages: a page at a time, kept at each, checked, sent once. With a script and without; axe looks at every page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.conftest import World, eventually
from tests.journeys.pages import TELEPHONE, back, good, open_page, refused, sign_in, sign_in_by_form

pytestmark = pytest.mark.timeout(240)
WORDS = "A patient slipped on a wet floor near the sink. Nobody was hurt."


@pytest.fixture(params=[True, False], ids=["with a script", "without"])
def page(request: pytest.FixtureRequest, world: World, browser: Browser) -> Iterator[Page]:
    with open_page(browser, world, TELEPHONE, script=request.param) as made:
        sign_in(made, world, "standard", "RZ1")
        yield made


@pytest.fixture
def scripted(world: World, browser: Browser) -> Iterator[Page]:
    with open_page(browser, world) as made:
        sign_in(made, world, "standard", "RZ1")
        yield made


def on(page: Page) -> None:
    page.get_by_role("button", name="Save and continue").click()


def go_on(page: Page) -> None:
    """The same, where the page is what the story is about."""
    good(page)
    on(page)


def begin(page: Page, kind: str = "Patient safety incident", on: Callable[[Page], None] = on) -> None:
    page.goto("/report")
    page.get_by_label(kind, exact=True).check()
    page.get_by_role("button", name="Start").click()
    if page.url.endswith("/service"):
        page.get_by_label("Acute, general or specialist services").first.check()
        on(page)
    page.locator("textarea").fill(WORDS)
    on(page)


def core(page: Page, on: Callable[[Page], None] = on) -> None:
    """What a fall without harm is asked, from when it happened to the tasks."""
    page.get_by_label("Yes", exact=True).check()
    on(page)
    page.get_by_label("Yes", exact=True).check()
    on(page)
    page.get_by_label("Buildings or Infrastructure").check()
    on(page)
    page.get_by_label("None of the above").check()
    on(page)
    page.get_by_label("How many patients were affected?").fill("1")
    on(page)
    page.get_by_label("No physical harm").check()
    on(page)
    page.get_by_label("No psychological harm").check()
    on(page)
    page.get_by_label("Not at all concerned").check()
    on(page)
    on(page)  # about you: optional
    page.wait_for_url("**/tasks")


def test_a_fall_without_harm_is_recorded(page: Page, world: World) -> None:
    # Given somebody who answers what must be answered, and one thing more
    begin(page, on=go_on)
    core(page, on=go_on)
    page.get_by_role("link", name="The building or its supplies").click()
    page.locator("textarea").fill("The drain was blocked.")
    go_on(page)

    # When they check it, change one answer and send it
    page.get_by_role("button", name="Check your answers and send").click()
    assert WORDS in page.content()
    page.get_by_role("link", name="Change What happened?").click()
    page.locator("textarea").fill(f"{WORDS} It was mopped.")
    go_on(page)
    page.wait_for_url("**/check")
    draft = page.url
    page.get_by_role("button", name="Send").click()

    # Then they have the reference, and see the event as others will
    page.wait_for_url("**/report/recorded/*")
    reference = page.url.rpartition("/")[2]
    assert f"Your reference number is {reference}" in page.content()
    with world.person("standard", "RZ1") as nurse:
        found = eventually(lambda: _seen(nurse, reference))
    assert found["event_type"]["code"] == "incident"
    assert found["worst_physical_harm"]["label"].startswith("No physical")
    page.goto(draft)
    assert page.url.endswith(reference), "it is no draft any more, and leads to what it became"


def _seen(nurse: httpx.Client, reference: str) -> dict[str, Any]:
    answer = nurse.get(f"/api/v1/events/{reference}")
    found: dict[str, Any] = answer.json()
    return found if answer.status_code == 200 and found["description_status"] == "redacted" else {}


@pytest.mark.parametrize("kind", ["Risk", "Outcome (of concern)", "Good care"])
def test_what_must_be_answered_is_enough_to_send(scripted: Page, kind: str) -> None:
    page = scripted
    begin(page, kind)
    for _ in range(20):
        if page.url.endswith("/tasks"):
            break
        if not page.url.endswith("/you"):
            _answer(page)
        go_on(page)
    page.get_by_role("button", name="Check your answers and send").click()
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/report/recorded/*")
    if kind != "Good care":
        _becomes_an_incident(page, page.url.rpartition("/")[2])


def _becomes_an_incident(page: Page, reference: str) -> None:
    """By whoever looked at it as it is now, not as it was."""
    page.goto(f"/events/{reference}/retype")
    good(page)
    page.locator("input[name=version]").evaluate("field => field.value = 7")
    page.get_by_role("button", name="Make it an incident").click()
    refused(page)
    page.get_by_role("button", name="Make it an incident").click()
    assert "It is a patient safety incident now." in page.inner_text("main")


def test_every_page_is_good_and_says_what_is_wrong(scripted: Page) -> None:
    page = scripted
    page.goto("/report")
    good(page)
    page.get_by_role("button", name="Start").click()
    refused(page)
    begin(page, on=go_on)
    seen = 0
    while not page.url.endswith("/tasks"):
        go_on(page)
        if page.title().startswith("Error: "):
            refused(page)
            _answer(page)
            go_on(page)
        seen += 1
        assert seen < 20
        if seen == 2:
            _is_not_sent_yet(page)
    good(page)
    for at in range(page.locator(".nhsuk-task-list__link").count()):
        page.locator(".nhsuk-task-list__link").nth(at).click()
        good(page)
        back(page)
    page.get_by_role("button", name="Check your answers and send").click()
    good(page)
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/recorded/*")
    good(page)
    page.get_by_role("link", name="Print it, or save it as a PDF").click()
    good(page)
    assert "Summary for your own records" in page.inner_text("main")


def _is_not_sent_yet(page: Page) -> None:
    """What is missing is said where it is checked, each with the field in which to mend it."""
    here = page.url
    page.goto(f"{here.rpartition('/')[0]}/check")
    page.get_by_role("button", name="Send").click()
    refused(page)
    page.goto(here)


def _answer(page: Page) -> None:
    """Anything that can be an answer."""
    if page.locator("input[type=radio]").count():
        page.locator("input[type=radio]").first.check()
    elif "/patients" in page.url:
        page.locator("input[type=text]").first.fill("1")
    elif page.locator("input[type=checkbox]").count():
        page.locator("input[type=checkbox]").first.check()
    else:
        page.locator("textarea, input[type=text]").first.fill("x")


def test_save_and_come_back_also_after_the_session_ended(scripted: Page, world: World) -> None:
    # Given somebody who saves half way, and is signed out
    page = scripted
    begin(page)
    page.get_by_role("button", name="Save and come back later").click()
    assert "Your draft is saved" in page.content()
    page.get_by_role("link", name="Go on").first.click()
    address = page.url
    page.context.clear_cookies()
    page.goto(address)
    assert "/sign-in" in page.url

    # When they sign in again, they are where they were, and nothing is lost
    sign_in_again(page, world)
    page.goto(address)
    back(page)
    page.goto(address.rpartition("/")[0] + "/what-happened")
    assert page.locator("textarea").input_value() == WORDS


def test_a_draft_is_deleted_in_two_steps_and_twice_does_no_harm(page: Page) -> None:
    # Given a draft, and its list in two windows
    begin(page)
    page.get_by_role("button", name="Save and come back later").click()
    draft = page.get_by_role("link", name="Go on").first.get_attribute("href")
    other = page.context.new_page()
    other.goto("/report")

    # When it is deleted in one, which takes two steps, and in the other
    assert not page.locator(f"form[action='{draft}/discard'] button").is_visible()
    _delete(page, f"{draft}")
    assert "The draft is deleted." in page.inner_text("main")
    assert page.locator(f"form[action='{draft}/discard']").count() == 0
    _delete(other, f"{draft}")

    # Then the second does no harm
    assert "There is no such draft any more." in other.inner_text("main")


def _delete(page: Page, draft: str) -> None:
    form = page.locator(f"form[action='{draft}/discard']")
    page.locator("details", has=form).locator("summary").click()
    good(page)
    form.get_by_role("button", name="Delete for good").click()


def sign_in_again(page: Page, world: World) -> None:
    account = world.account("standard", "RZ1")
    page.get_by_label("Email").fill(account["email"])
    page.get_by_label("Password", exact=True).fill(account["password"])
    page.get_by_role("button", name="Sign in").click()


def test_pressing_twice_and_going_back_make_one_record(scripted: Page, world: World) -> None:
    page = scripted
    begin(page)
    core(page)
    page.get_by_role("button", name="Check your answers and send").click()
    shown = page.locator("form[action$='/check'] input[type=hidden]")
    sent = {str(one.get_attribute("name")): one.input_value() for one in shown.all()}
    address = page.url
    cookies = {one["name"]: one["value"] for one in page.context.cookies()}
    header = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()), "Referer": address}
    answers = [
        httpx.post(address, data=sent, headers=header, follow_redirects=False, timeout=40) for _ in range(2)
    ]
    assert {one.status_code for one in answers} == {303}
    (recorded,) = {one.headers["Location"] for one in answers}
    # When the page that still shows the answers sends them once more, it leads to the same record
    page.get_by_role("button", name="Send").click()
    assert page.url.endswith(recorded)
    good(page)
    # And so does every page of the draft that somebody has bookmarked
    page.goto(address.replace("/check", "/what-happened"))
    assert page.url.endswith(recorded)


def test_a_draft_is_nobody_elses(scripted: Page, world: World, browser: Browser) -> None:
    begin(scripted)
    address = scripted.url
    other = browser.new_context(base_url=world.url)
    stranger = other.new_page()
    sign_in(stranger, world, "org_admin", "RZ2")
    answer = stranger.goto(address)
    assert answer is not None
    assert answer.status == 404
    assert WORDS not in stranger.content()
    other.close()


def test_two_pages_of_one_draft_at_once_lose_nothing(scripted: Page) -> None:
    page = scripted
    begin(page)
    draft = page.url.rpartition("/")[0]
    second = page.context.new_page()
    second.goto(f"{draft}/what-happened")
    page.goto(f"{draft}/when")
    second.locator("textarea").fill("Written on another page meanwhile.")
    page.get_by_label("Yes", exact=True).check()
    on(second)
    on(page)
    page.goto(f"{draft}/what-happened")
    assert page.locator("textarea").input_value() == "Written on another page meanwhile."
    page.goto(f"{draft}/when")
    assert page.get_by_label("Yes", exact=True).is_checked()


# ---- on one screen, while one types, and when it goes wrong in between


def test_a_near_miss_takes_one_screen(page: Page, world: World) -> None:
    page.goto("/report")
    page.get_by_role("link", name="A near miss").click()
    page.locator("textarea").fill("Two bags were alike. The wrong one was seen before it was hung.")
    page.get_by_label("Acute, general or specialist services").first.check()
    page.get_by_label("Medications").check()
    page.get_by_label("None of the above").last.check()
    page.get_by_label("Not very concerned").check()
    good(page)
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/report/recorded/*")
    assert "Your reference number is PSE-" in page.inner_text("main")


def test_good_care_takes_one_screen_and_says_what_is_missing(scripted: Page) -> None:
    page = scripted
    page.goto("/report/quick/good-care")
    page.locator("textarea").first.fill("The night team sat with a frightened man until he slept.")
    page.get_by_role("button", name="Send").click()
    refused(page)
    page.locator("textarea").last.fill("Enough people at night.")
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/report/recorded/*")


def test_what_is_typed_is_saved_while_one_types(scripted: Page) -> None:
    page = scripted
    begin(page)
    page.goto(page.url.rpartition("/")[0] + "/what-happened")
    page.locator("textarea").fill("Half a sentence that nobody")
    page.get_by_text("Saved at").wait_for()
    good(page)
    page.reload()
    assert page.locator("textarea").input_value() == "Half a sentence that nobody"
    page.locator("textarea").fill("The window is closed at once")
    address = page.url
    page.goto("about:blank")
    eventually(lambda: _stands(page, address, "The window is closed at once"))


def _stands(page: Page, address: str, words: str) -> bool:
    page.goto(address)
    return page.locator("textarea").input_value() == words


def test_signing_in_in_between_loses_nothing_that_was_typed(page: Page, world: World) -> None:
    # Given somebody whose session ends while they type
    begin(page)
    page.goto(page.url.rpartition("/")[0] + "/what-happened")
    cookies = page.context.cookies()
    page.context.clear_cookies(name="__Host-session")
    page.locator("textarea").fill("Typed while the session ended.")

    # When they save, they are told, sign in in another tab, and send it again
    page.get_by_role("button", name="Save and continue").click()
    good(page)
    assert "What you typed is still here" in page.content()
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in, in a new tab").click()
    sign_in_by_form(opened.value, world, "standard", "RZ1")
    page.get_by_role("button", name="Send it again").click()
    assert "You have signed in since" in page.content()
    good(page)
    page.get_by_role("button", name="Send it again").click()

    # Then it is kept
    page.wait_for_url("**/when")
    page.goto(page.url.rpartition("/")[0] + "/what-happened")
    assert page.locator("textarea").input_value() == "Typed while the session ended."
    assert cookies


def test_a_pharmacy_is_asked_in_its_own_words_and_order(scripted: Page) -> None:
    page = scripted
    page.goto("/report")
    page.get_by_label("Patient safety incident", exact=True).check()
    page.get_by_role("button", name="Start").click()
    page.get_by_label("Community pharmacy").check()
    on(page)
    page.get_by_text("See an example").click()
    assert "handed out" in page.inner_text("main")
    page.locator("textarea").fill("The wrong strength was picked and seen at the check.")
    on(page)
    assert page.url.endswith("/involved")
    assert page.locator("input[type=checkbox]").first.get_attribute("value") == "4"


def test_lists_are_typed_into(page: Page) -> None:
    begin(page)
    page.goto(page.url.rpartition("/")[0] + "/place-and-time")
    good(page)
    field = page.get_by_label("Which specialty was looking after the patient?")
    field.fill("zzz")
    page.get_by_role("button", name="Save and continue").click()
    assert page.title().startswith("Error: ")
    good(page)
    field = page.get_by_label("Which specialty was looking after the patient?")
    field.fill("dermatology")
    page.get_by_role("button", name="Save and continue").click()
    if page.title().startswith("Error: "):
        page.locator("input[type=radio][name$='ResponsibleSpecialty']").first.check()
        page.get_by_role("button", name="Save and continue").click()
    assert not page.title().startswith("Error: ")


def test_organisations_are_offered_as_one_types(scripted: Page) -> None:
    page = scripted
    begin(page)
    page.goto(page.url.rpartition("/")[0] + "/where")
    page.get_by_label("No", exact=True).check()
    on(page)
    page.get_by_label("In which organisation did it happen?").press_sequentially("Dalesw")
    page.locator("datalist option").first.wait_for(state="attached")
    offered = page.locator("datalist option").first.get_attribute("value")
    assert offered
    page.get_by_label("In which organisation did it happen?").fill(offered)
    on(page)
    assert not page.title().startswith("Error: ")

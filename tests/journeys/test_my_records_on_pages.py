"""Whoever reported sees on pages what became of it, answers, adds, amends and withdraws. With a script and without."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.conftest import World, eventually
from tests.journeys.pages import TELEPHONE, good, open_page, refused, sign_in
from tests.journeys.records import record, say, told

pytestmark = pytest.mark.timeout(300)


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


@pytest.fixture
def reference(world: World) -> str:
    return record(world)


def say_to_the_reporter(world: World, reference: str) -> None:
    """The safety team asks a question, tells what changed, and notes something for itself."""
    said = {
        "questions": "Which sink was it?",
        "feedback": "The drain was mended.",
        "addenda": "Estates were told.",
    }
    with world.person("local_safety_lead", "RZ1") as lead:
        for path, text in said.items():
            lead.post(f"/api/v1/events/{reference}/{path}", json={"text": text}).raise_for_status()


def test_a_question_is_answered_and_what_changed_is_read(page: Page, world: World, reference: str) -> None:
    # Given what the safety team said, once it was checked
    say_to_the_reporter(world, reference)

    def shown() -> bool:
        page.goto(f"/my-records/{reference}")
        text = page.inner_text("main")
        return "Which sink was it?" in text and "The drain was mended." in text

    eventually(shown)
    good(page)
    assert "Estates were told." not in page.inner_text("main")

    # When the reporter looks at their list, and answers
    page.goto("/my-records")
    good(page)
    listed = page.locator("article", has_text=reference)
    assert "1 question waits for you." in listed.inner_text()
    assert "The drain was mended." in listed.inner_text()
    listed.get_by_role("link", name="Answer").click()
    page.get_by_label("Your answer").fill("The one by the door.")
    page.get_by_role("button", name="Send the answer").click()

    # Then it is no longer waited for
    assert "Your answer is sent." in told(page)
    eventually(lambda: page.reload() and "The one by the door." in page.inner_text("main"))
    assert "New" in page.inner_text("main")
    good(page)


def test_something_is_added_and_the_answers_are_amended(page: Page, reference: str) -> None:
    page.goto(f"/my-records/{reference}")
    say(page, "Add something", "What do you want to add?", "It is dry now.", "Add it")
    assert "It is added." in told(page)
    eventually(lambda: page.reload() and "It is dry now." in page.inner_text("main"))
    page.get_by_role("link", name="Amend your answers").click()
    good(page)
    page.get_by_role("link", name="Change What happened?").click()
    good(page)
    words = page.get_by_label("What happened?")
    assert "[NAME]" in words.input_value(), "as it is shown, without names"
    page.get_by_role("button", name="Save").click()
    assert "Nothing was changed." in told(page), "what was left as it is shown keeps what was written"
    page.get_by_role("link", name="Change How much physical harm came to this patient?").click()
    page.get_by_label("No physical harm").check()
    page.get_by_role("button", name="Save").click()
    assert "Your change is saved." in told(page)
    assert "No physical harm" in page.inner_text("main")
    page.goto(f"/events/{reference}/history")
    good(page)
    assert "Low physical harm" in page.inner_text("main")


def test_a_record_is_withdrawn_with_a_reason_and_can_still_be_read(page: Page, reference: str) -> None:
    page.goto(f"/my-records/{reference}")
    page.get_by_role("link", name="Withdraw it").click()
    good(page)
    page.get_by_role("button", name="Withdraw").click()
    refused(page)
    page.get_by_label("It was recorded before").check()
    page.get_by_role("button", name="Withdraw").click()
    assert f"{reference} is withdrawn." in told(page)
    good(page)
    page.get_by_role("link", name=reference).click()
    assert "The reason given: it was recorded before." in page.inner_text("main")
    good(page)


def test_somebody_else_amends_it_meanwhile_and_nothing_is_lost(
    scripted: Page, world: World, browser: Browser, reference: str
) -> None:
    # Given a reporter who is about to change what happened
    page = scripted
    page.goto(f"/events/{reference}/amend/what-happened")
    typed = f"{page.get_by_label('What happened?').input_value()} It was mopped."

    # When the safety lead changes another answer before they save
    with open_page(browser, world) as lead:
        sign_in(lead, world, "local_safety_lead", "RZ1")
        lead.goto(f"/events/{reference}/amend")
        lead.get_by_role("link", name="Change How much physical harm came to this patient?").click()
        lead.get_by_label("No physical harm").check()
        lead.get_by_role("button", name="Save").click()
        assert "Your change is saved." in told(lead)
    page.get_by_label("What happened?").fill(typed)
    page.get_by_role("button", name="Save").click()

    # Then they are told, their words are still there, and saving again keeps both
    refused(page)
    assert "Somebody else changed this event meanwhile." in page.inner_text("main")
    assert page.get_by_label("What happened?").input_value() == typed
    page.get_by_role("button", name="Save").click()
    assert "Your change is saved." in told(page)
    assert "No physical harm" in page.inner_text("main")


def test_errors_are_said_where_they_are_mended(scripted: Page, world: World, reference: str) -> None:
    page = scripted
    say_to_the_reporter(world, reference)
    page.goto(f"/my-records/{reference}")
    page.get_by_role("button", name="Send the answer").click()
    refused(page)
    page.goto(f"/my-records/{reference}")
    say(page, "Add something", "What do you want to add?", " ", "Add it")
    refused(page)
    page.goto(f"/events/{reference}/amend/what-happened")
    page.get_by_label("What happened?").fill("")
    page.get_by_role("button", name="Save").click()
    refused(page)


def test_what_colleagues_recorded_is_none_of_mine(scripted: Page, world: World) -> None:
    theirs = record(world, "organisational")
    answer = scripted.goto(f"/my-records/{theirs}")
    assert answer is not None
    assert answer.status == 404
    scripted.goto("/my-records")
    assert theirs not in scripted.content()

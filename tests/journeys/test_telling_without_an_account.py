"""A family tells in plain words; staff report without a name; both come back with their code. With a script and without; no cookie is set."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.conftest import World, eventually
from tests.journeys.pages import TELEPHONE, back, good, open_page, refused, sign_in

pytestmark = pytest.mark.timeout(240)
WORDS = "My mother waited two hours for her tablets. Nurse Joan Whitfield was kind."


@pytest.fixture(params=[True, False], ids=["with a script", "without"])
def page(request: pytest.FixtureRequest, world: World, browser: Browser) -> Iterator[Page]:
    with open_page(browser, world, TELEPHONE, script=request.param) as made:
        yield made


@pytest.fixture
def scripted(world: World, browser: Browser) -> Iterator[Page]:
    with open_page(browser, world) as made:
        yield made


def on(page: Page) -> None:
    page.get_by_role("button", name="Continue").last.click()


def go_on(page: Page) -> None:
    """The same, where the page is what the story is about."""
    good(page)
    on(page)


def tell(page: Page, words: str = WORDS, version: str = "plain", on: Callable[[Page], None] = on) -> None:
    """Every page of a family's report, up to the answers to check."""
    page.goto(f"/tell-us/form?version={version}")
    page.get_by_label("Something went wrong").check()
    on(page)
    page.get_by_label("I am family" if version == "easy" else "A relative, friend or carer").check()
    on(page)
    page.locator("input[type=text]").first.fill("Northmoor Royal")
    on(page)
    page.locator("textarea").fill(words)
    on(page)
    page.get_by_label("Yes" if version == "easy" else "Yes, today", exact=True).check()
    on(page)
    page.get_by_label("Yes, a little").check()
    on(page)
    on(page)  # age and gender: nobody has to say


def send(page: Page) -> tuple[str, str]:
    """The reference number and the code."""
    good(page)
    page.get_by_role("button", name="Send").click()
    good(page)
    said = page.inner_text("main")
    return re.findall(r"PSE-[0-9A-Z-]+", said)[0], re.findall(r"(?:[0-9A-Z]{5}-){4}[0-9A-Z]{5}", said)[0]


def cannot_be_sent_without_words(page: Page) -> None:
    """What got lost on the way is asked for again, and nothing else."""
    page.locator("input[type=hidden][name$='.Description']").evaluate("field => field.remove()")
    page.get_by_role("button", name="Send").click()
    refused(page)
    page.locator("textarea").fill(WORDS)
    while page.locator("#send").count() == 0:
        on(page)


def come_back(page: Page, reference: str, code: str) -> None:
    page.goto("/follow-up")
    page.get_by_label("Reference number").fill(reference)
    page.get_by_label("Code", exact=True).fill(code.lower().replace("-", " "))
    page.get_by_role("button", name="See your report").click()


def test_a_family_tells_comes_back_and_answers(page: Page, world: World) -> None:
    # Given a daughter who starts where everybody starts
    page.goto("/tell-us")
    good(page)
    tell(page, on=go_on)

    # When she changes an answer and sends it
    assert "Northmoor Royal Infirmary" in page.inner_text("main")
    page.get_by_role("button", name="Change What happened?").click()
    assert page.locator("textarea").input_value() == WORDS
    page.locator("textarea").fill(f"{WORDS} It was on Sunday.")
    go_on(page)
    reference, code = send(page)

    # Then the trust reads it without the name, asks her, and she answers with her code
    with world.person("local_safety_lead", "RZ1") as lead:
        found = eventually(lambda: _checked(lead, reference))
        assert "waited two hours" in str(found)
        assert "Whitfield" not in str(found)
        asked = lead.post(f"/api/v1/events/{reference}/questions", json={"text": "Which ward was it?"})
        assert asked.status_code == 201
    come_back(page, reference, code)
    good(page)
    assert "has a question for you" in page.inner_text("main")
    _ask_again_until(page, reference, code, "Which ward was it?")
    page.get_by_role("button", name="Send your answer").click()
    refused(page)
    page.get_by_label("Your answer").fill("The one on the third floor.")
    page.get_by_role("button", name="Send your answer").click()
    good(page)
    assert "Your answer is sent" in page.inner_text("main")
    page.get_by_role("button", name="Send it").click()
    refused(page)
    page.get_by_label("What would you like to add?").fill("She is well again.")
    page.get_by_role("button", name="Send it").click()
    assert "What you added is sent" in page.inner_text("main")
    assert page.context.cookies() == []


def test_going_back_by_the_browser_shows_what_was_typed(page: Page) -> None:
    # Given a daughter who has answered everything
    tell(page)
    # When she goes back by the browser's own button, past the page with her words
    while page.locator("textarea").count() == 0:
        back(page)
    # Then they stand there, and what she changes is what is sent
    assert page.locator("textarea").input_value() == WORDS
    page.locator("textarea").fill(f"{WORDS} Twice.")
    while page.locator("#send").count() == 0:
        on(page)
    assert "Twice." in page.inner_text("main")
    reference, code = send(page)

    # And when she goes back once more after sending, changes it and sends it, it is the same report, and that is said
    back(page)
    page.get_by_role("button", name="Change What happened?").click()
    page.locator("textarea").fill("Something else.")
    while page.locator("#send").count() == 0:
        on(page)
    assert send(page) == (reference, code)
    assert "What you changed since is not in it" in page.inner_text("main")


def test_what_is_changed_at_the_end_is_asked_on_and_nothing_that_fell_away_is_sent(page: Page) -> None:
    # Given answers in which the patient was distressed, today
    tell(page)
    harmed = page.get_by_role("button", name="Change Was the patient hurt")
    harmed.click()
    page.locator("[name='patient-information.0.PsychologicalHarm']").first.check()
    on(page)
    assert "distress" in page.inner_text("main")
    # When it turns out that the patient died, on another day
    harmed.click()
    page.locator("[name='patient-information.0.PhysicalHarm'][value='1']").check()
    on(page)
    page.get_by_role("button", name="Change Did it happen today?").click()
    page.locator("[name='adverse-event-estimated-date.0.IncidentOccurredToday'][value='n']").check()
    on(page)
    # Then the day is asked for, and the report can be sent
    good(page)
    for part, value in {"day": "2", "month": "3", "year": "2026"}.items():
        page.locator(f"[name='native.0.Date.{part}']").fill(value)
    on(page)
    assert "2 March 2026" in page.inner_text("main")
    assert "distress" not in page.inner_text("main")
    send(page)


def _checked(lead: Any, reference: str) -> dict[str, Any]:
    answer = lead.get(f"/api/v1/events/{reference}")
    found: dict[str, Any] = answer.json()
    return found if answer.status_code == 200 and found["description_status"] == "redacted" else {}


def _ask_again_until(page: Page, reference: str, code: str, words: str) -> None:
    def look() -> bool:
        come_back(page, reference, code)
        return words in page.inner_text("main")

    eventually(look)


def test_staff_report_without_a_name_and_say_why(page: Page, world: World) -> None:
    page.goto("/report-without-a-name")
    good(page)
    page.get_by_role("button", name="Start").click()
    good(page)
    page.get_by_role("button", name="Continue").click()
    refused(page)
    page.get_by_label("Risk", exact=True).check()
    go_on(page)
    page.locator("input[type=text]").first.fill("RZ1")
    go_on(page)
    page.get_by_label("I am concerned that colleagues may find out").check()
    page.get_by_label("Other", exact=True).check()
    go_on(page)
    page.get_by_label("What other reason do you have?").fill("It went badly before.")
    go_on(page)
    page.get_by_label("Mental health services (inpatient or community)").check()
    go_on(page)
    page.locator("textarea").fill("Two people cover four wards at night.")
    go_on(page)
    page.get_by_label("Yes", exact=True).check()
    go_on(page)
    go_on(page)  # about you
    cannot_be_sent_without_words(page)
    reference, code = send(page)
    with world.person("local_safety_lead", "RZ1") as lead:
        found = eventually(lambda: _checked(lead, reference))
    assert found["event_type"]["code"] == "risk"
    assert "colleagues may find out" in str(found)
    come_back(page, reference, code)
    page.locator("summary", has_text="End your code").click()
    page.get_by_role("button", name="End your code").click()
    good(page)
    come_back(page, reference, code)
    refused(page)


def test_every_refusal_says_what_to_do(scripted: Page) -> None:
    page = scripted
    page.goto("/tell-us/form")
    page.get_by_role("button", name="Continue").last.click()
    refused(page)
    page.get_by_label("Something went well").check()
    go_on(page)
    page.get_by_role("button", name="Continue").last.click()
    refused(page)
    page.get_by_label("The patient", exact=True).check()
    go_on(page)
    page.get_by_role("button", name="Continue").last.click()
    refused(page)
    page.locator("input[type=text]").first.fill("Northmoor")
    page.get_by_role("button", name="Continue").last.click()
    refused(page)
    assert page.get_by_label("St Winifred's Hospital, Northmoor").count() == 1
    page.goto("/follow-up")
    good(page)
    page.get_by_role("button", name="See your report").click()
    refused(page)
    page.get_by_label("Reference number").fill("PSE-26-AAAAAAAA-0")
    page.get_by_label("Code", exact=True).fill("ABCDE")
    page.get_by_role("button", name="See your report").click()
    refused(page)


def test_a_place_that_cannot_be_found_goes_to_the_national_team(scripted: Page, world: World) -> None:
    page = scripted
    page.goto("/tell-us/form")
    page.get_by_label("Something went well").check()
    on(page)
    page.get_by_label("The patient", exact=True).check()
    on(page)
    page.get_by_label("If you cannot find it").fill("The little clinic behind the church in Dale")
    on(page)
    page.locator("textarea").fill("They rang me at home to see how I was.")
    on(page)
    page.locator("textarea").fill("Time to ring people.")
    on(page)
    on(page)
    on(page)
    reference, _ = send(page)
    with world.person("national_analyst", "XZ9") as analyst:
        found = eventually(lambda: _checked(analyst, reference))
    assert found["organisation"]["code"] == "XZ9"


@pytest.mark.parametrize("version", ["easy", "large"])
def test_easy_words_and_large_print_are_the_same_form_from_the_start_to_coming_back(
    scripted: Page, version: str
) -> None:
    page = scripted
    page.goto("/tell-us")
    page.get_by_role("link", name={"easy": "In easy words", "large": "In large print"}[version]).click()
    good(page)
    page.get_by_role("button", name="Start").click()
    assert page.url.endswith(f"/tell-us/form?version={version}")
    tell(page, version=version, on=go_on)
    cannot_be_sent_without_words(page)
    reference, code = send(page)
    page.get_by_role("link", name="come back to your report").click()
    good(page)
    page.locator("#reference").fill(reference)
    page.locator("#code").fill(code)
    page.get_by_role("button", name="See your report").click()
    good(page)
    assert page.locator(f"input[name=version][value={version}]").count()
    page.locator("#text").fill("It was on Sunday.")
    page.get_by_role("button", name="Send it").click()
    good(page)
    assert page.locator(f"input[name=version][value={version}]").count()


def test_words_of_danger_are_met_with_where_to_get_help(scripted: Page) -> None:
    page = scripted
    tell(page, words="The carer hit my father twice and I want to die.")
    page.get_by_text("Where to get help now").click()
    said = page.inner_text("main")
    assert "116 123" in said
    assert "999" in said
    send(page)
    assert "116 123" in page.inner_text("main")


def test_a_mother_whose_son_took_his_life_is_met_as_such(scripted: Page) -> None:
    page = scripted
    tell(page, words="My son took his own life the day after he was sent home.")
    page.get_by_text("Where to get help now").click()
    good(page)
    said = page.inner_text("main")
    assert "If somebody close to you has died by suicide" in said
    assert "thinking of suicide" not in said


def test_whoever_is_signed_in_reports_as_a_stranger(scripted: Page, world: World) -> None:
    page = scripted
    sign_in(page, world, "standard", "RZ1")
    page.context.clear_cookies(name="__Host-form")
    page.goto("/report-without-a-name")
    good(page)
    assert page.get_by_role("button", name="Sign out").count() == 0
    page.get_by_role("button", name="Start").click()
    page.get_by_label("Good care", exact=True).check()
    on(page)
    page.get_by_label("What is the organisation called").fill("The little clinic behind the church in Dale")
    go_on(page)
    assert "Why are you recording without signing in?" in page.inner_text("main")
    assert [one["name"] for one in page.context.cookies()] == ["__Host-session"]


def test_pressing_send_twice_is_one_report_with_one_code(scripted: Page) -> None:
    tell(scripted)
    first = send(scripted)
    scripted.reload()
    said = scripted.inner_text("main")
    assert all(one in said for one in first)


def test_enter_in_a_field_goes_on_and_never_back(scripted: Page) -> None:
    page = scripted
    page.goto("/tell-us/form")
    page.get_by_label("Something went well").check()
    page.get_by_label("Something went well").press("Enter")
    assert "Who are you?" in page.title()
    page.get_by_role("button", name="Back").click()
    assert page.get_by_label("Something went well").is_checked()

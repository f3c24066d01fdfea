"""Safety staff follow events up on pages: the list, one event, several at once, what is decided and learned. With a script and without."""

from __future__ import annotations

import csv
import io
import json
import uuid
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.clients.recordings import body, sender
from tests.journeys.conftest import World, eventually
from tests.journeys.pages import TELEPHONE, back, good, open_page, refused, sign_in
from tests.journeys.records import record, say, told, unfold
from tests.journeys.test_without_an_account import ask, report

pytestmark = pytest.mark.timeout(300)
NOWHERE = "PSE-26-00000000-0"


@pytest.fixture(params=[True, False], ids=["with a script", "without"])
def page(request: pytest.FixtureRequest, world: World, browser: Browser) -> Iterator[Page]:
    with open_page(browser, world, TELEPHONE, script=request.param) as made:
        sign_in(made, world, "local_safety_lead", "RZ1")
        yield made


@pytest.fixture
def lead(world: World, browser: Browser) -> Iterator[Page]:
    with open_page(browser, world) as made:
        sign_in(made, world, "local_safety_lead", "RZ1")
        yield made


@pytest.fixture
def colleague(world: World, browser: Browser) -> Iterator[Page]:
    """Somebody else who follows up at the same organisation."""
    with open_page(browser, world) as made:
        sign_in(made, world, "organisational", "RZ1")
        yield made


@pytest.fixture
def reference(world: World) -> str:
    return record(world)


def test_an_event_is_found_taken_and_brought_on(page: Page, reference: str) -> None:
    # Given the list, filtered to one event
    page.goto("/events")
    good(page)
    unfold(page, "Filter and sort")
    page.get_by_label("Reference number").fill(reference.lower())
    page.get_by_role("button", name="Show").click()
    good(page)
    assert page.locator("input[name=row]").count() == 1

    # When it is taken, and its review begins
    page.get_by_role("link", name=reference).click()
    good(page)
    page.get_by_role("button", name="Assign to me").click()
    assert "It is assigned to: Edie Farrant (you)" in told(page)
    unfold(page, "Change the state")
    page.get_by_label("Under review").check()
    page.get_by_role("button", name="Change the state").click()

    # Then it says so, here and in the list of what is mine
    assert "The state is now: Under review." in told(page)
    good(page)
    page.goto(f"/events?assigned=me&state=under_review&reference={reference}")
    assert page.locator("input[name=row]").count() == 1
    page.goto(f"/events?assigned=nobody&reference={reference}")
    assert "No event matches" in page.inner_text("main")
    good(page)


def test_what_is_said_to_the_reporter_stands_with_the_event(page: Page, reference: str) -> None:
    page.goto(f"/events/{reference}")
    say(page, "Ask the reporter a question", "Your question", "Which sink was it?", "Send the question")
    assert "Your question is sent. The reporter is told that there is one" in told(page)
    say(
        page,
        "Tell the reporter what changed",
        "What changed because of the report?",
        "The drain was mended.",
        "Tell the reporter",
    )
    say(page, "Add something to the record", "What do you want to add?", "Estates were told.", "Add")

    def shown() -> bool:
        page.goto(f"/events/{reference}")
        text = page.inner_text("main")
        return all(
            one in text for one in ("Which sink was it?", "The drain was mended.", "Estates were told.")
        )

    eventually(shown)
    assert "Waiting for an answer" in page.inner_text("main")
    good(page)


def test_events_are_linked_and_a_duplicate_says_of_what(page: Page, world: World, reference: str) -> None:
    first = record(world)
    page.goto(f"/events/{reference}")
    unfold(page, "Link it with another event")
    page.get_by_label("Same course of care as").check()
    page.get_by_label("Reference number of the other event").fill(first)
    page.get_by_role("button", name="Link", exact=True).click()
    assert "The link is kept." in told(page)
    assert f"Same course of care as {first}" in page.inner_text("#maincontent")
    page.get_by_role("button", name="End this link").click()
    assert "The link is ended." in told(page)
    unfold(page, "Change the state")
    page.locator("input[name=state][value=duplicate]").check()
    page.get_by_label("For a duplicate: reference number of the first record").fill(first)
    page.get_by_role("button", name="Change the state").click()
    assert "The state is now: Duplicate." in told(page)
    assert page.locator("aside.beside").get_by_role("link", name=first).count() == 1
    good(page)


def test_governance_is_decided_and_seen_with_the_event(page: Page, reference: str) -> None:
    page.goto(f"/events/{reference}/governance")
    good(page)
    page.get_by_role("group", name="Was it a Never Event?").get_by_label("Yes").check()
    page.get_by_role("button", name="Save").click()
    refused(page)
    page.get_by_role("group", name="Was it a Never Event?").get_by_label("No").check()
    page.get_by_role("group", name="Does the duty of candour apply?").get_by_label("Yes").check()
    page.get_by_role("button", name="Save").click()
    assert "Governance is saved." in told(page)
    eventually(lambda: page.reload() and "Does the duty of candour apply?" in page.inner_text("main"))


def test_a_safety_response_is_begun_and_what_is_overdue_says_so(page: Page, reference: str) -> None:
    page.goto(f"/safety-responses/new?event={reference}")
    good(page)
    page.get_by_role("button", name="Save").click()
    refused(page)
    page.get_by_label("An issue that has come up").check()
    page.get_by_label("After action review").check()
    target = page.get_by_role("group", name="When should the response be complete?")
    for part, typed in (("Day", "1"), ("Month", "2"), ("Year", "2026")):
        target.get_by_label(part).fill(typed)
    page.get_by_label("What is to be done?").fill("Dry the floor each hour.")
    page.get_by_role("button", name="Save").click()
    assert "The safety response is saved." in told(page)
    good(page)
    assert page.get_by_label("What is to be done?").count() == 2, "there is room for another action"
    target.get_by_label("Day").fill("40")
    page.get_by_role("button", name="Save").click()
    refused(page)
    page.goto("/safety-responses")
    good(page)
    page.goto(f"/events/{reference}")
    assert "1 February 2026: overdue" in page.inner_text("main")


def test_several_are_done_at_once_and_one_that_cannot_be_is_told_of(page: Page, world: World) -> None:
    # Given two events, of which one is closed
    one, other = record(world), record(world)
    with world.person("local_safety_lead", "RZ1") as lead:
        for state in ("under_review", "closed"):
            lead.post(f"/api/v1/events/{other}/handling", json={"state": state}).raise_for_status()

    # When both are chosen to be put on hold
    page.goto("/events")
    page.get_by_label(f"Choose {one}").check()
    page.get_by_label(f"Choose {other}").check()
    page.get_by_role("button", name="Do it").click()
    refused(page)
    assert page.get_by_label(f"Choose {one}").is_checked()
    page.get_by_label("What to do with the events you chose").select_option("state:on_hold")
    page.get_by_role("button", name="Do it").click()

    # Then one is, and the other says why not
    assert "1 event changed. 1 not changed: see below why." in told(page)
    text = page.inner_text("#done")
    assert "it cannot go there from the state it is in" in text
    good(page)
    page.goto(f"/events?state=on_hold&reference={one}")
    assert page.locator("input[name=row]").count() == 1


def test_whoever_cannot_be_reached_any_more_is_neither_asked_nor_told_and_their_question_is_answered_for_them(
    lead: Page, world: World
) -> None:
    # Given a family who reported without an account
    family = report(world)
    name = f"/events/{family['reference']}"
    eventually(lambda: lead.goto(name).ok)  # type: ignore[union-attr]

    # When they are asked, it is said that they read it with their code
    say(lead, "Ask the reporter a question", "Your question", "Which night was it?", "Send the question")
    assert "The reporter reads it when they come back with their code" in told(lead)
    good(lead)

    # And once they have ended that, nothing more is offered to be said to them, and the question is answered for them
    assert ask(world, family, "/ending").status_code == 204
    lead.goto(name)
    assert "cannot be asked or told anything from here" in lead.inner_text("main")
    assert lead.get_by_text("Ask the reporter a question").count() == 0
    good(lead)
    unfold(lead, "Answer for the reporter")
    lead.get_by_role("button", name="Keep the answer", exact=True).click()
    refused(lead)
    lead.get_by_label("Answer", exact=True).fill("The night of the storm.")
    lead.get_by_role("button", name="Keep the answer", exact=True).click()
    assert "Your answer is kept." in told(lead)


def test_errors_say_what_to_do_and_keep_what_was_typed(lead: Page, reference: str) -> None:
    lead.goto("/events?recorded_from=31/2/2026")
    refused(lead)
    lead.goto("/events?reference=PSE")
    refused(lead)
    lead.goto(f"/events/{reference}")
    unfold(lead, "Assign to somebody")
    lead.locator("input[name=version]").evaluate_all("fields => fields.forEach(one => one.value = 77)")
    lead.get_by_role("button", name="Assign", exact=True).click()
    refused(lead)
    for folded, button in (
        ("Change the state", "Change the state"),
        ("Ask the reporter a question", "Send the question"),
        ("Tell the reporter what changed", "Tell the reporter"),
        ("Add something to the record", "Add"),
    ):
        lead.goto(f"/events/{reference}")
        unfold(lead, folded)
        lead.get_by_role("button", name=button, exact=True).click()
        refused(lead)
    lead.goto(f"/events/{reference}")
    unfold(lead, "Link it with another event")
    lead.get_by_label("Same course of care as").check()
    lead.get_by_label("Reference number of the other event").fill(NOWHERE)
    lead.get_by_role("button", name="Link", exact=True).click()
    refused(lead)
    assert lead.locator(".nhsuk-error-summary a").get_attribute("href") == "#other_event"
    assert lead.get_by_label("Reference number of the other event").input_value() == NOWHERE
    lead.goto(f"/events/{reference}/withdraw")
    lead.get_by_role("button", name="Withdraw").click()
    refused(lead)


def test_two_people_change_the_same_event_at_once(lead: Page, colleague: Page, reference: str) -> None:
    # Given two who look at the same event
    for one in (lead, colleague):
        one.goto(f"/events/{reference}")

    # When one takes it, and the other changes its state
    lead.get_by_role("button", name="Assign to me").click()
    unfold(colleague, "Change the state")
    colleague.get_by_label("On hold").check()
    colleague.get_by_role("button", name="Change the state").click()

    # Then the other is told, keeps what was chosen, and decides again knowing it
    refused(colleague)
    assert "Somebody else has changed this meanwhile" in colleague.inner_text("main")
    assert "Edie Farrant" in colleague.inner_text("aside.beside")
    assert colleague.get_by_label("On hold").is_checked()
    colleague.get_by_role("button", name="Change the state").click()
    assert "The state is now: On hold." in told(colleague)


def test_two_people_change_the_same_safety_response_at_once(
    lead: Page, colleague: Page, reference: str
) -> None:
    def actions(*expected: str) -> bool:
        """Whether these can be read on the page of the response, with room for another."""
        lead.goto(lead.url)
        return [one.input_value() for one in lead.get_by_label("What is to be done?").all()] == [
            *expected,
            "",
        ]

    # Given two who look at the same response, with one action
    lead.goto(f"/safety-responses/new?event={reference}")
    lead.get_by_label("An issue that has come up").check()
    lead.get_by_label("After action review").check()
    lead.get_by_label("What is to be done?").fill("Dry the floor each hour.")
    lead.get_by_role("button", name="Save").click()
    assert "The safety response is saved." in told(lead)
    eventually(lambda: actions("Dry the floor each hour."))
    colleague.goto(lead.url)

    # When one adds an action, and the other, who does not know of it, adds another and says how far the response is
    lead.get_by_label("What is to be done?").nth(1).fill("Put up a sign.")
    lead.get_by_role("button", name="Save").click()
    assert "The safety response is saved." in told(lead)
    eventually(lambda: actions("Dry the floor each hour.", "Put up a sign."))
    colleague.get_by_label("What is to be done?").nth(1).fill("Mend the drain.")
    colleague.get_by_role("group", name="How far is the response?").get_by_label("In progress").check()
    colleague.get_by_role("button", name="Save").click()

    # Then the other is told, and saving again keeps what both did
    refused(colleague)
    assert "Somebody else changed this response meanwhile." in colleague.inner_text("main")
    colleague.get_by_role("button", name="Save").click()
    assert "The safety response is saved." in told(colleague)
    eventually(lambda: actions("Dry the floor each hour.", "Put up a sign.", "Mend the drain."))
    assert lead.get_by_role("group", name="How far is the response?").get_by_label("In progress").is_checked()


def test_pressing_twice_and_going_back_do_no_harm(lead: Page, reference: str) -> None:
    lead.goto(f"/events/{reference}")
    say(
        lead,
        "Tell the reporter what changed",
        "What changed because of the report?",
        "Mended.",
        "Tell the reporter",
    )
    told(lead)
    back(lead)
    unfold(lead, "Tell the reporter what changed")
    lead.get_by_label("What changed because of the report?").fill("Mended.")
    lead.get_by_role("button", name="Tell the reporter", exact=True).click()
    told(lead)
    lead.goto(f"/events/{reference}")
    assert lead.locator(".message--feedback").count() == 1


@pytest.mark.parametrize("sent", ["v4-outcome", "v5-incident"])
def test_an_event_that_a_product_sent_on_an_earlier_form_is_amended_on_it(
    world: World, browser: Browser, sent: str
) -> None:
    # Given an event of an earlier version of the question set
    organisation, lrms = sender(world)
    resource = json.loads(body(f"client-one/{sent}", organisation=organisation))
    resource["identifier"] = {"system": "https://product.example/events", "value": uuid.uuid4().hex}
    with lrms:
        made = lrms.post("/AdverseEvent", json=resource)
    assert made.status_code == 201, made.text
    name = f"/events/{made.json()['id']}"
    with open_page(browser, world, TELEPHONE) as page:
        sign_in(page, world, "local_safety_lead", organisation)

        # When its description is put right
        page.goto(f"{name}/amend")
        good(page)
        page.get_by_role("link", name="Change What happened?").click()
        good(page)
        page.get_by_label("What happened?").fill("The pump was off for an hour.")
        page.get_by_role("button", name="Save").click()

        # Then it is a revision, and everything else stands
        assert "Your change is saved." in told(page)
        good(page)
        assert (
            page.get_by_text("Being checked for personal data")
            .or_(page.get_by_text("The pump was off"))
            .count()
        )


def test_history_says_what_changed_between_two_revisions(lead: Page, world: World, reference: str) -> None:
    lead.goto(f"/events/{reference}/history")
    good(lead)
    assert "It has not been changed" in lead.inner_text("main")
    lead.goto(f"/events/{reference}/amend/what-happened")
    good(lead)
    words = lead.get_by_label("What happened?")
    words.fill(words.input_value().replace("wet floor", "icy floor"))
    lead.get_by_role("button", name="Save").click()
    assert "Your change is saved." in told(lead)
    good(lead)

    def shown() -> bool:
        lead.goto(f"/events/{reference}/history?older=1&newer=2")
        return lead.locator("ins").count() == 1

    eventually(shown)
    assert "icy" in lead.locator("ins").inner_text()
    assert "wet" in lead.locator("del").inner_text()
    assert "Byrne" not in lead.content()
    good(lead)
    lead.get_by_label("From revision").fill("3")
    lead.get_by_role("button", name="Compare").click()
    refused(lead)


def test_the_list_is_taken_away_as_a_file(lead: Page, reference: str) -> None:
    lead.goto(f"/events?reference={reference}")
    with lead.expect_download() as found:
        lead.get_by_role("link", name="Export this list (CSV)").click()
    rows = list(csv.DictReader(io.StringIO(found.value.path().read_text("utf-8-sig"))))
    assert [(row["Reference"], row["Organisation code"], row["State"]) for row in rows] == [
        (reference, "RZ1", "New")
    ]


def test_a_board_sees_the_list_and_has_no_acts(world: World, browser: Browser, reference: str) -> None:
    with open_page(browser, world, TELEPHONE) as board:
        sign_in(board, world, "oversight_icb", "QZ1")
        board.goto("/events")
        good(board)
        assert board.get_by_role("link", name=reference).count() == 1
        assert board.locator("input[name=row]").count() == 0
        board.goto(f"/events/{reference}")
        good(board)
        assert board.get_by_role("button", name="Assign").count() == 0
        for path in ("governance", "amend", "withdraw"):
            answer = board.goto(f"/events/{reference}/{path}")
            assert answer is not None
            assert answer.status == 404


def test_another_organisation_finds_nothing_of_it(world: World, browser: Browser, reference: str) -> None:
    with open_page(browser, world) as other:
        sign_in(other, world, "local_safety_lead", "RZ3")
        assert reference not in other.goto("/events").text()  # type: ignore[union-attr]
        for path in ("", "/history", "/governance", "/amend", "/withdraw"):
            answer = other.goto(f"/events/{reference}{path}")
            assert answer is not None
            assert answer.status == 404

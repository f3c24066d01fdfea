"""The support team at work on pages: somebody's account, organisations, keys, the audit, erasures; with a script and without."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest
from playwright.sync_api import Browser, Page

from tests.builders.organisations import a_file
from tests.journeys.conftest import World, eventually
from tests.journeys.pages import TELEPHONE, good, open_page, refused, sign_in
from tests.journeys.test_a_report_of_severe_harm import report
from tests.journeys.test_account_on_pages import fill, press
from tests.journeys.test_people_join_and_leave import code_in, joined, letter_to

pytestmark = pytest.mark.timeout(240)
CASE = "CASE-12"
LONG = "no such place " * 20
ELSEWHERE = """form => form.insertAdjacentHTML("beforeend", "<input type='hidden' name='after' value='nowhere'>")"""  # in a list


@pytest.fixture(params=[True, False], ids=["with a script", "without"])
def page(request: pytest.FixtureRequest, world: World, browser: Browser) -> Iterator[Page]:
    with open_page(browser, world, TELEPHONE, script=request.param) as made:
        sign_in(made, world, "support")
        yield made


@pytest.fixture
def second(world: World, browser: Browser) -> Iterator[Page]:
    """The browser of a super administrator."""
    with open_page(browser, world, TELEPHONE) as made:
        sign_in(made, world, "super_admin")
        yield made


@pytest.fixture
def doors() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


@pytest.fixture
def address(world: World, doors: ExitStack) -> str:
    """Of somebody who has an account."""
    made = f"jo-{uuid.uuid4().hex[:8]}@example.org"
    joined(world, doors, made, "Jo Sandpiper")
    return made


def find(page: Page, address: str) -> None:
    """From the menu to somebody's account."""
    page.goto("/notices")
    page.get_by_role("link", name="Support").click()
    page.get_by_role("link", name="People", exact=True).click()
    fill(page, search=address)
    press(page, "Search")
    assert address not in page.url
    page.get_by_role("link", name="Jo Sandpiper").click()


def test_an_account_is_found_shut_and_opened_again(page: Page, address: str) -> None:
    # Given somebody who tells support that they lost their badge
    page.goto("/support")
    good(page)
    page.goto("/support/people")
    good(page)
    page.locator("main form").evaluate(ELSEWHERE)
    press(page, "Search")
    refused(page)
    fill(page, search="no such person at all")
    press(page, "Search")
    assert "Nobody matches" in page.inner_text("main")
    find(page, address)
    good(page)
    account = page.url

    # When support suspends the account, for which a reason must be given
    page.get_by_role("link", name="Suspend the account").click()
    good(page)
    press(page, "Suspend the account")
    refused(page)
    fill(page, reason="Lost badge")
    press(page, "Suspend the account")
    page.wait_for_url(account)
    assert "This account is suspended" in page.inner_text("main")
    good(page)

    # Then it can be opened again, and its second factors reset
    page.get_by_role("link", name="Resume the account").click()
    good(page)
    press(page, "Resume the account")
    page.wait_for_url(account)
    page.get_by_role("link", name="Reset its second factors").click()
    good(page)
    press(page, "Reset the second factors")
    refused(page)
    fill(page, reason="Seen at the desk with a badge")
    press(page, "Reset the second factors")
    page.wait_for_url(account)
    assert "The second factors are reset" in page.inner_text("main")


def test_somebody_is_put_right_and_has_a_copy(page: Page, world: World, address: str) -> None:
    # Given a case in which somebody asks that their name and address be put right
    find(page, address)
    account = page.url
    page.get_by_role("link", name="Put its name or address right").click()
    good(page)
    fill(page, name="Jo Sandpiper-Vale", email=f"new-{address}")
    press(page, "Put it right")
    refused(page)

    # When the case is named, the name changes and a code goes to the new address
    fill(page, case_number=CASE)
    press(page, "Put it right")
    page.wait_for_url(account)
    assert "Jo Sandpiper-Vale" in page.inner_text("h1")
    assert code_in(letter_to(world, f"new-{address}", "code"))

    # Then a copy of what is held is made for the same case
    page.get_by_role("link", name="Make a copy").click()
    good(page)
    press(page, "Make the copy")
    refused(page)
    fill(page, case_number=CASE)
    press(page, "Make the copy")
    good(page)
    assert address in page.inner_text("main")


def test_an_account_is_erased_by_two(page: Page, second: Page, address: str) -> None:
    # Given somebody who wants to be forgotten
    find(page, address)
    page.get_by_role("link", name="Erase the account").click()
    good(page)
    press(page, "Ask for the erasure")
    refused(page)
    page.get_by_label("The owner asks for it").check()
    fill(page, case_number=CASE)
    press(page, "Ask for the erasure")
    good(page)
    erasure = page.url
    assert page.get_by_role("button", name="Erase the account").count() == 0

    # When support takes it back, asks again, and a super administrator confirms
    press(page, "Take back the erasure")
    page.goto(erasure)
    page.get_by_label("The law demands it").check()
    fill(page, case_number=CASE)
    press(page, "Ask for the erasure")
    page.goto("/support")
    page.get_by_role("link", name="Erasures of accounts").click()
    good(page)
    account = erasure.split("/")[-2]
    row = page.get_by_role("row").filter(has=page.locator(f"a[href*='{account}']"))
    assert "A super administrator other than you" in row.first.inner_text()
    second.goto("/support/erasures/accounts")
    second.get_by_role("link", name="that wait to be confirmed").click()
    good(second)
    second.locator(f"a[href*='{account}']").click()
    second.wait_for_url(erasure)
    good(second)
    eventually(lambda: _confirmed(second, erasure, "Erase the account for good", "The account is erased"))

    # Then each service says what it has done, and the account is found no longer
    eventually(lambda: second.goto(erasure) and "Done" in second.inner_text("dl"))
    good(second)
    answer = page.goto(erasure.removesuffix("/erasure"))
    assert answer is not None
    assert answer.status == 404
    page.goto("/support/erasures/accounts")
    good(page)
    assert "Jo Sandpiper" not in row.first.inner_text()


def test_organisations_are_found_and_a_file_is_imported(page: Page) -> None:
    # Given support staff who look for an organisation
    page.goto("/support/organisations")
    good(page)
    fill(page, search=LONG)
    press(page, "Find")
    refused(page)
    fill(page, search="no such place at all")
    press(page, "Find")
    assert "No organisation matches" in page.inner_text("main")
    good(page)
    fill(page, search="royal northm")
    press(page, "Find")
    good(page)
    page.get_by_role("link", name="RZ101", exact=True).click()
    good(page)
    assert "run by (RE6)" in page.inner_text("main")

    # When they import a file of a kind that there is not, then one with a line that is none, larger than a form may be
    page.goto("/support/organisations/imports")
    good(page)
    press(page, "Import the file")
    refused(page)
    file = {
        "name": "etr.csv",
        "mimeType": "text/csv",
        "buffer": a_file(["no line"]).encode() + b"\n" * 1_500_000,
    }
    fill(page, kind="nonsense")
    page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    press(page, "Import the file")
    refused(page)
    fill(page, kind="etr")
    page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    press(page, "Import the file")
    good(page)

    # Then they see what became of it
    result = page.url
    eventually(lambda: page.goto(result) and "Lines that were refused" in page.inner_text("main"))
    good(page)
    page.goto("/support/organisations/imports")
    good(page)
    assert "etr" in page.inner_text("table")


def test_a_key_that_somebody_shows_is_known(page: Page, world: World) -> None:
    # Given a vendor who shows a key
    key = next(one["key"] for one in world.told["lrms"] if one["organisation"] == "RZ3")
    page.goto("/support/credentials")
    good(page)
    press(page, "Say what it is")
    refused(page)

    # When support asks what it is, then it is told, and not shown
    fill(page, token=key)
    press(page, "Say what it is")
    good(page)
    assert "It is honoured" in page.inner_text("main")
    assert key not in page.content()

    # And the page before its revocation asks first
    page.goto("/support/credentials?organisation=RZ3")
    good(page)
    page.get_by_role("link", name="Revoke").first.click()
    good(page)
    page.goto("/support/credentials?organisation=not+a+code")
    refused(page)
    page.goto("/support/credentials?organisation=RZ999")
    good(page)
    assert "No key was ever issued" in page.inner_text("main")


def test_the_audit_is_searched_and_verified(page: Page, world: World) -> None:
    # Given support staff who want to know what was done about accounts
    page.goto("/support/audit")
    good(page)
    page.get_by_text("Narrow it down").click()
    fill(page, service="identity", to="yesterday")
    press(page, "Search")
    refused(page)

    # When they search for it, they see it and its older rows
    fill(page, to="")
    press(page, "Search")
    good(page)
    assert "Mo Birch" in page.inner_text("table")
    fill(page, actor="somebody else", service="")
    press(page, "Search")
    refused(page)
    fill(page, actor="nobody")
    press(page, "Search")
    assert "Nothing matches" in page.inner_text("main")
    good(page)

    # Then they have it verified
    page.goto("/support/audit/verification")
    good(page)
    press(page, "Verify it now")
    page.wait_for_url("**/verification")
    good(page)
    eventually(
        lambda: page.goto("/support/audit/verification") and "and finished" in page.inner_text("main"), 60
    )
    good(page)


def test_the_text_of_a_record_is_erased_by_two(page: Page, second: Page, world: World) -> None:
    # Given a record whose text is to be erased
    reference, _ = report(world)
    page.goto("/support/erasures")
    good(page)
    page.get_by_role("link", name="Ask for an erasure").click()
    good(page)
    press(page, "Ask for the erasure")
    refused(page)
    fill(page, reference=reference, case_number=CASE)
    page.get_by_label("It was recorded in error").check()
    press(page, "Ask for the erasure")
    good(page)
    assert "You asked for this yourself" in page.inner_text("main")

    # When a super administrator confirms
    second.goto("/support/erasures")
    good(second)
    second.get_by_role("link", name=reference).click()
    good(second)
    erasure = second.url
    eventually(lambda: _confirmed(second, erasure, "Erase the text for good", "The text is erased"))

    # Then every place says what it has done
    eventually(lambda: second.goto(erasure) and "Done" in second.locator("dl").inner_text())
    good(second)
    page.goto("/support/erasures")
    assert "Done" in page.get_by_role("row").filter(has_text=reference).inner_text()


def _confirmed(page: Page, erasure: str, button: str, said: str) -> bool:
    """Pressed, until it is no longer being told to others."""
    page.goto(erasure)
    press(page, button)
    return said in page.inner_text("main")


def test_what_others_are_still_being_told_is_not_erased_yet(
    second: Page, world: World, doors: ExitStack, address: str
) -> None:
    # Given a record and an account of which the others have not heard everything
    relays = ("recording-relay", "identity-relay")
    support = doors.enter_context(world.person("support"))
    (person,) = support.get("/api/v1/admin/accounts", params={"search": address}).json()["items"]
    account = f"/api/v1/admin/accounts/{person['account_id']}/erasure"
    why = {"ground": "data_subject_request", "case_number": CASE}
    assert support.post(account, json=why).status_code == 201
    for one in relays:
        world.system.hold(one)
    try:
        reference, _ = report(world)
        asked = support.post("/api/v1/admin/erasures", json=why | {"reference": reference})
        sent = httpx.post(f"{world.url}/api/v1/password-resets", json={"email": address})
        assert (asked.status_code, sent.status_code) == (201, 202)

        # When a super administrator confirms, then the page says that it is too early, and the button stays
        record = f"/support/erasures/{asked.json()['id']}"
        home = f"/support/people/{person['account_id']}/erasure"
        for page, button in ((record, "Erase the text for good"), (home, "Erase the account for good")):
            second.goto(page)
            press(second, button)
            refused(second)
    finally:
        for one in relays:
            world.system.release(one)

    # And a moment later it is done
    eventually(lambda: _confirmed(second, record, "Erase the text for good", "The text is erased"))
    eventually(lambda: _confirmed(second, home, "Erase the account for good", "The account is erased"))


def test_a_record_is_restored_and_anonymised_by_the_national_team(second: Page, world: World) -> None:
    page = second
    reference, answer = report(world)
    with world.lrms("RZ1") as lrms:
        gone = lrms.delete(f"/AdverseEvent/{answer.json()['id']}", params={"reason": "test_record"})
        assert gone.status_code in (200, 204), gone.text
    page.goto("/support")
    good(page)
    page.get_by_role("link", name="Restore a record").click()
    good(page)
    fill(page, reference="PSE-26-AAAAAAAA-A")
    press(page, "Restore the record")
    refused(page)
    fill(page, reference=reference)
    press(page, "Restore the record")
    assert "The record is back" in page.inner_text("main")
    page.goto("/support/records/anonymising")
    good(page)
    fill(page, reference=reference)
    press(page, "Cut the tie")
    refused(page)
    page.get_by_label("I know that this cannot be undone").check()
    press(page, "Cut the tie")
    assert "Nothing ties the record" in page.inner_text("main")
    good(page)


def test_how_the_system_is_can_be_seen(page: Page) -> None:
    for path in ("/support/status", "/support/question-sets"):
        page.goto(path)
        good(page)
    page.goto("/support/status")
    assert "Every part of the service answers" in page.inner_text("main")


@pytest.mark.parametrize(("role", "organisation"), [("org_admin", "RZ2"), ("standard", "RZ1")])
def test_the_pages_are_closed_to_others(world: World, browser: Browser, role: str, organisation: str) -> None:
    with open_page(browser, world, TELEPHONE) as page:
        sign_in(page, world, role, organisation)
        for rest in ("", "/people", "/organisations", "/organisations/RZ1", "/organisations/imports",
                     "/credentials", "/audit", "/audit/verification", "/erasures", "/erasures/accounts", "/records/restoring",
                     "/status", "/question-sets"):  # fmt: skip
            answer = page.goto(f"/support{rest}")
            assert answer is not None
            assert answer.status == 403, rest
        good(page)

"""An administrator keeps her organisation on pages: requests, people, invitations, keys and clients; with a script and without."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator

import httpx
import pytest
from joserfc.jwk import OKPKey
from playwright.sync_api import Browser, Page

from tests.journeys.conftest import World, eventually
from tests.journeys.pages import TELEPHONE, good, open_page, refused, sign_in
from tests.journeys.test_account_on_pages import fill, join, press
from tests.journeys.test_account_on_pages import sign_in as sign_in_with
from tests.journeys.test_people_join_and_leave import PASSWORD, an_event, code_in, letter_to

pytestmark = pytest.mark.timeout(240)
HERE = "/organisation/RZ2"


@pytest.fixture(params=[True, False], ids=["with a script", "without"])
def page(request: pytest.FixtureRequest, world: World, browser: Browser) -> Iterator[Page]:
    with open_page(browser, world, TELEPHONE, script=request.param) as made:
        sign_in(made, world, "org_admin", "RZ2")
        yield made


@pytest.fixture
def outside(world: World, browser: Browser) -> Iterator[Page]:
    """The browser of somebody else."""
    with open_page(browser, world, TELEPHONE) as made:
        yield made


@pytest.fixture
def address() -> str:
    return f"ash-{uuid.uuid4().hex[:8]}@example.org"


def test_a_request_is_decided_and_the_role_is_ended(
    page: Page, outside: Page, world: World, address: str
) -> None:
    # Given two requests: of a colleague, and of somebody whom nobody knows
    join(outside, world, address, "Ash Quarry")
    sign_in_with(outside, address)
    for role in ("Standard", "Organisational"):
        outside.goto("/account/roles/RZ201")
        outside.get_by_label(role, exact=True).check()
        fill(outside, reason="I work at Dalesway House")
        press(outside, "Send the request")
        outside.wait_for_url("**/account")

    # When the administrator looks, and decides without choosing
    page.goto("/organisation/requests")
    good(page)
    page.get_by_role("row").filter(has_text=address).filter(has_text="Standard").get_by_role("link").click()
    good(page)
    assert "I work at Dalesway House" in page.inner_text("main")
    press(page, "Decide")
    refused(page)
    page.get_by_label("Approve", exact=True).check()
    press(page, "Decide")
    page.wait_for_url("**/organisation/requests")
    assert "The request is approved" in page.inner_text("main")
    good(page)

    # And refuses the other, for which a reason must be given
    page.get_by_role("row").filter(has_text=address).get_by_role("link").click()
    page.get_by_label("Refuse", exact=True).check()
    press(page, "Decide")
    refused(page)
    fill(page, reason="Ask again when you review events")
    press(page, "Decide")
    page.wait_for_url("**/organisation/requests")
    assert "The request is refused" in page.inner_text("main")

    # Then the colleague has the one role and reads why not the other; and loses it again
    outside.goto("/account")
    good(outside)
    assert "Records events" in outside.inner_text("main")
    assert "Ask again when you review events" in outside.content()
    page.goto("/organisation/RZ201")
    good(page)
    page.get_by_role("row").filter(has_text=address).get_by_role("link", name="End the role").click()
    good(page)
    press(page, "End the role")
    refused(page)
    fill(page, reason="Moved away")
    press(page, "End the role")
    page.wait_for_url("**/organisation/RZ201")
    assert address not in page.inner_text("main")
    outside.goto("/account")
    assert "You hold no role" in outside.inner_text("main")


def test_somebody_is_invited_and_another_invitation_is_taken_back(
    page: Page, outside: Page, world: World, address: str
) -> None:
    # Given an administrator who comes by the menu
    page.goto("/notices")
    page.get_by_role("link", name="My organisation").click()
    page.wait_for_url(f"**{HERE}")
    good(page)
    page.get_by_role("link", name="Invitations").click()
    good(page)
    page.get_by_role("link", name="Invite somebody").click()
    good(page)

    # When she invites nobody, then somebody, then somebody else whose invitation she takes back
    press(page, "Send the invitation")
    refused(page)
    for whom in (address, f"other-{address}"):
        page.goto(f"{HERE}/invitations/new")
        fill(page, email=whom)
        page.get_by_label("Data user", exact=True).check()
        press(page, "Send the invitation")
        page.wait_for_url(f"**{HERE}/invitations")
        good(page)
    page.get_by_role("button", name=f"Take back the invitation of other-{address}").click()
    page.wait_for_url(f"**{HERE}/invitations")
    assert "The invitation is taken back" in page.inner_text("main")

    # Then the first accepts, and is there
    outside.goto("/sign-in")
    outside.get_by_role("link", name="Accept an invitation").click()
    code = code_in(letter_to(world, address, "You are invited"))
    fill(outside, email=address, code=code, name="Ash Quarry", password=PASSWORD)
    press(outside, "Accept the invitation")
    outside.wait_for_url("**/sign-in")
    page.goto(HERE)
    assert address in page.inner_text("main")
    good(page)


def test_a_key_is_issued_used_and_revoked(page: Page, world: World) -> None:
    # Given an administrator who names no product at first
    product = f"Otter {uuid.uuid4().hex[:6]}"
    page.goto("/organisation/keys")
    good(page)
    page.get_by_role("link", name="Issue a key", exact=True).click()
    good(page)
    press(page, "Issue the key")
    refused(page)

    # When she issues one
    fill(page, product=product)
    page.get_by_label("Real events").check()
    press(page, "Issue the key")
    good(page)
    key = page.locator("code.app-key").first.inner_text()

    # Then it works, and she sees it without seeing it again
    headers = {"Ocp-Apim-Subscription-Key": key}
    place = f"{world.url}/adverse-event/fhir/AdverseEvent"
    assert httpx.post(place, json=an_event(), headers=headers, timeout=40).status_code == 201
    page.get_by_role("link", name="I have copied it").click()
    good(page)
    assert key not in page.content()

    # And once it is revoked it does not
    page.get_by_role("link", name=f"Revoke the primary key of {product}").click()
    good(page)
    press(page, "Revoke the key")
    page.wait_for_url(f"**{HERE}/keys")
    assert "The key is revoked" in page.inner_text("main")
    eventually(lambda: httpx.post(place, json=an_event(), headers=headers, timeout=40).status_code == 401)


def test_a_client_is_registered_narrowed_and_ended(page: Page) -> None:
    # Given a vendor whose product signs with a key of its own
    product = f"Badger {uuid.uuid4().hex[:6]}"
    page.goto(f"{HERE}/clients/new")
    good(page)
    press(page, "Register the client")
    refused(page)
    fill(page, product=product)
    page.get_by_label("Trying out").check()
    press(page, "Register the client")
    good(page)

    # When its keys are no keys, the page says so; good ones are taken
    page.get_by_text("Register its public keys").click()
    fill(page, jwks="no keys")
    press(page, "Register the public keys")
    refused(page)
    public = OKPKey.generate_key("Ed25519", {"kid": "one", "use": "sig"}).as_dict(private=False)
    fill(page, jwks=json.dumps({"keys": [public]}))
    press(page, "Register the public keys")
    good(page)
    assert "Ed25519" in page.inner_text("main")

    # And it may only read from now on
    page.get_by_label("Records, changes").uncheck()
    press(page, "Save what it may do")
    assert not page.get_by_label("Records, changes").is_checked()
    good(page)

    # Then its keys are removed, and it is ended
    page.get_by_text("Remove the public keys").first.click()
    press(page, "Remove the public keys")
    good(page)
    page.get_by_text("End every key and token of it").click()
    press(page, "End the client")
    page.wait_for_url(f"**{HERE}/keys")
    assert "can show nothing any longer" in page.inner_text("main")
    good(page)


def test_the_last_administrator_keeps_the_role(page: Page) -> None:
    page.goto("/account")
    page.locator("summary", has_text="Give up").click()
    press(page, "Give up the role")
    refused(page)
    assert "administrator" in page.locator(".nhsuk-error-summary").inner_text()


def test_whoever_administers_all_finds_an_organisation_first(world: World, browser: Browser) -> None:
    for script in (True, False):
        with open_page(browser, world, TELEPHONE, script) as page:
            sign_in(page, world, "super_admin")
            for address in ("/organisation", "/organisation/keys"):
                page.goto(address)
                fill(page, search="no such place " * 20)
                press(page, "Find")
                refused(page)
                fill(page, search="dalesway")
                press(page, "Find")
                good(page)
                assert page.get_by_role("link", name="(RZ2)").count() == 1


def test_the_pages_of_another_organisation_are_closed(page: Page, outside: Page, world: World) -> None:
    for path in ("/organisation/RZ3", "/organisation/RZ3/keys", "/organisation/RZ3/invitations"):
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 403
        good(page)
    sign_in(outside, world, "standard", "RZ1")
    for path in ("/organisation", "/organisation/keys", "/organisation/requests", "/organisation/RZ1"):
        answer = outside.goto(path)
        assert answer is not None
        assert answer.status == 403
        good(outside)

"""Somebody asks what is held of them, and to have it put right; support answers who cannot sign in."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.journeys.conftest import World, eventually
from tests.journeys.test_erasing_an_account import answers
from tests.journeys.test_people_join_and_leave import PASSWORD, code_in, letter_to, signed_in

pytestmark = pytest.mark.timeout(240)
MARK = f"foxglove{uuid.uuid4().hex[:8]}"
EMAIL, NAME, NEW = f"{MARK}@example.org", f"{MARK.title()} Fenn", f"new-{MARK}@example.org"
WORDS = f"the {MARK} trolley"


@pytest.fixture
def doors() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


@pytest.fixture(scope="module")
def person(world: World) -> Iterator[httpx.Client]:
    """Somebody who was invited to RZ2, and recorded something there."""
    with ExitStack() as opened:
        admin = opened.enter_context(world.person("org_admin", "RZ2"))
        offered = {"email": EMAIL, "role": "standard", "organisation": "RZ2"}
        assert admin.post("/api/v1/invitations", json=offered).status_code == 201
        code = code_in(letter_to(world, EMAIL, "You are invited"))
        accepted = {"email": EMAIL, "code": code, "name": NAME, "password": PASSWORD}
        made = httpx.post(f"{world.url}/api/v1/invitations/acceptance", json=accepted)
        assert made.status_code == 201, made.text
        client = signed_in(world, opened, EMAIL)
        yield client


def reported(person: httpx.Client) -> str:
    told = answers()
    told["adverse-event-core"][0]["Description"] = f"Somebody moved {WORDS}."
    made = person.post("/api/v1/events", json={"question_set": 6, "organisation": "RZ2", "answers": told})
    assert made.status_code == 201, made.text
    return str(made.json()["reference"])


def rows(copy: dict[str, Any], service: str, place: str) -> list[dict[str, str]]:
    found = [one for one in copy["places"] if (one["service"], one["place"]) == (service, place)]
    assert found, f"{service} names no place {place}"
    return list(found[0]["rows"])


def test_somebody_reads_everything_that_is_held_of_them(
    world: World, person: httpx.Client, browser: Browser
) -> None:
    # Given somebody who recorded something and began something else
    reference = reported(person)
    draft = {"answers": {"adverse-event-core": [{"Description": f"Not yet: {WORDS}"}]}}
    assert person.post("/api/v1/drafts", json=draft).status_code == 201

    # When they ask for a copy, it names all of it in every service, and no word of a report
    def complete() -> dict[str, Any] | None:
        copy: dict[str, Any] = person.get("/api/v1/account/copy").json()
        shown = rows(copy, "access", "records you reported, as they are shown")
        noticed = rows(copy, "notifications", "notices")
        counted = rows(copy, "identity", "what you did, counted")
        return copy if shown and noticed and counted else None

    copy = eventually(complete) or {}
    assert rows(copy, "identity", "account")[0]["name"] == NAME
    assert reference in [one["reference"] for one in rows(copy, "recording", "records you reported")]
    assert len(rows(copy, "recording", "drafts, without their text")) == 1
    assert WORDS not in str(copy)

    # Then they read it on a page too
    token = person.headers["Authorization"].removeprefix("Bearer ")
    context = browser.new_context(viewport={"width": 360, "height": 800}, java_script_enabled=True)
    context.add_cookies(
        [
            {
                "name": "__Host-session",
                "value": token,
                "url": world.url.replace("http:", "https:"),
                "secure": True,
            }
        ]
    )
    page = context.new_page()
    page.goto(f"{world.url}/account/copy")
    assert page.get_by_role("heading", name="What we hold about you").is_visible()
    assert page.get_by_text(reference).first.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    context.close()


def test_support_answers_whoever_cannot_sign_in(world: World, person: httpx.Client, doors: ExitStack) -> None:
    reference = reported(person)
    support = doors.enter_context(world.person("support"))
    # Given that support finds the account
    found = support.get("/api/v1/admin/accounts", params={"search": MARK[:12].upper()}).json()["items"]
    assert [one["email"] for one in found] == [EMAIL]
    one = f"/api/v1/admin/accounts/{found[0]['account_id']}/copy"

    # When it makes a copy for a case
    for who in (person, doors.enter_context(world.person("org_admin", "RZ2"))):
        if who is not person:
            assert who.post(one, json={"case_number": "CASE-21"}).status_code == 403
    made = support.post(one, json={"case_number": "CASE-21"})
    assert made.status_code == 200, made.text

    # Then it has what the person has, no word of a report, and the person hears of it
    assert reference in [each["reference"] for each in rows(made.json(), "recording", "records you reported")]
    assert WORDS not in made.text
    assert letter_to(world, EMAIL, "A copy of your data was made")

    # Then each service noted it
    def noted() -> bool:
        searched = support.get("/api/v1/admin/audit", params={"about": found[0]["account_id"]}).json()[
            "items"
        ]
        return {("identity", "account-copied"), *((name, "copy-account") for name in SERVICES)} <= {
            (each["service"], each["action"]) for each in searched
        }

    eventually(noted)


SERVICES = ("recording", "access", "notifications")


def test_a_name_and_an_address_are_put_right(world: World, person: httpx.Client, doors: ExitStack) -> None:
    account = person.get("/api/v1/account").json()["account_id"]
    support = doors.enter_context(world.person("support"))
    one = f"/api/v1/admin/accounts/{account}"

    # When support puts both right
    sent = {"name": f"{NAME} Holt", "email": NEW, "case_number": "CASE-22"}
    made = support.patch(one, json=sent)
    assert made.status_code == 200, made.text

    # Then the name is right at once, and the address waits for its owner; the old address hears of it
    assert (made.json()["name"], made.json()["email"]) == (f"{NAME} Holt", EMAIL)
    assert letter_to(world, EMAIL, "Another e-mail address for your account")
    code = code_in(letter_to(world, NEW, "code to confirm this address"))
    confirm = f"{world.url}/api/v1/account/address"
    wrong = {"email": NEW, "code": code, "password": "nobody-knows-this-one"}
    assert httpx.post(confirm, json=wrong).status_code == 422

    # When its owner brings the code and the password
    confirmed = httpx.post(confirm, json=wrong | {"password": PASSWORD})
    assert confirmed.status_code == 200, confirmed.text

    # Then they sign in with the new address, are written to there, and the old one leads nowhere
    assert letter_to(world, NEW, "Your e-mail address was changed")
    sessions = f"{world.url}/api/v1/sessions"
    assert httpx.post(sessions, json={"email": NEW, "password": PASSWORD}).status_code == 201
    assert httpx.post(sessions, json={"email": EMAIL, "password": PASSWORD}).status_code == 401
    assert person.get("/api/v1/account").json()["email"] == NEW

    # When they want the old one back, they need nobody
    back = person.patch("/api/v1/account", json={"email": EMAIL, "name": NAME, "password": PASSWORD})
    assert back.status_code == 200, back.text
    code = code_in(letter_to(world, EMAIL, "code to confirm this address"))
    again = httpx.post(confirm, json={"email": EMAIL, "code": code, "password": PASSWORD})
    assert (again.status_code, again.json()["name"]) == (200, NAME)

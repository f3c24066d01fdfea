"""A second factor in a real browser: an app, a passkey, a recovery code, a remembered device."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pyotp
import pytest
from playwright.sync_api import Browser, Page

from deploy.local.codes import App
from tests.journeys.conftest import World, eventually
from tests.journeys.pages import TELEPHONE, good, open_page, refused

PASSWORD = "seven-purple-otters"


@pytest.fixture
def page(browser: Browser, world: World) -> Iterator[Page]:
    with open_page(browser, world, TELEPHONE) as made:
        yield made


def a_person(world: World, email: str) -> None:
    """Somebody with an account and no role."""
    sent = {"email": email, "name": "Wren Alder", "password": PASSWORD}
    assert httpx.post(f"{world.url}/api/v1/registrations", json=sent).status_code == 202
    letter = eventually(
        lambda: [
            one
            for one in world.all_letters()
            if one["To"] == email and "code to register" in str(one["Subject"])
        ]
    )[0]
    code = re.findall(r"[0-9A-Z]{5}-[0-9A-Z]{5}", letter.get_content())[0]
    opened = httpx.post(
        f"{world.url}/api/v1/registrations/verification",
        json={"email": email, "code": code, "password": PASSWORD},
    )
    assert opened.status_code == 201


def sign_in(page: Page, email: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def type_password(page: Page, id: str) -> None:
    page.locator(f"#{id}").fill(PASSWORD)


def test_an_app_is_set_up_used_remembered_and_lost(world: World, page: Page) -> None:
    # Given somebody without a second factor
    email = "wren@example.org"
    a_person(world, email)
    sign_in(page, email)
    page.goto("/account/second-factors")
    good(page)

    # When they set up an app, a wrong code is another chance and the right one brings recovery codes
    page.get_by_role("button", name="Set up an app").click()
    assert "Your present password is not right" in page.content()
    refused(page)
    type_password(page, "password")
    page.get_by_role("button", name="Set up an app").click()
    good(page)
    secret = page.locator("code.app-key").inner_text().replace(" ", "")
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Continue").click()
    refused(page)
    app = App(secret)
    page.get_by_label("Code").fill(app.code())
    page.get_by_role("button", name="Continue").click()
    good(page)
    codes = page.locator(".app-codes code").all_inner_texts()
    assert len(codes) == 10
    told = "second factor was added"
    letters = eventually(lambda: [one for one in world.all_letters() if told in str(one["Subject"])])
    assert email in {one["To"] for one in letters}

    # Then the next sign-in asks for a code, and a device that is remembered is not asked again
    page.context.clear_cookies()
    sign_in(page, email)
    page.wait_for_url("**/sign-in/second-factor")
    good(page)
    page.get_by_role("button", name="Continue").click()
    refused(page)
    page.get_by_label("Code").fill(app.code())
    page.get_by_label("Do not ask on this device").check()
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/account")
    page.context.clear_cookies(name="__Host-session")
    sign_in(page, email)
    page.wait_for_url("**/account")
    page.goto("/account/second-factors")
    assert "not asked for a code until" in page.content()
    good(page)

    # And nothing is taken away or made anew without the password
    page.get_by_role("button", name="Make new recovery codes").click()
    refused(page)
    page.locator("summary", has_text="Remove").click()
    page.get_by_role("button", name=re.compile("^Remove")).click()
    refused(page)

    # And a recovery code lets in once whoever lost the telephone
    page.context.clear_cookies()
    sign_in(page, email)
    page.get_by_label("Code").fill(codes[0])
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/account")
    page.context.clear_cookies()
    sign_in(page, email)
    page.get_by_label("Code").fill(codes[0])
    page.get_by_role("button", name="Continue").click()
    assert "wrong, or was used already" in page.content()


def test_a_passkey_is_set_up_and_signs_in(world: World, page: Page) -> None:
    email = "linnet@example.org"
    a_person(world, email)
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    authenticator = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": authenticator})
    sign_in(page, email)
    page.goto("/account/second-factors")
    page.get_by_role("button", name="Set up a passkey").click()
    refused(page)
    type_password(page, "passkey-password")
    page.get_by_role("button", name="Set up a passkey").click()
    good(page)
    with page.expect_navigation():  # before any passkey answered
        page.locator("form[data-passkey]").evaluate("form => form.submit()")
    refused(page)
    type_password(page, "passkey-password")
    page.get_by_role("button", name="Set up a passkey").click()
    page.get_by_label("What you call it").fill("Ward tablet")
    page.get_by_role("button", name="Create the passkey").click()
    page.wait_for_url("**/passkey/answer")
    assert page.locator(".app-codes code").count() == 10

    page.context.clear_cookies()
    sign_in(page, email)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/account")
    page.goto("/account/second-factors")
    assert "Ward tablet" in page.content()


def test_a_program_signs_in_at_once_or_by_two_steps(world: World) -> None:
    account = world.account("alert_issuer")
    app = world.app(account)
    assert app is not None
    who = {"email": account["email"], "password": account["password"]}
    alone = httpx.post(f"{world.url}/api/v1/sessions", json=who)
    assert (alone.status_code, alone.json()["code"]) == (401, "second-factor-needed")
    wrong = httpx.post(f"{world.url}/api/v1/sessions", json=who | {"code": "000000"})
    assert (wrong.status_code, wrong.json()["faults"][0]["path"]) == (401, "code")

    begun = httpx.post(f"{world.url}/api/v1/sign-ins", json=who).json()
    assert begun["factors"] == ["totp"]
    half = {"Authorization": f"Bearer {begun['sign_in_token']}"}
    assert httpx.get(f"{world.url}/api/v1/account", headers=half).status_code == 401
    sent = {"sign_in_token": begun["sign_in_token"], "code": app.code()}
    whole = httpx.post(f"{world.url}/api/v1/sign-ins/completion", json=sent)
    assert (whole.status_code, whole.json()["second_factor"]) == (201, "used")
    again = httpx.post(f"{world.url}/api/v1/sign-ins/completion", json=sent)
    assert (again.status_code, again.json()["code"]) == (401, "sign-in-ended")


def test_support_lets_in_again_whoever_lost_everything(world: World) -> None:
    email = "dunnock@example.org"
    a_person(world, email)
    who = {"email": email, "password": PASSWORD}
    token = httpx.post(f"{world.url}/api/v1/sessions", json=who).json()["access_token"]
    with httpx.Client(base_url=world.url, headers={"Authorization": f"Bearer {token}"}) as mine:
        made = mine.post("/api/v1/account/second-factors/apps", json={"password": PASSWORD}).json()
        code = pyotp.TOTP(made["secret"]).now()
        place = f"/api/v1/account/second-factors/apps/{made['factor_id']}/confirmation"
        assert len(mine.post(place, json={"code": code}).json()["recovery_codes"]) == 10
        account_id = mine.get("/api/v1/account").json()["account_id"]
        assert httpx.post(f"{world.url}/api/v1/sessions", json=who).status_code == 401
        with world.person("support") as support:
            reset = support.post(
                f"/api/v1/admin/accounts/{account_id}/second-factor-reset", json={"reason": "Lost telephone"}
            )
            assert reset.status_code == 200
        eventually(lambda: mine.get("/api/v1/account").status_code == 401)
    assert httpx.post(f"{world.url}/api/v1/sessions", json=who).json()["second_factor"] == "not-needed"

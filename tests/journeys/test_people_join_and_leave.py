"""A nurse comes to the service on her own, is let in by a colleague, and is let go: through the real system."""

from __future__ import annotations

import re
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from email.message import EmailMessage
from typing import Any

import httpx
import pyotp
import pytest

from tests.journeys.conftest import World, eventually

PASSWORD = "seventeen-purple-otters"


def letter_to(world: World, address: str, about: str) -> EmailMessage:
    """The last letter to an address about something."""

    def look() -> list[EmailMessage]:
        return [one for one in world.all_letters() if one["To"] == address and about in str(one["Subject"])]

    return eventually(look)[-1]


def code_in(letter: EmailMessage) -> str:
    found = re.search(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}\b", str(letter.get_content()))
    assert found
    return found[0]


@pytest.fixture
def doors() -> Iterator[ExitStack]:
    """Closes every client that a journey opened."""
    with ExitStack() as opened:
        yield opened


def signed_in(world: World, doors: ExitStack, email: str) -> httpx.Client:
    answer = httpx.post(f"{world.url}/api/v1/sessions", json={"email": email, "password": PASSWORD})
    assert answer.status_code == 201, answer.text
    headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    return doors.enter_context(httpx.Client(base_url=world.url, headers=headers, timeout=40))


def joined(world: World, doors: ExitStack, email: str, name: str) -> httpx.Client:
    """Somebody registers and enters the code that came by e-mail."""
    sent = {"email": email, "name": name, "password": PASSWORD}
    assert httpx.post(f"{world.url}/api/v1/registrations", json=sent).status_code == 202
    code = code_in(letter_to(world, email, "code to register"))
    opened = httpx.post(
        f"{world.url}/api/v1/registrations/verification",
        json={"email": email, "code": code, "password": PASSWORD},
    )
    assert opened.status_code == 201, opened.text
    return signed_in(world, doors, email)


def set_up_an_app(person: httpx.Client) -> None:
    made = person.post("/api/v1/account/second-factors/apps", json={"password": PASSWORD}).json()
    place = f"/api/v1/account/second-factors/apps/{made['factor_id']}/confirmation"
    confirmed = person.post(place, json={"code": pyotp.TOTP(made["secret"]).now()})
    assert len(confirmed.json()["recovery_codes"]) == 10


def test_somebody_joins_is_let_in_by_an_administrator_and_let_go(world: World, doors: ExitStack) -> None:
    # Given somebody who registered with their own address, and may see nothing yet
    amira = joined(world, doors, "amira@example.org", "Amira Holt-Vance")
    assert amira.get("/api/v1/events").status_code == 403

    # When they ask for a role, the administrator hears of it and approves
    wanted = {
        "role": "organisational",
        "organisation": "RZ201",
        "reason": "I review incidents at Dalesway House",
    }
    asked = amira.post("/api/v1/account/requests", json=wanted).json()
    assert asked["state"] == "waiting"
    admin = doors.enter_context(world.person("org_admin", "RZ2"))
    letter_to(world, world.account("org_admin", "RZ2")["email"], "A request to decide")
    (waiting,) = [
        one
        for one in admin.get("/api/v1/role-requests").json()["items"]
        if one["request_id"] == asked["request_id"]
    ]
    assert (waiting["name"], waiting["organisation"]["name"]) == ("Amira Holt-Vance", "Dalesway House")
    decided = admin.post(f"/api/v1/role-requests/{asked['request_id']}/decision", json={"approve": True})
    assert decided.json()["state"] == "approved"

    # Then, once they have a second factor, they see the organisation's events, without signing in again
    assert amira.get("/api/v1/events").status_code == 403
    set_up_an_app(amira)
    eventually(lambda: amira.get("/api/v1/events").status_code == 200)
    letter_to(world, "amira@example.org", "You have the role")

    # And when the administrator ends the role, they see nothing within a second
    (held,) = amira.get("/api/v1/account").json()["grants"]
    ended = admin.request("DELETE", f"/api/v1/grants/{held['grant_id']}", json={"reason": "Moved away"})
    assert ended.status_code == 204
    eventually(lambda: amira.get("/api/v1/events").status_code == 403)
    assert amira.get("/api/v1/account").json()["grants"] == []


def test_a_colleague_is_invited_and_comes_in_with_the_role(world: World, doors: ExitStack) -> None:
    admin = doors.enter_context(world.person("org_admin", "RZ2"))
    offered = {"email": "invited@example.org", "role": "standard", "organisation": "RZ2"}
    assert admin.post("/api/v1/invitations", json=offered).status_code == 201
    letter = letter_to(world, "invited@example.org", "You are invited to Dalesway")
    accepted = httpx.post(
        f"{world.url}/api/v1/invitations/acceptance",
        json={
            "email": "invited@example.org",
            "code": code_in(letter),
            "name": "Ines Quill",
            "password": PASSWORD,
        },
    )
    assert accepted.status_code == 201, accepted.text
    ines = signed_in(world, doors, "invited@example.org")
    assert ines.get("/api/v1/events").status_code == 200
    names = [one["name"] for one in admin.get("/api/v1/colleagues?organisation=RZ2").json()["items"]]
    assert "Ines Quill" in names


def test_a_forgotten_password_is_chosen_anew(world: World, doors: ExitStack) -> None:
    before = joined(world, doors, "forgetful@example.org", "Fern Lapse")
    asked = httpx.post(f"{world.url}/api/v1/password-resets", json={"email": "forgetful@example.org"})
    assert asked.status_code == 202
    code = code_in(letter_to(world, "forgetful@example.org", "new password"))
    new = {"email": "forgetful@example.org", "code": code, "password": "nineteen-orange-badgers"}
    assert httpx.post(f"{world.url}/api/v1/password-resets/completion", json=new).status_code == 204
    eventually(lambda: before.get("/api/v1/account").status_code == 401)


def test_support_suspends_an_account_and_every_door_is_shut_within_a_second(
    world: World, doors: ExitStack
) -> None:
    gone = joined(world, doors, "lost-badge@example.org", "Lou Stray")
    account_id = gone.get("/api/v1/account").json()["account_id"]
    support = doors.enter_context(world.person("support"))
    shut = support.put(f"/api/v1/admin/accounts/{account_id}/suspension", json={"reason": "Lost badge"})
    assert shut.json()["suspended"] is True
    eventually(lambda: gone.get("/api/v1/account").status_code == 401)
    again = httpx.post(
        f"{world.url}/api/v1/sessions", json={"email": "lost-badge@example.org", "password": PASSWORD}
    )
    assert (again.status_code, again.json()["code"]) == (403, "account-suspended")
    assert support.delete(f"/api/v1/admin/accounts/{account_id}/suspension").json()["suspended"] is False


def test_what_is_answered_does_not_tell_who_has_an_account(world: World) -> None:
    known = world.account("standard")["email"]
    sent = {"name": "Somebody Else", "password": PASSWORD}
    answers = [
        httpx.post(f"{world.url}/api/v1/registrations", json={"email": email, **sent})
        for email in (known, "unknown@example.org")
    ]
    assert answers[0].json() == answers[1].json()
    assert {one.status_code for one in answers} == {202}
    letter_to(world, known, "You have an account already")


def test_an_lrms_key_is_changed_under_load_and_no_report_fails(world: World, doors: ExitStack) -> None:
    """Issue a second key, let the LRMS go over to it, revoke the first: every report is answered with 201."""
    admin = doors.enter_context(world.person("org_admin", "RZ2"))
    wanted = {"product": "Dalesway LRMS", "organisation": "RZ2", "environment": "production"}

    def issue() -> dict[str, str]:
        made = admin.post("/api/v1/admin/credentials", json=wanted)
        assert made.status_code == 201, made.text
        found: dict[str, str] = made.json()
        return found

    first, answers, stop = issue(), list[int](), threading.Event()
    in_use = [first["key"]]

    def report() -> None:
        with httpx.Client(base_url=f"{world.url}/adverse-event/fhir", timeout=40) as lrms:
            while not stop.is_set():
                headers = {"Ocp-Apim-Subscription-Key": in_use[0]}
                answers.append(lrms.post("/AdverseEvent", json=an_event(), headers=headers).status_code)

    reporting = threading.Thread(target=report)
    reporting.start()
    try:
        time.sleep(1)
        second = issue()
        in_use[0] = second["key"]
        time.sleep(1)
        assert admin.delete(f"/api/v1/admin/credentials/{first['credential_id']}").status_code == 200
        time.sleep(1)
    finally:
        stop.set()
        reporting.join()
    assert len(answers) > 10
    assert set(answers) == {201}

    def refused() -> bool:
        old = {"Ocp-Apim-Subscription-Key": first["key"]}
        url = f"{world.url}/adverse-event/fhir/AdverseEvent"
        return httpx.post(url, json=an_event(), headers=old).status_code == 401

    eventually(refused)


def an_event() -> dict[str, Any]:
    base = "https://lrms.example"
    core = {"url": "Description", "valueString": "The call bell was out of reach."}
    return {
        "resourceType": "AdverseEvent",
        "meta": {"profile": [f"{base}/patient-safety-adverse-event-6"]},
        "identifier": {"system": f"{base}/incidents", "value": uuid.uuid4().hex},
        "actuality": "actual",
        "subject": {"reference": "#patient"},
        "event": {"coding": [{"code": "1"}]},
        "extension": [{"url": f"{base}/adverse-event-core-6", "extension": [core]}],
    }

"""Roles that come by themselves, are refused, are left or are forgotten; sessions one by one; nobody is locked out by others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import psycopg
import pytest

from tests.journeys.conftest import World, eventually
from tests.journeys.test_people_join_and_leave import (
    PASSWORD,
    code_in,
    joined,
    letter_to,
    set_up_an_app,
    signed_in,
)

pytestmark = pytest.mark.timeout(240)
WHY = "I work there"


@pytest.fixture
def doors() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


def now_do(world: World, schedule: str, change: str, **values: object) -> None:
    """What time would have brought: rows that have grown old, and a schedule that is due."""
    with psycopg.connect(world.system.summary()["databases"]["identity"], autocommit=True) as db:
        db.execute(change, values)  # type: ignore[call-overload]
        db.execute("update schedules set due_at = now() where name = %s", [schedule])


def roles(person: httpx.Client) -> list[tuple[str, str]]:
    return [(one["role"], one["organisation"]) for one in person.get("/api/v1/account").json()["grants"]]


def test_an_nhs_address_has_the_role_at_once_at_the_organisation_it_found(
    world: World, doors: ExitStack
) -> None:
    # Given somebody with an address of a listed domain
    nurse = joined(world, doors, "nia.byrne@nhs.net", "Nia Byrne")

    # When they type what they remember of their organisation's name
    found = nurse.get("/api/v1/organisations", params={"search": "northmoor teach"}).json()["items"]
    assert found[0]["code"] == "RZ1"

    # Then asking for the standard role there is having it
    wanted = {"role": "standard", "organisation": found[0]["code"], "reason": WHY}
    asked = nurse.post("/api/v1/account/requests", json=wanted)
    assert (asked.status_code, asked.json()["state"]) == (201, "approved")
    eventually(lambda: nurse.get("/api/v1/events").status_code == 200)

    # And a higher one waits for somebody
    more = nurse.post("/api/v1/account/requests", json=wanted | {"role": "organisational"}).json()
    assert more["state"] == "waiting"
    assert nurse.delete(f"/api/v1/account/requests/{more['request_id']}").json()["state"] == "withdrawn"


def test_who_is_refused_reads_why_and_may_ask_again(world: World, doors: ExitStack) -> None:
    person = joined(world, doors, "oona@example.org", "Oona Rask")
    wanted = {"role": "organisational", "organisation": "RZ2", "reason": WHY}
    asked = person.post("/api/v1/account/requests", json=wanted).json()
    admin = doors.enter_context(world.person("org_admin", "RZ2"))
    decision = f"/api/v1/role-requests/{asked['request_id']}/decision"
    assert admin.post(decision, json={"approve": False}).status_code == 422, "a refusal needs a reason"
    refused = admin.post(decision, json={"approve": False, "reason": "Ask for the standard role"})
    assert refused.json()["state"] == "refused"
    letter_to(world, "oona@example.org", "Your request was refused")
    (told,) = person.get("/api/v1/account").json()["requests"]
    assert (told["state"], told["decision_reason"]) == ("refused", "Ask for the standard role")
    again = person.post("/api/v1/account/requests", json=wanted | {"role": "standard"}).json()
    assert again["state"] == "waiting"


def test_the_last_administrator_leaves_once_there_is_another(world: World, doors: ExitStack) -> None:
    # Given the only administrator of an organisation, whom the national team let in
    first = joined(world, doors, "first.admin@example.org", "Ivo Marsh")
    set_up_an_app(first)
    wanted = {"role": "org_admin", "organisation": "RZ3", "reason": WHY}
    asked = first.post("/api/v1/account/requests", json=wanted).json()
    super_admin = doors.enter_context(world.person("super_admin"))
    decided = super_admin.post(
        f"/api/v1/role-requests/{asked['request_id']}/decision", json={"approve": True}
    )
    assert decided.json()["state"] == "approved"
    (held,) = eventually(lambda: first.get("/api/v1/account").json()["grants"])
    leave = f"/api/v1/grants/{held['grant_id']}"

    # When they want to leave, they are told what to do first
    refused = first.request("DELETE", leave, json={"reason": "I retire"})
    assert (refused.status_code, refused.json()["code"]) == (409, "last-administrator")

    # And when they have let in another, they go
    offered = {"email": "second.admin@example.org", "role": "org_admin", "organisation": "RZ3"}
    eventually(lambda: first.post("/api/v1/invitations", json=offered).status_code == 201)
    code = code_in(letter_to(world, "second.admin@example.org", "You are invited"))
    accepted = offered | {"code": code, "name": "Una Marsh", "password": PASSWORD}
    sent = {name: accepted[name] for name in ("email", "code", "name", "password")}
    assert httpx.post(f"{world.url}/api/v1/invitations/acceptance", json=sent).status_code == 201
    assert first.request("DELETE", leave, json={"reason": "I retire"}).status_code == 204
    assert roles(first) == []


def test_a_role_that_nobody_uses_ends_after_a_warning(world: World, doors: ExitStack) -> None:
    # Given somebody with a role who has not come for most of a year
    email = "long.away@example.org"
    admin = doors.enter_context(world.person("org_admin", "RZ2"))
    offered = {"email": email, "role": "standard", "organisation": "RZ2"}
    assert admin.post("/api/v1/invitations", json=offered).status_code == 201
    code = code_in(letter_to(world, email, "You are invited"))
    sent = {"email": email, "code": code, "name": "Ravi Stone", "password": PASSWORD}
    assert httpx.post(f"{world.url}/api/v1/invitations/acceptance", json=sent).status_code == 201
    aged = (
        "update grants set starts_at = now() - interval '400 days', last_used_at = now() - interval '{}'"
        " where account_id = (select id from accounts where email = %(email)s)"
    )

    # When a month is left, they are warned by letter
    now_do(world, "warn-of-dormant-roles", aged.format("340 days"), email=email)
    letter_to(world, email, "A role of yours will end")

    # And when that has passed, the role is gone, and they are not: they may ask again
    warned = ", warned_at = now() - interval '31 days' where"
    now_do(world, "end-dormant-roles", aged.format("370 days").replace(" where", warned, 1), email=email)

    def gone() -> bool:
        listed = admin.get("/api/v1/colleagues?organisation=RZ2").json()["items"]
        return email not in [one["email"] for one in listed]

    eventually(gone)
    assert roles(signed_in(world, doors, email)) == []


def test_sessions_are_listed_and_ended_one_by_one(world: World, doors: ExitStack) -> None:
    at_home = joined(world, doors, "two.places@example.org", "Tam Ferris")
    at_work = signed_in(world, doors, "two.places@example.org")
    listed = at_work.get("/api/v1/account").json()["sessions"]
    (other,) = [one["session_id"] for one in listed if not one["this_one"]]
    assert at_work.delete(f"/api/v1/account/sessions/{other}").status_code == 204
    eventually(lambda: at_home.get("/api/v1/account").status_code == 401, 5)
    assert at_work.get("/api/v1/account").status_code == 200


def test_failing_in_a_colleagues_name_keeps_nobody_out(world: World, doors: ExitStack) -> None:
    # Given somebody whose device is known here
    email = "known.here@example.org"
    joined(world, doors, email, "Kit Lowe")
    sent = {"email": email, "password": PASSWORD}
    begun = httpx.post(
        f"{world.url}/api/v1/sessions", json=sent | {"remember": True, "device_label": "Ward 3"}
    )
    assert begun.status_code == 201, begun.text
    device = begun.json()["device"]["token"]

    # When a stranger fails in their name until they have to wait
    def slowed() -> bool:
        tried = httpx.post(f"{world.url}/api/v1/sessions", json=sent | {"password": "wrong-wrong-wrong"})
        assert tried.status_code in (401, 429)
        return tried.status_code == 429

    eventually(slowed)

    # Then the owner comes in at once, from the device that is known
    own = httpx.post(f"{world.url}/api/v1/sessions", json=sent | {"device": device})
    assert own.status_code == 201, own.text

"""Somebody leaves for good: nothing says any more who they were, and what they recorded stays and counts."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import psycopg
import pytest

from tests.builders.recording import incident
from tests.journeys.conftest import World, eventually
from tests.journeys.test_audit import verified
from tests.journeys.test_erasing_a_record import rows_with
from tests.journeys.test_people_join_and_leave import PASSWORD, code_in, letter_to, signed_in

pytestmark = pytest.mark.timeout(240)
MARK = f"marigold{uuid.uuid4().hex[:8]}"
EMAIL, NAME = f"{MARK}@example.org", f"{MARK.title()} Fenn"


@pytest.fixture
def doors() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


def joined(world: World, doors: ExitStack) -> httpx.Client:
    """Somebody who was invited and may record at RZ2."""
    admin = doors.enter_context(world.person("org_admin", "RZ2"))
    offered = {"email": EMAIL, "role": "standard", "organisation": "RZ2"}
    assert admin.post("/api/v1/invitations", json=offered).status_code == 201
    accepted = httpx.post(
        f"{world.url}/api/v1/invitations/acceptance",
        json={
            "email": EMAIL,
            "code": code_in(letter_to(world, EMAIL, "You are invited")),
            "name": NAME,
            "password": PASSWORD,
        },
    )
    assert accepted.status_code == 201, accepted.text
    return signed_in(world, doors, EMAIL)


def answers() -> dict[str, list[dict[str, Any]]]:
    """An incident at RZ2, as the API takes it."""
    made: dict[str, list[dict[str, Any]]] = {}
    where = {"practitioner-details/ReporterOrganisation": "RZ2", "location-details/Organisation": "RZ2"}
    for one in incident(**where):
        entries = made.setdefault(one.section, [])
        while len(entries) <= one.entry:
            entries.append({})
        before = entries[one.entry].get(one.property)
        several = [*before, one.value] if isinstance(before, list) else [before, one.value]
        entries[one.entry][one.property] = one.value if before is None else several
    return made


def test_an_account_is_erased_everywhere_and_its_records_stay(world: World, doors: ExitStack) -> None:
    # Given somebody who recorded something, was told of it, and began something else
    person = joined(world, doors)
    account = person.get("/api/v1/account").json()["account_id"]
    made = person.post(
        "/api/v1/events", json={"question_set": 6, "organisation": "RZ2", "answers": answers()}
    )
    assert made.status_code == 201, made.text
    reference = made.json()["reference"]
    draft = {"answers": {"adverse-event-core": [{"Description": "Not yet"}]}}
    assert person.post("/api/v1/drafts", json=draft).status_code == 201
    eventually(lambda: person.get("/api/v1/notices").json()["items"])
    lead = doors.enter_context(world.person("org_admin", "RZ2"))
    eventually(lambda: lead.get(f"/api/v1/events/{reference}").status_code == 200)
    assert rows_with(world, MARK)

    # When support asks and a super administrator confirms
    support = doors.enter_context(world.person("support"))
    super_admin = doors.enter_context(world.person("super_admin"))
    one = f"/api/v1/admin/accounts/{account}/erasure"
    assert support.get(one).status_code == 404
    asked = support.post(one, json={"ground": "data_subject_request", "case_number": "CASE-11"})
    assert asked.status_code == 201, asked.text
    assert support.post(f"{one}/confirmation").status_code == lead.get(one).status_code == 403
    assert person.get("/api/v1/account").status_code == 200
    confirmed = super_admin.post(f"{one}/confirmation")
    assert confirmed.status_code == 200, confirmed.text

    # Then every service says what it did, the person is out, and nothing names them
    found = eventually(lambda: _done(support, one), 60) or {}
    assert {each["service"] for each in found["places"]} == {"identity", "notifications", "recording"}
    counted = {each["place"]: each["found"] for each in found["places"]}
    assert counted["ties of records to who recorded them"] == counted["drafts"] == 1
    assert counted["notices"] >= 1
    eventually(lambda: person.get("/api/v1/account").status_code == 401)
    again = httpx.post(f"{world.url}/api/v1/sessions", json={"email": EMAIL, "password": PASSWORD})
    assert again.status_code == 401
    eventually(lambda: rows_with(world, MARK) == [])

    # Then what they recorded stays, and nobody's name is with it
    assert lead.get(f"/api/v1/events/{reference}").status_code == 200
    recorders = eventually(lambda: _recorders(world, reference, account))
    assert set(recorders) == {True}
    assert verified(support)["sound"]

    # Then the address may come back, as somebody new
    sent = {"email": EMAIL, "name": "Somebody New", "password": PASSWORD}
    assert httpx.post(f"{world.url}/api/v1/registrations", json=sent).status_code == 202
    letter_to(world, EMAIL, "code to register")


def _done(support: httpx.Client, one: str) -> dict[str, Any] | None:
    found: dict[str, Any] = support.get(one).json()
    return found if found["state"] == "done" else None


def _recorders(world: World, reference: str, account: str) -> list[bool]:
    """For recording and for access: whether the record is tied to nobody; nothing until both heard of it."""
    told = []
    for service in ("recording", "access"):
        with psycopg.connect(world.system.summary()["databases"][service]) as db:
            row = db.execute("select recorder_id from events where reference = %s", (reference,)).fetchone()
            told.append(row is not None and row[0].startswith("anonymous:") and account not in row[0])
    return told if all(told) else []

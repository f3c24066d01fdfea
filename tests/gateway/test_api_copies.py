"""A copy of what is held of somebody comes from every service or not at all; what is put right is asked of identity."""

from __future__ import annotations

from typing import Any

import pytest

from chassis.problems import Kind, forbidden, not_found, unavailable
from gateway.api import copies, schemas
from gateway.copying import ASKED
from protos.audit.v1.copying_pb2 import HeldFact, HeldRow, HeldRows
from protos.identity.v1 import identity_pb2
from tests.gateway.conftest import BEARER, SESSION, Client, System
from tests.gateway.test_api import obeys

ID = "019aa000-0000-7000-8000-000000000001"
COPY = f"/api/v1/admin/accounts/{ID}/copy"
CASE = {"case_number": "CASE-7"}


def row(**facts: str) -> HeldRow:
    return HeldRow(facts=[HeldFact(name=name, value=value) for name, value in facts.items()])


@pytest.fixture
def held(system: System) -> System:
    """Each service holds two rows in one place, which come apart, and nothing in another."""
    for name in ASKED:
        told = [
            HeldRows(place="things", rows=[row(kind=name, made_at="2026-03-01T09:00:00+00:00")]),
            HeldRows(place="things", rows=[row(kind="<b>another</b>", made_at="")]),
            HeldRows(place="nothing"),
        ]
        getattr(system, name).answers["CopyHeld"] = told
    return system


def asked(system: System) -> list[tuple[str, str]]:
    return [
        (getattr(system, name).asked[-1].account_id, getattr(system, name).asked[-1].case_number)
        for name in ASKED
    ]


@pytest.mark.parametrize("whose", ["mine", "another's"])
def test_every_service_is_asked_and_every_row_is_given(client: Client, held: System, whose: str) -> None:
    if whose == "mine":
        answer = client.get("/api/v1/account/copy", headers=BEARER)
        assert asked(held) == [("", "")] * 4
    else:
        answer = client.post(COPY, json=CASE, headers=BEARER)
        assert asked(held) == [(ID, "CASE-7")] * 4
    assert answer.status_code == 200, answer.text
    obeys(copies.HeldData, answer.json)
    places = answer.json["places"]
    assert [(one["service"], one["place"], len(one["rows"])) for one in places] == [
        each for name in ASKED for each in ((name, "things", 2), (name, "nothing", 0))
    ]
    assert places[0]["rows"][0] == {"kind": "identity", "made_at": "2026-03-01T09:00:00+00:00"}
    assert answer.json["elsewhere"]


@pytest.mark.parametrize("away", ASKED)
def test_a_copy_that_lacks_something_is_none(client: Client, held: System, away: str) -> None:
    getattr(held, away).answers["CopyHeld"] = unavailable("try-again", "Try again in a moment.")
    answer = client.get("/api/v1/account/copy", headers=BEARER)
    assert answer.status_code == 503
    assert "things" not in answer.text


def test_nobody_else_is_asked_where_identity_refuses(client: Client, held: System) -> None:
    held.identity.answers["CopyHeld"] = not_found("account-not-found", "There is no such account.")
    assert client.post(COPY, json=CASE, headers=BEARER).status_code == 404
    assert not held.recording.asked


@pytest.mark.parametrize("body", [{}, {"case_number": ""}, CASE | {"reason": "free words"}])
def test_a_case_is_named(client: Client, body: Any) -> None:
    assert client.post(COPY, json=body, headers=BEARER).status_code == 422


def test_the_page_shows_tables_and_where_nothing_is_held(held: System) -> None:
    page = held.browser(SESSION).get("/account/copy")
    assert page.status_code == 200
    assert "Things (recording)" in page.text
    assert "1 March 2026 at 9am" in page.text
    assert "&lt;b&gt;another" in page.text
    assert "<li>Nothing (access)</li>" in page.text


def test_the_page_is_for_whoever_signed_in(held: System) -> None:
    assert held.browser().get("/account/copy").status_code in (302, 303)


# ---- putting right


def a_person() -> identity_pb2.Account:
    return identity_pb2.Account(account_id=ID, name="Amira Holt", email="amira@example.org")


CHANGES = [
    ("patch", "/api/v1/account", "ChangeDetails", {"name": "Amira Holt", "password": "p"}),
    ("patch", f"/api/v1/admin/accounts/{ID}", "RectifyAccount", {"email": "a@example.org"} | CASE),
    (
        "post",
        "/api/v1/account/address",
        "ConfirmAddress",
        {"email": "a@example.org", "code": "C", "password": "p"},
    ),
]


@pytest.mark.parametrize(("method", "path", "rpc", "body"), CHANGES)
def test_what_is_sent_is_asked_of_identity(
    client: Client, system: System, method: str, path: str, rpc: str, body: Any
) -> None:
    system.identity.answers[rpc] = a_person()
    answer = getattr(client, method)(path, json=body, headers=BEARER)
    assert answer.status_code == 200, answer.text
    obeys(schemas.Person, answer.json)
    sent = system.identity.asked[-1]
    assert {name: getattr(sent, name) for name in body} == body


@pytest.mark.parametrize(("method", "path", "rpc", "body"), CHANGES)
def test_who_may_not_is_refused(
    client: Client, system: System, method: str, path: str, rpc: str, body: Any
) -> None:
    system.identity.answers[rpc] = forbidden("not-permitted", "Your account does not allow this.")
    assert getattr(client, method)(path, json=body, headers=BEARER).status_code == 403
    assert system.identity.answers[rpc].kind is Kind.FORBIDDEN
    without = getattr(client, method)(path, json=body)
    assert without.status_code == (403 if rpc == "ConfirmAddress" else 401)

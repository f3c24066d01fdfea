"""The routes of erasures of accounts: what is asked of identity, what is answered, what is refused at the door."""

from __future__ import annotations

from typing import Any

import pytest

from chassis.problems import conflict, forbidden, not_found
from gateway.api import account_erasures
from protos.identity.v1 import identity_pb2
from tests.gateway.conftest import BEARER, Client, System
from tests.gateway.test_api import obeys

ID = "019aa000-0000-7000-8000-000000000001"
ONE = f"/api/v1/admin/accounts/{ID}/erasure"
ALL = "/api/v1/admin/account-erasures"
WANTED = {"ground": "legal_duty", "case_number": "CASE-7"}
CALLS = [
    ("post", ONE, "AskAccountErasure", 201),
    ("get", ONE, "GetAccountErasure", 200),
    ("post", f"{ONE}/confirmation", "ConfirmAccountErasure", 200),
    ("delete", ONE, "WithdrawAccountErasure", 200),
]


def an_erasure() -> identity_pb2.AccountErasure:
    made = identity_pb2.AccountErasure(
        erasure_id=ID,
        account_id=ID,
        ground="legal_duty",
        case_number="CASE-7",
        state="waiting",
        asked_by="helper",
    )
    made.asked_at.FromJsonString("2026-03-01T09:00:00Z")
    made.waiting_for.append("recording")
    made.places.add(service="identity", place="devices", found=2, done="erased").at.FromJsonString(
        "2026-03-01T09:00:00Z"
    )
    return made


@pytest.mark.parametrize(("method", "path", "rpc", "status"), CALLS)
def test_each_names_the_account(
    client: Client, system: System, method: str, path: str, rpc: str, status: int
) -> None:
    system.identity.answers[rpc] = an_erasure()
    body = {"json": WANTED} if rpc == "AskAccountErasure" else {}
    answer = getattr(client, method)(path, headers=BEARER, **body)
    assert answer.status_code == status
    obeys(account_erasures.AccountErasure, answer.json)
    assert system.identity.asked[-1].account_id == ID
    assert (answer.json["waiting_for"], answer.json["places"][0]["found"]) == (["recording"], 2)


@pytest.mark.parametrize(("method", "path", "rpc", "status"), CALLS)
def test_nobody_comes_in_without_signing_in(
    client: Client, system: System, method: str, path: str, rpc: str, status: int
) -> None:
    assert getattr(client, method)(path).status_code == 401


@pytest.mark.parametrize(
    ("problem", "status"),
    [
        (forbidden("second-person-needed", "Somebody else has to."), 403),
        (not_found("erasure-not-found", "Nobody has asked."), 404),
        (conflict("last-administrator", "Nobody else administers this organisation."), 409),
    ],
)
def test_why_not_is_said(client: Client, system: System, problem: Any, status: int) -> None:
    system.identity.answers["ConfirmAccountErasure"] = problem
    answer = client.post(f"{ONE}/confirmation", headers=BEARER)
    assert answer.status_code == status
    assert problem.code in answer.text


@pytest.mark.parametrize("body", [{}, {"ground": "legal_duty"}, WANTED | {"reason": "free words"}])
def test_what_is_missing_or_free_text_is_refused_at_the_door(client: Client, body: Any) -> None:
    assert client.post(ONE, json=body, headers=BEARER).status_code == 422


def test_the_list_is_a_page_without_places(client: Client, system: System) -> None:
    one = identity_pb2.ListedAccountErasure(erasure=an_erasure(), asked_by_name="Robin Marsh")
    system.identity.answers["ListAccountErasures"] = identity_pb2.AccountErasures(items=[one], next="more")
    answer = client.get(f"{ALL}?limit=7&cursor=x&to_confirm=true", headers=BEARER)
    obeys(account_erasures.ACCOUNT_ERASURES, answer.json)
    asked = system.identity.asked[-1]
    assert (asked.limit, asked.cursor, asked.to_confirm) == (7, "x", True)
    (row,) = answer.json["items"]
    assert "places" not in row
    assert (row["account_id"], row["account_name"], row["asked_by_name"]) == (ID, None, "Robin Marsh")
    assert answer.json["next"] == "more"
    assert client.get(ALL, headers=BEARER).status_code == 200
    assert system.identity.asked[-1] == identity_pb2.ListAccountErasuresRequest()
    assert client.get(ALL).status_code == 401
    assert client.get(f"{ALL}?to_confirm=perhaps", headers=BEARER).status_code == 422

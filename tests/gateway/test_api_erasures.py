"""The routes of erasures: what is asked of recording, what is answered, what is refused at the door."""

from __future__ import annotations

from typing import Any

import pytest

from chassis.problems import Fault, conflict, forbidden, invalid, not_found, unavailable
from gateway.api import erasures
from gateway.api.erasures import ERASURES
from protos.recording.v1 import recording_pb2
from tests.gateway.builders import REFERENCE
from tests.gateway.conftest import BEARER, Client, System
from tests.gateway.test_api import obeys

ALL = "/api/v1/admin/erasures"
ID = "019aa000-0000-7000-8000-000000000001"
ONE = f"{ALL}/{ID}"
WANTED = {"reference": REFERENCE, "ground": "legal_duty", "case_number": "CASE-7"}


def an_erasure(state: str = "asked", **more: Any) -> recording_pb2.Erasure:
    made = recording_pb2.Erasure(
        erasure_id=ID,
        event_id=ID,
        reference=REFERENCE,
        ground="legal_duty",
        case_number="CASE-7",
        state=state,
        asked_by="helper",
        **more,
    )
    made.asked_at.FromJsonString("2026-03-01T09:00:00Z")
    return made


def test_asking_passes_on_the_ground_and_the_case(client: Client, system: System) -> None:
    system.recording.answers["AskErasure"] = an_erasure()
    answer = client.post(ALL, json=WANTED, headers=BEARER)
    assert answer.status_code == 201
    obeys(erasures.ErasureInFull, answer.json)
    asked = system.recording.asked[-1]
    assert (asked.event, asked.ground, asked.case_number) == (REFERENCE, "legal_duty", "CASE-7")
    assert answer.json["decided_by"] is answer.json["decided_at"] is None
    assert answer.json["places"] == answer.json["waiting_for"] == []


def test_the_report_names_every_place_and_who_has_not_answered(client: Client, system: System) -> None:
    place = recording_pb2.ErasurePlace(service="access", place="texts that are shown", found=2, done="erased")
    place.at.FromJsonString("2026-03-01T09:05:00Z")
    found = an_erasure("waiting", decided_by="super", places=[place], waiting_for=["enrichment"])
    found.decided_at.FromJsonString("2026-03-01T09:04:00Z")
    system.recording.answers["GetErasure"] = found
    answer = client.get(ONE, headers=BEARER)
    obeys(erasures.ErasureInFull, answer.json)
    assert system.recording.asked[-1].erasure_id == ID
    assert (answer.json["state"], answer.json["waiting_for"]) == ("waiting", ["enrichment"])
    assert answer.json["places"][0]["found"] == 2


@pytest.mark.parametrize(
    ("method", "path", "rpc"),
    [("post", f"{ONE}/confirmation", "ConfirmErasure"), ("delete", ONE, "WithdrawErasure")],
)
def test_deciding_names_the_erasure(client: Client, system: System, method: str, path: str, rpc: str) -> None:
    system.recording.answers[rpc] = an_erasure("waiting")
    answer = getattr(client, method)(path, headers=BEARER)
    assert answer.status_code == 200
    obeys(erasures.ErasureInFull, answer.json)
    assert system.recording.asked[-1].erasure_id == ID


def test_the_list_has_no_places(client: Client, system: System) -> None:
    system.recording.answers["ListErasures"] = recording_pb2.Erasures(items=[an_erasure()], next="more")
    answer = client.get(f"{ALL}?limit=7&cursor=x", headers=BEARER)
    obeys(ERASURES, answer.json)
    assert (system.recording.asked[-1].limit, system.recording.asked[-1].cursor) == (7, "x")
    assert "places" not in answer.json["items"][0]
    assert answer.json["next"] == "more"


@pytest.mark.parametrize(
    ("problem", "status"),
    [
        (forbidden("second-person-needed", "You asked for this yourself."), 403),
        (not_found("erasure-not-found", "There is no such erasure."), 404),
        (conflict("erasure-withdrawn", "This was withdrawn."), 409),
        (conflict("text-erased", "The text is erased already."), 409),
        (unavailable("try-again", "Still being told."), 503),
    ],
)
def test_why_not_is_said(client: Client, system: System, problem: Any, status: int) -> None:
    system.recording.answers["ConfirmErasure"] = problem
    answer = client.post(f"{ONE}/confirmation", headers=BEARER)
    assert answer.status_code == status
    assert problem.code in answer.text


def test_a_fault_names_the_field(client: Client, system: System) -> None:
    fault = Fault("ground", "unknown-ground", "Say why.")
    system.recording.answers["AskErasure"] = invalid("unknown-ground", "Say why.", fault)
    answer = client.post(ALL, json=WANTED | {"ground": "because"}, headers=BEARER)
    assert answer.status_code == 422
    assert '"ground"' in answer.text


@pytest.mark.parametrize(
    "body",
    [{}, {"reference": REFERENCE}, WANTED | {"case_number": "x" * 51}, WANTED | {"reason": "free words"}],
)
def test_what_is_missing_too_long_or_free_text_is_refused_at_the_door(
    client: Client, system: System, body: Any
) -> None:
    assert client.post(ALL, json=body, headers=BEARER).status_code == 422
    assert not system.recording.asked


@pytest.mark.parametrize(
    ("method", "path"),
    [("post", ALL), ("get", ALL), ("get", ONE), ("delete", ONE), ("post", f"{ONE}/confirmation")],
)
def test_nobody_comes_in_without_signing_in(client: Client, system: System, method: str, path: str) -> None:
    assert getattr(client, method)(path).status_code == 401
    assert not system.recording.asked

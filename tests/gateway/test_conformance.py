"""Conformance runs over FHIR, and who has passed: a page, and JSON."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from chassis.problems import forbidden, not_found, unavailable
from gateway.api import conformance
from gateway.fhir.layout import BASE
from protos.recording.v1 import recording_pb2 as pb
from tests.gateway.conftest import LRMS, PUBLIC_URL, Client, System
from tests.gateway.test_api import obeys
from tests.gateway.test_pages import Page
from tests.gateway.test_update import codes
from tests.journeys.clients import r4

URL = f"{BASE}/$conformance"
RUN = "0190a000-0000-7000-8000-0000deadbeef"
ASKED: dict[str, Any] = {"product_version": "7.2", "question_set": 6}


@pytest.fixture(autouse=True)
def all_is_well(system: System) -> None:
    run = pb.ConformanceRun(run_id=RUN, product="Ward & Watch", product_version="7.2", question_set=6)
    run.started_at.FromSeconds(1_790_000_000)
    run.steps.add(
        name="incident", instruction="Record.", local_reference="a-1", state="waiting", found="Nothing."
    )
    listed = pb.Conformance()
    entry = listed.entries.add(product="Ward & Watch", product_version="<7.2>", question_set=6)
    entry.passed_at.FromJsonString("2026-07-01T23:30:00Z")
    system.recording.answers |= {
        "StartConformanceRun": run,
        "GetConformanceRun": run,
        "ResetSandbox": pb.SandboxReset(removed=3),
        "ListConformance": listed,
    }


def begin(client: Client, sent: Any) -> Any:
    return client.post(URL, data=orjson.dumps(sent), headers=LRMS)


def parameters(answer: Any) -> dict[str, Any]:
    return {
        one["name"]: one.get("part") or next(v for k, v in one.items() if k != "name")
        for one in answer.json["parameter"]
    }


# ---- runs


def test_a_run_is_begun_by_json(client: Client, system: System) -> None:
    answer = begin(client, ASKED)
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"{PUBLIC_URL}{URL}/{RUN}"
    told = parameters(answer)
    assert (told["run"], told["product"], told["product-version"]) == (RUN, "Ward & Watch", "7.2")
    assert (told["question-set"], told["state"]) == (6, "open")
    assert {one["name"] for one in told["step"]} == {
        "name",
        "instruction",
        "local-reference",
        "state",
        "found",
    }
    assert r4.faults(answer.json) == []
    assert system.recording.asked == [pb.StartConformanceRunRequest(**ASKED)]


@pytest.mark.parametrize("mark", ["-", "_"])
def test_a_run_is_begun_by_parameters(client: Client, system: System, mark: str) -> None:
    held = [
        {"name": f"product{mark}version", "valueString": "7.2"},
        {"name": f"question{mark}set", "valueInteger": 6},
    ]
    assert begin(client, {"resourceType": "Parameters", "parameter": held}).status_code == 201
    assert system.recording.asked == [pb.StartConformanceRunRequest(**ASKED)]


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({}, 422),
        ({"product_version": "7"}, 422),
        (ASKED | {"product_version": 7}, 422),
        (ASKED | {"question_set": "6"}, 422),
        (ASKED | {"question_set": True}, 422),
        (ASKED | {"question_set": -1}, 422),
        (ASKED | {"question_set": 1 << 40}, 422),
        (ASKED | {"product": "Of another"}, 400),
        ({"resourceType": "Parameters", "parameter": {}}, 400),
        ({"resourceType": "Parameters", "parameter": [{"name": "product_version"}]}, 400),
        ({"resourceType": "Parameters", "parameter": ["7.2"]}, 400),
        ({"resourceType": "Parameters"}, 422),
    ],
)
def test_what_begins_no_run_is_refused_here(client: Client, system: System, sent: Any, status: int) -> None:
    answer = begin(client, sent)
    assert answer.status_code == status
    assert answer.json["resourceType"] == "OperationOutcome"
    assert system.recording.asked == []


def test_a_run_that_has_passed_says_when(client: Client, system: System) -> None:
    system.recording.answers["GetConformanceRun"].passed_at.FromSeconds(1_790_000_100)
    answer = client.get(f"{URL}/{RUN}", headers=LRMS)
    assert answer.status_code == 200
    assert parameters(answer)["state"] == "passed"
    assert parameters(answer)["passed"] > parameters(answer)["started"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert r4.faults(answer.json) == []
    assert system.recording.asked == [pb.GetConformanceRunRequest(run_id=RUN)]


def test_another_clients_run_is_not_found(client: Client, system: System) -> None:
    system.recording.answers["GetConformanceRun"] = not_found("run-not-found", "There is no such run.")
    answer = client.get(f"{URL}/{RUN}", headers=LRMS)
    assert (answer.status_code, codes(answer)) == (404, ["PSE-1408"])


def test_a_live_key_is_told_that_it_may_not(client: Client, system: System) -> None:
    system.recording.answers["StartConformanceRun"] = forbidden("not-permitted", "This is for sandbox keys.")
    answer = begin(client, ASKED)
    assert (answer.status_code, codes(answer)) == (403, ["PSE-1302"])


def test_without_a_key_there_are_no_runs(client: Client, system: System) -> None:
    for answer in (
        client.post(URL, json=ASKED),
        client.get(f"{URL}/{RUN}"),
        client.post(f"{BASE}/$reset-sandbox"),
    ):
        assert answer.status_code == 401
    assert system.recording.asked == []


def test_the_sandbox_is_emptied(client: Client, system: System) -> None:
    answer = client.post(f"{BASE}/$reset-sandbox", headers=LRMS)
    assert parameters(answer) == {"removed": 3}
    assert system.recording.asked == [pb.ResetSandboxRequest()]


# ---- who has passed


def test_anybody_sees_who_has_passed(client: Client, system: System) -> None:
    page = Page(client.get("/conformance"))
    assert "Ward &amp; Watch" in page.text
    assert "&lt;7.2&gt;" in page.text
    assert "2 July 2026" in page.text, "the day in London"
    assert system.recording.by == []


def test_where_nobody_has_passed_the_page_says_so(client: Client, system: System) -> None:
    system.recording.answers["ListConformance"] = pb.Conformance()
    page = Page(client.get("/conformance"))
    assert "No product has passed yet." in page.text
    assert page.all("table") == []


def test_who_has_passed_is_there_as_json(client: Client) -> None:
    answer = client.get("/api/v1/conformance")
    obeys(conformance.CONFORMING, answer.json)
    assert answer.json["items"] == [
        {
            "product": "Ward & Watch",
            "product_version": "<7.2>",
            "question_set": 6,
            "passed_at": "2026-07-01T23:30:00Z",
        }
    ]
    assert answer.headers["Cache-Control"] == "public, max-age=60"


@pytest.mark.parametrize("address", ["/conformance", "/api/v1/conformance"])
def test_while_recording_is_away_this_says_so(client: Client, system: System, address: str) -> None:
    system.recording.answers["ListConformance"] = unavailable("try-again", "Away.")
    assert client.get(address).status_code == 503


def test_the_way_there_stands_on_the_first_page(client: Client) -> None:
    assert "/conformance" in [one.get("href") for one in Page(client.get("/")).all("a")]

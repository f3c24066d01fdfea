"""Operations of our own are described: what they take, what they answer, and that in valid R4."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson
import pytest

from gateway.fhir.layout import BASE, EVENTS
from gateway.fhir.taxonomy.operations import OURS, Parameter
from protos.recording.v1 import recording_pb2 as pb
from tests.builders.safety_events import as_fhir_v6
from tests.gateway.conftest import LRMS, Client, System
from tests.gateway.taxonomy import published
from tests.gateway.test_batch import recorded_each
from tests.gateway.test_operations import held
from tests.journeys.clients import r4

RUN = {"product_version": "7.2", "question_set": 6}


@pytest.fixture(scope="module")
def definitions(key_files: Path) -> dict[str, Any]:
    with published(key_files) as one:
        bundle = one.json("OperationDefinition")
        return {entry["resource"]["code"]: entry["resource"] for entry in bundle["entry"]}


def test_each_is_valid_r4_and_says_all_that_goes_in_and_out(definitions: dict[str, Any]) -> None:
    assert definitions.keys() == OURS.keys()
    for name, one in definitions.items():
        assert r4.faults(one) == [], name
        assert isinstance(one["affectsState"], bool)
        for use, those in (("in", OURS[name].takes), ("out", OURS[name].answers)):
            assert [each["name"] for each in one["parameter"] if each["use"] == use] == [
                each.name for each in those
            ]


def test_what_only_looks_changes_nothing(definitions: dict[str, Any]) -> None:
    assert {name for name, one in definitions.items() if not one["affectsState"]} == {"reconcile"}


# ---- what is described is what is answered


@pytest.fixture(autouse=True)
def recording(system: System) -> None:
    run = pb.ConformanceRun(run_id="r1", product="Ward", product_version="7.2", question_set=6)
    run.steps.add(name="incident", instruction="Record.", local_reference="a", state="waiting", found="-")
    for at in (run.started_at, run.passed_at):
        at.FromSeconds(1_790_000_000)
    system.recording.answers |= {
        "Reconcile": pb.Reconciled(held=[held(), pb.Held(local_reference="W-2")], next="abc"),
        "StartConformanceRun": run,
        "GetConformanceRun": run,
        "ResetSandbox": pb.SandboxReset(removed=3),
        "SubmitMany": recorded_each,
    }


def undescribed(told: Sequence[Any], described: Sequence[Parameter]) -> Iterator[str]:
    """Parameters, or parts of one, that no description is about, of another type, or too few of."""
    known = {one.name: one for one in described}
    for one in told:
        wanted = known.get(one["name"])
        if wanted is None:
            yield one["name"]
        elif wanted.parts:
            yield from undescribed(one["part"], wanted.parts)
        elif f"value{wanted.type[0].upper()}{wanted.type[1:]}" not in one:
            yield f"{one['name']} is of another type"
    yield from (
        one.name for one in described if one.minimum and one.name not in {each["name"] for each in told}
    )


@pytest.mark.parametrize(
    ("operation", "method", "address", "sent"),
    [
        ("reconcile", "GET", f"{EVENTS}/$reconcile", None),
        ("reconcile", "POST", f"{EVENTS}/$reconcile", {"resourceType": "Parameters"}),
        ("conformance", "POST", f"{BASE}/$conformance", RUN),
        ("conformance", "GET", f"{BASE}/$conformance/r1", None),
        ("reset-sandbox", "POST", f"{BASE}/$reset-sandbox", None),
    ],
)
def test_what_is_answered_is_described(
    client: Client, operation: str, method: str, address: str, sent: Any
) -> None:
    body = orjson.dumps(sent) if sent else b""
    answer = client.open(address, method=method, data=body, headers=LRMS)
    assert answer.status_code in (200, 201), answer.text
    assert list(undescribed(answer.json["parameter"], OURS[operation].answers)) == []


def test_what_begins_a_run_is_described() -> None:
    assert {one.name for one in OURS["conformance"].takes} == RUN.keys()


def test_what_is_answered_to_a_line_is_described(client: Client) -> None:
    lines = [orjson.dumps(as_fhir_v6(local_reference=name)) for name in ("a", "b")]
    headers = LRMS | {"Content-Type": "application/fhir+ndjson"}
    answer = client.post(f"{EVENTS}/$import", data=b"\n".join([*lines, b"{"]), headers=headers)
    *said, sums = map(json.loads, answer.data.splitlines())
    line, whole = OURS["import"].answers
    assert {name for one in said for name in one} <= {one.name for one in line.parts}
    assert all({one.name for one in line.parts if one.minimum} <= one.keys() for one in said)
    assert sums.keys() == {one.name for one in whole.parts}

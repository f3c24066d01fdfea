"""POST of a Bundle: each entry stands or falls alone."""

from __future__ import annotations

import json
import random
import time
from typing import Any

import orjson
import pytest

from chassis.problems import conflict, not_found, unavailable
from protos.problem.v1 import problem_pb2
from protos.recording.v1 import recording_pb2
from tests.builders.safety_events import as_fhir_v6
from tests.faults.test_malformed_inputs import mutate
from tests.gateway.conftest import LRMS, PUBLIC_URL, Client, System
from tests.gateway.shapes import ID, as_event, incident
from tests.gateway.test_create import submitted
from tests.gateway.test_update import codes, revised
from tests.journeys.clients import r4

BASE = "/adverse-event/fhir"


def recorded_each(asked: recording_pb2.SubmitManyRequest) -> recording_pb2.SubmittedMany:
    """Each recorded under an id of its own; what is described as wrong is refused."""
    outcomes = []
    for number, one in enumerate(asked.requests):
        told = submitted(repeated_request=one.local_reference == "again")
        told.event_id = f"{ID[:-1]}{number}"
        outcomes.append(recording_pb2.Outcome(submitted=told))
        if any(answer.text == "wrong" for answer in one.answers):
            outcomes[-1].problem.CopyFrom(refused())
    return recording_pb2.SubmittedMany(outcomes=outcomes)


def refused() -> problem_pb2.Problem:
    fault = problem_pb2.Fault(path="adverse-event-agent", code="required-missing", detail="Missing.")
    return problem_pb2.Problem(kind="invalid", code="answers-not-accepted", detail="No.", faults=[fault])


@pytest.fixture(autouse=True)
def recording(system: System) -> None:
    system.recording.answers |= {
        "SubmitMany": recorded_each,
        "Revise": revised(),
        "Withdraw": revised(),
        "GetEvent": as_event(6, incident(6)),
        "SearchEvents": recording_pb2.Found(events=[as_event(6, incident(6))]),
    }


def send(client: Client, bundle: Any) -> Any:
    return client.post(BASE, data=orjson.dumps(bundle), headers=LRMS)


def batch(client: Client, *entries: Any) -> list[Any]:
    """The answers to the entries, which must be as many."""
    answer = send(client, {"resourceType": "Bundle", "type": "batch", "entry": list(entries)})
    assert answer.status_code == 200, answer.text
    assert (answer.json["resourceType"], answer.json["type"]) == ("Bundle", "batch-response")
    assert r4.faults(answer.json) == []
    told: list[Any] = answer.json["entry"]
    assert len(told) == len(entries)
    return told


def entry(method: str, url: str, resource: Any = None, **asked: Any) -> dict[str, Any]:
    made: dict[str, Any] = {"request": {"method": method, "url": url, **asked}}
    return made | ({"resource": resource} if resource is not None else {})


def create(**more: Any) -> dict[str, Any]:
    return entry("POST", "AdverseEvent", as_fhir_v6(**more))


def statuses(told: list[Any]) -> list[int]:
    return [int(one["response"]["status"][:3]) for one in told]


def test_new_events_are_recorded_in_one_call(client: Client, system: System) -> None:
    told = batch(client, create(local_reference="a"), create(local_reference="b"))
    (asked,) = system.recording.asked
    assert [one.local_reference for one in asked.requests] == ["a", "b"]
    assert asked.bulk is False
    assert [one["response"]["status"] for one in told] == ["201 Created"] * 2
    assert [one["resource"]["id"] for one in told] == [f"{ID[:-1]}0", f"{ID[:-1]}1"]
    assert told[0]["response"]["location"] == f"{PUBLIC_URL}{BASE}/AdverseEvent/{ID[:-1]}0"
    assert told[0]["response"]["etag"] == 'W/"1"'
    assert told[0]["response"]["lastModified"] == "2026-03-02T14:05:00.000Z"


def test_every_interaction_has_its_place_in_a_batch(client: Client, system: System) -> None:
    told = batch(
        client,
        entry("GET", f"AdverseEvent/{ID}"),
        entry("PUT", f"AdverseEvent/{ID}", as_fhir_v6(), ifMatch='W/"1"'),
        create(),
        entry("DELETE", f"AdverseEvent/{ID}?reason=duplicate"),
        entry("GET", "AdverseEvent?organisation=RZ1"),
        entry("GET", f"{PUBLIC_URL}{BASE}/AdverseEvent/{ID}/_history/2"),
    )
    assert statuses(told) == [200, 200, 201, 204, 200, 200]
    assert told[4]["resource"]["resourceType"] == "Bundle"
    assert "resource" not in told[3]
    made, read, changed, withdrawn, looked, earlier = system.recording.asked
    assert len(made.requests) == 1
    assert (read.revision, changed.expected_revision, withdrawn.reason) == (0, 1, "duplicate")
    assert list(looked.organisations) == ["RZ1"]
    assert earlier.revision == 2


def test_a_wrong_event_does_not_touch_the_others(client: Client) -> None:
    told = batch(client, create(), create(description="wrong"), create())
    assert statuses(told) == [201, 422, 201]
    (issue,) = told[1]["response"]["outcome"]["issue"]
    assert issue["expression"][0].endswith("adverse-event-agent-6')")
    assert [one["resource"]["id"][-1] for one in (told[0], told[2])] == ["0", "2"]


GARBAGE: list[Any] = [
    None, 7, "x", [], {}, {"request": 7}, {"request": {}}, {"request": {"method": "POST"}}, {"request": {"method": "POST", "url": 7}},
    entry("POST", "AdverseEvent"), entry("POST", "AdverseEvent", 7), entry("POST", "AdverseEvent", {}), entry("POST", "Patient", {}),
    entry("PATCH", "AdverseEvent/x", {}), entry("POST", "", {"resourceType": "Bundle", "type": "batch"}), entry("GET", "metadata"),
    entry("PUT", f"AdverseEvent/{ID}", {"id": "another"}), entry("GET", "https://elsewhere.example/AdverseEvent/x"),
    entry("GET", "AdverseEvent?name=Smith"), entry("GET", "http://[x"), entry("GET", "AdverseEvent/a%00b"), entry("GET", "//x/AdverseEvent"),
    entry("POST", "AdverseEvent", as_fhir_v6() | {"description": "a\x00b"}), entry("POST", "AdverseEvent", as_fhir_v6(), ifNoneExist=7),
    entry("POST", "AdverseEvent", as_fhir_v6(), ifNoneExist="name=Smith"), entry("DELETE", f"AdverseEvent/{ID}", ifMatch="x"),
    entry("POST", "AdverseEvent", as_fhir_v6() | {"resourceType": "Bundle"}),
]  # fmt: skip


def test_garbage_has_its_own_outcome_and_the_rest_goes_on(client: Client, system: System) -> None:
    told = batch(client, create(), *GARBAGE, create())
    assert statuses(told)[0] == statuses(told)[-1] == 201
    assert all(400 <= status < 500 for status in statuses(told)[1:-1])
    assert all(one["response"]["outcome"]["issue"] for one in told[1:-1])
    assert len(system.recording.asked) == 1


def test_an_entry_nested_too_deeply_leaves_the_others_alone(client: Client) -> None:
    entries = [create(), entry("POST", "AdverseEvent", as_fhir_v6() | {"study": "deep"})]
    body = orjson.dumps({"resourceType": "Bundle", "type": "batch", "entry": entries})
    deep = b"[" * 300 + b"]" * 300
    answer = client.post(BASE, data=body.replace(b'"deep"', deep), headers=LRMS)
    assert statuses(answer.json["entry"]) == [201, 422]


@pytest.mark.parametrize(
    ("failure", "status"),
    [
        (conflict("version-conflict", "No."), 412),
        (not_found("deleted", "Gone."), 410),
        (RuntimeError("Mrs Smith fell"), 500),
    ],
)
def test_an_update_that_fails_is_its_own_outcome(
    client: Client, system: System, failure: Exception, status: int
) -> None:
    system.recording.answers["Revise"] = failure
    update = entry("PUT", f"AdverseEvent/{ID}", as_fhir_v6())
    told = batch(client, create(), update, entry("GET", f"AdverseEvent/{ID}"))
    assert statuses(told) == [201, status, 200]
    assert "Smith" not in str(told[1])


def test_when_recording_is_away_the_rest_is_to_be_sent_again_and_nobody_waits_for_it(
    client: Client, system: System
) -> None:
    away = unavailable("try-again", "Later.")
    update, read = entry("PUT", f"AdverseEvent/{ID}", as_fhir_v6()), entry("GET", f"AdverseEvent/{ID}")
    system.recording.answers["Revise"] = away
    assert statuses(batch(client, read, update, read, 7, create())) == [200, 503, 503, 422, 201]
    assert isinstance(system.recording.asked[-1], recording_pb2.ReviseRequest)
    system.recording.answers["SubmitMany"] = away
    assert statuses(batch(client, create(), read, create())) == [503, 503, 503]
    assert isinstance(system.recording.asked[-1], recording_pb2.SubmitManyRequest)


def test_a_batch_that_takes_too_long_leaves_the_rest_to_be_sent_again(
    client: Client, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.fhir.batch.PATIENCE", 0.2)

    def slowly(asked: recording_pb2.ReviseRequest) -> recording_pb2.Submitted:
        time.sleep(0.3)
        return revised()

    system.recording.answers["Revise"] = slowly
    update = entry("PUT", f"AdverseEvent/{ID}", as_fhir_v6())
    told = batch(client, update, update, {}, update)
    assert statuses(told) == [200, 503, 422, 503]
    assert told[1]["response"]["outcome"]["issue"][0]["code"] == "transient"
    assert len(system.recording.asked) == 1


def test_a_batch_of_many_short_answers_goes_in_calls_that_can_be_carried(
    client: Client, system: System
) -> None:
    short = [{"url": "a", "valueCode": "b"}] * 300
    more = [{"url": f"https://x.example/{'long' * 24}-6", "extension": short}]
    told = batch(client, *(entry("POST", "AdverseEvent", smallest(str(n), more)) for n in range(100)))
    assert statuses(told) == [201] * 100
    calls = system.recording.asked
    assert len(calls) > 1
    assert max(one.ByteSize() for one in calls) < 4_100_000
    sent = [one.local_reference for call in calls for one in call.requests]
    assert sent == [str(n) for n in range(100)]


def smallest(name: str, more: list[Any]) -> Any:
    """A short resource with a reference of its own."""
    kept = ("resourceType", "meta", "actuality", "event", "subject", "identifier")
    whole = as_fhir_v6(local_reference=name)
    return {one: whole[one] for one in kept} | {"extension": more}


def test_a_condition_that_was_met_before_answers_200(client: Client, system: System) -> None:
    again = entry("POST", "AdverseEvent", as_fhir_v6(), ifNoneExist="identifier=https://x|again")
    assert statuses(batch(client, again)) == [200]
    assert system.recording.asked[0].requests[0].local_reference == "again"


def test_answers_may_be_outcomes(client: Client) -> None:
    body = orjson.dumps({"resourceType": "Bundle", "type": "batch", "entry": [create()]})
    answer = client.post(BASE, data=body, headers=LRMS | {"Prefer": "return=OperationOutcome"})
    (issue,) = answer.json["entry"][0]["response"]["outcome"]["issue"]
    assert issue["details"]["coding"][0]["code"] == "PSE-0001"


@pytest.mark.parametrize("address", [BASE, f"{BASE}/"])
def test_an_empty_batch_is_answered_empty(client: Client, address: str) -> None:
    body = b'{"resourceType": "Bundle", "type": "batch"}'
    answer = client.post(address, data=body, headers=LRMS)
    assert answer.json == {"resourceType": "Bundle", "type": "batch-response"}


@pytest.mark.parametrize(
    ("bundle", "status", "code"),
    [
        ({"resourceType": "Bundle", "type": "transaction", "entry": []}, 422, "PSE-1015"),
        ({"resourceType": "Bundle", "type": "searchset"}, 422, "PSE-1004"),
        ({"resourceType": "Bundle", "type": "batch", "entry": {}}, 422, "PSE-1004"),
        (as_fhir_v6(), 422, "PSE-1004"),
        ({"resourceType": "Bundle", "type": "batch", "entry": [1] * 101}, 413, "PSE-1014"),
    ],
)
def test_what_is_no_batch_is_refused_whole(
    client: Client, system: System, bundle: Any, status: int, code: str
) -> None:
    answer = send(client, bundle)
    assert (answer.status_code, codes(answer)) == (status, [code])
    assert system.recording.asked == []


def test_a_hundred_events_are_one_batch(client: Client, system: System) -> None:
    assert statuses(batch(client, *(create(local_reference=str(n)) for n in range(100)))) == [201] * 100
    assert len(system.recording.asked) == 1


def test_a_batch_needs_a_key(client: Client) -> None:
    assert client.post(BASE, data=b"{}", headers={"Content-Type": "application/json"}).status_code == 401


def test_no_mutated_batch_is_our_fault_and_every_entry_is_answered(client: Client, system: System) -> None:
    dice = random.Random(20261123)
    whole = orjson.dumps(
        [create(), entry("PUT", f"AdverseEvent/{ID}", as_fhir_v6()), entry("GET", f"AdverseEvent/{ID}")]
    )
    for _ in range(300):
        entries = orjson.loads(whole)
        for _ in range(dice.randint(1, 6)):
            mutate(dice, entries)
        bundle = {"resourceType": "Bundle", "type": "batch", "entry": entries}
        answer = client.post(BASE, data=json.dumps(bundle).encode(), headers=LRMS)
        assert answer.status_code == 200, answer.text
        told = answer.json.get("entry", [])
        assert len(told) == len(entries)
        assert max(statuses(told), default=0) < 500

"""From an LRMS to every person who should know, and to nobody else."""

from __future__ import annotations

import json
import uuid
from typing import Any

import httpx
import pika
import pytest

from chassis import topology
from deploy.local import traces
from tests.builders.safety_events import as_fhir_v6
from tests.journeys.conftest import World, eventually

pytestmark = pytest.mark.timeout(180)
WORDS = (
    "Mrs Amara Okoye was given ten times the dose of insulin by Nurse Declan Byrne. NHS number 999 000 0018."
)
HIDDEN = ("Okoye", "Byrne", "999 000 0018")


def report(world: World, **more: Any) -> tuple[str, httpx.Response]:
    """Given: the LRMS of RZ1 has reported severe harm. The reference number, and the answer."""
    local = uuid.uuid4().hex
    resource = as_fhir_v6(
        organisation="RZ1", description=WORDS, physical_harm="2", contact="ward.sister@example.org",
        local_reference=local, **more,
    )  # fmt: skip
    with world.lrms("RZ1") as lrms:
        answer = lrms.post(
            "/AdverseEvent", json=resource, headers={"traceparent": f"00-{local}-{'1' * 16}-01"}
        )
    assert answer.status_code == 201, answer.text
    return answer.json()["extension"][-1]["extension"][0]["valueString"], answer


def test_the_lrms_gets_its_event_back_with_id_version_and_reference(world: World) -> None:
    reference, answer = report(world)
    body = answer.json()
    assert answer.headers["ETag"] == 'W/"1"'
    assert (
        answer.headers["Location"].rstrip("/").split("/")[-3:-2] == [body["id"]]
        or body["id"] in answer.headers["Location"]
    )
    assert body["meta"]["versionId"] == "1"
    assert reference.startswith("PSE-")
    assert answer.headers["X-Request-ID"]
    assert WORDS in answer.text  # the sender's own text comes back to the sender


def test_the_safety_lead_sees_facts_at_once_and_redacted_text_soon_after(world: World) -> None:
    reference, _ = report(world)
    with world.person("local_safety_lead", "RZ1") as lead:
        event = eventually(lambda: found(lead.get(f"/api/v1/events/{reference}")), 5)
        assert event["worst_physical_harm"]["label"] == "Severe physical harm"
        event = eventually(lambda: with_text(lead.get(f"/api/v1/events/{reference}").json()), 10)
        assert "ten times the dose of insulin" in event["description"]
        assert not [one for one in HIDDEN if one in json.dumps(event)]
        assert reference in [one["reference"] for one in lead.get("/api/v1/events").json()["items"]]


def test_the_lrms_reads_it_back_redacted(world: World) -> None:
    reference, answer = report(world)
    with world.person("local_safety_lead", "RZ1") as lead, world.lrms("RZ1") as lrms:
        eventually(lambda: with_text(lead.get(f"/api/v1/events/{reference}").json()))
        text = eventually(lambda: redacted(lrms.get(f"/AdverseEvent/{answer.json()['id']}")))
    assert not [one for one in HIDDEN if one in text]


def test_another_provider_finds_nothing_by_any_route(world: World) -> None:
    reference, answer = report(world)
    with world.person("local_safety_lead", "RZ1") as lead:
        eventually(lambda: found(lead.get(f"/api/v1/events/{reference}")))
    with world.person("local_safety_lead", "RZ3") as other, world.lrms("RZ3") as lrms:
        missing = other.get(f"/api/v1/events/{reference}")
        never = other.get("/api/v1/events/PSE-26-00000000-0")
        assert missing.status_code == never.status_code == 404
        assert missing.json()["title"] == never.json()["title"]
        assert reference not in other.get("/api/v1/events").text
        assert lrms.get(f"/AdverseEvent/{answer.json()['id']}").status_code == 404


def test_its_icb_sees_it_read_only_and_another_region_does_not(world: World) -> None:
    reference, _ = report(world)
    with world.person("oversight_icb", "QZ1") as icb, world.person("oversight_region", "YZ2") as region:
        assert eventually(lambda: found(icb.get(f"/api/v1/events/{reference}")))
        assert region.get(f"/api/v1/events/{reference}").status_code == 404


def test_a_receipt_and_an_urgent_notice_arrive_without_a_word_of_the_narrative(world: World) -> None:
    reference, _ = report(world)
    letters = eventually(lambda: world.letters(reference) if len(world.letters(reference)) == 2 else [])
    assert sorted(str(one["To"]) for one in letters) == ["safety@example.org", "ward.sister@example.org"]
    assert not [one for one in letters if "insulin" in one.as_string() or "Okoye" in one.as_string()]
    with world.person("local_safety_lead", "RZ1") as lead:
        notices = lead.get("/api/v1/notices").json()["items"]
    notice = next(one for one in notices if one["reference"] == reference)
    assert notice["kind"] == "urgent"
    assert "insulin" not in json.dumps(notice)


def test_the_same_report_sent_again_makes_one_record(world: World) -> None:
    resource = as_fhir_v6(organisation="RZ1", description=f"Sent twice {uuid.uuid4()}")
    with world.lrms("RZ1") as lrms:
        answers = [lrms.post("/AdverseEvent", json=resource) for _ in range(5)]
    assert len({one.json()["id"] for one in answers}) == 1


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"event_type": "9"}, 422, "PSE-1102"),
        ({"date": "2999-01-01"}, 422, "PSE-1105"),
        ({"organisation": "ZZZ99"}, 422, "PSE-1201"),
    ],
)
def test_bad_input_is_refused_clearly(world: World, change: dict[str, Any], status: int, code: str) -> None:
    with world.lrms("RZ1") as lrms:
        answer = lrms.post(
            "/AdverseEvent", json=as_fhir_v6(**{"organisation": "RZ1", "description": WORDS, **change})
        )
    assert answer.status_code == status
    outcome = answer.json()
    assert outcome["resourceType"] == "OperationOutcome"
    assert code in [issue["details"]["coding"][0]["code"] for issue in outcome["issue"]]
    assert all(issue["expression"] for issue in outcome["issue"])
    assert not [one for one in HIDDEN if one in answer.text]


def test_no_key_a_wrong_key_and_broken_json_are_refused_clearly(world: World) -> None:
    url = f"{world.url}/adverse-event/fhir/AdverseEvent"
    for headers in ({}, {"Ocp-Apim-Subscription-Key": "wrong"}):
        answer = httpx.post(url, json=as_fhir_v6(), headers=headers)
        assert answer.status_code == 401
        assert answer.json()["issue"][0]["code"] == "login"
    with world.lrms("RZ1") as lrms:
        answer = lrms.post("/AdverseEvent", content=b'{"resourceType": ')
    assert answer.status_code == 400
    assert answer.json()["resourceType"] == "OperationOutcome"


def test_one_trace_runs_from_the_post_to_every_listener(world: World) -> None:
    _, answer = report(world)
    trace = answer.request.headers["traceparent"].split("-")[1]
    wanted = {
        "gateway", "recording-serve", "recording-relay", "access-listen", "enrichment-listen", "enrichment-work",
        "enrichment-relay", "recording-listen", "notifications-listen", "notifications-work",
    }  # fmt: skip

    def complete() -> bool:
        spans = traces.find(world.system.home / "traces", trace)
        return wanted <= {span["process"] for span in spans}

    assert eventually(complete)


def test_no_log_holds_a_word_of_the_narrative(world: World) -> None:
    reference, _ = report(world)
    eventually(lambda: len(world.letters(reference)) == 2)
    for path in [*(world.system.home / "logs").iterdir(), *(world.system.home / "traces").iterdir()]:
        text = path.read_text(errors="replace")
        assert not [one for one in (*HIDDEN, "insulin", "ward.sister") if one in text], path.name


def test_nothing_is_left_in_the_dead_letters(world: World) -> None:
    with pika.BlockingConnection(pika.URLParameters(world.system.summary()["amqp"])) as connection:
        for service in ("recording", "access", "enrichment", "notifications"):
            found = connection.channel().queue_declare(topology.dead_queue(service), passive=True)
            assert found.method.message_count == 0, service


def found(answer: httpx.Response) -> Any:
    return answer.json() if answer.status_code == 200 else None


def with_text(event: dict[str, Any]) -> Any:
    return event if event.get("description") else None


def redacted(answer: httpx.Response) -> str:
    return answer.text if "[NAME]" in answer.text else ""

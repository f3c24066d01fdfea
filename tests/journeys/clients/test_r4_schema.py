"""What the service returns for version 6 is valid R4, by the official JSON schema and by a strict reader of it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator

import httpx
import pytest

from tests.journeys.clients.r4 import faults
from tests.journeys.clients.recordings import Resource, an_event, body, names, sender, with_harm
from tests.journeys.conftest import World

pytestmark = pytest.mark.timeout(180)
VERSION_SIX = [*names("client-*/v6-*.json"), *names("example/*.json")]
DAY = "2026-01-15"  # of no other test's events


@pytest.fixture(scope="module")
def lrms(world: World) -> Iterator[httpx.Client]:
    _, client = sender(world, "client-two")
    with client:
        yield client


@pytest.fixture(scope="module")
def event(world: World, lrms: httpx.Client) -> Resource:
    """An event with two versions."""
    organisation, _ = sender(world, "client-two")
    sent = an_event(organisation, DAY)
    assert faults(sent) == []
    created = lrms.post("/AdverseEvent", json=sent)
    assert created.status_code == 201
    assert faults(created.json()) == []
    identified = {**sent, "id": created.json()["id"]}
    updated = lrms.put(f"/AdverseEvent/{identified['id']}", json=with_harm(identified, "2"))
    assert updated.status_code == 200
    resource: Resource = updated.json()
    return resource


def got(client: httpx.Client, address: str) -> Resource:
    """What is answered with 200."""
    answer = client.get(address)
    assert answer.status_code == 200, answer.text[:500]
    resource: Resource = answer.json()
    return resource


def taxonomy(world: World, path: str) -> Resource:
    """From the public half of the interface, without a key."""
    with httpx.Client(base_url=f"{world.url}/taxonomy/fhir", timeout=40) as anyone:
        return got(anyone, path)


def listed(world: World, kind: str) -> list[Resource]:
    """Every resource of a type that the taxonomy lists, as its own address gives it, page by page. Profiles of versions 4 and 5
    describe STU3, and are left out (docs/decisions/0016)."""
    found: list[Resource] = []
    path = f"/{kind}?_count=100"
    while path:
        bundle = taxonomy(world, path)
        entries = bundle["entry"] = [one for one in bundle["entry"] if not is_of_stu3(one["resource"])]
        if not entries:
            del bundle["entry"]
        assert (bundle["type"], faults(bundle)) == ("searchset", [])
        found += [taxonomy(world, f"/{kind}/{entry['resource']['id']}") for entry in entries]
        following = [link["url"] for link in bundle["link"] if link["relation"] == "next"]
        path = following[0].partition("/taxonomy/fhir")[2] if following else ""
    assert {one["resourceType"] for one in found} == {kind}
    assert kind == "StructureDefinition" or len(found) == bundle["total"]
    return found


def is_of_stu3(definition: Resource) -> bool:
    of_stu3 = bool(definition.get("fhirVersion") == "3.0.1")
    if of_stu3:
        assert definition["id"].endswith(("-4", "-5"))
    return of_stu3


@pytest.mark.parametrize("name", VERSION_SIX)
def test_every_recorded_event_of_version_six_is_answered_in_r4(world: World, name: str) -> None:
    organisation, client = sender(world, name)
    sent = json.loads(body(name, organisation=organisation))
    sent["identifier"] = {
        "system": "https://lrms-two.example.test/incident-number",
        "value": uuid.uuid4().hex,
    }
    with client:
        created = client.post("/AdverseEvent", json=sent).json()
        assert faults(created) == []
        assert faults(got(client, f"/AdverseEvent/{created['id']}")) == []


def test_an_update_a_read_and_a_read_of_a_version_are_r4(lrms: httpx.Client, event: Resource) -> None:
    assert faults(event) == []
    assert faults(got(lrms, f"/AdverseEvent/{event['id']}")) == []
    assert faults(got(lrms, f"/AdverseEvent/{event['id']}/_history/1")) == []


def test_bundles_of_history_and_search_are_r4(lrms: httpx.Client, event: Resource) -> None:
    history = got(lrms, f"/AdverseEvent/{event['id']}/_history")
    assert (len(history["entry"]), faults(history)) == (2, [])
    search = got(lrms, f"/AdverseEvent?_id={event['id']}&_total=accurate")
    assert (len(search["entry"]), faults(search)) == (1, [])
    counted = got(lrms, f"/AdverseEvent?date={DAY}&_summary=count")
    assert (counted["total"], counted.get("entry"), faults(counted)) == (1, None, [])
    empty = got(lrms, "/AdverseEvent?date=1999-01-01")
    assert (empty.get("entry"), faults(empty)) == (None, [])


def test_outcomes_are_r4(world: World, lrms: httpx.Client) -> None:
    organisation, _ = sender(world, "client-two")
    bad = an_event(organisation, "2999-01-01", PhysicalHarm="9")
    answers = [
        (422, lrms.post("/AdverseEvent", json=bad)),
        (400, lrms.post("/AdverseEvent", content=b"{")),
        (404, lrms.get("/AdverseEvent/01890a5d-ac96-774b-bcce-b302099a8057")),
        (400, lrms.get("/AdverseEvent?never-heard-of=1")),
        (200, lrms.post("/AdverseEvent/$validate", json=bad)),
        (200, lrms.post("/AdverseEvent/$validate", json=an_event(organisation, DAY))),
        (401, httpx.post(f"{lrms.base_url}AdverseEvent", json=bad)),
    ]
    for status, answer in answers:
        assert answer.status_code == status
        outcome = answer.json()
        assert (outcome["resourceType"], faults(outcome)) == ("OperationOutcome", [])


def test_a_batch_is_answered_in_r4(world: World, lrms: httpx.Client) -> None:
    organisation, _ = sender(world, "client-two")
    bodies = [an_event(organisation, "2026-01-01"), an_event(organisation, "2999-01-01")]
    entries = [{"resource": one, "request": {"method": "POST", "url": "AdverseEvent"}} for one in bodies]
    address = f"{world.url}/adverse-event/fhir"  # a slash after it is tried by fhir-kit-client
    answer = lrms.post(address, json={"resourceType": "Bundle", "type": "batch", "entry": entries})
    assert answer.status_code == 200
    assert (len(answer.json()["entry"]), faults(answer.json())) == (2, [])


def test_the_capability_statement_is_r4(lrms: httpx.Client) -> None:
    assert faults(got(lrms, "/metadata")) == []


@pytest.mark.parametrize(
    "kind",
    [
        "StructureDefinition",
        "ValueSet",
        "CodeSystem",
        "ConceptMap",
        "Questionnaire",
        "SearchParameter",
        "OperationDefinition",
    ],
)
def test_the_taxonomy_is_r4(world: World, kind: str) -> None:
    found = listed(world, kind)
    assert found
    assert kind != "StructureDefinition" or "patient-safety-adverse-event-6" in [one["id"] for one in found]
    assert {one["id"]: faults(one)[:5] for one in found if faults(one)} == {}


def test_what_national_clients_ask_the_taxonomy_for_is_there(world: World) -> None:
    for version in (4, 5, 6):
        profile = taxonomy(world, f"/StructureDefinition/patient-safety-adverse-event-{version}")
        assert profile["snapshot"]["element"]
        assert taxonomy(world, f"/StructureDefinition/patient-information-{version}")["type"] == "Extension"
        codes = taxonomy(world, f"/CodeSystem/agent-type-{version}")
        assert "4" in [concept["code"] for concept in codes["concept"]]
        assert taxonomy(world, f"/ValueSet/agent-type-{version}")["compose"]["include"]


def test_an_expanded_value_set_is_r4_and_holds_what_the_filter_asked_for(world: World) -> None:
    expanded = taxonomy(world, "/ValueSet/device-type-6/$expand?filter=infusion")
    assert faults(expanded) == []
    displays = [one["display"] for one in expanded["expansion"]["contains"]]
    assert displays
    assert all("infusion" in one.casefold() for one in displays)


def test_the_schema_refuses_what_is_not_r4() -> None:
    event = an_event("RZ1", DAY)
    assert faults(event) == []
    device = next(one for one in event["contained"] if one["resourceType"] == "Device")
    device["model"] = "of STU3"
    found = faults({**event, "category": "AE"})
    assert [fault.partition(":")[0] for fault in found] == [
        f"AdverseEvent.contained.{event['contained'].index(device)}", "AdverseEvent.category",
    ]  # fmt: skip
    assert faults({"resourceType": "Incident"})
    assert faults({name: value for name, value in an_event("RZ1", DAY).items() if name != "actuality"})

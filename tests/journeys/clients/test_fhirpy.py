"""fhirpy, used as its documentation says. Only the address and the key are ours."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fhirpy import AsyncFHIRClient, SyncFHIRClient
from fhirpy.base.exceptions import OperationOutcome, ResourceNotFound

from tests.journeys.clients.recordings import KEY, an_event, codes, harms, reference, with_harm
from tests.journeys.conftest import World

pytestmark = pytest.mark.timeout(180)
DAY = "2026-01-11"  # of no other test's events


@pytest.fixture(scope="session")
def organisation(world: World) -> str:
    return str(world.told["lrms"][0]["organisation"])


@pytest.fixture(scope="session")
def settings(world: World) -> dict[str, Any]:
    key = world.told["lrms"][0]["key"]
    return {"url": f"{world.url}/adverse-event/fhir", "extra_headers": {KEY: key}}


@pytest.fixture(scope="session")
def client(settings: dict[str, Any]) -> SyncFHIRClient:
    return SyncFHIRClient(**settings)


def created(client: SyncFHIRClient, organisation: str, on: str = "2026-01-01") -> Any:
    return client.resource("AdverseEvent", **an_event(organisation, on)).save()


def test_fhirpy_creates_and_reads(client: SyncFHIRClient, organisation: str) -> None:
    event = created(client, organisation)
    found = client.reference("AdverseEvent", event.id).to_resource()
    assert found.id == event.id
    assert found["meta"]["versionId"] == "1"
    assert harms(found) == ["4", "3"]
    assert client.get("AdverseEvent", event.id)["meta"] == found["meta"]


def test_fhirpy_changes_what_it_read(client: SyncFHIRClient, organisation: str) -> None:
    sent = an_event(organisation, "2026-01-01")
    event = client.resource("AdverseEvent", **sent).save()
    found = client.reference("AdverseEvent", event.id).to_resource()
    changed = client.resource("AdverseEvent", **with_harm(found.serialize(), "2"))
    changed.save()
    assert changed["meta"]["versionId"] == "2"
    again = client.reference("AdverseEvent", event.id).to_resource()
    assert (harms(again), reference(again)) == (["2", "3"], reference(event))
    still = client.resources("AdverseEvent").search(local_reference=sent["identifier"]["value"]).get()
    assert (
        still.id == event.id
    )  # its local reference outlives a change by a client that only knows our answer


def test_fhirpy_asks_again_only_for_what_changed(client: SyncFHIRClient, organisation: str) -> None:
    event = client.reference("AdverseEvent", created(client, organisation).id).to_resource()
    while "_valueString" in str(before := event.serialize()):  # its texts are still being checked
        event = event.refresh()
    assert event.refresh().serialize() == before
    client.resource("AdverseEvent", **with_harm(before, "3")).save()
    assert harms(event.refresh()) == ["3", "3"]


def test_fhirpy_searches_page_by_page_to_the_end(client: SyncFHIRClient, organisation: str) -> None:
    wanted = [created(client, organisation, DAY).id for _ in range(5)]
    found = client.resources("AdverseEvent").search(date=DAY).sort("_lastUpdated").limit(2)
    assert [one.id for one in found.fetch()] == wanted[:2]
    assert [one.id for one in found.fetch_all()] == wanted
    assert [one.id for one in found.sort("-_lastUpdated").fetch_all()] == wanted[::-1]
    assert client.resources("AdverseEvent").search(date=DAY).count() == 5


def test_fhirpy_finds_one_event_by_any_of_its_names(client: SyncFHIRClient, organisation: str) -> None:
    sent = an_event(organisation, "2026-01-01")
    event = client.resource("AdverseEvent", **sent).save()
    local = sent["identifier"]["value"]
    for asked in (
        {"_id": event.id},
        {"identifier": local},
        {"identifier": f"{sent['identifier']['system']}|{local}"},
        {"local_reference": local},
        {"reference_number": reference(event)},
        {"identifier": reference(event)},
    ):
        assert client.resources("AdverseEvent").search(**asked).get().id == event.id


def test_fhirpy_sees_the_history(client: SyncFHIRClient, organisation: str) -> None:
    event = client.reference("AdverseEvent", created(client, organisation).id).to_resource()
    client.resource("AdverseEvent", **with_harm(event.serialize(), "2")).save()
    history = event.execute("_history", method="get")
    assert history["type"] == "history"
    assert [entry["resource"]["meta"]["versionId"] for entry in history["entry"]] == ["2", "1"]
    assert [harms(entry["resource"])[0] for entry in history["entry"]] == ["2", "4"]
    assert harms(event.execute("_history/1", method="get"))[0] == "4"


def test_fhirpy_hears_why_an_event_was_refused(client: SyncFHIRClient, organisation: str) -> None:
    bad = client.resource("AdverseEvent", **an_event(organisation, "2026-01-01", PhysicalHarm="9"))
    with pytest.raises(OperationOutcome) as refused:
        bad.save()
    assert "PSE-1102" in codes(refused.value.resource)
    assert not bad.is_valid()
    assert client.resource("AdverseEvent", **an_event(organisation, "2026-01-01")).is_valid()


def test_fhirpy_is_told_that_there_is_no_such_event(client: SyncFHIRClient) -> None:
    with pytest.raises(ResourceNotFound):
        client.get("AdverseEvent", "01890a5d-ac96-774b-bcce-b302099a8057")


async def everything(settings: dict[str, Any], organisation: str) -> tuple[list[str], list[str]]:
    client = AsyncFHIRClient(**settings)
    days = "2026-01-12"
    events = [client.resource("AdverseEvent", **an_event(organisation, days)) for _ in range(3)]
    wanted = [await one.save() for one in events]
    found = client.resources("AdverseEvent").search(date=days).limit(2)
    return sorted(str(one.id) for one in wanted), sorted([str(one.id) async for one in found])


def test_fhirpy_does_the_same_asynchronously(settings: dict[str, Any], organisation: str) -> None:
    with ThreadPoolExecutor(1) as elsewhere:  # the browser tests leave an event loop running in this thread
        asked = elsewhere.submit(lambda: asyncio.run(everything(settings, organisation)))
        wanted, found = asked.result()
    assert found == wanted

"""fhirclient, used as its documentation says: its models refuse whatever is not strictly R4. Only the address and the key are ours."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from fhirclient.client import FHIRClient
from fhirclient.models.adverseevent import AdverseEvent
from fhirclient.models.bundle import Bundle
from fhirclient.models.operationoutcome import OperationOutcome
from fhirclient.server import FHIRNotFoundException, FHIRUnauthorizedException

from tests.journeys.clients.recordings import KEY, an_event, codes, harms, reference, with_harm
from tests.journeys.conftest import World

pytestmark = pytest.mark.timeout(180)
DAY = "2026-01-13"  # of no other test's events


@pytest.fixture(scope="session")
def organisation(world: World) -> str:
    return str(world.told["lrms"][0]["organisation"])


@pytest.fixture(scope="session")
def server(world: World) -> Any:
    smart = connected(world, world.told["lrms"][0]["key"])
    assert smart.prepare()  # reads the CapabilityStatement, and finds that it need not sign in elsewhere
    assert smart.ready
    return smart.server


def connected(world: World, key: str) -> Any:
    smart = FHIRClient(settings={"app_id": "lrms", "api_base": f"{world.url}/adverse-event/fhir"})
    smart.server.session.headers[KEY] = key
    return smart


def created(server: Any, organisation: str, on: str = "2026-01-01") -> Any:
    """An event as the server answered it, through the strict model."""
    return AdverseEvent(AdverseEvent(an_event(organisation, on)).create(server))


def test_fhirclient_reads_the_capability_statement(server: Any) -> None:
    statement = server.capabilityStatement
    assert statement.fhirVersion == "4.0.1"
    profiles = [one.profile for one in statement.rest[0].resource if one.type == "AdverseEvent"]
    assert sorted(int(str(profile).rpartition("-")[2]) for profile in profiles) == [4, 5, 6]


def test_fhirclient_creates_and_reads(server: Any, organisation: str) -> None:
    event = created(server, organisation)
    found = AdverseEvent.read(event.id, server)
    assert found.meta.versionId == "1"
    assert harms(found.as_json()) == ["4", "3"]
    devices = [one for one in found.contained if one.resource_type == "Device"]
    assert len(devices) == 2
    assert found.recordedDate.date is not None


def test_fhirclient_changes_what_it_read(server: Any, organisation: str) -> None:
    event = created(server, organisation)
    found = AdverseEvent.read(event.id, server).as_json()
    updated = AdverseEvent(AdverseEvent(with_harm(found, "2")).update(server))
    assert updated.meta.versionId == "2"
    again = AdverseEvent.read(event.id, server).as_json()
    assert (harms(again), reference(again)) == (["2", "3"], reference(event.as_json()))


def test_fhirclient_follows_every_next_link_to_the_end(server: Any, organisation: str) -> None:
    wanted = [created(server, organisation, DAY).id for _ in range(5)]
    search = AdverseEvent.where({"date": DAY, "_count": "2", "_sort": "_lastUpdated"})
    pages = [[entry.resource.id for entry in page.entry or []] for page in search.perform_iter(server)]
    assert [one for page in pages for one in page] == wanted
    assert [len(page) for page in pages if page] == [2, 2, 1]
    assert [one.id for one in search.perform_resources_iter(server)] == wanted


def test_fhirclient_sees_the_history(server: Any, organisation: str) -> None:
    event = created(server, organisation)
    AdverseEvent(with_harm(AdverseEvent.read(event.id, server).as_json(), "2")).update(server)
    history = Bundle.read_from(f"AdverseEvent/{event.id}/_history", server)
    assert history.type == "history"
    assert [entry.resource.meta.versionId for entry in history.entry] == ["2", "1"]
    assert [harms(entry.resource.as_json())[0] for entry in history.entry] == ["2", "4"]
    first = AdverseEvent.read_from(f"AdverseEvent/{event.id}/_history/1", server)
    assert harms(first.as_json())[0] == "4"


def test_fhirclient_hears_why_an_event_was_refused(server: Any, organisation: str) -> None:
    bad = AdverseEvent(an_event(organisation, "2026-01-01", PhysicalHarm="9"))
    with pytest.raises(requests.HTTPError) as refused:
        bad.create(server)
    assert refused.value.response is not None
    outcome = OperationOutcome(refused.value.response.json())
    assert outcome.issue[0].expression
    assert "PSE-1102" in codes(outcome.as_json())


def test_fhirclient_is_told_that_there_is_no_such_event_and_that_a_key_is_wrong(
    world: World, server: Any
) -> None:
    with pytest.raises(FHIRNotFoundException) as missing:
        AdverseEvent.read("01890a5d-ac96-774b-bcce-b302099a8057", server)
    assert codes(OperationOutcome(missing.value.response.json()).as_json()) == ["PSE-1403"]
    with pytest.raises(FHIRUnauthorizedException):
        next(AdverseEvent.where({"date": DAY}).perform_iter(connected(world, "wrong").server))

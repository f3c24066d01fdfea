"""npm fhir-kit-client, used as its documentation says, in a Node of its own. Only the address and the key are ours."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from deploy.local.assets import CLIENTS, node
from tests.journeys.clients.recordings import KEY, Resource, an_event, codes, harms, reference, with_harm
from tests.journeys.conftest import World

pytestmark = pytest.mark.timeout(180)
SCRIPT = Path(__file__).with_name("fhir_kit_client.mjs")
PACKAGE = CLIENTS / "node_modules" / "fhir-kit-client" / "dist" / "index.js"
DAY = "2026-01-14"  # of no other test's events


class Refused(Exception):
    """What the client threw: the status, and the body it surfaced."""

    def __init__(self, response: dict[str, Any]) -> None:
        super().__init__(response["status"])
        self.status, self.outcome = response["status"], response["data"]


def kit(world: World, errand: str, **said: Any) -> Any:
    """What the client hands back for an errand."""
    headers = {KEY: world.told["lrms"][0]["key"]}
    asked = {"base": f"{world.url}/adverse-event/fhir", "headers": headers, "errand": errand, **said}
    command = [node(), str(SCRIPT), PACKAGE.as_uri()]
    done = subprocess.run(
        command, input=json.dumps(asked), capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout)
    if "refused" in told:
        raise Refused(told["refused"])
    return told["answer"]


def an_event_of_ours(world: World, on: str = "2026-01-01", **inner: str) -> Resource:
    return an_event(world.told["lrms"][0]["organisation"], on, **inner)


def created(world: World, on: str = "2026-01-01") -> Resource:
    made: Resource = kit(world, "create", body=an_event_of_ours(world, on))
    return made


def test_fhir_kit_client_reads_the_capability_statement(world: World) -> None:
    statement = kit(world, "metadata")
    assert statement["fhirVersion"] == "4.0.1"
    can = {one["code"] for one in statement["rest"][0]["resource"][0]["interaction"]}
    assert {"create", "read", "vread", "update", "history-instance", "search-type"} <= can


def test_fhir_kit_client_creates_and_reads(world: World) -> None:
    event = created(world)
    found = kit(world, "read", id=event["id"])
    assert found["meta"]["versionId"] == "1"
    assert harms(found) == ["4", "3"]
    assert reference(found) == reference(event)


def test_fhir_kit_client_may_ask_for_no_body(world: World) -> None:
    made = kit(world, "minimal", body=an_event_of_ours(world))
    assert made["status"] == 201
    assert "/AdverseEvent/" in made["location"]
    assert made["body"] == {}


def test_fhir_kit_client_changes_what_it_read(world: World) -> None:
    event = created(world)
    found = kit(world, "read", id=event["id"])
    updated = kit(world, "update", id=event["id"], body=with_harm(found, "2"))
    assert updated["meta"]["versionId"] == "2"
    again = kit(world, "read", id=event["id"])
    assert (harms(again), reference(again)) == (["2", "3"], reference(event))


def test_fhir_kit_client_does_not_overwrite_a_version_it_has_not_seen(world: World) -> None:
    event = created(world)
    changed = with_harm(kit(world, "read", id=event["id"]), "2")
    kit(world, "updateIfMatch", id=event["id"], body=changed, version="1")
    with pytest.raises(Refused) as refused:
        kit(world, "updateIfMatch", id=event["id"], body=with_harm(changed, "3"), version="1")
    assert refused.value.status == 412
    assert codes(refused.value.outcome) == ["PSE-1401"]
    assert harms(kit(world, "read", id=event["id"]))[0] == "2"


def test_fhir_kit_client_follows_the_pages_to_the_end(world: World) -> None:
    wanted = [created(world, DAY)["id"] for _ in range(5)]
    pages = kit(
        world,
        "pages",
        searchParams={"date": DAY, "_count": "2", "_sort": "_lastUpdated", "_total": "accurate"},
    )
    found = [[entry["resource"]["id"] for entry in page.get("entry", [])] for page in pages]
    assert [one for page in found for one in page] == wanted
    assert [len(page) for page in found if page] == [2, 2, 1]
    assert pages[0]["total"] == 5


def test_fhir_kit_client_sees_the_history(world: World) -> None:
    event = created(world)
    kit(world, "update", id=event["id"], body=with_harm(kit(world, "read", id=event["id"]), "2"))
    history = kit(world, "history", id=event["id"])
    assert history["type"] == "history"
    assert [entry["resource"]["meta"]["versionId"] for entry in history["entry"]] == ["2", "1"]
    assert harms(kit(world, "vread", id=event["id"], version="1"))[0] == "4"


def test_fhir_kit_client_hears_why_an_event_was_refused(world: World) -> None:
    bad = an_event_of_ours(world, PhysicalHarm="9")
    with pytest.raises(Refused) as refused:
        kit(world, "create", body=bad)
    assert refused.value.status == 422
    assert "PSE-1102" in codes(refused.value.outcome)
    assert "PSE-1102" in codes(kit(world, "validate", body=bad))


def test_fhir_kit_client_sends_a_batch_and_hears_of_each_entry(world: World) -> None:
    bodies = [an_event_of_ours(world), an_event_of_ours(world, PhysicalHarm="9")]
    entries = [{"resource": one, "request": {"method": "POST", "url": "AdverseEvent"}} for one in bodies]
    answer = kit(world, "batch", body={"resourceType": "Bundle", "type": "batch", "entry": entries})
    assert answer["type"] == "batch-response"
    first, second = (one["response"] for one in answer["entry"])
    assert first["status"].startswith("201")
    assert first["etag"] == 'W/"1"'
    assert second["status"].startswith("422")
    assert "PSE-1102" in codes(second["outcome"])

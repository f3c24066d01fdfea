"""Keys and certificates change while people work; nobody notices but whoever shows what was withdrawn."""

from __future__ import annotations

import uuid

import pytest

from deploy.local import keys, rotation
from tests.builders.safety_events import as_fhir_v6
from tests.journeys.conftest import World, eventually

pytestmark = pytest.mark.timeout(300)
AGES = rotation.AGES | {"settling": 2.0, "forms": 0.0}
WORDS = "The drip of Mrs Amara Okoye ran through in ten minutes."


def rotate(world: World, *kinds: str) -> list[str]:
    """The steps, as they were said. Actors are left out here, because they wait for a minute: tests/faults has them."""
    said = list[str]()
    for kind in kinds:
        assert rotation.rotate(rotation.Rotation(world.system, said.append, AGES), kind) == []
    return said


def reported(world: World) -> tuple[str, str]:
    """Id and reference number of an event that the LRMS of RZ1 has reported."""
    with world.lrms("RZ1") as lrms:
        answer = lrms.post(
            "/AdverseEvent",
            json=as_fhir_v6(organisation="RZ1", description=WORDS, local_reference=uuid.uuid4().hex),
        )
    assert answer.status_code == 201, answer.text
    return answer.json()["id"], answer.json()["extension"][-1]["extension"][0]["valueString"]


def assert_read_back(world: World, event: tuple[str, str]) -> None:
    with world.lrms("RZ1") as lrms, world.person("local_safety_lead", "RZ1") as lead:
        shown = eventually(
            lambda: "ran through in ten minutes" in lrms.get(f"/AdverseEvent/{event[0]}").text, 60
        )
        seen = eventually(lambda: lead.get(f"/api/v1/events/{event[1]}").json().get("description"), 60)
    assert shown
    assert "ran through in ten minutes" in seen
    assert "Okoye" not in seen


def test_reports_of_before_and_after_are_read_and_apps_still_sign_in(world: World) -> None:
    folder = world.system.layout.folder("keys")
    old = {
        name: keys.read_set(keys.path_of(folder, name))[0]["kid"]
        for name in ("RECORD_KEYS", "ACCOUNT_KEYS", "ENRICHMENT_OPEN_KEYS", "NOTIFICATIONS_OPEN_KEYS")
    }
    before = reported(world)
    said = rotate(world, "authority", "certificates", "sealing", "records", "accounts", "forms")
    assert "authority: the old one is trusted no more" in said
    after = reported(world)
    assert_read_back(world, before)
    assert_read_back(world, after)
    for name, kid in old.items():
        assert [one["kid"] for one in keys.read_set(keys.path_of(folder, name))] != [kid]
    world.tokens.clear()  # everybody signs in anew, with the app whose secret was wrapped anew
    with world.person("local_safety_lead", "RZ1") as lead:
        assert lead.get("/api/v1/account").status_code == 200

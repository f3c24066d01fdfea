"""Who reads an event while its texts are being checked, and sends it back with one answer changed, loses no text."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from functools import partial
from typing import Any

import httpx
import pytest

from tests.journeys.clients.recordings import NATIVE, Resource, answers, body, codes, names, reference, sender
from tests.journeys.conftest import World, eventually

pytestmark = pytest.mark.timeout(180)
SENT = names("client-*/v*-incident.json")


@pytest.fixture
def held(world: World) -> Iterator[World]:
    """Nothing is checked until the test lets it be."""
    world.system.hold("enrichment-work")
    yield world
    if "enrichment-work" not in world.system.processes():
        world.system.release("enrichment-work")


def created(world: World, name: str) -> tuple[httpx.Client, Resource, Resource]:
    """What was sent and what was answered, with a number of its own, so that it is a new event."""
    organisation, lrms = sender(world, name)
    sent: Resource = json.loads(body(name, organisation=organisation))
    sent = renamed(sent, uuid.uuid4().hex)
    answer = lrms.post("/AdverseEvent", json=sent)
    assert answer.status_code == 201, codes(answer.json())
    return lrms, sent, answer.json()


def renamed(sent: Resource, number: str) -> Resource:
    for extension in sent["extension"]:
        for one in extension["extension"]:
            if one["url"] == "LocalReference":
                one["valueString"] = number
    return {**sent, "identifier": {"system": "https://lrms.example.test/number", "value": number}}


def with_severe_harm(event: Resource) -> Resource:
    text = json.dumps(event)
    for code in "1345":
        text = text.replace(
            f'{{"url": "PhysicalHarm", "valueCode": "{code}"}}', '{"url": "PhysicalHarm", "valueCode": "2"}'
        )
    changed: Resource = json.loads(text)
    assert changed != event
    return changed


def stripped(value: Any) -> Any:
    """As a client whose models know extensions by their value alone sends them back: a bare url where there was none."""
    if isinstance(value, dict):
        return {name: stripped(one) for name, one in value.items() if name != "_valueString"}
    return [stripped(one) for one in value] if isinstance(value, list) else value


def waiting(event: Resource) -> int:
    """How many texts are said to be unknown for now."""
    return json.dumps(event).count("temp-unknown")


def texts(event: Resource) -> list[str]:
    """Its texts, but for how to reach the reporter, which comes back to nobody, and the numbers of both sides."""
    numbers = ("ReporterContact", "ReferenceNumber", "LocalReference")
    said = [value for _, name, value in answers(event, text=True) if name not in numbers]
    natives = [each[name] for each in event["contained"] for name in NATIVE if name in each]
    return [*said, *natives, *([event["description"]] if "description" in event else [])]


def begun(event: Resource) -> set[str]:
    """The first word of each text, but where that was redacted; of what follows, more may have been."""
    return {text.split()[0] for text in texts(event) if "[" not in text.split()[0]}


def checked(lrms: httpx.Client, event_id: str) -> Resource:
    found: Resource = lrms.get(f"/AdverseEvent/{event_id}").json()
    return {} if waiting(found) else found


@pytest.mark.parametrize(
    "strict", [False, True], ids=["a client that keeps all", "a client of strict models"]
)
def test_an_update_of_what_was_read_before_it_was_checked_keeps_every_text(held: World, strict: bool) -> None:
    events = {name: created(held, name) for name in SENT if not strict or "v6" in name}
    kept: dict[str, int] = {}
    for name, (lrms, sent, made) in events.items():
        address = f"/AdverseEvent/{made['id']}"
        found = lrms.get(address).json()
        assert waiting(found) >= len(set(texts(sent))) > 2, name
        kept[name] = waiting(found)
        updated = lrms.put(address, json=with_severe_harm(stripped(found) if strict else found))
        assert updated.status_code == 200, (name, codes(updated.json()))
        assert updated.headers["ETag"] == 'W/"2"', name
        assert reference(updated.json()) == reference(made)
        assert waiting(lrms.get(address).json()) == waiting(found), name

    held.system.release("enrichment-work")
    for name, (lrms, sent, made) in events.items():
        found = eventually(partial(checked, lrms, made["id"]))
        assert found["meta"]["versionId"] == "2"
        assert len(texts(found)) == kept[name], name
        assert begun(found) <= begun(sent), name
        lrms.close()

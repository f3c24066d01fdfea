"""What real LRMS clients send is accepted unchanged, and comes back in the shape it was sent."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import httpx
import pytest

from tests.journeys.clients.recordings import (
    RECORDED,
    Resource,
    answers,
    body,
    codes,
    harms,
    names,
    reference,
    rows,
    sender,
    tail,
    words,
)
from tests.journeys.conftest import World, eventually

pytestmark = pytest.mark.timeout(180)
ACCEPTED = [*names("client-*/*.json"), *names("example/*.json")]
UPDATES = names("updates/*/*-1-create.json")
REFUSED: dict[str, dict[str, Any]] = json.loads((RECORDED / "refused" / "expected.json").read_text())
NARRATIVE = ("Periwinkle", "Marigold", "hoist", "sling")  # of every refused request that has one
PATH = "/AdverseEvent"
RISK = "2"  # sent as actual by everybody, though nothing has happened yet

Replay = Callable[[str], httpx.Response]


@pytest.fixture(scope="session")
def replay(world: World) -> Replay:
    """Sends a recording once and remembers the answer: sent twice it would be the same event."""

    @cache
    def send(name: str) -> httpx.Response:
        organisation, lrms = sender(world, name)
        with lrms:
            return lrms.post(PATH, content=body(name, organisation=organisation))

    return send


def sent(world: World, name: str) -> Resource:
    organisation, _ = sender(world, name)
    resource: Resource = json.loads(body(name, organisation=organisation))
    return resource


def accepted(answer: httpx.Response) -> Resource:
    """The event as it was answered."""
    assert answer.status_code == 201, codes(answer.json())
    resource: Resource = answer.json()
    return resource


def read(world: World, name: str, answer: httpx.Response) -> Resource:
    """The event as it is read back."""
    _, lrms = sender(world, name)
    with lrms:
        found = lrms.get(f"{PATH}/{accepted(answer)['id']}")
    assert found.status_code == 200, codes(found.json())
    resource: Resource = found.json()
    return resource


def version(resource: Resource) -> int:
    return int(resource["meta"]["profile"][0].rpartition("-")[2])


@pytest.mark.parametrize("name", ACCEPTED)
def test_a_recorded_request_is_accepted(replay: Replay, name: str) -> None:
    answer = replay(name)
    created = accepted(answer)
    assert answer.headers["ETag"] == 'W/"1"'
    assert answer.headers["Last-Modified"]
    assert f"/AdverseEvent/{created['id']}" in answer.headers["Location"]
    assert created["meta"]["versionId"] == "1"
    assert reference(created).startswith("PSE-")


@pytest.mark.parametrize("name", ACCEPTED)
def test_the_answer_holds_all_that_was_said(world: World, replay: Replay, name: str) -> None:
    created, was = accepted(replay(name)), sent(world, name)
    assert rows(created) == rows(was)
    assert words(created) >= words(was)


@pytest.mark.parametrize("name", ACCEPTED)
def test_the_location_can_be_followed(world: World, replay: Replay, name: str) -> None:
    created = accepted(replay(name))
    _, lrms = sender(world, name)
    with lrms:
        found = lrms.get(replay(name).headers["Location"])
    assert found.status_code == 200, found.headers
    assert found.json()["id"] == created["id"]


@pytest.mark.parametrize("name", ACCEPTED)
def test_the_same_coded_answers_are_read_back(world: World, replay: Replay, name: str) -> None:
    found, was = read(world, name, replay(name)), sent(world, name)
    assert rows(found) == rows(was)
    metadata = {one for one in answers(was) if one[0] == "adverse-event-reference-metadata"}
    assert metadata <= set(answers(found))
    assert reference(found) == reference(accepted(replay(name)))
    assert kind(found) == kind(was)
    if "date" in was:
        assert found["date"] == was["date"]


@pytest.mark.parametrize("name", ACCEPTED)
def test_contained_resources_are_read_back_and_every_reference_leads_to_one(
    world: World, replay: Replay, name: str
) -> None:
    found, was = read(world, name, replay(name)), sent(world, name)
    assert sorted(suspects(found)) == sorted(suspects(was))
    inside = {f"#{one['id']}": one["resourceType"] for one in found["contained"]}
    assert len(inside) == len(found["contained"])
    for element, wanted in (("subject", "Patient"), ("location", "Location"), ("recorder", "Practitioner")):
        assert inside[found[element]["reference"]] == wanted


@pytest.mark.parametrize("name", ACCEPTED)
def test_it_is_read_back_in_the_shape_it_was_sent(world: World, replay: Replay, name: str) -> None:
    found, was = read(world, name, replay(name)), sent(world, name)
    assert found["meta"]["profile"][0].rsplit("/", 1)[-1] == was["meta"]["profile"][0].rsplit("/", 1)[-1]
    if version(was) < 6:
        assert found["category"] == "AE"
        assert not {"actuality", "event"} & set(found)
    else:
        assert found["actuality"] in ("actual", "potential" if kind(was) == RISK else "actual")
        assert not {"category", "type", "description"} & set(found)


@pytest.mark.parametrize("name", [one for one in ACCEPTED if one.endswith("incident")])
def test_the_description_is_read_back_where_that_version_has_it_once_it_was_checked(
    world: World, replay: Replay, name: str
) -> None:
    first = described(sent(world, name)).split()[0]  # these narratives name nobody, so redaction leaves them
    eventually(lambda: described(read(world, name, replay(name))).startswith(first))


@pytest.mark.parametrize("name", ACCEPTED)
def test_how_to_reach_the_reporter_is_never_read_back(world: World, replay: Replay, name: str) -> None:
    assert "ward.pharmacist" not in json.dumps(read(world, name, replay(name)))


@pytest.mark.parametrize("name", UPDATES)
def test_an_update_makes_the_second_version_of_the_same_event(world: World, name: str) -> None:
    organisation, lrms = sender(world, name)
    with lrms:
        created = accepted(lrms.post(PATH, content=body(name, organisation=organisation)))
        known = {"id": created["id"], "reference": reference(created)}
        again = body(name.replace("1-create", "2-update"), organisation=organisation, **known)
        updated = lrms.put(f"{PATH}/{known['id']}", content=again)
        found = lrms.get(f"{PATH}/{known['id']}")
    assert updated.status_code == 200, codes(updated.json())
    assert updated.headers["ETag"] == found.headers["ETag"] == 'W/"2"'
    for resource in (updated.json(), found.json()):
        assert resource["meta"]["versionId"] == "2"
        assert resource["id"] == known["id"]
        assert reference(resource) == known["reference"]
        assert harms(resource) == ["2"]
    assert rows(found.json()) == rows(json.loads(again))


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_a_bad_request_is_refused_with_its_code_and_place_and_no_word_of_the_narrative(
    world: World, name: str
) -> None:
    organisation, lrms = sender(world)
    with lrms:
        answer = lrms.post(PATH, content=body(f"refused/{name}", organisation=organisation))
    wanted = REFUSED[name]
    assert answer.status_code == wanted["status"]
    assert answer.headers["Content-Type"].startswith(lrms.headers["Accept"])
    outcome = answer.json()
    assert wanted["code"] in codes(outcome)
    issue = outcome["issue"][codes(outcome).index(wanted["code"])]
    assert issue["severity"] in ("error", "fatal")
    assert issue["details"]["text"]
    assert issue["expression"][0].startswith("AdverseEvent")
    assert wanted["at"] in issue["expression"][0].casefold()
    assert not [word for word in NARRATIVE if word in answer.text]


def test_a_body_that_was_cut_off_is_refused_without_a_word_of_it(world: World) -> None:
    _, lrms = sender(world)
    with lrms:
        answer = lrms.post(PATH, content=(RECORDED / "refused" / "v6-broken.txt").read_bytes())
    assert answer.status_code == 400
    assert codes(answer.json()) == ["PSE-1003"]
    assert not [word for word in NARRATIVE if word in answer.text]


def kind(resource: Resource) -> str:
    """The event type, where the resource's own version keeps it."""
    element = resource["type"] if version(resource) < 6 else resource["event"]
    return str(element["coding"][0]["code"])


def suspects(resource: Resource) -> list[str]:
    """The types of what `suspectEntity` points at."""
    inside = {f"#{one['id']}": one["resourceType"] for one in resource.get("contained", [])}
    return [inside[one["instance"]["reference"]] for one in resource.get("suspectEntity", [])]


def described(resource: Resource) -> str:
    """The description, where the resource's own version keeps it; empty while it is being checked."""
    if version(resource) < 6:
        return str(resource.get("description", ""))
    core = [one for one in resource["extension"] if tail(one) == "adverse-event-core"]
    return "".join(one["valueString"] for each in core for one in each["extension"] if "valueString" in one)

"""A client that never sees the answer and tries again a thousand times makes one record, whatever names its request."""

from __future__ import annotations

import http.client
import json
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import httpx
import pytest

from tests.journeys.clients.recordings import (
    KEY,
    Resource,
    an_event,
    codes,
    harms,
    sender,
    unnumbered,
    with_harm,
)
from tests.journeys.conftest import World

pytestmark = pytest.mark.timeout(180)
TRIES = 1_000
THREADS = 8
PATIENCE = 20  # times that one try waits where it was too many at once
PATH = "/adverse-event/fhir/AdverseEvent"

Headers = Callable[[], Mapping[str, str]]  # of one try


@pytest.fixture(scope="module")
def lrms(world: World) -> Iterator[httpx.Client]:
    with sender(world)[1] as client:
        yield client


def event_on(world: World, day: str) -> Resource:
    return an_event(sender(world)[0], day)


def tried(lrms: httpx.Client, event: Resource, headers: Headers) -> list[tuple[int, Resource]]:
    """Statuses and bodies of all the tries, eight at a time, each thread over a connection of its own. On a fast machine they are more than
    a client may send in a second: such a try waits as long as it is told, and goes again."""
    body = json.dumps(event).encode()
    always = {"Content-Type": "application/fhir+json", KEY: lrms.headers[KEY]}

    def one_after_another(tries: int) -> list[tuple[int, Resource]]:
        connection = http.client.HTTPConnection(urlsplit(str(lrms.base_url)).netloc, timeout=60)
        answers = []
        for _ in range(tries):
            for _ in range(PATIENCE):
                connection.request("POST", PATH, body, {**always, **headers()})
                answer = connection.getresponse()
                told = json.loads(answer.read())
                if answer.status != http.client.TOO_MANY_REQUESTS:
                    break
                time.sleep(int(answer.headers["Retry-After"]))
            answers.append((answer.status, told))
        connection.close()
        return answers

    with ThreadPoolExecutor(THREADS) as pool:
        parts = list(pool.map(one_after_another, [TRIES // THREADS] * THREADS))
    return [answer for part in parts for answer in part]


def makes_one_record(lrms: httpx.Client, event: Resource, headers: Headers = dict, again: int = 201) -> None:
    """Every try is answered with the same record, once as new, and a search finds no other of that day."""
    answers = tried(lrms, event, headers)
    assert len(answers) == TRIES
    statuses = sorted({status for status, _ in answers})
    assert statuses == sorted({201, again}), next(codes(each) for status, each in answers if status >= 300)
    assert len({each["id"] for _, each in answers}) == 1
    repeated = [each for _, each in answers if "PSE-1501" in tags(each)]
    assert len(repeated) == TRIES - 1
    found = lrms.get("/AdverseEvent", params={"date": event["date"], "_total": "accurate"}).json()
    assert [entry["resource"]["id"] for entry in found["entry"]] == [answers[0][1]["id"]]
    assert found["entry"][0]["resource"]["meta"]["versionId"] == "1"


def tags(event: Resource) -> list[str]:
    return [tag["code"] for tag in event["meta"].get("tag", [])]


def test_with_a_new_idempotency_key_each_time(world: World, lrms: httpx.Client) -> None:
    makes_one_record(
        lrms, event_on(world, "2026-01-21"), lambda: {"Idempotency-Key": f"try-{uuid.uuid4().hex}"}
    )


def test_with_the_same_idempotency_key_and_no_reference(world: World, lrms: httpx.Client) -> None:
    key = uuid.uuid4().hex
    makes_one_record(lrms, unnumbered(event_on(world, "2026-01-22")), lambda: {"Idempotency-Key": key})


def test_with_if_none_exist(world: World, lrms: httpx.Client) -> None:
    event = event_on(world, "2026-01-23")
    asked = f"identifier={event['identifier']['system']}|{event['identifier']['value']}"
    makes_one_record(lrms, event, lambda: {"If-None-Exist": asked}, again=200)


def test_with_its_own_reference_alone(world: World, lrms: httpx.Client) -> None:
    makes_one_record(lrms, event_on(world, "2026-01-24"))


def test_with_nothing_but_the_same_words(world: World, lrms: httpx.Client) -> None:
    makes_one_record(lrms, unnumbered(event_on(world, "2026-01-25")))


def test_with_its_own_reference_and_other_answers_the_first_stay(world: World, lrms: httpx.Client) -> None:
    event = event_on(world, "2026-01-26")
    first = lrms.post("/AdverseEvent", json=event).json()
    again = lrms.post("/AdverseEvent", json=with_harm(event, "2"))
    assert (again.status_code, again.json()["id"], tags(again.json())) == (201, first["id"], ["PSE-1501"])
    found = lrms.get(f"/AdverseEvent/{first['id']}").json()
    assert (found["meta"]["versionId"], harms(found)) == ("1", harms(event))

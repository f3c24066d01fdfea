"""Many events at once: a batch of a hundred, and an import of any number, answered line by line while it arrives."""

from __future__ import annotations

import http.client
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from tests.journeys.clients.recordings import KEY, Resource, an_event, codes, sender, unnumbered
from tests.journeys.conftest import World

pytestmark = pytest.mark.timeout(180)
IMPORT = "/adverse-event/fhir/AdverseEvent/$import"
LINES = 1_000
BATCH_DAY, IMPORT_DAY, STREAM_DAY = "2026-01-27", "2026-01-28", "2026-01-29"  # of no other test's events


@pytest.fixture(scope="module")
def lrms(world: World) -> Iterator[httpx.Client]:
    with sender(world)[1] as client:
        yield client


def organisation(world: World) -> str:
    return str(world.told["lrms"][0]["organisation"])


def counted(lrms: httpx.Client, day: str) -> int:
    found = lrms.get("/AdverseEvent", params={"date": day, "_summary": "count"})
    return int(found.json()["total"])


# ---- a batch -----------------------------------------------------------------------------------------------


def test_a_batch_of_a_hundred_is_answered_in_its_order_and_each_entry_stands_alone(
    world: World, lrms: httpx.Client
) -> None:
    harm = {7: "9", 70: "nonsense"}
    bodies = [an_event(organisation(world), BATCH_DAY, PhysicalHarm=harm.get(n, "4")) for n in range(100)]
    answers = batched(lrms, bodies)
    statuses = Counter(one["status"][:3] for one in answers)
    assert statuses == {"201": 98, "422": 2}
    assert ["PSE-1102" in codes(answers[n]["outcome"]) for n in harm] == [True, True]
    assert counted(lrms, BATCH_DAY) == 98
    ids = [recorded_id(lrms, sent) for n, sent in enumerate(bodies) if n not in harm]
    assert [one["location"].split("/AdverseEvent/")[1].split("/")[0] for one in made(answers)] == ids
    again = batched(lrms, bodies)
    assert [one["location"] for one in made(again)] == [one["location"] for one in made(answers)]
    assert counted(lrms, BATCH_DAY) == 98


def test_a_batch_of_more_than_a_hundred_is_refused_whole(world: World, lrms: httpx.Client) -> None:
    small = {"method": "GET", "url": "AdverseEvent?_count=1"}
    entries = [{"request": small}] * 101
    answer = lrms.post("", json={"resourceType": "Bundle", "type": "batch", "entry": entries})
    assert (answer.status_code, codes(answer.json())) == (413, ["PSE-1014"])


def batched(lrms: httpx.Client, bodies: Iterable[Resource]) -> list[Resource]:
    """The response of each entry."""
    entries = [{"resource": one, "request": {"method": "POST", "url": "AdverseEvent"}} for one in bodies]
    answer = lrms.post("", json={"resourceType": "Bundle", "type": "batch", "entry": entries})
    assert answer.status_code == 200, codes(answer.json())
    assert answer.json()["type"] == "batch-response"
    return [one["response"] for one in answer.json()["entry"]]


def made(answers: Iterable[Resource]) -> list[Resource]:
    return [one for one in answers if one["status"].startswith("201")]


def recorded_id(lrms: httpx.Client, sent: Resource) -> str:
    found = lrms.get("/AdverseEvent", params={"identifier": sent["identifier"]["value"]}).json()
    return str(found["entry"][0]["resource"]["id"])


# ---- an import ---------------------------------------------------------------------------------------------


def test_an_import_answers_each_line_and_sent_again_records_nothing_new(
    world: World, lrms: httpx.Client
) -> None:
    lines, bad = a_file(organisation(world))
    *answers, sums = imported(lrms, lines)
    assert sums == {"lines": LINES, "recorded": LINES - len(bad), "repeated": 0, "refused": len(bad)}
    assert [one["line"] for one in answers] == list(range(1, LINES + 1))
    refused = {one["line"]: one for one in answers if "id" not in one}
    assert {line: (one["status"][:3], codes(one["outcome"])[0]) for line, one in refused.items()} == bad
    assert {one["status"] for one in answers if "id" in one} == {"201 Created"}
    assert all(one["reference"].startswith("PSE-") for one in answers if "id" in one)
    assert not [one for one in refused.values() if "Periwinkle" in json.dumps(one)]
    assert counted(lrms, IMPORT_DAY) == LINES - len(bad)

    *again, sums = imported(lrms, lines)
    assert sums == {"lines": LINES, "recorded": 0, "repeated": LINES - len(bad), "refused": len(bad)}
    assert [one.get("id") for one in again] == [one.get("id") for one in answers]
    assert counted(lrms, IMPORT_DAY) == LINES - len(bad)


def test_an_imported_event_is_read_as_any_other(world: World, lrms: httpx.Client) -> None:
    event = an_event(organisation(world), STREAM_DAY)
    line, _ = imported(lrms, [json.dumps(event).encode()])
    found = lrms.get(f"/AdverseEvent/{line['id']}")
    assert (found.status_code, found.headers["ETag"]) == (200, 'W/"1"')
    assert recorded_id(lrms, event) == line["id"]


def test_lines_are_answered_while_others_are_still_to_come(world: World, lrms: httpx.Client) -> None:
    lines = [json.dumps(an_event(organisation(world), STREAM_DAY)).encode() for _ in range(450)]
    connection = begun(lrms)
    for line in lines:
        in_chunk(connection, line + b"\n")
    answer = connection.getresponse()
    first = [json.loads(answer.readline()) for _ in range(100)]
    assert {one["status"] for one in first} == {"201 Created"}  # and the body has not ended
    in_chunk(connection, lines[0])
    in_chunk(connection, b"")
    rest = [json.loads(line) for line in answer.read().splitlines()]
    connection.close()
    assert rest[-2]["id"] == first[0]["id"]
    assert rest[-1] == {"lines": 451, "recorded": 450, "repeated": 1, "refused": 0}


def test_an_import_with_a_wrong_key_or_another_type_is_refused_whole(lrms: httpx.Client) -> None:
    url = "/AdverseEvent/$import"
    other = lrms.post(url, content=b"{}\n", headers={"Content-Type": "application/json"})
    assert (other.status_code, codes(other.json())) == (415, ["PSE-1007"])
    wrong = lrms.post(url, content=b"{}\n", headers={"Content-Type": "application/fhir+ndjson", KEY: "wrong"})
    assert (wrong.status_code, codes(wrong.json())) == (401, ["PSE-1310"])


def a_file(organisation: str) -> tuple[list[bytes], dict[int, tuple[str, str]]]:
    """A thousand lines, and what is expected of the ten bad ones, by line."""
    event = an_event(organisation, IMPORT_DAY)
    bad: dict[int, tuple[bytes, str, str]] = {
        1: (b"[]", "400", "PSE-1003"),
        2: (json.dumps(event).encode()[:-900], "400", "PSE-1003"),
        200: (json.dumps(an_event(organisation, IMPORT_DAY, PhysicalHarm="9")).encode(), "422", "PSE-1102"),
        201: (json.dumps(an_event(organisation, "2999-01-01")).encode(), "422", "PSE-1105"),
        333: (
            json.dumps({**event, "meta": {"profile": ["https://x.test/other-6"]}}).encode(),
            "422",
            "PSE-1001",
        ),
        400: (b'{"resourceType": "Patient"}', "422", "PSE-1004"),
        512: (json.dumps(unnumbered(event)).encode(), "422", "PSE-1101"),
        777: (b'{"a": "\xff"}', "400", "PSE-1003"),
        800: (b'{"a": "' + b"x" * 1_100_000 + b'"}', "413", "PSE-1006"),
        1000: (json.dumps({**event, "date": 5}).encode(), "422", "PSE-1108"),
    }
    good = (json.dumps(an_event(organisation, IMPORT_DAY)).encode() for _ in range(LINES))
    lines = [bad[n][0] if n in bad else next(good) for n in range(1, LINES + 1)]
    return lines, {line: (status, code) for line, (_, status, code) in bad.items()}


def imported(lrms: httpx.Client, lines: Iterable[bytes]) -> list[Resource]:
    """What is answered to a file sent in chunks that do not end where lines end; the last has the sums."""
    whole = b"\n".join(lines) + b"\n"
    connection = begun(lrms)
    for start in range(0, len(whole), 50_000):
        in_chunk(connection, whole[start : start + 50_000])
    in_chunk(connection, b"")
    answer = connection.getresponse()
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/fhir+ndjson")
    said = [json.loads(line) for line in answer.read().splitlines()]
    connection.close()
    return said


def begun(lrms: httpx.Client) -> http.client.HTTPConnection:
    """A request for an import whose body comes in chunks."""
    connection = http.client.HTTPConnection(urlsplit(str(lrms.base_url)).netloc, timeout=60)
    connection.putrequest("POST", IMPORT)
    connection.putheader("Content-Type", "application/fhir+ndjson")
    connection.putheader("Transfer-Encoding", "chunked")
    connection.putheader(KEY, lrms.headers[KEY])
    connection.endheaders()
    return connection


def in_chunk(connection: http.client.HTTPConnection, part: bytes) -> None:
    """One chunk as HTTP/1.1 sends it; an empty one ends the body."""
    connection.send(b"%x\r\n%b\r\n" % (len(part), part))

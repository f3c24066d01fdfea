"""Three thousand malformed requests: each is answered in our own words, none of them is our fault, and no word of a report leaks.

What granian refuses before we see it (a request that is no HTTP) has no body: those answers are counted, and known by
the X-Request-ID that they lack.
"""

from __future__ import annotations

import copy
import gzip
import json
import random
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from deploy.local.system import System
from tests.builders.safety_events import as_fhir_v6
from tests.faults.conftest import a_system
from tests.load.bench import client
from tests.load.lrms import PATH
from tests.load.processor import family

MUTATED = 2400
MARKER = "Quetzalcoatlus"  # no name, so redaction leaves it; nobody else says it
SEED = 20261123
LEVELS = 10_000
GROWTH = 50 << 20  # bytes of memory
OF_GRANIAN = {400, 414, 431}
pytestmark = pytest.mark.timeout(240)


@dataclass(frozen=True)
class Request:
    """Bytes to send, the path they ask for, and whether an answer may have a body."""

    raw: bytes = field(repr=False)
    what: str
    path: str = PATH
    bodiless: bool = False


@dataclass(frozen=True)
class Answer:
    status: int  # 0: none
    ours: bool  # not granian's own
    body: bytes = field(repr=False)


@pytest.fixture(scope="module")
def pestered() -> Iterator[System]:
    """A system of its own: what it accepts here is odd, and would confuse those who count."""
    with a_system("pestered") as made:
        yield made


def test_malformed_requests_are_answered_and_nothing_leaks(pestered: System) -> None:
    key = client(pestered).key
    requests = list(all_requests(key))
    random.Random(SEED).shuffle(requests)
    for one in [*requests[:200], *(one for one in requests if len(one.raw) > 500_000)]:
        ask(pestered, one)  # what a worker needs once, it has now
    pids, memory = everyone(pestered), used(pestered)
    with ThreadPoolExecutor(8) as clients:
        answers = list(clients.map(lambda one: ask(pestered, one), requests))
    grown = used(pestered) - memory
    assert [
        wrong for one, answer in zip(requests, answers, strict=True) for wrong in faults(one, answer)
    ] == []
    assert everyone(pestered) == pids
    assert list(leaks(pestered)) == []
    report(requests, answers, grown)
    assert grown < GROWTH


def faults(request: Request, answer: Answer) -> Iterator[str]:
    """What is wrong with an answer."""
    said = f"{request.what}: {answer.status} {answer.body[:200]!r}"
    if answer.status == 0 or answer.status >= 500:
        yield f"not answered, or our fault: {said}"
    elif not answer.ours:
        if answer.status not in OF_GRANIAN or answer.body:
            yield f"neither granian's own nor ours: {said}"
    elif request.path.startswith("/adverse-event") and not request.bodiless:
        yield from in_other_words(answer, said)


def in_other_words(answer: Answer, said: str) -> Iterator[str]:
    """Under the FHIR address a refusal is an OperationOutcome that quotes nothing."""
    kind = kind_of(answer.body)
    if answer.status >= 400 and kind != "OperationOutcome":
        yield f"no OperationOutcome: {said}"
    if answer.status < 400 and kind not in ("AdverseEvent", "Bundle", "CapabilityStatement", "nothing"):
        yield f"no resource: {said}"
    if answer.status >= 400 and MARKER.encode() in answer.body:
        yield f"quotes a report: {said}"


def kind_of(body: bytes) -> str:
    try:
        return str(json.loads(body)["resourceType"]) if body else "nothing"
    except (ValueError, KeyError, TypeError):
        return "unreadable"


def leaks(system: System) -> Iterator[str]:
    """Files of the system that hold a word of a report and are no database."""
    for folder in ("logs", "traces", "mail"):
        for path in (system.home / folder).iterdir():
            if MARKER.encode() in path.read_bytes():
                yield path.name


def everyone(system: System) -> dict[str, list[int]]:
    """Every process with its workers: a restarted one has another number."""
    return {name: sorted(family(pid)) for name, pid in system.processes().items() if name != "postgres"}


def used(system: System) -> int:
    """Bytes of memory that the gateway's processes hold."""
    return sum(resident(pid) for pid in family(system.processes()["gateway"]))


def resident(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon:")) * 1024


def report(requests: list[Request], answers: list[Answer], grown: int) -> None:
    counts = Counter(answer.status for answer in answers)
    theirs = Counter(
        (one.what, answer.status) for one, answer in zip(requests, answers, strict=True) if not answer.ours
    )
    print(
        f"\n{len(answers)} malformed requests: {dict(sorted(counts.items()))}; {grown / 2**20:.1f} MB grown"
    )
    print(f"answered by granian itself: {dict(theirs)}")


# ---- asking


def ask(system: System, request: Request) -> Answer:
    """Send everything, then read everything, as a client does that does not listen while it speaks."""
    with socket.create_connection(("127.0.0.1", system.layout.http_port), timeout=30) as one:
        try:
            one.sendall(request.raw)
        except OSError:
            return Answer(0, True, b"sending failed")
        return answered(b"".join(iter(lambda: received(one), b"")))


def received(one: socket.socket) -> bytes:
    try:
        return one.recv(1 << 16)
    except OSError:
        return b""


def answered(raw: bytes) -> Answer:
    head, _, body = raw.partition(b"\r\n\r\n")
    while head.startswith(b"HTTP/1.1 100"):
        head, _, body = body.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/"):
        return Answer(0, True, raw)
    return Answer(int(head.split(b" ", 2)[1]), b"\r\nx-request-id:" in head.lower(), body)


# ---- requests


def all_requests(key: str) -> Iterator[Request]:
    yield from mutations(key)
    for make in (odd_json, big, encoded, chunked, typed, addressed, named, methods, not_http):
        yield from make(key)


def post(key: str, body: bytes, what: str, *headers: str, length: bool = True) -> Request:
    """A POST with our key; a header given replaces the usual one of its name."""
    usual = {"content-type": "application/fhir+json", "ocp-apim-subscription-key": key}
    if length:
        usual["content-length"] = str(len(body))
    for header in headers:
        usual.pop(header.partition(":")[0].lower(), None)
    lines = [f"POST {PATH} HTTP/1.1", "Host: localhost", "Connection: close"]
    lines += [*(f"{name}: {value}" for name, value in usual.items()), *headers]
    return Request("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body, what)


def report_of(local: str = "x") -> dict[str, Any]:
    return as_fhir_v6(description=f"{MARKER} fell; {local}", local_reference=f"{local}")


def mutations(key: str) -> Iterator[Request]:
    """A good report with one to four things changed."""
    dice = random.Random(SEED)
    for number in range(MUTATED):
        resource = report_of(f"{number}")
        for _ in range(dice.randint(1, 4)):
            mutate(dice, resource)
        yield post(key, json.dumps(resource).encode(), f"mutation {number}")


def mutate(dice: random.Random, resource: Any) -> None:
    """Change, drop, double or move one thing somewhere inside."""
    holder, place = dice.choice(list(places(resource)) or [({}, "")])
    if not holder:
        return
    match dice.randint(0, 3):
        case 0:
            del holder[place]
        case 1 if isinstance(holder, list):
            holder.append(copy.deepcopy(holder[place]))
        case 2 if isinstance(holder, dict):
            holder[dice.choice(NAMES)] = holder.pop(place)
        case _:
            holder[place] = copy.deepcopy(dice.choice(VALUES))


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every (holder, key or index) inside a value."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for place, each in inside:
        yield value, place
        yield from places(each)


NAMES = (
    "url", "extension", "valueCode", "valueString", "valueInteger", "valueBoolean", "valueDate", "_valueString", "value",
    "contained", "modifierExtension", "", f"{MARKER} said", "é", "\x00", "resourceType", "id", "meta", "__proto__",
    "valueQuantity", "valueCodeableConcept", "description", "date", "identifier",
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**31, 2**53, 2**63 - 1, 2**63, 2**64 - 1, 1.5, -0.0, 1e308, 5e-324, "", " ", "\x00", f"{MARKER}\x00",
    f"{MARKER} here", "\u202e\u200b\ufeff", "\U0001f9ea" * 50, "e\u0301" * 50, "%s%n{}${x}", "'; drop table events; --", "../../etc",
    "0", "999", "y", "2026-02-30", "9999-12-31", "0000-00-00", "2026-03-02T99:99", "24:00:00", "12", [], {}, [[]], [None],
    [{}], {"url": None}, {"url": MARKER}, {"extension": []}, {"reference": 1}, {"coding": []}, {"coding": [{"code": 1}]},
    {"coding": [{"code": f"{MARKER}"}]}, ["a"] * 300, "x" * 5000, {"value": {"value": {}}}, "RZ1", "rz1", "RZ1 ", "PSE-26-AAAAAAAA-A",
)  # fmt: skip


def odd_json(key: str) -> Iterator[Request]:
    good = json.dumps(report_of("odd"))
    text = f'"{MARKER} fell; odd"'
    changed: dict[str, Callable[[str], str]] = {
        "a lone high surrogate": lambda s: s.replace(text, f'"{MARKER} \\ud800"'),
        "a lone low surrogate": lambda s: s.replace(text, f'"\\udc00{MARKER}"'),
        "surrogates in a name": lambda s: s.replace('"actuality"', '"\\ud800"'),
        "NUL, escaped": lambda s: s.replace(text, f'"{MARKER}\\u0000"'),
        "NUL, raw": lambda s: s.replace(text, f'"{MARKER}\x00"'),
        "NUL in a name": lambda s: s.replace('"actuality"', f'"{MARKER}\\u0000"'),
        "1e400": lambda s: s.replace("29016", "1e400"),
        "-1e400": lambda s: s.replace("29016", "-1e400"),
        "a number of 5,000 digits": lambda s: s.replace("29016", "9" * 5000),
        "NaN": lambda s: s.replace("29016", "NaN"),
        "Infinity": lambda s: s.replace("29016", "Infinity"),
        "a name twice": lambda s: s.replace('"actuality"', f'"actuality": "{MARKER}", "actuality"'),
        "a description twice": lambda s: s.replace(
            '"url": "Description"', '"url": "X", "url": "Description"'
        ),
        "a comma at the end": lambda s: s[:-1] + ",}",
        "comments": lambda s: f"/* {MARKER} */" + s,
        "two documents": lambda s: s + s,
        "cut off": lambda s: s[: len(s) // 2],
        "a byte order mark": lambda s: "\ufeff" + s,
        "single quotes": lambda s: s.replace('"', "'"),
    }
    for what, change in changed.items():
        for _ in range(5):
            yield post(key, change(good).encode(), what)
    for what, body in (*bodies(), *cut(good)):
        yield post(key, body, what)


def bodies() -> Iterator[tuple[str, bytes]]:
    for text in (
        "",
        " ",
        "null",
        "[]",
        "0",
        '""',
        f'"{MARKER}"',
        "{",
        "}",
        "[" * LEVELS,
        "{}",
        '{"a":',
        "\x00",
    ):
        yield f"only {text[:9]}", text.encode()
    good = json.dumps(report_of("bytes"))
    yield "UTF-16", good.encode("utf-16")
    yield "UTF-32", good.encode("utf-32")
    yield "Latin-1", good.replace("fell", "fé").encode("latin-1")
    yield "XML", f"<AdverseEvent>{MARKER}</AdverseEvent>".encode()
    yield "a form", f"description={MARKER}".encode()
    yield "ones", b"\xff" * 1000
    for what, opening, closing in (("lists", "[", "]"), ("objects", '{"extension":', "}")):
        for levels in (200, 250, 254, 255, 300, 1000, LEVELS):
            nested = opening * levels + "1" + closing * levels
            yield f"{levels} nested {what}", nested.encode()
            inside = json.dumps(report_of("deep")).replace(f'"{MARKER} fell; deep"', nested)
            yield f"{levels} {what} nested in a report", inside.encode()


def cut(good: str) -> Iterator[tuple[str, bytes]]:
    """Every so often, what a connection leaves that breaks."""
    for end in range(0, len(good), 40):
        yield f"the first {end} bytes", good[:end].encode()


def big(key: str) -> Iterator[Request]:
    for number in range(8):
        resource = report_of(f"big {number}")
        resource["extension"][0]["extension"][0]["valueString"] = MARKER * (990_000 // len(MARKER))
        yield post(key, json.dumps(resource).encode(), "a string of 1 MB")
    name = json.dumps({"x" * 900_000: 1} | report_of("name")).encode()
    wide = json.dumps(report_of("wide") | {f"a{n}": n for n in range(50_000)}).encode()
    many = report_of("many")
    many["extension"] *= 400
    long = report_of("long")
    long["identifier"] = [{"system": "s", "value": "v" * 300_000}]
    for number in range(3):
        yield post(key, name, "a name of 1 MB")
        yield post(key, wide, "50,000 elements")
        yield post(key, json.dumps(many).encode()[:999_000], "cut off at 1 MB")
        yield post(key, json.dumps(long).encode(), "a reference of 300,000 characters")
        yield post(key, b"[" + b"0," * 490_000 + b"0]", "half a million zeros")
        yield post(key, b" " * (1_000_000 + number * 5_000_000), "more than 1 MB")
    entry = '{"resource":{"resourceType":"AdverseEvent"}}'
    bundle = f'{{"resourceType":"Bundle","type":"batch","entry":[{",".join([entry] * 10_001)}]}}'
    yield post(key, bundle.encode(), "a Bundle of 10,001 entries")
    yield post(key, b"x" * 12_000_000, "12 MB")


def encoded(key: str) -> Iterator[Request]:
    bomb = gzip.compress(b"[" * 200_000_000, 1)[:900_000]
    for name in ("gzip", "deflate", "br", "zstd", "gzip, gzip", "identity, gzip", "GZIP", "compress", MARKER):
        yield post(
            key, gzip.compress(json.dumps(report_of("zip")).encode()), name, f"Content-Encoding: {name}"
        )
        yield post(key, bomb, f"a bomb as {name}", f"Content-Encoding: {name}")
    yield post(key, bomb, "a bomb that says nothing")


def chunked(key: str) -> Iterator[Request]:
    good, header = json.dumps(report_of("chunks")).encode(), "Transfer-Encoding: chunked"
    for size in (1, 7, 1000, 100_000):
        yield post(key, in_chunks(good, size), f"chunks of {size}", header, length=False)
    yield post(key, in_chunks(b" " * 3_000_000, 8000), "3 MB in chunks", header, length=False)
    for broken in (
        b"zz\r\nabc",
        b"-5\r\nabc\r\n",
        b"fffffffffffffffffff\r\n{}",
        b"5;a=b\r\n{}   \r\n0\r\n\r\n",
    ):
        yield post(key, broken, f"the chunks {broken[:5]!r}", header, length=False)
    yield post(key, in_chunks(good, 500), "chunks and a length", header)
    for coding in ("gzip, chunked", "chunked, chunked", "identity", MARKER):
        yield post(
            key, in_chunks(good, 500), f"transfer as {coding}", f"Transfer-Encoding: {coding}", length=False
        )


def in_chunks(body: bytes, size: int) -> bytes:
    parts = (body[at : at + size] for at in range(0, len(body), size))
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def typed(key: str) -> Iterator[Request]:
    good = json.dumps(report_of("typed")).encode()
    for name in (
        "text/plain", "application/xml", "application/fhir+xml", "application/json; charset=utf-16", "", ";", "multipart/form-data",
        "application/x-www-form-urlencoded", "application/json, text/plain", "*/*", MARKER, "a" * 9000, "\xff",
        "application/fhir+json; fhirVersion=99", "application/json-patch+json",
    ):  # fmt: skip
        for _ in range(4):
            yield post(key, good, f"content of type {name[:30]}", f"Content-Type: {name}")
    for accept in (
        "text/html",
        "application/xml",
        "nonsense",
        "*/*;q=-1",
        "a" * 9000,
        "application/json;q=0",
    ):
        yield post(key, b"{}", f"wanting {accept[:20]}", f"Accept: {accept}")
    for prefer in ("return=everything", "return=", "respond-async", "\xff", "a" * 9000):
        yield post(key, b"{}", f"preferring {prefer[:20]}", f"Prefer: {prefer}")


def named(key: str) -> Iterator[Request]:
    """Headers that we read, with what nobody should send."""
    good = json.dumps(report_of("named")).encode()
    values = ("", " ", "\xff\xfe", "a" * 256, "a" * 60_000, "%00", "%FF", "local-reference=%00", "identifier=%ff|%ff", "a=b&c=d",
              "local-reference=" + "b" * 256, "?", "%3D", "nonsense", "identifier=|", "00-0-0-0")  # fmt: skip
    for name in ("Idempotency-Key", "If-None-Exist", "X-Request-ID", "X-Correlation-ID", "traceparent", "tracestate",
                 "Authorization", "Cookie", "Host", "Expect", "Range", "If-Match", "X-Forwarded-For"):  # fmt: skip
        for value in values:
            yield post(key, good, f"{name} {value[:20]!r}", f"{name}: {value}")
    for value in values:
        yield post(key, good, f"key {value[:20]!r}", f"Ocp-Apim-Subscription-Key: {value}")
    for size in (10_000, 100_000, 390_000, 600_000):
        yield post(key, good, f"a header of {size} bytes", f"X-Big: {'a' * size}")
    yield post(key, good, "200 headers", *(f"X-{n}: a" for n in range(200)))
    yield post(key, good, "a header name of 70,000 bytes", f"{'a' * 70_000}: b")


def addressed(key: str) -> Iterator[Request]:
    below = ("", "/", "/Patient", "/AdverseEvent/", "/AdverseEvent/%00", "/AdverseEvent/x%00y", "/AdverseEvent/%ff%fe", "/AdverseEvent/%",
             "/AdverseEvent/..%2f..", "/AdverseEvent/" + "z" * 3000, "/AdverseEvent/1/_history", "/AdverseEvent?_id=%00", "/$validate",
             "/AdverseEvent?_count=1e9", "/metadata", "/metadata?_format=xml", "/metadata/", "//AdverseEvent", "/AdverseEvent/%F0%9F%A7%AA",
             "/AdverseEvent/00000000-0000-0000-0000-000000000000", f"/AdverseEvent/{MARKER}", "/AdverseEvent/'--", "/;a=b", "/%2e%2e/x")  # fmt: skip
    for path in below:
        for method in ("GET", "POST", "PUT", "DELETE"):
            yield request(key, method, f"/adverse-event/fhir{path}")
    for path in ("/adverse-event", "/adverse-event/", "/adverse-event/x", "/adverse-event?%ff=%00", "/adverse-events",
                 "/taxonomy/fhir", "/api/v1/events", "/api/v1/nothing", "/api/%00", "/nothing", "//", "/static/..%2f..%2fetc",
                 "/static/%00", "/events/%00", "/events/%ff", "*", "/" + "a" * 60_000, "/?" + "a" * 100_000, "/ü"):  # fmt: skip
        yield request(key, "GET", path)


def methods(key: str) -> Iterator[Request]:
    for method in (
        "HEAD",
        "OPTIONS",
        "TRACE",
        "PUT",
        "PATCH",
        "DELETE",
        "PROPFIND",
        "BREW",
        "post",
        "GET",
        "Q" * 200,
    ):
        for path in (
            PATH,
            f"{PATH}/x",
            "/adverse-event/fhir/metadata",
            "/adverse-event/nothing",
            "/",
            "/api/v1/events",
        ):
            yield request(key, method, path)


def request(key: str, method: str, path: str) -> Request:
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nOcp-Apim-Subscription-Key: {key}\r\n\r\n"
    return Request(head.encode("latin-1"), f"{method} {path[:60]}", path, method in ("HEAD", "OPTIONS"))


def not_http(key: str) -> Iterator[Request]:
    good = json.dumps(report_of("framing")).encode()
    for length in ("abc", "-5", "", "1e3", "0x10", "99999999999999999999999", "+4", "4, 5", "4 "):
        yield post(key, good, f"a length of {length}", f"Content-Length: {length}")
    yield post(key, good, "two lengths", f"Content-Length: {len(good)}", "Content-Length: 3")
    yield post(key, b"", "no length", length=False)
    yield post(key, good, "a longer body than it says", "Content-Length: 10")
    for raw in (b"GET /\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 20, b"\r\n" * 50 + b"x\r\n\r\n",
                b"GET / HTTP/9.9\r\n\r\n", b"GET / HTTP/1.1\r\nbad header\r\n\r\n", b"GET / HTTP/1.1\r\nA: \x00\r\n\r\n"):  # fmt: skip
        yield Request(raw, f"bytes {raw[:12]!r}", "/")

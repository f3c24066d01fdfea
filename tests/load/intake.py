"""Many events at once: batches of a hundred and lines of an import, as CPU-milliseconds for each event and as a rate."""

from __future__ import annotations

import http.client
import json
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.load.lrms import Lrms

BASE = "/adverse-event/fhir"
BATCH = 100
SENDERS = 2  # connections at once
BLOCK = 1 << 16  # bytes of one chunk of an import


def batches(lrms: Lrms, events: int) -> float:
    """Send `events` in Bundles of a hundred; the seconds it took. ValueError when one is refused."""
    bodies = [_bundle(lrms) for _ in range(events // BATCH)]
    return _timed(lambda body: _refused_none(_post(lrms, "", body, "application/fhir+json")), bodies)


def imports(lrms: Lrms, events: int) -> float:
    """Send `events` as lines, in as many files as there are senders; the seconds it took."""
    files = [b"".join(_lines(lrms, events // SENDERS)) for _ in range(SENDERS)]
    return _timed(lambda body: _all_recorded(_import(lrms, body), events // SENDERS), files)


def _timed(send: Callable[[bytes], None], bodies: list[bytes]) -> float:
    started = time.perf_counter()
    with ThreadPoolExecutor(SENDERS) as senders:
        list(senders.map(send, bodies))
    return time.perf_counter() - started


def _lines(lrms: Lrms, events: int) -> Iterator[bytes]:
    return (lrms.incident(uuid.uuid4().hex) + b"\n" for _ in range(events))


def _bundle(lrms: Lrms) -> bytes:
    request = {"method": "POST", "url": "AdverseEvent"}
    entries = [
        {"resource": json.loads(lrms.incident(uuid.uuid4().hex)), "request": request} for _ in range(BATCH)
    ]
    return json.dumps({"resourceType": "Bundle", "type": "batch", "entry": entries}).encode()


def _import(lrms: Lrms, body: bytes) -> bytes:
    blocks = (body[start : start + BLOCK] for start in range(0, len(body), BLOCK))
    return _post(lrms, "/AdverseEvent/$import", blocks, "application/fhir+ndjson")


def _post(lrms: Lrms, path: str, body: bytes | Iterable[bytes], kind: str) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", lrms.port, timeout=600)
    headers = {"Content-Type": kind, "Ocp-Apim-Subscription-Key": lrms.key, "Prefer": "return=minimal"}
    connection.request("POST", f"{BASE}{path}", body, headers, encode_chunked=not isinstance(body, bytes))
    answer = connection.getresponse().read()
    connection.close()
    return answer


def _refused_none(answer: bytes) -> None:
    entries: list[dict[str, Any]] = json.loads(answer)["entry"]
    if not all(one["response"]["status"].startswith("201") for one in entries):
        raise ValueError("a batch was refused")


def _all_recorded(answer: bytes, events: int) -> None:
    sums = json.loads(answer.splitlines()[-1])
    if sums["recorded"] != events:
        raise ValueError(f"an import was refused: {sums}")

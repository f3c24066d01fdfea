"""Fifty thousand organisations imported from their official files, and searched as somebody types."""

from __future__ import annotations

import csv
import http.client
import json
import random
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from deploy.local import codes

IMPORTS = "/api/v1/admin/organisations/imports"
PATIENCE = 900.0  # seconds for one file


def sign_in(port: int, told: Mapping[str, Any], role: str = "support") -> str:
    """A token of somebody who holds `role` in the sample."""
    account = next(one for one in told["accounts"] if one["role"] == role)
    return codes.sign_in(f"http://localhost:{port}", account)


def fill(port: int, token: str, country: Mapping[str, str]) -> float:
    """Import every file of a country, one after the other; seconds until the last of them was done."""
    started = time.monotonic()
    for kind, content in country.items():
        made = _send(port, "POST", f"{IMPORTS}?kind={kind}", content.encode(), "text/csv", token)
        _wait(port, token, made["import_id"])
    return time.monotonic() - started


def typed(country: Mapping[str, str], count: int, seed: int = 1) -> list[str]:
    """What people have typed so far, at any moment of typing: of a name, of its later words, of a code, of a postcode."""
    chance = random.Random(seed)
    rows = [row for content in country.values() for row in csv.reader(content.splitlines())]
    return [_begun(chance, chance.choice(rows)) for _ in range(count)]


def search(port: int, texts: list[str]) -> list[float]:
    """Seconds of each search, one after the other."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    times = []
    for text in texts:
        started = time.perf_counter()
        connection.request("GET", f"/api/v1/organisations?{urlencode({'search': text})}")
        answer = connection.getresponse()
        body = answer.read()
        times.append(time.perf_counter() - started)
        if answer.status != 200 or not json.loads(body)["items"]:
            raise ValueError(f"searching for {text!r} answered {answer.status} and found nothing")
    connection.close()
    return times


def _begun(chance: random.Random, row: list[str]) -> str:
    code, words, postcode = row[0], row[1].split(), row[9]
    what = chance.random()
    if what < 0.1:
        return code[: chance.randint(1, len(code))]
    if what < 0.15:
        return postcode[: chance.randint(1, len(postcode))]
    if what < 0.4:
        words = chance.sample(words, min(len(words), chance.randint(1, 3)))
    text = " ".join(words)
    return text[: chance.randint(1, len(text))].strip(" ,") or code


def _wait(port: int, token: str, import_id: str) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = _send(port, "GET", f"{IMPORTS}/{import_id}", b"", "text/csv", token)
        if found["state"] == "done":
            if found["refused"]:
                raise ValueError(f"{found['refused']} lines of {found['kind']} were refused")
            return
        time.sleep(0.2)
    raise TimeoutError("an import does not end")


def _send(port: int, method: str, path: str, body: bytes, media_type: str, token: str = "") -> dict[str, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Content-Type": media_type} | ({"Authorization": f"Bearer {token}"} if token else {})
    connection.request(method, path, body or None, headers)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    if answer.status >= 300:
        raise ValueError(f"{method} {path} answered {answer.status}")
    found: dict[str, Any] = json.loads(content)
    return found

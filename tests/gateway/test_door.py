"""The app over RSGI: what the event loop does before a thread is asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request, Response

from gateway.door import DRAINED, Door

LARGEST = 100


class Headers(dict[str, str]):
    def get_all(self, name: str) -> list[str]:
        return [value for key, value in self.items() if key == name]


@dataclass
class Scope:
    """As granian hands it over."""

    method: str = "POST"
    path: str = "/ü"
    query_string: str = "a=%20"
    headers: Headers = field(default_factory=Headers)
    proto: str = "http"
    http_version: str = "1.1"
    scheme: str = "http"
    server: str = "127.0.0.1:80"
    client: str = "127.0.0.9:1234"


@dataclass
class Protocol:
    """A client that sends `chunks`, one each `pause` seconds, and hears `answer`."""

    chunks: Iterable[bytes]
    pause: float = 0.0
    answer: tuple[int, list[tuple[str, str]], bytes] = (0, [], b"")
    taken: int = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self.chunks:
            await asyncio.sleep(self.pause)
            self.taken += 1
            yield chunk

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.answer = status, headers, body


def app(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
    """Says what it read."""
    request = Request(environ)
    request.max_content_length = LARGEST
    try:
        said = f"{request.method} {request.path} {request.args['a']} {request.get_data().decode()}"
        response = Response(said, headers=[("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])
    except HTTPException as refused:
        response = Response(status=refused.code)
    return response(environ, start)


def through(protocol: Protocol, scope: Scope | None = None, patience: float = 5.0) -> int:
    """The status of one request through a door."""
    door = Door(app, LARGEST, 1, patience)

    def run() -> None:
        asyncio.run(door.serve(scope or Scope(headers=chunked()), protocol))

    with ThreadPoolExecutor(1) as elsewhere:  # the browser tests leave an event loop running in this thread
        elsewhere.submit(run).result()
    return protocol.answer[0]


def chunked() -> Headers:
    return Headers({"transfer-encoding": "chunked"})


def length(value: int) -> Scope:
    return Scope(headers=Headers({"content-length": str(value)}))


def test_a_request_arrives_whole_and_its_answer_goes_back() -> None:
    client = Protocol([b"he", b"llo"])
    assert through(client) == 200
    assert client.answer[2] == "POST /ü   hello".encode()
    assert [value for name, value in client.answer[1] if name == "Set-Cookie"] == ["a=1", "b=2"]


@pytest.mark.parametrize("scope", [length(3000), Scope(headers=chunked())])
def test_a_body_that_is_too_large_is_read_to_its_end_and_refused(scope: Scope) -> None:
    client = Protocol([b"x" * 300] * 4)
    assert through(client, scope) == 413
    assert client.taken == 4


def test_a_body_without_end_is_not_read_for_ever() -> None:
    client = Protocol(iter(lambda: b"x" * LARGEST, b""))
    assert through(client) == 413
    assert client.taken == DRAINED + 1


@pytest.mark.parametrize("scope", [length(10), Scope(headers=chunked())])
def test_a_body_that_takes_too_long_is_answered_408(scope: Scope) -> None:
    assert through(Protocol([b"x"] * 100, pause=0.02), scope, patience=0.1) == 408


def test_a_body_that_breaks_off_is_refused() -> None:
    assert through(Protocol([b"x"]), length(10)) == 400

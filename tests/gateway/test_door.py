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

from gateway.door import BUSY, DRAINED, Door

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

    async def __call__(self) -> bytes:
        """All of it, as granian gives it to whoever does not ask for chunks."""
        return b"".join([chunk async for chunk in self])

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


# ---- bodies of lines ---------------------------------------------------------------------------------------


@dataclass
class Lines(Protocol):
    """A client that sends lines and notes what it hears, part by part, beside how much it had sent by then."""

    heard: list[tuple[int, bytes]] = field(default_factory=list)

    def response_stream(self, status: int, headers: list[tuple[str, str]]) -> Lines:
        self.answer = status, headers, b""
        return self

    async def send_bytes(self, part: bytes) -> None:
        self.heard.append((self.taken, part))


def echo(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
    """Says each line as it comes."""
    start("200 OK", [])
    if environ.get(BUSY):
        return [b"busy"]
    return (b"heard " + line for line in environ["wsgi.input"])


def in_lines(*clients: Lines, patience: float = 5.0) -> Door:
    """All these clients at once, through one door."""
    door = Door(echo, LARGEST, 1, patience)
    scope = Scope(headers=Headers({"content-type": "application/fhir+ndjson; charset=utf-8"}))

    async def all_of_them() -> None:
        await asyncio.gather(*(door.serve(scope, one) for one in clients))

    with ThreadPoolExecutor(1) as elsewhere:
        elsewhere.submit(lambda: asyncio.run(all_of_them())).result()
    return door


def test_lines_are_answered_while_more_arrive() -> None:
    client = Lines([b"a" * 9000 + b"\n"] * 5 + [b"b\nc"], pause=0.05)
    in_lines(client)
    assert client.answer[0] == 200
    assert b"".join(part for _, part in client.heard).count(b"heard") == 7
    assert client.heard[0][0] < client.taken == 6


def test_a_body_of_lines_may_be_larger_than_any_other() -> None:
    client = Lines([b"x" * LARGEST + b"\n"] * 100)
    in_lines(client)
    assert len(client.heard) == 100


@pytest.mark.parametrize(
    ("path", "streamed"), [("/support/organisations/imports", True), ("/support/people", False)]
)
def test_a_form_with_a_file_is_read_as_it_comes_at_its_own_page_alone(path: str, streamed: bool) -> None:
    client = Lines([b"x" * LARGEST + b"\n"] * 3)
    scope = Scope(path=path, headers=Headers({"content-type": "Multipart/Form-Data; boundary=b"}))
    with ThreadPoolExecutor(1) as elsewhere:
        elsewhere.submit(lambda: asyncio.run(Door(echo, LARGEST, 1).serve(scope, client))).result()
    assert len(client.heard) == (3 if streamed else 0)


def test_a_third_import_is_told_that_we_are_busy() -> None:
    clients = [Lines([b"a\n"] * 3, pause=0.1) for _ in range(3)]
    in_lines(*clients)
    assert sorted(one.answer[2] for one in clients) == [b"", b"", b"busy"]


def test_a_client_that_stops_in_the_middle_leaves_room_for_the_next() -> None:
    door = in_lines(Lines([b"a\n"] * 3, pause=1.0), patience=0.1)
    assert door._importing == 0


class Forwarded(Headers):
    """Two headers of one name, as a proxy makes them that adds its own line below a stranger's."""

    def get_all(self, name: str) -> list[str]:
        return ["203.0.113.9", "198.51.100.7"] if name == "x-forwarded-for" else []


def test_what_was_forwarded_in_several_lines_is_one_list_in_their_order() -> None:
    seen: list[str] = []

    def look(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        seen.append(environ["HTTP_X_FORWARDED_FOR"])
        start("200 OK", [])
        return []

    serving = Door(look, LARGEST)
    with ThreadPoolExecutor(1) as elsewhere:  # as above: another loop runs here
        elsewhere.submit(
            lambda: asyncio.run(serving.serve(Scope(headers=Forwarded()), Protocol([b""])))
        ).result()
    assert seen == ["203.0.113.9, 198.51.100.7"]

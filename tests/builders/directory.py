"""A stand-in for the national directory (ORD API), as domain knowledge has it: small, local, and able to misbehave."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

ROOT = "2.16.840.1.113883.2.1.3.2.4.18.48"
Row = dict[str, Any]


def a_record(
    code: str,
    name: str,
    role: str = "RO197",
    start: str = "2001-04-01",
    end: str = "",
    roles: tuple[str, ...] = (),
    rels: tuple[Row, ...] = (),
    succs: tuple[Row, ...] = (),
) -> Row:
    """An organisation as `/organisations/{code}` answers it. Sections without content are left out, as there."""
    found: Row = {
        "Name": name,
        "Date": [dates(start, end)],
        "OrgId": org_id(code),
        "Status": "Inactive" if end else "Active",
        "LastChangeDate": "2026-11-20",
        "orgRecordClass": "RC2" if role in ("RO198", "RO176") else "RC1",
        "GeoLoc": {"Location": {"AddrLn1": "1 High Street", "Town": "NORTHMOOR", "PostCode": "ZZ99 1AA"}},
        "Roles": {
            "Role": [
                {"id": one, "uniqueRoleId": n, "Date": [dates(start, end)], "Status": "Active"}
                | ({"primaryRole": True} if n == 0 else {})
                for n, one in enumerate((role, *roles))
            ]
        },
    }
    found |= {"Rels": {"Rel": list(rels)}} if rels else {}
    found |= {"Succs": {"Succ": list(succs)}} if succs else {}
    return {"Organisation": found}


def a_rel(kind: str, target: str, start: str = "2001-04-01", end: str = "") -> Row:
    return {
        "id": kind,
        "uniqueRelId": 1,
        "Date": [dates(start, end)],
        "Status": "Inactive" if end else "Active",
        "Target": {"OrgId": org_id(target), "PrimaryRoleId": {"id": "RO197", "uniqueRoleId": 2}},
    }


def a_succ(kind: str, target: str, start: str) -> Row:
    """`kind`: Predecessor or Successor."""
    return {
        "uniqueSuccId": 1,
        "Date": [{"Type": "Legal", "Start": start}],
        "Type": kind,
        "Target": {"OrgId": org_id(target), "PrimaryRoleId": {"id": "RO197", "uniqueRoleId": 2}},
    }


def dates(start: str, end: str) -> Row:
    return {"Type": "Operational", "Start": start} | ({"End": end} if end else {})


def org_id(code: str) -> Row:
    return {"root": ROOT, "assigningAuthorityName": "HSCIC", "extension": code}


@dataclass
class StandIn:
    """What it holds, what it was asked, and how it misbehaves.

    `changed`: what `/sync` lists. `page`: how many at once, where it pages. `statuses`: the next answers' statuses instead
    of their own. `bodies`: a path's body instead of its own; `drip`: paths whose answer never ends.
    """

    records: dict[str, Row] = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)
    page: int = 0
    statuses: list[int] = field(default_factory=list)
    retry_after: str = ""
    bodies: dict[str, bytes] = field(default_factory=dict)
    drip: set[str] = field(default_factory=set)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    url: str = ""
    closing: threading.Event = field(default_factory=threading.Event)

    def answer(self, path: str, query: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        self.asked.append((path, query))
        if self.statuses:
            status = self.statuses.pop(0)
            headers = {"Retry-After": self.retry_after} if self.retry_after else {}
            return status, headers | {"Location": f"{self.url}/elsewhere"}, b"<html>no</html>"
        if path in self.bodies:
            return 200, {}, self.bodies[path]
        if path == "/sync":
            return self._sync(query)
        record = self.records.get(path.rpartition("/")[2])
        return (200, {}, json.dumps(record).encode()) if record else (404, {}, b'{"errorCode": 404}')

    def _sync(self, query: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        if "LastChangeDate" not in query:
            return 406, {}, b'{"errorCode": 406}'
        first = int(query.get("Offset", "0"))
        size = min(int(query.get("Limit", self.page or len(self.changed) or 1)), self.page or 1000)
        links = [
            {"OrgLink": f"{self.url}/organisations/{code}"} for code in self.changed[first : first + size]
        ]
        return 200, {"X-Total-Count": str(len(self.changed))}, json.dumps({"Organisations": links}).encode()


@contextmanager
def a_directory() -> Iterator[StandIn]:
    """A stand-in that answers at its `url` until the block ends."""
    standin = StandIn()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            split = urlsplit(self.path)
            path = split.path.removeprefix("/ORD/2-0-0")
            query = {name: values[-1] for name, values in parse_qs(split.query).items()}
            status, headers, body = standin.answer(path, query)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if path in standin.drip:
                self.end_headers()
                self._drip()
                return
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _drip(self) -> None:
            self.close_connection = True
            try:
                while not standin.closing.is_set():
                    self.wfile.write(b" ")
                    self.wfile.flush()
                    time.sleep(0.02)
            except OSError:
                pass

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    standin.url = f"http://127.0.0.1:{server.server_port}/ORD/2-0-0"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield standin
    finally:
        standin.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()

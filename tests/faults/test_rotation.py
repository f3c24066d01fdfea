"""The drill: every key and certificate changed once under twenty posts a second and signed-in readers. Nothing may fail.

An actor of the old key is about for a minute here, because the gateway asks again after that while identity is there; the
command allows for identity being away. LFPSE_DRILL_RATE is how many posts a second (20 in full).
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from chassis.actors import Actor, Signer, Verifier
from chassis.grpc_client import Client, Tls
from chassis.problems import Problem
from chassis.sealing import CannotOpen, Opener, Sealer, Vault
from deploy.local import keys, rotation
from deploy.local.system import System
from protos.recording.v1 import recording_pb2 as pb
from protos.recording.v1 import recording_pb2_grpc as pb_grpc
from tests.faults.conftest import a_system, signed_in
from tests.faults.test_nothing_is_lost import HOME, told_all
from tests.load.bench import client, drained
from tests.load.lrms import Lrms

PER_SECOND = float(os.environ.get("LFPSE_DRILL_RATE", "20"))
AGES = rotation.AGES | {"actors": 70.0, "forms": 5.0}
SETS = (
    "ACTOR_SIGNING_KEYS", "ACTOR_KEYS", "ENRICHMENT_OPEN_KEYS", "ENRICHMENT_SEAL_KEYS",
    "NOTIFICATIONS_OPEN_KEYS", "NOTIFICATIONS_SEAL_KEYS", "RECORD_KEYS", "ACCOUNT_KEYS",
)  # fmt: skip
RECORDING = "lfpse.recording.v1.Recording"
pytestmark = pytest.mark.timeout(1800)


@dataclass
class Readers:
    """Signed-in programs that read all the time; what they were answered."""

    clients: list[httpx.Client]
    paths: tuple[str, ...]
    statuses: list[int] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        self.threads = [threading.Thread(target=self._read, args=(one,)) for one in self.clients]
        for thread in self.threads:
            thread.start()

    def end(self) -> None:
        self.stop.set()
        for thread in self.threads:
            thread.join()

    def _read(self, client: httpx.Client) -> None:
        while not self.stop.wait(0.5):
            for path in self.paths:
                try:
                    self.statuses.append(client.get(path).status_code)
                except httpx.HTTPError:
                    self.statuses.append(0)


@dataclass
class Posts:
    """Posts at a steady pace until told to stop, each sent once."""

    lrms: Lrms
    stop: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        self.thread = threading.Thread(target=lambda: asyncio.run(self._run()))
        self.thread.start()

    async def _run(self) -> None:
        while not self.stop.is_set():
            await self.lrms.steadily(PER_SECOND, 5, retry=0)

    def end(self) -> None:
        self.stop.set()
        self.thread.join()

    @property
    def acknowledged(self) -> dict[str, str]:
        return {one.local_reference: one.reference for one in self.lrms.answers if one.reference}


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    with a_system("rotation") as made:
        yield made


def test_everything_is_rotated_under_load_and_nothing_fails(system: System, tmp_path: Path) -> None:
    before = Path(shutil.copytree(system.layout.folder("keys"), tmp_path / "before"))
    with signed_in(system) as lead, signed_in(system, "standard") as nurse:
        readers = Readers([lead, nurse], ("/api/v1/account", "/api/v1/events?limit=5", "/api/v1/notices"))
        posts, said = Posts(client(system)), list[str]()
        readers.start()
        time.sleep(5)
        began = time.monotonic()
        try:
            later = rotation.rotate(rotation.Rotation(system, said.append, AGES), "all")
        finally:
            took = time.monotonic() - began
            time.sleep(5)
            posts.end()
            readers.end()
    failed = [one.status for one in posts.lrms.answers if one.status not in (200, 201)]
    misread = [one for one in readers.statuses if one != 200]
    _report(took, posts, readers, failed, misread, said)
    assert (failed, misread, later) == ([], [], [])
    drained(system, 600)
    told_all(system, posts.acknowledged)
    assert_old_keys_are_gone(system, before)
    assert_old_keys_are_refused(system, before)
    with signed_in(system) as lead:  # the secret of their app still opens
        assert lead.get("/api/v1/account").status_code == 200


def assert_old_keys_are_gone(system: System, before: Path) -> None:
    """From every file, and from every row."""
    now = system.layout.folder("keys")
    for name in SETS:
        old = {one["kid"] for one in keys.read_set(keys.path_of(before, name))}
        new = [one["kid"] for one in keys.read_set(keys.path_of(now, name))]
        assert len(new) == 1, name
        assert not old & set(new), name
    assert (before / "gateway.secret").read_text() not in (now / "gateway.secret").read_text()
    wrapped = {one["kid"] for one in keys.read_set(keys.path_of(now, "RECORD_KEYS"))}
    with psycopg.connect(system.summary()["databases"]["recording"]) as db:
        assert {row[0] for row in db.execute("select distinct key_id from event_keys")} == wrapped


def assert_old_keys_are_refused(system: System, before: Path) -> None:
    """An actor, a certificate and a sealed text that were good before the drill."""
    now = system.layout.folder("keys")
    token, _ = Signer(keys.path_of(before, "ACTOR_SIGNING_KEYS").read_text()).sign(
        Actor("a1", "system", ""), 300
    )
    with pytest.raises(Problem, match="actor-not-genuine"):
        Verifier(keys.path_of(now, "ACTOR_KEYS").read_text()).verify(token)
    assert asked(system, now, now, token).code == "actor-not-genuine"
    assert asked(system, before, now, token).code == "try-again"  # the server hangs up
    assert asked(system, now, before, token).code == "try-again"  # and so do we
    sealed = Sealer(keys.path_of(before, "ENRICHMENT_SEAL_KEYS").read_text()).seal(b"words", "narrative:1")
    with pytest.raises(CannotOpen):
        Opener(keys.path_of(now, "ENRICHMENT_OPEN_KEYS").read_text()).open(sealed, "narrative:1")
    key = Vault(keys.path_of(before, "RECORD_KEYS").read_text()).new_key("event")
    with pytest.raises(CannotOpen):
        Vault(keys.path_of(now, "RECORD_KEYS").read_text()).unwrap(key.key_id, key.wrapped, "event")


def asked(system: System, shown: Path, trusting: Path, token: str) -> Problem:
    """The problem that a call to recording ends with, as the gateway with these papers."""
    target = f"localhost:{system.layout.ports([])['grpc.recording']}"
    tls = Tls(str(shown / "gateway.crt"), str(shown / "gateway.key"), str(trusting / "ca.crt"))
    caller = Client(target, RECORDING, tls)
    try:
        stub = pb_grpc.RecordingStub(caller.channel)
        with pytest.raises(Problem) as caught:
            caller.call(stub.GetEvent, pb.GetEventRequest(event_id="x"), token, deadline=10)
    finally:
        caller.close()
    return caught.value


def _report(
    took: float, posts: Posts, readers: Readers, failed: list[int], misread: list[int], said: list[str]
) -> None:
    figures: dict[str, Any] = {
        "seconds": round(took, 1),
        "posts_per_second": PER_SECOND,
        "posts": len(posts.lrms.answers),
        "posts_failed": len(failed),
        "reads": len(readers.statuses),
        "reads_failed": len(misread),
        "slowest_post_s": round(max(one.seconds for one in posts.lrms.answers), 2),
        "steps": said,
    }
    folder = HOME / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "rotation.json").write_text(json.dumps(figures, indent=1) + "\n")
    print(json.dumps(figures, indent=1))

"""Each step of a rotation leaves what works, may be interrupted, and withdraws nothing that is needed."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, cast

import pytest
from cryptography.x509 import load_pem_x509_certificate

from chassis.certificates import papers
from chassis.rereading import FromFile, Reread
from chassis.sealing import Vault
from deploy.local import keys, rotation, status
from deploy.local.layout import Layout
from deploy.local.rotation import Held, Rotation
from deploy.local.system import System

AT_ONCE = {"actors": 0.0, "forms": 0.0, "settling": 0.0}


class Interrupted(Exception):
    """Ctrl-C."""


@dataclass
class Somewhere:
    """As much of a system as a rotation asks for: its files, and a door for each process."""

    layout: Layout
    doors: dict[str, str] = field(default_factory=dict)

    def summary(self) -> dict[str, Any]:
        return {"ready": self.doors}

    def ready(self) -> dict[str, bool]:
        return {"gateway": True}


@pytest.fixture
def somewhere(tmp_path: Path) -> Somewhere:
    made = Somewhere(Layout(tmp_path))
    keys.make(made.layout.folder("keys"))
    made.layout.secret("gateway")
    return made


@pytest.fixture
def folder(somewhere: Somewhere) -> Path:
    return somewhere.layout.folder("keys")


@dataclass
class Worker:
    """A process in this one: it holds RECORD_KEYS, and things under each key as the test says."""

    path: Path
    vault: Vault
    under: dict[str, int] = field(default_factory=dict)

    def keys(self) -> bytes:
        """As at the health port of a real one; which would tell of every file that this process rereads."""
        held = self.vault._wrapping
        assert isinstance(held, Reread)
        state = held.state()
        told = {"digest": state.digest, "refused": state.refused, "under": self.under}
        return json.dumps({"RECORD_KEYS": told}).encode()


@pytest.fixture
def worker(somewhere: Somewhere, folder: Path) -> Iterator[Worker]:
    path = keys.path_of(folder, "RECORD_KEYS")
    made = Worker(path, Vault(FromFile(path.read_text(), "RECORD_KEYS", path)))

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(made.keys())

        def log_message(self, format: str, *args: object) -> None:
            """Not news."""

    server = HTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    somewhere.doors["recording-work"] = f"http://127.0.0.1:{server.server_port}/ready"
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


def of(somewhere: Somewhere, say: rotation.Say = lambda line: None, **more: Any) -> Rotation:
    return Rotation(cast(System, somewhere), say, AT_ONCE, pause=0, **more)


def rotate(somewhere: Somewhere, what: str, **more: Any) -> list[str]:
    return rotation.rotate(of(somewhere, **more), what)


def after(lines: int) -> Callable[[str], None]:
    """Say so many lines, then be interrupted."""
    said = list[str]()

    def say(line: str) -> None:
        said.append(line)
        if len(said) > lines:
            raise Interrupted

    return say


def kids(folder: Path, name: str) -> list[str]:
    return [one["kid"] for one in keys.read_set(keys.path_of(folder, name))]


def assert_it_works(folder: Path) -> None:
    """Whatever is between two steps: who signs is believed, who seals is opened, who shows a certificate is trusted."""
    assert kids(folder, "ACTOR_SIGNING_KEYS")[0] in kids(folder, "ACTOR_KEYS")
    trusted = keys.trusted(folder)
    for name in keys.CALLERS:
        parts = [(folder / one).read_bytes() for one in (f"{name}.crt", f"{name}.key", "ca.crt")]
        issuer = load_pem_x509_certificate(papers(*parts).certificate).issuer
        assert issuer in [one.subject for one in trusted]


@pytest.mark.parametrize("what", ["certificates", "authority", "actors", "forms"])
@pytest.mark.parametrize("lines", range(9))
def test_it_may_be_interrupted_anywhere_and_goes_on(
    somewhere: Somewhere, folder: Path, what: str, lines: int
) -> None:
    before = {name: (folder / name).read_text() for name in ("ca.crt", "gateway.crt", "gateway.secret")}
    old = kids(folder, "ACTOR_KEYS")
    try:
        rotate(somewhere, what, say=after(lines))
    except Interrupted:
        assert_it_works(folder)
        rotate(somewhere, what)
    assert_it_works(folder)
    if what == "actors":
        assert len(kids(folder, "ACTOR_KEYS")) == 1
        assert kids(folder, "ACTOR_SIGNING_KEYS") == kids(folder, "ACTOR_KEYS") != old
        assert "d" not in keys.read_set(keys.path_of(folder, "ACTOR_KEYS"))[0]
    elif what == "forms":
        assert (folder / "gateway.secret").read_text() != before["gateway.secret"]
        assert len((folder / "gateway.secret").read_text().split()) == 1
    else:
        assert (folder / "gateway.crt").read_text() != before["gateway.crt"]
        assert ((folder / "ca.crt").read_text() != before["ca.crt"]) is (what == "authority")
        assert len(keys.trusted(folder)) == 1
        assert not list(folder.glob("ca-next*"))


def test_interrupted_before_the_switch_it_goes_on_with_the_same_new_key(
    somewhere: Somewhere, folder: Path
) -> None:
    with pytest.raises(Interrupted):
        rotate(somewhere, "actors", say=after(1))
    coming = kids(folder, "ACTOR_SIGNING_KEYS")[1]
    rotate(somewhere, "actors")
    assert kids(folder, "ACTOR_KEYS") == [coming]


def test_interrupted_between_the_two_last_files_it_does_not_go_back_to_the_old_key(
    somewhere: Somewhere, folder: Path
) -> None:
    signing, public = (keys.path_of(folder, one) for one in ("ACTOR_SIGNING_KEYS", "ACTOR_KEYS"))
    new, shown = keys.signing_pair()
    keys.write_set(signing, [new, *keys.read_set(signing)])
    keys.write_set(public, [shown])
    rotate(somewhere, "actors")
    assert kids(folder, "ACTOR_SIGNING_KEYS") == kids(folder, "ACTOR_KEYS") == [new["kid"]]


def test_a_form_key_waits_for_longer_than_anybody_sits(somewhere: Somewhere, folder: Path) -> None:
    patient = Rotation(cast(System, somewhere), print, AT_ONCE | {"forms": 3600.0}, pause=0)
    assert ["forms: the old key may go after" in line for line in rotation.rotate(patient, "forms")] == [True]
    assert len((folder / "gateway.secret").read_text().split()) == 2
    assert_it_works(folder)


def test_a_key_is_not_withdrawn_while_something_is_under_it(
    somewhere: Somewhere, folder: Path, worker: Worker
) -> None:
    old = kids(folder, "RECORD_KEYS")
    worker.under = {old[0]: 5}
    with pytest.raises(Held, match="5 still under the old key"):
        rotate(somewhere, "records", draining=0)
    assert kids(folder, "RECORD_KEYS")[1:] == old
    assert worker.vault.current == kids(folder, "RECORD_KEYS")[0]
    coming = kids(folder, "RECORD_KEYS")[0]
    worker.under = {coming: 5}
    rotate(somewhere, "records")
    assert kids(folder, "RECORD_KEYS") == [coming]
    assert worker.vault.key_ids == (coming,)


def test_once_nothing_was_found_it_looks_again(somewhere: Somewhere) -> None:
    looks = iter([3, 0, 2, 0, 0])
    said = list[str]()
    rotation._until_nothing(of(somewhere, said.append), "records", lambda: next(looks))
    assert said == ["records: 3 left under the old key", "records: 2 left under the old key"]
    assert list(looks) == []


def test_a_key_that_something_came_under_late_is_put_back(
    somewhere: Somewhere, folder: Path, worker: Worker
) -> None:
    path = keys.path_of(folder, "RECORD_KEYS")
    new = keys.wrapping_key()
    keys.write_set(path, [new, *keys.read_set(path)])
    looks = iter([0, 0, 3])
    with pytest.raises(Held, match="3 came under the old key late"):
        rotation._withdraw(of(somewhere), "records", "RECORD_KEYS", new, lambda: lambda old: next(looks))
    assert len(kids(folder, "RECORD_KEYS")) == 2


def test_nothing_goes_on_before_every_process_uses_the_new_files(
    somewhere: Somewhere, folder: Path, worker: Worker
) -> None:
    somewhere.doors["recording-serve"] = "http://127.0.0.1:1/ready"
    before = kids(folder, "RECORD_KEYS")
    with pytest.raises(Held, match="not in use by recording-serve"):
        rotate(somewhere, "records", patience=0)
    assert kids(folder, "RECORD_KEYS")[0] == before[0]


def test_two_at_once_are_one_too_many(somewhere: Somewhere) -> None:
    with rotation._alone(cast(System, somewhere)), pytest.raises(Held, match="another rotation"):
        rotate(somewhere, "forms")


def test_a_certificate_that_ends_soon_is_in_the_status(somewhere: Somewhere, folder: Path) -> None:
    system = cast(System, somewhere)
    lines = list(status.about_keys(system))
    ends = datetime.now(UTC) + keys.VALID_FOR
    assert [line.split() for line in lines] == [
        ["certificates", "the", "first", "ends", "on", f"{ends:%Y-%m-%d}"]
    ]
    keys.certificate(folder, "access", timedelta(days=20, hours=1))
    assert "the certificate of access ends on" in "\n".join(status.about_keys(system))


def test_a_start_renews_what_has_ended_or_does_not_fit_and_keeps_every_key(folder: Path) -> None:
    sets = {path.name: path.read_text() for path in folder.glob("*.json")}
    keys.certificate(folder, "access", timedelta(days=-1))
    (folder / "gateway.key").write_bytes((folder / "identity.key").read_bytes())
    kept = (folder / "identity.crt").read_bytes()
    keys.make(folder)
    assert all(keys.is_usable(folder, name) for name in keys.CALLERS)
    assert (folder / "identity.crt").read_bytes() == kept
    assert {path.name: path.read_text() for path in folder.glob("*.json")} == sets


def test_a_key_says_when_it_was_made(folder: Path) -> None:
    found = json.loads(keys.path_of(folder, "RECORD_KEYS").read_text())["keys"][0]
    assert found["made"] < keys.wrapping_key()["made"]

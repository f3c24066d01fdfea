"""A gateway in front of fakes: real gRPC over mutual TLS on free ports, real signed actors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from chassis.actors import Actor, Signer
from chassis.settings import Serving
from deploy.local import keys
from gateway import create_app
from gateway.envelope import Enveloped
from gateway.guards import COOKIE, KEY_HEADER
from gateway.settings import Settings
from tests.builders.actors import EVERYTHING, a_person, an_lrms
from tests.gateway import fakes

Client = Any  # Flask's test client; its answers' `json` would have to be narrowed at every use
PUBLIC_URL = "https://pse.example"
KEY, SESSION = "lrms-key-of-rz1", "session-of-rz1"
LRMS = {KEY_HEADER: KEY, "Content-Type": "application/fhir+json"}
BEARER = {"Authorization": f"Bearer {SESSION}"}


@dataclass
class System:
    """The app, and each fake with its door."""

    app: Enveloped
    recording: fakes.Recording
    identity: fakes.Identity
    access: fakes.Access
    notifications: fakes.Notifications
    enrichment: fakes.Enrichment
    doors: dict[str, fakes.Running]

    def browser(self, session: str = "") -> Client:
        """A client that keeps cookies, signed in where a session is given."""
        client = self.app.test_client()
        if session:
            client.set_cookie(COOKIE, session, secure=True)
        return client


@pytest.fixture(scope="session")
def key_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = Path(tmp_path_factory.mktemp("keys"))
    keys.make(folder)
    return folder


@pytest.fixture
def system(key_files: Path) -> Iterator[System]:
    signer = Signer((key_files / "actor-signing-keys.json").read_text())
    made: dict[str, Any] = {
        "recording": fakes.Recording(),
        "identity": fakes.Identity(signer),
        "access": fakes.Access(),
        "notifications": fakes.Notifications(),
        "enrichment": fakes.Enrichment(),
    }
    made["identity"].secrets = known()
    doors = {name: fakes.running(name, fake, _serving(key_files, name)) for name, fake in made.items()}
    app = create_app(_settings(key_files, doors))
    yield System(app, **made, doors=doors)
    app.extensions["clients"].close()
    for door in doors.values():
        door.stop()


@pytest.fixture
def client(system: System) -> Client:
    return system.app.test_client(use_cookies=False)


def known() -> dict[str, Actor]:
    """The secrets that identity knows at first."""
    support = a_person(permissions=EVERYTHING | {"identity:support"})
    return {KEY: an_lrms(), SESSION: support, "narrow": a_person(permissions=frozenset())}


def _serving(folder: Path, name: str) -> Callable[[int], Serving]:
    def settings(port: int) -> Serving:
        return Serving(
            grpc_port=port,
            tls_cert_file=str(folder / f"{name}.crt"),
            tls_key_file=str(folder / f"{name}.key"),
            tls_ca_file=str(folder / "ca.crt"),
            actor_keys=(folder / "actor-keys.json").read_text(),
        )

    return settings


def _settings(folder: Path, doors: dict[str, fakes.Running]) -> Settings:
    targets: dict[str, Any] = {f"{name}_target": f"localhost:{door.port}" for name, door in doors.items()}
    return Settings(
        **targets,
        tls_cert_file=str(folder / "gateway.crt"),
        tls_key_file=str(folder / "gateway.key"),
        tls_ca_file=str(folder / "ca.crt"),
        unplaced_organisation="XZ9",
        secret_key="only for tests",
        public_url=PUBLIC_URL,
        limits_times=1e6,  # test_limits has the real ones, with a clock of its own
    )

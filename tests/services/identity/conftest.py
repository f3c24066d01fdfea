"""Identity's fixtures: its own database, keys, and a house with people in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine

from chassis import database
from chassis.actors import Actor, Signer, Verifier
from chassis.sealing import Opener, Sealer, Vault
from deploy.local import keys
from services.identity import use_cases
from services.identity.use_cases import passwords
from tests.builders.people import Sample, a_credential, an_account, an_organisation
from tests.builders.signed_in import People


@pytest.fixture
def sample() -> Sample:
    """A bootstrap to change: two trusts, one with a site, below an ICB below a region; people; LRMS keys."""
    return {
        "organisations": [
            an_organisation("RZ101", "RZ1", "RE6"),
            an_organisation("RZ1", "QZ1"),
            an_organisation("RZ3", "QZ1"),
            an_organisation("QZ1", "YZ1", role="RO318"),
            an_organisation("YZ1", role="RO209"),
            an_organisation("XZ9"),
        ],
        "accounts": [an_account("nurse", "standard", "RZ1"), an_account("helper", "support", "XZ9")],
        "credentials": [a_credential("RZ1"), a_credential("RZ1"), a_credential("RZ3", "sandbox")],
    }


@pytest.fixture(scope="session")
def key_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The files of a local authority: setting name → path; certificates lie beside them."""
    return keys.make(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="session")
def jwks(key_files: dict[str, Path]) -> Callable[[str], str]:
    """The JWK set of one setting."""
    return lambda name: key_files[name].read_text()


@pytest.fixture(scope="session")
def signer(jwks: Callable[[str], str]) -> Signer:
    return Signer(jwks("ACTOR_SIGNING_KEYS"))


@pytest.fixture(scope="session")
def verifier(jwks: Callable[[str], str]) -> Verifier:
    return Verifier(jwks("ACTOR_KEYS"))


@pytest.fixture(scope="session")
def sealer(jwks: Callable[[str], str]) -> Sealer:
    return Sealer(jwks("NOTIFICATIONS_SEAL_KEYS"))


@pytest.fixture(scope="session")
def opener(jwks: Callable[[str], str]) -> Opener:
    return Opener(jwks("NOTIFICATIONS_OPEN_KEYS"))


@pytest.fixture(scope="session")
def vault(jwks: Callable[[str], str]) -> Vault:
    return Vault(jwks("ACCOUNT_KEYS"))


@pytest.fixture
def database_url(database_for: Callable[[str], str]) -> str:
    return database_for("identity")


@pytest.fixture
def db(database_url: str) -> Any:
    made = database.engine(database_url, pool=8)
    yield made
    made.dispose()


@pytest.fixture
def people(db: Engine, house: Sample, vault: Vault, signer: Signer, verifier: Verifier) -> People:
    return People(db, vault, signer, verifier)


@pytest.fixture
def person(people: People) -> Callable[[str], Actor]:
    """Somebody who signed in, by the first part of their address."""
    return people.actor


@pytest.fixture(autouse=True)
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a password costs is measured elsewhere: here each test protects several of them."""
    cheap = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", cheap)
    monkeypatch.setattr(passwords, "_NOBODY", cheap.hash("nobody's"))


@pytest.fixture
def house(db: Engine, sealer: Sealer, vault: Vault, sample: Sample) -> Sample:
    """The sample, applied to `db`."""
    use_cases.bootstrap(db, sealer, vault, json.dumps(sample), datetime.now(UTC))
    return sample

"""Real PostgreSQL and RabbitMQ for every test that wants them, started once; a fresh database for each test."""

from __future__ import annotations

import itertools
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Engine

from chassis import database
from deploy.local import postgres, rabbitmq

LONGEST = (  # minutes each: begun first, so that no worker is left with one while the others have nothing to do
    "journeys/test_authorisation_matrix.py",
    "journeys/test_following_up_on_pages.py",
    "journeys/test_organisation_on_pages.py",
    "journeys/clients/test_r4_schema.py",
    "journeys/test_recording_on_pages.py",
)
MEMORY, ROOM = Path("/dev/shm"), 4 << 30
_numbers = itertools.count(1)
_connect = socket.socket.connect


@pytest.hookimpl(trylast=True)  # after they were shuffled
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    order = {Path(__file__).parent / name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: order.get(item.path, len(order)))


@pytest.fixture(scope="session", autouse=True)
def no_strangers() -> Iterator[None]:
    """Tests talk to this machine alone."""

    def connect(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("localhost", "::1"):
            assert str(address[0]).startswith("127."), f"a test called {address[0]}"
        _connect(self, address)

    socket.socket.connect = connect  # type: ignore[method-assign,assignment]
    yield
    socket.socket.connect = _connect  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The superuser's URL of a private PostgreSQL, in memory where there is room: a database for each test is hundreds of files,
    and a file system that has just deleted as many looks long for a place for new ones."""
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM
    with tempfile.TemporaryDirectory(dir=MEMORY if roomy else tmp_path_factory.getbasetemp()) as folder:
        Path(folder).chmod(0o711)
        with postgres.temporary(Path(folder) / "home") as url:
            yield url


@pytest.fixture(scope="session")
def amqp_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a private RabbitMQ."""
    with rabbitmq.temporary(Path(tmp_path_factory.mktemp("rabbitmq"))) as url:
        yield url


@pytest.fixture(scope="session")
def template_of(postgres_url: str) -> Callable[[str], str]:
    """The name of a database migrated for a service, made on first use."""
    made: dict[str, str] = {}

    def template(service: str) -> str:
        if service not in made:
            name = f"template_{service}"
            _execute(postgres_url, "create database {}", name)
            database.migrate(service, _at(postgres_url, name))
            made[service] = name
        return made[service]

    return template


@pytest.fixture
def database_for(postgres_url: str, template_of: Callable[[str], str]) -> Iterator[Callable[[str], str]]:
    """The URL of a fresh database of a service; dropped after the test."""
    names: list[str] = []

    def fresh(service: str) -> str:
        name = f"{service}_{next(_numbers)}"
        _execute(
            postgres_url, "create database {} template {} strategy file_copy", name, template_of(service)
        )
        names.append(name)
        return _at(postgres_url, name)

    yield fresh
    for name in names:
        _execute(postgres_url, "drop database {} with (force)", name)


@pytest.fixture
def engine_for(database_for: Callable[[str], str]) -> Iterator[Callable[[str], Engine]]:
    """An engine on a fresh database of a service."""
    engines: list[Engine] = []

    def fresh(service: str) -> Engine:
        engines.append(database.engine(database_for(service)))
        return engines[-1]

    yield fresh
    for one in engines:
        one.dispose()


def _at(url: str, name: str) -> str:
    return url.rpartition("/")[0] + "/" + name


def _execute(url: str, statement: str, *names: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

"""A private RabbitMQ: unpacked below `.tools/`, on loopback ports of its own, run as whoever we are.

Erlang's port mapper (epmd) is a process of ours too, on a port of its own: left to itself Erlang starts one that outlives
everything. Settings are written at every start, so a changed port or password is taken up.
"""

import base64
import hashlib
import json
import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import pika
import pika.exceptions

from deploy.local.install import BROKER
from deploy.local.layout import clean_environment, free_ports, write_private

LOGIN = "lfpse"
EPMD_ENVIRONMENT = {"ERL_EPMD_ADDRESS": "127.0.0.1"}


@dataclass(frozen=True)
class Broker:
    """A RabbitMQ that can be started; `amqp`, `dist` and `epmd` are its three ports."""

    folder: Path
    amqp: int
    dist: int
    epmd: int
    password: str = field(repr=False)

    @property
    def url(self) -> str:
        """Where clients connect; the virtual host has our name."""
        return f"amqp://{LOGIN}:{self.password}@127.0.0.1:{self.amqp}/{LOGIN}"

    @property
    def mapper(self) -> list[str]:
        """Erlang's port mapper, in the foreground."""
        program = next((BROKER / "usr/lib/erlang").glob("erts-*/bin/epmd"))
        return [str(program), "-port", str(self.epmd), "-address", "127.0.0.1"]

    @property
    def command(self) -> list[str]:
        """The server in the foreground."""
        return ["sh", str(BROKER / "usr/lib/rabbitmq/bin/rabbitmq-server")]

    @property
    def environment(self) -> dict[str, str]:
        """What keeps it to our folder, our ports and the loopback."""
        inherited = clean_environment()
        return {
            **EPMD_ENVIRONMENT,
            "PATH": f"{BROKER / 'bin'}:{inherited['PATH']}",
            "LD_LIBRARY_PATH": ":".join(_libraries()),
            "HOME": str(self.folder),
            "ERL_EPMD_PORT": str(self.epmd),
            "RUNNING_UNDER_SYSTEMD": "true",  # become the Erlang machine, with no shell between it and its keeper
            "RABBITMQ_NODENAME": f"{LOGIN}@localhost",
            "RABBITMQ_DIST_PORT": str(self.dist),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "data"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_PID_FILE": str(self.folder / "pid"),
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "enabled_plugins"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1} -start_epmd false",
        }


def prepare(folder: Path, ports: tuple[int, int, int], password: str) -> Broker:
    """Write the settings; a `Broker` ready to be started. `ports`: amqp, distribution, epmd."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    broker = Broker(folder, *ports, password)
    write_private(folder / "definitions.json", json.dumps(_definitions(password)))
    write_private(folder / "rabbitmq.conf", CONFIGURATION.format(amqp=broker.amqp, folder=folder))
    write_private(folder / "enabled_plugins", "[].\n")
    return broker


CONFIGURATION = """\
listeners.tcp.1 = 127.0.0.1:{amqp}
load_definitions = {folder}/definitions.json
log.console = true
log.console.level = warning
log.file = false
disk_free_limit.absolute = 200MB
"""


def _definitions(password: str) -> dict[str, object]:
    """One virtual host and its one user, taken up at every start: twice is once."""
    everything = {"configure": ".*", "write": ".*", "read": ".*"}
    user = {"name": LOGIN, "password_hash": _hashed(password), "tags": ""}
    return {
        "users": [user | {"hashing_algorithm": "rabbit_password_hashing_sha256"}],
        "vhosts": [{"name": LOGIN}],
        "permissions": [{"user": LOGIN, "vhost": LOGIN, **everything}],
    }


def _hashed(password: str) -> str:
    """RabbitMQ's own form: four bytes of salt, then SHA-256 of salt and password."""
    salt = secrets.token_bytes(4)
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


def wait(url: str, seconds: float = 60, delay: float = 0.2) -> None:
    """Return once a client can connect; TimeoutError when none can."""
    until = time.monotonic() + seconds
    while True:
        try:
            pika.BlockingConnection(pika.URLParameters(url)).close()
            return
        except (pika.exceptions.AMQPError, OSError) as error:
            if time.monotonic() > until:
                raise TimeoutError(f"RabbitMQ does not answer: {error!r}") from error
            time.sleep(delay)


def wait_for_port(port: int, seconds: float = 20) -> None:
    """Return once something listens on a loopback port."""
    until = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError as error:
            if time.monotonic() > until:
                raise TimeoutError(f"nothing listens on port {port}") from error
            time.sleep(0.05)


@contextmanager
def temporary(folder: Path) -> Iterator[str]:
    """A throw-away broker for tests, kept in `folder`; yields its AMQP URL."""
    amqp, dist, epmd = free_ports(3)
    broker = prepare(folder / "rabbitmq", (amqp, dist, epmd), "temporary")
    with (folder / "rabbitmq.log").open("ab") as log:
        mapper = _spawn(broker, broker.mapper, log)
        wait_for_port(epmd)
        server = _spawn(broker, broker.command, log)
    try:
        wait(broker.url)
        yield broker.url
    finally:
        for process in (server, mapper):
            process.terminate()
            process.wait(30)
        shutil.rmtree(broker.folder, ignore_errors=True)


def _spawn(broker: Broker, command: list[str], log: IO[bytes]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        cwd=broker.folder,
        env=clean_environment(**broker.environment),
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        umask=0o077,
    )


def _libraries() -> list[str]:
    """Folders of the unpacked packages that hold shared libraries, on whatever kind of machine this is."""
    machine = f"{os.uname().machine}-linux-gnu"
    return [str(path) for path in (BROKER / "usr/lib" / machine, BROKER / "lib" / machine) if path.is_dir()]

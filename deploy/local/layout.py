"""Where one system keeps its things: its folder, its ports, its secrets.

Two systems run side by side when `LFPSE_HOME` and `LFPSE_HTTP_PORT` differ: no other port or path is fixed.
"""

import itertools
import json
import os
import random
import secrets
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
TOOLS = CHECKOUT / ".tools"
ASSETS = CHECKOUT / "gateway" / "web" / "static" / "nhsuk"
LOWEST_PORT, CANDIDATES = 10_000, 2_000
SERVICES = ("recording", "identity", "access", "enrichment", "notifications")


@dataclass(frozen=True)
class Layout:
    """One system's folder and front door; an existing PostgreSQL or RabbitMQ may be named by URL."""

    home: Path
    http_port: int = 8080
    database_url: str = ""
    amqp_url: str = ""
    trace_sample: str = "1"
    limits_times: str = "1"
    ord_url: str = ""

    @property
    def gateway(self) -> str:
        """Address for people: passkeys and `__Host-` cookies need the name, not the number."""
        return f"http://localhost:{self.http_port}"

    def folder(self, name: str) -> Path:
        """A folder of this system's own, made on first use and closed to others."""
        path = self.home / name
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        return path

    def create(self) -> None:
        """Make the home and the folders a person will look into."""
        if not self.home.exists():
            self.home.mkdir(mode=0o700, parents=True)
        for name in ("keys", "logs", "mail", "ods", "run", "traces"):
            self.folder(name)

    def ports(self, names: Iterable[str]) -> dict[str, int]:
        """A free loopback port for each name, chosen once and then kept while it stays free between runs."""
        path = self.folder("run") / "ports.json"
        ports: dict[str, int] = json.loads(path.read_text()) if path.exists() else {}
        missing = [name for name in names if name not in ports]
        if missing:
            ports.update(zip(missing, free_ports(len(missing), avoid=ports.values()), strict=True))
            write_private(path, json.dumps(ports, indent=1))
        return ports

    def let_go_of_taken_ports(self) -> None:
        """Forget ports that another program took since the last run; for a system that is not running."""
        path = self.folder("run") / "ports.json"
        if path.exists():
            kept = {name: port for name, port in json.loads(path.read_text()).items() if is_free(port)}
            write_private(path, json.dumps(kept, indent=1))

    def secret(self, name: str) -> str:
        """A random secret, made on first use and then kept."""
        return self.secret_file(name).read_text()

    def secret_file(self, name: str) -> Path:
        """The file that holds it."""
        path = self.folder("keys") / f"{name}.secret"
        if not path.exists():
            write_private(path, secrets.token_urlsafe(24))
        return path


def from_environment() -> Layout:
    """The system that LFPSE_HOME and its companions name."""
    return Layout(
        home=Path(os.environ.get("LFPSE_HOME") or CHECKOUT / "var").resolve(),
        http_port=int(os.environ.get("LFPSE_HTTP_PORT") or 8080),
        database_url=os.environ.get("LFPSE_DATABASE_URL", ""),
        amqp_url=os.environ.get("LFPSE_AMQP_URL", ""),
        trace_sample=os.environ.get("LFPSE_TRACE_SAMPLE") or "1",
        limits_times=os.environ.get("LFPSE_LIMITS_TIMES") or "1",
        ord_url=os.environ.get("LFPSE_ORD_URL", ""),
    )


def clean_environment(**more: str) -> dict[str, str]:
    """What a process of ours inherits: the path and the locale, never a stray DATABASE_URL of the caller's."""
    kept = {
        name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR") if name in os.environ
    }
    return {"LANG": "C.UTF-8", "PYTHONUNBUFFERED": "1", **kept, **more}


def is_free(port: int) -> bool:
    """Whether nobody listens on this loopback port."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


_chance = random.SystemRandom()  # two processes that were seeded alike must not choose alike


def free_ports(count: int, avoid: Iterable[int] = ()) -> list[int]:
    """Ports nobody listens on now, chosen at random below those that the kernel gives to outgoing connections.

    One of the kernel's own could be taken by any connection of ours before its process has come up to listen.
    """
    taken = set(avoid)
    candidates = _chance.sample(range(LOWEST_PORT, _first_outgoing()), k=CANDIDATES)
    free = (port for port in candidates if port not in taken and is_free(port))
    found = list(itertools.islice(free, count))
    if len(found) < count:
        raise OSError(f"fewer than {count} of {CANDIDATES} ports tried are free")
    return found


def _first_outgoing() -> int:
    """Where the kernel's ports for outgoing connections begin; 32768 where it does not say."""
    try:
        first = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    except (OSError, ValueError):
        first = 32768
    return first if first > LOWEST_PORT + CANDIDATES else 32768


def write_private(path: Path, text: str) -> Path:
    """Write a file that only its owner may read, whole or not at all; it is on the disk when this returns."""
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return path

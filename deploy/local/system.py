"""One running system: start it, stop it, see its processes, kill one on purpose.

supervisord keeps the processes; we decide the order. It runs in the background from the start, in a session of its own, so a
Ctrl-C on `make run` reaches only us and we stop everything in order.
"""

import contextlib
import fcntl
import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import xmlrpc.client
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from supervisor.xmlrpc import SupervisorTransport

from deploy.local import leftovers, postgres, rabbitmq, sample
from deploy.local.layout import CHECKOUT, SERVICES, Layout, clean_environment, is_free, write_private
from deploy.local.processes import STORES, Plan, Process, configuration, plan

Say = Callable[[str], None]
LONGEST_SOCKET = 90  # bytes; the kernel allows 107, and supervisord adds its process id
RESTARTS = 4  # of one process while starting, before we call it failed


class NotStarted(Exception):
    """Said when a part does not come up; carries the end of its log."""


class AlreadyRunning(Exception):
    """Said when this home has a system already."""


class System:
    """The system in one home. `start` and `stop` are safe to call twice."""

    def __init__(
        self, home: Path, port: int = 8080, layout: Layout | None = None, say: Say = lambda line: None
    ) -> None:
        self.layout = layout or Layout(home.resolve(), port)
        self.home = self.layout.home
        self.gateway = self.layout.gateway
        self._say = say
        self._began = time.monotonic()

    # Starting and stopping

    def start(self, wait: bool = True, seconds: float = 180) -> None:
        """Start everything in order; with `wait`, return once all of it is ready.

        Raises AlreadyRunning, or NotStarted with the end of the log of what failed, having stopped the rest.
        """
        self._began = time.monotonic()
        self.layout.create()
        with self._only_one():
            if self.running():
                raise AlreadyRunning(f"The system in {self.home} is running already: {self.gateway}")
            leftovers.sweep(self.home)
            if not is_free(self.layout.http_port):
                raise NotStarted(f"port {self.layout.http_port} is taken; LFPSE_HTTP_PORT names another")
            self.layout.let_go_of_taken_ports()
            try:
                self._start(wait, seconds)
            except BaseException:
                self.stop()
                raise

    def stop(self, seconds: float = 90) -> bool:
        """Stop everything, front door first, stores last. False when nothing ran."""
        pid = self.pid()
        if pid is None:
            return bool(leftovers.sweep(self.home))
        os.kill(pid, signal.SIGTERM)
        until = time.monotonic() + seconds
        while _alive(pid):
            if time.monotonic() > until:
                raise TimeoutError(f"supervisord ({pid}) does not end; see {self.home}/logs/supervisord.log")
            time.sleep(0.05)
        return True

    def remove(self) -> None:
        """Stop, and delete the home with everything in it (and PostgreSQL's data, where they lie elsewhere)."""
        self.stop()
        with contextlib.suppress(OSError):
            shutil.rmtree(Path(self.summary()["data"]), ignore_errors=True)
        self._socket().unlink(missing_ok=True)
        shutil.rmtree(self.home, ignore_errors=True)

    def running(self) -> bool:
        """Whether this home has a supervisor."""
        return self.pid() is not None

    def pid(self) -> int | None:
        """The supervisor's process id; a stale file, or another program under an old number, is not it."""
        try:
            pid = int((self.home / "run" / "supervisord.pid").read_text())
            return (
                pid if b"supervisord" in Path(f"/proc/{pid}/cmdline").read_bytes() and _alive(pid) else None
            )
        except (OSError, ValueError):
            return None

    # Looking and meddling

    def information(self) -> list[dict[str, Any]]:
        """What the supervisor knows of each process."""
        with self._supervisor() as supervisor:
            found: list[dict[str, Any]] = supervisor.getAllProcessInfo()
        return found

    def processes(self) -> dict[str, int]:
        """Process name → process id, of those that run."""
        return {str(row["name"]): int(row["pid"]) for row in self.information() if row["pid"]}

    def ready(self) -> dict[str, bool]:
        """Service process → whether it says it can work."""
        return {name: _answers(url) for name, url in self.summary()["ready"].items()}

    def summary(self) -> Any:
        """Databases, broker and readiness addresses, as written at the last start."""
        return json.loads((self.home / "run" / "summary.json").read_text())

    def kill(self, name: str, by: signal.Signals = signal.SIGKILL) -> int:
        """Kill a process and its children without warning; the supervisor starts it again. Returns its id."""
        pid = self.processes()[name]
        os.killpg(os.getpgid(pid), by)
        return pid

    def hold(self, name: str) -> None:
        """Stop one process and keep it stopped."""
        with self._supervisor() as supervisor:
            supervisor.stopProcess(self._full_name(name), True)

    def release(self, name: str) -> None:
        """Start one that was held."""
        with self._supervisor() as supervisor:
            supervisor.startProcess(self._full_name(name), False)

    def wait(self, seconds: float = 60, names: Iterable[str] = ()) -> None:
        """Return once the named service processes (all, when none is named) are ready."""
        ready = self.summary()["ready"]
        self._wait_ready({name: ready[name] for name in names or ready}, seconds)

    def log(self, name: str, lines: int = 20) -> str:
        """The end of one process's log."""
        path = self.home / "logs" / f"{name}.log"
        return (
            "\n".join(path.read_text(errors="replace").splitlines()[-lines:]) if path.exists() else "(no log)"
        )

    # How

    def _start(self, wait: bool, seconds: float) -> None:
        planned = plan(self.layout, sample.bootstrap(self.layout))
        write_private(self.home / "run" / "summary.json", planned.summary())
        self._spawn_supervisor(planned)
        with self._supervisor() as supervisor:
            self._begin(supervisor, (*planned.stores, *planned.sinks))
            self._prepare_stores(planned)
            self._migrate(planned)
            self._begin(supervisor, planned.services)
        self._write_pages_that_stand_alone()
        if wait:
            self._wait_ready({process.name: process.ready for process in planned.services}, seconds)

    def _write_pages_that_stand_alone(self) -> None:
        """What a proxy serves while the gateway is away: `away/away.html` and a form on paper."""
        command = [sys.executable, "-m", "gateway.web.help.standing", str(self.home / "away")]
        subprocess.run(command, cwd=CHECKOUT, env=clean_environment(), check=True)

    def _spawn_supervisor(self, planned: Plan) -> None:
        path = write_private(self.home / "run" / "supervisord.conf", configuration(planned, self._socket()))
        self._socket().unlink(missing_ok=True)
        command = [sys.executable, "-m", "supervisor.supervisord", "-c", str(path)]
        marked = clean_environment(**{leftovers.MARK: str(self.home)})
        done = subprocess.run(command, env=marked, cwd=CHECKOUT, capture_output=True, text=True, check=False)
        if done.returncode:
            raise NotStarted(f"supervisord: {done.stdout}{done.stderr}")
        self._until(lambda: self.running() and self._listening(), 10, "supervisord")

    def _begin(self, supervisor: Any, wanted: Iterable[Process]) -> None:
        """Start processes without waiting; epmd first, because RabbitMQ will not wait for it."""
        for process in wanted:
            supervisor.startProcess(f"{_group(process)}:{process.name}", False)
            if process.name == "epmd":
                rabbitmq.wait_for_port(self.layout.ports([])["epmd"])

    def _prepare_stores(self, planned: Plan) -> None:
        """A role and a database for every service; then the broker, which takes longer to come up."""
        self._until_answers("postgres", lambda: postgres.wait(planned.admin_url))
        for url in planned.databases.values():
            login = postgres.login(url)
            postgres.database(planned.admin_url, *login)
        self._done("PostgreSQL")
        self._until_answers("rabbitmq", lambda: rabbitmq.wait(planned.amqp_url))
        self._done("RabbitMQ")

    def _until_answers(self, name: str, wait: Callable[[], None]) -> None:
        try:
            wait()
        except TimeoutError as error:
            raise NotStarted(f"{error}\n{self.log(name)}") from error

    def _migrate(self, planned: Plan) -> None:
        """Every service's own migrations and queues, side by side."""
        started = {service: self._migration(service, planned.migrations[service]) for service in SERVICES}
        try:
            for service, process in started.items():
                said, _ = process.communicate()
                write_private(self.home / "logs" / f"{service}-migrate.log", said.decode(errors="replace"))
                if process.returncode:
                    raise NotStarted(f"migrate {service} failed:\n{self.log(f'{service}-migrate')}")
        finally:
            for process in started.values():
                process.kill()
        self._done("Databases")

    def _migration(self, service: str, settings: Mapping[str, str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "services", "migrate", service],
            cwd=CHECKOUT,
            env=clean_environment(**settings, **{leftovers.MARK: str(self.home)}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def _wait_ready(self, urls: Mapping[str, str], seconds: float) -> None:
        """Say each process as it becomes ready; give up on one that keeps dying."""
        until, waiting, seen = time.monotonic() + seconds, dict(urls), {name: set[int]() for name in urls}
        while waiting:
            for name in [name for name, url in waiting.items() if _answers(url)]:
                del waiting[name]
                self._done(name)
            pids = self.processes()
            for name, url in waiting.items():
                seen[name].add(pids.get(name, 0))
                if len(seen[name] - {0}) > RESTARTS or time.monotonic() > until:
                    raise NotStarted(f"{name} does not become ready ({_said(url)}):\n{self.log(name)}")
            time.sleep(0.1)

    def _done(self, what: str) -> None:
        self._say(f"{what:<24} ready {time.monotonic() - self._began:6.1f} s")

    def _until(self, true: Callable[[], bool], seconds: float, what: str) -> None:
        until = time.monotonic() + seconds
        while not true():
            if time.monotonic() > until:
                raise NotStarted(f"{what} does not start:\n{self.log(what)}")
            time.sleep(0.02)

    def _listening(self) -> bool:
        try:
            with self._supervisor() as supervisor:
                return bool(supervisor.getState())
        except OSError:
            return False

    @contextlib.contextmanager
    def _supervisor(self) -> Iterator[Any]:
        """Its remote procedures, over a socket only we may open."""
        transport = SupervisorTransport(None, None, f"unix://{self._socket()}")
        with xmlrpc.client.ServerProxy("http://localhost", transport) as proxy:
            yield proxy.supervisor

    def _socket(self) -> Path:
        """In `run/`, or, when that path is too long for a socket, in a folder of ours among the temporary ones."""
        path = self.home / "run" / "supervisor.sock"
        if len(str(path)) <= LONGEST_SOCKET:
            return path
        folder = Path(tempfile.gettempdir()) / f"lfpse-{os.getuid()}"
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.stat().st_uid != os.getuid():
            raise NotStarted(f"{folder} is not ours")
        return folder / f"{sha256(str(path).encode()).hexdigest()[:16]}.sock"

    def _full_name(self, name: str) -> str:
        return next(f"{row['group']}:{name}" for row in self.information() if row["name"] == name)

    @contextlib.contextmanager
    def _only_one(self) -> Iterator[None]:
        """Two starts at once: the second waits its turn, then sees the first."""
        with (self.home / "run" / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _group(process: Process) -> str:
    return process.name if process.group == STORES else process.group


def _alive(pid: int) -> bool:
    """Running, and not merely waiting for its parent to notice that it ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _answers(url: str) -> bool:
    return _said(url).startswith("200")


def _said(url: str) -> str:
    """Status and first line of an answer, or why there is none."""
    try:
        with urllib.request.urlopen(url, timeout=3) as answer:
            return f"{answer.status}"
    except urllib.error.HTTPError as error:
        return f"{error.code} {error.read(200).decode(errors='replace').strip()}"
    except (OSError, http.client.HTTPException) as error:
        return f"no answer: {error}"

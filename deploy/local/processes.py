"""The process list of one machine, and its form as a supervisor configuration.

The services' own processes are VERBS below, one line for each service; a new verb is a new word there.
"""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local import keys, postgres, rabbitmq, sample
from deploy.local.layout import CHECKOUT, SERVICES, Layout, write_private

VERBS = {
    "recording": ("serve", "listen", "relay", "work"),
    "identity": ("serve", "listen", "relay", "work"),
    "access": ("serve", "listen", "relay", "work"),
    "enrichment": ("serve", "listen", "relay", "work"),
    "notifications": ("serve", "listen", "relay", "work"),
}
SERVING = tuple(service for service, verbs in VERBS.items() if "serve" in verbs)
CONSUMERS = tuple(service for service, verbs in VERBS.items() if "listen" in verbs)
WORKING = tuple(service for service, verbs in VERBS.items() if "work" in verbs)
RELAYED = tuple(service for service, verbs in VERBS.items() if "relay" in verbs)
STORES, SINKS, SERVICE, DOOR = "stores", "sinks", "services", "door"


@dataclass(frozen=True)
class Process:
    """One supervised process; `ready` is the URL that answers 200 when it can work."""

    name: str
    command: list[str]
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    group: str = SERVICE
    priority: int = 50  # lower starts earlier and stops later
    ready: str = ""
    user: str = ""
    stop_signal: str = "TERM"
    folder: Path = CHECKOUT


@dataclass(frozen=True)
class Plan:
    """Everything one system runs, and where its stores are."""

    layout: Layout
    ports: Mapping[str, int]
    databases: Mapping[str, str] = field(repr=False)
    admin_url: str = field(repr=False)
    amqp_url: str = field(repr=False)
    data: str  # PostgreSQL's folder, where it is ours
    stores: tuple[Process, ...]
    sinks: tuple[Process, ...]
    services: tuple[Process, ...]
    migrations: Mapping[str, Mapping[str, str]] = field(repr=False)

    def summary(self) -> str:
        """What `make status` and its companions need to know of a running system, without planning it again."""
        ready = {process.name: process.ready for process in self.services}
        stores = {"databases": dict(self.databases), "amqp": self.amqp_url, "data": self.data}
        return json.dumps(stores | {"ready": ready}, indent=1)

    @property
    def all(self) -> tuple[Process, ...]:
        return (*self.stores, *self.sinks, *self.services)


def names() -> list[str]:
    """Every port by name, in a fixed order."""
    health = [f"health.{service}.{verb}" for service, verbs in VERBS.items() for verb in verbs]
    return [
        "postgres",
        "amqp",
        "dist",
        "epmd",
        "smtp",
        "otlp",
        *(f"grpc.{name}" for name in SERVING),
        *health,
    ]


def plan(layout: Layout, bootstrap: Path | None = None) -> Plan:
    """Work out the whole system from its layout; makes folders, keys and data folders that are missing."""
    ports = layout.ports(names())
    stores: list[Process] = []
    admin_url, amqp_url, data = layout.database_url, layout.amqp_url, ""
    if not amqp_url:
        epmd = (ports["amqp"], ports["dist"], ports["epmd"])
        broker = rabbitmq.prepare(layout.folder("rabbitmq"), epmd, layout.secret("rabbitmq"))
        amqp_url = broker.url
        stores += _broker(broker)
    if not admin_url:
        server = postgres.prepare(layout.home / "postgres", ports["postgres"], layout.secret("postgres"))
        admin_url, data = server.url, str(server.data.parent)
        stores.append(_database(server))
    databases = {service: _database_url(layout, admin_url, service) for service in SERVICES}
    settings = _Settings(layout, ports, databases, amqp_url, keys.make(layout.folder("keys")), bootstrap)
    services = [settings.process(service, verb) for service, verbs in VERBS.items() for verb in verbs]
    migrations = {service: settings.of(service, "migrate") for service in SERVICES}
    return Plan(
        layout,
        ports,
        databases,
        admin_url,
        amqp_url,
        data,
        tuple(stores),
        (_mail(layout, ports["smtp"]), _traces(layout, ports["otlp"])),
        (*services, settings.gateway()),
        migrations,
    )


def _broker(broker: rabbitmq.Broker) -> list[Process]:
    shared = {"environment": broker.environment, "group": STORES, "folder": broker.folder}
    return [
        Process("epmd", broker.mapper, priority=10, **shared),  # type: ignore[arg-type]
        Process("rabbitmq", broker.command, priority=20, **shared),  # type: ignore[arg-type]
    ]


def _database(server: postgres.Server) -> Process:
    """SIGINT is PostgreSQL's fast shutdown: it waits for no client."""
    user = server.user or ""
    return Process(
        "postgres", server.command, {}, STORES, priority=30, user=user, stop_signal="INT", folder=Path("/")
    )


def _database_url(layout: Layout, admin_url: str, service: str) -> str:
    """A private server has a database named after the service; a shared one has a name nobody else would take."""
    name = (
        f"lfpse_{layout.secret('system')[:8].lower().replace('-', '_')}_{service}"
        if layout.database_url
        else service
    )
    return postgres.with_login(admin_url, name, layout.secret(f"database-{service}"))


def _mail(layout: Layout, port: int) -> Process:
    command = [sys.executable, "-m", "deploy.local.sinks", "mail", str(port), str(layout.folder("mail"))]
    return Process("mail-sink", command, group=SINKS, priority=40)


def _traces(layout: Layout, port: int) -> Process:
    command = [sys.executable, "-m", "deploy.local.sinks", "traces", str(port), str(layout.folder("traces"))]
    return Process("trace-sink", command, group=SINKS, priority=40)


@dataclass(frozen=True)
class _Settings:
    """The environment of each process: docs/settings.md says what each name means. Secrets go as `…_FILE`."""

    layout: Layout
    ports: Mapping[str, int]
    databases: Mapping[str, str] = field(repr=False)
    amqp_url: str = field(repr=False)
    keys: Mapping[str, Path]
    bootstrap: Path | None

    def process(self, service: str, verb: str) -> Process:
        """One of a service's processes."""
        port = self.ports[f"health.{service}.{verb}"]
        return Process(
            f"{service}-{verb}",
            [sys.executable, "-m", "services", verb, service],
            self.of(service, verb) | {"HEALTH_PORT": str(port)},
            ready=f"http://127.0.0.1:{port}/ready",
        )

    def gateway(self) -> Process:
        """The front door: two workers, each started again at once when it dies."""
        port, granian = str(self.layout.http_port), [sys.executable, "-m", "granian", "--interface", "rsgi"]
        where = ["--host", "127.0.0.1", "--port", port, "--workers", "2", "--no-ws"]
        steady = ["--respawn-failed-workers", "--respawn-interval", "0.2", "--workers-kill-timeout", "10"]
        targets = {f"{name.upper()}_TARGET": f"localhost:{self.ports[f'grpc.{name}']}" for name in SERVING}
        environment = self._common() | self._tls("gateway") | targets | {"PUBLIC_URL": self.layout.gateway}
        environment |= {"TRUSTED_PROXIES": "0", "LIMITS_TIMES": self.layout.limits_times}
        environment |= {"UNPLACED_ORGANISATION": sample.UNPLACED}
        environment |= {"MALLOC_ARENA_MAX": "2"}  # else glibc keeps large bodies' room once for each thread
        environment |= {"SECRET_KEY_FILE": str(self.layout.secret_file("gateway"))}
        return Process(
            "gateway",
            [*granian, *where, *steady, "gateway:app"],
            environment,
            group=DOOR,
            priority=60,
            ready=f"http://127.0.0.1:{port}/health/ready",
        )

    def of(self, service: str, verb: str) -> dict[str, str]:
        """What one verb of one service reads."""
        settings = self._common() | self._secret("DATABASE_URL", self.databases[service], service)
        if verb == "serve":
            settings |= (
                self._tls(service)
                | {"GRPC_PORT": str(self.ports[f"grpc.{service}"])}
                | self._key("ACTOR_KEYS")
            )
        if verb in ("listen", "relay", "migrate"):
            settings |= self._secret("AMQP_URL", self.amqp_url)
        return settings | self._own(service, verb)

    def _own(self, service: str, verb: str) -> dict[str, str]:
        """What only this service needs."""
        match service, verb:
            case "recording", "work":
                return self._key("RECORD_KEYS")
            case "recording", "serve":
                return self._key("RECORD_KEYS", "ENRICHMENT_SEAL_KEYS", "NOTIFICATIONS_SEAL_KEYS")
            case "identity", "serve":
                keys = self._key("ACTOR_SIGNING_KEYS", "NOTIFICATIONS_SEAL_KEYS", "ACCOUNT_KEYS")
                here = {
                    "PUBLIC_URL": self.layout.gateway,
                    "JWKS_TRUSTED_ORIGINS": "http://localhost http://127.0.0.1",
                }
                return keys | here | self._secret("OIDC_PROVIDERS", self._providers())
            case "identity", "work":
                followed = {"ORD_URL": self.layout.ord_url, "ORD_ALLOWED_HOSTS": "localhost,127.0.0.1"}
                return self._key("ACCOUNT_KEYS") | {"ODS_FOLDER": str(self.layout.folder("ods"))} | followed
            case "identity", "migrate":
                bootstrap = {"BOOTSTRAP_FILE": str(self.bootstrap)} if self.bootstrap else {}
                return self._key("NOTIFICATIONS_SEAL_KEYS", "ACCOUNT_KEYS") | bootstrap
            case "enrichment", "work":
                return self._key("ENRICHMENT_OPEN_KEYS")
            case "notifications", "serve":
                return self._key("NOTIFICATIONS_OPEN_KEYS")
            case "notifications", "work":
                mail = {
                    "SMTP_URL": f"smtp://127.0.0.1:{self.ports['smtp']}",
                    "MAIL_FROM": "lfpse@example.org",
                }
                return self._key("NOTIFICATIONS_OPEN_KEYS") | mail | {"PUBLIC_URL": self.layout.gateway}
        return {}

    def _providers(self) -> str:
        """Who else people may sign in with on this machine: what somebody wrote into a file of its home, or nobody."""
        written = self.layout.home / "oidc-providers.json"
        return written.read_text() if written.exists() else ""

    def _common(self) -> dict[str, str]:
        endpoint = f"http://127.0.0.1:{self.ports['otlp']}/v1/traces"
        return {
            "OTLP_ENDPOINT": endpoint,
            "TRACE_SAMPLE": self.layout.trace_sample,
        }

    def _key(self, *wanted: str) -> dict[str, str]:
        return {f"{name}_FILE": str(self.keys[name]) for name in wanted}

    def _tls(self, name: str) -> dict[str, str]:
        folder = self.layout.folder("keys")
        files = {"CERT": f"{name}.crt", "KEY": f"{name}.key", "CA": "ca.crt"}
        return {f"TLS_{part}_FILE": str(folder / file) for part, file in files.items()}

    def _secret(self, name: str, value: str, of: str = "") -> dict[str, str]:
        """A setting kept out of the process list and of the configuration: its value lies in a file."""
        file = "-".join(part for part in (name.lower().replace("_", "-"), of) if part)
        return {f"{name}_FILE": str(write_private(self.layout.folder("run") / file, value))}


def configuration(plan: Plan, socket: Path) -> str:
    """supervisord.conf: nothing starts by itself, because stores come before migrations and those before services."""
    run, logs = plan.layout.folder("run"), plan.layout.folder("logs")
    head = HEAD.format(run=_safe(run), socket=_safe(socket), logs=_safe(logs))
    groups: dict[str, list[Process]] = {}
    for process in plan.all:
        groups.setdefault(process.name if process.group == STORES else process.group, []).append(process)
    return head + "".join(_group(name, members, logs) for name, members in groups.items())


HEAD = """\
[supervisord]
pidfile={run}/supervisord.pid
logfile={logs}/supervisord.log
childlogdir={logs}
umask=077
minfds=1024

[unix_http_server]
file={socket}
chmod=0700

[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface

"""

PROGRAM = """\
[program:{name}]
command={command}
directory={folder}
environment={environment}
priority={priority}
autostart=false
autorestart=true
startsecs=1
startretries=1000000
stopsignal={stop_signal}
stopwaitsecs=30
stopasgroup={as_group}
killasgroup=true
redirect_stderr=true
stdout_logfile={log}
stdout_logfile_maxbytes=10MB
stdout_logfile_backups=3
{user}
"""


def _group(name: str, members: list[Process], logs: Path) -> str:
    """Stopped together, once everything of a higher priority has stopped."""
    programs = "".join(_program(process, logs) for process in members)
    listed = ",".join(process.name for process in members)
    return f"{programs}[group:{name}]\nprograms={listed}\npriority={members[0].priority}\n\n"


def _program(process: Process, logs: Path) -> str:
    return PROGRAM.format(
        name=process.name,
        command=_safe(" ".join(_quoted(word) for word in process.command)),
        folder=_safe(process.folder),
        environment=",".join(f'{name}="{_safe(value)}"' for name, value in process.environment.items()),
        priority=process.priority,
        stop_signal=process.stop_signal,
        as_group="false" if process.group == STORES else "true",
        log=_safe(logs / f"{process.name}.log"),
        user=f"user={process.user}\n" if process.user and os.geteuid() == 0 else "",
    )


def _quoted(word: str) -> str:
    """As supervisor splits it."""
    return f"'{word}'" if any(symbol in word for symbol in " \t\"'") else word


def _safe(value: object) -> str:
    """supervisor expands `%`."""
    return str(value).replace("%", "%%")

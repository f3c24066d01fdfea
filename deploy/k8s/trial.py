"""Every secret of a trial system as files, `<folder>/<Secret>/<key>`, for compose.yaml and overlays/local.

`python -m deploy.k8s.trial <folder> [port] [owner]`. A live system's come from its platform's secret store.
"""

import json
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from deploy.local import keys, sample
from deploy.local.layout import SERVICES, Layout, write_private
from deploy.local.postgres import with_login

SEALED_FOR = ("ENRICHMENT_SEAL_KEYS", "NOTIFICATIONS_SEAL_KEYS")
PRIVATE = {
    "recording": ("RECORD_KEYS",),
    "identity": ("ACTOR_SIGNING_KEYS", "ACCOUNT_KEYS"),
    "enrichment": ("ENRICHMENT_OPEN_KEYS",),
    "notifications": ("NOTIFICATIONS_OPEN_KEYS",),
}
Secrets = dict[str, dict[str, str]]


def main(folder: str, port: str = "8080", owner: str = "") -> None:
    """Make them where they are missing; a numbered `owner` may read them afterwards, and nobody else."""
    write(Path(folder).resolve(), int(port))
    if owner:
        for path in (Path(folder), *Path(folder).rglob("*")):
            os.chown(path, int(owner), int(owner))


def write(folder: Path, port: int = 8080) -> None:
    """What was made before stays: under `made/`, with demo.json that names the accounts."""
    made = Layout(folder / "made", port)
    for name, files in secrets(made).items():
        (folder / name).mkdir(mode=0o700, exist_ok=True)
        for key, value in files.items():
            write_private(folder / name / key, value)


def secrets(made: Layout) -> Secrets:
    """Secret → key → value; `public-keys` is for a ConfigMap."""
    paths = keys.make(made.folder("keys"))
    everything: Secrets = {f"{name}-tls": _tls(made, name) for name in keys.CALLERS}
    everything |= {f"{service}-stores": _stores(made, service) for service in SERVICES}
    everything |= {f"{service}-keys": _texts(paths, *names) for service, names in PRIVATE.items()}
    everything["notifications-keys"]["SMTP_URL"] = "smtp://mail:25"
    everything["gateway-keys"] = {"SECRET_KEY": made.secret("gateway")}
    everything["identity-bootstrap"] = {"BOOTSTRAP": sample.bootstrap(made).read_text()}
    everything["identity-providers"] = {"OIDC_PROVIDERS": "[]"}
    everything["public-keys"] = _texts(paths, "ACTOR_KEYS", *SEALED_FOR)
    everything["postgresql"] = {
        "password": made.secret("postgresql"),
        "databases.sql": "".join(_databases(made)),
    }
    everything["rabbitmq"] = {"lfpse.conf": _broker(made.secret("rabbitmq"))}
    return everything


def _tls(made: Layout, name: str) -> dict[str, str]:
    files = {"tls.crt": f"{name}.crt", "tls.key": f"{name}.key", "ca.crt": "ca.crt"}
    return {key: (made.folder("keys") / file).read_text() for key, file in files.items()}


def _stores(made: Layout, service: str) -> dict[str, str]:
    database = with_login("postgresql://postgresql:5432", service, made.secret(f"database-{service}"))
    return {"DATABASE_URL": database, "AMQP_URL": f"amqp://lfpse:{made.secret('rabbitmq')}@rabbitmq:5672/%2F"}


def _texts(paths: Mapping[str, Path], *names: str) -> dict[str, str]:
    return {name: json.dumps(json.loads(paths[name].read_text())) for name in names}


def _databases(made: Layout) -> Iterator[str]:
    """A role and a database for each service, closed to the others; passwords are of URL-safe symbols."""
    for service in SERVICES:
        yield f"create role {service} login password '{made.secret(f'database-{service}')}';\n"
        yield f"create database {service} owner {service};\n"
        yield f"revoke all on database {service} from public;\n"


def _broker(password: str) -> str:
    return f"default_user = lfpse\ndefault_pass = {password}\n"


if __name__ == "__main__":
    os.umask(0o077)
    main(*sys.argv[1:])

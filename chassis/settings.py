"""Settings: a frozen dataclass per process, read once at start. The only place that looks at the environment.

A field `database_url` is read from DATABASE_URL, or from the file that DATABASE_URL_FILE names. A field without a
default must be given, and not as nothing; every missing or unreadable name is reported together. A text that came from a file knows which, so
that keys can be read again when it changes (`chassis/rereading.py`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

from chassis.rereading import FromFile

T = TypeVar("T")

_READERS: dict[str, Callable[[str], Any]] = {"str": lambda text: text, "int": int, "float": float}


class SettingsMissing(SystemExit):
    """Raised at start with one line for every setting that is missing or unreadable."""


def secret(**options: Any) -> Any:
    """A field whose value is never printed."""
    return field(repr=False, **options)


def read(kind: type[T], environ: Mapping[str, str] | None = None) -> T:
    """An instance of the frozen dataclass `kind`, from the environment.

    Raises SettingsMissing naming every field that is absent or not of its type.
    """
    source = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    faults: list[str] = []
    for one in fields(kind):  # type: ignore[arg-type]
        try:
            values[one.name] = _value(one, source)
        except ValueError as wrong:
            faults.append(str(wrong))
    if faults:
        raise SettingsMissing("settings: " + "; ".join(faults))
    return kind(**values)


def names(kind: type[Any]) -> dict[str, bool]:
    """Every environment name that `kind` reads, and whether it must be given."""
    return {
        one.name.upper(): one.default is MISSING and one.default_factory is MISSING for one in fields(kind)
    }


def _value(one: Field[Any], source: Mapping[str, str]) -> Any:
    name = one.name.upper()
    text = _text(name, source)
    if not text and one.default is MISSING:
        raise ValueError(f"{name} (or {name}_FILE) is not set")
    if text is None:
        return one.default
    try:
        return _READERS[str(one.type)](text)
    except ValueError:
        raise ValueError(f"{name} is not a valid {one.type}") from None


def _text(name: str, source: Mapping[str, str]) -> str | None:
    if name in source:
        return source[name]
    path = source.get(name + "_FILE")
    if path is None:
        return None
    try:
        return FromFile(Path(path).read_text("utf-8").strip(), name, Path(path))
    except OSError as unreadable:
        raise ValueError(f"{name}_FILE cannot be read ({unreadable.strerror})") from None


@dataclass(frozen=True, kw_only=True)
class Process:
    """What every process needs, whatever its verb."""

    database_url: str = secret()
    health_port: int = 0  # plain HTTP: /live and /ready; 0 = none
    health_host: str = "127.0.0.1"  # 0.0.0.0 in a container, where the probes come from outside
    otlp_endpoint: str = ""  # traces go here over OTLP/HTTP; empty = nowhere
    trace_sample: float = 0.1  # share of new traces that are kept


@dataclass(frozen=True, kw_only=True)
class Serving:
    """What a gRPC server needs beside its Process."""

    grpc_port: int
    tls_cert_file: str
    tls_key_file: str
    tls_ca_file: str
    actor_keys: str  # JWK set: identity's public keys
    grpc_threads: int = 16
    grpc_host: str = "127.0.0.1"


@dataclass(frozen=True, kw_only=True)
class Broker:
    """What whoever speaks to RabbitMQ needs."""

    amqp_url: str = secret()

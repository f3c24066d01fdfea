"""What enrichment needs from its environment, for each verb."""

from __future__ import annotations

from dataclasses import dataclass

from chassis.settings import Broker, Process, Serving, secret


@dataclass(frozen=True, kw_only=True)
class Serve(Process, Serving):
    pass


@dataclass(frozen=True, kw_only=True)
class Listen(Process, Broker):
    pass


@dataclass(frozen=True, kw_only=True)
class Relay(Process, Broker):
    pass


@dataclass(frozen=True, kw_only=True)
class Work(Process):
    enrichment_open_keys: str = secret()  # JWK set: our private X25519 keys; narrative is sealed to the first


@dataclass(frozen=True, kw_only=True)
class Migrate(Process, Broker):
    pass

"""What recording needs from its environment, for each verb."""

from __future__ import annotations

from dataclasses import dataclass

from chassis.settings import Broker, Process, Serving, secret


@dataclass(frozen=True, kw_only=True)
class Serve(Process, Serving):
    record_keys: str = (
        secret()
    )  # JWK set of 256-bit keys that wrap each event's data key; the first wraps, all unwrap
    enrichment_seal_keys: str  # JWK set: enrichment's public keys; narrative is sealed to the first
    notifications_seal_keys: (
        str  # JWK set: notifications' public keys; contact addresses are sealed to the first
    )


@dataclass(frozen=True, kw_only=True)
class Listen(Process, Broker):
    pass


@dataclass(frozen=True, kw_only=True)
class Relay(Process, Broker):
    pass


@dataclass(frozen=True, kw_only=True)
class Work(Process):
    record_keys: str = secret()  # as for serve: data keys under another than the first are wrapped anew


@dataclass(frozen=True, kw_only=True)
class Migrate(Process, Broker):
    pass

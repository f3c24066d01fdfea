"""What notifications needs from its environment, for each verb."""

from __future__ import annotations

from dataclasses import dataclass

from chassis.settings import Broker, Process, Serving, secret


@dataclass(frozen=True, kw_only=True)
class Serve(Process, Serving):
    notifications_open_keys: str = secret()  # as work reads it: feedback is sealed to the first, and shown


@dataclass(frozen=True, kw_only=True)
class Listen(Process, Broker):
    pass


@dataclass(frozen=True, kw_only=True)
class Relay(Process, Broker):
    pass


@dataclass(frozen=True, kw_only=True)
class Work(Process):
    notifications_open_keys: str = (
        secret()
    )  # JWK set: our private X25519 keys; addresses are sealed to the first
    smtp_url: str = secret()  # smtp://[user:password@]host:port or smtps://…
    mail_from: str  # the sender's address
    public_url: str  # where people find the service; links in e-mails start with it


@dataclass(frozen=True, kw_only=True)
class Migrate(Process, Broker):
    pass

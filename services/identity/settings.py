"""What identity needs from its environment, for each verb."""

from __future__ import annotations

from dataclasses import dataclass

from chassis.settings import Broker, Process, Serving, secret


@dataclass(frozen=True, kw_only=True)
class Serve(Process, Serving):
    """Every open WatchCredentials holds one of `grpc_threads`, so half of them are kept for everyone else."""

    actor_signing_keys: str = secret()  # JWK set of private Ed25519 keys; the first signs
    notifications_seal_keys: (
        str  # JWK set: notifications' public keys; addresses and codes are sealed to the first
    )
    account_keys: str = (
        secret()
    )  # JWK set of 256-bit keys that wrap the secrets of apps; the first wraps, all unwrap
    public_url: str = "http://localhost:8080"  # where browsers and clients meet us: a passkey and an assertion are good for it alone
    jwks_trusted_origins: str = ""  # where a jwks_uri may be private or plain HTTP, blanks between
    oidc_providers: str = secret(default="")  # JSON: who else people may sign in with; see domain/outside.py


@dataclass(frozen=True, kw_only=True)
class Listen(Process, Broker):
    pass


@dataclass(frozen=True, kw_only=True)
class Relay(Process, Broker):
    pass


@dataclass(frozen=True, kw_only=True)
class Work(Process):
    account_keys: str = secret()  # as for serve: data keys under another than the first are wrapped anew
    ods_folder: str = ""  # folder in which an operator puts official files of organisations; empty = none
    ord_url: str = ""  # the national directory (ORD API), https://…/ORD/2-0-0; empty = it is not followed
    ord_allowed_hosts: str = (
        ""  # hosts that ORD_URL may name at a private or loopback address, divided by commas
    )


@dataclass(frozen=True, kw_only=True)
class Migrate(Process, Broker):
    notifications_seal_keys: str  # JWK set: notifications' public keys; addresses are sealed to the first
    account_keys: str = secret()  # as for serve
    bootstrap: str = secret(
        default=""
    )  # JSON: the first organisations, accounts and LRMS keys; see domain/bootstrap.py

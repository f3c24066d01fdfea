"""gRPC door: request → use case → reply; a file for each part of what identity answers."""

from __future__ import annotations

from sqlalchemy import Engine

from chassis.actors import Signer
from chassis.grpc_server import Door
from chassis.sealing import Sealer, Vault
from protos.identity.v1 import identity_pb2_grpc as pb_grpc
from services.identity import use_cases
from services.identity.server import (
    accounts,
    auditing,
    clients,
    copying,
    credentials,
    erasing,
    granting,
    organisations,
    outside,
    rectifying,
    second_factors,
    sessions,
    tokens,
)
from services.identity.server.asking import Asking
from services.identity.server.fetching import Fetching
from services.identity.server.parts import Tools, now
from services.identity.settings import Serve

PARTS = (
    sessions,
    second_factors,
    outside,
    accounts,
    granting,
    credentials,
    clients,
    tokens,
    auditing,
    organisations,
    erasing,
    copying,
    rectifying,
)
PERMISSIONS = {rpc: permission for part in PARTS for rpc, permission in part.PERMISSIONS.items()}


class Servicer(
    sessions.Sessions,
    second_factors.SecondFactors,
    outside.Outside,
    accounts.Accounts,
    granting.Granting,
    credentials.Credentials,
    clients.Clients,
    tokens.Tokens,
    auditing.Auditing,
    organisations.Organisations,
    erasing.Erasing,
    copying.Copying,
    rectifying.Rectifying,
):
    """Everything identity answers."""


def door(settings: Serve, db: Engine) -> Door:
    watch = use_cases.Watch(settings.database_url, most=max(1, settings.grpc_threads // 2))
    tools = Tools(
        Signer(settings.actor_signing_keys),
        watch,
        Sealer(settings.notifications_seal_keys),
        Vault(settings.account_keys),
        use_cases.Site(settings.public_url.rstrip("/")),
        Fetching(settings.jwks_trusted_origins).fetch,
        _audiences(settings.public_url),
        use_cases.outside_providers(
            settings.oidc_providers, settings.public_url, Asking(settings.jwks_trusted_origins).ask, now()
        ),
    )
    return Door(
        name="lfpse.identity.v1.Identity",
        add=pb_grpc.add_IdentityServicer_to_server,
        servicer=Servicer(db, tools),
        permissions=PERMISSIONS,
        callers=frozenset({"gateway"}),
        closing=watch.close,
    )


def _audiences(public_url: str) -> frozenset[str]:
    """What an assertion may be for: us, or our token endpoint."""
    issuer = public_url.rstrip("/")
    return frozenset({issuer, f"{issuer}/oauth2/token"})

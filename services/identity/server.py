"""gRPC door: request → use case → reply."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from grpc import ServicerContext
from sqlalchemy import Engine

from chassis.actors import Signer
from chassis.grpc_server import OPEN, Door, actor
from protos.identity.v1 import identity_pb2 as pb
from protos.identity.v1 import identity_pb2_grpc as pb_grpc
from services.identity import messages, use_cases
from services.identity.domain.roles import Permission
from services.identity.settings import Serve

PERMISSIONS = {
    "SignIn": OPEN,
    "SignOut": OPEN,
    "ActorForSession": OPEN,
    "ActorForKey": OPEN,
    "WatchCredentials": OPEN,
    "ListCredentials": Permission.READ_CREDENTIALS,
    "RevokeCredential": Permission.REVOKE_CREDENTIAL,
    "ListAccounts": Permission.READ_ACCOUNTS,
}


class Servicer(pb_grpc.IdentityServicer):
    """`code` of SignIn is not looked at yet: no account has a second factor."""

    def __init__(self, db: Engine, signer: Signer, watch: use_cases.Watch) -> None:
        self._db = db
        self._signer = signer
        self.watch = watch

    def SignIn(self, request: pb.SignInRequest, context: ServicerContext) -> pb.Session:
        return messages.session(use_cases.sign_in(self._db, request.email, request.password, _now()))

    def SignOut(self, request: pb.SignOutRequest, context: ServicerContext) -> pb.SignedOut:
        use_cases.sign_out(self._db, request.token, _now())
        return pb.SignedOut()

    def ActorForSession(self, request: pb.ActorForSessionRequest, context: ServicerContext) -> pb.SignedActor:
        return _signed(use_cases.actor_for_session(self._db, self._signer, request.token, _now()))

    def ActorForKey(self, request: pb.ActorForKeyRequest, context: ServicerContext) -> pb.SignedActor:
        return _signed(use_cases.actor_for_key(self._db, self._signer, request.key, _now()))

    def WatchCredentials(
        self, request: pb.WatchCredentialsRequest, context: ServicerContext
    ) -> Iterator[pb.CredentialEnded]:
        """What ended lately, a first heartbeat, then what ends and heartbeats, until either side goes."""
        with self.watch.line() as line:
            if not context.add_callback(line.end):
                return
            for watch_id in (*use_cases.ended_lately(self._db, _now()), use_cases.ALIVE):
                yield pb.CredentialEnded(watch_id=watch_id)
            for watch_id in line:
                yield pb.CredentialEnded(watch_id=watch_id)

    def ListCredentials(self, request: pb.ListCredentialsRequest, context: ServicerContext) -> pb.Credentials:
        return messages.credentials(use_cases.list_credentials(self._db, actor(), request.organisation))

    def RevokeCredential(
        self, request: pb.RevokeCredentialRequest, context: ServicerContext
    ) -> pb.Credential:
        return messages.credential(
            use_cases.revoke_credential(self._db, actor(), request.credential_id, _now())
        )

    def ListAccounts(self, request: pb.ListAccountsRequest, context: ServicerContext) -> pb.Accounts:
        return messages.accounts(*use_cases.list_accounts(self._db, actor(), request.after, _now()))


def door(settings: Serve, db: Engine) -> Door:
    watch = use_cases.Watch(settings.database_url, most=max(1, settings.grpc_threads // 2))
    return Door(
        name="lfpse.identity.v1.Identity",
        add=pb_grpc.add_IdentityServicer_to_server,
        servicer=Servicer(db, Signer(settings.actor_signing_keys), watch),
        permissions=PERMISSIONS,
        callers=frozenset({"gateway"}),
        closing=watch.close,
    )


def _signed(one: use_cases.Signed) -> pb.SignedActor:
    return messages.signed_actor(one.token, one.expires_at, one.watch_id)


def _now() -> datetime:
    return datetime.now(UTC)

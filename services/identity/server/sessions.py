"""Signing in and out, whose a session or a key is, and what must no longer be honoured."""

from __future__ import annotations

from collections.abc import Iterator

from grpc import ServicerContext

from chassis.grpc_server import OPEN
from protos.identity.v1 import identity_pb2 as pb
from services.identity import messages, use_cases
from services.identity.server.parts import Part, now

PERMISSIONS = {
    "SignIn": OPEN,
    "SignOut": OPEN,
    "ActorForSession": OPEN,
    "ActorForKey": OPEN,
    "WatchCredentials": OPEN,
}


class Sessions(Part):
    """`code` of SignIn is not looked at yet: no account has a second factor."""

    def SignIn(self, request: pb.SignInRequest, context: ServicerContext) -> pb.Session:
        return messages.session(
            use_cases.sign_in(self.db, request.email, request.password, now(), request.from_address)
        )

    def SignOut(self, request: pb.SignOutRequest, context: ServicerContext) -> pb.SignedOut:
        use_cases.sign_out(self.db, request.token, now())
        return pb.SignedOut()

    def ActorForSession(self, request: pb.ActorForSessionRequest, context: ServicerContext) -> pb.SignedActor:
        return _signed(use_cases.actor_for_session(self.db, self.tools.signer, request.token, now()))

    def ActorForKey(self, request: pb.ActorForKeyRequest, context: ServicerContext) -> pb.SignedActor:
        return _signed(use_cases.actor_for_key(self.db, self.tools.signer, request.key, now()))

    def WatchCredentials(
        self, request: pb.WatchCredentialsRequest, context: ServicerContext
    ) -> Iterator[pb.CredentialEnded]:
        """What ended lately, a first heartbeat, then what ends and heartbeats, until either side goes."""
        with self.tools.watch.line() as line:
            if not context.add_callback(line.end):
                return
            for watch_id in (*use_cases.ended_lately(self.db, now()), use_cases.ALIVE):
                yield pb.CredentialEnded(watch_id=watch_id)
            for watch_id in line:
                yield pb.CredentialEnded(watch_id=watch_id)


def _signed(one: use_cases.Signed) -> pb.SignedActor:
    return messages.signed_actor(one.token, one.expires_at, one.watch_id)

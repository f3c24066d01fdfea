"""Signing in and out, whose a session or a key is, and what must no longer be honoured."""

from __future__ import annotations

from collections.abc import Iterator

from grpc import ServicerContext

from chassis.grpc_server import OPEN
from protos.identity.v1 import identity_pb2 as pb
from services.identity import messages, use_cases
from services.identity.domain.accounts import Session
from services.identity.domain.second_factors import Strength, second_needed
from services.identity.server.parts import Part, now

PERMISSIONS = {
    "SignIn": OPEN,
    "SignOut": OPEN,
    "ActorForSession": OPEN,
    "ActorForKey": OPEN,
    "WatchCredentials": OPEN,
}


class Sessions(Part):
    def SignIn(self, request: pb.SignInRequest, context: ServicerContext) -> pb.Session:
        """With a code, both halves of a sign-in at once."""
        device = use_cases.OnDevice(
            request.device, request.device_label, request.remember, request.from_address
        )
        session = use_cases.sign_in(self.db, request.email, request.password, now(), device)
        if session.strength == Strength.HALF and not request.two_steps:
            session = self._completed(session.token, request.code, device)
        return messages.session(session)

    def _completed(self, half: str, code: str, device: use_cases.OnDevice) -> Session:
        if not code:
            use_cases.sign_out(self.db, half, now())
            raise second_needed()
        answer = use_cases.Proof(code)
        return use_cases.complete_sign_in(
            self.db, self.tools.vault, self.tools.site, half, answer, device, now()
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
    return messages.signed_actor(one.token, one.expires_at, one.watch_id, one.scope)

"""OAuth 2 for LRMS clients that sign, and what a token is, for support staff."""

from __future__ import annotations

from grpc import ServicerContext

from chassis.grpc_server import OPEN, actor
from protos.identity.v1 import identity_pb2 as pb
from services.identity import messages, use_cases
from services.identity.domain.roles import Permission
from services.identity.server.parts import Part, now

PERMISSIONS = {"IssueToken": OPEN, "ActorForToken": OPEN, "Introspect": Permission.INTROSPECT}


class Tokens(Part):
    def IssueToken(self, request: pb.IssueTokenRequest, context: ServicerContext) -> pb.AccessToken:
        tools = self.tools
        made = use_cases.issue_token(
            self.db,
            tools.fetch,
            tools.audiences,
            request.assertion,
            request.scope,
            request.client_id,
            now(),
        )
        return messages.access_token(made)

    def ActorForToken(self, request: pb.ActorForTokenRequest, context: ServicerContext) -> pb.SignedActor:
        one = use_cases.actor_for_token(self.db, self.tools.signer, request.token, request.under_way, now())
        return messages.signed_actor(one.token, one.expires_at, one.watch_id, one.scope)

    def Introspect(self, request: pb.IntrospectRequest, context: ServicerContext) -> pb.Introspection:
        one = use_cases.introspect(self.db, actor(), request.token, now())
        client = one.client
        return pb.Introspection(
            active=one.state == use_cases.ACTIVE,
            kind=one.kind,
            state=one.state,
            id=one.id,
            client_id=client.id if client else "",
            product=client.product if client else "",
            organisation=client.organisation if client else "",
            environment=client.environment if client else "",
            scope=" ".join(one.scopes),
            account_id=one.account_id,
            issued_at=one.issued_at,
            expires_at=one.expires_at,
            last_used_on=one.last_used_on.isoformat() if one.last_used_on else "",
        )

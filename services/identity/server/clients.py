"""LRMS clients and their public keys, for whoever administers the organisation and for support staff."""

from __future__ import annotations

from grpc import ServicerContext

from chassis.grpc_server import actor
from protos.identity.v1 import identity_pb2 as pb
from services.identity import messages, use_cases
from services.identity.domain.roles import Permission
from services.identity.server.parts import Part, now

PERMISSIONS = {
    "ListClients": Permission.READ_CREDENTIALS,
    "RegisterClient": Permission.ISSUE_CREDENTIAL,
    "SetClientScopes": Permission.ISSUE_CREDENTIAL,
    "PutClientKeys": Permission.ISSUE_CREDENTIAL,
    "RemoveClientKeys": Permission.REVOKE_CREDENTIAL,
    "EndClient": Permission.REVOKE_CREDENTIAL,
}


class Clients(Part):
    def ListClients(self, request: pb.ListClientsRequest, context: ServicerContext) -> pb.LrmsClients:
        found = use_cases.list_clients(self.db, actor(), request.organisation, now())
        return pb.LrmsClients(clients=[messages.client(*one) for one in found])

    def RegisterClient(self, request: pb.RegisterClientRequest, context: ServicerContext) -> pb.LrmsClient:
        asked = (request.product, request.organisation, request.environment)
        return messages.client(*use_cases.register_client(self.db, actor(), *asked, now()))

    def SetClientScopes(self, request: pb.SetClientScopesRequest, context: ServicerContext) -> pb.LrmsClient:
        return messages.client(
            *use_cases.set_scopes(self.db, actor(), request.client_id, request.scopes, now())
        )

    def PutClientKeys(self, request: pb.PutClientKeysRequest, context: ServicerContext) -> pb.LrmsClient:
        asked = (request.client_id, request.jwks, request.jwks_uri)
        return messages.client(*use_cases.put_keys(self.db, self.tools.fetch, actor(), *asked, now()))

    def RemoveClientKeys(
        self, request: pb.RemoveClientKeysRequest, context: ServicerContext
    ) -> pb.LrmsClient:
        return messages.client(*use_cases.remove_keys(self.db, actor(), request.client_id, now()))

    def EndClient(self, request: pb.EndClientRequest, context: ServicerContext) -> pb.LrmsClient:
        return messages.client(*use_cases.end_client(self.db, actor(), request.client_id, now()))

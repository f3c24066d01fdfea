"""LRMS keys, for whoever administers the organisation and for support staff."""

from __future__ import annotations

from grpc import ServicerContext

from chassis.grpc_server import actor
from protos.identity.v1 import identity_pb2 as pb
from services.identity import messages, use_cases
from services.identity.domain.roles import Permission
from services.identity.server.parts import Part, now

PERMISSIONS = {
    "ListCredentials": Permission.READ_CREDENTIALS,
    "RevokeCredential": Permission.REVOKE_CREDENTIAL,
    "IssueCredential": Permission.ISSUE_CREDENTIAL,
}


class Credentials(Part):
    def ListCredentials(self, request: pb.ListCredentialsRequest, context: ServicerContext) -> pb.Credentials:
        return messages.credentials(use_cases.list_credentials(self.db, actor(), request.organisation))

    def RevokeCredential(
        self, request: pb.RevokeCredentialRequest, context: ServicerContext
    ) -> pb.Credential:
        return messages.credential(
            use_cases.revoke_credential(self.db, actor(), request.credential_id, now())
        )

    def IssueCredential(
        self, request: pb.IssueCredentialRequest, context: ServicerContext
    ) -> pb.IssuedCredential:
        made, key = use_cases.issue_credential(
            self.db,
            actor(),
            request.product,
            request.organisation,
            request.environment,
            request.days,
            now(),
            request.scopes,
            request.besides if request.no_other else None,
        )
        return pb.IssuedCredential(credential=messages.credential(made), key=key)

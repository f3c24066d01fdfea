"""People and the roles they hold, for support staff."""

from __future__ import annotations

from grpc import ServicerContext

from chassis.grpc_server import actor
from protos.identity.v1 import identity_pb2 as pb
from services.identity import messages, use_cases
from services.identity.domain.roles import Permission
from services.identity.server.parts import Part, now

PERMISSIONS = {"ListAccounts": Permission.READ_ACCOUNTS}


class Accounts(Part):
    def ListAccounts(self, request: pb.ListAccountsRequest, context: ServicerContext) -> pb.Accounts:
        return messages.accounts(*use_cases.list_accounts(self.db, actor(), request.after, now()))

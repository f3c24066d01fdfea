"""Erasing accounts, over gRPC."""

from __future__ import annotations

from grpc import ServicerContext

from chassis.grpc_server import actor
from protos.identity.v1 import identity_pb2 as pb
from services.identity import messages
from services.identity.domain.roles import Permission
from services.identity.server.parts import Part, now
from services.identity.use_cases import erasing

PERMISSIONS = {
    "AskAccountErasure": Permission.ASK_ERASURE,
    "ConfirmAccountErasure": Permission.ERASE,
    "WithdrawAccountErasure": Permission.ASK_ERASURE,
    "GetAccountErasure": Permission.ASK_ERASURE,
    "ListAccountErasures": Permission.ASK_ERASURE,
}


class Erasing(Part):
    """The RPCs about erasures of accounts."""

    def AskAccountErasure(
        self, request: pb.AskAccountErasureRequest, context: ServicerContext
    ) -> pb.AccountErasure:
        return messages.account_erasure(
            erasing.ask_account_erasure(
                self.db, actor(), request.account_id, request.ground, request.case_number, now()
            )
        )

    def ConfirmAccountErasure(
        self, request: pb.ConfirmAccountErasureRequest, context: ServicerContext
    ) -> pb.AccountErasure:
        return messages.account_erasure(
            erasing.confirm_account_erasure(self.db, actor(), request.account_id, now())
        )

    def WithdrawAccountErasure(
        self, request: pb.WithdrawAccountErasureRequest, context: ServicerContext
    ) -> pb.AccountErasure:
        return messages.account_erasure(
            erasing.withdraw_account_erasure(self.db, actor(), request.account_id, now())
        )

    def GetAccountErasure(
        self, request: pb.GetAccountErasureRequest, context: ServicerContext
    ) -> pb.AccountErasure:
        return messages.account_erasure(erasing.find_account_erasure(self.db, actor(), request.account_id))

    def ListAccountErasures(
        self, request: pb.ListAccountErasuresRequest, context: ServicerContext
    ) -> pb.AccountErasures:
        found, following = erasing.list_account_erasures(
            self.db, actor(), request.cursor, request.limit, request.to_confirm
        )
        return pb.AccountErasures(
            items=[messages.listed_account_erasure(one) for one in found], next=following
        )

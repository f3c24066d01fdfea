"""Putting right what an account is known by, over gRPC."""

from __future__ import annotations

from grpc import ServicerContext

from chassis.grpc_server import OPEN, actor
from protos.identity.v1 import identity_pb2 as pb
from services.identity import messages
from services.identity.domain.roles import Permission
from services.identity.server.parts import Part, now
from services.identity.use_cases import rectifying

PERMISSIONS = {
    "ChangeDetails": Permission.OWN_ACCOUNT,
    "RectifyAccount": Permission.RECTIFY,
    "ConfirmAddress": OPEN,
}


class Rectifying(Part):
    """The RPCs about names and addresses."""

    def ChangeDetails(self, request: pb.ChangeDetailsRequest, context: ServicerContext) -> pb.Account:
        sealer = self.tools.to_notifications
        return messages.account(
            rectifying.change_details(
                self.db, sealer, actor(), request.password, request.name, request.email, now()
            )
        )

    def RectifyAccount(self, request: pb.RectifyAccountRequest, context: ServicerContext) -> pb.Account:
        sealer, case = self.tools.to_notifications, request.case_number
        return messages.account(
            rectifying.rectify_account(
                self.db, sealer, actor(), request.account_id, request.name, request.email, case, now()
            )
        )

    def ConfirmAddress(self, request: pb.ConfirmAddressRequest, context: ServicerContext) -> pb.Account:
        sealer, place = self.tools.to_notifications, request.from_address
        return messages.account(
            rectifying.confirm_address(
                self.db, sealer, request.email, request.code, request.password, now(), place
            )
        )

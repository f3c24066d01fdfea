"""Giving somebody a copy of what is held of them, and putting right what is wrong in it, over gRPC."""

from __future__ import annotations

from collections.abc import Iterator

from grpc import ServicerContext

from chassis.grpc_server import OPEN, actor
from protos.audit.v1.copying_pb2 import CopyHeldRequest, HeldRows
from protos.identity.v1 import identity_pb2 as pb
from services.identity import messages
from services.identity.domain.roles import Permission
from services.identity.server.parts import Part, now
from services.identity.use_cases import rectifying
from services.identity.use_cases.copying import copy_held

PERMISSIONS = {
    "CopyHeld": Permission.OWN_ACCOUNT,
    "ChangeDetails": Permission.OWN_ACCOUNT,
    "RectifyAccount": Permission.RECTIFY,
    "ConfirmAddress": OPEN,
}


class Copying(Part):
    """What is held of somebody, right and in their hands."""

    def CopyHeld(self, request: CopyHeldRequest, context: ServicerContext) -> Iterator[HeldRows]:
        return copy_held(self.db, actor(), request, now())

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

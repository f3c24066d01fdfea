"""Erasing the text of a record, over gRPC."""

from __future__ import annotations

from grpc import ServicerContext
from sqlalchemy import Engine

from chassis.grpc_server import actor
from protos.recording.v1 import recording_pb2 as pb
from protos.recording.v1 import recording_pb2_grpc as pb_grpc
from services.recording import use_cases
from services.recording.messages.erasing import erasure
from services.recording.use_cases import erasing

PERMISSIONS = {
    "AskErasure": erasing.ASK,
    "ConfirmErasure": erasing.ERASE,
    "WithdrawErasure": erasing.ASK,
    "GetErasure": erasing.READ_ERASURES,
    "ListErasures": erasing.READ_ERASURES,
}


class Erasing(pb_grpc.RecordingServicer):
    """The RPCs about erasures."""

    _db: Engine
    _tools: use_cases.Tools

    def AskErasure(self, request: pb.AskErasureRequest, context: ServicerContext) -> pb.Erasure:
        return erasure(
            erasing.ask_erasure(
                self._db, self._tools, actor(), request.event, request.ground, request.case_number
            )
        )

    def ConfirmErasure(self, request: pb.ConfirmErasureRequest, context: ServicerContext) -> pb.Erasure:
        return erasure(erasing.confirm_erasure(self._db, self._tools, actor(), request.erasure_id))

    def WithdrawErasure(self, request: pb.WithdrawErasureRequest, context: ServicerContext) -> pb.Erasure:
        return erasure(erasing.withdraw_erasure(self._db, actor(), request.erasure_id))

    def GetErasure(self, request: pb.GetErasureRequest, context: ServicerContext) -> pb.Erasure:
        return erasure(erasing.find_erasure(self._db, actor(), request.erasure_id))

    def ListErasures(self, request: pb.ListErasuresRequest, context: ServicerContext) -> pb.Erasures:
        found, following = erasing.list_erasures(self._db, actor(), request.cursor, request.limit)
        return pb.Erasures(items=[erasure(one, with_places=False) for one in found], next=following)

"""Reporting without an account, and coming back with a code, over gRPC. Open: the code is the proof, and is looked at within."""

from __future__ import annotations

from grpc import ServicerContext
from sqlalchemy import Engine

from chassis.grpc_server import OPEN
from protos.recording.v1 import recording_pb2 as pb
from protos.recording.v1 import recording_pb2_grpc as pb_grpc
from services.recording import use_cases
from services.recording.messages import without_account as wire

PERMISSIONS = dict.fromkeys(("Report", "LookByCode", "AnswerByCode", "AddByCode", "EndCode"), OPEN)


class WithoutAccount(pb_grpc.RecordingServicer):
    """What anybody may ask. `_db` is the live store: there is no sandbox for who has no key."""

    _db: Engine
    _tools: use_cases.Tools

    def Report(self, request: pb.ReportRequest, context: ServicerContext) -> pb.Reported:
        return wire.reported(*use_cases.report(self._db, self._tools, wire.report(request)))

    def LookByCode(self, request: pb.LookByCodeRequest, context: ServicerContext) -> pb.ReporterView:
        found = use_cases.look(self._db, self._tools, wire.holder(request.holder))
        return wire.view(found, use_cases.question_set(found.event.question_set))

    def AnswerByCode(self, request: pb.AnswerByCodeRequest, context: ServicerContext) -> pb.Remark:
        held, question = wire.holder(request.holder), request.remark_id
        return wire.remark(use_cases.answer_by_code(self._db, self._tools, held, question, request.text))

    def AddByCode(self, request: pb.AddByCodeRequest, context: ServicerContext) -> pb.Remark:
        held = wire.holder(request.holder)
        return wire.remark(use_cases.add_by_code(self._db, self._tools, held, request.text))

    def EndCode(self, request: pb.EndCodeRequest, context: ServicerContext) -> pb.CodeEnded:
        use_cases.end_code(self._db, wire.holder(request.holder))
        return pb.CodeEnded()

"""Lists of work, over gRPC."""

from __future__ import annotations

from grpc import ServicerContext
from sqlalchemy import Engine

from chassis.grpc_server import actor
from protos.recording.v1 import recording_pb2 as pb
from protos.recording.v1 import recording_pb2_grpc as pb_grpc
from services.recording import use_cases
from services.recording.messages import worklist as wire
from services.recording.messages.events import answers

PERMISSIONS = {
    "ListWork": use_cases.READ,
    "CountWork": use_cases.HANDLE,
    "ListOwn": use_cases.READ,
    "FindAlike": use_cases.SUBMIT,
}


class WorkLists(pb_grpc.RecordingServicer):
    """What waits for an organisation, and what one recorded oneself."""

    _db: Engine
    _tools: use_cases.Tools

    def ListWork(self, request: pb.ListWorkRequest, context: ServicerContext) -> pb.WorkList:
        how = (wire.asked(request), request.exported, request.most)
        return wire.work_list(*use_cases.list_work(self._db, self._tools, actor(), *how))

    def CountWork(self, request: pb.CountWorkRequest, context: ServicerContext) -> pb.WorkCounts:
        return wire.counts(use_cases.count_work(self._db, self._tools, actor()))

    def FindAlike(self, request: pb.FindAlikeRequest, context: ServicerContext) -> pb.Alike:
        shown, others = use_cases.find_alike(
            self._db,
            self._tools,
            actor(),
            request.organisation,
            request.event_type,
            request.occurred_on,
            answers(request.answers),
        )
        return wire.alike(shown, others)

    def ListOwn(self, request: pb.ListOwnRequest, context: ServicerContext) -> pb.OwnRecords:
        found = use_cases.list_own(self._db, self._tools, actor(), request.cursor, request.count)
        return wire.own_records(*found)

"""Original text behind glass, over gRPC."""

from __future__ import annotations

from grpc import ServicerContext
from sqlalchemy import Engine

from chassis.grpc_server import actor
from protos.recording.v1 import recording_pb2 as pb
from protos.recording.v1 import recording_pb2_grpc as pb_grpc
from services.recording import use_cases
from services.recording.domain.glass import Why
from services.recording.messages.glass import glass

PERMISSIONS = {
    "BreakGlass": use_cases.ORIGINAL,
    "ReadOriginal": use_cases.ORIGINAL,
    "EndGlass": use_cases.ORIGINAL,
    "ListGlasses": use_cases.READ_GLASSES,
    "ListOwnGlasses": use_cases.ORIGINAL,
}


class OriginalText(pb_grpc.RecordingServicer):
    """The RPCs about original text."""

    def __init__(self, db: Engine, tools: use_cases.Tools) -> None:
        self._db = db
        self._tools = tools

    def BreakGlass(self, request: pb.BreakGlassRequest, context: ServicerContext) -> pb.Glass:
        why = Why(request.purpose, request.case_number, request.reason, request.minutes)
        return glass(use_cases.break_glass(self._db, self._tools, actor(), request.event, why))

    def ReadOriginal(self, request: pb.ReadOriginalRequest, context: ServicerContext) -> pb.Original:
        event, texts = use_cases.read_original(
            self._db, self._tools, actor(), request.event, request.revision
        )
        return pb.Original(event_id=event.event_id, revision=event.revision, texts=texts)

    def EndGlass(self, request: pb.EndGlassRequest, context: ServicerContext) -> pb.GlassEnded:
        use_cases.end_glass(self._db, self._tools, actor(), request.event)
        return pb.GlassEnded()

    def ListGlasses(self, request: pb.ListGlassesRequest, context: ServicerContext) -> pb.Glasses:
        return self._listed(False, request.cursor, request.limit)

    def ListOwnGlasses(self, request: pb.ListOwnGlassesRequest, context: ServicerContext) -> pb.Glasses:
        return self._listed(True, request.cursor, request.limit)

    def _listed(self, own: bool, cursor: str, limit: int) -> pb.Glasses:
        found, following = use_cases.list_glasses(self._db, self._tools, actor(), own, cursor, limit)
        return pb.Glasses(items=[glass(one) for one in found], next=following)

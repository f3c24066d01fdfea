"""What answers suggest to consider, over gRPC."""

from __future__ import annotations

from grpc import ServicerContext
from sqlalchemy import Engine

from chassis.grpc_server import actor
from protos.recording.v1 import recording_pb2 as pb
from protos.recording.v1 import recording_pb2_grpc as pb_grpc
from services.recording import use_cases
from services.recording.messages import suggestions as wire

PERMISSIONS = {"Suggest": use_cases.READ}


class Suggestions(pb_grpc.RecordingServicer):
    """Advice; nothing is set by it."""

    _db: Engine
    _tools: use_cases.Tools

    def Suggest(self, request: pb.SuggestRequest, context: ServicerContext) -> pb.Suggestions:
        return wire.suggestions(use_cases.suggest(self._db, self._tools, actor(), request.event))

"""Conformance runs, over gRPC; who has passed is public."""

from __future__ import annotations

from grpc import ServicerContext
from sqlalchemy import Engine

from chassis.grpc_server import OPEN, actor
from protos.recording.v1 import recording_pb2 as pb
from protos.recording.v1 import recording_pb2_grpc as pb_grpc
from services.recording.messages import conformance as wire
from services.recording.use_cases import conformance
from services.recording.use_cases.sandbox import SANDBOX

PERMISSIONS = {"StartConformanceRun": SANDBOX, "GetConformanceRun": SANDBOX, "ListConformance": OPEN}


class Conformance(pb_grpc.RecordingServicer):
    """Runs of whoever asks, and what became of all. `_db` is the store of whoever asks, `_live` always the live one."""

    _db: Engine
    _live: Engine

    def StartConformanceRun(
        self, request: pb.StartConformanceRunRequest, context: ServicerContext
    ) -> pb.ConformanceRun:
        made = conformance.start_run(self._db, actor(), request.product_version, request.question_set)
        return wire.run(*conformance.look_at_run(self._db, self._live, actor(), made.run_id))

    def GetConformanceRun(
        self, request: pb.GetConformanceRunRequest, context: ServicerContext
    ) -> pb.ConformanceRun:
        return wire.run(*conformance.look_at_run(self._db, self._live, actor(), request.run_id))

    def ListConformance(self, request: pb.ListConformanceRequest, context: ServicerContext) -> pb.Conformance:
        return wire.entries(conformance.list_passed(self._live))

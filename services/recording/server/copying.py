"""A copy of what is held of somebody, over gRPC."""

from __future__ import annotations

from collections.abc import Iterator

from grpc import ServicerContext
from sqlalchemy import Engine

from chassis.grpc_server import actor
from protos.audit.v1.copying_pb2 import CopyHeldRequest, HeldRows
from protos.recording.v1 import recording_pb2_grpc as pb_grpc
from services.recording.use_cases.copying import COPY_OWN, copy_held

PERMISSIONS = {"CopyHeld": COPY_OWN}


class Copying(pb_grpc.RecordingServicer):
    """The one RPC."""

    _db: Engine

    def CopyHeld(self, request: CopyHeldRequest, context: ServicerContext) -> Iterator[HeldRows]:
        return copy_held(self._db, actor(), request)

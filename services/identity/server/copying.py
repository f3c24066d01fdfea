"""Giving somebody a copy of what is held of them, over gRPC."""

from __future__ import annotations

from collections.abc import Iterator

from grpc import ServicerContext

from chassis.grpc_server import actor
from protos.audit.v1.copying_pb2 import CopyHeldRequest, HeldRows
from services.identity.domain.roles import Permission
from services.identity.server.parts import Part, now
from services.identity.use_cases.copying import copy_held

PERMISSIONS = {"CopyHeld": Permission.OWN_ACCOUNT}


class Copying(Part):
    """The one RPC."""

    def CopyHeld(self, request: CopyHeldRequest, context: ServicerContext) -> Iterator[HeldRows]:
        return copy_held(self.db, actor(), request, now())

"""gRPC door: request → use case → reply."""

from __future__ import annotations

from collections.abc import Iterator

from grpc import ServicerContext
from sqlalchemy import Engine

from chassis.grpc_server import Door, actor
from protos.audit.v1.copying_pb2 import CopyHeldRequest, HeldRows
from protos.notifications.v1 import notifications_pb2 as pb
from protos.notifications.v1 import notifications_pb2_grpc as pb_grpc
from services.notifications import messages, use_cases
from services.notifications.domain import READ
from services.notifications.settings import Serve


class Servicer(pb_grpc.NotificationsServicer):
    def __init__(self, db: Engine) -> None:
        self._db = db

    def ListNotices(self, request: pb.ListNoticesRequest, context: ServicerContext) -> pb.Notices:
        return messages.notices(*use_cases.list_notices(self._db, actor(), request.cursor, request.limit))

    def MarkRead(self, request: pb.MarkReadRequest, context: ServicerContext) -> pb.Notice:
        return messages.notice(use_cases.mark_read(self._db, actor(), request.notice_id))

    def CopyHeld(self, request: CopyHeldRequest, context: ServicerContext) -> Iterator[HeldRows]:
        return use_cases.copy_held(self._db, actor(), request)


def door(settings: Serve, db: Engine) -> Door:
    return Door(
        name="lfpse.notifications.v1.Notifications",
        add=pb_grpc.add_NotificationsServicer_to_server,
        servicer=Servicer(db),
        permissions={"ListNotices": READ, "MarkRead": READ, "CopyHeld": READ},
        callers=frozenset({"gateway"}),
    )

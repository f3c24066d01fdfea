"""gRPC door: request → use case → reply."""

from __future__ import annotations

from collections.abc import Iterator

from grpc import ServicerContext
from sqlalchemy import Engine

from chassis.grpc_server import OPEN, Door, actor
from chassis.sealing import Opener
from protos.audit.v1.copying_pb2 import CopyHeldRequest, HeldRows
from protos.notifications.v1 import feedback_pb2
from protos.notifications.v1 import notifications_pb2 as pb
from protos.notifications.v1 import notifications_pb2_grpc as pb_grpc
from services.notifications import messages, use_cases
from services.notifications.domain import READ, READ_FEEDBACK
from services.notifications.settings import Serve


class Servicer(pb_grpc.NotificationsServicer):
    def __init__(self, db: Engine, opener: Opener) -> None:
        self._db, self._opener = db, opener

    def ListNotices(self, request: pb.ListNoticesRequest, context: ServicerContext) -> pb.Notices:
        return messages.notices(*use_cases.list_notices(self._db, actor(), request.cursor, request.limit))

    def MarkRead(self, request: pb.MarkReadRequest, context: ServicerContext) -> pb.Notice:
        return messages.notice(use_cases.mark_read(self._db, actor(), request.notice_id))

    def CopyHeld(self, request: CopyHeldRequest, context: ServicerContext) -> Iterator[HeldRows]:
        return use_cases.copy_held(self._db, actor(), request)

    def TakeFeedback(
        self, request: feedback_pb2.TakeFeedbackRequest, context: ServicerContext
    ) -> feedback_pb2.FeedbackTaken:
        use_cases.take_feedback(self._db, self._opener, messages.said(request), request.once)
        return feedback_pb2.FeedbackTaken()

    def ListFeedback(
        self, request: feedback_pb2.ListFeedbackRequest, context: ServicerContext
    ) -> feedback_pb2.FeedbackList:
        asked = request.cursor, request.limit, request.done
        return messages.feedback_list(*use_cases.list_feedback(self._db, self._opener, actor(), *asked))

    def MarkFeedbackDone(
        self, request: feedback_pb2.MarkFeedbackDoneRequest, context: ServicerContext
    ) -> feedback_pb2.FeedbackDone:
        use_cases.mark_feedback_done(self._db, actor(), request.feedback_id)
        return feedback_pb2.FeedbackDone()


def door(settings: Serve, db: Engine) -> Door:
    return Door(
        name="lfpse.notifications.v1.Notifications",
        add=pb_grpc.add_NotificationsServicer_to_server,
        servicer=Servicer(db, Opener(settings.notifications_open_keys)),
        permissions={
            "ListNotices": READ,
            "MarkRead": READ,
            "CopyHeld": READ,
            "TakeFeedback": OPEN,
            "ListFeedback": READ_FEEDBACK,
            "MarkFeedbackDone": READ_FEEDBACK,
        },
        callers=frozenset({"gateway"}),
    )

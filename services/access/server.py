"""gRPC door: request → use case → reply."""

from __future__ import annotations

from collections.abc import Iterator

from grpc import ServicerContext
from sqlalchemy import Engine

from chassis.grpc_server import Door, actor
from protos.access.v1 import access_pb2 as pb
from protos.access.v1 import access_pb2_grpc as pb_grpc
from protos.audit.v1.copying_pb2 import CopyHeldRequest, HeldRows
from services.access import messages, use_cases
from services.access.domain import COPY_OWN, READ
from services.access.settings import Serve


class Servicer(pb_grpc.AccessServicer):
    def __init__(self, db: Engine) -> None:
        self._db = db
        self._labels = use_cases.LabelBook(db)

    def ListEvents(self, request: pb.ListEventsRequest, context: ServicerContext) -> pb.Events:
        events, following = use_cases.list_events(self._db, actor(), request.cursor, request.limit)
        items = [messages.event(one, self._labels.of(one.question_set)) for one in events]
        return pb.Events(items=items, next=following)

    def GetEvent(self, request: pb.GetEventRequest, context: ServicerContext) -> pb.Event:
        event = use_cases.show_event(self._db, actor(), request.reference)
        return messages.event(event, self._labels.of(event.question_set))

    def CopyHeld(self, request: CopyHeldRequest, context: ServicerContext) -> Iterator[HeldRows]:
        return use_cases.copy_held(self._db, actor(), request)


def door(settings: Serve, db: Engine) -> Door:
    return Door(
        name="lfpse.access.v1.Access",
        add=pb_grpc.add_AccessServicer_to_server,
        servicer=Servicer(db),
        permissions={"ListEvents": READ, "GetEvent": READ, "CopyHeld": COPY_OWN},
        callers=frozenset({"gateway"}),
    )

"""gRPC door: request → use case → reply."""

from __future__ import annotations

from grpc import ServicerContext
from sqlalchemy import Engine

from chassis.grpc_server import Door, actor
from chassis.problems import invalid
from chassis.sealing import Sealer, Vault
from protos.recording.v1 import recording_pb2 as pb
from protos.recording.v1 import recording_pb2_grpc as pb_grpc
from services.recording import messages, store, use_cases
from services.recording.settings import Serve


class Servicer(pb_grpc.RecordingServicer):
    def __init__(self, db: Engine, tools: use_cases.Tools) -> None:
        self._db = db
        self._tools = tools

    def Submit(self, request: pb.SubmitRequest, context: ServicerContext) -> pb.Submitted:
        if request.route not in messages.ROUTES:
            raise invalid("no-route", "Say by which route the event comes: the API or online.")
        submission = use_cases.Submission(
            question_set=request.question_set,
            answers=messages.answers(request),
            route=messages.ROUTES[request.route],
            organisation=request.organisation,
            idempotency_key=request.idempotency_key,
            local_reference=request.local_reference,
        )
        return messages.submitted(use_cases.submit(self._db, self._tools, actor(), submission))

    def GetEvent(self, request: pb.GetEventRequest, context: ServicerContext) -> pb.SafetyEvent:
        row, texts = use_cases.find_event(self._db, actor(), request.event_id)
        return messages.event(row, texts, use_cases.question_sets()[row.question_set])


def door(settings: Serve, db: Engine) -> Door:
    tools = use_cases.Tools(
        directory=store.Directory(db),
        vault=Vault(settings.record_keys),
        to_enrichment=Sealer(settings.enrichment_seal_keys),
        to_notifications=Sealer(settings.notifications_seal_keys),
    )
    return Door(
        name="lfpse.recording.v1.Recording",
        add=pb_grpc.add_RecordingServicer_to_server,
        servicer=Servicer(db, tools),
        permissions={"Submit": use_cases.SUBMIT, "GetEvent": use_cases.READ},
        callers=frozenset({"gateway"}),
    )

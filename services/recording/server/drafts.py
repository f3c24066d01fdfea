"""Drafts, over gRPC: each is its author's alone."""

from __future__ import annotations

from grpc import ServicerContext
from sqlalchemy import Engine

from chassis.grpc_server import actor
from protos.recording.v1 import recording_pb2 as pb
from protos.recording.v1 import recording_pb2_grpc as pb_grpc
from services.recording import use_cases
from services.recording.messages import drafts as wire

PERMISSIONS = dict.fromkeys(("SaveDraft", "GetDraft", "ListDrafts", "DiscardDraft"), use_cases.SUBMIT)


class Drafts(pb_grpc.RecordingServicer):
    """What people keep before they submit."""

    _db: Engine
    _tools: use_cases.Tools

    def SaveDraft(self, request: pb.SaveDraftRequest, context: ServicerContext) -> pb.Draft:
        content, named = wire.content(request), (request.draft_id, request.expected_version)
        key = request.idempotency_key
        kept = use_cases.save_draft(self._db, self._tools, actor(), content, *named, key=key)
        return wire.draft(kept, use_cases.question_set(kept.content.question_set))

    def GetDraft(self, request: pb.GetDraftRequest, context: ServicerContext) -> pb.Draft:
        found = use_cases.find_draft(self._db, self._tools, actor(), request.draft_id)
        if isinstance(found, str):
            return pb.Draft(draft_id=request.draft_id, recorded_as=found)
        return wire.draft(found, use_cases.question_set(found.content.question_set))

    def ListDrafts(self, request: pb.ListDraftsRequest, context: ServicerContext) -> pb.Drafts:
        return wire.drafts(use_cases.list_drafts(self._db, actor()))

    def DiscardDraft(self, request: pb.DiscardDraftRequest, context: ServicerContext) -> pb.Discarded:
        use_cases.discard_draft(self._db, actor(), request.draft_id)
        return pb.Discarded()

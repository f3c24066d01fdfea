"""Safety responses, over gRPC."""

from __future__ import annotations

from grpc import ServicerContext
from sqlalchemy import Engine

from chassis.grpc_server import actor
from protos.recording.v1 import recording_pb2 as pb
from protos.recording.v1 import recording_pb2_grpc as pb_grpc
from services.recording import use_cases
from services.recording.domain.safety_responses import SafetyResponse
from services.recording.messages import safety_responses as wire
from services.recording.messages.events import answers
from services.recording.use_cases.safety_responses import Content

PERMISSIONS = {
    "SaveSafetyResponse": use_cases.GOVERN,
    "GetSafetyResponse": use_cases.READ,
    "ListSafetyResponses": use_cases.READ,
}


class SafetyResponses(pb_grpc.RecordingServicer):
    """Learning responses to one event or several."""

    _db: Engine
    _tools: use_cases.Tools

    def SaveSafetyResponse(
        self, request: pb.SaveSafetyResponseRequest, context: ServicerContext
    ) -> pb.SafetyResponse:
        content = Content(
            request.question_set, answers(request.answers), list(request.events), request.organisation
        )
        named = (request.response_id, request.expected_version)
        return _whole(use_cases.save_safety_response(self._db, self._tools, actor(), content, *named))

    def GetSafetyResponse(
        self, request: pb.GetSafetyResponseRequest, context: ServicerContext
    ) -> pb.SafetyResponse:
        named = (request.response_id, request.version)
        return _whole(use_cases.find_safety_response(self._db, self._tools, actor(), *named))

    def ListSafetyResponses(
        self, request: pb.ListSafetyResponsesRequest, context: ServicerContext
    ) -> pb.SafetyResponses:
        found, following = use_cases.list_safety_responses(
            self._db, self._tools, actor(), request.status, request.cursor, wire.due(request.due)
        )
        return pb.SafetyResponses(responses=[wire.summary(one) for one in found], next=following)


def _whole(one: SafetyResponse) -> pb.SafetyResponse:
    return wire.response(one, use_cases.question_set(one.question_set))

"""What is done about events after they were recorded, over gRPC."""

from __future__ import annotations

from grpc import ServicerContext
from sqlalchemy import Engine

from chassis.grpc_server import actor
from protos.recording.v1 import recording_pb2 as pb
from protos.recording.v1 import recording_pb2_grpc as pb_grpc
from services.recording import use_cases
from services.recording.messages import following_up as wire

PERMISSIONS = {
    "GetFollowUp": use_cases.READ,
    "Handle": use_cases.HANDLE,
    "Assign": use_cases.HANDLE,
    "GiveFeedback": use_cases.HANDLE,
    "AskReporter": use_cases.HANDLE,
    "AnswerQuestion": use_cases.REVISE,
    "AddAddendum": use_cases.REVISE,
    "LinkEvents": use_cases.HANDLE,
    "UnlinkEvents": use_cases.HANDLE,
}


class FollowingUp(pb_grpc.RecordingServicer):
    """States of handling, remarks and links."""

    _db: Engine
    _tools: use_cases.Tools

    def GetFollowUp(self, request: pb.GetFollowUpRequest, context: ServicerContext) -> pb.FollowUp:
        return wire.follow_up(use_cases.follow_up(self._db, self._tools, actor(), request.event))

    def Handle(self, request: pb.HandleRequest, context: ServicerContext) -> pb.FollowUp:
        wanted = (request.state, request.duplicate_of, request.expected_version)
        return wire.follow_up(use_cases.handle(self._db, self._tools, actor(), request.event, *wanted))

    def Assign(self, request: pb.AssignRequest, context: ServicerContext) -> pb.FollowUp:
        wanted = (request.account_id, request.expected_version)
        return wire.follow_up(use_cases.assign(self._db, self._tools, actor(), request.event, *wanted))

    def GiveFeedback(self, request: pb.GiveFeedbackRequest, context: ServicerContext) -> pb.Remark:
        return wire.remark(
            use_cases.give_feedback(self._db, self._tools, actor(), request.event, request.text)
        )

    def AskReporter(self, request: pb.AskReporterRequest, context: ServicerContext) -> pb.Remark:
        return wire.remark(
            use_cases.ask_reporter(self._db, self._tools, actor(), request.event, request.text)
        )

    def AnswerQuestion(self, request: pb.AnswerQuestionRequest, context: ServicerContext) -> pb.Remark:
        return wire.remark(
            use_cases.answer_question(self._db, self._tools, actor(), request.remark_id, request.text)
        )

    def AddAddendum(self, request: pb.AddAddendumRequest, context: ServicerContext) -> pb.Remark:
        return wire.remark(
            use_cases.add_addendum(self._db, self._tools, actor(), request.event, request.text)
        )

    def LinkEvents(self, request: pb.LinkEventsRequest, context: ServicerContext) -> pb.Link:
        wanted = (request.kind, request.other_event, request.other_organisation)
        return wire.link(use_cases.link_events(self._db, self._tools, actor(), request.event, *wanted))

    def UnlinkEvents(self, request: pb.UnlinkEventsRequest, context: ServicerContext) -> pb.Unlinked:
        use_cases.unlink_events(self._db, self._tools, actor(), request.link_id)
        return pb.Unlinked()

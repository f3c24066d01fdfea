"""The sandbox, over gRPC: every RPC of whoever is in it comes through here, and is answered from the sandbox's store."""

from __future__ import annotations

from typing import Any

from grpc import ServicerContext
from sqlalchemy import Engine

from chassis.grpc_server import actor
from chassis.problems import Problem, unavailable
from protos.recording.v1 import recording_pb2 as pb
from protos.recording.v1 import recording_pb2_grpc as pb_grpc
from services.recording.messages import conformance as wire
from services.recording.messages import searching
from services.recording.use_cases import conformance, sandbox

PERMISSIONS = {"ResetSandbox": sandbox.SANDBOX}


class Sandbox(pb_grpc.RecordingServicer):
    """What one does with the sandbox itself."""

    _db: Engine

    def ResetSandbox(self, request: pb.ResetSandboxRequest, context: ServicerContext) -> pb.SandboxReset:
        return pb.SandboxReset(removed=sandbox.reset(self._db, actor()))


def answer(
    answers: pb_grpc.RecordingServicer, db: Engine, rpc: str, request: Any, context: ServicerContext
) -> Any:
    """What the sandbox's own `answers` say, with words where redacted text would be; what was asked is noted."""
    try:
        reply = getattr(answers, rpc)(request, context)
    except Problem as problem:
        conformance.note(db, actor(), wire.refused(request, problem))
        raise
    sandbox.show_instead(db, wire.made(reply))
    if isinstance(reply, pb.Remark):
        sandbox.show_remark_instead(db, reply.remark_id)
    attempts = wire.attempts(request, reply)
    lost = [conformance.lose_answer(db, actor(), one) for one in attempts]
    conformance.note(db, actor(), [one for one, gone in zip(attempts, lost, strict=True) if not gone])
    return _without(reply, lost, context) if any(lost) else reply


def _without(reply: Any, lost: list[bool], context: ServicerContext) -> Any:
    """The reply without the answers that are lost on purpose: all of it, or some of many."""
    if isinstance(reply, pb.SubmittedMany):
        pairs = zip(reply.outcomes, lost, strict=True)
        return pb.SubmittedMany(outcomes=[searching.outcome(_gone()) if gone else one for one, gone in pairs])
    context.send_initial_metadata(())  # a call that has begun to be answered is not sent again by the gateway
    raise _gone()


def _gone() -> Problem:
    return unavailable("try-again", "This answer was lost on purpose. Send the same again.")

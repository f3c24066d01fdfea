"""gRPC door: request → use case → reply; a file for each part of what recording answers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from grpc import ServicerContext
from sqlalchemy import Engine

from chassis import database
from chassis.grpc_server import OPEN, Door, actor
from chassis.problems import unavailable
from chassis.sealing import Sealer, Vault
from protos.recording.v1 import recording_pb2_grpc as pb_grpc
from services.recording import use_cases
from services.recording.domain.sandbox import is_in
from services.recording.server import (
    conformance,
    copying,
    drafts,
    erasing,
    events,
    following_up,
    glass,
    question_sets,
    safety_responses,
    sandbox,
    suggestions,
    without_account,
    worklist,
)
from services.recording.settings import Serve
from services.recording.store.organisations import Directory
from services.recording.store.sandbox import SCHEMA

PARTS = (
    events,
    glass,
    drafts,
    following_up,
    worklist,
    suggestions,
    safety_responses,
    question_sets,
    sandbox,
    conformance,
    without_account,
    erasing,
    copying,
)
PERMISSIONS = {rpc: permission for part in PARTS for rpc, permission in part.PERMISSIONS.items()}
TRYING = 4  # calls to the sandbox at once: however many come, threads are left for reports
LOOKING_UP = 2  # connections for organisations that are not remembered
TURN = 0.25  # seconds that a call waits to be one of them


class Answers(
    events.Events,
    glass.OriginalText,
    drafts.Drafts,
    following_up.FollowingUp,
    worklist.WorkLists,
    suggestions.Suggestions,
    safety_responses.SafetyResponses,
    question_sets.QuestionSets,
    sandbox.Sandbox,
    conformance.Conformance,
    without_account.WithoutAccount,
    erasing.Erasing,
    copying.Copying,
):
    """Everything recording answers, from the store `db`."""

    def __init__(self, db: Engine, live: Engine, tools: use_cases.Tools) -> None:
        super().__init__(db, tools)
        self._live = live


class Servicer(pb_grpc.RecordingServicer):
    """Everything recording answers, from the store of whoever asks: here alone is it chosen."""

    def __init__(self, live: Engine, tried: Engine, tools: use_cases.Tools) -> None:
        self._live = Answers(live, live, tools)
        self._tried = Answers(tried, live, tools)
        self._sandbox = tried
        self._turns = threading.BoundedSemaphore(TRYING)

    def answer(self, rpc: str, request: Any, context: ServicerContext) -> Any:
        if PERMISSIONS[rpc] != OPEN and is_in(actor()):
            with self._turn():
                return sandbox.answer(self._tried, self._sandbox, rpc, request, context)
        return getattr(self._live, rpc)(request, context)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._turns.acquire(timeout=TURN):
            raise unavailable("try-again", "The sandbox is busy. Try again in a moment.")
        try:
            yield
        finally:
            self._turns.release()


def _answered(rpc: str) -> Callable[[Servicer, Any, ServicerContext], Any]:
    return lambda self, request, context: self.answer(rpc, request, context)


for _rpc in {name for part in Answers.__bases__ for name in vars(part)} & PERMISSIONS.keys():
    setattr(Servicer, _rpc, _answered(_rpc))


def door(settings: Serve, db: Engine) -> Door:
    organisations = database.engine(settings.database_url, LOOKING_UP)
    tools = use_cases.Tools(
        directory=Directory(organisations),
        vault=Vault(settings.record_keys),
        to_enrichment=Sealer(settings.enrichment_seal_keys),
        to_notifications=Sealer(settings.notifications_seal_keys),
    )
    tried = database.engine(settings.database_url, TRYING, SCHEMA)

    def close() -> None:
        organisations.dispose()
        tried.dispose()

    return Door(
        name="lfpse.recording.v1.Recording",
        add=pb_grpc.add_RecordingServicer_to_server,
        servicer=Servicer(db, tried, tools),
        permissions=PERMISSIONS,
        callers=frozenset({"gateway"}),
        closing=close,
    )

"""The services behind the door: one channel to each, made on first use, which is after the worker has forked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from chassis import certificates
from chassis.grpc_client import DEADLINE, Client, Tls
from chassis.problems import unavailable
from gateway.settings import Settings
from protos.access.v1 import access_pb2_grpc
from protos.enrichment.v1 import enrichment_pb2_grpc
from protos.identity.v1 import identity_pb2_grpc
from protos.notifications.v1 import notifications_pb2_grpc
from protos.recording.v1 import recording_pb2_grpc

NEEDED = ("recording", "identity")  # without these we take no traffic; without the others we do less
HEALTH_DEADLINE = 1.0  # seconds
AT_ONCE = 8  # calls of one worker to a service it can do without: a slow one must not take every thread
TURN = 0.25  # seconds a call waits to be one of them


@dataclass(frozen=True)
class _Kind:
    """One service's full gRPC name, its stub, and the calls that are safe to send twice. `at_once` 0 is as many as there are."""

    name: str
    stub: Callable[[Any], Any]
    idempotent: tuple[str, ...]
    at_once: int = AT_ONCE


# What changes something too: recording answers the same request twice with the first record or revision.
_SAFE_OF_RECORDING = (
    "Submit", "SubmitMany", "Revise", "Withdraw", "Restore", "Validate", "GetEvent", "GetHistory",
    "SearchEvents", "Reconcile", "ListQuestionSets", "GetQuestionSet", "GetConceptMap", "FindOrganisations", "GetDraft",
    "ListDrafts", "DiscardDraft", "GetFollowUp", "Suggest", "GetSafetyResponse", "ListSafetyResponses",
    "Handle", "AskReporter", "AnswerQuestion", "AddAddendum", "LinkEvents", "UnlinkEvents", "SaveSafetyResponse",
    "AnonymiseReporter", "GetConformanceRun", "ListConformance", "SaveDraft", "Retype", "Govern",
    "Report", "LookByCode", "AnswerByCode", "AddByCode", "EndCode",
    "BreakGlass", "EndGlass", "ListGlasses", "ListOwnGlasses",
    "Assign", "GiveFeedback", "ListWork", "CountWork", "ListOwn", "FindAlike",
    "AskErasure", "ConfirmErasure", "WithdrawErasure", "GetErasure", "ListErasures",
)  # fmt: skip
_SAFE_OF_IDENTITY = (
    "SignOut", "ActorForSession", "ActorForKey", "ListCredentials", "RevokeCredential", "ListAccounts", "ListRoles",
    "GetOwnAccount", "EndSession", "AskForRole", "WithdrawRoleRequest", "ListRoleRequests", "DecideRoleRequest",
    "ListColleagues", "ListFollowUpStaff", "ListInvitations", "RevokeInvitation", "SuspendAccount", "ResumeAccount",
    "ListSecondFactors", "ForgetDevice", "ResetSecondFactors", "ListOutsideProviders",
    "AskAccountErasure", "ConfirmAccountErasure", "WithdrawAccountErasure", "GetAccountErasure", "ListAccountErasures",
    "ChangeDetails", "RectifyAccount",
    "ActorForToken", "ListClients", "RegisterClient", "SetClientScopes", "PutClientKeys", "RemoveClientKeys", "EndClient",
    "Introspect",
    "SearchAudit", "VerifyAudit", "GetAuditVerification",
    "SearchOrganisations", "GetOrganisation", "ReceiveOrganisationFile", "ListOrganisationImports", "GetOrganisationImport",
)  # fmt: skip
_KINDS: Mapping[str, _Kind] = {
    "recording": _Kind(
        "lfpse.recording.v1.Recording",
        recording_pb2_grpc.RecordingStub,
        _SAFE_OF_RECORDING,
        at_once=0,
    ),
    "identity": _Kind(
        "lfpse.identity.v1.Identity",
        identity_pb2_grpc.IdentityStub,
        _SAFE_OF_IDENTITY,
        at_once=0,
    ),
    "access": _Kind("lfpse.access.v1.Access", access_pb2_grpc.AccessStub, ("ListEvents", "GetEvent")),
    "notifications": _Kind(
        "lfpse.notifications.v1.Notifications",
        notifications_pb2_grpc.NotificationsStub,
        ("ListNotices", "MarkRead", "TakeFeedback", "ListFeedback", "MarkFeedbackDone"),
    ),
    "enrichment": _Kind(
        "lfpse.enrichment.v1.Enrichment", enrichment_pb2_grpc.EnrichmentStub, ("LooksPersonal",)
    ),
}
SERVICES = tuple(_KINDS)


@dataclass(frozen=True)
class _Stubs:
    """What speaks over one channel."""

    channel: grpc.Channel
    stub: Any
    health: Any


class Service:
    """One service as the gateway asks it."""

    def __init__(self, kind: _Kind, server: str, target: str, tls: Tls) -> None:
        self._kind = kind
        self._client = Client(target, kind.name, tls, kind.idempotent, server)
        self._stubs = self._of(self._client.channel)
        self._turn: Callable[[], AbstractContextManager[None]] = nullcontext
        if kind.at_once:
            self._turn = partial(_turn, threading.BoundedSemaphore(kind.at_once))

    @property
    def stub(self) -> Any:
        """For the channel of now, which is another one after certificates changed."""
        return self._current().stub

    def ask(self, rpc: str, request: Any, actor: str = "", deadline: float = DEADLINE) -> Any:
        """The reply to `rpc`; raises a Problem. `actor` is a signed token."""
        name = f"{self._kind.name}/{rpc}"
        with self._turn():
            return self._client.call(getattr(self.stub, rpc), request, actor, deadline, name)

    def ask_all(self, rpc: str, request: Any, actor: str, deadline: float) -> list[Any]:
        """Everything that a streaming `rpc` replies; raises a Problem, also where the stream breaks off."""

        def gathered(asked: Any, **how: Any) -> list[Any]:
            return list(getattr(self.stub, rpc)(asked, **how))

        with self._turn():
            return self._client.call(gathered, request, actor, deadline, f"{self._kind.name}/{rpc}")  # type: ignore[no-any-return]

    def close(self) -> None:
        self._client.close()

    def _current(self) -> _Stubs:
        channel, stubs = self._client.channel, self._stubs
        if channel is not stubs.channel:
            stubs = self._stubs = self._of(channel)
        return stubs

    def _of(self, channel: grpc.Channel) -> _Stubs:
        return _Stubs(channel, self._kind.stub(channel), health_pb2_grpc.HealthStub(channel))

    def health(self) -> Any:
        """A future of whether it serves."""
        request = health_pb2.HealthCheckRequest(service=self._kind.name)
        return self._current().health.Check.future(request, timeout=HEALTH_DEADLINE)


class Clients:
    """Every service by name."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._services: dict[str, Service] = {}
        self.closed = threading.Event()

    def close(self) -> None:
        """Hang up, for good."""
        self.closed.set()
        for service in self._services.values():
            service.close()

    def __getitem__(self, name: str) -> Service:
        found = self._services.get(name)
        return found or self._open(name)

    def _open(self, name: str) -> Service:
        with self._lock:
            if name not in self._services:
                target = getattr(self._settings, f"{name}_target")
                self._services[name] = Service(_KINDS[name], name, target, _tls(self._settings))
            return self._services[name]

    def away(self, names: Iterable[str] = SERVICES) -> list[str]:
        """The services that do not answer, asked all at once; takes HEALTH_DEADLINE at most."""
        asked = {name: self[name].health() for name in names}
        return [name for name, answer in asked.items() if not _serves(answer)]


@contextmanager
def _turn(turns: threading.BoundedSemaphore) -> Iterator[None]:
    if not turns.acquire(timeout=TURN):
        raise unavailable("try-again", "A part of the service is not available. Try again in a moment.")
    try:
        yield
    finally:
        turns.release()


def _tls(settings: Settings) -> Tls:
    return Tls(settings.tls_cert_file, settings.tls_key_file, settings.tls_ca_file)


def remind_of_certificates(settings: Settings) -> None:
    """A line in the log, at once and daily, while one of them ends soon."""
    certificates.remind_daily(_tls(settings).papers)


def _serves(answer: Any) -> bool:
    if answer.exception() is not None:
        return False
    return bool(answer.result().status == health_pb2.HealthCheckResponse.SERVING)

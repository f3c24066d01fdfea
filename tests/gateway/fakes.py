"""The services behind the gateway, ten lines each: what a test tells them to say, they say over real gRPC."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import grpc

from chassis.actors import Actor, Signer
from chassis.grpc_server import OPEN, Door, actor, drain, serve
from chassis.problems import Problem, unauthenticated
from chassis.settings import Serving
from protos.access.v1 import access_pb2, access_pb2_grpc
from protos.enrichment.v1 import enrichment_pb2, enrichment_pb2_grpc
from protos.identity.v1 import identity_pb2, identity_pb2_grpc
from protos.notifications.v1 import feedback_pb2, notifications_pb2, notifications_pb2_grpc
from protos.recording.v1 import recording_pb2, recording_pb2_grpc


@dataclass
class Fake:
    """What was asked, and what to answer: a value, a failure to raise, or what makes the answer of the request."""

    asked: list[Any] = field(default_factory=list)
    by: list[Actor] = field(default_factory=list)
    answers: dict[str, Any] = field(default_factory=dict)

    def hear(self, rpc: str, request: Any) -> Any:
        self.asked.append(request)
        answer = self.answers.get(rpc)
        if isinstance(answer, Exception):
            raise answer
        return answer(request) if callable(answer) else answer

    def hear_actor(self, rpc: str, request: Any) -> Any:
        self.by.append(actor())
        return self.hear(rpc, request)


class Recording(Fake, recording_pb2_grpc.RecordingServicer):
    """Every RPC of the contract, each heard under its name."""


def _heard(rpc: str) -> Callable[[Recording, Any, grpc.ServicerContext], Any]:
    def hear(self: Recording, request: Any, context: grpc.ServicerContext) -> Any:
        if _DOORS["recording"][2][rpc] is OPEN:
            return self.hear(rpc, request)
        return self.hear_actor(rpc, request)

    return hear


WITHOUT_ACCOUNT = ("Report", "LookByCode", "AnswerByCode", "AddByCode", "EndCode")
RECORDING = tuple(one.name for one in recording_pb2.DESCRIPTOR.services_by_name["Recording"].methods)
for _rpc in RECORDING:
    setattr(Recording, _rpc, _heard(_rpc))


class Access(Fake, access_pb2_grpc.AccessServicer):
    def ListEvents(self, request: Any, context: grpc.ServicerContext) -> Any:
        return self.hear_actor("ListEvents", request) or access_pb2.Events()

    def GetEvent(self, request: Any, context: grpc.ServicerContext) -> Any:
        return self.hear_actor("GetEvent", request)

    def CopyHeld(self, request: Any, context: grpc.ServicerContext) -> Any:
        return self.hear_actor("CopyHeld", request)


class Notifications(Fake, notifications_pb2_grpc.NotificationsServicer):
    def CopyHeld(self, request: Any, context: grpc.ServicerContext) -> Any:
        return self.hear_actor("CopyHeld", request)

    def ListNotices(self, request: Any, context: grpc.ServicerContext) -> Any:
        return self.hear_actor("ListNotices", request) or notifications_pb2.Notices()

    def MarkRead(self, request: Any, context: grpc.ServicerContext) -> Any:
        return self.hear_actor("MarkRead", request) or notifications_pb2.Notice()

    def TakeFeedback(self, request: Any, context: grpc.ServicerContext) -> Any:
        return self.hear("TakeFeedback", request) or feedback_pb2.FeedbackTaken()

    def ListFeedback(self, request: Any, context: grpc.ServicerContext) -> Any:
        return self.hear_actor("ListFeedback", request) or feedback_pb2.FeedbackList()

    def MarkFeedbackDone(self, request: Any, context: grpc.ServicerContext) -> Any:
        return self.hear_actor("MarkFeedbackDone", request) or feedback_pb2.FeedbackDone()


class Enrichment(Fake, enrichment_pb2_grpc.EnrichmentServicer):
    def LooksPersonal(self, request: Any, context: grpc.ServicerContext) -> Any:
        return self.hear("LooksPersonal", request) or enrichment_pb2.LookedPersonal()


class Identity(Fake, identity_pb2_grpc.IdentityServicer):
    """Secrets stand for actors; a watch id is the secret backwards."""

    def __init__(self, signer: Signer) -> None:
        super().__init__()
        self.signer = signer
        self.seconds = 300  # that a signed actor lives
        self.secrets: dict[str, Actor] = {}
        self.lines: list[queue.Queue[str]] = []
        self.tokens: dict[
            str, Actor
        ] = {}  # access tokens; those in `late` are good for a request under way alone
        self.late: set[str] = set()
        self.scope = ""  # that every LRMS is narrowed to

    def SignIn(self, request: Any, context: grpc.ServicerContext) -> Any:
        self.hear("SignIn", request)
        session = identity_pb2.Session(token=f"session-of-{request.email}")
        session.expires_at.FromSeconds(int(time.time()) + 3600)
        return session

    def SignOut(self, request: Any, context: grpc.ServicerContext) -> Any:
        self.hear("SignOut", request)
        self.secrets.pop(request.token, None)
        return identity_pb2.SignedOut()

    def ActorForSession(self, request: Any, context: grpc.ServicerContext) -> Any:
        self.hear("ActorForSession", request)
        return self._signed(request.token)

    def ActorForKey(self, request: Any, context: grpc.ServicerContext) -> Any:
        self.hear("ActorForKey", request)
        return self._signed(request.key)

    def ActorForToken(self, request: Any, context: grpc.ServicerContext) -> Any:
        self.hear("ActorForToken", request)
        if request.token not in self.tokens or (request.token in self.late and not request.under_way):
            raise unauthenticated("token-not-known", "This access token is not known, or has ended.")
        self.secrets[request.token] = self.tokens[request.token]
        return self._signed(request.token)

    def IssueToken(self, request: Any, context: grpc.ServicerContext) -> Any:
        return self.hear("IssueToken", request)

    def ConfirmAddress(self, request: Any, context: grpc.ServicerContext) -> Any:
        return self.hear("ConfirmAddress", request)

    def ListRoles(self, request: Any, context: grpc.ServicerContext) -> Any:
        scopes = [identity_pb2.Scope(name=one) for one in ("adverse-event.read", "adverse-event.write")]
        return self.hear("ListRoles", request) or identity_pb2.Roles(scopes=scopes)

    def WatchCredentials(self, request: Any, context: grpc.ServicerContext) -> Iterator[Any]:
        line: queue.Queue[str] = queue.Queue()
        line.put("")
        self.lines.append(line)
        while context.is_active():
            try:
                yield identity_pb2.CredentialEnded(watch_id=line.get(timeout=0.1))
            except queue.Empty:
                continue

    def ListCredentials(self, request: Any, context: grpc.ServicerContext) -> Any:
        return self.hear_actor("ListCredentials", request)

    def RevokeCredential(self, request: Any, context: grpc.ServicerContext) -> Any:
        return self.hear_actor("RevokeCredential", request)

    def ListAccounts(self, request: Any, context: grpc.ServicerContext) -> Any:
        return self.hear_actor("ListAccounts", request)

    def ListSecondFactors(self, request: Any, context: grpc.ServicerContext) -> Any:
        return self.hear_actor("ListSecondFactors", request)

    def ListOutsideProviders(self, request: Any, context: grpc.ServicerContext) -> Any:
        found = self.answers.get("ListOutsideProviders", identity_pb2.OutsideProviders())
        if isinstance(found, Problem):
            raise found
        return found or context.abort(grpc.StatusCode.UNIMPLEMENTED, "the release before")

    def BeginOutsideSignIn(self, request: Any, context: grpc.ServicerContext) -> Any:
        return self.hear("BeginOutsideSignIn", request)

    def CompleteOutsideSignIn(self, request: Any, context: grpc.ServicerContext) -> Any:
        return self.hear("CompleteOutsideSignIn", request)

    def SendOutsideCode(self, request: Any, context: grpc.ServicerContext) -> Any:
        return self.hear("SendOutsideCode", request)

    def ProveOutsideSignIn(self, request: Any, context: grpc.ServicerContext) -> Any:
        return self.hear("ProveOutsideSignIn", request)

    def RemoveOutsideLink(self, request: Any, context: grpc.ServicerContext) -> Any:
        return self.hear_actor("RemoveOutsideLink", request)

    def GetOwnAccount(self, request: Any, context: grpc.ServicerContext) -> Any:
        return self.hear_actor("GetOwnAccount", request)

    def SearchAudit(self, request: Any, context: grpc.ServicerContext) -> Any:
        return self.hear_actor("SearchAudit", request)

    def VerifyAudit(self, request: Any, context: grpc.ServicerContext) -> Any:
        return self.hear_actor("VerifyAudit", request)

    def GetAuditVerification(self, request: Any, context: grpc.ServicerContext) -> Any:
        return self.hear_actor("GetAuditVerification", request)

    def SearchOrganisations(self, request: Any, context: grpc.ServicerContext) -> Any:
        return self.hear("SearchOrganisations", request)

    def GetOrganisation(self, request: Any, context: grpc.ServicerContext) -> Any:
        return self.hear_actor("GetOrganisation", request)

    def ReceiveOrganisationFile(self, request: Any, context: grpc.ServicerContext) -> Any:
        return self.hear_actor("ReceiveOrganisationFile", request)

    def ListOrganisationImports(self, request: Any, context: grpc.ServicerContext) -> Any:
        return self.hear_actor("ListOrganisationImports", request)

    def GetOrganisationImport(self, request: Any, context: grpc.ServicerContext) -> Any:
        return self.hear_actor("GetOrganisationImport", request)

    def end(self, secret: str) -> None:
        """Stop honouring a secret, and say so on every line."""
        del self.secrets[secret]
        self.tokens.pop(secret, None)
        for line in self.lines:
            line.put(secret[::-1])

    def _signed(self, secret: str) -> Any:
        if secret not in self.secrets:
            raise unauthenticated("key-not-known", "This key is not known, or has ended.")
        token, ends = self.signer.sign(self.secrets[secret], self.seconds)
        signed = identity_pb2.SignedActor(token=token, watch_id=secret[::-1], scope=self.scope)
        signed.expires_at.FromSeconds(ends)
        return signed


_OF_CLIENTS = (
    "ListClients",
    "RegisterClient",
    "SetClientScopes",
    "PutClientKeys",
    "RemoveClientKeys",
    "EndClient",
)
COPIES = ("CopyHeld", "ChangeDetails", "RectifyAccount")
ERASURES = (
    "AskAccountErasure",
    "ConfirmAccountErasure",
    "WithdrawAccountErasure",
    "GetAccountErasure",
    "ListAccountErasures",
)


def _heard_of_identity(rpc: str) -> Callable[[Identity, Any, grpc.ServicerContext], Any]:
    return lambda self, request, context: self.hear_actor(rpc, request)


OF_PEOPLE = (
    "ChangePassword", "EndSession", "AskForRole", "WithdrawRoleRequest", "EndRole",
    "ListColleagues", "ListRoleRequests", "DecideRoleRequest", "Invite", "ListInvitations", "RevokeInvitation",
    "SuspendAccount", "ResumeAccount", "ResetSecondFactors", "IssueCredential", "ConfirmTotp",
)  # fmt: skip
for _rpc in (*_OF_CLIENTS, *ERASURES, *COPIES, *OF_PEOPLE, "Introspect", "ListFollowUpStaff"):
    setattr(Identity, _rpc, _heard_of_identity(_rpc))

COMING = ("Register", "VerifyAddress", "AskForReset", "ResetPassword", "AcceptInvitation")


def _heard_openly(rpc: str) -> Callable[[Identity, Any, grpc.ServicerContext], Any]:
    return lambda self, request, context: self.hear(rpc, request)


for _rpc in COMING:
    setattr(Identity, _rpc, _heard_openly(_rpc))


@dataclass
class Running:
    """One fake behind its door; it can go away and come back at the same port."""

    name: str
    fake: Fake
    door: Door
    settings: Callable[[int], Serving]
    port: int = 0
    server: grpc.Server | None = None

    def start(self) -> None:
        self.server, self.port = serve(self.door, self.settings(self.port))

    def stop(self) -> None:
        if self.server is not None:
            drain(self.server, 0)
        self.server = None


OUTSIDE = (
    "ListOutsideProviders",
    "BeginOutsideSignIn",
    "CompleteOutsideSignIn",
    "SendOutsideCode",
    "ProveOutsideSignIn",
)
_DOORS: dict[str, tuple[str, Any, dict[str, str]]] = {
    "recording": (
        "lfpse.recording.v1.Recording",
        recording_pb2_grpc.add_RecordingServicer_to_server,
        dict.fromkeys(RECORDING, "recording:read")
        | {"Submit": "recording:submit"}
        | dict.fromkeys(
            ("ListQuestionSets", "GetQuestionSet", "FindOrganisations", "ListConformance", *WITHOUT_ACCOUNT),
            OPEN,
        ),
    ),
    "identity": (
        "lfpse.identity.v1.Identity",
        identity_pb2_grpc.add_IdentityServicer_to_server,
        dict.fromkeys(("SignIn", "SignOut", "ActorForSession", "ActorForKey", "WatchCredentials"), OPEN)
        | dict.fromkeys(OUTSIDE, OPEN)
        | dict.fromkeys(("RemoveOutsideLink", "GetOwnAccount"), "identity:support")
        | dict.fromkeys(("ActorForToken", "IssueToken", "ListRoles"), OPEN)
        | dict.fromkeys(
            ("ListCredentials", "RevokeCredential", "ListAccounts", "ListSecondFactors", "Introspect"),
            "identity:support",
        )
        | dict.fromkeys(("ListClients", "RegisterClient", "SetClientScopes"), "identity:support")
        | dict.fromkeys(("PutClientKeys", "RemoveClientKeys", "EndClient"), "identity:support")
        | dict.fromkeys(("SearchAudit", "VerifyAudit", "GetAuditVerification"), "identity:support")
        | dict.fromkeys((*ERASURES, *COPIES, *OF_PEOPLE), "identity:support")
        | dict.fromkeys(("ConfirmAddress", *COMING), OPEN)
        | {"ListFollowUpStaff": "recording:handle"}
        | {"SearchOrganisations": OPEN}
        | dict.fromkeys(("GetOrganisation", "ReceiveOrganisationFile"), "identity:support")
        | dict.fromkeys(("ListOrganisationImports", "GetOrganisationImport"), "identity:support"),
    ),
    "access": (
        "lfpse.access.v1.Access",
        access_pb2_grpc.add_AccessServicer_to_server,
        dict.fromkeys(("ListEvents", "GetEvent", "CopyHeld"), "access:read"),
    ),
    "notifications": (
        "lfpse.notifications.v1.Notifications",
        notifications_pb2_grpc.add_NotificationsServicer_to_server,
        dict.fromkeys(("ListNotices", "MarkRead", "CopyHeld"), "notifications:read")
        | dict.fromkeys(("ListFeedback", "MarkFeedbackDone"), "notifications:feedback")
        | {"TakeFeedback": OPEN},
    ),
    "enrichment": (
        "lfpse.enrichment.v1.Enrichment",
        enrichment_pb2_grpc.add_EnrichmentServicer_to_server,
        {"LooksPersonal": OPEN},
    ),
}


def running(name: str, fake: Fake, settings: Callable[[int], Serving]) -> Running:
    full_name, add, permissions = _DOORS[name]
    one = Running(name, fake, Door(full_name, add, fake, permissions, frozenset({"gateway"})), settings)
    one.start()
    return one


def failing(problem: Problem) -> dict[str, Any]:
    """Answers that all fail the same way."""
    return dict.fromkeys((*RECORDING, "ListEvents", "ListNotices", "ListAccounts", "SignIn"), problem)

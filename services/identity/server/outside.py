"""Signing in with an outside provider, and the links that come of it."""

from __future__ import annotations

from grpc import ServicerContext

from chassis.grpc_server import OPEN, actor
from protos.identity.v1 import identity_pb2 as pb
from services.identity import messages, use_cases
from services.identity.domain.outside import Returned
from services.identity.domain.roles import Permission
from services.identity.server.parts import Part, now

PERMISSIONS = {
    "ListOutsideProviders": OPEN,
    "BeginOutsideSignIn": OPEN,
    "CompleteOutsideSignIn": OPEN,
    "SendOutsideCode": OPEN,
    "ProveOutsideSignIn": OPEN,
    "RemoveOutsideLink": Permission.OWN_ACCOUNT,
}


class Outside(Part):
    def ListOutsideProviders(
        self, request: pb.ListOutsideProvidersRequest, context: ServicerContext
    ) -> pb.OutsideProviders:
        configured = self.tools.providers.configured
        return pb.OutsideProviders(
            providers=[pb.OutsideProvider(name=one.name, label=one.label) for one in configured]
        )

    def BeginOutsideSignIn(
        self, request: pb.BeginOutsideSignInRequest, context: ServicerContext
    ) -> pb.OutsideSignIn:
        made = use_cases.begin_outside(self.db, self.tools.providers, request.provider, request.next, now())
        return messages.leaving(made)

    def CompleteOutsideSignIn(
        self, request: pb.CompleteOutsideSignInRequest, context: ServicerContext
    ) -> pb.CameBack:
        returned = Returned(request.state, request.code, request.issuer, request.error)
        found = use_cases.complete_outside(
            self.db,
            self.tools.providers,
            self.tools.to_notifications,
            request.provider,
            request.token,
            returned,
            use_cases.OnDevice(request.device, request.device_label, place=request.from_address),
            now(),
        )
        return messages.came_back(found)

    def SendOutsideCode(self, request: pb.SendOutsideCodeRequest, context: ServicerContext) -> pb.CodeSent:
        use_cases.send_outside_code(self.db, self.tools.to_notifications, request.token, now())
        return pb.CodeSent()

    def ProveOutsideSignIn(
        self, request: pb.ProveOutsideSignInRequest, context: ServicerContext
    ) -> pb.CameBack:
        proof = use_cases.OutsideProof(request.code, request.password, request.name)
        device = use_cases.OnDevice(request.device, request.device_label, place=request.from_address)
        found = use_cases.prove_outside(
            self.db, self.tools.to_notifications, request.token, proof, device, now()
        )
        return messages.came_back(found)

    def RemoveOutsideLink(
        self, request: pb.RemoveOutsideLinkRequest, context: ServicerContext
    ) -> pb.OutsideLinks:
        left = use_cases.remove_outside_link(
            self.db, actor(), request.session_token, request.link_id, request.password, now()
        )
        label = self.tools.providers.label
        return pb.OutsideLinks(links=[messages.outside_link(one, label(one.provider)) for one in left])

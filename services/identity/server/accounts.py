"""Accounts: registering, one's own, and all of them for support staff."""

from __future__ import annotations

from grpc import ServicerContext

from chassis.grpc_server import OPEN, actor
from protos.identity.v1 import identity_pb2 as pb
from services.identity import messages, use_cases
from services.identity.domain.roles import POLICY, ROLES, SCOPES, Permission
from services.identity.server.parts import Part, now

PERMISSIONS = {
    "Register": OPEN,
    "VerifyAddress": OPEN,
    "AskForReset": OPEN,
    "ResetPassword": OPEN,
    "AcceptInvitation": OPEN,
    "ListRoles": OPEN,
    "GetOwnAccount": Permission.OWN_ACCOUNT,
    "ChangePassword": Permission.OWN_ACCOUNT,
    "EndSession": Permission.OWN_ACCOUNT,
    "ListAccounts": Permission.READ_ACCOUNTS,
    "SuspendAccount": Permission.SUSPEND,
    "ResumeAccount": Permission.SUSPEND,
}


class Accounts(Part):
    def Register(self, request: pb.RegisterRequest, context: ServicerContext) -> pb.CodeSent:
        use_cases.register(
            self.db,
            self.tools.to_notifications,
            request.email,
            request.name,
            request.password,
            now(),
            request.from_address,
        )
        return pb.CodeSent()

    def VerifyAddress(self, request: pb.VerifyAddressRequest, context: ServicerContext) -> pb.Account:
        sealer, place = self.tools.to_notifications, request.from_address
        return messages.account(
            use_cases.verify(self.db, sealer, request.email, request.code, request.password, now(), place)
        )

    def AskForReset(self, request: pb.AskForResetRequest, context: ServicerContext) -> pb.CodeSent:
        place = request.from_address
        use_cases.ask_for_reset(self.db, self.tools.to_notifications, request.email, now(), place)
        return pb.CodeSent()

    def ResetPassword(self, request: pb.ResetPasswordRequest, context: ServicerContext) -> pb.PasswordChanged:
        place = request.from_address
        use_cases.reset_password(self.db, request.email, request.code, request.password, now(), place)
        return pb.PasswordChanged()

    def AcceptInvitation(self, request: pb.AcceptInvitationRequest, context: ServicerContext) -> pb.Account:
        return messages.account(
            use_cases.accept_invitation(
                self.db,
                self.tools.to_notifications,
                request.email,
                request.code,
                request.name,
                request.password,
                now(),
                request.from_address,
            )
        )

    def ListRoles(self, request: pb.ListRolesRequest, context: ServicerContext) -> pb.Roles:
        return pb.Roles(
            roles=[messages.role(one) for name, one in ROLES.items() if name not in POLICY.machines],
            scopes=[messages.scope(one) for one in SCOPES.values()],
        )

    def GetOwnAccount(self, request: pb.GetOwnAccountRequest, context: ServicerContext) -> pb.OwnAccount:
        found = use_cases.own_account(self.db, actor(), request.session_token, now())
        links = [(one, self.tools.providers.label(one.provider)) for one in found.links]
        return messages.own_account(found.account, found.requests, found.sessions, links, found.has_password)

    def ChangePassword(
        self, request: pb.ChangePasswordRequest, context: ServicerContext
    ) -> pb.PasswordChanged:
        use_cases.change_password(
            self.db, actor(), request.session_token, request.current, request.password, now()
        )
        return pb.PasswordChanged()

    def EndSession(self, request: pb.EndSessionRequest, context: ServicerContext) -> pb.SignedOut:
        use_cases.end_session(self.db, actor(), request.session_id, now())
        return pb.SignedOut()

    def ListAccounts(self, request: pb.ListAccountsRequest, context: ServicerContext) -> pb.Accounts:
        return messages.accounts(
            *use_cases.list_accounts(self.db, actor(), request.after, now(), request.search)
        )

    def SuspendAccount(self, request: pb.SuspendAccountRequest, context: ServicerContext) -> pb.Account:
        return messages.account(
            use_cases.suspend_account(self.db, actor(), request.account_id, request.reason, now())
        )

    def ResumeAccount(self, request: pb.ResumeAccountRequest, context: ServicerContext) -> pb.Account:
        return messages.account(use_cases.resume_account(self.db, actor(), request.account_id, now()))

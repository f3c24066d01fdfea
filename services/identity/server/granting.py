"""Who holds which role where: asking, deciding, inviting, leaving."""

from __future__ import annotations

from grpc import ServicerContext

from chassis.grpc_server import actor
from protos.identity.v1 import identity_pb2 as pb
from services.identity import messages, use_cases
from services.identity.domain.roles import Permission
from services.identity.server.parts import Part, now

PERMISSIONS = {
    "AskForRole": Permission.OWN_ACCOUNT,
    "WithdrawRoleRequest": Permission.OWN_ACCOUNT,
    "EndRole": Permission.OWN_ACCOUNT,  # one's own; a colleague's takes the right to decide there
    "ListRoleRequests": Permission.DECIDE,
    "DecideRoleRequest": Permission.DECIDE,
    "ListColleagues": Permission.READ_ACCOUNTS,
    "ListFollowUpStaff": Permission.READ_STAFF,
    "Invite": Permission.DECIDE,
    "ListInvitations": Permission.DECIDE,
    "RevokeInvitation": Permission.DECIDE,
}


class Granting(Part):
    def AskForRole(self, request: pb.AskForRoleRequest, context: ServicerContext) -> pb.RoleRequest:
        return messages.role_request(
            use_cases.ask_for_role(
                self.db, actor(), request.role, request.organisation, request.reason, now()
            )
        )

    def WithdrawRoleRequest(
        self, request: pb.WithdrawRoleRequestRequest, context: ServicerContext
    ) -> pb.RoleRequest:
        return messages.role_request(use_cases.withdraw_request(self.db, actor(), request.request_id, now()))

    def ListRoleRequests(
        self, request: pb.ListRoleRequestsRequest, context: ServicerContext
    ) -> pb.RoleRequests:
        found = use_cases.list_requests(self.db, actor(), now(), request.request_id)
        return pb.RoleRequests(requests=[messages.role_request(one) for one in found])

    def DecideRoleRequest(
        self, request: pb.DecideRoleRequestRequest, context: ServicerContext
    ) -> pb.RoleRequest:
        return messages.role_request(
            use_cases.decide_request(
                self.db, actor(), request.request_id, request.approve, request.reason, now()
            )
        )

    def ListColleagues(self, request: pb.ListColleaguesRequest, context: ServicerContext) -> pb.Accounts:
        asked = request.organisation, now(), request.after, request.search, request.grant_id
        return messages.accounts(*use_cases.colleagues(self.db, actor(), *asked))

    def ListFollowUpStaff(
        self, request: pb.ListFollowUpStaffRequest, context: ServicerContext
    ) -> pb.FollowUpStaff:
        found = use_cases.follow_up_staff(self.db, actor(), request.organisation, now())
        return pb.FollowUpStaff(people=[pb.StaffMember(account_id=id, name=name) for id, name in found])

    def EndRole(self, request: pb.EndRoleRequest, context: ServicerContext) -> pb.RoleEnded:
        use_cases.end_role(self.db, actor(), request.grant_id, request.reason, now())
        return pb.RoleEnded()

    def Invite(self, request: pb.InviteRequest, context: ServicerContext) -> pb.Invitation:
        at = now()
        made = use_cases.invite(
            self.db,
            self.tools.to_notifications,
            actor(),
            request.email,
            request.role,
            request.organisation,
            at,
        )
        return messages.invitation(made, at)

    def ListInvitations(self, request: pb.ListInvitationsRequest, context: ServicerContext) -> pb.Invitations:
        at = now()
        found = use_cases.list_invitations(self.db, actor(), request.organisation, at)
        return pb.Invitations(invitations=[messages.invitation(one, at) for one in found])

    def RevokeInvitation(
        self, request: pb.RevokeInvitationRequest, context: ServicerContext
    ) -> pb.Invitation:
        at = now()
        return messages.invitation(
            use_cases.revoke_invitation(self.db, actor(), request.invitation_id, at), at
        )

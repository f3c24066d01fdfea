"""Second factors: completing a sign-in, one's own, and what support takes away."""

from __future__ import annotations

from grpc import ServicerContext

from chassis.grpc_server import OPEN, actor
from protos.identity.v1 import identity_pb2 as pb
from services.identity import messages, use_cases
from services.identity.domain.roles import Permission
from services.identity.server.parts import Part, now

PERMISSIONS = {
    "CompleteSignIn": OPEN,
    "AskPasskey": OPEN,
    "ListSecondFactors": Permission.OWN_ACCOUNT,
    "AddTotp": Permission.OWN_ACCOUNT,
    "ConfirmTotp": Permission.OWN_ACCOUNT,
    "AddPasskey": Permission.OWN_ACCOUNT,
    "ConfirmPasskey": Permission.OWN_ACCOUNT,
    "RemoveSecondFactor": Permission.OWN_ACCOUNT,
    "NewRecoveryCodes": Permission.OWN_ACCOUNT,
    "ForgetDevice": Permission.OWN_ACCOUNT,
    "ResetSecondFactors": Permission.RESET_SECOND,
}


class SecondFactors(Part):
    def CompleteSignIn(self, request: pb.CompleteSignInRequest, context: ServicerContext) -> pb.Session:
        answer = use_cases.Proof(request.code, request.passkey)
        device = use_cases.OnDevice(
            label=request.device_label, remember=request.remember, place=request.from_address
        )
        return messages.session(
            use_cases.complete_sign_in(
                self.db, self.tools.vault, self.tools.site, request.token, answer, device, now()
            )
        )

    def AskPasskey(self, request: pb.AskPasskeyRequest, context: ServicerContext) -> pb.PasskeyQuestion:
        return pb.PasskeyQuestion(
            options=use_cases.ask_passkey(self.db, self.tools.site, request.token, now())
        )

    def ListSecondFactors(
        self, request: pb.ListSecondFactorsRequest, context: ServicerContext
    ) -> pb.SecondFactors:
        return _shown(use_cases.list_second_factors(self.db, actor(), now()))

    def AddTotp(self, request: pb.AddTotpRequest, context: ServicerContext) -> pb.NewTotp:
        factor_id, secret, uri = use_cases.add_totp(
            self.db,
            self.tools.vault,
            actor(),
            request.session_token,
            request.password,
            request.label,
            now(),
        )
        return pb.NewTotp(factor_id=factor_id, secret=secret, uri=uri)

    def ConfirmTotp(self, request: pb.ConfirmTotpRequest, context: ServicerContext) -> pb.FactorAdded:
        factor, codes = use_cases.confirm_totp(
            self.db,
            self.tools.vault,
            actor(),
            request.session_token,
            request.factor_id,
            request.code,
            now(),
        )
        return pb.FactorAdded(factor=messages.second_factor(factor), recovery_codes=codes)

    def AddPasskey(self, request: pb.AddPasskeyRequest, context: ServicerContext) -> pb.PasskeyQuestion:
        options = use_cases.add_passkey(
            self.db, self.tools.site, actor(), request.session_token, request.password, now()
        )
        return pb.PasskeyQuestion(options=options)

    def ConfirmPasskey(self, request: pb.ConfirmPasskeyRequest, context: ServicerContext) -> pb.FactorAdded:
        factor, codes = use_cases.confirm_passkey(
            self.db,
            self.tools.site,
            actor(),
            request.session_token,
            request.answer,
            request.label,
            now(),
        )
        return pb.FactorAdded(factor=messages.second_factor(factor), recovery_codes=codes)

    def RemoveSecondFactor(
        self, request: pb.RemoveSecondFactorRequest, context: ServicerContext
    ) -> pb.SecondFactors:
        left = use_cases.remove_second_factor(
            self.db, actor(), request.session_token, request.factor_id, request.password, now()
        )
        return _shown(left)

    def NewRecoveryCodes(
        self, request: pb.NewRecoveryCodesRequest, context: ServicerContext
    ) -> pb.RecoveryCodes:
        made = use_cases.new_recovery_codes(self.db, actor(), request.session_token, request.password, now())
        return pb.RecoveryCodes(codes=made)

    def ForgetDevice(self, request: pb.ForgetDeviceRequest, context: ServicerContext) -> pb.SecondFactors:
        return _shown(use_cases.forget_device(self.db, actor(), request.device_id, now()))

    def ResetSecondFactors(
        self, request: pb.ResetSecondFactorsRequest, context: ServicerContext
    ) -> pb.Account:
        return messages.account(
            use_cases.reset_second_factors(self.db, actor(), request.account_id, request.reason, now())
        )


def _shown(one: use_cases.SecondFactors) -> pb.SecondFactors:
    return messages.second_factors(one.factors, one.recovery_codes_left, one.devices, one.needed)

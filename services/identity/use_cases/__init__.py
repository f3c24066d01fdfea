"""What identity can do: one function, one transaction (signing in is two, and says why)."""

from services.identity.store.keys import (
    KEPT,
)
from services.identity.use_cases.accounts import (
    OwnAccount,
    change_password,
    end_session,
    list_accounts,
    own_account,
    resume_account,
    suspend_account,
)
from services.identity.use_cases.auditing import (
    TRAIL,
    audit_verification,
    keep_answer,
    keep_called,
    keep_sealed,
    search_audit,
    verify_audit,
    verify_copies,
    verify_daily,
)
from services.identity.use_cases.bootstrap import (
    after_migrating,
    bootstrap,
)
from services.identity.use_cases.clients import (
    end_client,
    list_clients,
    put_keys,
    register_client,
    remove_keys,
    set_scopes,
)
from services.identity.use_cases.completing import Proof, ask_passkey, complete_sign_in
from services.identity.use_cases.credentials import (
    actor_for_key,
    issue_credential,
    list_credentials,
    revoke_credential,
    warn_of_ending_keys,
)
from services.identity.use_cases.following_directory import (
    Answer,
    Away,
    follow_directory,
)
from services.identity.use_cases.granting import (
    ask_for_role,
    colleagues,
    decide_request,
    end_dormant_roles,
    end_role,
    follow_up_staff,
    invite,
    list_invitations,
    list_requests,
    revoke_invitation,
    warn_of_dormant_roles,
    withdraw_request,
)
from services.identity.use_cases.importing_organisations import (
    IMPORT_ORGANISATIONS,
    import_part,
    list_imports,
    receive_file,
    receive_upload,
    show_import,
)
from services.identity.use_cases.introspecting import (
    ACTIVE,
    Introspection,
    introspect,
)
from services.identity.use_cases.links import (
    remove_outside_link,
)
from services.identity.use_cases.organisations import (
    search_organisations,
    show_organisation,
)
from services.identity.use_cases.outside import (
    OutsideProof,
    begin_outside,
    complete_outside,
    forget_outside,
    prove_outside,
    send_outside_code,
)
from services.identity.use_cases.providers import (
    Providers,
    outside_providers,
)
from services.identity.use_cases.registering import (
    accept_invitation,
    ask_for_reset,
    forget_codes,
    register,
    reset_password,
    verify,
)
from services.identity.use_cases.second_factors import (
    SecondFactors,
    Site,
    add_passkey,
    add_totp,
    confirm_passkey,
    confirm_totp,
    forget_device,
    forget_devices,
    list_second_factors,
    new_recovery_codes,
    remove_second_factor,
    reset_second_factors,
)
from services.identity.use_cases.sessions import (
    OnDevice,
    actor_for_session,
    sign_in,
    sign_out,
)
from services.identity.use_cases.signing import (
    Signed,
)
from services.identity.use_cases.slowing import (
    forget_places,
)
from services.identity.use_cases.tokens import (
    Fetch,
    actor_for_token,
    forget_tokens,
    issue_token,
)
from services.identity.use_cases.watching import (
    ALIVE,
    Watch,
    ended_lately,
)

__all__ = [
    "ACTIVE",
    "ALIVE",
    "Answer",
    "Away",
    "Fetch",
    "IMPORT_ORGANISATIONS",
    "Introspection",
    "KEPT",
    "OnDevice",
    "OutsideProof",
    "OwnAccount",
    "Proof",
    "Providers",
    "SecondFactors",
    "Signed",
    "Site",
    "TRAIL",
    "Watch",
    "accept_invitation",
    "actor_for_key",
    "actor_for_session",
    "actor_for_token",
    "add_passkey",
    "add_totp",
    "after_migrating",
    "ask_for_reset",
    "ask_for_role",
    "ask_passkey",
    "audit_verification",
    "begin_outside",
    "bootstrap",
    "change_password",
    "colleagues",
    "complete_outside",
    "complete_sign_in",
    "confirm_passkey",
    "confirm_totp",
    "decide_request",
    "end_client",
    "end_dormant_roles",
    "end_role",
    "follow_up_staff",
    "end_session",
    "ended_lately",
    "follow_directory",
    "forget_codes",
    "forget_device",
    "forget_devices",
    "forget_outside",
    "forget_places",
    "forget_tokens",
    "import_part",
    "introspect",
    "invite",
    "issue_credential",
    "issue_token",
    "keep_answer",
    "keep_called",
    "keep_sealed",
    "list_accounts",
    "list_clients",
    "list_credentials",
    "list_imports",
    "list_invitations",
    "list_requests",
    "list_second_factors",
    "new_recovery_codes",
    "outside_providers",
    "own_account",
    "prove_outside",
    "put_keys",
    "receive_file",
    "receive_upload",
    "register",
    "register_client",
    "remove_keys",
    "remove_outside_link",
    "remove_second_factor",
    "reset_password",
    "reset_second_factors",
    "resume_account",
    "revoke_credential",
    "revoke_invitation",
    "search_audit",
    "search_organisations",
    "send_outside_code",
    "set_scopes",
    "show_import",
    "show_organisation",
    "sign_in",
    "sign_out",
    "suspend_account",
    "verify",
    "verify_audit",
    "verify_copies",
    "verify_daily",
    "warn_of_dormant_roles",
    "warn_of_ending_keys",
    "withdraw_request",
]

"""What identity can do: one function, one transaction (signing in is two, and says why)."""

from services.identity.use_cases.accounts import (
    OwnAccount,
    change_password,
    end_session,
    list_accounts,
    own_account,
    resume_account,
    suspend_account,
)
from services.identity.use_cases.bootstrap import after_migrating, bootstrap
from services.identity.use_cases.credentials import (
    actor_for_key,
    issue_credential,
    list_credentials,
    revoke_credential,
)
from services.identity.use_cases.following_directory import Answer, Away, follow_directory
from services.identity.use_cases.granting import (
    ask_for_role,
    colleagues,
    decide_request,
    end_dormant_roles,
    end_role,
    invite,
    list_invitations,
    list_requests,
    revoke_invitation,
    warn_of_dormant_roles,
    withdraw_request,
)
from services.identity.use_cases.importing_organisations import JOB as IMPORT_ORGANISATIONS
from services.identity.use_cases.importing_organisations import (
    import_part,
    list_imports,
    receive_file,
    receive_upload,
    show_import,
)
from services.identity.use_cases.organisations import search_organisations, show_organisation
from services.identity.use_cases.registering import (
    accept_invitation,
    ask_for_reset,
    forget_codes,
    register,
    reset_password,
    verify,
)
from services.identity.use_cases.sessions import actor_for_session, sign_in, sign_out
from services.identity.use_cases.signing import Signed
from services.identity.use_cases.watching import ALIVE, Watch, ended_lately

__all__ = [
    "ALIVE",
    "IMPORT_ORGANISATIONS",
    "Answer",
    "Away",
    "OwnAccount",
    "Signed",
    "Watch",
    "accept_invitation",
    "actor_for_key",
    "actor_for_session",
    "after_migrating",
    "ask_for_reset",
    "ask_for_role",
    "bootstrap",
    "change_password",
    "colleagues",
    "decide_request",
    "end_dormant_roles",
    "end_role",
    "end_session",
    "ended_lately",
    "follow_directory",
    "forget_codes",
    "import_part",
    "invite",
    "issue_credential",
    "list_accounts",
    "list_credentials",
    "list_imports",
    "list_invitations",
    "list_requests",
    "own_account",
    "receive_file",
    "receive_upload",
    "register",
    "reset_password",
    "resume_account",
    "revoke_credential",
    "revoke_invitation",
    "search_organisations",
    "show_import",
    "show_organisation",
    "sign_in",
    "sign_out",
    "suspend_account",
    "verify",
    "warn_of_dormant_roles",
    "withdraw_request",
]

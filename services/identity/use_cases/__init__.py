"""What identity can do: one function, one transaction (signing in is two, and says why)."""

from services.identity.use_cases.accounts import list_accounts
from services.identity.use_cases.bootstrap import after_migrating, bootstrap
from services.identity.use_cases.credentials import actor_for_key, list_credentials, revoke_credential
from services.identity.use_cases.sessions import actor_for_session, sign_in, sign_out
from services.identity.use_cases.signing import Signed
from services.identity.use_cases.watching import ALIVE, Watch, ended_lately

__all__ = [
    "ALIVE",
    "Signed",
    "Watch",
    "actor_for_key",
    "actor_for_session",
    "after_migrating",
    "bootstrap",
    "ended_lately",
    "list_accounts",
    "list_credentials",
    "revoke_credential",
    "sign_in",
    "sign_out",
]

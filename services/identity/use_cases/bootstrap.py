"""How a first administrator gets in: once, when there is no organisation yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

import uuid_utils
from sqlalchemy import Connection, Engine

from chassis import database, outbox
from chassis.actors import system
from chassis.sealing import Sealer, Vault
from services.identity import messages, store
from services.identity.domain import accounts
from services.identity.domain import bootstrap as plan
from services.identity.domain.accounts import Account
from services.identity.domain.bootstrap import NewAccount, NewCredential
from services.identity.domain.credentials import SLOTS, Client, Credential
from services.identity.domain.organisations import Organisation
from services.identity.settings import Migrate
from services.identity.use_cases import passwords
from services.identity.use_cases.second_factors import keep_secret

WHO = system("bootstrap").id
REASON = "bootstrap"


def after_migrating(settings: Migrate) -> None:
    """Apply BOOTSTRAP where it is given."""
    if not settings.bootstrap:
        return
    db = database.engine(settings.database_url, pool=1)
    try:
        sealer, vault = Sealer(settings.notifications_seal_keys), Vault(settings.account_keys)
        bootstrap(db, sealer, vault, settings.bootstrap, datetime.now(UTC))
    finally:
        db.dispose()


def bootstrap(db: Engine, sealer: Sealer, vault: Vault, text: str, now: datetime) -> bool:
    """Add what `text` names (domain/bootstrap.py), unless there are organisations already; whether it did.

    Raises INVALID `bootstrap-not-valid` with every fault. Passwords are hashed before the transaction.
    """
    with db.begin() as tx:
        if store.organisations.has_organisations(tx):
            return False
    wanted = plan.read(text)
    hashes = {one.email: passwords.protect(one.password) for one in wanted.accounts}
    with db.begin() as tx:
        store.organisations.wait_for_bootstrap(tx)
        if store.organisations.has_organisations(tx):
            return False
        _apply(tx, sealer, vault, wanted, hashes, now)
    return True


def _apply(
    tx: Connection,
    sealer: Sealer,
    vault: Vault,
    wanted: plan.Bootstrap,
    hashes: Mapping[str, str],
    now: datetime,
) -> None:
    _add_organisations(tx, wanted.organisations)
    for account in wanted.accounts:
        account_id = _open_account(tx, sealer, account, hashes[account.email], now)
        if account.totp_secret:
            _set_up_app(tx, vault, account_id, account.totp_secret, now)
    _issue(tx, wanted.credentials, now)
    store.audit.note(
        tx,
        WHO,
        "bootstrapped",
        "",
        organisations=len(wanted.organisations),
        accounts=len(wanted.accounts),
        credentials=len(wanted.credentials),
    )


def _add_organisations(tx: Connection, organisations: tuple[Organisation, ...]) -> None:
    if not organisations:
        return
    store.directory.keep(tx, organisations)
    for one in organisations:
        outbox.put(tx, outbox.announcement(messages.organisation_changed(one), one.code, WHO))


def _open_account(
    tx: Connection, sealer: Sealer, wanted: NewAccount, password_hash: str, now: datetime
) -> str:
    account = Account(_new_id(), wanted.name, accounts.address(wanted.email), wanted.held)
    store.accounts.add(tx, account, password_hash, now)
    sealed = sealer.seal(account.email.encode(), messages.address_context(account.id))
    outbox.put(tx, outbox.announcement(messages.account_opened(account, sealed), account.id, WHO))
    for held in account.held:
        store.accounts.add_grant(tx, _new_id(), account.id, held, now, WHO, REASON)
        changed = messages.grant_changed(account.id, held, ended=False, version=1)
        outbox.put(tx, outbox.announcement(changed, account.id, WHO))
    return account.id


def _set_up_app(tx: Connection, vault: Vault, account_id: str, secret: str, now: datetime) -> None:
    factor_id = _new_id()
    keep_secret(tx, vault, factor_id, account_id, "Authenticator app", secret, now)
    store.second_factors.confirm(tx, factor_id, 0, now)


def _issue(tx: Connection, wanted: Iterable[NewCredential], now: datetime) -> None:
    """A client's first key is its primary, the second its secondary."""
    known: dict[tuple[str, str, str], list[Client]] = {}
    for one in wanted:
        same = known.setdefault((one.product, one.organisation, one.environment), [])
        client = same[0] if same else Client(_new_id(), one.product, one.organisation, one.environment)
        credential = Credential(_new_id(), client, SLOTS[len(same)], now)
        store.credentials.add_credential(tx, credential, accounts.digest(one.key), WHO)
        same.append(client)


def _new_id() -> str:
    return str(uuid_utils.uuid7())

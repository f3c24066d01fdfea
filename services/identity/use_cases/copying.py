"""Giving somebody a copy of what is held of them: by themselves, or by support staff, of whom they are told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Engine

from chassis import copying
from chassis.actors import Actor
from protos.audit.v1.copying_pb2 import CopyHeldRequest, HeldRows
from services.identity import store
from services.identity.domain import accounts
from services.identity.domain.roles import Permission
from services.identity.use_cases.accounts import held_account, tell_owner
from services.identity.use_cases.second_factors import tries_of


def copy_held(db: Engine, actor: Actor, asked: CopyHeldRequest, now: datetime) -> Iterator[HeldRows]:
    """What is held of the owner of an account, as it is now. Noted, and told to the owner, before anything is given.

    Raises FORBIDDEN for an account of somebody else, unless the actor may; INVALID without a case then; NOT_FOUND.
    """
    account_id = copying.account_asked_for(actor, asked, Permission.COPY)
    with db.begin() as tx:
        account = held_account(tx, account_id, now)
        store.audit.note(tx, actor.id, "account-copied", account.id, case=asked.case_number.strip())
        if actor.id != account.id:
            tell_owner(tx, account.id, "copied", actor.id, now)
    tried = (account.email, f"change:{account.id}", tries_of(account.id))
    values = {"id": account.id, "email": account.email, "who": [accounts.digest(one) for one in tried]}
    return copying.held(db, store.copying.HELD, values)

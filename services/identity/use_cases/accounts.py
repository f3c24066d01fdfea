"""Which accounts there are, for support staff."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Engine

from chassis.actors import Actor
from chassis.problems import invalid
from services.identity import store
from services.identity.domain.accounts import Account
from services.identity.domain.roles import Permission

PAGE = 100
EVERYWHERE = ""


def list_accounts(db: Engine, actor: Actor, after: str, now: datetime) -> tuple[tuple[Account, ...], str]:
    """A page of accounts, oldest first, and the next cursor (empty at the end); needs a national grant."""
    actor.must(Permission.READ_ACCOUNTS, EVERYWHERE)
    with db.begin() as tx:
        found = store.accounts.after(tx, _cursor(after), PAGE + 1, now)
        page = found[:PAGE]
        store.audit.note(tx, actor.id, "accounts-listed", after, found=len(page))
    return page, page[-1].id if len(found) > PAGE else ""


def _cursor(after: str) -> UUID | None:
    try:
        return UUID(after) if after else None
    except ValueError:
        raise invalid("cursor-not-valid", "Start the list again from its first page.") from None

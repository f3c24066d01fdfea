"""What notifications can do; one function, one transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine

from chassis import working
from chassis.actors import Actor
from chassis.problems import invalid, not_found
from chassis.sealing import Opener
from services.notifications import store
from services.notifications.domain import (
    NATIONAL,
    READ,
    SAFETY_LEAD,
    STAND_INS,
    URGENT,
    Notice,
    Recorded,
    Words,
    email_address,
    notice,
    receipt,
    told_organisations,
)

SEND = "send-letter"
LONDON = ZoneInfo("Europe/London")
Send = Callable[[str, str, str, str], None]  # address, subject, body, key


def thank_the_reporter(tx: Connection, event: Recorded, contact_sealed: bytes) -> None:
    """Tell whoever reported that it arrived: by their contact, and on their page when they have an account."""
    words = receipt(event)
    if contact_sealed:
        _write(tx, f"receipt:{event.event_id}", words, contact_sealed, f"contact:{event.event_id}", event)
    account = store.recipient(tx, event.recorder_id)
    if account and store.add_notice(tx, account.account_id, words, event.reference, event.event_id):
        _write_to(tx, account, words, event)


def alert_safety_leads(tx: Connection, event: Recorded) -> None:
    """Tell the safety leads of the organisations concerned; by e-mail at once when it is urgent."""
    for code in told_organisations(event):
        words = notice(event, store.organisation_name(tx, code))
        for lead in _responsible(tx, code, event.urgent):
            new = store.add_notice(tx, lead.account_id, words, event.reference, event.event_id)
            if new and words.kind == URGENT:
                _write_to(tx, lead, words, event)


def send_letter(tx: Connection, opener: Opener, send: Send, key: str) -> None:
    """Open the address and send; a contact that is no e-mail address is noted. Raises what sending raises."""
    letter = store.waiting_letter(tx, key)
    if letter is None:
        return
    address = email_address(opener.open(letter.address_sealed, letter.address_context).decode())
    if address is None:
        store.settle_letter(tx, key, "no-address")
        return
    send(address, letter.subject, letter.body, key)
    store.settle_letter(tx, key, "sent")


def list_notices(db: Engine, actor: Actor, cursor: str, limit: int) -> tuple[list[Notice], str, int]:
    """The actor's own notices, newest first, the next cursor, and how many are unread."""
    actor.must(READ)
    limit = min(limit or 25, 100)
    with db.begin() as tx:
        found = store.list_notices(tx, actor.id, _before(cursor), limit + 1)
        unread = store.unread(tx, actor.id)
    return found[:limit], found[limit - 1].id if len(found) > limit else "", unread


def mark_read(db: Engine, actor: Actor, notice_id: str) -> Notice:
    """NOT_FOUND when the notice is not the actor's own."""
    actor.must(READ)
    sought = _id(notice_id)
    with db.begin() as tx:
        found = store.mark_read(tx, actor.id, sought) if sought else None
    if found is None:
        raise not_found("notice-not-found", "There is no such notice.")
    return found


def keep_recipient(tx: Connection, account_id: str, name: str, address_sealed: bytes, version: int) -> None:
    """Identity told us of an account."""
    store.keep_recipient(tx, account_id, name, address_sealed, version)


def keep_grant(
    tx: Connection, account_id: str, role: str, organisation: str, ended: bool, version: int
) -> None:
    """Identity told us who holds which role where."""
    store.keep_grant(tx, account_id, role, organisation, ended, version)


def keep_organisation(
    tx: Connection, code: str, name: str, operators: list[dict[str, str]], version: int
) -> None:
    """Identity told us of an organisation and who operates it."""
    store.keep_organisation(tx, code, name, operators, version)


def _responsible(tx: Connection, organisation: str, urgent: bool) -> list[store.Recipient]:
    """The safety leads of an organisation; for an urgent event, whoever stands in where there is none."""
    today = datetime.now(LONDON).date()
    for role in (SAFETY_LEAD, *(STAND_INS if urgent else ())):
        where = "" if role == NATIONAL else organisation
        found = store.holders(tx, role, where, today)
        if found:
            return found
    return []


def _write_to(tx: Connection, reader: store.Recipient, words: Words, event: Recorded) -> None:
    key = f"{words.kind}:{event.event_id}:{reader.account_id}"
    _write(tx, key, words, reader.address_sealed, f"address:{reader.account_id}", event)


def _write(tx: Connection, key: str, words: Words, sealed: bytes, context: str, event: Recorded) -> None:
    if store.add_letter(tx, key, words, sealed, context, event.event_id):
        working.put(tx, SEND, key, event.event_id, key.encode())


def _before(cursor: str) -> str | None:
    if cursor and not _id(cursor):
        raise invalid("cursor-not-known", "Start again from the first page.")
    return _id(cursor)


def _id(text: str) -> str | None:
    try:
        return str(UUID(text))
    except ValueError:
        return None

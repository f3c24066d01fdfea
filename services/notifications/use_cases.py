"""What notifications can do; one function, one transaction."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine

from chassis import copying, outbox, telemetry, working
from chassis.actors import Actor
from chassis.auditing import Trail
from chassis.problems import invalid, not_found
from chassis.rewrapping import BATCH, Looked, one_by_one
from chassis.sealing import CannotOpen, Opener
from protos.audit.v1.copying_pb2 import CopyHeldRequest, HeldRows
from services.notifications import domain, messages, store
from services.notifications.domain import (
    COPY,
    FEEDBACK_KEPT,
    NATIONAL,
    ORG_ADMIN,
    READ,
    READ_FEEDBACK,
    SAFETY_LEAD,
    STAND_INS,
    SUPER_ADMIN,
    SUPPORT,
    URGENT,
    Feedback,
    Happening,
    Notice,
    Recorded,
    Said,
    Words,
)

TRAIL = Trail("notifications")
SEND = "send-letter"
LONDON = ZoneInfo("Europe/London")
Send = Callable[[str, str, str, str], None]  # address, subject, body, key


def thank_the_reporter(tx: Connection, event: Recorded, contact_sealed: bytes) -> None:
    """Tell whoever reported that it arrived: by their contact, and on their page when they have an account."""
    if _in_bulk(event) or store.was_heard(tx, _anonymous(event.event_id)):
        return
    words, what = domain.receipt(event), _recording(event)
    if contact_sealed and not store.was_heard(tx, _erased(event.event_id)):
        bare = replace(words, where="")  # whoever gave no more than an address has nothing to sign in to
        _write(tx, f"receipt:{event.event_id}", bare, contact_sealed, f"contact:{event.event_id}", what)
    _tell_one(tx, event.recorder_id, words, what, by_letter=True)


def alert_safety_leads(tx: Connection, event: Recorded) -> None:
    """Tell the safety leads of the organisations concerned; by e-mail at once when it is urgent.

    Of what is taken over from the former national system nobody is told: nothing of it is new.
    """
    if event.imported:
        return
    for code in domain.told_organisations(event):
        words = domain.notice(event, store.organisation_name(tx, code))
        by_letter = words.kind == URGENT and not _in_bulk(event)
        _tell(tx, _responsible(tx, code, event.urgent), words, _recording(event), by_letter)


def tell_of_escalation(tx: Connection, event: Recorded, was_urgent: bool) -> None:
    """A revision made an event urgent: whoever would have heard of it then hears of it now, and of this event once."""
    if was_urgent or not event.urgent:
        return
    for code in domain.told_organisations(event):
        words = domain.escalated(event, store.organisation_name(tx, code))
        _tell(tx, _responsible(tx, code, True), words, _recording(event), by_letter=not _in_bulk(event))


def tell_of_withdrawal(tx: Connection, what: Happening, event_id: str, revision: int) -> None:
    """The organisation's safety leads hear that an event was taken back, unless it has returned by now."""
    if store.is_newest(tx, f"record:{event_id}", revision):
        _tell(tx, _leads(tx, what), domain.withdrawn(what.reference), what)


def tell_of_restoration(tx: Connection, what: Happening, event_id: str, revision: int) -> None:
    """The organisation's safety leads hear that an event is back, unless it is gone again by now."""
    if store.is_newest(tx, f"record:{event_id}", revision):
        _tell(tx, _leads(tx, what), domain.restored(what.reference), what)


def forget_reporter(tx: Connection, event_id: str, reference: str) -> None:
    """Recording cut an event's tie to who reported it: forget what told them of it, and tell them nothing that comes late."""
    store.is_newest(tx, _anonymous(event_id), 1)
    store.forget_told(tx, event_id, reference, domain.TO_THE_REPORTER)


def forget_contact(tx: Connection, event_id: str) -> int:
    """Recording erased an event's text, the reporter's contact with it: forget letters to it; how many. None is made later."""
    store.is_newest(tx, _erased(event_id), 1)
    return store.forget_contact(tx, event_id)


def pass_on_question(tx: Connection, what: Happening, event_id: str, recorder_id: str) -> None:
    """Whoever reported hears that they were asked something, where they have an account."""
    if not store.was_heard(tx, _anonymous(event_id)):
        _tell_one(tx, recorder_id, domain.question(what.reference), what, by_letter=True)


def pass_on_answer(tx: Connection, what: Happening, asked_by: str) -> None:
    _tell_one(tx, asked_by, domain.answer(what.reference), what, by_letter=True)


def tell_of_addendum(tx: Connection, what: Happening) -> None:
    _tell(tx, _leads(tx, what), domain.addendum(what.reference), what)


def pass_on_feedback(tx: Connection, what: Happening, event_id: str, recorder_id: str) -> None:
    """Whoever reported hears that they are told what changed, where they have an account."""
    if not store.was_heard(tx, _anonymous(event_id)):
        _tell_one(tx, recorder_id, domain.feedback(what.reference), what, by_letter=True)


def tell_of_assignment(
    tx: Connection, what: Happening, event_id: str, version: int, assigned_to: str
) -> None:
    """Whoever is to follow an event up hears of it, unless they said so themselves or it is somebody else's by now."""
    newest = store.is_newest(tx, f"assignment:{event_id}", version)
    if newest and assigned_to not in ("", what.by):
        _tell_one(tx, assigned_to, domain.assigned(what.reference), what)


def tell_how_it_goes(
    tx: Connection, what: Happening, event_id: str, version: int, state: str, recorder_id: str
) -> None:
    """Whoever reported hears what became of it, unless more has become of it by now."""
    newest = store.is_newest(tx, f"handling:{event_id}", version)
    words = domain.handled(what.reference, state)
    if newest and words and not store.was_heard(tx, _anonymous(event_id)):
        _tell_one(tx, recorder_id, words, what)


def tell_of_link(tx: Connection, what: Happening, kind: str, linked_from: str) -> None:
    """The other organisation hears that a record was linked with its own; `linked_from` is who linked."""
    if what.organisation != linked_from:
        _tell(tx, _leads(tx, what), domain.linked(kind, what.reference), what)


def tell_of_reading(tx: Connection, what: Happening, purpose: str) -> None:
    """Whoever answers for the event or for the service hears that original text was read.

    The reader may be among them: it may have been done in their name.
    """
    local = [one for role in (ORG_ADMIN, SAFETY_LEAD) for one in _holders(tx, role, what.organisation)]
    everywhere = store.holders(tx, SUPER_ADMIN, "", _today())
    _tell(tx, local + everywhere, domain.original_read(what.reference, purpose), what)


def warn_author(tx: Connection, what: Happening, author_id: str, on: date) -> None:
    """By letter too: whoever has not come for weeks sees no notice."""
    _tell_one(tx, author_id, domain.draft_expiring(on), what, by_letter=True)


def send_code(
    tx: Connection, verification_id: str, purpose: str, sealed: bytes, role: str, organisation: str
) -> None:
    """A letter with a code, which stays sealed until the letter leaves."""
    words = domain.verification(purpose, role, store.organisation_name(tx, organisation))
    if words:
        about = Happening(verification_id, "")
        _write(tx, f"verification:{verification_id}", words, sealed, f"verification:{verification_id}", about)


def ask_for_decision(tx: Connection, what: Happening, role: str, decided_by: tuple[str, ...]) -> None:
    """Whoever administers the organisation hears of a request; where nobody does, the national team."""
    words = domain.role_asked(role, store.organisation_name(tx, what.organisation))
    local = _holders(tx, ORG_ADMIN, what.organisation) if ORG_ADMIN in decided_by else []
    _tell(tx, local or store.holders(tx, SUPER_ADMIN, "", _today()), words, what, by_letter=True)


def tell_of_decision(tx: Connection, what: Happening, account_id: str, role: str, approved: bool) -> None:
    words = domain.role_decided(role, store.organisation_name(tx, what.organisation), approved)
    _tell_one(tx, account_id, words, what, by_letter=True)


def warn_of_ending_role(tx: Connection, what: Happening, account_id: str, role: str, on: date) -> None:
    """By letter too: whoever does not use a role may not sign in for other reasons either."""
    words = domain.role_expiring(role, store.organisation_name(tx, what.organisation), on)
    _tell_one(tx, account_id, words, what, by_letter=True)


def tell_owner(tx: Connection, what: Happening, account_id: str, change: str) -> None:
    """The owner of an account hears of what guards it; of a change that we do not know, nothing."""
    if words := domain.account_changed(change):
        _tell_one(tx, account_id, words, what, by_letter=True)


def warn_of_ending_key(
    tx: Connection, what: Happening, product: str, environment: str, slot: str, on: date
) -> None:
    """Whoever administers the organisation hears of a key that will end; where nobody does, the national team."""
    name = store.organisation_name(tx, what.organisation)
    words = domain.key_expiring(product, environment, slot, name, on)
    local = _holders(tx, ORG_ADMIN, what.organisation)
    _tell(tx, local or store.holders(tx, SUPER_ADMIN, "", _today()), words, what, by_letter=True)


def tell_of_doubt(tx: Connection, what: Happening, service: str, kind: str, place: int) -> None:
    """Whoever may look into the audit hears that something is wrong with it."""
    readers = [one for role in (SUPER_ADMIN, SUPPORT) for one in store.holders(tx, role, "", _today())]
    _tell(tx, readers, domain.audit_doubted(service, kind, place), what, by_letter=True)


def send_letter(db: Engine, opener: Opener, send: Send, key: str) -> Callable[[Connection], None]:
    """Open the address and send, with no transaction open; what writes that down. Raises what sending raises.

    A contact that is no e-mail address is noted. A letter may leave twice, where nobody lives to write it down.
    """
    with db.begin() as tx:
        letter = store.waiting_letter(tx, key)
    if letter is None:
        return lambda tx: None
    contact, code = domain.opened(opener.open(letter.address_sealed, letter.address_context).decode())
    address = domain.email_address(contact)
    if address is None:
        return partial(store.settle_letter, key=key, outcome="no-address")
    send(address, letter.subject, letter.body.replace(domain.CODE, code), key)
    return partial(store.settle_letter, key=key, outcome="sent")


def list_notices(db: Engine, actor: Actor, cursor: str, limit: int) -> tuple[list[Notice], str, int]:
    """The actor's own notices, newest first, the next cursor, and how many are unread."""
    actor.must(READ)
    limit = min(limit or 25, 100)
    with db.begin() as tx:
        found = store.list_notices(tx, actor.id, _before(cursor), limit + 1)
        unread = store.unread(tx, actor.id)
        named = {one.reference for one in found[:limit] if one.reference}
        store.note_read(tx, actor, "list-notices", sorted(named), telemetry.trace_id())
    return found[:limit], found[limit - 1].id if len(found) > limit else "", unread


def mark_read(db: Engine, actor: Actor, notice_id: str) -> Notice:
    """NOT_FOUND when the notice is not the actor's own."""
    actor.must(READ)
    sought = _id(notice_id)
    with db.begin() as tx:
        found = store.mark_read(tx, actor.id, sought) if sought else None
        if found is None:
            raise not_found("notice-not-found", "There is no such notice.")
        about = [found.reference] if found.reference else []
        store.note_read(tx, actor, "mark-notice-read", about, telemetry.trace_id())
    return found


def copy_held(db: Engine, actor: Actor, asked: CopyHeldRequest) -> Iterator[HeldRows]:
    """What is held here of whoever owns an account, noted before anything is given.

    Raises FORBIDDEN for somebody else's, unless the actor may; INVALID without a case then; NOT_FOUND for what is no account's id.
    """
    account_id = copying.account_asked_for(actor, asked, COPY)
    with db.begin() as tx:
        store.note_read(tx, actor, "copy-account", [account_id], telemetry.trace_id())
    return copying.held(db, store.HELD, {"id": account_id, "context": f"address:{account_id}"})


def take_feedback(db: Engine, opener: Opener, said: Said, once: str) -> None:
    """Keep, sealed, what anybody says of the service, and tell support staff that something waits; the same under one `once`
    is kept once. Raises INVALID."""
    domain.must_be_feedback(said)
    made = domain.name_of("feedback", once or uuid4(), said.text, said.page, said.address)
    sealed = opener.seal(messages.feedback_body(said), _feedback_context(made))
    with db.begin() as tx:
        if store.add_feedback(tx, made, sealed):
            _tell_of_feedback(tx)


def _tell_of_feedback(tx: Connection) -> None:
    """Once a day, and again once what they were told of has been dealt with: a flood of it is not one of letters."""
    what = Happening(domain.name_of("feedback-waits", _today(), store.oldest_feedback(tx)), "")
    readers = {one.account_id: one for role in (SUPPORT, SUPER_ADMIN) for one in _everywhere(tx, role)}
    _tell(tx, list(readers.values()), domain.feedback_waits(), what, by_letter=True)


def list_feedback(
    db: Engine, opener: Opener, actor: Actor, cursor: str, limit: int, done: bool
) -> tuple[list[Feedback], str, int]:
    """What waits, oldest first, or what was dealt with, newest first; the next cursor; how many wait."""
    actor.must(READ_FEEDBACK)
    limit = min(limit or 25, 100)
    with db.begin() as tx:
        found = store.list_feedback(tx, done, _before(cursor), limit + 1)
        waiting = store.feedback_waiting(tx)
        store.note_read(tx, actor, "list-feedback", [one.id for one in found[:limit]], telemetry.trace_id())
    shown = [_opened_feedback(opener, one) for one in found[:limit]]
    return shown, found[limit - 1].id if len(found) > limit else "", waiting


def _opened_feedback(opener: Opener, one: store.SealedFeedback) -> Feedback:
    try:
        said = messages.said_of(opener.open(one.sealed, _feedback_context(one.id)))
    except CannotOpen:
        said = None
    return Feedback(one.id, one.taken_at, one.done_at, said)


def mark_feedback_done(db: Engine, actor: Actor, feedback_id: str) -> None:
    """It is dealt with, from the first time on; NOT_FOUND when there is none such."""
    actor.must(READ_FEEDBACK)
    sought = _id(feedback_id)
    with db.begin() as tx:
        if sought is None or not store.mark_feedback_done(tx, sought):
            raise not_found("feedback-not-found", "There is no such feedback.")
        store.note_read(tx, actor, "mark-feedback-done", [sought], telemetry.trace_id())


def forget_feedback(tx: Connection) -> bool:
    """What was dealt with is forgotten in time; never more waits."""
    store.forget_feedback(tx, FEEDBACK_KEPT)
    return False


def _feedback_context(feedback_id: str) -> str:
    return f"feedback:{feedback_id}"


def keep_recipient(tx: Connection, account_id: str, name: str, address_sealed: bytes, version: int) -> None:
    """Identity told us of an account; not of one that was erased, however late this comes."""
    store.lock_recipient(tx, account_id)
    if store.was_heard(tx, _gone(account_id)):
        return
    store.keep_recipient(tx, account_id, name, address_sealed, version)


def forget_owner(tx: Connection, account_id: str, codes: Sequence[str]) -> dict[str, int]:
    """Identity erased an account: forget who it was, what they were told and where; table → rows. Nothing is kept later."""
    store.lock_recipient(tx, account_id)
    store.is_newest(tx, _gone(account_id), 1)
    return store.forget_owner(tx, account_id, codes)


def keep_grant(
    tx: Connection, account_id: str, role: str, organisation: str, ended: bool, version: int
) -> None:
    """Identity told us who holds which role where."""
    store.keep_grant(tx, account_id, role, organisation, ended, version)


def keep_organisation(
    tx: Connection,
    code: str,
    name: str,
    operators: list[dict[str, str]],
    version: int,
    closed_on: date | None = None,
    predecessors: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Identity told us of an organisation, who operates it, and whose work it took over."""
    store.keep_organisation(tx, code, name, operators, version, closed_on, predecessors)


def _anonymous(event_id: str) -> str:
    """Under which name we remember that an event's reporter is to be forgotten."""
    return f"anonymous:{event_id}"


def _gone(account_id: str) -> str:
    """Under which name we remember that an account was erased."""
    return f"account-erased:{account_id}"


def _erased(event_id: str) -> str:
    """Under which name we remember that an event's text was erased."""
    return f"erased:{event_id}"


def _recording(event: Recorded) -> Happening:
    return Happening(event.event_id, event.reference, event.organisation)


def _in_bulk(event: Recorded) -> bool:
    """Whether it came with many others: then nobody is written to. What is replayed counts as such."""
    return event.imported or outbox.current_lane() == outbox.BULK


def _responsible(tx: Connection, organisation: str, urgent: bool) -> list[store.Recipient]:
    """The safety leads of an organisation; for an urgent event, whoever stands in where there is none."""
    for role in (SAFETY_LEAD, *(STAND_INS if urgent else ())):
        found = (
            store.holders(tx, role, "", _today()) if role == NATIONAL else _holders(tx, role, organisation)
        )
        if found:
            return found
    return []


def _leads(tx: Connection, what: Happening) -> list[store.Recipient]:
    """The safety leads of the organisation concerned, but for the one who did it."""
    return [one for one in _holders(tx, SAFETY_LEAD, what.organisation) if one.account_id != what.by]


def _everywhere(tx: Connection, role: str) -> list[store.Recipient]:
    """Who holds a role, wherever."""
    return store.holders(tx, role, "", _today())


def _holders(tx: Connection, role: str, organisation: str) -> list[store.Recipient]:
    """Who holds a role at an organisation; at none, nobody, for to the store none means all."""
    return store.holders(tx, role, organisation, _today()) if organisation else []


def _tell_one(
    tx: Connection, account_id: str, words: Words, what: Happening, by_letter: bool = False
) -> None:
    """Tell one account, if it is one and did not do it itself."""
    reader = store.recipient(tx, account_id)
    if reader and account_id != what.by:
        _tell(tx, [reader], words, what, by_letter)


def reseal_recipients(tx: Connection, aside: Collection[str], opener: Opener) -> Looked:
    """Seal addresses that are sealed to an old key to the first, but for those of the accounts `aside`."""

    def reseal(one: store.Recipient) -> None:
        sealed = opener.reseal(one.address_sealed, f"address:{one.account_id}")
        store.reseal_recipient(tx, one.account_id, sealed)

    rows = store.recipients_sealed_to(tx, _old(opener), aside, BATCH)
    return one_by_one({one.account_id: partial(reseal, one) for one in rows})


def reseal_letters(tx: Connection, aside: Collection[str], opener: Opener) -> Looked:
    """The same for letters that wait."""

    def reseal(one: store.Letter) -> None:
        store.reseal_letter(tx, one.key, opener.reseal(one.address_sealed, one.address_context))

    rows = store.letters_sealed_to(tx, _old(opener), aside, BATCH)
    return one_by_one({one.key: partial(reseal, one) for one in rows})


def reseal_feedback(tx: Connection, aside: Collection[str], opener: Opener) -> Looked:
    """The same for what people said of the service."""

    def reseal(one: store.SealedFeedback) -> None:
        store.reseal_feedback(tx, one.id, opener.reseal(one.sealed, _feedback_context(one.id)))

    rows = store.feedback_sealed_to(tx, _old(opener), aside, BATCH)
    return one_by_one({one.id: partial(reseal, one) for one in rows})


def _old(opener: Opener) -> list[str]:
    return [one for one in opener.key_ids if one != opener.current]


def sealed_to_each(tx: Connection) -> dict[str, int]:
    """Id of a key → how many addresses, waiting letters and pieces of feedback only it opens."""
    return store.sealed_to_each(tx)


def _tell(
    tx: Connection, readers: list[store.Recipient], words: Words, what: Happening, by_letter: bool = False
) -> None:
    """Put a notice on each reader's page and, `by_letter`, write to those who had not been told."""
    for reader in readers:
        if store.add_notice(tx, reader.account_id, words, what) and by_letter:
            key = f"{words.kind}:{what.id}:{reader.account_id}"
            _write(tx, key, words, reader.address_sealed, f"address:{reader.account_id}", what)


def _write(tx: Connection, key: str, words: Words, sealed: bytes, context: str, what: Happening) -> None:
    if store.add_letter(tx, key, words, sealed, context, what):
        working.put(tx, SEND, key, what.id, key.encode())


def _today() -> date:
    return datetime.now(LONDON).date()


def _before(cursor: str) -> str | None:
    if cursor and not _id(cursor):
        raise invalid("cursor-not-known", "Start again from the first page.")
    return _id(cursor)


def _id(text: str) -> str | None:
    try:
        return str(UUID(text))
    except ValueError:
        return None

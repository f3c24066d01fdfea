"""Notifications on one database, with a letter box in place of SMTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import uuid_utils
from sqlalchemy import Engine, text

from chassis.sealing import Opener, Sealer
from chassis.working import Outside, Worker
from protos.identity.v1.identity_pb2 import AccountOpened, GrantChanged
from protos.recording.v1.recording_pb2 import EventFacts, SafetyEventRecorded
from services.notifications import listener
from services.notifications.use_cases import SEND, send_letter
from tests.builders.keys import Pair, a_pair

REFERENCE = "PSE-26-7H3KQ2WX-9"


class Office:
    """Notifications on one database, with a letter box in place of SMTP."""

    def __init__(self, db: Engine) -> None:
        self.db = db
        self.keys: Pair = a_pair("X25519")
        self.sealer = Sealer(self.keys.public)
        self.sent: list[tuple[str, str, str]] = []

    def hear(self, handler: Callable[..., None], message: Any) -> None:
        with self.db.begin() as tx:
            handler(tx, message)

    def open_account(self, account_id: str, address: str, role: str, organisation: str) -> None:
        sealed = self.sealer.seal(address.encode(), f"address:{account_id}")
        self.hear(
            listener.keep_recipient, AccountOpened(account_id=account_id, address_sealed=sealed, version=1)
        )
        self.hear(
            listener.keep_grant,
            GrantChanged(account_id=account_id, role=role, organisation=organisation, version=1),
        )

    def hear_of(self, contact: str = "", **facts: Any) -> str:
        event_id = str(uuid_utils.uuid7())
        told = SafetyEventRecorded(
            facts=EventFacts(
                **{
                    "event_id": event_id,
                    "reference": REFERENCE,
                    "revision": 1,
                    "event_type": "incident",
                    "organisation": "RZ1",
                    "recorder_id": "client:lrms",
                    **facts,
                }
            )
        )
        if contact:
            told.contact_sealed = self.sealer.seal(contact.encode(), f"contact:{event_id}")
        self.hear(listener.tell_of_the_event, told)
        self.last = told
        return event_id

    def post(self, fails: int = 0) -> None:
        """Do every job that is due."""

        def send(address: str, subject: str, body: str, key: str) -> None:
            if fails:
                raise OSError("no SMTP server")
            self.sent.append((address, subject, body))

        opener = Opener(self.keys.private)
        worker = Worker(
            "notifications",
            self.db,
            "",
            {SEND: Outside(lambda db, job: send_letter(db, opener, send, job.payload.decode()))},
        )
        while worker.do_one():
            pass

    def tell(self, *told: Any) -> None:
        """Hear messages, each as the listener does."""
        for one in told:
            self.hear(listener.HANDLERS[type(one)], one)

    def notices(self, account_id: str = "") -> list[tuple[str, str]]:
        """Who was told what, in the order of telling; of one account, where it is named."""
        found = self.rows("select account_id, kind from notices order by id")
        return [(row.account_id, row.kind) for row in found if account_id in ("", row.account_id)]

    def letters(self) -> list[str]:
        """Whom `post` writes to now."""
        self.sent.clear()
        self.post()
        return [address for address, _, _ in self.sent]

    def rows(self, statement: str) -> list[Any]:
        with self.db.begin() as tx:
            return list(tx.execute(text(statement)))

"""Clock door: what is slow → use case. E-mails leave from here."""

from __future__ import annotations

import hashlib
import smtplib
from collections.abc import Callable, Mapping
from email.message import EmailMessage
from functools import partial
from urllib.parse import unquote, urlsplit

from sqlalchemy import Connection, Engine

from chassis import auditing
from chassis.rewrapping import Rewrapping
from chassis.sealing import Opener
from chassis.working import Job, JobHandler, Outside, Schedule
from services.notifications import use_cases
from services.notifications.domain import SERVICE
from services.notifications.settings import Work

_DAY = 86_400.0  # seconds
_SECONDS = 10  # for each step of SMTP: all of them, about ten, stay below chassis.working.PATIENCE


def under(settings: Work) -> Mapping[str, Callable[[Connection], Mapping[str, int]]]:
    """Setting → how much is sealed to each of its keys: addresses, letters, feedback."""
    return {"NOTIFICATIONS_OPEN_KEYS": use_cases.sealed_to_each}


def rewrap(settings: Work) -> Rewrapping:
    """Addresses and feedback are not wrapped but sealed: sealed anew, then."""
    opener = Opener(settings.notifications_open_keys)
    reseal = [
        partial(each, opener=opener)
        for each in (use_cases.reseal_recipients, use_cases.reseal_letters, use_cases.reseal_feedback)
    ]
    return Rewrapping("NOTIFICATIONS_OPEN_KEYS", lambda: opener.current, reseal)


def handlers(settings: Work) -> dict[str, JobHandler]:
    opener = Opener(settings.notifications_open_keys)

    def send(address: str, subject: str, body: str, key: str) -> None:
        _deliver(settings, _letter(settings, address, subject, body, key))

    def send_letter(db: Engine, job: Job) -> Callable[[Connection], None]:
        return use_cases.send_letter(db, opener, send, job.payload.decode())

    return {use_cases.SEND: Outside(send_letter)}


def schedules(settings: Work) -> tuple[Schedule, ...]:
    return (
        *auditing.schedules(use_cases.TRAIL),
        Schedule("forget-feedback", _DAY, use_cases.forget_feedback),
    )


def _letter(settings: Work, address: str, subject: str, body: str, key: str) -> EmailMessage:
    """Plain text. Its Message-ID comes from `key`, so that a second copy can be told from a second letter."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = settings.mail_from, address, subject
    mark = hashlib.sha256(key.encode()).hexdigest()[:32]
    made["Message-ID"] = f"<{mark}@{urlsplit(settings.public_url).hostname or 'localhost'}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(f"{body.replace(SERVICE, settings.public_url.rstrip('/'))}\n")
    return made


def _deliver(settings: Work, letter: EmailMessage) -> None:
    url = urlsplit(settings.smtp_url)
    kind = smtplib.SMTP_SSL if url.scheme == "smtps" else smtplib.SMTP
    with kind(url.hostname or "localhost", url.port or 25, timeout=_SECONDS) as server:
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        server.send_message(letter)

"""What is said to whom. Wording is ours, in plain English; it names the kind of event, its reference and where to look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr

READ = "notifications:read"
SAFETY_LEAD = "local_safety_lead"
NATIONAL = "national_reviewer"
STAND_INS = ("organisational", "org_admin", NATIONAL)
"""Who is told of an urgent event where nobody is safety lead: the first of these roles that somebody holds."""
RECEIPT, RECORDED, URGENT = "receipt", "recorded", "urgent"
_TYPES = {
    "incident": "patient safety incident",
    "risk": "risk",
    "outcome": "outcome of concern",
    "good_care": "example of good care",
}


@dataclass(frozen=True)
class Recorded:
    """The facts of a recorded event that decide who is told."""

    event_id: str
    reference: str
    revision: int
    event_type: str
    organisation: str
    occurred_organisations: tuple[str, ...]
    urgent: bool
    data_sharing_opt_out: bool
    recorder_id: str


@dataclass(frozen=True)
class Words:
    """What one notice or e-mail says."""

    kind: str
    subject: str
    body: str


@dataclass(frozen=True)
class Notice:
    """A notice as its reader sees it."""

    id: str
    kind: str
    subject: str
    body: str
    reference: str
    sent_at: datetime
    read_at: datetime | None


def told_organisations(event: Recorded) -> tuple[str, ...]:
    """Whose safety leads hear of it: the recording organisation's; where it happened too, unless sharing was declined."""
    elsewhere = () if event.data_sharing_opt_out else event.occurred_organisations
    return tuple(dict.fromkeys((event.organisation, *elsewhere)))


def receipt(event: Recorded) -> Words:
    kind = _TYPES.get(event.event_type, "event")
    return Words(
        RECEIPT,
        f"Your report has been recorded: {event.reference}",
        f"Thank you. Your report of a {kind} has been recorded.\n\nIts reference number is {event.reference}. Keep it if"
        " you may want to ask about the report.\n\nThe organisation's patient safety team can see it once any personal"
        " data have been taken out of the text.",
    )


def notice(event: Recorded, organisation: str) -> Words:
    """What a safety lead of `organisation` (its name) is told."""
    kind = _TYPES.get(event.event_type, "event")
    if event.urgent:
        return Words(
            URGENT,
            f"Urgent: review {event.reference}",
            f"A {kind} that may involve severe harm, death or imminent risk was recorded for {organisation}.\n\n"
            f"Its reference number is {event.reference}. Review it as soon as you can.",
        )
    return Words(
        RECORDED,
        f"New record: {event.reference}",
        f"A {kind} was recorded for {organisation}. Its reference number is {event.reference}.",
    )


def email_address(contact: str) -> str | None:
    """The e-mail address that a reporter's contact is; None when it is a telephone number or something else."""
    if not contact.isprintable():
        return None
    address = parseaddr(contact.strip())[1]
    name, at, domain = address.rpartition("@")
    return address if at and name and "." in domain and address.isascii() and " " not in address else None

"""What is said to whom. Wording is ours, in plain English; it names the kind of event, its reference and where to look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from email.utils import parseaddr
from uuid import UUID, uuid5

from chassis.problems import Fault, invalid

READ = "notifications:read"
COPY = "notifications:copy"
READ_FEEDBACK = "notifications:feedback"
SAFETY_LEAD = "local_safety_lead"
ORG_ADMIN = "org_admin"
NATIONAL = "national_reviewer"
SUPER_ADMIN = "super_admin"
SUPPORT = "support"
STAND_INS = ("organisational", ORG_ADMIN, NATIONAL)
"""Who is told of an urgent event where nobody is safety lead: the first of these roles that somebody holds."""
RECEIPT, RECORDED, URGENT, ESCALATED = "receipt", "recorded", "urgent", "escalated"
WITHDRAWN, RESTORED, HANDLED, LINKED = "withdrawn", "restored", "handled", "linked"
MEANT_FOR_YOU = "meant_for_you"  # of a record that its reader may not see yet
QUESTION, ANSWER, ADDENDUM = "question", "answer", "addendum"
FEEDBACK, ASSIGNED = "feedback", "assigned"
ORIGINAL_READ, DRAFT_EXPIRING = "original_read", "draft_expiring"
VERIFICATION, ROLE_ASKED, ROLE_DECIDED, ROLE_EXPIRING = (
    "verification",
    "role_asked",
    "role_decided",
    "role_expiring",
)
ACCOUNT_CHANGED = "account_changed"
KEY_EXPIRING = "key_expiring"
AUDIT_DOUBTED = "audit_doubted"
FEEDBACK_WAITS = "feedback_waits"
FEEDBACK_KEPT = timedelta(days=90)  # once it was dealt with
LONGEST_FEEDBACK, LONGEST_PAGE, LONGEST_ADDRESS = 5_000, 300, 254  # characters
CODE = "{code}"  # stands in a letter's body for what is sealed beside its address
SERVICE = "{service}"  # stands there for the address at which people find the service
TO_THE_REPORTER = (RECEIPT, QUESTION, FEEDBACK, HANDLED)  # what says of its reader that the report was theirs
_TYPES = {
    "incident": "patient safety incident",
    "risk": "risk",
    "outcome": "outcome of concern",
    "good_care": "example of good care",
}
_STATES = {
    "under_review": "is being looked at by the patient safety team",
    "action_in_progress": "has been looked at, and something is being done about it",
    "closed": "has been looked at, and the review of it is closed",
    "not_a_patient_safety_event": "has been looked at. It was found not to be a patient safety event",
}
_LINKS = {
    "duplicate_of": "as recorded twice",
    "same_patient_journey": "as part of the same course of care",
    "noticed_here_happened_there": "as noticed by them and having happened with you",
}
_WRONG_ORGANISATION = "recorded_for_wrong_organisation"
_PURPOSES = {
    "clinical_review": "a clinical review",
    "redaction_check": "checking what was taken out of the text",
    "data_subject_request": "a request by a person about their own data",
    "legal_duty": "a legal duty",
}
_DOUBTS = {
    "changed": "a row is not what it was when it was sealed",
    "gone": "a row that was sealed is no longer there",
    "unlinked": "places of the chain are no longer there",
    "slipped-in": "a row was put in afterwards",
    "unsealed": "rows have waited too long for their seal",
    "cut-off": "rows at its end are no longer there",
    "rewritten": "it differs from the copy that identity keeps",
    "hidden": "a search would miss a row",
    "not-told": "rows have not come to identity",
    "does-not-follow": "rows came to identity that do not follow those before them",
    "told-otherwise": "a row came to identity again and was another",
}
_HAPPENINGS = UUID("6f1c6a0e-6a5f-5d0b-9a56-5d3c1c6f2b77")  # ours alone: names below it are what happened


@dataclass(frozen=True)
class Recorded:
    """The facts of a recorded event that decide who is told. `imported`: taken over from the former national system."""

    event_id: str
    reference: str
    revision: int
    event_type: str
    organisation: str
    occurred_organisations: tuple[str, ...]
    urgent: bool
    data_sharing_opt_out: bool
    recorder_id: str
    imported: bool = False


@dataclass(frozen=True)
class Happening:
    """Something that is told once to each who should hear of it, however often we do.

    `id` names it among all happenings (UUID); `by` is who did it, and need not be told.
    """

    id: str
    reference: str
    organisation: str = ""
    by: str = ""


@dataclass(frozen=True)
class Words:
    """What one notice or e-mail says. `where` ends the e-mail alone: where its reader does what it asks; empty where they cannot."""

    kind: str
    subject: str
    body: str
    where: str = f"Sign in to see it: {SERVICE}"

    @property
    def letter(self) -> str:
        return f"{self.body}\n\n{self.where}" if self.where else self.body


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


@dataclass(frozen=True)
class Said:
    """What somebody says of the service; which page it is of and an address for an answer, where they gave one."""

    text: str = field(repr=False)
    page: str = field(default="", repr=False)
    address: str = field(default="", repr=False)


@dataclass(frozen=True)
class Feedback:
    """The same as support staff see it; `said` is None where its seal does not open."""

    id: str
    taken_at: datetime
    done_at: datetime | None
    said: Said | None


def name_of(*parts: object) -> str:
    """The id of what has none of its own, made of what tells it from others: the same parts, the same id."""
    return str(uuid5(_HAPPENINGS, ":".join(map(str, parts))))


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


def escalated(event: Recorded, organisation: str) -> Words:
    """What a safety lead of `organisation` (its name) is told when a change made an event urgent."""
    kind = _TYPES.get(event.event_type, "event")
    return Words(
        ESCALATED,
        f"Urgent: review {event.reference}",
        f"A {kind} recorded for {organisation} was changed, and may now involve severe harm, death or imminent risk.\n\n"
        f"Its reference number is {event.reference}. Review it as soon as you can.",
    )


def withdrawn(reference: str) -> Words:
    return Words(
        WITHDRAWN,
        f"Record withdrawn: {reference}",
        f"{reference} was withdrawn. It no longer appears in lists or counts.",
    )


def restored(reference: str) -> Words:
    return Words(
        RESTORED,
        f"Record restored: {reference}",
        f"{reference}, which had been withdrawn, was restored. It appears in lists and counts again.",
    )


def question(reference: str) -> Words:
    return Words(
        QUESTION,
        f"A question about your report: {reference}",
        f"The patient safety team has a question about your report {reference}. Sign in to read and answer it.",
    )


def answer(reference: str) -> Words:
    return Words(
        ANSWER,
        f"Your question was answered: {reference}",
        f"The question that you asked about {reference} was answered. Sign in to read the answer.",
    )


def addendum(reference: str) -> Words:
    return Words(
        ADDENDUM,
        f"Something was added to {reference}",
        f"Somebody added a remark to {reference}. Sign in to read it.",
    )


def feedback(reference: str) -> Words:
    return Words(
        FEEDBACK,
        f"What changed because of your report: {reference}",
        f"The patient safety team tells you what changed because of your report {reference}. Sign in to read it.",
    )


def assigned(reference: str) -> Words:
    return Words(
        ASSIGNED,
        f"You are to follow up {reference}",
        f"{reference} was assigned to you. Sign in to see it.",
    )


def handled(reference: str, state: str) -> Words | None:
    """What the person who reported is told of a state of handling; None when it is of no use to them."""
    if state not in _STATES:
        return None
    return Words(HANDLED, f"News of your report: {reference}", f"Your report {reference} {_STATES[state]}.")


def linked(kind: str, reference: str) -> Words:
    """What the other organisation is told: of its own record, or of one that should have been its own."""
    if kind == _WRONG_ORGANISATION:
        said = f"Another organisation says that {reference} should have been recorded for yours."
        return Words(MEANT_FOR_YOU, f"A record may be yours: {reference}", said)
    how = _LINKS.get(kind, "as belonging together")
    said = f"Another organisation linked a record of its own with {reference}, {how}."
    return Words(LINKED, f"A record was linked: {reference}", said)


def original_read(reference: str, purpose: str) -> Words:
    return Words(
        ORIGINAL_READ,
        f"Original text was opened: {reference}",
        f"Somebody may read the text of {reference} as it was written, with any personal data in it, for an hour at most."
        f" The purpose they gave is {_PURPOSES.get(purpose, 'not one we know')}. If you did not expect this, look into it.",
    )


def draft_expiring(on: date) -> Words:
    return Words(
        DRAFT_EXPIRING,
        "A draft of yours will be deleted",
        f"You began a report and have not sent it. The draft will be deleted on {on.day} {on:%B %Y}. To keep it, sign in"
        " and go on with it.",
    )


def verification(purpose: str, role: str, organisation: str) -> Words | None:
    """The letter that carries a code, whose place is `CODE`; None for a purpose we do not know.

    Where it is entered stands beside it, without the code: what is in an address is kept by browsers and proxies.
    """
    said = {
        "register": (
            "Your code to register",
            f"To finish registering, enter this code: {CODE}\n\nIt works for an hour. If you did not register, ignore this"
            " message: nothing happens without the code.",
            f"Enter it at {SERVICE}/register/code",
        ),
        "known": (
            "You have an account already",
            "Somebody tried to register with this address, which has an account already. If it was you, sign in. If you"
            " have forgotten your password, ask for a new one. If it was not you, you need not do anything.",
            f"Sign in, or ask for a new password, at {SERVICE}/sign-in",
        ),
        "reset": (
            "Your code for a new password",
            f"To choose a new password, enter this code: {CODE}\n\nIt works for an hour. If you did not ask for it, ignore"
            " this message: your password stays as it is.",
            f"Enter it at {SERVICE}/forgotten-password/code",
        ),
        "outside": (
            "Your code to sign in with another account",
            "Somebody signed in elsewhere with an account that has this address, and wants to use it to sign in here. If it"
            f" was you, enter this code: {CODE}\n\nIt works for an hour. If it was not you, tell nobody the code: nothing"
            " happens without it.",
            "Enter it on the page where you began.",
        ),
        "address": (
            "Your code to confirm this address",
            f"An account with us is to have this e-mail address. To confirm it, enter this code with the account's password: {CODE}"
            "\n\nIt works for an hour. If you have no account, or did not ask for this, ignore this message: nothing happens"
            " without the code.",
            f"Enter it at {SERVICE}/account/address/code",
        ),
        "invite": (
            f"You are invited to {organisation}",
            f"You are invited to hold the role “{role}” at {organisation}. To accept, enter this code: {CODE}\n\nIt works for"
            " two weeks. If you did not expect this, ignore it.",
            f"Enter it at {SERVICE}/invitation",
        ),
    }.get(purpose)
    return Words(VERIFICATION, *said) if said else None


def role_asked(role: str, organisation: str) -> Words:
    return Words(
        ROLE_ASKED,
        f"A request to decide: {role}",
        f"Somebody asks for the role “{role}” at {organisation}. Sign in to approve or refuse it.",
    )


def role_decided(role: str, organisation: str, approved: bool) -> Words:
    if approved:
        return Words(
            ROLE_DECIDED, f"You have the role {role}", f"You now have the role “{role}” at {organisation}."
        )
    return Words(
        ROLE_DECIDED,
        f"Your request was refused: {role}",
        f"Your request for the role “{role}” at {organisation} was refused. Sign in to read why.",
    )


def role_expiring(role: str, organisation: str, on: date) -> Words:
    return Words(
        ROLE_EXPIRING,
        f"A role of yours will end: {role}",
        f"You have not used the role “{role}” at {organisation} for a long time. It will end on {on.day} {on:%B %Y}. To keep it,"
        " sign in before then.",
    )


_CHANGES: Mapping[str, tuple[str, str]] = {
    "second-factor-added": (
        "A second factor was added",
        "A way to prove that it is you was added to your account.",
    ),
    "second-factor-removed": (
        "A second factor was removed",
        "A way to prove that it is you was removed from your account.",
    ),
    "second-factors-reset": (
        "Your second factors were reset",
        "The support team removed every second factor from your account. Sign in with your password and set one up.",
    ),
    "recovery-code-used": (
        "A recovery code was used",
        "Somebody signed in to your account with a recovery code.",
    ),
    "recovery-codes-made": (
        "New recovery codes",
        "New recovery codes were made. The earlier ones no longer work.",
    ),
    "password-changed": ("Your password was changed", "The password of your account was changed."),
    "outside-sign-in-added": (
        "Another way to sign in was added",
        "An account elsewhere can now be used to sign in to your account here.",
    ),
    "outside-sign-in-removed": (
        "A way to sign in was removed",
        "An account elsewhere can no longer be used to sign in to your account here.",
    ),
    "copied": (
        "A copy of your data was made",
        "The support team made a copy of what is held of you here, because somebody asked for it in your name.",
    ),
    "name-changed": ("Your name was changed", "The name of your account was changed."),
    "address-asked": (
        "Another e-mail address for your account",
        "Your account is to have another e-mail address. It changes once the code that went there has been entered together"
        " with your password.",
    ),
    "address-changed": (
        "Your e-mail address was changed",
        "Your account has this e-mail address now. Sign in with it from now on.",
    ),
    "code-refused": (
        "Wrong codes at your sign-in",
        "Somebody entered the password of your account and then wrong codes. Nobody came in.",
    ),
    "password-void": (
        "Your password no longer works",
        "Somebody entered the password of your account and then ten wrong codes in a row. Nobody came in, and nobody can sign"
        " in with that password any more.",
    ),
}  # of what guards an account: subject and text


def account_changed(change: str) -> Words | None:
    said = _CHANGES.get(change)
    if said is None:
        return None
    subject, text = said
    then = "If it was you, you need not do anything. If not, choose a new password now and tell the support team."
    where = Words.where
    if change == "password-void":
        then = "To sign in again, ask for a code to choose a new password. If it was not you, tell the support team as well."
        where = f"Ask for the code at {SERVICE}/forgotten-password"
    return Words(ACCOUNT_CHANGED, subject, f"{text}\n\n{then}", where)


def key_expiring(product: str, environment: str, slot: str, organisation: str, on: date) -> Words:
    """A key has no name but its place: nothing of the key itself is known here."""
    what = (
        "Nothing it sends will be recorded after that"
        if environment == "production"
        else "It is a sandbox key"
    )
    return Words(
        KEY_EXPIRING,
        f"A key of {product} will end",
        f"The {slot} key with which {product} records for {organisation} ({environment}) ends on {on.day} {on:%B %Y}. {what}."
        " To go on without a gap, issue another key, have the product use it, and see that it works.",
    )


def audit_doubted(service: str, kind: str, place: int) -> Words:
    """`place`: the number of the first row that is in doubt."""
    return Words(
        AUDIT_DOUBTED,
        f"The audit of {service} is in doubt",
        f"Something is wrong with the audit of {service}, from row {place} on: {_DOUBTS.get(kind, kind)}. Somebody may have changed"
        " what the audit says; a database that was restored can look the same.\n\nSign in and look at what the verification"
        " of the audit found. Change nothing in the databases until it is known why.",
    )


def feedback_waits() -> Words:
    """What support staff are told: that there is something, and nothing of what it says."""
    return Words(
        FEEDBACK_WAITS,
        "Somebody has told us something about the service",
        "Feedback about the service is waiting for an answer or for something to be done. Sign in to read it.",
    )


def must_be_feedback(said: Said) -> None:
    """INVALID where nothing is said, where it is too long, or where nobody could be answered at the address."""
    faults = []
    if not said.text.strip():
        faults.append(Fault("text", "required-missing", "Tell us what went well or what went wrong"))
    for name, written, most in (
        ("text", said.text, LONGEST_FEEDBACK),
        ("page", said.page, LONGEST_PAGE),
        ("address", said.address, LONGEST_ADDRESS),
    ):
        if len(written) > most:
            faults.append(Fault(name, "text-too-long", f"Use {most:,} characters or fewer"))
    if said.address and email_address(said.address) is None:
        faults.append(
            Fault("address", "wrong-type", "Enter an email address in the format name@example.org, or none")
        )
    if faults:
        raise invalid("feedback-not-taken", "Your feedback cannot be sent as it is.", *faults)


def opened(sealed: str) -> tuple[str, str]:
    """The address, and the code where one was sealed with it."""
    address, _, code = sealed.partition("\n")
    return address, code


def email_address(contact: str) -> str | None:
    """The e-mail address that a reporter's contact is; None when it is a telephone number or something else."""
    if not contact.isprintable():
        return None
    address = parseaddr(contact.strip())[1]
    name, at, domain = address.rpartition("@")
    return address if at and name and "." in domain and address.isascii() and " " not in address else None


# ---- where text is kept: tests/house/test_places_of_text.py holds this against the database ------------------------------------

PLACES: Mapping[str, str] = {"letters": "letters to a contact that came with the record"}
NOWHERE = ("notices", "webhooks")  # no text of a record in this version
WITHOUT_TEXT: Mapping[str, str] = {
    "notices": "our own words, with codes and reference numbers",
    "recipients": "names and sealed addresses of accounts",
    "grants": "codes",
    "organisations": "told by identity",
    "organisation_predecessors": "codes",
    "newest": "ids",
    "feedback": "sealed, about the service itself; nothing ties it to a record",
    "jobs": "keys of letters",
    "audit": "ids and codes",
    "audit_chain": "hashes",
    "audit_walks": "hashes",
    "outbox": "audit and answers to erasures",
    "schedules": "names",
    "alembic_version": "a number",
}

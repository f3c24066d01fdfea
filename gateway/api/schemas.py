"""The shapes of the JSON API. Requests are checked by them, answers are cut to them, the OpenAPI document lists them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from flask import request
from marshmallow import RAISE, Schema, ValidationError, fields, validate

from chassis import problems
from chassis.problems import Problem, invalid
from gateway.envelope import body


class Request(Schema):
    """What is sent to us: an unknown field is a fault."""

    class Meta:
        unknown = RAISE


class Page(Request):
    cursor = fields.String(
        validate=validate.Length(max=500),
        metadata={"description": "`next` of the page before; leave out for the first"},
    )
    limit = fields.Integer(
        validate=validate.Range(min=1, max=100), metadata={"description": "items in a page; 25"}
    )


class After(Request):
    cursor = fields.String(
        validate=validate.Length(max=500), metadata={"description": "`next` of the page before"}
    )


class OfOrganisation(Request):
    organisation = fields.String(
        validate=validate.Length(max=12), metadata={"description": "ODS code; leave out for all"}
    )


class OfCase(Request):
    """What is done for a case that is kept elsewhere."""

    case_number = fields.String(
        required=True,
        validate=validate.Length(min=1, max=50),
        metadata={
            "description": "where the request is recorded; no name, because it outlives what is erased"
        },
    )


class PasskeyQuestion(Schema):
    options = fields.Dict(
        required=True, metadata={"description": "for navigator.credentials, as its JSON forms"}
    )


class TypedPassword(Request):
    password = fields.String(required=True, load_only=True, validate=validate.Length(min=1, max=1000))


class Coded(Schema):
    code = fields.String(required=True)
    label = fields.String(required=True)


class Organisation(Schema):
    code = fields.String(required=True, metadata={"description": "ODS code"})
    name = fields.String(required=True)


class Answer(Schema):
    section = fields.String(required=True)
    entry = fields.Integer(required=True)
    property = fields.String(required=True)
    question = fields.String(required=True)
    values = fields.List(fields.Nested(Coded), required=True)


class Text(Schema):
    field = fields.String(required=True)
    question = fields.String(required=True)
    text = fields.String(
        required=True, allow_none=True, metadata={"description": "redacted; null while being checked"}
    )
    status = fields.String(required=True, validate=validate.OneOf(["redacted", "being checked"]))


class EventSummary(Schema):
    reference = fields.String(required=True)
    revision = fields.Integer(required=True)
    event_type = fields.Nested(Coded, required=True)
    occurred_on = fields.String(
        required=True, allow_none=True, metadata={"description": "YYYY-MM-DD, YYYY-MM or null when unknown"}
    )
    reported_at = fields.String(required=True, metadata={"format": "date-time"})
    organisation = fields.Nested(Organisation, required=True)
    occurred_organisations = fields.List(fields.Nested(Organisation), required=True)
    worst_physical_harm = fields.Nested(Coded, required=True, allow_none=True)
    worst_psychological_harm = fields.Nested(Coded, required=True, allow_none=True)
    urgent = fields.Boolean(required=True)


class Event(EventSummary):
    description = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "redacted; null while being checked or not given"},
    )
    description_status = fields.String(
        required=True, validate=validate.OneOf(["redacted", "being checked", "not given"])
    )
    answers = fields.List(fields.Nested(Answer), required=True)
    texts = fields.List(fields.Nested(Text), required=True)
    reporter = fields.String(
        required=True,
        allow_none=True,
        validate=validate.OneOf(["public", "anonymous_staff"]),
        metadata={
            "description": "who reported without an account; null: somebody with one, or a local system"
        },
    )
    enrichment = fields.Dict(required=True, allow_none=True)
    read_only = fields.Boolean(required=True)


# ---- people and roles ------------------------------------------------------------------------------------------

_PASSWORD: dict[str, Any] = {
    "required": True,
    "load_only": True,
    "validate": validate.Length(min=1, max=1000),
}
_REASON = validate.Length(max=1000)


class Address(Request):
    email = fields.String(required=True, validate=validate.Length(min=1, max=320))


class Register(Address):
    name = fields.String(required=True, validate=validate.Length(max=1000))
    password = fields.String(**_PASSWORD)


class AddressCode(Address):
    code = fields.String(required=True, validate=validate.Length(min=1, max=40))


class Verification(AddressCode):
    password = fields.String(
        required=True,
        load_only=True,
        validate=validate.Length(min=1, max=1000),
        metadata={"description": "that was chosen when registering"},
    )


class NewPassword(AddressCode):
    password = fields.String(**_PASSWORD)


class Acceptance(AddressCode):
    name = fields.String(validate=validate.Length(max=1000), metadata={"description": "of a new account"})
    password = fields.String(
        load_only=True, validate=validate.Length(max=1000), metadata={"description": "of a new account"}
    )


NAME = fields.String(validate=validate.Length(min=1, max=1000))
NEW_EMAIL = fields.String(
    validate=validate.Length(min=1, max=320),
    metadata={"description": "changes once the code that goes there was sent back with the password"},
)


class ChangedDetails(TypedPassword):
    name = NAME
    email = NEW_EMAIL


class Rectified(OfCase):
    name = NAME
    email = NEW_EMAIL


class ConfirmedAddress(AddressCode):
    password = fields.String(
        required=True,
        load_only=True,
        validate=validate.Length(min=1, max=1000),
        metadata={"description": "the account's"},
    )


class ChangedPassword(Request):
    current = fields.String(**_PASSWORD)
    password = fields.String(**_PASSWORD)


class AskedRole(Request):
    role = fields.String(required=True, validate=validate.Length(max=40))
    organisation = fields.String(required=True, validate=validate.Length(max=12))
    reason = fields.String(required=True, validate=_REASON)


class Decision(Request):
    approve = fields.Boolean(required=True)
    reason = fields.String(validate=_REASON, metadata={"description": "must be given when refused"})


class Reason(Request):
    reason = fields.String(validate=_REASON)


class Invite(Address):
    role = fields.String(required=True, validate=validate.Length(max=40))
    organisation = fields.String(required=True, validate=validate.Length(max=12))


class AtOrganisation(Request):
    organisation = fields.String(required=True, validate=validate.Length(min=1, max=12))


class Colleagues(AtOrganisation, After):
    search = fields.String(
        validate=validate.Length(min=2, max=254), metadata={"description": "part of a name or an address"}
    )


class Role(Schema):
    name = fields.String(required=True)
    label = fields.String(required=True)
    means = fields.String(required=True)
    reach = fields.String(required=True, validate=validate.OneOf(["own", "organisation", "area", "national"]))
    permissions = fields.List(fields.String(), required=True)
    approved_by = fields.List(fields.String(), required=True)
    automatic = fields.Boolean(required=True)
    second_factor = fields.Boolean(
        required=True, metadata={"description": "counts only in a session opened with one"}
    )


class HeldRole(Schema):
    grant_id = fields.String(required=True)
    role = fields.String(required=True)
    organisation = fields.String(required=True)
    reason = fields.String(required=True)
    starts_at = fields.String(required=True, metadata={"format": "date-time"})
    ends_at = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    last_used_at = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})


class Person(Schema):
    account_id = fields.String(required=True)
    name = fields.String(required=True)
    email = fields.String(required=True)
    suspended = fields.Boolean(required=True)
    grants = fields.List(fields.Nested(HeldRole), required=True)


class RoleRequest(Schema):
    request_id = fields.String(required=True)
    account_id = fields.String(required=True)
    name = fields.String(required=True)
    email = fields.String(required=True)
    role = fields.String(required=True)
    organisation = fields.Nested(Organisation, required=True)
    reason = fields.String(required=True)
    state = fields.String(
        required=True, validate=validate.OneOf(["waiting", "approved", "refused", "withdrawn"])
    )
    asked_at = fields.String(required=True, metadata={"format": "date-time"})
    decided_at = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    decision_reason = fields.String(required=True)


class OpenSession(Schema):
    session_id = fields.String(required=True)
    started_at = fields.String(required=True, metadata={"format": "date-time"})
    last_seen_at = fields.String(required=True, metadata={"format": "date-time"})
    expires_at = fields.String(required=True, metadata={"format": "date-time"})
    this_one = fields.Boolean(required=True)


class OutsideSignIn(Schema):
    link_id = fields.String(required=True)
    provider = fields.String(required=True)
    label = fields.String(required=True)
    linked_at = fields.String(required=True, metadata={"format": "date-time"})
    last_used_at = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})


class OutsideSignIns(Schema):
    outside_sign_ins = fields.List(fields.Nested(OutsideSignIn), required=True)


class OwnAccount(Person):
    requests = fields.List(fields.Nested(RoleRequest), required=True)
    sessions = fields.List(fields.Nested(OpenSession), required=True)
    outside_sign_ins = fields.List(fields.Nested(OutsideSignIn), required=True)
    has_password = fields.Boolean(required=True)


class Invitation(Schema):
    invitation_id = fields.String(required=True)
    email = fields.String(required=True)
    role = fields.String(required=True)
    organisation = fields.String(required=True)
    state = fields.String(
        required=True, validate=validate.OneOf(["waiting", "accepted", "revoked", "expired"])
    )
    invited_at = fields.String(required=True, metadata={"format": "date-time"})
    expires_at = fields.String(required=True, metadata={"format": "date-time"})


class Sent(Schema):
    message = fields.String(required=True)


class Notice(Schema):
    notice_id = fields.String(required=True)
    kind = fields.String(required=True)
    subject = fields.String(required=True)
    body = fields.String(required=True)
    reference = fields.String(required=True, allow_none=True)
    sent_at = fields.String(required=True, metadata={"format": "date-time"})
    read_at = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})


class Grant(Schema):
    role = fields.String(required=True)
    organisation = fields.String(required=True)


class Account(Schema):
    account_id = fields.String(required=True)
    name = fields.String(required=True)
    email = fields.String(required=True)
    grants = fields.List(fields.Nested(Grant), required=True)


class WantedCredential(Request):
    product = fields.String(required=True, validate=validate.Length(max=1000))
    organisation = fields.String(required=True, validate=validate.Length(max=12))
    environment = fields.String(required=True, validate=validate.OneOf(["production", "sandbox"]))
    days = fields.Integer(
        validate=validate.Range(min=1, max=730),
        metadata={"description": "how long it works; leave out: until revoked"},
    )
    scopes = fields.List(
        fields.String(validate=validate.Length(max=100)),
        validate=validate.Length(min=1, max=20),
        metadata={"description": "what it may be used for; leave out: all that the client may"},
    )


class Credential(Schema):
    credential_id = fields.String(required=True)
    client_id = fields.String(required=True)
    slot = fields.String(required=True, validate=validate.OneOf(["primary", "secondary"]))
    expires_at = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    product = fields.String(required=True)
    organisation = fields.String(required=True)
    environment = fields.String(required=True)
    issued_at = fields.String(required=True, metadata={"format": "date-time"})
    revoked_at = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    scopes = fields.List(fields.String(), required=True)
    last_used_on = fields.String(required=True, allow_none=True, metadata={"format": "date"})


class IssuedCredential(Credential):
    key = fields.String(required=True, metadata={"description": "shown this once; we keep its hash alone"})


class ProblemJson(Schema):
    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    code = fields.String(required=True, metadata={"description": "stable, in kebab case"})
    detail = fields.String(required=True)
    faults = fields.List(fields.Dict(keys=fields.String(), values=fields.String()))


class Fault(Schema):
    path = fields.String(
        required=True, metadata={"description": "section/entry/Property, or a field of what was sent"}
    )
    code = fields.String(required=True, metadata={"description": "stable, in kebab case"})
    detail = fields.String(required=True)


_ANSWERS = (
    "section → entries → property → value, or a list where it may be repeated; see /api/v1/question-sets"
)
_VERSION = "version of the question set that the answers follow"


def _answers(**more: Any) -> fields.Dict:
    return fields.Dict(keys=fields.String(), required=True, metadata={"description": _ANSWERS}, **more)


def _patients() -> fields.String:
    said = "whether any patient was affected, where none is described"
    return fields.String(validate=validate.OneOf(["yes", "no", "unknown"]), metadata={"description": said})


class CheckedEvent(Request):
    question_set = fields.Integer(
        strict=True,
        validate=validate.Range(min=1, max=999),
        metadata={"description": f"{_VERSION}; the newest"},
    )
    organisation = fields.String(
        validate=validate.Length(max=12), metadata={"description": "ODS code of who records; your own"}
    )
    answers = _answers()
    patients = _patients()


class NewEvent(CheckedEvent):
    draft = fields.String(
        validate=validate.Length(max=36), metadata={"description": "your draft that this ends"}
    )


class RevisedEvent(Request):
    question_set = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(min=1, max=999),
        metadata={"description": _VERSION},
    )
    answers = _answers()
    patients = _patients()


class DraftContent(CheckedEvent):
    place = fields.String(
        validate=validate.Length(max=100), metadata={"description": "where you were, e.g. a page of a form"}
    )


class DraftSummary(Schema):
    id = fields.String(required=True)
    version = fields.Integer(required=True)
    question_set = fields.Integer(required=True)
    organisation = fields.String(required=True, allow_none=True)
    event_type = fields.String(required=True, allow_none=True)
    place = fields.String(required=True, allow_none=True)
    patients = fields.String(required=True, allow_none=True)
    created_at = fields.String(required=True, metadata={"format": "date-time"})
    saved_at = fields.String(required=True, metadata={"format": "date-time"})
    expires_at = fields.String(required=True, metadata={"format": "date-time"})


class Draft(DraftSummary):
    answers = _answers()


class Receipt(Schema):
    reference = fields.String(required=True)
    id = fields.String(required=True)
    revision = fields.Integer(required=True)
    reported_at = fields.String(required=True, metadata={"format": "date-time"})
    revised_at = fields.String(required=True, metadata={"format": "date-time"})
    repeated = fields.Boolean(
        required=True, metadata={"description": "this request came before: it is the first one's record"}
    )
    warnings = fields.List(fields.Nested(Fault), required=True)


class Checked(Schema):
    warnings = fields.List(fields.Nested(Fault), required=True)


class Withdrawal(Request):
    reason = fields.String(
        required=True,
        validate=validate.Length(max=50),
        metadata={
            "description": "recorded_in_error, duplicate, wrong_organisation, not_a_patient_safety_event,"
            " test_record or other"
        },
    )


class Retyped(Request):
    event_type = fields.String(required=True, validate=validate.OneOf(["incident"]))


class Governance(Request):
    answers = _answers()


class HistoryPage(Request):
    cursor = fields.Integer(
        validate=validate.Range(min=1, max=2**31 - 1), metadata={"description": "`next` of the page before"}
    )
    limit = fields.Integer(
        validate=validate.Range(min=1, max=50), metadata={"description": "items in a page; 25"}
    )


class Revision(Schema):
    revision = fields.Integer(required=True)
    change = fields.String(
        required=True,
        metadata={"description": "recorded, revised, retyped, governed, withdrawn or restored"},
    )
    reason = fields.String(required=True, allow_none=True, metadata={"description": "of a withdrawal"})
    revised_at = fields.String(required=True, metadata={"format": "date-time"})
    question_set = fields.Integer(required=True)
    event_type = fields.String(required=True)


class Version(Revision):
    reference = fields.String(required=True)
    id = fields.String(required=True)
    organisation = fields.String(required=True, metadata={"description": "ODS code"})
    reported_at = fields.String(required=True, metadata={"format": "date-time"})
    patients = fields.String(required=True, allow_none=True)
    answers = _answers()


class PageAsked(Request):
    cursor = fields.String(validate=validate.Length(max=200))
    limit = fields.Integer(validate=validate.Range(min=1, max=200))


def page_of(item: type[Schema]) -> type[Schema]:
    """A page of a list: its items and where the next page starts."""
    return Schema.from_dict(
        {
            "items": fields.List(fields.Nested(item), required=True),
            "next": fields.String(required=True, allow_none=True),
        },
        name=f"{item.__name__}Page",
    )


def sent_body(schema: type[Schema], optional: bool = False) -> dict[str, Any]:
    """The JSON body of this request; INVALID when it is not what `schema` wants. Nothing may stand for an `optional` one."""
    if optional and not body():
        return _loaded(schema, {})
    if request.mimetype != "application/json":
        raise invalid("unsupported-media-type", "Send application/json.")
    data = body()
    if b"\\u0000" in data:
        raise invalid("malformed-json", "The body holds the character NUL.")
    try:
        sent = orjson.loads(data)
    except orjson.JSONDecodeError:
        raise invalid("malformed-json", "The body is not JSON.") from None
    if not isinstance(sent, dict):
        raise invalid("malformed-json", "The body must be one JSON object.")
    return _loaded(schema, sent)


def sent_query(schema: type[Schema]) -> dict[str, Any]:
    """The query of this request; INVALID when it is not what `schema` wants."""
    return _loaded(schema, request.args.to_dict())


def _loaded(schema: type[Schema], values: Mapping[str, Any]) -> dict[str, Any]:
    try:
        loaded: dict[str, Any] = schema().load(values)
    except ValidationError as wrong:
        raise _refusal(schema, wrong) from None
    return loaded


def _refusal(schema: type[Schema], wrong: ValidationError) -> Problem:
    """Marshmallow's own words, which quote nothing; a field we do not know is not repeated either."""
    known = schema().fields
    said: dict[str, list[str]] = wrong.messages if isinstance(wrong.messages, dict) else {}
    faults = [
        problems.Fault(name, "wrong-type", " ".join(map(str, words)))
        if name in known
        else problems.Fault("", "unknown-parameter", "There is a field here that we do not know.")
        for name, words in said.items()
    ]
    return invalid("request-not-accepted", "Some of what was sent is missing or cannot be accepted.", *faults)

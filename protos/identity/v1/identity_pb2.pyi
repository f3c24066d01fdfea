import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from protos.audit.v1 import copying_pb2 as _copying_pb2
from protos.identity.v1 import auditing_pb2 as _auditing_pb2
from protos.identity.v1 import erasing_pb2 as _erasing_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union
from protos.identity.v1.auditing_pb2 import SearchAuditRequest as SearchAuditRequest
from protos.identity.v1.auditing_pb2 import AuditPage as AuditPage
from protos.identity.v1.auditing_pb2 import AuditEntry as AuditEntry
from protos.identity.v1.auditing_pb2 import AuditActor as AuditActor
from protos.identity.v1.auditing_pb2 import AuditSubject as AuditSubject
from protos.identity.v1.auditing_pb2 import VerifyAuditRequest as VerifyAuditRequest
from protos.identity.v1.auditing_pb2 import GetAuditVerificationRequest as GetAuditVerificationRequest
from protos.identity.v1.auditing_pb2 import AuditVerification as AuditVerification
from protos.identity.v1.auditing_pb2 import VerifiedChain as VerifiedChain
from protos.identity.v1.auditing_pb2 import ChainFault as ChainFault
from protos.identity.v1.erasing_pb2 import AskAccountErasureRequest as AskAccountErasureRequest
from protos.identity.v1.erasing_pb2 import ConfirmAccountErasureRequest as ConfirmAccountErasureRequest
from protos.identity.v1.erasing_pb2 import WithdrawAccountErasureRequest as WithdrawAccountErasureRequest
from protos.identity.v1.erasing_pb2 import GetAccountErasureRequest as GetAccountErasureRequest
from protos.identity.v1.erasing_pb2 import ListAccountErasuresRequest as ListAccountErasuresRequest
from protos.identity.v1.erasing_pb2 import AccountErasures as AccountErasures
from protos.identity.v1.erasing_pb2 import ListedAccountErasure as ListedAccountErasure
from protos.identity.v1.erasing_pb2 import AccountErasure as AccountErasure
from protos.identity.v1.erasing_pb2 import AccountPlace as AccountPlace
from protos.identity.v1.erasing_pb2 import AccountErased as AccountErased

DESCRIPTOR: _descriptor.FileDescriptor

class SignInRequest(_message.Message):
    __slots__ = ("email", "password", "code", "device", "remember", "device_label", "two_steps", "from_address")
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    PASSWORD_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    DEVICE_FIELD_NUMBER: _ClassVar[int]
    REMEMBER_FIELD_NUMBER: _ClassVar[int]
    DEVICE_LABEL_FIELD_NUMBER: _ClassVar[int]
    TWO_STEPS_FIELD_NUMBER: _ClassVar[int]
    FROM_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    email: str
    password: str
    code: str
    device: str
    remember: bool
    device_label: str
    two_steps: bool
    from_address: bytes
    def __init__(self, email: _Optional[str] = ..., password: _Optional[str] = ..., code: _Optional[str] = ..., device: _Optional[str] = ..., remember: _Optional[bool] = ..., device_label: _Optional[str] = ..., two_steps: _Optional[bool] = ..., from_address: _Optional[bytes] = ...) -> None: ...

class Session(_message.Message):
    __slots__ = ("token", "expires_at", "strength", "factors", "second_factor_missing", "device", "device_expires_at")
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    STRENGTH_FIELD_NUMBER: _ClassVar[int]
    FACTORS_FIELD_NUMBER: _ClassVar[int]
    SECOND_FACTOR_MISSING_FIELD_NUMBER: _ClassVar[int]
    DEVICE_FIELD_NUMBER: _ClassVar[int]
    DEVICE_EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    token: str
    expires_at: _timestamp_pb2.Timestamp
    strength: str
    factors: _containers.RepeatedScalarFieldContainer[str]
    second_factor_missing: bool
    device: str
    device_expires_at: _timestamp_pb2.Timestamp
    def __init__(self, token: _Optional[str] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., strength: _Optional[str] = ..., factors: _Optional[_Iterable[str]] = ..., second_factor_missing: _Optional[bool] = ..., device: _Optional[str] = ..., device_expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class CompleteSignInRequest(_message.Message):
    __slots__ = ("token", "code", "passkey", "remember", "device_label", "from_address")
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    PASSKEY_FIELD_NUMBER: _ClassVar[int]
    REMEMBER_FIELD_NUMBER: _ClassVar[int]
    DEVICE_LABEL_FIELD_NUMBER: _ClassVar[int]
    FROM_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    token: str
    code: str
    passkey: str
    remember: bool
    device_label: str
    from_address: bytes
    def __init__(self, token: _Optional[str] = ..., code: _Optional[str] = ..., passkey: _Optional[str] = ..., remember: _Optional[bool] = ..., device_label: _Optional[str] = ..., from_address: _Optional[bytes] = ...) -> None: ...

class AskPasskeyRequest(_message.Message):
    __slots__ = ("token",)
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    token: str
    def __init__(self, token: _Optional[str] = ...) -> None: ...

class PasskeyQuestion(_message.Message):
    __slots__ = ("options",)
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    options: str
    def __init__(self, options: _Optional[str] = ...) -> None: ...

class SignOutRequest(_message.Message):
    __slots__ = ("token",)
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    token: str
    def __init__(self, token: _Optional[str] = ...) -> None: ...

class SignedOut(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ActorForSessionRequest(_message.Message):
    __slots__ = ("token",)
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    token: str
    def __init__(self, token: _Optional[str] = ...) -> None: ...

class ActorForKeyRequest(_message.Message):
    __slots__ = ("key",)
    KEY_FIELD_NUMBER: _ClassVar[int]
    key: str
    def __init__(self, key: _Optional[str] = ...) -> None: ...

class SignedActor(_message.Message):
    __slots__ = ("token", "expires_at", "watch_id", "scope")
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    WATCH_ID_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    token: str
    expires_at: _timestamp_pb2.Timestamp
    watch_id: str
    scope: str
    def __init__(self, token: _Optional[str] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., watch_id: _Optional[str] = ..., scope: _Optional[str] = ...) -> None: ...

class WatchCredentialsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class CredentialEnded(_message.Message):
    __slots__ = ("watch_id",)
    WATCH_ID_FIELD_NUMBER: _ClassVar[int]
    watch_id: str
    def __init__(self, watch_id: _Optional[str] = ...) -> None: ...

class ListCredentialsRequest(_message.Message):
    __slots__ = ("organisation",)
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    organisation: str
    def __init__(self, organisation: _Optional[str] = ...) -> None: ...

class RevokeCredentialRequest(_message.Message):
    __slots__ = ("credential_id",)
    CREDENTIAL_ID_FIELD_NUMBER: _ClassVar[int]
    credential_id: str
    def __init__(self, credential_id: _Optional[str] = ...) -> None: ...

class Credential(_message.Message):
    __slots__ = ("credential_id", "product", "organisation", "environment", "issued_at", "revoked_at", "slot", "expires_at", "client_id", "scopes", "last_used_on")
    CREDENTIAL_ID_FIELD_NUMBER: _ClassVar[int]
    PRODUCT_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    ENVIRONMENT_FIELD_NUMBER: _ClassVar[int]
    ISSUED_AT_FIELD_NUMBER: _ClassVar[int]
    REVOKED_AT_FIELD_NUMBER: _ClassVar[int]
    SLOT_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    CLIENT_ID_FIELD_NUMBER: _ClassVar[int]
    SCOPES_FIELD_NUMBER: _ClassVar[int]
    LAST_USED_ON_FIELD_NUMBER: _ClassVar[int]
    credential_id: str
    product: str
    organisation: str
    environment: str
    issued_at: _timestamp_pb2.Timestamp
    revoked_at: _timestamp_pb2.Timestamp
    slot: str
    expires_at: _timestamp_pb2.Timestamp
    client_id: str
    scopes: _containers.RepeatedScalarFieldContainer[str]
    last_used_on: str
    def __init__(self, credential_id: _Optional[str] = ..., product: _Optional[str] = ..., organisation: _Optional[str] = ..., environment: _Optional[str] = ..., issued_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., revoked_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., slot: _Optional[str] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., client_id: _Optional[str] = ..., scopes: _Optional[_Iterable[str]] = ..., last_used_on: _Optional[str] = ...) -> None: ...

class IssueCredentialRequest(_message.Message):
    __slots__ = ("product", "organisation", "environment", "days", "scopes", "no_other", "besides")
    PRODUCT_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    ENVIRONMENT_FIELD_NUMBER: _ClassVar[int]
    DAYS_FIELD_NUMBER: _ClassVar[int]
    SCOPES_FIELD_NUMBER: _ClassVar[int]
    NO_OTHER_FIELD_NUMBER: _ClassVar[int]
    BESIDES_FIELD_NUMBER: _ClassVar[int]
    product: str
    organisation: str
    environment: str
    days: int
    scopes: _containers.RepeatedScalarFieldContainer[str]
    no_other: bool
    besides: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, product: _Optional[str] = ..., organisation: _Optional[str] = ..., environment: _Optional[str] = ..., days: _Optional[int] = ..., scopes: _Optional[_Iterable[str]] = ..., no_other: _Optional[bool] = ..., besides: _Optional[_Iterable[str]] = ...) -> None: ...

class IssuedCredential(_message.Message):
    __slots__ = ("credential", "key")
    CREDENTIAL_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    credential: Credential
    key: str
    def __init__(self, credential: _Optional[_Union[Credential, _Mapping]] = ..., key: _Optional[str] = ...) -> None: ...

class Credentials(_message.Message):
    __slots__ = ("credentials",)
    CREDENTIALS_FIELD_NUMBER: _ClassVar[int]
    credentials: _containers.RepeatedCompositeFieldContainer[Credential]
    def __init__(self, credentials: _Optional[_Iterable[_Union[Credential, _Mapping]]] = ...) -> None: ...

class ListAccountsRequest(_message.Message):
    __slots__ = ("after", "search")
    AFTER_FIELD_NUMBER: _ClassVar[int]
    SEARCH_FIELD_NUMBER: _ClassVar[int]
    after: str
    search: str
    def __init__(self, after: _Optional[str] = ..., search: _Optional[str] = ...) -> None: ...

class Account(_message.Message):
    __slots__ = ("account_id", "name", "email", "grants", "suspended")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    GRANTS_FIELD_NUMBER: _ClassVar[int]
    SUSPENDED_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    name: str
    email: str
    grants: _containers.RepeatedCompositeFieldContainer[Grant]
    suspended: bool
    def __init__(self, account_id: _Optional[str] = ..., name: _Optional[str] = ..., email: _Optional[str] = ..., grants: _Optional[_Iterable[_Union[Grant, _Mapping]]] = ..., suspended: _Optional[bool] = ...) -> None: ...

class Accounts(_message.Message):
    __slots__ = ("accounts", "next")
    ACCOUNTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_FIELD_NUMBER: _ClassVar[int]
    accounts: _containers.RepeatedCompositeFieldContainer[Account]
    next: str
    def __init__(self, accounts: _Optional[_Iterable[_Union[Account, _Mapping]]] = ..., next: _Optional[str] = ...) -> None: ...

class Grant(_message.Message):
    __slots__ = ("role", "organisation", "grant_id", "starts_at", "ends_at", "reason", "last_used_at")
    ROLE_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    GRANT_ID_FIELD_NUMBER: _ClassVar[int]
    STARTS_AT_FIELD_NUMBER: _ClassVar[int]
    ENDS_AT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    LAST_USED_AT_FIELD_NUMBER: _ClassVar[int]
    role: str
    organisation: str
    grant_id: str
    starts_at: _timestamp_pb2.Timestamp
    ends_at: _timestamp_pb2.Timestamp
    reason: str
    last_used_at: _timestamp_pb2.Timestamp
    def __init__(self, role: _Optional[str] = ..., organisation: _Optional[str] = ..., grant_id: _Optional[str] = ..., starts_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., ends_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., reason: _Optional[str] = ..., last_used_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class RegisterRequest(_message.Message):
    __slots__ = ("email", "name", "password", "from_address")
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    PASSWORD_FIELD_NUMBER: _ClassVar[int]
    FROM_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    email: str
    name: str
    password: str
    from_address: bytes
    def __init__(self, email: _Optional[str] = ..., name: _Optional[str] = ..., password: _Optional[str] = ..., from_address: _Optional[bytes] = ...) -> None: ...

class CodeSent(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class VerifyAddressRequest(_message.Message):
    __slots__ = ("email", "code", "password", "from_address")
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    PASSWORD_FIELD_NUMBER: _ClassVar[int]
    FROM_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    email: str
    code: str
    password: str
    from_address: bytes
    def __init__(self, email: _Optional[str] = ..., code: _Optional[str] = ..., password: _Optional[str] = ..., from_address: _Optional[bytes] = ...) -> None: ...

class AskForResetRequest(_message.Message):
    __slots__ = ("email", "from_address")
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    FROM_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    email: str
    from_address: bytes
    def __init__(self, email: _Optional[str] = ..., from_address: _Optional[bytes] = ...) -> None: ...

class ResetPasswordRequest(_message.Message):
    __slots__ = ("email", "code", "password", "from_address")
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    PASSWORD_FIELD_NUMBER: _ClassVar[int]
    FROM_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    email: str
    code: str
    password: str
    from_address: bytes
    def __init__(self, email: _Optional[str] = ..., code: _Optional[str] = ..., password: _Optional[str] = ..., from_address: _Optional[bytes] = ...) -> None: ...

class PasswordChanged(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class AcceptInvitationRequest(_message.Message):
    __slots__ = ("email", "code", "name", "password", "from_address")
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    PASSWORD_FIELD_NUMBER: _ClassVar[int]
    FROM_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    email: str
    code: str
    name: str
    password: str
    from_address: bytes
    def __init__(self, email: _Optional[str] = ..., code: _Optional[str] = ..., name: _Optional[str] = ..., password: _Optional[str] = ..., from_address: _Optional[bytes] = ...) -> None: ...

class GetOwnAccountRequest(_message.Message):
    __slots__ = ("session_token",)
    SESSION_TOKEN_FIELD_NUMBER: _ClassVar[int]
    session_token: str
    def __init__(self, session_token: _Optional[str] = ...) -> None: ...

class OwnAccount(_message.Message):
    __slots__ = ("account", "requests", "sessions", "outside_links", "has_password")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    REQUESTS_FIELD_NUMBER: _ClassVar[int]
    SESSIONS_FIELD_NUMBER: _ClassVar[int]
    OUTSIDE_LINKS_FIELD_NUMBER: _ClassVar[int]
    HAS_PASSWORD_FIELD_NUMBER: _ClassVar[int]
    account: Account
    requests: _containers.RepeatedCompositeFieldContainer[RoleRequest]
    sessions: _containers.RepeatedCompositeFieldContainer[OpenSession]
    outside_links: _containers.RepeatedCompositeFieldContainer[OutsideLink]
    has_password: bool
    def __init__(self, account: _Optional[_Union[Account, _Mapping]] = ..., requests: _Optional[_Iterable[_Union[RoleRequest, _Mapping]]] = ..., sessions: _Optional[_Iterable[_Union[OpenSession, _Mapping]]] = ..., outside_links: _Optional[_Iterable[_Union[OutsideLink, _Mapping]]] = ..., has_password: _Optional[bool] = ...) -> None: ...

class OpenSession(_message.Message):
    __slots__ = ("session_id", "started_at", "last_seen_at", "expires_at", "this_one")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    STARTED_AT_FIELD_NUMBER: _ClassVar[int]
    LAST_SEEN_AT_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    THIS_ONE_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    started_at: _timestamp_pb2.Timestamp
    last_seen_at: _timestamp_pb2.Timestamp
    expires_at: _timestamp_pb2.Timestamp
    this_one: bool
    def __init__(self, session_id: _Optional[str] = ..., started_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., last_seen_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., this_one: _Optional[bool] = ...) -> None: ...

class ChangePasswordRequest(_message.Message):
    __slots__ = ("session_token", "current", "password")
    SESSION_TOKEN_FIELD_NUMBER: _ClassVar[int]
    CURRENT_FIELD_NUMBER: _ClassVar[int]
    PASSWORD_FIELD_NUMBER: _ClassVar[int]
    session_token: str
    current: str
    password: str
    def __init__(self, session_token: _Optional[str] = ..., current: _Optional[str] = ..., password: _Optional[str] = ...) -> None: ...

class ChangeDetailsRequest(_message.Message):
    __slots__ = ("name", "email", "password")
    NAME_FIELD_NUMBER: _ClassVar[int]
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    PASSWORD_FIELD_NUMBER: _ClassVar[int]
    name: str
    email: str
    password: str
    def __init__(self, name: _Optional[str] = ..., email: _Optional[str] = ..., password: _Optional[str] = ...) -> None: ...

class RectifyAccountRequest(_message.Message):
    __slots__ = ("account_id", "name", "email", "case_number")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    CASE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    name: str
    email: str
    case_number: str
    def __init__(self, account_id: _Optional[str] = ..., name: _Optional[str] = ..., email: _Optional[str] = ..., case_number: _Optional[str] = ...) -> None: ...

class ConfirmAddressRequest(_message.Message):
    __slots__ = ("email", "code", "password", "from_address")
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    PASSWORD_FIELD_NUMBER: _ClassVar[int]
    FROM_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    email: str
    code: str
    password: str
    from_address: bytes
    def __init__(self, email: _Optional[str] = ..., code: _Optional[str] = ..., password: _Optional[str] = ..., from_address: _Optional[bytes] = ...) -> None: ...

class EndSessionRequest(_message.Message):
    __slots__ = ("session_id",)
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    def __init__(self, session_id: _Optional[str] = ...) -> None: ...

class AskForRoleRequest(_message.Message):
    __slots__ = ("role", "organisation", "reason")
    ROLE_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    role: str
    organisation: str
    reason: str
    def __init__(self, role: _Optional[str] = ..., organisation: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class WithdrawRoleRequestRequest(_message.Message):
    __slots__ = ("request_id",)
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    def __init__(self, request_id: _Optional[str] = ...) -> None: ...

class ListSecondFactorsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class SecondFactor(_message.Message):
    __slots__ = ("factor_id", "kind", "label", "added_at", "last_used_at")
    FACTOR_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    ADDED_AT_FIELD_NUMBER: _ClassVar[int]
    LAST_USED_AT_FIELD_NUMBER: _ClassVar[int]
    factor_id: str
    kind: str
    label: str
    added_at: _timestamp_pb2.Timestamp
    last_used_at: _timestamp_pb2.Timestamp
    def __init__(self, factor_id: _Optional[str] = ..., kind: _Optional[str] = ..., label: _Optional[str] = ..., added_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., last_used_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Device(_message.Message):
    __slots__ = ("device_id", "label", "made_at", "last_used_at", "trusted_until")
    DEVICE_ID_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    MADE_AT_FIELD_NUMBER: _ClassVar[int]
    LAST_USED_AT_FIELD_NUMBER: _ClassVar[int]
    TRUSTED_UNTIL_FIELD_NUMBER: _ClassVar[int]
    device_id: str
    label: str
    made_at: _timestamp_pb2.Timestamp
    last_used_at: _timestamp_pb2.Timestamp
    trusted_until: _timestamp_pb2.Timestamp
    def __init__(self, device_id: _Optional[str] = ..., label: _Optional[str] = ..., made_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., last_used_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., trusted_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class SecondFactors(_message.Message):
    __slots__ = ("factors", "recovery_codes_left", "devices", "needed")
    FACTORS_FIELD_NUMBER: _ClassVar[int]
    RECOVERY_CODES_LEFT_FIELD_NUMBER: _ClassVar[int]
    DEVICES_FIELD_NUMBER: _ClassVar[int]
    NEEDED_FIELD_NUMBER: _ClassVar[int]
    factors: _containers.RepeatedCompositeFieldContainer[SecondFactor]
    recovery_codes_left: int
    devices: _containers.RepeatedCompositeFieldContainer[Device]
    needed: bool
    def __init__(self, factors: _Optional[_Iterable[_Union[SecondFactor, _Mapping]]] = ..., recovery_codes_left: _Optional[int] = ..., devices: _Optional[_Iterable[_Union[Device, _Mapping]]] = ..., needed: _Optional[bool] = ...) -> None: ...

class AddTotpRequest(_message.Message):
    __slots__ = ("session_token", "password", "label")
    SESSION_TOKEN_FIELD_NUMBER: _ClassVar[int]
    PASSWORD_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    session_token: str
    password: str
    label: str
    def __init__(self, session_token: _Optional[str] = ..., password: _Optional[str] = ..., label: _Optional[str] = ...) -> None: ...

class NewTotp(_message.Message):
    __slots__ = ("factor_id", "secret", "uri")
    FACTOR_ID_FIELD_NUMBER: _ClassVar[int]
    SECRET_FIELD_NUMBER: _ClassVar[int]
    URI_FIELD_NUMBER: _ClassVar[int]
    factor_id: str
    secret: str
    uri: str
    def __init__(self, factor_id: _Optional[str] = ..., secret: _Optional[str] = ..., uri: _Optional[str] = ...) -> None: ...

class ConfirmTotpRequest(_message.Message):
    __slots__ = ("session_token", "factor_id", "code")
    SESSION_TOKEN_FIELD_NUMBER: _ClassVar[int]
    FACTOR_ID_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    session_token: str
    factor_id: str
    code: str
    def __init__(self, session_token: _Optional[str] = ..., factor_id: _Optional[str] = ..., code: _Optional[str] = ...) -> None: ...

class FactorAdded(_message.Message):
    __slots__ = ("factor", "recovery_codes")
    FACTOR_FIELD_NUMBER: _ClassVar[int]
    RECOVERY_CODES_FIELD_NUMBER: _ClassVar[int]
    factor: SecondFactor
    recovery_codes: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, factor: _Optional[_Union[SecondFactor, _Mapping]] = ..., recovery_codes: _Optional[_Iterable[str]] = ...) -> None: ...

class AddPasskeyRequest(_message.Message):
    __slots__ = ("session_token", "password")
    SESSION_TOKEN_FIELD_NUMBER: _ClassVar[int]
    PASSWORD_FIELD_NUMBER: _ClassVar[int]
    session_token: str
    password: str
    def __init__(self, session_token: _Optional[str] = ..., password: _Optional[str] = ...) -> None: ...

class ConfirmPasskeyRequest(_message.Message):
    __slots__ = ("session_token", "answer", "label")
    SESSION_TOKEN_FIELD_NUMBER: _ClassVar[int]
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    session_token: str
    answer: str
    label: str
    def __init__(self, session_token: _Optional[str] = ..., answer: _Optional[str] = ..., label: _Optional[str] = ...) -> None: ...

class RemoveSecondFactorRequest(_message.Message):
    __slots__ = ("session_token", "factor_id", "password")
    SESSION_TOKEN_FIELD_NUMBER: _ClassVar[int]
    FACTOR_ID_FIELD_NUMBER: _ClassVar[int]
    PASSWORD_FIELD_NUMBER: _ClassVar[int]
    session_token: str
    factor_id: str
    password: str
    def __init__(self, session_token: _Optional[str] = ..., factor_id: _Optional[str] = ..., password: _Optional[str] = ...) -> None: ...

class NewRecoveryCodesRequest(_message.Message):
    __slots__ = ("session_token", "password")
    SESSION_TOKEN_FIELD_NUMBER: _ClassVar[int]
    PASSWORD_FIELD_NUMBER: _ClassVar[int]
    session_token: str
    password: str
    def __init__(self, session_token: _Optional[str] = ..., password: _Optional[str] = ...) -> None: ...

class RecoveryCodes(_message.Message):
    __slots__ = ("codes",)
    CODES_FIELD_NUMBER: _ClassVar[int]
    codes: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, codes: _Optional[_Iterable[str]] = ...) -> None: ...

class ForgetDeviceRequest(_message.Message):
    __slots__ = ("device_id",)
    DEVICE_ID_FIELD_NUMBER: _ClassVar[int]
    device_id: str
    def __init__(self, device_id: _Optional[str] = ...) -> None: ...

class RoleRequest(_message.Message):
    __slots__ = ("request_id", "account_id", "name", "email", "role", "organisation", "organisation_name", "reason", "state", "asked_at", "decided_at", "decision_reason")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_NAME_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    ASKED_AT_FIELD_NUMBER: _ClassVar[int]
    DECIDED_AT_FIELD_NUMBER: _ClassVar[int]
    DECISION_REASON_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    account_id: str
    name: str
    email: str
    role: str
    organisation: str
    organisation_name: str
    reason: str
    state: str
    asked_at: _timestamp_pb2.Timestamp
    decided_at: _timestamp_pb2.Timestamp
    decision_reason: str
    def __init__(self, request_id: _Optional[str] = ..., account_id: _Optional[str] = ..., name: _Optional[str] = ..., email: _Optional[str] = ..., role: _Optional[str] = ..., organisation: _Optional[str] = ..., organisation_name: _Optional[str] = ..., reason: _Optional[str] = ..., state: _Optional[str] = ..., asked_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., decided_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., decision_reason: _Optional[str] = ...) -> None: ...

class ListRoleRequestsRequest(_message.Message):
    __slots__ = ("request_id",)
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    def __init__(self, request_id: _Optional[str] = ...) -> None: ...

class RoleRequests(_message.Message):
    __slots__ = ("requests",)
    REQUESTS_FIELD_NUMBER: _ClassVar[int]
    requests: _containers.RepeatedCompositeFieldContainer[RoleRequest]
    def __init__(self, requests: _Optional[_Iterable[_Union[RoleRequest, _Mapping]]] = ...) -> None: ...

class DecideRoleRequestRequest(_message.Message):
    __slots__ = ("request_id", "approve", "reason")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    APPROVE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    approve: bool
    reason: str
    def __init__(self, request_id: _Optional[str] = ..., approve: _Optional[bool] = ..., reason: _Optional[str] = ...) -> None: ...

class ListColleaguesRequest(_message.Message):
    __slots__ = ("organisation", "after", "search", "grant_id")
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    SEARCH_FIELD_NUMBER: _ClassVar[int]
    GRANT_ID_FIELD_NUMBER: _ClassVar[int]
    organisation: str
    after: str
    search: str
    grant_id: str
    def __init__(self, organisation: _Optional[str] = ..., after: _Optional[str] = ..., search: _Optional[str] = ..., grant_id: _Optional[str] = ...) -> None: ...

class ListFollowUpStaffRequest(_message.Message):
    __slots__ = ("organisation",)
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    organisation: str
    def __init__(self, organisation: _Optional[str] = ...) -> None: ...

class FollowUpStaff(_message.Message):
    __slots__ = ("people",)
    PEOPLE_FIELD_NUMBER: _ClassVar[int]
    people: _containers.RepeatedCompositeFieldContainer[StaffMember]
    def __init__(self, people: _Optional[_Iterable[_Union[StaffMember, _Mapping]]] = ...) -> None: ...

class StaffMember(_message.Message):
    __slots__ = ("account_id", "name")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    name: str
    def __init__(self, account_id: _Optional[str] = ..., name: _Optional[str] = ...) -> None: ...

class EndRoleRequest(_message.Message):
    __slots__ = ("grant_id", "reason")
    GRANT_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    grant_id: str
    reason: str
    def __init__(self, grant_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class RoleEnded(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class InviteRequest(_message.Message):
    __slots__ = ("email", "role", "organisation")
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    email: str
    role: str
    organisation: str
    def __init__(self, email: _Optional[str] = ..., role: _Optional[str] = ..., organisation: _Optional[str] = ...) -> None: ...

class Invitation(_message.Message):
    __slots__ = ("invitation_id", "email", "role", "organisation", "state", "invited_at", "expires_at")
    INVITATION_ID_FIELD_NUMBER: _ClassVar[int]
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    INVITED_AT_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    invitation_id: str
    email: str
    role: str
    organisation: str
    state: str
    invited_at: _timestamp_pb2.Timestamp
    expires_at: _timestamp_pb2.Timestamp
    def __init__(self, invitation_id: _Optional[str] = ..., email: _Optional[str] = ..., role: _Optional[str] = ..., organisation: _Optional[str] = ..., state: _Optional[str] = ..., invited_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListInvitationsRequest(_message.Message):
    __slots__ = ("organisation",)
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    organisation: str
    def __init__(self, organisation: _Optional[str] = ...) -> None: ...

class Invitations(_message.Message):
    __slots__ = ("invitations",)
    INVITATIONS_FIELD_NUMBER: _ClassVar[int]
    invitations: _containers.RepeatedCompositeFieldContainer[Invitation]
    def __init__(self, invitations: _Optional[_Iterable[_Union[Invitation, _Mapping]]] = ...) -> None: ...

class RevokeInvitationRequest(_message.Message):
    __slots__ = ("invitation_id",)
    INVITATION_ID_FIELD_NUMBER: _ClassVar[int]
    invitation_id: str
    def __init__(self, invitation_id: _Optional[str] = ...) -> None: ...

class SuspendAccountRequest(_message.Message):
    __slots__ = ("account_id", "reason")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    reason: str
    def __init__(self, account_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class ResumeAccountRequest(_message.Message):
    __slots__ = ("account_id",)
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    def __init__(self, account_id: _Optional[str] = ...) -> None: ...

class ResetSecondFactorsRequest(_message.Message):
    __slots__ = ("account_id", "reason")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    reason: str
    def __init__(self, account_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class ListRolesRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class Role(_message.Message):
    __slots__ = ("name", "label", "means", "reach", "permissions", "approved_by", "automatic", "second_factor")
    NAME_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    MEANS_FIELD_NUMBER: _ClassVar[int]
    REACH_FIELD_NUMBER: _ClassVar[int]
    PERMISSIONS_FIELD_NUMBER: _ClassVar[int]
    APPROVED_BY_FIELD_NUMBER: _ClassVar[int]
    AUTOMATIC_FIELD_NUMBER: _ClassVar[int]
    SECOND_FACTOR_FIELD_NUMBER: _ClassVar[int]
    name: str
    label: str
    means: str
    reach: str
    permissions: _containers.RepeatedScalarFieldContainer[str]
    approved_by: _containers.RepeatedScalarFieldContainer[str]
    automatic: bool
    second_factor: bool
    def __init__(self, name: _Optional[str] = ..., label: _Optional[str] = ..., means: _Optional[str] = ..., reach: _Optional[str] = ..., permissions: _Optional[_Iterable[str]] = ..., approved_by: _Optional[_Iterable[str]] = ..., automatic: _Optional[bool] = ..., second_factor: _Optional[bool] = ...) -> None: ...

class Roles(_message.Message):
    __slots__ = ("roles", "scopes")
    ROLES_FIELD_NUMBER: _ClassVar[int]
    SCOPES_FIELD_NUMBER: _ClassVar[int]
    roles: _containers.RepeatedCompositeFieldContainer[Role]
    scopes: _containers.RepeatedCompositeFieldContainer[Scope]
    def __init__(self, roles: _Optional[_Iterable[_Union[Role, _Mapping]]] = ..., scopes: _Optional[_Iterable[_Union[Scope, _Mapping]]] = ...) -> None: ...

class Scope(_message.Message):
    __slots__ = ("name", "label")
    NAME_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    name: str
    label: str
    def __init__(self, name: _Optional[str] = ..., label: _Optional[str] = ...) -> None: ...

class IssueTokenRequest(_message.Message):
    __slots__ = ("assertion", "scope", "client_id")
    ASSERTION_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    CLIENT_ID_FIELD_NUMBER: _ClassVar[int]
    assertion: str
    scope: str
    client_id: str
    def __init__(self, assertion: _Optional[str] = ..., scope: _Optional[str] = ..., client_id: _Optional[str] = ...) -> None: ...

class AccessToken(_message.Message):
    __slots__ = ("token", "expires_at", "scope")
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    token: str
    expires_at: _timestamp_pb2.Timestamp
    scope: str
    def __init__(self, token: _Optional[str] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., scope: _Optional[str] = ...) -> None: ...

class ActorForTokenRequest(_message.Message):
    __slots__ = ("token", "under_way")
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    UNDER_WAY_FIELD_NUMBER: _ClassVar[int]
    token: str
    under_way: bool
    def __init__(self, token: _Optional[str] = ..., under_way: _Optional[bool] = ...) -> None: ...

class LrmsClient(_message.Message):
    __slots__ = ("client_id", "product", "organisation", "environment", "made_at", "scopes", "credentials", "keys")
    CLIENT_ID_FIELD_NUMBER: _ClassVar[int]
    PRODUCT_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    ENVIRONMENT_FIELD_NUMBER: _ClassVar[int]
    MADE_AT_FIELD_NUMBER: _ClassVar[int]
    SCOPES_FIELD_NUMBER: _ClassVar[int]
    CREDENTIALS_FIELD_NUMBER: _ClassVar[int]
    KEYS_FIELD_NUMBER: _ClassVar[int]
    client_id: str
    product: str
    organisation: str
    environment: str
    made_at: _timestamp_pb2.Timestamp
    scopes: _containers.RepeatedScalarFieldContainer[str]
    credentials: _containers.RepeatedCompositeFieldContainer[Credential]
    keys: ClientKeys
    def __init__(self, client_id: _Optional[str] = ..., product: _Optional[str] = ..., organisation: _Optional[str] = ..., environment: _Optional[str] = ..., made_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., scopes: _Optional[_Iterable[str]] = ..., credentials: _Optional[_Iterable[_Union[Credential, _Mapping]]] = ..., keys: _Optional[_Union[ClientKeys, _Mapping]] = ...) -> None: ...

class ClientKeys(_message.Message):
    __slots__ = ("jwks_uri", "keys", "registered_at", "fetched_at", "last_used_on")
    JWKS_URI_FIELD_NUMBER: _ClassVar[int]
    KEYS_FIELD_NUMBER: _ClassVar[int]
    REGISTERED_AT_FIELD_NUMBER: _ClassVar[int]
    FETCHED_AT_FIELD_NUMBER: _ClassVar[int]
    LAST_USED_ON_FIELD_NUMBER: _ClassVar[int]
    jwks_uri: str
    keys: _containers.RepeatedCompositeFieldContainer[PublicKey]
    registered_at: _timestamp_pb2.Timestamp
    fetched_at: _timestamp_pb2.Timestamp
    last_used_on: str
    def __init__(self, jwks_uri: _Optional[str] = ..., keys: _Optional[_Iterable[_Union[PublicKey, _Mapping]]] = ..., registered_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., fetched_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., last_used_on: _Optional[str] = ...) -> None: ...

class PublicKey(_message.Message):
    __slots__ = ("kid", "kind", "thumbprint", "algorithms")
    KID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    THUMBPRINT_FIELD_NUMBER: _ClassVar[int]
    ALGORITHMS_FIELD_NUMBER: _ClassVar[int]
    kid: str
    kind: str
    thumbprint: str
    algorithms: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, kid: _Optional[str] = ..., kind: _Optional[str] = ..., thumbprint: _Optional[str] = ..., algorithms: _Optional[_Iterable[str]] = ...) -> None: ...

class ListClientsRequest(_message.Message):
    __slots__ = ("organisation",)
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    organisation: str
    def __init__(self, organisation: _Optional[str] = ...) -> None: ...

class LrmsClients(_message.Message):
    __slots__ = ("clients",)
    CLIENTS_FIELD_NUMBER: _ClassVar[int]
    clients: _containers.RepeatedCompositeFieldContainer[LrmsClient]
    def __init__(self, clients: _Optional[_Iterable[_Union[LrmsClient, _Mapping]]] = ...) -> None: ...

class RegisterClientRequest(_message.Message):
    __slots__ = ("product", "organisation", "environment")
    PRODUCT_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    ENVIRONMENT_FIELD_NUMBER: _ClassVar[int]
    product: str
    organisation: str
    environment: str
    def __init__(self, product: _Optional[str] = ..., organisation: _Optional[str] = ..., environment: _Optional[str] = ...) -> None: ...

class SetClientScopesRequest(_message.Message):
    __slots__ = ("client_id", "scopes")
    CLIENT_ID_FIELD_NUMBER: _ClassVar[int]
    SCOPES_FIELD_NUMBER: _ClassVar[int]
    client_id: str
    scopes: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, client_id: _Optional[str] = ..., scopes: _Optional[_Iterable[str]] = ...) -> None: ...

class PutClientKeysRequest(_message.Message):
    __slots__ = ("client_id", "jwks", "jwks_uri")
    CLIENT_ID_FIELD_NUMBER: _ClassVar[int]
    JWKS_FIELD_NUMBER: _ClassVar[int]
    JWKS_URI_FIELD_NUMBER: _ClassVar[int]
    client_id: str
    jwks: str
    jwks_uri: str
    def __init__(self, client_id: _Optional[str] = ..., jwks: _Optional[str] = ..., jwks_uri: _Optional[str] = ...) -> None: ...

class RemoveClientKeysRequest(_message.Message):
    __slots__ = ("client_id",)
    CLIENT_ID_FIELD_NUMBER: _ClassVar[int]
    client_id: str
    def __init__(self, client_id: _Optional[str] = ...) -> None: ...

class EndClientRequest(_message.Message):
    __slots__ = ("client_id",)
    CLIENT_ID_FIELD_NUMBER: _ClassVar[int]
    client_id: str
    def __init__(self, client_id: _Optional[str] = ...) -> None: ...

class IntrospectRequest(_message.Message):
    __slots__ = ("token",)
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    token: str
    def __init__(self, token: _Optional[str] = ...) -> None: ...

class Introspection(_message.Message):
    __slots__ = ("active", "kind", "state", "id", "client_id", "product", "organisation", "environment", "scope", "account_id", "issued_at", "expires_at", "last_used_on")
    ACTIVE_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    CLIENT_ID_FIELD_NUMBER: _ClassVar[int]
    PRODUCT_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    ENVIRONMENT_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    ISSUED_AT_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    LAST_USED_ON_FIELD_NUMBER: _ClassVar[int]
    active: bool
    kind: str
    state: str
    id: str
    client_id: str
    product: str
    organisation: str
    environment: str
    scope: str
    account_id: str
    issued_at: _timestamp_pb2.Timestamp
    expires_at: _timestamp_pb2.Timestamp
    last_used_on: str
    def __init__(self, active: _Optional[bool] = ..., kind: _Optional[str] = ..., state: _Optional[str] = ..., id: _Optional[str] = ..., client_id: _Optional[str] = ..., product: _Optional[str] = ..., organisation: _Optional[str] = ..., environment: _Optional[str] = ..., scope: _Optional[str] = ..., account_id: _Optional[str] = ..., issued_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., last_used_on: _Optional[str] = ...) -> None: ...

class SearchOrganisationsRequest(_message.Message):
    __slots__ = ("text", "limit")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    text: str
    limit: int
    def __init__(self, text: _Optional[str] = ..., limit: _Optional[int] = ...) -> None: ...

class FoundOrganisations(_message.Message):
    __slots__ = ("organisations",)
    ORGANISATIONS_FIELD_NUMBER: _ClassVar[int]
    organisations: _containers.RepeatedCompositeFieldContainer[FoundOrganisation]
    def __init__(self, organisations: _Optional[_Iterable[_Union[FoundOrganisation, _Mapping]]] = ...) -> None: ...

class FoundOrganisation(_message.Message):
    __slots__ = ("code", "name", "kind", "label", "postcode", "closed", "belongs_to", "successors")
    CODE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    POSTCODE_FIELD_NUMBER: _ClassVar[int]
    CLOSED_FIELD_NUMBER: _ClassVar[int]
    BELONGS_TO_FIELD_NUMBER: _ClassVar[int]
    SUCCESSORS_FIELD_NUMBER: _ClassVar[int]
    code: str
    name: str
    kind: str
    label: str
    postcode: str
    closed: bool
    belongs_to: _containers.RepeatedCompositeFieldContainer[NamedOrganisation]
    successors: _containers.RepeatedCompositeFieldContainer[NamedOrganisation]
    def __init__(self, code: _Optional[str] = ..., name: _Optional[str] = ..., kind: _Optional[str] = ..., label: _Optional[str] = ..., postcode: _Optional[str] = ..., closed: _Optional[bool] = ..., belongs_to: _Optional[_Iterable[_Union[NamedOrganisation, _Mapping]]] = ..., successors: _Optional[_Iterable[_Union[NamedOrganisation, _Mapping]]] = ...) -> None: ...

class NamedOrganisation(_message.Message):
    __slots__ = ("code", "name")
    CODE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    code: str
    name: str
    def __init__(self, code: _Optional[str] = ..., name: _Optional[str] = ...) -> None: ...

class GetOrganisationRequest(_message.Message):
    __slots__ = ("code",)
    CODE_FIELD_NUMBER: _ClassVar[int]
    code: str
    def __init__(self, code: _Optional[str] = ...) -> None: ...

class OrganisationRecord(_message.Message):
    __slots__ = ("organisation", "opened_on", "closed_on", "withdrawn_on", "roles", "parents", "predecessors", "successors", "version")
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    OPENED_ON_FIELD_NUMBER: _ClassVar[int]
    CLOSED_ON_FIELD_NUMBER: _ClassVar[int]
    WITHDRAWN_ON_FIELD_NUMBER: _ClassVar[int]
    ROLES_FIELD_NUMBER: _ClassVar[int]
    PARENTS_FIELD_NUMBER: _ClassVar[int]
    PREDECESSORS_FIELD_NUMBER: _ClassVar[int]
    SUCCESSORS_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    organisation: FoundOrganisation
    opened_on: str
    closed_on: str
    withdrawn_on: str
    roles: _containers.RepeatedCompositeFieldContainer[DatedRole]
    parents: _containers.RepeatedCompositeFieldContainer[DatedLink]
    predecessors: _containers.RepeatedCompositeFieldContainer[DatedLink]
    successors: _containers.RepeatedCompositeFieldContainer[DatedLink]
    version: int
    def __init__(self, organisation: _Optional[_Union[FoundOrganisation, _Mapping]] = ..., opened_on: _Optional[str] = ..., closed_on: _Optional[str] = ..., withdrawn_on: _Optional[str] = ..., roles: _Optional[_Iterable[_Union[DatedRole, _Mapping]]] = ..., parents: _Optional[_Iterable[_Union[DatedLink, _Mapping]]] = ..., predecessors: _Optional[_Iterable[_Union[DatedLink, _Mapping]]] = ..., successors: _Optional[_Iterable[_Union[DatedLink, _Mapping]]] = ..., version: _Optional[int] = ...) -> None: ...

class DatedRole(_message.Message):
    __slots__ = ("role", "primary", "start", "end")
    ROLE_FIELD_NUMBER: _ClassVar[int]
    PRIMARY_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    role: str
    primary: bool
    start: str
    end: str
    def __init__(self, role: _Optional[str] = ..., primary: _Optional[bool] = ..., start: _Optional[str] = ..., end: _Optional[str] = ...) -> None: ...

class DatedLink(_message.Message):
    __slots__ = ("organisation", "kind", "start", "end")
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    organisation: NamedOrganisation
    kind: str
    start: str
    end: str
    def __init__(self, organisation: _Optional[_Union[NamedOrganisation, _Mapping]] = ..., kind: _Optional[str] = ..., start: _Optional[str] = ..., end: _Optional[str] = ...) -> None: ...

class ReceiveOrganisationFileRequest(_message.Message):
    __slots__ = ("kind", "content")
    KIND_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    kind: str
    content: bytes
    def __init__(self, kind: _Optional[str] = ..., content: _Optional[bytes] = ...) -> None: ...

class ListOrganisationImportsRequest(_message.Message):
    __slots__ = ("cursor",)
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    cursor: str
    def __init__(self, cursor: _Optional[str] = ...) -> None: ...

class GetOrganisationImportRequest(_message.Message):
    __slots__ = ("import_id",)
    IMPORT_ID_FIELD_NUMBER: _ClassVar[int]
    import_id: str
    def __init__(self, import_id: _Optional[str] = ...) -> None: ...

class OrganisationImports(_message.Message):
    __slots__ = ("imports", "next", "sync")
    IMPORTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_FIELD_NUMBER: _ClassVar[int]
    SYNC_FIELD_NUMBER: _ClassVar[int]
    imports: _containers.RepeatedCompositeFieldContainer[OrganisationImport]
    next: str
    sync: OrganisationSync
    def __init__(self, imports: _Optional[_Iterable[_Union[OrganisationImport, _Mapping]]] = ..., next: _Optional[str] = ..., sync: _Optional[_Union[OrganisationSync, _Mapping]] = ...) -> None: ...

class OrganisationImport(_message.Message):
    __slots__ = ("import_id", "kind", "source", "state", "received_at", "finished_at", "lines", "done", "added", "changed", "unchanged", "skipped", "refused", "faults")
    IMPORT_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    RECEIVED_AT_FIELD_NUMBER: _ClassVar[int]
    FINISHED_AT_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    DONE_FIELD_NUMBER: _ClassVar[int]
    ADDED_FIELD_NUMBER: _ClassVar[int]
    CHANGED_FIELD_NUMBER: _ClassVar[int]
    UNCHANGED_FIELD_NUMBER: _ClassVar[int]
    SKIPPED_FIELD_NUMBER: _ClassVar[int]
    REFUSED_FIELD_NUMBER: _ClassVar[int]
    FAULTS_FIELD_NUMBER: _ClassVar[int]
    import_id: str
    kind: str
    source: str
    state: str
    received_at: _timestamp_pb2.Timestamp
    finished_at: _timestamp_pb2.Timestamp
    lines: int
    done: int
    added: int
    changed: int
    unchanged: int
    skipped: int
    refused: int
    faults: _containers.RepeatedCompositeFieldContainer[ImportFault]
    def __init__(self, import_id: _Optional[str] = ..., kind: _Optional[str] = ..., source: _Optional[str] = ..., state: _Optional[str] = ..., received_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., finished_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., lines: _Optional[int] = ..., done: _Optional[int] = ..., added: _Optional[int] = ..., changed: _Optional[int] = ..., unchanged: _Optional[int] = ..., skipped: _Optional[int] = ..., refused: _Optional[int] = ..., faults: _Optional[_Iterable[_Union[ImportFault, _Mapping]]] = ...) -> None: ...

class ImportFault(_message.Message):
    __slots__ = ("line", "code", "detail")
    LINE_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    line: int
    code: str
    detail: str
    def __init__(self, line: _Optional[int] = ..., code: _Optional[str] = ..., detail: _Optional[str] = ...) -> None: ...

class OrganisationSync(_message.Message):
    __slots__ = ("state", "since", "waiting", "failed", "last_error")
    STATE_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    WAITING_FIELD_NUMBER: _ClassVar[int]
    FAILED_FIELD_NUMBER: _ClassVar[int]
    LAST_ERROR_FIELD_NUMBER: _ClassVar[int]
    state: str
    since: str
    waiting: int
    failed: int
    last_error: str
    def __init__(self, state: _Optional[str] = ..., since: _Optional[str] = ..., waiting: _Optional[int] = ..., failed: _Optional[int] = ..., last_error: _Optional[str] = ...) -> None: ...

class OrganisationChanged(_message.Message):
    __slots__ = ("code", "name", "role", "opened_on", "closed_on", "parents", "version", "predecessors")
    CODE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    OPENED_ON_FIELD_NUMBER: _ClassVar[int]
    CLOSED_ON_FIELD_NUMBER: _ClassVar[int]
    PARENTS_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    PREDECESSORS_FIELD_NUMBER: _ClassVar[int]
    code: str
    name: str
    role: str
    opened_on: str
    closed_on: str
    parents: _containers.RepeatedCompositeFieldContainer[Parent]
    version: int
    predecessors: _containers.RepeatedCompositeFieldContainer[Predecessor]
    def __init__(self, code: _Optional[str] = ..., name: _Optional[str] = ..., role: _Optional[str] = ..., opened_on: _Optional[str] = ..., closed_on: _Optional[str] = ..., parents: _Optional[_Iterable[_Union[Parent, _Mapping]]] = ..., version: _Optional[int] = ..., predecessors: _Optional[_Iterable[_Union[Predecessor, _Mapping]]] = ...) -> None: ...

class Predecessor(_message.Message):
    __slots__ = ("code", "start")
    CODE_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    code: str
    start: str
    def __init__(self, code: _Optional[str] = ..., start: _Optional[str] = ...) -> None: ...

class Parent(_message.Message):
    __slots__ = ("code", "kind", "start", "end")
    CODE_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    code: str
    kind: str
    start: str
    end: str
    def __init__(self, code: _Optional[str] = ..., kind: _Optional[str] = ..., start: _Optional[str] = ..., end: _Optional[str] = ...) -> None: ...

class AccountOpened(_message.Message):
    __slots__ = ("account_id", "name", "address_sealed", "version")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ADDRESS_SEALED_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    name: str
    address_sealed: bytes
    version: int
    def __init__(self, account_id: _Optional[str] = ..., name: _Optional[str] = ..., address_sealed: _Optional[bytes] = ..., version: _Optional[int] = ...) -> None: ...

class GrantChanged(_message.Message):
    __slots__ = ("account_id", "role", "organisation", "ended", "version")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    ENDED_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    role: str
    organisation: str
    ended: bool
    version: int
    def __init__(self, account_id: _Optional[str] = ..., role: _Optional[str] = ..., organisation: _Optional[str] = ..., ended: _Optional[bool] = ..., version: _Optional[int] = ...) -> None: ...

class VerificationRequested(_message.Message):
    __slots__ = ("verification_id", "purpose", "sealed", "organisation", "role_label")
    VERIFICATION_ID_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    SEALED_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    ROLE_LABEL_FIELD_NUMBER: _ClassVar[int]
    verification_id: str
    purpose: str
    sealed: bytes
    organisation: str
    role_label: str
    def __init__(self, verification_id: _Optional[str] = ..., purpose: _Optional[str] = ..., sealed: _Optional[bytes] = ..., organisation: _Optional[str] = ..., role_label: _Optional[str] = ...) -> None: ...

class RoleRequested(_message.Message):
    __slots__ = ("request_id", "organisation", "role_label", "decided_by")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    ROLE_LABEL_FIELD_NUMBER: _ClassVar[int]
    DECIDED_BY_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    organisation: str
    role_label: str
    decided_by: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, request_id: _Optional[str] = ..., organisation: _Optional[str] = ..., role_label: _Optional[str] = ..., decided_by: _Optional[_Iterable[str]] = ...) -> None: ...

class RoleDecided(_message.Message):
    __slots__ = ("request_id", "account_id", "organisation", "role_label", "approved")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    ROLE_LABEL_FIELD_NUMBER: _ClassVar[int]
    APPROVED_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    account_id: str
    organisation: str
    role_label: str
    approved: bool
    def __init__(self, request_id: _Optional[str] = ..., account_id: _Optional[str] = ..., organisation: _Optional[str] = ..., role_label: _Optional[str] = ..., approved: _Optional[bool] = ...) -> None: ...

class RoleExpiring(_message.Message):
    __slots__ = ("grant_id", "account_id", "organisation", "role_label", "ends_at")
    GRANT_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    ROLE_LABEL_FIELD_NUMBER: _ClassVar[int]
    ENDS_AT_FIELD_NUMBER: _ClassVar[int]
    grant_id: str
    account_id: str
    organisation: str
    role_label: str
    ends_at: _timestamp_pb2.Timestamp
    def __init__(self, grant_id: _Optional[str] = ..., account_id: _Optional[str] = ..., organisation: _Optional[str] = ..., role_label: _Optional[str] = ..., ends_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class AccountChanged(_message.Message):
    __slots__ = ("change_id", "account_id", "change", "at")
    CHANGE_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    CHANGE_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    change_id: str
    account_id: str
    change: str
    at: _timestamp_pb2.Timestamp
    def __init__(self, change_id: _Optional[str] = ..., account_id: _Optional[str] = ..., change: _Optional[str] = ..., at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListOutsideProvidersRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class OutsideProviders(_message.Message):
    __slots__ = ("providers",)
    PROVIDERS_FIELD_NUMBER: _ClassVar[int]
    providers: _containers.RepeatedCompositeFieldContainer[OutsideProvider]
    def __init__(self, providers: _Optional[_Iterable[_Union[OutsideProvider, _Mapping]]] = ...) -> None: ...

class OutsideProvider(_message.Message):
    __slots__ = ("name", "label")
    NAME_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    name: str
    label: str
    def __init__(self, name: _Optional[str] = ..., label: _Optional[str] = ...) -> None: ...

class BeginOutsideSignInRequest(_message.Message):
    __slots__ = ("provider", "next")
    PROVIDER_FIELD_NUMBER: _ClassVar[int]
    NEXT_FIELD_NUMBER: _ClassVar[int]
    provider: str
    next: str
    def __init__(self, provider: _Optional[str] = ..., next: _Optional[str] = ...) -> None: ...

class OutsideSignIn(_message.Message):
    __slots__ = ("address", "token", "expires_at")
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    address: str
    token: str
    expires_at: _timestamp_pb2.Timestamp
    def __init__(self, address: _Optional[str] = ..., token: _Optional[str] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class CompleteOutsideSignInRequest(_message.Message):
    __slots__ = ("provider", "token", "state", "code", "issuer", "error", "device", "device_label", "from_address")
    PROVIDER_FIELD_NUMBER: _ClassVar[int]
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    ISSUER_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    DEVICE_FIELD_NUMBER: _ClassVar[int]
    DEVICE_LABEL_FIELD_NUMBER: _ClassVar[int]
    FROM_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    provider: str
    token: str
    state: str
    code: str
    issuer: str
    error: str
    device: str
    device_label: str
    from_address: bytes
    def __init__(self, provider: _Optional[str] = ..., token: _Optional[str] = ..., state: _Optional[str] = ..., code: _Optional[str] = ..., issuer: _Optional[str] = ..., error: _Optional[str] = ..., device: _Optional[str] = ..., device_label: _Optional[str] = ..., from_address: _Optional[bytes] = ...) -> None: ...

class CameBack(_message.Message):
    __slots__ = ("session", "next", "email", "name_wanted", "expires_at")
    SESSION_FIELD_NUMBER: _ClassVar[int]
    NEXT_FIELD_NUMBER: _ClassVar[int]
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    NAME_WANTED_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    session: Session
    next: str
    email: str
    name_wanted: bool
    expires_at: _timestamp_pb2.Timestamp
    def __init__(self, session: _Optional[_Union[Session, _Mapping]] = ..., next: _Optional[str] = ..., email: _Optional[str] = ..., name_wanted: _Optional[bool] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class SendOutsideCodeRequest(_message.Message):
    __slots__ = ("token",)
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    token: str
    def __init__(self, token: _Optional[str] = ...) -> None: ...

class ProveOutsideSignInRequest(_message.Message):
    __slots__ = ("token", "code", "password", "name", "device", "device_label", "from_address")
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    PASSWORD_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    DEVICE_FIELD_NUMBER: _ClassVar[int]
    DEVICE_LABEL_FIELD_NUMBER: _ClassVar[int]
    FROM_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    token: str
    code: str
    password: str
    name: str
    device: str
    device_label: str
    from_address: bytes
    def __init__(self, token: _Optional[str] = ..., code: _Optional[str] = ..., password: _Optional[str] = ..., name: _Optional[str] = ..., device: _Optional[str] = ..., device_label: _Optional[str] = ..., from_address: _Optional[bytes] = ...) -> None: ...

class OutsideLink(_message.Message):
    __slots__ = ("link_id", "provider", "label", "linked_at", "last_used_at")
    LINK_ID_FIELD_NUMBER: _ClassVar[int]
    PROVIDER_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    LINKED_AT_FIELD_NUMBER: _ClassVar[int]
    LAST_USED_AT_FIELD_NUMBER: _ClassVar[int]
    link_id: str
    provider: str
    label: str
    linked_at: _timestamp_pb2.Timestamp
    last_used_at: _timestamp_pb2.Timestamp
    def __init__(self, link_id: _Optional[str] = ..., provider: _Optional[str] = ..., label: _Optional[str] = ..., linked_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., last_used_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class OutsideLinks(_message.Message):
    __slots__ = ("links",)
    LINKS_FIELD_NUMBER: _ClassVar[int]
    links: _containers.RepeatedCompositeFieldContainer[OutsideLink]
    def __init__(self, links: _Optional[_Iterable[_Union[OutsideLink, _Mapping]]] = ...) -> None: ...

class RemoveOutsideLinkRequest(_message.Message):
    __slots__ = ("session_token", "link_id", "password")
    SESSION_TOKEN_FIELD_NUMBER: _ClassVar[int]
    LINK_ID_FIELD_NUMBER: _ClassVar[int]
    PASSWORD_FIELD_NUMBER: _ClassVar[int]
    session_token: str
    link_id: str
    password: str
    def __init__(self, session_token: _Optional[str] = ..., link_id: _Optional[str] = ..., password: _Optional[str] = ...) -> None: ...

class CredentialExpiring(_message.Message):
    __slots__ = ("warning_id", "credential_id", "organisation", "product", "environment", "slot", "ends_at")
    WARNING_ID_FIELD_NUMBER: _ClassVar[int]
    CREDENTIAL_ID_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    PRODUCT_FIELD_NUMBER: _ClassVar[int]
    ENVIRONMENT_FIELD_NUMBER: _ClassVar[int]
    SLOT_FIELD_NUMBER: _ClassVar[int]
    ENDS_AT_FIELD_NUMBER: _ClassVar[int]
    warning_id: str
    credential_id: str
    organisation: str
    product: str
    environment: str
    slot: str
    ends_at: _timestamp_pb2.Timestamp
    def __init__(self, warning_id: _Optional[str] = ..., credential_id: _Optional[str] = ..., organisation: _Optional[str] = ..., product: _Optional[str] = ..., environment: _Optional[str] = ..., slot: _Optional[str] = ..., ends_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SignInRequest(_message.Message):
    __slots__ = ("email", "password", "code")
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    PASSWORD_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    email: str
    password: str
    code: str
    def __init__(self, email: _Optional[str] = ..., password: _Optional[str] = ..., code: _Optional[str] = ...) -> None: ...

class Session(_message.Message):
    __slots__ = ("token", "expires_at")
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    token: str
    expires_at: _timestamp_pb2.Timestamp
    def __init__(self, token: _Optional[str] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

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
    __slots__ = ("token", "expires_at", "watch_id")
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    WATCH_ID_FIELD_NUMBER: _ClassVar[int]
    token: str
    expires_at: _timestamp_pb2.Timestamp
    watch_id: str
    def __init__(self, token: _Optional[str] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., watch_id: _Optional[str] = ...) -> None: ...

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
    __slots__ = ("credential_id", "product", "organisation", "environment", "issued_at", "revoked_at", "slot", "expires_at")
    CREDENTIAL_ID_FIELD_NUMBER: _ClassVar[int]
    PRODUCT_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    ENVIRONMENT_FIELD_NUMBER: _ClassVar[int]
    ISSUED_AT_FIELD_NUMBER: _ClassVar[int]
    REVOKED_AT_FIELD_NUMBER: _ClassVar[int]
    SLOT_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    credential_id: str
    product: str
    organisation: str
    environment: str
    issued_at: _timestamp_pb2.Timestamp
    revoked_at: _timestamp_pb2.Timestamp
    slot: str
    expires_at: _timestamp_pb2.Timestamp
    def __init__(self, credential_id: _Optional[str] = ..., product: _Optional[str] = ..., organisation: _Optional[str] = ..., environment: _Optional[str] = ..., issued_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., revoked_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., slot: _Optional[str] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class IssueCredentialRequest(_message.Message):
    __slots__ = ("product", "organisation", "environment", "days")
    PRODUCT_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    ENVIRONMENT_FIELD_NUMBER: _ClassVar[int]
    DAYS_FIELD_NUMBER: _ClassVar[int]
    product: str
    organisation: str
    environment: str
    days: int
    def __init__(self, product: _Optional[str] = ..., organisation: _Optional[str] = ..., environment: _Optional[str] = ..., days: _Optional[int] = ...) -> None: ...

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
    __slots__ = ("after",)
    AFTER_FIELD_NUMBER: _ClassVar[int]
    after: str
    def __init__(self, after: _Optional[str] = ...) -> None: ...

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
    __slots__ = ("email", "name", "password")
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    PASSWORD_FIELD_NUMBER: _ClassVar[int]
    email: str
    name: str
    password: str
    def __init__(self, email: _Optional[str] = ..., name: _Optional[str] = ..., password: _Optional[str] = ...) -> None: ...

class CodeSent(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class VerifyAddressRequest(_message.Message):
    __slots__ = ("email", "code")
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    email: str
    code: str
    def __init__(self, email: _Optional[str] = ..., code: _Optional[str] = ...) -> None: ...

class AskForResetRequest(_message.Message):
    __slots__ = ("email",)
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    email: str
    def __init__(self, email: _Optional[str] = ...) -> None: ...

class ResetPasswordRequest(_message.Message):
    __slots__ = ("email", "code", "password")
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    PASSWORD_FIELD_NUMBER: _ClassVar[int]
    email: str
    code: str
    password: str
    def __init__(self, email: _Optional[str] = ..., code: _Optional[str] = ..., password: _Optional[str] = ...) -> None: ...

class PasswordChanged(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class AcceptInvitationRequest(_message.Message):
    __slots__ = ("email", "code", "name", "password")
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    PASSWORD_FIELD_NUMBER: _ClassVar[int]
    email: str
    code: str
    name: str
    password: str
    def __init__(self, email: _Optional[str] = ..., code: _Optional[str] = ..., name: _Optional[str] = ..., password: _Optional[str] = ...) -> None: ...

class GetOwnAccountRequest(_message.Message):
    __slots__ = ("session_token",)
    SESSION_TOKEN_FIELD_NUMBER: _ClassVar[int]
    session_token: str
    def __init__(self, session_token: _Optional[str] = ...) -> None: ...

class OwnAccount(_message.Message):
    __slots__ = ("account", "requests", "sessions")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    REQUESTS_FIELD_NUMBER: _ClassVar[int]
    SESSIONS_FIELD_NUMBER: _ClassVar[int]
    account: Account
    requests: _containers.RepeatedCompositeFieldContainer[RoleRequest]
    sessions: _containers.RepeatedCompositeFieldContainer[OpenSession]
    def __init__(self, account: _Optional[_Union[Account, _Mapping]] = ..., requests: _Optional[_Iterable[_Union[RoleRequest, _Mapping]]] = ..., sessions: _Optional[_Iterable[_Union[OpenSession, _Mapping]]] = ...) -> None: ...

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
    __slots__ = ()
    def __init__(self) -> None: ...

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
    __slots__ = ("organisation",)
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    organisation: str
    def __init__(self, organisation: _Optional[str] = ...) -> None: ...

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

class ListRolesRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class Role(_message.Message):
    __slots__ = ("name", "label", "means", "reach", "permissions", "approved_by", "automatic")
    NAME_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    MEANS_FIELD_NUMBER: _ClassVar[int]
    REACH_FIELD_NUMBER: _ClassVar[int]
    PERMISSIONS_FIELD_NUMBER: _ClassVar[int]
    APPROVED_BY_FIELD_NUMBER: _ClassVar[int]
    AUTOMATIC_FIELD_NUMBER: _ClassVar[int]
    name: str
    label: str
    means: str
    reach: str
    permissions: _containers.RepeatedScalarFieldContainer[str]
    approved_by: _containers.RepeatedScalarFieldContainer[str]
    automatic: bool
    def __init__(self, name: _Optional[str] = ..., label: _Optional[str] = ..., means: _Optional[str] = ..., reach: _Optional[str] = ..., permissions: _Optional[_Iterable[str]] = ..., approved_by: _Optional[_Iterable[str]] = ..., automatic: _Optional[bool] = ...) -> None: ...

class Roles(_message.Message):
    __slots__ = ("roles",)
    ROLES_FIELD_NUMBER: _ClassVar[int]
    roles: _containers.RepeatedCompositeFieldContainer[Role]
    def __init__(self, roles: _Optional[_Iterable[_Union[Role, _Mapping]]] = ...) -> None: ...

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

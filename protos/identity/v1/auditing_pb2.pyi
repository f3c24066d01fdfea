import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SearchAuditRequest(_message.Message):
    __slots__ = ("actor", "about", "action", "service", "until", "cursor", "limit")
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    ABOUT_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    SERVICE_FIELD_NUMBER: _ClassVar[int]
    FROM_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    actor: str
    about: str
    action: str
    service: str
    until: _timestamp_pb2.Timestamp
    cursor: str
    limit: int
    def __init__(self, actor: _Optional[str] = ..., about: _Optional[str] = ..., action: _Optional[str] = ..., service: _Optional[str] = ..., until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., cursor: _Optional[str] = ..., limit: _Optional[int] = ..., **kwargs) -> None: ...

class AuditPage(_message.Message):
    __slots__ = ("items", "next")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[AuditEntry]
    next: str
    def __init__(self, items: _Optional[_Iterable[_Union[AuditEntry, _Mapping]]] = ..., next: _Optional[str] = ...) -> None: ...

class AuditEntry(_message.Message):
    __slots__ = ("service", "no", "hash", "at", "actor", "action", "about", "revision", "purpose", "trace", "detail")
    SERVICE_FIELD_NUMBER: _ClassVar[int]
    NO_FIELD_NUMBER: _ClassVar[int]
    HASH_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    ABOUT_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    TRACE_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    service: str
    no: int
    hash: str
    at: _timestamp_pb2.Timestamp
    actor: AuditActor
    action: str
    about: _containers.RepeatedCompositeFieldContainer[AuditSubject]
    revision: int
    purpose: str
    trace: str
    detail: str
    def __init__(self, service: _Optional[str] = ..., no: _Optional[int] = ..., hash: _Optional[str] = ..., at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., actor: _Optional[_Union[AuditActor, _Mapping]] = ..., action: _Optional[str] = ..., about: _Optional[_Iterable[_Union[AuditSubject, _Mapping]]] = ..., revision: _Optional[int] = ..., purpose: _Optional[str] = ..., trace: _Optional[str] = ..., detail: _Optional[str] = ...) -> None: ...

class AuditActor(_message.Message):
    __slots__ = ("id", "kind", "name", "organisation", "roles")
    ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    ROLES_FIELD_NUMBER: _ClassVar[int]
    id: str
    kind: str
    name: str
    organisation: str
    roles: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, id: _Optional[str] = ..., kind: _Optional[str] = ..., name: _Optional[str] = ..., organisation: _Optional[str] = ..., roles: _Optional[_Iterable[str]] = ...) -> None: ...

class AuditSubject(_message.Message):
    __slots__ = ("id", "reference")
    ID_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    id: str
    reference: str
    def __init__(self, id: _Optional[str] = ..., reference: _Optional[str] = ...) -> None: ...

class VerifyAuditRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetAuditVerificationRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class AuditVerification(_message.Message):
    __slots__ = ("verification_id", "asked_at", "finished", "sound", "chains")
    VERIFICATION_ID_FIELD_NUMBER: _ClassVar[int]
    ASKED_AT_FIELD_NUMBER: _ClassVar[int]
    FINISHED_FIELD_NUMBER: _ClassVar[int]
    SOUND_FIELD_NUMBER: _ClassVar[int]
    CHAINS_FIELD_NUMBER: _ClassVar[int]
    verification_id: str
    asked_at: _timestamp_pb2.Timestamp
    finished: bool
    sound: bool
    chains: _containers.RepeatedCompositeFieldContainer[VerifiedChain]
    def __init__(self, verification_id: _Optional[str] = ..., asked_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., finished: _Optional[bool] = ..., sound: _Optional[bool] = ..., chains: _Optional[_Iterable[_Union[VerifiedChain, _Mapping]]] = ...) -> None: ...

class VerifiedChain(_message.Message):
    __slots__ = ("service", "rows", "copies", "answered", "walked", "faults")
    SERVICE_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    COPIES_FIELD_NUMBER: _ClassVar[int]
    ANSWERED_FIELD_NUMBER: _ClassVar[int]
    WALKED_FIELD_NUMBER: _ClassVar[int]
    FAULTS_FIELD_NUMBER: _ClassVar[int]
    service: str
    rows: int
    copies: int
    answered: bool
    walked: bool
    faults: _containers.RepeatedCompositeFieldContainer[ChainFault]
    def __init__(self, service: _Optional[str] = ..., rows: _Optional[int] = ..., copies: _Optional[int] = ..., answered: _Optional[bool] = ..., walked: _Optional[bool] = ..., faults: _Optional[_Iterable[_Union[ChainFault, _Mapping]]] = ...) -> None: ...

class ChainFault(_message.Message):
    __slots__ = ("where", "kind", "no", "until")
    WHERE_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    NO_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    where: str
    kind: str
    no: int
    until: int
    def __init__(self, where: _Optional[str] = ..., kind: _Optional[str] = ..., no: _Optional[int] = ..., until: _Optional[int] = ...) -> None: ...

import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AuditSealed(_message.Message):
    __slots__ = ("service", "first_no", "previous_hash", "last_hash", "rows", "called")
    class CalledEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    SERVICE_FIELD_NUMBER: _ClassVar[int]
    FIRST_NO_FIELD_NUMBER: _ClassVar[int]
    PREVIOUS_HASH_FIELD_NUMBER: _ClassVar[int]
    LAST_HASH_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    CALLED_FIELD_NUMBER: _ClassVar[int]
    service: str
    first_no: int
    previous_hash: bytes
    last_hash: bytes
    rows: _containers.RepeatedCompositeFieldContainer[AuditRow]
    called: _containers.ScalarMap[str, str]
    def __init__(self, service: _Optional[str] = ..., first_no: _Optional[int] = ..., previous_hash: _Optional[bytes] = ..., last_hash: _Optional[bytes] = ..., rows: _Optional[_Iterable[_Union[AuditRow, _Mapping]]] = ..., called: _Optional[_Mapping[str, str]] = ...) -> None: ...

class AuditRow(_message.Message):
    __slots__ = ("seq", "at", "actor", "organisation", "action", "about", "revision", "purpose", "trace", "detail")
    SEQ_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    ABOUT_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    TRACE_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    seq: int
    at: _timestamp_pb2.Timestamp
    actor: str
    organisation: str
    action: str
    about: str
    revision: int
    purpose: str
    trace: str
    detail: str
    def __init__(self, seq: _Optional[int] = ..., at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., actor: _Optional[str] = ..., organisation: _Optional[str] = ..., action: _Optional[str] = ..., about: _Optional[str] = ..., revision: _Optional[int] = ..., purpose: _Optional[str] = ..., trace: _Optional[str] = ..., detail: _Optional[str] = ...) -> None: ...

class AuditVerified(_message.Message):
    __slots__ = ("service", "walk_id", "rows", "marks", "findings", "at")
    SERVICE_FIELD_NUMBER: _ClassVar[int]
    WALK_ID_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    MARKS_FIELD_NUMBER: _ClassVar[int]
    FINDINGS_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    service: str
    walk_id: str
    rows: int
    marks: _containers.RepeatedCompositeFieldContainer[AuditMark]
    findings: _containers.RepeatedCompositeFieldContainer[AuditFinding]
    at: _timestamp_pb2.Timestamp
    def __init__(self, service: _Optional[str] = ..., walk_id: _Optional[str] = ..., rows: _Optional[int] = ..., marks: _Optional[_Iterable[_Union[AuditMark, _Mapping]]] = ..., findings: _Optional[_Iterable[_Union[AuditFinding, _Mapping]]] = ..., at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class AuditMark(_message.Message):
    __slots__ = ("no", "hash")
    NO_FIELD_NUMBER: _ClassVar[int]
    HASH_FIELD_NUMBER: _ClassVar[int]
    no: int
    hash: bytes
    def __init__(self, no: _Optional[int] = ..., hash: _Optional[bytes] = ...) -> None: ...

class AuditFinding(_message.Message):
    __slots__ = ("kind", "no", "until")
    KIND_FIELD_NUMBER: _ClassVar[int]
    NO_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    kind: str
    no: int
    until: int
    def __init__(self, kind: _Optional[str] = ..., no: _Optional[int] = ..., until: _Optional[int] = ...) -> None: ...

class AuditVerificationAsked(_message.Message):
    __slots__ = ("verification_id", "heads")
    VERIFICATION_ID_FIELD_NUMBER: _ClassVar[int]
    HEADS_FIELD_NUMBER: _ClassVar[int]
    verification_id: str
    heads: _containers.RepeatedCompositeFieldContainer[KnownHead]
    def __init__(self, verification_id: _Optional[str] = ..., heads: _Optional[_Iterable[_Union[KnownHead, _Mapping]]] = ...) -> None: ...

class KnownHead(_message.Message):
    __slots__ = ("service", "no", "hash")
    SERVICE_FIELD_NUMBER: _ClassVar[int]
    NO_FIELD_NUMBER: _ClassVar[int]
    HASH_FIELD_NUMBER: _ClassVar[int]
    service: str
    no: int
    hash: bytes
    def __init__(self, service: _Optional[str] = ..., no: _Optional[int] = ..., hash: _Optional[bytes] = ...) -> None: ...

class AuditDoubted(_message.Message):
    __slots__ = ("verification_id", "service", "kind", "place")
    VERIFICATION_ID_FIELD_NUMBER: _ClassVar[int]
    SERVICE_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    PLACE_FIELD_NUMBER: _ClassVar[int]
    verification_id: str
    service: str
    kind: str
    place: int
    def __init__(self, verification_id: _Optional[str] = ..., service: _Optional[str] = ..., kind: _Optional[str] = ..., place: _Optional[int] = ...) -> None: ...

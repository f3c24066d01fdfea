import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class BreakGlassRequest(_message.Message):
    __slots__ = ("event", "purpose", "case_number", "reason", "minutes")
    EVENT_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    CASE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    MINUTES_FIELD_NUMBER: _ClassVar[int]
    event: str
    purpose: str
    case_number: str
    reason: str
    minutes: int
    def __init__(self, event: _Optional[str] = ..., purpose: _Optional[str] = ..., case_number: _Optional[str] = ..., reason: _Optional[str] = ..., minutes: _Optional[int] = ...) -> None: ...

class EndGlassRequest(_message.Message):
    __slots__ = ("event",)
    EVENT_FIELD_NUMBER: _ClassVar[int]
    event: str
    def __init__(self, event: _Optional[str] = ...) -> None: ...

class GlassEnded(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListGlassesRequest(_message.Message):
    __slots__ = ("cursor", "limit")
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    cursor: str
    limit: int
    def __init__(self, cursor: _Optional[str] = ..., limit: _Optional[int] = ...) -> None: ...

class ListOwnGlassesRequest(_message.Message):
    __slots__ = ("cursor", "limit")
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    cursor: str
    limit: int
    def __init__(self, cursor: _Optional[str] = ..., limit: _Optional[int] = ...) -> None: ...

class Glasses(_message.Message):
    __slots__ = ("items", "next")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[Glass]
    next: str
    def __init__(self, items: _Optional[_Iterable[_Union[Glass, _Mapping]]] = ..., next: _Optional[str] = ...) -> None: ...

class Glass(_message.Message):
    __slots__ = ("glass_id", "event_id", "reference", "actor_id", "organisation", "purpose", "case_number", "reason", "broken_at", "expires_at", "ended_at", "reads")
    GLASS_ID_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    ACTOR_ID_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    CASE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    BROKEN_AT_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    ENDED_AT_FIELD_NUMBER: _ClassVar[int]
    READS_FIELD_NUMBER: _ClassVar[int]
    glass_id: str
    event_id: str
    reference: str
    actor_id: str
    organisation: str
    purpose: str
    case_number: str
    reason: str
    broken_at: _timestamp_pb2.Timestamp
    expires_at: _timestamp_pb2.Timestamp
    ended_at: _timestamp_pb2.Timestamp
    reads: int
    def __init__(self, glass_id: _Optional[str] = ..., event_id: _Optional[str] = ..., reference: _Optional[str] = ..., actor_id: _Optional[str] = ..., organisation: _Optional[str] = ..., purpose: _Optional[str] = ..., case_number: _Optional[str] = ..., reason: _Optional[str] = ..., broken_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., ended_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., reads: _Optional[int] = ...) -> None: ...

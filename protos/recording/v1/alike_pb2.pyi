import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from protos.recording.v1 import answer_pb2 as _answer_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class FindAlikeRequest(_message.Message):
    __slots__ = ("organisation", "event_type", "occurred_on", "answers")
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    EVENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    OCCURRED_ON_FIELD_NUMBER: _ClassVar[int]
    ANSWERS_FIELD_NUMBER: _ClassVar[int]
    organisation: str
    event_type: str
    occurred_on: str
    answers: _containers.RepeatedCompositeFieldContainer[_answer_pb2.Answer]
    def __init__(self, organisation: _Optional[str] = ..., event_type: _Optional[str] = ..., occurred_on: _Optional[str] = ..., answers: _Optional[_Iterable[_Union[_answer_pb2.Answer, _Mapping]]] = ...) -> None: ...

class Alike(_message.Message):
    __slots__ = ("events", "others")
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    OTHERS_FIELD_NUMBER: _ClassVar[int]
    events: _containers.RepeatedCompositeFieldContainer[AlikeEvent]
    others: int
    def __init__(self, events: _Optional[_Iterable[_Union[AlikeEvent, _Mapping]]] = ..., others: _Optional[int] = ...) -> None: ...

class AlikeEvent(_message.Message):
    __slots__ = ("reference", "occurred_on", "reported_at")
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    OCCURRED_ON_FIELD_NUMBER: _ClassVar[int]
    REPORTED_AT_FIELD_NUMBER: _ClassVar[int]
    reference: str
    occurred_on: str
    reported_at: _timestamp_pb2.Timestamp
    def __init__(self, reference: _Optional[str] = ..., occurred_on: _Optional[str] = ..., reported_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

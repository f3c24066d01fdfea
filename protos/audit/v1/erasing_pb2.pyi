import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class TextErased(_message.Message):
    __slots__ = ("erasure_id", "service", "places", "at")
    ERASURE_ID_FIELD_NUMBER: _ClassVar[int]
    SERVICE_FIELD_NUMBER: _ClassVar[int]
    PLACES_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    erasure_id: str
    service: str
    places: _containers.RepeatedCompositeFieldContainer[PlaceErased]
    at: _timestamp_pb2.Timestamp
    def __init__(self, erasure_id: _Optional[str] = ..., service: _Optional[str] = ..., places: _Optional[_Iterable[_Union[PlaceErased, _Mapping]]] = ..., at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class PlaceErased(_message.Message):
    __slots__ = ("place", "found", "done")
    PLACE_FIELD_NUMBER: _ClassVar[int]
    FOUND_FIELD_NUMBER: _ClassVar[int]
    DONE_FIELD_NUMBER: _ClassVar[int]
    place: str
    found: int
    done: str
    def __init__(self, place: _Optional[str] = ..., found: _Optional[int] = ..., done: _Optional[str] = ...) -> None: ...

import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class TakeFeedbackRequest(_message.Message):
    __slots__ = ("once", "text", "page", "address")
    ONCE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    once: str
    text: str
    page: str
    address: str
    def __init__(self, once: _Optional[str] = ..., text: _Optional[str] = ..., page: _Optional[str] = ..., address: _Optional[str] = ...) -> None: ...

class FeedbackTaken(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListFeedbackRequest(_message.Message):
    __slots__ = ("cursor", "limit", "done")
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    DONE_FIELD_NUMBER: _ClassVar[int]
    cursor: str
    limit: int
    done: bool
    def __init__(self, cursor: _Optional[str] = ..., limit: _Optional[int] = ..., done: _Optional[bool] = ...) -> None: ...

class FeedbackList(_message.Message):
    __slots__ = ("items", "next", "waiting")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_FIELD_NUMBER: _ClassVar[int]
    WAITING_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[Feedback]
    next: str
    waiting: int
    def __init__(self, items: _Optional[_Iterable[_Union[Feedback, _Mapping]]] = ..., next: _Optional[str] = ..., waiting: _Optional[int] = ...) -> None: ...

class Feedback(_message.Message):
    __slots__ = ("feedback_id", "taken_at", "done_at", "text", "page", "address", "unreadable")
    FEEDBACK_ID_FIELD_NUMBER: _ClassVar[int]
    TAKEN_AT_FIELD_NUMBER: _ClassVar[int]
    DONE_AT_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    UNREADABLE_FIELD_NUMBER: _ClassVar[int]
    feedback_id: str
    taken_at: _timestamp_pb2.Timestamp
    done_at: _timestamp_pb2.Timestamp
    text: str
    page: str
    address: str
    unreadable: bool
    def __init__(self, feedback_id: _Optional[str] = ..., taken_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., done_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., text: _Optional[str] = ..., page: _Optional[str] = ..., address: _Optional[str] = ..., unreadable: _Optional[bool] = ...) -> None: ...

class MarkFeedbackDoneRequest(_message.Message):
    __slots__ = ("feedback_id",)
    FEEDBACK_ID_FIELD_NUMBER: _ClassVar[int]
    feedback_id: str
    def __init__(self, feedback_id: _Optional[str] = ...) -> None: ...

class FeedbackDone(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

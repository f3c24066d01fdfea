import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from protos.audit.v1 import copying_pb2 as _copying_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ListEventsRequest(_message.Message):
    __slots__ = ("cursor", "limit")
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    cursor: str
    limit: int
    def __init__(self, cursor: _Optional[str] = ..., limit: _Optional[int] = ...) -> None: ...

class Events(_message.Message):
    __slots__ = ("items", "next")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[Event]
    next: str
    def __init__(self, items: _Optional[_Iterable[_Union[Event, _Mapping]]] = ..., next: _Optional[str] = ...) -> None: ...

class GetEventRequest(_message.Message):
    __slots__ = ("reference",)
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    reference: str
    def __init__(self, reference: _Optional[str] = ...) -> None: ...

class Coded(_message.Message):
    __slots__ = ("code", "label")
    CODE_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    code: str
    label: str
    def __init__(self, code: _Optional[str] = ..., label: _Optional[str] = ...) -> None: ...

class Organisation(_message.Message):
    __slots__ = ("code", "name")
    CODE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    code: str
    name: str
    def __init__(self, code: _Optional[str] = ..., name: _Optional[str] = ...) -> None: ...

class Event(_message.Message):
    __slots__ = ("event_id", "reference", "revision", "event_type", "occurred_on", "reported_at", "organisation", "occurred_organisations", "worst_physical_harm", "worst_psychological_harm", "urgent", "answers", "texts", "read_only", "question_set")
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    EVENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    OCCURRED_ON_FIELD_NUMBER: _ClassVar[int]
    REPORTED_AT_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    OCCURRED_ORGANISATIONS_FIELD_NUMBER: _ClassVar[int]
    WORST_PHYSICAL_HARM_FIELD_NUMBER: _ClassVar[int]
    WORST_PSYCHOLOGICAL_HARM_FIELD_NUMBER: _ClassVar[int]
    URGENT_FIELD_NUMBER: _ClassVar[int]
    ANSWERS_FIELD_NUMBER: _ClassVar[int]
    TEXTS_FIELD_NUMBER: _ClassVar[int]
    READ_ONLY_FIELD_NUMBER: _ClassVar[int]
    QUESTION_SET_FIELD_NUMBER: _ClassVar[int]
    event_id: str
    reference: str
    revision: int
    event_type: Coded
    occurred_on: str
    reported_at: _timestamp_pb2.Timestamp
    organisation: Organisation
    occurred_organisations: _containers.RepeatedCompositeFieldContainer[Organisation]
    worst_physical_harm: Coded
    worst_psychological_harm: Coded
    urgent: bool
    answers: _containers.RepeatedCompositeFieldContainer[AnswerShown]
    texts: _containers.RepeatedCompositeFieldContainer[TextShown]
    read_only: bool
    question_set: int
    def __init__(self, event_id: _Optional[str] = ..., reference: _Optional[str] = ..., revision: _Optional[int] = ..., event_type: _Optional[_Union[Coded, _Mapping]] = ..., occurred_on: _Optional[str] = ..., reported_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., organisation: _Optional[_Union[Organisation, _Mapping]] = ..., occurred_organisations: _Optional[_Iterable[_Union[Organisation, _Mapping]]] = ..., worst_physical_harm: _Optional[_Union[Coded, _Mapping]] = ..., worst_psychological_harm: _Optional[_Union[Coded, _Mapping]] = ..., urgent: _Optional[bool] = ..., answers: _Optional[_Iterable[_Union[AnswerShown, _Mapping]]] = ..., texts: _Optional[_Iterable[_Union[TextShown, _Mapping]]] = ..., read_only: _Optional[bool] = ..., question_set: _Optional[int] = ...) -> None: ...

class AnswerShown(_message.Message):
    __slots__ = ("section", "entry", "property", "question", "values")
    SECTION_FIELD_NUMBER: _ClassVar[int]
    ENTRY_FIELD_NUMBER: _ClassVar[int]
    PROPERTY_FIELD_NUMBER: _ClassVar[int]
    QUESTION_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    section: str
    entry: int
    property: str
    question: str
    values: _containers.RepeatedCompositeFieldContainer[Coded]
    def __init__(self, section: _Optional[str] = ..., entry: _Optional[int] = ..., property: _Optional[str] = ..., question: _Optional[str] = ..., values: _Optional[_Iterable[_Union[Coded, _Mapping]]] = ...) -> None: ...

class TextShown(_message.Message):
    __slots__ = ("field", "question", "text", "being_checked")
    FIELD_FIELD_NUMBER: _ClassVar[int]
    QUESTION_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    BEING_CHECKED_FIELD_NUMBER: _ClassVar[int]
    field: str
    question: str
    text: str
    being_checked: bool
    def __init__(self, field: _Optional[str] = ..., question: _Optional[str] = ..., text: _Optional[str] = ..., being_checked: _Optional[bool] = ...) -> None: ...

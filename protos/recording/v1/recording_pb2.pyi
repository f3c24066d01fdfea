import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from protos.problem.v1 import problem_pb2 as _problem_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Route(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ROUTE_UNSPECIFIED: _ClassVar[Route]
    ROUTE_API: _ClassVar[Route]
    ROUTE_ONLINE: _ClassVar[Route]
ROUTE_UNSPECIFIED: Route
ROUTE_API: Route
ROUTE_ONLINE: Route

class Answer(_message.Message):
    __slots__ = ("section", "entry", "property", "text", "code", "integer", "boolean", "date", "time", "path")
    SECTION_FIELD_NUMBER: _ClassVar[int]
    ENTRY_FIELD_NUMBER: _ClassVar[int]
    PROPERTY_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    INTEGER_FIELD_NUMBER: _ClassVar[int]
    BOOLEAN_FIELD_NUMBER: _ClassVar[int]
    DATE_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    section: str
    entry: int
    property: str
    text: str
    code: str
    integer: int
    boolean: bool
    date: str
    time: str
    path: str
    def __init__(self, section: _Optional[str] = ..., entry: _Optional[int] = ..., property: _Optional[str] = ..., text: _Optional[str] = ..., code: _Optional[str] = ..., integer: _Optional[int] = ..., boolean: _Optional[bool] = ..., date: _Optional[str] = ..., time: _Optional[str] = ..., path: _Optional[str] = ...) -> None: ...

class SubmitRequest(_message.Message):
    __slots__ = ("question_set", "answers", "route", "organisation", "idempotency_key", "local_reference")
    QUESTION_SET_FIELD_NUMBER: _ClassVar[int]
    ANSWERS_FIELD_NUMBER: _ClassVar[int]
    ROUTE_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    LOCAL_REFERENCE_FIELD_NUMBER: _ClassVar[int]
    question_set: int
    answers: _containers.RepeatedCompositeFieldContainer[Answer]
    route: Route
    organisation: str
    idempotency_key: str
    local_reference: str
    def __init__(self, question_set: _Optional[int] = ..., answers: _Optional[_Iterable[_Union[Answer, _Mapping]]] = ..., route: _Optional[_Union[Route, str]] = ..., organisation: _Optional[str] = ..., idempotency_key: _Optional[str] = ..., local_reference: _Optional[str] = ...) -> None: ...

class Submitted(_message.Message):
    __slots__ = ("event_id", "reference", "revision", "reported_at", "repeated_request", "warnings")
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    REPORTED_AT_FIELD_NUMBER: _ClassVar[int]
    REPEATED_REQUEST_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    event_id: str
    reference: str
    revision: int
    reported_at: _timestamp_pb2.Timestamp
    repeated_request: bool
    warnings: _containers.RepeatedCompositeFieldContainer[_problem_pb2.Fault]
    def __init__(self, event_id: _Optional[str] = ..., reference: _Optional[str] = ..., revision: _Optional[int] = ..., reported_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., repeated_request: _Optional[bool] = ..., warnings: _Optional[_Iterable[_Union[_problem_pb2.Fault, _Mapping]]] = ...) -> None: ...

class GetEventRequest(_message.Message):
    __slots__ = ("event_id",)
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    event_id: str
    def __init__(self, event_id: _Optional[str] = ...) -> None: ...

class Text(_message.Message):
    __slots__ = ("field", "text", "checked")
    FIELD_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    CHECKED_FIELD_NUMBER: _ClassVar[int]
    field: str
    text: str
    checked: bool
    def __init__(self, field: _Optional[str] = ..., text: _Optional[str] = ..., checked: _Optional[bool] = ...) -> None: ...

class SafetyEvent(_message.Message):
    __slots__ = ("facts", "texts")
    FACTS_FIELD_NUMBER: _ClassVar[int]
    TEXTS_FIELD_NUMBER: _ClassVar[int]
    facts: EventFacts
    texts: _containers.RepeatedCompositeFieldContainer[Text]
    def __init__(self, facts: _Optional[_Union[EventFacts, _Mapping]] = ..., texts: _Optional[_Iterable[_Union[Text, _Mapping]]] = ...) -> None: ...

class EventFacts(_message.Message):
    __slots__ = ("event_id", "reference", "revision", "question_set", "event_type", "reported_at", "occurred_on", "organisation", "occurred_organisations", "worst_physical_harm", "worst_psychological_harm", "urgent", "data_sharing_opt_out", "recorder_id", "route", "local_reference", "answers", "narrative_fields")
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    QUESTION_SET_FIELD_NUMBER: _ClassVar[int]
    EVENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    REPORTED_AT_FIELD_NUMBER: _ClassVar[int]
    OCCURRED_ON_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    OCCURRED_ORGANISATIONS_FIELD_NUMBER: _ClassVar[int]
    WORST_PHYSICAL_HARM_FIELD_NUMBER: _ClassVar[int]
    WORST_PSYCHOLOGICAL_HARM_FIELD_NUMBER: _ClassVar[int]
    URGENT_FIELD_NUMBER: _ClassVar[int]
    DATA_SHARING_OPT_OUT_FIELD_NUMBER: _ClassVar[int]
    RECORDER_ID_FIELD_NUMBER: _ClassVar[int]
    ROUTE_FIELD_NUMBER: _ClassVar[int]
    LOCAL_REFERENCE_FIELD_NUMBER: _ClassVar[int]
    ANSWERS_FIELD_NUMBER: _ClassVar[int]
    NARRATIVE_FIELDS_FIELD_NUMBER: _ClassVar[int]
    event_id: str
    reference: str
    revision: int
    question_set: int
    event_type: str
    reported_at: _timestamp_pb2.Timestamp
    occurred_on: str
    organisation: str
    occurred_organisations: _containers.RepeatedScalarFieldContainer[str]
    worst_physical_harm: str
    worst_psychological_harm: str
    urgent: bool
    data_sharing_opt_out: bool
    recorder_id: str
    route: Route
    local_reference: str
    answers: _containers.RepeatedCompositeFieldContainer[Answer]
    narrative_fields: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, event_id: _Optional[str] = ..., reference: _Optional[str] = ..., revision: _Optional[int] = ..., question_set: _Optional[int] = ..., event_type: _Optional[str] = ..., reported_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., occurred_on: _Optional[str] = ..., organisation: _Optional[str] = ..., occurred_organisations: _Optional[_Iterable[str]] = ..., worst_physical_harm: _Optional[str] = ..., worst_psychological_harm: _Optional[str] = ..., urgent: _Optional[bool] = ..., data_sharing_opt_out: _Optional[bool] = ..., recorder_id: _Optional[str] = ..., route: _Optional[_Union[Route, str]] = ..., local_reference: _Optional[str] = ..., answers: _Optional[_Iterable[_Union[Answer, _Mapping]]] = ..., narrative_fields: _Optional[_Iterable[str]] = ...) -> None: ...

class SafetyEventRecorded(_message.Message):
    __slots__ = ("facts", "narrative_sealed", "contact_sealed")
    FACTS_FIELD_NUMBER: _ClassVar[int]
    NARRATIVE_SEALED_FIELD_NUMBER: _ClassVar[int]
    CONTACT_SEALED_FIELD_NUMBER: _ClassVar[int]
    facts: EventFacts
    narrative_sealed: bytes
    contact_sealed: bytes
    def __init__(self, facts: _Optional[_Union[EventFacts, _Mapping]] = ..., narrative_sealed: _Optional[bytes] = ..., contact_sealed: _Optional[bytes] = ...) -> None: ...

class Narrative(_message.Message):
    __slots__ = ("texts",)
    class TextsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    TEXTS_FIELD_NUMBER: _ClassVar[int]
    texts: _containers.ScalarMap[str, str]
    def __init__(self, texts: _Optional[_Mapping[str, str]] = ...) -> None: ...

class QuestionSetPublished(_message.Message):
    __slots__ = ("question_set", "digest", "questions")
    QUESTION_SET_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    QUESTIONS_FIELD_NUMBER: _ClassVar[int]
    question_set: int
    digest: str
    questions: _containers.RepeatedCompositeFieldContainer[Question]
    def __init__(self, question_set: _Optional[int] = ..., digest: _Optional[str] = ..., questions: _Optional[_Iterable[_Union[Question, _Mapping]]] = ...) -> None: ...

class Question(_message.Message):
    __slots__ = ("section", "property", "wording", "options", "organisation")
    SECTION_FIELD_NUMBER: _ClassVar[int]
    PROPERTY_FIELD_NUMBER: _ClassVar[int]
    WORDING_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    section: str
    property: str
    wording: str
    options: _containers.RepeatedCompositeFieldContainer[Option]
    organisation: bool
    def __init__(self, section: _Optional[str] = ..., property: _Optional[str] = ..., wording: _Optional[str] = ..., options: _Optional[_Iterable[_Union[Option, _Mapping]]] = ..., organisation: _Optional[bool] = ...) -> None: ...

class Option(_message.Message):
    __slots__ = ("code", "label")
    CODE_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    code: str
    label: str
    def __init__(self, code: _Optional[str] = ..., label: _Optional[str] = ...) -> None: ...

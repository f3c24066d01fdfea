import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from protos.problem.v1 import problem_pb2 as _problem_pb2
from protos.recording.v1 import answer_pb2 as _answer_pb2
from protos.recording.v1 import following_up_pb2 as _following_up_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Reporter(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REPORTER_UNSPECIFIED: _ClassVar[Reporter]
    REPORTER_PUBLIC: _ClassVar[Reporter]
    REPORTER_ANONYMOUS_STAFF: _ClassVar[Reporter]
REPORTER_UNSPECIFIED: Reporter
REPORTER_PUBLIC: Reporter
REPORTER_ANONYMOUS_STAFF: Reporter

class ReportRequest(_message.Message):
    __slots__ = ("reporter", "question_set", "answers", "organisation", "patients", "idempotency_key", "first_stands")
    REPORTER_FIELD_NUMBER: _ClassVar[int]
    QUESTION_SET_FIELD_NUMBER: _ClassVar[int]
    ANSWERS_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    PATIENTS_FIELD_NUMBER: _ClassVar[int]
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    FIRST_STANDS_FIELD_NUMBER: _ClassVar[int]
    reporter: Reporter
    question_set: int
    answers: _containers.RepeatedCompositeFieldContainer[_answer_pb2.Answer]
    organisation: str
    patients: str
    idempotency_key: str
    first_stands: bool
    def __init__(self, reporter: _Optional[_Union[Reporter, str]] = ..., question_set: _Optional[int] = ..., answers: _Optional[_Iterable[_Union[_answer_pb2.Answer, _Mapping]]] = ..., organisation: _Optional[str] = ..., patients: _Optional[str] = ..., idempotency_key: _Optional[str] = ..., first_stands: _Optional[bool] = ...) -> None: ...

class Reported(_message.Message):
    __slots__ = ("reference", "event_id", "reported_at", "code", "repeated_request", "warnings", "differs")
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    REPORTED_AT_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    REPEATED_REQUEST_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    DIFFERS_FIELD_NUMBER: _ClassVar[int]
    reference: str
    event_id: str
    reported_at: _timestamp_pb2.Timestamp
    code: str
    repeated_request: bool
    warnings: _containers.RepeatedCompositeFieldContainer[_problem_pb2.Fault]
    differs: bool
    def __init__(self, reference: _Optional[str] = ..., event_id: _Optional[str] = ..., reported_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., code: _Optional[str] = ..., repeated_request: _Optional[bool] = ..., warnings: _Optional[_Iterable[_Union[_problem_pb2.Fault, _Mapping]]] = ..., differs: _Optional[bool] = ...) -> None: ...

class CodeHolder(_message.Message):
    __slots__ = ("reference", "code")
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    reference: str
    code: str
    def __init__(self, reference: _Optional[str] = ..., code: _Optional[str] = ...) -> None: ...

class LookByCodeRequest(_message.Message):
    __slots__ = ("holder",)
    HOLDER_FIELD_NUMBER: _ClassVar[int]
    holder: CodeHolder
    def __init__(self, holder: _Optional[_Union[CodeHolder, _Mapping]] = ...) -> None: ...

class AnswerByCodeRequest(_message.Message):
    __slots__ = ("holder", "remark_id", "text")
    HOLDER_FIELD_NUMBER: _ClassVar[int]
    REMARK_ID_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    holder: CodeHolder
    remark_id: str
    text: str
    def __init__(self, holder: _Optional[_Union[CodeHolder, _Mapping]] = ..., remark_id: _Optional[str] = ..., text: _Optional[str] = ...) -> None: ...

class AddByCodeRequest(_message.Message):
    __slots__ = ("holder", "text")
    HOLDER_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    holder: CodeHolder
    text: str
    def __init__(self, holder: _Optional[_Union[CodeHolder, _Mapping]] = ..., text: _Optional[str] = ...) -> None: ...

class EndCodeRequest(_message.Message):
    __slots__ = ("holder",)
    HOLDER_FIELD_NUMBER: _ClassVar[int]
    holder: CodeHolder
    def __init__(self, holder: _Optional[_Union[CodeHolder, _Mapping]] = ...) -> None: ...

class CodeEnded(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ReporterView(_message.Message):
    __slots__ = ("reference", "event_type", "occurred_on", "reported_at", "organisation", "organisation_name", "texts", "state", "changed_at", "reason", "remarks")
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    EVENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    OCCURRED_ON_FIELD_NUMBER: _ClassVar[int]
    REPORTED_AT_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_NAME_FIELD_NUMBER: _ClassVar[int]
    TEXTS_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    CHANGED_AT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    REMARKS_FIELD_NUMBER: _ClassVar[int]
    reference: str
    event_type: str
    occurred_on: str
    reported_at: _timestamp_pb2.Timestamp
    organisation: str
    organisation_name: str
    texts: _containers.RepeatedCompositeFieldContainer[ReporterText]
    state: str
    changed_at: _timestamp_pb2.Timestamp
    reason: str
    remarks: _containers.RepeatedCompositeFieldContainer[_following_up_pb2.Remark]
    def __init__(self, reference: _Optional[str] = ..., event_type: _Optional[str] = ..., occurred_on: _Optional[str] = ..., reported_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., organisation: _Optional[str] = ..., organisation_name: _Optional[str] = ..., texts: _Optional[_Iterable[_Union[ReporterText, _Mapping]]] = ..., state: _Optional[str] = ..., changed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., reason: _Optional[str] = ..., remarks: _Optional[_Iterable[_Union[_following_up_pb2.Remark, _Mapping]]] = ...) -> None: ...

class ReporterText(_message.Message):
    __slots__ = ("field", "question", "text", "checked")
    FIELD_FIELD_NUMBER: _ClassVar[int]
    QUESTION_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    CHECKED_FIELD_NUMBER: _ClassVar[int]
    field: str
    question: str
    text: str
    checked: bool
    def __init__(self, field: _Optional[str] = ..., question: _Optional[str] = ..., text: _Optional[str] = ..., checked: _Optional[bool] = ...) -> None: ...

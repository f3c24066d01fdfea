import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from protos.recording.v1 import answer_pb2 as _answer_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SaveDraftRequest(_message.Message):
    __slots__ = ("draft_id", "expected_version", "question_set", "organisation", "answers", "place", "patients", "idempotency_key")
    DRAFT_ID_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    QUESTION_SET_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    ANSWERS_FIELD_NUMBER: _ClassVar[int]
    PLACE_FIELD_NUMBER: _ClassVar[int]
    PATIENTS_FIELD_NUMBER: _ClassVar[int]
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    draft_id: str
    expected_version: int
    question_set: int
    organisation: str
    answers: _containers.RepeatedCompositeFieldContainer[_answer_pb2.Answer]
    place: str
    patients: str
    idempotency_key: str
    def __init__(self, draft_id: _Optional[str] = ..., expected_version: _Optional[int] = ..., question_set: _Optional[int] = ..., organisation: _Optional[str] = ..., answers: _Optional[_Iterable[_Union[_answer_pb2.Answer, _Mapping]]] = ..., place: _Optional[str] = ..., patients: _Optional[str] = ..., idempotency_key: _Optional[str] = ...) -> None: ...

class Draft(_message.Message):
    __slots__ = ("draft_id", "version", "question_set", "organisation", "answers", "place", "created_at", "saved_at", "expires_at", "event_type", "patients", "recorded_as")
    DRAFT_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    QUESTION_SET_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    ANSWERS_FIELD_NUMBER: _ClassVar[int]
    PLACE_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    SAVED_AT_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    EVENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    PATIENTS_FIELD_NUMBER: _ClassVar[int]
    RECORDED_AS_FIELD_NUMBER: _ClassVar[int]
    draft_id: str
    version: int
    question_set: int
    organisation: str
    answers: _containers.RepeatedCompositeFieldContainer[_answer_pb2.Answer]
    place: str
    created_at: _timestamp_pb2.Timestamp
    saved_at: _timestamp_pb2.Timestamp
    expires_at: _timestamp_pb2.Timestamp
    event_type: str
    patients: str
    recorded_as: str
    def __init__(self, draft_id: _Optional[str] = ..., version: _Optional[int] = ..., question_set: _Optional[int] = ..., organisation: _Optional[str] = ..., answers: _Optional[_Iterable[_Union[_answer_pb2.Answer, _Mapping]]] = ..., place: _Optional[str] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., saved_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., event_type: _Optional[str] = ..., patients: _Optional[str] = ..., recorded_as: _Optional[str] = ...) -> None: ...

class GetDraftRequest(_message.Message):
    __slots__ = ("draft_id",)
    DRAFT_ID_FIELD_NUMBER: _ClassVar[int]
    draft_id: str
    def __init__(self, draft_id: _Optional[str] = ...) -> None: ...

class ListDraftsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class Drafts(_message.Message):
    __slots__ = ("drafts",)
    DRAFTS_FIELD_NUMBER: _ClassVar[int]
    drafts: _containers.RepeatedCompositeFieldContainer[Draft]
    def __init__(self, drafts: _Optional[_Iterable[_Union[Draft, _Mapping]]] = ...) -> None: ...

class DiscardDraftRequest(_message.Message):
    __slots__ = ("draft_id",)
    DRAFT_ID_FIELD_NUMBER: _ClassVar[int]
    draft_id: str
    def __init__(self, draft_id: _Optional[str] = ...) -> None: ...

class Discarded(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class DraftExpiring(_message.Message):
    __slots__ = ("draft_id", "author_id", "expires_at")
    DRAFT_ID_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_ID_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    draft_id: str
    author_id: str
    expires_at: _timestamp_pb2.Timestamp
    def __init__(self, draft_id: _Optional[str] = ..., author_id: _Optional[str] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from protos.recording.v1 import following_up_pb2 as _following_up_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Assigned(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ASSIGNED_UNSPECIFIED: _ClassVar[Assigned]
    ASSIGNED_ME: _ClassVar[Assigned]
    ASSIGNED_NOBODY: _ClassVar[Assigned]
    ASSIGNED_SOMEBODY: _ClassVar[Assigned]

class WorkSort(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    WORK_SORT_UNSPECIFIED: _ClassVar[WorkSort]
    WORK_SORT_OCCURRED: _ClassVar[WorkSort]
ASSIGNED_UNSPECIFIED: Assigned
ASSIGNED_ME: Assigned
ASSIGNED_NOBODY: Assigned
ASSIGNED_SOMEBODY: Assigned
WORK_SORT_UNSPECIFIED: WorkSort
WORK_SORT_OCCURRED: WorkSort

class ListWorkRequest(_message.Message):
    __slots__ = ("states", "event_types", "physical_harms", "assigned", "recorded_from", "recorded_until", "occurred_from", "occurred_until", "reference", "sort", "ascending", "count", "cursor", "exported", "most")
    STATES_FIELD_NUMBER: _ClassVar[int]
    EVENT_TYPES_FIELD_NUMBER: _ClassVar[int]
    PHYSICAL_HARMS_FIELD_NUMBER: _ClassVar[int]
    ASSIGNED_FIELD_NUMBER: _ClassVar[int]
    RECORDED_FROM_FIELD_NUMBER: _ClassVar[int]
    RECORDED_UNTIL_FIELD_NUMBER: _ClassVar[int]
    OCCURRED_FROM_FIELD_NUMBER: _ClassVar[int]
    OCCURRED_UNTIL_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    SORT_FIELD_NUMBER: _ClassVar[int]
    ASCENDING_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    EXPORTED_FIELD_NUMBER: _ClassVar[int]
    MOST_FIELD_NUMBER: _ClassVar[int]
    states: _containers.RepeatedScalarFieldContainer[str]
    event_types: _containers.RepeatedScalarFieldContainer[str]
    physical_harms: _containers.RepeatedScalarFieldContainer[str]
    assigned: Assigned
    recorded_from: str
    recorded_until: str
    occurred_from: str
    occurred_until: str
    reference: str
    sort: WorkSort
    ascending: bool
    count: int
    cursor: str
    exported: bool
    most: int
    def __init__(self, states: _Optional[_Iterable[str]] = ..., event_types: _Optional[_Iterable[str]] = ..., physical_harms: _Optional[_Iterable[str]] = ..., assigned: _Optional[_Union[Assigned, str]] = ..., recorded_from: _Optional[str] = ..., recorded_until: _Optional[str] = ..., occurred_from: _Optional[str] = ..., occurred_until: _Optional[str] = ..., reference: _Optional[str] = ..., sort: _Optional[_Union[WorkSort, str]] = ..., ascending: _Optional[bool] = ..., count: _Optional[int] = ..., cursor: _Optional[str] = ..., exported: _Optional[bool] = ..., most: _Optional[int] = ...) -> None: ...

class WorkList(_message.Message):
    __slots__ = ("work", "next")
    WORK_FIELD_NUMBER: _ClassVar[int]
    NEXT_FIELD_NUMBER: _ClassVar[int]
    work: _containers.RepeatedCompositeFieldContainer[Work]
    next: str
    def __init__(self, work: _Optional[_Iterable[_Union[Work, _Mapping]]] = ..., next: _Optional[str] = ...) -> None: ...

class Work(_message.Message):
    __slots__ = ("event_id", "reference", "revision", "event_type", "occurred_on", "reported_at", "organisation", "occurred_organisations", "worst_physical_harm", "worst_psychological_harm", "urgent", "question_set", "followed", "state", "assigned_to", "version", "open_questions", "organisation_name")
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
    QUESTION_SET_FIELD_NUMBER: _ClassVar[int]
    FOLLOWED_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    ASSIGNED_TO_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    OPEN_QUESTIONS_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_NAME_FIELD_NUMBER: _ClassVar[int]
    event_id: str
    reference: str
    revision: int
    event_type: str
    occurred_on: str
    reported_at: _timestamp_pb2.Timestamp
    organisation: str
    occurred_organisations: _containers.RepeatedScalarFieldContainer[str]
    worst_physical_harm: str
    worst_psychological_harm: str
    urgent: bool
    question_set: int
    followed: bool
    state: str
    assigned_to: str
    version: int
    open_questions: int
    organisation_name: str
    def __init__(self, event_id: _Optional[str] = ..., reference: _Optional[str] = ..., revision: _Optional[int] = ..., event_type: _Optional[str] = ..., occurred_on: _Optional[str] = ..., reported_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., organisation: _Optional[str] = ..., occurred_organisations: _Optional[_Iterable[str]] = ..., worst_physical_harm: _Optional[str] = ..., worst_psychological_harm: _Optional[str] = ..., urgent: _Optional[bool] = ..., question_set: _Optional[int] = ..., followed: _Optional[bool] = ..., state: _Optional[str] = ..., assigned_to: _Optional[str] = ..., version: _Optional[int] = ..., open_questions: _Optional[int] = ..., organisation_name: _Optional[str] = ...) -> None: ...

class CountWorkRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class WorkCounts(_message.Message):
    __slots__ = ("states", "unassigned", "mine", "responses_overdue", "responses_due", "actions_overdue")
    class StatesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    STATES_FIELD_NUMBER: _ClassVar[int]
    UNASSIGNED_FIELD_NUMBER: _ClassVar[int]
    MINE_FIELD_NUMBER: _ClassVar[int]
    RESPONSES_OVERDUE_FIELD_NUMBER: _ClassVar[int]
    RESPONSES_DUE_FIELD_NUMBER: _ClassVar[int]
    ACTIONS_OVERDUE_FIELD_NUMBER: _ClassVar[int]
    states: _containers.ScalarMap[str, int]
    unassigned: int
    mine: int
    responses_overdue: int
    responses_due: int
    actions_overdue: int
    def __init__(self, states: _Optional[_Mapping[str, int]] = ..., unassigned: _Optional[int] = ..., mine: _Optional[int] = ..., responses_overdue: _Optional[int] = ..., responses_due: _Optional[int] = ..., actions_overdue: _Optional[int] = ...) -> None: ...

class ListOwnRequest(_message.Message):
    __slots__ = ("cursor", "count")
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    cursor: str
    count: int
    def __init__(self, cursor: _Optional[str] = ..., count: _Optional[int] = ...) -> None: ...

class OwnRecords(_message.Message):
    __slots__ = ("records", "next")
    RECORDS_FIELD_NUMBER: _ClassVar[int]
    NEXT_FIELD_NUMBER: _ClassVar[int]
    records: _containers.RepeatedCompositeFieldContainer[OwnRecord]
    next: str
    def __init__(self, records: _Optional[_Iterable[_Union[OwnRecord, _Mapping]]] = ..., next: _Optional[str] = ...) -> None: ...

class OwnRecord(_message.Message):
    __slots__ = ("event_id", "reference", "event_type", "occurred_on", "reported_at", "organisation", "state", "questions", "feedback", "organisation_name")
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    EVENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    OCCURRED_ON_FIELD_NUMBER: _ClassVar[int]
    REPORTED_AT_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    QUESTIONS_FIELD_NUMBER: _ClassVar[int]
    FEEDBACK_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_NAME_FIELD_NUMBER: _ClassVar[int]
    event_id: str
    reference: str
    event_type: str
    occurred_on: str
    reported_at: _timestamp_pb2.Timestamp
    organisation: str
    state: str
    questions: int
    feedback: _following_up_pb2.Remark
    organisation_name: str
    def __init__(self, event_id: _Optional[str] = ..., reference: _Optional[str] = ..., event_type: _Optional[str] = ..., occurred_on: _Optional[str] = ..., reported_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., organisation: _Optional[str] = ..., state: _Optional[str] = ..., questions: _Optional[int] = ..., feedback: _Optional[_Union[_following_up_pb2.Remark, _Mapping]] = ..., organisation_name: _Optional[str] = ...) -> None: ...

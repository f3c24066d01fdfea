import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ResetSandboxRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class SandboxReset(_message.Message):
    __slots__ = ("removed",)
    REMOVED_FIELD_NUMBER: _ClassVar[int]
    removed: int
    def __init__(self, removed: _Optional[int] = ...) -> None: ...

class StartConformanceRunRequest(_message.Message):
    __slots__ = ("product_version", "question_set")
    PRODUCT_VERSION_FIELD_NUMBER: _ClassVar[int]
    QUESTION_SET_FIELD_NUMBER: _ClassVar[int]
    product_version: str
    question_set: int
    def __init__(self, product_version: _Optional[str] = ..., question_set: _Optional[int] = ...) -> None: ...

class GetConformanceRunRequest(_message.Message):
    __slots__ = ("run_id",)
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    run_id: str
    def __init__(self, run_id: _Optional[str] = ...) -> None: ...

class ConformanceRun(_message.Message):
    __slots__ = ("run_id", "product", "product_version", "question_set", "started_at", "passed_at", "steps")
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    PRODUCT_FIELD_NUMBER: _ClassVar[int]
    PRODUCT_VERSION_FIELD_NUMBER: _ClassVar[int]
    QUESTION_SET_FIELD_NUMBER: _ClassVar[int]
    STARTED_AT_FIELD_NUMBER: _ClassVar[int]
    PASSED_AT_FIELD_NUMBER: _ClassVar[int]
    STEPS_FIELD_NUMBER: _ClassVar[int]
    run_id: str
    product: str
    product_version: str
    question_set: int
    started_at: _timestamp_pb2.Timestamp
    passed_at: _timestamp_pb2.Timestamp
    steps: _containers.RepeatedCompositeFieldContainer[ConformanceStep]
    def __init__(self, run_id: _Optional[str] = ..., product: _Optional[str] = ..., product_version: _Optional[str] = ..., question_set: _Optional[int] = ..., started_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., passed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., steps: _Optional[_Iterable[_Union[ConformanceStep, _Mapping]]] = ...) -> None: ...

class ConformanceStep(_message.Message):
    __slots__ = ("name", "instruction", "local_reference", "state", "found")
    NAME_FIELD_NUMBER: _ClassVar[int]
    INSTRUCTION_FIELD_NUMBER: _ClassVar[int]
    LOCAL_REFERENCE_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    FOUND_FIELD_NUMBER: _ClassVar[int]
    name: str
    instruction: str
    local_reference: str
    state: str
    found: str
    def __init__(self, name: _Optional[str] = ..., instruction: _Optional[str] = ..., local_reference: _Optional[str] = ..., state: _Optional[str] = ..., found: _Optional[str] = ...) -> None: ...

class ListConformanceRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class Conformance(_message.Message):
    __slots__ = ("entries",)
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    entries: _containers.RepeatedCompositeFieldContainer[ConformanceEntry]
    def __init__(self, entries: _Optional[_Iterable[_Union[ConformanceEntry, _Mapping]]] = ...) -> None: ...

class ConformanceEntry(_message.Message):
    __slots__ = ("product", "product_version", "question_set", "passed_at")
    PRODUCT_FIELD_NUMBER: _ClassVar[int]
    PRODUCT_VERSION_FIELD_NUMBER: _ClassVar[int]
    QUESTION_SET_FIELD_NUMBER: _ClassVar[int]
    PASSED_AT_FIELD_NUMBER: _ClassVar[int]
    product: str
    product_version: str
    question_set: int
    passed_at: _timestamp_pb2.Timestamp
    def __init__(self, product: _Optional[str] = ..., product_version: _Optional[str] = ..., question_set: _Optional[int] = ..., passed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

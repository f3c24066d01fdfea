from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class LooksPersonalRequest(_message.Message):
    __slots__ = ("texts",)
    TEXTS_FIELD_NUMBER: _ClassVar[int]
    texts: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, texts: _Optional[_Iterable[str]] = ...) -> None: ...

class LookedPersonal(_message.Message):
    __slots__ = ("spans",)
    SPANS_FIELD_NUMBER: _ClassVar[int]
    spans: _containers.RepeatedCompositeFieldContainer[PersonalSpan]
    def __init__(self, spans: _Optional[_Iterable[_Union[PersonalSpan, _Mapping]]] = ...) -> None: ...

class PersonalSpan(_message.Message):
    __slots__ = ("text", "start", "end", "kind")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    text: int
    start: int
    end: int
    kind: str
    def __init__(self, text: _Optional[int] = ..., start: _Optional[int] = ..., end: _Optional[int] = ..., kind: _Optional[str] = ...) -> None: ...

class SafetyEventRedacted(_message.Message):
    __slots__ = ("event_id", "revision", "texts")
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    TEXTS_FIELD_NUMBER: _ClassVar[int]
    event_id: str
    revision: int
    texts: _containers.RepeatedCompositeFieldContainer[RedactedText]
    def __init__(self, event_id: _Optional[str] = ..., revision: _Optional[int] = ..., texts: _Optional[_Iterable[_Union[RedactedText, _Mapping]]] = ...) -> None: ...

class RedactedText(_message.Message):
    __slots__ = ("field", "text", "found")
    class FoundEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    FIELD_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    FOUND_FIELD_NUMBER: _ClassVar[int]
    field: str
    text: str
    found: _containers.ScalarMap[str, int]
    def __init__(self, field: _Optional[str] = ..., text: _Optional[str] = ..., found: _Optional[_Mapping[str, int]] = ...) -> None: ...

from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor

class Answer(_message.Message):
    __slots__ = ("section", "entry", "property", "text", "code", "integer", "boolean", "date", "time", "as_it_is", "path")
    SECTION_FIELD_NUMBER: _ClassVar[int]
    ENTRY_FIELD_NUMBER: _ClassVar[int]
    PROPERTY_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    INTEGER_FIELD_NUMBER: _ClassVar[int]
    BOOLEAN_FIELD_NUMBER: _ClassVar[int]
    DATE_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    AS_IT_IS_FIELD_NUMBER: _ClassVar[int]
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
    as_it_is: bool
    path: str
    def __init__(self, section: _Optional[str] = ..., entry: _Optional[int] = ..., property: _Optional[str] = ..., text: _Optional[str] = ..., code: _Optional[str] = ..., integer: _Optional[int] = ..., boolean: _Optional[bool] = ..., date: _Optional[str] = ..., time: _Optional[str] = ..., as_it_is: _Optional[bool] = ..., path: _Optional[str] = ...) -> None: ...

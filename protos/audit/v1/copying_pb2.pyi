from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CopyHeldRequest(_message.Message):
    __slots__ = ("account_id", "case_number")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    CASE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    case_number: str
    def __init__(self, account_id: _Optional[str] = ..., case_number: _Optional[str] = ...) -> None: ...

class HeldRows(_message.Message):
    __slots__ = ("place", "rows")
    PLACE_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    place: str
    rows: _containers.RepeatedCompositeFieldContainer[HeldRow]
    def __init__(self, place: _Optional[str] = ..., rows: _Optional[_Iterable[_Union[HeldRow, _Mapping]]] = ...) -> None: ...

class HeldRow(_message.Message):
    __slots__ = ("facts",)
    FACTS_FIELD_NUMBER: _ClassVar[int]
    facts: _containers.RepeatedCompositeFieldContainer[HeldFact]
    def __init__(self, facts: _Optional[_Iterable[_Union[HeldFact, _Mapping]]] = ...) -> None: ...

class HeldFact(_message.Message):
    __slots__ = ("name", "value")
    NAME_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    name: str
    value: str
    def __init__(self, name: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...

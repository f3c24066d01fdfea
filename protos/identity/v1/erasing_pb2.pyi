import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AskAccountErasureRequest(_message.Message):
    __slots__ = ("account_id", "ground", "case_number")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    GROUND_FIELD_NUMBER: _ClassVar[int]
    CASE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    ground: str
    case_number: str
    def __init__(self, account_id: _Optional[str] = ..., ground: _Optional[str] = ..., case_number: _Optional[str] = ...) -> None: ...

class ConfirmAccountErasureRequest(_message.Message):
    __slots__ = ("account_id",)
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    def __init__(self, account_id: _Optional[str] = ...) -> None: ...

class WithdrawAccountErasureRequest(_message.Message):
    __slots__ = ("account_id",)
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    def __init__(self, account_id: _Optional[str] = ...) -> None: ...

class GetAccountErasureRequest(_message.Message):
    __slots__ = ("account_id",)
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    def __init__(self, account_id: _Optional[str] = ...) -> None: ...

class ListAccountErasuresRequest(_message.Message):
    __slots__ = ("cursor", "limit", "to_confirm")
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    TO_CONFIRM_FIELD_NUMBER: _ClassVar[int]
    cursor: str
    limit: int
    to_confirm: bool
    def __init__(self, cursor: _Optional[str] = ..., limit: _Optional[int] = ..., to_confirm: _Optional[bool] = ...) -> None: ...

class AccountErasures(_message.Message):
    __slots__ = ("items", "next")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[ListedAccountErasure]
    next: str
    def __init__(self, items: _Optional[_Iterable[_Union[ListedAccountErasure, _Mapping]]] = ..., next: _Optional[str] = ...) -> None: ...

class ListedAccountErasure(_message.Message):
    __slots__ = ("erasure", "account_name", "asked_by_name")
    ERASURE_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_NAME_FIELD_NUMBER: _ClassVar[int]
    ASKED_BY_NAME_FIELD_NUMBER: _ClassVar[int]
    erasure: AccountErasure
    account_name: str
    asked_by_name: str
    def __init__(self, erasure: _Optional[_Union[AccountErasure, _Mapping]] = ..., account_name: _Optional[str] = ..., asked_by_name: _Optional[str] = ...) -> None: ...

class AccountErasure(_message.Message):
    __slots__ = ("erasure_id", "account_id", "ground", "case_number", "state", "asked_by", "asked_at", "decided_by", "decided_at", "places", "waiting_for")
    ERASURE_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    GROUND_FIELD_NUMBER: _ClassVar[int]
    CASE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    ASKED_BY_FIELD_NUMBER: _ClassVar[int]
    ASKED_AT_FIELD_NUMBER: _ClassVar[int]
    DECIDED_BY_FIELD_NUMBER: _ClassVar[int]
    DECIDED_AT_FIELD_NUMBER: _ClassVar[int]
    PLACES_FIELD_NUMBER: _ClassVar[int]
    WAITING_FOR_FIELD_NUMBER: _ClassVar[int]
    erasure_id: str
    account_id: str
    ground: str
    case_number: str
    state: str
    asked_by: str
    asked_at: _timestamp_pb2.Timestamp
    decided_by: str
    decided_at: _timestamp_pb2.Timestamp
    places: _containers.RepeatedCompositeFieldContainer[AccountPlace]
    waiting_for: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, erasure_id: _Optional[str] = ..., account_id: _Optional[str] = ..., ground: _Optional[str] = ..., case_number: _Optional[str] = ..., state: _Optional[str] = ..., asked_by: _Optional[str] = ..., asked_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., decided_by: _Optional[str] = ..., decided_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., places: _Optional[_Iterable[_Union[AccountPlace, _Mapping]]] = ..., waiting_for: _Optional[_Iterable[str]] = ...) -> None: ...

class AccountPlace(_message.Message):
    __slots__ = ("service", "place", "found", "done", "at")
    SERVICE_FIELD_NUMBER: _ClassVar[int]
    PLACE_FIELD_NUMBER: _ClassVar[int]
    FOUND_FIELD_NUMBER: _ClassVar[int]
    DONE_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    service: str
    place: str
    found: int
    done: str
    at: _timestamp_pb2.Timestamp
    def __init__(self, service: _Optional[str] = ..., place: _Optional[str] = ..., found: _Optional[int] = ..., done: _Optional[str] = ..., at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class AccountErased(_message.Message):
    __slots__ = ("erasure_id", "account_id", "verification_ids")
    ERASURE_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    VERIFICATION_IDS_FIELD_NUMBER: _ClassVar[int]
    erasure_id: str
    account_id: str
    verification_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, erasure_id: _Optional[str] = ..., account_id: _Optional[str] = ..., verification_ids: _Optional[_Iterable[str]] = ...) -> None: ...

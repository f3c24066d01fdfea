import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from protos.recording.v1 import answer_pb2 as _answer_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Reaches(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REACHES_UNSPECIFIED: _ClassVar[Reaches]
    REACHES_ACCOUNT: _ClassVar[Reaches]
    REACHES_CODE: _ClassVar[Reaches]
    REACHES_NOBODY: _ClassVar[Reaches]

class RemarkKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REMARK_KIND_UNSPECIFIED: _ClassVar[RemarkKind]
    REMARK_KIND_ADDENDUM: _ClassVar[RemarkKind]
    REMARK_KIND_QUESTION: _ClassVar[RemarkKind]
    REMARK_KIND_ANSWER: _ClassVar[RemarkKind]
    REMARK_KIND_FEEDBACK: _ClassVar[RemarkKind]

class ResponsesDue(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RESPONSES_DUE_UNSPECIFIED: _ClassVar[ResponsesDue]
    RESPONSES_DUE_OVERDUE: _ClassVar[ResponsesDue]
    RESPONSES_DUE_SOON: _ClassVar[ResponsesDue]
    RESPONSES_DUE_ACTIONS: _ClassVar[ResponsesDue]
REACHES_UNSPECIFIED: Reaches
REACHES_ACCOUNT: Reaches
REACHES_CODE: Reaches
REACHES_NOBODY: Reaches
REMARK_KIND_UNSPECIFIED: RemarkKind
REMARK_KIND_ADDENDUM: RemarkKind
REMARK_KIND_QUESTION: RemarkKind
REMARK_KIND_ANSWER: RemarkKind
REMARK_KIND_FEEDBACK: RemarkKind
RESPONSES_DUE_UNSPECIFIED: ResponsesDue
RESPONSES_DUE_OVERDUE: ResponsesDue
RESPONSES_DUE_SOON: ResponsesDue
RESPONSES_DUE_ACTIONS: ResponsesDue

class GetFollowUpRequest(_message.Message):
    __slots__ = ("event",)
    EVENT_FIELD_NUMBER: _ClassVar[int]
    event: str
    def __init__(self, event: _Optional[str] = ...) -> None: ...

class FollowUp(_message.Message):
    __slots__ = ("event_id", "reference", "handling", "remarks", "links", "responses", "standing", "reaches")
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    HANDLING_FIELD_NUMBER: _ClassVar[int]
    REMARKS_FIELD_NUMBER: _ClassVar[int]
    LINKS_FIELD_NUMBER: _ClassVar[int]
    RESPONSES_FIELD_NUMBER: _ClassVar[int]
    STANDING_FIELD_NUMBER: _ClassVar[int]
    REACHES_FIELD_NUMBER: _ClassVar[int]
    event_id: str
    reference: str
    handling: Handling
    remarks: _containers.RepeatedCompositeFieldContainer[Remark]
    links: _containers.RepeatedCompositeFieldContainer[Link]
    responses: _containers.RepeatedCompositeFieldContainer[SafetyResponse]
    standing: Standing
    reaches: Reaches
    def __init__(self, event_id: _Optional[str] = ..., reference: _Optional[str] = ..., handling: _Optional[_Union[Handling, _Mapping]] = ..., remarks: _Optional[_Iterable[_Union[Remark, _Mapping]]] = ..., links: _Optional[_Iterable[_Union[Link, _Mapping]]] = ..., responses: _Optional[_Iterable[_Union[SafetyResponse, _Mapping]]] = ..., standing: _Optional[_Union[Standing, _Mapping]] = ..., reaches: _Optional[_Union[Reaches, str]] = ...) -> None: ...

class Standing(_message.Message):
    __slots__ = ("recorded", "may_revise", "may_handle", "may_govern")
    RECORDED_FIELD_NUMBER: _ClassVar[int]
    MAY_REVISE_FIELD_NUMBER: _ClassVar[int]
    MAY_HANDLE_FIELD_NUMBER: _ClassVar[int]
    MAY_GOVERN_FIELD_NUMBER: _ClassVar[int]
    recorded: bool
    may_revise: bool
    may_handle: bool
    may_govern: bool
    def __init__(self, recorded: _Optional[bool] = ..., may_revise: _Optional[bool] = ..., may_handle: _Optional[bool] = ..., may_govern: _Optional[bool] = ...) -> None: ...

class Handling(_message.Message):
    __slots__ = ("state", "duplicate_of", "changed_by", "changed_at", "next", "version", "assigned_to")
    STATE_FIELD_NUMBER: _ClassVar[int]
    DUPLICATE_OF_FIELD_NUMBER: _ClassVar[int]
    CHANGED_BY_FIELD_NUMBER: _ClassVar[int]
    CHANGED_AT_FIELD_NUMBER: _ClassVar[int]
    NEXT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    ASSIGNED_TO_FIELD_NUMBER: _ClassVar[int]
    state: str
    duplicate_of: str
    changed_by: str
    changed_at: _timestamp_pb2.Timestamp
    next: _containers.RepeatedScalarFieldContainer[str]
    version: int
    assigned_to: str
    def __init__(self, state: _Optional[str] = ..., duplicate_of: _Optional[str] = ..., changed_by: _Optional[str] = ..., changed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., next: _Optional[_Iterable[str]] = ..., version: _Optional[int] = ..., assigned_to: _Optional[str] = ...) -> None: ...

class HandleRequest(_message.Message):
    __slots__ = ("event", "state", "duplicate_of", "expected_version")
    EVENT_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    DUPLICATE_OF_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    event: str
    state: str
    duplicate_of: str
    expected_version: int
    def __init__(self, event: _Optional[str] = ..., state: _Optional[str] = ..., duplicate_of: _Optional[str] = ..., expected_version: _Optional[int] = ...) -> None: ...

class AssignRequest(_message.Message):
    __slots__ = ("event", "account_id", "expected_version")
    EVENT_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    event: str
    account_id: str
    expected_version: int
    def __init__(self, event: _Optional[str] = ..., account_id: _Optional[str] = ..., expected_version: _Optional[int] = ...) -> None: ...

class Remark(_message.Message):
    __slots__ = ("remark_id", "event_id", "kind", "in_reply_to", "author_id", "author_organisation", "made_at", "text", "checked", "answered")
    REMARK_ID_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    IN_REPLY_TO_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_ID_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    MADE_AT_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    CHECKED_FIELD_NUMBER: _ClassVar[int]
    ANSWERED_FIELD_NUMBER: _ClassVar[int]
    remark_id: str
    event_id: str
    kind: RemarkKind
    in_reply_to: str
    author_id: str
    author_organisation: str
    made_at: _timestamp_pb2.Timestamp
    text: str
    checked: bool
    answered: bool
    def __init__(self, remark_id: _Optional[str] = ..., event_id: _Optional[str] = ..., kind: _Optional[_Union[RemarkKind, str]] = ..., in_reply_to: _Optional[str] = ..., author_id: _Optional[str] = ..., author_organisation: _Optional[str] = ..., made_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., text: _Optional[str] = ..., checked: _Optional[bool] = ..., answered: _Optional[bool] = ...) -> None: ...

class AskReporterRequest(_message.Message):
    __slots__ = ("event", "text")
    EVENT_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    event: str
    text: str
    def __init__(self, event: _Optional[str] = ..., text: _Optional[str] = ...) -> None: ...

class AnswerQuestionRequest(_message.Message):
    __slots__ = ("remark_id", "text")
    REMARK_ID_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    remark_id: str
    text: str
    def __init__(self, remark_id: _Optional[str] = ..., text: _Optional[str] = ...) -> None: ...

class AddAddendumRequest(_message.Message):
    __slots__ = ("event", "text")
    EVENT_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    event: str
    text: str
    def __init__(self, event: _Optional[str] = ..., text: _Optional[str] = ...) -> None: ...

class GiveFeedbackRequest(_message.Message):
    __slots__ = ("event", "text")
    EVENT_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    event: str
    text: str
    def __init__(self, event: _Optional[str] = ..., text: _Optional[str] = ...) -> None: ...

class Link(_message.Message):
    __slots__ = ("link_id", "kind", "event_id", "other_event_id", "other_reference", "other_organisation", "outgoing", "made_by", "made_at")
    LINK_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    OTHER_EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    OTHER_REFERENCE_FIELD_NUMBER: _ClassVar[int]
    OTHER_ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    OUTGOING_FIELD_NUMBER: _ClassVar[int]
    MADE_BY_FIELD_NUMBER: _ClassVar[int]
    MADE_AT_FIELD_NUMBER: _ClassVar[int]
    link_id: str
    kind: str
    event_id: str
    other_event_id: str
    other_reference: str
    other_organisation: str
    outgoing: bool
    made_by: str
    made_at: _timestamp_pb2.Timestamp
    def __init__(self, link_id: _Optional[str] = ..., kind: _Optional[str] = ..., event_id: _Optional[str] = ..., other_event_id: _Optional[str] = ..., other_reference: _Optional[str] = ..., other_organisation: _Optional[str] = ..., outgoing: _Optional[bool] = ..., made_by: _Optional[str] = ..., made_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class LinkEventsRequest(_message.Message):
    __slots__ = ("event", "kind", "other_event", "other_organisation")
    EVENT_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    OTHER_EVENT_FIELD_NUMBER: _ClassVar[int]
    OTHER_ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    event: str
    kind: str
    other_event: str
    other_organisation: str
    def __init__(self, event: _Optional[str] = ..., kind: _Optional[str] = ..., other_event: _Optional[str] = ..., other_organisation: _Optional[str] = ...) -> None: ...

class UnlinkEventsRequest(_message.Message):
    __slots__ = ("link_id",)
    LINK_ID_FIELD_NUMBER: _ClassVar[int]
    link_id: str
    def __init__(self, link_id: _Optional[str] = ...) -> None: ...

class Unlinked(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class SuggestRequest(_message.Message):
    __slots__ = ("event",)
    EVENT_FIELD_NUMBER: _ClassVar[int]
    event: str
    def __init__(self, event: _Optional[str] = ...) -> None: ...

class Suggestions(_message.Message):
    __slots__ = ("suggestions",)
    SUGGESTIONS_FIELD_NUMBER: _ClassVar[int]
    suggestions: _containers.RepeatedCompositeFieldContainer[Suggestion]
    def __init__(self, suggestions: _Optional[_Iterable[_Union[Suggestion, _Mapping]]] = ...) -> None: ...

class Suggestion(_message.Message):
    __slots__ = ("rule", "kind", "body", "advice", "because", "deadline", "link", "section", "property", "settled")
    RULE_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    BODY_FIELD_NUMBER: _ClassVar[int]
    ADVICE_FIELD_NUMBER: _ClassVar[int]
    BECAUSE_FIELD_NUMBER: _ClassVar[int]
    DEADLINE_FIELD_NUMBER: _ClassVar[int]
    LINK_FIELD_NUMBER: _ClassVar[int]
    SECTION_FIELD_NUMBER: _ClassVar[int]
    PROPERTY_FIELD_NUMBER: _ClassVar[int]
    SETTLED_FIELD_NUMBER: _ClassVar[int]
    rule: str
    kind: str
    body: str
    advice: str
    because: str
    deadline: str
    link: str
    section: str
    property: str
    settled: bool
    def __init__(self, rule: _Optional[str] = ..., kind: _Optional[str] = ..., body: _Optional[str] = ..., advice: _Optional[str] = ..., because: _Optional[str] = ..., deadline: _Optional[str] = ..., link: _Optional[str] = ..., section: _Optional[str] = ..., property: _Optional[str] = ..., settled: _Optional[bool] = ...) -> None: ...

class SafetyResponse(_message.Message):
    __slots__ = ("response_id", "version", "organisation", "events", "question_set", "answers", "texts", "response_type", "status", "saved_by", "saved_at", "legacy_reference", "target", "open_actions", "overdue_actions")
    RESPONSE_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    QUESTION_SET_FIELD_NUMBER: _ClassVar[int]
    ANSWERS_FIELD_NUMBER: _ClassVar[int]
    TEXTS_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_TYPE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    SAVED_BY_FIELD_NUMBER: _ClassVar[int]
    SAVED_AT_FIELD_NUMBER: _ClassVar[int]
    LEGACY_REFERENCE_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    OPEN_ACTIONS_FIELD_NUMBER: _ClassVar[int]
    OVERDUE_ACTIONS_FIELD_NUMBER: _ClassVar[int]
    response_id: str
    version: int
    organisation: str
    events: _containers.RepeatedScalarFieldContainer[str]
    question_set: int
    answers: _containers.RepeatedCompositeFieldContainer[_answer_pb2.Answer]
    texts: _containers.RepeatedCompositeFieldContainer[ResponseText]
    response_type: str
    status: str
    saved_by: str
    saved_at: _timestamp_pb2.Timestamp
    legacy_reference: str
    target: str
    open_actions: int
    overdue_actions: int
    def __init__(self, response_id: _Optional[str] = ..., version: _Optional[int] = ..., organisation: _Optional[str] = ..., events: _Optional[_Iterable[str]] = ..., question_set: _Optional[int] = ..., answers: _Optional[_Iterable[_Union[_answer_pb2.Answer, _Mapping]]] = ..., texts: _Optional[_Iterable[_Union[ResponseText, _Mapping]]] = ..., response_type: _Optional[str] = ..., status: _Optional[str] = ..., saved_by: _Optional[str] = ..., saved_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., legacy_reference: _Optional[str] = ..., target: _Optional[str] = ..., open_actions: _Optional[int] = ..., overdue_actions: _Optional[int] = ...) -> None: ...

class ResponseText(_message.Message):
    __slots__ = ("field", "text", "checked")
    FIELD_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    CHECKED_FIELD_NUMBER: _ClassVar[int]
    field: str
    text: str
    checked: bool
    def __init__(self, field: _Optional[str] = ..., text: _Optional[str] = ..., checked: _Optional[bool] = ...) -> None: ...

class SaveSafetyResponseRequest(_message.Message):
    __slots__ = ("response_id", "expected_version", "events", "answers", "question_set", "organisation")
    RESPONSE_ID_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    ANSWERS_FIELD_NUMBER: _ClassVar[int]
    QUESTION_SET_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    response_id: str
    expected_version: int
    events: _containers.RepeatedScalarFieldContainer[str]
    answers: _containers.RepeatedCompositeFieldContainer[_answer_pb2.Answer]
    question_set: int
    organisation: str
    def __init__(self, response_id: _Optional[str] = ..., expected_version: _Optional[int] = ..., events: _Optional[_Iterable[str]] = ..., answers: _Optional[_Iterable[_Union[_answer_pb2.Answer, _Mapping]]] = ..., question_set: _Optional[int] = ..., organisation: _Optional[str] = ...) -> None: ...

class GetSafetyResponseRequest(_message.Message):
    __slots__ = ("response_id", "version")
    RESPONSE_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    response_id: str
    version: int
    def __init__(self, response_id: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class ListSafetyResponsesRequest(_message.Message):
    __slots__ = ("status", "cursor", "due")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    DUE_FIELD_NUMBER: _ClassVar[int]
    status: str
    cursor: str
    due: ResponsesDue
    def __init__(self, status: _Optional[str] = ..., cursor: _Optional[str] = ..., due: _Optional[_Union[ResponsesDue, str]] = ...) -> None: ...

class SafetyResponses(_message.Message):
    __slots__ = ("responses", "next")
    RESPONSES_FIELD_NUMBER: _ClassVar[int]
    NEXT_FIELD_NUMBER: _ClassVar[int]
    responses: _containers.RepeatedCompositeFieldContainer[SafetyResponse]
    next: str
    def __init__(self, responses: _Optional[_Iterable[_Union[SafetyResponse, _Mapping]]] = ..., next: _Optional[str] = ...) -> None: ...

class QuestionAsked(_message.Message):
    __slots__ = ("remark_id", "event_id", "reference", "organisation", "recorder_id", "asked_by", "narrative_sealed")
    REMARK_ID_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    RECORDER_ID_FIELD_NUMBER: _ClassVar[int]
    ASKED_BY_FIELD_NUMBER: _ClassVar[int]
    NARRATIVE_SEALED_FIELD_NUMBER: _ClassVar[int]
    remark_id: str
    event_id: str
    reference: str
    organisation: str
    recorder_id: str
    asked_by: str
    narrative_sealed: bytes
    def __init__(self, remark_id: _Optional[str] = ..., event_id: _Optional[str] = ..., reference: _Optional[str] = ..., organisation: _Optional[str] = ..., recorder_id: _Optional[str] = ..., asked_by: _Optional[str] = ..., narrative_sealed: _Optional[bytes] = ...) -> None: ...

class QuestionAnswered(_message.Message):
    __slots__ = ("remark_id", "event_id", "reference", "organisation", "asked_by", "answered_by", "narrative_sealed")
    REMARK_ID_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    ASKED_BY_FIELD_NUMBER: _ClassVar[int]
    ANSWERED_BY_FIELD_NUMBER: _ClassVar[int]
    NARRATIVE_SEALED_FIELD_NUMBER: _ClassVar[int]
    remark_id: str
    event_id: str
    reference: str
    organisation: str
    asked_by: str
    answered_by: str
    narrative_sealed: bytes
    def __init__(self, remark_id: _Optional[str] = ..., event_id: _Optional[str] = ..., reference: _Optional[str] = ..., organisation: _Optional[str] = ..., asked_by: _Optional[str] = ..., answered_by: _Optional[str] = ..., narrative_sealed: _Optional[bytes] = ...) -> None: ...

class AddendumMade(_message.Message):
    __slots__ = ("remark_id", "event_id", "reference", "organisation", "made_by", "narrative_sealed")
    REMARK_ID_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    MADE_BY_FIELD_NUMBER: _ClassVar[int]
    NARRATIVE_SEALED_FIELD_NUMBER: _ClassVar[int]
    remark_id: str
    event_id: str
    reference: str
    organisation: str
    made_by: str
    narrative_sealed: bytes
    def __init__(self, remark_id: _Optional[str] = ..., event_id: _Optional[str] = ..., reference: _Optional[str] = ..., organisation: _Optional[str] = ..., made_by: _Optional[str] = ..., narrative_sealed: _Optional[bytes] = ...) -> None: ...

class FeedbackGiven(_message.Message):
    __slots__ = ("remark_id", "event_id", "reference", "organisation", "recorder_id", "given_by", "narrative_sealed")
    REMARK_ID_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    RECORDER_ID_FIELD_NUMBER: _ClassVar[int]
    GIVEN_BY_FIELD_NUMBER: _ClassVar[int]
    NARRATIVE_SEALED_FIELD_NUMBER: _ClassVar[int]
    remark_id: str
    event_id: str
    reference: str
    organisation: str
    recorder_id: str
    given_by: str
    narrative_sealed: bytes
    def __init__(self, remark_id: _Optional[str] = ..., event_id: _Optional[str] = ..., reference: _Optional[str] = ..., organisation: _Optional[str] = ..., recorder_id: _Optional[str] = ..., given_by: _Optional[str] = ..., narrative_sealed: _Optional[bytes] = ...) -> None: ...

class RecordAssigned(_message.Message):
    __slots__ = ("event_id", "reference", "organisation", "assigned_to", "assigned_by", "version")
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    ASSIGNED_TO_FIELD_NUMBER: _ClassVar[int]
    ASSIGNED_BY_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    event_id: str
    reference: str
    organisation: str
    assigned_to: str
    assigned_by: str
    version: int
    def __init__(self, event_id: _Optional[str] = ..., reference: _Optional[str] = ..., organisation: _Optional[str] = ..., assigned_to: _Optional[str] = ..., assigned_by: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class RecordHandled(_message.Message):
    __slots__ = ("event_id", "reference", "organisation", "recorder_id", "state", "previous", "duplicate_of", "handled_by", "version")
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    RECORDER_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    PREVIOUS_FIELD_NUMBER: _ClassVar[int]
    DUPLICATE_OF_FIELD_NUMBER: _ClassVar[int]
    HANDLED_BY_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    event_id: str
    reference: str
    organisation: str
    recorder_id: str
    state: str
    previous: str
    duplicate_of: str
    handled_by: str
    version: int
    def __init__(self, event_id: _Optional[str] = ..., reference: _Optional[str] = ..., organisation: _Optional[str] = ..., recorder_id: _Optional[str] = ..., state: _Optional[str] = ..., previous: _Optional[str] = ..., duplicate_of: _Optional[str] = ..., handled_by: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class RecordsLinked(_message.Message):
    __slots__ = ("link_id", "kind", "reference", "other_reference", "organisation", "other_organisation", "made_by")
    LINK_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    OTHER_REFERENCE_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    OTHER_ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    MADE_BY_FIELD_NUMBER: _ClassVar[int]
    link_id: str
    kind: str
    reference: str
    other_reference: str
    organisation: str
    other_organisation: str
    made_by: str
    def __init__(self, link_id: _Optional[str] = ..., kind: _Optional[str] = ..., reference: _Optional[str] = ..., other_reference: _Optional[str] = ..., organisation: _Optional[str] = ..., other_organisation: _Optional[str] = ..., made_by: _Optional[str] = ...) -> None: ...

class SafetyResponseSaved(_message.Message):
    __slots__ = ("response_id", "version", "organisation", "event_ids", "response_type", "status", "narrative_sealed")
    RESPONSE_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    EVENT_IDS_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_TYPE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    NARRATIVE_SEALED_FIELD_NUMBER: _ClassVar[int]
    response_id: str
    version: int
    organisation: str
    event_ids: _containers.RepeatedScalarFieldContainer[str]
    response_type: str
    status: str
    narrative_sealed: bytes
    def __init__(self, response_id: _Optional[str] = ..., version: _Optional[int] = ..., organisation: _Optional[str] = ..., event_ids: _Optional[_Iterable[str]] = ..., response_type: _Optional[str] = ..., status: _Optional[str] = ..., narrative_sealed: _Optional[bytes] = ...) -> None: ...

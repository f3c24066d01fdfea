import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from protos.audit.v1 import copying_pb2 as _copying_pb2
from protos.problem.v1 import problem_pb2 as _problem_pb2
from protos.recording.v1 import alike_pb2 as _alike_pb2
from protos.recording.v1 import answer_pb2 as _answer_pb2
from protos.recording.v1 import conformance_pb2 as _conformance_pb2
from protos.recording.v1 import drafts_pb2 as _drafts_pb2
from protos.recording.v1 import erasing_pb2 as _erasing_pb2
from protos.recording.v1 import following_up_pb2 as _following_up_pb2
from protos.recording.v1 import glass_pb2 as _glass_pb2
from protos.recording.v1 import question_set_pb2 as _question_set_pb2
from protos.recording.v1 import without_account_pb2 as _without_account_pb2
from protos.recording.v1 import worklist_pb2 as _worklist_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union
from protos.recording.v1.alike_pb2 import FindAlikeRequest as FindAlikeRequest
from protos.recording.v1.alike_pb2 import Alike as Alike
from protos.recording.v1.alike_pb2 import AlikeEvent as AlikeEvent
from protos.recording.v1.answer_pb2 import Answer as Answer
from protos.recording.v1.conformance_pb2 import ResetSandboxRequest as ResetSandboxRequest
from protos.recording.v1.conformance_pb2 import SandboxReset as SandboxReset
from protos.recording.v1.conformance_pb2 import StartConformanceRunRequest as StartConformanceRunRequest
from protos.recording.v1.conformance_pb2 import GetConformanceRunRequest as GetConformanceRunRequest
from protos.recording.v1.conformance_pb2 import ConformanceRun as ConformanceRun
from protos.recording.v1.conformance_pb2 import ConformanceStep as ConformanceStep
from protos.recording.v1.conformance_pb2 import ListConformanceRequest as ListConformanceRequest
from protos.recording.v1.conformance_pb2 import Conformance as Conformance
from protos.recording.v1.conformance_pb2 import ConformanceEntry as ConformanceEntry
from protos.recording.v1.drafts_pb2 import SaveDraftRequest as SaveDraftRequest
from protos.recording.v1.drafts_pb2 import Draft as Draft
from protos.recording.v1.drafts_pb2 import GetDraftRequest as GetDraftRequest
from protos.recording.v1.drafts_pb2 import ListDraftsRequest as ListDraftsRequest
from protos.recording.v1.drafts_pb2 import Drafts as Drafts
from protos.recording.v1.drafts_pb2 import DiscardDraftRequest as DiscardDraftRequest
from protos.recording.v1.drafts_pb2 import Discarded as Discarded
from protos.recording.v1.drafts_pb2 import DraftExpiring as DraftExpiring
from protos.recording.v1.erasing_pb2 import AskErasureRequest as AskErasureRequest
from protos.recording.v1.erasing_pb2 import ConfirmErasureRequest as ConfirmErasureRequest
from protos.recording.v1.erasing_pb2 import WithdrawErasureRequest as WithdrawErasureRequest
from protos.recording.v1.erasing_pb2 import GetErasureRequest as GetErasureRequest
from protos.recording.v1.erasing_pb2 import ListErasuresRequest as ListErasuresRequest
from protos.recording.v1.erasing_pb2 import Erasures as Erasures
from protos.recording.v1.erasing_pb2 import Erasure as Erasure
from protos.recording.v1.erasing_pb2 import ErasurePlace as ErasurePlace
from protos.recording.v1.following_up_pb2 import GetFollowUpRequest as GetFollowUpRequest
from protos.recording.v1.following_up_pb2 import FollowUp as FollowUp
from protos.recording.v1.following_up_pb2 import Standing as Standing
from protos.recording.v1.following_up_pb2 import Handling as Handling
from protos.recording.v1.following_up_pb2 import HandleRequest as HandleRequest
from protos.recording.v1.following_up_pb2 import AssignRequest as AssignRequest
from protos.recording.v1.following_up_pb2 import Remark as Remark
from protos.recording.v1.following_up_pb2 import AskReporterRequest as AskReporterRequest
from protos.recording.v1.following_up_pb2 import AnswerQuestionRequest as AnswerQuestionRequest
from protos.recording.v1.following_up_pb2 import AddAddendumRequest as AddAddendumRequest
from protos.recording.v1.following_up_pb2 import GiveFeedbackRequest as GiveFeedbackRequest
from protos.recording.v1.following_up_pb2 import Link as Link
from protos.recording.v1.following_up_pb2 import LinkEventsRequest as LinkEventsRequest
from protos.recording.v1.following_up_pb2 import UnlinkEventsRequest as UnlinkEventsRequest
from protos.recording.v1.following_up_pb2 import Unlinked as Unlinked
from protos.recording.v1.following_up_pb2 import SuggestRequest as SuggestRequest
from protos.recording.v1.following_up_pb2 import Suggestions as Suggestions
from protos.recording.v1.following_up_pb2 import Suggestion as Suggestion
from protos.recording.v1.following_up_pb2 import SafetyResponse as SafetyResponse
from protos.recording.v1.following_up_pb2 import ResponseText as ResponseText
from protos.recording.v1.following_up_pb2 import SaveSafetyResponseRequest as SaveSafetyResponseRequest
from protos.recording.v1.following_up_pb2 import GetSafetyResponseRequest as GetSafetyResponseRequest
from protos.recording.v1.following_up_pb2 import ListSafetyResponsesRequest as ListSafetyResponsesRequest
from protos.recording.v1.following_up_pb2 import SafetyResponses as SafetyResponses
from protos.recording.v1.following_up_pb2 import QuestionAsked as QuestionAsked
from protos.recording.v1.following_up_pb2 import QuestionAnswered as QuestionAnswered
from protos.recording.v1.following_up_pb2 import AddendumMade as AddendumMade
from protos.recording.v1.following_up_pb2 import FeedbackGiven as FeedbackGiven
from protos.recording.v1.following_up_pb2 import RecordAssigned as RecordAssigned
from protos.recording.v1.following_up_pb2 import RecordHandled as RecordHandled
from protos.recording.v1.following_up_pb2 import RecordsLinked as RecordsLinked
from protos.recording.v1.following_up_pb2 import SafetyResponseSaved as SafetyResponseSaved
from protos.recording.v1.following_up_pb2 import Reaches as Reaches
from protos.recording.v1.following_up_pb2 import RemarkKind as RemarkKind
from protos.recording.v1.following_up_pb2 import ResponsesDue as ResponsesDue
from protos.recording.v1.glass_pb2 import BreakGlassRequest as BreakGlassRequest
from protos.recording.v1.glass_pb2 import EndGlassRequest as EndGlassRequest
from protos.recording.v1.glass_pb2 import GlassEnded as GlassEnded
from protos.recording.v1.glass_pb2 import ListGlassesRequest as ListGlassesRequest
from protos.recording.v1.glass_pb2 import ListOwnGlassesRequest as ListOwnGlassesRequest
from protos.recording.v1.glass_pb2 import Glasses as Glasses
from protos.recording.v1.glass_pb2 import Glass as Glass
from protos.recording.v1.question_set_pb2 import ListQuestionSetsRequest as ListQuestionSetsRequest
from protos.recording.v1.question_set_pb2 import GetQuestionSetRequest as GetQuestionSetRequest
from protos.recording.v1.question_set_pb2 import QuestionSets as QuestionSets
from protos.recording.v1.question_set_pb2 import QuestionSetSummary as QuestionSetSummary
from protos.recording.v1.question_set_pb2 import QuestionSetDefinition as QuestionSetDefinition
from protos.recording.v1.question_set_pb2 import EventType as EventType
from protos.recording.v1.question_set_pb2 import SectionDefinition as SectionDefinition
from protos.recording.v1.question_set_pb2 import QuestionDefinition as QuestionDefinition
from protos.recording.v1.question_set_pb2 import Condition as Condition
from protos.recording.v1.question_set_pb2 import ValueSetDefinition as ValueSetDefinition
from protos.recording.v1.question_set_pb2 import CodeDefinition as CodeDefinition
from protos.recording.v1.question_set_pb2 import ConceptMapSummary as ConceptMapSummary
from protos.recording.v1.question_set_pb2 import GetConceptMapRequest as GetConceptMapRequest
from protos.recording.v1.question_set_pb2 import ConceptMap as ConceptMap
from protos.recording.v1.question_set_pb2 import MappedQuestion as MappedQuestion
from protos.recording.v1.question_set_pb2 import QuestionName as QuestionName
from protos.recording.v1.question_set_pb2 import MappedList as MappedList
from protos.recording.v1.question_set_pb2 import MappedCode as MappedCode
from protos.recording.v1.question_set_pb2 import CodeName as CodeName
from protos.recording.v1.question_set_pb2 import FindOrganisationsRequest as FindOrganisationsRequest
from protos.recording.v1.question_set_pb2 import Organisations as Organisations
from protos.recording.v1.question_set_pb2 import KnownOrganisation as KnownOrganisation
from protos.recording.v1.question_set_pb2 import QuestionSetPublished as QuestionSetPublished
from protos.recording.v1.question_set_pb2 import Question as Question
from protos.recording.v1.question_set_pb2 import Option as Option
from protos.recording.v1.question_set_pb2 import Presence as Presence
from protos.recording.v1.without_account_pb2 import ReportRequest as ReportRequest
from protos.recording.v1.without_account_pb2 import Reported as Reported
from protos.recording.v1.without_account_pb2 import CodeHolder as CodeHolder
from protos.recording.v1.without_account_pb2 import LookByCodeRequest as LookByCodeRequest
from protos.recording.v1.without_account_pb2 import AnswerByCodeRequest as AnswerByCodeRequest
from protos.recording.v1.without_account_pb2 import AddByCodeRequest as AddByCodeRequest
from protos.recording.v1.without_account_pb2 import EndCodeRequest as EndCodeRequest
from protos.recording.v1.without_account_pb2 import CodeEnded as CodeEnded
from protos.recording.v1.without_account_pb2 import ReporterView as ReporterView
from protos.recording.v1.without_account_pb2 import ReporterText as ReporterText
from protos.recording.v1.without_account_pb2 import Reporter as Reporter
from protos.recording.v1.worklist_pb2 import ListWorkRequest as ListWorkRequest
from protos.recording.v1.worklist_pb2 import WorkList as WorkList
from protos.recording.v1.worklist_pb2 import Work as Work
from protos.recording.v1.worklist_pb2 import CountWorkRequest as CountWorkRequest
from protos.recording.v1.worklist_pb2 import WorkCounts as WorkCounts
from protos.recording.v1.worklist_pb2 import ListOwnRequest as ListOwnRequest
from protos.recording.v1.worklist_pb2 import OwnRecords as OwnRecords
from protos.recording.v1.worklist_pb2 import OwnRecord as OwnRecord
from protos.recording.v1.worklist_pb2 import Assigned as Assigned
from protos.recording.v1.worklist_pb2 import WorkSort as WorkSort

DESCRIPTOR: _descriptor.FileDescriptor
REACHES_UNSPECIFIED: _following_up_pb2.Reaches
REACHES_ACCOUNT: _following_up_pb2.Reaches
REACHES_CODE: _following_up_pb2.Reaches
REACHES_NOBODY: _following_up_pb2.Reaches
REMARK_KIND_UNSPECIFIED: _following_up_pb2.RemarkKind
REMARK_KIND_ADDENDUM: _following_up_pb2.RemarkKind
REMARK_KIND_QUESTION: _following_up_pb2.RemarkKind
REMARK_KIND_ANSWER: _following_up_pb2.RemarkKind
REMARK_KIND_FEEDBACK: _following_up_pb2.RemarkKind
RESPONSES_DUE_UNSPECIFIED: _following_up_pb2.ResponsesDue
RESPONSES_DUE_OVERDUE: _following_up_pb2.ResponsesDue
RESPONSES_DUE_SOON: _following_up_pb2.ResponsesDue
RESPONSES_DUE_ACTIONS: _following_up_pb2.ResponsesDue
PRESENCE_UNSPECIFIED: _question_set_pb2.Presence
PRESENCE_GIVEN: _question_set_pb2.Presence
PRESENCE_ABSENT: _question_set_pb2.Presence
REPORTER_UNSPECIFIED: _without_account_pb2.Reporter
REPORTER_PUBLIC: _without_account_pb2.Reporter
REPORTER_ANONYMOUS_STAFF: _without_account_pb2.Reporter
ASSIGNED_UNSPECIFIED: _worklist_pb2.Assigned
ASSIGNED_ME: _worklist_pb2.Assigned
ASSIGNED_NOBODY: _worklist_pb2.Assigned
ASSIGNED_SOMEBODY: _worklist_pb2.Assigned
WORK_SORT_UNSPECIFIED: _worklist_pb2.WorkSort
WORK_SORT_OCCURRED: _worklist_pb2.WorkSort

class Route(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ROUTE_UNSPECIFIED: _ClassVar[Route]
    ROUTE_API: _ClassVar[Route]
    ROUTE_ONLINE: _ClassVar[Route]
    ROUTE_NRLS: _ClassVar[Route]

class Sort(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SORT_UNSPECIFIED: _ClassVar[Sort]
    SORT_UPDATED: _ClassVar[Sort]
    SORT_OCCURRED: _ClassVar[Sort]

class Change(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CHANGE_UNSPECIFIED: _ClassVar[Change]
    CHANGE_RECORDED: _ClassVar[Change]
    CHANGE_REVISED: _ClassVar[Change]
    CHANGE_RETYPED: _ClassVar[Change]
    CHANGE_GOVERNED: _ClassVar[Change]
    CHANGE_WITHDRAWN: _ClassVar[Change]
    CHANGE_RESTORED: _ClassVar[Change]
ROUTE_UNSPECIFIED: Route
ROUTE_API: Route
ROUTE_ONLINE: Route
ROUTE_NRLS: Route
SORT_UNSPECIFIED: Sort
SORT_UPDATED: Sort
SORT_OCCURRED: Sort
CHANGE_UNSPECIFIED: Change
CHANGE_RECORDED: Change
CHANGE_REVISED: Change
CHANGE_RETYPED: Change
CHANGE_GOVERNED: Change
CHANGE_WITHDRAWN: Change
CHANGE_RESTORED: Change

class SubmitRequest(_message.Message):
    __slots__ = ("question_set", "answers", "route", "organisation", "idempotency_key", "local_reference", "patients", "draft_id", "reference_system")
    QUESTION_SET_FIELD_NUMBER: _ClassVar[int]
    ANSWERS_FIELD_NUMBER: _ClassVar[int]
    ROUTE_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    LOCAL_REFERENCE_FIELD_NUMBER: _ClassVar[int]
    PATIENTS_FIELD_NUMBER: _ClassVar[int]
    DRAFT_ID_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_SYSTEM_FIELD_NUMBER: _ClassVar[int]
    question_set: int
    answers: _containers.RepeatedCompositeFieldContainer[_answer_pb2.Answer]
    route: Route
    organisation: str
    idempotency_key: str
    local_reference: str
    patients: str
    draft_id: str
    reference_system: str
    def __init__(self, question_set: _Optional[int] = ..., answers: _Optional[_Iterable[_Union[_answer_pb2.Answer, _Mapping]]] = ..., route: _Optional[_Union[Route, str]] = ..., organisation: _Optional[str] = ..., idempotency_key: _Optional[str] = ..., local_reference: _Optional[str] = ..., patients: _Optional[str] = ..., draft_id: _Optional[str] = ..., reference_system: _Optional[str] = ...) -> None: ...

class SubmitManyRequest(_message.Message):
    __slots__ = ("requests", "bulk")
    REQUESTS_FIELD_NUMBER: _ClassVar[int]
    BULK_FIELD_NUMBER: _ClassVar[int]
    requests: _containers.RepeatedCompositeFieldContainer[SubmitRequest]
    bulk: bool
    def __init__(self, requests: _Optional[_Iterable[_Union[SubmitRequest, _Mapping]]] = ..., bulk: _Optional[bool] = ...) -> None: ...

class SubmittedMany(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[Outcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[Outcome, _Mapping]]] = ...) -> None: ...

class Outcome(_message.Message):
    __slots__ = ("submitted", "problem")
    SUBMITTED_FIELD_NUMBER: _ClassVar[int]
    PROBLEM_FIELD_NUMBER: _ClassVar[int]
    submitted: Submitted
    problem: _problem_pb2.Problem
    def __init__(self, submitted: _Optional[_Union[Submitted, _Mapping]] = ..., problem: _Optional[_Union[_problem_pb2.Problem, _Mapping]] = ...) -> None: ...

class ValidateRequest(_message.Message):
    __slots__ = ("submission", "strict", "event", "expected_revision")
    SUBMISSION_FIELD_NUMBER: _ClassVar[int]
    STRICT_FIELD_NUMBER: _ClassVar[int]
    EVENT_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_REVISION_FIELD_NUMBER: _ClassVar[int]
    submission: SubmitRequest
    strict: bool
    event: str
    expected_revision: int
    def __init__(self, submission: _Optional[_Union[SubmitRequest, _Mapping]] = ..., strict: _Optional[bool] = ..., event: _Optional[str] = ..., expected_revision: _Optional[int] = ...) -> None: ...

class Validated(_message.Message):
    __slots__ = ("warnings",)
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    warnings: _containers.RepeatedCompositeFieldContainer[_problem_pb2.Fault]
    def __init__(self, warnings: _Optional[_Iterable[_Union[_problem_pb2.Fault, _Mapping]]] = ...) -> None: ...

class ReviseRequest(_message.Message):
    __slots__ = ("event", "expected_revision", "submission")
    EVENT_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_REVISION_FIELD_NUMBER: _ClassVar[int]
    SUBMISSION_FIELD_NUMBER: _ClassVar[int]
    event: str
    expected_revision: int
    submission: SubmitRequest
    def __init__(self, event: _Optional[str] = ..., expected_revision: _Optional[int] = ..., submission: _Optional[_Union[SubmitRequest, _Mapping]] = ...) -> None: ...

class RetypeRequest(_message.Message):
    __slots__ = ("event", "expected_revision", "event_type")
    EVENT_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_REVISION_FIELD_NUMBER: _ClassVar[int]
    EVENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    event: str
    expected_revision: int
    event_type: str
    def __init__(self, event: _Optional[str] = ..., expected_revision: _Optional[int] = ..., event_type: _Optional[str] = ...) -> None: ...

class GovernRequest(_message.Message):
    __slots__ = ("event", "expected_revision", "answers")
    EVENT_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_REVISION_FIELD_NUMBER: _ClassVar[int]
    ANSWERS_FIELD_NUMBER: _ClassVar[int]
    event: str
    expected_revision: int
    answers: _containers.RepeatedCompositeFieldContainer[_answer_pb2.Answer]
    def __init__(self, event: _Optional[str] = ..., expected_revision: _Optional[int] = ..., answers: _Optional[_Iterable[_Union[_answer_pb2.Answer, _Mapping]]] = ...) -> None: ...

class WithdrawRequest(_message.Message):
    __slots__ = ("event", "expected_revision", "reason")
    EVENT_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_REVISION_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    event: str
    expected_revision: int
    reason: str
    def __init__(self, event: _Optional[str] = ..., expected_revision: _Optional[int] = ..., reason: _Optional[str] = ...) -> None: ...

class RestoreRequest(_message.Message):
    __slots__ = ("event",)
    EVENT_FIELD_NUMBER: _ClassVar[int]
    event: str
    def __init__(self, event: _Optional[str] = ...) -> None: ...

class Submitted(_message.Message):
    __slots__ = ("event_id", "reference", "revision", "reported_at", "repeated_request", "warnings", "revised_at", "differs")
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    REPORTED_AT_FIELD_NUMBER: _ClassVar[int]
    REPEATED_REQUEST_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    REVISED_AT_FIELD_NUMBER: _ClassVar[int]
    DIFFERS_FIELD_NUMBER: _ClassVar[int]
    event_id: str
    reference: str
    revision: int
    reported_at: _timestamp_pb2.Timestamp
    repeated_request: bool
    warnings: _containers.RepeatedCompositeFieldContainer[_problem_pb2.Fault]
    revised_at: _timestamp_pb2.Timestamp
    differs: bool
    def __init__(self, event_id: _Optional[str] = ..., reference: _Optional[str] = ..., revision: _Optional[int] = ..., reported_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., repeated_request: _Optional[bool] = ..., warnings: _Optional[_Iterable[_Union[_problem_pb2.Fault, _Mapping]]] = ..., revised_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., differs: _Optional[bool] = ...) -> None: ...

class GetEventRequest(_message.Message):
    __slots__ = ("event_id", "revision")
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    event_id: str
    revision: int
    def __init__(self, event_id: _Optional[str] = ..., revision: _Optional[int] = ...) -> None: ...

class GetHistoryRequest(_message.Message):
    __slots__ = ("event", "before", "count")
    EVENT_FIELD_NUMBER: _ClassVar[int]
    BEFORE_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    event: str
    before: int
    count: int
    def __init__(self, event: _Optional[str] = ..., before: _Optional[int] = ..., count: _Optional[int] = ...) -> None: ...

class History(_message.Message):
    __slots__ = ("revisions", "total")
    REVISIONS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    revisions: _containers.RepeatedCompositeFieldContainer[SafetyEvent]
    total: int
    def __init__(self, revisions: _Optional[_Iterable[_Union[SafetyEvent, _Mapping]]] = ..., total: _Optional[int] = ...) -> None: ...

class SearchRequest(_message.Message):
    __slots__ = ("event_ids", "references", "local_references", "organisations", "event_types", "physical_harms", "occurred_from", "occurred_until", "updated_from", "updated_until", "sort", "ascending", "count", "cursor", "total", "only_total", "reference_systems")
    EVENT_IDS_FIELD_NUMBER: _ClassVar[int]
    REFERENCES_FIELD_NUMBER: _ClassVar[int]
    LOCAL_REFERENCES_FIELD_NUMBER: _ClassVar[int]
    ORGANISATIONS_FIELD_NUMBER: _ClassVar[int]
    EVENT_TYPES_FIELD_NUMBER: _ClassVar[int]
    PHYSICAL_HARMS_FIELD_NUMBER: _ClassVar[int]
    OCCURRED_FROM_FIELD_NUMBER: _ClassVar[int]
    OCCURRED_UNTIL_FIELD_NUMBER: _ClassVar[int]
    UPDATED_FROM_FIELD_NUMBER: _ClassVar[int]
    UPDATED_UNTIL_FIELD_NUMBER: _ClassVar[int]
    SORT_FIELD_NUMBER: _ClassVar[int]
    ASCENDING_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    ONLY_TOTAL_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_SYSTEMS_FIELD_NUMBER: _ClassVar[int]
    event_ids: _containers.RepeatedScalarFieldContainer[str]
    references: _containers.RepeatedScalarFieldContainer[str]
    local_references: _containers.RepeatedScalarFieldContainer[str]
    organisations: _containers.RepeatedScalarFieldContainer[str]
    event_types: _containers.RepeatedScalarFieldContainer[str]
    physical_harms: _containers.RepeatedScalarFieldContainer[str]
    occurred_from: str
    occurred_until: str
    updated_from: _timestamp_pb2.Timestamp
    updated_until: _timestamp_pb2.Timestamp
    sort: Sort
    ascending: bool
    count: int
    cursor: str
    total: bool
    only_total: bool
    reference_systems: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, event_ids: _Optional[_Iterable[str]] = ..., references: _Optional[_Iterable[str]] = ..., local_references: _Optional[_Iterable[str]] = ..., organisations: _Optional[_Iterable[str]] = ..., event_types: _Optional[_Iterable[str]] = ..., physical_harms: _Optional[_Iterable[str]] = ..., occurred_from: _Optional[str] = ..., occurred_until: _Optional[str] = ..., updated_from: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., updated_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., sort: _Optional[_Union[Sort, str]] = ..., ascending: _Optional[bool] = ..., count: _Optional[int] = ..., cursor: _Optional[str] = ..., total: _Optional[bool] = ..., only_total: _Optional[bool] = ..., reference_systems: _Optional[_Iterable[str]] = ...) -> None: ...

class Found(_message.Message):
    __slots__ = ("events", "next", "total")
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    events: _containers.RepeatedCompositeFieldContainer[SafetyEvent]
    next: str
    total: int
    def __init__(self, events: _Optional[_Iterable[_Union[SafetyEvent, _Mapping]]] = ..., next: _Optional[str] = ..., total: _Optional[int] = ...) -> None: ...

class ReconcileRequest(_message.Message):
    __slots__ = ("local_references", "cursor")
    LOCAL_REFERENCES_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    local_references: _containers.RepeatedScalarFieldContainer[str]
    cursor: str
    def __init__(self, local_references: _Optional[_Iterable[str]] = ..., cursor: _Optional[str] = ...) -> None: ...

class Reconciled(_message.Message):
    __slots__ = ("held", "next")
    HELD_FIELD_NUMBER: _ClassVar[int]
    NEXT_FIELD_NUMBER: _ClassVar[int]
    held: _containers.RepeatedCompositeFieldContainer[Held]
    next: str
    def __init__(self, held: _Optional[_Iterable[_Union[Held, _Mapping]]] = ..., next: _Optional[str] = ...) -> None: ...

class Held(_message.Message):
    __slots__ = ("local_reference", "event_id", "reference", "revision", "updated_at", "withdrawn", "reference_system")
    LOCAL_REFERENCE_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    WITHDRAWN_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_SYSTEM_FIELD_NUMBER: _ClassVar[int]
    local_reference: str
    event_id: str
    reference: str
    revision: int
    updated_at: _timestamp_pb2.Timestamp
    withdrawn: bool
    reference_system: str
    def __init__(self, local_reference: _Optional[str] = ..., event_id: _Optional[str] = ..., reference: _Optional[str] = ..., revision: _Optional[int] = ..., updated_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., withdrawn: _Optional[bool] = ..., reference_system: _Optional[str] = ...) -> None: ...

class ReadOriginalRequest(_message.Message):
    __slots__ = ("event", "revision")
    EVENT_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    event: str
    revision: int
    def __init__(self, event: _Optional[str] = ..., revision: _Optional[int] = ...) -> None: ...

class Original(_message.Message):
    __slots__ = ("event_id", "revision", "texts")
    class TextsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    TEXTS_FIELD_NUMBER: _ClassVar[int]
    event_id: str
    revision: int
    texts: _containers.ScalarMap[str, str]
    def __init__(self, event_id: _Optional[str] = ..., revision: _Optional[int] = ..., texts: _Optional[_Mapping[str, str]] = ...) -> None: ...

class AnonymiseReporterRequest(_message.Message):
    __slots__ = ("event",)
    EVENT_FIELD_NUMBER: _ClassVar[int]
    event: str
    def __init__(self, event: _Optional[str] = ...) -> None: ...

class Anonymised(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

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
    __slots__ = ("event_id", "reference", "revision", "question_set", "event_type", "reported_at", "occurred_on", "organisation", "occurred_organisations", "worst_physical_harm", "worst_psychological_harm", "urgent", "data_sharing_opt_out", "recorder_id", "route", "local_reference", "answers", "narrative_fields", "written_in", "revised_at", "revised_by", "change", "reason", "patients_known", "reference_system")
    class WrittenInEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
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
    WRITTEN_IN_FIELD_NUMBER: _ClassVar[int]
    REVISED_AT_FIELD_NUMBER: _ClassVar[int]
    REVISED_BY_FIELD_NUMBER: _ClassVar[int]
    CHANGE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    PATIENTS_KNOWN_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_SYSTEM_FIELD_NUMBER: _ClassVar[int]
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
    answers: _containers.RepeatedCompositeFieldContainer[_answer_pb2.Answer]
    narrative_fields: _containers.RepeatedScalarFieldContainer[str]
    written_in: _containers.ScalarMap[str, int]
    revised_at: _timestamp_pb2.Timestamp
    revised_by: str
    change: Change
    reason: str
    patients_known: str
    reference_system: str
    def __init__(self, event_id: _Optional[str] = ..., reference: _Optional[str] = ..., revision: _Optional[int] = ..., question_set: _Optional[int] = ..., event_type: _Optional[str] = ..., reported_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., occurred_on: _Optional[str] = ..., organisation: _Optional[str] = ..., occurred_organisations: _Optional[_Iterable[str]] = ..., worst_physical_harm: _Optional[str] = ..., worst_psychological_harm: _Optional[str] = ..., urgent: _Optional[bool] = ..., data_sharing_opt_out: _Optional[bool] = ..., recorder_id: _Optional[str] = ..., route: _Optional[_Union[Route, str]] = ..., local_reference: _Optional[str] = ..., answers: _Optional[_Iterable[_Union[_answer_pb2.Answer, _Mapping]]] = ..., narrative_fields: _Optional[_Iterable[str]] = ..., written_in: _Optional[_Mapping[str, int]] = ..., revised_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., revised_by: _Optional[str] = ..., change: _Optional[_Union[Change, str]] = ..., reason: _Optional[str] = ..., patients_known: _Optional[str] = ..., reference_system: _Optional[str] = ...) -> None: ...

class SafetyEventRecorded(_message.Message):
    __slots__ = ("facts", "narrative_sealed", "contact_sealed")
    FACTS_FIELD_NUMBER: _ClassVar[int]
    NARRATIVE_SEALED_FIELD_NUMBER: _ClassVar[int]
    CONTACT_SEALED_FIELD_NUMBER: _ClassVar[int]
    facts: EventFacts
    narrative_sealed: bytes
    contact_sealed: bytes
    def __init__(self, facts: _Optional[_Union[EventFacts, _Mapping]] = ..., narrative_sealed: _Optional[bytes] = ..., contact_sealed: _Optional[bytes] = ...) -> None: ...

class SafetyEventRevised(_message.Message):
    __slots__ = ("facts", "narrative_sealed", "contact_sealed", "was_urgent")
    FACTS_FIELD_NUMBER: _ClassVar[int]
    NARRATIVE_SEALED_FIELD_NUMBER: _ClassVar[int]
    CONTACT_SEALED_FIELD_NUMBER: _ClassVar[int]
    WAS_URGENT_FIELD_NUMBER: _ClassVar[int]
    facts: EventFacts
    narrative_sealed: bytes
    contact_sealed: bytes
    was_urgent: bool
    def __init__(self, facts: _Optional[_Union[EventFacts, _Mapping]] = ..., narrative_sealed: _Optional[bytes] = ..., contact_sealed: _Optional[bytes] = ..., was_urgent: _Optional[bool] = ...) -> None: ...

class SafetyEventWithdrawn(_message.Message):
    __slots__ = ("facts",)
    FACTS_FIELD_NUMBER: _ClassVar[int]
    facts: EventFacts
    def __init__(self, facts: _Optional[_Union[EventFacts, _Mapping]] = ...) -> None: ...

class SafetyEventRestored(_message.Message):
    __slots__ = ("facts",)
    FACTS_FIELD_NUMBER: _ClassVar[int]
    facts: EventFacts
    def __init__(self, facts: _Optional[_Union[EventFacts, _Mapping]] = ...) -> None: ...

class ReporterAnonymised(_message.Message):
    __slots__ = ("facts", "withdrawn")
    FACTS_FIELD_NUMBER: _ClassVar[int]
    WITHDRAWN_FIELD_NUMBER: _ClassVar[int]
    facts: EventFacts
    withdrawn: bool
    def __init__(self, facts: _Optional[_Union[EventFacts, _Mapping]] = ..., withdrawn: _Optional[bool] = ...) -> None: ...

class SafetyEventErased(_message.Message):
    __slots__ = ("facts", "withdrawn", "erasure_id", "remark_ids", "shown")
    FACTS_FIELD_NUMBER: _ClassVar[int]
    WITHDRAWN_FIELD_NUMBER: _ClassVar[int]
    ERASURE_ID_FIELD_NUMBER: _ClassVar[int]
    REMARK_IDS_FIELD_NUMBER: _ClassVar[int]
    SHOWN_FIELD_NUMBER: _ClassVar[int]
    facts: EventFacts
    withdrawn: bool
    erasure_id: str
    remark_ids: _containers.RepeatedScalarFieldContainer[str]
    shown: str
    def __init__(self, facts: _Optional[_Union[EventFacts, _Mapping]] = ..., withdrawn: _Optional[bool] = ..., erasure_id: _Optional[str] = ..., remark_ids: _Optional[_Iterable[str]] = ..., shown: _Optional[str] = ...) -> None: ...

class BreakGlassUsed(_message.Message):
    __slots__ = ("event_id", "reference", "revision", "organisation", "actor_id", "purpose", "at", "glass_id", "expires_at")
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    ACTOR_ID_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    GLASS_ID_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    event_id: str
    reference: str
    revision: int
    organisation: str
    actor_id: str
    purpose: str
    at: _timestamp_pb2.Timestamp
    glass_id: str
    expires_at: _timestamp_pb2.Timestamp
    def __init__(self, event_id: _Optional[str] = ..., reference: _Optional[str] = ..., revision: _Optional[int] = ..., organisation: _Optional[str] = ..., actor_id: _Optional[str] = ..., purpose: _Optional[str] = ..., at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., glass_id: _Optional[str] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

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

from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Presence(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PRESENCE_UNSPECIFIED: _ClassVar[Presence]
    PRESENCE_GIVEN: _ClassVar[Presence]
    PRESENCE_ABSENT: _ClassVar[Presence]
PRESENCE_UNSPECIFIED: Presence
PRESENCE_GIVEN: Presence
PRESENCE_ABSENT: Presence

class ListQuestionSetsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetQuestionSetRequest(_message.Message):
    __slots__ = ("question_set",)
    QUESTION_SET_FIELD_NUMBER: _ClassVar[int]
    question_set: int
    def __init__(self, question_set: _Optional[int] = ...) -> None: ...

class QuestionSets(_message.Message):
    __slots__ = ("question_sets", "concept_maps")
    QUESTION_SETS_FIELD_NUMBER: _ClassVar[int]
    CONCEPT_MAPS_FIELD_NUMBER: _ClassVar[int]
    question_sets: _containers.RepeatedCompositeFieldContainer[QuestionSetSummary]
    concept_maps: _containers.RepeatedCompositeFieldContainer[ConceptMapSummary]
    def __init__(self, question_sets: _Optional[_Iterable[_Union[QuestionSetSummary, _Mapping]]] = ..., concept_maps: _Optional[_Iterable[_Union[ConceptMapSummary, _Mapping]]] = ...) -> None: ...

class QuestionSetSummary(_message.Message):
    __slots__ = ("question_set", "digest", "title", "fhir", "accepted_until")
    QUESTION_SET_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    FHIR_FIELD_NUMBER: _ClassVar[int]
    ACCEPTED_UNTIL_FIELD_NUMBER: _ClassVar[int]
    question_set: int
    digest: str
    title: str
    fhir: str
    accepted_until: str
    def __init__(self, question_set: _Optional[int] = ..., digest: _Optional[str] = ..., title: _Optional[str] = ..., fhir: _Optional[str] = ..., accepted_until: _Optional[str] = ...) -> None: ...

class QuestionSetDefinition(_message.Message):
    __slots__ = ("question_set", "digest", "title", "fhir", "event_types", "sections", "value_sets", "accepted_until")
    QUESTION_SET_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    FHIR_FIELD_NUMBER: _ClassVar[int]
    EVENT_TYPES_FIELD_NUMBER: _ClassVar[int]
    SECTIONS_FIELD_NUMBER: _ClassVar[int]
    VALUE_SETS_FIELD_NUMBER: _ClassVar[int]
    ACCEPTED_UNTIL_FIELD_NUMBER: _ClassVar[int]
    question_set: int
    digest: str
    title: str
    fhir: str
    event_types: _containers.RepeatedCompositeFieldContainer[EventType]
    sections: _containers.RepeatedCompositeFieldContainer[SectionDefinition]
    value_sets: _containers.RepeatedCompositeFieldContainer[ValueSetDefinition]
    accepted_until: str
    def __init__(self, question_set: _Optional[int] = ..., digest: _Optional[str] = ..., title: _Optional[str] = ..., fhir: _Optional[str] = ..., event_types: _Optional[_Iterable[_Union[EventType, _Mapping]]] = ..., sections: _Optional[_Iterable[_Union[SectionDefinition, _Mapping]]] = ..., value_sets: _Optional[_Iterable[_Union[ValueSetDefinition, _Mapping]]] = ..., accepted_until: _Optional[str] = ...) -> None: ...

class EventType(_message.Message):
    __slots__ = ("code", "slug", "label")
    CODE_FIELD_NUMBER: _ClassVar[int]
    SLUG_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    code: str
    slug: str
    label: str
    def __init__(self, code: _Optional[str] = ..., slug: _Optional[str] = ..., label: _Optional[str] = ...) -> None: ...

class SectionDefinition(_message.Message):
    __slots__ = ("name", "on", "minimum", "maximum", "asked", "when", "refuses", "by", "questions")
    class AskedEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    NAME_FIELD_NUMBER: _ClassVar[int]
    ON_FIELD_NUMBER: _ClassVar[int]
    MINIMUM_FIELD_NUMBER: _ClassVar[int]
    MAXIMUM_FIELD_NUMBER: _ClassVar[int]
    ASKED_FIELD_NUMBER: _ClassVar[int]
    WHEN_FIELD_NUMBER: _ClassVar[int]
    REFUSES_FIELD_NUMBER: _ClassVar[int]
    BY_FIELD_NUMBER: _ClassVar[int]
    QUESTIONS_FIELD_NUMBER: _ClassVar[int]
    name: str
    on: str
    minimum: int
    maximum: int
    asked: _containers.ScalarMap[str, str]
    when: Condition
    refuses: bool
    by: str
    questions: _containers.RepeatedCompositeFieldContainer[QuestionDefinition]
    def __init__(self, name: _Optional[str] = ..., on: _Optional[str] = ..., minimum: _Optional[int] = ..., maximum: _Optional[int] = ..., asked: _Optional[_Mapping[str, str]] = ..., when: _Optional[_Union[Condition, _Mapping]] = ..., refuses: _Optional[bool] = ..., by: _Optional[str] = ..., questions: _Optional[_Iterable[_Union[QuestionDefinition, _Mapping]]] = ...) -> None: ...

class QuestionDefinition(_message.Message):
    __slots__ = ("property", "id", "field", "wording", "short", "hint", "kind", "minimum", "maximum", "value_set", "organisation", "narrative", "personal", "assigned", "format", "element", "text_limit", "asked", "when", "refuses", "required_when", "exclusive")
    class AskedEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    PROPERTY_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    FIELD_FIELD_NUMBER: _ClassVar[int]
    WORDING_FIELD_NUMBER: _ClassVar[int]
    SHORT_FIELD_NUMBER: _ClassVar[int]
    HINT_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    MINIMUM_FIELD_NUMBER: _ClassVar[int]
    MAXIMUM_FIELD_NUMBER: _ClassVar[int]
    VALUE_SET_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    NARRATIVE_FIELD_NUMBER: _ClassVar[int]
    PERSONAL_FIELD_NUMBER: _ClassVar[int]
    ASSIGNED_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    ELEMENT_FIELD_NUMBER: _ClassVar[int]
    TEXT_LIMIT_FIELD_NUMBER: _ClassVar[int]
    ASKED_FIELD_NUMBER: _ClassVar[int]
    WHEN_FIELD_NUMBER: _ClassVar[int]
    REFUSES_FIELD_NUMBER: _ClassVar[int]
    REQUIRED_WHEN_FIELD_NUMBER: _ClassVar[int]
    EXCLUSIVE_FIELD_NUMBER: _ClassVar[int]
    property: str
    id: str
    field: str
    wording: str
    short: str
    hint: str
    kind: str
    minimum: int
    maximum: int
    value_set: str
    organisation: bool
    narrative: bool
    personal: bool
    assigned: bool
    format: str
    element: str
    text_limit: int
    asked: _containers.ScalarMap[str, str]
    when: Condition
    refuses: bool
    required_when: Condition
    exclusive: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, property: _Optional[str] = ..., id: _Optional[str] = ..., field: _Optional[str] = ..., wording: _Optional[str] = ..., short: _Optional[str] = ..., hint: _Optional[str] = ..., kind: _Optional[str] = ..., minimum: _Optional[int] = ..., maximum: _Optional[int] = ..., value_set: _Optional[str] = ..., organisation: _Optional[bool] = ..., narrative: _Optional[bool] = ..., personal: _Optional[bool] = ..., assigned: _Optional[bool] = ..., format: _Optional[str] = ..., element: _Optional[str] = ..., text_limit: _Optional[int] = ..., asked: _Optional[_Mapping[str, str]] = ..., when: _Optional[_Union[Condition, _Mapping]] = ..., refuses: _Optional[bool] = ..., required_when: _Optional[_Union[Condition, _Mapping]] = ..., exclusive: _Optional[_Iterable[str]] = ...) -> None: ...

class Condition(_message.Message):
    __slots__ = ("section", "property", "has", "lacks", "presence", "all", "any")
    SECTION_FIELD_NUMBER: _ClassVar[int]
    PROPERTY_FIELD_NUMBER: _ClassVar[int]
    HAS_FIELD_NUMBER: _ClassVar[int]
    LACKS_FIELD_NUMBER: _ClassVar[int]
    PRESENCE_FIELD_NUMBER: _ClassVar[int]
    ALL_FIELD_NUMBER: _ClassVar[int]
    ANY_FIELD_NUMBER: _ClassVar[int]
    section: str
    property: str
    has: _containers.RepeatedScalarFieldContainer[str]
    lacks: _containers.RepeatedScalarFieldContainer[str]
    presence: Presence
    all: _containers.RepeatedCompositeFieldContainer[Condition]
    any: _containers.RepeatedCompositeFieldContainer[Condition]
    def __init__(self, section: _Optional[str] = ..., property: _Optional[str] = ..., has: _Optional[_Iterable[str]] = ..., lacks: _Optional[_Iterable[str]] = ..., presence: _Optional[_Union[Presence, str]] = ..., all: _Optional[_Iterable[_Union[Condition, _Mapping]]] = ..., any: _Optional[_Iterable[_Union[Condition, _Mapping]]] = ...) -> None: ...

class ValueSetDefinition(_message.Message):
    __slots__ = ("name", "title", "codes")
    NAME_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    CODES_FIELD_NUMBER: _ClassVar[int]
    name: str
    title: str
    codes: _containers.RepeatedCompositeFieldContainer[CodeDefinition]
    def __init__(self, name: _Optional[str] = ..., title: _Optional[str] = ..., codes: _Optional[_Iterable[_Union[CodeDefinition, _Mapping]]] = ...) -> None: ...

class CodeDefinition(_message.Message):
    __slots__ = ("code", "label", "meaning", "retired", "replaced_by")
    CODE_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    MEANING_FIELD_NUMBER: _ClassVar[int]
    RETIRED_FIELD_NUMBER: _ClassVar[int]
    REPLACED_BY_FIELD_NUMBER: _ClassVar[int]
    code: str
    label: str
    meaning: str
    retired: bool
    replaced_by: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, code: _Optional[str] = ..., label: _Optional[str] = ..., meaning: _Optional[str] = ..., retired: _Optional[bool] = ..., replaced_by: _Optional[_Iterable[str]] = ...) -> None: ...

class ConceptMapSummary(_message.Message):
    __slots__ = ("old", "new", "digest")
    OLD_FIELD_NUMBER: _ClassVar[int]
    NEW_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    old: int
    new: int
    digest: str
    def __init__(self, old: _Optional[int] = ..., new: _Optional[int] = ..., digest: _Optional[str] = ...) -> None: ...

class GetConceptMapRequest(_message.Message):
    __slots__ = ("old", "new")
    OLD_FIELD_NUMBER: _ClassVar[int]
    NEW_FIELD_NUMBER: _ClassVar[int]
    old: int
    new: int
    def __init__(self, old: _Optional[int] = ..., new: _Optional[int] = ...) -> None: ...

class ConceptMap(_message.Message):
    __slots__ = ("old", "new", "digest", "questions", "lists")
    OLD_FIELD_NUMBER: _ClassVar[int]
    NEW_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    QUESTIONS_FIELD_NUMBER: _ClassVar[int]
    LISTS_FIELD_NUMBER: _ClassVar[int]
    old: int
    new: int
    digest: str
    questions: _containers.RepeatedCompositeFieldContainer[MappedQuestion]
    lists: _containers.RepeatedCompositeFieldContainer[MappedList]
    def __init__(self, old: _Optional[int] = ..., new: _Optional[int] = ..., digest: _Optional[str] = ..., questions: _Optional[_Iterable[_Union[MappedQuestion, _Mapping]]] = ..., lists: _Optional[_Iterable[_Union[MappedList, _Mapping]]] = ...) -> None: ...

class MappedQuestion(_message.Message):
    __slots__ = ("section", "property", "homes")
    SECTION_FIELD_NUMBER: _ClassVar[int]
    PROPERTY_FIELD_NUMBER: _ClassVar[int]
    HOMES_FIELD_NUMBER: _ClassVar[int]
    section: str
    property: str
    homes: _containers.RepeatedCompositeFieldContainer[QuestionName]
    def __init__(self, section: _Optional[str] = ..., property: _Optional[str] = ..., homes: _Optional[_Iterable[_Union[QuestionName, _Mapping]]] = ...) -> None: ...

class QuestionName(_message.Message):
    __slots__ = ("section", "property")
    SECTION_FIELD_NUMBER: _ClassVar[int]
    PROPERTY_FIELD_NUMBER: _ClassVar[int]
    section: str
    property: str
    def __init__(self, section: _Optional[str] = ..., property: _Optional[str] = ...) -> None: ...

class MappedList(_message.Message):
    __slots__ = ("value_set", "codes")
    VALUE_SET_FIELD_NUMBER: _ClassVar[int]
    CODES_FIELD_NUMBER: _ClassVar[int]
    value_set: str
    codes: _containers.RepeatedCompositeFieldContainer[MappedCode]
    def __init__(self, value_set: _Optional[str] = ..., codes: _Optional[_Iterable[_Union[MappedCode, _Mapping]]] = ...) -> None: ...

class MappedCode(_message.Message):
    __slots__ = ("code", "relation", "targets")
    CODE_FIELD_NUMBER: _ClassVar[int]
    RELATION_FIELD_NUMBER: _ClassVar[int]
    TARGETS_FIELD_NUMBER: _ClassVar[int]
    code: str
    relation: str
    targets: _containers.RepeatedCompositeFieldContainer[CodeName]
    def __init__(self, code: _Optional[str] = ..., relation: _Optional[str] = ..., targets: _Optional[_Iterable[_Union[CodeName, _Mapping]]] = ...) -> None: ...

class CodeName(_message.Message):
    __slots__ = ("value_set", "code")
    VALUE_SET_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    value_set: str
    code: str
    def __init__(self, value_set: _Optional[str] = ..., code: _Optional[str] = ...) -> None: ...

class FindOrganisationsRequest(_message.Message):
    __slots__ = ("text", "count")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    text: str
    count: int
    def __init__(self, text: _Optional[str] = ..., count: _Optional[int] = ...) -> None: ...

class Organisations(_message.Message):
    __slots__ = ("organisations", "total")
    ORGANISATIONS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    organisations: _containers.RepeatedCompositeFieldContainer[KnownOrganisation]
    total: int
    def __init__(self, organisations: _Optional[_Iterable[_Union[KnownOrganisation, _Mapping]]] = ..., total: _Optional[int] = ...) -> None: ...

class KnownOrganisation(_message.Message):
    __slots__ = ("code", "name", "closed")
    CODE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    CLOSED_FIELD_NUMBER: _ClassVar[int]
    code: str
    name: str
    closed: bool
    def __init__(self, code: _Optional[str] = ..., name: _Optional[str] = ..., closed: _Optional[bool] = ...) -> None: ...

class QuestionSetPublished(_message.Message):
    __slots__ = ("question_set", "digest", "questions")
    QUESTION_SET_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    QUESTIONS_FIELD_NUMBER: _ClassVar[int]
    question_set: int
    digest: str
    questions: _containers.RepeatedCompositeFieldContainer[Question]
    def __init__(self, question_set: _Optional[int] = ..., digest: _Optional[str] = ..., questions: _Optional[_Iterable[_Union[Question, _Mapping]]] = ...) -> None: ...

class Question(_message.Message):
    __slots__ = ("section", "property", "wording", "options", "organisation")
    SECTION_FIELD_NUMBER: _ClassVar[int]
    PROPERTY_FIELD_NUMBER: _ClassVar[int]
    WORDING_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    section: str
    property: str
    wording: str
    options: _containers.RepeatedCompositeFieldContainer[Option]
    organisation: bool
    def __init__(self, section: _Optional[str] = ..., property: _Optional[str] = ..., wording: _Optional[str] = ..., options: _Optional[_Iterable[_Union[Option, _Mapping]]] = ..., organisation: _Optional[bool] = ...) -> None: ...

class Option(_message.Message):
    __slots__ = ("code", "label")
    CODE_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    code: str
    label: str
    def __init__(self, code: _Optional[str] = ..., label: _Optional[str] = ...) -> None: ...

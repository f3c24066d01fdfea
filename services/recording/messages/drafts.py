"""Drafts on the wire."""

from __future__ import annotations

from collections.abc import Iterable

from protos.recording.v1 import recording_pb2 as pb
from services.recording.domain.answers import Answer, field_name
from services.recording.domain.drafts import Content, Draft
from services.recording.domain.question_set import Kind, QuestionSet
from services.recording.messages.events import answers, timestamp

_WRITTEN = (Kind.CODE, Kind.DATE, Kind.TIME)  # what is a string on the wire, under the name of its kind


def content(request: pb.SaveDraftRequest) -> Content:
    """What is to be kept: in one order however it was sent, so that the same is seen to be the same."""
    kept = [
        Answer(
            one.section, one.entry, one.property, one.value, field_name(one.section, one.entry, one.property)
        )
        for one in answers(request.answers)
        if not one.as_it_is
    ]
    kept.sort(key=lambda one: (one.section, one.entry, one.property))
    return Content(request.question_set, tuple(kept), request.organisation, request.place, request.patients)


def draft(one: Draft, questions: QuestionSet | None = None) -> pb.Draft:
    """A draft; with its answers where its question set is at hand."""
    return pb.Draft(
        draft_id=one.draft_id,
        version=one.version,
        question_set=one.content.question_set,
        organisation=one.content.organisation,
        answers=[_answer(each, questions) for each in one.content.answers] if questions else [],
        place=one.content.place,
        created_at=timestamp(one.created_at),
        saved_at=timestamp(one.saved_at),
        expires_at=timestamp(one.expires_at),
        event_type=one.event_type,
        patients=one.content.patients,
    )


def drafts(found: Iterable[Draft]) -> pb.Drafts:
    return pb.Drafts(drafts=[draft(one) for one in found])


def draft_expiring(one: Draft) -> pb.DraftExpiring:
    """The announcement that a draft will be thrown away; nothing of what it says."""
    return pb.DraftExpiring(
        draft_id=one.draft_id, author_id=one.author_id, expires_at=timestamp(one.expires_at)
    )


def _answer(one: Answer, questions: QuestionSet) -> pb.Answer:
    """As the question takes it, where it is of that type; a draft may be wrong."""
    made = pb.Answer(section=one.section, entry=one.entry, property=one.property, path=one.path)
    if isinstance(one.value, bool):
        made.boolean = one.value
    elif isinstance(one.value, int):
        made.integer = one.value
    else:
        question = questions.question(one.section, one.property)
        written = question is not None and question.kind in _WRITTEN
        setattr(made, question.kind.value if question and written else "text", one.value)
    return made

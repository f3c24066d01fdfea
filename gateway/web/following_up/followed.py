"""How an event is followed up, as its page shows it: state and what may come next, messages, links, suggestions, responses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from gateway.web import presenters
from gateway.web.following_up import words
from gateway.web.following_up.colleagues import Colleagues
from gateway.web.presenters import Tag
from protos.recording.v1 import recording_pb2 as pb

KINDS: Mapping[Any, str] = {
    pb.REMARK_KIND_ADDENDUM: "Addition",
    pb.REMARK_KIND_QUESTION: "Question to the reporter",
    pb.REMARK_KIND_ANSWER: "Answer",
    pb.REMARK_KIND_FEEDBACK: "What changed because of the report",
}
TO_THE_REPORTER: Mapping[Any, str] = {
    pb.REMARK_KIND_ADDENDUM: "What you added",
    pb.REMARK_KIND_QUESTION: "Question to you",
    pb.REMARK_KIND_ANSWER: "Your answer",
    pb.REMARK_KIND_FEEDBACK: "What changed because of your report",
}
STATUSES: Mapping[str, str] = {  # of a safety response
    "planned": "Planned",
    "in_progress": "In progress",
    "completed": "Completed",
    "stopped": "Stopped",
}
_ENDED = ("completed", "stopped")


@dataclass(frozen=True)
class Telling:
    """Who reads what is written to the reporter: said before it is written, and once it is sent."""

    question: str
    asked: str
    feedback: str
    told: str
    reaches: bool = True  # somebody


_TELLING: Mapping[Any, Telling] = {
    pb.REACHES_ACCOUNT: Telling(
        question="The reporter is told that there is one, and answers among their records. Leave out names.",
        asked="Your question is sent. The reporter is told that there is one, and answers among their records. The event waits for an answer.",
        feedback="The reporter is told that there is something, and reads it among their records.",
        told="The reporter is told that there is something, and reads it among their records once it has been checked for personal data.",
    ),
    pb.REACHES_CODE: Telling(
        question="The reporter has no account and nothing tells them: they read it when they come back with their code, and may answer then. Leave out names.",
        asked="Your question is kept. The reporter reads it when they come back with their code. The event waits for an answer.",
        feedback="The reporter has no account and nothing tells them: they read it when they come back with their code.",
        told="The reporter reads it when they come back with their code, once it has been checked for personal data.",
    ),
}
_UNREAD = Telling(  # seen only by who wrote while the way to the reporter ended
    question="Nobody would read it any more.",
    asked="Your question is kept.",
    feedback="It is kept for those who follow up. It reaches no reporter any more.",
    told="It is kept for those who follow up. It reaches no reporter.",
    reaches=False,
)


def telling(found: pb.FollowUp | None) -> Telling:
    """What may truly be said of whom words to the reporter reach."""
    return _TELLING.get(found.reaches, _UNREAD) if found else _UNREAD


@dataclass(frozen=True)
class Message:
    """A text beside the answers. `text` is empty while it is being checked."""

    id: str
    heading: str
    by: str
    made: str
    text: str
    being_checked: bool
    waits: bool  # a question that nobody has answered
    feedback: bool


@dataclass(frozen=True)
class LinkShown:
    """How the event belongs to another; `reference` is empty where the reader may not see that."""

    id: str
    how: str
    reference: str
    organisation: str


@dataclass(frozen=True)
class ResponseShown:
    """A safety response in a list. `late`: what of it is overdue, in words."""

    id: str
    title: str
    status: str
    due: str
    late: tuple[str, ...]
    events: tuple[str, ...]
    organisation: str


@dataclass(frozen=True)
class SuggestionShown:
    kind: str
    advice: str
    because: str
    deadline: str
    link: str
    settled: bool
    place: str  # the page on which the decision is written down: governance, response or nothing


@dataclass(frozen=True)
class FollowedUp:
    """Everything of it."""

    state: Tag
    version: int
    changed: str
    duplicate_of: str
    next: tuple[tuple[str, str], ...]
    assigned: str
    mine: bool
    messages: tuple[Message, ...]
    links: tuple[LinkShown, ...]
    responses: tuple[ResponseShown, ...]
    waits: int  # questions without an answer
    telling: Telling


def followed_up(found: pb.FollowUp, colleagues: Colleagues, names: Mapping[str, str]) -> FollowedUp:
    """`names` of organisations by their code, as far as they are known."""
    handling = found.handling
    said = messages(found.remarks, names)
    return FollowedUp(
        state=words.state(handling.state),
        version=handling.version,
        changed=presenters.moment(handling.changed_at) if handling.HasField("changed_at") else "",
        duplicate_of=handling.duplicate_of,
        next=tuple((one, words.state(one).text) for one in handling.next),
        assigned=colleagues.name(handling.assigned_to),
        mine=bool(handling.assigned_to) and handling.assigned_to == colleagues.me,
        messages=said,
        links=tuple(_link(one) for one in found.links),
        responses=tuple(response(one) for one in found.responses),
        waits=sum(one.waits for one in said),
        telling=telling(found),
    )


def messages(remarks: Iterable[pb.Remark], names: Mapping[str, str], me: str = "") -> tuple[Message, ...]:
    """Oldest first. For the reporter `me` only what is between them and the organisation: not what staff note for themselves."""
    shown = [one for one in remarks if not me or _between(one, me)]
    return tuple(_message(one, TO_THE_REPORTER if me else KINDS, names, me) for one in shown)


def _between(one: pb.Remark, me: str) -> bool:
    to_them = (pb.REMARK_KIND_QUESTION, pb.REMARK_KIND_FEEDBACK)
    return one.author_id == me or one.kind in to_them


def _message(one: pb.Remark, kinds: Mapping[Any, str], names: Mapping[str, str], me: str) -> Message:
    code = one.author_organisation
    by = "You" if me and one.author_id == me else names.get(code, code)
    return Message(
        id=one.remark_id,
        heading=kinds.get(one.kind, "Message"),
        by=by or "A reporter without an account",
        made=presenters.moment(one.made_at),
        text=one.text if one.checked else "",
        being_checked=not one.checked,
        waits=one.kind == pb.REMARK_KIND_QUESTION and not one.answered,
        feedback=one.kind == pb.REMARK_KIND_FEEDBACK,
    )


def _link(one: pb.Link) -> LinkShown:
    there, back = words.LINKS.get(one.kind, (one.kind, one.kind))
    how = there if one.outgoing else back
    return LinkShown(one.link_id, how, one.other_reference, one.other_organisation)


def response(one: pb.SafetyResponse) -> ResponseShown:
    """A safety response as it stands in lists."""
    day = presenters.today()
    ended = one.status in _ENDED
    overdue = [f"{one.overdue_actions} {'action' if one.overdue_actions == 1 else 'actions'} overdue"]
    late = (["Overdue"] if one.target and not ended and one.target < day.isoformat() else []) + (
        overdue if one.overdue_actions else []
    )
    return ResponseShown(
        id=one.response_id,
        title=words.response_type(one.question_set, one.response_type),
        status=STATUSES.get(one.status, "Not said"),
        due=(presenters.day(one.target) if ended else words.due(one.target, day)) if one.target else "",
        late=tuple(late),
        events=tuple(one.events),
        organisation=one.organisation,
    )


def suggestions(found: Iterable[pb.Suggestion]) -> tuple[SuggestionShown, ...]:
    """What waits for a decision first."""
    shown = [_suggestion(one) for one in found]
    return tuple(sorted(shown, key=lambda one: one.settled))


def _suggestion(one: pb.Suggestion) -> SuggestionShown:
    place = {"adverse-event-governance": "governance", "adverse-event-safety-response": "response"}
    return SuggestionShown(
        kind=one.body or words.SUGGESTED.get(one.kind, one.kind),
        advice=one.advice,
        because=one.because,
        deadline=one.deadline,
        link=one.link if one.link.startswith("https://") else "",
        settled=one.settled,
        place=place.get(one.section, ""),
    )

"""What was changed in an event, and when: its revisions, and what differs between two of them, in redacted words."""

from __future__ import annotations

import difflib
import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from chassis.problems import not_found
from gateway.api.recording import ask
from gateway.guards import signed_in
from gateway.web import presenters
from gateway.web.answering import Faults, again
from gateway.web.following_up import words
from gateway.web.following_up.answered import place_of
from gateway.web.following_up.merging import CHECKING
from gateway.web.recording import showing, versions
from gateway.web.recording.flow import COUNT
from gateway.web.recording.flow import STAFF as STAFF_FLOW
from gateway.web.recording.form import STAFF, Place, given_of
from protos.recording.v1 import recording_pb2 as pb

routes = Blueprint("history", __name__, url_prefix="/events/<reference>/history")
AT_ONCE = 50  # revisions on a page
SIDES = ("older", "newer")
MOST_WORDS = 1_000  # of both texts: longer ones are shown whole, one after the other
# A word with its blanks: texts that share nothing else would be compared blank by blank.
_WORD = re.compile(r"\s*\S+\s*")
EACH: Mapping[str, str] = {
    section: task.one for task in STAFF_FLOW.tasks if task.one for section in task.sections
}
"""What there may be several of, by the section that is about one of them: as the form calls it."""


@dataclass(frozen=True)
class RevisionShown:
    """One revision in the list."""

    number: int
    change: str
    when: str
    reason: str


@dataclass(frozen=True)
class Piece:
    """Words of a text that stayed, were added or taken away: same, added or removed."""

    kind: str
    text: str


@dataclass(frozen=True)
class Difference:
    """A question that was answered otherwise, and of whom where there are several: before and after, or one text with what changed in it."""

    question: str
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True)
class Said:
    """What a revision says to one question."""

    question: str
    answers: tuple[str, ...]
    is_text: bool = False


@routes.get("")
@signed_in
def history(reference: str) -> AnyResponse:
    """A page of revisions, newest first, and what differs between the two that are chosen, whichever they are: the newest two at first."""
    before = _number(request.args.get("before", ""))
    found = ask("GetHistory", pb.GetHistoryRequest(event=reference, before=before, count=AT_ONCE))
    newer = found.revisions[0].facts.revision if found.revisions else found.total
    usual = {"older": max(newer - 1, 1), "newer": max(newer, min(found.total, 2))}
    typed = {name: request.args.get(name, "").strip() or str(number) for name, number in usual.items()}
    faults = {
        name: f"Enter the number of a revision, from 1 to {found.total}"
        for name, one in typed.items()
        if not 1 <= _number(one) <= found.total
    }
    page = _page(reference, found, before, typed, faults)
    return again(page) if faults else make_response(page)


def _page(reference: str, found: pb.History, before: int, typed: Mapping[str, str], faults: Faults) -> str:
    revisions = list(found.revisions)
    oldest = revisions[-1].facts.revision if revisions else 1
    compared = found.total > 1 and not faults
    two = [_revision_of(reference, revisions, typed[name]) for name in SIDES] if compared else []
    return render_template(
        "following_up/history.html",
        reference=revisions[0].facts.reference if revisions else reference,
        revisions=[_shown(one) for one in revisions],
        total=found.total,
        typed=typed,
        faults=faults,
        differences=list(differences(*two)) if two else [],
        before=before,
        next=oldest if oldest > 1 else 0,
        own=bool(revisions) and revisions[-1].facts.recorder_id == presenters.own_id(),
    )


def _revision_of(reference: str, revisions: Iterable[pb.SafetyEvent], typed: str) -> pb.SafetyEvent:
    """A revision by its number: of the page, or of another one; NOT_FOUND where there is none."""
    number = _number(typed)
    asking = pb.GetHistoryRequest(event=reference, before=number + 1, count=1)
    here = [one for one in revisions if one.facts.revision == number] or [
        one for one in ask("GetHistory", asking).revisions if one.facts.revision == number
    ]
    if not here:
        raise not_found("revision-not-found", "The event has no such revision.")
    return here[0]


def differences(older: pb.SafetyEvent, newer: pb.SafetyEvent) -> Iterator[Difference]:
    """Each question that the two answer otherwise, in the order in which the newer one was told."""
    then, now = _said(older), _said(newer)
    coded = ((one.section, one.entry) for event in (older, newer) for one in event.facts.answers)
    entries = (*coded, *((section, entry) for section, entry, _ in (*then, *now)))
    several = {EACH.get(section, "") for section, entry in entries if entry > 0}
    for place in dict.fromkeys((*now, *then)):
        before, after = then.get(place), now.get(place)
        one = after or before
        if one is None or (before and after and before.answers == after.answers):
            continue
        one = replace(one, question=_of_whom(place, several) + one.question)
        yield _difference(one, before.answers if before else (), after.answers if after else ())


def _of_whom(place: Place, several: Container[str]) -> str:
    """Of which patient, medicine or device an answer is, where there are several; nothing of how many there are."""
    each = EACH.get(place[0], "")
    return f"{each} {place[1] + 1}: " if each in several and place != COUNT else ""


def _difference(one: Said, before: tuple[str, ...], after: tuple[str, ...]) -> Difference:
    readable = CHECKING not in (*before, *after)
    if one.is_text and readable and len(before) == len(after) == 1:
        pieces = tuple(word_by_word(before[0], after[0]))
        if pieces:
            return Difference(one.question, pieces=pieces)
    return Difference(one.question, before, after)


def word_by_word(before: str, after: str) -> Iterator[Piece]:
    """One text with what was taken out of it and put into it; nothing where that would take too long."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    if len(old) + len(new) > MOST_WORDS:
        return
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for kind, from_, to, start, end in matcher.get_opcodes():
        if kind == "equal":
            yield Piece("same", "".join(old[from_:to]))
            continue
        if from_ < to:
            yield Piece("removed", "".join(old[from_:to]))
        if start < end:
            yield Piece("added", "".join(new[start:end]))


def _said(event: pb.SafetyEvent) -> Mapping[Place, Said]:
    """Everything a revision says: codes in words, texts as they may be shown. How many patients there were is one answer."""
    form = versions.of_version(event.facts.question_set, by=STAFF)
    if form is None:
        return {}
    given = given_of(event.facts.answers, event.facts.patients_known)
    given.patients = given.patients or ("yes" if given.at(COUNT) else "")
    places = dict.fromkeys(
        ([COUNT] if given.patients else []) + [one for one in given.values if one[2] != COUNT[2]]
    )
    told = {
        place: Said(form.question(place).wording, tuple(showing.in_words(place, form, given)))
        for place in places
        if form.has(place)
    }
    for one in event.texts:
        place = place_of(one.field)
        if form.has(place):
            text = one.text if one.checked else CHECKING
            held = told[place].answers if place in told else ()
            told[place] = Said(form.question(place).wording, (*held, text), True)
    return told


def _shown(one: pb.SafetyEvent) -> RevisionShown:
    facts = one.facts
    change = pb.Change.Name(facts.change).removeprefix("CHANGE_").lower()
    when, reason = presenters.moment(facts.revised_at), words.REASONS.get(facts.reason, "")
    return RevisionShown(facts.revision, words.CHANGES.get(change, change), when, reason)


def _number(typed: str) -> int:
    return int(typed) if typed.isdecimal() and len(typed) < 9 else 0

"""What was changed in an event, and when: its revisions, and what differs between two of them, in redacted words."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import Blueprint, render_template, request

from gateway.api.recording import ask
from gateway.guards import signed_in
from gateway.web import presenters
from gateway.web.following_up import words
from gateway.web.following_up.answered import place_of
from gateway.web.recording import showing, versions
from gateway.web.recording.form import STAFF, Form, Place, given_of
from protos.recording.v1 import recording_pb2 as pb

routes = Blueprint("history", __name__, url_prefix="/events/<reference>/history")
AT_ONCE = 50  # revisions on a page
MOST_WORDS = 4_000  # of both texts: longer ones are shown whole, one after the other
_WORD = re.compile(r"\s+|[^\s]+")
CHECKING = "Being checked for personal data"


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
    """A question that was answered otherwise: before and after, or one text with what changed in it."""

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
def history(reference: str) -> str:
    """A page of revisions, newest first, and what differs between the two that are chosen: the newest two at first."""
    before = _number(request.args.get("before", ""))
    found = ask("GetHistory", pb.GetHistoryRequest(event=reference, before=before, count=AT_ONCE))
    revisions = list(found.revisions)
    newer = _chosen(revisions, "newer", 0)
    older = _chosen(revisions, "older", 1)
    oldest = revisions[-1].facts.revision if revisions else 1
    return render_template(
        "following_up/history.html",
        reference=revisions[0].facts.reference if revisions else reference,
        revisions=[_revision(one) for one in revisions],
        newer=newer.facts.revision if newer else 0,
        older=older.facts.revision if older else 0,
        differences=list(differences(older, newer)) if older and newer else [],
        before=before,
        next=oldest if oldest > 1 else 0,
        own=bool(revisions) and revisions[-1].facts.recorder_id == presenters.own_id(),
    )


def differences(older: pb.SafetyEvent, newer: pb.SafetyEvent) -> Iterator[Difference]:
    """Each question that the two answer otherwise, in the order in which the newer one was told."""
    then, now = _said(older), _said(newer)
    for place in dict.fromkeys((*now, *then)):
        before, after = then.get(place), now.get(place)
        one = after or before
        if one is None or (before and after and before.answers == after.answers):
            continue
        yield _difference(one, before.answers if before else (), after.answers if after else ())


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
    """Everything a revision says: codes in words, texts as they may be shown."""
    form = versions.of_version(event.facts.question_set, by=STAFF)
    if form is None:
        return {}
    given = given_of(event.facts.answers)
    told = {
        place: Said(form.question(place).wording, tuple(_in_words(place, form, event)))
        for place in given.values
        if form.has(place)
    }
    for one in event.texts:
        place = place_of(one.field)
        if form.has(place):
            text = one.text if one.checked else CHECKING
            held = told[place].answers if place in told else ()
            told[place] = Said(form.question(place).wording, (*held, text), True)
    return told


def _in_words(place: Place, form: Form, event: pb.SafetyEvent) -> list[str]:
    return showing.in_words(place, form, given_of(event.facts.answers, event.facts.patients_known))


def _revision(one: pb.SafetyEvent) -> RevisionShown:
    facts = one.facts
    change = pb.Change.Name(facts.change).removeprefix("CHANGE_").lower()
    when, reason = presenters.moment(facts.revised_at), words.REASONS.get(facts.reason, "")
    return RevisionShown(facts.revision, words.CHANGES.get(change, change), when, reason)


def _chosen(revisions: list[pb.SafetyEvent], name: str, usual: int) -> pb.SafetyEvent | None:
    """The revision that the address names, else the one at this place of the list."""
    number = _number(request.args.get(name, ""))
    named = next((one for one in revisions if one.facts.revision == number), None)
    return named or (revisions[usual] if usual < len(revisions) else None)


def _number(typed: str) -> int:
    return int(typed) if typed.isdecimal() and len(typed) < 9 else 0

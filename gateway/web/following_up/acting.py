"""Acts on several events at once: each by itself, so that one that fails keeps no other from being done, and each is told of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import session

from chassis.problems import Kind, Problem
from gateway.api.recording import ask
from gateway.web.answering import Faults
from gateway.web.following_up import words
from gateway.web.following_up.colleagues import NOBODY, Colleagues
from protos.recording.v1 import recording_pb2 as pb

MOST = 50  # events at once: as many as a page has, and more than anybody chooses
REMEMBERED = "done-to-events"  # until the next page, in the cookie that we sign
REVIEWED = "reviewed"
_FAILED: Mapping[str, str] = {
    "version-conflict": "Not changed: somebody else changed it meanwhile. Look at it, and choose it again",
    "state-not-next": "Not changed: it cannot go there from the state it is in",
    "event-not-found": "Not changed: it is not there any more, or you may not change it",
    "deleted": "Not changed: it was withdrawn",
    "unknown-colleague": "Not changed: that colleague does not follow up events here any more",
    "try-again": "Not changed: the service is busy. Choose it again in a moment",
}


@dataclass(frozen=True)
class Chosen:
    """An event, and the version of its handling that the list showed."""

    reference: str
    version: int


@dataclass(frozen=True)
class Result:
    """What became of one of them. `code` is that of a problem, or empty."""

    reference: str
    code: str

    @property
    def text(self) -> str:
        return _FAILED.get(self.code, "Not changed: look at it by itself") if self.code else "Done"


def chosen(sent: Sequence[str]) -> list[Chosen]:
    """What checkboxes sent; what is none of ours is left out."""
    pairs = (one.rpartition(":") for one in dict.fromkeys(sent))
    return [
        Chosen(reference, int(version))
        for reference, _, version in pairs
        if reference and version.isdecimal() and len(version) < 9
    ]


def acts(known: Colleagues) -> Iterator[tuple[str, str]]:
    """What may be done to several, as a list to choose from."""
    yield REVIEWED, "Mark as reviewed: close, nothing more to do"
    for code in words.BULK:
        yield f"state:{code}", f"Change the state to: {words.state(code).text}"
    for one in known.choices(""):
        yield f"assign:{one['value']}", f"Assign to: {one['text']}"


def wrong(found: Sequence[Chosen], wanted: str) -> Faults:
    """What has to be said before anything can be done."""
    faults = {}
    if not found:
        faults["rows"] = "Choose at least one event"
    elif len(found) > MOST:
        faults["rows"] = f"Choose {MOST} events at most"
    if _act(wanted) is None:
        faults["act"] = "Choose what to do with them"
    return faults


def act_on(found: Sequence[Chosen], wanted: str) -> list[Result]:
    """One after the other. Pressed twice, what was done already is done."""
    act = _act(wanted)
    return [Result(one.reference, _tried(partial(act, one))) for one in found] if act else []


def _act(wanted: str) -> Callable[[Chosen], Any] | None:
    kind, _, what = wanted.partition(":")
    if wanted == REVIEWED:
        return _review
    if kind == "state" and what in words.BULK:
        return partial(_bring_to, what)
    if kind == "assign" and what:
        return partial(_assign, "" if what == NOBODY else what)
    return None


def _bring_to(state: str, one: Chosen) -> Any:
    asking = pb.HandleRequest(event=one.reference, state=state, expected_version=one.version)
    return ask("Handle", asking)


def _review(one: Chosen) -> Any:
    """Closed, by way of the review where nobody had begun it: nothing is closed that nobody reviewed."""
    try:
        return _bring_to("closed", one)
    except Problem as problem:
        if problem.code != "state-not-next":
            raise
    begun = _bring_to("under_review", one)
    return _bring_to("closed", Chosen(one.reference, begun.handling.version))


def _assign(account_id: str, one: Chosen) -> Any:
    asking = pb.AssignRequest(event=one.reference, account_id=account_id, expected_version=one.version)
    return ask("Assign", asking)


def _tried(act: Callable[[], Any]) -> str:
    """The code of the problem that there was, or nothing."""
    try:
        act()
    except Problem as problem:
        if problem.kind is Kind.UNAUTHENTICATED:
            raise
        return problem.code
    return ""


# ---- until the next page ---------------------------------------------------------------------------------------


def remember(results: Sequence[Result]) -> None:
    """References and codes alone."""
    session[REMEMBERED] = [[one.reference, one.code] for one in results]


def summary() -> str:
    """How many were changed and how many not, in words."""
    results = [code for _, code in session.get(REMEMBERED, [])]
    failed = sum(bool(one) for one in results)
    done = len(results) - failed
    said = f"{done} {'event' if done == 1 else 'events'} changed."
    return f"{said} {failed} not changed: see below why." if failed else said


def told() -> list[Result]:
    """What became of each, once."""
    return [Result(reference, code) for reference, code in session.pop(REMEMBERED, [])]

"""Acts on several events at once: each by itself, so that one that fails keeps no other from being done, and each is told of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial

from flask import session

from chassis.problems import Kind, Problem, invalid
from gateway.api.recording import ask
from gateway.web import presenters
from gateway.web.answering import Faults
from gateway.web.following_up import colleagues, words
from gateway.web.following_up.colleagues import NOBODY, Colleagues
from protos.recording.v1 import recording_pb2 as pb

MOST = 50  # events at once: more than a page has
REMEMBERED = "done-to-events"  # until the next page, in the cookie that we sign
REVIEWED = "reviewed"
Tried = tuple[str, int]
"""The code of the problem that there was, or nothing; then the version of the handling."""
_FAILED: Mapping[str, str] = {
    "version-conflict": "somebody else changed it meanwhile. Look at it, and choose it again",
    "state-not-next": "it cannot go there from the state it is in",
    "event-not-found": "it is not there any more, or you may not change it",
    "deleted": "it was withdrawn",
    "unknown-colleague": "that colleague is not known to follow up the events of its organisation",
    "try-again": "the service is busy. Choose it again in a moment",
}


@dataclass(frozen=True)
class Chosen:
    """An event, and the version of its handling that the list showed."""

    reference: str
    version: int


@dataclass(frozen=True)
class Result:
    """What became of one of them. `code` is that of a problem, or empty; `begun`: its review began before there was that problem."""

    reference: str
    code: str
    begun: bool = False

    @property
    def text(self) -> str:
        if not self.code:
            return "Done"
        reason = _FAILED.get(self.code, "look at it by itself")
        return f"Under review now; not closed: {reason}" if self.begun else f"Not changed: {reason}"


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
    return [act(one) for one in found] if act else []


def _act(wanted: str) -> Callable[[Chosen], Result] | None:
    kind, _, what = wanted.partition(":")
    if wanted == REVIEWED:
        return _reviewed
    if kind == "state" and what in words.BULK:
        return lambda one: Result(one.reference, _brought(what, one)[0])
    if kind == "assign" and what:
        known = cache(colleagues.of)
        return lambda one: _assigned("" if what == NOBODY else what, known, one)
    return None


def _reviewed(one: Chosen) -> Result:
    """Closed, by way of the review where nobody had begun it: nothing is closed that nobody reviewed. A review that one began oneself
    and that was not closed goes on."""
    code, _ = _brought("closed", one)
    if code not in ("state-not-next", "version-conflict"):
        return Result(one.reference, code)
    code, version = _brought("under_review", one)
    if code:
        return Result(one.reference, code)
    code, _ = _brought("closed", Chosen(one.reference, version))
    return Result(one.reference, code, begun=bool(code))


def _brought(state: str, one: Chosen) -> Tried:
    asking = pb.HandleRequest(event=one.reference, state=state, expected_version=one.version)
    return _tried(one, partial(ask, "Handle", asking), lambda now: now.state == state)


def _assigned(account_id: str, known: Callable[[str], Colleagues], one: Chosen) -> Result:
    """`known`: who follows up the events of an organisation, each asked for once. Recording knows no accounts."""
    asking = pb.AssignRequest(event=one.reference, account_id=account_id, expected_version=one.version)

    def assign() -> pb.FollowUp:
        if account_id not in ("", presenters.own_id()):
            event = ask("GetEvent", pb.GetEventRequest(event_id=one.reference))
            _must_follow_up(account_id, known(event.facts.organisation))
        told: pb.FollowUp = ask("Assign", asking)
        return told

    code, _ = _tried(one, assign, lambda now: now.assigned_to == account_id)
    return Result(one.reference, code)


def _must_follow_up(account_id: str, known: Colleagues) -> None:
    if account_id not in known:
        raise invalid("unknown-colleague", "Choose somebody who follows up the events of its organisation.")


def _tried(one: Chosen, act: Callable[[], pb.FollowUp], is_so: Callable[[pb.Handling], bool]) -> Tried:
    """What stands already as one asked for it oneself was done: the list that was pressed did not know yet."""
    try:
        return "", act().handling.version
    except Problem as problem:
        if problem.kind is Kind.UNAUTHENTICATED:
            raise
        now = _now(one) if problem.code == "version-conflict" else None
        if now and now.changed_by == presenters.own_id() and is_so(now):
            return "", now.version
        return problem.code, 0


def _now(one: Chosen) -> pb.Handling | None:
    try:
        told: pb.FollowUp = ask("GetFollowUp", pb.GetFollowUpRequest(event=one.reference))
    except Problem as problem:
        if problem.kind is Kind.UNAUTHENTICATED:
            raise
        return None
    return told.handling


# ---- until the next page ---------------------------------------------------------------------------------------


def remember(results: Sequence[Result]) -> None:
    """References and codes alone."""
    session[REMEMBERED] = [[one.reference, one.code, one.begun] for one in results]


def summary(results: Sequence[Result]) -> str:
    """How many were changed and how many not, in words."""
    done, begun = (
        sum(found) for found in ((not one.code for one in results), (one.begun for one in results))
    )
    failed = len(results) - done - begun
    said = [f"{done} {'event' if done == 1 else 'events'} changed."]
    said += [f"{begun} under review and not closed: see below why."] if begun else []
    said += [f"{failed} not changed: see below why."] if failed else []
    return " ".join(said)


def told() -> list[Result]:
    """What became of each, once."""
    return [Result(*one) for one in session.pop(REMEMBERED, [])]

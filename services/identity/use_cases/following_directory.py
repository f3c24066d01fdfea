"""Following the national directory: what changed there is fetched, a few organisations at a time.

One step is one transaction. A list of what changed is kept, and emptied step by step, so that a worker that stops
resumes where it was. The directory asks for fewer than five requests a second, and tells of the last 185 days alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from chassis import outbox
from chassis.actors import system
from services.identity.domain import directory as answers
from services.identity.domain.directory import FARTHEST_BACK, NotReadable
from services.identity.domain.telling import Told
from services.identity.store import organisation_imports, organisation_sync
from services.identity.store.organisation_sync import Sync
from services.identity.use_cases.changing_organisations import keep_told, keep_withdrawn
from services.identity.use_cases.granting import day

WHO = system("directory").id
AT_ONCE = 20  # organisations in one step
LONGEST_STEP = timedelta(seconds=30)
MOST_PAGES = 100
_A_DAY = timedelta(days=1)
_LONGEST_PAUSE = timedelta(hours=6)
_GONE = (404, 410)
FULL_IMPORT = "full-import-needed"


@dataclass(frozen=True)
class Answer:
    """What the directory said. `headers` have names in small letters."""

    status: int
    body: bytes = field(repr=False, default=b"")
    headers: Mapping[str, str] = field(default_factory=dict)


class Away(Exception):
    """There was no answer: in words for the operator."""


Ask = Callable[
    [str, Mapping[str, str]], Answer
]  # a path below the directory's address, and parameters; raises Away


def follow_directory(tx: Connection, ask: Ask, clock: Callable[[], datetime]) -> bool:
    """One step; whether there is more to do at once."""
    now = clock()
    state = organisation_sync.state(tx)
    if state.not_before and now < state.not_before:
        return False
    try:
        if codes := organisation_sync.next_codes(tx, AT_ONCE):
            _fetch(tx, ask, codes, clock)
            return True
        if state.listed_on:
            organisation_sync.list_done(tx)
            return False
        return _list(tx, ask, state, day(now))
    except _Refused as refused:
        pause = max(refused.pause, _pause(state.failures))
        organisation_sync.wait_until(tx, clock() + min(pause, _LONGEST_PAUSE), True, str(refused))
        return False


def sync_state(state: Sync, today: date) -> str:
    """What an operator is told of it."""
    if state.last_error == FULL_IMPORT:
        return FULL_IMPORT
    return "following" if state.since or state.listed_on else "off"


class _Refused(Exception):
    """The directory does not answer, or not now. `pause`: as long as it asked for."""

    def __init__(self, detail: str, pause: timedelta = timedelta(0)) -> None:
        super().__init__(detail)
        self.pause = pause


def _list(tx: Connection, ask: Ask, state: Sync, today: date) -> bool:
    """Ask what changed since the last time, where that was yesterday or before."""
    since = state.since
    if since is None or since < today - FARTHEST_BACK:
        since = _imported_on(tx)
    if since is None or since < today - FARTHEST_BACK:
        organisation_sync.wait_until(tx, None, False, FULL_IMPORT)
        return False
    if since == state.since and since >= today:
        return False
    codes = list[str]()
    parameters = {"LastChangeDate": (since - _A_DAY if since > today - FARTHEST_BACK else since).isoformat()}
    for _ in range(MOST_PAGES):
        answer = _answered(ask, "/sync", parameters)
        try:
            found = answers.changed(answer.body)
        except NotReadable as wrong:
            raise _Refused(f"the list cannot be read: {wrong}") from None
        new = [code for code in found if code not in set(codes)]
        codes += new
        if not new or len(codes) >= _total(answer):
            break
        parameters = parameters | {"Limit": str(max(len(found), 1)), "Offset": str(len(codes))}
    organisation_sync.keep_list(tx, codes, today)
    return True


def _total(answer: Answer) -> int:
    """How many the directory says there are; without a word, those that came are all."""
    said = answer.headers.get("x-total-count", "")
    return int(said) if said.isdecimal() and len(said) < 10 else 0


def _imported_on(tx: Connection) -> date | None:
    at = organisation_imports.first_done_at(tx)
    return day(at) if at else None


def _fetch(tx: Connection, ask: Ask, codes: list[str], clock: Callable[[], datetime]) -> None:
    """Ask for each and keep what came, also where the directory stops answering on the way."""
    told, gone, failure = list[Told](), list[str](), None
    end = clock() + LONGEST_STEP
    for code in codes:
        if clock() >= end:
            break
        try:
            answer = _answered(ask, f"/organisations/{code}", {}, _GONE)
            if answer.status in _GONE:
                gone.append(code)
            else:
                told.append(answers.organisation(answer.body, code))
        except NotReadable as wrong:
            organisation_sync.note_unreadable(tx, code, str(wrong), clock())
        except _Refused as refused:
            failure = refused
            break
    today = day(clock())
    with outbox.in_lane(outbox.BULK):
        keep_told(tx, told, (), WHO, "directory", today)
        keep_withdrawn(tx, gone, WHO, "directory", today)
    if done := [*(one.code for one in told), *gone]:
        organisation_sync.fetched(tx, done)
    if failure:
        raise failure


def _answered(ask: Ask, path: str, parameters: Mapping[str, str], also: tuple[int, ...] = ()) -> Answer:
    try:
        answer = ask(path, parameters)
    except Away as away:
        raise _Refused(str(away)) from None
    if answer.status == 200 or answer.status in also:
        return answer
    raise _Refused(f"the directory answered {answer.status}", _retry_after(answer))


def _retry_after(answer: Answer) -> timedelta:
    said = answer.headers.get("retry-after", "")
    return timedelta(seconds=int(said)) if said.isdecimal() and len(said) < 6 else timedelta(0)


def _pause(failures: int) -> timedelta:
    """A minute, then twice as long each time."""
    return timedelta(minutes=2 ** min(failures, 9))

"""Following the national directory: what changed there is fetched, a few organisations at a time.

A step reads what to ask, asks with no transaction open, and keeps what came in one. A list of what changed is kept,
and emptied step by step, so that a worker that stops resumes where it was. The directory asks for fewer than five
requests a second, and tells of the last 185 days alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import Connection, Engine

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
# With the answer that is being waited for, both stay well below chassis.working.PATIENCE.
LONGEST_STEP, LONGEST_LIST = timedelta(seconds=30), timedelta(seconds=80)
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
Keep = Callable[[Connection], bool]  # keeps what came of a step; whether there is more to do at once


def follow_directory(db: Engine, ask: Ask, clock: Callable[[], datetime]) -> Keep:
    """One step, with no transaction open; what keeps its outcome says whether there is more to do at once."""
    now = clock()
    with db.begin() as tx:
        state = organisation_sync.state(tx)
        codes = organisation_sync.next_codes(tx, AT_ONCE)
        imported_on = _imported_on(tx)
    if state.not_before and now < state.not_before:
        return _nothing
    if codes:
        return partial(_keep_fetched, _fetch(ask, codes, clock), state, clock)
    if state.listed_on:
        return _done
    try:
        return _list(ask, state, imported_on, clock)
    except _Refused as refused:
        return partial(_leave_in_peace, refused, state, clock)


def _nothing(_: Connection) -> bool:
    return False


def _done(tx: Connection) -> bool:
    organisation_sync.list_done(tx)
    return False


def _leave_in_peace(refused: _Refused, state: Sync, clock: Callable[[], datetime], tx: Connection) -> bool:
    pause = min(max(refused.pause, _pause(state.failures)), _LONGEST_PAUSE)
    organisation_sync.wait_until(tx, clock() + pause, True, str(refused))
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


def _list(ask: Ask, state: Sync, imported_on: date | None, clock: Callable[[], datetime]) -> Keep:
    """Ask what changed since the last time, where that was yesterday or before."""
    today, end = day(clock()), clock() + LONGEST_LIST
    since = state.since
    if since is None or since < today - FARTHEST_BACK:
        since = imported_on
    if since is None or since < today - FARTHEST_BACK:
        return _ask_for_import
    if since == state.since and since >= today:
        return _nothing
    codes = list[str]()
    parameters = {"LastChangeDate": (since - _A_DAY if since > today - FARTHEST_BACK else since).isoformat()}
    for _ in range(MOST_PAGES):
        if clock() >= end:
            raise _Refused("the list does not end")
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
    return partial(_keep_list, codes, today)


def _ask_for_import(tx: Connection) -> bool:
    organisation_sync.wait_until(tx, None, False, FULL_IMPORT)
    return False


def _keep_list(codes: list[str], today: date, tx: Connection) -> bool:
    organisation_sync.keep_list(tx, codes, today)
    return True


def _total(answer: Answer) -> int:
    """How many the directory says there are; without a word, those that came are all."""
    said = answer.headers.get("x-total-count", "")
    return int(said) if said.isdecimal() and len(said) < 10 else 0


def _imported_on(tx: Connection) -> date | None:
    at = organisation_imports.first_done_at(tx)
    return day(at) if at else None


@dataclass
class _Fetched:
    """What came of the organisations of one step, also where the directory stopped answering on the way."""

    told: list[Told] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    unreadable: dict[str, str] = field(default_factory=dict)
    refused: _Refused | None = None


def _fetch(ask: Ask, codes: list[str], clock: Callable[[], datetime]) -> _Fetched:
    came, end = _Fetched(), clock() + LONGEST_STEP
    for code in codes:
        if clock() >= end:
            break
        try:
            answer = _answered(ask, f"/organisations/{code}", {}, _GONE)
            if answer.status in _GONE:
                came.gone.append(code)
            else:
                came.told.append(answers.organisation(answer.body, code))
        except NotReadable as wrong:
            came.unreadable[code] = str(wrong)
        except _Refused as refused:
            came.refused = refused
            break
    return came


def _keep_fetched(came: _Fetched, state: Sync, clock: Callable[[], datetime], tx: Connection) -> bool:
    now = clock()
    for code, error in came.unreadable.items():
        organisation_sync.note_unreadable(tx, code, error, now)
    with outbox.in_lane(outbox.BULK):
        keep_told(tx, came.told, (), WHO, "directory", now, as_of=now)
        keep_withdrawn(tx, came.gone, WHO, "directory", now)
    if done := [*(one.code for one in came.told), *came.gone]:
        organisation_sync.fetched(tx, done)
    return _leave_in_peace(came.refused, state, clock, tx) if came.refused else True


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

"""What becomes of organisations when a file or the directory tells of them: the change, its announcement, its audit row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection

from chassis import outbox
from services.identity import messages
from services.identity.domain import ods
from services.identity.domain.organisation_files import Refused
from services.identity.domain.organisations import Organisation, Succession
from services.identity.domain.telling import Told, merged, withdrawn
from services.identity.store import audit, directory
from services.identity.use_cases.granting import day


@dataclass(frozen=True)
class Changes:
    """How many organisations were new, changed or as they were, older than what is kept, and what could not be taken."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    older: int = 0
    refused: tuple[Refused, ...] = ()


def keep_told(
    tx: Connection,
    told: Sequence[Told],
    successions: Iterable[Succession],
    by: str,
    about: str,
    now: datetime,
    as_of: datetime,
) -> Changes:
    """Keep what a source said; announce what is not as it was. `by` is the actor's id, `about` names the source.

    It was so `as_of`: of an organisation of which something newer was told, nothing is taken. A succession is only ever
    added, so its age does not matter. The same again changes nothing and announces nothing.
    """
    today = day(now)
    directory.wait_to_change(tx)
    newest = {one.code: one for one in told}
    older = directory.told_after(tx, newest, as_of)
    newest = {code: one for code, one in newest.items() if code not in older}
    known = directory.named(tx, newest)
    strange = [one for code, one in newest.items() if code in known and _is_another_kind(known[code], one)]
    newest = {code: one for code, one in newest.items() if one not in strange}
    here = {code: merged(known.get(code), one, today) for code, one in newest.items()}
    changed = _numbered(known, here)
    directory.keep(tx, changed)
    directory.note_told(tx, newest, as_of)
    changed, refused = _without_circles(tx, known, changed, newest, today)
    every = [*successions, *(one for each in newest.values() for one in each.successions)]
    touched = _take_over(tx, every, {one.code for one in changed})
    _announce(tx, {one.code for one in changed} | touched, by, about)
    added = sum(one.code not in known for one in changed)
    refused += [_another_kind(known[one.code], one) for one in strange]
    return Changes(added, len(changed) - added, len(newest) - len(changed), len(older), tuple(refused))


def keep_withdrawn(tx: Connection, codes: Sequence[str], by: str, about: str, now: datetime) -> None:
    """The directory does not know these any more: they are closed, and kept."""
    directory.wait_to_change(tx)
    known = directory.named(tx, codes)
    changed = _numbered(known, {code: withdrawn(one, day(now)) for code, one in known.items()})
    directory.keep(tx, changed)
    directory.note_told(tx, known, now)
    _announce(tx, {one.code for one in changed}, by, about)


def _is_another_kind(known: Organisation, told: Told) -> bool:
    """Whether a file makes something else of what is known: it is not the file that it was said to be."""
    before = ods.kind({known.role})
    return not told.whole and before is not ods.OTHER and before.name != ods.kind({told.role}).name


def _another_kind(known: Organisation, told: Told) -> Refused:
    here, there = ods.kind({known.role}).label, ods.kind({told.role}).label
    return Refused(
        told.line,
        "another-kind",
        f"{told.code}: it is known as “{here}”, and this file would make it “{there}”.",
    )


def _numbered(known: Mapping[str, Organisation], now: Mapping[str, Organisation]) -> list[Organisation]:
    """Those that are not as they were, each with the next version."""
    changed = [one for code, one in sorted(now.items()) if one != known.get(code)]
    return [replace(one, version=one.version + 1) if one.code in known else one for one in changed]


def _without_circles(
    tx: Connection,
    known: Mapping[str, Organisation],
    changed: Sequence[Organisation],
    told: Mapping[str, Told],
    today: date,
) -> tuple[list[Organisation], list[Refused]]:
    """Give those that would belong to themselves the parents they had before, and say so of their line."""
    moved = [one.code for one in changed if one.code not in known or known[one.code].parents != one.parents]
    circular = set(directory.circular(tx, moved, ods.UPWARDS, today))
    if not circular:
        return list(changed), []
    back = [_as_it_was(known.get(one.code), one) for one in changed if one.code in circular]
    directory.keep(tx, back)
    left = {one.code for one in back if one == known.get(one.code)}
    detail = "it would belong to itself: whom it belongs to was left as it was, and the rest of the line was taken."
    refused = [Refused(told[code].line, "circle", f"{code}: {detail}") for code in sorted(circular)]
    return [one for one in changed if one.code not in left], refused


def _as_it_was(known: Organisation | None, one: Organisation) -> Organisation:
    """With the parents from before; wholly as before, where nothing else is new."""
    back = replace(one, parents=known.parents if known else ())
    return known if known and replace(back, version=known.version) == known else back


def _take_over(tx: Connection, successions: Iterable[Succession], changed: set[str]) -> set[str]:
    """Keep who took over from whom; the organisations that this tells something new of, with a new version."""
    added = directory.add_successions(tx, successions)
    touched = {code for one in added for code in (one.predecessor, one.successor)}
    directory.raise_versions(tx, touched - changed)
    return touched


def _announce(tx: Connection, codes: set[str], by: str, about: str) -> None:
    if not codes:
        return
    found = directory.named(tx, codes)
    successions: dict[str, list[Succession]] = {}
    for one in directory.successions_of(tx, codes):
        successions.setdefault(one.successor, []).append(one)
    told = [messages.organisation_changed(one, successions.get(code, ())) for code, one in found.items()]
    outbox.put_all(tx, [outbox.announcement(each, each.code, by) for each in told])
    audit.note(tx, by, "organisations-changed", about, codes=" ".join(sorted(found)), count=len(found))

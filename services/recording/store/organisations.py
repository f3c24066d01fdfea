"""Organisations as identity told us of them: which exist, which are closed, and who operates whom."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, text

from services.recording.domain.organisations import Organisation
from services.recording.store import at_once

OPERATED_BY = "RE6"


def keep_organisation(tx: Connection, organisation: Mapping[str, Any]) -> None:
    """Remember an organisation unless we know a newer version of it."""
    tx.execute(
        text(
            "insert into organisations (code, name, opened_on, closed_on, parents, version)"
            " values (:code, :name, :opened_on, :closed_on, cast(:parents as jsonb), :version)"
            " on conflict (code) do update set name = excluded.name, opened_on = excluded.opened_on,"
            " closed_on = excluded.closed_on, parents = excluded.parents, version = excluded.version"
            " where organisations.version < excluded.version"
        ),
        {**organisation, "parents": orjson.dumps(organisation["parents"]).decode()},
    )


def find_organisations(tx: Connection, words: str, count: int) -> tuple[list[Organisation], int]:
    """Organisations whose code begins with `words` or whose name holds all of them, and how many there are."""
    patterns = [f"%{_escaped(word)}%" for word in words.split()[:10]]
    rows = tx.execute(
        text(
            "select code, name, closed_on, count(*) over () as total from organisations"
            " where code ilike :code or name ilike all(cast(:patterns as text[]))"
            " order by (code ilike :code) desc, closed_on is not null, name, code limit :count"
        ),
        {"code": f"{_escaped(words.strip())}%", "patterns": patterns, "count": count},
    ).all()
    found = [Organisation(row.code, row.name, row.closed_on) for row in rows]
    return found, rows[0].total if rows else 0


class Directory:
    """Which organisations exist and who operates them, remembered for `seconds` so that a POST asks rarely.

    Where many ask at once, `db` is an engine of its own: it is asked by those who hold a connection of theirs, and if all
    of them waited for a second one of the same pool, none would ever be given back.
    """

    def __init__(self, db: Engine, seconds: float = 30) -> None:
        self._db = db
        self._seconds = seconds
        self._known: dict[str, tuple[float, Organisation | None]] = {}
        self._operated: dict[str, tuple[float, tuple[str, ...]]] = {}

    def exists(self, code: str) -> bool:
        return self._find(code) is not None

    def name_of(self, code: str) -> str:
        """Its name; its code where we do not know it."""
        found = self._find(code)
        return found.name if found else code

    def closed(self, code: str, today: date) -> bool:
        found = self._find(code)
        return found is not None and found.closed_on is not None and found.closed_on < today

    def belongs(self, code: str, organisation: str, today: date) -> bool:
        """Whether `code` is `organisation` or a site that it operates today."""
        if code == organisation:
            return True
        found = self._find(code)
        return found is not None and any(_operates(organisation, one, today) for one in found.parents)

    def operated(self, organisations: Iterable[str], today: date) -> tuple[str, ...]:
        """These organisations and the sites they operate today."""
        return tuple(dict.fromkeys(code for one in organisations for code in (one, *self._sites(one, today))))

    def _sites(self, organisation: str, today: date) -> tuple[str, ...]:
        now = time.monotonic()
        known = self._operated.get(organisation)
        if known is None or known[0] < now:
            known = self._operated[organisation] = (
                now + self._seconds,
                self._look_for_sites(organisation, today),
            )
        return known[1]

    def _look_for_sites(self, organisation: str, today: date) -> tuple[str, ...]:
        named = orjson.dumps([{"code": organisation, "kind": OPERATED_BY}]).decode()
        with at_once(self._db) as tx:
            rows = tx.execute(
                text("select code, parents from organisations where parents @> cast(:named as jsonb)"),
                {"named": named},
            )
            return tuple(
                row.code for row in rows if any(_operates(organisation, one, today) for one in row.parents)
            )

    def _find(self, code: str) -> Organisation | None:
        now = time.monotonic()
        known = self._known.get(code)
        if known is None or known[0] < now:
            found = self._look_up(code)
            known = (now + (self._seconds if found else 1.0), found)
            if len(self._known) > 100_000:
                self._known.clear()
            self._known[code] = known
        return known[1]

    def _look_up(self, code: str) -> Organisation | None:
        with at_once(self._db) as tx:
            row = tx.execute(
                text("select code, name, closed_on, parents from organisations where code = :code"),
                {"code": code},
            ).one_or_none()
        return Organisation(row.code, row.name, row.closed_on, tuple(row.parents)) if row else None


def _operates(organisation: str, parent: Mapping[str, Any], today: date) -> bool:
    if parent["code"] != organisation or parent["kind"] != OPERATED_BY:
        return False
    day = today.isoformat()
    return str(parent["start"] or "") <= day and (not parent["end"] or day <= str(parent["end"]))


def _escaped(word: str) -> str:
    return word.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")

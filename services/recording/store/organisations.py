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
BELOW = ("RE2", "RE4", "RE5", "RE6")  # every relationship by which oversight reaches a provider
# Who operates whom counts as of today, and for a closed site as of its last day.
_DAY = "cast(least(:today, coalesce(c.closed_on, :today)) as text)"
_TAKEN_OVER = "coalesce(s.starts <= :today, true) and c.closed_on <= :today"
_SITES = f"""
select c.code, {{own}} as own from organisations c
where c.parents @> jsonb_build_array(jsonb_build_object('code', below.code, 'kind', '{OPERATED_BY}'))
  and exists (select from jsonb_array_elements(c.parents) p where p->>'code' = below.code and p->>'kind' = '{OPERATED_BY}'
    and coalesce(p->>'start', '') <= {_DAY} and (coalesce(p->>'end', '') = '' or p->>'end' >= {_DAY}))"""
_HELD = text(f"""
with recursive below(code, own) as (
  select cast(:organisation as text), true
  union
  select n.code, n.own from below, lateral ({_SITES.format(own="below.own")}
    union all
    select s.predecessor, false from organisation_predecessors s join organisations c on c.code = s.predecessor
    where s.code = below.code and {_TAKEN_OVER}) n
) select code, own from below
""")
# As access has it: a closed organisation counts with whoever took over from it.
_OVERSEEN = text(f"""
with recursive area(code) as (
  select unnest(cast(:areas as text[]))
  union
  select n.code from area, lateral (
    select c.code from organisations c
    where c.parents @> jsonb_build_array(jsonb_build_object('code', area.code))
      and exists (select from jsonb_array_elements(c.parents) p where p->>'code' = area.code and p->>'kind' = any(:below)
        and coalesce(p->>'start', '') <= {_DAY} and (coalesce(p->>'end', '') = '' or p->>'end' >= {_DAY}))
      and not exists (select from organisation_predecessors s where s.predecessor = c.code and {_TAKEN_OVER})
    union all
    select s.predecessor from organisation_predecessors s join organisations c on c.code = s.predecessor
    where s.code = area.code and {_TAKEN_OVER}
  ) n
) select code from area
""")


def keep_organisation(tx: Connection, organisation: Mapping[str, Any]) -> None:
    """Remember an organisation, and whose work it took over, unless we know a newer version of it."""
    predecessors = organisation.get("predecessors", ())
    values = {name: value for name, value in organisation.items() if name != "predecessors"}
    newer = tx.execute(
        text(
            "insert into organisations (code, name, opened_on, closed_on, parents, version)"
            " values (:code, :name, :opened_on, :closed_on, cast(:parents as jsonb), :version)"
            " on conflict (code) do update set name = excluded.name, opened_on = excluded.opened_on,"
            " closed_on = excluded.closed_on, parents = excluded.parents, version = excluded.version"
            " where organisations.version < excluded.version"
        ),
        {**values, "parents": orjson.dumps(values["parents"]).decode()},
    ).rowcount
    if not newer:
        return
    code = values["code"]
    tx.execute(text("delete from organisation_predecessors where code = :code"), {"code": code})
    if predecessors:
        tx.execute(
            text(
                "insert into organisation_predecessors (code, predecessor, starts)"
                " values (:code, :predecessor, :starts)"
            ),
            [{"code": code, **one} for one in predecessors],
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
        self._overseen: dict[tuple[tuple[str, ...], date], tuple[float, tuple[str, ...]]] = {}
        self._operated: dict[tuple[str, date], tuple[float, tuple[tuple[str, ...], tuple[str, ...]]]] = {}

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
        """Whether `code` is `organisation` or a site that it operates today, or a site of one."""
        return code == organisation or code in self.operated([organisation], today)

    def operated(self, organisations: Iterable[str], today: date) -> tuple[str, ...]:
        """These organisations and the sites they operate today; a closed one counts with who operated it last."""
        return tuple(dict.fromkeys(code for one in organisations for code in self._codes(one, today)[0]))

    def held(self, organisations: Iterable[str], today: date) -> tuple[str, ...]:
        """The same, and whatever they took over, with what that operated: enough to read, not to change."""
        every = (code for one in organisations for several in self._codes(one, today) for code in several)
        return tuple(dict.fromkeys(every))

    def overseen(self, areas: Iterable[str], today: date) -> tuple[str, ...]:
        """Boards and regions, and every provider below them; remembered."""
        now, key = time.monotonic(), (tuple(areas), today)
        if not key[0]:
            return ()
        known = self._overseen.get(key)
        if known is None or known[0] < now:
            if len(self._overseen) > 1_000:
                self._overseen.clear()
            known = self._overseen[key] = (now + self._seconds, self._look_over(key[0], today))
        return known[1]

    def _look_over(self, areas: tuple[str, ...], today: date) -> tuple[str, ...]:
        with at_once(self._db) as tx:
            values = {"areas": list(areas), "below": list(BELOW), "today": today}
            return tuple(tx.execute(_OVERSEEN, values).scalars())

    def successors(self, code: str, today: date) -> tuple[str, ...]:
        """Who took over from a closed organisation, as far as that is known."""
        with at_once(self._db) as tx:
            rows = tx.execute(
                text(
                    "select s.code from organisation_predecessors s join organisations c on c.code = s.predecessor"
                    f" where s.predecessor = :code and {_TAKEN_OVER} order by s.starts, s.code"
                ),
                {"code": code, "today": today},
            )
            return tuple(rows.scalars())

    def _codes(self, organisation: str, today: date) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What an organisation is and operates, and what it inherited; remembered."""
        now, key = time.monotonic(), (organisation, today)
        known = self._operated.get(key)
        if known is None or known[0] < now:
            if len(self._operated) > 20_000:
                self._operated.clear()
            known = self._operated[key] = (now + self._seconds, self._look_below(organisation, today))
        return known[1]

    def _look_below(self, organisation: str, today: date) -> tuple[tuple[str, ...], tuple[str, ...]]:
        with at_once(self._db) as tx:
            rows = tx.execute(_HELD, {"organisation": organisation, "today": today}).all()
        own = tuple(row.code for row in rows if row.own)
        return own, tuple(row.code for row in rows if not row.own and row.code not in own)

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


def _escaped(word: str) -> str:
    return word.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")

"""Finding organisations while somebody types: a few indexed looks, the likeliest first, until there are enough."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, TextClause, text

_COLUMNS = "o.code, o.name, o.role, o.postcode, o.closed_on"
_BY_NAME = 'order by lower(o.name) collate "C", o.code limit :most'
_OPEN = "(o.closed_on is null or o.closed_on >= :today)"
_CLOSED = "o.closed_on < :today"
_CODE = text(
    f"select {_COLUMNS} from organisations o where o.code like :code and o.code <> all(:found) and {_OPEN}"
    " order by o.code limit :most"
)
_CODE_CLOSED = text(
    f"select {_COLUMNS} from organisations o where o.code like :code and o.code <> all(:found) and {_CLOSED}"
    " order by o.code limit :most"
)
_NAME = 'lower(o.name) collate "C" like :name'
_WORDS = "o.words @@ to_tsquery('simple', :words)"


def _looks(condition: str, order: str) -> tuple[TextClause, TextClause]:
    """The open ones, and the closed ones."""
    made = [
        text(
            f"select {_COLUMNS} from organisations o where {condition} and o.code <> all(:found) and {state} {order}"
        )
        for state in (_OPEN, _CLOSED)
    ]
    return made[0], made[1]


_NAME_OPEN, _NAME_CLOSED = _looks(_NAME, _BY_NAME)
_WORDS_OPEN, _WORDS_CLOSED = _looks(_WORDS, _BY_NAME)
_EXACT = text(f"select {_COLUMNS} from organisations o where o.code = :exact")


@dataclass(frozen=True)
class Hit:
    """An organisation that was found; `roles` as it holds them today, `parents` and `successors` by code."""

    code: str
    name: str
    role: str
    postcode: str
    closed_on: date | None
    roles: frozenset[str] = frozenset()
    parents: tuple[str, ...] = ()
    successors: tuple[str, ...] = ()


def search(tx: Connection, typed: str, words: Sequence[str], most: int, today: date) -> list[Hit]:
    """The best matches: the very code, then open ones by code and by name, then closed ones."""
    asked = {
        "exact": typed.upper(),
        "code": f"{_escaped(typed.upper())}%",
        "name": f"{_escaped(typed.lower())}%",
        "words": " & ".join(f"'{one}':*" for one in words),
        "today": today,
    }
    looks = [_EXACT]
    is_code = typed.isascii() and typed.isalnum()
    looks += [_CODE] if is_code and len(typed) > 1 else []
    looks += [_NAME_OPEN, _WORDS_OPEN]
    looks += [_CODE_CLOSED] if is_code and len(typed) > 1 else []
    looks += [_NAME_CLOSED, _WORDS_CLOSED]
    found: dict[str, Hit] = {}
    for look in looks:
        rows = tx.execute(look, {**asked, "found": list(found), "most": most - len(found)})
        found |= {row.code: Hit(row.code, row.name, row.role, row.postcode, row.closed_on) for row in rows}
        if len(found) >= most:
            break
    return list(found.values())[:most]


def described(tx: Connection, hits: Iterable[Hit], kinds: Iterable[str], today: date) -> list[Hit]:
    """With the roles they hold, whom they belong to (a closed one: on its last day) and who took over from them."""
    several = list(hits)
    asked: dict[str, Any] = {"codes": [one.code for one in several], "kinds": list(kinds), "today": today}
    roles = _gathered(tx, _ROLES, asked)
    parents = _gathered(tx, _PARENTS, asked)
    successors = _gathered(tx, _SUCCESSORS, asked)
    return [
        Hit(
            one.code,
            one.name,
            one.role,
            one.postcode,
            one.closed_on,
            frozenset({one.role, *roles.get(one.code, ())}),
            tuple(parents.get(one.code, ())),
            tuple(successors.get(one.code, ())),
        )
        for one in several
    ]


_DAY = "least(:today, coalesce(o.closed_on, :today))"
_ROLES = text(f"""
select r.code, r.role as other from organisation_roles r join organisations o using (code) where r.code = any(:codes)
  and (r.starts_on is null or r.starts_on <= {_DAY}) and (r.ends_on is null or r.ends_on >= {_DAY})
""")
_PARENTS = text(f"""
select p.code, p.parent as other from organisation_parents p join organisations o using (code)
where p.code = any(:codes) and p.kind = any(:kinds)
  and p.starts_on <= {_DAY} and (p.ends_on is null or p.ends_on >= {_DAY})
group by p.code, p.parent order by min(array_position(cast(:kinds as text[]), p.kind)), p.parent
""")
_SUCCESSORS = text("""
select s.predecessor as code, s.successor as other from organisation_successions s join organisations o
on o.code = s.predecessor where s.predecessor = any(:codes) and s.starts_on <= :today and o.closed_on <= :today
order by s.starts_on, s.successor
""")


def _gathered(tx: Connection, query: TextClause, asked: dict[str, Any]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in tx.execute(query, asked):
        found.setdefault(row.code, []).append(row.other)
    return found


def _escaped(typed: str) -> str:
    return typed.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")

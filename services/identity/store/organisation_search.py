"""Finding organisations while somebody types: a few indexed looks, the likeliest first, until there are enough."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection, text

SHORT = 2
_OPEN = "(o.closed_on is null or o.closed_on >= :today)"
_CLOSED = "o.closed_on < :today"
_CODE = "o.code like :code"
_NAME = 'lower(o.name) collate "C" like :name'
# A beginning of one or two letters fits so many words that looking them up costs more than looking at what the others found.
_WORDS = "o.words @@ to_tsquery('simple', :words) and (o.words @@ to_tsquery('simple', :short)) is true"
_BY_CODE, _BY_NAME = "o.code", 'lower(o.name) collate "C", o.code'


def _look(condition: str, order: str) -> str:
    return (
        "(select o.code, o.name, o.role, o.postcode, o.closed_on from organisations o"
        f" where {condition} order by {order} limit :most)"
    )


# Each look finds what those before it did not, and is not begun where they found enough.
_LOOKS = text(
    "select * from ("
    + " union all ".join(
        (
            _look(f"{_CODE} and ({_OPEN} or o.code = :exact)", _BY_CODE),
            _look(f"{_NAME} and {_OPEN} and not {_CODE}", _BY_NAME),
            _look(f"{_WORDS} and {_OPEN} and not {_NAME} and not {_CODE}", _BY_NAME),
            _look(f"{_CODE} and {_CLOSED} and o.code <> :exact", _BY_CODE),
            _look(f"{_NAME} and {_CLOSED} and not {_CODE}", _BY_NAME),
            _look(f"{_WORDS} and {_CLOSED} and not {_NAME} and not {_CODE}", _BY_NAME),
        )
    )
    + ") as looked limit :most"
)


@dataclass(frozen=True)
class Hit:
    """An organisation that was found; `roles` as it holds them today, `parents` and `successors` by code and name."""

    code: str
    name: str
    role: str
    postcode: str
    closed_on: date | None
    roles: frozenset[str] = frozenset()
    parents: tuple[tuple[str, str], ...] = ()
    successors: tuple[tuple[str, str], ...] = ()


def search(tx: Connection, typed: str, words: Sequence[str], most: int, today: date) -> list[Hit]:
    """The best matches: the very code, then open ones by code and by name, then closed ones."""
    short = [one for one in words if len(one) <= SHORT]
    long = [one for one in words if len(one) > SHORT]
    is_code = typed.isascii() and typed.isalnum() and len(typed) > 1
    asked = {
        "exact": typed.upper(),
        "code": f"{typed.upper()}%" if is_code else "",
        "name": f"{_escaped(typed.lower())}%",
        "words": _query(long or words),
        "short": _query(short or words),
        "today": today,
        "most": most,
    }
    # A plan that is kept for any text has to walk through all names: the beginning that is typed decides what is quick.
    tx.execute(text("set local plan_cache_mode = force_custom_plan"))
    rows = tx.execute(_LOOKS, asked)
    return [Hit(row.code, row.name, row.role, row.postcode, row.closed_on) for row in rows]


_DAY = "least(:today, coalesce(o.closed_on, :today))"
_DESCRIBED = text(f"""
with found as (select code, closed_on from organisations where code = any(:codes))
select 'role' as what, r.code, r.role as other, '' as name, 0 as place
from organisation_roles r join found o using (code)
where r.code = any(:codes) and (r.starts_on is null or r.starts_on <= {_DAY}) and (r.ends_on is null or r.ends_on >= {_DAY})
union all
select 'parent', p.code, p.parent, coalesce(n.name, ''), min(array_position(cast(:kinds as text[]), p.kind))
from organisation_parents p join found o using (code) left join organisations n on n.code = p.parent
where p.code = any(:codes) and p.kind = any(:kinds) and p.starts_on <= {_DAY} and (p.ends_on is null or p.ends_on >= {_DAY})
group by p.code, p.parent, n.name
union all
select 'successor', s.predecessor, s.successor, coalesce(n.name, ''), 0
from organisation_successions s join found o on o.code = s.predecessor left join organisations n on n.code = s.successor
where s.predecessor = any(:codes) and s.starts_on <= :today and o.closed_on <= :today
order by place, other
""")


def described(tx: Connection, hits: Iterable[Hit], kinds: Iterable[str], today: date) -> list[Hit]:
    """With the roles they hold, whom they belong to (a closed one: on its last day) and who took over from them."""
    several = list(hits)
    asked = {"codes": [one.code for one in several], "kinds": list(kinds), "today": today}
    said: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for row in tx.execute(_DESCRIBED, asked) if several else ():
        said.setdefault((row.what, row.code), []).append((row.other, row.name))

    def of(what: str, one: Hit) -> tuple[tuple[str, str], ...]:
        return tuple(said.get((what, one.code), ()))

    return [
        replace(
            one,
            roles=frozenset({one.role, *(role for role, _ in of("role", one))}),
            parents=of("parent", one),
            successors=of("successor", one),
        )
        for one in several
    ]


def _query(words: Sequence[str]) -> str:
    """Every one of these, each as the beginning of a word."""
    return " & ".join(f"'{one}':*" for one in words)


def _escaped(typed: str) -> str:
    return typed.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")

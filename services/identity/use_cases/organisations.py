"""Finding organisations, for anybody; everything we know of one, for support staff."""

from __future__ import annotations

import re
from datetime import date, datetime

from sqlalchemy import Connection, Engine

from chassis.actors import Actor
from chassis.problems import Fault, invalid, not_found
from services.identity.domain import ods
from services.identity.domain.finding import Found, Record
from services.identity.domain.roles import Permission
from services.identity.store import audit, directory, organisation_search
from services.identity.store.organisation_search import Hit
from services.identity.use_cases.granting import day

FEW, MOST, LONGEST_TEXT, MOST_WORDS = 20, 50, 100, 8
_WORD = re.compile(r"[^\W_]+")


def search_organisations(db: Engine, typed: str, limit: int, now: datetime) -> list[Found]:
    """The best matches for what somebody has typed so far; none for nothing. INVALID where it is too long."""
    text = " ".join(typed.split())
    if len(text) > LONGEST_TEXT or "\0" in text:
        detail = f"Type {LONGEST_TEXT} characters at most."
        raise invalid("search-too-long", detail, Fault("search", "search-too-long", detail))
    words = _words(text)
    if not words:
        return []
    today = day(now)
    with db.begin() as tx:
        hits = organisation_search.search(tx, text, words, min(limit or FEW, MOST), today)
        return _described(tx, hits, today)


def show_organisation(db: Engine, actor: Actor, code: str, now: datetime) -> Record:
    """Dated roles, parents, predecessors and successors; NOT_FOUND where we were told of none."""
    actor.must(Permission.ORGANISATIONS)
    today = day(now)
    with db.begin() as tx:
        one = directory.named(tx, [code]).get(code)
        if one is None:
            raise not_found("organisation-not-found", "There is no organisation with this code.")
        hit = Hit(one.code, one.name, one.role, one.postcode, one.closed_on)
        (found,) = _described(tx, [hit], today)
        both = directory.successions_of(tx, [code])
        others = {each.code for each in one.parents}
        others |= {each for pair in both for each in (pair.predecessor, pair.successor)}
        names = directory.names(tx, others)
        audit.note(tx, actor.id, "organisation-read", code)
    return Record(
        found,
        one,
        tuple(each for each in both if each.successor == code),
        tuple(each for each in both if each.predecessor == code),
        names,
    )


def _words(text: str) -> list[str]:
    """As the index has them: an apostrophe joins, everything else that is no letter or digit divides."""
    joined = text.lower().replace("'", "").replace("\N{RIGHT SINGLE QUOTATION MARK}", "")
    return list(dict.fromkeys(_WORD.findall(joined)))[:MOST_WORDS]


def _described(tx: Connection, hits: list[Hit], today: date) -> list[Found]:
    full = organisation_search.described(tx, hits, (ods.OPERATED_BY, ods.LIES_IN, ods.COMMISSIONED_BY), today)
    return [
        Found(
            one.code,
            one.name,
            ods.kind(one.roles).name,
            ods.kind(one.roles).label,
            one.postcode,
            one.closed_on is not None and one.closed_on < today,
            one.parents,
            one.successors,
        )
        for one in full
    ]

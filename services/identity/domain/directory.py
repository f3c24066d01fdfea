"""The national directory's own answers (ORD API, ORD/2-0-0), read into what we know of organisations.

Whatever is not as it should be in an answer is `NotReadable`, in words for the operator; nothing of it is repeated.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from services.identity.domain import ods
from services.identity.domain.organisations import DatedRole, Succession
from services.identity.domain.telling import Link, Told

FARTHEST_BACK = timedelta(days=185)  # the directory tells what changed since then, and no earlier
LONGEST_NAME = 200
OPERATIONAL, LEGAL = "Operational", "Legal"
_RELATIONSHIP = re.compile(r"RE[0-9]{1,3}")
_ROLE = re.compile(r"RO[0-9]{1,4}")


class NotReadable(ValueError):
    """An answer that is not as the directory's description has it."""


def changed(body: bytes) -> list[str]:
    """The codes in an answer of `/sync`, once each."""
    listed = _json(body).get("Organisations")
    if not isinstance(listed, list):
        raise NotReadable("the list has no Organisations")
    return list(dict.fromkeys(_code_of_link(one) for one in listed))


def organisation(body: bytes, code: str) -> Told:
    """The organisation in an answer of `/organisations/{code}`, which must be the one asked for."""
    found = _json(body).get("Organisation")
    if not isinstance(found, dict):
        raise NotReadable("the answer holds no Organisation")
    if _extension(found) != code:
        raise NotReadable("the answer is about another organisation")
    name = found.get("Name")
    if not isinstance(name, str) or not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        raise NotReadable("the organisation has no name")
    roles = tuple(_role(one) for one in _listed(found, "Roles", "Role"))
    primary = [one for one in roles if one.primary]
    if not primary:
        raise NotReadable("the organisation has no primary role")
    opened, closed = _days(found)
    return Told(
        code=code,
        name=" ".join(name.split()),
        role=primary[0].role,
        postcode=_postcode(found),
        opened_on=opened,
        closed_on=closed,
        closed=found.get("Status") == "Inactive",
        roles=roles,
        links=tuple(link for each in _listed(found, "Rels", "Rel") if (link := _link(each, code))),
        successions=tuple(
            one for each in _listed(found, "Succs", "Succ") if (one := _succession(each, code))
        ),
        whole=True,
    )


def _json(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise NotReadable("the answer is not JSON") from None
    if not isinstance(found, dict):
        raise NotReadable("the answer is not an object")
    return found


def _code_of_link(one: Any) -> str:
    link = one.get("OrgLink") if isinstance(one, dict) else None
    code = link.rstrip("/").rpartition("/")[2] if isinstance(link, str) else ""
    if not ods.is_code(code):
        raise NotReadable("the list names something that is no ODS code")
    return code


def _extension(found: Mapping[str, Any]) -> str:
    code = _inside(found, "OrgId").get("extension")
    if not isinstance(code, str) or not ods.is_code(code):
        raise NotReadable("there is no ODS code where one should be")
    return code


def _inside(found: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    inner = found.get(name)
    return inner if isinstance(inner, dict) else {}


def _listed(found: Mapping[str, Any], outer: str, inner: str) -> Iterable[Mapping[str, Any]]:
    """A list that may be absent, or a single thing in place of a list of one."""
    held = _inside(found, outer).get(inner, [])
    several = held if isinstance(held, list) else [held]
    if not all(isinstance(one, dict) for one in several):
        raise NotReadable(f"{outer} is not a list of objects")
    return several


def _postcode(found: Mapping[str, Any]) -> str:
    written = _inside(_inside(found, "GeoLoc"), "Location").get("PostCode", "")
    return written.strip().upper()[:10] if isinstance(written, str) and written.isprintable() else ""


def _role(one: Mapping[str, Any]) -> DatedRole:
    role = one.get("id")
    if not isinstance(role, str) or not _ROLE.fullmatch(role):
        raise NotReadable("a role has no id")
    start, end = _days(one)
    return DatedRole(role, one.get("primaryRole") is True, start, end)


def _link(one: Mapping[str, Any], code: str) -> Link | None:
    """A relationship; none where it is over and the directory does not say since when, or where it leads back to itself."""
    kind = one.get("id")
    if not isinstance(kind, str) or not _RELATIONSHIP.fullmatch(kind):
        raise NotReadable("a relationship has no id")
    target = _extension(_inside(one, "Target"))
    start, end = _days(one)
    over = one.get("Status") == "Inactive" and end is None
    return None if over or target == code else Link(target, kind, start, end)


def _succession(one: Mapping[str, Any], code: str) -> Succession | None:
    target = _extension(_inside(one, "Target"))
    start, _ = _days(one, first=LEGAL)
    if start is None or target == code:
        return None
    match one.get("Type"):
        case "Predecessor":
            return Succession(target, code, start)
        case "Successor":
            return Succession(code, target, start)
    raise NotReadable("a succession is of no known type")


def _days(one: Mapping[str, Any], first: str = OPERATIONAL) -> tuple[date | None, date | None]:
    """From when until when, by the operational days where there are some, else by the legal ones."""
    held = one.get("Date", [])
    several = [each for each in (held if isinstance(held, list) else [held]) if isinstance(each, dict)]
    chosen = next((each for each in several if each.get("Type") == first), several[0] if several else {})
    start, end = _day(chosen.get("Start")), _day(chosen.get("End"))
    if start and end and end < start:
        raise NotReadable("something ends before it starts")
    return start, end


def _day(written: Any) -> date | None:
    if written in (None, ""):
        return None
    try:
        return date.fromisoformat(written)
    except (TypeError, ValueError):
        raise NotReadable("a day cannot be read") from None

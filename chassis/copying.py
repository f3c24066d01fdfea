"""A copy of what a service holds of whoever owns an account: the same question and the same kind of answer in every service.

Each service says which statements find it (`store.HELD`); who may ask is the owner, and support staff with the number of a case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, RowMapping, text

from chassis import cases
from chassis.actors import Actor
from chassis.problems import not_found
from protos.audit.v1.copying_pb2 import CopyHeldRequest, HeldFact, HeldRow, HeldRows

AT_ONCE = 200  # rows in one message


def account_asked_for(actor: Actor, asked: CopyHeldRequest, permission: str) -> str:
    """Whose account it is: the one that is named, or the actor's own. FORBIDDEN for another's without `permission`; INVALID where
    they hold it and name no case; NOT_FOUND for what is no id."""
    whose = asked.account_id or actor.id
    if whose != actor.id:
        actor.must(permission, "")
        cases.given(asked.case_number)
    try:
        return str(UUID(whose))
    except ValueError:
        raise not_found("account-not-found", "There is no such account.") from None


def held(db: Engine, places: Mapping[str, str], values: Mapping[str, Any]) -> Iterator[HeldRows]:
    """Every row that each statement of `places` finds, a few at once; where it finds none, the place without rows."""
    with db.connect() as connection:
        for place, statement in places.items():
            empty = True
            found = connection.execute(text(statement), values, execution_options={"stream_results": True})
            for rows in found.mappings().partitions(AT_ONCE):
                empty = False
                yield HeldRows(place=place, rows=[_row(one) for one in rows])
            if empty:
                yield HeldRows(place=place)


def _row(found: RowMapping) -> HeldRow:
    return HeldRow(facts=[HeldFact(name=name, value=_written(value)) for name, value in found.items()])


def _written(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)

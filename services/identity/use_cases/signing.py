"""Making the signed actor that every other service believes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from chassis.actors import Actor, Signer


@dataclass(frozen=True)
class Signed:
    """A signed actor, when it ends, and what will be named when it must be forgotten sooner.

    `scope` is said of a client that may do less than its role allows.
    """

    token: str = field(repr=False)
    expires_at: datetime
    watch_id: str
    scope: str = ""


def sign(signer: Signer, actor: Actor, seconds: int, watch_id: str, scope: str = "") -> Signed:
    token, ends = signer.sign(actor, seconds)
    return Signed(token, datetime.fromtimestamp(ends, UTC), watch_id, scope)

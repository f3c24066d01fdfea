"""Where recording keeps its audit."""

from __future__ import annotations

from chassis.auditing import Trail

TRAIL = Trail(
    "recording",
    called="select cast(id as text), reference from events where id = any(cast(:ids as uuid[]))",
)

"""Lists of what an organisation follows up are read in order, and counted by state, from an index alone.

Built beside traffic, each anew where an earlier try was broken off: as identity's 0013.
"""

from alembic import op

revision = "0015"
down_revision = "0014"

_RECORDED = "where state = 'recorded'"
_INDEXES = {
    "events_by_report": f"events (organisation, reported_at desc, id desc) {_RECORDED}",
    "events_by_handling": f"events (organisation, handling, reported_at desc, id desc) include (assigned_to) {_RECORDED}",
    "events_by_assignment": f"events (assigned_to, reported_at desc, id desc) {_RECORDED} and assigned_to <> ''",
    "handlings_by_assignment": "handlings (assigned_to) where assigned_to <> ''",
}


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.execute("set lock_timeout = 0")
        for schema in ("", "sandbox."):
            for name, what in _INDEXES.items():
                op.execute(f"drop index concurrently if exists {schema}{name}")
                op.execute(f"create index concurrently {name} on {schema}{what}")
        op.execute("reset lock_timeout")

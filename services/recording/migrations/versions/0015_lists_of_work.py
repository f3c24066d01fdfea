"""Lists of what an organisation follows up are read in order, and counted by state, from an index alone.

States that were reached before are filled in first, a thousand events at a time, each held while its newest is looked up: a state
that somebody reaches meanwhile is never overwritten. Indexes are built beside traffic, each anew where an earlier try was broken off: as identity's 0013.
"""

from alembic import op

revision = "0015"
down_revision = "0014"

_RECORDED = "where state = 'recorded'"
_INDEXES = {
    "events_by_time": f"events (reported_at desc, id desc) {_RECORDED}",
    "events_by_report": f"events (organisation, reported_at desc, id desc) {_RECORDED}",
    "events_by_handling": f"events (organisation, handling, reported_at desc, id desc) include (assigned_to) {_RECORDED}",
    "events_by_assignment": f"events (assigned_to, reported_at desc, id desc) {_RECORDED} and assigned_to <> ''",
    "handlings_by_assignment": "handlings (assigned_to) where assigned_to <> ''",
}

FILL = """
do $$
declare
  last uuid := '00000000-0000-0000-0000-000000000000';
  ids uuid[];
begin
  loop
    select array_agg(id order by id) into ids
      from (select distinct event_id as id from {schema}handlings where event_id > last order by 1 limit 1000) batch;
    exit when ids is null;
    perform 1 from {schema}events where id = any(ids) order by id for update;
    update {schema}events e set handling = h.state
      from (select distinct on (event_id) event_id, state from {schema}handlings
            where event_id = any(ids) order by event_id, version desc) h
      where h.event_id = e.id and e.handling <> h.state;
    last := ids[array_upper(ids, 1)];
    commit;
  end loop;
end
$$
"""


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.execute("set lock_timeout = 0")
        for schema in ("", "sandbox."):
            op.execute(FILL.format(schema=schema))
            for name, what in _INDEXES.items():
                op.execute(f"drop index concurrently if exists {schema}{name}")
                op.execute(f"create index concurrently {name} on {schema}{what}")
        op.execute("reset lock_timeout")

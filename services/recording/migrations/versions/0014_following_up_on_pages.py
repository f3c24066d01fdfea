"""Who follows an event up; an organisation's words to the reporter; state and assignment where lists look for them.

A release that knows neither column goes on beside this one: what it saves changes no assignment (null is "as before"), and the
trigger keeps the event's own row true whoever wrote the state. An addendum to the reporter is an addendum to it. What was handled
before is filled in by the next migration, which makes nobody wait.
"""

from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.execute("set local lock_timeout = '3s'")
    op.execute("""
    create function show_handling() returns trigger language plpgsql as $$
    begin
      if new.assigned_to is null then
        execute format('select assigned_to from %I.events where id = $1', tg_table_schema)
          into new.assigned_to using new.event_id;
      end if;
      execute format('update %I.events set handling = $1, assigned_to = $2 where id = $3', tg_table_schema)
        using new.state, coalesce(new.assigned_to, ''), new.event_id;
      return new;
    end
    $$;
    """)
    for schema in ("", "sandbox."):
        op.execute(f"""
        alter table {schema}events
          add column handling text not null default 'new',
          add column assigned_to text not null default '';
        comment on column {schema}events.handling is 'The newest state of its handling, for lists; kept by a trigger.';
        comment on column {schema}events.assigned_to is 'The account that follows it up, for lists; kept by a trigger.';
        alter table {schema}handlings add column assigned_to text;
        alter table {schema}remarks add column to_reporter boolean not null default false;
        comment on column {schema}remarks.to_reporter is 'Of an addendum: what the organisation tells the reporter.';
        create trigger handling_is_shown before insert on {schema}handlings
          for each row execute function show_handling();
        """)

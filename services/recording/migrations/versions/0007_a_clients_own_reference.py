"""A client's own reference is a value in one of its numberings, and is free again once its record was withdrawn."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.execute("set local lock_timeout = '3s'")
    for schema in ("", "sandbox."):
        op.execute(f"""
        alter table {schema}events add column reference_system text not null default '';
        drop index {schema}events_by_local_reference;
        create unique index events_by_local_reference on {schema}events (recorder_id, local_reference, reference_system)
          where local_reference <> '' and state = 'recorded';
        create index events_by_withdrawn_reference on {schema}events (recorder_id, local_reference)
          where local_reference <> '' and state = 'withdrawn';
        comment on column {schema}events.reference_system is
          'Which of the client''s numberings its local reference is of; empty where it did not say.';
        """)

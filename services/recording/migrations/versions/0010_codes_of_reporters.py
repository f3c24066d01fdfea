"""The codes with which whoever reported without an account comes back, and tries with wrong ones."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.execute("set local lock_timeout = '3s'")
    for schema, of_event in (("", "references events"), ("sandbox.", "")):
        op.execute(f"""
        create table {schema}follow_up_codes (
          event_id uuid primary key {of_event},
          code_hash bytea not null,
          sealed bytea,
          made_at timestamptz not null,
          ended_at timestamptz
        );
        create index follow_up_codes_sealed on {schema}follow_up_codes (made_at) where sealed is not null;
        comment on table {schema}follow_up_codes is 'Of records that nobody with an account made. The code itself is kept by its holder alone.';
        comment on column {schema}follow_up_codes.sealed is
          'The code under the event''s key, for the same request sent again; null after a day.';

        create table {schema}follow_up_tries (
          who bytea primary key,
          tries int not null,
          last_at timestamptz not null
        );
        create index follow_up_tries_old on {schema}follow_up_tries (last_at);
        comment on column {schema}follow_up_tries.who is 'SHA-256 of the reference that a wrong code was tried for.';
        """)

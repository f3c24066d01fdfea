"""Jobs whose payload is still sealed; outbox; inbox. Enrichment keeps no text of its own."""

from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.execute("""
    set local lock_timeout = '3s';

    create table jobs (
      id bigint generated always as identity primary key,
      kind text not null,
      key text not null,
      about text not null,
      bulk boolean not null default false,
      payload bytea not null,
      trace jsonb not null,
      run_at timestamptz not null default now(),
      attempts int not null default 0,
      failed_at timestamptz,
      last_error text,
      unique (kind, key)
    );
    create index jobs_due on jobs (bulk, run_at) where failed_at is null;

    create table outbox (
      seq bigint generated always as identity primary key,
      id uuid not null,
      xid xid8 not null default pg_current_xact_id(),
      topic text not null,
      lane text not null default 'live',
      body bytea not null,
      headers jsonb not null,
      put_at timestamptz not null default now(),
      sent_at timestamptz
    );
    create index outbox_waiting on outbox (seq) where sent_at is null;
    create table inbox (
      message_id uuid primary key,
      heard_at timestamptz not null default now()
    );
    """)

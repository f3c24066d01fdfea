"""Who may be told, what they were told, letters to send; jobs; inbox."""

from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.execute("""
    set local lock_timeout = '3s';

    create table recipients (
      account_id text primary key,
      name text not null,
      address_sealed bytea not null,
      version bigint not null
    );
    create table grants (
      account_id text not null,
      role text not null,
      organisation text not null,
      ended boolean not null,
      version bigint not null,
      primary key (account_id, role, organisation)
    );
    create index grants_at on grants (organisation, role) where not ended;
    create table organisations (
      code text primary key,
      name text not null,
      operators jsonb not null,
      version bigint not null
    );

    create table notices (
      id uuid primary key,
      account_id text not null,
      kind text not null,
      subject text not null,
      body text not null,
      reference text not null,
      event_id uuid not null,
      sent_at timestamptz not null default now(),
      read_at timestamptz,
      unique (account_id, kind, event_id)
    );
    create index notices_of on notices (account_id, id desc);

    create table letters (
      key text primary key,
      kind text not null,
      subject text not null,
      body text not null,
      address_sealed bytea not null,
      address_context text not null,
      event_id uuid not null,
      queued_at timestamptz not null default now(),
      sent_at timestamptz,
      outcome text not null default 'waiting' check (outcome in ('waiting', 'sent', 'no-address'))
    );
    comment on table letters is 'E-mails, one for each key however often we are told.';

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
    create table inbox (
      message_id uuid primary key,
      heard_at timestamptz not null default now()
    );
    """)

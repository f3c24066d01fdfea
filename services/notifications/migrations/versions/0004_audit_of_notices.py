"""Who read which notices, as a chain; what is announced of it; schedules."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.execute("""
    set local lock_timeout = '3s';

    create table audit (
      id bigint generated always as identity primary key,
      at timestamptz not null default now(),
      actor text not null,
      organisation text not null,
      action text not null,
      about text,
      trace text not null default '',
      xid xid8 not null default pg_current_xact_id(),
      revision int,
      purpose text not null default '',
      detail jsonb not null default '{}'
    );
    create index audit_in_order on audit (xid, id);
    comment on table audit is 'Who read or acted on what. Only appended to; no secret, no free text.';
    create function audit_is_append_only() returns trigger language plpgsql as
      $$ begin raise exception 'audit is append-only'; end $$;
    create trigger audit_is_append_only before update or delete on audit
      for each row execute function audit_is_append_only();

    create table audit_chain (
      no bigint primary key check (no >= 1),
      seq bigint not null unique,
      xid xid8 not null,
      hash bytea not null
    );
    comment on table audit_chain is
      'The place of each audit row and the hash of all up to it: chassis/auditing.py. Only appended to.';
    create trigger audit_chain_is_append_only before update or delete on audit_chain
      for each row execute function audit_is_append_only();

    create table audit_walks (
      id uuid primary key,
      asked_at timestamptz not null default now(),
      known_no bigint not null,
      known_hash bytea not null,
      upto bigint not null,
      no bigint not null default 0,
      seq bigint not null default 0,
      xid xid8 not null default '0',
      hash bytea not null default '',
      rows bigint not null default 0,
      marks jsonb not null default '[]',
      findings jsonb not null default '[]',
      finished_at timestamptz
    );
    comment on table audit_walks is 'Verifications: how far each has come along the chain, and what it found.';

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

    create table schedules (
      name text primary key,
      due_at timestamptz not null default now(),
      done_at timestamptz,
      last_error text
    );
    comment on table schedules is 'What is done every so often; who does it holds its row meanwhile.';
    """)

"""The audit as a chain; glass that is broken for one record, for an hour at most, for a reason that is kept sealed."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.execute("set local lock_timeout = '3s'")
    for schema in ("", "sandbox."):
        op.execute(f"""
        alter table {schema}audit
          add column xid xid8 not null default pg_current_xact_id(),
          add column detail jsonb not null default '{{}}';
        create index audit_in_order on {schema}audit (xid, id);
        """)
    op.execute("""
    create table audit_chain (
      no bigint primary key check (no >= 1),
      seq bigint not null unique,
      xid xid8 not null,
      hash bytea not null
    );
    comment on table audit_chain is
      'The place of each audit row and the hash of all up to it: chassis/auditing.py. Only appended to.';
    create function audit_is_append_only() returns trigger language plpgsql as
      $$ begin raise exception 'audit is append-only'; end $$;
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

    create table glasses (
      id uuid primary key,
      event_id uuid not null,
      actor text not null,
      organisation text not null,
      purpose text not null,
      case_number text not null,
      reason_sealed bytea not null,
      key_id text not null,
      wrapped bytea not null,
      broken_at timestamptz not null,
      expires_at timestamptz not null,
      ended_at timestamptz,
      reads int not null default 0,
      check (expires_at <= broken_at + interval '60 minutes')
    );
    create index glasses_of on glasses (actor, event_id, broken_at);
    create index glasses_by_time on glasses (id desc);
    comment on table glasses is 'Who may read the original text of one record, what for, and until when.';
    comment on column glasses.reason_sealed is
      'Bound to the glass; no foreign key to the event, because a use is remembered when the record is not.';
    """)

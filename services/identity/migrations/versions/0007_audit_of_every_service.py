"""Its own audit as a chain, copies of what every service audits, and what came of verifying them."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.execute("""
    set local lock_timeout = '3s';

    alter table audit
      add column xid xid8 not null default pg_current_xact_id(),
      add column organisation text not null default '',
      add column revision int,
      add column purpose text not null default '',
      add column trace text not null default '';
    create index audit_in_order on audit (xid, seq);

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

    create table audit_copies (
      service text not null,
      no bigint not null check (no >= 1),
      seq bigint not null,
      at timestamptz not null,
      actor text not null,
      organisation text not null,
      action text not null,
      about text,
      revision int,
      purpose text not null,
      trace text not null,
      detail text not null,
      hash bytea not null,
      subjects text[] not null,
      primary key (service, no)
    );
    create index audit_copies_by_time on audit_copies (at desc, service desc, no desc);
    create index audit_copies_by_actor on audit_copies (actor, at desc, service desc, no desc);
    create index audit_copies_by_action on audit_copies (action, at desc, service desc, no desc);
    create index audit_copies_by_service on audit_copies (service, at desc, no desc);
    create index audit_copies_by_subject on audit_copies using gin (subjects);
    create trigger audit_copies_are_append_only before update or delete on audit_copies
      for each row execute function audit_is_append_only();
    comment on table audit_copies is 'What each service told of its audit; the hashes are worked out here. Only appended to.';
    comment on column audit_copies.subjects is 'What `about` names, one by one: a finding aid, which no hash covers.';

    create table audit_subjects (
      id text primary key,
      reference text not null
    );
    create index audit_subjects_by_reference on audit_subjects (reference);
    comment on table audit_subjects is 'What records are called, so that support staff find them by reference number.';

    create table audit_doubts (
      service text not null,
      kind text not null,
      no bigint not null,
      until bigint not null,
      found_at timestamptz not null default now(),
      primary key (service, kind, no)
    );
    comment on table audit_doubts is 'What was told and did not fit what had been told before. Never resolved by code.';

    create table audit_verifications (
      id uuid primary key,
      asked_at timestamptz not null default now(),
      asked_by text not null
    );
    create index audit_verifications_by_time on audit_verifications (asked_at desc, id desc);
    create table audit_answers (
      verification_id uuid not null,
      service text not null,
      rows bigint not null,
      marks jsonb not null,
      findings jsonb not null,
      at timestamptz not null,
      primary key (verification_id, service)
    );
    comment on table audit_answers is 'What a service found along its own chain; no foreign key, because a service also walks by itself.';
    create table audit_copy_walks (
      verification_id uuid not null references audit_verifications,
      service text not null,
      no bigint not null default 0,
      hash bytea not null default '',
      upto bigint not null,
      findings jsonb not null default '[]',
      finished_at timestamptz,
      primary key (verification_id, service)
    );
    """)

"""Drafts, sealed; what `work` does."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.execute("""
    set local lock_timeout = '3s';

    create table drafts (
      id uuid primary key,
      author_id text not null,
      version int not null check (version >= 1),
      question_set int not null,
      organisation text not null,
      event_type text not null,
      place text not null,
      patients text not null,
      key_id text not null,
      wrapped bytea not null,
      sealed bytea not null,
      created_at timestamptz not null,
      saved_at timestamptz not null,
      warned_at timestamptz
    );
    create index drafts_of on drafts (author_id, saved_at desc);
    create index drafts_by_age on drafts (saved_at);
    comment on table drafts is 'Private to their author. Removed when submitted, discarded or not saved for 90 days.';
    comment on column drafts.sealed is 'nonce and AES-256-GCM of all answers, coded ones too, bound to draft and version';
    comment on column drafts.warned_at is 'When the author was told that it expires; null again once it is saved.';

    create index requests_ended on requests (until) where until < '9999-01-01';

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
    create table schedules (
      name text primary key,
      due_at timestamptz not null default now(),
      done_at timestamptz,
      last_error text
    );
    comment on table schedules is 'What is done every so often; who does it holds its row meanwhile.';
    """)

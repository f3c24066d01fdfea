"""Our own copy of coded facts and redacted text, of organisations and of labels; audit; inbox."""

from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.execute("""
    set local lock_timeout = '3s';

    create table events (
      event_id uuid primary key,
      reference text not null unique,
      revision int not null,
      question_set int not null,
      event_type text not null,
      reported_at timestamptz not null,
      occurred_on text not null,
      organisation text not null,
      occurred_organisations text[] not null,
      recorder_id text not null,
      worst_physical_harm text not null,
      worst_psychological_harm text not null,
      urgent boolean not null,
      data_sharing_opt_out boolean not null,
      answers jsonb not null,
      narrative_fields text[] not null
    );
    create index events_by_organisation on events (organisation, event_id desc);
    create index events_by_place on events using gin (occurred_organisations);
    create index events_by_recorder on events (recorder_id, event_id desc);

    create table texts (
      event_id uuid not null,
      revision int not null,
      field text not null,
      body text not null,
      primary key (event_id, revision, field)
    );
    comment on table texts is 'Redacted text alone; no foreign key, because messages may overtake.';

    create table organisations (
      code text primary key,
      name text not null,
      version bigint not null
    );
    create table organisation_parents (
      code text not null references organisations on delete cascade,
      parent text not null,
      kind text not null,
      starts date,
      ends date
    );
    create index organisation_children on organisation_parents (parent, kind);
    create index organisation_parents_of on organisation_parents (code);

    create table question_sets (
      version int primary key,
      digest text not null,
      questions jsonb not null
    );

    create table audit (
      id bigint generated always as identity primary key,
      at timestamptz not null default now(),
      actor text not null,
      organisation text not null,
      action text not null,
      about text not null,
      trace text not null default ''
    );
    create rule audit_keeps_rows as on delete to audit do instead nothing;
    create rule audit_keeps_words as on update to audit do instead nothing;

    create table inbox (
      message_id uuid primary key,
      heard_at timestamptz not null default now()
    );
    """)

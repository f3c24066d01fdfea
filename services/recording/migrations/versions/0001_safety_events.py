"""Safety events with their revisions, sealed narrative, redacted text; requests; organisations; outbox, inbox, audit."""

from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.execute("""
    set local lock_timeout = '3s';

    create table events (
      id uuid primary key,
      reference text not null unique,
      revision int not null check (revision >= 1),
      state text not null default 'recorded' check (state in ('recorded', 'withdrawn')),
      organisation text not null,
      event_type text not null,
      occurred_on text not null default '',
      reported_at timestamptz not null,
      recorder_id text not null,
      route text not null check (route in ('api', 'online')),
      local_reference text not null default '',
      data_sharing_opt_out boolean not null
    );
    create index events_by_organisation on events (organisation, id desc);
    create index events_by_recorder on events (recorder_id, id desc);
    create unique index events_by_local_reference on events (recorder_id, local_reference) where local_reference <> '';
    comment on table events is 'One row per safety event, at its newest revision.';

    create table event_keys (
      event_id uuid primary key references events,
      key_id text not null,
      wrapped bytea not null
    );
    comment on table event_keys is 'The wrapped data key of each event. Deleting a row erases the narrative.';

    create table revisions (
      event_id uuid not null references events,
      revision int not null,
      question_set int not null,
      facts jsonb not null,
      summary jsonb not null,
      sealed jsonb not null,
      recorded_at timestamptz not null,
      recorder_id text not null,
      primary key (event_id, revision)
    );
    comment on column revisions.sealed is 'field -> base64 of nonce and AES-256-GCM text, bound to event, revision, field';

    create table redacted_texts (
      event_id uuid not null,
      revision int not null,
      field text not null,
      body text not null,
      primary key (event_id, revision, field)
    );
    comment on table redacted_texts is 'Heard from enrichment; no foreign key, because messages may overtake.';

    create table requests (
      client text not null,
      key text not null,
      request_hash bytea not null,
      event_id uuid not null,
      made_at timestamptz not null,
      until timestamptz not null,
      primary key (client, key)
    );
    comment on table requests is 'The same request twice makes one record: which event answered which request.';

    create table organisations (
      code text primary key,
      name text not null,
      opened_on date,
      closed_on date,
      parents jsonb not null,
      version bigint not null
    );
    comment on table organisations is 'Our own small copy, told by identity; newest version wins.';

    create table question_sets (
      version int primary key,
      digest text not null,
      published_at timestamptz not null default now()
    );

    create table audit (
      id bigint generated always as identity primary key,
      at timestamptz not null default now(),
      actor text not null,
      organisation text not null,
      action text not null,
      about uuid not null,
      trace text not null default ''
    );
    create rule audit_keeps_rows as on delete to audit do instead nothing;
    create rule audit_keeps_words as on update to audit do instead nothing;

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

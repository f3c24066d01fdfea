"""What an organisation does about an event: its states, remarks, links between records, safety responses."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.execute("""
    set local lock_timeout = '3s';

    create table handlings (
      event_id uuid not null references events,
      version int not null check (version >= 2),
      state text not null check (state in (
        'new', 'under_review', 'action_in_progress', 'closed', 'on_hold', 'needs_information', 'duplicate',
        'not_a_patient_safety_event', 'reopened')),
      duplicate_of uuid references events,
      returns_to text not null default '',
      changed_by text not null,
      changed_for text not null,
      changed_at timestamptz not null,
      primary key (event_id, version),
      check ((state = 'duplicate') = (duplicate_of is not null))
    );
    comment on table handlings is 'Every state of every record, newest by version; one that nobody touched has none.';
    comment on column handlings.changed_by is 'Empty: the event''s recorder, whose name is with the event alone.';

    create table remarks (
      id uuid primary key,
      event_id uuid not null references events,
      kind text not null check (kind in ('addendum', 'question', 'answer')),
      in_reply_to uuid references remarks,
      author_id text not null,
      author_organisation text not null,
      made_at timestamptz not null,
      sealed bytea not null,
      check ((kind = 'answer') = (in_reply_to is not null))
    );
    create index remarks_by_event on remarks (event_id, id);
    comment on column remarks.author_id is 'Empty: the event''s recorder, whose name is with the event alone.';
    comment on column remarks.sealed is 'nonce and AES-256-GCM text under the event''s key, bound to event and remark';

    create table links (
      id uuid primary key,
      kind text not null check (kind in (
        'duplicate_of', 'same_patient_journey', 'noticed_here_happened_there', 'recorded_for_wrong_organisation')),
      event_id uuid not null references events,
      other_event_id uuid references events,
      other_organisation text not null default '',
      made_by text not null,
      made_for text not null,
      made_at timestamptz not null,
      ended_by text,
      ended_at timestamptz,
      check (event_id <> other_event_id),
      check ((other_event_id is null) = (other_organisation <> ''))
    );
    create unique index links_once on links (event_id, kind, other_event_id, other_organisation) nulls not distinct
      where ended_at is null;
    comment on column links.made_by is 'Empty: the recorder of one of its ends, whose name is with that event alone.';
    create index links_from_the_other_end on links (other_event_id) where ended_at is null;

    create table safety_responses (
      id uuid primary key,
      version int not null check (version >= 1),
      organisation text not null,
      contributing text[] not null,
      response_type text not null,
      status text not null,
      target text not null,
      legacy_reference text not null default '',
      made_by text not null,
      made_at timestamptz not null,
      key_id text,
      wrapped bytea
    );
    create unique index safety_responses_by_legacy_reference on safety_responses (organisation, legacy_reference)
      where legacy_reference <> '';
    create index safety_responses_by_organisation on safety_responses (organisation, target, id);
    create index safety_responses_by_contributor on safety_responses using gin (contributing);
    create index safety_responses_by_maker on safety_responses (made_by, made_at);
    comment on table safety_responses is
      'One row per response, at its newest version. Taking key_id and wrapped away erases its texts.';

    create table safety_response_versions (
      response_id uuid not null references safety_responses,
      version int not null,
      question_set int not null,
      facts jsonb not null,
      sealed jsonb not null,
      written_in jsonb not null,
      events uuid[] not null,
      content bytea not null,
      saved_by text not null,
      saved_for text not null,
      saved_at timestamptz not null,
      primary key (response_id, version)
    );

    create table safety_response_events (
      response_id uuid not null references safety_responses,
      event_id uuid not null references events,
      primary key (response_id, event_id)
    );
    create index safety_response_events_by_event on safety_response_events (event_id);
    """)

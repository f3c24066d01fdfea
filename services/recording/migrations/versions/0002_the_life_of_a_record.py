"""Revisions that say what changed, texts that outlive a revision, what searches look for, why original text was read."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute("""
    set local lock_timeout = '3s';

    alter table events
      add column updated_at timestamptz,
      add column worst_physical text not null default '',
      add column worst_psychological text not null default '',
      add column occurred_organisations text[] not null default '{}',
      add column elsewhere boolean not null default false,
      drop constraint events_route_check,
      add constraint events_route_check check (route in ('api', 'online', 'nrls'));
    update events set updated_at = reported_at;
    alter table events alter column updated_at set default now(), alter column updated_at set not null;
    comment on column events.elsewhere is 'It happened in another organisation, which may see it.';
    drop index events_by_organisation;
    create index events_by_change on events (organisation, updated_at desc, id desc) where state = 'recorded';
    create index events_by_date on events (organisation, occurred_on desc, id desc) where state = 'recorded';
    create index events_by_name on events (local_reference) where local_reference <> '';
    create index events_elsewhere on events using gin (occurred_organisations) where elsewhere;

    alter table revisions
      add column change text not null default 'recorded',
      add column reason text not null default '',
      add column content bytea not null default '',
      add column written_in jsonb not null default '{}';
    comment on column revisions.content is 'Hash of the answers: the same answers again are no revision.';
    comment on column revisions.written_in is
      'field -> the earlier revision in which its text was written and sealed, where it has not changed since';

    create index organisations_by_parent on organisations using gin (parents jsonb_path_ops);
    alter table audit add column purpose text not null default '';
    """)

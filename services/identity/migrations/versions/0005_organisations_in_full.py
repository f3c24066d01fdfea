"""Dated roles, successions, searching by name; files of organisations and how far we follow the directory."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.execute("""
    set local lock_timeout = '3s';

    alter table organisations
      add column withdrawn_on date,
      add column words tsvector not null generated always as (to_tsvector('simple'::regconfig,
        regexp_replace(replace(name, '''', ''), '[^[:alnum:]]+', ' ', 'g') || ' ' || code || ' ' || postcode || ' '
        || replace(postcode, ' ', ''))) stored;
    comment on column organisations.withdrawn_on is 'Since then the national directory does not know it any more.';
    create index organisations_by_words on organisations using gin (words) with (fastupdate = off);
    create index organisations_by_name on organisations (lower(name) collate "C", code);
    create index organisations_by_code on organisations (code text_pattern_ops);

    alter table organisation_parents drop constraint organisation_parents_parent_fkey;
    comment on column organisation_parents.parent is 'May be one that we have not been told of yet.';

    create table organisation_roles (
      code text not null references organisations,
      role text not null,
      is_primary boolean not null,
      starts_on date,
      ends_on date
    );
    create index organisation_roles_by_code on organisation_roles (code);
    insert into organisation_roles (code, role, is_primary, starts_on, ends_on)
      select code, role, true, opened_on, closed_on from organisations;

    create table organisation_successions (
      predecessor text not null,
      successor text not null,
      starts_on date not null,
      primary key (predecessor, successor),
      check (predecessor <> successor)
    );
    create index organisation_successions_by_successor on organisation_successions (successor);
    comment on table organisation_successions is 'Who took over from whom. Either may be one we have not been told of yet.';

    create table organisation_imports (
      id uuid primary key,
      kind text not null,
      source text not null check (source in ('upload', 'folder')),
      received_by text not null,
      digest bytea not null,
      state text not null default 'waiting' check (state in ('waiting', 'running', 'done')),
      received_at timestamptz not null,
      finished_at timestamptz,
      lines int not null,
      done int not null default 0,
      added int not null default 0,
      changed int not null default 0,
      unchanged int not null default 0,
      skipped int not null default 0,
      refused int not null default 0
    );
    create index organisation_imports_by_kind on organisation_imports (kind, received_at desc);
    create table organisation_import_parts (
      import_id uuid not null references organisation_imports,
      first_line int not null,
      body text not null,
      primary key (import_id, first_line)
    );
    comment on table organisation_import_parts is 'What is still to be done of a file, in pieces; each goes with the change it makes.';
    create table organisation_import_faults (
      import_id uuid not null references organisation_imports,
      line int not null,
      code text not null,
      detail text not null
    );
    create index organisation_import_faults_by_line on organisation_import_faults (import_id, line);

    create table organisation_sync (
      only_one boolean primary key default true check (only_one),
      since date,
      listed_on date,
      not_before timestamptz,
      failures int not null default 0,
      last_error text not null default ''
    );
    insert into organisation_sync default values;
    comment on column organisation_sync.since is 'Everything that changed before that day is here.';
    comment on column organisation_sync.listed_on is 'The day of the list that is being fetched; none: nothing is.';
    create table organisation_sync_waiting (
      code text primary key,
      tries int not null default 0,
      failed_at timestamptz,
      last_error text not null default ''
    );
    comment on table organisation_sync_waiting is 'Changed in the directory, to be fetched; with failed_at: set aside.';
    """)

"""A store for vendors to try things in, their conformance runs, and who has passed.

The sandbox has the same tables as the live store, in a schema of its own. Whoever changes a live table or adds one after
this changes its twin in the same migration: tests/services/recording/test_sandbox.py compares them.
"""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.execute("""
    set local lock_timeout = '3s';

    create schema sandbox;
    comment on schema sandbox is
      'What vendors try: the live tables again. Never announced, never counted, emptied after a week.';
    do $$
    declare
      live record;
      made text;
    begin
      for live in
        select c.oid, c.relname from pg_class c
        where c.relkind = 'r' and c.relnamespace = cast(current_schema() as regnamespace)
          and c.relname not in ('alembic_version', 'organisations', 'question_sets', 'inbox', 'schedules')
      loop
        execute format('create table sandbox.%1$I (like %1$I including all excluding indexes)', live.relname);
        -- Copied by name: code tells a taken local reference by the name of its index.
        for made in
          select format('alter table sandbox.%I add constraint %I %s', live.relname, conname,
            pg_get_constraintdef(oid)) from pg_constraint where conrelid = live.oid and contype in ('p', 'u')
        loop
          execute made;
        end loop;
        for made in
          select replace(pg_get_indexdef(i.indexrelid), format(' ON %I.', current_schema()), ' ON sandbox.')
          from pg_index i where i.indrelid = live.oid
            and not exists (select from pg_constraint where conrelid = live.oid and conindid = i.indexrelid)
        loop
          execute made;
        end loop;
      end loop;
    end
    $$;

    create function sandbox.keep_nothing() returns trigger language plpgsql as $$ begin return null; end $$;
    create trigger nothing_is_announced before insert on sandbox.outbox
      for each row execute function sandbox.keep_nothing();
    create trigger nothing_is_put_to_work before insert on sandbox.jobs
      for each row execute function sandbox.keep_nothing();
    comment on table sandbox.outbox is 'Always empty: nobody hears of what vendors try.';

    create table sandbox.runs (
      id uuid primary key,
      client text not null,
      product text not null,
      product_version text not null,
      question_set int not null,
      started_at timestamptz not null,
      passed_at timestamptz,
      found jsonb not null default '[]'
    );
    create index runs_by_client on sandbox.runs (client, started_at);
    create index runs_by_age on sandbox.runs (started_at);
    comment on table sandbox.runs is 'Conformance runs, for their client alone.';
    comment on column sandbox.runs.found is 'State and words for each step, as they were when the run passed.';

    create table sandbox.attempts (
      id bigint generated always as identity primary key,
      client text not null,
      interaction text not null,
      about text not null,
      outcome text not null,
      codes text[] not null,
      at timestamptz not null
    );
    create index attempts_by_client on sandbox.attempts (client, about);
    create index attempts_by_age on sandbox.attempts (at);
    comment on table sandbox.attempts is
      'What clients with an open run asked for. about: a local reference, or the id or reference number of an event.';

    create table conformance (
      product text not null,
      product_version text not null,
      question_set int not null,
      passed_at timestamptz not null,
      primary key (product, product_version, question_set)
    );
    comment on table conformance is 'Public, and kept for ever: which products have passed, since when.';
    """)

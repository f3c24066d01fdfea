"""Erasing the text of a record: who asked and who confirmed, what each place did, and what must not come back."""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.execute("set local lock_timeout = '3s'")
    for schema in ("", "sandbox."):
        op.execute(f"""
        create table {schema}erased (
          record_id uuid primary key,
          erased_at timestamptz not null
        );
        comment on table {schema}erased is 'Events and remarks whose text is gone: what comes late of it is not kept.';
        """)
    op.execute("""
    create table erasures (
      id uuid primary key,
      event_id uuid not null references events,
      ground text not null,
      case_number text not null,
      state text not null default 'asked' check (state in ('asked', 'withdrawn', 'erased')),
      asked_by text not null,
      asked_at timestamptz not null,
      decided_by text not null default '',
      decided_at timestamptz,
      check (state <> 'erased' or (decided_by <> '' and decided_by <> asked_by))
    );
    create unique index erasures_once on erasures (event_id) where state <> 'withdrawn';
    comment on table erasures is 'Never free text: why is a word of a list, and the number of a case that is kept elsewhere.';

    create table erasure_places (
      erasure_id uuid not null references erasures,
      service text not null,
      place text not null,
      found int not null,
      done text not null check (done in ('erased', 'kept', 'none')),
      at timestamptz not null,
      primary key (erasure_id, service, place)
    );
    """)

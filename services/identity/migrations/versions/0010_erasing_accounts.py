"""Erasing accounts: who asked and who confirmed, and what each place did."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.execute("""
    set local lock_timeout = '3s';

    create table account_erasures (
      id uuid primary key,
      account_id uuid not null references accounts,
      ground text not null,
      case_number text not null,
      state text not null default 'asked' check (state in ('asked', 'withdrawn', 'erased')),
      asked_by text not null,
      asked_at timestamptz not null,
      decided_by text not null default '',
      decided_at timestamptz,
      check (state <> 'erased' or (decided_by <> '' and decided_by <> asked_by))
    );
    create unique index account_erasures_once on account_erasures (account_id) where state <> 'withdrawn';
    comment on table account_erasures is 'Never free text: why is a word of a list, and the number of a case that is kept elsewhere.';

    create table account_erasure_places (
      erasure_id uuid not null references account_erasures,
      service text not null,
      place text not null,
      found int not null,
      done text not null check (done in ('erased', 'kept', 'none')),
      at timestamptz not null,
      primary key (erasure_id, service, place)
    );
    """)

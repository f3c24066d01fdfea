"""How far each file of a former system has been taken over."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.execute("""
    set local lock_timeout = '3s';

    create table imports (
      kind text not null check (kind in ('nrls', 'steis')),
      file_hash bytea not null,
      size bigint not null,
      rows_done bigint not null default 0,
      sums jsonb not null default '{}',
      started_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      finished_at timestamptz,
      primary key (kind, file_hash)
    );
    comment on table imports is
      'Files of former systems and how far each was taken over, so that a killed import goes on where it stopped.';
    comment on column imports.file_hash is 'SHA-256 of the whole file';
    comment on column imports.rows_done is 'Rows after the header that are settled: kept, rejected or not for us.';
    """)

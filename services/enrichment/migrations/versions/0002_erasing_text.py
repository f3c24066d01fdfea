"""Events and remarks whose text was erased: what comes late of it is not kept."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute("""
    set local lock_timeout = '3s';

    create table erased (
      record_id uuid primary key,
      erased_at timestamptz not null default now()
    );
    """)

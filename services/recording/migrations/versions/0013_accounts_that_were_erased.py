"""Which accounts were erased: nothing is saved for one afterwards, however late its actor comes."""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.execute("""
    set local lock_timeout = '3s';

    create table erased_accounts (
      account_id text primary key,
      erased_at timestamptz not null default now()
    );
    comment on table erased_accounts is 'Whose drafts and reports are refused: an actor that was signed before is honoured for minutes.';
    """)

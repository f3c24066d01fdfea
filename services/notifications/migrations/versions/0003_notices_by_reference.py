"""Finding what was told of an event, to forget it when its reporter is to be forgotten."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.execute("""
    set local lock_timeout = '3s';

    create index notices_by_reference on notices (reference, kind);
    comment on table newest is 'record:<event id> and its revision, handling:<event id> and its version;'
      ' anonymous:<event id> where the reporter is to be forgotten.';
    """)

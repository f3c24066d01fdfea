"""The newest state of a record that was told, so that one told late does not contradict it."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute("""
    set local lock_timeout = '3s';

    create table newest (
      about text primary key,
      version bigint not null
    );
    comment on table newest is 'record:<event id> and its revision, handling:<event id> and its version.';
    comment on column notices.event_id is 'What happened: the event that was recorded, or a name made of what did.';
    """)

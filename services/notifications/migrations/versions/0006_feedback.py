"""What people say of the service itself."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.execute("""
    set local lock_timeout = '3s';

    create table feedback (
      id uuid primary key,
      sealed bytea not null,
      taken_at timestamptz not null default now(),
      done_at timestamptz
    );
    comment on table feedback is 'What people say of the service, sealed to our own key: words, page, an address for an answer.';
    create index feedback_waiting on feedback (taken_at, id) where done_at is null;
    create index feedback_done on feedback (done_at, id) where done_at is not null;
    """)

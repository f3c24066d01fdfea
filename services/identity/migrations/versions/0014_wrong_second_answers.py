"""Wrong answers for a second factor in a row, and what a half session's first proof was."""

from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.execute("""
    set local lock_timeout = '3s';

    alter table accounts add column wrong_seconds int not null default 0;
    comment on column accounts.wrong_seconds is 'Wrong second factors in a row, each after a right first proof.';

    alter table sessions add column proof text not null default '';
    comment on column sessions.proof is 'Of a half session: what was right so far; empty where a release before this began it.';

    comment on column address_codes.tries is 'No longer used.';
    comment on column invitations.tries is 'No longer used.';
    """)

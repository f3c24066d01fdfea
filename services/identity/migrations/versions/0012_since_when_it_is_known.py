"""As of when an organisation was last told of, and of when a file is: older facts do not take the place of newer ones."""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.execute("""
    set local lock_timeout = '3s';

    alter table organisations add column as_of timestamptz;
    comment on column organisations.as_of is 'When what is kept was so, by the newest source that told it; none: not known.';
    alter table organisation_imports add column as_of timestamptz;
    comment on column organisation_imports.as_of is 'When what the file says was so; none: when it was received.';
    """)

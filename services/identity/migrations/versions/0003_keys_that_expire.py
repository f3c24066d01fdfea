"""LRMS keys may end by themselves."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.execute("""
    set local lock_timeout = '3s';
    alter table credentials add column expires_at timestamptz;
    alter table credentials add column issued_by text not null default '';
    comment on column credentials.expires_at is 'None: until it is revoked.';
    """)

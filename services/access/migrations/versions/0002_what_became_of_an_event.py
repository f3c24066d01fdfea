"""Where each text was written, by which route an event came, and whether it was taken back.

Every column has a default, so that the release before this one goes on inserting without them.
"""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute("""
    set local lock_timeout = '3s';

    alter table events
      add column written_in jsonb not null default '{}',
      add column route text not null default '',
      add column withdrawn boolean not null default false;
    comment on column events.written_in is
      'Field to the earlier revision its text was written in; a field that is not here was written in this one.';
    comment on column events.route is 'api, online or nrls; empty when it was kept before this column. nrls is never'
      ' counted with the others.';
    comment on column events.withdrawn is 'Kept at the revision that withdrew it, so that older messages cannot bring'
      ' it back; seen by nobody.';
    comment on table texts is 'Redacted text alone, of the newest revision we know or of records we do not know (yet);'
      ' no foreign key, because messages may overtake.';
    """)

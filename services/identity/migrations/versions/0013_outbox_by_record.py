"""What is sent about a record is found without reading the whole outbox: erasing an account asks for it.

Built beside traffic, which takes as long as the oldest open transaction: nobody waits for that but this, so that it may wait
without a limit. A try that was broken off leaves an index that is not valid; it is built anew.
"""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.execute("set lock_timeout = 0")
        op.execute("drop index concurrently if exists outbox_by_record")
        op.execute("create index concurrently outbox_by_record on outbox ((headers->>'about'))")
        op.execute("reset lock_timeout")

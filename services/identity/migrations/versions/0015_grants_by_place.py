"""Who holds a role at an organisation is found without reading every grant, also the grants that have an end.

Built beside traffic, like the index of 0013. The one it replaces held grants without an end alone, so no query could use it.
"""

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.execute("set lock_timeout = 0")
        op.execute("drop index concurrently if exists grants_by_place")
        op.execute("create index concurrently grants_by_place on grants (organisation, role)")
        op.execute("drop index concurrently if exists grants_by_organisation")
        op.execute("reset lock_timeout")

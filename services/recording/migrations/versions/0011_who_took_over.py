"""Who took over from whom: a successor reads what its predecessors recorded."""

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.execute("""
    set local lock_timeout = '3s';

    create table organisation_predecessors (
      code text not null,
      predecessor text not null,
      starts date,
      primary key (code, predecessor)
    );
    create index organisation_successors on organisation_predecessors (predecessor);
    """)

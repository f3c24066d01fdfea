"""When organisations closed, and who took over from whom: a successor sees what its predecessors recorded."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.execute("""
    set local lock_timeout = '3s';

    alter table organisations add column closed_on date;
    create table organisation_predecessors (
      code text not null,
      predecessor text not null,
      starts date,
      primary key (code, predecessor)
    );
    create index organisation_successors on organisation_predecessors (predecessor);
    """)

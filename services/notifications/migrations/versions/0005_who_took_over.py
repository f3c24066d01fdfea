"""Who took over from whom: what is recorded for a closed organisation is told to its successor's safety leads as well."""

from alembic import op

revision = "0005"
down_revision = "0004"


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

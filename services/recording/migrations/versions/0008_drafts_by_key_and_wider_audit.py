"""Which request began a draft; an audit that can say that nothing was found, and which revision was read."""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.execute("set local lock_timeout = '3s'")
    for schema in ("", "sandbox."):
        op.execute(f"""
        alter table {schema}drafts add column request_key text not null default '';
        create unique index drafts_by_request on {schema}drafts (author_id, request_key) where request_key <> '';
        comment on column {schema}drafts.request_key is
          'The Idempotency-Key with which it was begun: the same request again finds it.';

        alter table {schema}audit
          alter column about drop not null,
          add column revision int;
        comment on column {schema}audit.about is 'The record; null where somebody looked and there was none.';
        comment on column {schema}audit.revision is 'Which revision was read, where one was.';
        """)

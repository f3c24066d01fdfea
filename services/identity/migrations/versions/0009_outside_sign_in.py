"""Signing in with an outside provider: sign-ins under way, and who signs in so."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.execute("""
    set local lock_timeout = '3s';

    create table outside_sign_ins (
      id uuid primary key,
      token_hash bytea not null unique,
      provider text not null,
      back text not null default '',
      begun_at timestamptz not null,
      expires_at timestamptz not null,
      returned_at timestamptz,
      issuer text not null default '',
      subject text not null default '',
      email text not null default '',
      name text not null default '',
      second boolean not null default false,
      session_id uuid,
      ended_at timestamptz
    );
    create index outside_sign_ins_by_session on outside_sign_ins (session_id) where session_id is not null;
    create index outside_sign_ins_by_end on outside_sign_ins (expires_at);
    comment on table outside_sign_ins is 'Sign-ins with a provider that are under way; what the browser holds is kept as a hash.';
    comment on column outside_sign_ins.session_id is 'The half session whose completion is what proves whose account it is.';

    create table outside_links (
      id uuid primary key,
      account_id uuid not null references accounts,
      provider text not null,
      issuer text not null,
      subject text not null,
      linked_at timestamptz not null,
      last_used_at timestamptz,
      unique (issuer, subject)
    );
    create index outside_links_by_account on outside_links (account_id);
    comment on table outside_links is 'Who a provider calls so signs in to this account; proven once, never by address alone.';

    alter table address_codes drop constraint address_codes_purpose_check;
    alter table address_codes add constraint address_codes_purpose_check
      check (purpose in ('register', 'known', 'reset', 'outside')) not valid;
    """)

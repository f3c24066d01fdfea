"""LRMS clients that sign in with a key of their own: public keys, access tokens, scopes, when a key was last used."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.execute("""
    set local lock_timeout = '3s';

    alter table clients add column scopes text[];
    alter table credentials add column scopes text[];
    alter table credentials add column last_used_on date;
    alter table credentials add column warned_days int;
    comment on column clients.scopes is 'None: every scope there is.';
    comment on column credentials.scopes is 'None: all of the client''s.';
    comment on column credentials.warned_days is 'The last step at which somebody was told that it will end; none: not yet.';
    create index credentials_ending on credentials (expires_at) where revoked_at is null and expires_at is not null;

    create table client_keys (
      client_id uuid primary key references clients,
      jwks jsonb not null,
      jwks_uri text not null default '',
      registered_at timestamptz not null,
      registered_by text not null,
      fetched_at timestamptz,
      tried_at timestamptz,
      last_used_on date
    );
    comment on table client_keys is 'Public keys by which a client signs in; fetched from jwks_uri where there is one.';

    create table access_tokens (
      id uuid primary key,
      token_hash bytea not null unique,
      client_id uuid not null references clients,
      scopes text[] not null,
      thumbprint text not null,
      issued_at timestamptz not null,
      expires_at timestamptz not null,
      revoked_at timestamptz
    );
    create index access_tokens_by_client on access_tokens (client_id) where revoked_at is null;
    create index access_tokens_revoked on access_tokens (revoked_at) where revoked_at is not null;
    create index access_tokens_old on access_tokens (expires_at);
    comment on column access_tokens.token_hash is 'SHA-256 of 256 random bits.';
    comment on column access_tokens.thumbprint is 'Of the key that signed for it.';

    create table assertions_used (
      client_id uuid not null,
      jti_hash bytea not null,
      until timestamptz not null,
      primary key (client_id, jti_hash)
    );
    create index assertions_used_old on assertions_used (until);
    comment on table assertions_used is 'What a client signed is good once: kept until it would be refused as expired.';
    """)

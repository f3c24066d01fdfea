"""Second factors, recovery codes, devices that are known; what a session was opened with."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.execute("""
    set local lock_timeout = '3s';

    alter table sessions add column strength text not null default 'password';
    alter table sessions add constraint sessions_strength check (strength in ('half', 'password', 'second')) not valid;
    alter table sessions add column ceremony bytea;
    alter table sessions add column ceremony_until timestamptz;
    comment on column sessions.strength is 'half: the password of an account that has a second factor; no actor comes of it.';
    comment on column sessions.ceremony is 'What a passkey is asked to sign; gone once it answered.';

    create table second_factors (
      id uuid primary key,
      account_id uuid not null references accounts,
      kind text not null check (kind in ('totp', 'passkey')),
      label text not null,
      key_id text not null default '',
      wrapped bytea not null default '',
      sealed bytea not null default '',
      last_step bigint not null default 0,
      credential_id bytea unique,
      public_key bytea,
      sign_count bigint not null default 0,
      added_at timestamptz not null,
      confirmed_at timestamptz,
      last_used_at timestamptz,
      check (kind <> 'passkey' or (credential_id is not null and public_key is not null))
    );
    create index second_factors_by_account on second_factors (account_id);
    comment on column second_factors.sealed is 'An app''s secret, under a data key of its own.';
    comment on column second_factors.last_step is 'A code is taken once: later steps only.';

    create table recovery_codes (
      account_id uuid not null references accounts,
      code_hash bytea not null,
      made_at timestamptz not null,
      used_at timestamptz,
      primary key (account_id, code_hash)
    );

    create table devices (
      id uuid primary key,
      account_id uuid not null references accounts,
      token_hash bytea not null unique,
      label text not null,
      made_at timestamptz not null,
      last_used_at timestamptz not null,
      trusted_until timestamptz,
      ended_at timestamptz
    );
    create index devices_by_account on devices (account_id);
    comment on table devices is 'Where somebody signed in; not asked for the second factor until trusted_until.';
    """)

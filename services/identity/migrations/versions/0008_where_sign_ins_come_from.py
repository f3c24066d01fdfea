"""Tries by network address, and from which addresses an account was signed in to. Only keyed hashes of addresses, made elsewhere."""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.execute("""
    set local lock_timeout = '3s';

    create table address_tries (
      what text not null,
      address bytea not null,
      level double precision not null,
      last_at timestamptz not null,
      primary key (what, address)
    );
    create index address_tries_old on address_tries (last_at);
    comment on column address_tries.address is 'Keyed hash of a network; the key is the gateway''s.';
    comment on column address_tries.level is 'Failures at last_at, from which those forgotten since are taken.';

    create table sign_in_places (
      account_id uuid not null references accounts,
      address bytea not null,
      last_at timestamptz not null,
      primary key (account_id, address)
    );
    create index sign_in_places_old on sign_in_places (last_at);
    comment on table sign_in_places is 'Where an account was signed in to lately: there, failures elsewhere make nobody wait.';

    comment on column sign_in_tries.address is
      'Empty; or, in hex, the keyed hash of an address from which the account was signed in to before.';
    """)

"""The key that wraps the secrets of authenticator apps changes; the apps go on."""

from __future__ import annotations

import json

from sqlalchemy import Engine, text

from chassis import rewrapping
from chassis.sealing import Vault
from services.identity.store.keys import KEPT
from tests.builders.keys import a_vault_key
from tests.builders.signed_in import People

NEW = a_vault_key("new")


def test_an_app_goes_on_under_the_new_key_alone(db: Engine, people: People, jwks: object) -> None:
    people.session("helper")  # sets an app up where a role needs one
    old = json.loads(jwks("ACCOUNT_KEYS"))["keys"]  # type: ignore[operator]
    both = Vault(json.dumps({"keys": [*json.loads(NEW)["keys"], *old]}))
    with db.begin() as tx:
        count = rewrapping.under(tx, KEPT)[old[0]["kid"]]
        assert count >= 1
        assert rewrapping.rewrap(tx, (), both, KEPT[0]).count == count
        assert rewrapping.under(tx, KEPT) == {"new": count}
    people.vault = Vault(NEW)
    assert people.session("helper").token


def test_every_table_with_wrapped_keys_is_one_of_those(db: Engine) -> None:
    with db.begin() as tx:
        found = tx.execute(
            text("select table_name from information_schema.columns where column_name = 'wrapped'")
        )
        assert {row.table_name for row in found} == {one.table for one in KEPT}

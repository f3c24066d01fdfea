from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

import pytest
from google.protobuf.message import Message
from sqlalchemy import Engine, text

from chassis.problems import Problem
from chassis.sealing import CannotOpen, Opener, Sealer, Vault
from protos.identity.v1 import identity_pb2 as pb
from services.identity import store, use_cases
from services.identity.domain import bootstrap as plan
from services.identity.domain.organisations import ancestors
from services.identity.settings import Migrate

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
Sample = dict[str, list[dict[str, Any]]]


def rows(db: Engine, sql: str) -> list[Any]:
    with db.begin() as tx:
        return list(tx.execute(text(sql)).all())


def announced(db: Engine, kind: type[Message]) -> list[Any]:
    """The messages of one kind in the outbox, in order."""
    with db.begin() as tx:
        found = tx.execute(
            text("select body from outbox where topic = :topic order by seq"),
            {"topic": kind.DESCRIPTOR.full_name},
        )
        return [kind.FromString(bytes(body)) for body in found.scalars()]


def test_the_first_house_is_built_with_everyone_in_it(db: Engine, house: Sample) -> None:
    assert rows(db, "select count(*) from organisations") == [(6,)]
    assert rows(db, "select email from accounts order by email") == [
        ("helper@example.org",),
        ("nurse@example.org",),
    ]
    held = rows(db, "select role, organisation, approver, reason from grants order by role")
    assert held == [
        ("standard", "RZ1", "system:bootstrap", "bootstrap"),
        ("support", "XZ9", "system:bootstrap", "bootstrap"),
    ]


def test_the_hierarchy_is_kept(db: Engine, house: Sample) -> None:
    with db.begin() as tx:
        kept = store.directory.named(tx, [one["code"] for one in house["organisations"]])
    assert ancestors(kept, "RZ101", date(2026, 1, 1)) == {"RZ1", "QZ1", "YZ1"}
    assert kept["RZ101"].parents[0].kind == "RE6"


def test_no_password_key_or_token_is_kept_as_it_is(db: Engine, house: Sample) -> None:
    (kept,) = rows(db, "select string_agg(password_hash, ' ') from accounts")[0]
    assert kept.count("$argon2id$") == 2
    everything = rows(db, "select string_agg(k::text, ' ') from credentials k")[0][0]
    assert not any(one["key"] in everything for one in house["credentials"])


def test_two_keys_of_one_product_at_one_customer_are_one_client(db: Engine, house: Sample) -> None:
    found = rows(
        db,
        "select organisation, environment, string_agg(slot, ' ' order by slot) from clients c"
        " join credentials k on k.client_id = c.id group by c.id order by organisation",
    )
    assert found == [("RZ1", "production", "primary secondary"), ("RZ3", "sandbox", "primary")]


def test_what_was_built_is_announced(db: Engine, house: Sample) -> None:
    organisations = announced(db, pb.OrganisationChanged)
    assert {one.code for one in organisations} == {"RZ1", "RZ3", "RZ101", "QZ1", "YZ1", "XZ9"}
    site = next(one for one in organisations if one.code == "RZ101")
    assert (site.version, site.opened_on, site.closed_on) == (1, "2001-04-01", "")
    assert [(one.code, one.kind, one.start, one.end) for one in site.parents] == [
        ("RZ1", "RE6", "2022-07-01", "")
    ]
    changed = {(one.role, one.organisation, one.ended) for one in announced(db, pb.GrantChanged)}
    assert changed == {("standard", "RZ1", False), ("support", "XZ9", False)}


def test_an_address_is_announced_for_notifications_alone(db: Engine, house: Sample, opener: Opener) -> None:
    nurse = next(one for one in announced(db, pb.AccountOpened) if one.name == "Nurse")
    assert b"nurse@" not in nurse.SerializeToString()
    assert opener.open(nurse.address_sealed, f"address:{nurse.account_id}") == b"nurse@example.org"
    with pytest.raises(CannotOpen):
        opener.open(nurse.address_sealed, "address:somebody-else")


def test_the_second_time_nothing_happens(db: Engine, house: Sample, sealer: Sealer, vault: Vault) -> None:
    before = rows(db, "select count(*) from outbox")
    assert use_cases.bootstrap(db, sealer, vault, json.dumps(house), NOW) is False
    assert rows(db, "select count(*) from outbox") == before


def test_two_at_once_build_one_house(db: Engine, sealer: Sealer, vault: Vault, sample: Sample) -> None:
    with ThreadPoolExecutor(2) as pool:
        done = list(
            pool.map(lambda _: use_cases.bootstrap(db, sealer, vault, json.dumps(sample), NOW), range(2))
        )
    assert sorted(done) == [False, True]


def test_it_is_in_the_audit_without_its_secrets(db: Engine, house: Sample) -> None:
    ((actor, action, detail),) = rows(db, "select actor, action, detail from audit")
    assert (actor, action) == ("system:bootstrap", "bootstrapped")
    assert detail == {"organisations": 6, "accounts": 2, "credentials": 3}


def test_a_house_that_cannot_be_finished_is_not_begun(
    db: Engine, sealer: Sealer, vault: Vault, sample: Sample
) -> None:
    sample["accounts"][1]["grants"] = [{"role": "emperor", "organisation": "RZ9"}]
    with pytest.raises(Problem) as refused:
        use_cases.bootstrap(db, sealer, vault, json.dumps(sample), NOW)
    assert {fault.code for fault in refused.value.faults} == {"role-not-known", "organisation-not-known"}
    assert rows(db, "select count(*) from organisations") == [(0,)]


def test_migrate_applies_what_it_is_given(
    database_url: str, db: Engine, sample: Sample, jwks: Callable[[str], str]
) -> None:
    seal_keys = jwks("NOTIFICATIONS_SEAL_KEYS")
    given = Migrate(
        database_url=database_url,
        amqp_url="unused",
        notifications_seal_keys=seal_keys,
        account_keys=jwks("ACCOUNT_KEYS"),
        bootstrap=json.dumps(sample),
    )
    use_cases.after_migrating(given)
    assert rows(db, "select count(*) from accounts") == [(2,)]
    assert "password" not in repr(given)


def test_migrate_without_a_bootstrap_leaves_the_house_empty(
    database_url: str, db: Engine, jwks: Callable[[str], str]
) -> None:
    seal_keys = jwks("NOTIFICATIONS_SEAL_KEYS")
    use_cases.after_migrating(
        Migrate(
            database_url=database_url,
            amqp_url="unused",
            notifications_seal_keys=seal_keys,
            account_keys=jwks("ACCOUNT_KEYS"),
        )
    )
    assert rows(db, "select count(*) from organisations") == [(0,)]


@pytest.mark.parametrize(
    "given",
    [
        "",
        "null",
        "[]",
        "{",
        '{"accounts": [{"password": "hunter2-hunter2"}]}',
        '{"accounts": "hunter2-hunter2"}',
        '{"organisations": [{"code": 7}]}',
    ],
)
def test_a_malformed_bootstrap_is_refused_without_quoting_it(given: str) -> None:
    with pytest.raises(Problem) as refused:
        plan.read(given)
    assert refused.value.code == "bootstrap-not-valid"
    assert "hunter2" not in refused.value.detail


def _short_key(sample: Sample) -> None:
    sample["credentials"][0]["key"] = "guessable"


def _three_keys(sample: Sample) -> None:
    sample["credentials"].append(sample["credentials"][0] | {"key": "x" * 43})


def _same_key(sample: Sample) -> None:
    sample["credentials"][2]["key"] = sample["credentials"][0]["key"]


def _short_password(sample: Sample) -> None:
    sample["accounts"][0]["password"] = "short"


def _same_person(sample: Sample) -> None:
    sample["accounts"][1]["email"] = "NURSE@example.org"


def _no_environment(sample: Sample) -> None:
    sample["credentials"][0]["environment"] = "moon"


def _machine(sample: Sample) -> None:
    sample["accounts"][0]["grants"][0]["role"] = "lrms_client"


def _circle(sample: Sample) -> None:
    sample["organisations"][4]["parents"] = [{"code": "RZ1", "kind": "RE5", "start": "2023-01-01"}]


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (_short_key, "key-too-short"),
        (_three_keys, "too-many-keys"),
        (_same_key, "key-repeated"),
        (_short_password, "password-length"),
        (_same_person, "email-repeated"),
        (_no_environment, "environment-not-known"),
        (_machine, "role-not-known"),
        (_circle, "circle"),
    ],
)
def test_each_mistake_is_named(sample: Sample, spoil: Callable[[Sample], None], code: str) -> None:
    spoil(sample)
    with pytest.raises(Problem) as refused:
        plan.read(json.dumps(sample))
    assert {fault.code for fault in refused.value.faults} == {code}
    assert "guessable" not in refused.value.detail

"""An account is closed for good by two people: nothing says any more whose it was, and its address may come back."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from alembic import command
from google.protobuf.timestamp_pb2 import Timestamp
from sqlalchemy import Engine, text

from chassis import database
from chassis.actors import Actor, Grant, Reach
from chassis.problems import Kind, Problem
from protos.audit.v1.erasing_pb2 import PlaceErased, TextErased
from protos.identity.v1.identity_pb2 import AccountErased
from services.identity import listener
from services.identity.domain.erasing import ERASED, WITHDRAWN
from services.identity.domain.roles import Permission
from services.identity.store import erasing
from services.identity.use_cases.erasing import (
    ask_account_erasure,
    confirm_account_erasure,
    find_account_erasure,
    list_account_erasures,
    withdraw_account_erasure,
)
from tests.builders.people import Sample, an_account
from tests.builders.signed_in import People

BY_RECORD = "0013"  # the migration that builds the index of the outbox
NOBODY = "00000000-0000-7000-8000-000000000000"


def national(name: str, *permissions: Permission) -> Actor:
    return Actor(name, "person", "XZ9", (Grant("", Reach.NATIONAL, frozenset(permissions)),))


SUPPORT = national("helper", Permission.ASK_ERASURE)
SUPER = national("super", Permission.ASK_ERASURE, Permission.ERASE)
OTHER = national("other", Permission.ASK_ERASURE, Permission.ERASE)


def now() -> datetime:
    return datetime.now(UTC)


def rows(db: Engine, statement: str, **values: Any) -> list[Any]:
    with db.begin() as tx:
        return list(tx.execute(text(statement), values))


def sent(db: Engine) -> None:
    """What the relay does."""
    with db.begin() as tx:
        tx.execute(text("update outbox set sent_at = now()"))


def id_of(db: Engine, who: str) -> str:
    return str(rows(db, "select id from accounts where email = :e", e=f"{who}@example.org")[0].id)


def asked(db: Engine, account: str, actor: Actor = SUPPORT) -> Any:
    return ask_account_erasure(db, actor, account, "data_subject_request", "CASE-7", now())


def erased(db: Engine, account: str) -> Any:
    sent(db)
    asked(db, account)
    return confirm_account_erasure(db, SUPER, account, now())


def refused(call: Any, *arguments: Any) -> tuple[Kind, str]:
    with pytest.raises(Problem) as caught:
        call(*arguments)
    return caught.value.kind, caught.value.code


def everything(db: Engine) -> str:
    tables = rows(
        db, "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
    )
    return "\n".join(
        str(row[0]) for one in tables for row in rows(db, f'select cast(t as text) from "{one.relname}" t')
    )


def test_nothing_says_any_more_whose_it_was(people: People) -> None:
    db = people.db
    nurse = people.session("nurse")
    account = id_of(db, "nurse")
    assert "nurse@example.org" in everything(db)
    found = erased(db, account)
    kept = everything(db).lower()
    assert "nurse" not in kept
    row = rows(
        db, "select name, password_hash, closed_at from accounts where id = cast(:id as uuid)", id=account
    )[0]
    assert (row.name, row.password_hash) == ("Closed account", "")
    assert row.closed_at
    assert not rows(
        db, "select 1 from grants where account_id = cast(:id as uuid) and ends_at is null", id=account
    )
    with pytest.raises(Problem):
        people.of(nurse)
    assert refused(people.session, "nurse")[0] is Kind.UNAUTHENTICATED
    assert (found.state, found.shown_state, found.waiting_for) == (
        ERASED,
        "waiting",
        ("notifications", "recording"),
    )
    assert "helper@example.org" in kept, "nobody else's"


def test_who_keeps_something_of_it_is_told(people: People) -> None:
    db = people.db
    account = id_of(db, "nurse")
    found = erased(db, account)
    told = [
        AccountErased.FromString(bytes(one.body))
        for one in rows(db, "select body from outbox where topic like '%AccountErased'")
    ]
    assert [(one.erasure_id, one.account_id) for one in told] == [(found.id, account)]
    ended = rows(db, "select 1 from outbox where topic like '%GrantChanged' and sent_at is null")
    assert len(ended) == 1


def test_the_address_may_come_back(people: People) -> None:
    db = people.db
    erased(db, id_of(db, "nurse"))
    with db.begin() as tx:
        tx.execute(
            text(
                "insert into accounts (id, email, name, password_hash, opened_at) values"
                " (gen_random_uuid(), 'nurse@example.org', 'New', 'x', now())"
            )
        )
    assert id_of(db, "nurse")


def test_whoever_asked_or_owns_it_cannot_confirm(people: People) -> None:
    db = people.db
    account = id_of(db, "nurse")
    sent(db)
    asked(db, account, SUPER)
    owner = Actor(account, "person", "RZ1", SUPER.grants)
    for who in (SUPER, owner):
        assert refused(confirm_account_erasure, db, who, account, now())[1] == "second-person-needed"
    assert refused(confirm_account_erasure, db, SUPPORT, account, now())[0] is Kind.FORBIDDEN
    assert "nurse@example.org" in everything(db)
    assert confirm_account_erasure(db, OTHER, account, now()).state == ERASED


def test_the_same_again_does_no_harm(people: People) -> None:
    db = people.db
    account = id_of(db, "nurse")
    sent(db)
    assert asked(db, account).id == asked(db, account).id
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(confirm_account_erasure, db, who, account, now()) for who in (SUPER, OTHER)]
        done = [one.result() for one in both]
    assert done[0].decided_by == done[1].decided_by
    assert asked(db, account).state == ERASED
    assert len(rows(db, "select 1 from audit where action = 'account-erased'")) == 1
    assert refused(withdraw_account_erasure, db, SUPPORT, account, now())[1] == "account-erased"


def test_it_can_be_taken_back_until_it_is_confirmed(people: People) -> None:
    db = people.db
    account = id_of(db, "nurse")
    first = asked(db, account)
    assert withdraw_account_erasure(db, SUPPORT, account, now()).state == WITHDRAWN
    assert refused(confirm_account_erasure, db, SUPER, account, now()) == (
        Kind.NOT_FOUND,
        "erasure-not-found",
    )
    assert asked(db, account).id != first.id


def test_what_is_still_being_told_is_not_erased_yet(people: People) -> None:
    db = people.db
    account = id_of(db, "nurse")
    asked(db, account)
    assert refused(confirm_account_erasure, db, SUPER, account, now()) == (Kind.UNAVAILABLE, "try-again")
    assert "nurse@example.org" in everything(db)


def test_the_last_administrator_is_not_erased(sample: Sample, people: People) -> None:
    db = people.db
    account = id_of(db, "boss")
    assert refused(asked, db, account) == (Kind.CONFLICT, "last-administrator")


@pytest.fixture
def sample(sample: Sample) -> Sample:
    sample["accounts"] += [an_account("boss", "org_admin", "RZ3"), an_account("carer", "standard", "RZ1")]
    return sample


def test_free_text_and_addresses_beside_the_account_go_too(people: People) -> None:
    db = people.db
    account = id_of(db, "nurse")
    with db.begin() as tx:
        for statement in (
            "update accounts set suspension_reason = 'Nurse was rude' where id = cast(:id as uuid)",
            "update grants set reason = 'Nurse asked' where account_id = cast(:id as uuid)",
            "insert into role_requests (id, account_id, role, organisation, reason, asked_at) values"
            " (gen_random_uuid(), cast(:id as uuid), 'organisational', 'RZ1', 'I am Nurse', now())",
            "insert into invitations (id, email, role, organisation, code_hash, invited_by, invited_at, expires_at) values"
            " (gen_random_uuid(), 'nurse@example.org', 'organisational', 'RZ1', '', 'x', now(), now())",
            "insert into invitations (id, email, role, organisation, code_hash, invited_by, invited_at, expires_at,"
            " accepted_at) values (gen_random_uuid(), 'nurse@example.org', 'standard', 'RZ1', '', 'x', now(), now(), now())",
            "insert into devices (id, account_id, token_hash, label, made_at, last_used_at) values"
            " (gen_random_uuid(), cast(:id as uuid), 'x', 'Nurse''s telephone', now(), now())",
            "insert into address_codes (id, purpose, email, code_hash, name, sent_at, expires_at) values"
            " (gen_random_uuid(), 'reset', 'nurse@example.org', 'x', 'Nurse', now(), now())",
        ):
            tx.execute(text(statement), {"id": account})
    found = erased(db, account)
    assert "nurse" not in everything(db).lower()
    counts = {one.place: one.found for one in found.places}
    assert (counts["invitations"], counts["devices"], counts["requests for roles"]) == (2, 1, 1)
    assert not rows(db, "select 1 from role_requests where state = 'waiting'")
    assert not rows(db, "select 1 from invitations where accepted_at is null and revoked_at is null")


def test_services_answer_and_answer_twice(people: People) -> None:
    db = people.db
    account = id_of(db, "nurse")
    found = erased(db, account)
    for service in ("notifications", "recording"):
        for count in (2, 0):
            told = TextErased(
                erasure_id=found.id,
                service=service,
                places=[PlaceErased(place="notices", found=count, done="erased")],
                at=Timestamp(seconds=1),
            )
            with db.begin() as tx:
                listener.keep_what_was_erased(tx, told)
    with db.begin() as tx:
        for stray in (NOBODY, "nonsense"):
            listener.keep_what_was_erased(tx, TextErased(erasure_id=stray, places=[PlaceErased(done="none")]))
    done = find_account_erasure(db, SUPPORT, account)
    assert done.shown_state == "done"
    assert {one.found for one in done.places if one.service != "identity"} == {2}


def test_no_such_account_is_not_found(people: People) -> None:
    for name in (NOBODY, "nonsense", ""):
        assert refused(asked, people.db, name)[0] is Kind.NOT_FOUND
        assert refused(find_account_erasure, people.db, SUPPORT, name)[0] is Kind.NOT_FOUND


@pytest.mark.parametrize(("ground", "case"), [("because", "C"), ("legal_duty", " "), ("legal_duty", "a\nb")])
def test_what_is_no_ground_is_refused(people: People, ground: str, case: str) -> None:
    account = id_of(people.db, "nurse")
    problem = refused(ask_account_erasure, people.db, SUPPORT, account, ground, case, now())
    assert problem[0] is Kind.INVALID
    assert not rows(people.db, "select 1 from account_erasures")


# ---- the list


def listed(
    db: Engine, actor: Actor = SUPPORT, cursor: str = "", limit: int = 0, to_confirm: bool = False
) -> Any:
    return list_account_erasures(db, actor, cursor, limit, to_confirm)


def test_erasures_are_listed_a_page_at_a_time_newest_first(people: People) -> None:
    db = people.db
    made = [asked(db, id_of(db, who)).id for who in ("nurse", "helper", "carer")]
    first, following = listed(db, limit=2)
    rest, end = listed(db, cursor=following, limit=2)
    assert [one.erasure.id for one in (*first, *rest)] == made[::-1]
    assert end == ""
    counts = rows(db, "select detail->>'found' as n from audit where action = 'account-erasures-listed'")
    assert [one.n for one in counts] == ["2", "1"]


def test_what_waits_for_a_second_person_can_be_listed_alone(people: People) -> None:
    db = people.db
    nurse, helper, other = (id_of(db, who) for who in ("nurse", "helper", "carer"))
    erased(db, nurse)
    asked(db, other)
    withdraw_account_erasure(db, SUPPORT, other, now())
    waiting = asked(db, helper)
    assert [one.erasure.id for one in listed(db, to_confirm=True)[0]] == [waiting.id]
    everything = {one.erasure.account_id: one.erasure for one in listed(db)[0]}
    assert {one: found.shown_state for one, found in everything.items()} == {
        nurse: "waiting",
        helper: "asked",
        other: "withdrawn",
    }
    assert everything[nurse].waiting_for == ("notifications", "recording")


def test_names_are_for_whoever_may_list_accounts_and_of_open_ones_alone(people: People) -> None:
    db = people.db
    nurse, helper = id_of(db, "nurse"), id_of(db, "helper")
    erased(db, nurse)
    support = Actor(
        helper, "person", "XZ9", national("", Permission.ASK_ERASURE, Permission.READ_ACCOUNTS).grants
    )
    asked(db, helper, support)
    name = rows(db, "select name from accounts where id = cast(:id as uuid)", id=helper)[0].name
    seen = [(one.account_name, one.asked_by_name) for one in listed(db, support)[0]]
    assert seen == [(name, name), ("", "")]
    assert {one.account_name for one in listed(db, SUPPORT)[0]} == {""}
    here = Grant("RZ1", Reach.ORGANISATION, frozenset({Permission.READ_ACCOUNTS}))
    both = Actor("x", "person", "XZ9", (*SUPPORT.grants, here))
    assert {one.asked_by_name for one in listed(db, both)[0]} == {""}


def test_the_list_is_for_whoever_may_ask_and_begins_at_an_erasure(people: People) -> None:
    stranger = national("stranger", Permission.READ_ACCOUNTS)
    assert refused(listed, people.db, stranger)[0] is Kind.FORBIDDEN
    assert refused(listed, people.db, SUPPORT, "nonsense") == (Kind.INVALID, "cursor-not-known")


# ---- finding what is sent about somebody


def test_what_is_sent_about_somebody_is_found_without_reading_the_whole_outbox(db: Engine) -> None:
    fill = (
        "insert into outbox (id, topic, body, headers, sent_at) select gen_random_uuid(), 't', '',"
        " jsonb_build_object('about', gen_random_uuid()), now() from generate_series(1, 20000)"
    )
    values = {"id": NOBODY, "email": "nurse@example.org"}
    with db.begin() as tx:
        tx.execute(text(fill))
        tx.execute(text("analyze outbox"))
        gone, waiting = (
            "\n".join(tx.execute(text(f"explain {statement}"), values).scalars())
            for statement in (erasing._ERASE["messages that were sent"], erasing._WAITING)
        )
    assert "outbox_by_record" in gone
    assert "Seq Scan on outbox" not in gone + waiting


def _stand_before(db: Engine, revision: str) -> None:
    """A database made anew by every migration before this one."""
    config = database._config("identity")
    with db.connect() as connection:
        connection.execute(text("drop schema public cascade"))
        connection.execute(text("create schema public"))
        connection.commit()
        config.attributes["connection"] = connection
        command.upgrade(config, f"{int(revision) - 1:04}")


def test_the_index_for_it_is_built_while_others_write(database_for: Callable[[str], str]) -> None:
    url = database_for("identity")
    db = database.engine(url)
    put = text("insert into outbox (id, topic, body, headers) values (gen_random_uuid(), 't', '', '{}')")
    _stand_before(db, BY_RECORD)
    with db.begin() as tx:
        tx.execute(text("create index outbox_by_record on outbox (topic)"))  # what a broken try left
    with ThreadPoolExecutor(2) as pool:
        with db.connect() as writer, writer.begin():
            writer.execute(put)
            migrating = pool.submit(database.migrate, "identity", url)
            second = pool.submit(database.migrate, "identity", url)
            with pytest.raises(TimeoutError):
                migrating.result(timeout=3.5)  # longer than a lock may be waited for
            with db.begin() as another:
                another.execute(put)
        applied = [*migrating.result(timeout=20), *second.result(timeout=20)]
    assert applied[0] == BY_RECORD
    made = "select indisvalid, pg_get_indexdef(indexrelid) as made from pg_index where indexrelid = 'outbox_by_record'::regclass"
    (index,) = rows(db, made)
    assert index.indisvalid
    assert "about" in index.made
    db.dispose()

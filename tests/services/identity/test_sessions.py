from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from chassis.actors import Reach, Signer, Verifier
from chassis.problems import Kind, Problem
from services.identity import store, use_cases
from services.identity.domain import accounts
from services.identity.domain.roles import POLICY
from services.identity.use_cases import passwords

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PASSWORD = "correct-horse-battery"
NURSE = "nurse@example.org"

pytestmark = pytest.mark.usefixtures("house")


def rows(db: Engine, sql: str) -> list[Any]:
    with db.begin() as tx:
        return list(tx.execute(text(sql)).all())


def signing_in_fails(db: Engine, email: str, password: str, now: datetime) -> Problem:
    with pytest.raises(Problem) as refused:
        use_cases.sign_in(db, email, password, now)
    return refused.value


def real_now() -> datetime:
    return datetime.now(UTC)


def test_the_right_password_opens_a_session_of_twelve_hours(db: Engine) -> None:
    session = use_cases.sign_in(db, " Nurse@Example.org ", PASSWORD, NOW)
    assert session.expires_at == NOW + timedelta(hours=12)
    assert session.token not in repr(session)


def test_the_database_knows_only_a_hash_of_the_token(db: Engine) -> None:
    session = use_cases.sign_in(db, NURSE, PASSWORD, NOW)
    ((kept,),) = rows(db, "select sessions::text from sessions")
    assert session.token not in kept


@pytest.mark.parametrize(
    ("email", "password"),
    [
        (NURSE, "wrong-horse-battery"),
        ("nobody@example.org", PASSWORD),
        ("not an address", PASSWORD),
        ("\0", PASSWORD),
        ("", ""),
        (NURSE, ""),
        (NURSE, PASSWORD + "x"),
        (NURSE, PASSWORD + "x" * 100_000),
    ],
)
def test_whatever_was_wrong_the_answer_is_the_same(db: Engine, email: str, password: str) -> None:
    refused = signing_in_fails(db, email, password, NOW)
    assert (refused.kind, refused.code) == (Kind.UNAUTHENTICATED, "sign-in-failed")
    assert refused.detail == "The email address or the password is wrong."


def test_an_unknown_address_costs_the_same_work(db: Engine) -> None:
    work = passwords._NOBODY.split("$")[:4]
    ((kept,),) = rows(db, f"select password_hash from accounts where email = '{NURSE}'")
    assert kept.split("$")[:4] == work


def test_a_closed_account_cannot_sign_in_and_its_sessions_end(db: Engine, signer: Signer) -> None:
    session = use_cases.sign_in(db, NURSE, PASSWORD, NOW)
    with db.begin() as tx:
        tx.execute(text("update accounts set closed_at = now()"))
    assert signing_in_fails(db, NURSE, PASSWORD, NOW).code == "sign-in-failed"
    with pytest.raises(Problem, match="session-ended"):
        use_cases.actor_for_session(db, signer, session.token, NOW)


def test_guessing_is_slowed_and_ends_with_the_right_password(db: Engine) -> None:
    for _ in range(3):
        assert signing_in_fails(db, NURSE, "wrong", NOW).code == "sign-in-failed"
    assert signing_in_fails(db, NURSE, PASSWORD, NOW).kind is Kind.THROTTLED
    use_cases.sign_in(db, NURSE, PASSWORD, NOW + timedelta(seconds=1))
    assert signing_in_fails(db, NURSE, "wrong", NOW + timedelta(seconds=1)).code == "sign-in-failed"


def test_guessing_at_one_address_does_not_slow_another(db: Engine) -> None:
    for _ in range(3):
        signing_in_fails(db, NURSE, "wrong", NOW)
    use_cases.sign_in(db, "helper@example.org", PASSWORD, NOW)


def test_an_unknown_address_is_slowed_in_the_same_way(db: Engine) -> None:
    for _ in range(3):
        signing_in_fails(db, "nobody@example.org", "wrong", NOW)
    assert signing_in_fails(db, "Nobody@example.org", "wrong", NOW).kind is Kind.THROTTLED


def test_a_colleague_waits_a_minute_at_most_however_long_an_enemy_went_on(db: Engine) -> None:
    with db.begin() as tx:
        tx.execute(
            text("insert into sign_in_tries (who, tries, last_at) values (:who, 9999, :now)"),
            {"who": accounts.digest(NURSE), "now": NOW},
        )
    assert signing_in_fails(db, NURSE, PASSWORD, NOW + timedelta(seconds=59)).kind is Kind.THROTTLED
    use_cases.sign_in(db, NURSE, PASSWORD, NOW + timedelta(seconds=60))


def test_guesses_made_at_once_are_counted_one_by_one(db: Engine) -> None:
    with ThreadPoolExecutor(8) as pool:
        refused = list(pool.map(lambda _: signing_in_fails(db, NURSE, "wrong", NOW), range(8)))
    assert sorted(one.code for one in refused) == ["sign-in-failed"] * 3 + ["too-many-tries"] * 5


def test_a_try_is_counted_while_a_sign_in_at_the_same_moment_forgets_the_tries(db: Engine) -> None:
    who = accounts.digest(NURSE)

    def count_and_forget(_: int) -> None:
        with db.begin() as tx:
            store.sessions.lock_tries(tx, who, NOW)
        with db.begin() as tx:
            store.sessions.forget_tries(tx, who, NOW - timedelta(days=1))

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(count_and_forget, range(900)))


def test_what_was_typed_as_an_address_is_not_kept(db: Engine) -> None:
    signing_in_fails(db, "my-password-by-mistake", "wrong", NOW)
    ((kept,),) = rows(db, "select string_agg(t::text, ' ') from sign_in_tries t")
    assert "mistake" not in kept
    assert "mistake" not in str(rows(db, "select * from audit"))


def test_old_tries_and_old_sessions_are_swept_when_somebody_signs_in(db: Engine) -> None:
    use_cases.sign_in(db, NURSE, PASSWORD, NOW - timedelta(days=30))
    signing_in_fails(db, "nobody@example.org", "wrong", NOW - timedelta(days=2))
    use_cases.sign_in(db, NURSE, PASSWORD, NOW)
    assert rows(db, "select (select count(*) from sessions), (select count(*) from sign_in_tries)") == [
        (1, 0)
    ]


def test_the_actor_of_a_session_says_who_where_and_what(
    db: Engine, signer: Signer, verifier: Verifier
) -> None:
    session = use_cases.sign_in(db, NURSE, PASSWORD, real_now())
    signed = use_cases.actor_for_session(db, signer, session.token, real_now())
    actor = verifier.verify(signed.token)
    assert (actor.kind, actor.organisation, actor.name) == ("person", "RZ1", "Nurse")
    ((account_id,),) = rows(db, f"select id from accounts where email = '{NURSE}'")
    assert actor.id == str(account_id)
    grant, _ = actor.grants
    assert (grant.organisation, grant.reach) == ("RZ1", Reach.OWN)
    assert grant.permissions == {
        "recording:submit",
        "recording:revise",
        "recording:read",
        "access:read",
    }
    assert actor.may("notifications:read")
    assert signed.watch_id == f"session:{session.id}"
    assert timedelta(seconds=297) < signed.expires_at - real_now() <= timedelta(seconds=300)


def test_a_role_that_has_ended_is_not_in_the_actor(db: Engine, signer: Signer, verifier: Verifier) -> None:
    session = use_cases.sign_in(db, NURSE, PASSWORD, real_now())
    with db.begin() as tx:
        tx.execute(text("update grants set ends_at = now()"))
    actor = verifier.verify(use_cases.actor_for_session(db, signer, session.token, real_now()).token)
    assert {one for grant in actor.grants for one in grant.permissions} == POLICY.everyone


def test_an_actor_does_not_outlive_a_role_about_to_end(db: Engine, signer: Signer) -> None:
    now = real_now()
    session = use_cases.sign_in(db, NURSE, PASSWORD, now)
    with db.begin() as tx:
        tx.execute(text("update grants set ends_at = :soon"), {"soon": now + timedelta(seconds=30)})
    signed = use_cases.actor_for_session(db, signer, session.token, now)
    assert signed.expires_at <= now + timedelta(seconds=32)


def test_a_session_nobody_uses_ends_after_an_hour(db: Engine, signer: Signer) -> None:
    session = use_cases.sign_in(db, NURSE, PASSWORD, NOW)
    with pytest.raises(Problem, match="session-ended"):
        use_cases.actor_for_session(db, signer, session.token, NOW + timedelta(minutes=60))


def test_a_session_in_use_goes_on_but_not_beyond_twelve_hours(db: Engine, signer: Signer) -> None:
    session = use_cases.sign_in(db, NURSE, PASSWORD, NOW)
    for minutes in range(50, 12 * 60, 50):
        use_cases.actor_for_session(db, signer, session.token, NOW + timedelta(minutes=minutes))
    with pytest.raises(Problem, match="session-ended"):
        use_cases.actor_for_session(db, signer, session.token, NOW + timedelta(hours=12))


@pytest.mark.parametrize("token", ["", "guess", "\0", "x" * 100_000])
def test_a_token_we_did_not_make_is_refused(db: Engine, signer: Signer, token: str) -> None:
    with pytest.raises(Problem) as refused:
        use_cases.actor_for_session(db, signer, token, NOW)
    assert (refused.value.kind, refused.value.code) == (Kind.UNAUTHENTICATED, "session-ended")


def test_after_signing_out_the_session_is_over(db: Engine, signer: Signer) -> None:
    session = use_cases.sign_in(db, NURSE, PASSWORD, NOW)
    use_cases.sign_out(db, session.token, NOW)
    use_cases.sign_out(db, session.token, NOW)
    use_cases.sign_out(db, "never ours", NOW)
    with pytest.raises(Problem, match="session-ended"):
        use_cases.actor_for_session(db, signer, session.token, NOW)
    assert use_cases.ended_lately(db, NOW + timedelta(minutes=5)) == (f"session:{session.id}",)
    assert use_cases.ended_lately(db, NOW + timedelta(minutes=7)) == ()


def test_signing_in_and_out_is_in_the_audit_once(db: Engine, signer: Signer) -> None:
    session = use_cases.sign_in(db, NURSE, PASSWORD, NOW)
    use_cases.actor_for_session(db, signer, session.token, NOW)
    use_cases.sign_out(db, session.token, NOW)
    use_cases.sign_out(db, session.token, NOW)
    ((account_id,),) = rows(db, f"select id from accounts where email = '{NURSE}'")
    assert rows(
        db, "select actor, action, about, detail from audit where action like 'signed%' order by seq"
    ) == [
        (str(account_id), "signed-in", session.id, {"strength": "password"}),
        (str(account_id), "signed-out", session.id, {}),
    ]


def test_a_failed_sign_in_is_in_the_audit_under_the_account_it_was_aimed_at(db: Engine) -> None:
    signing_in_fails(db, NURSE, "wrong", NOW)
    signing_in_fails(db, "nobody@example.org", "wrong", NOW)
    ((account_id,),) = rows(db, f"select id from accounts where email = '{NURSE}'")
    assert rows(db, "select actor, about from audit where action = 'sign-in-failed' order by seq") == [
        ("anonymous", str(account_id)),
        ("anonymous", "unknown"),
    ]


def test_the_audit_cannot_be_rewritten(db: Engine) -> None:
    for statement in ("update audit set actor = 'nobody'", "delete from audit"):
        with pytest.raises(DBAPIError, match="append-only"), db.begin() as tx:
            tx.execute(text(statement))


def test_when_the_change_is_undone_so_are_its_audit_and_its_word_to_watchers(db: Engine) -> None:
    session = use_cases.sign_in(db, NURSE, PASSWORD, NOW)
    tx = db.connect()
    store.sessions.end_session(tx, accounts.digest(session.token), NOW)
    tx.rollback()
    tx.close()
    assert use_cases.ended_lately(db, NOW) == ()

"""Guessing from one place is slowed more and more; a hospital behind one address is not, nor is a colleague kept out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text

from chassis.problems import Kind, Problem
from chassis.sealing import Sealer
from services.identity import store, use_cases
from services.identity.domain import slowing
from services.identity.domain.slowing import CODES, LETTERS, SIGN_IN, Level, Rule
from services.identity.use_cases import OnDevice
from services.identity.use_cases.slowing import count_sign_in
from tests.builders.people import PASSWORD, Sample

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
NURSE, HELPER = "nurse@example.org", "helper@example.org"
HOSPITAL, CAFE = hashlib.sha256(b"hospital").digest(), hashlib.sha256(b"cafe").digest()
STRONG = "seventeen-purple-otters"

pytestmark = pytest.mark.usefixtures("house")


def failing(
    db: Engine, email: str, now: datetime = NOW, place: bytes = HOSPITAL, password: str = "wrong"
) -> Problem:
    with pytest.raises(Problem) as refused:
        use_cases.sign_in(db, email, password, now, OnDevice(place=place))
    return refused.value


def level(db: Engine, place: bytes = HOSPITAL, what: str = "sign-in") -> float:
    with db.begin() as tx:
        found = tx.execute(
            text("select level from address_tries where address = :a and what = :w"), {"a": place, "w": what}
        ).scalar_one_or_none()
    return float(found or 0)


def weigh(tx: Connection, rule: Rule, failures: int, place: bytes = CAFE) -> None:
    """So many failures lately, from the café or elsewhere."""
    store.slowing.lock_level(tx, rule.what, place, NOW)
    store.slowing.save_level(tx, rule.what, place, Level(failures, NOW))


def outcome(ask: Callable[[], Any]) -> str:
    try:
        ask()
    except Problem as problem:
        return problem.code
    return "done"


# ---- the rule ----------------------------------------------------------------------------------------------


def test_waits_grow_and_end_somewhere() -> None:
    waits = [int(slowing.wait_after(SIGN_IN, one).total_seconds()) for one in range(0, 100, 10)]
    assert waits == [0, 0, 0, 1, 2, 4, 8, 16, 32, 60]
    assert slowing.wait_after(SIGN_IN, 1e9) == SIGN_IN.longest


@pytest.mark.parametrize("rule", [SIGN_IN, LETTERS, CODES])
def test_after_the_wait_that_was_named_the_next_try_counts(rule: Rule) -> None:
    before, now, waits = None, NOW, list[int]()
    for _ in range(150):
        try:
            before = slowing.tried(rule, before, now)
        except Problem as problem:
            waits.append(problem.retry_after)
            now += timedelta(seconds=problem.retry_after)
            before = slowing.tried(rule, before, now)
    assert waits
    assert set(waits) <= set(range(1, int(rule.longest.total_seconds()) + 1))


def test_a_refused_try_makes_nobody_wait_longer() -> None:
    before = Level(80, NOW)
    waits = []
    for second in range(5):
        with pytest.raises(Problem) as refused:
            slowing.tried(SIGN_IN, before, NOW + timedelta(seconds=second))
        waits.append(refused.value.retry_after)
    assert waits == [32, 31, 30, 29, 28]


def test_failures_are_forgotten_one_by_one() -> None:
    assert Level(30, NOW).at(SIGN_IN, NOW + timedelta(minutes=5)) == pytest.approx(20)
    assert Level(30, NOW).at(SIGN_IN, NOW + timedelta(days=1)) == 0
    assert Level(30, NOW).at(SIGN_IN, NOW - timedelta(days=1)) == 30  # a clock that went back


# ---- sign-in -----------------------------------------------------------------------------------------------


def test_a_list_of_stolen_passwords_tried_from_one_place_is_slowed(db: Engine) -> None:
    """A different account each time, so that no account's own wait helps."""
    codes = [failing(db, f"somebody-{number}@example.org").code for number in range(32)]
    assert codes == ["sign-in-failed"] * 30 + ["too-many-tries"] * 2
    slowed = failing(db, "one-more@example.org", NOW + timedelta(milliseconds=300))
    assert (slowed.kind, slowed.retry_after) == (Kind.THROTTLED, 1)
    assert failing(db, "one-more@example.org", NOW + timedelta(seconds=1)).code == "sign-in-failed"
    assert failing(db, "others@example.org", place=CAFE).code == "sign-in-failed"


def test_in_an_hour_a_place_that_goes_on_guessing_gets_little_done(db: Engine) -> None:
    now, tried = NOW, 0
    while now < NOW + timedelta(hours=1):
        with db.begin() as tx:
            try:
                count_sign_in(tx, f"somebody-{tried}@example.org", HOSPITAL, now)
                tried += 1
            except Problem as problem:
                now += timedelta(seconds=problem.retry_after)
    assert tried < 250


@pytest.fixture
def staff(db: Engine, sealer: Sealer, sample: Sample) -> list[str]:
    """Forty people of one hospital, with one password: hashing forty would take a minute."""
    with db.begin() as tx:
        for number in range(40):
            tx.execute(
                text(
                    "insert into accounts (id, email, name, password_hash, version, opened_at) select"
                    " cast(:id as uuid), :email, 'Somebody', password_hash, 1, now() from accounts where email = :of"
                ),
                {
                    "id": f"01900000-0000-7000-8000-{number:012}",
                    "email": f"staff-{number}@example.org",
                    "of": NURSE,
                },
            )
    return [f"staff-{number}@example.org" for number in range(40)]


def test_a_hospital_behind_one_address_is_not_slowed_by_honest_mistakes(db: Engine, staff: list[str]) -> None:
    """Forty people within a minute, each of whom mistypes once before they get in."""
    for number, email in enumerate(staff):
        now = NOW + timedelta(seconds=number)
        assert failing(db, email, now).code == "sign-in-failed"
        use_cases.sign_in(db, email, PASSWORD, now, OnDevice(place=HOSPITAL))
    assert level(db) < SIGN_IN.free


def test_one_stolen_account_does_not_buy_guesses_for_the_others(db: Engine) -> None:
    """Signing in again and again with a password that one knows makes up for failures once in a quarter of an hour."""
    guesses = 0
    for number in range(100):
        use_cases.sign_in(db, HELPER, PASSWORD, NOW, OnDevice(place=CAFE))
        for name in ("x", "y"):
            guesses += failing(db, f"{name}{number}@example.org", place=CAFE).code == "sign-in-failed"
        if level(db, CAFE) >= SIGN_IN.free:
            break
    assert guesses <= SIGN_IN.free + slowing.MAKES_UP_FOR + 2


def test_whoever_signed_in_there_before_is_not_made_to_wait_for_others_in_their_network(db: Engine) -> None:
    use_cases.sign_in(db, NURSE, PASSWORD, NOW, OnDevice(place=HOSPITAL))
    with db.begin() as tx:
        tx.execute(text("update address_tries set level = 60 where address = :a"), {"a": HOSPITAL})
    assert failing(db, HELPER, password=PASSWORD).code == "too-many-tries"
    use_cases.sign_in(db, NURSE, PASSWORD, NOW, OnDevice(place=HOSPITAL))


def test_nobody_keeps_a_colleague_out_by_failing_in_their_name_elsewhere(db: Engine) -> None:
    use_cases.sign_in(db, NURSE, PASSWORD, NOW, OnDevice(place=HOSPITAL))
    for _ in range(6):
        failing(db, NURSE, place=CAFE)
    assert failing(db, NURSE, place=CAFE, password=PASSWORD).code == "too-many-tries"
    use_cases.sign_in(db, NURSE, PASSWORD, NOW, OnDevice(place=HOSPITAL))


def test_on_a_remembered_device_nobody_waits_for_anybody(db: Engine) -> None:
    for _ in range(6):
        failing(db, NURSE, place=CAFE)
    with db.begin() as tx:
        count_sign_in(tx, NURSE, CAFE, NOW, "a-device")
    with pytest.raises(Problem, match="too-many-tries"), db.begin() as tx:
        count_sign_in(tx, NURSE, CAFE, NOW)


def test_where_one_signed_in_before_ones_own_failures_count_all_the_same(db: Engine) -> None:
    use_cases.sign_in(db, NURSE, PASSWORD, NOW, OnDevice(place=HOSPITAL))
    codes = [failing(db, NURSE).code for _ in range(5)]
    assert codes == ["sign-in-failed"] * 3 + ["too-many-tries"] * 2


def test_without_an_address_only_the_account_is_slowed(db: Engine) -> None:
    """A gateway of the release before sends none."""
    for number in range(40):
        assert failing(db, f"s{number}@example.org", place=b"").code == "sign-in-failed"


def test_tries_made_at_once_from_one_place_are_counted_one_by_one(db: Engine) -> None:
    with db.begin() as tx:
        tx.execute(
            text("insert into address_tries values ('sign-in', :a, 27, :now)"), {"a": HOSPITAL, "now": NOW}
        )
    with ThreadPoolExecutor(6) as pool:
        codes = list(pool.map(lambda n: failing(db, f"s{n}@example.org").code, range(6)))
    assert sorted(codes) == ["sign-in-failed"] * 3 + ["too-many-tries"] * 3


def test_getting_in_while_others_are_counted_never_locks_up(db: Engine, staff: list[str]) -> None:
    def come_and_go(number: int) -> str:
        email = staff[number % 3]
        return outcome(lambda: use_cases.sign_in(db, email, PASSWORD, NOW, OnDevice(place=HOSPITAL)))

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(come_and_go, range(24))) <= {"done", "too-many-tries"}


# ---- letters and codes -------------------------------------------------------------------------------------


def test_registering_from_one_place_is_slowed_whatever_the_addresses(db: Engine, sealer: Sealer) -> None:
    def register(number: int, now: datetime = NOW, place: bytes = CAFE) -> str:
        return outcome(
            lambda: (
                use_cases.ask_for_reset(db, sealer, f"s{number}@example.org", now, place)
                if number % 2
                else use_cases.register(db, sealer, f"s{number}@example.org", "Some Body", STRONG, now, place)
            )
        )

    with db.begin() as tx:
        weigh(tx, LETTERS, LETTERS.free - 2)
    assert [register(number) for number in range(4)] == ["done", "done", "too-many-tries", "too-many-tries"]
    assert register(4, place=HOSPITAL) == "done"
    assert register(5, NOW + timedelta(seconds=1)) == "done"
    assert register(6, NOW + timedelta(hours=1)) == "done"


def test_registering_tells_nothing_also_when_it_is_slowed(db: Engine, sealer: Sealer) -> None:
    with db.begin() as tx:
        weigh(tx, LETTERS, LETTERS.free + 20)
    said = []
    for email in (NURSE, "nobody@example.org"):
        with pytest.raises(Problem) as refused:
            use_cases.register(db, sealer, email, "Some Body", STRONG, NOW, CAFE)
        said.append((refused.value.detail, refused.value.retry_after))
    assert said[0] == said[1]


@pytest.mark.parametrize("place", [CAFE, b""], ids=["one place", "nowhere"])
@pytest.mark.parametrize("errand", ["verify", "reset", "accept"])
def test_guessing_codes_from_one_place_is_slowed(
    db: Engine, sealer: Sealer, errand: str, place: bytes
) -> None:
    def guess(number: int, now: datetime = NOW) -> str:
        email, code = f"s{number}@example.org", "AAAAA-AAAAA"
        asking = {
            "verify": lambda: use_cases.verify(db, sealer, email, code, STRONG, now, place),
            "reset": lambda: use_cases.reset_password(db, email, code, STRONG, now, place),
            "accept": lambda: use_cases.accept_invitation(db, sealer, email, code, "A B", STRONG, now, place),
        }
        return outcome(asking[errand])

    with db.begin() as tx:
        weigh(tx, CODES, CODES.free - 2, place)
    assert [guess(number) for number in range(3)] == ["code-wrong", "code-wrong", "too-many-tries"]
    assert guess(3, NOW + timedelta(seconds=1)) == "code-wrong"


# ---- what is kept ------------------------------------------------------------------------------------------


def test_no_network_address_is_kept_and_places_are_forgotten(db: Engine) -> None:
    use_cases.sign_in(db, NURSE, PASSWORD, NOW - timedelta(days=400), OnDevice(place=HOSPITAL))
    failing(db, HELPER, NOW - timedelta(days=2))
    with db.begin() as tx:
        columns = tx.execute(
            text(
                "select table_name, column_name, data_type from information_schema.columns"
                " where table_name in ('address_tries', 'sign_in_places') and column_name like '%address%'"
            )
        ).all()
        assert {one.data_type for one in columns} == {"bytea"}
        use_cases.forget_places(tx)
        assert tx.execute(text("select 1 from sign_in_places")).first() is None
        assert json.dumps([list(one) for one in tx.execute(text("select what from address_tries"))]) == "[]"


def test_an_account_that_is_closed_has_no_place(db: Engine) -> None:
    use_cases.sign_in(db, NURSE, PASSWORD, NOW, OnDevice(place=HOSPITAL))
    with db.begin() as tx:
        tx.execute(text("update accounts set closed_at = now() where email = :e"), {"e": NURSE})
    for _ in range(3):
        failing(db, NURSE, place=CAFE)
    assert failing(db, NURSE).code == "too-many-tries"

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import pytest
from sqlalchemy import Engine, text

from chassis.actors import Actor, Signer
from chassis.problems import Kind, Problem
from chassis.sealing import Opener, Sealer, Vault
from protos.identity.v1.identity_pb2 import AccountChanged, VerificationRequested
from services.identity import use_cases
from services.identity.domain import accounts, second_factors
from services.identity.domain.accounts import Session
from services.identity.domain.roles import ROLES, Held
from services.identity.domain.second_factors import Strength
from services.identity.use_cases import OnDevice, Proof
from tests.builders.passkeys import Authenticator
from tests.builders.people import PASSWORD, TOTP_SECRET, Sample, an_account
from tests.builders.signed_in import SITE, People

NOW = datetime.now(UTC) + timedelta(hours=3)  # when the roles of the house are held
HELPER, NURSE, ADMIN = "helper@example.org", "nurse@example.org", "admin@example.org"
LAPTOP = OnDevice(label="Firefox on Linux", remember=True)

pytestmark = pytest.mark.usefixtures("house")


@pytest.fixture
def sample(sample: Sample) -> Sample:
    sample["accounts"].append(an_account("admin", "org_admin", "RZ1"))
    return sample


def rows(db: Engine, sql: str) -> list[Any]:
    with db.begin() as tx:
        return list(tx.execute(text(sql)).all())


def told_of(db: Engine) -> list[str]:
    """What owners were told of their accounts."""
    bodies = rows(
        db, f"select body from outbox where topic = '{AccountChanged.DESCRIPTOR.full_name}' order by seq"
    )
    return [AccountChanged.FromString(body).change for (body,) in bodies]


def code(now: datetime, secret: str = TOTP_SECRET, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(now + timedelta(seconds=30 * steps))


class Desk:
    """Somebody at a sign-in, at a moment of the test's choosing."""

    def __init__(self, db: Engine, vault: Vault) -> None:
        self.db, self.vault = db, vault

    def begin(self, email: str = HELPER, now: datetime = NOW, device: OnDevice | None = None) -> Session:
        return use_cases.sign_in(self.db, email, PASSWORD, now, device or OnDevice())

    def complete(
        self, half: Session, answer: Proof, now: datetime = NOW, device: OnDevice | None = None
    ) -> Session:
        return use_cases.complete_sign_in(
            self.db, self.vault, SITE, half.token, answer, device or OnDevice(), now
        )

    def whole(self, email: str = HELPER, now: datetime = NOW, device: OnDevice | None = None) -> Session:
        return self.complete(self.begin(email, now), Proof(code(now)), now, device)

    def refused(self, half: Session, answer: Proof, now: datetime = NOW) -> Problem:
        with pytest.raises(Problem) as caught:
            self.complete(half, answer, now)
        return caught.value


@pytest.fixture
def desk(db: Engine, vault: Vault) -> Desk:
    return Desk(db, vault)


# ---- signing in ----------------------------------------------------------------------------------------------


def test_a_password_alone_is_half_a_session_that_nobody_honours(desk: Desk, signer: Signer) -> None:
    half = desk.begin()
    assert (half.strength, half.factors) == (Strength.HALF, ("totp",))
    assert half.expires_at == NOW + second_factors.HALF_SESSION
    with pytest.raises(Problem, match="session-ended"):
        use_cases.actor_for_session(desk.db, signer, half.token, NOW)


def test_with_the_code_it_is_a_whole_one_under_another_token(desk: Desk, people: People) -> None:
    half = desk.begin(now=datetime.now(UTC))
    whole = desk.complete(half, Proof(code(datetime.now(UTC))), datetime.now(UTC))
    assert whole.token != half.token
    assert people.of(whole).may("identity:suspend")
    assert (
        desk.refused(half, Proof(code(datetime.now(UTC), steps=1)), datetime.now(UTC)).code == "sign-in-ended"
    )


@pytest.mark.parametrize("typed", ["", "000000", "abcdef", "12345", "1" * 10_000, "\0", "٣٤٥٦٧٨", "=1+1"])
def test_a_wrong_code_is_refused_in_one_way(desk: Desk, typed: str) -> None:
    refused = desk.refused(desk.begin(), Proof(typed))
    assert (refused.kind, refused.code) == (Kind.UNAUTHENTICATED, "second-factor-wrong")


def test_a_code_is_taken_once_and_never_an_earlier_one_after_a_later(desk: Desk) -> None:
    desk.whole()
    assert desk.refused(desk.begin(), Proof(code(NOW))).code == "second-factor-wrong"
    assert desk.refused(desk.begin(), Proof(code(NOW, steps=-1))).code == "second-factor-wrong"
    assert desk.complete(desk.begin(), Proof(code(NOW, steps=1))).strength == Strength.SECOND


def test_of_two_who_show_the_same_code_at_once_one_comes_in(desk: Desk) -> None:
    halves = [desk.begin(), desk.begin()]

    def attempt(half: Session) -> bool:
        try:
            return bool(desk.complete(half, Proof(code(NOW))))
        except Problem:
            return False

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(attempt, halves)) == [False, True]


def test_a_clock_may_be_off_by_half_a_minute_and_not_by_more(desk: Desk) -> None:
    assert desk.refused(desk.begin(), Proof(code(NOW, steps=-2))).code == "second-factor-wrong"
    assert desk.complete(desk.begin(), Proof(code(NOW, steps=-1)))


def test_guessing_codes_is_slowed_and_the_owner_told_once(desk: Desk) -> None:
    now = NOW
    for _ in range(12):
        half = desk.begin(now=now)
        if desk.refused(half, Proof("000000"), now).kind is Kind.THROTTLED:
            now += timedelta(minutes=1)
    assert told_of(desk.db) == ["code-refused"]
    later = now + timedelta(minutes=1)
    assert desk.complete(desk.begin(now=now), Proof(code(later)), later)


def guess(desk: Desk, times: int, now: datetime = NOW) -> datetime:
    """So many wrong codes with the right password, as fast as they are taken; when the next would be."""
    for _ in range(times):
        assert desk.refused(desk.begin(now=now), Proof("000000"), now).code == "second-factor-wrong"
        now += timedelta(minutes=1)
    return now


def test_ten_wrong_codes_in_a_row_make_the_password_void_until_a_letter_brings_a_new_one(
    desk: Desk, sealer: Sealer, opener: Opener, people: People
) -> None:
    signed_in = people.session("helper")
    now = guess(desk, 9)
    waiting = desk.begin(now=now)
    now = guess(desk, 1, now)
    refused = [caught(desk, "not the password", now), caught(desk, PASSWORD, now)]
    assert [one.code for one in refused] == ["sign-in-failed"] * 2
    assert refused[0].detail == refused[1].detail
    assert desk.refused(waiting, Proof(code(now)), now).code == "sign-in-ended"
    assert people.of(signed_in).may("identity:suspend")
    assert told_of(desk.db)[-1] == "password-void"
    assert rows(desk.db, "select count(*) from audit where action = 'password-void'") == [(1,)]
    reset(desk, sealer, opener, now)
    half = use_cases.sign_in(desk.db, HELPER, "nineteen-orange-badgers", now)
    assert desk.complete(half, Proof(code(now)), now).strength == Strength.SECOND


def caught(desk: Desk, password: str, now: datetime) -> Problem:
    with pytest.raises(Problem) as refused:
        use_cases.sign_in(desk.db, HELPER, password, now)
    return refused.value


def reset(desk: Desk, sealer: Sealer, opener: Opener, now: datetime) -> None:
    use_cases.ask_for_reset(desk.db, sealer, HELPER, now)
    topic = VerificationRequested.DESCRIPTOR.full_name
    ((body,),) = rows(desk.db, f"select body from outbox where topic = '{topic}' order by seq desc limit 1")
    told = VerificationRequested.FromString(body)
    sent = opener.open(told.sealed, f"verification:{told.verification_id}").decode().partition("\n")[2]
    use_cases.reset_password(desk.db, HELPER, sent, "nineteen-orange-badgers", now)


def test_a_right_code_makes_up_for_the_wrong_ones_before_it(desk: Desk) -> None:
    now = guess(desk, 9)
    desk.whole(now=now)
    now = guess(desk, 9, now + timedelta(minutes=1))
    assert desk.begin(now=now).strength == Strength.HALF


def test_wrong_passwords_make_no_password_void(desk: Desk) -> None:
    now = NOW
    for _ in range(12):
        now += timedelta(minutes=1)
        assert caught(desk, "not the password", now).code == "sign-in-failed"
    assert desk.whole(now=now + timedelta(minutes=1))


def test_of_guesses_made_at_once_in_many_sessions_none_locks_up(desk: Desk) -> None:
    later = guess(desk, 8) + timedelta(minutes=20)
    halves = [desk.begin(now=later) for _ in range(6)]

    def attempt(half: Session) -> str:
        return desk.refused(half, Proof("000000"), later).code

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(attempt, halves)) <= {"second-factor-wrong", "sign-in-ended", "too-many-tries"}
    assert caught(desk, PASSWORD, later).code == "sign-in-failed"


def test_strangers_who_do_not_know_the_password_cannot_slow_the_second_factor(desk: Desk) -> None:
    for _ in range(3):
        with pytest.raises(Problem, match="sign-in-failed"):
            use_cases.sign_in(desk.db, HELPER, "not the password", NOW)
    later = NOW + timedelta(minutes=1)
    assert desk.whole(now=later)


def test_a_sign_in_that_waits_too_long_starts_again(desk: Desk) -> None:
    half, later = desk.begin(), NOW + second_factors.HALF_SESSION
    assert desk.refused(half, Proof(code(later)), later).code == "sign-in-ended"


def test_an_account_that_was_suspended_meanwhile_does_not_complete(desk: Desk) -> None:
    half = desk.begin()
    with desk.db.begin() as tx:
        tx.execute(text("update accounts set suspended_at = now()"))
    assert desk.refused(half, Proof(code(NOW))).code == "sign-in-ended"


def test_a_half_session_cannot_be_seen_among_the_open_ones(desk: Desk, people: People) -> None:
    whole = people.session("helper")
    desk.begin(now=datetime.now(UTC))
    found = use_cases.own_account(desk.db, people.of(whole), whole.token, datetime.now(UTC))
    assert [one.this_one for one in found.sessions] == [True]


def test_nothing_of_a_secret_is_kept_in_the_clear(db: Engine) -> None:
    ((kept,),) = rows(db, "select string_agg(second_factors::text, ' ') from second_factors")
    assert TOTP_SECRET not in kept
    assert pyotp.TOTP(TOTP_SECRET).byte_secret().hex() not in kept


# ---- roles that need one -------------------------------------------------------------------------------------


def test_every_role_but_those_that_see_no_more_than_their_own_needs_one() -> None:
    without = {name for name, one in ROLES.items() if not one.second_factor}
    assert without == {"standard", "data_user", "lrms_client", "lrms_sandbox"}


def test_a_role_that_needs_one_does_not_count_until_it_is_set_up(
    desk: Desk, people: People, db: Engine
) -> None:
    with db.begin() as tx:
        tx.execute(text("delete from second_factors"))
    session = desk.begin(ADMIN, datetime.now(UTC))
    assert (session.strength, session.second_missing) == (Strength.PASSWORD, True)
    assert not people.of(session).may("identity:decide")
    people.set_up("admin", session)
    assert people.of(session).may("identity:decide")


def test_a_role_that_needs_none_counts_at_once(desk: Desk, people: People) -> None:
    session = desk.begin(NURSE, datetime.now(UTC))
    assert (session.strength, session.second_missing) == (Strength.PASSWORD, False)
    assert people.of(session).may("recording:submit")


# ---- setting up ----------------------------------------------------------------------------------------------


def set_up(db: Engine, vault: Vault, actor: Actor, token: str, now: datetime) -> list[str]:
    """The recovery codes."""
    factor_id, secret, _ = use_cases.add_totp(db, vault, actor, token, PASSWORD, "Telephone", now)
    _, codes = use_cases.confirm_totp(db, vault, actor, token, factor_id, code(now, secret), now)
    return codes


@pytest.fixture
def nurse(people: People) -> tuple[Actor, str]:
    session = people.session("nurse")
    return people.of(session), session.token


def test_the_first_one_ends_weaker_sessions_and_brings_recovery_codes(
    db: Engine, vault: Vault, people: People, nurse: tuple[Actor, str], signer: Signer
) -> None:
    actor, token = nurse
    other = people.session("nurse")
    now = datetime.now(UTC)
    codes = set_up(db, vault, actor, token, now)
    assert len(codes) == len(set(codes)) == second_factors.RECOVERY_CODES
    with pytest.raises(Problem, match="session-ended"):
        use_cases.actor_for_session(db, signer, other.token, datetime.now(UTC))
    assert use_cases.actor_for_session(db, signer, token, datetime.now(UTC)).token
    assert told_of(db) == ["second-factor-added"]


def test_it_counts_only_once_a_code_of_it_came(
    db: Engine, vault: Vault, nurse: tuple[Actor, str], desk: Desk
) -> None:
    actor, token = nurse
    now = datetime.now(UTC)
    factor_id, secret, uri = use_cases.add_totp(db, vault, actor, token, PASSWORD, "", now)
    assert uri.startswith("otpauth://totp/")
    assert desk.begin(NURSE, now).strength == Strength.PASSWORD
    with pytest.raises(Problem, match="code-wrong"):
        use_cases.confirm_totp(db, vault, actor, token, factor_id, "000000", now)
    use_cases.confirm_totp(db, vault, actor, token, factor_id, code(now, secret), now)
    assert desk.begin(NURSE, now).strength == Strength.HALF
    with pytest.raises(Problem, match="second-factor-not-found"):
        use_cases.confirm_totp(db, vault, actor, token, factor_id, code(now, secret, 1), now)


def test_setting_up_takes_the_password_again(db: Engine, vault: Vault, nurse: tuple[Actor, str]) -> None:
    actor, token = nurse
    with pytest.raises(Problem, match="password-wrong") as refused:
        use_cases.add_totp(db, vault, actor, token, "guess", "", datetime.now(UTC))
    assert refused.value.faults[0].path == "password"
    with pytest.raises(Problem, match="password-wrong"):
        use_cases.add_passkey(db, SITE, actor, token, "guess", datetime.now(UTC))


def test_nobody_confirms_a_strangers_app(
    db: Engine, vault: Vault, people: People, nurse: tuple[Actor, str]
) -> None:
    actor, token = nurse
    now = datetime.now(UTC)
    factor_id, secret, _ = use_cases.add_totp(db, vault, actor, token, PASSWORD, "", now)
    session = people.session("admin")
    for named in (factor_id, "not an id", ""):
        with pytest.raises(Problem, match="second-factor-not-found"):
            use_cases.confirm_totp(
                db, vault, people.of(session), session.token, named, code(now, secret), now
            )
        now += timedelta(minutes=1)


def test_a_session_of_before_cannot_change_what_guards_the_account(
    db: Engine, vault: Vault, nurse: tuple[Actor, str]
) -> None:
    """A session that was opened with the password alone stays weak, should it outlive the first second factor."""
    actor, token = nurse
    set_up(db, vault, actor, token, datetime.now(UTC))
    with db.begin() as tx:
        tx.execute(text("update sessions set strength = 'password'"))
    for change in (
        lambda: use_cases.add_totp(db, vault, actor, token, PASSWORD, "", datetime.now(UTC)),
        lambda: use_cases.add_passkey(db, SITE, actor, token, PASSWORD, datetime.now(UTC)),
        lambda: use_cases.new_recovery_codes(db, actor, token, PASSWORD, datetime.now(UTC)),
    ):
        with pytest.raises(Problem, match="second-factor-needed"):
            change()


# ---- passkeys ------------------------------------------------------------------------------------------------


@pytest.fixture
def passkey(db: Engine, nurse: tuple[Actor, str]) -> Authenticator:
    """Set up for the nurse."""
    made, (actor, token) = Authenticator(), nurse
    now = datetime.now(UTC)
    answer = made.create(use_cases.add_passkey(db, SITE, actor, token, PASSWORD, now))
    factor, codes = use_cases.confirm_passkey(db, SITE, actor, token, answer, "Yellow key", now)
    assert (factor.kind, factor.label, len(codes)) == ("passkey", "Yellow key", 10)
    return made


def test_a_passkey_completes_a_sign_in(db: Engine, desk: Desk, passkey: Authenticator) -> None:
    half = desk.begin(NURSE)
    assert half.factors == ("passkey", "recovery")
    answer = passkey.get(use_cases.ask_passkey(db, SITE, half.token, NOW))
    assert desk.complete(half, Proof(passkey=answer)).strength == Strength.SECOND


@pytest.mark.parametrize("broken", ["null", "[]", "{}", "x", '{"id": 1}', "[" * 5000, '{"rawId": "\\u0000"}'])
def test_rubbish_is_no_passkey(db: Engine, desk: Desk, passkey: Authenticator, broken: str) -> None:
    half = desk.begin(NURSE)
    use_cases.ask_passkey(db, SITE, half.token, NOW)
    assert desk.refused(half, Proof(passkey=broken)).code == "passkey-wrong"


def test_an_answer_is_good_once_and_for_what_was_asked_last(
    db: Engine, desk: Desk, passkey: Authenticator
) -> None:
    half = desk.begin(NURSE)
    earlier = passkey.get(use_cases.ask_passkey(db, SITE, half.token, NOW))
    use_cases.ask_passkey(db, SITE, half.token, NOW)
    assert desk.refused(half, Proof(passkey=earlier)).code == "passkey-wrong"
    now = passkey.get(use_cases.ask_passkey(db, SITE, half.token, NOW))
    desk.complete(half, Proof(passkey=now))
    again = desk.begin(NURSE)
    assert desk.refused(again, Proof(passkey=now)).code == "passkey-wrong"


def test_an_answer_that_comes_late_is_refused(db: Engine, desk: Desk, passkey: Authenticator) -> None:
    half, later = desk.begin(NURSE), NOW + second_factors.CEREMONY
    answer = passkey.get(use_cases.ask_passkey(db, SITE, half.token, NOW))
    assert desk.refused(half, Proof(passkey=answer), later).code == "passkey-wrong"


def test_a_page_of_somebody_else_gets_no_answer_that_counts(
    db: Engine, desk: Desk, passkey: Authenticator
) -> None:
    half = desk.begin(NURSE)
    passkey.origin = "https://pse.example.evil"
    answer = passkey.get(use_cases.ask_passkey(db, SITE, half.token, NOW))
    assert desk.refused(half, Proof(passkey=answer)).code == "passkey-wrong"


def test_a_copied_passkey_is_noticed_by_its_count(db: Engine, desk: Desk, passkey: Authenticator) -> None:
    half = desk.begin(NURSE)
    desk.complete(half, Proof(passkey=passkey.get(use_cases.ask_passkey(db, SITE, half.token, NOW))))
    passkey.count = 0
    half = desk.begin(NURSE)
    answer = passkey.get(use_cases.ask_passkey(db, SITE, half.token, NOW))
    assert desk.refused(half, Proof(passkey=answer)).code == "passkey-wrong"


def test_another_authenticator_does_not_answer_for_it(db: Engine, desk: Desk, passkey: Authenticator) -> None:
    half = desk.begin(NURSE)
    thief = Authenticator(credential_id=passkey.credential_id, count=5)
    answer = thief.get(use_cases.ask_passkey(db, SITE, half.token, NOW))
    assert desk.refused(half, Proof(passkey=answer)).code == "passkey-wrong"


def test_a_passkey_is_set_up_once_and_for_one_account(
    db: Engine, people: People, passkey: Authenticator
) -> None:
    session = people.session("admin")
    actor, now = people.of(session), datetime.now(UTC)
    answer = passkey.create(use_cases.add_passkey(db, SITE, actor, session.token, PASSWORD, now))
    with pytest.raises(Problem, match="passkey-known"):
        use_cases.confirm_passkey(db, SITE, actor, session.token, answer, "", now)


# ---- recovery codes ------------------------------------------------------------------------------------------


def test_a_recovery_code_stands_in_once_however_it_is_typed(
    db: Engine, vault: Vault, nurse: tuple[Actor, str], desk: Desk
) -> None:
    first, second, *_ = set_up(db, vault, *nurse, datetime.now(UTC))
    assert desk.complete(desk.begin(NURSE), Proof(first.lower().replace("-", " ")))
    assert desk.refused(desk.begin(NURSE), Proof(first)).code == "second-factor-wrong"
    assert desk.complete(desk.begin(NURSE), Proof(second))
    assert told_of(db)[1:] == ["recovery-code-used"] * 2
    found = use_cases.list_second_factors(db, nurse[0], NOW)
    assert found.recovery_codes_left == second_factors.RECOVERY_CODES - 2


def test_new_recovery_codes_end_the_earlier_ones(
    db: Engine, vault: Vault, nurse: tuple[Actor, str], desk: Desk
) -> None:
    actor, token = nurse
    old, *_ = set_up(db, vault, actor, token, datetime.now(UTC))
    new, *_ = use_cases.new_recovery_codes(db, actor, token, PASSWORD, datetime.now(UTC))
    assert desk.refused(desk.begin(NURSE), Proof(old)).code == "second-factor-wrong"
    assert desk.complete(desk.begin(NURSE), Proof(new))
    kept = rows(db, "select string_agg(code_hash::text, ' ') from recovery_codes")[0][0]
    assert new.replace("-", "").encode().hex() not in kept


def test_one_accounts_recovery_code_is_nobody_elses(
    db: Engine, vault: Vault, nurse: tuple[Actor, str], desk: Desk
) -> None:
    mine, *_ = set_up(db, vault, *nurse, datetime.now(UTC))
    assert desk.refused(desk.begin(ADMIN), Proof(mine)).code == "second-factor-wrong"


def test_there_are_none_without_a_second_factor(db: Engine, nurse: tuple[Actor, str]) -> None:
    with pytest.raises(Problem, match="no-second-factor"):
        use_cases.new_recovery_codes(db, *nurse, PASSWORD, datetime.now(UTC))


# ---- devices -------------------------------------------------------------------------------------------------


def test_a_remembered_device_is_not_asked_for_thirty_days(desk: Desk) -> None:
    device = desk.whole(ADMIN, device=LAPTOP).device
    assert device is not None
    known = OnDevice(device.token)
    assert desk.begin(ADMIN, NOW + timedelta(days=29), known).strength == Strength.SECOND
    assert desk.begin(ADMIN, NOW + timedelta(days=30), known).strength == Strength.HALF


def test_a_device_that_is_only_known_is_asked_every_time(desk: Desk) -> None:
    device = desk.whole(ADMIN, device=OnDevice(label="Edge on Windows")).device
    assert device is not None
    assert desk.begin(ADMIN, device=OnDevice(device.token)).strength == Strength.HALF


def test_a_national_role_is_asked_every_time(desk: Desk) -> None:
    device = desk.whole(HELPER, device=LAPTOP).device
    assert device is not None
    assert desk.begin(HELPER, device=OnDevice(device.token)).strength == Strength.HALF


def test_one_persons_device_is_not_anothers(desk: Desk) -> None:
    device = desk.whole(ADMIN, device=LAPTOP).device
    assert device is not None
    assert desk.begin(HELPER, device=OnDevice(device.token)).strength == Strength.HALF


def test_on_a_known_device_nobody_waits_for_strangers_failures(desk: Desk) -> None:
    device = desk.whole(ADMIN, device=OnDevice(label="Edge on Windows")).device
    assert device is not None
    for _ in range(3):
        with pytest.raises(Problem, match="sign-in-failed"):
            use_cases.sign_in(desk.db, ADMIN, "not the password", NOW)
    with pytest.raises(Problem, match="too-many-tries"):
        desk.begin(ADMIN)
    assert desk.begin(ADMIN, device=OnDevice(device.token)).token


def test_guessing_from_a_known_device_is_slowed_too(desk: Desk) -> None:
    device = desk.whole(ADMIN, device=OnDevice(label="Edge on Windows")).device
    assert device is not None
    for _ in range(3):
        with pytest.raises(Problem, match="sign-in-failed"):
            use_cases.sign_in(desk.db, ADMIN, "guess", NOW, OnDevice(device.token))
    with pytest.raises(Problem, match="too-many-tries"):
        desk.begin(ADMIN, device=OnDevice(device.token))


def test_a_device_is_forgotten_by_its_owner_alone(
    desk: Desk, people: People, person: Callable[[str], Actor]
) -> None:
    now = datetime.now(UTC)
    device = desk.whole(ADMIN, now - timedelta(minutes=2), LAPTOP).device
    assert device is not None
    (listed,) = use_cases.list_second_factors(desk.db, person("admin"), now).devices
    assert listed.label == "Firefox on Linux"
    use_cases.forget_device(desk.db, person("nurse"), listed.id, now)
    assert desk.begin(ADMIN, now, OnDevice(device.token)).strength == Strength.SECOND
    assert use_cases.forget_device(desk.db, person("admin"), listed.id, now).devices == []
    assert desk.begin(ADMIN, now, OnDevice(device.token)).strength == Strength.HALF


def test_a_new_password_ends_what_was_remembered(desk: Desk, people: People) -> None:
    now = datetime.now(UTC)
    device = desk.whole(ADMIN, now - timedelta(minutes=2), LAPTOP).device
    assert device is not None
    session = people.session("admin")
    use_cases.change_password(
        desk.db, people.of(session), session.token, PASSWORD, "nineteen-orange-badgers", now
    )
    again = use_cases.sign_in(desk.db, ADMIN, "nineteen-orange-badgers", now, OnDevice(device.token))
    assert again.strength == Strength.HALF
    assert told_of(desk.db) == ["password-changed"]


# ---- losing --------------------------------------------------------------------------------------------------


def test_the_last_one_stays_while_a_role_needs_it(db: Engine, vault: Vault, people: People) -> None:
    session = people.session("admin")
    actor, now = people.of(session), datetime.now(UTC)
    (first,) = use_cases.list_second_factors(db, actor, now).factors
    with pytest.raises(Problem, match="last-second-factor"):
        use_cases.remove_second_factor(db, actor, session.token, first.id, PASSWORD, now)
    assert set_up(db, vault, actor, session.token, now) == []
    left = use_cases.remove_second_factor(db, actor, session.token, first.id, PASSWORD, now)
    assert [one.label for one in left.factors] == ["Telephone"]


def test_whoever_needs_none_may_remove_the_last_with_its_recovery_codes(
    db: Engine, vault: Vault, nurse: tuple[Actor, str], desk: Desk
) -> None:
    actor, token = nurse
    now = datetime.now(UTC)
    set_up(db, vault, actor, token, now)
    (only,) = use_cases.list_second_factors(db, actor, now).factors
    left = use_cases.remove_second_factor(db, actor, token, only.id, PASSWORD, now)
    assert (left.factors, left.recovery_codes_left) == ([], 0)
    assert desk.begin(NURSE, now).strength == Strength.PASSWORD


def test_support_resets_what_somebody_lost_and_everything_ends(
    db: Engine, desk: Desk, people: People, signer: Signer
) -> None:
    lost = people.session("admin")
    support, now = people.actor("helper"), datetime.now(UTC)
    account_id = people.of(lost).id
    use_cases.reset_second_factors(db, support, account_id, "Lost telephone and codes", now)
    use_cases.reset_second_factors(db, support, account_id, "Lost telephone and codes", now)
    with pytest.raises(Problem, match="session-ended"):
        use_cases.actor_for_session(db, signer, lost.token, now)
    again = desk.begin(ADMIN, now)
    assert again.second_missing
    assert not people.of(again).may("identity:decide")
    assert told_of(db) == ["second-factors-reset"]


def test_nobody_but_support_resets_and_support_not_its_own(
    db: Engine, people: People, person: Callable[[str], Actor]
) -> None:
    admin, support = person("admin"), person("helper")
    with pytest.raises(Problem) as refused:
        use_cases.reset_second_factors(db, admin, support.id, "because", NOW)
    assert refused.value.kind is Kind.FORBIDDEN
    with pytest.raises(Problem, match="not-oneself"):
        use_cases.reset_second_factors(db, support, support.id, "because", NOW)
    with pytest.raises(Problem, match="reason-missing"):
        use_cases.reset_second_factors(db, support, admin.id, " ", NOW)
    with pytest.raises(Problem, match="account-not-found"):
        use_cases.reset_second_factors(db, support, "not an id", "because", NOW)


# ---- rules ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("label", ["x" * 61, "bell\a", "line\u200bbreak"])
def test_a_name_for_a_factor_is_short_and_printable(label: str) -> None:
    with pytest.raises(Problem, match="label-not-valid"):
        second_factors.label_of(label, "")


def test_a_role_of_national_reach_is_never_remembered() -> None:
    assert not second_factors.may_be_remembered([Held("standard", "RZ1"), Held("support", "XZ9")])
    assert second_factors.may_be_remembered([Held("org_admin", "RZ1")])


@pytest.mark.parametrize("written", ["", "not base32!", "AAAA", "MFRGGZA="])
def test_a_bootstrap_names_a_real_secret_or_none(written: str) -> None:
    assert not second_factors.is_secret(written)
    assert second_factors.is_secret(TOTP_SECRET)


def test_an_id_is_one_or_none() -> None:
    assert accounts.id_of("x") is None

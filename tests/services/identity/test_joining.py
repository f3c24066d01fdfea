"""Coming to an account and to a role, and losing it again."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from chassis.actors import Actor, Signer
from chassis.problems import Problem
from chassis.sealing import Opener, Sealer
from protos.identity.v1.identity_pb2 import GrantChanged, RoleDecided, RoleRequested, VerificationRequested
from services.identity import store, use_cases
from services.identity.domain import joining, roles
from services.identity.domain.roles import Held
from tests.builders.people import PASSWORD, Sample, an_account
from tests.builders.signed_in import People

NOW = datetime.now(UTC) + timedelta(
    hours=3
)  # after whatever the house began with, however long the tests take
ADDRESS = "amira@example.org"
GOOD = "seventeen-purple-otters"
Announced = Callable[[type[Any]], list[Any]]


@pytest.fixture
def sample(sample: Sample) -> Sample:
    sample["accounts"] += [
        an_account("admin", "org_admin", "RZ1"),
        an_account("other", "org_admin", "RZ3"),
        an_account("super", "super_admin", "XZ9"),
    ]
    return sample


@pytest.fixture
def announced(db: Engine) -> Announced:
    """What was announced of one kind, oldest first."""

    def found(kind: type[Any]) -> list[Any]:
        with db.begin() as tx:
            rows = tx.execute(
                text("select body from outbox where topic = :topic order by seq"),
                {"topic": kind.DESCRIPTOR.full_name},
            )
            return [kind.FromString(bytes(body)) for body in rows.scalars()]

    return found


@pytest.fixture
def code(announced: Announced, opener: Opener) -> Callable[[], str]:
    """The code of the last letter."""

    def found() -> str:
        told = announced(VerificationRequested)[-1]
        opened = opener.open(told.sealed, f"verification:{told.verification_id}").decode()
        return opened.partition("\n")[2]

    return found


def register(db: Engine, sealer: Sealer, email: str = ADDRESS, now: datetime = NOW) -> None:
    use_cases.register(db, sealer, email, "Amira Holt", GOOD, now)


# ---- registering ---------------------------------------------------------------------------------------------


def test_whoever_reads_the_mail_of_an_address_gets_the_account(
    db: Engine, sealer: Sealer, code: Callable[[], str]
) -> None:
    register(db, sealer)
    with pytest.raises(Problem, match="sign-in-failed"):
        use_cases.sign_in(db, ADDRESS, GOOD, NOW)
    account = use_cases.verify(db, sealer, ADDRESS.upper(), code().lower().replace("-", " "), GOOD, NOW)
    assert (account.email, account.name, account.held) == (ADDRESS, "Amira Holt", ())
    assert use_cases.sign_in(db, ADDRESS, GOOD, NOW + timedelta(minutes=1)).token


def test_a_code_works_once(db: Engine, sealer: Sealer, code: Callable[[], str]) -> None:
    register(db, sealer)
    sent = code()
    use_cases.verify(db, sealer, ADDRESS, sent, GOOD, NOW)
    with pytest.raises(Problem, match="code-wrong") as twice:
        use_cases.verify(db, sealer, ADDRESS, sent, GOOD, NOW)
    assert "used already" in twice.value.detail


def test_a_code_is_void_after_an_hour(db: Engine, sealer: Sealer, code: Callable[[], str]) -> None:
    register(db, sealer)
    with pytest.raises(Problem, match="code-wrong"):
        use_cases.verify(db, sealer, ADDRESS, code(), GOOD, NOW + timedelta(hours=1))


def test_wrong_codes_of_a_stranger_void_no_code(db: Engine, sealer: Sealer, code: Callable[[], str]) -> None:
    register(db, sealer)
    for _ in range(20):
        with pytest.raises(Problem, match="code-wrong"):
            use_cases.verify(db, sealer, ADDRESS, "WRONG-WRONG", GOOD, NOW, b"stranger")
    assert use_cases.verify(db, sealer, ADDRESS, code(), GOOD, NOW, b"home").email == ADDRESS


def test_an_address_with_an_account_is_answered_alike_and_its_owner_is_told(
    db: Engine, sealer: Sealer, house: Sample, announced: Announced
) -> None:
    register(db, sealer, "nurse@example.org")
    (told,) = announced(VerificationRequested)
    assert told.purpose == "known"
    with pytest.raises(Problem, match="code-wrong"):
        use_cases.verify(db, sealer, "nurse@example.org", "", GOOD, NOW)


def test_nobody_is_flooded_with_codes(db: Engine, sealer: Sealer, announced: Announced) -> None:
    register(db, sealer)
    register(db, sealer, now=NOW + timedelta(seconds=30))
    assert len(announced(VerificationRequested)) == 1
    for minute in range(2, 20):
        register(db, sealer, now=NOW + timedelta(minutes=minute))
    assert len(announced(VerificationRequested)) == joining.MOST_CODES_A_DAY


def test_who_registers_an_address_of_another_gains_nothing(
    db: Engine, sealer: Sealer, code: Callable[[], str]
) -> None:
    """The password that counts is that of whoever entered the code that was sent for it."""
    use_cases.register(db, sealer, ADDRESS, "An Enemy", "enemy-knows-this-otter", NOW)
    use_cases.register(db, sealer, ADDRESS, "Amira Holt", GOOD, NOW + timedelta(minutes=2))
    use_cases.verify(db, sealer, ADDRESS, code(), GOOD, NOW + timedelta(minutes=2))
    with pytest.raises(Problem, match="sign-in-failed"):
        use_cases.sign_in(db, ADDRESS, "enemy-knows-this-otter", NOW)
    assert use_cases.sign_in(db, ADDRESS, GOOD, NOW + timedelta(minutes=1)).token


@pytest.mark.parametrize("enemy_after", [-timedelta(seconds=30), timedelta(minutes=2)])
def test_who_enters_the_code_of_an_enemys_registration_does_not_open_the_enemys_account(
    db: Engine, sealer: Sealer, code: Callable[[], str], enemy_after: timedelta
) -> None:
    """Whichever registered last, the newest letter is the enemy's: its code goes with the enemy's password."""
    enemy = "enemy-knows-this-otter"
    both = sorted([(NOW, GOOD), (NOW + enemy_after, enemy)])
    for at, password in both:
        use_cases.register(db, sealer, ADDRESS, "Somebody", password, at)
    later = NOW + timedelta(minutes=3)
    with pytest.raises(Problem, match="password-wrong") as refused:
        use_cases.verify(db, sealer, ADDRESS, code(), GOOD, later)
    assert refused.value.faults[0].path == "password"
    with pytest.raises(Problem, match="sign-in-failed"):
        use_cases.sign_in(db, ADDRESS, enemy, later)
    register(db, sealer, now=later)
    assert use_cases.verify(db, sealer, ADDRESS, code(), GOOD, later).email == ADDRESS


@pytest.mark.parametrize(
    "password", ["short", "password1234", "patientsafety", "amira.holt-2026", "aaaaaaaaaaaaaaaa", "x" * 257]
)
def test_a_password_that_is_easy_to_guess_is_refused(db: Engine, sealer: Sealer, password: str) -> None:
    with pytest.raises(Problem, match="password-weak"):
        use_cases.register(db, sealer, "amira.holt@example.org", "Amira Holt", password, NOW)


def test_two_who_enter_the_code_at_once_open_one_account(
    db: Engine, sealer: Sealer, code: Callable[[], str]
) -> None:
    register(db, sealer)
    sent = code()

    def verify(_: int) -> str:
        try:
            return use_cases.verify(db, sealer, ADDRESS, sent, GOOD, NOW).id
        except Problem as problem:
            return problem.code

    with ThreadPoolExecutor(4) as at_once:
        said = list(at_once.map(verify, range(4)))
    assert len([one for one in said if one not in ("code-wrong", "account-exists")]) == 1


def test_a_forgotten_password_is_chosen_anew_and_every_session_ends(
    db: Engine, sealer: Sealer, house: Sample, code: Callable[[], str], signer: Signer
) -> None:
    session = use_cases.sign_in(db, "nurse@example.org", PASSWORD, NOW)
    use_cases.ask_for_reset(db, sealer, "nurse@example.org", NOW)
    use_cases.reset_password(db, "nurse@example.org", code(), GOOD, NOW)
    with pytest.raises(Problem, match="session-ended"):
        use_cases.actor_for_session(db, signer, session.token, NOW)
    assert use_cases.sign_in(db, "nurse@example.org", GOOD, NOW).token


def test_who_has_no_account_is_sent_no_code_to_reset(
    db: Engine, sealer: Sealer, announced: Announced
) -> None:
    use_cases.ask_for_reset(db, sealer, ADDRESS, NOW)
    assert announced(VerificationRequested) == []


# ---- asking for a role ---------------------------------------------------------------------------------------


def joined(db: Engine, sealer: Sealer, code: Callable[[], str], email: str = ADDRESS) -> Actor:
    register(db, sealer, email)
    account = use_cases.verify(db, sealer, email, code(), GOOD, NOW)
    return Actor(account.id, "person", "", roles.grants([]))


def test_an_address_of_a_listed_domain_is_standard_at_once(
    db: Engine, sealer: Sealer, house: Sample, code: Callable[[], str], announced: Announced
) -> None:
    amira = joined(db, sealer, code, "amira@nhs.net")
    asked = use_cases.ask_for_role(db, amira, "standard", "RZ101", "I work there", NOW)
    assert asked.state == "approved"
    assert announced(GrantChanged)[-1].organisation == "RZ101"
    assert announced(RoleDecided)[-1].approved


@pytest.mark.parametrize(
    ("email", "role"), [("amira@nhs.net", "organisational"), ("amira@example.org", "standard")]
)
def test_more_than_standard_and_other_addresses_wait(
    db: Engine,
    sealer: Sealer,
    house: Sample,
    code: Callable[[], str],
    announced: Announced,
    email: str,
    role: str,
) -> None:
    amira = joined(db, sealer, code, email)
    asked = use_cases.ask_for_role(db, amira, role, "RZ1", "I work there", NOW)
    again = use_cases.ask_for_role(db, amira, role, "RZ1", "I do work there", NOW)
    assert (asked.state, again.id) == ("waiting", asked.id)
    (told,) = announced(RoleRequested)
    assert (told.organisation, "org_admin" in told.decided_by) == ("RZ1", True)


def test_an_administrator_decides_for_their_organisation_and_its_sites(
    db: Engine, sealer: Sealer, code: Callable[[], str], person: Callable[[str], Actor]
) -> None:
    amira, admin, other = joined(db, sealer, code), person("admin"), person("other")
    for place in ("RZ1", "RZ101"):
        asked = use_cases.ask_for_role(db, amira, "organisational", place, "I review", NOW)
        assert asked.id in [one.id for one in use_cases.list_requests(db, admin, NOW)]
        with pytest.raises(Problem, match="request-not-found"):
            use_cases.decide_request(db, other, asked.id, True, "", NOW)
        decided = use_cases.decide_request(db, admin, asked.id, True, "", NOW)
        assert decided.state == "approved"
    assert use_cases.list_requests(db, other, NOW) == []


def test_requests_of_others_hide_none_that_is_mine_to_decide_and_each_is_found_by_its_id(
    db: Engine, sealer: Sealer, code: Callable[[], str], person: Callable[[str], Actor]
) -> None:
    admin, boss = person("admin"), person("super")
    with db.begin() as tx:
        tx.execute(
            text(
                "with made as (insert into accounts (id, email, name, password_hash, opened_at, version)"
                " select gen_random_uuid(), n || '@example.org', 'Many', '', now(), 1 from generate_series(1, 200) n returning id)"
                " insert into role_requests (id, account_id, role, organisation, reason, state, asked_at)"
                " select gen_random_uuid(), id, 'national_reviewer', 'RZ1', 'Why not', 'waiting', now() from made"
            )
        )
    asked = use_cases.ask_for_role(db, joined(db, sealer, code), "organisational", "RZ1", "I review", NOW)
    assert [one.id for one in use_cases.list_requests(db, admin, NOW)] == [asked.id]
    assert asked.id not in [one.id for one in use_cases.list_requests(db, boss, NOW)]
    for who, found in ((boss, [asked.id]), (admin, [asked.id]), (person("other"), [])):
        assert [one.id for one in use_cases.list_requests(db, who, NOW, asked.id)] == found
    with pytest.raises(Problem, match="request-not-found"):
        use_cases.list_requests(db, boss, NOW, "no id")
    use_cases.decide_request(db, boss, asked.id, True, "", NOW)
    assert use_cases.list_requests(db, boss, NOW, asked.id) == []


def test_a_refusal_has_a_reason_and_is_final(
    db: Engine, sealer: Sealer, code: Callable[[], str], person: Callable[[str], Actor]
) -> None:
    amira = joined(db, sealer, code)
    asked = use_cases.ask_for_role(db, amira, "standard", "RZ1", "I work there", NOW)
    with pytest.raises(Problem, match="reason-missing"):
        use_cases.decide_request(db, person("admin"), asked.id, False, " ", NOW)
    refused = use_cases.decide_request(db, person("admin"), asked.id, False, "We do not know you", NOW)
    again = use_cases.decide_request(db, person("admin"), asked.id, True, "", NOW)
    assert (refused.state, again.state) == ("refused", "refused")
    mine = use_cases.own_account(db, amira, "", NOW)
    assert (mine.account.held, mine.requests[0].decision_reason) == ((), "We do not know you")


def test_nobody_decides_on_their_own_request(db: Engine, person: Callable[[str], Actor]) -> None:
    admin = person("admin")
    asked = use_cases.ask_for_role(db, admin, "local_safety_lead", "RZ1", "I lead", NOW)
    assert use_cases.list_requests(db, admin, NOW) == []
    with pytest.raises(Problem, match="not-oneself"):
        use_cases.decide_request(db, admin, asked.id, True, "", NOW)


@pytest.mark.parametrize("role", ["oversight_icb", "national_reviewer", "support", "super_admin"])
def test_an_administrator_of_an_organisation_grants_no_national_role(
    db: Engine, sealer: Sealer, code: Callable[[], str], person: Callable[[str], Actor], role: str
) -> None:
    amira = joined(db, sealer, code)
    place = "QZ1" if role == "oversight_icb" else "RZ1"
    asked = use_cases.ask_for_role(db, amira, role, place, "I want it", NOW)
    for decider in (person("admin"), person("helper")):
        with pytest.raises(Problem, match="request-not-found"):
            use_cases.decide_request(db, decider, asked.id, True, "", NOW)
    assert use_cases.decide_request(db, person("super"), asked.id, True, "", NOW).state == "approved"


@pytest.mark.parametrize(
    ("role", "organisation", "code_"),
    [
        ("emperor", "RZ1", "role-not-known"),
        ("lrms_client", "RZ1", "role-not-known"),
        ("standard", "NOWHERE", "organisation-not-known"),
        ("standard", "RZ1' or 1=1", "organisation-not-known"),
    ],
)
def test_what_nobody_can_hold_is_not_asked_for(
    db: Engine,
    sealer: Sealer,
    house: Sample,
    code: Callable[[], str],
    role: str,
    organisation: str,
    code_: str,
) -> None:
    amira = joined(db, sealer, code)
    with pytest.raises(Problem, match=code_):
        use_cases.ask_for_role(db, amira, role, organisation, "because", NOW)


def test_a_role_is_in_the_actor_at_once_and_gone_at_once(
    db: Engine,
    sealer: Sealer,
    people: People,
    code: Callable[[], str],
    person: Callable[[str], Actor],
) -> None:
    amira = joined(db, sealer, code)
    session = use_cases.sign_in(db, ADDRESS, GOOD, datetime.now(UTC))

    def may() -> bool:
        return people.of(session).may("recording:handle")

    people.set_up("amira", session, GOOD)
    asked = use_cases.ask_for_role(db, amira, "organisational", "RZ1", "I review", NOW)
    assert not may()
    use_cases.decide_request(db, person("admin"), asked.id, True, "", datetime.now(UTC))
    assert may()
    (held,) = use_cases.own_account(db, amira, "", datetime.now(UTC)).account.held
    use_cases.end_role(db, person("admin"), held.grant_id, "Moved away", datetime.now(UTC))
    assert not may()


# ---- leaving -------------------------------------------------------------------------------------------------


def my_grant(db: Engine, who: Actor) -> Held:
    return use_cases.own_account(db, who, "", datetime.now(UTC)).account.held[0]


def test_anybody_may_leave_but_the_last_administrator(db: Engine, person: Callable[[str], Actor]) -> None:
    nurse, admin = person("nurse"), person("admin")
    use_cases.end_role(db, nurse, my_grant(db, nurse).grant_id, "", datetime.now(UTC))
    assert use_cases.own_account(db, nurse, "", datetime.now(UTC)).account.held == ()
    with pytest.raises(Problem, match="last-administrator"):
        use_cases.end_role(db, admin, my_grant(db, admin).grant_id, "", datetime.now(UTC))


def test_the_national_team_may_end_the_last_administrators_role(
    db: Engine, person: Callable[[str], Actor]
) -> None:
    admin = person("admin")
    use_cases.end_role(db, person("super"), my_grant(db, admin).grant_id, "Retired", datetime.now(UTC))
    assert use_cases.own_account(db, admin, "", datetime.now(UTC)).account.held == ()


def test_two_administrators_who_leave_at_once_do_not_leave_nobody(
    db: Engine, sealer: Sealer, code: Callable[[], str], person: Callable[[str], Actor]
) -> None:
    second = joined(db, sealer, code)
    asked = use_cases.ask_for_role(db, second, "org_admin", "RZ1", "I administer", NOW)
    use_cases.decide_request(db, person("admin"), asked.id, True, "", datetime.now(UTC))
    both = [person("admin"), second]

    def leave(who: Actor) -> str:
        try:
            use_cases.end_role(db, who, my_grant(db, who).grant_id, "", datetime.now(UTC))
        except Problem as problem:
            return problem.code
        return "left"

    with ThreadPoolExecutor(2) as at_once:
        assert sorted(at_once.map(leave, both)) == ["last-administrator", "left"]


def test_a_colleague_of_another_organisation_cannot_be_ended_or_seen(
    db: Engine, person: Callable[[str], Actor]
) -> None:
    nurse, other = person("nurse"), person("other")
    with pytest.raises(Problem, match="grant-not-found"):
        use_cases.end_role(db, other, my_grant(db, nurse).grant_id, "because", datetime.now(UTC))
    with pytest.raises(Problem, match="not-permitted"):
        use_cases.colleagues(db, other, "RZ1", datetime.now(UTC))
    here, _ = use_cases.colleagues(db, person("admin"), "RZ1", datetime.now(UTC))
    assert [one.name for one in here] == ["Admin", "Nurse"]


def test_colleagues_come_in_pages_by_name_and_are_found_by_name_address_or_role(
    db: Engine, person: Callable[[str], Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    admin, nurse = person("admin"), person("nurse")
    now = datetime.now(UTC)
    monkeypatch.setattr(use_cases.granting, "PAGE", 1)
    first, following = use_cases.colleagues(db, admin, "RZ1", now)
    second, end = use_cases.colleagues(db, admin, "RZ1", now, following)
    assert ([one.name for one in (*first, *second)], end) == (["Admin", "Nurse"], "")
    for sought in ("uRs", "NURSE@"):
        found, _ = use_cases.colleagues(db, admin, "RZ1", now, search=sought)
        assert [one.id for one in found] == [nurse.id]
    found, _ = use_cases.colleagues(db, admin, "RZ1", now, grant_id=my_grant(db, nurse).grant_id)
    assert [one.id for one in found] == [nurse.id]
    assert use_cases.colleagues(db, admin, "RZ1", now, search="nobody") == ((), "")
    with pytest.raises(Problem, match="cursor-not-valid"):
        use_cases.colleagues(db, admin, "RZ1", now, "no cursor")


def test_who_follows_up_sees_by_name_who_else_does_there_and_nowhere_else(
    db: Engine, person: Callable[[str], Actor]
) -> None:
    found = use_cases.follow_up_staff(db, person("admin"), "RZ1", datetime.now(UTC))
    assert [name for _, name in found] == ["Admin"]
    for who in ("admin", "nurse"):
        with pytest.raises(Problem, match="not-permitted"):
            use_cases.follow_up_staff(db, person(who), "RZ3", datetime.now(UTC))


def test_who_follows_up_is_found_without_reading_every_role_that_is_held(
    db: Engine, person: Callable[[str], Actor]
) -> None:
    fill = (
        "insert into grants (id, account_id, role, organisation, starts_at, ends_at, approver, reason)"
        " select gen_random_uuid(), account_id, role, 'RZ3', starts_at, now(), approver, '' from grants, generate_series(1, 5000)"
        " where account_id = cast(:id as uuid)"
    )
    values = {"codes": ["RZ1"], "roles": ["local_safety_lead"], "now": NOW}
    with db.begin() as tx:
        tx.execute(text(fill), {"id": person("nurse").id})
        tx.execute(text("analyze grants"))
        plan = "\n".join(tx.execute(text(f"explain {store.accounts._HOLDERS}"), values).scalars())
    assert "grants_by_place" in plan
    assert "Seq Scan on grants" not in plan


# ---- inviting ------------------------------------------------------------------------------------------------


def test_who_is_invited_has_the_role_with_the_code(
    db: Engine, sealer: Sealer, code: Callable[[], str], person: Callable[[str], Actor]
) -> None:
    made = use_cases.invite(db, sealer, person("admin"), ADDRESS, "organisational", "RZ101", NOW)
    account = use_cases.accept_invitation(db, sealer, ADDRESS, code(), "Amira Holt", GOOD, NOW)
    (held,) = account.held
    assert (held.role, held.organisation) == ("organisational", "RZ101")
    assert use_cases.sign_in(db, ADDRESS, GOOD, NOW).token
    (seen,) = use_cases.list_invitations(db, person("admin"), "RZ101", NOW)
    assert (seen.id, seen.state(NOW)) == (made.id, "accepted")


def test_who_has_an_account_keeps_their_name_and_password(
    db: Engine, sealer: Sealer, code: Callable[[], str], person: Callable[[str], Actor]
) -> None:
    use_cases.invite(db, sealer, person("admin"), "nurse@example.org", "organisational", "RZ1", NOW)
    account = use_cases.accept_invitation(
        db, sealer, "nurse@example.org", code(), "Somebody", "x", datetime.now(UTC)
    )
    assert account.name == "Nurse"
    assert {one.role for one in account.held} == {"standard", "organisational"}
    assert use_cases.sign_in(db, "nurse@example.org", PASSWORD, NOW).token


def test_inviting_twice_by_pressing_twice_is_one_invitation_and_one_letter(
    db: Engine, sealer: Sealer, code: Callable[[], str], announced: Announced, person: Callable[[str], Actor]
) -> None:
    admin, boss = person("admin"), person("super")

    def invite(by: Actor = admin, role: str = "standard", seconds: int = 0) -> str:
        when = NOW + timedelta(seconds=seconds)
        return use_cases.invite(db, sealer, by, ADDRESS, role, "RZ1", when).id

    first, sent = invite(), code()
    assert invite(seconds=59) == first
    assert len(announced(VerificationRequested)) == 1
    assert [one.id for one in use_cases.list_invitations(db, admin, "RZ1", NOW)] == [first]
    other = invite(role="organisational", seconds=59)
    assert (
        use_cases.accept_invitation(db, sealer, ADDRESS, sent, "Amira Holt", GOOD, NOW).name == "Amira Holt"
    )
    use_cases.revoke_invitation(db, admin, other, NOW)
    made = {first, other, invite(role="organisational"), invite(boss, "organisational")}
    assert len(made | {invite(boss, "organisational", 61)}) == 5


def test_an_invitation_that_was_revoked_or_replaced_or_is_old_is_void(
    db: Engine, sealer: Sealer, code: Callable[[], str], person: Callable[[str], Actor]
) -> None:
    admin = person("admin")

    def invite(when: datetime = NOW) -> tuple[str, str]:
        made = use_cases.invite(db, sealer, admin, ADDRESS, "standard", "RZ1", when)
        return made.id, code()

    _, first = invite()
    second_id, second = invite(NOW + timedelta(minutes=2))
    use_cases.revoke_invitation(db, admin, second_id, NOW)
    _, third = invite(NOW + timedelta(minutes=4))
    late = NOW + joining.INVITATION_LASTS + timedelta(minutes=5)
    for sent, at in ((first, NOW), (second, NOW), (third, late)):
        with pytest.raises(Problem, match="code-wrong"):
            use_cases.accept_invitation(db, sealer, ADDRESS, sent, "Amira", GOOD, at)


def test_wrong_codes_of_a_stranger_void_no_invitation(
    db: Engine, sealer: Sealer, person: Callable[[str], Actor], code: Callable[[], str]
) -> None:
    use_cases.invite(db, sealer, person("admin"), ADDRESS, "standard", "RZ1", NOW)
    for _ in range(20):
        with pytest.raises(Problem, match="code-wrong"):
            use_cases.accept_invitation(db, sealer, ADDRESS, "WRONG-WRONG", "A B", GOOD, NOW, b"stranger")
    account = use_cases.accept_invitation(db, sealer, ADDRESS, code(), "Amira Holt", GOOD, NOW, b"home")
    assert [held.role for held in account.held] == ["standard"]


def test_an_invitation_is_void_once_its_host_may_no_longer_grant_it(
    db: Engine, sealer: Sealer, code: Callable[[], str], person: Callable[[str], Actor]
) -> None:
    admin, boss = person("admin"), person("super")
    use_cases.invite(db, sealer, admin, ADDRESS, "org_admin", "RZ1", NOW)
    sent = code()
    use_cases.suspend_account(db, person("helper"), admin.id, "Looked into", NOW)
    with pytest.raises(Problem, match="code-wrong"):
        use_cases.accept_invitation(db, sealer, ADDRESS, sent, "Amira", GOOD, NOW)
    use_cases.resume_account(db, person("helper"), admin.id, NOW)
    use_cases.end_role(db, boss, my_grant(db, admin).grant_id, "Left", NOW)
    with pytest.raises(Problem, match="code-wrong"):
        use_cases.accept_invitation(db, sealer, ADDRESS, sent, "Amira", GOOD, NOW)


def test_nobody_invites_to_what_they_do_not_administer(
    db: Engine, sealer: Sealer, person: Callable[[str], Actor]
) -> None:
    for role, organisation in (("standard", "RZ3"), ("national_reviewer", "RZ1")):
        with pytest.raises(Problem, match="not-permitted"):
            use_cases.invite(db, sealer, person("admin"), ADDRESS, role, organisation, NOW)


# ---- suspension ----------------------------------------------------------------------------------------------


def test_a_suspended_account_is_out_at_once_and_back_with_its_roles(
    db: Engine, signer: Signer, announced: Announced, person: Callable[[str], Actor]
) -> None:
    nurse, helper = person("nurse"), person("helper")
    session = use_cases.sign_in(db, "nurse@example.org", PASSWORD, datetime.now(UTC))
    use_cases.suspend_account(db, helper, nurse.id, "Lost badge", datetime.now(UTC))
    with pytest.raises(Problem, match="session-ended"):
        use_cases.actor_for_session(db, signer, session.token, datetime.now(UTC))
    with pytest.raises(Problem, match="account-suspended"):
        use_cases.sign_in(db, "nurse@example.org", PASSWORD, datetime.now(UTC))
    assert announced(GrantChanged)[-1].ended
    resumed = use_cases.resume_account(db, helper, nurse.id, datetime.now(UTC))
    assert [one.role for one in resumed.held] == ["standard"]
    assert not announced(GrantChanged)[-1].ended
    assert announced(GrantChanged)[-1].version > announced(GrantChanged)[-2].version


def test_only_whoever_knows_the_password_hears_that_an_account_is_suspended(
    db: Engine, person: Callable[[str], Actor]
) -> None:
    nurse = person("nurse")
    use_cases.suspend_account(db, person("helper"), nurse.id, "Lost badge", datetime.now(UTC))
    with pytest.raises(Problem, match="sign-in-failed"):
        use_cases.sign_in(db, "nurse@example.org", "not the password", datetime.now(UTC))


def test_nobody_suspends_themselves_and_administrators_suspend_nobody(
    db: Engine, person: Callable[[str], Actor]
) -> None:
    helper, nurse = person("helper"), person("nurse")
    with pytest.raises(Problem, match="not-oneself"):
        use_cases.suspend_account(db, helper, helper.id, "because", datetime.now(UTC))
    with pytest.raises(Problem, match="not-permitted"):
        use_cases.suspend_account(db, person("admin"), nurse.id, "because", datetime.now(UTC))


# ---- one's own account ---------------------------------------------------------------------------------------


def test_sessions_are_listed_and_one_of_them_is_ended(
    db: Engine, signer: Signer, person: Callable[[str], Actor]
) -> None:
    nurse = person("nurse")
    mine = use_cases.sign_in(db, "nurse@example.org", PASSWORD, datetime.now(UTC))
    seen = use_cases.own_account(db, nurse, mine.token, datetime.now(UTC)).sessions
    assert [one.id for one in seen if one.this_one] == [mine.id]
    (elsewhere,) = [one for one in seen if not one.this_one]
    use_cases.end_session(db, person("admin"), elsewhere.id, datetime.now(UTC))
    assert len(use_cases.own_account(db, nurse, mine.token, datetime.now(UTC)).sessions) == 2
    use_cases.end_session(db, nurse, elsewhere.id, datetime.now(UTC))
    assert len(use_cases.own_account(db, nurse, mine.token, datetime.now(UTC)).sessions) == 1


def test_a_password_is_changed_by_whoever_knows_it_and_other_sessions_end(
    db: Engine, signer: Signer, person: Callable[[str], Actor]
) -> None:
    nurse = person("nurse")
    mine = use_cases.sign_in(db, "nurse@example.org", PASSWORD, datetime.now(UTC))
    with pytest.raises(Problem, match="password-wrong"):
        use_cases.change_password(db, nurse, mine.token, "a guess", GOOD, datetime.now(UTC))
    use_cases.change_password(db, nurse, mine.token, PASSWORD, GOOD, datetime.now(UTC))
    for old, new in ((GOOD, PASSWORD + "-2"), (PASSWORD + "-2", GOOD)) * 3:
        use_cases.change_password(db, nurse, mine.token, old, new, datetime.now(UTC))
    (left,) = use_cases.own_account(db, nurse, mine.token, datetime.now(UTC)).sessions
    assert left.this_one
    assert use_cases.sign_in(db, "nurse@example.org", GOOD, datetime.now(UTC)).token


# ---- roles that nobody uses ----------------------------------------------------------------------------------


def age(db: Engine, days: int, warned: int | None = None) -> None:
    with db.begin() as tx:
        tx.execute(
            text(
                "update grants set starts_at = now() - make_interval(days => :days), last_used_at = null,"
                " warned_at = now() - make_interval(days => :warned)"
            ),
            {"days": days, "warned": warned},
        )


def in_turn(db: Engine, do: Callable[[Any], bool]) -> None:
    with db.begin() as tx:
        do(tx)


def held(db: Engine, who: Actor) -> int:
    return len(use_cases.own_account(db, who, "", datetime.now(UTC)).account.held)


def test_a_role_that_nobody_used_for_a_year_ends_after_a_warning(
    db: Engine, person: Callable[[str], Actor]
) -> None:
    nurse = person("nurse")
    age(db, days=400)
    in_turn(db, use_cases.end_dormant_roles)
    assert held(db, nurse) == 1, "nobody was warned"
    in_turn(db, use_cases.warn_of_dormant_roles)
    in_turn(db, use_cases.end_dormant_roles)
    assert held(db, nurse) == 1, "warned just now"
    age(db, days=400, warned=31)
    in_turn(db, use_cases.end_dormant_roles)
    assert held(db, nurse) == 0


def test_signing_in_keeps_a_role(db: Engine, person: Callable[[str], Actor]) -> None:
    nurse = person("nurse")
    age(db, days=400, warned=31)
    assert person("nurse")
    in_turn(db, use_cases.end_dormant_roles)
    assert held(db, nurse) == 1


def test_the_last_administrator_keeps_the_role_however_long_they_are_away(
    db: Engine, person: Callable[[str], Actor]
) -> None:
    admin = person("admin")
    age(db, days=400, warned=31)
    in_turn(db, use_cases.end_dormant_roles)
    assert held(db, admin) == 1


def test_codes_and_what_came_with_them_are_forgotten(db: Engine, sealer: Sealer) -> None:
    register(db, sealer, now=NOW - timedelta(days=3))
    in_turn(db, use_cases.forget_codes)
    with db.begin() as tx:
        assert tx.execute(text("select count(*) from address_codes")).scalar() == 0


@pytest.mark.parametrize(
    ("role", "fits", "does_not"),
    [("oversight_icb", "QZ1", "RZ1"), ("oversight_icb", "QZ1", "YZ1"), ("oversight_region", "YZ1", "QZ1")],
)
def test_oversight_is_held_where_there_is_an_area_and_nowhere_else(
    db: Engine,
    sealer: Sealer,
    code: Callable[[], str],
    person: Callable[[str], Actor],
    role: str,
    fits: str,
    does_not: str,
) -> None:
    amira = joined(db, sealer, code)
    with pytest.raises(Problem) as caught:
        use_cases.ask_for_role(db, amira, role, does_not, "I want it", NOW)
    assert (caught.value.code, caught.value.faults[0].path) == ("role-not-for-organisation", "organisation")
    with pytest.raises(Problem, match="role-not-for-organisation"):
        use_cases.invite(db, sealer, person("super"), "someone@example.org", role, does_not, NOW)
    assert use_cases.ask_for_role(db, amira, role, fits, "I want it", NOW).state == "waiting"
    assert use_cases.invite(db, sealer, person("super"), "someone@example.org", role, fits, NOW).role == role


def test_a_request_for_what_is_no_icb_any_more_is_not_approved(
    db: Engine, sealer: Sealer, code: Callable[[], str], person: Callable[[str], Actor]
) -> None:
    asked = use_cases.ask_for_role(db, joined(db, sealer, code), "oversight_icb", "QZ1", "I want it", NOW)
    with db.begin() as tx:
        tx.execute(text("delete from organisation_roles where code = 'QZ1'"))
        tx.execute(text("update organisations set role = 'RO98' where code = 'QZ1'"))
    with pytest.raises(Problem, match="role-not-for-organisation"):
        use_cases.decide_request(db, person("super"), asked.id, True, "", NOW)
    assert (
        use_cases.decide_request(db, person("super"), asked.id, False, "No board any more", NOW).state
        == "refused"
    )

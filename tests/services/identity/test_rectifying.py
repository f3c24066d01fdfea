"""A name is put right at once; an address once its code and the account's password were brought together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from chassis.problems import Kind, Problem
from chassis.sealing import Opener, Sealer
from protos.identity.v1.identity_pb2 import AccountChanged, AccountOpened, VerificationRequested
from services.identity import use_cases
from services.identity.use_cases.erasing import ask_account_erasure, confirm_account_erasure
from services.identity.use_cases.rectifying import change_details, confirm_address, rectify_account
from tests.builders.people import PASSWORD, Sample, an_account
from tests.builders.signed_in import People

NEW = "amira.holt@example.org"


@pytest.fixture
def sample(sample: Sample) -> Sample:
    sample["accounts"].append(an_account("super", "super_admin", "XZ9"))
    return sample


def now() -> datetime:
    return datetime.now(UTC)


def rows(people: People, statement: str, **values: Any) -> list[Any]:
    with people.db.begin() as tx:
        return list(tx.execute(text(statement), values))


def id_of(people: People, who: str) -> str:
    return str(rows(people, "select id from accounts where email = :e", e=f"{who}@example.org")[0].id)


def announced(people: People, kind: type[Any]) -> list[Any]:
    found = rows(people, "select body from outbox where topic = :t order by seq", t=kind.DESCRIPTOR.full_name)
    return [kind.FromString(bytes(one.body)) for one in found]


@pytest.fixture
def code(people: People, opener: Opener) -> Callable[[], tuple[str, str]]:
    """The address of the last letter with a code, and the code."""

    def found() -> tuple[str, str]:
        told = announced(people, VerificationRequested)[-1]
        opened = opener.open(told.sealed, f"verification:{told.verification_id}").decode()
        address, _, sent = opened.partition("\n")
        return address, sent

    return found


def rectified(people: People, sealer: Sealer, name: str = "", email: str = "", case: str = "CASE-7") -> Any:
    helper = people.actor("helper")
    return rectify_account(people.db, sealer, helper, id_of(people, "nurse"), name, email, case, now())


def refused(call: Any, *arguments: Any) -> tuple[Kind, str]:
    with pytest.raises(Problem) as caught:
        call(*arguments)
    return caught.value.kind, caught.value.code


def test_a_name_is_put_right_and_told(people: People, sealer: Sealer, opener: Opener) -> None:
    nurse = id_of(people, "nurse")
    assert rectified(people, sealer, name="  Amira   Holt ").name == "Amira Holt"
    told = announced(people, AccountOpened)[-1]
    assert (told.account_id, told.name) == (nurse, "Amira Holt")
    assert opener.open(told.address_sealed, f"address:{nurse}") == b"nurse@example.org"
    assert told.version > 1, "newer than what notifications has"
    assert [(one.account_id, one.change) for one in announced(people, AccountChanged)][-1] == (
        nurse,
        "name-changed",
    )
    noted = rows(people, "select about, detail from audit where action = 'account-renamed'")
    assert [(one.about, one.detail) for one in noted] == [(nurse, {"case": "CASE-7"})]
    before = len(announced(people, AccountOpened))
    rectified(people, sealer, name="Amira Holt")
    assert len(announced(people, AccountOpened)) == before, "the same again changes nothing"


def test_an_address_changes_once_code_and_password_came_together(
    people: People, sealer: Sealer, code: Callable[[], tuple[str, str]], opener: Opener
) -> None:
    nurse = id_of(people, "nurse")
    assert rectified(people, sealer, email=NEW.upper()).email == "nurse@example.org", "not yet"
    assert announced(people, AccountChanged)[-1].change == "address-asked", (
        "the old address hears of it first"
    )
    address, sent = code()
    assert address == NEW
    for typed, password, problem in (
        ("WRONG-WRONG", PASSWORD, "code-wrong"),
        (sent, "of-somebody-else", "password-wrong"),
    ):
        assert refused(confirm_address, people.db, sealer, NEW, typed, password, now())[1] == problem
    assert confirm_address(people.db, sealer, NEW, sent, PASSWORD, now()).email == NEW
    told = announced(people, AccountOpened)[-1]
    assert opener.open(told.address_sealed, f"address:{nurse}") == NEW.encode()
    assert announced(people, AccountChanged)[-1].change == "address-changed"
    assert use_cases.sign_in(people.db, NEW, PASSWORD, now()).token
    assert (
        refused(use_cases.sign_in, people.db, "nurse@example.org", PASSWORD, now())[0] is Kind.UNAUTHENTICATED
    )
    assert refused(confirm_address, people.db, sealer, NEW, sent, PASSWORD, now())[1] == "code-wrong"


def test_support_alone_gets_nowhere(
    people: People, sealer: Sealer, code: Callable[[], tuple[str, str]]
) -> None:
    rectified(people, sealer, email=NEW)
    _, sent = code()
    later = now() + timedelta(minutes=5)
    use_cases.ask_for_reset(people.db, sealer, NEW, later)
    assert code()[1] == sent, "no code for a password goes to an address that is not confirmed"
    assert (
        refused(use_cases.reset_password, people.db, NEW, sent, "seven-purple-otters", later)[1]
        == "code-wrong"
    )
    assert refused(use_cases.verify, people.db, sealer, NEW, sent, PASSWORD, later)[1] == "code-wrong"


def test_an_address_that_has_an_account_stays_with_it(
    people: People, sealer: Sealer, code: Callable[[], tuple[str, str]]
) -> None:
    rectified(people, sealer, email="super@example.org")
    told = announced(people, VerificationRequested)[-1]
    assert (told.purpose, code()[0]) == ("known", "super@example.org")
    assert (
        refused(confirm_address, people.db, sealer, "super@example.org", code()[1], PASSWORD, now())[1]
        == "code-wrong"
    )


def test_an_address_that_was_taken_meanwhile_is_refused(
    people: People, sealer: Sealer, code: Callable[[], tuple[str, str]]
) -> None:
    rectified(people, sealer, email=NEW)
    _, sent = code()
    with people.db.begin() as tx:
        tx.execute(text("update accounts set email = :e where email = 'super@example.org'"), {"e": NEW})
    assert refused(confirm_address, people.db, sealer, NEW, sent, PASSWORD, now()) == (
        Kind.CONFLICT,
        "account-exists",
    )


def test_somebody_changes_their_own_with_their_password(
    people: People, sealer: Sealer, code: Callable[[], tuple[str, str]]
) -> None:
    nurse = people.actor("nurse")
    assert (
        refused(change_details, people.db, sealer, nurse, "wrong", "Amira Holt", "", now())[1]
        == "password-wrong"
    )
    later = now() + timedelta(minutes=1)
    assert change_details(people.db, sealer, nurse, PASSWORD, "Amira Holt", NEW, later).name == "Amira Holt"
    assert confirm_address(people.db, sealer, NEW, code()[1], PASSWORD, later).email == NEW


@pytest.mark.parametrize(
    ("name", "email", "case", "code_"),
    [
        ("", "", "C", "bad-request"),
        ("Amira", "", " ", "bad-request"),
        ("Amira\x07Holt", "", "C", "name-not-valid"),
        ("", "no address", "C", "email-not-valid"),
    ],
)
def test_what_cannot_be_taken_is_refused(
    people: People, sealer: Sealer, name: str, email: str, case: str, code_: str
) -> None:
    assert refused(rectified, people, sealer, name, email, case) == (Kind.INVALID, code_)
    assert not rows(people, "select 1 from address_codes")


def test_who_may_not_is_refused(people: People, sealer: Sealer) -> None:
    nurse, helper = people.actor("nurse"), people.actor("helper")
    for actor, account, kind in (
        (nurse, helper.id, Kind.FORBIDDEN),
        (helper, helper.id, Kind.FORBIDDEN),
        (helper, "nonsense", Kind.NOT_FOUND),
    ):
        assert (
            refused(rectify_account, people.db, sealer, actor, account, "A Name", "", "C", now())[0] is kind
        )


def test_an_erased_account_leaves_no_code_behind(people: People, sealer: Sealer) -> None:
    nurse = id_of(people, "nurse")
    rectified(people, sealer, email=NEW)
    with people.db.begin() as tx:
        tx.execute(text("update outbox set sent_at = now()"))
    ask_account_erasure(people.db, people.actor("helper"), nurse, "legal_duty", "C", now())
    confirm_account_erasure(people.db, people.actor("super"), nurse, now())
    assert not rows(people, "select 1 from address_codes")
    assert not rows(people, "select 1 from outbox where topic like '%VerificationRequested'")

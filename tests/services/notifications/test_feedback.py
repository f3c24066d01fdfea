"""What anybody says of the service is kept sealed and reaches support staff, who are told that it waits and not what it says."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import text

from chassis.actors import Reach
from chassis.problems import Kind, Problem
from chassis.sealing import Opener
from services.notifications import use_cases
from services.notifications.domain import READ_FEEDBACK, Said
from tests.builders.actors import a_person
from tests.builders.keys import a_pair
from tests.services.notifications.office import Office

HELPER = a_person("X26", Reach.NATIONAL, "helper", permissions=frozenset({READ_FEEDBACK}))
SAID = Said("The button to send is below the edge of my screen.", "/report/check", "nurse@rz1.example")


@pytest.fixture
def manned(office: Office) -> Office:
    office.open_account(HELPER.id, "helper@example.org", "support", "X26")
    return office


def take(office: Office, said: Said = SAID, once: str = "one") -> None:
    use_cases.take_feedback(office.db, Opener(office.keys.private), said, once)


def listed(
    office: Office, done: bool = False, cursor: str = "", limit: int = 25
) -> tuple[list[Said], str, int]:
    opener = Opener(office.keys.private)
    found, following, waiting = use_cases.list_feedback(office.db, opener, HELPER, cursor, limit, done)
    return [one.said for one in found if one.said], following, waiting


def first_id(office: Office) -> str:
    return str(office.rows("select id from feedback order by taken_at limit 1")[0].id)


def test_support_reads_what_was_said(manned: Office) -> None:
    take(manned)
    assert listed(manned) == ([SAID], "", 1)


def test_nothing_of_it_lies_open_in_the_database(manned: Office) -> None:
    take(manned)
    (row,) = manned.rows("select sealed from feedback")
    kept = bytes(row.sealed)
    assert not [word for word in ("button", "check", "nurse@") if word.encode() in kept]
    told = json.dumps([tuple(map(str, each)) for each in manned.rows("select subject, body from notices")])
    told += json.dumps([tuple(map(str, each)) for each in manned.rows("select subject, body from letters")])
    assert "button" not in told
    assert "nurse@" not in told


def test_support_is_told_once_a_day_and_again_when_what_waited_is_dealt_with(manned: Office) -> None:
    take(manned, once="one")
    take(manned, Said("Another thing."), once="two")
    assert manned.notices(HELPER.id) == [(HELPER.id, "feedback_waits")]
    assert manned.letters() == ["helper@example.org"]
    use_cases.mark_feedback_done(manned.db, HELPER, first_id(manned))
    take(manned, Said("A third."), once="three")
    assert manned.letters() == ["helper@example.org"]


def test_who_holds_both_roles_is_told_once(manned: Office) -> None:
    manned.open_account(HELPER.id, "helper@example.org", "super_admin", "X26")
    take(manned)
    assert manned.letters() == ["helper@example.org"]


def test_the_same_form_twice_is_kept_once_and_a_corrected_one_is_not_lost(manned: Office) -> None:
    take(manned)
    take(manned)
    assert listed(manned)[2] == 1
    take(manned, Said("The button is hidden."))
    assert listed(manned)[2] == 2


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (Said(""), "text"),
        (Said("  \n"), "text"),
        (Said("a" * 5001), "text"),
        (Said("A word", page="p" * 301), "page"),
        (Said("A word", address="nobody"), "address"),
        (Said("A word", address="a@b.example" + "x" * 254), "address"),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_field(manned: Office, said: Said, field: str) -> None:
    with pytest.raises(Problem) as refused:
        take(manned, said)
    assert {one.path for one in refused.value.faults} == {field}
    assert not manned.rows("select from feedback")


def test_who_may_not_is_refused(manned: Office) -> None:
    stranger = a_person("RZ1", Reach.ORGANISATION, "stranger", permissions=frozenset({"notifications:read"}))
    with pytest.raises(Problem) as refused:
        use_cases.list_feedback(manned.db, Opener(manned.keys.private), stranger, "", 25, False)
    assert refused.value.kind is Kind.FORBIDDEN
    with pytest.raises(Problem) as refused:
        use_cases.mark_feedback_done(manned.db, stranger, "x")
    assert refused.value.kind is Kind.FORBIDDEN


def test_what_is_done_waits_no_more_and_is_done_once(manned: Office) -> None:
    take(manned)
    made = first_id(manned)
    use_cases.mark_feedback_done(manned.db, HELPER, made)
    (first,) = manned.rows("select done_at from feedback")
    use_cases.mark_feedback_done(manned.db, HELPER, made)
    assert manned.rows("select done_at from feedback") == [first]
    assert listed(manned) == ([], "", 0)
    assert listed(manned, done=True) == ([SAID], "", 0)


@pytest.mark.parametrize("unknown", ["", "nothing", "0190a000-0000-7000-8000-000000000000"])
def test_what_is_not_there_is_not_found(manned: Office, unknown: str) -> None:
    with pytest.raises(Problem) as refused:
        use_cases.mark_feedback_done(manned.db, HELPER, unknown)
    assert refused.value.kind is Kind.NOT_FOUND


@pytest.mark.parametrize("done", [False, True])
def test_pages_of_it_are_in_order_and_whole(manned: Office, done: bool) -> None:
    for number in range(5):
        take(manned, Said(f"Thing {number}"), once=str(number))
        if done:
            made = manned.rows("select id from feedback where done_at is null")[0].id
            use_cases.mark_feedback_done(manned.db, HELPER, str(made))
    shown, following, _ = listed(manned, done, limit=2)
    while following:
        more, following, _ = listed(manned, done, following, 2)
        shown += more
    wanted = [f"Thing {number}" for number in range(5)]
    assert [one.text for one in shown] == (wanted[::-1] if done else wanted)


def test_who_looked_at_what_is_in_the_audit(manned: Office) -> None:
    take(manned)
    listed(manned)
    use_cases.mark_feedback_done(manned.db, HELPER, first_id(manned))
    noted = manned.rows("select actor, action, about from audit order by id")
    assert [tuple(one) for one in noted] == [
        (HELPER.id, "list-feedback", first_id(manned)),
        (HELPER.id, "mark-feedback-done", first_id(manned)),
    ]


def test_what_was_dealt_with_is_forgotten_in_time(manned: Office) -> None:
    for number in range(3):
        take(manned, once=str(number), said=Said(f"Thing {number}"))
    with manned.db.begin() as tx:
        tx.execute(text("update feedback set taken_at = now() - interval '200 days'"))
        ids = [row.id for row in tx.execute(text("select id from feedback"))]
        old = text("update feedback set done_at = now() - cast(:ago as interval) where id = :id")
        tx.execute(old, {"id": ids[0], "ago": "91 days"})
        tx.execute(old, {"id": ids[1], "ago": "89 days"})
        assert use_cases.forget_feedback(tx) is False
    assert {row.id for row in manned.rows("select id from feedback")} == set(ids[1:])


def test_it_comes_under_a_new_key_and_what_is_damaged_says_so(manned: Office) -> None:
    new = a_pair("X25519", "new")
    take(manned)
    ring = {"keys": [*json.loads(new.private)["keys"], *json.loads(manned.keys.private)["keys"]]}
    opener = Opener(json.dumps(ring))
    with manned.db.begin() as tx:
        assert use_cases.reseal_feedback(tx, (), opener).count == 1
        assert use_cases.sealed_to_each(tx)["new"] == 1
        assert use_cases.reseal_feedback(tx, (), opener).count == 0
    manned.keys = new
    assert listed(manned)[0] == [SAID]
    with manned.db.begin() as tx:
        tx.execute(text("update feedback set sealed = sealed || '\\x00'"))
    found, _, waiting = use_cases.list_feedback(manned.db, Opener(new.private), HELPER, "", 25, False)
    assert ([one.said for one in found], waiting) == ([None], 1)

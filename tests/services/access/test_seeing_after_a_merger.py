"""Mergers move access: a successor sees what its predecessors recorded, and nobody else sees more than before."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from sqlalchemy import Engine

from chassis.actors import Actor, Reach
from protos.identity.v1.identity_pb2 import OrganisationChanged, Parent, Predecessor
from services.access import listener
from services.access.use_cases import list_events, show_event
from tests.builders.actors import a_person
from tests.services.access.test_seeing import record, sees

START = "2010-01-01"
Tell = Callable[..., None]


@pytest.fixture
def db(engine_for: Callable[[str], Engine]) -> Engine:
    return engine_for("access")


@pytest.fixture
def tell(db: Engine) -> Tell:
    """Identity tells of an organisation. `parents`: code, kind, last day; `took_over`: code, first day."""
    versions: dict[str, int] = {}

    def told(
        code: str,
        *parents: tuple[str, str, str],
        closed: str = "",
        took_over: Sequence[tuple[str, str]] = (),
    ) -> None:
        versions[code] = versions.get(code, 0) + 1
        message = OrganisationChanged(
            code=code,
            name=code,
            closed_on=closed,
            version=versions[code],
            parents=[Parent(code=one, kind=kind, start=START, end=end) for one, kind, end in parents],
            predecessors=[Predecessor(code=one, start=start) for one, start in took_over],
        )
        with db.begin() as tx:
            listener.keep_organisation(tx, message)

    return told


@pytest.fixture
def merged(tell: Tell) -> None:
    """RAA was taken over by RBB, which was taken over by RCC; each with sites; RDD is another trust of the same board."""
    for board in ("QAA", "QBB"):
        tell(board)
    tell("RAA", ("QAA", "RE5", ""), closed="2015-03-31")
    tell("RAA01", ("RAA", "RE6", "2015-03-31"), closed="2015-03-31")  # closed with its trust
    tell("RAA02", ("RAA", "RE6", "2015-03-31"), ("RDD", "RE6", ""))  # went to another trust
    tell("RAA0101", ("RAA01", "RE6", "2015-03-31"), closed="2015-03-31")  # a site of a site
    tell("RBB", ("QAA", "RE5", ""), closed="2020-03-31", took_over=[("RAA", "2015-04-01")])
    tell("RCC", ("QBB", "RE5", ""), took_over=[("RBB", "2020-04-01")])
    tell("RDD", ("QAA", "RE5", ""))


OLD, BETWEEN, NEW, OTHER = (a_person(code) for code in ("RAA", "RBB", "RCC", "RDD"))
OLD_BOARD, NEW_BOARD = a_person("QAA", Reach.AREA), a_person("QBB", Reach.AREA)


@pytest.mark.parametrize("recorded_by", ["RAA", "RAA01", "RAA0101", "RBB", "RCC"])
def test_a_successor_sees_what_a_chain_of_predecessors_and_their_sites_recorded(
    db: Engine, merged: None, recorded_by: str
) -> None:
    assert sees(db, NEW, record(db, recorded_by))


@pytest.mark.parametrize("recorded_by", ["RAA", "RAA01", "RBB", "RCC"])
def test_another_trust_sees_nothing_of_it(db: Engine, merged: None, recorded_by: str) -> None:
    assert not sees(db, OTHER, record(db, recorded_by))


def test_a_site_that_went_elsewhere_is_seen_by_whoever_operates_it_now(db: Engine, merged: None) -> None:
    reference = record(db, "RAA02")
    assert sees(db, OTHER, reference)
    assert not sees(db, NEW, reference)


def test_a_predecessors_own_people_keep_what_they_have_and_gain_nothing(db: Engine, merged: None) -> None:
    assert sees(db, OLD, record(db, "RAA"))
    assert sees(db, OLD, record(db, "RAA01"))
    assert not sees(db, OLD, record(db, "RCC"))
    assert not sees(db, BETWEEN, record(db, "RCC"))
    assert sees(db, BETWEEN, record(db, "RAA"))


def test_the_board_of_the_successor_sees_it_and_the_old_board_no_longer(db: Engine, merged: None) -> None:
    reference = record(db, "RAA")
    assert sees(db, NEW_BOARD, reference)
    assert not sees(db, OLD_BOARD, reference)


def test_what_is_inherited_is_read_and_the_code_on_the_record_stays(db: Engine, merged: None) -> None:
    found = show_event(db, NEW, record(db, "RAA"))
    assert found.read_only
    assert found.organisation.code == "RAA"
    assert not show_event(db, NEW, record(db, "RCC")).read_only


def test_a_successor_is_its_organisation_and_sees_what_opted_out_of_sharing(db: Engine, merged: None) -> None:
    reference = record(db, "RAA", data_sharing_opt_out=True)
    assert sees(db, NEW, reference)
    assert not sees(db, NEW_BOARD, reference)


def test_what_happened_at_a_predecessor_is_seen_by_the_successor(db: Engine, merged: None) -> None:
    assert sees(db, NEW, record(db, "RDD", occurred=("RAA01",)))


def test_whoever_is_still_open_is_not_inherited(db: Engine, tell: Tell) -> None:
    tell("RAA")
    tell("RBB", took_over=[("RAA", "2015-04-01")])
    reference = record(db, "RAA")
    assert not sees(db, a_person("RBB"), reference)
    tell("RAA", closed="2015-03-31")
    assert sees(db, a_person("RBB"), reference)


def test_a_merger_counts_from_its_day(db: Engine, tell: Tell) -> None:
    tell("RAA", closed="2015-03-31")
    tell("RBB", took_over=[("RAA", "2999-04-01")])
    assert not sees(db, a_person("RBB"), record(db, "RAA"))


def test_a_succession_that_is_taken_back_no_longer_counts(db: Engine, tell: Tell) -> None:
    tell("RAA", closed="2015-03-31")
    tell("RBB", took_over=[("RAA", "2015-04-01")])
    reference = record(db, "RAA")
    assert sees(db, a_person("RBB"), reference)
    tell("RBB")
    assert not sees(db, a_person("RBB"), reference)


def test_a_trust_goes_on_seeing_its_closed_site(db: Engine, tell: Tell) -> None:
    tell("RAA")
    tell("RAA01", ("RAA", "RE6", "2015-03-31"), closed="2015-03-31")
    tell("RAA02", ("RAA", "RE6", "2015-03-31"))
    assert sees(db, a_person("RAA"), record(db, "RAA01"))
    assert not sees(db, a_person("RAA"), record(db, "RAA02")), "it is open, and nobody says whose it is"


def test_successions_in_a_circle_end(db: Engine, tell: Tell) -> None:
    tell("RAA", closed="2015-03-31", took_over=[("RBB", "2015-04-01")])
    tell("RBB", closed="2015-03-31", took_over=[("RAA", "2015-04-01")])
    tell("RCC")
    reference = record(db, "RAA")
    assert sees(db, a_person("RBB"), reference)
    assert not sees(db, a_person("RCC"), reference)


def test_a_practice_below_a_sub_icb_is_seen_by_its_board_and_its_region(db: Engine, tell: Tell) -> None:
    tell("Y60")
    tell("QAA", ("Y60", "RE5", ""))
    tell("00K", ("QAA", "RE5", ""))
    tell("A81001", ("00K", "RE4", ""))
    reference = record(db, "A81001")
    boards: dict[str, Actor] = {code: a_person(code, Reach.AREA) for code in ("QAA", "Y60", "QBB")}
    assert sees(db, boards["QAA"], reference)
    assert sees(db, boards["Y60"], reference)
    assert not sees(db, boards["QBB"], reference)
    assert list_events(db, boards["QBB"], "", 10)[0] == []

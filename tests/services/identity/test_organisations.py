from __future__ import annotations

from datetime import date

import pytest

from services.identity.domain.organisations import (
    Organisation,
    Parent,
    ancestors,
    by_code,
    descendants,
    in_a_circle,
    is_code,
)

TODAY = date(2026, 11, 23)
MOVED = date(2025, 4, 1)


def an_organisation(code: str, *parents: Parent) -> Organisation:
    return Organisation(code, f"Organisation {code}", "RO197", parents=parents)


def below(code: str, start: date = date(2020, 1, 1), end: date | None = None) -> Parent:
    return Parent(code, "RE5", start, end)


COUNTRY = by_code(
    [
        an_organisation("YZ1"),
        an_organisation("QZ1", below("YZ1")),
        an_organisation("QZ2", below("YZ1")),
        an_organisation("RZ1", below("QZ1", end=date(2025, 3, 31)), below("QZ2", start=MOVED)),
        an_organisation("RZ101", below("RZ1")),
    ]
)


def test_a_site_belongs_to_its_trust_its_icb_and_its_region() -> None:
    assert ancestors(COUNTRY, "RZ101", TODAY) == {"RZ1", "QZ2", "YZ1"}


def test_the_hierarchy_is_the_one_of_the_day_asked_for() -> None:
    assert ancestors(COUNTRY, "RZ101", date(2025, 3, 31)) == {"RZ1", "QZ1", "YZ1"}
    assert ancestors(COUNTRY, "RZ101", MOVED) == {"RZ1", "QZ2", "YZ1"}


def test_descendants_follow_a_trust_that_moved() -> None:
    assert descendants(COUNTRY, "QZ1", date(2025, 3, 31)) == {"RZ1", "RZ101"}
    assert descendants(COUNTRY, "QZ1", MOVED) == frozenset()


def test_before_anything_began_nobody_belonged_to_anybody() -> None:
    assert ancestors(COUNTRY, "RZ101", date(2019, 12, 31)) == frozenset()


def test_an_organisation_nobody_knows_has_no_ancestors() -> None:
    assert ancestors(COUNTRY, "ZZZ", TODAY) == frozenset()


def test_one_may_belong_to_two() -> None:
    country = by_code(
        [an_organisation("A"), an_organisation("B"), an_organisation("C", below("A"), below("B"))]
    )
    assert ancestors(country, "C", TODAY) == {"A", "B"}


def test_data_that_go_in_a_circle_end_all_the_same() -> None:
    country = by_code([an_organisation("A", below("B")), an_organisation("B", below("A"))])
    assert ancestors(country, "A", TODAY) == {"B"}
    assert in_a_circle(country) == ["A", "B"]


def test_what_swapped_places_is_no_circle() -> None:
    country = by_code(
        [an_organisation("A", below("B", end=TODAY)), an_organisation("B", below("A", date(2027, 1, 1)))]
    )
    assert in_a_circle(country) == []


@pytest.mark.parametrize(
    ("text", "is_one"), [("RZ1", True), ("Y90001", True), ("", False), ("R\0", False), ("R-1", False)]
)
def test_an_ods_code_is_letters_and_digits(text: str, is_one: bool) -> None:
    assert is_code(text) is is_one

"""Ages as the national question set writes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.recording.domain.ages import Age, decode


@pytest.mark.parametrize(
    ("encoded", "age"),
    [
        (18600, Age(50, "years")),
        (341, Age(11, "months")),
        (31, Age(1, "months")),
        (30, Age(30, "days")),
        (1, Age(1, "days")),
        (372, Age(1, "years")),
        (6696, Age(18, "years")),
        (29016, Age(78, "years")),
        (74028, Age(199, "years")),
    ],
)
def test_an_encoded_age_is_read(encoded: int, age: Age) -> None:
    assert decode(encoded) == age


@pytest.mark.parametrize("encoded", [365, 730, 0, 74400, -1, -372, 32, 371, 373])
def test_a_number_that_is_not_compliant_is_no_age(encoded: int) -> None:
    assert decode(encoded) is None


@given(st.integers())
def test_what_can_be_read_is_a_whole_number_of_one_unit(encoded: int) -> None:
    age = decode(encoded)
    assert age is None or age.number * {"days": 1, "months": 31, "years": 372}[age.unit] == encoded

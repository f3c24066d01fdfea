"""Reference numbers: made, read back, and wrong ones told apart."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.recording.domain.reference_numbers import (
    RANDOM_BITS,
    SYMBOLS,
    is_reference,
    new_reference,
    normalise,
)

bits = st.integers(0, 2**RANDOM_BITS - 1)
days = st.dates(date(2000, 1, 1), date(2099, 12, 31))
references = st.builds(new_reference, days, bits)
PLACES = (4, 5, *range(7, 15), 16)


def test_a_reference_number_looks_as_people_know_it() -> None:
    assert new_reference(date(2026, 3, 2), 0) == "PSE-26-00000000-J"
    assert new_reference(date(2026, 3, 2), 2**40 - 1).startswith("PSE-26-ZZZZZZZZ-")


@pytest.mark.parametrize("random_bits", [-1, 2**40])
def test_forty_random_bits_are_wanted(random_bits: int) -> None:
    with pytest.raises(ValueError, match="40 random bits"):
        new_reference(date(2026, 3, 2), random_bits)


@given(days, bits)
def test_every_new_number_is_one_and_bears_its_year(today: date, random_bits: int) -> None:
    reference = new_reference(today, random_bits)
    assert is_reference(reference)
    assert reference[4:6] == f"{today.year % 100:02d}"


@given(bits, bits)
def test_other_bits_make_another_number(one: int, other: int) -> None:
    today = date(2026, 3, 2)
    assert (new_reference(today, one) == new_reference(today, other)) is (one == other)


@given(references, st.sampled_from(PLACES), st.sampled_from(SYMBOLS))
def test_one_wrong_symbol_is_noticed(reference: str, place: int, symbol: str) -> None:
    changed = reference[:place] + symbol + reference[place + 1 :]
    assert is_reference(changed) is (changed == reference)


@given(references, st.sampled_from(range(7, 14)))
def test_swapped_neighbours_are_noticed_but_for_0_and_z(reference: str, place: int) -> None:
    one, other = reference[place], reference[place + 1]
    swapped = reference[:place] + other + one + reference[place + 2 :]
    assert is_reference(swapped) is (one == other or {one, other} == {"0", "Z"})


@given(references)
def test_what_people_type_is_read(reference: str) -> None:
    assert normalise(reference) == reference
    assert normalise(reference.lower()) == reference
    assert normalise(reference.replace("-", "")) == reference
    assert normalise(f"  {reference.replace('-', ' ')}\n") == reference
    assert normalise(reference.removeprefix("PSE-")) == reference
    assert normalise(reference.replace("-", "\N{EN DASH}")) == reference


@given(references, st.sampled_from("il"))
def test_letters_taken_for_digits_are_read(reference: str, one: str) -> None:
    misread = "PSE" + reference[3:].replace("1", one).replace("0", "o")
    assert normalise(misread) == reference


@given(st.text())
def test_any_text_can_be_looked_at(text: str) -> None:
    is_reference(text)
    normalised = normalise(text)
    assert normalise(normalised) == normalised


@pytest.mark.parametrize(
    "text", ["", "PSE", "W12345", "PSE-26-7H3KQ-9", "PSE-26-UUUUUUUU-0", "pse-26-00000000-j"]
)
def test_other_things_are_no_reference_numbers(text: str) -> None:
    assert not is_reference(text)


def test_what_is_no_reference_number_comes_back_as_it_was() -> None:
    assert normalise("  INC-2026/17 ") == "INC-2026/17"

"""The count of pages that journeys have held, by itself: nothing is started for it."""

from __future__ import annotations

from pathlib import Path

from werkzeug.routing import Map, Rule

from tests.journeys import held

ADDED = Map(
    [
        Rule("/", endpoint="home.home", methods=["GET"]),
        Rule("/notices/read", endpoint="notices.mark_read", methods=["POST"]),
        Rule("/tomorrow", endpoint="added.tomorrow", methods=["GET", "POST"]),
        Rule("/events", endpoint="worklist.events", methods=["GET"]),
    ]
)


def test_a_page_that_is_added_is_missing_until_a_journey_holds_it_in_both_states() -> None:
    held_so_far = {"GET home.home normal", "GET worklist.events normal", "GET worklist.events error"}
    assert held.missing(held_so_far, ADDED) == ["GET added.tomorrow normal", "POST added.tomorrow error"]
    more = {"GET added.tomorrow normal", "POST added.tomorrow error"}
    assert held.missing(held_so_far | more, ADDED) == []


def test_a_search_has_an_error_state_and_a_button_that_asks_nothing_has_none() -> None:
    assert "GET worklist.events error" in held.missing((), ADDED)
    assert not [one for one in held.missing((), ADDED) if "mark_read" in one]


def test_every_exception_is_of_a_page_that_there_is() -> None:
    excepted = {one for table in (held.NO_PAGE, held.NO_ERROR) for names in table.values() for one in names}
    assert (excepted | set(held.SEARCHES)) <= set(held.named(held.pages()))


def test_only_a_run_of_every_file_that_opens_a_page_is_whole() -> None:
    one = held.HERE / "test_the_pages.py"
    assert one in held.opening()
    assert held.is_whole(held.opening(), [held.HERE / "test_authorisation_matrix.py"])
    assert not held.is_whole(held.opening() - {one}, [])
    assert not held.is_whole(held.opening(), [one])
    assert not held.is_whole([Path("tests/gateway/test_pages.py")], [])


def test_what_was_held_is_known_by_its_address() -> None:
    assert held.name_of("GET", "http://localhost:8080/help?from=here") == "GET help.guidance"
    assert held.name_of("GET", "http://localhost:8080/no/such/page") == ""

"""How a page with a form answers: on, with a word of what is done; or the same once more, with what is wrong beside its field."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping

from flask import flash, make_response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from chassis.problems import Kind, Problem
from gateway.problems import KINDS

MENDABLE = (Kind.INVALID, Kind.THROTTLED, Kind.CONFLICT, Kind.NOT_FOUND)  # by whoever filled the form in

PRESSED = (
    Kind.INVALID,
    Kind.THROTTLED,
    Kind.CONFLICT,
)  # by whoever pressed the button of something that is there

Faults = Mapping[str, str]
"""What is wrong, in words, by the id of the field it is said at."""


def sent(*names: str) -> dict[str, str]:
    """What stands in these fields, without blanks around it; empty where nothing was sent."""
    return {name: request.form.get(name, "").replace("\x00", "").strip() for name in names}


def as_typed(*names: str) -> dict[str, str]:
    """The same with the blanks around: what stands in the fields of passwords."""
    return {name: request.form.get(name, "").replace("\x00", "") for name in names}


def missing(given: Mapping[str, str], wanted: Mapping[str, str]) -> Faults:
    """What to enter, for each field that is wanted and empty: codes are not tried, nor letters sent, for nothing."""
    return {name: words for name, words in wanted.items() if not given[name]}


def done(said: str, address: str) -> AnyResponse:
    """On to a page that says first what was done. `said` is a sentence of ours: nothing that anybody wrote."""
    flash(said)
    return redirect(address, 303)


def again(page: str, problem: Problem | None = None) -> AnyResponse:
    """The page once more, under the status of what was wrong: 422 where the page itself found it. Where it was too much, how long to wait."""
    response = make_response(page, KINDS[problem.kind].status if problem else 422)
    if problem and problem.retry_after:
        response.headers["Retry-After"] = str(problem.retry_after)
    return response


def or_again(
    act: Callable[[], AnyResponse],
    page: Callable[[Faults], str],
    field: str,
    mendable: Container[Kind] = MENDABLE,
    names: Mapping[str, str] | None = None,
) -> AnyResponse:
    """What `act` answers; `page` with the faults where whoever sent it can mend them. What has no field is said at `field`; `names` of
    fields that the page calls otherwise."""
    try:
        return act()
    except Problem as problem:
        if problem.kind not in mendable:
            raise
        return again(page(said(problem, field, names)), problem)


def said(problem: Problem, field: str, names: Mapping[str, str] | None = None) -> Faults:
    """Each fault at its field, by `names` where the page calls it otherwise; the problem itself at `field` where there is none."""
    if not problem.faults:
        return {field: problem.detail}
    return {(names or {}).get(fault.path, fault.path): fault.detail for fault in problem.faults}

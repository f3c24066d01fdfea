"""A page of the form as its template shows it: each question as a field with what was typed, and what was wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from gateway import question_sets
from gateway.web.languages import say
from gateway.web.presenters import day
from gateway.web.recording.flow import COUNT, Step
from gateway.web.recording.form import Form, Given, Option, Place, Value
from gateway.web.recording.reading import Sent, age_typed, name_of
from protos.recording.v1 import question_set_pb2 as pb

MOST_RADIOS = 20  # more are a list to type into


@dataclass(frozen=True)
class Field:
    """One question. `kind`: radios, checkboxes, list, suggested, text, area, areas, date, month, time, age, number, organisation.

    One that takes `several` answers which are typed has a field for each, and an empty one; an organisation's comes when it is asked for.
    """

    name: str
    kind: str
    label: str
    hint: str
    values: tuple[str, ...] = ()
    parts: Mapping[str, str] = field(default_factory=dict)
    options: tuple[Option, ...] = ()
    error: str = ""
    optional: bool = False
    limit: int = 0
    found: tuple[tuple[str, str], ...] = ()  # what was typed may mean one of these: code, name
    example: str = ""
    several: bool = False


@dataclass(frozen=True)
class Typed:
    """What stands in the fields: as it was sent, where it could not be kept, else as it is kept."""

    given: Given
    sent: Sent | None = None
    faults: Mapping[str, str] = field(default_factory=dict)
    found: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)


def fields_of(step: Step, form: Form, typed: Typed) -> list[Field]:
    """The fields of a page in order: those that apply to what was answered so far."""
    fields = [_field(place, step, form, typed) for place in step.places if _comes(place, form, typed.given)]
    return fields if step.title else [replace(one, label=step.named(one.label)) for one in fields]


def heading_of(step: Step, fields: list[Field]) -> str:
    """What stands above a page: its title, else its question."""
    return step.named(say(step.title)) if step.title else fields[0].label if fields else ""


def _comes(place: Place, form: Form, given: Given) -> bool:
    return place == COUNT or form.applies(place, given)


def _field(place: Place, step: Step, form: Form, typed: Typed) -> Field:
    question, name = form.question(place), name_of(place)
    options = tuple(form.options(question))
    suggested = form.suggestions.get(f"{place[0]}/{place[2]}", ())
    kind = "suggested" if suggested else _kind(place, question, options, form)
    values, parts = _stands(place, kind, form, typed)
    kind = "area" if kind == "text" and any("\n" in one for one in values) else kind
    unanswered = Given({one: held for one, held in typed.given.values.items() if one != place})
    return Field(
        name,
        kind,
        say(question.wording),
        say(question.hint or (_DATE_HINT if kind == "date" else "")),
        values,
        parts,
        tuple(map(_option, options if question.value_set else _YES_NO if kind == "radios" else ()))
        or tuple(Option("", one, "") for one in suggested),
        typed.faults.get(name, ""),
        optional=place != COUNT and not _wanted(step, form, place, unanswered),
        limit=question.text_limit,
        found=typed.found.get(name, ()),
        example=say(form.examples.get(f"{place[0]}/{place[2]}", "")),
        several=question.maximum > 1,
    )


def _wanted(step: Step, form: Form, place: Place, unanswered: Given) -> bool:
    return step.wants(form, place, unanswered) or (step.is_task and form.question(place).minimum > 0)


def _option(one: Option) -> Option:
    return replace(one, label=say(one.label), meaning=say(one.meaning))


_DATE_HINT = "For example, 27 3 2026."
_YES_NO = (Option("true", "Yes", ""), Option("false", "No", ""))


def _kind(place: Place, question: pb.QuestionDefinition, options: tuple[Option, ...], form: Form) -> str:
    if place == COUNT:
        return "count"
    if question.organisation:
        return "organisation"
    if question.value_set:
        if question.maximum > 1:
            return "checkboxes"
        return "list" if len(options) > MOST_RADIOS else "radios"
    if question.format == "age-days":
        return "age"
    if question.format == "partial-date":
        return "month"
    if question.kind == "string" and question.maximum > 1:
        return "areas"
    if question.kind == "string":
        return "area" if question.narrative and f"{place[0]}/{place[2]}" not in form.lines else "text"
    return {"boolean": "radios", "date": "date", "time": "time", "integer": "number"}.get(
        question.kind, "text"
    )


def _stands(place: Place, kind: str, form: Form, typed: Typed) -> tuple[tuple[str, ...], dict[str, str]]:
    """The values of a field, and its parts where it has several."""
    name = name_of(place)
    if typed.sent is not None:
        parts = {part: typed.sent.get(f"{name}.{part}", "") for part in ("day", "month", "year", "unit")}
        return tuple(typed.sent.getlist(name)), parts
    values = typed.given.at(place)
    if kind == "count":
        number = len(typed.given.entries(place[0]))
        known = typed.given.patients
        return ("unknown",) if known == "unknown" else (str(number),) if known else (), {}
    if kind == "list":
        return tuple(form.label(form.question(place), one) for one in values), {}
    return tuple(_written(one) for one in values), _parts(kind, values)


def _written(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _parts(kind: str, values: list[Value]) -> dict[str, str]:
    if not values:
        return {}
    first = str(values[0])
    if kind == "date":
        year, month, number = first.split("-")
        return {"day": str(int(number)), "month": str(int(month)), "year": year}
    if kind == "month":
        year, _, month = first.partition("-")
        return {"year": year, "month": str(int(month)) if month else ""}
    if kind == "age":
        number, unit = age_typed(int(values[0]))
        return {"number": number, "unit": unit}
    return {}


def in_words(place: Place, form: Form, given: Given) -> list[str]:
    """What was answered, as the person reads it again before it is recorded."""
    question = form.question(place)
    if place == COUNT:
        number = len(given.entries(place[0]))
        return ["I don't know"] if given.patients == "unknown" else [str(number)] if given.patients else []
    values = given.at(place)
    if question.format == "age-days":
        return [" ".join(age_typed(int(one))) for one in values]
    if question.kind == "date" or question.format == "partial-date":
        return [day(str(one)) for one in values]
    if question.kind == "time":
        return [str(one)[:5] for one in values]
    if question.organisation:
        return [_named(str(one)) for one in values]
    return [say(form.label(question, one)) for one in values]


def _named(code: str) -> str:
    """An organisation's name with its code; the code where the name cannot be known now."""
    name = question_sets.current().organisation(code)
    return f"{name} ({code})" if name else code


def rows_of(
    step: Step, form: Form, given: Given, personal: Mapping[Place, list[str]] | None = None
) -> list[dict[str, Any]]:
    """Questions of a page that were answered, with their answers and the words in them that look personal."""
    rows = []
    for place in step.places:
        said = in_words(place, form, given)
        if said:
            question = step.named(say(form.question(place).wording))
            rows.append({"question": question, "answers": said, "personal": (personal or {}).get(place, [])})
    return rows

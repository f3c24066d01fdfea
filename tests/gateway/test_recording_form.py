"""The form for staff, made of the real question set: which pages come, what must be answered, what was typed."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from gateway.web.recording import flow, posting, reading, showing
from gateway.web.recording import words as settings
from gateway.web.recording.form import TYPE, Form, Given, Place, answers_of, given_of
from gateway.web.recording.reading import NotAnswer, name_of
from tests.builders.question_sets import VERSIONS, a_definition

FORMS = {version: Form(a_definition(version)) for version in VERSIONS}
FORM = FORMS[6]
FLOW = flow.STAFF
OURS = {
    ("native", "Type"),
    ("native", "Description"),
}  # a page of its own, and what FHIR's element is read into
OURS |= {
    ("adverse-event-reference-metadata", one) for one in ("FromOnlineForms", "IsAnonymous", "ReferenceNumber")
}
TODAY: Place = ("adverse-event-estimated-date", 0, "IncidentOccurredToday")
HARM: Place = ("patient-information", 0, "PhysicalHarm")


def given(kind: str = "1", patients: str = "", **more: Any) -> Given:
    made = Given({TYPE: [kind]}, patients)
    for name, value in more.items():
        section, property = name.split("__")
        made.put((section.replace("_", "-"), 0, property), value if isinstance(value, list) else [value])
    return made


def names(one: Given) -> list[str]:
    return [step.name for step in FLOW.steps(FORM, one)]


def sent(place: Place, **parts: str) -> MultiDict[str, str]:
    name = name_of(place)
    return MultiDict({name if part == "value" else f"{name}.{part}": typed for part, typed in parts.items()})


# ---- which pages come


def test_an_incident_without_harm_takes_twelve_questions_at_most() -> None:
    one = given(patients="yes", patient_information__PatientSequence=1)
    one.put(TODAY, ["y"])
    assert names(one) == [
        "type", "service", "what-happened", "when", "where", "involved", "safety-challenges", "patients",
        "physical-harm-1", "psychological-harm-1", "concern", "you",
    ]  # fmt: skip
    must = [
        place
        for step in FLOW.steps(FORM, given())
        for place in step.places
        if step.wants(FORM, place, Given({TYPE: ["1"]}))
    ]
    assert len(must) + 2 <= 12


@pytest.mark.parametrize(
    ("kind", "pages"),
    [
        ("2", ["type", "service", "what-happened", "imminent", "you"]),
        ("3", ["type", "what-happened", "when", "where", "outcome", "incident", "patients", "you"]),
        ("4", ["type", "what-happened", "where", "more-often", "you"]),
    ],
)
def test_others_are_asked_for_what_they_need_alone(kind: str, pages: list[str]) -> None:
    assert names(given(kind)) == pages


@pytest.mark.parametrize(("answer", "page"), [("y", None), ("n", "date"), ("u", "roughly")])
def test_the_day_is_asked_for_where_it_was_not_today(answer: str, page: str | None) -> None:
    one = given(adverse_event_estimated_date__IncidentOccurredToday=answer)
    assert [name for name in names(one) if name in ("date", "roughly")] == ([page] if page else [])


def test_each_patient_has_pages_of_their_own() -> None:
    one = given(patients="yes")
    for entry in range(2):
        one.put(("patient-information", entry, "PatientSequence"), [entry + 1])
    assert [name for name in names(one) if "harm" in name] == [
        "physical-harm-1",
        "psychological-harm-1",
        "physical-harm-2",
        "psychological-harm-2",
    ]
    second = FLOW.step("physical-harm-2", FORM, one)
    assert second is not None
    assert second.heading(FORM) == "How much physical harm came to this patient? (Patient 2)"
    (field,) = showing.fields_of(second, FORM, showing.Typed(one))
    assert showing.heading_of(second, [field]) == field.label == second.heading(FORM)
    one.put(("patient-information", 1, "PhysicalHarm"), ["4"])
    (row,) = showing.rows_of(second, FORM, one)
    assert row["question"] == second.heading(FORM)
    one.put(HARM, ["1"])
    assert "psychological-harm-1" not in names(one), "nobody is asked how the dead felt"
    assert "psychological-harm-2" in names(one)


def test_one_patient_alone_has_no_number() -> None:
    one = given(patients="yes", patient_information__PatientSequence=1)
    step = FLOW.step("physical-harm-1", FORM, one)
    assert step is not None
    assert step.heading(FORM) == "How much physical harm came to this patient?"


@pytest.mark.parametrize("setting", [one.name for one in settings.settings()])
@pytest.mark.parametrize("answer", ["n", "u"])
def test_every_setting_asks_when_it_was_right_after_whether_it_was_today(setting: str, answer: str) -> None:
    form = Form(a_definition(6), settings.words(setting))
    one = given(patients="no", adverse_event_estimated_date__IncidentOccurredToday=answer)
    pages = [step.name for step in FLOW.steps(form, one)]
    assert pages[pages.index("when") + 1] == {"n": "date", "u": "roughly"}[answer]
    one.put(("location-details", 0, "LocationKnown"), ["n"])
    pages = [step.name for step in FLOW.steps(form, one)]
    assert pages[pages.index("where") + 1] == "organisation"


@pytest.mark.parametrize("setting", ["national", *(one.name for one in settings.settings())])
def test_staff_without_a_name_are_asked_for_their_place_first_wherever_they_work(setting: str) -> None:
    form = Form(a_definition(6), settings.words(setting))
    anonymous = flow.read("anonymous")
    one = anonymous.given()
    one.put(TYPE, ["1"])
    pages = [step.name for step in anonymous.steps(form, one)]
    assert pages[1:4] == ["place", "why", "service"]
    assert len(pages) == len(set(pages))


def test_what_its_section_wants_is_asked_for_once_something_else_of_it_is_answered() -> None:
    one = given(patients="no")
    risk = next(step for step in FLOW.tasks_of(FORM, one) if step.name == "risk")
    assert posting.missing(risk, FORM, one) == {}
    one.put(("adverse-event-risk-details", 0, "RiskDescription"), ["The floor is wet."])
    assert set(posting.missing(risk, FORM, one)) == {"adverse-event-risk-details.0.RiskImminent"}
    optional = {field.name: field.optional for field in showing.fields_of(risk, FORM, showing.Typed(given()))}
    assert not optional["adverse-event-risk-details.0.RiskImminent"]
    assert optional["adverse-event-risk-details.0.RiskDescription"]


def test_a_number_takes_a_line_and_a_story_takes_several() -> None:
    one = given(adverse_event_agent__InvolvedAgents=["3"])
    serial: Place = ("adverse-event-device-details", 0, "DeviceSerial")
    device = next(step for step in FLOW.tasks_of(FORM, one) if serial in step.places)

    def kinds() -> dict[str, str]:
        return {field.name: field.kind for field in showing.fields_of(device, FORM, showing.Typed(one))}

    assert kinds()[name_of(serial)] == "text"
    one.put(serial, ["SN 1\nSN 2"])
    assert kinds()[name_of(serial)] == "area", "a line would lose where the other begins"


def test_no_task_asks_for_what_an_answer_has_settled() -> None:
    organisation = ("location-details", 0, "Organisation")
    for here, besides in (("y", False), ("n", False), ("", True)):
        one = given(location_details__Organisation="RZ1")
        one.put(("location-details", 0, "LocationKnown"), [here] if here else [])
        places = {place for step in FLOW.tasks_of(FORM, one) for place in step.places}
        assert (organisation in places) is besides, "a local system may leave out whether it was there"


def test_tasks_follow_from_what_was_involved_and_repeat_nothing_of_the_core() -> None:
    tasks = {step.name for step in FLOW.tasks_of(FORM, given())}
    assert "medicine-problem" not in tasks
    with_medicine = given(adverse_event_agent__InvolvedAgents=["4"])
    steps = FLOW.tasks_of(FORM, with_medicine)
    assert {"medicine-1", "medicine-problem"} <= {step.name for step in steps}
    core = {place for step in FLOW.steps(FORM, with_medicine) for place in step.places}
    assert not core & {place for step in steps for place in step.places}


@pytest.mark.parametrize("version", VERSIONS)
def test_everything_a_reporter_may_be_asked_stands_on_some_page(version: int) -> None:
    """Whoever adds a question to the set finds it on a page without writing one, or is told here."""
    core = {question for page in FLOW.core for question in page.asks}
    core |= {old for new, old in FLOW.formerly if not FORMS[version].asks(new)}
    reporters = [one for one in FORMS[version].sections.values() if one.by == "reporter"]
    asked = {(one.name, each.property) for one in reporters for each in one.questions}
    tasks = {
        (section, property)
        for task in FLOW.tasks
        for section, property in asked
        if section in task.sections and (not task.asks or property in task.asks)
    }
    assert asked - core - tasks <= OURS


def test_what_the_data_name_is_in_the_question_set() -> None:
    for page in FLOW.core:
        for section, property in page.asks:
            assert FORM.question((section, 0, property))
        if page.because:
            assert page.because[1] in [one.code for one in FORM.options(FORM.question(page.because[0]))]
    known = {name for form in FORMS.values() for name in form.sections}
    for task in FLOW.tasks:
        assert set(task.sections) <= known


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("kind", ["1", "2", "3", "4"])
def test_every_version_has_a_form(version: int, kind: str) -> None:
    form, one = FORMS[version], given(kind, patients="yes", adverse_event_agent__InvolvedAgents=["4", "3"])
    places = [place for step in FLOW.steps(form, one) for place in step.places]
    assert [each for each in places if each[2] == "Description"]
    assert all(map(form.has, places))
    tasks = {step.name for step in FLOW.tasks_of(form, one)}
    assert ("problem" in tasks) is (version == 4)


def test_what_no_longer_applies_goes_with_all_that_hangs_on_it() -> None:
    one = given(
        adverse_event_agent__InvolvedAgents=["4"],
        adverse_event_problem_medication__DrugInvolvementFactors=["1"],
    )
    one.put(("adverse-event-problem-medication", 0, "DrugUsedTooMuch"), ["1"])
    one.put(("adverse-event-agent", 0, "InvolvedAgents"), ["10"])
    kept = FORM.without_what_does_not_apply(one)
    assert {place[0] for place in kept.values} == {"native", "adverse-event-agent"}


def test_answers_come_back_from_a_draft_as_they_were() -> None:
    one = given(adverse_event_agent__InvolvedAgents=["4", "9"], adverse_event_governance__NeverEvent=True)
    assert given_of(answers_of(one)).values == one.values


# ---- what was typed


@pytest.mark.parametrize(
    ("place", "parts", "values"),
    [
        (("native", 0, "Date"), {"day": "27", "month": "3", "year": "2026"}, ["2026-03-27"]),
        (("native", 0, "Date"), {"day": "1", "month": "March", "year": "2026"}, ["2026-03-01"]),
        (("native", 0, "Date"), {}, []),
        (("adverse-event-estimated-date", 0, "ApproximateDate"), {"month": "3", "year": "2026"}, ["2026-03"]),
        (("adverse-event-estimated-date", 0, "ApproximateDate"), {"year": "2026"}, ["2026"]),
        (("adverse-event-estimated-date", 0, "PreciseTime"), {"value": "9.05"}, ["09:05:00"]),
        (("patient-information", 0, "AgeAtTimeOfIncidentDays"), {"value": "18", "unit": "years"}, [6696]),
        (("patient-information", 0, "AgeAtTimeOfIncidentDays"), {"value": "5", "unit": "months"}, [155]),
        (("patient-information", 0, "AgeAtTimeOfIncidentDays"), {"value": "0", "unit": "days"}, [0]),
        (("adverse-event-problem-people", 0, "PeopleActionsDiffered"), {"value": "false"}, [False]),
        (("adverse-event-core", 0, "Description"), {"value": "  It fell.\r\nTwice. "}, ["It fell.\nTwice."]),
        (("adverse-event-agent", 0, "InvolvedAgents"), {"value": "4"}, ["4"]),
    ],
)
def test_what_people_type_is_read(place: Place, parts: dict[str, str], values: list[Any]) -> None:
    assert reading.read(FORM, place, sent(place, **parts)) == values


@pytest.mark.parametrize(
    ("place", "parts", "words"),
    [
        (("native", 0, "Date"), {"day": "31", "month": "2", "year": "2026"}, "a date that there is"),
        (("native", 0, "Date"), {"day": "1", "year": "2026"}, "must have a day, a month"),
        (("native", 0, "Date"), {"day": "1", "month": "1", "year": "26"}, "four digits"),
        (("native", 0, "Date"), {"day": "1", "month": "9" * 5000, "year": "2026"}, "a date that there is"),
        (("native", 0, "Date"), {"day": "1", "month": "1", "year": "9999"}, "a day that has passed"),
        (("adverse-event-estimated-date", 0, "ApproximateDate"), {"year": "9999"}, "a day that has passed"),
        (("adverse-event-estimated-date", 0, "ApproximateDate"), {"month": "3"}, "Enter a year"),
        (("adverse-event-estimated-date", 0, "PreciseTime"), {"value": "half past"}, "24-hour clock"),
        (
            ("patient-information", 0, "AgeAtTimeOfIncidentDays"),
            {"value": "12", "unit": "months"},
            "1 to 11 months",
        ),
        (("patient-information", 0, "AgeAtTimeOfIncidentDays"), {"value": "old"}, "whole number"),
        (("adverse-event-agent", 0, "InvolvedAgents"), {"value": "999"}, "from the list"),
        (("adverse-event-core", 0, "Description"), {"value": "x" * 20_001}, "1 characters too long"),
    ],
)
def test_what_cannot_be_is_said_so_that_it_can_be_mended(
    place: Place, parts: dict[str, str], words: str
) -> None:
    with pytest.raises(NotAnswer, match=words):
        reading.read(FORM, place, sent(place, **parts))


def test_an_answer_that_stands_alone_takes_no_other_beside_it() -> None:
    place = ("adverse-event-agent", 0, "InvolvedAgents")
    with pytest.raises(NotAnswer, match="not both"):
        reading.read(FORM, place, MultiDict([(name_of(place), "10"), (name_of(place), "4")]))


@pytest.mark.parametrize(
    ("encoded", "typed"),
    [(6696, ("18", "years")), (155, ("5", "months")), (0, ("0", "days")), (29, ("29", "days"))],
)
def test_an_age_is_shown_as_it_was_typed(encoded: int, typed: tuple[str, str]) -> None:
    assert reading.age_typed(encoded) == typed


# ---- putting together


def keep(name: str, one: Given, **typed: str) -> dict[str, str]:
    step = next(each for each in FLOW.steps(FORM, one) if each.name == name)
    faults = posting.keep(step, FORM, one, MultiDict(typed), organisation="RZ1").faults
    return faults or posting.missing(step, FORM, one)


def test_today_and_here_need_no_more_words() -> None:
    one = given()
    assert keep("when", one, **{"adverse-event-estimated-date.0.IncidentOccurredToday": "y"}) == {}
    assert keep("where", one, **{"location-details.0.LocationKnown": "y"}) == {}
    assert len(str(one.at(("native", 0, "Date"))[0])) == 10
    assert one.at(("location-details", 0, "Organisation")) == ["RZ1"]


@pytest.mark.parametrize("answer", ["n", "u"])
def test_what_yes_said_is_gone_with_it(answer: str) -> None:
    one = given()
    for said in ("y", answer):
        keep("when", one, **{"adverse-event-estimated-date.0.IncidentOccurredToday": said})
        keep("where", one, **{"location-details.0.LocationKnown": "y" if said == "y" else "n"})
    assert one.at(("native", 0, "Date")) == []
    assert one.at(("location-details", 0, "Organisation")) == []


def test_what_was_typed_stays_while_its_question_is_looked_at_again() -> None:
    one = given(adverse_event_estimated_date__IncidentOccurredToday="n", native__Date="2026-03-02")
    keep("when", one, **{"adverse-event-estimated-date.0.IncidentOccurredToday": "n"})
    assert one.at(("native", 0, "Date")) == ["2026-03-02"]


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"": "2", ".unknown": "yes"}, "not both"),
        ({"": "", "-": ""}, "Enter a number, or choose"),
        ({"": "101"}, "from 0 to 100"),
        ({"": "9" * 5000}, "from 0 to 100"),
    ],
)
def test_how_many_patients_is_asked_again_where_it_is_not_clear(typed: dict[str, str], says: str) -> None:
    one = given(patients="unknown")
    name = "patient-information.0.PatientSequence"
    (fault,) = keep("patients", one, **{name + part: value for part, value in typed.items()}).values()
    assert says in fault


@pytest.mark.parametrize(
    ("typed", "patients", "entries"),
    [({"": "2"}, "yes", [0, 1]), ({"": "0"}, "no", []), ({".unknown": "yes"}, "unknown", [])],
)
def test_how_many_patients_there_were(typed: dict[str, str], patients: str, entries: list[int]) -> None:
    one = given(patients="yes", patient_information__PatientSequence=1, patient_information__PhysicalHarm="4")
    name = "patient-information.0.PatientSequence"
    assert keep("patients", one, **{name + part: value for part, value in typed.items()}) == {}
    assert (one.patients, one.entries("patient-information")) == (patients, entries)
    assert one.at(HARM) == (["4"] if entries else []), "what was told of the first stays"


def test_what_must_be_answered_is_asked_for_in_its_words() -> None:
    assert keep("what-happened", given()) == {
        "adverse-event-core.0.Description": "Enter an answer: What happened?"
    }
    assert keep("patients", given()).popitem()[1].startswith("How many patients were affected?")


def test_what_was_typed_wrongly_stands_in_its_field() -> None:
    one = given(adverse_event_estimated_date__IncidentOccurredToday="n")
    step = next(each for each in FLOW.steps(FORM, one) if each.name == "date")
    typed = showing.Typed(
        one, MultiDict({"native.0.Date.day": "45", "native.0.Date.year": "2026"}), {"native.0.Date": "No"}
    )
    (field,) = showing.fields_of(step, FORM, typed)
    assert (field.kind, field.error, field.parts["day"], field.parts["year"]) == ("date", "No", "45", "2026")

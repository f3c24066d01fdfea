"""The form for staff on paper: what the core of the form asks, as boxes to tick and lines to write on.

Nobody can be asked one thing because of another there, so each question says for which kinds of event it is. It is made of the question
set; `PLAIN` is what is printed where none was ever heard of.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.web.help import words
from gateway.web.recording.flow import COUNT, STAFF, Flow, Page
from gateway.web.recording.form import TYPE, Form, Given, Option, Place

MOST_BOXES = 24  # more are written by hand
NOT_ON_PAPER = frozenset(
    {"IncidentOccurredToday", "OrganisationOther"}
)  # today is another day later; a name is a name
LONG, SHORT = 12, 4  # lines
HINTS: Mapping[str, str] = {  # in place of hints that are about the screen; paper tells nobody anything
    "RiskImminent": "If yes, tell your patient safety team yourself, now: this paper tells nobody.",
    "InvolvedAgents": "Everything that played a part, whether or not it was at fault.",
    "ApproximateDate": "If you do not know the day. The year alone will do.",
    "Date": "The day it happened, not the day you noticed it.",
    "Organisation": "Its name and town. It can see the report, without the names in it.",
    COUNT[2]: "Number them 1, 2, 3. Write no names.",
}
_YES_NO = (Option("true", "Yes", ""), Option("false", "No", ""))


@dataclass(frozen=True)
class Item:
    """One question. `kind`: boxes (`several` may be ticked), grades (boxes for each of some patients), date, month, lines."""

    question: str
    kind: str
    hint: str = ""
    only: str = ""  # the kinds of event it is for; empty: all
    options: tuple[Option, ...] = ()
    several: bool = False
    lines: int = 1


def sheet(form: Form, flow: Flow = STAFF) -> tuple[Item, ...]:
    """The questions of a version, the kind of event first."""
    first = Item(form.question(TYPE).wording, "boxes", options=tuple(form.types))
    asked = [(page, (section, 0, property)) for page in flow.core for section, property in page.asks]
    wanted = [(page, place) for page, place in asked if place[2] not in NOT_ON_PAPER]
    return (first, *(_item(page, place, form, flow) for page, place in wanted))


def _item(page: Page, place: Place, form: Form, flow: Flow) -> Item:
    question = form.question(place)
    options = tuple(form.options(question)) or (_YES_NO if question.kind == "boolean" else ())
    return Item(
        question.wording,
        _kind(page, place, form, len(options)),
        HINTS.get(place[2], question.hint),
        _only(page, place, form, flow),
        options,
        question.maximum > 1,
        _lines(place[2], question.narrative),
    )


def _lines(property: str, narrative: bool) -> int:
    if property == "Description":
        return LONG
    return SHORT if narrative and not property.endswith("Other") else 1


def _kind(page: Page, place: Place, form: Form, options: int) -> str:
    question = form.question(place)
    if 0 < options <= MOST_BOXES:
        return "grades" if page.each else "boxes"
    return {"partial-date": "month"}.get(question.format) or {"date": "date"}.get(question.kind, "lines")


def _only(page: Page, place: Place, form: Form, flow: Flow) -> str:
    """For which kinds of event a question is, in words; empty where for all."""
    labels = [one.label for one in form.types if _asked(page, place, form, flow, one.code)]
    return "" if len(labels) == len(form.types) else ", ".join(labels)


def _asked(page: Page, place: Place, form: Form, flow: Flow, code: str) -> bool:
    slug = form.slug(Given({TYPE: [code]}))
    question, section = form.question(place), form.sections[place[0]]
    if "absent" in (section.asked.get(slug), question.asked.get(slug)):
        return False
    if place == COUNT:
        return slug in ("incident", "outcome")
    if page.because:
        return slug in _types_of(page.because[0], flow)
    return slug in page.types or question.asked.get(slug) == "required" or place[2] == "Description"


def _types_of(place: Place, flow: Flow) -> tuple[str, ...]:
    """The kinds of event of which a question is asked."""
    section, _, property = place
    return next((page.types for page in flow.core if (section, property) in page.asks), ())


_KINDS = (
    Option("", "Incident", "It happened, or failed to happen, and harmed a patient or could have."),
    Option("", "Risk", "Nothing has happened yet, and it could."),
    Option("", "Poor outcome", "A patient fared badly, and nobody knows yet why."),
    Option("", "Good care", "It went well, and others can learn from it."),
)
_CONCERN = tuple(Option("", one, "") for one in ("Not at all", "A little", "Very"))
PLAIN: tuple[Item, ...] = (
    Item("What are you recording?", "boxes", options=_KINDS),
    Item("What happened?", "lines", "In the order it happened, and what you expected instead.", lines=LONG),
    Item("On which date did it happen?", "date"),
    Item("Roughly when, if you do not know the date?", "month"),
    Item("Where did it happen?", "lines", "The organisation, and the kind of ward or service.", lines=2),
    Item(
        "What played a part?",
        "lines",
        "Medicines, devices, blood, IT, buildings, people, or something else.",
        lines=SHORT,
    ),
    Item("Could someone come to severe harm or die very soon?", "boxes", options=_YES_NO),
    Item("How many patients were affected?", "lines"),
    *(
        Item(
            f"{kind.title} of each patient",
            "grades",
            kind.hint,
            options=tuple(Option("", *one) for one in kind.of),
        )
        for kind in words.GRADES
    ),
    Item("How worried are you that it happens again?", "boxes", options=_CONCERN),
    Item("What was done, and what would help?", "lines", lines=SHORT),
    Item("What is your job, and how do you know about it?", "lines", lines=2),
)

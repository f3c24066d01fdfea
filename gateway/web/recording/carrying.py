"""A form that nobody keeps: what was answered travels from page to page in the form itself, until it is sent.

So whoever has no account leaves nothing here by looking at the form, or by leaving it half way. Every page posts all answers so far; they
are read again from the first page to the one that was filled in, as if they had just been typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

from gateway.web.recording import looking, posting, showing
from gateway.web.recording.flow import Flow, Step
from gateway.web.recording.form import Form, Given
from gateway.web.recording.reading import Sent

CHECK = "check"
KEY, HERE, SHOWN, SEEN, TO, FROM = "key", "here", "shown", "seen", "to", "from"
OURS = (KEY, HERE, SHOWN, SEEN, TO, FROM, "version", "language", "csrf_token")  # fields that are no answers


@dataclass(frozen=True)
class At:
    """Where somebody is: the page to show (None: everything is answered, to be checked), and what stands in its fields."""

    step: Step | None
    given: Given = field(repr=False)
    faults: Mapping[str, str] = field(default_factory=dict)
    found: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)


def begin(flow: Flow, form: Form) -> At:
    """The first page."""
    given = flow.given()
    return At(flow.steps(form, given)[0], given)


def go_on(flow: Flow, form: Form, sent: Sent) -> At:
    """The page after the one that was sent, or the one that was asked for; the same once more where something is wrong on it."""
    here, to = sent.get(HERE, ""), sent.get(TO, "")
    if to:
        return _back_to(to, flow, form, sent)
    before = _first_of(flow, form, sent, here)
    if before.faults or before.step is None:
        return before
    given, step = before.given, before.step
    refused = _keep(step, form, given, sent)
    faults = refused.faults or posting.missing(step, form, given)
    if faults:
        return At(step, given, faults, refused.found)
    if _names(step, form, given) - set(sent.get(SHOWN, "").split()):
        return At(step, given)  # an answer on it asks for more
    return _next(flow, form, sent, step, given)


def everything(flow: Flow, form: Form, sent: Sent) -> At:
    """All that was answered; the first page on which something is wrong or missing."""
    at = _first_of(flow, form, sent, "")
    if at.faults:
        return at
    missing = flow.missing(form, at.given)
    if missing:
        return At(missing[0], at.given, posting.missing(missing[0], form, at.given))
    return replace(at, step=None)


def fields_of(at: At, form: Form, sent: Sent | None) -> list[showing.Field]:
    """The fields of the page that is shown; who has no account is asked for one organisation."""
    if at.step is None:
        return []
    typed = showing.Typed(at.given, sent if at.faults else None, at.faults, at.found)
    return [replace(one, several=False) for one in showing.fields_of(at.step, form, typed)]


def carried(sent: Sent, shown: list[showing.Field]) -> list[tuple[str, str]]:
    """What else was sent, to go on in hidden fields: names and values. What does not apply now goes on, too: it may again."""
    names = {one.name for one in shown}
    return [
        (name, value)
        for name, value in sent.items(multi=True)
        if name not in OURS and value and not any(name == one or name.startswith(f"{one}.") for one in names)
    ]


def seen(sent: Mapping[str, str] | None) -> str:
    """The pages that were gone through, as the form carries them."""
    names = (sent or {}).get(SEEN, "").split() + (sent or {}).get(HERE, "").split()
    return " ".join(dict.fromkeys(names))


def is_changing(sent: Mapping[str, str] | None) -> bool:
    """Whether somebody came from the check, which is no page of questions itself, and goes back there."""
    return sent is not None and (sent.get(FROM) == CHECK or HERE not in sent)


def key_of(sent: Mapping[str, str] | None = None) -> str:
    """What names this report when it is sent twice: made with the first page, and long enough that nobody else has it."""
    known = (sent or {}).get(KEY, "")
    return known if len(known) == 32 and known.isalnum() else uuid4().hex


def rows(flow: Flow, form: Form, given: Given) -> list[dict[str, Any]]:
    """What was answered, page by page, to be read again, and the words in it that look personal."""
    personal = looking.in_answers(form, given)
    parts = [
        {"name": step.name, "rows": showing.rows_of(step, form, given, personal)}
        for step in flow.steps(form, given)
    ]
    return [one for one in parts if one["rows"]]


# ---- how -------------------------------------------------------------------------------------------------------


def _first_of(flow: Flow, form: Form, sent: Sent, until: str) -> At:
    """The answers of every page before `until`, and that page; the first of them on which something is wrong."""
    given, passed = flow.given(), set[str]()
    while step := next((one for one in flow.steps(form, given) if one.name not in passed), None):
        if step.name == until:
            return At(step, given)
        refused = _keep(step, form, given, sent)
        if refused.faults:
            return At(step, given, refused.faults, refused.found)
        passed.add(step.name)
    return At(None, given)


def _keep(step: Step, form: Form, given: Given, sent: Sent) -> posting.Refused:
    refused = posting.keep(step, form, given, sent)
    given.values = form.without_what_does_not_apply(given).values
    return refused


def _back_to(name: str, flow: Flow, form: Form, sent: Sent) -> At:
    """A page that was filled in before, with what stands there; also what is typed on the one that is left is carried on."""
    at = _first_of(flow, form, sent, name)
    if at.step is None or at.faults:
        return at
    _keep(at.step, form, at.given, sent)
    return at


def _next(flow: Flow, form: Form, sent: Sent, step: Step, given: Given) -> At:
    """The page after this one; where somebody came to change it, the next that they have not seen, because it comes only now."""
    steps = flow.steps(form, given)
    known = seen(sent).split() if sent.get(FROM) == CHECK else []
    after = steps[[one.name for one in steps].index(step.name) + 1 :]
    following = next((one for one in after if one.name not in known), None)
    if following is None:
        return everything(flow, form, sent)
    _keep(following, form, given, sent)  # what stood there, where somebody went back
    return At(following, given)


def before(flow: Flow, form: Form, at: At) -> str:
    """The page to go back to; empty at the first."""
    names = [one.name for one in flow.steps(form, at.given)]
    place = names.index(at.step.name) if at.step else len(names)
    return names[place - 1] if place else ""


def _names(step: Step, form: Form, given: Given) -> set[str]:
    return {one.name for one in showing.fields_of(step, form, showing.Typed(given))}

"""What the question set says about a question beyond its type, in a vendor's words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gateway.fhir.taxonomy.version import Version, title
from protos.recording.v1 import question_set_pb2 as pb

_FORMATS: Mapping[str, str] = {
    "partial-date": "Written YYYY-MM, or YYYY.",
    "age-days": "Days up to 30, then months × 31, from two years on years × 372.",
    "dmd": "A dm+d code: six to eighteen digits.",
    "any-date": "May be a date to come.",
}


def comment(version: Version, asked_of: pb.SectionDefinition | pb.QuestionDefinition) -> str:
    """When a section or question is asked, and what else holds of it; empty where there is nothing to say."""
    return " ".join(_said(version, asked_of))


def condition(version: Version, when: pb.Condition) -> str:
    """A condition in words: names of properties, codes with their labels."""
    if when.all or when.any:
        joint = " or " if when.any else " and "
        parts = [condition(version, each) for each in when.any or when.all]
        return joint.join(f"({part})" if " or " in part or " and " in part else part for part in parts)
    name = when.property or title(when.section)
    if when.presence:
        return f"{name} is {'not ' if when.presence == pb.PRESENCE_ABSENT else ''}given"
    codes = [_code(version, when, each) for each in when.has or when.lacks]
    return f"{name} is {'' if when.has else 'not '}{' or '.join(codes)}"


def _code(version: Version, when: pb.Condition, code: str) -> str:
    question = version.questions.get((when.section, when.property))
    values = version.value_sets.get(question.value_set) if question else None
    label = next((each.label for each in values.codes if each.code == code), "") if values else ""
    return f"{code} “{label}”" if label else code


def _said(version: Version, one: pb.SectionDefinition | pb.QuestionDefinition) -> Iterator[str]:
    yield from _asked(version, one.asked)
    if one.HasField("when"):
        otherwise = "refused" if one.refuses else "remarked on"
        yield f"Asked when {condition(version, one.when)}; an answer given otherwise is {otherwise}."
    if isinstance(one, pb.QuestionDefinition):
        yield from _of_question(version, one)
    elif one.by and one.by != "reporter":
        yield f"Filled in by {one.by}."


def _asked(version: Version, asked: Mapping[str, str]) -> Iterator[str]:
    labels = {each.slug: each.label for each in version.definition.event_types}
    for how, words in (("required", "Wanted of"), ("absent", "Not asked of")):
        names = [labels.get(slug, slug) for slug, each in sorted(asked.items()) if each == how]
        if names:
            yield f"{words}: {', '.join(names)}."


def _of_question(version: Version, question: pb.QuestionDefinition) -> Iterator[str]:
    if question.HasField("required_when"):
        yield f"Wanted when {condition(version, question.required_when)}."
    if question.exclusive:
        yield f"No other answer may accompany {' or '.join(question.exclusive)}."
    if question.format in _FORMATS:
        yield _FORMATS[question.format]
    if question.organisation:
        yield "The ODS code of an organisation."
    if question.narrative:
        yield "Free text: no names, numbers, addresses or dates of birth of anybody."
    if question.assigned:
        yield "Given by this service; ignored when sent."

"""One extension definition for each section, with a nested extension for each of its questions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from gateway.fhir import base
from gateway.fhir.layout import NATIVE
from gateway.fhir.taxonomy import profiles, structure, words
from gateway.fhir.taxonomy.structure import Changes
from gateway.fhir.taxonomy.version import Json, Version, title
from protos.recording.v1 import question_set_pb2 as pb

_INNER = "Extension.extension"
_ALSO: Mapping[str, tuple[str, ...]] = {"dmd": ("code", "string")}  # real clients send either


def extensions(version: Version) -> Iterator[Json]:
    """Every section that is an extension."""
    for section in version.definition.sections:
        if section.name != NATIVE:
            yield _extension(version, section)


def properties(version: Version, section: pb.SectionDefinition) -> list[pb.QuestionDefinition]:
    """The questions that are nested extensions: those that no element of FHIR answers."""
    return [one for one in section.questions if not profiles.element_of(version, one)]


def _extension(version: Version, section: pb.SectionDefinition) -> Json:
    url = version.structure(section.name)
    elements = base.extension(version.stu3)
    made = structure.definition(version, section.name, title(section.name), "Extension", elements)
    questions = properties(version, section)
    changes = Changes(
        {
            "Extension": _root(version, section),
            _INNER: {**structure.sliced_by_url(), **_least(questions)},
            "Extension.url": {"fixedUri": url},
            "Extension.value[x]": {"max": "0"},
        },
        {_INNER: [part for one in questions for part in _slice(version, one)]},
    )
    return made | _context(section, version.stu3) | structure.views(elements, changes, version.stu3)


def _least(questions: Sequence[pb.QuestionDefinition]) -> Json:
    least = sum(one.minimum for one in questions)
    return {"min": least} if least else {}


def _root(version: Version, section: pb.SectionDefinition) -> Json:
    made: Json = {
        "short": title(section.name),
        "definition": f"The answers of the section “{title(section.name)}”.",
        "min": section.minimum,
        "max": str(section.maximum),
    }
    said = words.comment(version, section)
    return made | ({"comment": said} if said else {})


def _context(section: pb.SectionDefinition, stu3: bool) -> Json:
    on = section.on.removeprefix("contained ")
    if stu3:
        return {"contextType": "resource", "context": [on]}
    return {"context": [{"type": "element", "expression": on}]}


def _slice(version: Version, question: pb.QuestionDefinition) -> Iterator[Json]:
    """The nested extension of one question: itself and its four elements."""
    _, id, extension, url, value = base.extension(version.stu3)
    name = f"{_INNER}:{question.property}"
    yield _property(version, question, name)
    yield structure.whole(id, version.stu3, f"{_INNER}.id", f"{name}.id")
    yield structure.whole(extension, version.stu3, f"{_INNER}.extension", f"{name}.extension") | {"max": "0"}
    fixed = {"fixedUri": question.property}
    yield structure.whole(url, version.stu3, f"{_INNER}.url", f"{name}.url") | fixed
    answer = structure.whole(value, version.stu3, f"{_INNER}.value[x]", f"{name}.value[x]")
    yield answer | _answer(version, question)


def _property(version: Version, question: pb.QuestionDefinition, id: str) -> Json:
    made: Json = {
        "id": id,
        "path": _INNER,
        "sliceName": question.property,
        "short": question.wording,
        "definition": question.hint or question.wording,
        "min": question.minimum,
        "max": str(question.maximum),
        "base": {"path": "Element.extension", "min": 0, "max": "*"},
        "type": [{"code": "Extension"}],
    }
    if question.id:
        made["alias"] = [question.id]
    said = words.comment(version, question)
    if said:
        made["comment"] = said
    return made | _constraint(version, question)


def _constraint(version: Version, question: pb.QuestionDefinition) -> Json:
    """A condition whose breach is refused; recording judges it, so it is said in words alone."""
    if not (question.refuses and question.HasField("when")):
        return {}
    human = f"Given only when {words.condition(version, question.when)}."
    key = f"lfpse-{question.property}"
    return {"constraint": [{"key": key, "severity": "error", "human": human}]}


def _answer(version: Version, question: pb.QuestionDefinition) -> Json:
    kinds = [{"code": each} for each in _ALSO.get(question.format, (question.kind,))]
    made: Json = {"min": 1, "definition": "The answer.", "type": kinds}
    if question.kind == "string" and question.text_limit:
        made["maxLength"] = question.text_limit
    value_set = version.value_set_of(question)
    return made | ({"binding": structure.bound(value_set, version.stu3)} if value_set else {})

"""One form for each type of event: what a reporter is asked, in the order of the question set.

Sections that safety staff fill in afterwards, and answers that we give ourselves, are not in it. Forms are R4 for every
version, for FHIR's form tools are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from gateway.fhir.layout import NATIVE
from gateway.fhir.taxonomy import gates, profiles
from gateway.fhir.taxonomy.gates import Clauses, Test
from gateway.fhir.taxonomy.version import STAFF, Json, Version, title
from protos.recording.v1 import question_set_pb2 as pb

MOST_OPTIONS = 30  # codes that are written into the form; longer lists are named
_CONTROL = "http://hl7.org/fhir/StructureDefinition/questionnaire-itemControl"
_CONTROLS = "http://hl7.org/fhir/questionnaire-item-control"
_EXCLUSIVE = "http://hl7.org/fhir/StructureDefinition/questionnaire-optionExclusive"
_TYPE = (NATIVE, "Type")
_TOLD = "Description"
Questions = Mapping[tuple[str, str], pb.QuestionDefinition]


def questionnaires(version: Version) -> Iterator[Json]:
    """The form of every type of event."""
    for event_type in version.definition.event_types:
        yield _Form(version, event_type).written()


@dataclass(frozen=True)
class _Form:
    """The form for one type of event."""

    version: Version
    event_type: pb.EventType

    def written(self) -> Json:
        named = self.version.resource("Questionnaire", self.event_type.slug, self.event_type.label)
        coding = {"system": self.version.url("CodeSystem", "event-type"), "code": self.event_type.code}
        items = [item for section in self.sections.values() for item in self._section(section)]
        return named | {
            "code": [coding | {"display": self.event_type.label}],
            "item": items,
        }

    @cached_property
    def sections(self) -> Mapping[str, pb.SectionDefinition]:
        return {
            each.name: each
            for each in self.version.definition.sections
            if each.by != STAFF and each.asked.get(self.event_type.slug) != "absent"
        }

    @cached_property
    def questions(self) -> Questions:
        """Those that this type of event can be asked. What hangs on a question that is left out is left out too."""
        asked: Questions = {
            (section, name): each
            for (section, name), each in self.version.questions.items()
            if section in self.sections and self._asks(section, each)
        }
        while True:
            open_still = {
                key: each
                for key, each in asked.items()
                if None not in (self._gate(each, asked), self._gate(self.sections[key[0]], asked))
            }
            if len(open_still) == len(asked):
                return asked
            asked = open_still

    def _asks(self, section: str, question: pb.QuestionDefinition) -> bool:
        nowhere = section == NATIVE and not profiles.element_of(self.version, question)
        absent = question.asked.get(self.event_type.slug) == "absent"
        return not (nowhere or absent or question.assigned)

    # ---- items

    def _section(self, section: pb.SectionDefinition) -> Iterator[Json]:
        """A group, where something in it can be asked of this type of event."""
        items = [
            item
            for question in section.questions
            if (section.name, question.property) in self.questions
            for item in self._question(section.name, question)
        ]
        gate = self._gate(section)
        if items and gate is not None:
            wanted = section.minimum > 0 or section.asked.get(self.event_type.slug) == "required"
            wanted = wanted or any(each.property == _TOLD for each in section.questions)
            group: Json = {"linkId": section.name, "text": title(section.name), "type": "group"}
            group |= {"required": wanted, "repeats": section.maximum > 1, "item": items}
            yield self._gated(group, gate)

    def _question(self, section: str, question: pb.QuestionDefinition) -> Iterator[Json]:
        gate = self._gate(question)
        if gate is not None:
            link = f"{section}.{question.property}"
            item: Json = {"linkId": link, "definition": self._definition(section, question)}
            item |= {"text": question.wording, "type": _kind(question)}
            item |= {"required": self._wanted(question), "repeats": question.maximum > 1}
            item |= self._answers(section, question)
            if question.hint:
                item["item"] = [_help(link, question.hint)]
            yield self._gated(item, gate)

    def _definition(self, section: str, question: pb.QuestionDefinition) -> str:
        """The element of the resource that the answer goes into."""
        path = profiles.element_of(self.version, question)
        if path:
            holder = path.partition(".")[0]
            return f"{profiles.address(self.version, holder)}#{path}"
        return f"{self.version.structure(section)}#Extension.extension:{question.property}.value[x]"

    def _wanted(self, question: pb.QuestionDefinition) -> bool:
        """Required wherever it is shown: always, or under the very condition that shows it. Every event is told."""
        told = question.property == _TOLD
        asked = question.asked.get(self.event_type.slug) == "required"
        same = question.HasField("required_when") and question.required_when == question.when
        return bool(question.minimum) or asked or same or told

    def _answers(self, section: str, question: pb.QuestionDefinition) -> Json:
        if _kind(question) != "choice":
            limit = question.text_limit if question.kind == "string" else 0
            return {"maxLength": limit} if limit else {}
        if (section, question.property) == _TYPE:
            coding = {"system": self.version.system_of(question), "code": self.event_type.code}
            value_set = self.version.value_set_of(question)
            initial = [{"valueCoding": coding | {"display": self.event_type.label}}]
            return {"readOnly": True, "answerValueSet": value_set, "initial": initial}
        codes = self._offered(question)
        if question.organisation or len(codes) > MOST_OPTIONS:
            return {"answerValueSet": self.version.value_set_of(question)}
        return {"answerOption": [self._option(question, each) for each in codes]}

    def _offered(self, question: pb.QuestionDefinition) -> list[pb.CodeDefinition]:
        values = self.version.value_sets.get(question.value_set)
        return [each for each in values.codes if not each.retired] if values else []

    def _option(self, question: pb.QuestionDefinition, each: pb.CodeDefinition) -> Json:
        coding = {"system": self.version.system_of(question), "code": each.code, "display": each.label}
        if each.code in question.exclusive:
            alone = {"url": _EXCLUSIVE, "valueBoolean": True}
            return {"extension": [alone], "valueCoding": coding}
        return {"valueCoding": coding}

    # ---- conditions

    def _gate(
        self, of: pb.SectionDefinition | pb.QuestionDefinition, asked: Questions | None = None
    ) -> Clauses | None:
        """When it is shown, in a form of the `asked` questions; None where never."""
        if not of.HasField("when"):
            return gates.ALWAYS
        among = self.questions if asked is None else asked
        return gates.clauses(
            of.when,
            lambda test: self._settled(test, among),
            lambda section: [name for home, name in among if home == section],
        )

    def _settled(self, test: Test, asked: Questions) -> bool | None:
        """What is certain of a test in this form."""
        where = test.section, test.property
        if where == _TYPE:
            if test.operator == "exists":
                return test.value == "true"
            return (test.value == self.event_type.code) is (test.operator == "=")
        if where in asked:
            return None
        return test.operator == "!=" or (test.operator == "exists" and test.value == "false")

    def _gated(self, item: Json, gate: Clauses) -> Json:
        """The item with its tests, inside a group for each clause that it cannot say itself."""
        alone = [clause[0] for clause in gate if len(clause) == 1]
        joined = [clause for clause in gate if len(clause) > 1]
        own, behaviour = (alone, "all") if alone or not joined else (joined.pop(), "any")
        shown = item | self._enabled(own, behaviour)
        for number, clause in enumerate(joined, 1):
            link = f"{item['linkId']}.if{number}"
            shown = {
                "linkId": link,
                "type": "group",
                "required": False,
                **self._enabled(clause, "any"),
                "item": [shown],
            }
        return shown

    def _enabled(self, tests: list[Test], behaviour: str) -> Json:
        if not tests:
            return {}
        several = {"enableBehavior": behaviour} if len(tests) > 1 else {}
        return {"enableWhen": [self._test(each) for each in tests], **several}

    def _test(self, test: Test) -> Json:
        question = self.questions[test.section, test.property]
        made: Json = {"question": f"{test.section}.{test.property}", "operator": test.operator}
        if test.operator == "exists" or question.kind == "boolean":
            return made | {"answerBoolean": test.value == "true"}
        return made | {"answerCoding": {"system": self.version.system_of(question), "code": test.value}}


def _kind(question: pb.QuestionDefinition) -> str:
    """FHIR's word for what is asked: a code of a list, or plain text where there is no list."""
    if question.kind == "code":
        return "choice" if question.value_set or question.organisation else "string"
    if question.kind == "string":
        return "text" if question.narrative else "string"
    return question.kind


def _help(link: str, hint: str) -> Json:
    control = {"coding": [{"system": _CONTROLS, "code": "help"}]}
    extension = [{"url": _CONTROL, "valueCodeableConcept": control}]
    return {"extension": extension, "linkId": f"{link}.help", "text": hint, "type": "display"}

"""One version of the question set as the taxonomy sees it: its names and addresses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from gateway.fhir.layout import NATIVE, PROFILE
from protos.recording.v1 import question_set_pb2 as pb

Json = dict[str, Any]
PLACE = "/taxonomy/fhir"
ORGANISATIONS = "ods-codes"
QUESTIONS = "questions"
STAFF = "safety staff"
# The profile of each contained resource, by its type.
CONTAINED_PROFILES: Mapping[str, str] = {
    "Patient": "adverse-event-patient",
    "Location": "adverse-event-location",
    "Practitioner": "adverse-event-practitioner",
    "Medication": "adverse-event-medication",
    "Device": "adverse-event-device",
}


@dataclass(frozen=True)
class Version:
    """A definition, and `base`: the address of the taxonomy, which ends without a slash."""

    base: str
    definition: pb.QuestionSetDefinition

    @property
    def number(self) -> int:
        return self.definition.question_set

    @property
    def stu3(self) -> bool:
        return self.definition.fhir == "STU3"

    @property
    def fhir_version(self) -> str:
        return "3.0.1" if self.stu3 else "4.0.1"

    @property
    def profile(self) -> str:
        """The address of the AdverseEvent's profile."""
        return self.structure(PROFILE)

    def id(self, name: str) -> str:
        return f"{name.replace('_', '-')}-{self.number}"

    def url(self, kind: str, name: str) -> str:
        return f"{self.base}/{kind}/{self.id(name)}"

    def structure(self, name: str) -> str:
        return self.url("StructureDefinition", name)

    def resource(self, kind: str, name: str, title: str) -> Json:
        """How every definition begins. `title` is said with the version's number."""
        return {
            "resourceType": kind,
            "id": self.id(name),
            "url": self.url(kind, name),
            "version": str(self.number),
            "name": computer_name(self.id(name)),
            "title": f"{title} (question set {self.number})",
            "status": "active",
        }

    @cached_property
    def sections(self) -> Mapping[str, pb.SectionDefinition]:
        return {one.name: one for one in self.definition.sections}

    @cached_property
    def value_sets(self) -> Mapping[str, pb.ValueSetDefinition]:
        return {one.name: one for one in self.definition.value_sets}

    @cached_property
    def lists(self) -> Mapping[str, pb.ValueSetDefinition]:
        """Every list of codes by its name: those of answers, and that of the questions themselves."""
        questions = [
            pb.CodeDefinition(code=question_name(*key), label=one.wording)
            for key, one in self.questions.items()
        ]
        asked = pb.ValueSetDefinition(name=QUESTIONS, title="Questions", codes=questions)
        return {**self.value_sets, QUESTIONS: asked}

    @cached_property
    def labels(self) -> Mapping[str, Mapping[str, str]]:
        """List → code → label."""
        return {name: {each.code: each.label for each in one.codes} for name, one in self.lists.items()}

    @cached_property
    def questions(self) -> Mapping[tuple[str, str], pb.QuestionDefinition]:
        """Every question by section and property."""
        return {(each.name, one.property): one for each in self.definition.sections for one in each.questions}

    def extensions_on(self, resource: str) -> Iterator[pb.SectionDefinition]:
        """The sections that are extensions of a type of resource."""
        for one in self.definition.sections:
            if one.name != NATIVE and one.on.removeprefix("contained ") == resource:
                yield one

    def value_set_of(self, question: pb.QuestionDefinition) -> str:
        """The address of the list a question takes its answers from; empty where it takes none."""
        name = ORGANISATIONS if question.organisation else question.value_set
        return self.url("ValueSet", name) if name else ""

    def system_of(self, question: pb.QuestionDefinition) -> str:
        return self.value_set_of(question).replace("/ValueSet/", "/CodeSystem/")


def question_name(section: str, property: str) -> str:
    """A question as a code."""
    return f"{section}/{property}"


def title(name: str) -> str:
    """A name with hyphens as words."""
    return name.replace("-", " ").replace("_", " ").capitalize()


def computer_name(name: str) -> str:
    """A name with hyphens as FHIR wants names of definitions: AdverseEventAgent6."""
    return "".join(part[:1].upper() + part[1:] for part in name.replace("_", "-").split("-"))

"""FHIR's own elements of the resources we profile: names, cardinalities and types, as facts.

One line is one element: name, minimum..maximum, types, and `!` where FHIR calls it a modifier. A 3 before it says that only
STU3 has it so, a 4 that only R4 does. Indented lines belong to the element above. What every resource or part has (id,
extension …) is added when the lines are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

_TABLES: Mapping[str, str] = {
    "AdverseEvent": """
  identifier 0..1 Identifier
3 category 0..1 code
3 type 0..1 CodeableConcept
3 subject 0..1 Reference(Patient|ResearchSubject|Medication|Device)
4 actuality 1..1 code !
4 category 0..* CodeableConcept
4 event 0..1 CodeableConcept
4 subject 1..1 Reference(Patient|Group|Practitioner|RelatedPerson)
4 encounter 0..1 Reference(Encounter)
  date 0..1 dateTime
3 reaction 0..* Reference(Condition)
4 detected 0..1 dateTime
4 recordedDate 0..1 dateTime
4 resultingCondition 0..* Reference(Condition)
  location 0..1 Reference(Location)
  seriousness 0..1 CodeableConcept
4 severity 0..1 CodeableConcept
  outcome 0..1 CodeableConcept
3 recorder 0..1 Reference(Patient|Practitioner|RelatedPerson)
4 recorder 0..1 Reference(Patient|Practitioner|PractitionerRole|RelatedPerson)
3 eventParticipant 0..1 Reference(Practitioner|Device)
3 description 0..1 string
4 contributor 0..* Reference(Practitioner|PractitionerRole|Device)
  suspectEntity 0..* BackboneElement
3   instance 1..1 Reference(Substance|Medication|MedicationAdministration|MedicationStatement|Device)
4   instance 1..1 Reference(Immunization|Procedure|Substance|Medication|MedicationAdministration|MedicationStatement|Device)
3   causality 0..1 code
3   causalityAssessment 0..1 CodeableConcept
3   causalityProductRelatedness 0..1 string
3   causalityMethod 0..1 CodeableConcept
3   causalityAuthor 0..1 Reference(Practitioner|PractitionerRole)
3   causalityResult 0..1 CodeableConcept
4   causality 0..* BackboneElement
4     assessment 0..1 CodeableConcept
4     productRelatedness 0..1 string
4     author 0..1 Reference(Practitioner|PractitionerRole)
4     method 0..1 CodeableConcept
3 subjectMedicalHistory 0..* Reference(Condition|Observation|AllergyIntolerance|FamilyMemberHistory|Immunization|Procedure)
4 subjectMedicalHistory 0..* Reference(Condition|Observation|AllergyIntolerance|FamilyMemberHistory|Immunization|Procedure|Media|DocumentReference)
  referenceDocument 0..* Reference(DocumentReference)
  study 0..* Reference(ResearchStudy)
""",
    "Patient": """
  identifier 0..* Identifier
  active 0..1 boolean !
  name 0..* HumanName
  telecom 0..* ContactPoint
  gender 0..1 code
  birthDate 0..1 date
  deceased[x] 0..1 boolean|dateTime !
  address 0..* Address
  maritalStatus 0..1 CodeableConcept
  multipleBirth[x] 0..1 boolean|integer
  photo 0..* Attachment
  contact 0..* BackboneElement
    relationship 0..* CodeableConcept
    name 0..1 HumanName
    telecom 0..* ContactPoint
    address 0..1 Address
    gender 0..1 code
    organization 0..1 Reference(Organization)
    period 0..1 Period
3 animal 0..1 BackboneElement !
3   species 1..1 CodeableConcept
3   breed 0..1 CodeableConcept
3   genderStatus 0..1 CodeableConcept
  communication 0..* BackboneElement
    language 1..1 CodeableConcept
    preferred 0..1 boolean
3 generalPractitioner 0..* Reference(Organization|Practitioner)
4 generalPractitioner 0..* Reference(Organization|Practitioner|PractitionerRole)
  managingOrganization 0..1 Reference(Organization)
  link 0..* BackboneElement !
    other 1..1 Reference(Patient|RelatedPerson)
    type 1..1 code
""",
    "Location": """
  identifier 0..* Identifier
  status 0..1 code !
  operationalStatus 0..1 Coding
  name 0..1 string
  alias 0..* string
  description 0..1 string
  mode 0..1 code
3 type 0..1 CodeableConcept
4 type 0..* CodeableConcept
  telecom 0..* ContactPoint
  address 0..1 Address
  physicalType 0..1 CodeableConcept
  position 0..1 BackboneElement
    longitude 1..1 decimal
    latitude 1..1 decimal
    altitude 0..1 decimal
  managingOrganization 0..1 Reference(Organization)
  partOf 0..1 Reference(Location)
4 hoursOfOperation 0..* BackboneElement
4   daysOfWeek 0..* code
4   allDay 0..1 boolean
4   openingTime 0..1 time
4   closingTime 0..1 time
4 availabilityExceptions 0..1 string
  endpoint 0..* Reference(Endpoint)
""",
    "Practitioner": """
  identifier 0..* Identifier
  active 0..1 boolean
  name 0..* HumanName
  telecom 0..* ContactPoint
  address 0..* Address
  gender 0..1 code
  birthDate 0..1 date
  photo 0..* Attachment
  qualification 0..* BackboneElement
    identifier 0..* Identifier
    code 1..1 CodeableConcept
    period 0..1 Period
    issuer 0..1 Reference(Organization)
  communication 0..* CodeableConcept
""",
    "Medication": """
4 identifier 0..* Identifier
  code 0..1 CodeableConcept
  status 0..1 code !
3 isBrand 0..1 boolean
3 isOverTheCounter 0..1 boolean
  manufacturer 0..1 Reference(Organization)
  form 0..1 CodeableConcept
4 amount 0..1 Ratio
  ingredient 0..* BackboneElement
    item[x] 1..1 CodeableConcept|Reference(Substance|Medication)
    isActive 0..1 boolean
3   amount 0..1 Ratio
4   strength 0..1 Ratio
3 package 0..1 BackboneElement
3   container 0..1 CodeableConcept
3   content 0..* BackboneElement
3     item[x] 1..1 CodeableConcept|Reference(Medication)
3     amount 0..1 Quantity
3   batch 0..* BackboneElement
3     lotNumber 0..1 string
3     expirationDate 0..1 dateTime
3 image 0..* Attachment
4 batch 0..1 BackboneElement
4   lotNumber 0..1 string
4   expirationDate 0..1 dateTime
""",
    "Device": """
  identifier 0..* Identifier
3 udi 0..1 BackboneElement
3   deviceIdentifier 0..1 string
3   name 0..1 string
3   jurisdiction 0..1 uri
3   carrierHRF 0..1 string
3   carrierAIDC 0..1 base64Binary
3   issuer 0..1 uri
3   entryType 0..1 code
4 definition 0..1 Reference(DeviceDefinition)
4 udiCarrier 0..* BackboneElement
4   deviceIdentifier 0..1 string
4   issuer 0..1 uri
4   jurisdiction 0..1 uri
4   carrierAIDC 0..1 base64Binary
4   carrierHRF 0..1 string
4   entryType 0..1 code
  status 0..1 code !
3 type 0..1 CodeableConcept
3 lotNumber 0..1 string
4 statusReason 0..* CodeableConcept
4 distinctIdentifier 0..1 string
  manufacturer 0..1 string
  manufactureDate 0..1 dateTime
  expirationDate 0..1 dateTime
3 model 0..1 string
3 version 0..1 string
4 lotNumber 0..1 string
4 serialNumber 0..1 string
4 deviceName 0..* BackboneElement
4   name 1..1 string
4   type 1..1 code
4 modelNumber 0..1 string
4 partNumber 0..1 string
4 type 0..1 CodeableConcept
4 specialization 0..* BackboneElement
4   systemType 1..1 CodeableConcept
4   version 0..1 string
4 version 0..* BackboneElement
4   type 0..1 CodeableConcept
4   component 0..1 Identifier
4   value 1..1 string
4 property 0..* BackboneElement
4   type 1..1 CodeableConcept
4   valueQuantity 0..* Quantity
4   valueCode 0..* CodeableConcept
  patient 0..1 Reference(Patient)
  owner 0..1 Reference(Organization)
  contact 0..* ContactPoint
  location 0..1 Reference(Location)
  url 0..1 uri
  note 0..* Annotation
  safety 0..* CodeableConcept
4 parent 0..1 Reference(Device)
""",
}
_EVERY_RESOURCE = """
id 0..1 id Resource
meta 0..1 Meta Resource
implicitRules 0..1 uri Resource !
language 0..1 code Resource
text 0..1 Narrative DomainResource
contained 0..* Resource DomainResource
extension 0..* Extension DomainResource
modifierExtension 0..* Extension DomainResource !
"""
_EVERY_PART = """
id 0..1 string Element
extension 0..* Extension Element
modifierExtension 0..* Extension BackboneElement !
"""
_VALUES = """
    base64Binary boolean code date dateTime decimal id instant integer markdown oid positiveInt string time unsignedInt
    uri Address Age Annotation Attachment CodeableConcept Coding ContactPoint Count Distance Duration HumanName
    Identifier Money Period Quantity Range Ratio Reference SampledData Signature Timing Meta
"""
_VALUES_R4 = """
    canonical url uuid ContactDetail Contributor DataRequirement Expression ParameterDefinition RelatedArtifact
    TriggerDefinition UsageContext Dosage
"""
_TYPE = re.compile(r"([A-Za-z0-9]+)(?:\(([A-Za-z|]*)\))?")


@dataclass(frozen=True)
class Type:
    """One type of an element; `targets` are the resources a reference may point at."""

    code: str
    targets: tuple[str, ...] = ()


@dataclass(frozen=True)
class Element:
    """One element; `origin` is the path of the element in the type that FHIR defines it for."""

    path: str
    minimum: int
    maximum: str
    types: tuple[Type, ...]
    origin: str
    modifier: bool = False


@cache
def elements(resource: str, stu3: bool) -> tuple[Element, ...]:
    """Every element of a resource, the resource itself first, in FHIR's order."""
    own = Element(resource, 0, "*", (), resource)
    return (own, *_common(_EVERY_RESOURCE, resource), *_read(resource, "3" if stu3 else "4"))


@cache
def extension(stu3: bool) -> tuple[Element, ...]:
    """The elements of Extension."""
    values = tuple(Type(name) for name in (_VALUES if stu3 else _VALUES + _VALUES_R4).split())
    return (
        Element("Extension", 0, "*", (), "Extension"),
        Element("Extension.id", 0, "1", (Type("string"),), "Element.id"),
        Element("Extension.extension", 0, "*", (Type("Extension"),), "Element.extension"),
        Element("Extension.url", 1, "1", (Type("uri"),), "Extension.url"),
        Element("Extension.value[x]", 0, "1", values, "Extension.value[x]"),
    )


def _common(lines: str, owner: str) -> Iterator[Element]:
    """What all resources, or all parts, have."""
    for line in lines.strip().splitlines():
        name, cardinality, kind, home, *flag = line.split()
        yield _element(f"{owner}.{name}", cardinality, kind, f"{home}.{name}", flag)


def _read(resource: str, release: str) -> Iterator[Element]:
    owners = [resource]
    lines = _TABLES[resource].strip("\n").splitlines()
    for line in (line[2:] for line in lines if line[0] in (" ", release)):
        depth = (len(line) - len(line.lstrip())) // 2
        name, cardinality, kinds, *flag = line.split()
        path = f"{owners[depth]}.{name}"
        owners[depth + 1 :] = [path]
        yield _element(path, cardinality, kinds, path, flag)
        if kinds == "BackboneElement":
            yield from _common(_EVERY_PART, path)


def _element(path: str, cardinality: str, kinds: str, origin: str, flag: list[str]) -> Element:
    minimum, _, maximum = cardinality.partition("..")
    types = tuple(
        Type(code, tuple(targets.split("|")) if targets else ()) for code, targets in _TYPE.findall(kinds)
    )
    return Element(path, int(minimum), maximum, types, origin, bool(flag))

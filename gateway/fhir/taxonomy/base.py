"""FHIR's own elements of the resources we profile: names, cardinalities and types, as facts.

One line is one element: name, minimum..maximum, types, and `!` where FHIR calls it a modifier. Indented lines belong
to the element above. What every resource or part has (id, extension …) is added when the lines are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

_R4: Mapping[str, str] = {
    "AdverseEvent": """
identifier 0..1 Identifier
actuality 1..1 code !
category 0..* CodeableConcept
event 0..1 CodeableConcept
subject 1..1 Reference(Patient|Group|Practitioner|RelatedPerson)
encounter 0..1 Reference(Encounter)
date 0..1 dateTime
detected 0..1 dateTime
recordedDate 0..1 dateTime
resultingCondition 0..* Reference(Condition)
location 0..1 Reference(Location)
seriousness 0..1 CodeableConcept
severity 0..1 CodeableConcept
outcome 0..1 CodeableConcept
recorder 0..1 Reference(Patient|Practitioner|PractitionerRole|RelatedPerson)
contributor 0..* Reference(Practitioner|PractitionerRole|Device)
suspectEntity 0..* BackboneElement
  instance 1..1 Reference(Immunization|Procedure|Substance|Medication|MedicationAdministration|MedicationStatement|Device)
  causality 0..* BackboneElement
    assessment 0..1 CodeableConcept
    productRelatedness 0..1 string
    author 0..1 Reference(Practitioner|PractitionerRole)
    method 0..1 CodeableConcept
subjectMedicalHistory 0..* Reference(Condition|Observation|AllergyIntolerance|FamilyMemberHistory|Immunization|Procedure|Media|DocumentReference)
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
communication 0..* BackboneElement
  language 1..1 CodeableConcept
  preferred 0..1 boolean
generalPractitioner 0..* Reference(Organization|Practitioner|PractitionerRole)
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
type 0..* CodeableConcept
telecom 0..* ContactPoint
address 0..1 Address
physicalType 0..1 CodeableConcept
position 0..1 BackboneElement
  longitude 1..1 decimal
  latitude 1..1 decimal
  altitude 0..1 decimal
managingOrganization 0..1 Reference(Organization)
partOf 0..1 Reference(Location)
hoursOfOperation 0..* BackboneElement
  daysOfWeek 0..* code
  allDay 0..1 boolean
  openingTime 0..1 time
  closingTime 0..1 time
availabilityExceptions 0..1 string
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
identifier 0..* Identifier
code 0..1 CodeableConcept
status 0..1 code !
manufacturer 0..1 Reference(Organization)
form 0..1 CodeableConcept
amount 0..1 Ratio
ingredient 0..* BackboneElement
  item[x] 1..1 CodeableConcept|Reference(Substance|Medication)
  isActive 0..1 boolean
  strength 0..1 Ratio
batch 0..1 BackboneElement
  lotNumber 0..1 string
  expirationDate 0..1 dateTime
""",
    "Device": """
identifier 0..* Identifier
definition 0..1 Reference(DeviceDefinition)
udiCarrier 0..* BackboneElement
  deviceIdentifier 0..1 string
  issuer 0..1 uri
  jurisdiction 0..1 uri
  carrierAIDC 0..1 base64Binary
  carrierHRF 0..1 string
  entryType 0..1 code
status 0..1 code !
statusReason 0..* CodeableConcept
distinctIdentifier 0..1 string
manufacturer 0..1 string
manufactureDate 0..1 dateTime
expirationDate 0..1 dateTime
lotNumber 0..1 string
serialNumber 0..1 string
deviceName 0..* BackboneElement
  name 1..1 string
  type 1..1 code
modelNumber 0..1 string
partNumber 0..1 string
type 0..1 CodeableConcept
specialization 0..* BackboneElement
  systemType 1..1 CodeableConcept
  version 0..1 string
version 0..* BackboneElement
  type 0..1 CodeableConcept
  component 0..1 Identifier
  value 1..1 string
property 0..* BackboneElement
  type 1..1 CodeableConcept
  valueQuantity 0..* Quantity
  valueCode 0..* CodeableConcept
patient 0..1 Reference(Patient)
owner 0..1 Reference(Organization)
contact 0..* ContactPoint
location 0..1 Reference(Location)
url 0..1 uri
note 0..* Annotation
safety 0..* CodeableConcept
parent 0..1 Reference(Device)
""",
}

_STU3: Mapping[str, str] = {
    "AdverseEvent": """
identifier 0..1 Identifier
category 0..1 code
type 0..1 CodeableConcept
subject 0..1 Reference(Patient|ResearchSubject|Medication|Device)
date 0..1 dateTime
reaction 0..* Reference(Condition)
location 0..1 Reference(Location)
seriousness 0..1 CodeableConcept
outcome 0..1 CodeableConcept
recorder 0..1 Reference(Patient|Practitioner|RelatedPerson)
eventParticipant 0..1 Reference(Practitioner|Device)
description 0..1 string
suspectEntity 0..* BackboneElement
  instance 1..1 Reference(Substance|Medication|MedicationAdministration|MedicationStatement|Device)
  causality 0..1 code
  causalityAssessment 0..1 CodeableConcept
  causalityProductRelatedness 0..1 string
  causalityMethod 0..1 CodeableConcept
  causalityAuthor 0..1 Reference(Practitioner|PractitionerRole)
  causalityResult 0..1 CodeableConcept
subjectMedicalHistory 0..* Reference(Condition|Observation|AllergyIntolerance|FamilyMemberHistory|Immunization|Procedure)
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
animal 0..1 BackboneElement !
  species 1..1 CodeableConcept
  breed 0..1 CodeableConcept
  genderStatus 0..1 CodeableConcept
communication 0..* BackboneElement
  language 1..1 CodeableConcept
  preferred 0..1 boolean
generalPractitioner 0..* Reference(Organization|Practitioner)
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
type 0..1 CodeableConcept
telecom 0..* ContactPoint
address 0..1 Address
physicalType 0..1 CodeableConcept
position 0..1 BackboneElement
  longitude 1..1 decimal
  latitude 1..1 decimal
  altitude 0..1 decimal
managingOrganization 0..1 Reference(Organization)
partOf 0..1 Reference(Location)
endpoint 0..* Reference(Endpoint)
""",
    "Practitioner": _R4["Practitioner"],
    "Medication": """
code 0..1 CodeableConcept
status 0..1 code !
isBrand 0..1 boolean
isOverTheCounter 0..1 boolean
manufacturer 0..1 Reference(Organization)
form 0..1 CodeableConcept
ingredient 0..* BackboneElement
  item[x] 1..1 CodeableConcept|Reference(Substance|Medication)
  isActive 0..1 boolean
  amount 0..1 Ratio
package 0..1 BackboneElement
  container 0..1 CodeableConcept
  content 0..* BackboneElement
    item[x] 1..1 CodeableConcept|Reference(Medication)
    amount 0..1 Quantity
  batch 0..* BackboneElement
    lotNumber 0..1 string
    expirationDate 0..1 dateTime
image 0..* Attachment
""",
    "Device": """
identifier 0..* Identifier
udi 0..1 BackboneElement
  deviceIdentifier 0..1 string
  name 0..1 string
  jurisdiction 0..1 uri
  carrierHRF 0..1 string
  carrierAIDC 0..1 base64Binary
  issuer 0..1 uri
  entryType 0..1 code
status 0..1 code !
type 0..1 CodeableConcept
lotNumber 0..1 string
manufacturer 0..1 string
manufactureDate 0..1 dateTime
expirationDate 0..1 dateTime
model 0..1 string
version 0..1 string
patient 0..1 Reference(Patient)
owner 0..1 Reference(Organization)
contact 0..* ContactPoint
location 0..1 Reference(Location)
url 0..1 uri
note 0..* Annotation
safety 0..* CodeableConcept
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
    written = (_STU3 if stu3 else _R4)[resource]
    own = Element(resource, 0, "*", (), resource)
    return (own, *_common(_EVERY_RESOURCE, resource), *_read(written, resource))


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


def _read(lines: str, resource: str) -> Iterator[Element]:
    owners = [resource]
    for line in lines.strip("\n").splitlines():
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

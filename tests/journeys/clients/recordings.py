"""The recorded requests, replayed as they are, and what of them must come back."""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

from tests.journeys.conftest import World

RECORDED = Path(__file__).resolve().parents[2] / "recorded"
KEY = "Ocp-Apim-Subscription-Key"
NATIVE = (
    "manufacturer",
    "model",
    "modelNumber",
    "lotNumber",
    "serialNumber",
)  # free text of a contained Device
FACTS = ("ApproximateDate", "VTMCode", "VMPCode")  # not narrative, whether sent as a string or as a code
CLIENTS: dict[str, dict[str, str]] = json.loads((RECORDED / "clients.json").read_text())

Resource = dict[str, Any]


def names(pattern: str) -> list[str]:
    """The recordings of a pattern, by their path without the ending."""
    return sorted(str(path.relative_to(RECORDED).with_suffix("")) for path in RECORDED.glob(pattern))


def body(name: str, **tokens: str) -> str:
    """A recorded body with its tokens replaced, otherwise to the letter."""
    text = (RECORDED / f"{name}.json").read_text()
    for token, value in tokens.items():
        text = text.replace(f"{{{token}}}", value)
    return text


def sender(world: World, name: str = "client-one") -> tuple[str, httpx.Client]:
    """The client that sent a recording: its organisation, and its connection with its own headers and our key."""
    which = next((client for client in CLIENTS if client in name), "client-one")
    credential = world.told["lrms"][list(CLIENTS).index(which)]
    headers = {**CLIENTS[which], KEY: credential["key"]}
    client = httpx.Client(base_url=f"{world.url}/adverse-event/fhir", headers=headers, timeout=40)
    return credential["organisation"], client


def an_event(organisation: str, on: str, **inner: str) -> Resource:
    """A new event that is R4 without leniency: client two's incident, on a day of its own, no root description.

    `inner` replaces the value of inner extensions by name: `PhysicalHarm="9"`.
    """
    event: Resource = json.loads(body("client-two/v6-incident", organisation=organisation))
    del event["description"]
    event["identifier"]["value"] = uuid.uuid4().hex
    event["date"] = on
    for extension in extensions(event):
        if tail(extension) == "adverse-event-estimated-date":
            extension["extension"] = [{"url": "IncidentOccurredToday", "valueCode": "n"}]
        for answer in extension["extension"]:
            if answer["url"] in inner:
                answer["valueCode"] = inner[answer["url"]]
    return event


def with_harm(event: Resource, harm: str) -> Resource:
    """The same event with another physical harm of its first patient."""
    changed: Resource = json.loads(json.dumps(event))
    first = next(one for one in extensions(changed) if tail(one) == "patient-information")
    next(one for one in first["extension"] if one["url"] == "PhysicalHarm")["valueCode"] = harm
    return changed


def unnumbered(event: Resource) -> Resource:
    """The same event of a client that has no numbers of its own."""
    return {name: value for name, value in event.items() if name != "identifier"}


def extensions(resource: Resource) -> list[Resource]:
    """The extensions of a resource and of those contained in it."""
    inside = [one for each in resource.get("contained", []) for one in each.get("extension", [])]
    return [*resource.get("extension", []), *inside]


def tail(extension: Resource) -> str:
    """`patient-information` of `https://…/StructureDefinition/patient-information-6`."""
    return str(extension["url"]).rsplit("/", 1)[-1].rpartition("-")[0]


def answers(resource: Resource, text: bool = False) -> Iterator[tuple[str, str, Any]]:
    """Extension, property and value of each coded answer, or of each answer in words."""
    for extension in extensions(resource):
        for answer in extension.get("extension", []):
            kind, value = next(((k, v) for k, v in answer.items() if k.startswith("value")), (None, None))
            in_words = kind == "valueString" and answer["url"] not in FACTS
            if kind is not None and in_words == text:  # words being checked have no value yet
                yield tail(extension), answer["url"], value


def rows(resource: Resource) -> Counter[tuple[str, frozenset[Any]]]:
    """The coded answers, those of one patient, device or medicine kept together; not what the service adds."""
    made: Counter[tuple[str, frozenset[Any]]] = Counter()
    for extension in extensions(resource):
        alone = {"extension": [extension]}
        coded = Counter((name, repr(value)) for _, name, value in answers(alone))
        if coded and tail(extension) != "adverse-event-reference-metadata":
            made[tail(extension), frozenset(coded.items())] += 1
    return made


def harms(resource: Resource) -> list[str]:
    return [value for _, name, value in answers(resource) if name == "PhysicalHarm"]


def words(resource: Resource) -> set[str]:
    """Everything said in words, but for how to reach the reporter, which is returned to nobody, and our reference."""
    said = {
        value
        for _, name, value in answers(resource, text=True)
        if name not in ("ReporterContact", "ReferenceNumber")
    }
    natives = {each[name] for each in resource.get("contained", []) for name in NATIVE if name in each}
    return said | natives | ({resource["description"]} if "description" in resource else set())


def reference(resource: Resource) -> str:
    """The national reference number, where national clients look for it: first in the last extension."""
    metadata = resource["extension"][-1]
    assert tail(metadata) == "adverse-event-reference-metadata"
    assert metadata["extension"][0]["url"] == "ReferenceNumber"
    return str(metadata["extension"][0]["valueString"])


def codes(outcome: Resource) -> list[str]:
    """The stable code of each issue of an OperationOutcome."""
    assert outcome["resourceType"] == "OperationOutcome"
    return [issue["details"]["coding"][0]["code"] for issue in outcome["issue"]]

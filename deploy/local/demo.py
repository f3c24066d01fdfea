"""`make demo`: an LRMS reports severe harm; the terminal follows the report to everyone who should know, with times."""

from __future__ import annotations

import email
import email.policy
import json
import re
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx
from rich.console import Console

from deploy.local import codes, layout, traces

T = TypeVar("T")
BASE = "https://developer.learn-from-patient-safety-events.nhs.uk/taxonomy/fhir/StructureDefinition"
STORY = (
    "Mrs Amara Okoye in bed 4 was given ten times the prescribed dose of insulin. Nurse Declan Byrne found her "
    "unresponsive at 06:40, Dr Wen Li treated her at once and she was moved to intensive care. NHS number 999 000 0018."
)


@dataclass
class Story:
    """One telling, against a running system."""

    home: Path
    console: Console = field(default_factory=Console)
    step: int = 0
    apps: dict[str, codes.App] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.told: dict[str, Any] = json.loads((self.home / "demo.json").read_text())
        self.http = httpx.Client(base_url=self.told["gateway"], timeout=40)
        self.lrms = self.told["lrms"][0]
        self.incident = incident(self.lrms["organisation"], f"demo-{uuid.uuid4().hex[:12]}")

    def tell(self) -> None:
        self.refusals()
        reference, trace, began = self.submission()
        self.safety_lead(reference, began)
        self.others(reference)
        self.letters(reference, began)
        self.trace(trace)

    def refusals(self) -> None:
        self.title("Bad input gets a clear answer, and nothing is recorded")
        wrong = incident(self.lrms["organisation"], "demo-wrong")
        wrong["date"] = "2999-01-01"
        wrong["event"]["coding"][0]["code"] = "9"
        self.outcome("a future date and an unknown type", self.post(wrong))
        self.outcome("no key", self.http.post(PATH, json=wrong))
        self.outcome("broken JSON", self.http.post(PATH, content=b"{", headers=self.key()))

    def submission(self) -> tuple[str, str, float]:
        self.title(f"The LRMS of {self.lrms['organisation']} reports severe harm")
        began = time.perf_counter()
        answer = self.post(self.incident, {"traceparent": f"00-{uuid.uuid4().hex}-{'1' * 16}-01"})
        answer.raise_for_status()
        reference = answer.json()["extension"][-1]["extension"][0]["valueString"]
        self.say(f"{answer.status_code} {reference}, version {answer.json()['meta']['versionId']}", began)
        again = self.post(self.incident)
        same = again.json()["extension"][-1]["extension"][0]["valueString"]
        self.say(f"the same again, as after a lost answer: {same} — one record", None)
        return reference, answer.request.headers["traceparent"].split("-")[1], began

    def safety_lead(self, reference: str, began: float) -> None:
        self.title("The safety lead of that organisation looks")
        lead = self.sign_in("local_safety_lead", self.lrms["organisation"])
        event = wait_for(lambda: found(lead.get(f"/api/v1/events/{reference}")))
        self.say(
            f"coded facts: {event['event_type']['label']}, {event['worst_physical_harm']['label']}", began
        )
        if event["description"] is None:
            self.say("text: being checked for personal data", began)
        event = wait_for(lambda: checked(lead.get(f"/api/v1/events/{reference}").json()))
        self.say(f"redacted text: [italic]{event['description'].replace('[', chr(92) + '[')}[/]", began)
        notices = wait_for(
            lambda: [n for n in lead.get("/api/v1/notices").json()["items"] if n["reference"] == reference]
        )
        self.say(f"notice on the page: {notices[0]['subject']}", began)

    def others(self, reference: str) -> None:
        self.title("Others look")
        for role in ("oversight_icb", "local_safety_lead"):
            account = next(
                (
                    a
                    for a in self.told["accounts"]
                    if a["role"] == role and a["organisation"] != self.lrms["organisation"]
                ),
                None,
            )
            if account:
                answer = self.sign_in(role, account["organisation"]).get(f"/api/v1/events/{reference}")
                self.say(
                    f"{role} of {account['organisation']}: {answer.status_code} {answer.reason_phrase}", None
                )

    def letters(self, reference: str, began: float) -> None:
        self.title("E-mail")
        for letter in wait_for(lambda: letters(self.home, reference, 2)):
            self.say(f"to {letter['To']}: {letter['Subject']}", began)
            assert "insulin" not in letter.get_content()

    def trace(self, trace: str) -> None:
        self.title("One trace, from the POST to the last listener")
        time.sleep(2)  # spans leave their processes in batches
        for line in traces.draw(traces.find(self.home / "traces", trace)):
            self.console.print(line, highlight=False, markup=False, soft_wrap=True)

    def post(self, resource: dict[str, Any], more: dict[str, str] | None = None) -> httpx.Response:
        return self.http.post(PATH, json=resource, headers=self.key() | (more or {}))

    def key(self) -> dict[str, str]:
        return {"Ocp-Apim-Subscription-Key": self.lrms["key"], "Content-Type": "application/fhir+json"}

    def sign_in(self, role: str, organisation: str) -> httpx.Client:
        account = next(
            a for a in self.told["accounts"] if (a["role"], a["organisation"]) == (role, organisation)
        )
        token = codes.sign_in(self.told["gateway"], account, self.app_of(account))
        return httpx.Client(
            base_url=self.told["gateway"], headers={"Authorization": f"Bearer {token}"}, timeout=40
        )

    def app_of(self, account: dict[str, Any]) -> codes.App | None:
        """Whoever has an app holds it in the hand for the whole story."""
        if not account["totp_secret"]:
            return None
        return self.apps.setdefault(account["email"], codes.App(account["totp_secret"]))

    def title(self, text: str) -> None:
        self.step += 1
        self.console.print(f"\n[bold]{self.step}. {text}[/]")

    def say(self, text: str, began: float | None) -> None:
        at = f"{1000 * (time.perf_counter() - began):7.0f} ms" if began is not None else " " * 10
        self.console.print(f"   {at}  {text}", highlight=False)

    def outcome(self, what: str, answer: httpx.Response) -> None:
        said = [
            f"{i['details']['coding'][0]['code']}: {i['details']['text']}" for i in answer.json()["issue"]
        ]
        self.say(f"{what}: {answer.status_code}", None)
        for line in said:
            self.say(f"   {line}", None)


PATH = "/adverse-event/fhir/AdverseEvent"


def incident(organisation: str, local_reference: str) -> dict[str, Any]:
    """Severe harm from a medicine, as a local system sends it."""
    return {
        "resourceType": "AdverseEvent",
        "identifier": [{"system": "https://lrms.example/incident", "value": local_reference}],
        "meta": {"profile": [f"{BASE}/patient-safety-adverse-event-6"]},
        "actuality": "actual",
        "event": {"coding": [{"code": "1"}]},
        "subject": {"reference": "#patient"},
        "date": "2026-11-02",
        "location": {"reference": "#location1"},
        "recorder": {"reference": "#practitioner1"},
        "contained": [
            contained("Patient", "patient", "patient-information", valueInteger_PatientSequence=1,
                      valueInteger_AgeAtTimeOfIncidentDays=29016, valueCode_PhysicalHarm="2",
                      valueCode_PsychologicalHarm="4", valueCode_StrengthOfAssociation="5"),
            contained("Practitioner", "practitioner1", "practitioner-details", valueCode_ReporterOrganisation=organisation,
                      valueString_ReporterContact="ward.sister@example.org"),
            contained("Location", "location1", "location-details", valueCode_LocationKnown="y",
                      valueCode_Organisation=organisation, valueCode_ServiceArea="1"),
        ],
        "extension": [
            extension("adverse-event-core", valueString_Description=STORY),
            extension("adverse-event-agent", valueCode_InvolvedAgents="4"),
            extension("adverse-event-safety-challenges", valueCode_SafetyChallenges="6"),
            extension("adverse-event-classification", valueCode_LevelOfConcern="5"),
            extension("adverse-event-reference-metadata", valueBoolean_DataSharingOptOut=False),
        ],
    }  # fmt: skip


def contained(kind: str, id_: str, section: str, **answers: Any) -> dict[str, Any]:
    return {"resourceType": kind, "id": id_, "extension": [extension(section, **answers)]}


def extension(section: str, **answers: Any) -> dict[str, Any]:
    inner = [{"url": name.split("_")[1], name.split("_")[0]: value} for name, value in answers.items()]
    return {"url": f"{BASE}/{section}-6", "extension": inner}


def found(answer: httpx.Response) -> Any:
    return answer.json() if answer.status_code == 200 else None


def checked(event: dict[str, Any]) -> Any:
    return event if event["description"] else None


def letters(home: Path, reference: str, least: int) -> list[Any]:
    """The letters that name `reference`, once there are at least so many."""
    parsed = [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in (home / "mail").glob("*.eml")
    ]
    those = [one for one in parsed if re.search(re.escape(reference), str(one["Subject"]))]
    return those if len(those) >= least else []


def wait_for(look: Callable[[], T], seconds: float = 15) -> T:
    """What `look` returns once that is something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if seen := look():
            return seen
        time.sleep(0.02)
    raise SystemExit("This took too long: see `make status` and `make dead`.")


if __name__ == "__main__":
    Story(layout.from_environment().home).tell()

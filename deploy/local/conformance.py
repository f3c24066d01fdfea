"""`make conformance`: a model product that shows every step of a conformance run, and prints what was found of it.

It knows nothing but the interface: a base URL and a sandbox key, those of this machine's own system where none is given.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
from rich.console import Console
from rich.table import Table

from deploy.local import layout
from deploy.local.demo import BASE, contained, extension

FHIR = "/adverse-event/fhir"
EVENTS = f"{FHIR}/AdverseEvent"
VERSION = "1.0"
QUESTION_SET = 6
AGAIN = (408, 429, 500, 502, 503, 504)
TRIES = 5

Json = dict[str, Any]


class NotShown(Exception):
    """The service answered something that this product cannot go on with."""


@dataclass(frozen=True)
class Product:
    """A product with its key; `pause` waits for seconds."""

    http: httpx.Client = field(repr=False)
    pause: Callable[[float], None] = time.sleep

    def send(self, method: str, path: str, sent: Json | None = None) -> httpx.Response:
        """An answer, asking again as often as a product should."""
        for _ in range(TRIES):
            answer = self.http.request(method, path, json=sent)
            if answer.status_code not in AGAIN:
                return answer
            self.pause(float(answer.headers.get("Retry-After", 1)))
        return answer


def product(url: str, key: str) -> Product:
    headers = {"Ocp-Apim-Subscription-Key": key, "Content-Type": "application/fhir+json"}
    return Product(httpx.Client(base_url=url, headers=headers, timeout=40))


def begin(one: Product, version: str) -> Json:
    """A new run."""
    asked = {"product_version": version, "question_set": QUESTION_SET}
    return _run(_accepted(one.send("POST", f"{FHIR}/$conformance", asked)))


def look(one: Product, run_id: str) -> Json:
    """A run as it is judged now."""
    return _run(_accepted(one.send("GET", f"{FHIR}/$conformance/{run_id}")))


def show(one: Product, references: Mapping[str, str]) -> None:
    """Do what each step asks for, under its local reference."""
    number = _reference(_recorded(one, incident(references["incident"])))
    for kind, resource in OTHERS.items():
        _recorded(one, resource(references[kind]))
    _update(one, references["update"])
    _withdraw(one, references["withdrawal"])
    _correct(one, references["correction"])
    _recorded(one, incident(references["lost-answer"]))
    _read_back(one, references["reading"])
    _find(one, number)


# ---- errands -------------------------------------------------------------------------------------------------


def _recorded(one: Product, resource: Json) -> Json:
    return _json(_accepted(one.send("POST", EVENTS, resource)))


def _update(one: Product, reference: str) -> None:
    made = _recorded(one, incident(reference))
    _accepted(one.send("PUT", f"{EVENTS}/{made['id']}", incident(reference, harm="3")))


def _withdraw(one: Product, reference: str) -> None:
    made = _recorded(one, incident(reference))
    _accepted(one.send("DELETE", f"{EVENTS}/{made['id']}?reason=test_record"))


def _correct(one: Product, reference: str) -> None:
    """What a person would do who mistyped the year, is told so, and types it again."""
    refused = one.send("POST", EVENTS, incident(reference, date="2999-01-01"))
    if refused.status_code != 422:
        raise NotShown(f"A date in the future was answered with {refused.status_code}.")
    _recorded(one, incident(reference))


def _read_back(one: Product, reference: str) -> None:
    """The same again finds the record, whose id is then read."""
    made = _recorded(one, incident(reference))
    _accepted(one.send("GET", f"{EVENTS}/{made['id']}"))


def _find(one: Product, number: str) -> None:
    found = _json(_accepted(one.send("GET", f"{EVENTS}?identifier={number}")))
    if len(found.get("entry", ())) != 1:
        raise NotShown(f"A search for {number} did not find one record.")


def _accepted(answer: httpx.Response) -> httpx.Response:
    if not answer.is_success:
        codes = [each["details"]["coding"][0]["code"] for each in _json(answer).get("issue", ())]
        raise NotShown(f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {codes}")
    return answer


def _json(answer: httpx.Response) -> Json:
    try:
        told: Json = answer.json()
    except ValueError:
        raise NotShown(f"{answer.request.url.path} answered no JSON ({answer.status_code}).") from None
    return told


def _reference(made: Json) -> str:
    """The national reference number of a record that was just made."""
    number: str = made["extension"][-1]["extension"][0]["valueString"]
    return number


def _run(answer: httpx.Response) -> Json:
    """The Parameters of a run as plain names, its steps in a list."""
    held = _json(answer)["parameter"]
    found = _plain([each for each in held if each["name"] != "step"])
    return found | {"steps": [_plain(each["part"]) for each in held if each["name"] == "step"]}


def _plain(parameters: list[Json]) -> Json:
    return {
        each["name"]: next(v for name, v in each.items() if name.startswith("value")) for each in parameters
    }


# ---- invented events -----------------------------------------------------------------------------------------


def incident(reference: str, harm: str = "4", date: str = "") -> Json:
    """A fall; `harm` is the grade of physical harm."""
    patient = contained(
        "Patient", "patient", "patient-information", valueInteger_PatientSequence=1,
        valueInteger_AgeAtTimeOfIncidentDays=29016, valueCode_PhysicalHarm=harm, valueCode_PsychologicalHarm="4",
    )  # fmt: skip
    return {
        **_event("1", reference, "The patient slid from a chair while reaching for the call bell."),
        "date": date or _today(),
        "contained": [patient],
    }


def risk(reference: str) -> Json:
    made = _event("2", reference, "Two medicines with almost the same label stand side by side.")
    details = extension("adverse-event-risk-details", valueCode_RiskTheme="1", valueCode_RiskImminent="n")
    made["extension"].append(details)
    return made | {"actuality": "potential"}


def outcome(reference: str) -> Json:
    made = _event("3", reference, "The patient came back to the ward unexpectedly.") | {"date": _today()}
    made["extension"].append(extension("adverse-event-outcome", valueCode_OutcomeType="1"))
    numbers = {"valueInteger_PatientSequence": 1, "valueInteger_AgeAtTimeOfIncidentDays": 18600}
    return made | {"contained": [contained("Patient", "patient", "patient-information", **numbers)]}


def good_care(reference: str) -> Json:
    return _event("4", reference, "A porter noticed a wrong wristband and stopped the transfer.")


OTHERS: Mapping[str, Callable[[str], Json]] = {"risk": risk, "outcome": outcome, "good-care": good_care}


def _event(code: str, reference: str, description: str) -> Json:
    return {
        "resourceType": "AdverseEvent",
        "meta": {"profile": [f"{BASE}/patient-safety-adverse-event-{QUESTION_SET}"]},
        "identifier": {"system": "https://lrms.example/incidents", "value": reference},
        "actuality": "actual",
        "event": {"coding": [{"code": code}]},
        "subject": {"reference": "#patient"},
        "contained": [{"resourceType": "Patient", "id": "patient"}],
        "extension": [extension("adverse-event-core", valueString_Description=description)],
    }


def _today() -> str:
    """In UTC, which is never ahead of the day in London."""
    return datetime.now(UTC).date().isoformat()


# ---- the command ---------------------------------------------------------------------------------------------


def report(run: Json) -> Table:
    """What was found of each step."""
    table = Table(title=f"{run['product']} {run['product-version']}, question set {run['question-set']}")
    for heading in ("step", "local reference", "state", "found"):
        table.add_column(heading, overflow="fold")
    for step in run["steps"]:
        table.add_row(step["name"], step["local-reference"], step["state"], step["found"])
    return table


def main(arguments: list[str] | None = None, console: Console | None = None) -> int:
    """Show every step; 0 when all has passed."""
    said = console or Console()
    asked = _asked(arguments)
    one = product(asked.url, asked.key)
    with one.http:
        try:
            run = begin(one, asked.product_version)
            show(one, {step["name"]: step["local-reference"] for step in run["steps"]})
            run = look(one, run["run"])
        except NotShown as failure:
            said.print(str(failure), markup=False)
            return 1
    said.print(report(run))
    said.print(f"{'Passed' if run['state'] == 'passed' else 'Not passed'}: {asked.url}/conformance")
    return 0 if run["state"] == "passed" else 1


def _asked(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m deploy.local.conformance", description=__doc__)
    parser.add_argument("--url", default="", help="base URL; else that of this machine's own system")
    parser.add_argument("--key", default=os.environ.get("LFPSE_SANDBOX_KEY", ""), help="a sandbox key")
    parser.add_argument("--product-version", default=VERSION)
    asked = parser.parse_args(arguments)
    if not (asked.url and asked.key):
        known = json.loads((layout.from_environment().home / "demo.json").read_text())
        asked.url = asked.url or known["gateway"]
        asked.key = asked.key or known["sandbox"][0]["key"]
    return asked


if __name__ == "__main__":
    raise SystemExit(main())

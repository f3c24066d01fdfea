"""A family asks that what was written of them goes: one person asks, another confirms, every place answers, and no word is left."""

from __future__ import annotations

import json
import uuid
from typing import Any

import httpx
import psycopg
import pytest
from psycopg import sql

from tests.builders.safety_events import as_fhir_v6
from tests.journeys.conftest import World, eventually
from tests.journeys.test_audit import verified

pytestmark = pytest.mark.timeout(240)
ERASURES = "/api/v1/admin/erasures"
MARK = f"quillwort{uuid.uuid4().hex[:8]}"
ADDED = f"addendum{uuid.uuid4().hex[:8]}"
WHY = f"The family of {MARK} asks what was written of them"
CONTACT = f"{MARK}@family.example"


def report(world: World, words: str) -> tuple[str, str, dict[str, Any]]:
    """The reference number, the id, and what was sent."""
    resource = as_fhir_v6(
        organisation="RZ1",
        description=words,
        physical_harm="2",
        contact=CONTACT,
        local_reference=uuid.uuid4().hex,
    )
    with world.lrms("RZ1") as lrms:
        answer = lrms.post("/AdverseEvent", json=resource)
    assert answer.status_code == 201, answer.text
    body = answer.json()
    return body["extension"][-1]["extension"][0]["valueString"], body["id"], resource


def rows_with(world: World, *words: str) -> list[tuple[str, str]]:
    """Every table of every service, the sandbox too, in which one of these words can be read in any column."""
    found = []
    for service, url in world.system.summary()["databases"].items():
        with psycopg.connect(url) as db:
            tables = db.execute(
                "select table_schema, table_name from information_schema.tables"
                " where table_type = 'BASE TABLE' and table_schema in ('public', 'sandbox')"
            ).fetchall()
            for schema, table in tables:
                query = sql.SQL("select 1 from {}.{} t where {} limit 1").format(
                    sql.Identifier(schema), sql.Identifier(table), _holds(db, schema, table, words)
                )
                if db.execute(query).fetchone():
                    found.append((service, table))
    return found


def _holds(db: Any, schema: str, table: str, words: tuple[str, ...]) -> sql.Composable:
    """Also what a column of bytes says, and what it says in the letters of another encoding."""
    bytes_of = db.execute(
        "select column_name from information_schema.columns"
        " where table_schema = %s and table_name = %s and data_type = 'bytea'",
        (schema, table),
    ).fetchall()
    tests = []
    for word in words:
        tests.append(sql.SQL("cast(t as text) ilike {}").format(sql.Literal(f"%{word}%")))
        tests += [
            sql.SQL("position({} in t.{}) > 0").format(sql.Literal(word.encode()), sql.Identifier(name))
            for (name,) in bytes_of
        ]
    return sql.SQL(" or ").join(tests)


def described(person: httpx.Client, reference: str) -> str:
    answer = person.get(f"/api/v1/events/{reference}")
    return str(answer.json().get("description") or "") if answer.status_code == 200 else ""


def test_the_text_of_a_record_is_erased_everywhere_and_the_record_still_counts(world: World) -> None:
    reference, event, sent = report(world, f"The drip of {MARK} ran dry")
    other, _, _ = report(world, "The drip ran dry, as it did before")
    with (
        world.lrms("RZ1") as lrms,
        world.person("local_safety_lead", "RZ1") as lead,
        world.person("national_reviewer") as reviewer,
        world.person("support") as support,
        world.person("super_admin") as super_admin,
    ):
        # Given: it was redacted, added to, and read as it was written
        eventually(lambda: "drip" in described(lead, reference) and "drip" in described(lead, other))
        added = lead.post(f"/api/v1/events/{reference}/addenda", json={"text": f"{ADDED} was told"})
        assert added.status_code == 201, added.text
        opened = {"purpose": "data_subject_request", "case_number": "CASE-9", "reason": WHY}
        assert reviewer.post(f"/api/v1/events/{reference}/glass", json=opened).status_code == 201
        eventually(lambda: ADDED in lead.get(f"/api/v1/events/{reference}/follow-up").text)
        assert rows_with(world, MARK, ADDED), "what is looked for can be found while it is there"
        before = lead.get("/api/v1/events").json()["items"]

        # When: support asks, and may not confirm; nor may anybody who sees records
        wanted = {"reference": reference, "ground": "data_subject_request", "case_number": "CASE-9"}
        asked = support.post(ERASURES, json=wanted)
        assert asked.status_code == 201, asked.text
        one = f"{ERASURES}/{asked.json()['id']}"
        assert asked.json()["state"] == "asked"
        assert support.post(ERASURES, json=wanted).json()["id"] == asked.json()["id"]
        assert support.post(ERASURES, json=wanted | {"ground": "because"}).status_code == 422
        assert support.post(f"{one}/confirmation").status_code == 403
        for nobody in (lead, reviewer):
            assert nobody.get(one).status_code == nobody.post(ERASURES, json=wanted).status_code == 403
        assert "drip" in described(lead, reference)

        # When: another confirms
        confirmed = super_admin.post(f"{one}/confirmation")
        assert confirmed.status_code == 200, confirmed.text
        report_of = eventually(lambda: _done(support, one), 60) or {}
        assert super_admin.post(f"{one}/confirmation").json()["places"] == report_of["places"]

        # Then: every place says what it did
        services = {each["service"] for each in report_of["places"]}
        assert services == {"recording", "access", "enrichment", "notifications"}
        assert {"vectors", "models", "exports", "search index"} <= {
            each["place"] for each in report_of["places"] if each["done"] == "none"
        }
        assert report_of["waiting_for"] == []

        # Then: whoever reads it is told, by every route, and no word is anywhere
        shown = eventually(
            lambda: described(lead, reference) if "erased on" in described(lead, reference) else ""
        )
        assert shown.startswith("The text was erased on ")
        assert shown in lrms.get(f"/AdverseEvent/{event}").text
        assert shown in lead.get(f"/api/v1/events/{reference}/follow-up").text
        assert rows_with(world, MARK, ADDED, WHY) == []
        assert MARK not in json.dumps([dict(each) for each in lead.get("/api/v1/notices").json()["items"]])
        glass = reviewer.post(f"/api/v1/events/{reference}/original", json={})
        assert glass.status_code in (403, 409)

        # Then: it counts as before, and so does the other
        assert lead.get("/api/v1/events").json()["items"] == before
        assert "drip" in described(lead, other)

        # Then: nothing writes it back: not a retry, not a change
        again = lrms.post("/AdverseEvent", json=sent)
        assert again.status_code in (200, 201)
        assert again.json()["id"] == event
        changed = lrms.put(f"/AdverseEvent/{event}", json=sent | {"id": event}, headers={"If-Match": 'W/"1"'})
        assert changed.status_code == 409, changed.text
        assert rows_with(world, MARK, ADDED, WHY) == []

        # Then: who asked and who confirmed can be found, and nobody rewrote anything
        audit = eventually(lambda: _audited(support, reference))
        assert {row["action"] for row in audit} >= {"ask-erasure", "erase-text"}
        assert verified(support)["sound"]


def _done(support: httpx.Client, one: str) -> dict[str, Any] | None:
    found: dict[str, Any] = support.get(one).json()
    return found if found["state"] == "done" else None


def _audited(support: httpx.Client, reference: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = support.get(
        "/api/v1/admin/audit", params={"about": reference, "limit": "200"}
    ).json()["items"]
    return found if "erase-text" in {row["action"] for row in found} else []

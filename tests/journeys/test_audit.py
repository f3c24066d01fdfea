"""What happened to a record, told afterwards: who recorded, read and opened it; and whether somebody rewrote the telling."""

from __future__ import annotations

import json
from typing import Any

import httpx
import psycopg
import pytest

from deploy.local import auditing
from tests.journeys.conftest import World, eventually
from tests.journeys.test_a_report_of_severe_harm import HIDDEN, WORDS, report

pytestmark = pytest.mark.timeout(240)
AUDIT = "/api/v1/admin/audit"
WHY = {
    "purpose": "clinical_review",
    "case_number": "CASE-7",
    "reason": "The trust asks whether the dose was written down",
}


def rows(support: httpx.Client, **wanted: str) -> list[dict[str, Any]]:
    answer = support.get(AUDIT, params=wanted)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def done(support: httpx.Client, **wanted: str) -> set[tuple[str, str]]:
    return {(one["service"], one["action"]) for one in rows(support, **wanted)}


def verified(support: httpx.Client) -> dict[str, Any]:
    begun = support.post(f"{AUDIT}/verification")
    assert begun.status_code == 202, begun.text
    ended = eventually(lambda: _finished(support, begun.json()["id"]), 60)
    assert ended
    return ended


def _finished(support: httpx.Client, wanted: str) -> dict[str, Any] | None:
    found: dict[str, Any] = support.get(f"{AUDIT}/verification").json()
    return found if found["id"] == wanted and found["finished"] else None


def faults(found: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [
        (chain["service"], one["where"], one["kind"]) for chain in found["chains"] for one in chain["faults"]
    ]


def test_support_finds_who_did_what_and_verification_finds_who_rewrote_it(world: World) -> None:
    reference, answer = report(world)
    event = answer.json()["id"]
    with (
        world.lrms("RZ1") as lrms,
        world.person("local_safety_lead", "RZ1") as lead,
        world.person("national_reviewer") as reviewer,
        world.person("support") as support,
    ):
        # When: it is read by several people, and opened behind glass
        assert lrms.get(f"/AdverseEvent/{event}").status_code == 200
        eventually(lambda: lead.get(f"/api/v1/events/{reference}").status_code == 200)
        lead.get("/api/v1/notices")
        _open_and_read(reviewer, reference)

        # Then: those who answer for it are told, and of the reason nobody
        told = eventually(lambda: _notice(lead, reference))
        assert "clinical review" in json.dumps(told).lower()
        assert WHY["reason"] not in json.dumps(told)

        # Then: support finds each, by either name of the record, and no word of the report
        expected = {
            ("recording", "submit"), ("recording", "read"), ("access", "read"), ("notifications", "list-notices"),
            ("recording", "break-glass"), ("recording", "read-original"), ("recording", "end-glass"),
        }  # fmt: skip
        eventually(lambda: expected <= done(support, about=reference), 30)
        assert expected <= done(support, about=event)
        opened = rows(support, about=reference, action="read-original")[0]
        assert (opened["actor"]["roles"], opened["purpose"]) == (
            ["national_reviewer"],
            "clinical_review CASE-7",
        )
        assert opened["actor"]["name"]
        everything = json.dumps(rows(support, about=reference, limit="200"))
        assert not [one for one in (WORDS, WHY["reason"], *HIDDEN) if one in everything]
        uses = support.get("/api/v1/admin/glasses").json()["items"]
        assert [(one["reads"], one["reason"]) for one in uses if one["reference"] == reference] == [(1, None)]
        assert eventually(lambda: rows(support, service="identity", action="audit-searched")), (
            "looking is seen"
        )
        for nobody in (lead, reviewer):
            assert nobody.get(AUDIT).status_code == nobody.get("/api/v1/admin/glasses").status_code == 403

        # Then: nothing is wrong, until somebody who may change the database does
        before = verified(support)
        assert before["sound"], before
        assert auditing.verify(world.url, support) == 0
        _rewrite(world.system.summary()["databases"]["recording"], event)
        after = verified(support)
        assert not after["sound"]
        assert faults(after) == [("recording", "service", "changed")]
        assert auditing.verify(world.url, support) == 1
        _rewrite(world.system.summary()["databases"]["recording"], event, "submis", "submit")
        assert verified(support)["sound"]


def _open_and_read(reviewer: httpx.Client, reference: str) -> None:
    glass, original = f"/api/v1/events/{reference}/glass", f"/api/v1/events/{reference}/original"
    assert reviewer.post(original, json={}).status_code == 403
    too_short = reviewer.post(glass, json=WHY | {"reason": "because"})
    assert (too_short.status_code, "reason" in too_short.text) == (422, True)
    opened = [reviewer.post(glass, json=WHY) for _ in range(2)]
    assert [one.status_code for one in opened] == [201, 201]
    assert opened[0].json()["id"] == opened[1].json()["id"]
    read = reviewer.post(original, json={})
    assert WORDS in read.json()["texts"].values()
    assert read.headers["Cache-Control"] == "no-store"
    assert reviewer.delete(glass).status_code == 204
    assert reviewer.post(original, json={}).status_code == 403
    assert reviewer.get("/api/v1/account/glasses").json()["items"][0]["reason"] == WHY["reason"]


def _notice(person: httpx.Client, reference: str) -> dict[str, Any] | None:
    found = person.get("/api/v1/notices").json()["items"]
    return next(
        (one for one in found if one["reference"] == reference and one["kind"] == "original_read"), None
    )


def _rewrite(database: str, event: str, old: str = "submit", new: str = "submis") -> None:
    """As the owner of the tables does it, past the rule that keeps them."""
    with psycopg.connect(database) as db:
        db.execute("alter table audit disable rule audit_keeps_words")
        changed = db.execute(
            "update audit set action = %s where about = %s and action = %s", (new, event, old)
        )
        assert changed.rowcount == 1
        db.execute("alter table audit enable rule audit_keeps_words")

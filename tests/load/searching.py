"""Searching in a store that has grown: one real event is copied until there are as many as asked for."""

from __future__ import annotations

import http.client
import json
import time
from urllib.parse import urlencode, urlsplit

import psycopg

from tests.load.lrms import PATH, Lrms

SHARE = 33  # one of so many events is the searcher's own: 30,000 of a million
_EVENTS = """
insert into events (id, reference, revision, organisation, event_type, occurred_on, reported_at, recorder_id, route,
                    local_reference, data_sharing_opt_out, updated_at, worst_physical, worst_psychological,
                    occurred_organisations, elsewhere)
select gen_random_uuid(), 'COPY-' || n, 1, case when n % {share} = 0 then e.organisation else 'O' || n % 200 end,
  case when n % 50 = 0 then 'risk' else 'incident' end,
  to_char(date '2024-01-01' + cast(n % 1000 as int), 'YYYY-MM-DD'), e.reported_at, 'client:copies', 'api', 'copy-' || n,
  false, e.reported_at - make_interval(secs => n), cast(1 + n % 5 as text), '4', e.occurred_organisations, false
from generate_series(1, {count}) as n, (select * from events order by id limit 1) as e
"""
_REVISIONS = """
insert into revisions (event_id, revision, question_set, facts, summary, sealed, recorded_at, recorder_id)
select c.id, 1, r.question_set, r.facts, r.summary || jsonb_build_object('event_type', c.event_type, 'occurred_on', c.occurred_on),
  r.sealed, c.updated_at, c.recorder_id
from events c, (select * from revisions order by event_id limit 1) as r where c.reference like 'COPY-%'
"""
_TEXTS = """
insert into redacted_texts (event_id, revision, field, body)
select c.id, 1, t.field, t.body from events c, (select * from redacted_texts where event_id =
  (select event_id from redacted_texts limit 1)) as t
where c.reference like 'COPY-%' and c.organisation not like 'O%'
"""

SEARCHES: dict[str, dict[str, str]] = {
    "newest": {},
    "next_page": {},
    "since": {"_lastUpdated": "ge2020-01-01"},
    "by_date": {"date": "ge2025-01-01", "_sort": "date"},
    "risks": {"event-type": "2"},
    "deaths": {"event-type": "1", "harm": "1", "date": "ge2025-06-01"},
    "one": {"identifier": "copy-330"},
}


def fill(database_url: str, count: int) -> None:
    """Copy the first event until there are `count` more."""
    with psycopg.connect(database_url, autocommit=True) as db:
        db.execute("set statement_timeout = 0")
        db.execute(_EVENTS.format(share=SHARE, count=count))  # type: ignore[arg-type]
        db.execute(_REVISIONS)
        db.execute(_TEXTS)
        db.execute("vacuum analyze")


def search(lrms: Lrms, rounds: int) -> dict[str, list[float]]:
    """Seconds of each search, by its name, `rounds` times each in turn; pages of fifty."""
    connection = http.client.HTTPConnection("127.0.0.1", lrms.port, timeout=60)
    found: dict[str, list[float]] = {name: [] for name in SEARCHES}
    following = ""
    for _ in range(rounds):
        for name, asked in SEARCHES.items():
            path = following if name == "next_page" else f"{PATH}?{urlencode({'_count': '50', **asked})}"
            started = time.perf_counter()
            answer = _get(connection, path, lrms.key)
            found[name].append(time.perf_counter() - started)
            links = {one["relation"]: one["url"] for one in answer["link"]}
            following = links["next"] if name == "newest" else following
            if not answer.get("entry"):
                raise ValueError(f"search {name} found nothing")
    connection.close()
    return found


def _get(connection: http.client.HTTPConnection, path: str, key: str) -> dict[str, list[dict[str, str]]]:
    split = urlsplit(path)
    connection.request("GET", f"{split.path}?{split.query}", headers={"Ocp-Apim-Subscription-Key": key})
    response = connection.getresponse()
    body = response.read()
    if response.status != 200:
        raise ValueError(f"a search answered {response.status}")
    found: dict[str, list[dict[str, str]]] = json.loads(body)
    return found

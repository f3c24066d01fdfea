"""Following the national directory, against a stand-in that answers as the ORD API does, or does not."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from chassis.actors import Reach
from protos.identity.v1.identity_pb2 import OrganisationChanged
from services.identity import use_cases
from services.identity.jobs.directory import Directory
from services.identity.store import directory, organisation_sync
from tests.builders.actors import a_person
from tests.builders.directory import StandIn, a_directory, a_record, a_rel, a_succ
from tests.builders.organisations import a_file, a_line

START = datetime(2026, 11, 20, 9, tzinfo=UTC)
HELPER = a_person("", Reach.NATIONAL, permissions=frozenset({"identity:organisations"}))


class Following:
    """A worker that follows the stand-in, on a day of our choice; pauses are written down, not waited for."""

    def __init__(self, db: Engine, there: StandIn, **client: Any) -> None:
        self.db, self.there, self.now = db, there, START
        self.slept: list[float] = []
        self.ask = Directory(there.url, "127.0.0.1", sleep=self.slept.append, **client).ask

    def step(self) -> bool:
        keep = use_cases.follow_directory(self.db, self.ask, lambda: self.now)
        with self.db.begin() as tx:
            return keep(tx)

    def catch_up(self) -> None:
        while self.step():
            pass
        self.step()

    def state(self) -> tuple[str, date | None, tuple[int, int]]:
        _, _, (state, sync, backlog) = use_cases.list_imports(self.db, HELPER, "", self.now)
        return state, sync.since, backlog

    def organisation(self, code: str) -> Any:
        with self.db.begin() as tx:
            return directory.named(tx, [code]).get(code)

    def announced(self) -> list[OrganisationChanged]:
        with self.db.begin() as tx:
            rows = tx.execute(text("select body from outbox order by seq")).scalars()
            return [OrganisationChanged.FromString(bytes(body)) for body in rows]


@pytest.fixture
def there() -> Iterator[StandIn]:
    with a_directory() as standin:
        yield standin


@pytest.fixture
def following(db: Engine, there: StandIn) -> Following:
    """After an import of two days before."""
    at = START - timedelta(days=2)
    made = use_cases.receive_upload(
        db, HELPER, "etr", zlib.compress(a_file(a_line("RAA", "FROM A FILE")).encode()), at
    )
    with db.begin() as tx:
        use_cases.import_part(tx, made.id, at)
        tx.execute(text("delete from outbox"))
    return Following(db, there)


def paths(there: StandIn) -> list[str]:
    return [path for path, _ in there.asked]


def test_what_changed_since_the_import_is_fetched_whole(following: Following, there: StandIn) -> None:
    there.records = {
        "RAA": a_record("RAA", "NORTHMOOR TRUST", rels=(a_rel("RE5", "QAA", "2022-07-01"), a_rel("RE5", "QBB", "2016-04-01", "2022-06-30"))),
        "RAA01": a_record("RAA01", "INFIRMARY", "RO198", rels=(a_rel("RE6", "RAA"),)),
        "QAA": a_record("QAA", "NORTHMOOR ICB", "RO261", roles=("RO318",)),
    }  # fmt: skip
    there.changed = ["RAA", "RAA01", "QAA"]
    following.catch_up()
    assert there.asked[0] == ("/sync", {"LastChangeDate": "2026-11-17"})
    assert paths(there)[1:] == ["/organisations/QAA", "/organisations/RAA", "/organisations/RAA01"]
    trust = following.organisation("RAA")
    assert (trust.name, trust.version, trust.postcode) == ("NORTHMOOR TRUST", 2, "ZZ99 1AA")
    assert [(one.code, one.start, one.end) for one in trust.parents] == [
        ("QBB", date(2016, 4, 1), date(2022, 6, 30)),
        ("QAA", date(2022, 7, 1), None),
    ]
    assert following.organisation("QAA").roles_on(START.date()) == {"RO261", "RO318"}
    assert following.state() == ("following", START.date(), (0, 0))
    assert [one.code for one in following.announced()] == ["QAA", "RAA", "RAA01"]


def test_the_next_day_asks_from_the_day_before_the_last_and_changes_nothing_twice(
    following: Following, there: StandIn
) -> None:
    there.records, there.changed = {"RAA": a_record("RAA", "NORTHMOOR TRUST")}, ["RAA"]
    following.catch_up()
    told, asked = len(following.announced()), len(there.asked)
    following.catch_up()
    assert len(there.asked) == asked, "nothing more on the same day"
    following.now += timedelta(days=1)
    following.catch_up()
    assert there.asked[asked] == ("/sync", {"LastChangeDate": "2026-11-19"})
    assert len(following.announced()) == told


def test_a_list_in_pages_is_read_to_its_end(following: Following, there: StandIn) -> None:
    there.page = 7
    there.records = {f"RB{n:02}": a_record(f"RB{n:02}", f"TRUST {n}") for n in range(45)}
    there.changed = list(there.records)
    following.catch_up()
    offsets = [query.get("Offset") for path, query in there.asked if path == "/sync"]
    assert offsets == [None, "7", "14", "21", "28", "35", "42"]
    assert all(following.organisation(code) for code in there.records)


def test_an_empty_list_is_an_answer_too(following: Following, there: StandIn) -> None:
    following.catch_up()
    assert following.state() == ("following", START.date(), (0, 0))


def test_it_resumes_where_it_stopped(following: Following, there: StandIn) -> None:
    there.records = {f"RB{n:02}": a_record(f"RB{n:02}", f"TRUST {n}") for n in range(30)}
    there.changed = list(there.records)
    assert following.step(), "the list"
    assert following.step(), "the first twenty"
    again = Following(following.db, there)
    again.catch_up()
    fetched = [path for path in paths(there) if path != "/sync"]
    assert len(fetched) == len(set(fetched)) == 30
    assert paths(there).count("/sync") == 1


def test_questions_are_fewer_than_five_a_second(following: Following, there: StandIn) -> None:
    there.records = {f"RB{n:02}": a_record(f"RB{n:02}", f"TRUST {n}") for n in range(15)}
    there.changed = list(there.records)
    slept = list[float]()
    following.ask = Directory(there.url, "127.0.0.1", sleep=slept.append, clock=lambda: 0.0).ask
    following.catch_up()
    assert len(there.asked) == 16
    assert slept == [0.25 * n for n in range(1, 16)], (
        "no time passes here, so that each waits for all before it"
    )


@pytest.mark.parametrize("status", [429, 500, 503, 301])
def test_a_directory_that_does_not_answer_is_left_in_peace_for_longer_each_time(
    following: Following, there: StandIn, status: int
) -> None:
    there.records, there.changed = {"RAA": a_record("RAA", "NORTHMOOR TRUST")}, ["RAA"]
    there.statuses = [status, status]
    assert following.step() is False
    assert following.step() is False
    assert len(there.asked) == 1, "not asked again at once"
    following.now += timedelta(minutes=1)
    following.step()
    following.now += timedelta(minutes=1)
    following.step()
    assert len(there.asked) == 2, "the second pause is longer"
    following.now += timedelta(minutes=1)
    following.catch_up()
    assert following.organisation("RAA").name == "NORTHMOOR TRUST"
    assert "/elsewhere" not in paths(there), "redirects are not followed"
    assert following.state()[0] == "following"


def test_a_pause_that_the_directory_asks_for_is_kept(following: Following, there: StandIn) -> None:
    there.statuses, there.retry_after = [429], "1800"
    following.step()
    following.now += timedelta(minutes=29)
    following.step()
    assert len(there.asked) == 1
    following.now += timedelta(minutes=1)
    following.step()
    assert len(there.asked) == 2


def test_what_came_before_it_stopped_answering_is_kept(following: Following, there: StandIn) -> None:
    there.records = {code: a_record(code, "A TRUST") for code in ("RBA", "RBB")}
    there.changed = list(there.records)
    following.step()
    there.statuses = []
    first = there.answer

    def answer(path: str, query: dict[str, str]) -> Any:
        return (503, {}, b"") if path.endswith("RBB") else first(path, query)

    there.answer = answer  # type: ignore[method-assign]
    following.step()
    assert following.organisation("RBA") is not None
    assert following.organisation("RBB") is None
    assert following.state()[2] == (1, 0)


def test_too_long_ago_asks_for_a_full_import_and_for_nothing_else(
    following: Following, there: StandIn
) -> None:
    following.now = START + timedelta(days=190)
    assert following.step() is False
    assert there.asked == []
    assert following.state()[0] == "full-import-needed"
    made = use_cases.receive_upload(
        following.db, HELPER, "etr", zlib.compress(a_file(a_line("RAC", "NEW")).encode()), following.now
    )
    with following.db.begin() as tx:
        use_cases.import_part(tx, made.id, following.now)
    following.catch_up()
    assert following.state()[0] == "following"


def test_a_long_time_without_following_asks_for_a_full_import_too(
    following: Following, there: StandIn
) -> None:
    following.catch_up()
    following.now += timedelta(days=186)
    following.step()
    assert following.state()[0] == "full-import-needed"
    assert len(there.asked) == 1
    made = use_cases.receive_upload(
        following.db, HELPER, "etr", zlib.compress(a_file(a_line("RAC", "NEW")).encode()), following.now
    )
    with following.db.begin() as tx:
        use_cases.import_part(tx, made.id, following.now)
    following.catch_up()
    assert following.state()[0] == "following"


def test_without_any_import_the_directory_is_not_asked(db: Engine, there: StandIn) -> None:
    following = Following(db, there)
    following.step()
    assert (there.asked, following.state()[0]) == ([], "full-import-needed")


def test_a_withdrawn_one_is_closed_and_kept(following: Following, there: StandIn) -> None:
    there.changed = ["RAA", "NEVER"]
    following.catch_up()
    kept = following.organisation("RAA")
    assert (kept.name, kept.closed_on, kept.withdrawn_on) == ("FROM A FILE", START.date(), START.date())
    assert following.organisation("NEVER") is None
    assert following.state()[2] == (0, 0)


def test_a_merger_is_told_from_either_end(following: Following, there: StandIn) -> None:
    there.records = {
        "RBB": a_record("RBB", "NEW TRUST", succs=(a_succ("Predecessor", "RBA", "2025-04-01"),)),
        "RAA": a_record(
            "RAA", "OLD TRUST", end="2025-03-31", succs=(a_succ("Successor", "RBB", "2025-04-01"),)
        ),
    }
    there.changed = ["RAA", "RBB"]
    following.catch_up()
    newest = {one.code: one for one in following.announced()}
    assert {(one.code, one.start) for one in newest["RBB"].predecessors} == {
        ("RBA", "2025-04-01"),
        ("RAA", "2025-04-01"),
    }
    assert newest["RAA"].closed_on == "2025-03-31"


RUBBISH = [
    b"", b"{", b"[]", b"null", b'{"Organisation": []}', b"\xff\xfe", b"[" * 100_000,
    b'{"Organisation": {"Name": "X", "OrgId": {"extension": "OTHER"}}}',
    b'{"Organisation": {"Name": 7, "OrgId": {"extension": "RAA"}, "Roles": {"Role": {"id": "RO197", "primaryRole": true}}}}',
    b'{"Organisation": {"Name": "X", "OrgId": {"extension": "RAA"}, "Roles": {"Role": ["RO197"]}}}',
    b'{"Organisation": {"Name": "X", "OrgId": {"extension": "RAA"}, "Roles": {"Role": {"id": "RO197"}}}}',
    b'{"Organisation": {"Name": "X", "OrgId": {"extension": "RAA"}, "Date": {"Type": "Operational", "Start": "31/03/2020"}, "Roles": {"Role": {"id": "RO197", "primaryRole": true}}}}',
]  # fmt: skip


@pytest.mark.parametrize("body", RUBBISH)
def test_rubbish_is_set_aside_after_some_tries_and_nothing_is_lost(
    following: Following, there: StandIn, body: bytes
) -> None:
    there.records = {"RBB": a_record("RBB", "FINE")}
    there.changed, there.bodies = ["RAA", "RBB"], {"/organisations/RAA": body}
    following.catch_up()
    assert following.organisation("RBB").name == "FINE"
    assert following.organisation("RAA").name == "FROM A FILE"
    assert following.state()[2] == (0, 1)
    assert paths(there).count("/organisations/RAA") == organisation_sync.MOST_TRIES
    there.bodies, there.records["RAA"] = {}, a_record("RAA", "BETTER")
    following.now += timedelta(days=1)
    following.catch_up()
    assert following.organisation("RAA").name == "BETTER"
    assert following.state()[2] == (0, 0)


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b'{"Organisations": "RAA"}', b'{"Organisations": [{"OrgLink": "http://x/../../etc"}]}'],
)
def test_a_list_that_cannot_be_read_is_asked_for_again_later(
    following: Following, there: StandIn, body: bytes
) -> None:
    there.bodies["/sync"] = body
    assert following.step() is False
    assert following.state()[2] == (0, 0)
    there.bodies, there.records, there.changed = {}, {"RAA": a_record("RAA", "BETTER")}, ["RAA"]
    following.now += timedelta(minutes=2)
    following.catch_up()
    assert following.organisation("RAA").name == "BETTER"


def test_an_answer_that_never_ends_is_given_up(following: Following, there: StandIn, db: Engine) -> None:
    there.changed, there.drip = ["RAA"], {"/organisations/RAA"}
    short = Following(db, there, longest=0.3)
    short.step()
    assert short.step() is True or short.step() is False
    with db.begin() as tx:
        assert "does not end" in organisation_sync.state(tx).last_error
    assert following.organisation("RAA").name == "FROM A FILE"


def test_a_directory_that_is_not_there_is_asked_again_later(following: Following, db: Engine) -> None:
    nowhere = Directory("http://127.0.0.1:9/ORD/2-0-0", "127.0.0.1", sleep=lambda _: None)
    following.ask = nowhere.ask
    assert following.step() is False
    with db.begin() as tx:
        assert "does not answer" in organisation_sync.state(tx).last_error


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1:9/ORD/2-0-0",
        "https://localhost:9/ORD",
        "https://10.0.0.1/ORD",
        "https://[::1]/ORD",
        "https://169.254.169.254/",
    ],
)
def test_private_addresses_are_refused_unless_they_are_listed(url: str) -> None:
    with pytest.raises(use_cases.Away, match="private address"):
        Directory(url, sleep=lambda _: None).ask("/sync", {})


@pytest.mark.parametrize(
    "url",
    [
        "http://directory.example/ORD",
        "http://127.0.0.1/ORD",
        "ftp://x/",
        "",
        "https://",
        "https://me:secret@directory.example/",
    ],
)
def test_an_address_in_the_clear_or_none_at_all_is_refused_at_start(url: str) -> None:
    with pytest.raises(SystemExit) as caught:
        Directory(url)
    assert "secret" not in str(caught.value)


# ---- beside files


def take_a_file_of(following: Following, at: datetime, *lines: list[str]) -> None:
    """As the operator's folder does, now."""
    with following.db.begin() as tx:
        content = a_file(*lines).encode()
        made = use_cases.receive_file(tx, "etr", "system:test", content, following.now, at)
        use_cases.import_part(tx, made.id, following.now)


def test_a_file_that_is_older_than_what_the_directory_told_changes_nothing_of_it(
    following: Following, there: StandIn
) -> None:
    there.records = {"RBB": a_record("RBB", "FROM THE DIRECTORY")}
    there.changed = ["RAA", "RBB"]
    following.catch_up()
    take_a_file_of(following, START - timedelta(hours=1), a_line("RBB", "OLD"), a_line("RAA", "GONE"))
    assert following.organisation("RBB").name == "FROM THE DIRECTORY"
    assert following.organisation("RAA").withdrawn_on == START.date()
    take_a_file_of(following, START + timedelta(hours=1), a_line("RBB", "NOT NEWER THAN NOW"))
    assert following.organisation("RBB").name == "NOT NEWER THAN NOW"


def test_the_directory_is_asked_for_what_changed_since_the_day_of_the_file(
    db: Engine, there: StandIn
) -> None:
    following = Following(db, there)
    take_a_file_of(following, START - timedelta(days=10), a_line("RAA", "A TRUST"))
    following.catch_up()
    assert there.asked[0] == ("/sync", {"LastChangeDate": "2026-11-09"})

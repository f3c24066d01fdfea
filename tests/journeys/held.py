"""Which pages some journey has held up to `good` or `refused`. A whole run fails where there is one that none has: see conftest.py."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map

from gateway.api import document
from gateway.web import PARTS

NORMAL, ERROR = "normal", "error"
HERE = Path(__file__).parent

NO_PAGE: Mapping[str, tuple[str, ...]] = {
    "it is a file or data": (
        "GET assets.asset",
        "GET api_document.openapi",
        "GET finding.organisations",
        "GET worklist.exported",
    ),
    "it only leads on": ("GET by_code.start_again", "GET home.work", "GET recording.resume"),
    "it leads to another site, and fails with a page that test_outside_sign_in holds": (
        "GET outside.leave",
        "GET outside.come_back",
    ),
}
"""What answers with no page of its own, by the reason."""

NO_ERROR: Mapping[str, tuple[str, ...]] = {
    "nothing is typed, and a second time is as good as once": (
        "POST by_code.end",
        "POST clients.end",
        "POST clients.remove_keys",
        "POST events.unlink",
        "POST invitations.revoke",
        "POST keys.revoke",
        "POST notices.mark_read",
        "POST own_account.withdraw",
        "POST recording.discard",
        "POST second_factors.forget_device",
        "POST sessions.end",
        "POST sessions.end_others",
        "POST sign_in.sign_out",
        "POST support_accounts.resume",
        "POST support_audit.verify",
        "POST support_credentials.revoke",
        "POST support_feedback.mark_done",
    ),
    "nothing is typed, and where it comes too late the button is there no more": (
        "POST support_account_erasures.withdraw",
        "POST support_erasures.withdraw",
    ),
    "whatever is typed is looked for": ("POST colleagues.search",),
    "everything that the page offers may be chosen, and nothing too": ("POST clients.set_scopes",),
    "nothing is typed: a letter is sent, or was a moment ago": ("POST outside.send_code",),
}
"""Forms that have no error state, by the reason."""

SEARCHES = (
    "GET asking.find",
    "GET history.history",
    "GET places.keys",
    "GET places.people",
    "GET support_audit.search",
    "GET support_credentials.credentials",
    "GET support_organisations.search",
    "GET worklist.events",
)
"""Pages that are asked for with words which may be wrong."""

_held: set[str] = set()


def note(method: str, address: str, state: str) -> None:
    """A page was held, as the answer to this."""
    if name := name_of(method, address):
        _held.add(f"{name} {state}")


def name_of(method: str, address: str) -> str:
    """What was asked, as `GET home.home`; empty where there is no such page."""
    try:
        endpoint, _ = pages().bind("localhost").match(urlsplit(address).path, method)
    except HTTPException:
        return ""
    return f"{method} {endpoint}"


def noted() -> list[str]:
    """What this process has held."""
    return sorted(_held)


def missing(held: Collection[str], urls: Map | None = None) -> list[str]:
    """Pages and error states that were not."""
    return sorted(set(wanted(urls or pages())) - set(held))


def wanted(urls: Map) -> Iterator[str]:
    """Every page as it is, and every form as it is where something is wrong."""
    without = {one for table in (NO_PAGE, NO_ERROR) for names in table.values() for one in names}
    for name in named(urls):
        if name in SEARCHES or (name.startswith("POST") and name not in without):
            yield f"{name} {ERROR}"
        if name.startswith("GET") and name not in without:
            yield f"{name} {NORMAL}"


def named(urls: Map) -> Iterator[str]:
    """What may be asked, as `GET home.home`."""
    for rule in urls.iter_rules():
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            yield f"{method} {rule.endpoint}"


@cache
def pages() -> Map:
    """The addresses of all pages, as the gateway has them."""
    app = Flask("gateway", static_folder=None)
    for part in (*PARTS, document):
        app.register_blueprint(part.routes)
    return app.url_map


def is_whole(ran: Iterable[Path], left_out: Iterable[Path]) -> bool:
    """Whether every file that opens a page was run, and nothing of one left out."""
    return opening() <= set(ran) and opening().isdisjoint(left_out)


def opening() -> set[Path]:
    """The files that open pages."""
    return {
        path for path in HERE.rglob("test_*.py") if "from tests.journeys.pages import" in path.read_text()
    }

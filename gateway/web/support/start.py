"""Where support staff begin: what they may do, by what they are permitted."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template

from chassis.problems import forbidden
from gateway.guards import signed_in
from gateway.web import presenters

routes = Blueprint("support", __name__, url_prefix="/support")
SUPPORTING = (  # who is let in at all
    *("identity:suspend", "identity:read-audit", "identity:organisations"),
    *("recording:read-erasures", "notifications:feedback"),
)


@dataclass(frozen=True)
class Errand:
    """A page, and which permission it is for; none: whoever supports anybody."""

    address: str
    name: str
    means: str
    permission: str = ""


ERRANDS = (
    Errand("/support/people", "People", "Find an account, help its owner, suspend or erase it", "identity:suspend"),
    Errand("/support/organisations", "Organisations", "What we were told of one, and files of them", "identity:organisations"),
    Errand("/organisation", "Roles at organisations", "Decide on requests, invite, end roles", "identity:decide"),
    Errand("/support/credentials", "Keys and tokens", "What one is that you were shown; find and revoke keys", "identity:introspect"),
    Errand("/support/audit", "Audit", "Who did what to which record, and whether the telling is whole", "identity:read-audit"),
    Errand("/support/erasures", "Erasures of text", "Have the text of a record erased for good, by two people", "recording:read-erasures"),
    Errand("/support/erasures/accounts", "Erasures of accounts", "Which accounts are erased, and which erasure waits for a second person", "identity:ask-erasure"),
    Errand("/support/records/restoring", "Restore a record", "Bring a withdrawn event back", "recording:restore"),
    Errand("/support/records/anonymising", "Anonymise a record", "Cut the tie between an event and who reported it", "recording:anonymise"),
    Errand("/support/question-sets", "Question sets", "Versions that are taken, and how they differ"),
    Errand("/support/feedback", "Feedback", "What people say of the service", "notifications:feedback"),
    Errand("/support/status", "Status", "Which parts of the service answer"),
)  # fmt: skip


@routes.get("")
@signed_in
def start() -> str:
    """The way to each errand that somebody may do."""
    must_support()
    may = [one for one in ERRANDS if not one.permission or presenters.may(one.permission)]
    return render_template("support/start.html", errands=may)


def must_support(permission: str = "") -> None:
    """FORBIDDEN for whoever has not this permission; without one, for whoever supports nobody. A form that asks nobody asks this."""
    if not any(presenters.may(one) for one in ([permission] if permission else SUPPORTING)):
        raise forbidden("not-permitted", "These pages are for the support team.")

"""The actor's own notices."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app

from gateway import problems
from gateway.api import schemas
from gateway.api.document import Said, documented
from gateway.api.times import instant, instant_or_none
from gateway.guards import actor, bearer
from protos.notifications.v1 import notifications_pb2

routes = Blueprint("api_notices", __name__, url_prefix="/api/v1/notices")
NOTICES = schemas.page_of(schemas.Notice)


@routes.get("")
@documented(Said("Your notices, newest first", NOTICES, query=schemas.Page))
@bearer
def notices() -> Response:
    """A page of notices."""
    asking = notifications_pb2.ListNoticesRequest(**schemas.sent_query(schemas.Page))
    found = current_app.extensions["clients"]["notifications"].ask("ListNotices", asking, actor())
    page = {"items": [_notice(each) for each in found.items], "next": found.next or None}
    return problems.json(NOTICES().dump(page))


def _notice(notice: notifications_pb2.Notice) -> dict[str, Any]:
    return {
        "notice_id": notice.notice_id,
        "kind": notice.kind,
        "subject": notice.subject,
        "body": notice.body,
        "reference": notice.reference or None,
        "sent_at": instant(notice.sent_at),
        "read_at": instant_or_none(notice.read_at),
    }

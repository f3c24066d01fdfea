"""Asking an outside provider something: as a vendor's key set is fetched, with a form or a token where that is wanted.

Judged and pinned in the same way: https, a public address unless an operator trusts the origin, no redirect, little time, little content.
"""

from __future__ import annotations

import logging
from urllib.parse import urlencode

from chassis.problems import Problem
from services.identity.domain import client_keys, outside
from services.identity.domain.client_keys import LARGEST, Address
from services.identity.domain.outside import Answered, Asked
from services.identity.server.reaching import FAILURES, Pinned, Reaching

_log = logging.getLogger(__name__)
_FORM = "application/x-www-form-urlencoded"


class Asking(Reaching):
    """Asks for one server; never what a stranger names: addresses come from our settings and what providers publish."""

    def ask(self, what: Asked) -> Answered:
        """The answer, whatever its status; raises UNAVAILABLE `outside-away`."""
        try:
            where = client_keys.address(what.url, self._trusted)
            return self._within(where, lambda connection: _answer(connection, where, what))
        except (Problem, *FAILURES) as failure:
            _log.info("an outside provider could not be asked: %s", type(failure).__name__)
            raise outside.away() from None


def _answer(connection: Pinned, where: Address, what: Asked) -> Answered:
    headers = {"Accept": "application/json", **what.headers}
    if what.form is None:
        connection.request("GET", where.path, headers=headers)
    else:
        connection.request("POST", where.path, urlencode(what.form), {**headers, "Content-Type": _FORM})
    with connection.getresponse() as answer:
        body = answer.read(LARGEST + 1)
        if len(body) > LARGEST or answer.length:
            raise OSError  # too much, or cut short by its sender
        return Answered(answer.status, body)

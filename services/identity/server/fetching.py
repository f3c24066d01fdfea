"""Fetching the key set that a vendor publishes: a little at most, from where everybody can reach it."""

from __future__ import annotations

import http
import logging

from services.identity.domain import client_keys
from services.identity.domain.client_keys import LARGEST, Address, not_fetched
from services.identity.server.reaching import FAILURES, Pinned, Reaching

_log = logging.getLogger(__name__)


class Fetching(Reaching):
    """Fetches for one server."""

    def fetch(self, url: str) -> bytes:
        """What lies at a `jwks_uri`; raises INVALID `keys-not-accepted`, which says what the vendor can mend."""
        where = client_keys.address(url, self._trusted)
        try:
            return self._within(where, lambda connection: _read(connection, where))
        except TimeoutError:
            raise not_fetched(f"The key set did not arrive within {self._seconds:g} seconds.") from None
        except FAILURES as failure:
            _log.info("a key set could not be fetched: %s", type(failure).__name__)
            raise not_fetched("There is no key set at this address that we can reach.") from None


def _read(connection: Pinned, where: Address) -> bytes:
    connection.request("GET", where.path, headers={"Accept": "application/jwk-set+json, application/json"})
    with connection.getresponse() as answer:
        if answer.status != http.HTTPStatus.OK:
            raise not_fetched("The address answers with another status than 200. Redirects are not followed.")
        body = answer.read(LARGEST + 1)
        if len(body) > LARGEST:
            raise not_fetched(f"A key set has {LARGEST} bytes at most.")
        if answer.length:
            raise OSError  # cut short by its sender
        return body

"""An organisation as whoever administers it sees it: people and their roles, requests, invitations, LRMS keys and clients."""

from __future__ import annotations

from gateway.web.organisation import clients, deciding, invitations, keys, people, places

PARTS = (places, deciding, people, invitations, keys, clients)

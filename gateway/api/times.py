"""Instants as the JSON API writes them."""

from __future__ import annotations

from google.protobuf.timestamp_pb2 import Timestamp


def instant(moment: Timestamp) -> str:
    """RFC 3339 in UTC."""
    return moment.ToJsonString()


def instant_or_none(moment: Timestamp) -> str | None:
    """None for a moment that has not come."""
    return instant(moment) if moment.seconds else None

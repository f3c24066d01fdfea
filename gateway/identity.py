"""Asking identity from within a request: for whoever asks us, or for nobody yet."""

from __future__ import annotations

from typing import Any

from flask import current_app

from chassis.grpc_client import DEADLINE
from gateway.guards import actor


def ask(rpc: str, asking: Any, deadline: float = DEADLINE) -> Any:
    """Its reply to whoever asks us; raises a Problem."""
    return _identity().ask(rpc, asking, actor(), deadline)


def ask_openly(rpc: str, asking: Any, deadline: float = DEADLINE) -> Any:
    """Its reply where there is no actor yet; raises a Problem."""
    return _identity().ask(rpc, asking, deadline=deadline)


def _identity() -> Any:
    return current_app.extensions["clients"]["identity"]

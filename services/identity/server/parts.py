"""What every part of the door is made with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Engine

from chassis.actors import Signer
from chassis.sealing import Sealer, Vault
from protos.identity.v1 import identity_pb2_grpc as pb_grpc
from services.identity import use_cases


@dataclass(frozen=True)
class Tools:
    """What a use case needs beside the database."""

    signer: Signer = field(repr=False)
    watch: use_cases.Watch
    to_notifications: Sealer
    vault: Vault = field(repr=False)
    site: use_cases.Site
    fetch: use_cases.Fetch
    audiences: frozenset[str]


class Part(pb_grpc.IdentityServicer):
    """Some of what identity answers, from the database `db`."""

    def __init__(self, db: Engine, tools: Tools) -> None:
        self.db = db
        self.tools = tools


def now() -> datetime:
    return datetime.now(UTC)

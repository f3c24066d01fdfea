"""gRPC door: request → use case → reply. What comes in is looked at and forgotten: no database, no log, no span holds any of it."""

from __future__ import annotations

from grpc import ServicerContext
from sqlalchemy import Engine

from chassis.grpc_server import OPEN, Door
from protos.enrichment.v1 import enrichment_pb2 as pb
from protos.enrichment.v1 import enrichment_pb2_grpc as pb_grpc
from services.enrichment import messages, use_cases
from services.enrichment.domain.names import Lexicon
from services.enrichment.settings import Serve
from services.enrichment.store import load_lexicon


class Servicer(pb_grpc.EnrichmentServicer):
    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    def LooksPersonal(self, request: pb.LooksPersonalRequest, context: ServicerContext) -> pb.LookedPersonal:
        return messages.looked(use_cases.looks_personal(request.texts, self._lexicon))


def door(settings: Serve, db: Engine) -> Door:
    """The lists of names are read here, so that nobody who asks waits for them."""
    return Door(
        name="lfpse.enrichment.v1.Enrichment",
        add=pb_grpc.add_EnrichmentServicer_to_server,
        servicer=Servicer(load_lexicon()),
        permissions={"LooksPersonal": OPEN},
        callers=frozenset({"gateway"}),
    )

"""A gateway in front of a recording that publishes the real question sets and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc

from chassis.grpc_server import OPEN, Door
from gateway import create_app
from gateway.envelope import Enveloped
from gateway.question_sets import QuestionSets
from gateway.settings import Settings
from protos.recording.v1 import recording_pb2 as pb
from protos.recording.v1 import recording_pb2_grpc
from tests.builders.question_sets import VERSIONS, a_concept_map, a_definition, summary_of
from tests.gateway import fakes
from tests.gateway.conftest import PUBLIC_URL, Client, _serving

BASE = f"{PUBLIC_URL}/taxonomy/fhir"
ORGANISATIONS = (
    pb.KnownOrganisation(code="RZ1", name="Northfield Hospitals"),
    pb.KnownOrganisation(code="RZ2", name="Northfield Community", closed=True),
)
_RPCS = ("ListQuestionSets", "GetQuestionSet", "GetConceptMap", "FindOrganisations")


@dataclass
class Publishing(fakes.Fake, recording_pb2_grpc.RecordingServicer):
    """Recording's public side: any definitions, and two organisations."""

    definitions: dict[int, pb.QuestionSetDefinition] = field(default_factory=dict)
    maps: dict[int, pb.ConceptMap] = field(default_factory=dict)

    def ListQuestionSets(self, request: Any, context: grpc.ServicerContext) -> Any:
        self.hear("ListQuestionSets", request)
        return pb.QuestionSets(
            question_sets=[summary_of(one) for one in self.definitions.values()],
            concept_maps=[
                pb.ConceptMapSummary(old=one.old, new=one.new, digest=one.digest)
                for one in self.maps.values()
            ],
        )

    def GetConceptMap(self, request: Any, context: grpc.ServicerContext) -> Any:
        self.hear("GetConceptMap", request)
        return self.maps[request.old]

    def GetQuestionSet(self, request: Any, context: grpc.ServicerContext) -> Any:
        self.hear("GetQuestionSet", request)
        return self.definitions[request.question_set]

    def FindOrganisations(self, request: Any, context: grpc.ServicerContext) -> Any:
        self.hear("FindOrganisations", request)
        shown = ORGANISATIONS[: request.count]
        return pb.Organisations(organisations=shown, total=len(ORGANISATIONS))


@dataclass
class Published:
    """The app, and the recording behind it."""

    app: Enveloped
    recording: Publishing
    door: fakes.Running

    @property
    def client(self) -> Client:
        return self.app.test_client(use_cookies=False)

    def get(self, path: str, **more: Any) -> Any:
        """What the taxonomy answers at `path` after its base."""
        return self.client.get(f"/taxonomy/fhir/{path}", **more)

    def json(self, path: str) -> Any:
        answer = self.get(path)
        assert answer.status_code == 200, path
        return answer.json

    def asked(self, kind: type) -> int:
        """How often recording was asked for something."""
        return sum(isinstance(each, kind) for each in self.recording.asked)


@contextmanager
def published(
    folder: Path, versions: tuple[int, ...] = VERSIONS, kept: float = 0.0, patience: float = 0.0
) -> Iterator[Published]:
    """`folder` holds the keys of the services; for `kept` and `patience` seconds recording is not asked again."""
    maps = {each: a_concept_map(each) for each in versions if each + 1 in versions}
    fake = Publishing(definitions={each: a_definition(each) for each in versions}, maps=maps)
    add = recording_pb2_grpc.add_RecordingServicer_to_server
    doors = Door(
        "lfpse.recording.v1.Recording", add, fake, dict.fromkeys(_RPCS, OPEN), frozenset({"gateway"})
    )
    door = fakes.Running("recording", fake, doors, _serving(folder, "recording"))
    door.start()
    app = create_app(_settings(folder, door.port))
    app.extensions["question_sets"] = QuestionSets(app.extensions["clients"], kept, patience)
    yield Published(app, fake, door)
    app.extensions["clients"].close()
    door.stop()


def _settings(folder: Path, port: int) -> Settings:
    return Settings(
        recording_target=f"localhost:{port}",
        identity_target="localhost:1",
        access_target="localhost:1",
        notifications_target="localhost:1",
        enrichment_target="localhost:1",
        tls_cert_file=str(folder / "gateway.crt"),
        tls_key_file=str(folder / "gateway.key"),
        tls_ca_file=str(folder / "ca.crt"),
        unplaced_organisation="XZ9",
        secret_key="only for tests",
        public_url=PUBLIC_URL,
    )

"""The question set and the organisations it may name, over gRPC; public knowledge, so no actor is asked for."""

from __future__ import annotations

from grpc import ServicerContext
from sqlalchemy import Engine

from chassis.grpc_server import OPEN
from protos.recording.v1 import recording_pb2 as pb
from protos.recording.v1 import recording_pb2_grpc as pb_grpc
from services.recording import use_cases
from services.recording.messages import concept_maps, organisations, question_sets

PERMISSIONS = dict.fromkeys(
    ("ListQuestionSets", "GetQuestionSet", "GetConceptMap", "FindOrganisations"), OPEN
)


class QuestionSets(pb_grpc.RecordingServicer):
    """What may be asked, and which organisations exist."""

    _db: Engine

    def ListQuestionSets(
        self, request: pb.ListQuestionSetsRequest, context: ServicerContext
    ) -> pb.QuestionSets:
        return pb.QuestionSets(
            question_sets=[question_sets.summary(one) for one in use_cases.every_question_set().values()],
            concept_maps=[concept_maps.summary(one) for one in use_cases.every_concept_map().values()],
        )

    def GetQuestionSet(
        self, request: pb.GetQuestionSetRequest, context: ServicerContext
    ) -> pb.QuestionSetDefinition:
        return question_sets.definition(use_cases.question_set(request.question_set))

    def GetConceptMap(self, request: pb.GetConceptMapRequest, context: ServicerContext) -> pb.ConceptMap:
        return concept_maps.concept_map(use_cases.concept_map(request.old, request.new))

    def FindOrganisations(
        self, request: pb.FindOrganisationsRequest, context: ServicerContext
    ) -> pb.Organisations:
        return organisations.organisations(
            *use_cases.find_organisations(self._db, request.text, request.count)
        )

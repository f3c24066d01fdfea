"""Organisations: searched by anybody, shown in full and imported for support staff."""

from __future__ import annotations

from grpc import ServicerContext

from chassis.grpc_server import OPEN, actor
from protos.identity.v1 import identity_pb2 as pb
from services.identity import messages, use_cases
from services.identity.domain.roles import Permission
from services.identity.server.parts import Part, now

PERMISSIONS = {
    "SearchOrganisations": OPEN,
    "GetOrganisation": Permission.ORGANISATIONS,
    "ReceiveOrganisationFile": Permission.ORGANISATIONS,
    "ListOrganisationImports": Permission.ORGANISATIONS,
    "GetOrganisationImport": Permission.ORGANISATIONS,
}


class Organisations(Part):
    def SearchOrganisations(
        self, request: pb.SearchOrganisationsRequest, context: ServicerContext
    ) -> pb.FoundOrganisations:
        found = use_cases.search_organisations(self.db, request.text, request.limit, now())
        return pb.FoundOrganisations(organisations=[messages.found_organisation(one) for one in found])

    def GetOrganisation(
        self, request: pb.GetOrganisationRequest, context: ServicerContext
    ) -> pb.OrganisationRecord:
        return messages.organisation_record(
            use_cases.show_organisation(self.db, actor(), request.code, now())
        )

    def ReceiveOrganisationFile(
        self, request: pb.ReceiveOrganisationFileRequest, context: ServicerContext
    ) -> pb.OrganisationImport:
        made = use_cases.receive_upload(self.db, actor(), request.kind, request.content, now())
        return messages.organisation_import(made)

    def ListOrganisationImports(
        self, request: pb.ListOrganisationImportsRequest, context: ServicerContext
    ) -> pb.OrganisationImports:
        found, following, (state, sync, backlog) = use_cases.list_imports(
            self.db, actor(), request.cursor, now()
        )
        return pb.OrganisationImports(
            imports=[messages.organisation_import(one) for one in found],
            next=following,
            sync=messages.organisation_sync(state, sync.since, *backlog, sync.last_error),
        )

    def GetOrganisationImport(
        self, request: pb.GetOrganisationImportRequest, context: ServicerContext
    ) -> pb.OrganisationImport:
        return messages.organisation_import(*use_cases.show_import(self.db, actor(), request.import_id))

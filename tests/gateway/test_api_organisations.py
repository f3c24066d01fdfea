"""Organisations over HTTP: shape, guards, what is too large or of the wrong kind, what a missing identity does."""

from __future__ import annotations

import zlib
from typing import Any

import pytest

from chassis.problems import unavailable
from gateway import packing
from gateway.api import organisations
from protos.identity.v1 import identity_pb2 as pb
from tests.gateway.conftest import BEARER, Client, System

IMPORTS = "/api/v1/admin/organisations/imports"
CSV = {**BEARER, "Content-Type": "text/csv"}


def obeys(schema: Any, body: Any) -> None:
    assert schema().validate(body) == {}


def an_organisation() -> pb.FoundOrganisation:
    return pb.FoundOrganisation(
        code="RAA01",
        name="NORTHMOOR INFIRMARY",
        kind="site",
        label="NHS trust site",
        postcode="ZZ99 1AA",
        belongs_to=[pb.NamedOrganisation(code="RAA", name="NORTHMOOR TRUST")],
    )


def an_import(**more: Any) -> pb.OrganisationImport:
    made = pb.OrganisationImport(
        import_id="1", kind="etr", source="upload", state="done", lines=2, refused=1, **more
    )
    made.received_at.FromSeconds(1_700_000_000)
    return made


@pytest.mark.parametrize("name", ["search", "text"])
def test_anybody_finds_organisations_by_what_they_have_typed(
    client: Client, system: System, name: str
) -> None:
    system.identity.answers["SearchOrganisations"] = pb.FoundOrganisations(organisations=[an_organisation()])
    answer = client.get(f"/api/v1/organisations?{name}=north+inf&limit=5")
    assert answer.status_code == 200
    obeys(organisations.FOUND, answer.json)
    (one,) = answer.json["items"]
    assert (one["code"], one["kind"], one["kind_label"]) == ("RAA01", "site", "NHS trust site")
    assert one["belongs_to"] == [{"code": "RAA", "name": "NORTHMOOR TRUST"}]
    (asked,) = system.identity.asked
    assert (asked.text, asked.limit) == ("north inf", 5)


@pytest.mark.parametrize("query", ["limit=0", "limit=51", "search=" + "x" * 101, "q=x"])
def test_a_strange_search_is_refused(client: Client, query: str) -> None:
    assert client.get(f"/api/v1/organisations?{query}").status_code == 422


def test_a_search_without_identity_is_to_be_tried_again(client: Client, system: System) -> None:
    system.identity.answers["SearchOrganisations"] = unavailable("try-again", "Try again.")
    assert client.get("/api/v1/organisations?search=x").status_code == 503


def test_support_staff_see_an_organisation_with_its_days(client: Client, system: System) -> None:
    other = pb.NamedOrganisation(code="RBB", name="NEW TRUST")
    system.identity.answers["GetOrganisation"] = pb.OrganisationRecord(
        organisation=an_organisation(),
        closed_on="2025-03-31",
        roles=[pb.DatedRole(role="RO198", primary=True, start="2001-04-01")],
        parents=[pb.DatedLink(organisation=other, kind="RE6", start="2001-04-01", end="2025-03-31")],
        successors=[pb.DatedLink(organisation=other, start="2025-04-01")],
        version=3,
    )
    answer = client.get("/api/v1/admin/organisations/raa01", headers=BEARER)
    obeys(organisations.OrganisationRecord, answer.json)
    assert answer.json["parents"] == [
        {
            "code": "RBB",
            "name": "NEW TRUST",
            "relationship": "RE6",
            "start": "2001-04-01",
            "end": "2025-03-31",
        }
    ]
    assert answer.json["succeeded_by"][0]["start"] == "2025-04-01"
    assert (answer.json["opened_on"], answer.json["closed_on"]) == (None, "2025-03-31")
    assert system.identity.asked[-1].code == "RAA01"


def test_a_file_goes_on_compressed_and_whole(client: Client, system: System) -> None:
    system.identity.answers["ReceiveOrganisationFile"] = an_import()
    sent = b'"RAA","NORTHMOOR"\r\n' * 100_000
    answer = client.post(f"{IMPORTS}?kind=etr", data=sent, headers=CSV)
    assert answer.status_code == 202
    obeys(organisations.OrganisationImport, answer.json)
    asked = system.identity.asked[-1]
    assert (asked.kind, zlib.decompress(asked.content)) == ("etr", sent)


def test_a_file_larger_than_any_is_refused_before_it_goes_on(client: Client, system: System) -> None:
    sent = b"," * (packing.LARGEST + 1)
    answer = client.post(f"{IMPORTS}?kind=etr", data=sent, headers=CSV)
    assert (answer.status_code, answer.json["code"]) == (413, "body-too-large")
    assert not [one for one in system.identity.asked if isinstance(one, pb.ReceiveOrganisationFileRequest)]


@pytest.mark.parametrize(
    ("query", "headers", "status"),
    [
        ("kind=etr", {**BEARER, "Content-Type": "application/zip"}, 415),
        ("", CSV, 422),
        ("kind=" + "x" * 21, CSV, 422),
        ("kind=etr", {"Content-Type": "text/csv"}, 401),
    ],
)
def test_what_is_no_upload_is_refused(client: Client, query: str, headers: Any, status: int) -> None:
    assert client.post(f"{IMPORTS}?{query}", data=b"x", headers=headers).status_code == status


def test_imports_are_listed_with_how_far_the_directory_is_followed(client: Client, system: System) -> None:
    system.identity.answers["ListOrganisationImports"] = pb.OrganisationImports(
        imports=[an_import()], sync=pb.OrganisationSync(state="following", since="2026-11-20", failed=1)
    )
    answer = client.get(IMPORTS, headers=BEARER)
    obeys(organisations.Imports, answer.json)
    assert (answer.json["next"], answer.json["sync"]["failed"]) == (None, 1)


def test_an_import_shows_which_lines_were_refused_and_why(client: Client, system: System) -> None:
    fault = pb.ImportFault(line=2, code="date-not-valid", detail="RAA: the opening date cannot be read.")
    system.identity.answers["GetOrganisationImport"] = an_import(faults=[fault])
    answer = client.get(f"{IMPORTS}/1", headers=BEARER)
    obeys(organisations.ImportWithFaults, answer.json)
    assert answer.json["faults"] == [
        {"line": 2, "code": "date-not-valid", "detail": "RAA: the opening date cannot be read."}
    ]


@pytest.mark.parametrize("path", [IMPORTS, f"{IMPORTS}/1", "/api/v1/admin/organisations/RAA"])
def test_administration_is_for_who_is_signed_in_and_may(client: Client, path: str) -> None:
    assert client.get(path).status_code == 401
    assert client.get(path, headers={"Authorization": "Bearer narrow"}).status_code == 403

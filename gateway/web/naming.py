"""What is kept as a code, in words: roles and organisations as identity knows them now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from chassis.problems import Problem
from gateway.identity import ask_openly
from protos.identity.v1 import identity_pb2 as pb

DEADLINE = 1.0  # seconds a page waits for the name of an organisation


def roles() -> Mapping[str, pb.Role]:
    """Every role by its name; raises a Problem."""
    return {one.name: one for one in ask_openly("ListRoles", pb.ListRolesRequest()).roles}


def scopes() -> list[tuple[str, str]]:
    """What a key may be narrowed to: names, and what each allows; raises a Problem."""
    return [(one.name, one.label) for one in ask_openly("ListRoles", pb.ListRolesRequest()).scopes]


def found(text: str, limit: int = 20) -> list[pb.FoundOrganisation]:
    """Organisations that match, open ones first; raises a Problem."""
    asking = pb.SearchOrganisationsRequest(text=text, limit=limit)
    return list(ask_openly("SearchOrganisations", asking).organisations)


def organisations(codes: Iterable[str]) -> Mapping[str, str]:
    """Codes → names with their code; the code alone where a name cannot be known now."""
    return {code: organisation(code) for code in set(codes)}


def organisation(code: str) -> str:
    """One of them."""
    asking = pb.SearchOrganisationsRequest(text=code, limit=5)
    try:
        likely = ask_openly("SearchOrganisations", asking, DEADLINE).organisations
    except Problem:
        return code
    return next((f"{one.name} ({code})" for one in likely if one.code == code and one.name), code)

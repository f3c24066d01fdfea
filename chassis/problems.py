"""The seven ways a request can fail, spoken at every edge.

A `Problem` is an expected failure: raised in a domain or a use case, carried over gRPC, rendered only in the gateway.
Anything else that is raised is a bug; its text never leaves the process that raised it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Why a request failed; each edge has one status for each kind (house rules, errors)."""

    INVALID = "invalid"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not-found"
    CONFLICT = "conflict"
    THROTTLED = "throttled"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True)
class Fault:
    """One wrong field: where (`path`, as the sender wrote it), a stable kebab `code`, a sentence that helps."""

    path: str
    code: str
    detail: str


class Problem(Exception):
    """An expected failure: `kind`, a stable kebab `code`, a `detail` for the person who must act, and `faults`.

    `detail` and each fault's `detail` are shown to people and may be logged: they never quote free text. `retry_after` is
    in how many seconds the same may be asked again, 0 where we do not know.
    """

    def __init__(
        self, kind: Kind, code: str, detail: str, faults: tuple[Fault, ...] = (), retry_after: int = 0
    ) -> None:
        super().__init__(code)
        self.kind = kind
        self.code = code
        self.detail = detail
        self.faults = tuple(faults)
        self.retry_after = retry_after

    def __reduce__(self) -> tuple[type[Problem], tuple[Kind, str, str, tuple[Fault, ...], int]]:
        return (Problem, (self.kind, self.code, self.detail, self.faults, self.retry_after))


def invalid(code: str, detail: str, *faults: Fault) -> Problem:
    return Problem(Kind.INVALID, code, detail, faults)


def unauthenticated(code: str, detail: str, *faults: Fault) -> Problem:
    return Problem(Kind.UNAUTHENTICATED, code, detail, faults)


def forbidden(code: str, detail: str) -> Problem:
    return Problem(Kind.FORBIDDEN, code, detail)


def not_found(code: str, detail: str, *faults: Fault) -> Problem:
    return Problem(Kind.NOT_FOUND, code, detail, faults)


def conflict(code: str, detail: str, *faults: Fault) -> Problem:
    return Problem(Kind.CONFLICT, code, detail, faults)


def throttled(code: str, detail: str, retry_after: int = 0) -> Problem:
    return Problem(Kind.THROTTLED, code, detail, (), retry_after)


def unavailable(code: str, detail: str) -> Problem:
    return Problem(Kind.UNAVAILABLE, code, detail)

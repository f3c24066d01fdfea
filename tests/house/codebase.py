"""The codebase as its own tests see it: files, processes, settings, contracts."""

from __future__ import annotations

import importlib
import os
import tokenize
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from types import ModuleType
from typing import Any

from google.protobuf.descriptor import Descriptor, FileDescriptor

from deploy.local.layout import CHECKOUT, SERVICES
from deploy.local.processes import VERBS
from gateway.settings import Settings as Gateway

LOCAL = {
    ".git",
    ".venv",
    ".tools",
    ".hypothesis",
    "var",
    "node_modules",
    "__pycache__",
    "nhsuk",
}  # never committed
MIGRATED = {service: (*verbs, "migrate") for service, verbs in VERBS.items()}
PROCESSES = [(service, verb) for service, verbs in MIGRATED.items() for verb in verbs]
DEPLOYABLES = (*SERVICES, "gateway")


def files(*folders: str, ending: str = "") -> list[Path]:
    """Every file that may be committed, below the named folders (all, when none is named)."""
    roots = [CHECKOUT / folder for folder in folders] or [CHECKOUT]
    return [path for root in roots for path in _below(root) if path.name.endswith(ending)]


def _below(root: Path) -> Iterator[Path]:
    for folder, below, names in os.walk(root):
        below[:] = [name for name in below if name not in LOCAL and not name.endswith("_cache")]
        yield from (Path(folder) / name for name in names if not name.endswith(".pyc"))


def modules(package: str) -> list[str]:
    """The dotted name of every module of a package, by its path."""
    found = files(package.replace(".", "/"), ending=".py")
    names = [".".join(path.relative_to(CHECKOUT).with_suffix("").parts) for path in found]
    return sorted(name.removesuffix(".__init__") for name in names)


def settings_of(service: str, verb: str) -> type[Any]:
    """The settings of a process, e.g. services.recording.settings.Serve."""
    found: type[Any] = getattr(importlib.import_module(f"services.{service}.settings"), verb.capitalize())
    return found


def all_settings() -> dict[str, type[Any]]:
    """Process → its settings; the gateway too."""
    return {f"{verb} {service}": settings_of(service, verb) for service, verb in PROCESSES} | {
        "gateway": Gateway
    }


def comments() -> dict[str, str]:
    """Setting → what the code says beside it."""
    found: dict[str, str] = {}
    for path in (
        CHECKOUT / "chassis" / "settings.py",
        *CHECKOUT.glob("*/settings.py"),
        *CHECKOUT.glob("services/*/settings.py"),
    ):
        found |= _comments(path)
    return found


def _comments(path: Path) -> dict[str, str]:
    """Name → the comment at the end of its statement."""
    found, name = dict[str, str](), ""
    with path.open("rb") as source:
        for token in tokenize.tokenize(source.readline):
            if (
                token.type == tokenize.NAME
                and token.start[1] == 4
                and token.line.lstrip().startswith(f"{token.string}:")
            ):
                name = token.string
            elif token.type == tokenize.COMMENT and name:
                found[name.upper()] = token.string.lstrip("# ")
            elif token.type == tokenize.DEDENT:
                name = ""
    return found


def readers() -> dict[str, list[str]]:
    """Setting → the processes that read it."""
    found: dict[str, list[str]] = {}
    for process, kind in all_settings().items():
        for one in fields(kind):
            found.setdefault(one.name.upper(), []).append(process)
    return found


def contracts() -> dict[str, list[FileDescriptor]]:
    """Folder under protos/ → the descriptors of its files."""
    found: dict[str, list[FileDescriptor]] = {}
    for path in sorted(CHECKOUT.glob("protos/*/v1/*.proto")):
        found.setdefault(path.parent.parent.name, []).append(_contract(path))
    return found


def _contract(path: Path) -> FileDescriptor:
    name = ".".join(path.relative_to(CHECKOUT).with_suffix("").parts)
    module: ModuleType = importlib.import_module(f"{name}_pb2")
    descriptor: FileDescriptor = module.DESCRIPTOR
    return descriptor


def parts_of(message: Descriptor) -> set[str]:
    """The full names of a message and of everything it is made of."""
    found, waiting = set[str](), [message]
    while waiting:
        one = waiting.pop()
        if one.full_name not in found:
            found.add(one.full_name)
            waiting += [field.message_type for field in one.fields if field.message_type]
    return found


def announced() -> dict[str, str]:
    """Message → the service that announces it: what no RPC takes or returns and no other message is made of."""
    found: dict[str, str] = {}
    spoken = {
        name
        for files in contracts().values()
        for rpc in _rpcs(files)
        for side in (rpc.input_type, rpc.output_type)
        for name in parts_of(side)
    }
    for service, files in contracts().items():
        own = [message for one in files for message in one.message_types_by_name.values()]
        inside = {name for message in own for name in parts_of(message) - {message.full_name}}
        found |= {one.full_name: service for one in own if one.full_name not in spoken | inside}
    return found


def auditing() -> set[str]:
    """The services whose own tables hold an audit: what each of them tells of it is a message of no service's own."""
    made = {service: files(f"services/{service}/migrations", ending=".py") for service in SERVICES}
    return {
        service
        for service, several in made.items()
        if any("create table audit (" in path.read_text(encoding="utf-8") for path in several)
    }


def _rpcs(files: list[FileDescriptor]) -> list[Any]:
    return [rpc for one in files for service in one.services_by_name.values() for rpc in service.methods]


def heard() -> dict[str, list[str]]:
    """Message → the services that listen to it."""
    found: dict[str, list[str]] = {}
    for service, verbs in VERBS.items():
        if "listen" in verbs:
            for kind in importlib.import_module(f"services.{service}.listener").HANDLERS:
                found.setdefault(kind.DESCRIPTOR.full_name, []).append(service)
    return found

"""The Dockerfile read without Docker: which files of this checkout an image holds, and where."""

from __future__ import annotations

import re
import shlex
import shutil
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

from deploy.local.layout import CHECKOUT
from tests.house.codebase import files

Tree = dict[str, Path]  # path in the image → file in the checkout


@dataclass(frozen=True)
class Stage:
    """One FROM and what follows it."""

    name: str
    parent: str
    steps: list[list[str]] = field(default_factory=list)


def stages(service: str) -> list[Stage]:
    """Every stage for one SERVICE, the last of them being the image."""
    arguments, found = {"SERVICE": service}, list[Stage]()
    for words in _lines():
        words = [
            re.sub(r"\$\{(\w+)\}", lambda match: arguments.get(match[1], match[0]), word) for word in words
        ]
        if words[0] == "FROM":
            found.append(Stage(words[3] if len(words) > 3 else "", words[1]))
        elif words[0] == "ARG" and "=" in words[1]:
            name, _, value = words[1].partition("=")
            arguments.setdefault(name, value)
        elif found:
            found[-1].steps.append(words)
    return found


def image(service: str) -> Tree:
    """What the image of `service` holds below /app, but for what its build makes.

    FileNotFoundError where a source is missing.
    """
    everything = stages(service)
    return {
        place: path for place, path in _files(everything[-1], everything).items() if place.startswith("/app/")
    }


def unpack(tree: Tree, folder: Path) -> Path:
    """Copy what is below /app into an empty folder, as the image would have it."""
    for place, path in tree.items():
        target = folder / place.removeprefix("/app/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    return folder


def _lines() -> list[list[str]]:
    text = (CHECKOUT / "Dockerfile").read_text().replace("\\\n", " ")
    return [shlex.split(line) for line in text.splitlines() if line.strip() and not line.startswith("#")]


def _files(stage: Stage, everything: list[Stage]) -> Tree:
    by_name = {one.name: one for one in everything if one.name}
    found = _files(by_name[stage.parent], everything) if stage.parent in by_name else {}
    for words in stage.steps:
        if words[0] == "COPY" and words[1].startswith("--from="):
            other = _files(by_name[words[1].partition("=")[2]], everything)
            found |= {place: path for place, path in other.items() if place.startswith(words[2])}
        elif words[0] == "COPY":
            found |= _copied(words[1:-1], words[-1])
    return found


def _copied(sources: list[str], target: str) -> Tree:
    """Files of the build context; a folder's contents go into the target, as Docker has it."""
    found: Tree = {}
    place = target if target.startswith("/") else f"/app/{target}"
    for source in sources:
        path = CHECKOUT / source
        if not path.exists():
            raise FileNotFoundError(source)
        inside = files(source) if path.is_dir() else [path]
        for one in filter(sent, inside):
            name = str(one.relative_to(path)) if path.is_dir() else one.name
            found[f"{place}{name}" if place.endswith("/") else place] = one
    return found


def sent(path: Path) -> bool:
    """Whether .dockerignore lets a file through to the builder; the last line that speaks of it decides."""
    name, allowed = str(path.relative_to(CHECKOUT)), True
    parts = [name, *map(str, Path(name).parents)]
    for line in (CHECKOUT / ".dockerignore").read_text().splitlines():
        pattern = line.removeprefix("!").removeprefix("**/")
        spoken = parts if "**/" not in line else [Path(part).name for part in parts]
        if not line.startswith("#") and any(_matches(part, pattern) for part in spoken):
            allowed = line.startswith("!")
    return allowed


def _matches(part: str, pattern: str) -> bool:
    """A star does not cross a folder's border."""
    return part not in ("", ".") and fnmatch(part, pattern) and part.count("/") == pattern.count("/")

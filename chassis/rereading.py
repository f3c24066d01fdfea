"""Keys that change while we run: what was made of a file is made again when the file changes.

Looked at on use, once a second at most, so that a call costs a comparison of two numbers. A file that is half-written,
broken or gone changes nothing: the old keys stay, a line in the log says so (never what the file holds), and `state` does.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

T = TypeVar("T")
LOOK_EVERY = 1.0  # seconds
_log = logging.getLogger(__name__)
_held: weakref.WeakSet[Reread[Any]] = weakref.WeakSet()


class FromFile(str):
    """The text of a setting that came from a file, and which: `name` is the setting's."""

    name: str
    path: Path

    def __new__(cls, text: str, name: str, path: Path) -> FromFile:
        made = super().__new__(cls, text)
        made.name, made.path = name, path
        return made


@dataclass(frozen=True)
class State:
    """What a process holds of one setting: the digest of what it uses, and whether the file there now cannot be used."""

    name: str
    digest: str
    refused: bool


class Reread(Generic[T]):
    """What `make` makes of the contents of `paths`; raises what `make` raises, here and never again."""

    def __init__(
        self,
        name: str,
        paths: Sequence[Path],
        make: Callable[..., T],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self._paths = tuple(paths)
        self._make = make
        self._lock = threading.Lock()
        self._clock = clock
        self._due = clock() + LOOK_EVERY
        self._refused: tuple[object, ...] = ()
        self._said = False
        self._mark = _mark(self._paths)
        contents = [path.read_bytes() for path in self._paths]
        self._digest, self._made = _digest(contents), make(*contents)
        _held.add(self)

    def now(self) -> T:
        """What the files make, as they were a second ago at most."""
        if self._clock() >= self._due and self._lock.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._lock.release()
        return self._made

    def state(self) -> State:
        """Look at once, and say what is in use."""
        with self._lock:
            self._look()
        return State(self.name, self._digest, bool(self._refused))

    def _look(self) -> None:
        self._due = self._clock() + LOOK_EVERY
        mark = _mark(self._paths)
        if mark == self._mark:
            self._refused, self._said = (), False
            return
        try:
            contents = [path.read_bytes() for path in self._paths]
            made = self._make(*contents)
        except Exception as failure:
            self._refuse(mark, failure)
            return
        if _mark(self._paths) == mark:  # else it changed meanwhile: next time
            self._digest, self._made, self._mark = _digest(contents), made, mark
            self._refused, self._said = (), False
            _log.info("%s has changed and is in use (%s)", self.name, self._digest)

    def _refuse(self, mark: tuple[object, ...], failure: Exception) -> None:
        """Said at the second look, because the first may see files that are being written."""
        if self._refused == mark and not self._said:
            _log.error("%s has changed and cannot be used (%s); the old stays", self.name, _class(failure))
            self._said = True
        elif self._refused != mark:
            self._refused, self._said = mark, False


class Fixed(Generic[T]):
    """What was given directly: it stays for as long as the process runs."""

    def __init__(self, made: T) -> None:
        self._made = made

    def now(self) -> T:
        return self._made


def of(text: str, make: Callable[[str], T]) -> Reread[T] | Fixed[T]:
    """What `make` makes of a setting's text, again when it came from a file and that changes."""
    if not isinstance(text, FromFile):
        return Fixed(make(text))
    return Reread(text.name, [text.path], lambda content: make(content.decode().strip()))


def states() -> list[State]:
    """Of everything that this process rereads, each setting once, by name."""
    found: dict[str, State] = {}
    for one in list(_held):
        state = one.state()
        if state.name not in found or state.refused:
            found[state.name] = state
    return sorted(found.values(), key=lambda state: state.name)


def digest(paths: Sequence[Path]) -> str:
    """As `State.digest` once a process uses these files."""
    return _digest([path.read_bytes() for path in paths])


def _digest(contents: Sequence[bytes]) -> str:
    """Of a set that holds keys of 256 bits: nothing can be guessed from it."""
    return hashlib.sha256(b"\0".join(contents)).hexdigest()[:16]


def _mark(paths: Sequence[Path]) -> tuple[object, ...]:
    """Which files these are: another inode, time or length is another file. Kubernetes swaps symbolic links."""
    return tuple(_stat(path) for path in paths)


def _stat(path: Path) -> object:
    try:
        seen = path.stat()
    except OSError as failure:
        return type(failure).__name__
    return seen.st_dev, seen.st_ino, seen.st_mtime_ns, seen.st_size


def _class(failure: Exception) -> str:
    return type(failure).__name__

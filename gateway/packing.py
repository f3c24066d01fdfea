"""A file that is larger than a request may be: compressed as it arrives, alone or in a form, so that little of it is held at once."""

from __future__ import annotations

import io
import zlib
from typing import Any

from flask import request
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge

from chassis.problems import Problem, invalid, throttled
from gateway.door import BUSY

LARGEST = 48 << 20  # bytes of one file
LARGEST_PACKED = 7 << 20  # as it goes on to identity
LARGEST_FORM = LARGEST + (16 << 20)  # bytes of a form with one, so that its sender hears why
DEADLINE = 30.0  # seconds that a file waits for identity
_CHUNK = 1 << 16


class Packing(io.RawIOBase):
    """What is written to it, compressed; of what is too large nothing more is kept. A form's file is written here as well."""

    def __init__(self) -> None:
        self._packing = zlib.compressobj()
        self._packed = bytearray()
        self.seen = 0  # bytes

    @property
    def too_large(self) -> bool:
        return self.seen > LARGEST or len(self._packed) > LARGEST_PACKED

    def writable(self) -> bool:
        return True

    def write(self, chunk: Any, /) -> int:
        """Take one more piece."""
        self.seen += len(chunk)
        if not self.too_large:
            self._packed += self._packing.compress(chunk)
        return len(chunk)

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Nowhere: whoever takes a form apart goes back to the beginning of its file at the end."""
        return 0

    def packed(self) -> bytes:
        """All that was written, in zlib's form; asked for once. INVALID where it is too large."""
        if not self.too_large:
            self._packed += self._packing.flush()
        if self.too_large:
            raise _too_large()
        return bytes(self._packed)


def must_have_room() -> None:
    """THROTTLED where other files are arriving already."""
    if request.environ.get(BUSY):
        raise throttled("too-many-imports", "Other imports are under way. Try again in a minute.")


def of_body() -> Packing:
    """The body, which is the file. Read no further where it is too large; INVALID where no more of it comes."""
    packing, source = Packing(), request.environ["wsgi.input"]
    try:
        while not packing.too_large and (chunk := source.read(_CHUNK)):
            packing.write(chunk)
    except TimeoutError:
        raise _too_slow() from None
    return packing


def of_form(field: str) -> Packing:
    """The file in a field of the form, whose other fields are read with it; nothing where none was chosen. INVALID as `of_body`."""
    request.max_content_length = LARGEST_FORM
    try:
        file = request.files.get(field)
    except RequestEntityTooLarge:
        raise _too_large() from None
    except ClientDisconnected:
        raise _too_slow() from None
    return file.stream if file and isinstance(file.stream, Packing) else Packing()


def _too_large() -> Problem:
    return invalid("body-too-large", "The file is larger than any of the official files.")


def _too_slow() -> Problem:
    return invalid("body-too-slow", "No more of the file came for too long. Send it again.")

"""The adapter for streams that open on an object in memory made from the content."""

import io
from collections.abc import Callable
from typing import Any

from streamtck.adapters.adapter import Adapter
from streamtck.adapters.storage import EncodingCache


class InMemory(Adapter):
    """Opens a stream on encoded bytes; `read_back` looks at the very bytes that the stream was given.

    `opening` is the expression that opens a stream from `stored`, as a reproducer shows it;
    `encoding` is the expression that makes `stored` from `content`.
    """

    def __init__(
        self,
        name: str,
        open_stored: Callable[[bytes], Any],
        *,
        package: str,
        imports: str,
        opening: str,
        encode: Callable[[bytes], bytes] = bytes,
        encoding: str = "",
        boundaries: tuple[int, ...] = (),
    ) -> None:
        self.name = name
        self.package = package
        self.boundaries = boundaries
        self.wraps = bool(encoding)
        self._open = open_stored
        self._encode = EncodingCache(encode)
        self._lines = (imports, encoding, opening)

    def encode(self, content: bytes) -> bytes:
        return self._encode(content)

    def store(self, content: bytes) -> bytes:
        return bytes(bytearray(self._encode(content)))

    def open(self, ref: bytes, surface: str = "") -> Any:
        return self._open(ref)

    def read_back(self, ref: bytes) -> bytes:
        return ref

    def snippet(self, surface: str = "") -> str:
        imports, encoding, opening = self._lines
        return "\n".join([imports, f"stored = {encoding or 'content'}", opening])

    def look(self) -> str:
        return "stored"


def source(stored: bytes) -> io.BytesIO:
    """The stored bytes as the file object that wrapping streams take."""
    return io.BytesIO(stored)

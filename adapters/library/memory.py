"""The adapter for streams that open on an object in memory made from the content."""

import io
from collections.abc import Callable
from typing import Any, BinaryIO

from streamtck.adapters.adapter import Adapter
from streamtck.adapters.storage import EncodingCache


class InMemory(Adapter):
    """Opens a stream on encoded bytes; `read_back` looks at the very bytes that the stream was given.

    `opened` opens a stream on the stored bytes, or with `sources` on a binary file that serves them.
    As a reproducer shows it, `opening` does so from the name `stored`, or `source`; `encoding` is the
    expression that makes `stored` from `content`.
    """

    def __init__(
        self,
        name: str,
        opened: Callable[[Any], Any],
        *,
        package: str,
        imports: str,
        opening: str,
        encode: Callable[[bytes], bytes] = bytes,
        encoding: str = "",
        boundaries: tuple[int, ...] = (),
        sources: bool = False,
    ) -> None:
        self.name = name
        self.package = package
        self.boundaries = boundaries
        self.sources = sources
        self.wraps = sources or bool(encoding)
        self._opened = opened
        self._encode = EncodingCache(encode)
        self._imports = f"import io\n{imports}" if sources else imports
        self._lines = [
            f"stored = {encoding or 'content'}",
            *["source = io.BytesIO(stored)"] * sources,
            opening,
        ]

    def encode(self, content: bytes) -> bytes:
        return self._encode(content)

    def place(self, stored: bytes) -> bytes:
        return bytes(bytearray(stored))

    def open(self, ref: bytes, surface: str = "") -> Any:
        return self._opened(io.BytesIO(ref) if self.sources else ref)

    def open_on(self, source: BinaryIO, surface: str = "") -> Any:
        return self._opened(source)

    def read_back(self, ref: bytes) -> bytes | None:
        return ref

    def snippet(self, surface: str = "") -> str:
        return "\n".join([self._imports, *self._lines])

    def look(self) -> str:
        return "stored"

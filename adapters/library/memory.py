"""The adapter for streams that open on an object in memory made from the content."""

import io
from collections.abc import Callable
from typing import Any, BinaryIO

from streamtck.adapters.adapter import Adapter, Large
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
        self._encoded = bool(encoding)
        self._imports = f"import io\n{imports}" if sources else imports
        self._opening = opening
        self._lines = [f"stored = {encoding or 'content'}", *["source = io.BytesIO(stored)"] * sources]

    def encode(self, content: bytes) -> bytes:
        return self._encode(content)

    def place(self, stored: bytes) -> bytes:
        return bytes(bytearray(stored))

    def store_large(self, content: Large) -> Large:
        return content

    def why_not_large(self) -> str:
        if self._encoded:
            return "the content is encoded"
        return "" if self.sources else "the stream is given its bytes whole"

    def open(self, ref: Any, surface: str = "") -> Any:
        if hasattr(ref, "open"):
            return self._opened(ref.open())
        return self._opened(io.BytesIO(ref) if self.sources else ref)

    def open_on(self, source: BinaryIO, surface: str = "") -> Any:
        return self._opened(source)

    def read_back(self, ref: bytes) -> bytes | None:
        return ref

    def snippet(self, surface: str = "") -> str:
        return "\n".join([self._imports, *self._lines, self._opening])

    def large_snippet(self, surface: str = "") -> str:
        return "\n".join([self._imports, "source = content.open()", self._opening])

    def look(self) -> str:
        return "stored"

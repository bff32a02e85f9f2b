"""The Hadoop surface over bytes in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamtck.reference_impl.hadoop_surface import HadoopStream

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

__all__ = ["MemoryStream"]


class MemoryStream(HadoopStream):
    """A Hadoop stream over an immutable copy of `content`, any object of the buffer protocol."""

    def __init__(self, content: ReadableBuffer, /) -> None:
        super().__init__()
        self._content = memoryview(content).tobytes()
        self._position = 0
        self._closed = False

    def _size(self) -> int:
        return len(self._content)

    def _bytes_at(self, position: int, count: int) -> bytes:
        return self._content[position : position + count]

    @property
    def closed(self) -> bool:
        """Whether `close()` was called."""
        return self._closed

    def close(self) -> None:
        """Close the stream. Closing it again is harmless (IS-0a)."""
        self._closed = True

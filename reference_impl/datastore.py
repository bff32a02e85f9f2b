"""Data stores: what data-store streams are opened on. The errors of those streams are here too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from streamtck.reference_impl.datastore_surface import (
    DataStoreError,
    DataStoreStream,
    InflateError,
    NotSupportedError,
    SeekableDataStoreStream,
    StreamError,
)
from streamtck.reference_impl.file import LocalFile
from streamtck.reference_impl.inflate import InflatingStream

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, StrPath

__all__ = [
    "DataStoreError",
    "DataStoreStream",
    "FileStore",
    "InflateError",
    "MemoryStore",
    "NotSupportedError",
    "StreamError",
]


class MemoryStore:
    """A store over bytes in memory; its streams are seekable and support zero copy.

    `content` is any object of the buffer protocol; what is not `bytes` already is copied, so the store
    never changes (FS-1). With `inflate` it holds zlib or gzip data, and the streams give what that
    inflates to: they are `InflatingStream`s, forward only and without zero copy.
    """

    def __init__(self, content: ReadableBuffer, *, inflate: bool = False) -> None:
        self.content: Final = content if type(content) is bytes else memoryview(content).tobytes()
        self._inflate = inflate

    def open_read(self) -> DataStoreStream:
        """A new stream at position 0, which no other stream of the store disturbs (DS-12)."""
        stream = _MemoryInput(self.content)
        return InflatingStream(stream) if self._inflate else stream


class FileStore:
    """A store over a local file; its streams are seekable and read by copying.

    With `inflate` the file holds zlib or gzip data, and the streams give what that inflates to: they are
    `InflatingStream`s, forward only. Whether the file is there is seen when a stream is opened.
    """

    def __init__(self, path: StrPath, *, inflate: bool = False) -> None:
        self.path: Final = path
        self._inflate = inflate

    def open_read(self) -> DataStoreStream:
        """A new stream at position 0 with a descriptor of its own (DS-12).

        Raises `OSError` where the file cannot be opened or is no regular file.
        """
        stream = LocalFile(self.path).data_store()
        return InflatingStream(stream) if self._inflate else stream


class _MemoryInput(SeekableDataStoreStream):
    """A data-store stream over bytes that it shares with its store."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._position = 0
        self._closed = False

    @property
    def supports_zero_copy(self) -> bool:
        """`True`: `read(count)` gives a view of the store's own bytes (DS-7)."""
        return True

    @property
    def closed(self) -> bool:
        """Whether `close()` was called (DS-8)."""
        return self._closed

    def close(self) -> None:
        """Close the stream. Closing it again is harmless (DS-3)."""
        self._closed = True

    def _size(self) -> int:
        return len(self._content)

    def _bytes_at(self, position: int, count: int) -> bytes:
        return self._content[position : position + count]

    def _view(self, count: int) -> memoryview:
        if count < 0:
            raise ValueError(f"count is {count}; wanted 0 or more")
        # Bytes are read-only, and so is every view of them.
        view = memoryview(self._content)[self._position : self._position + count]
        self._position += len(view)
        return view

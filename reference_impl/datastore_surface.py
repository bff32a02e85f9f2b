"""The data-store surface: its errors, and what every stream of a data store has in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, NoReturn, Self, SupportsIndex, overload

from streamtck.reference_impl._arguments import checked_position, checked_window, fill

if TYPE_CHECKING:
    from types import TracebackType

    from _typeshed import WriteableBuffer

__all__ = [
    "DataStoreError",
    "DataStoreStream",
    "InflateError",
    "NotSupportedError",
    "SeekableDataStoreStream",
    "StreamError",
]


class DataStoreError(RuntimeError):
    """What every error of a data store and its streams derives from."""


class StreamError(DataStoreError):
    """The stream cannot be read: it is closed, or its store failed (DS-9)."""


class InflateError(StreamError):
    """The stream cannot be decompressed: its data is cut or damaged (DS-10)."""


class NotSupportedError(DataStoreError):
    """The stream does not offer this: it is not seekable, or has no zero copy (DS-2b, DS-5b)."""


class DataStoreStream(ABC):
    """An input stream of a data store; this base neither seeks nor reads without a copy.

    Methods: `read`, `seek`, `close`, and those of a context manager. Properties: `size`, `position`,
    `seekable`, `supports_zero_copy`, `closed`. All positions and counts are in bytes.

    After `close()` everything raises `StreamError` but `close()` itself and the three properties that
    give a bool: `closed`, and `seekable` and `supports_zero_copy`, which say what kind of stream it is.

    By contract an instance is not thread-safe: share none between threads (CC-1).
    """

    @overload
    def read(self, target: int, /) -> memoryview: ...
    @overload
    def read(self, target: WriteableBuffer, /) -> int: ...
    def read(self, target: Any, /) -> int | memoryview:
        """Read into a buffer, or where the stream supports zero copy give a view of the next bytes.

        `read(buffer)` fills any writable, C-contiguous buffer with the next bytes and returns how many
        bytes came, whatever its item size: all that are left up to its size, and 0 at the end or for an
        empty buffer. No byte beyond is touched (DS-1). Any other buffer raises `TypeError`.

        `read(count)` gives a read-only view of up to `count` bytes, empty at the end, that shares memory
        with the store and outlives the stream (DS-7). It raises `ValueError` for a negative count, and
        `NotSupportedError` where `supports_zero_copy` is false.

        A store that fails raises `StreamError` with the first error as its cause (DS-9); the position
        then stays what it was. Bytes that came before the error are returned first: the next read meets it.
        """
        self._require_open()
        if isinstance(target, int):
            return self._view(target)
        _, length = checked_window(target)
        return self._read_into(target, length)

    def seek(self, position: SupportsIndex, /) -> None:
        """Make the next read begin at `position`, counted from the start (DS-2).

        Raises `NotSupportedError`: this stream is not seekable.
        """
        self._refuse("seek()")

    @property
    def size(self) -> int:
        """The length of the content. Raises `NotSupportedError`: this stream is not seekable (DS-5)."""
        self._refuse("size")

    @property
    def position(self) -> int:
        """Where the next read begins. Raises `NotSupportedError`: this stream is not seekable."""
        self._refuse("position")

    @property
    def seekable(self) -> bool:
        """Whether `seek`, `size` and `position` work (DS-6)."""
        return False

    @property
    def supports_zero_copy(self) -> bool:
        """Whether `read(count)` works (DS-7)."""
        return False

    @property
    @abstractmethod
    def closed(self) -> bool:
        """Whether the stream is closed (DS-8)."""

    @abstractmethod
    def close(self) -> None:
        """Close the stream. Closing it again is harmless (DS-3)."""

    def __enter__(self) -> Self:
        self._require_open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self.close()

    @abstractmethod
    def _read_into(self, buffer: Any, length: int) -> int:
        """Fill a checked buffer of `length` bytes; return how many bytes came."""

    def _view(self, count: int) -> memoryview:
        self._refuse("read(count)")

    def _require_open(self) -> None:
        if self.closed:
            raise StreamError("operation on a closed stream")

    def _refuse(self, what: str) -> NoReturn:
        self._require_open()
        raise NotSupportedError(f"{type(self).__name__} does not support {what}")


class SeekableDataStoreStream(DataStoreStream):
    """A data-store stream over anything that gives bytes by position."""

    _position: int
    """Where the next read begins, in bytes from the start; 0 at open."""

    @abstractmethod
    def _size(self) -> int:
        """The number of bytes in the content."""

    @abstractmethod
    def _bytes_at(self, position: int, count: int) -> bytes:
        """Between 1 and `count` bytes from `position` on; none at or past the end."""

    def seek(self, position: SupportsIndex, /) -> None:
        """Make the next read begin at `position`, counted from the start (DS-2).

        Past the end is allowed and kept: reads there give 0. Raises `ValueError` for a negative
        position, `OverflowError` for one above 2**63-1 and `TypeError` for one that is not an integer;
        the position then stays what it was.
        """
        self._require_open()
        self._position = checked_position(position, ValueError)

    @property
    def size(self) -> int:
        """The length of the content, wherever the position is (DS-5)."""
        self._require_open()
        try:
            return self._size()
        except OSError as error:
            raise StreamError(f"the store does not tell its size: {error}") from error

    @property
    def position(self) -> int:
        """Where the next read begins, counted from the start."""
        self._require_open()
        return self._position

    @property
    def seekable(self) -> bool:
        """`True`: `seek`, `size` and `position` work (DS-6)."""
        return True

    def _read_into(self, buffer: Any, length: int) -> int:
        try:
            count = fill(self._bytes_at, self._position, buffer, 0, length)
        except OSError as error:
            raise StreamError(f"the store cannot be read: {error}") from error
        self._position += count
        return count

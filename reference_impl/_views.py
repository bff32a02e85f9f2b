"""One open file seen under three surfaces: what its core offers, and the small views on it."""

from __future__ import annotations

import io
import operator
import os
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Final, Self, SupportsIndex

from streamtck.reference_impl._arguments import (
    LARGEST_POSITION,
    checked_position,
    checked_window,
    fill,
    put,
)
from streamtck.reference_impl.datastore_surface import DataStoreStream, SeekableDataStoreStream
from streamtck.reference_impl.hadoop_surface import HadoopStream

if TYPE_CHECKING:
    from types import TracebackType

    from _typeshed import WriteableBuffer

__all__ = ["Core", "DataStoreFile", "ForwardDataStoreFile", "HadoopFile", "PythonFile"]

LINE_PIECE: Final = 8192
"""The most bytes that are looked through for the end of a line at once."""


class Core(ABC):
    """An open file: its content by position, and the one cursor, `position`, that its views share.

    Closing any view closes the core and with it all of them; a view that is dropped closes nothing.
    After `close()` everything but `close()` and `closed` raises `ValueError`.
    """

    position: int = 0
    """Where the next read begins, in bytes from the start."""
    seekable: bool = True
    """Whether bytes can be had at any position, not only at the cursor, which then only moves on."""

    def hadoop(self) -> HadoopFile:
        """The file as a Hadoop stream; `io.UnsupportedOperation` where it does not seek."""
        if not self.seekable:
            raise io.UnsupportedOperation("a Hadoop stream seeks, and the source of this one does not")
        return HadoopFile(self)

    def data_store(self) -> DataStoreFile:
        """The file as a data-store stream, seekable or forward only."""
        return DataStoreFile(self) if self.seekable else ForwardDataStoreFile(self)

    def python_file(self) -> PythonFile:
        """The file as one of Python's own binary files, seekable or forward only."""
        return PythonFile(self)

    @abstractmethod
    def size(self) -> int:
        """The length of the content in bytes."""

    @abstractmethod
    def bytes_at(self, position: int, count: int) -> bytes:
        """At least one and at most `count` bytes from `position` on, none at or past the end.

        Positions count from 0 to 2**63-1. The cursor stays where it is.
        """

    def reach(self, position: int) -> int:
        """`position`, or the end where that comes first."""
        return min(position, self.size())

    def fileno(self) -> int:
        """The descriptor. Raises `io.UnsupportedOperation`: the content is in no file as it is."""
        self.require_open()
        raise io.UnsupportedOperation("fileno")

    @property
    @abstractmethod
    def closed(self) -> bool:
        """Whether the file is closed."""

    @abstractmethod
    def close(self) -> None:
        """Close the file and with it every view. Closing it again is harmless."""

    def require_open(self) -> None:
        """Raise `ValueError` after `close()`."""
        if self.closed:
            raise ValueError("operation on a closed stream")

    def __enter__(self) -> Self:
        self.require_open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self.close()


class _View:
    """What the views under a surface of ours have from the core."""

    def __init__(self, core: Core) -> None:
        super().__init__()
        self._core = core

    @property
    def _position(self) -> int:
        return self._core.position

    @_position.setter
    def _position(self, position: int) -> None:
        self._core.position = position

    def _size(self) -> int:
        return self._core.size()

    def _bytes_at(self, position: int, count: int) -> bytes:
        return self._core.bytes_at(position, count)

    def _reach(self, position: int) -> int:
        return self._core.reach(position)

    @property
    def closed(self) -> bool:
        """Whether the file is closed, by this view or another."""
        return self._core.closed

    def close(self) -> None:
        """Close the file. Closing it again is harmless (IS-0a, DS-3)."""
        self._core.close()


class HadoopFile(_View, HadoopStream):
    """A file as a Hadoop stream; the surface tells its methods, the core opens it."""


class DataStoreFile(_View, SeekableDataStoreStream):
    """A file as a data-store stream: seekable, and without zero copy."""


class ForwardDataStoreFile(DataStoreFile):
    """A file as a data-store stream that only moves on: `seek`, `size` and `position` are refused."""

    seek = DataStoreStream.seek
    size = DataStoreStream.size
    position = DataStoreStream.position
    seekable = DataStoreStream.seekable


class PythonFile(io.BufferedIOBase):
    """A file as a Python binary file, read-only, that gives all that is asked for and left.

    It offers all that `io.BufferedReader` and `io.TextIOWrapper` ask of what they wrap, and holds no
    buffer: what it reads counts at once for the other views. Writing raises `io.UnsupportedOperation`.
    After `close()` everything but `close()` and `closed` raises `ValueError`, questions too (PY-18).

    Lists and iterators of lines come from `io.IOBase`, which makes them of `readline` (PY-10, PY-11).

    By contract an instance is not thread-safe: share none between threads (CC-1).
    """

    def __init__(self, core: Core) -> None:
        self._core = core

    # -- reading ---------------------------------------------------------------------------------------

    def read(self, size: SupportsIndex | None = -1, /) -> bytes:
        """The next `size` bytes, or all that are left where they are fewer (PY-1, PY-3).

        Without a size, or with `None` or a negative one, all that are left (PY-2).

        Where the file fails on the way, the bytes before that come first, and the next read meets the
        fault again; a read of all that are left raises at once and moves nothing.
        """
        self._require_open()
        wanted = -1 if size is None else operator.index(size)
        return self._rest() if wanted < 0 else self._take(wanted)

    def readall(self) -> bytes:
        """All bytes that are left (PY-5)."""
        return self.read()

    def read1(self, size: SupportsIndex = -1, /) -> bytes:
        """Up to `size` bytes by one call of the core: before the end at least one (PY-6).

        Without a size, or with a negative one, as many as one page of a buffered reader holds.
        """
        self._require_open()
        wanted = operator.index(size)
        chunk = self._core.bytes_at(self._core.position, io.DEFAULT_BUFFER_SIZE if wanted < 0 else wanted)
        self._core.position += len(chunk)
        return chunk

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill a writable, C-contiguous buffer with the next bytes; return how many came (PY-4, IS-7).

        That is all that are left up to the buffer's size in bytes, 0 at the end (IS-8). Any other buffer
        raises `TypeError` and is not written to.
        """
        self._require_open()
        _, length = checked_window(buffer)
        count = fill(self._core.bytes_at, self._core.position, buffer, 0, length)
        self._core.position += count
        return count

    def readinto1(self, buffer: WriteableBuffer, /) -> int:
        """`readinto` by one call of the core: before the end at least one byte (PY-7)."""
        self._require_open()
        _, length = checked_window(buffer)
        chunk = self.read1(length)
        put(chunk, buffer, 0)
        return len(chunk)

    def peek(self, size: SupportsIndex = 0, /) -> bytes:
        """The next bytes without moving on, one page whatever the size: empty only at the end (PY-8)."""
        self._require_open()
        operator.index(size)
        return self._core.bytes_at(self._core.position, io.DEFAULT_BUFFER_SIZE)

    def readline(self, size: SupportsIndex | None = -1, /) -> bytes:
        r"""The bytes up to and including the next b"\n", at most `size` where that is 0 or more (PY-9)."""
        self._require_open()
        wanted = -1 if size is None else operator.index(size)
        left = LARGEST_POSITION if wanted < 0 else wanted
        line = bytearray()
        while left > len(line) and not line.endswith(b"\n"):
            piece = self._next(len(line), min(left - len(line), LINE_PIECE))
            if not piece:
                break
            line += piece[: piece.find(b"\n") + 1] or piece
        self._core.position += len(line)
        return bytes(line)

    # -- the position ----------------------------------------------------------------------------------

    def seek(self, offset: SupportsIndex, whence: SupportsIndex = os.SEEK_SET, /) -> int:
        """Move to `offset` from the start, the position or the end; return the new position (PY-12).

        Past the end is allowed and kept (SK-8). Raises `ValueError` for a target before the start (SK-5)
        or another whence than 0, 1 and 2, `OverflowError` for a target above 2**63-1 and `TypeError` for
        one that is not an integer; the position then stays what it was. A file that only moves on raises
        `io.UnsupportedOperation` (PY-14).
        """
        if not self.seekable():
            raise io.UnsupportedOperation("seek: the source does not seek")
        match operator.index(whence):
            case os.SEEK_SET:
                base = 0
            case os.SEEK_CUR:
                base = self._core.position
            case os.SEEK_END:
                base = self._core.size()
            case unknown:
                raise ValueError(f"whence is {unknown}; wanted 0, 1 or 2")
        self._core.position = checked_position(base + operator.index(offset), ValueError)
        return self._core.position

    def tell(self) -> int:
        """The position in bytes from the start: 0 at open (SK-1, PY-13)."""
        self._require_open()
        return self._core.position

    # -- questions -------------------------------------------------------------------------------------

    def readable(self) -> bool:
        """`True` (PY-14)."""
        self._require_open()
        return True

    def seekable(self) -> bool:
        """Whether `seek` works (PY-14)."""
        self._require_open()
        return self._core.seekable

    def writable(self) -> bool:
        """`False` (PY-14)."""
        self._require_open()
        return False

    def isatty(self) -> bool:
        """`False`: no such file is a terminal."""
        self._require_open()
        return False

    def fileno(self) -> int:
        """The file's descriptor, where it has one (PY-15). Its own position is not that of this file."""
        self._require_open()
        return self._core.fileno()

    # -- closing ---------------------------------------------------------------------------------------

    @property
    def closed(self) -> bool:
        """Whether the file is closed, by this view or another (PY-16)."""
        return self._core.closed

    def close(self) -> None:
        """Close the file. Closing it again is harmless (IS-0a)."""
        self._core.close()

    def flush(self) -> None:
        """Nothing: nothing is ever written."""
        self._require_open()

    def __del__(self) -> None:
        """Leave the file open, which `io.IOBase` would close: other views may go on."""

    # -- shared ----------------------------------------------------------------------------------------

    def _require_open(self) -> None:
        self._core.require_open()

    def _next(self, ahead: int, count: int) -> bytes:
        """Some of the bytes that lie `ahead` of the position; none too where a fault follows what came."""
        try:
            return self._core.bytes_at(self._core.position + ahead, count)
        except Exception:
            if not ahead:
                raise
            return b""

    def _take(self, count: int) -> bytes:
        """The next `count` bytes, or all that are left or sound, in pieces that are joined once."""
        pieces, taken = [], 0
        while taken < count and (piece := self._next(taken, count - taken)):
            pieces.append(piece)
            taken += len(piece)
        self._core.position += taken
        return b"".join(pieces)

    def _rest(self) -> bytes:
        """All bytes that are left."""
        pieces, position = [], self._core.position
        while piece := self._core.bytes_at(position, LARGEST_POSITION - position):
            pieces.append(piece)
            position += len(piece)
        self._core.position = position
        return b"".join(pieces)

"""A local file under three surfaces: one descriptor and one cursor, seen through three small views."""

from __future__ import annotations

import errno
import io
import operator
import os
import stat
from typing import TYPE_CHECKING, Final, Self, SupportsIndex

from streamtck.reference_impl._arguments import (
    LARGEST_POSITION,
    checked_position,
    checked_window,
    fill,
    put,
)
from streamtck.reference_impl.datastore_surface import SeekableDataStoreStream
from streamtck.reference_impl.hadoop_surface import HadoopStream

if TYPE_CHECKING:
    from types import TracebackType

    from _typeshed import StrPath, WriteableBuffer

__all__ = ["DataStoreFile", "HadoopFile", "LocalFile", "PythonFile"]

PIECE: Final = 2**18
"""The most bytes that one call of the operating system is asked for: what bounds the memory used."""


class LocalFile:
    """A regular file, open for reading, as the core of its views.

    `LocalFile(path).hadoop()`, `.data_store()` and `.python_file()` open it under one surface. Views of
    one core share its cursor, `position`, and closing any of them closes them all; a view that is
    dropped closes nothing. Separate cores on one path disturb each other in nothing.

    Bytes are fetched by position, so the cursor is only a number, positions past 2**32 are as good as
    any, and the memory used beside the caller's own buffers stays below 1 MiB. The file is never written
    to (FS-1); what a file that changes meanwhile gives is left open (CC-2).

    Raises `OSError` where `path` cannot be opened or is no regular file.
    """

    def __init__(self, path: StrPath) -> None:
        name = os.fspath(path)
        # Asked first: to open a pipe would wait for its writer.
        if not stat.S_ISREG(os.stat(name).st_mode):
            raise OSError(errno.EINVAL, "wanted a regular file", name)
        self._file = io.FileIO(name)
        self.position = 0

    def hadoop(self) -> HadoopFile:
        """The file as a Hadoop stream."""
        return HadoopFile(self)

    def data_store(self) -> DataStoreFile:
        """The file as a data-store stream."""
        return DataStoreFile(self)

    def python_file(self) -> PythonFile:
        """The file as one of Python's own binary files."""
        return PythonFile(self)

    def size(self) -> int:
        """The length of the file in bytes, now. Raises `ValueError` after `close()`."""
        return os.fstat(self.fileno()).st_size

    def bytes_at(self, position: int, count: int) -> bytes:
        """At least one and at most `count` bytes from `position` on, none at or past the end.

        Positions count from 0 to 2**63-1. The cursor stays where it is. One call of the operating system,
        which may give fewer bytes than there are. Raises `ValueError` after `close()`.
        """
        most = min(count, PIECE, LARGEST_POSITION - position)
        return _read_at(self.fileno(), most, position) if most > 0 else b""

    def fileno(self) -> int:
        """The descriptor, whose own position means nothing. Raises `ValueError` after `close()`."""
        return self._file.fileno()

    @property
    def closed(self) -> bool:
        """Whether the file is closed."""
        return self._file.closed

    def close(self) -> None:
        """Close the file and with it every view. Closing it again is harmless."""
        self._file.close()

    def __enter__(self) -> Self:
        self._file.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self.close()


def _read_at(descriptor: int, count: int, position: int) -> bytes:
    """Read by position; where the system has no such call, by a seek before each read."""
    if hasattr(os, "pread"):
        return os.pread(descriptor, count, position)
    # Not every system lets a seek go far past the end.
    if position >= os.fstat(descriptor).st_size:
        return b""
    os.lseek(descriptor, position, os.SEEK_SET)
    return os.read(descriptor, count)


class _View:
    """What the views under a surface of ours have from the core."""

    def __init__(self, core: LocalFile) -> None:
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

    @property
    def closed(self) -> bool:
        """Whether the file is closed, by this view or another."""
        return self._core.closed

    def close(self) -> None:
        """Close the file. Closing it again is harmless (IS-0a, DS-3)."""
        self._core.close()


class HadoopFile(_View, HadoopStream):
    """A local file as a Hadoop stream; the surface tells its methods, `LocalFile` opens it."""


class DataStoreFile(_View, SeekableDataStoreStream):
    """A local file as a data-store stream: seekable, and without zero copy."""


class PythonFile(io.BufferedIOBase):
    """A local file as a Python binary file, read-only, that gives all that is asked for and left.

    It offers all that `io.BufferedReader` and `io.TextIOWrapper` ask of what they wrap, and holds no
    buffer: what it reads counts at once for the other views. Writing raises `io.UnsupportedOperation`.
    After `close()` everything but `close()` and `closed` raises `ValueError`, questions too (PY-18).

    Lists and iterators of lines come from `io.IOBase`, which makes them of `readline` (PY-10, PY-11).

    By contract an instance is not thread-safe: share none between threads (CC-1).
    """

    def __init__(self, core: LocalFile) -> None:
        self._core = core

    # -- reading ---------------------------------------------------------------------------------------

    def read(self, size: SupportsIndex | None = -1, /) -> bytes:
        """The next `size` bytes, or all that are left where they are fewer (PY-1, PY-3).

        Without a size, or with `None` or a negative one, all that are left (PY-2).
        """
        self._require_open()
        wanted = -1 if size is None else operator.index(size)
        return self._take(LARGEST_POSITION if wanted < 0 else wanted)

    def readall(self) -> bytes:
        """All bytes that are left (PY-5)."""
        return self.read()

    def read1(self, size: SupportsIndex = -1, /) -> bytes:
        """Up to `size` bytes by one call of the system: before the end at least one (PY-6).

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
        """`readinto` by one call of the system: before the end at least one byte (PY-7)."""
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
        return super().readline(-1 if size is None else operator.index(size))

    # -- the position ----------------------------------------------------------------------------------

    def seek(self, offset: SupportsIndex, whence: SupportsIndex = os.SEEK_SET, /) -> int:
        """Move to `offset` from the start, the position or the end; return the new position (PY-12).

        Past the end is allowed and kept (SK-8). Raises `ValueError` for a target before the start (SK-5)
        or another whence than 0, 1 and 2, `OverflowError` for a target above 2**63-1 and `TypeError` for
        one that is not an integer; the position then stays what it was.
        """
        self._require_open()
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
        """`True` (PY-14)."""
        self._require_open()
        return True

    def writable(self) -> bool:
        """`False` (PY-14)."""
        self._require_open()
        return False

    def isatty(self) -> bool:
        """`False`: a regular file is no terminal."""
        self._require_open()
        return False

    def fileno(self) -> int:
        """The file's descriptor (PY-15). Its own position is not that of this file."""
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
        if self.closed:
            raise ValueError("operation on a closed stream")

    def _take(self, count: int) -> bytes:
        """The next `count` bytes, or all that are left, in pieces that are joined once."""
        pieces = []
        position = self._core.position
        while count > 0:
            piece = self._core.bytes_at(position, count)
            if not piece:
                break
            pieces.append(piece)
            position, count = position + len(piece), count - len(piece)
        self._core.position = position
        return b"".join(pieces)

"""A local file under three surfaces: one descriptor and one cursor, seen through three small views."""

from __future__ import annotations

import errno
import io
import os
import stat
from typing import TYPE_CHECKING, Final

from streamtck.reference_impl._arguments import LARGEST_POSITION
from streamtck.reference_impl._views import Core, DataStoreFile, HadoopFile, PythonFile

if TYPE_CHECKING:
    from _typeshed import StrPath

__all__ = ["DataStoreFile", "HadoopFile", "LocalFile", "PythonFile"]

PIECE: Final = 2**18
"""The most bytes that one call of the operating system is asked for: what bounds the memory used."""


class LocalFile(Core):
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


def _read_at(descriptor: int, count: int, position: int) -> bytes:
    """Read by position; where the system has no such call, by a seek before each read."""
    if hasattr(os, "pread"):
        return os.pread(descriptor, count, position)
    # Not every system lets a seek go far past the end.
    if position >= os.fstat(descriptor).st_size:
        return b""
    os.lseek(descriptor, position, os.SEEK_SET)
    return os.read(descriptor, count)

"""The Hadoop surface, obeyed to the letter over anything that gives bytes by position.

Written to be read beside the clauses, not to be fast: each method names the clauses it answers to.
"""

from __future__ import annotations

import operator
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Final, Self, SupportsIndex, overload

from streamtck.reference_impl._arguments import checked_position, checked_window, fill

if TYPE_CHECKING:
    from types import TracebackType

    from _typeshed import WriteableBuffer

__all__ = ["HadoopStream"]

END: Final = -1
"""What every read form but `read_fully` returns when no byte is left."""


class HadoopStream(ABC):
    """A seekable input stream with positioned reads; what it reads from is left to derived classes.

    All positions, offsets and lengths count bytes, whatever the item size of a buffer. A buffer is any
    writable, C-contiguous object of the buffer protocol; anything else, `None` included, raises
    `TypeError` (IS-5). An offset and a length that do not lie inside the buffer raise `IndexError`
    (IS-4). Arguments are checked before anything else happens, so a call that raises changes nothing
    but, where the source itself fails, bytes inside the window.

    After `close()` every method but `close()` raises `ValueError`, as Python's own files do (IS-1,
    SK-3); `closed` still answers. Nothing is ever written to the source (FS-1).

    By contract an instance is not thread-safe: share none between threads (CC-1).
    """

    def __init__(self) -> None:
        self._mark: int | None = None

    # -- what a derived class supplies -----------------------------------------------------------------

    _position: int
    """Where the next read begins, in bytes from the start; 0 at open."""

    @abstractmethod
    def _size(self) -> int:
        """The number of bytes in the content."""

    @abstractmethod
    def _bytes_at(self, position: int, count: int) -> bytes:
        """Between 1 and `count` bytes from `position` on; none at or past the end."""

    def _reach(self, position: int) -> int:
        """`position`, or the end where that comes first."""
        return min(position, self._size())

    @property
    @abstractmethod
    def closed(self) -> bool:
        """Whether the stream is closed."""

    @abstractmethod
    def close(self) -> None:
        """Close the stream. Closing it again is harmless (IS-0a)."""

    # -- InputStream -----------------------------------------------------------------------------------

    @overload
    def read(self, /) -> int: ...
    @overload
    def read(self, buffer: WriteableBuffer, /) -> int: ...
    @overload
    def read(self, buffer: WriteableBuffer, offset: SupportsIndex, length: SupportsIndex, /) -> int: ...
    @overload
    def read(
        self,
        position: SupportsIndex,
        buffer: WriteableBuffer,
        offset: SupportsIndex,
        length: SupportsIndex,
        /,
    ) -> int: ...
    def read(self, *arguments: Any) -> int:
        """Read in one of the surface's four forms, chosen by the number of arguments.

        `read()` takes the next byte and returns it as 0..255, or -1 at the end (IS-2, IS-3).

        `read(buffer)` and `read(buffer, offset, length)` fill the whole buffer, or its window, with
        the next bytes and return how many came: all that are left up to `length`, 0 for a length of 0
        also at the end, else -1 at the end. No byte outside the part filled is touched (IS-4..IS-8).
        Where the source fails on the way, the bytes before that come first, and the next read raises.

        `read(position, buffer, offset, length)` does the same from `position` on and leaves the
        stream's own position alone (PR-1, PR-2). A `position` that `seek` refuses is refused here
        with the same error.
        """
        self._require_open()
        match arguments:
            case ():
                return self._read_byte()
            case (buffer, *window) if len(window) in (0, 2):
                return self._read_next(buffer, *window)
            case (position, buffer, offset, length):
                return self._fill(checked_position(position, EOFError), buffer, offset, length)
        raise TypeError(f"read() takes 0, 1, 3 or 4 arguments, got {len(arguments)}")

    def skip(self, count: SupportsIndex, /) -> int:
        """Move on by up to `count` bytes, never beyond the end; return the number skipped (IS-0e).

        A count of 0 or less skips nothing and returns 0.
        """
        self._require_open()
        wanted = max(0, operator.index(count))
        skipped = max(0, self._reach(self._position + wanted) - self._position) if wanted else 0
        self._position += skipped
        return skipped

    def available(self) -> int:
        """Return the number of bytes from the position to the end, 0 past it (IS-0f)."""
        self._require_open()
        return self._remaining()

    def mark_supported(self) -> bool:
        """Return `True`: `mark` and `reset` work (IS-0g)."""
        self._require_open()
        return True

    def mark(self, read_limit: SupportsIndex, /) -> None:
        """Remember the position for `reset`. The mark holds however many bytes are read (IS-0g)."""
        self._require_open()
        operator.index(read_limit)
        self._mark = self._position

    def reset(self) -> None:
        """Go back to the marked position, as often as wanted; `OSError` without a mark (IS-0g)."""
        self._require_open()
        if self._mark is None:
            raise OSError("reset() without a mark; call mark() first")
        self._position = self._mark

    def __enter__(self) -> Self:
        self._require_open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self.close()

    # -- Seekable --------------------------------------------------------------------------------------

    def seek(self, position: SupportsIndex, /) -> None:
        """Set the position, in bytes from the start; past the end is allowed and kept (SK-4..SK-9).

        Raises `EOFError` for a negative position (SK-5), `OverflowError` for one above 2**63-1 and
        `TypeError` for one that is not an integer. The position then stays what it was.
        """
        self._require_open()
        self._position = checked_position(position, EOFError)

    def get_pos(self) -> int:
        """Return the position in bytes from the start: 0 at open (SK-1), the last one sought (SK-8)."""
        self._require_open()
        return self._position

    def seek_to_new_source(self, target: SupportsIndex, /) -> bool:
        """Return `False` and move nothing: there is only one source (SK-16, SK-17)."""
        self._require_open()
        operator.index(target)
        return False

    # -- PositionedReadable (the fourth form of `read` belongs here too) ---------------------------------

    @overload
    def read_fully(self, position: SupportsIndex, buffer: WriteableBuffer, /) -> None: ...
    @overload
    def read_fully(
        self,
        position: SupportsIndex,
        buffer: WriteableBuffer,
        offset: SupportsIndex,
        length: SupportsIndex,
        /,
    ) -> None: ...
    def read_fully(self, position: SupportsIndex, buffer: WriteableBuffer, /, *window: Any) -> None:
        """Fill the whole buffer, or its window, from `position` on (PR-3, PR-5).

        Raises `EOFError` where `position` + `length` lies beyond the end, also for a length of 0,
        and then leaves the buffer untouched (PR-4). The stream's own position never moves (PR-1).
        It reads on after a short read, until the window is full.
        """
        self._require_open()
        if len(window) not in (0, 2):
            raise TypeError(f"read_fully() takes 2 or 4 arguments, got {2 + len(window)}")
        start = checked_position(position, EOFError)
        offset, length = checked_window(buffer, *window)
        reached = self._reach(start + length)
        if reached < start + length:
            raise EOFError(f"bytes {start}..{start + length} wanted, the end is at {reached}")
        while length:
            count = self._fill(start, buffer, offset, length)
            if count < 1:
                raise EOFError(f"{length} more bytes wanted at {start}, where the end has come since")
            start, offset, length = start + count, offset + count, length - count

    # -- shared ----------------------------------------------------------------------------------------

    def _require_open(self) -> None:
        if self.closed:
            raise ValueError("operation on a closed stream")

    def _remaining(self) -> int:
        return max(0, self._size() - self._position)

    def _read_byte(self) -> int:
        byte = self._bytes_at(self._position, 1)
        if not byte:
            return END
        self._position += 1
        return byte[0]

    def _read_next(self, buffer: Any, *window: Any) -> int:
        count = self._fill(self._position, buffer, *window)
        self._position += max(0, count)
        return count

    def _fill(self, position: int, buffer: Any, *window: Any) -> int:
        """Copy what lies at `position` into the buffer's window; return the count, or `END`."""
        offset, length = checked_window(buffer, *window)
        if length == 0:
            return 0
        return fill(self._bytes_at, position, buffer, offset, length) or END

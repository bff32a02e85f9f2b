"""A stream over memory that offers the whole Hadoop surface natively and obeys its clauses to the letter.

Written to be read beside the clauses, not to be fast: each method names the clauses it answers to.
"""

from __future__ import annotations

import operator
import struct
from typing import TYPE_CHECKING, Any, Final, Self, SupportsIndex, overload

if TYPE_CHECKING:
    from types import TracebackType

    from _typeshed import ReadableBuffer, WriteableBuffer

__all__ = ["MemoryStream"]

END: Final = -1
"""What every read form but ``read_fully`` returns when no byte is left."""

LARGEST_POSITION: Final = 2**63 - 1
"""The largest offset that the surface's 64-bit positions can name."""


class MemoryStream:
    """A seekable input stream with positioned reads over an immutable copy of ``content``.

    All positions, offsets and lengths count bytes, whatever the item size of a buffer. A buffer is any
    writable, C-contiguous object of the buffer protocol; anything else, ``None`` included, raises
    ``TypeError`` (IS-5). An offset and a length that do not lie inside the buffer raise ``IndexError``
    (IS-4). Arguments are checked before anything else happens, so a call that raises changes nothing.

    After ``close()`` every method but ``close()`` raises ``ValueError``, as Python's own files do (IS-1,
    SK-3); ``closed`` still answers. The content never changes (FS-1).

    By contract an instance is not thread-safe: share none between threads (CC-1).
    """

    __slots__ = ("_closed", "_content", "_mark", "_position")

    def __init__(self, content: ReadableBuffer, /) -> None:
        self._content = memoryview(content).tobytes()
        self._position = 0
        self._mark: int | None = None
        self._closed = False

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

        ``read()`` takes the next byte and returns it as 0..255, or -1 at the end (IS-2, IS-3).

        ``read(buffer)`` and ``read(buffer, offset, length)`` fill the whole buffer, or its window, with
        the next bytes and return how many came: all that are left up to ``length``, 0 for a length of 0
        also at the end, else -1 at the end. No byte outside the part filled is touched (IS-4..IS-8).

        ``read(position, buffer, offset, length)`` does the same from ``position`` on and leaves the
        stream's own position alone (PR-1, PR-2). A ``position`` that ``seek`` refuses is refused here
        with the same error.
        """
        self._require_open()
        match arguments:
            case ():
                return self._read_byte()
            case (buffer, *window) if len(window) in (0, 2):
                return self._read_next(buffer, *window)
            case (position, buffer, offset, length):
                return self._fill(_position(position), buffer, offset, length)
        raise TypeError(f"read() takes 0, 1, 3 or 4 arguments, got {len(arguments)}")

    def skip(self, count: SupportsIndex, /) -> int:
        """Move on by up to ``count`` bytes, never beyond the end; return the number skipped (IS-0e).

        A count of 0 or less skips nothing and returns 0.
        """
        self._require_open()
        skipped = max(0, min(operator.index(count), self._remaining()))
        self._position += skipped
        return skipped

    def available(self) -> int:
        """Return the number of bytes from the position to the end, 0 past it (IS-0f)."""
        self._require_open()
        return self._remaining()

    def mark_supported(self) -> bool:
        """Return ``True``: ``mark`` and ``reset`` work (IS-0g)."""
        self._require_open()
        return True

    def mark(self, read_limit: SupportsIndex, /) -> None:
        """Remember the position for ``reset``. The mark holds however many bytes are read (IS-0g)."""
        self._require_open()
        operator.index(read_limit)
        self._mark = self._position

    def reset(self) -> None:
        """Go back to the marked position, as often as wanted; ``OSError`` without a mark (IS-0g)."""
        self._require_open()
        if self._mark is None:
            raise OSError("reset() without a mark; call mark() first")
        self._position = self._mark

    def close(self) -> None:
        """Close the stream. Closing it again is harmless (IS-0a)."""
        self._closed = True

    @property
    def closed(self) -> bool:
        """Whether ``close()`` was called."""
        return self._closed

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

        Raises ``EOFError`` for a negative position (SK-5), ``OverflowError`` for one above 2**63-1 and
        ``TypeError`` for one that is not an integer. The position then stays what it was.
        """
        self._require_open()
        self._position = _position(position)

    def get_pos(self) -> int:
        """Return the position in bytes from the start: 0 at open (SK-1), the last one sought (SK-8)."""
        self._require_open()
        return self._position

    def seek_to_new_source(self, target: SupportsIndex, /) -> bool:
        """Return ``False`` and move nothing: memory is the only source (SK-16, SK-17)."""
        self._require_open()
        operator.index(target)
        return False

    # -- PositionedReadable (the fourth form of ``read`` belongs here too) -------------------------------

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
        """Fill the whole buffer, or its window, from ``position`` on (PR-3, PR-5).

        Raises ``EOFError`` where ``position`` + ``length`` lies beyond the end, also for a length of 0,
        and then leaves the buffer untouched (PR-4). The stream's own position never moves (PR-1).
        """
        self._require_open()
        if len(window) not in (0, 2):
            raise TypeError(f"read_fully() takes 2 or 4 arguments, got {2 + len(window)}")
        start = _position(position)
        offset, length = _window(buffer, *window)
        if start + length > len(self._content):
            raise EOFError(f"bytes {start}..{start + length} wanted, the end is at {len(self._content)}")
        self._fill(start, buffer, offset, length)

    # -- shared ----------------------------------------------------------------------------------------

    def _require_open(self) -> None:
        if self._closed:
            raise ValueError("operation on a closed stream")

    def _remaining(self) -> int:
        return max(0, len(self._content) - self._position)

    def _read_byte(self) -> int:
        if not self._remaining():
            return END
        byte = self._content[self._position]
        self._position += 1
        return byte

    def _read_next(self, buffer: Any, *window: Any) -> int:
        count = self._fill(self._position, buffer, *window)
        self._position += max(0, count)
        return count

    def _fill(self, position: int, buffer: Any, *window: Any) -> int:
        """Copy what lies at ``position`` into the buffer's window; return the count, or ``END``."""
        offset, length = _window(buffer, *window)
        if length == 0:
            return 0
        chunk = self._content[position : position + length]
        if not chunk:
            return END
        # pack_into counts bytes for every item type and shape, which a cast to "B" cannot (ctypes).
        struct.pack_into(f"{len(chunk)}s", buffer, offset, chunk)
        return len(chunk)


def _position(value: SupportsIndex) -> int:
    """Check an absolute position (SK-5) and return it as an int."""
    position = operator.index(value)
    if position < 0:
        raise EOFError(f"position {position} lies before the start; wanted 0 or more")
    if position > LARGEST_POSITION:
        raise OverflowError(f"position {position} is too large; wanted at most {LARGEST_POSITION}")
    return position


def _window(buffer: Any, *window: Any) -> tuple[int, int]:
    """Check a buffer (IS-5) and a window in it (IS-4); return offset and length in bytes."""
    with memoryview(buffer) as view:
        if view.readonly or not view.c_contiguous:
            raise TypeError(f"wanted a writable, contiguous buffer, got {type(buffer).__name__}")
        size = view.nbytes
    offset, length = map(operator.index, window) if window else (0, size)
    if not 0 <= offset <= size:
        raise IndexError(f"offset {offset} lies outside the buffer; wanted 0..{size}")
    if not 0 <= length <= size - offset:
        raise IndexError(f"length {length} at offset {offset} does not fit; wanted 0..{size - offset}")
    return offset, length

"""A data-store stream that inflates zlib or gzip data while it is read."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Protocol

from streamtck.reference_impl._arguments import put
from streamtck.reference_impl.datastore_surface import DataStoreStream, InflateError, StreamError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

__all__ = ["InflatingStream"]

PIECE: Final = 16384
"""The most bytes taken from the source, or out of the inflater, at once."""

GZIP_MAGIC: Final = b"\x1f\x8b"
ZLIB_WINDOW: Final = zlib.MAX_WBITS
GZIP_WINDOW: Final = zlib.MAX_WBITS | 16
"""What tells zlib to expect a gzip member, with its header and trailer."""


class ReadsInto(Protocol):
    """A data-store stream, or rather what is needed of one."""

    def read(self, buffer: WriteableBuffer, /) -> int: ...
    def close(self) -> None: ...
    @property
    def supports_zero_copy(self) -> bool: ...


class BinaryFile(Protocol):
    """A binary file, or rather what is needed of one; `readinto` is used where it is there."""

    def read(self, size: int, /) -> bytes: ...
    def close(self) -> None: ...


class InflatingStream(DataStoreStream):
    """The plain bytes of zlib or gzip data, forward only: `seek`, `size` and `position` raise
    `NotSupportedError`, and so does `read(count)`.

    The data begins where `source` stands; its first byte tells the format. `source` is a data-store
    stream or a binary file, which may give fewer bytes than asked for and need not seek; the stream
    closes it. An empty source is an empty stream. Memory use is bounded, whatever the data inflates to.

    A read gives 0 only at the end or for an empty buffer: after the last member of several in a row,
    some of which may be empty, and after every checksum and length was compared (DS-1, DS-10). Data that
    ends too early, in a header, a body or a trailer, and data that is damaged raise `InflateError`, also
    at every later read. The bytes before the fault may be given first. A source that fails raises
    `StreamError` with its error as cause; the next read tries again and loses nothing.

    zlib data ends with its checksum. gzip data ends before the first byte where, directly after a member,
    no other begins: there the source is at its end, or does not go on with the bytes 1f 8b (a lone 1f at
    its end is taken for a member cut short). What follows is neither inflated nor thrown away, be it
    padding or foreign data: after the end `unused_data` holds the part of it that was read from the
    source, and the source gives the rest.
    """

    def __init__(self, source: ReadsInto | BinaryFile, /) -> None:
        self._take = _reader(source)
        self._source = source
        self._closed = False
        self._member: zlib._Decompress | None = None
        self._window = 0
        self._input = b""
        self._ended = False
        self._fault = ""

    @property
    def unused_data(self) -> bytes:
        """After the end, the bytes read from the source that lie behind the data; until then none."""
        return self._input if self._ended else b""

    @property
    def closed(self) -> bool:
        """Whether `close()` was called (DS-8)."""
        return self._closed

    def close(self) -> None:
        """Close the stream and its source. Closing it again is harmless (DS-3)."""
        if not self._closed:
            self._closed = True
            self._source.close()

    # -- reading ---------------------------------------------------------------------------------------

    def _read_into(self, buffer: Any, length: int) -> int:
        if self._fault:
            raise InflateError(self._fault)
        filled = 0
        while filled < length:
            try:
                chunk = self._inflate(min(length - filled, PIECE))
            except StreamError:
                # What came before the fault is given first; the next read meets the fault again.
                if filled:
                    break
                raise
            if not chunk:
                break
            put(chunk, buffer, filled)
            filled += len(chunk)
        return filled

    def _inflate(self, most: int) -> bytes:
        """Between 1 and `most` plain bytes; none only at the end (DS-1b)."""
        while not self._ended:
            self._member = self._member or self._next_member()
            if self._member is None:
                self._ended = True
                break
            chunk = self._step(self._member, most)
            if chunk:
                return chunk
        return b""

    def _step(self, member: zlib._Decompress, most: int) -> bytes:
        """Up to `most` bytes of a member; none where it ended without, or needed input first."""
        try:
            chunk = member.decompress(self._input, most)
        except zlib.error as error:
            raise self._broken(f"the data is damaged: {error}") from error
        self._input = member.unconsumed_tail
        if member.eof:
            self._input, self._member = member.unused_data, None
        elif not chunk:
            self._input = self._pull()
            if not self._input:
                raise self._broken("the data ends too early: its source has no more")
        return chunk

    def _next_member(self) -> zlib._Decompress | None:
        """An inflater for what begins where the input stands; the first of all tells the format."""
        if self._window == ZLIB_WINDOW:
            return None
        while len(self._input) < len(GZIP_MAGIC):
            more = self._pull()
            if not more:
                break
            self._input += more
        if self._window and self._input[:2] not in (GZIP_MAGIC[:1], GZIP_MAGIC):
            return None
        if not self._input:
            return None
        self._window = GZIP_WINDOW if self._input[0] == GZIP_MAGIC[0] else ZLIB_WINDOW
        return zlib.decompressobj(self._window)

    def _pull(self) -> bytes:
        """The next bytes of the source; none at its end."""
        try:
            return self._take()
        except StreamError:
            raise
        except Exception as error:
            raise StreamError(f"the source cannot be read: {error}") from error

    def _broken(self, fault: str) -> InflateError:
        """The error to raise, which every later read raises again."""
        self._fault = fault
        return InflateError(fault)


def _reader(source: Any) -> Callable[[], bytes]:
    """A function that takes the next piece of a source, by the form that the source has."""
    # A data-store stream reads into a buffer under the name of a file's read(size).
    if hasattr(source, "supports_zero_copy"):
        return partial(_read_into, source.read, bytearray(PIECE))
    if hasattr(source, "readinto"):
        return partial(_read_into, source.readinto, bytearray(PIECE))
    if hasattr(source, "read"):
        return partial(_read, source.read)
    raise TypeError(f"wanted a data-store stream or a binary file, got {type(source).__name__}")


def _read_into(read_into: Callable[[bytearray], object], buffer: bytearray) -> bytes:
    count = read_into(buffer)
    if not isinstance(count, int) or not 0 <= count <= len(buffer):
        raise StreamError(f"the source returned {count!r}; wanted 0..{len(buffer)}, the bytes read")
    return bytes(buffer[:count])


def _read(read: Callable[[int], object]) -> bytes:
    chunk = read(PIECE)
    if not isinstance(chunk, bytes):
        raise StreamError(f"the source returned {type(chunk).__name__}; wanted bytes")
    return chunk

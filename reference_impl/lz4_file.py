"""Seekable input streams over LZ4 double-buffer data and over LZ4 frames, and a writer of such frames.

LZ4 double-buffer data (see `lz4_stream`) tells nothing about itself: not its page size, not its length,
not where it ends, and there is no checksum. An LZ4 frame with linked blocks is the same data, with 4-byte
sizes, between a header and an end mark: `write_frame` writes one, which every LZ4 tool reads.
"""

from __future__ import annotations

import io
import operator
import os
from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol, SupportsIndex

import lz4.block
import lz4.frame

from streamtck.reference_impl._arguments import LARGEST_POSITION
from streamtck.reference_impl._views import Core
from streamtck.reference_impl.datastore_surface import DataStoreError, InflateError, StreamError
from streamtck.reference_impl.lz4_stream import LZ4_MAX_INPUT_SIZE, iter_compress

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, StrOrBytesPath

__all__ = ["LZ4DoubleBufferFile", "LZ4FrameFile", "write_frame"]

HISTORY: Final = 65536
"""How many plain bytes back a block can refer to."""

PIECE: Final = 65536
"""The bytes that a source that seeks is asked for at once, where a block needs fewer."""

SPACING: Final = 2**22
"""The plain bytes between two checkpoints where nothing else is wanted."""

EXPANSION: Final = 255
"""No block decodes to more than so many times its own length."""

MAGIC: Final = b"\x04\x22\x4d\x18"
SKIPPABLE: Final = b"\x2a\x4d\x18"
"""What follows the first byte, 50..5f, of a frame that holds something else than content."""

CONTENT_SIZE_FLAG: Final = 0x08
DICTIONARY_FLAG: Final = 0x01
STORED: Final = 1 << 31
"""What marks a block of a frame that is not compressed."""


class ReadableFile(Protocol):
    """A binary file, or rather what is needed of one; `seekable`, `seek` and `tell` where they are there."""

    def read(self, size: int, /) -> bytes: ...


class WritableFile(Protocol):
    """A buffered binary file, which takes all that it is given."""

    def write(self, data: bytes, /) -> object: ...


# Where the decoder stands, and what comes next there


class _Frame(NamedTuple):
    """What the header of a frame tells; `start` is the plain position at which the frame begins."""

    start: int
    limit: int
    linked: bool
    size: int | None
    block_checksum: int
    content_checksum: int


class _Skipped(NamedTuple):
    """A frame that holds something else than content, up to the offset `end`."""

    end: int


class _Place(NamedTuple):
    """The plain position and the offset in the source at which a block begins; its number; its frame."""

    position: int = 0
    offset: int = 0
    number: int = 0
    frame: _Frame | _Skipped | None = None


class _Item(NamedTuple):
    """What stands at a place: a block, or none where it is a header or a mark; and where the next begins.

    `most` is the largest number of plain bytes that the block may hold.
    """

    after: _Place
    data: memoryview = memoryview(b"")
    most: int = 0
    stored: bool = False
    linked: bool = True


class _Checkpoint(NamedTuple):
    place: _Place
    history: bytes
    """The plain bytes before the place, as far as a block can refer to them."""


class _Source:
    """The stored bytes by their offset from where the source stood, at random or forward only.

    One that seeks is asked for its bytes by position, each time: others may use it in between. One that
    does not is never read further than asked, and keeps what came from the last offset on: it is asked for
    nothing before that.
    """

    def __init__(self, source: StrOrBytesPath | ReadableFile) -> None:
        self._owned = isinstance(source, str | bytes | os.PathLike)
        file: Any = io.FileIO(source) if isinstance(source, str | bytes | os.PathLike) else source
        if not hasattr(file, "read"):
            raise TypeError(f"wanted a path or an open binary file, got {type(source).__name__}")
        self._file = file
        self.seekable = hasattr(file, "seekable") and bool(file.seekable())
        self._base = file.tell() if self.seekable else 0
        self._offset = 0
        self._piece = b""

    def read(self, offset: int, count: int) -> memoryview:
        """The `count` bytes from `offset` on; fewer only at the end of the source."""
        known = offset - self._offset
        if not 0 <= known <= len(self._piece) - count:
            self._fetch(offset, self._piece[known:] if known >= 0 else b"", count)
            known = 0
        return memoryview(self._piece)[known : known + count]

    def _fetch(self, offset: int, held: bytes, count: int) -> None:
        parts, got = [held], len(held)
        try:
            if self.seekable:
                self._call(self._file.seek, self._base + offset + got)
            while got < count:
                part = self._part(max(count - got, PIECE) if self.seekable else count - got)
                if not part:
                    break
                parts.append(part)
                got += len(part)
        finally:
            # What came before an error is not asked for again.
            self._offset, self._piece = offset, b"".join(parts)

    def _part(self, most: int) -> bytes:
        part = self._call(self._file.read, most)
        if not isinstance(part, bytes) or len(part) > most:
            got = f"{len(part)} bytes" if isinstance(part, bytes) else type(part).__name__
            raise StreamError(f"the source returned {got}; wanted at most {most} bytes")
        return part

    def _call(self, operation: Any, argument: int) -> Any:
        try:
            return operation(argument)
        except (OSError, DataStoreError):
            raise
        except Exception as error:
            raise StreamError(f"the source cannot be read: {error}") from error

    def close(self) -> None:
        self._piece = b""
        if self._owned:
            self._file.close()


class _Layout(ABC):
    """How blocks follow one another in the source."""

    @abstractmethod
    def item(self, source: _Source, place: _Place) -> _Item | None:
        """What stands at `place`; None at the end. Raises `InflateError` where it is cut or damaged."""


def _damaged(place: _Place, fault: str) -> InflateError:
    return InflateError(f"block {place.number}, at offset {place.offset}: {fault}")


def _whole(source: _Source, place: _Place, count: int, what: str) -> memoryview:
    data = source.read(place.offset, count)
    if len(data) < count:
        raise _damaged(place, f"the data ends after {len(data)} of {count} bytes of {what}")
    return data


class _Blocks(_Layout):
    """Double-buffer data: blocks behind their sizes, or bare where `sizes` are kept elsewhere."""

    def __init__(self, page: int, width: int, sizes: tuple[int, ...]) -> None:
        self._page = page
        self._width = width
        self._sizes = sizes
        self._largest = page + page // 255 + 16

    def item(self, source: _Source, place: _Place) -> _Item | None:
        position, offset, number, _ = place
        width = self._width
        if width:
            prefix = source.read(offset, width)
            if not prefix:
                return None
            if len(prefix) < width:
                raise _damaged(place, f"the data ends after {len(prefix)} of {width} bytes of a size")
            size = int.from_bytes(prefix, "little")
        elif number < len(self._sizes):
            size = self._sizes[number]
        else:
            return None
        if not 0 < size <= self._largest:
            raise _damaged(place, f"its size is {size}; a page of {self._page} makes 1..{self._largest}")
        data = _whole(source, place, width + size, "a block and its size")[width:]
        return _Item(_Place(position, offset + width + size, number + 1), data, self._page)


class _Frames(_Layout):
    """LZ4 frames, of linked or independent blocks, up to the source's end or what is no frame."""

    def __init__(self, ignore_checksums: bool) -> None:
        self._ignore_checksums = ignore_checksums

    def item(self, source: _Source, place: _Place) -> _Item | None:
        frame = place.frame
        if frame is None:
            return self._beginning(source, place)
        if isinstance(frame, _Skipped):
            # Piece by piece, so that a source that does not seek is not held in memory.
            total = min(frame.end - place.offset, PIECE)
            _whole(source, place, total, "a skippable frame")
            offset = place.offset + total
            return _Item(place._replace(offset=offset, frame=None if offset == frame.end else frame))
        word = int.from_bytes(_whole(source, place, 4, "a size"), "little")
        if not word:
            return self._ending(source, place, frame)
        size = word & ~STORED
        if size > frame.limit:
            raise _damaged(place, f"its size is {size}; the frame's blocks have at most {frame.limit}")
        total = 4 + size + frame.block_checksum
        data = _whole(source, place, total, "a block and its size")[4 : 4 + size]
        most = frame.limit
        if frame.size is not None:
            most = min(most, frame.start + frame.size - place.position)
        after = place._replace(offset=place.offset + total, number=place.number + 1)
        return _Item(after, data, most, bool(word & STORED), frame.linked)

    def _ending(self, source: _Source, place: _Place, frame: _Frame) -> _Item:
        length = place.position - frame.start
        if frame.size not in (None, length):
            raise _damaged(place, f"the frame ends after {length} of {frame.size} bytes of content")
        total = 4 + frame.content_checksum
        _whole(source, place, total, "the frame's end")
        return _Item(place._replace(offset=place.offset + total, frame=None))

    def _beginning(self, source: _Source, place: _Place) -> _Item | None:
        magic = bytes(source.read(place.offset, 4))
        if magic == MAGIC:
            return self._header(source, place)
        skippable = magic[:1] + SKIPPABLE if b"\x50" <= magic[:1] <= b"\x5f" else MAGIC
        if magic == skippable:
            return self._skippable(source, place)
        cut = bool(magic) and (MAGIC.startswith(magic) or skippable.startswith(magic))
        # What follows a frame and begins none is foreign; a magic number cut short is a frame cut short.
        if place.offset and not cut:
            return None
        raise _damaged(place, f"no LZ4 frame begins there, but {magic!r}")

    def _skippable(self, source: _Source, place: _Place) -> _Item:
        head = _whole(source, place, 8, "a frame's header")
        end = place.offset + 8 + int.from_bytes(head[4:], "little")
        return _Item(place._replace(frame=_Skipped(end)))

    def _header(self, source: _Source, place: _Place) -> _Item:
        flags = _whole(source, place, 7, "a frame's header")[4]
        length = 7 + 8 * bool(flags & CONTENT_SIZE_FLAG) + 4 * bool(flags & DICTIONARY_FLAG)
        header = _whole(source, place, length, "a frame's header")
        try:
            told = lz4.frame.get_frame_info(bytes(header))
        except RuntimeError as error:
            raise _damaged(place, f"a frame's header is damaged: {error}") from error
        if flags & DICTIONARY_FLAG:
            raise _damaged(place, "the frame needs a dictionary, which this reader does not take")
        if (told["block_checksum"] or told["content_checksum"]) and not self._ignore_checksums:
            raise _damaged(place, "the frame has checksums; wanted none, or ignore_checksums=True")
        frame = _Frame(
            place.position,
            told["block_size"],
            told["block_linked"],
            told["content_size"] if flags & CONTENT_SIZE_FLAG else None,
            4 * told["block_checksum"],
            4 * told["content_checksum"],
        )
        return _Item(place._replace(offset=place.offset + length, frame=frame))


class _LZ4File(Core):
    """Decodes block by block, and remembers checkpoints at which it can begin anew."""

    def __init__(
        self,
        source: StrOrBytesPath | ReadableFile,
        layout: _Layout,
        dictionary: bytes,
        size: SupportsIndex | None,
        spacing: SupportsIndex | None,
    ) -> None:
        self._size = None if size is None else _at_least(0, "size", size)
        self._spacing = None if spacing is None else _at_least(1, "spacing", spacing)
        self._layout = layout
        self._source = _Source(source)
        self.seekable = self._source.seekable
        self._closed = False
        self._place = _Place()
        self._window = bytearray(dictionary)
        self._page = b""
        self._fault: tuple[int, str] | None = None
        self._checkpoints = [self._checkpoint()]
        self._due = self._next_due()

    @property
    def closed(self) -> bool:
        """Whether the file is closed."""
        return self._closed

    def close(self) -> None:
        """Close the file and with it every view, and the source where it was opened here, by its path.

        Closing it again is harmless.
        """
        self._closed = True
        self._page = b""
        self._window.clear()
        self._checkpoints.clear()
        self._source.close()

    def size(self) -> int:
        """The plain length in bytes; where it is not known yet, all that is left is decoded once.

        Raises `InflateError` where that is damaged, and `io.UnsupportedOperation` where the source does
        not seek.
        """
        self.require_open()
        if not self.seekable:
            raise io.UnsupportedOperation("size: the source does not seek")
        if self._size is None:
            self._decode_to(LARGEST_POSITION)
            assert self._size is not None
        return self._size

    def reach(self, position: int) -> int:
        """`position`, or the end where that comes first; decodes no further than there."""
        self.require_open()
        if self._size is None and position:
            self._decode_to(position - 1)
        return position if self._size is None else min(position, self._size)

    def bytes_at(self, position: int, count: int) -> bytes:
        """At least one and at most `count` plain bytes from `position` on, none at or past the end.

        No more than one block holds. The cursor stays where it is. Raises `InflateError` where the data
        is damaged before or in the block of `position`, again at every call; the source's own `OSError`,
        or `StreamError` for any other error of it, where it cannot be read, and the next call tries again;
        `io.UnsupportedOperation` for a block already passed, where the source does not seek.
        """
        self.require_open()
        if count < 1 or not self._decode_to(position):
            return b""
        start = position - self._page_start
        return self._page[start : start + count]

    # -- decoding --------------------------------------------------------------------------------------

    @property
    def _page_start(self) -> int:
        return self._place.position - len(self._page)

    def _decode_to(self, position: int) -> bool:
        """Make `position` lie in the current page; False where it lies at or past the end."""
        if self._page_start <= position < self._place.position:
            return True
        if self._size is not None and position >= self._size:
            return False
        if self._fault and position >= self._fault[0]:
            raise InflateError(self._fault[1])
        self._go_back(position)
        try:
            while position >= self._place.position:
                if not self._step():
                    return False
        except InflateError as error:
            self._fault = self._place.position, str(error)
            raise
        return True

    def _go_back(self, position: int) -> None:
        """Begin anew at a checkpoint, where that is the shortest way to `position`."""
        at = bisect_right(self._checkpoints, position, key=lambda each: each.place.position) - 1
        place, history = self._checkpoints[at]
        if self._page_start <= position and place.position <= self._place.position:
            return
        if not self.seekable:
            raise io.UnsupportedOperation(f"byte {position} was passed, and the source does not seek")
        self._place, self._page = place, b""
        self._window[:] = history

    def _step(self) -> bool:
        """Go on by one block, header or mark; False at the end."""
        place = self._place
        item = self._layout.item(self._source, place)
        if item is None:
            if self._size is not None:
                raise InflateError(f"the data ends after {place.position} of {self._size} bytes")
            self._size = place.position
            return False
        if place.position >= self._due:
            self._checkpoints.append(self._checkpoint())
            self._due = self._next_due()
        page = self._plain(item) if item.data else b""
        self._remember(page if item.linked else b"", item)
        end = place.position + len(page)
        if self._size is not None and end > self._size:
            page, end = page[: self._size - place.position], self._size
        self._page = page
        self._place = _Place(end, *item.after[1:])
        return True

    def _plain(self, item: _Item) -> bytes:
        """The plain bytes of a block."""
        if item.stored:
            if len(item.data) > item.most:
                raise _damaged(self._place, f"{len(item.data)} plain bytes; at most {item.most} are left")
            return bytes(item.data)
        most = min(item.most, EXPANSION * len(item.data))
        try:
            with memoryview(self._window) as window, window[-HISTORY:] as history:
                plain: bytes = lz4.block.decompress(item.data, most, False, history)
        except lz4.block.LZ4BlockError as error:
            raise _damaged(
                self._place, f"it is damaged, or larger than {item.most} bytes: {error}"
            ) from error
        return plain

    def _remember(self, page: bytes, item: _Item) -> None:
        """Add a page to the history; a header begins a new one."""
        if item.after.frame is not self._place.frame:
            self._window.clear()
        if len(page) >= HISTORY:
            self._window[:] = page[-HISTORY:]
        else:
            self._window += page
            # Now and then, so that a short page costs no copy of all the history.
            if len(self._window) > 3 * HISTORY:
                del self._window[:-HISTORY]

    def _next_due(self) -> int:
        """Where the next checkpoint belongs: never, for a source that does not seek."""
        if not self.seekable or self._spacing is None:
            return LARGEST_POSITION
        return self._checkpoints[-1].place.position + self._spacing

    def _checkpoint(self) -> _Checkpoint:
        return _Checkpoint(self._place, bytes(self._window[-HISTORY:]))


class LZ4DoubleBufferFile(_LZ4File):
    """The plain bytes of LZ4 double-buffer data, from where `source` stands; `hadoop()`, `data_store()` and
    `python_file()` open it under one surface.

    `source` is a path, or an open binary file, which may give fewer bytes than asked for, which others may
    move meanwhile, and which is left open. Where it does not seek, the views only move on, `size()` and
    `hadoop()` raise `io.UnsupportedOperation`, and no byte behind the last block read is taken from it; what
    a read of all that is left has passed when it raises is lost.

    `buffer_size` (the page, in bytes), `store_comp_size` and `dictionary` are those that the data was
    written with. With a `store_comp_size` of 0 `sizes` holds the length of each block. `size` is the plain
    length, where it is known.

    The data ends after the last of `sizes`, or after `size` bytes, and what follows is not looked at. With
    neither it ends where the source does, and then a cut between two blocks does not show. Every other
    cut, a block that is larger than its page can make and one that does not decode raise `InflateError`.
    There is no checksum: damage that decodes gives wrong bytes.

    A fault is met by each read that needs its block or a later one; bytes before it are served.

    A seek backward begins anew at the last checkpoint before it, and decodes from there: `spacing` is the
    number of plain bytes between two, `None` means none but the start. Checkpoints are made where reading
    comes by for the first time, and each holds up to 64 KiB: by default one for 4 MiB, 1.6 % of the plain
    length. Besides these, the memory used is about two pages, two compressed ones, and 256 KiB.

    Seeking and telling decode nothing. What needs the end (`size()`, a seek from the end, `available()`)
    decodes all that was not read yet, once, unless `size` is given; so does a read far past the end.

    Raises `ValueError` for arguments that do not fit, `OSError` where a path cannot be opened.
    """

    def __init__(
        self,
        source: StrOrBytesPath | ReadableFile,
        buffer_size: SupportsIndex,
        *,
        store_comp_size: SupportsIndex = 4,
        dictionary: ReadableBuffer | str | None = "",
        sizes: Iterable[SupportsIndex] | None = None,
        size: SupportsIndex | None = None,
        spacing: SupportsIndex | None = SPACING,
    ) -> None:
        page, width = _at_least(1, "buffer_size", buffer_size), operator.index(store_comp_size)
        if page > LZ4_MAX_INPUT_SIZE:
            raise ValueError(f"buffer_size is {page}; wanted at most {LZ4_MAX_INPUT_SIZE}")
        if width not in (0, 1, 2, 4):
            raise ValueError(f"store_comp_size is {width}; wanted 0, 1, 2 or 4")
        if (sizes is None) != bool(width):
            given = "no sizes" if sizes is None else "sizes"
            raise ValueError(f"store_comp_size is {width}, with {given}; wanted sizes with 0, and only there")
        lengths = tuple(_at_least(0, "a size of sizes", length) for length in sizes or ())
        if isinstance(dictionary, str):
            dictionary = dictionary.encode()
        history = memoryview(dictionary or b"").tobytes()[-HISTORY:]
        super().__init__(source, _Blocks(page, width, lengths), history, size, spacing)


class LZ4FrameFile(_LZ4File):
    """The plain bytes of LZ4 frames, as `write_frame` and other tools write them, with random access.

    `source`, `size`, `spacing` and the views are those of `LZ4DoubleBufferFile`. Blocks may be linked or
    independent, compressed or stored. Frames in a row are one content, skippable ones are passed over; the
    content ends where after a frame none begins, which its next four bytes tell.

    A frame ends in a mark, so every cut raises `InflateError`, and where its header tells the plain length,
    another one as well. Checksums of blocks and content are not verified: a frame that has any (the command
    `lz4` gives it one) raises `InflateError` unless `ignore_checksums` is true, and then damage that decodes
    gives wrong bytes. A frame that needs a dictionary raises `InflateError` too.
    """

    def __init__(
        self,
        source: StrOrBytesPath | ReadableFile,
        *,
        size: SupportsIndex | None = None,
        spacing: SupportsIndex | None = SPACING,
        ignore_checksums: bool = False,
    ) -> None:
        super().__init__(source, _Frames(ignore_checksums), b"", size, spacing)


def write_frame(
    source: ReadableFile,
    target: WritableFile,
    buffer_size: SupportsIndex,
    *,
    size: SupportsIndex | None = None,
    mode: str = "default",
    acceleration: SupportsIndex = True,
    compression_level: SupportsIndex = 9,
) -> None:
    """Write what `source` gives as one LZ4 frame with linked blocks of up to `buffer_size` plain bytes.

    `lz4.frame`, the command `lz4` and `LZ4FrameFile` read it; what lies between its header and its end
    mark of 4 bytes is double-buffer data with 4-byte sizes. `size`, where given, goes into the header as
    the plain length. The other arguments are those of `lz4_stream.compress`.

    Raises `ValueError` for a page whose blocks may be larger than a frame's, 4 MiB, and where the source
    does not give `size` bytes: then there is no end mark.
    """
    page = _at_least(1, "buffer_size", buffer_size)
    wanted = None if size is None else _at_least(0, "size", size)
    target.write(_header(page, wanted))
    counted = _Counted(source)
    for block in iter_compress(
        counted, page, mode=mode, acceleration=acceleration, compression_level=compression_level
    ):
        target.write(block)
    if wanted not in (None, counted.count):
        raise ValueError(f"the source gave {counted.count} bytes; wanted {wanted}, the size given")
    target.write(bytes(4))


def _header(page: int, size: int | None) -> bytes:
    largest = page + page // 255 + 16
    # The sizes that a frame can name: 64 KiB, 256 KiB, 1 MiB and 4 MiB.
    for number in (4, 5, 6, 7):
        if largest <= 1 << 8 + 2 * number:
            made = lz4.frame.LZ4FrameCompressor(block_linked=True, block_size=number)
            header: bytes = made.begin(source_size=size or 0)
            return header
    raise ValueError(f"a page of {page} bytes makes blocks of up to {largest}; wanted at most {2**22}")


class _Counted:
    """A source that counts what it gave."""

    def __init__(self, source: ReadableFile) -> None:
        self._source = source
        self.count = 0

    def read(self, size: int, /) -> bytes:
        part = self._source.read(size)
        self.count += len(part or b"")
        return part


def _at_least(least: int, name: str, value: SupportsIndex) -> int:
    number = operator.index(value)
    if number < least:
        raise ValueError(f"{name} is {number}; wanted {least} or more")
    return number

"""LZ4 double-buffer streams: the interface of python-lz4's `lz4.stream`, on the ordinary `lz4` package.

A stream is a row of blocks and nothing else: no magic number, no plain size, no checksum, no end mark. Each
block is a prefix, its size in bytes as an unsigned little-endian number of 0, 1, 2 or 4 bytes, and one raw
LZ4 block. That holds one chunk of 0 to `buffer_size` plain bytes (a page) and refers to those before it.

As nothing guards the data, damage that still decodes gives wrong bytes, and a stream cut between two blocks
is a shorter stream. Neither can be told; all else raises `LZ4StreamError`.
"""

from __future__ import annotations

import struct
from collections import deque
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final, NoReturn, Protocol, Self, SupportsIndex

import lz4.frame
from lz4.block import LZ4BlockError
from lz4.block import compress as compress_block
from lz4.block import decompress as decompress_block
from lz4.frame import decompress_chunk as decompress_frame

from streamtck.reference_impl._lz4_blocks import (
    LZ4_MAX_INPUT_SIZE,
    WINDOW,
    bound,
    byte_view,
    checked_acceleration,
    checked_dictionary,
    checked_level,
    checked_mode,
    checked_page,
    checked_size,
    checked_strategy,
    checked_width,
    contiguous,
    literals,
)

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

__all__ = [
    "LZ4_MAX_INPUT_SIZE",
    "LZ4StreamCompressor",
    "LZ4StreamDecompressor",
    "LZ4StreamError",
    "compress",
    "decompress",
    "iter_compress",
    "iter_decompress",
]

SIZE: Final = struct.Struct("<I").pack
NOT_COMPRESSED: Final = 1 << 31
"""The prefix of a block in an LZ4 frame, and the bit in it of a block that is not compressed."""

PREFIXES: Final = {
    0: struct.Struct(""),
    1: struct.Struct("<B"),
    2: struct.Struct("<H"),
    4: struct.Struct("<I"),
}
"""The prefix of each width."""

FRAME_BLOCKS: Final = {1 << 16: 4, 1 << 18: 5, 1 << 20: 6, 1 << 22: 7}
"""Largest block, in bytes, of each kind of LZ4 frame, and the number of the kind."""

RUN: Final = 1 << 22
"""How many plain bytes a frame decoder is asked for at once, where the page is the largest of its blocks."""

LINKED_PAGES: Final = range(2048, 131072 + 1)
"""The pages for which a frame decoder, which keeps its history in place, is faster than single blocks."""

SLOT_PAGES: Final = 131072
"""The largest page for which it pays to copy a chunk behind the one before it."""

SLOTS: Final = 4
"""How many chunks there is room for, one behind the other."""

LITERAL_PAGE: Final = 1 << 20
"""The largest page that is copied out of its block where this has nothing but literals."""

PATIENCE: Final = 200
"""After how many chunks in a row that do not shrink most are compressed without the one before them.

The dictionary costs most of the time then. It is still tried for three chunks in ten, at most five apart, and
used for all again as soon as one shrinks. Of a run of repeated pages that is four, of at least 204 pages.
From `LARGE_PAGE` on one chunk is enough: the window is a quarter of a page or less.
"""

LARGE_PAGE: Final = 262144

PART: Final = 262144
"""How many bytes are taken from a file at once, unless a page is larger."""


class LZ4StreamError(Exception):
    """Data that is no sound stream, or a page whose blocks the prefix cannot tell."""


class BinaryFile(Protocol):
    """A binary file, or rather what is needed of one; it may give fewer bytes than asked for."""

    def read(self, size: int, /) -> bytes | None: ...


class _Context:
    """What both classes share: they are context managers, and can be neither pickled nor copied."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        """Nothing: the object can be used further."""

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError(
            f"a {type(self).__name__} is a point in a stream; it can be neither pickled nor copied"
        )


class LZ4StreamCompressor(_Context):
    """Compresses a stream chunk by chunk, as `lz4.stream.LZ4StreamCompressor` does.

    `strategy` is "double_buffer". `buffer_size`, the page, is the most bytes of a chunk, from 1 to
    `LZ4_MAX_INPUT_SIZE`. `mode` is "default", "fast", which heeds `acceleration` (1 to 65537, the nearest is
    taken), or "high_compression", which heeds `compression_level` (1 to 12; above is 12, below is 9).
    `return_bytearray` asks for `bytearray` results. `store_comp_size` is the width of the prefix, 0 for none:
    then the sizes of the blocks are to be kept elsewhere. `dictionary`, a bytes-like object or a str, which
    stands for its UTF-8, is what the first chunk can refer to; the last 64 KiB of it count.

    Raises `ValueError`, `TypeError` and, for another known strategy, `NotImplementedError` for arguments out
    of range, and `LZ4StreamError` for a page whose blocks may not fit the prefix: the largest is 239 for a
    width of 1 and 65264 for 2.

    Each chunk refers to the one before it, the only one that the decoder of `lz4.stream` keeps at all times.
    After many chunks in a row that did not shrink, most are compressed for themselves. An object takes four
    pages of memory up to a page of 128 KiB, one above.

    Better than `lz4.stream`: the dictionary is copied (there a mere pointer to it is kept); an empty chunk
    is a block like any other (there it can spoil the one after the next); integers out of range are refused
    (there they wrap around). An object is not to be shared between threads without a lock.
    """

    def __init__(
        self,
        strategy: str,
        buffer_size: SupportsIndex,
        mode: str = "default",
        acceleration: SupportsIndex = True,
        compression_level: SupportsIndex = 9,
        return_bytearray: object = False,
        store_comp_size: SupportsIndex = 4,
        dictionary: ReadableBuffer | str | None = "",
    ) -> None:
        checked_strategy(strategy)
        self._page = checked_page(buffer_size, LZ4_MAX_INPUT_SIZE)
        width = checked_width(store_comp_size)
        if width and bound(self._page) >= 1 << 8 * width:
            raise LZ4StreamError(
                f"store_comp_size is {width} and buffer_size {self._page}, whose blocks have up to "
                f"{bound(self._page)} bytes; wanted a smaller page, or a length of more bytes"
            )
        self._mode = checked_mode(mode)
        self._acceleration = checked_acceleration(acceleration)
        self._level = checked_level(compression_level)
        self._prefix = PREFIXES[width].pack if width else None
        self._as_bytearray = bool(return_bytearray)
        self._previous: bytes | memoryview = checked_dictionary(dictionary)
        self._idle = 0
        self._patience = PATIENCE if self._page < LARGE_PAGE else 0
        # With a dictionary that ends where the chunk begins liblz4 is faster.
        room = memoryview(bytearray(SLOTS * self._page if self._page <= SLOT_PAGES else 0))
        self._slots = [room[start : start + self._page] for start in range(0, len(room), self._page)]
        self._number = 0

    def compress(self, chunk: ReadableBuffer) -> Any:
        """The block, with its prefix, of the next 0 to `buffer_size` bytes.

        Raises `OverflowError` for more; the stream can go on with a smaller chunk.
        """
        plain = chunk if type(chunk) is bytes else _plain(chunk)
        size = len(plain)
        kept: bytes | memoryview
        if size == self._page and self._slots:
            number = self._number
            if number == SLOTS:
                self._slots[0][: len(self._previous)] = self._previous
                self._previous = self._slots[0][: len(self._previous)]
                number = 1
            self._slots[number][:] = plain
            kept = plain = self._slots[number]
            self._number = number + 1
        elif size > self._page:
            raise OverflowError(f"a chunk of {size} bytes; wanted at most {self._page}, the buffer_size")
        else:
            kept = plain if isinstance(plain, bytes) else plain[-WINDOW:].tobytes()
        idle = self._idle
        if idle > self._patience and idle % 5 and idle % 7:
            block = compress_block(plain, self._mode, False, self._acceleration, self._level)
        else:
            block = compress_block(
                plain, self._mode, False, self._acceleration, self._level, False, self._previous
            )
        self._idle = idle + 1 if len(block) > size else 0
        self._previous = kept
        if self._prefix:
            block = self._prefix(len(block)) + block
        return bytearray(block) if self._as_bytearray else block

    def _all(self, plain: memoryview) -> bytes:
        """The blocks, with their prefixes, of all pages of `plain`."""
        page, mode, acceleration, level = self._page, self._mode, self._acceleration, self._level
        prefix, patience, idle, previous = self._prefix, self._patience, 0, memoryview(self._previous)
        parts: list[bytes] = []
        for start in range(0, len(plain), page):
            chunk = plain[start : start + page]
            if idle > patience and idle % 5 and idle % 7:
                block = compress_block(chunk, mode, False, acceleration, level)
            else:
                block = compress_block(chunk, mode, False, acceleration, level, False, previous)
            idle = idle + 1 if len(block) > len(chunk) else 0
            previous = chunk
            if prefix:
                parts.append(prefix(len(block)))
            parts.append(block)
        return b"".join(parts)


def _plain(chunk: ReadableBuffer) -> bytes | memoryview:
    """A contiguous chunk, copied unless it is a plain memoryview."""
    if type(chunk) is memoryview and chunk.c_contiguous and chunk.ndim == 1 and chunk.format == "B":
        return chunk
    return contiguous(chunk)


class LZ4StreamDecompressor(_Context):
    """Decompresses a stream block by block, as `lz4.stream.LZ4StreamDecompressor` does.

    The arguments are those of `LZ4StreamCompressor`, and the page, the width and the dictionary have to be
    those that the stream was made with.

        view, offset = memoryview(stream), 0
        while offset < len(view):
            block = decompressor.get_block(view[offset:])
            chunk = decompressor.decompress(block)
            offset += store_comp_size + len(block)

    A slice of the memoryview costs the same wherever it is; of `bytes`, as the documentation of `lz4.stream`
    has it, it copies all that is left, so that the loop takes time by the square of the size.

    Better than `lz4.stream`: a block can refer to the last 64 KiB of dictionary and plain bytes, where chunks
    end and how long they are makes no difference; a block that fails changes nothing, so that the sound
    one can be tried next (there it spoils the history); the dictionary is copied; integers out of range are
    refused. An object is not to be shared between threads without a lock.

    An object takes up to 128 KiB, or two pages, of history and, for pages of 2 KiB to 128 KiB, the buffers of
    an LZ4 frame decoder: 256 KiB, and 640 KiB for pages above 64 KiB.
    """

    def __init__(
        self,
        strategy: str,
        buffer_size: SupportsIndex,
        return_bytearray: object = False,
        store_comp_size: SupportsIndex = 4,
        dictionary: ReadableBuffer | str | None = "",
    ) -> None:
        checked_strategy(strategy)
        # A page above the largest is harmless here, and `lz4.stream` takes it.
        self._page = min(checked_page(buffer_size, (1 << 32) - 1), LZ4_MAX_INPUT_SIZE)
        self._width = checked_width(store_comp_size)
        self._as_bytearray = bool(return_bytearray)
        self._unpack = PREFIXES[self._width].unpack_from
        self._tellable = (1 << 8 * self._width) - 1 if self._width else LZ4_MAX_INPUT_SIZE * 2
        self._common = min(self._page, self._tellable)
        # What a whole page that does not compress begins with, and the size of its block.
        self._literals = literals(self._page) if self._page <= LITERAL_PAGE else b""
        self._lead = len(self._literals)
        self._stored = self._lead + self._page if 0 < self._lead <= self._tellable - self._page else 0

        # The history. Of two neighbours at least one has `_piece` bytes, so that all have the window.
        self._piece = min(self._page, WINDOW)
        pieces = -(-WINDOW // self._piece)
        self._recent: deque[bytes | bytearray] = deque([checked_dictionary(dictionary)], maxlen=2 * pieces)
        self._keep = self._recent.append

        # The part of it that the frame decoder has not seen yet.
        self._unseen: deque[bytes] = deque(maxlen=pieces + 1)
        # Room for one byte more than a page tells whether there are more.
        self._limit = self._page + 1
        self._linked = False
        if self._page in LINKED_PAGES:
            self._link()

    def _link(self) -> None:
        """Have a frame decoder."""
        self._linked = True
        self._context = lz4.frame.create_decompression_context()
        self._start_over()

    def get_block(self, stream: ReadableBuffer) -> Any:
        """A copy of the first block in `stream`, without its prefix. What follows it is ignored.

        Raises `LZ4StreamError` if `stream` ends before the block does, and if there are no prefixes.
        """
        view = stream if type(stream) is memoryview else memoryview(stream)
        if view.itemsize != 1 or view.ndim != 1:
            view = byte_view(view)
        width = self._width
        try:
            (size,) = self._unpack(view)
        except (struct.error, ValueError):
            raise self._no_prefix(len(view)) from None
        block = view[width : width + size].tobytes()
        if len(block) != size:
            raise LZ4StreamError(f"the stream ends after {len(block)} bytes of a block; wanted {size}")
        return bytearray(block) if self._as_bytearray else block

    def _no_prefix(self, size: int) -> LZ4StreamError:
        if not self._width:
            return LZ4StreamError("store_comp_size is 0: where a block ends is not in the stream")
        return LZ4StreamError(f"the stream ends after {size} bytes of a prefix; wanted {self._width}")

    def decompress(self, chunk: ReadableBuffer) -> Any:
        """The plain bytes, 0 to `buffer_size`, of the next block, which is given without its prefix.

        Raises `LZ4StreamError` for a block that is damaged or longer than a page, and `OverflowError` for
        one that is longer than the prefix can tell. Then nothing has changed.
        """
        block = chunk if type(chunk) is bytes else contiguous(chunk)
        size = len(block)
        if size == self._stored and block.startswith(self._literals):
            plain = self._keep_stored(block[self._lead :])
        elif size > self._common:
            plain = self._long_block(block)
        elif self._linked and block:
            plain = self._framed_block(SIZE(size) + block)
        else:
            plain = self._single_block(block)
        return bytearray(plain) if self._as_bytearray else plain

    def _framed_block(self, framed: bytes | memoryview) -> bytes:
        """The plain bytes of the next block, given with a prefix of 4, of 1 to a page's bytes."""
        if self._unseen:
            self._show()
        try:
            plain: bytes = decompress_frame(self._context, framed, self._limit)[0]
        except RuntimeError:
            return self._again(framed)
        if len(plain) == self._page:
            self._keep(plain)
            return plain
        return self._short_or_again(plain, framed)

    def _short_or_again(self, plain: bytes, framed: bytes | memoryview) -> bytes:
        """What the frame decoder gave, if it is less than a page; more is refused."""
        if len(plain) > self._page:
            return self._again(framed)
        self._keep_short(plain)
        return plain

    def _again(self, framed: bytes | memoryview) -> bytes:
        """The same block by itself, which tells what is wrong with it."""
        self._start_over()
        return self._single_block(framed[4:])

    def _single_block(self, block: bytes | memoryview) -> bytes:
        """The plain bytes of any block, decompressed for itself."""
        try:
            plain: bytes = decompress_block(block, self._page, False, self._recent[-1])
        except LZ4BlockError:
            # Too short a history can only fail.
            plain = self._with_whole_history(block)
        if self._linked:
            self._unseen.append(plain)
        if len(plain) == self._page:
            self._keep(plain)
        else:
            self._keep_short(plain)
        return plain

    def _with_whole_history(self, block: bytes | memoryview) -> bytes:
        try:
            plain: bytes = decompress_block(block, self._page, False, b"".join(self._recent)[-WINDOW:])
        except LZ4BlockError as error:
            code = str(error).rpartition(" ")[2]
            raise LZ4StreamError(
                f"a block of {len(block)} bytes does not decode (liblz4 says {code}); wanted one that holds "
                f"at most {self._page} bytes and refers to what came before it or to the dictionary"
            ) from None
        return plain

    def _long_block(self, block: bytes | memoryview) -> bytes:
        """The plain bytes of a block that is longer than a page, or than its prefix can tell."""
        size = len(block)
        if size == self._stored and block[: self._lead] == self._literals:
            return self._keep_stored(bytes(block[self._lead :]))
        if size > self._tellable:
            raise OverflowError(
                f"a block of {size} bytes; a prefix of {self._width} tells at most {self._tellable}"
            )
        if size > bound(self._page):
            raise self._too_long(size)
        return self._single_block(block)

    def _keep_stored(self, plain: bytes) -> bytes:
        """Add a page to the history that was no more than copied."""
        self._keep(plain)
        if self._linked:
            self._unseen.append(plain)
        return plain

    def _too_long(self, size: int) -> LZ4StreamError:
        most = bound(self._page)
        return LZ4StreamError(
            f"a block of {size} bytes; wanted at most {most}, which {self._page} bytes make"
        )

    def _keep_short(self, plain: bytes) -> None:
        """Add less than a page to the history."""
        last = self._recent[-1]
        if len(last) >= self._piece:
            self._keep(plain)
        elif type(last) is bytearray:
            last += plain
        else:
            self._recent[-1] = bytearray(last) + plain

    def _start_over(self) -> None:
        """Make the frame decoder new; it has seen nothing."""
        kind = next(kind for largest, kind in FRAME_BLOCKS.items() if self._page <= largest)
        header = lz4.frame.LZ4FrameCompressor(block_size=kind, block_linked=True).begin()
        lz4.frame.reset_decompression_context(self._context)
        decompress_frame(self._context, header)
        self._unseen.clear()
        self._unseen.append(b"".join(self._recent)[-WINDOW:])

    def _show(self) -> None:
        """Give the frame decoder what it has not seen yet, as a block of a frame that is not compressed."""
        unseen = b"".join(self._unseen)[-WINDOW:]
        self._unseen.clear()
        if unseen:
            decompress_frame(self._context, SIZE(len(unseen) | NOT_COMPRESSED) + unseen, len(unseen))

    def _all(self, stream: memoryview, sizes: Iterator[int] | None) -> bytes:
        """The plain bytes of all blocks of `stream`."""
        blocks = self._blocks(stream) if sizes is None else _sized(stream, sizes)
        if self._page in FRAME_BLOCKS:
            return b"".join(self._in_runs(stream, blocks))
        width, page, keep = self._width, self._page, self._keep
        unseen, limit = self._unseen, self._limit
        common, context = (self._common, self._context) if self._linked else (0, None)
        parts: list[bytes] = []
        for start, stop in blocks:
            size = stop - start
            try:
                if 0 < size <= common:
                    framed = stream[start - 4 : stop] if width == 4 else SIZE(size) + stream[start:stop]
                    if unseen:
                        self._show()
                    # As in `_framed_block`; the call costs a tenth of the time.
                    try:
                        plain = decompress_frame(context, framed, limit)[0]
                    except RuntimeError:
                        plain = self._again(framed)
                    else:
                        if len(plain) == page:
                            keep(plain)
                        else:
                            plain = self._short_or_again(plain, framed)
                else:
                    plain = self._any_block(stream[start:stop])
            except LZ4StreamError as error:
                raise _located(error, start - width) from None
            parts.append(plain)
        return b"".join(parts)

    def _any_block(self, block: memoryview) -> bytes:
        return self._long_block(block) if len(block) > self._common else self._single_block(block)

    def _in_runs(self, stream: memoryview, blocks: Iterator[tuple[int, int]]) -> Iterator[bytes]:
        """The plain bytes of all blocks, many at once. A frame decoder refuses what is longer than a page."""
        if not self._linked:
            self._link()
        run: list[tuple[int, int]] = []
        error = None
        while error is None:
            try:
                block = next(blocks, None)
            except LZ4StreamError as cut:
                # A fault of an earlier block comes first.
                block, error = None, cut
            framed = block is not None and 0 < block[1] - block[0] <= self._common
            if block and framed:
                run.append(block)
            if run and (not framed or len(run) * self._page >= RUN):
                yield self._run(stream, run)
                run.clear()
            if block is None:
                break
            if not framed:
                yield self._alone(stream, block)
        if error:
            raise error

    def _run(self, stream: memoryview, run: list[tuple[int, int]]) -> bytes:
        """The plain bytes of blocks that follow each other, none empty or longer than a page."""
        if self._unseen:
            self._show()
        if self._width == 4:
            framed: bytes | memoryview = stream[run[0][0] - 4 : run[-1][1]]
        else:
            parts = [part for start, stop in run for part in (SIZE(stop - start), stream[start:stop])]
            framed = b"".join(parts)
        try:
            plain: bytes
            plain, used, _ = decompress_frame(self._context, framed, len(run) * self._page)
        except RuntimeError:
            used = 0
        if used < len(framed):
            self._start_over()
            return b"".join([self._alone(stream, block) for block in run])
        if len(plain) >= WINDOW:
            self._keep(plain[-WINDOW:])
        else:
            self._keep_short(plain)
        return plain

    def _alone(self, stream: memoryview, block: tuple[int, int]) -> bytes:
        start, stop = block
        try:
            return self._any_block(stream[start:stop])
        except LZ4StreamError as error:
            raise _located(error, start - self._width) from None

    def _blocks(self, stream: memoryview) -> Iterator[tuple[int, int]]:
        """Where every block of `stream` starts and stops, without its prefix."""
        width, unpack = self._width, self._unpack
        total = len(stream)
        stop = 0
        while stop < total:
            start = stop + width
            if start > total:
                raise _cut(stop, "prefix", total - stop, width)
            stop = start + unpack(stream, stop)[0]
            if stop > total:
                raise _cut(start - width, "block", total - start, stop - start)
            yield start, stop


def _sized(stream: memoryview, sizes: Iterator[int]) -> Iterator[tuple[int, int]]:
    """Where every block of `stream` starts and stops, by their sizes."""
    start = 0
    for size in sizes:
        stop = start + size
        if stop > len(stream):
            raise _cut(start, "block", len(stream) - start, size)
        yield start, stop
        start = stop
    if start < len(stream):
        raise _surplus(start)


def compress(
    data: ReadableBuffer,
    buffer_size: SupportsIndex,
    *,
    mode: str = "default",
    acceleration: SupportsIndex = True,
    compression_level: SupportsIndex = 9,
    store_comp_size: SupportsIndex = 4,
    dictionary: ReadableBuffer | str | None = "",
) -> bytes:
    """The stream of `data`, in chunks of `buffer_size` bytes, the last one maybe shorter.

    The arguments are those of `LZ4StreamCompressor`. No data is an empty stream. Raises `ValueError` for a
    `store_comp_size` of 0: where the blocks end would be lost (`iter_compress` gives one after the other).
    """
    if checked_width(store_comp_size) == 0:
        raise ValueError("store_comp_size is 0; wanted 1, 2 or 4, or iter_compress, which tells each block")
    encoder = LZ4StreamCompressor(
        "double_buffer",
        buffer_size,
        mode,
        acceleration,
        compression_level,
        False,
        store_comp_size,
        dictionary,
    )
    return encoder._all(byte_view(data))


def decompress(
    data: ReadableBuffer,
    buffer_size: SupportsIndex,
    *,
    store_comp_size: SupportsIndex = 4,
    dictionary: ReadableBuffer | str | None = "",
    sizes: Iterable[SupportsIndex] | None = None,
) -> bytes:
    """The plain bytes of the stream `data`.

    The arguments are those of `LZ4StreamDecompressor`; with `store_comp_size=0` come the `sizes` of the
    blocks, in bytes. Raises `LZ4StreamError`, with the offset of the block, for data that is damaged, ends
    within a prefix or a block, or is longer or shorter than `sizes`.
    """
    decoder = LZ4StreamDecompressor("double_buffer", buffer_size, False, store_comp_size, dictionary)
    checked_sizes = _checked_sizes(decoder, sizes)
    return decoder._all(byte_view(data), checked_sizes)


def iter_compress(
    file: BinaryFile,
    buffer_size: SupportsIndex,
    *,
    mode: str = "default",
    acceleration: SupportsIndex = True,
    compression_level: SupportsIndex = 9,
    store_comp_size: SupportsIndex = 4,
    dictionary: ReadableBuffer | str | None = "",
) -> Iterator[bytes]:
    """The blocks, each with its prefix, of what `file` gives up to its end, in constant memory.

    The arguments are those of `LZ4StreamCompressor`; every chunk but the last has `buffer_size` bytes. With
    `store_comp_size=0` the sizes to be kept are the lengths of the blocks.
    """
    encoder = LZ4StreamCompressor(
        "double_buffer",
        buffer_size,
        mode,
        acceleration,
        compression_level,
        False,
        store_comp_size,
        dictionary,
    )
    return _compressed(encoder, file)


def _compressed(encoder: LZ4StreamCompressor, file: BinaryFile) -> Iterator[bytes]:
    page = encoder._page
    while plain := _read(file, max(1, PART // page) * page):
        for start in range(0, len(plain), page):
            yield encoder.compress(plain[start : start + page])


def iter_decompress(
    file: BinaryFile,
    buffer_size: SupportsIndex,
    *,
    store_comp_size: SupportsIndex = 4,
    dictionary: ReadableBuffer | str | None = "",
    sizes: Iterable[SupportsIndex] | None = None,
) -> Iterator[bytes]:
    """The plain chunks of the stream in `file`, which is read to its end, in constant memory.

    Arguments and errors are those of `decompress`. What precedes a fault is given first.
    """
    decoder = LZ4StreamDecompressor("double_buffer", buffer_size, False, store_comp_size, dictionary)
    return _decompressed(decoder, file, _checked_sizes(decoder, sizes))


def _decompressed(
    decoder: LZ4StreamDecompressor, file: BinaryFile, sizes: Iterator[int] | None
) -> Iterator[bytes]:
    source, width, largest = _Source(file), decoder._width, bound(decoder._page)
    offset = 0
    while True:
        if sizes is None:
            prefix = source.take(width)
            if not prefix:
                return
            if len(prefix) < width:
                raise _cut(offset, "prefix", len(prefix), width)
            size = int.from_bytes(prefix, "little")
        else:
            following = next(sizes, None)
            if following is None:
                break
            size = following
        if size > largest:
            raise _located(decoder._too_long(size), offset)
        block = source.take(size)
        if len(block) < size:
            raise _cut(offset, "block", len(block), size)
        try:
            yield decoder.decompress(block)
        except LZ4StreamError as error:
            raise _located(error, offset) from None
        offset += width + size
    if source.take(1):
        raise _surplus(offset)


class _Source:
    """What a file gives, in pieces of any size."""

    def __init__(self, file: BinaryFile) -> None:
        self._file = file
        self._part = b""
        self._position = 0

    def take(self, count: int) -> bytes:
        """The next `count` bytes, fewer only at the end."""
        if self._position + count > len(self._part):
            missing = self._position + count - len(self._part)
            self._part = self._part[self._position :] + _read(self._file, max(missing, PART))
            self._position = 0
        start = self._position
        self._position = min(start + count, len(self._part))
        return self._part[start : self._position]


def _read(file: BinaryFile, count: int) -> bytes:
    """The next `count` bytes of `file`, fewer only at its end."""
    parts = []
    while count > 0:
        part = file.read(count)
        if part is None:
            raise BlockingIOError("the file has no bytes yet; wanted one that waits for them")
        if not part:
            break
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def _checked_sizes(
    decoder: LZ4StreamDecompressor, sizes: Iterable[SupportsIndex] | None
) -> Iterator[int] | None:
    if sizes is None and not decoder._width:
        raise ValueError("no sizes, and store_comp_size is 0; wanted sizes, as there are no prefixes")
    if sizes is not None and decoder._width:
        raise ValueError(f"sizes, and store_comp_size is {decoder._width}; wanted sizes only where it is 0")
    return None if sizes is None else map(checked_size, sizes)


def _located(error: LZ4StreamError, offset: int) -> LZ4StreamError:
    """The error of a block, with the offset of its prefix."""
    return LZ4StreamError(f"offset {offset}: {error}")


def _cut(offset: int, part: str, got: int, wanted: int) -> LZ4StreamError:
    return LZ4StreamError(f"offset {offset}: the stream ends after {got} bytes of a {part}; wanted {wanted}")


def _surplus(offset: int) -> LZ4StreamError:
    return LZ4StreamError(f"offset {offset}: the stream goes on after the last of the sizes; wanted its end")

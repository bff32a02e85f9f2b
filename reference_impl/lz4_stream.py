"""LZ4 double-buffer streams: the interface of python-lz4's `lz4.stream`, on the ordinary `lz4` package.

A stream is a row of blocks, nothing else: no magic number, no plain size, no checksum, no end mark. Each
block is a prefix, its size as an unsigned little-endian number of 0, 1, 2 or 4 bytes, and one raw LZ4
block, which holds one chunk of 0 to `buffer_size` plain bytes and refers to plain bytes before it.
"""

from __future__ import annotations

import io
import operator
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final, Protocol, Self, SupportsIndex

import lz4.block

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

LZ4_MAX_INPUT_SIZE: Final = 0x7E000000
"""The most plain bytes that one LZ4 block can hold, and so the largest page."""

WINDOW: Final = 65536
"""How many bytes back a block can refer to."""

FASTEST: Final = 65537
"""The largest acceleration; a larger one has the same effect."""

LARGEST_LEVEL: Final = 12
DEFAULT_LEVEL: Final = 9


class LZ4StreamError(Exception):
    """Data that is no sound stream, or a page that does not fit the prefix."""


class BinaryFile(Protocol):
    """A binary file, or rather what is needed of one; it may give fewer bytes than asked for."""

    def read(self, size: int, /) -> bytes | None: ...


class LZ4StreamCompressor:
    """Compresses chunk by chunk."""

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
        _check_strategy(strategy)
        self._page = _page(buffer_size)
        self._width = _width(store_comp_size)
        largest = _bound(self._page)
        if self._width and largest >= 1 << 8 * self._width:
            raise LZ4StreamError(
                f"a page of {self._page} bytes can make a block of {largest} bytes, which a prefix of "
                f"{self._width} cannot tell; wanted a smaller page or a longer prefix"
            )
        self._settings = (_mode(mode), False, _acceleration(acceleration), _level(compression_level), False)
        self._result = bytearray if return_bytearray else bytes
        self._history = _dictionary(dictionary)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        pass

    def compress(self, chunk: ReadableBuffer) -> bytes | bytearray:
        """The block, with its prefix, of the next 0 to `buffer_size` plain bytes."""
        plain = _contiguous(chunk)
        if len(plain) > self._page:
            raise OverflowError(f"a chunk of {len(plain)} bytes; wanted at most a page of {self._page}")
        block = lz4.block.compress(plain, *self._settings, self._history)
        self._history = plain
        return self._result(len(block).to_bytes(self._width, "little") + block if self._width else block)


class LZ4StreamDecompressor:
    """Decompresses block by block."""

    def __init__(
        self,
        strategy: str,
        buffer_size: SupportsIndex,
        return_bytearray: object = False,
        store_comp_size: SupportsIndex = 4,
        dictionary: ReadableBuffer | str | None = "",
    ) -> None:
        _check_strategy(strategy)
        self._page = _page(buffer_size)
        self._width = _width(store_comp_size)
        self._result = bytearray if return_bytearray else bytes
        self._history = _dictionary(dictionary)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        pass

    def get_block(self, stream: ReadableBuffer) -> bytes | bytearray:
        """The first block of `stream`, without its prefix; what follows it is ignored."""
        width = self._width
        if not width:
            raise LZ4StreamError(
                "sizes are kept out of band (store_comp_size=0); wanted a prefix of 1, 2 or 4"
            )
        with memoryview(_contiguous(stream)) as view:
            if len(view) < width:
                raise LZ4StreamError(f"{len(view)} bytes of a prefix; wanted {width}")
            size = int.from_bytes(view[:width], "little")
            block = self._result(view[width : width + size])
        if len(block) < size:
            raise LZ4StreamError(f"{len(block)} bytes of a block; wanted {size}")
        return block

    def decompress(self, chunk: ReadableBuffer) -> bytes | bytearray:
        """The plain bytes, 0 to `buffer_size`, of the next block, given without its prefix."""
        block = _contiguous(chunk)
        if self._width and len(block) >= 1 << 8 * self._width:
            raise OverflowError(
                f"a block of {len(block)} bytes; a prefix of {self._width} tells "
                f"at most {(1 << 8 * self._width) - 1}"
            )
        if len(block) > _bound(self._page):
            raise LZ4StreamError(
                f"a block of {len(block)} bytes; a page of {self._page} makes at most {_bound(self._page)}"
            )
        try:
            plain: bytes = lz4.block.decompress(block, self._page, False, self._history)
        except lz4.block.LZ4BlockError as error:
            raise LZ4StreamError(
                f"a block of {len(block)} bytes is damaged, or larger than a page: {error}"
            ) from None
        self._history = (self._history + plain)[-WINDOW:]
        return self._result(plain)


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
    """The stream of `data`, in chunks of `buffer_size` bytes, the last one shorter."""
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
    plain, page = memoryview(_contiguous(data)), operator.index(buffer_size)
    return b"".join(encoder.compress(plain[at : at + page]) for at in range(0, len(plain), page))


def decompress(
    data: ReadableBuffer,
    buffer_size: SupportsIndex,
    *,
    store_comp_size: SupportsIndex = 4,
    dictionary: ReadableBuffer | str | None = "",
    sizes: Iterable[SupportsIndex] | None = None,
) -> bytes:
    """The plain bytes of the stream `data`."""
    file = io.BytesIO(_contiguous(data))
    return b"".join(
        iter_decompress(
            file, buffer_size, store_comp_size=store_comp_size, dictionary=dictionary, sizes=sizes
        )
    )


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
    """The blocks, each with its prefix, of what `file` gives, one after the other."""
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
    return _compressed(encoder, file, operator.index(buffer_size))


def _compressed(encoder: LZ4StreamCompressor, file: BinaryFile, page: int) -> Iterator[Any]:
    while chunk := _read(file, page):
        yield encoder.compress(chunk)


def iter_decompress(
    file: BinaryFile,
    buffer_size: SupportsIndex,
    *,
    store_comp_size: SupportsIndex = 4,
    dictionary: ReadableBuffer | str | None = "",
    sizes: Iterable[SupportsIndex] | None = None,
) -> Iterator[bytes]:
    """The plain chunks of the stream in `file`, one after the other."""
    decoder = LZ4StreamDecompressor("double_buffer", buffer_size, False, store_comp_size, dictionary)
    width = operator.index(store_comp_size)
    if (sizes is None) == (width == 0):
        raise ValueError(
            "sizes are missing; wanted them with store_comp_size=0"
            if sizes is None
            else f"sizes are given, and store_comp_size={width}; wanted sizes only with store_comp_size=0"
        )
    return _decompressed(decoder, file, _bound(operator.index(buffer_size)), width, sizes)


def _decompressed(
    decoder: LZ4StreamDecompressor,
    file: BinaryFile,
    largest: int,
    width: int,
    sizes: Iterable[SupportsIndex] | None,
) -> Iterator[Any]:
    offset = 0
    for size in _prefixes(file, width) if sizes is None else map(_size, sizes):
        if size > largest:
            raise LZ4StreamError(f"offset {offset}: a block of {size} bytes; wanted at most {largest}")
        block = _read(file, size)
        if len(block) < size:
            raise LZ4StreamError(
                f"offset {offset}: the stream ends after {len(block)} of {size} bytes of a block"
            )
        try:
            chunk = decoder.decompress(block)
        except LZ4StreamError as error:
            raise LZ4StreamError(f"offset {offset}: {error}") from None
        offset += width + size
        yield chunk
    if sizes is not None and _read(file, 1):
        raise LZ4StreamError(f"offset {offset}: the stream goes on after the last of the sizes")


def _prefixes(file: BinaryFile, width: int) -> Iterator[int]:
    while prefix := _read(file, width):
        if len(prefix) < width:
            raise LZ4StreamError(f"the stream ends after {len(prefix)} of {width} bytes of a prefix")
        yield int.from_bytes(prefix, "little")


def _read(file: BinaryFile, wanted: int) -> bytes:
    """The next bytes of `file`: `wanted`, fewer only at its end."""
    parts = []
    while wanted:
        part = file.read(wanted)
        if part is None:
            raise BlockingIOError("the file has no data yet; wanted one that waits for it")
        if not part:
            break
        parts.append(part)
        wanted -= len(part)
    return b"".join(parts)


def _bound(size: int) -> int:
    """The size in bytes of the largest block that `size` plain bytes make."""
    return size + size // 255 + 16


def _contiguous(data: ReadableBuffer) -> bytes:
    """A copy of the bytes of `data`, unless they are `bytes` already."""
    if type(data) is bytes:
        return data
    with memoryview(data) as view:
        if not view.c_contiguous:
            raise BufferError("the buffer is not contiguous; wanted one that is")
        return view.tobytes()


def _check_strategy(strategy: str) -> None:
    if not isinstance(strategy, str):
        raise TypeError(f"strategy is of type {type(strategy).__name__}; wanted 'double_buffer'")
    if strategy == "ring_buffer":
        raise NotImplementedError("strategy 'ring_buffer'; wanted 'double_buffer'")
    if strategy != "double_buffer":
        raise ValueError(f"strategy {strategy!r}; wanted 'double_buffer'")


def _integer(name: str, value: SupportsIndex) -> int:
    try:
        return operator.index(value)
    except TypeError:
        raise TypeError(f"{name} is of type {type(value).__name__}; wanted an integer") from None


def _page(buffer_size: SupportsIndex) -> int:
    page = _integer("buffer_size", buffer_size)
    if not 0 < page <= LZ4_MAX_INPUT_SIZE:
        raise ValueError(f"buffer_size {page}; wanted 1..{LZ4_MAX_INPUT_SIZE}")
    return page


def _width(store_comp_size: SupportsIndex) -> int:
    width = _integer("store_comp_size", store_comp_size)
    if width not in (0, 1, 2, 4):
        raise ValueError(f"store_comp_size {width}; wanted 0, 1, 2 or 4")
    return width


def _size(size: SupportsIndex) -> int:
    count = _integer("size", size)
    if count < 0:
        raise ValueError(f"size {count} among sizes; wanted 0 or more")
    return count


def _mode(mode: str) -> str:
    if not isinstance(mode, str):
        raise TypeError(f"mode is of type {type(mode).__name__}; wanted a str")
    if mode not in ("default", "fast", "high_compression"):
        raise ValueError(f"mode {mode!r}; wanted 'default', 'fast' or 'high_compression'")
    return mode


def _acceleration(acceleration: SupportsIndex) -> int:
    return min(max(_integer("acceleration", acceleration), 1), FASTEST)


def _level(compression_level: SupportsIndex) -> int:
    level = _integer("compression_level", compression_level)
    return min(level, LARGEST_LEVEL) if level > 0 else DEFAULT_LEVEL


def _dictionary(dictionary: ReadableBuffer | str | None) -> bytes:
    if isinstance(dictionary, str):
        dictionary = dictionary.encode()
    return _contiguous(b"" if dictionary is None else dictionary)[-WINDOW:]

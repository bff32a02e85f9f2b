"""What LZ4 double-buffer streams ask of their arguments, and the sizes of their blocks."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Final, SupportsIndex

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

LZ4_MAX_INPUT_SIZE: Final = 0x7E000000
"""The most plain bytes that one LZ4 block can hold, and so the largest page."""

WINDOW: Final = 65536
"""How many bytes back a block can refer to."""

LARGEST_ACCELERATION: Final = 65537
LARGEST_LEVEL: Final = 12
DEFAULT_LEVEL: Final = 9
MODES: Final = ("default", "fast", "high_compression")
WIDTHS: Final = (0, 1, 2, 4)


def bound(size: int) -> int:
    """The size in bytes of the largest block that `size` plain bytes make."""
    return size + size // 255 + 16


def literals(size: int) -> bytes:
    """What a block begins with that holds `size` plain bytes as they are, and ends with these."""
    if size < 15:
        return bytes([size << 4])
    more, rest = divmod(size - 15, 255)
    return b"\xf0" + b"\xff" * more + bytes([rest])


def contiguous(data: ReadableBuffer) -> bytes:
    """The bytes of `data`, a copy unless they are `bytes`.

    Raises `TypeError` for what is no bytes-like object and `BufferError` for one with gaps.
    """
    if type(data) is bytes:
        return data
    with memoryview(data) as view:
        if not view.c_contiguous:
            raise BufferError(f"a {type(data).__name__} with gaps; wanted a contiguous buffer")
        return view.tobytes()


def byte_view(data: ReadableBuffer) -> memoryview:
    """The bytes of `data`, one item each, whatever its items are; raises as `contiguous` does."""
    view = memoryview(data)
    if view.ndim == 1 and view.itemsize == 1 and view.c_contiguous:
        return view.cast("B")
    return memoryview(contiguous(view))


def checked_integer(name: str, value: SupportsIndex) -> int:
    try:
        return operator.index(value)
    except TypeError:
        raise TypeError(f"{name} is of type {type(value).__name__}; wanted an integer") from None


def checked_word(name: str, value: str, words: tuple[str, ...]) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{name} is of type {type(value).__name__}; wanted a str")
    if value not in words:
        raise ValueError(f"{name} is {value!r}; wanted {' or '.join(map(repr, words))}")
    return value


def checked_strategy(strategy: str) -> None:
    if strategy == "ring_buffer":
        raise NotImplementedError("strategy is 'ring_buffer'; wanted 'double_buffer'")
    checked_word("strategy", strategy, ("double_buffer",))


def checked_page(buffer_size: SupportsIndex, largest: int) -> int:
    page = checked_integer("buffer_size", buffer_size)
    if not 1 <= page <= largest:
        raise ValueError(f"buffer_size is {page}; wanted 1 to {largest}")
    return page


def checked_width(store_comp_size: SupportsIndex) -> int:
    width = checked_integer("store_comp_size", store_comp_size)
    if width not in WIDTHS:
        raise ValueError(f"store_comp_size is {width}; wanted 0, 1, 2 or 4")
    return width


def checked_size(size: SupportsIndex) -> int:
    count = checked_integer("one of sizes", size)
    if count < 0:
        raise ValueError(f"one of sizes is {count}; wanted 0 or more")
    return count


def checked_mode(mode: str) -> str:
    return checked_word("mode", mode, MODES)


def checked_acceleration(acceleration: SupportsIndex) -> int:
    """An acceleration with the same effect that liblz4 can take."""
    return min(max(checked_integer("acceleration", acceleration), 1), LARGEST_ACCELERATION)


def checked_level(compression_level: SupportsIndex) -> int:
    """A compression level with the same effect that liblz4 can take."""
    level = checked_integer("compression_level", compression_level)
    return min(level, LARGEST_LEVEL) if level > 0 else DEFAULT_LEVEL


def checked_dictionary(dictionary: ReadableBuffer | str | None) -> bytes:
    """A copy of the part of the dictionary that blocks can refer to, its last 64 KiB."""
    if dictionary is None:
        return b""
    if isinstance(dictionary, str):
        dictionary = dictionary.encode()
    return byte_view(dictionary)[-WINDOW:].tobytes()

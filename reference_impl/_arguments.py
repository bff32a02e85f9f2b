"""What the streams ask of their arguments, and how they fill a buffer: the same on every surface."""

from __future__ import annotations

import operator
import struct
from collections.abc import Callable
from typing import Any, Final, SupportsIndex

LARGEST_POSITION: Final = 2**63 - 1
"""The largest offset, in bytes, that a 64-bit position can name."""


def checked_position(value: SupportsIndex, too_low: type[Exception]) -> int:
    """An absolute position in bytes, as an int.

    Raises `too_low` for a negative one (SK-5), `OverflowError` for one above 2**63-1 and `TypeError`
    for one that is not an integer.
    """
    position = operator.index(value)
    if position < 0:
        raise too_low(f"position {position} lies before the start; wanted 0 or more")
    if position > LARGEST_POSITION:
        raise OverflowError(f"position {position} is too large; wanted at most {LARGEST_POSITION}")
    return position


def checked_window(buffer: Any, *window: SupportsIndex) -> tuple[int, int]:
    """Offset and length, in bytes, of a window (offset, length) in `buffer`, by default the whole.

    Raises `TypeError` for what is no writable, C-contiguous buffer (IS-5, DS-1d) and `IndexError` for a
    window that does not lie inside it (IS-4).
    """
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


def fill(bytes_at: Callable[[int, int], bytes], position: int, buffer: Any, offset: int, length: int) -> int:
    """Copy the bytes from `position` on into a checked window; return how many there were.

    `bytes_at(position, count)` gives at least one and at most `count` bytes, and none only at the end:
    fewer than wanted are read on. Nothing outside the part filled is touched (IS-7, IS-8). Where it raises
    after some came, these are returned: the next read meets the fault again.
    """
    filled = 0
    while filled < length:
        try:
            chunk = bytes_at(position + filled, length - filled)
        except Exception:
            if not filled:
                raise
            break
        if not chunk:
            break
        put(chunk, buffer, offset + filled)
        filled += len(chunk)
    return filled


def put(chunk: bytes, buffer: Any, offset: int) -> None:
    """Copy `chunk` into `buffer` from the byte `offset` on."""
    # pack_into counts bytes for every item type and shape, which a cast to "B" cannot (ctypes).
    struct.pack_into(f"{len(chunk)}s", buffer, offset, chunk)

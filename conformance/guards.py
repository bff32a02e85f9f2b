"""The windows that streams read into, with guard bytes around them that nobody may touch."""

import array
import ctypes
import mmap
from typing import Any

GUARD = 0xA5
MARGIN = 8
"""Guard bytes before and after a window that lies inside a larger memory."""

KINDS = ("memoryview", "bytearray")
"""The windows that ordinary checks use: a slice of guarded memory, and a whole bytearray."""

OTHER_KINDS = (
    "array of bytes",
    "array of 16-bit items",
    "array of doubles",
    "cast memoryview",
    "memoryview of rows",
    "mmap",
    "ctypes array",
)
"""Further writable contiguous buffers (PY-4a, DS-1a)."""

ITEM = 8
"""The largest item size: windows of OTHER_KINDS hold a multiple of it."""


class Window:
    """A buffer of `length` bytes to read into; `argument` is what the stream is given.

    `lines` is the Python that makes the same buffer, under the name `buffer`, in a reproducer.
    """

    def __init__(self, length: int, kind: str = "memoryview") -> None:
        self.length = length
        self.kind = kind
        self.margin = MARGIN if kind.count("memoryview") else 0
        self._memory: Any
        self.argument: Any
        self.lines: tuple[str, ...]
        _MAKERS[kind](self)

    def content(self) -> bytes:
        """The bytes in the window now."""
        return bytes(self._memory)[self.margin : self.margin + self.length]

    def stray(self, count: int, start: int = 0) -> str:
        """What was touched besides `count` bytes of the window from `start` on, in words; '' for nothing."""
        memory = bytes(self._memory)
        if len(memory) != self.length + 2 * self.margin:
            return f"the buffer had {self.length} bytes and now has {len(memory)}"
        if self.margin and memory[: self.margin] != bytes([GUARD]) * self.margin:
            return "bytes before the window were written"
        if self.margin and memory[-self.margin :] != bytes([GUARD]) * self.margin:
            return "bytes after the window were written"
        window = memory[self.margin : self.margin + self.length]
        if window[:start] + window[start + count :] == bytes([GUARD]) * (self.length - count):
            return ""
        touched = [i for i, value in enumerate(window) if value != GUARD and not start <= i < start + count]
        return f"index {touched[0]} of the window was written, {len(touched)} bytes in all" if touched else ""

    def intact(self, start: int = 0, count: str = "max(got, 0)") -> str:
        """The expression over `buffer` and `got` that holds where nothing stray was written."""
        name, first = ("memory", self.margin + start) if self.margin else ("buffer", start)
        end = f"{first} + {count}"
        return f"bytes({name}) == guard[:{first}] + bytes({name})[{first}:{end}] + guard[{end}:]"


def _guarded(window: Window) -> None:
    total = window.length + 2 * MARGIN
    window._memory = bytearray([GUARD]) * total
    window.argument = memoryview(window._memory)[MARGIN : MARGIN + window.length]
    window.lines = (
        f"guard = bytes([{GUARD}]) * {total}",
        "memory = bytearray(guard)",
        f"buffer = memoryview(memory)[{MARGIN}:{MARGIN + window.length}]",
    )


def _cast(window: Window) -> None:
    _guarded(window)
    window.argument = window.argument.cast("Q")
    window.lines = (*window.lines, 'buffer = buffer.cast("Q")')


def _rows(window: Window) -> None:
    _guarded(window)
    window.argument = window.argument.cast("B", (2, window.length // 2))
    window.lines = (*window.lines, f'buffer = buffer.cast("B", (2, {window.length // 2}))')


def _whole(window: Window) -> None:
    window.argument = window._memory = bytearray([GUARD]) * window.length
    window.lines = (f"guard = bytes([{GUARD}]) * {window.length}", "buffer = bytearray(guard)")


def _array(typecode: str) -> Any:
    def make(window: Window) -> None:
        window.argument = window._memory = array.array(typecode, bytes([GUARD]) * window.length)
        window.lines = (
            "import array",
            f"guard = bytes([{GUARD}]) * {window.length}",
            f'buffer = array.array("{typecode}", guard)',
        )

    return make


def _mapped(window: Window) -> None:
    window.argument = window._memory = mmap.mmap(-1, max(window.length, 1))
    window._memory[:] = bytes([GUARD]) * len(window._memory)
    window.lines = (
        "import mmap",
        f"guard = bytes([{GUARD}]) * {window.length}",
        f"buffer = mmap.mmap(-1, {window.length})",
        "buffer[:] = guard",
    )


def _ctypes(window: Window) -> None:
    kind = ctypes.c_uint32 * (window.length // 4)
    window.argument = window._memory = kind.from_buffer_copy(bytes([GUARD]) * window.length)
    window.lines = (
        "import ctypes",
        f"guard = bytes([{GUARD}]) * {window.length}",
        f"buffer = (ctypes.c_uint32 * {window.length // 4}).from_buffer_copy(guard)",
    )


_MAKERS: dict[str, Any] = {
    "memoryview": _guarded,
    "bytearray": _whole,
    "array of bytes": _array("B"),
    "array of 16-bit items": _array("H"),
    "array of doubles": _array("d"),
    "cast memoryview": _cast,
    "memoryview of rows": _rows,
    "mmap": _mapped,
    "ctypes array": _ctypes,
}

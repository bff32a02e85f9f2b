"""Content of more than 4 GiB that is never whole in memory, and a binary file that serves it."""

import inspect
import io
import random
import re
from functools import cache
from typing import Any


class Sparse(bytes):
    """`size` zeros in place of which, at some offsets, stand `pieces`; all that bytes can but be whole.

    It tells its length, gives slices and single bytes, and finds what begins in a piece.
    """

    size: int
    pieces: dict[int, bytes]

    def __new__(cls, size: int, pieces: dict[int, bytes]) -> "Sparse":
        content = super().__new__(cls)
        content.size, content.pieces = size, pieces
        return content

    def __len__(self) -> int:
        return self.size

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)

    def __getitem__(self, key: "Any") -> "Any":
        if not isinstance(key, slice):
            return self[key : key + 1][0]
        start, stop, _ = key.indices(self.size)
        part = bytearray(max(stop - start, 0))
        for at, piece in self.pieces.items():
            first, last = max(at, start), min(at + len(piece), stop)
            if first < last:
                part[first - start : last - start] = piece[first - at : last - at]
        return bytes(part)

    def find(self, needle: bytes) -> int:  # type: ignore[override]
        for at, piece in self.pieces.items():
            if piece.find(needle) >= 0:
                return at + piece.find(needle)
        return -1

    def write_to(self, path: object) -> None:
        """Make a file that holds the content; where the system can, the zeros take no room."""
        with open(str(path), "wb") as file:
            for at, piece in self.pieces.items():
                file.seek(at)
                file.write(piece)
            file.truncate(self.size)

    def open(self) -> io.BufferedReader:
        """A binary file that serves the content, with no file behind it."""
        return io.BufferedReader(SparseFile(self))


class SparseFile(io.RawIOBase):
    """A raw binary file that serves content, with no file behind it."""

    def __init__(self, content: bytes) -> None:
        self.content, self.at = content, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: "Any") -> int:
        data = self.content[self.at : self.at + min(len(buffer), 1 << 20)]
        buffer[: len(data)] = data
        self.at += len(data)
        return len(data)

    def seek(self, position: int, whence: int = 0) -> int:
        position += (0, self.at, len(self.content))[whence]
        if position < 0:
            raise ValueError(f"position {position} before the start")
        self.at = position
        return position

    def tell(self) -> int:
        return self.at


class Handed:
    """The content as adapters are given it: not bytes, as what copies those would copy none."""

    __iter__ = None

    def __init__(self, content: Sparse) -> None:
        self._content = content
        self.write_to, self.open = content.write_to, content.open

    def __len__(self) -> int:
        return self._content.size

    def __getitem__(self, part: slice) -> bytes:
        found: bytes = self._content[part]
        return found

    def __bytes__(self) -> bytes:
        raise TypeError(f"{self._content.size} bytes are too many for memory; use write_to() or open()")


PIECE = 1 << 17
"""Bytes of a piece."""

BLOCKS = tuple(number << 20 for number in (4, 5, 8, 16, 64))
"""Block sizes of streams over a network."""

CENTRES = (*BLOCKS, 2**31, 2**32)
"""The offsets around which pieces stand, beside the one at the start."""

SIZE = CENTRES[-1] + PIECE // 2
"""The length of the content, whose last piece ends where it ends."""

LARGE_CONTENT = "content of more than 4 GiB"
"""Under which it is observed beside each verdict in which it may have part whether it was looked at."""

LARGE_KIND = "large"
"""The kind of such content, beside those of `content.KINDS`."""

EXPRESSION = (
    f"Sparse(2**32 + {PIECE // 2}, {{at: random.Random(at).randbytes({PIECE}) for at in "
    f"(0, *(n * 2**20 - {PIECE // 2} for n in {(*(centre >> 20 for centre in CENTRES),)}))}})"
)


@cache
def sparse() -> Sparse:
    """The content: position-coded at its start, around CENTRES and at its end, and zeros in between."""
    made: Sparse = eval(EXPRESSION, {"Sparse": Sparse, "random": random})
    return made


@cache
def definition() -> str:
    """The Python that EXPRESSION needs before it."""
    source = f"{inspect.getsource(Sparse)}\n\n{inspect.getsource(SparseFile)}\n"
    return re.sub(r"  # type: ignore.*", "", source)

"""Conforming streams that the faulty ones are made from: each lie is a small override of these."""

import io
import struct
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, NoReturn, Self

from streamtck.reference_impl import MemoryStream


class GoodFile:
    """A Python binary file over bytes, without a base class, that keeps every requirement.

    All forms read through `_take`, all seeks go through `_go`; `at` is the position.
    """

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.at = 0
        self.shut = False

    def _check_open(self) -> None:
        if self.shut:
            raise ValueError("I/O operation on closed file")

    def _take(self, n: int) -> bytes:
        """The next `n` bytes, all that are left for a negative `n`; moves the position."""
        end = len(self.content) if n < 0 else self.at + n
        data = self.content[self.at : end]
        self.at += len(data)
        return data

    def _go(self, target: int) -> int:
        """Move the position to `target`, counted from the start."""
        if target < 0:
            raise ValueError(f"negative seek position {target}")
        self.at = target
        return target

    def _unsupported(self, what: str) -> NoReturn:
        self._check_open()
        raise io.UnsupportedOperation(what)

    # Reading

    def read(self, n: int | None = -1, /) -> Any:
        self._check_open()
        return self._take(-1 if n is None else n)

    def readall(self) -> Any:
        return self.read()

    def read1(self, n: int = -1, /) -> Any:
        return self.read(n)

    def readinto(self, buffer: Any, /) -> Any:
        self._check_open()
        data = self._take(room(buffer))
        put(data, buffer)
        return len(data)

    def readinto1(self, buffer: Any, /) -> Any:
        return self.readinto(buffer)

    def peek(self, n: int = 0, /) -> Any:
        self._check_open()
        return self.content[self.at : self.at + 8192]

    # Lines

    def readline(self, size: int | None = -1, /) -> Any:
        self._check_open()
        newline = self.content.find(b"\n", self.at)
        length = len(self.content) - self.at if newline < 0 else newline + 1 - self.at
        return self._take(max(0, length if size is None or size < 0 else min(length, size)))

    def readlines(self, hint: int | None = None, /) -> Any:
        self._check_open()
        lines: list[bytes] = []
        for line in self:
            lines.append(line)
            if hint is not None and 0 < hint <= sum(map(len, lines)):
                break
        return lines

    def __iter__(self) -> Iterator[bytes]:
        self._check_open()
        return self

    def __next__(self) -> Any:
        line = self.readline()
        if not line:
            raise StopIteration
        return line

    # The position

    def seek(self, position: int, whence: int = 0, /) -> Any:
        self._check_open()
        bases = {0: 0, 1: self.at, 2: len(self.content)}
        if whence not in bases:
            raise ValueError(f"whence {whence}, expected 0, 1 or 2")
        return self._go(bases[whence] + position)

    def tell(self) -> Any:
        self._check_open()
        return self.at

    # Questions, and what is not offered

    def readable(self) -> Any:
        self._check_open()
        return True

    def seekable(self) -> Any:
        self._check_open()
        return True

    def writable(self) -> Any:
        self._check_open()
        return False

    def isatty(self) -> Any:
        self._check_open()
        return False

    def fileno(self) -> Any:
        self._unsupported("fileno")

    def write(self, data: Any, /) -> Any:
        self._unsupported("write")

    def flush(self) -> None:
        self._check_open()

    # Closing

    @property
    def closed(self) -> Any:
        return self.shut

    def close(self) -> None:
        self.shut = True

    def __enter__(self) -> Any:
        self._check_open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> Any:
        self.close()


class GoodPath(GoodFile):
    """The same over a file that is named by its path and read at open."""

    def __init__(self, path: str) -> None:
        super().__init__(Path(path).read_bytes())
        self.path = Path(path)


class GoodPositioned(GoodFile):
    """The same with positioned reads, which it spells in its own way; they go through `_at`."""

    spellings: ClassVar[dict[str, str]] = {
        "pread_bytes": "pread(position, n)",
        "pread_into": "pread_into(position, buffer)",
    }

    def _at(self, position: int, n: int) -> bytes:
        """Up to `n` bytes at a position, wherever the stream stands."""
        self._check_open()
        if position < 0:
            raise ValueError(f"negative position {position}")
        return self.content[position : position + n]

    def pread(self, position: int, n: int, /) -> Any:
        return self._at(position, n)

    def pread_into(self, position: int, buffer: Any, /) -> Any:
        data = self._at(position, room(buffer))
        put(data, buffer)
        return len(data)


class GoodHadoop(MemoryStream):
    """The kit's own Hadoop stream; `_position` is where it stands."""

    surfaces = ("hadoop",)

    def read_fully(self, position: Any, buffer: Any, /, *window: Any) -> None:
        """Fill the window also where a stream made of this one reads short."""
        super().read_fully(position, buffer, *window)
        offset, length = window or (0, room(buffer))
        put(self._content[position : position + length], buffer, offset)


class GoodHadoopPath(GoodHadoop):
    """The same over a file that is named by its path and read at open."""

    def __init__(self, path: str) -> None:
        super().__init__(Path(path).read_bytes())
        self.path = Path(path)

    def __enter__(self) -> Self:
        return super().__enter__()


def room(buffer: Any) -> int:
    """The bytes that a writable contiguous buffer has room for; TypeError for anything else."""
    with memoryview(buffer) as view:
        if view.readonly or not view.c_contiguous:
            raise TypeError(f"a writable contiguous buffer is required, not {type(buffer).__name__}")
        return view.nbytes


def put(data: bytes, buffer: Any, offset: int = 0) -> None:
    """Copy `data` into `buffer`, counted in bytes whatever its items are."""
    struct.pack_into(f"{len(data)}s", buffer, offset, data)


class OneCursor:
    """Streams that share one position, which a new one puts at 0; named before the sound base it spoils."""

    where = [0]  # noqa: RUF012

    def __init__(self, content: bytes) -> None:
        super().__init__(content)  # type: ignore[call-arg]
        self.where[0] = 0

    @property
    def at(self) -> int:
        return self.where[0]

    @at.setter
    def at(self, position: int) -> None:
        self.where[0] = position


class KnowsOfASeek(GoodFile):
    """A sound file that knows whether it was sought since it was read: a base for lies."""

    sought = False

    def _go(self, target: int) -> int:
        self.sought = True
        return super()._go(target)

    def _take(self, n: int) -> bytes:
        self.sought = False
        return super()._take(n)

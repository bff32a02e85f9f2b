"""Conforming data-store streams and wrapping streams: the faulty ones are small overrides of these."""

import gzip
import zlib
from functools import cached_property
from types import TracebackType
from typing import Any, BinaryIO

from tests.faulty.good import GoodFile, put, room


class StreamError(RuntimeError):
    """A stream that cannot be read."""


class InflateError(StreamError):
    """A stream that cannot be decompressed."""


class NotSupportedError(RuntimeError):
    """What a stream does not offer."""


class GoodStore:
    """A data-store stream over bytes that keeps every requirement; `at` is the position."""

    surfaces = ("data-store",)
    seeks = True

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.at = 0
        self.shut = False

    def _check_open(self) -> None:
        if self.shut:
            raise StreamError("the stream is closed")

    def _check_seeks(self) -> None:
        self._check_open()
        if not self.seeks:
            raise NotSupportedError("the stream does not seek")

    def _take(self, n: int) -> bytes:
        data = self.content[self.at : self.at + n]
        self.at += len(data)
        return data

    def read(self, wanted: Any, /) -> Any:
        self._check_open()
        return self._view(wanted) if isinstance(wanted, int) else self._fill(wanted)

    def _fill(self, buffer: Any) -> Any:
        data = self._take(room(buffer))
        put(data, buffer)
        return len(data)

    def _view(self, n: int) -> Any:
        if not self.supports_zero_copy:
            raise NotSupportedError("the stream shares no memory")
        view = memoryview(self.content)[self.at : self.at + n]
        self.at += len(view)
        return view

    def seek(self, position: int, /) -> Any:
        self._check_seeks()
        if position < 0:
            raise ValueError(f"position {position} lies before the start")
        self.at = position

    @property
    def size(self) -> Any:
        self._check_seeks()
        return len(self.content)

    @property
    def seekable(self) -> Any:
        return self.seeks

    @property
    def supports_zero_copy(self) -> Any:
        return self.seeks

    @property
    def closed(self) -> Any:
        return self.shut

    def close(self) -> Any:
        self.shut = True

    def __enter__(self) -> Any:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> Any:
        self.close()


class ForwardStore(GoodStore):
    """The same, forward only."""

    seeks = False


def compress(content: bytes) -> bytes:
    """One gzip member."""
    return gzip.compress(content, compresslevel=1, mtime=0)


def member(data: bytes) -> tuple[bytes, bytes]:
    """The content of the first gzip member, and what follows it; EOFError where it is cut."""
    inflater = zlib.decompressobj(31)
    content = inflater.decompress(data)
    if not inflater.eof:
        raise EOFError("the source ends before the member does")
    return content, inflater.unused_data


def fetch(source: BinaryIO, most: int = 4096) -> bytes:
    """All that a source has, however little it gives at a time."""
    return b"".join(iter(lambda: source.read(most), b""))


class Unzips:
    """What gzip streams here have in common: the whole source is read and inflated at the first use."""

    encode = staticmethod(compress)
    source: BinaryIO

    @cached_property
    def content(self) -> bytes:
        return self._inflate(self._fetch())

    def _fetch(self) -> bytes:
        return fetch(self.source)

    def _inflate(self, data: bytes) -> bytes:
        contents = []
        while data.strip(b"\0"):
            content, data = member(data)
            contents.append(content)
        return b"".join(contents)


class GoodUnzip(Unzips, GoodFile):
    """A Python binary file over a gzip source that keeps every requirement."""

    def __init__(self, fileobj: BinaryIO) -> None:
        self.source = fileobj
        self.at = 0
        self.shut = False


class GoodUnzipStore(Unzips, GoodStore):
    """A forward-only data-store stream over a gzip source that keeps every requirement."""

    seeks = False

    def __init__(self, fileobj: BinaryIO) -> None:
        self.source = fileobj
        self.at = 0
        self.shut = False

    @cached_property
    def content(self) -> bytes:
        try:
            data = self._fetch()
        except OSError as error:
            raise StreamError("the source cannot be read") from error
        try:
            return self._inflate(data)
        except (EOFError, zlib.error) as error:
            raise InflateError(str(error)) from error


class GoodPart(GoodFile):
    """A Python binary file over a part of some bytes; `whole` and `start` are for those that look outside."""

    def __init__(self, content: bytes, start: int, length: int) -> None:
        super().__init__(content[start : start + length])
        self.whole, self.start = content, start

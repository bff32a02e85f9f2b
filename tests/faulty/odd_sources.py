"""Data-store streams and wrapping streams that are odd and legal: the kit must blame none of them."""

import bz2
import zlib
from typing import Any, BinaryIO

from tests.faulty.good import GoodFile, room
from tests.faulty.odd import ODD, legal
from tests.faulty.sources import (
    ForwardStore,
    GoodPart,
    GoodStore,
    GoodUnzip,
    GoodUnzipStore,
    InflateError,
    StreamError,
    compress,
    fetch,
    member,
)

__all__ = ["ODD"]


@legal
class OneByteForEachRead(GoodStore):
    """read(buf) fills one byte: a short read is allowed."""

    def _take(self, n: int) -> bytes:
        return super()._take(min(n, 1))


@legal
class ClampsASeekPastTheEnd(GoodStore):
    """A seek past the end goes to the end: nothing is said about it."""

    def seek(self, position: int, /) -> Any:
        super().seek(min(position, len(self.content)))


@legal
class ClampsASeekBeforeTheStart(GoodStore):
    """A seek before the start goes to the start: nothing is said about it here."""

    def seek(self, position: int, /) -> Any:
        super().seek(max(position, 0))


@legal
class AnswersWhenClosed(GoodStore):
    """size and seek still work after close(): only reads must fail."""

    def _check_seeks(self) -> None:
        return None


@legal
class CopiesAndSaysSo(GoodStore):
    """Nothing is shared, and supports_zero_copy says so."""

    @property
    def supports_zero_copy(self) -> Any:
        return False


@legal
class KnowsItsPosition(GoodStore):
    """position is there too, as one library has it."""

    @property
    def position(self) -> Any:
        self._check_seeks()
        return self.at


@legal
class HasNoSeekAtAll(ForwardStore):
    """A forward-only stream on which seek is no method."""

    seek = property()  # type: ignore[assignment]


@legal
class RefusesMoreBuffers(GoodStore):
    """An unfit buffer is refused with BufferError."""

    def _fill(self, buffer: Any) -> Any:
        try:
            room(buffer)
        except TypeError as error:
            raise BufferError(str(error)) from None
        return super()._fill(buffer)


@legal
class InflatesInsideOpen(GoodUnzip):
    """The whole source is inflated by open(), which raises where it is cut or damaged."""

    def __init__(self, fileobj: BinaryIO) -> None:
        super().__init__(fileobj)
        self.at = min(0, len(self.content))


@legal
class InflatesAStoreInsideOpen(GoodUnzipStore):
    """The same for a data-store stream."""

    def __init__(self, fileobj: BinaryIO) -> None:
        super().__init__(fileobj)
        self.at = min(0, len(self.content))


@legal
class GivesWhatItHasBeforeItRaises(GoodUnzip):
    """What could be inflated before a cut is served first; then every read raises."""

    def _inflate(self, data: bytes) -> bytes:
        try:
            return super()._inflate(data)
        except EOFError:
            self.cut = True
            return zlib.decompressobj(31).decompress(data)

    cut = False

    def _take(self, n: int) -> bytes:
        taken = super()._take(n)
        if self.cut and n and not taken:
            raise EOFError("the source ends before the member does")
        return taken

    def readall(self) -> Any:
        return self.read()

    def peek(self, n: int = 0, /) -> Any:
        shown = super().peek(n)
        if self.cut and not shown:
            raise EOFError("the source ends before the member does")
        return shown

    def readline(self, size: int | None = -1, /) -> Any:
        line = super().readline(size)
        if self.cut and not line and size != 0:
            raise EOFError("the source ends before the member does")
        return line

    def read(self, n: int | None = -1, /) -> Any:
        taken = super().read(n)
        if self.cut and (n is None or n < 0):
            raise EOFError("the source ends before the member does")
        return taken


@legal
class PassesOverWhatFollows(GoodUnzip):
    """Whatever follows the last member is passed over, not only zeros."""

    def _inflate(self, data: bytes) -> bytes:
        contents = []
        while data and (not contents or data.startswith(b"\x1f\x8b")):
            content, data = member(data)
            contents.append(content)
        return b"".join(contents)


@legal
class HasAFooterOfItsOwn(GoodUnzip):
    """After the member stands a footer, which is not looked at and may be cut or damaged."""

    encode = staticmethod(lambda content: compress(content) + bytes(16))

    def _inflate(self, data: bytes) -> bytes:
        return member(data)[0] if data else b""


@legal
class HasATextForAFooter(HasAFooterOfItsOwn):
    """The same with a footer that no gzip reader takes for padding."""

    encode = staticmethod(lambda content: compress(content) + b"made by streamtck")


@legal
class HasAFooterAfterBzip2(GoodUnzip):
    """A bzip2 stream with a footer after it."""

    encode = staticmethod(lambda content: bz2.compress(content) + b"made by streamtck")

    def _inflate(self, data: bytes) -> bytes:
        inflater = bz2.BZ2Decompressor()
        content = inflater.decompress(data)
        if data and not inflater.eof:
            raise EOFError("the source ends before the stream does")
        return content


@legal
class EndsInAnEmptyMember(GoodUnzip):
    """An empty member marks the end, as in BGZF; a source without it is read as well."""

    encode = staticmethod(lambda content: compress(content) + compress(b""))


@legal
class NeedsASourceThatSeeks(GoodUnzip):
    """A source that does not seek is refused."""

    def _fetch(self) -> bytes:
        self.source.seek(0)
        return super()._fetch()


@legal
class ReadsItsSourceByTheByte(GoodUnzip):
    """The source is read one byte at a time."""

    def _fetch(self) -> bytes:
        return fetch(self.source, 1)


@legal
class RaisesOneErrorForAll(GoodUnzipStore):
    """After an InflateError every further read raises it again."""

    failed: Exception | None = None

    def _fill(self, buffer: Any) -> Any:
        if self.failed:
            raise self.failed
        try:
            return super()._fill(buffer)
        except InflateError as error:
            self.failed = error
            raise


@legal
class HasAFinerError(GoodStore):
    """What a closed stream raises is a class derived from StreamError."""

    def _check_open(self) -> None:
        if self.shut:
            raise type("ClosedError", (StreamError,), {})("closed")


@legal
class ReadsAPartShort(GoodPart):
    """A part of a file that gives at most ten bytes by readinto()."""

    def readinto(self, buffer: Any, /) -> Any:
        size = room(buffer)
        return super().readinto(memoryview(buffer).cast("B")[:10] if size > 10 else buffer)


@legal
class ReadsItsPartOn(GoodFile):
    """A part of an open file, read on where the file gives little at a time."""

    def __init__(self, fileobj: BinaryIO, start: int, length: int) -> None:
        fileobj.seek(start)
        super().__init__(fetch(fileobj)[:length])


@legal
class HandsOnRead1(GoodFile):
    """read1() is the one of the open file, which has to be a buffered one."""

    def __init__(self, fileobj: BinaryIO) -> None:
        super().__init__(fetch(fileobj))
        self.source = fileobj

    def read1(self, n: int = -1, /) -> Any:
        self._check_open()
        self.source.seek(self.at)
        data = self.source.read1(n)  # type: ignore[attr-defined]
        self.at += len(data)
        return data


@legal
class RefusesToLeaveThePart(GoodPart):
    """A seek to beyond the part raises."""

    def _go(self, target: int) -> int:
        if target > len(self.content):
            raise ValueError("beyond the part")
        return super()._go(target)


@legal
class HasAnEncoderThatWantsBytes(GoodUnzip):
    """What encodes the content refuses to encode none; the stream itself never comes to see it."""

    @staticmethod
    def encode(content: bytes) -> bytes:
        if not content:
            raise ValueError("nothing to encode")
        return GoodUnzip.encode(content)


@legal
class HandsNoneOn:
    """read() without a size asks its source for None bytes, as all files take it."""

    def __init__(self, fileobj: BinaryIO) -> None:
        self.source = fileobj

    def read(self, n: int | None = None, /) -> Any:
        if n is not None and n >= 0:
            return self.source.read(n)
        return b"".join([self.source.read(None), *iter(lambda: self.source.read(4096), b"")])  # type: ignore[arg-type]


@legal
class OpensWhatItDoesNotKnowAsItIs(GoodUnzip):
    """What does not begin like gzip is served as it is, as an opener of any file does."""

    def _inflate(self, data: bytes) -> bytes:
        return super()._inflate(data) if data.startswith(b"\x1f\x8b") else data

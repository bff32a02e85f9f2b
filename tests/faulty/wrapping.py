"""WR: streams that wrap a source and lie."""

import zlib
from typing import Any, BinaryIO

from streamtck.adapters import Adapter
from tests.faulty import lies
from tests.faulty.good import GoodFile, OneCursor
from tests.faulty.sources import (
    ForwardStore,
    GoodPart,
    GoodUnzip,
    GoodUnzipStore,
    InflateError,
    compress,
    fetch,
    member,
)

HEADER = 10
TRAILER = 8


def bare(data: bytes) -> tuple[bytes, bytes]:
    """The content of a gzip member and what follows its deflated part, nothing verified."""
    inflater = zlib.decompressobj(-15)
    content = inflater.decompress(data[HEADER:])
    if not inflater.eof:
        raise EOFError("the source ends before the member does")
    return content, inflater.unused_data


# WR-1: cut and damaged sources


@lies("WR-1a")
class TakesACutForTheEnd(GoodUnzip):
    """Where the source is cut, what came before the cut is all."""

    def _inflate(self, data: bytes) -> bytes:
        try:
            return super()._inflate(data)
        except EOFError:
            return zlib.decompressobj(31).decompress(data)


@lies("WR-1a")
class NeedsNoTrailer(GoodUnzip):
    """A trailer that is not there in full is not looked at; one that is there is."""

    def _inflate(self, data: bytes) -> bytes:
        try:
            return super()._inflate(data)
        except EOFError:
            return bare(data)[0]


@lies("WR-1a")
class SaysNothingOfACutWhenReadInto(GoodUnzip):
    """readinto() reports the end where read() raises."""

    def readinto(self, buffer: Any, /) -> Any:
        try:
            return super().readinto(buffer)
        except EOFError:
            return 0


@lies("WR-1b")
class LooksAtNoChecksum(GoodUnzip):
    """The trailer is counted, and not compared."""

    def _inflate(self, data: bytes) -> bytes:
        contents = []
        while data.strip(b"\0"):
            content, data = bare(data)
            if len(data) < TRAILER:
                raise EOFError("the source ends before the member does")
            data = data[TRAILER:]
            contents.append(content)
        return b"".join(contents)


@lies("WR-1b")
class LooksAtNoChecksumTheSecondTime(GoodUnzip):
    """After an error the stream goes on with what it has."""

    failed = False

    def _inflate(self, data: bytes) -> bytes:
        try:
            return super()._inflate(data)
        except zlib.error:
            if not self.failed:
                self.failed = True
                raise
            return b""

    def read(self, n: int | None = -1, /) -> Any:
        try:
            return super().read(n)
        except zlib.error:
            return super().read(n)


@lies("WR-1b")
class ServesWhatItCouldInflate(GoodUnzip):
    """Damage ends the content in silence."""

    def _inflate(self, data: bytes) -> bytes:
        try:
            return super()._inflate(data)
        except zlib.error:
            return b""


# WR-2: sources that give less than asked for


@lies("WR-2a")
class TakesAShortReadForTheEnd(GoodUnzip):
    """A read from the source that gives less than asked for is the last."""

    def _fetch(self) -> bytes:
        data = b""
        while True:
            chunk = self.source.read(512)
            data += chunk
            if len(chunk) < 512:
                return data


@lies("WR-2a")
class ReadsItsHeaderAtOnce(GoodUnzip):
    """The header is read by one read, which must give it all."""

    def _fetch(self) -> bytes:
        header = self.source.read(HEADER)
        if 0 < len(header) < HEADER:
            raise EOFError("no header")
        return header + fetch(self.source)


@lies("WR-2a")
class TakesWhatTheSourceGivesFor(GoodUnzipStore):
    """One read is all there is."""

    def _fetch(self) -> bytes:
        return self.source.read(1 << 24)


@lies("WR-2a")
class GivesUpWhereItsPartComesShort(GoodFile):
    """A part of a file for which one read is all there is."""

    def __init__(self, fileobj: BinaryIO, start: int, length: int) -> None:
        fileobj.seek(start)
        super().__init__(fileobj.read(length))


# WR-3: several members; WR-8: what follows them


@lies("WR-3a")
class StopsAfterTheFirstMember(GoodUnzip):
    """What follows the first member is passed over."""

    def _inflate(self, data: bytes) -> bytes:
        return member(data)[0] if data else b""


@lies("WR-3a")
class StopsAtAnEmptyMember(GoodUnzip):
    """A member with nothing in it is taken for the end."""

    def _inflate(self, data: bytes) -> bytes:
        contents = []
        while data.strip(b"\0"):
            content, data = member(data)
            if not content:
                break
            contents.append(content)
        return b"".join(contents)


@lies("WR-3a")
class TakesTheEndOfAMemberForTheEnd(GoodUnzipStore):
    """read() gives 0 where a member ends and the buffer was just filled, as one library did."""

    def _inflate(self, data: bytes) -> bytes:
        self.ends = [len(member(data)[0])] if data else []
        return super()._inflate(data)

    def _fill(self, buffer: Any) -> Any:
        if self.at and self.at in self.ends and self.at < len(self.content):
            self.ends.clear()
            return 0
        return super()._fill(buffer)


@lies("WR-8a")
class ServesWhatFollows(GoodUnzip):
    """What follows the last member is content as well."""

    def _inflate(self, data: bytes) -> bytes:
        contents = []
        while data.startswith(b"\x1f\x8b") or (data and not contents):
            content, data = member(data)
            contents.append(content)
        return b"".join([*contents, data])


@lies("WR-8a")
class ServesThePaddingThatFollows(GoodUnzip):
    """Zeros after the last member are content as well."""

    def _inflate(self, data: bytes) -> bytes:
        content = super()._inflate(data)
        return content + b"\0" * (len(data) - len(data.rstrip(b"\0")) - 4 if data.endswith(bytes(100)) else 0)


# WR-4: a part of a larger source


@lies("WR-4a")
class BeginsAtTheStartOfTheFile(GoodPart):
    """The start of the part is forgotten."""

    def __init__(self, content: bytes, start: int, length: int) -> None:
        super().__init__(content, 0, length)


@lies("WR-4a")
class ReadsIntoBeyondThePart(GoodPart):
    """readinto() goes on behind the part."""

    def readinto(self, buffer: Any, /) -> Any:
        part, self.content = self.content, self.whole[self.start :]
        try:
            return super().readinto(buffer)
        finally:
            self.content = part


@lies("WR-4a")
class ReadsTheLastLineBeyondThePart(GoodPart):
    """readline() ends at a newline, also at one behind the part."""

    def readline(self, size: int | None = -1, /) -> Any:
        part, self.content = self.content, self.whole[self.start :]
        try:
            return super().readline(size)
        finally:
            self.content = part


@lies("WR-4a")
class PeeksBeyondThePart(GoodPart):
    """peek() shows what lies behind the part."""

    def peek(self, n: int = 0, /) -> Any:
        self._check_open()
        return self.whole[self.start + self.at : self.start + self.at + 100]


@lies("WR-4a")
class SeeksFromTheEndOfTheFile(GoodPart):
    """seek(n, 2) counts from the end of the file, and reads there."""

    def seek(self, position: int, whence: int = 0, /) -> Any:
        if whence == 2:
            return super().seek(len(self.whole) - self.start + position)
        return super().seek(position, whence)

    def _take(self, n: int) -> bytes:
        if self.at <= len(self.content):
            return super()._take(n)
        data = self.whole[self.start + self.at :][: n if n >= 0 else None]
        self.at += len(data)
        return data


@lies("WR-4a")
class ReadsByPositionInTheFile(GoodPart):
    """A positioned read knows the start of the part, and not its end."""

    spellings = {"pread_bytes": "pread(position, n)"}  # noqa: RUF012

    def pread(self, position: int, n: int, /) -> Any:
        self._check_open()
        if position < 0:
            raise ValueError(f"position {position} lies before the start")
        return self.whole[self.start + position :][:n]


@lies("WR-7a")
class TakesNoLengthForAll(GoodPart):
    """A part of length 0 is all of the file."""

    def __init__(self, content: bytes, start: int, length: int) -> None:
        super().__init__(content, start, length or len(content))


# WR-5, WR-6: several handles, and what opened them


@lies("WR-5a")
class SharesOneCursor(OneCursor, GoodFile):
    """All streams have one position; a new one begins at 0."""


@lies("WR-5a")
class ReadsThroughOneBuffer(GoodFile):
    """All streams fill one buffer, which the last one to fill it believes to be its own."""

    buffer: bytes = b""
    filled = 0

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.ahead = 0

    def _take(self, n: int) -> bytes:
        if n < 0 or not self.content:
            self.ahead = 0
            return super()._take(n)
        if not self.ahead:
            type(self).buffer = self.content[self.at : self.at + 64]
            self.ahead = len(self.buffer)
        data = self.buffer[len(self.buffer) - self.ahead :][:n]
        self.ahead -= len(data)
        self.at += len(data)
        return data + (super()._take(n - len(data)) if not self.ahead and len(data) < n else b"")

    def _go(self, target: int) -> int:
        self.ahead = 0
        return super()._go(target)


@lies("WR-5a")
class ClosesAllStreams(GoodFile):
    """close() closes the file that all streams share."""

    closed_content: bytes | None = None

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        type(self).closed_content = None

    def close(self) -> None:
        super().close()
        type(self).closed_content = self.content

    def _check_open(self) -> None:
        if self.shut or self.closed_content is self.content:
            raise ValueError("I/O operation on closed file")


class Archive:
    """An archive of one member that stays in reach of it."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.open = True

    def close(self) -> None:
        self.open = False


class Member(GoodFile):
    """A member that asks its archive before every use."""

    def __init__(self, archive: Archive) -> None:
        super().__init__(archive.content)
        self.archive = archive

    def _check_open(self) -> None:
        super()._check_open()
        if not self.archive.open:
            raise ValueError("the archive is closed")


class _Archives(Adapter):
    """Opens members of archives and keeps the archives."""

    wraps = True
    member: type[Member] = Member

    def __init__(self) -> None:
        self.name = type(self).__name__
        self.archives: dict[bytes, Archive] = {}

    def place(self, stored: bytes) -> bytes:
        return bytes(bytearray(stored))

    def open(self, ref: bytes, surface: str = "") -> Any:
        self.archives[ref] = Archive(ref)
        return self.member(self.archives[ref])

    def read_back(self, ref: bytes) -> bytes:
        return ref

    def close_opener(self, ref: Any) -> bool:
        self.archives[ref].close()
        return True


@lies("WR-6a")
class DiesWithItsArchive(_Archives):
    """A member cannot be read once its archive is closed."""


class EndingMember(Member):
    """A member of which nothing is left once its archive is closed."""

    def _check_open(self) -> None:
        GoodFile._check_open(self)

    def _take(self, n: int) -> bytes:
        return super()._take(n) if self.archive.open else b""


@lies("WR-6a")
class EndsWithItsArchive(_Archives):
    """A member reports the end once its archive is closed."""

    member = EndingMember


class BufferedMember(Member):
    """A member that asks its archive only for blocks that it has not read yet."""

    block = 4096
    filled = 0

    def _check_open(self) -> None:
        GoodFile._check_open(self)

    def _take(self, n: int) -> bytes:
        wanted = len(self.content) if n < 0 else min(self.at + n, len(self.content))
        if wanted > self.filled:
            Member._check_open(self)
            self.filled = -(-wanted // self.block) * self.block
        return super()._take(n)


@lies("WR-6a")
class OutlivesItsArchiveByABlock(_Archives):
    """A member goes on after its archive is closed, as far as it has read ahead."""

    member = BufferedMember


# WR-7: nothing inside


@lies("WR-7a")
class RefusesAnEmptyStore(ForwardStore):
    """open() raises where there is nothing."""

    encode = staticmethod(bytes)

    def __init__(self, content: bytes) -> None:
        if not content:
            raise InflateError("nothing to inflate")
        super().__init__(content)


@lies("WR-7a")
class WaitsForTheFirstByte(GoodUnzipStore):
    """A source that inflates to nothing is taken for damage."""

    def _inflate(self, data: bytes) -> bytes:
        content = super()._inflate(data)
        if data == compress(b""):
            raise EOFError("nothing came")
        return content

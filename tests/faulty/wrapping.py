"""WR: streams that wrap a source and lie."""

import zlib
from collections.abc import Callable
from contextlib import suppress
from typing import Any, BinaryIO

from streamtck.adapters import Adapter
from tests.faulty import lies
from tests.faulty.good import GoodFile, GoodPositioned, OneCursor, put, room
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


class Remembers(GoodUnzip):
    """A sound one that knows what it could inflate of a spoilt source: a base for lies."""

    found = b""
    passed_over: tuple[type[Exception], ...] = (EOFError,)

    def _inflate(self, data: bytes) -> bytes:
        try:
            return super()._inflate(data)
        except (EOFError, zlib.error):
            inflater, parts = zlib.decompressobj(31), []
            with suppress(zlib.error):
                for n in range(len(data)):
                    parts.append(inflater.decompress(data[n : n + 1]))
            self.found = b"".join(parts)
            raise

    def _quietly(self, form: Callable[..., Any], *arguments: Any) -> Any:
        """What a form of the base gives, or what it would give of what could be inflated."""
        try:
            return form(*arguments)
        except self.passed_over:
            self.content = self.found
            return form(*arguments)


@lies("WR-1a")
class SaysNothingOfACutByLines(Remembers):
    """readline() and the iteration end where the source is cut."""

    def readline(self, size: int | None = -1, /) -> Any:
        return self._quietly(super().readline, size)


@lies("WR-1b")
class SaysNothingOfDamageByNext(Remembers):
    """Iterating verifies nothing."""

    passed_over = (zlib.error,)

    def __next__(self) -> Any:
        self._quietly(lambda: self.content)
        return super().__next__()


@lies("WR-1b")
class SaysNothingOfDamageByReadlines(Remembers):
    """readlines() verifies nothing."""

    passed_over = (zlib.error,)

    def readlines(self, hint: int | None = None, /) -> Any:
        return self._quietly(super().readlines, hint)


@lies("WR-1a")
class SaysNothingOfACutByRead1(Remembers):
    """read1() ends where the source is cut."""

    def read1(self, n: int = -1, /) -> Any:
        return self._quietly(super().read1, n)


@lies("WR-1b")
class SaysNothingOfDamageByReadInto(Remembers):
    """readinto() verifies nothing."""

    passed_over = (zlib.error,)

    def readinto(self, buffer: Any, /) -> Any:
        return self._quietly(super().readinto, buffer)


@lies("WR-1a")
class PeeksAtNothingWhereItIsCut(GoodUnzip):
    """peek() shows nothing, as at the end, where a read raises."""

    def peek(self, n: int = 0, /) -> Any:
        try:
            return super().peek(n)
        except EOFError:
            return b""


class Positioned(Remembers):
    """A sound one with two positioned reads: a base for lies."""

    spellings = {  # noqa: RUF012
        "pread_bytes": "pread(position, n)",
        "pread_into": "pread_into(position, buffer)",
    }

    def pread(self, position: int, n: int, /) -> Any:
        self._check_open()
        if position < 0:
            raise ValueError(f"position {position} lies before the start")
        return self.content[position : position + n]

    def pread_into(self, position: int, buffer: Any, /) -> Any:
        self._check_open()
        if position < 0:
            raise ValueError(f"position {position} lies before the start")
        data = self.content[position : position + room(buffer)]
        put(data, buffer)
        return len(data)


@lies("WR-1a")
class SaysNothingOfACutByPosition(Positioned):
    """A positioned read ends where the source is cut."""

    def pread(self, position: int, n: int, /) -> Any:
        return self._quietly(super().pread, position, n)


@lies("WR-1a")
class SaysNothingOfACutByTheSecondPositionedForm(Positioned):
    """A positioned read into a buffer ends where the source is cut."""

    def pread_into(self, position: int, buffer: Any, /) -> Any:
        return self._quietly(super().pread_into, position, buffer)


@lies("WR-1a")
class SaysNothingOfACutByAView(GoodUnzipStore):
    """read(n) ends where the source is cut."""

    @property
    def supports_zero_copy(self) -> Any:
        return True

    def _view(self, n: int) -> Any:
        try:
            return super()._view(n)
        except InflateError:
            return memoryview(b"")


@lies("WR-1a")
class NeverEndsWhereItIsCut(Remembers):
    """After a cut zeros come, for ever."""

    def read(self, n: int | None = -1, /) -> Any:
        try:
            return super().read(n)
        except EOFError:
            if n is None or n < 0:
                raise
            return bytes(n)


@lies("WR-1b")
class NeverEndsWhereItIsDamaged(Remembers):
    """readinto() leaves the buffer as it is and says it is full, for ever, where damage was found."""

    def readinto(self, buffer: Any, /) -> Any:
        try:
            return super().readinto(buffer)
        except zlib.error as error:
            if "data check" not in str(error):
                raise
            return room(buffer)


@lies("WR-1b")
class VerifiesNothingOnceItSkips(Remembers):
    """After a seek forward nothing is verified."""

    passed_over = (zlib.error,)

    def seek(self, position: int, whence: int = 0, /) -> Any:
        if position and self.at == 0:
            self._quietly(lambda: self.content)
        return super().seek(position, whence)


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
class EndsWhereTheSourceDoesNotSeek(GoodUnzip):
    """A source that does not seek is taken for one with nothing in it."""

    def _fetch(self) -> bytes:
        return super()._fetch() if self.source.seekable() else b""


@lies("WR-2a")
class ReadsLinesByOneRead(GoodUnzip):
    """readline() takes the first short read for the end, where it is the first to read."""

    def readline(self, size: int | None = -1, /) -> Any:
        if "content" not in vars(self):
            self.content = self._inflate(self.source.read(1 << 20))
        return super().readline(size)


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


class FirstMember(GoodUnzip):
    """A sound one that knows how long its first member is: a base for lies."""

    first = -1

    def _inflate(self, data: bytes) -> bytes:
        self.first = len(member(data)[0]) if data else -1
        return super()._inflate(data)


@lies("WR-3a")
class EndsAMembersLines(FirstMember):
    """readline() stops after the first member."""

    def readline(self, size: int | None = -1, /) -> Any:
        self._check_open()
        if len(self.content) > self.first == self.at:
            return b""
        return super().readline(size)


@lies("WR-3a")
class ListsTheFirstMembersLines(FirstMember):
    """readlines() gives the lines of the first member."""

    def readlines(self, hint: int | None = None, /) -> Any:
        whole, begin = self.content, self.at
        self.content = whole[: self.first] if 0 < self.first < len(whole) and not begin else whole
        try:
            return super().readlines(hint)
        finally:
            self.content = whole


@lies("WR-3a")
class ForgetsFurtherMembersOnASeek(FirstMember):
    """A seek knows the first member only."""

    def _go(self, target: int) -> int:
        if 0 <= self.first < len(self.content):
            self.content = self.content[: self.first]
        return super()._go(target)


@lies("WR-3a")
class DropsAMemberAfterAnEmptyOne(GoodUnzip):
    """What comes behind an empty member in the middle is passed over."""

    def _inflate(self, data: bytes) -> bytes:
        contents: list[bytes] = []
        while data.strip(b"\0"):
            content, data = member(data)
            if contents and contents[0] and not content:
                break
            contents.append(content)
        return b"".join(contents)


@lies("WR-8a")
class ServesWhatFollowsAsALine(GoodUnzip):
    """The last line goes on into what follows the last member."""

    after = b""

    def _inflate(self, data: bytes) -> bytes:
        contents = []
        while data.startswith(b"\x1f\x8b") or (data and not contents):
            content, data = member(data)
            contents.append(content)
        self.after = data
        return b"".join(contents)

    def readline(self, size: int | None = -1, /) -> Any:
        line = super().readline(size)
        return line if line.endswith(b"\n") or not line else line + self.after


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
class PeeksIntoOneBuffer(GoodFile):
    """peek() shows what the last stream to peek has in a buffer that all share, if it is of this content."""

    shared: list[Any] = []  # noqa: RUF012

    def peek(self, n: int = 0, /) -> Any:
        self._check_open()
        if not self.shared or self.shared[0] is not self.content or self.shared[2] is self:
            self.shared[:] = [self.content, self.at, self]
        return self.content[self.shared[1] :][:100] or super().peek(n)

    def _take(self, n: int) -> bytes:
        if self.shared and self.shared[2] is self:
            self.shared.clear()
        return super()._take(n)

    def _go(self, target: int) -> int:
        if self.shared and self.shared[2] is self:
            self.shared.clear()
        return super()._go(target)


class OnASharedFile(GoodFile):
    """A stream that goes on where another on the same content `_left` the file that they share."""

    last: list[Any]

    def __init_subclass__(cls) -> None:
        cls.last = []

    def _left(self, position: int) -> None:
        self.last[:] = [self.content, position, self]

    def _take(self, n: int) -> bytes:
        if self.last and self.last[0] is self.content and self.last[2] is not self:
            self.at = self.last[1]
        self.last.clear()
        return super()._take(n)


@lies("WR-5a")
class MovesTheOthersByReadline(OnASharedFile):
    """readline() leaves the file, which all streams share, behind its line, and does so to the others."""

    def readline(self, size: int | None = -1, /) -> Any:
        line = super().readline(size)
        self._left(self.at)
        return line


@lies("WR-5a")
class ReadsByPositionInASharedFile(OnASharedFile, GoodPositioned):
    """A positioned read moves the file that all streams share, and sets back only its own."""

    def _at(self, position: int, n: int) -> bytes:
        data = super()._at(position, n)
        self._left(position + len(data))
        return data


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

"""Faults that released libraries have had: data stores, Hadoop streams, positioned reads, decoders."""

import zlib
from typing import Any

from tests.faulty import lies
from tests.faulty.good import GoodFile, GoodHadoop, GoodPositioned, put, room
from tests.faulty.sources import GoodPart, GoodStore, GoodUnzip, GoodUnzipStore, StreamError

PAGE = 8192
BLOCK = 32768


# Data stores


@lies("DS-1a")
class LosesAFullBufferOfJustABlock(GoodStore):
    """A read that fills a buffer of just 4096 bytes again begins one byte late."""

    last = 0

    def _fill(self, buffer: Any) -> Any:
        self.at += self.last == room(buffer) == 4096
        self.last = super()._fill(buffer)
        return self.last


@lies("DS-1b")
class CountsABlockThatIsNotFull(GoodStore):
    """The last read of a file counts a block of 4096 bytes, also where fewer came."""

    def _fill(self, buffer: Any) -> Any:
        count = super()._fill(buffer)
        return 4096 if 0 < count < room(buffer) == 4096 else count


@lies("DS-1a")
class CannotFillRows(GoodStore):
    """read(buf) of a buffer of two dimensions raises, as a slice of it cannot be assigned."""

    def _fill(self, buffer: Any) -> Any:
        if memoryview(buffer).ndim > 1:
            raise NotImplementedError("multi-dimensional slice assignment")
        return super()._fill(buffer)


@lies("DS-2a")
class StaysAtTheEnd(GoodStore):
    """Once a read gave 0, every read does, also after a seek."""

    done = False

    def _fill(self, buffer: Any) -> Any:
        count = 0 if self.done else super()._fill(buffer)
        self.done = self.done or (not count and bool(room(buffer)))
        return count


@lies("DS-2a")
class RoundsASeekDownToAPage(GoodStore):
    """A seek past the first page goes to the start of the page."""

    def seek(self, position: int, /) -> Any:
        super().seek(position // PAGE * PAGE if position > PAGE else position)


@lies("DS-5a")
class ForgetsItsSizeAtTheEnd(GoodStore):
    """size is 0 once everything was read."""

    @property
    def size(self) -> Any:
        return super().size if self.at < len(self.content) else 0


@lies("DS-6b")
class SeeksUntilTheEnd(GoodStore):
    """seekable is False once everything was read, and seek() works all the same."""

    @property
    def seekable(self) -> Any:
        return self.at < max(1, len(self.content))


@lies("DS-3b")
class ClosesTwiceOnlyWhereUnread(GoodStore):
    """A second close() raises where the stream was read to its end."""

    def close(self) -> Any:
        if self.shut and self.at and self.at >= len(self.content):
            raise StreamError("closed already")
        super().close()


@lies("DS-4b")
class CannotBeLeftWhenClosed(GoodStore):
    """Leaving the context raises where the stream was closed in it."""

    def __exit__(self, *error: Any) -> Any:
        if self.shut:
            raise StreamError("closed already")
        self.close()


@lies("DS-9a")
class FailsOnlyWhereItMustFetch(GoodStore):
    """read(buf) after close() gives what is left of the page that was read."""

    def read(self, wanted: Any, /) -> Any:
        if self.shut and self.at % PAGE:
            self.shut = False
            count = super().read(wanted)
            self.shut = True
            return count
        return super().read(wanted)


@lies("DS-9a")
class FailsOnceForItsSource(GoodUnzipStore):
    """A source that fails raises StreamError once, and the read after it gives 0, as at the end."""

    failed = False

    def _fetch(self) -> bytes:
        if self.failed:
            return b""
        try:
            return super()._fetch()
        except OSError:
            self.failed = True
            raise


# Hadoop streams


@lies("SK-15a")
class SkipsWithinItsBlock(GoodHadoop):
    """A seek forward of less than 128 bytes is a skip, which stands one byte short."""

    def seek(self, position: int, /) -> Any:
        here = self._position
        super().seek(position)
        self._short = 0 < here < position < min(here + 128, len(self._content))

    _short = False

    def read(self, *arguments: Any) -> int:
        if self._short:
            self._short, self._position = False, self._position - 1
        return super().read(*arguments)


@lies("SK-12a")
class ReadsNothingBehindTheEnd(GoodHadoop):
    """A buffer read past the end, and not at it, gives 0, which callers take for "try again"."""

    def read(self, *arguments: Any) -> int:
        count = super().read(*arguments)
        return 0 if len(arguments) in (1, 3) and count < 0 and self._position > len(self._content) else count


@lies("IS-7a")
class FillsAWindowFromItsBlockOnly(GoodHadoop):
    """A window that is longer than a block is filled to the block's end, and counted as full."""

    def read(self, *arguments: Any) -> int:
        count = super().read(*arguments)
        if len(arguments) == 3 and count > BLOCK:
            put(bytes(count - BLOCK), arguments[0], arguments[1] + BLOCK)
        return count


@lies("IS-1a")
class ServesItsBlockWhenClosed(GoodHadoop):
    """read() after close() gives bytes of the block that was fetched, where there is one."""

    def read(self, *arguments: Any) -> int:
        if self.closed and self._position and not arguments:
            return self._content[self._position - 1]
        return super().read(*arguments)


# Positioned reads


@lies("PR-1a")
class ReadsFromTheBlockBefore(GoodPositioned):
    """A positioned read at just a block's edge, after one that ended there, begins a byte too early."""

    ended = -1

    def _at(self, position: int, n: int) -> bytes:
        early = position == self.ended > 0 and position % 4096 == 0
        data = super()._at(position - early, n)
        self.ended = position + len(data)
        return data


@lies("PR-1a")
class KeysItsRangesByLength(GoodPositioned):
    """Ranges are kept by their length alone, in one file."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.ranges: dict[int, bytes] = {}

    def _at(self, position: int, n: int) -> bytes:
        data = super()._at(position, n)
        return self.ranges.setdefault(n, data) if len(data) == n == 10 else data


@lies("PR-1e")
class GivesAllForALengthOfNothing(GoodPositioned):
    """pread(position, 0) gives what is left, as the range has no end."""

    def pread(self, position: int, n: int, /) -> Any:
        return self._at(position, n or len(self.content))


@lies("PR-1a")
class CountsItemsAtAPosition(GoodPositioned):
    """pread_into() leaves the last byte of an odd length as it was, and counts it."""

    def pread_into(self, position: int, buffer: Any, /) -> Any:
        n = room(buffer)
        data = self._at(position, n)
        put(data[:-1] if len(data) % 2 and len(data) > 1 else data, buffer)
        return len(data)


@lies("PR-1b")
class MovesBackToWhereItsBlockBegins(GoodPositioned):
    """A positioned read seeks back to the position of the file below, which is that of a block."""

    def _at(self, position: int, n: int) -> bytes:
        data = super()._at(position, n)
        self.at = self.at // 4096 * 4096
        return data


@lies("PR-1b")
class ForgetsTheEndAfterAPositionedRead(GoodPositioned):
    """A positioned read at the start of a file that stands at its end takes it there."""

    def _at(self, position: int, n: int) -> bytes:
        data = super()._at(position, n)
        if data and self.at == len(self.content):
            self.at = position
        return data


# Parts of a file


@lies("WR-4a")
class ReadsAllBehindThePart(GoodPart):
    """read() to the end goes on to the end of the file, read(n) does not."""

    def read(self, n: int | None = -1, /) -> Any:
        data = super().read(n)
        if n in (None, -1):
            data += self.whole[self.start + len(self.content) :]
        return data


@lies("WR-4a")
class TakesMinusOneForTheFilesRest(GoodPart):
    """read(-1) is handed to the file below; read() is not."""

    def read(self, n: int | None = None, /) -> Any:
        data = super().read(n)
        return data + self.whole[self.start + len(self.content) :] if n == -1 else data


@lies("WR-4a")
class GivesLongLinesOfTheFile(GoodPart):
    """readline(n) gives n bytes, also of what lies behind the part."""

    def readline(self, size: int | None = -1, /) -> Any:
        at, line = self.at, super().readline(size)
        if size is None or size <= len(line) or line.endswith(b"\n"):
            return line
        return self.whole[self.start + at :][:size]


@lies("IS-7a")
class LeavesReadintoToTheFile(GoodPart):
    """readinto() is that of the file below, wherever it stands: it moves nothing and knows no part."""

    def readinto(self, buffer: Any, /) -> Any:
        self._check_open()
        data = self.whole[: room(buffer)]
        put(data, buffer)
        return len(data)


@lies("WR-4a")
class ListsLinesBehindThePart(GoodPart):
    """next() gives one line more than the part has, from behind it."""

    over = False

    def __next__(self) -> Any:
        if (
            self.at >= len(self.content)
            and not self.over
            and len(self.whole) > self.start + len(self.content)
        ):
            self._check_open()
            self.over = True
            return self.whole[self.start + len(self.content) :]
        return super().__next__()


@lies("WR-4a")
class LetsASeekBackLeaveThePart(GoodPart):
    """A relative seek before the start of the part goes there, and reads serve what lies before it."""

    below = 0

    def seek(self, position: int, whence: int = 0, /) -> Any:
        if whence == 2 and len(self.content) + position < 0 and self.start:
            self._check_open()
            self.below = -(len(self.content) + position)
            return 0
        self.below = 0
        return super().seek(position, whence)

    def _take(self, n: int) -> bytes:
        if self.below and n > 0:
            return self.whole[self.start - self.below :][:n]
        return super()._take(n)


@lies("SK-8a")
class TellsAPlaceInTheWhole(GoodPart):
    """tell() after a seek gives the place in the file that the part lies in."""

    sought = 0

    def _go(self, target: int) -> int:
        self.sought = self.start or 1
        return super()._go(target)

    def tell(self) -> Any:
        return super().tell() + self.sought


# Decoders


@lies("WR-3a")
class DropsAShortLastMember(GoodUnzip):
    """A last member of less than 250 bytes is dropped where others came before it."""

    def _inflate(self, data: bytes) -> bytes:
        contents = []
        while data.strip(b"\0"):
            inflater = zlib.decompressobj(31)
            contents.append(inflater.decompress(data))
            if not inflater.eof:
                raise EOFError("the source ends before the member does")
            data = inflater.unused_data
        if len(contents) > 1 and len(contents[-1]) < 250:
            contents.pop()
        return b"".join(contents)


@lies("WR-2a")
class TakesAShortReadForTheLast(GoodUnzip):
    """A read from the source of less than 64 bytes is taken for the last one."""

    def _fetch(self) -> bytes:
        parts = []
        while part := self.source.read(4096):
            parts.append(part)
            if len(part) < 64:
                break
        return b"".join(parts)


@lies("WR-1a")
class TakesACutHeaderForNothing(GoodUnzip):
    """A source that ends within the header of a member is empty."""

    def _inflate(self, data: bytes) -> bytes:
        return b"" if len(data) < 10 else super()._inflate(data)


@lies("WR-1b")
class DecodesOnBehindDamage(GoodUnzip):
    """A wrong checksum is told by a warning, and the data served."""

    def _inflate(self, data: bytes) -> bytes:
        try:
            return super()._inflate(data)
        except zlib.error as error:
            if "check" not in str(error):
                raise
            return zlib.decompressobj(-15).decompress(data[10:])


@lies("WR-5a")
class SharesItsDecoder(GoodFile):
    """All files on the same content share a decoder, which a seek of one of them resets for all."""

    newest: "SharesItsDecoder | None" = None

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.other, SharesItsDecoder.newest = SharesItsDecoder.newest, self

    def _go(self, target: int) -> int:
        if self.other is not None and not self.other.shut and self.other.content == self.content:
            self.other.at = 0
        return super()._go(target)


@lies("IS-0b")
class EndsItsPartWithText(GoodPart):
    """At the end of the part read() gives text, which is no bytes."""

    def read(self, n: int | None = -1, /) -> Any:
        return super().read(n) or ("" if n else b"")


@lies("IS-7a", also=("PY-9b",))
class FillsNoBufferThatIsTooLong(GoodFile):
    """readinto() takes no buffer longer than what is left; a part of a line moves by what was asked for."""

    def readinto(self, buffer: Any, /) -> Any:
        memoryview(buffer).cast("B")[:] = self.read(room(buffer))
        return room(buffer)

    def readline(self, size: int | None = -1, /) -> Any:
        start, line = self.at, super().readline()
        if size is None or size < 0:
            return line
        self.at = start + size
        return line[:size]

"""Faults that released libraries have had: files over a remote object, an archive member, or a decoder."""

from typing import Any, ClassVar

from tests.faulty import lies
from tests.faulty.good import GoodFile, KnowsOfASeek, put, room

BLOCK = 5000
PAGE = 8192


class _Ranged(GoodFile):
    """A sound file that fetches ranges and keeps the last one: `kept`, which begins at `first`."""

    block = BLOCK
    first = 0
    kept = b""

    def _fetch(self, start: int, end: int) -> bytes:
        return self.content[start:end]

    def _holds(self, position: int) -> bool:
        return self.first <= position < self.first + len(self.kept)

    def _load(self, position: int) -> None:
        self.first, self.kept = position, self._fetch(position, position + self.block)

    def _take(self, n: int) -> bytes:
        end = len(self.content) if n < 0 else min(self.at + n, len(self.content))
        parts = [b""]
        while self.at < end:
            if not self._holds(self.at):
                self._load(self.at)
            parts.append(self.kept[self.at - self.first : end - self.first])
            self.at += len(parts[-1])
            if not parts[-1]:
                break
        return b"".join(parts)


# Files over a remote object: ranges, caches, retries


@lies("IS-2a")
class KeysItsCacheByPlaceAlone(_Ranged):
    """All files of the process share one cache of blocks, keyed by offset and not by file."""

    blocks: ClassVar[dict[int, bytes]] = {}

    def _load(self, position: int) -> None:
        start = position // BLOCK * BLOCK
        self.first, self.kept = start, self.blocks.setdefault(start, self._fetch(start, start + BLOCK))


@lies("IS-2a")
class KeysItsCacheByPlaceAndLength(_Ranged):
    """The cache that all files share knows a block by its offset and the length of its file."""

    blocks: ClassVar[dict[tuple[int, int], bytes]] = {}

    def _load(self, position: int) -> None:
        key = position, len(self.content)
        self.first, self.kept = position, self.blocks.setdefault(key, self._fetch(position, position + BLOCK))


@lies("SK-15a")
class TakesWhatLiesBeforeItsBlockForKept(_Ranged):
    """A position is looked up by the end of the kept range only, so a seek back reads from its start."""

    def _holds(self, position: int) -> bool:
        if position < self.first and self.kept:
            self.first = position
        return super()._holds(position)


@lies("SK-10a")
class LosesTheLastByteOfAFullBlock(_Ranged):
    """A block of 100 KiB that was filled to its last byte is taken to end one byte earlier."""

    block = 100 * 1024

    def _load(self, position: int) -> None:
        super()._load(position)
        if len(self.kept) == self.block:
            self.at += position > 0


@lies("PY-2a")
class GivesNoLastPartOfABlock(_Ranged):
    """read() to the end fetches whole blocks and leaves out the last one where that is not full."""

    block = 100 * 1024

    def read(self, n: int | None = -1, /) -> Any:
        whole = (len(self.content) - self.at) // self.block * self.block
        return super().read(whole if n in (None, -1) and whole else n)


@lies("SK-10a")
class BeginsAgainAfterADroppedConnection(_Ranged):
    """A connection that is renewed after 150000 bytes asks for the object from its start."""

    def _fetch(self, start: int, end: int) -> bytes:
        return super()._fetch(start - 150000, end - 150000) if start >= 150000 else super()._fetch(start, end)


@lies("SK-15a")
class LosesItsPlaceInAShortSkip(GoodFile):
    """A seek forward of less than a page is a read whose answer is thrown away, one byte too long."""

    def _go(self, target: int) -> int:
        self.slip = 1 if 0 < self.at < target < self.at + PAGE else 0
        return super()._go(target)

    slip = 0

    def _take(self, n: int) -> bytes:
        start, self.slip = self.at + self.slip, 0
        data = self.content[start:] if n < 0 else self.content[start : start + n]
        self.at += len(data)
        return data


@lies("SK-11a")
class AsksForARangeThatCannotBe(GoodFile):
    """A read after a seek to the end or past it asks for a range, which the server refuses: it raises."""

    sought = False

    def _go(self, target: int) -> int:
        self.sought = target >= len(self.content)
        return super()._go(target)

    def _take(self, n: int) -> bytes:
        if self.sought and n:
            raise OSError("416 range not satisfiable")
        return super()._take(n)


@lies("IS-3a")
class AsksForTheFirstByteOfNothing(GoodFile):
    """A read of an empty object raises, as it has no range."""

    def _take(self, n: int) -> bytes:
        if not self.content and n:
            raise OSError("416 range not satisfiable")
        return super()._take(n)


@lies("SK-4a")
class ForgetsAPendingSeek(GoodFile):
    """A seek waits for the next read; one to where the file below stands leaves the pending one in force."""

    below = 0

    def _go(self, target: int) -> int:
        if target != self.below or self.at == self.below:
            return super()._go(target)
        return target

    def _take(self, n: int) -> bytes:
        data = super()._take(n)
        self.below = self.at
        return data


@lies("PY-12d")
class TakesTheStoredLengthForItsOwn(GoodFile):
    """seek(n, 2) counts from the length that the server tells, which is that of the compressed object."""

    def seek(self, position: int, whence: int = 0, /) -> Any:
        if whence == 2 and len(self.content) > 100:
            return super().seek(len(self.content) // 2 + position)
        return super().seek(position, whence)


@lies("SK-15a")
class ServesTheBlockOfASeekByJustOneBlock(_Ranged):
    """After a seek back by exactly one block, 32768 bytes, the block at hand seems to be the right one."""

    block = 32768

    def _go(self, target: int) -> int:
        if self.kept and target == self.first - self.block:
            self.first = target
        return super()._go(target)


@lies("SK-15a")
class ReloadsAtItsOwnPlace(_Ranged):
    """A seek to where it stands drops the block, and the next one is fetched from the block's edge."""

    def _go(self, target: int) -> int:
        if target == self.at and self.kept:
            self.kept, self.slip = b"", self.at % 1000
        return super()._go(target)

    slip = 0

    def _fetch(self, start: int, end: int) -> bytes:
        start, self.slip = start - self.slip, 0
        return super()._fetch(start, end)


@lies("SK-15a")
class EndsAtTheEdgeOfWhatItHolds(_Ranged):
    """A seek to just behind the kept range finds it used up, and the next read sees the end."""

    def _holds(self, position: int) -> bool:
        return (self.sought and position == self.first + len(self.kept)) or super()._holds(position)

    sought = False

    def _go(self, target: int) -> int:
        self.sought = bool(self.kept) and target != self.at
        return super()._go(target)


@lies("SK-4a")
class MissesTheByteBeforeItsBlock(_Ranged):
    """A seek to the byte before the kept range is taken for one to its first byte."""

    def _take(self, n: int) -> bytes:
        if self.kept and self.at == self.first - 1:
            data = self.kept[:1] + super()._take(n)[1:]
            return data if n else b""
        return super()._take(n)


@lies("PY-1a")
class RaisesWhereFewerAreLeft(GoodFile):
    """read(n) of more than is left raises, although something is left."""

    def read(self, n: int | None = -1, /) -> Any:
        self._check_open()
        left = len(self.content) - self.at
        if n is not None and n > left > 0:
            raise EOFError(f"{n} bytes expected, {left} are left")
        return super().read(n)


@lies("SK-8b")
class EndsAtTheLargestInt(GoodFile):
    """A position of 2**31 and more is held in 32 bits with a sign, and becomes the end of the file."""

    def tell(self) -> Any:
        at = super().tell()
        return at if at < 2**31 else len(self.content)


@lies("PY-12a")
class ReturnsWhereTheBlockBegins(_Ranged):
    """seek() returns the start of the block that holds the target."""

    def seek(self, position: int, whence: int = 0, /) -> Any:
        return super().seek(position, whence) // 100 * 100


@lies("PY-12a")
class ReturnsNoneFromOtherWhences(GoodFile):
    """seek() with whence 1 or 2 moves and returns None."""

    def seek(self, position: int, whence: int = 0, /) -> Any:
        here = super().seek(position, whence)
        return None if whence else here


@lies("PY-12c")
class TakesARelativeSeekOfNothingForAFlush(_Ranged):
    """seek(0, 1), which many use for tell(), drops the kept range and goes to its end."""

    def seek(self, position: int, whence: int = 0, /) -> Any:
        if whence == 1 and position == 0 and self._holds(self.at):
            return super().seek(min(self.first + BLOCK, len(self.content)))
        return super().seek(position, whence)


@lies("PY-2a")
class GivesTheLastBlockAgainAfterASeekToTheEnd(KnowsOfASeek):
    """read() after a seek to the end gives the last bytes of the file."""

    def read(self, n: int | None = -1, /) -> Any:
        if n in (None, -1) and self.sought and self.at >= len(self.content):
            return self.content[-100:]
        return super().read(n)


@lies("PY-5a")
class ReadsAllAgainAfterASeekToTheEnd(KnowsOfASeek):
    """readall() after a seek to the end gives the whole file."""

    def readall(self) -> Any:
        if self.sought and self.at >= len(self.content):
            return self.content
        return super().readall()


@lies("IS-3a")
class GivesItsConnectionBack(GoodFile):
    """The read that meets the end gives the connection back, and every later one finds the file closed."""

    done = False

    def _take(self, n: int) -> bytes:
        if self.done and n:
            raise ValueError("I/O operation on closed file")
        data = super()._take(n)
        self.done = bool(n) and not data
        return data

    def _go(self, target: int) -> int:
        self.done = False
        return super()._go(target)


@lies("PY-3a")
class TakesNothingForTheEnd(GoodFile):
    """read(0) gives b"" like the end does, and the file believes that it was reached."""

    done = False

    def _go(self, target: int) -> int:
        self.done = False
        return super()._go(target)

    def read(self, n: int | None = -1, /) -> Any:
        data = b"" if self.done else super().read(n)
        self.done = self.done or n == 0
        return data


@lies("PY-14a")
class IsNoLongerReadableAtTheEnd(GoodFile):
    """readable() is False once everything was read."""

    def readable(self) -> Any:
        return super().readable() and self.at < max(1, len(self.content))


@lies("PY-14a")
class IsReadableUntilItIsRead(GoodFile):
    """readable() says whether nothing was buffered yet."""

    def readable(self) -> Any:
        return super().readable() and self.at == 0


@lies("PY-14b")
class SeeksUntilItIsRead(GoodFile):
    """seekable() is False once something was read, and seek() works all the same."""

    def seekable(self) -> Any:
        return super().seekable() and self.at == 0


@lies("SK-8a", also=("PY-14b",))
class SeeksNoMoreOnceRead(GoodFile):
    """seekable() is True, and tell() raises once a byte was read."""

    fresh = True

    def _take(self, n: int) -> bytes:
        self.fresh = self.fresh and not n
        return super()._take(n)

    def tell(self) -> Any:
        if not self.fresh:
            self._unsupported("tell")
        return super().tell()


# Decoders: what a rewind forgets


class _Decoder(GoodFile):
    """A sound file that rewinds for a seek back; `rewound` says that it did."""

    rewound = False

    def _go(self, target: int) -> int:
        self.rewound = target < self.at or (self.rewound and target != self.at)
        return super()._go(target)


@lies("SK-15a")
class FindsItsChecksumWrongAfterARewind(_Decoder):
    """The checksum is summed up on across a rewind, so the end that is read after it raises."""

    def _take(self, n: int) -> bytes:
        data = super()._take(n)
        if self.rewound and self.at >= len(self.content) and n:
            raise OSError("bad checksum")
        return data


@lies("SK-15a")
class KeepsTheTailOfAnInputBlock(_Decoder):
    """A rewind leaves input that was not decoded yet, and its output comes first."""

    ahead = 0

    def _go(self, target: int) -> int:
        if target < self.at:
            self.ahead = -self.at % 512 and 4
        return super()._go(target)

    def _take(self, n: int) -> bytes:
        data = super()._take(n)
        ahead, self.ahead = min(self.ahead, len(data)), 0
        return bytes(ahead) + data[ahead:]


@lies("SK-4a")
class DoesNotComeBackFromTheEnd(GoodFile):
    """A seek to the end of the file by whence 2 sets a mark that a seek back does not take away."""

    done = False

    def seek(self, position: int, whence: int = 0, /) -> Any:
        here = super().seek(position, whence)
        self.done = self.done or (here >= len(self.content) and here > 0)
        return here

    def _take(self, n: int) -> bytes:
        return b"" if self.done else super()._take(n)


@lies("SK-15a")
class IsOffByOneAtACheckpoint(GoodFile):
    """A seek to just a checkpoint, of which there is one each 20000 bytes, starts decoding a byte late."""

    late = 0

    def _go(self, target: int) -> int:
        self.late = int(target > 0 and target % 20000 == 0)
        return super()._go(target)

    def _take(self, n: int) -> bytes:
        if not n:
            return b""
        late, self.late = self.late, 0
        self.at += late
        return super()._take(n)


@lies("SK-10a")
class TellsTheCompressedPosition(GoodFile):
    """tell() after a read gives how much of the source was read."""

    fresh = True

    def _take(self, n: int) -> bytes:
        self.fresh = False
        return super()._take(n)

    def _go(self, target: int) -> int:
        self.fresh = True
        return super()._go(target)

    def tell(self) -> Any:
        at = super().tell()
        return at if self.fresh else (at + 1) // 2


@lies("SK-15b")
class StopsAtAWindowOfAnOddSize(GoodFile):
    """A read that begins at 16385, one byte behind a window, gives the window's last byte again."""

    def _take(self, n: int) -> bytes:
        data = super()._take(n)
        if len(data) > 1 and self.at - len(data) == 16385:
            return self.content[16384:16385] + data[1:]
        return data


@lies("IS-7a")
class LosesAByteInSteps(GoodFile):
    """readinto() steps through a block of 1000 bytes, and the byte at each block's edge is lost to it."""

    def readinto(self, buffer: Any, /) -> Any:
        self.at += self.at > 0 and self.at % 1000 == 0 and room(buffer) > 0
        return super().readinto(buffer)


# Archive members, sparse files and other content that is looked at


@lies("IS-2a")
class StripsTheZerosOfABlock(GoodFile):
    """A read that gives nothing but zeros seems to be the padding behind the last block: the end."""

    def _take(self, n: int) -> bytes:
        data = super()._take(n)
        return data if data.strip(b"\0") else b""


@lies("PY-2a")
class TakesAHoleForTheEnd(GoodFile):
    """A read of a page and more that gives only zeros, a hole in a sparse file, seems to be the end."""

    def _take(self, n: int) -> bytes:
        data = super()._take(n)
        return b"" if len(data) > 300 and not data.strip(b"\0") else data


@lies("IS-2a")
class DecodesAndEncodes(GoodFile):
    """What is read goes through a text layer, which replaces what is no ASCII."""

    def _take(self, n: int) -> bytes:
        return super()._take(n).decode("ascii", "replace").encode("ascii", "replace")


@lies("IS-7a")
class TurnsWindowsNewlinesInBulk(GoodFile):
    """A read of more than a byte gives \\n for \\r\\n, and counts what it gives."""

    def _take(self, n: int) -> bytes:
        return super()._take(n).replace(b"\r\n", b"\n")


@lies("PY-18a", also=("IS-1a",))
class ReadsItsCacheWhenClosed(_Ranged):
    """read() of a closed file gives what is left of the kept range."""

    def read(self, n: int | None = -1, /) -> Any:
        if self.shut and self._holds(self.at):
            return self.kept[self.at - self.first :][:n]
        return super().read(n)


@lies("IS-0a")
class ClosesTwiceOnlyUnread(GoodFile):
    """A second close() raises where the file was read to its end before the first."""

    def close(self) -> None:
        if self.shut and self.at >= max(1, len(self.content)):
            raise OSError("the handle is gone")
        super().close()


@lies("PY-17b")
class CannotLeaveWhenClosed(GoodFile):
    """Leaving the with statement closes a file that was closed in it once more, which raises."""

    def __exit__(self, *error: Any) -> Any:
        if self.shut:
            raise ValueError("close() of a closed file")
        super().close()


@lies("PY-16a")
class ClosesNothing(GoodFile):
    """close() does nothing, and the file reads on."""

    def close(self) -> None:
        pass


@lies("PY-18a", also=("IS-1a", "SK-3a", "PY-21a", "PY-21b"))
class ReadsOnAndDoesNotSayThatItIsClosed(GoodFile):
    """There is no closed, and what was closed reads and seeks on."""

    def _check_open(self) -> None:
        pass

    @property
    def closed(self) -> Any:
        raise AttributeError("closed")


@lies("PY-16a")
class IsClosedByAskingIt(GoodFile):
    """closed is a method, and a method is true."""

    def _closed(self) -> bool:
        return self.shut

    closed = _closed  # type: ignore[assignment]


@lies("PY-16a")
class IsOpenUntilItIsUsedAgain(GoodFile):
    """closed is False after close() where the file was never read."""

    @property
    def closed(self) -> Any:
        return self.shut and self.at > 0


@lies("PY-17a")
class EntersItsRawFile(GoodFile):
    """The with statement gives the file below, which reads just the same."""

    def __enter__(self) -> Any:
        below = GoodFile(self.content)
        below.at = self.at
        return below


# Buffers


@lies("PY-4a")
class CountsRowsOfATable(GoodFile):
    """readinto() of a buffer of two dimensions raises, as a slice of it cannot be assigned."""

    def readinto(self, buffer: Any, /) -> Any:
        if memoryview(buffer).ndim > 1:
            raise NotImplementedError("multi-dimensional slice assignment")
        return super().readinto(buffer)


@lies("IS-7a")
class WritesToWhatIsBehindTheView(GoodFile):
    """readinto() of a slice fills the object that it is a slice of, from its start."""

    def readinto(self, buffer: Any, /) -> Any:
        self._check_open()
        data = self._take(room(buffer))
        put(data, buffer.obj if isinstance(buffer, memoryview) else buffer)
        return len(data)


@lies("IS-6a")
class CannotFillNothing(GoodFile):
    """readinto() of an empty buffer raises, as its address is asked for."""

    def readinto(self, buffer: Any, /) -> Any:
        if not room(buffer):
            raise ValueError("the buffer is too small")
        return super().readinto(buffer)


@lies("IS-7c")
class WritesToTheBufferOfTheReadBefore(GoodFile):
    """readinto() reads ahead into the buffer that it was given, while the caller already uses it."""

    before: Any = None

    def readinto(self, buffer: Any, /) -> Any:
        if self.before is not None and room(self.before):
            put(b"\0", self.before)
        count = super().readinto(buffer)
        self.before = buffer
        return count


@lies("IS-8a")
class SaysFalseAtTheEnd(GoodFile):
    """readinto() at the end gives None, as a file that does not block does where it has no data yet."""

    def readinto(self, buffer: Any, /) -> Any:
        return super().readinto(buffer) or (None if room(buffer) else 0)


@lies("PY-1d")
class GivesAViewOfWhatItHolds(_Ranged):
    """read(n) gives a memoryview where all of it lies in the kept range, and bytes elsewhere."""

    def read(self, n: int | None = -1, /) -> Any:
        inside = self._holds(self.at) and n and n > 1
        data = super().read(n)
        return memoryview(data) if inside else data


@lies("PY-1d")
class ReadsAllIntoABytearray(GoodFile):
    """readall() gives the bytearray that it joined the parts in."""

    def readall(self) -> Any:
        return bytearray(super().readall())


@lies("PY-5a")
class ReadsAllFromTheNextPage(GoodFile):
    """readall() of a file that stands in the midst of a page begins at the next one after a readinto()."""

    filled = False

    def readinto(self, buffer: Any, /) -> Any:
        count = super().readinto(buffer)
        self.filled = bool(count)
        return count

    def readall(self) -> Any:
        if self.filled:
            self.at = min(len(self.content), (self.at + 99) // 100 * 100)
        self.filled = False
        return super().readall()


# Two mistakes at once: the one that is often met hides nothing of the other


@lies("PY-3a", also=("SK-8b",))
class ReadsAllForNothingAndStopsAtTheEnd(GoodFile):
    """A size of 0 is no size, and a seek past the end goes to the end."""

    def read(self, n: int | None = 0, /) -> Any:
        return super().read(n or -1)

    def _go(self, target: int) -> int:
        return super()._go(min(target, len(self.content)))


@lies("PY-13a", also=("SK-8b",))
class ForgetsLinesAndStopsAtTheEnd(GoodFile):
    """tell() does not count what readlines() gave, and a seek past the end goes to the end."""

    listed = 0

    def readlines(self, hint: int | None = None, /) -> Any:
        before = self.at
        lines = super().readlines(hint)
        self.listed = self.at - before
        return lines

    def tell(self) -> Any:
        return super().tell() - self.listed

    def _take(self, n: int) -> bytes:
        self.listed = 0
        return super()._take(n)

    def _go(self, target: int) -> int:
        self.listed = 0
        return super()._go(min(target, len(self.content)))


@lies("PY-12d", also=("PY-12a",))
class SubtractsFromTheEndAndSaysNothing(GoodFile):
    """seek(-n, 2) goes n bytes beyond the end, and no seek returns where it went."""

    def seek(self, position: int, whence: int = 0, /) -> Any:
        super().seek(-position if whence == 2 else position, whence)


@lies("PY-9c")
class GivesNoLineThatWasNotEnded(GoodFile):
    """A line that the end cuts off is not given, whatever the size asked for."""

    def readline(self, size: int | None = -1, /) -> Any:
        if self.content.find(b"\n", self.at) < 0:
            self.at = len(self.content)
        return super().readline(size)


@lies("PY-11a", also=("PY-9c",))
class IteratesOverOneLineAndGivesNoLastOne(GoodFile):
    """A loop ends after its first line, and a line that the end cuts off is not given."""

    def readline(self, size: int | None = -1, /) -> Any:
        if self.content.find(b"\n", self.at) < 0:
            self.at = len(self.content)
        return super().readline(size)

    def __iter__(self) -> Any:
        self._check_open()
        return iter([line for line in [self.readline()] if line])


@lies("IS-7a")
class MovesByWhatItWasAskedFor(GoodFile):
    """The position goes on by the size that was asked for, also where fewer bytes were left."""

    def _take(self, n: int) -> bytes:
        data = super()._take(n)
        self.at += max(0, n - len(data))
        return data


@lies("SK-10a")
class SeeksInWhatItHasRead(GoodFile):
    """A seek beyond what was read so far is forgotten by the next read, which goes on where that ended."""

    seen = 0

    def _take(self, n: int) -> bytes:
        self.at = min(self.at, self.seen) if n else self.at
        data = super()._take(n)
        self.seen = max(self.seen, self.at)
        return data

"""PY: Python binary files that lie."""

import ctypes
from typing import Any

from tests.faulty import lies
from tests.faulty.good import GoodFile, put, room

PAGE = 8192


# PY-1: read(n)


@lies("PY-1a")
class GivesMoreThanAsked(GoodFile):
    """read(n) gives whole pages: one byte more than asked for."""

    def read(self, n: int | None = -1, /) -> Any:
        return super().read(n + 1 if n is not None and n > 1 else n)


@lies("PY-1a")
class GivesNothingBeforeTheEnd(GoodFile):
    """read(n) gives b"" at a page edge, and goes on after that."""

    waited = False

    def read(self, n: int | None = -1, /) -> Any:
        self.waited = n is not None and n > 1 and self.at == PAGE < len(self.content) and not self.waited
        return b"" if self.waited else super().read(n)


@lies("PY-1a")
class LosesAByteWhereAReadCrossesAPage(GoodFile):
    """read(n) across a page edge leaves out the last byte of the page."""

    def read(self, n: int | None = -1, /) -> Any:
        before = self.at
        data = super().read(n)
        if n is not None and n > 1 and before < 4095 < self.at - 1:
            return data[: 4095 - before] + data[4096 - before :]
        return data


@lies("PY-1a")
class SwapsPagesOfALargeRead(GoodFile):
    """read(n) of more than 65536 bytes gives the second part first."""

    def read(self, n: int | None = -1, /) -> Any:
        data = super().read(n)
        return data[65536:] + data[:65536] if n is not None and n > 65536 else data


@lies("PY-1b")
class StopsReadingAtAPageEdge(GoodFile):
    """read(n) gives no byte beyond the page it begins in."""

    def read(self, n: int | None = -1, /) -> Any:
        return super().read(min(n, PAGE - self.at % PAGE) if n is not None and n > 0 else n)


@lies("PY-1c")
class GivesNoneForAnEmptyRead(GoodFile):
    """read(n) at the end gives None; a read of one byte gives b""."""

    def read(self, n: int | None = -1, /) -> Any:
        return super().read(n) or (None if n is not None and n > 1 else b"")


@lies("PY-1c")
class GivesTheLastBytesAgain(GoodFile):
    """read(n) at the end gives what the read before it gave."""

    last = b""

    def read(self, n: int | None = -1, /) -> Any:
        data = super().read(n)
        if n is None or n <= 1:
            return data
        self.last = data or self.last[:n]
        return self.last


@lies("PY-1d")
class HandsOutAByteArray(GoodFile):
    """read() gives the bytearray that it gathered the data in."""

    def read(self, n: int | None = -1, /) -> Any:
        return bytearray(super().read(n))


@lies("PY-1d")
class HandsOutAByteArrayAtTheEnd(GoodFile):
    """read() gives bytes, and at the end an empty bytearray."""

    def read(self, n: int | None = -1, /) -> Any:
        return super().read(n) or bytearray()


# PY-2, PY-3: everything and nothing


@lies("PY-2a")
class StopsReadingAllAtAPage(GoodFile):
    """read() gives one page at most."""

    def read(self, n: int | None = -1, /) -> Any:
        return super().read(PAGE if n is None or n < 0 else n)


@lies("PY-2a")
class TakesMinusOneForALength(GoodFile):
    """read(-1) slices up to -1: the last byte stays away."""

    def read(self, n: int | None = -1, /) -> Any:
        data = super().read(n)
        return data[:-1] if n is None or n < 0 else data


@lies("PY-2a")
class ReadsAllFromTheStart(GoodFile):
    """read() gives the whole file, wherever it stands."""

    def read(self, n: int | None = -1, /) -> Any:
        if n is None or n < 0:
            self.at = 0 if self.at < len(self.content) else self.at
        return super().read(n)


@lies("PY-2b")
class TakesNoneForZero(GoodFile):
    """read(None) gives b""."""

    def read(self, n: int | None = -1, /) -> Any:
        return super().read(n or 0)


@lies("PY-2c")
class RefusesNone(GoodFile):
    """read(None) raises TypeError."""

    def read(self, n: Any = -1, /) -> Any:
        return super().read(int(n))


@lies("PY-3a")
class TakesZeroForAll(GoodFile):
    """read(0) gives everything, as in `size or -1`."""

    def read(self, n: int | None = -1, /) -> Any:
        return super().read(n or -1)


@lies("PY-3a")
class MovesOnWithoutAsking(GoodFile):
    """read(0) gives b"" and moves by one byte."""

    def read(self, n: int | None = -1, /) -> Any:
        if n == 0 and self.at < len(self.content):
            self.at += 1
        return super().read(n)


# PY-4: readinto


@lies("PY-4a")
class CountsItemsForBytes(GoodFile):
    """readinto() of wider items gives the number of items."""

    def readinto(self, buffer: Any, /) -> Any:
        return super().readinto(buffer) // memoryview(buffer).itemsize


@lies("PY-4a")
class FillsAsManyBytesAsThereAreItems(GoodFile):
    """readinto() takes len(buffer) for the number of bytes."""

    def readinto(self, buffer: Any, /) -> Any:
        items = memoryview(buffer)
        if items.itemsize == 1 or not items.nbytes or items.readonly:
            return super().readinto(buffer)
        whole = items.cast("B") if items.format != "<I" else buffer
        part = bytearray(len(items))
        count = super().readinto(part)
        put(bytes(part[:count]), whole)
        return items.nbytes if count else 0


@lies("PY-4b")
class WritesIntoImmutableBytes(GoodFile):
    """readinto() of bytes overwrites them and returns the count."""

    def readinto(self, buffer: Any, /) -> Any:
        if not isinstance(buffer, bytes) or not buffer:
            return super().readinto(buffer)
        data = self._take(len(buffer))
        ctypes.memmove(ctypes.c_char_p(buffer), data, len(data))
        return len(data)


@lies("PY-4b")
class PretendsToFillAReadOnlyBuffer(GoodFile):
    """readinto() of a read-only buffer fills a copy and returns the count."""

    def readinto(self, buffer: Any, /) -> Any:
        read_only = buffer is not None and memoryview(buffer).readonly
        return super().readinto(bytearray(buffer) if read_only else buffer)


# PY-12: seek; PY-13: tell


@lies("PY-12a")
class ReturnsNothingFromSeek(GoodFile):
    """seek() moves and returns None."""

    def _go(self, target: int) -> Any:
        super()._go(target)


@lies("PY-12a")
class ReturnsTheDistanceFromSeek(GoodFile):
    """seek() returns how far it moved."""

    def _go(self, target: int) -> Any:
        before = self.at
        return super()._go(target) - before


@lies("PY-12a")
class ReturnsThePositionBefore(GoodFile):
    """seek() returns where the file stood before."""

    def _go(self, target: int) -> Any:
        before = self.at
        super()._go(target)
        return before


@lies("PY-12b")
class ServesAStalePageAfterASeekBack(GoodFile):
    """read(n) after a seek back to another place gives bytes of the page from before."""

    stale = 0

    def _go(self, target: int) -> int:
        self.stale = self.at - target if -1 < target < self.at else 0
        return super()._go(target)

    def _take(self, n: int) -> bytes:
        before, stale = self.at, self.stale
        self.stale = 0
        data = super()._take(n)
        return self.content[before + stale :][: len(data)] if stale and self.bulk else data

    bulk = False

    def read(self, n: int | None = -1, /) -> Any:
        self.bulk = n is not None and n > 1
        try:
            return super().read(n)
        finally:
            self.bulk = False


@lies("PY-12b")
class TakesAnExplicitStartForTheCurrentPosition(GoodFile):
    """seek(n, 0) counts from the current position; seek(n) does not."""

    def seek(self, position: int, whence: int | None = None, /) -> Any:
        if whence == 0:
            super().seek(self.at + position)
            return position
        return super().seek(position, whence or 0)


@lies("PY-12c")
class CountsFromThePrefetch(GoodFile):
    """seek() with whence 1 counts from where the prefetching file below stands."""

    def seek(self, position: int, whence: int = 0, /) -> Any:
        if whence == 1 and self.at % PAGE:
            ahead = min(len(self.content), -(-self.at // PAGE) * PAGE) - self.at
            return super().seek(max(position + ahead, -self.at), 1)
        return super().seek(position, whence)


@lies("PY-12c")
class TakesTheCurrentPositionForTheStart(GoodFile):
    """seek() with whence 1 counts from the start."""

    def seek(self, position: int, whence: int = 0, /) -> Any:
        return super().seek(max(0, position), 0) if whence == 1 else super().seek(position, whence)


@lies("PY-12a")
class GivesTheOffsetOfARelativeSeek(GoodFile):
    """seek() with whence 1 moves rightly and returns its argument."""

    def seek(self, position: int, whence: int = 0, /) -> Any:
        target = super().seek(position, whence)
        return position if whence == 1 else target


@lies("PY-12d")
class SubtractsFromTheEnd(GoodFile):
    """seek() with whence 2 subtracts the offset."""

    def seek(self, position: int, whence: int = 0, /) -> Any:
        return super().seek(-position if whence == 2 else position, whence)


@lies("PY-12d")
class TakesTheFarthestReadForTheEnd(GoodFile):
    """seek() with whence 2 counts from the farthest position that was read."""

    farthest = 0

    def _take(self, n: int) -> bytes:
        data = super()._take(n)
        self.farthest = max(self.farthest, self.at)
        return data

    def seek(self, position: int, whence: int = 0, /) -> Any:
        if whence == 2:
            return super().seek(max(0, self.farthest + position))
        return super().seek(position, whence)


@lies("PY-12d")
class KnowsNoEnd(GoodFile):
    """seek() with whence 2 raises, as old decompressors do."""

    def seek(self, position: int, whence: int = 0, /) -> Any:
        if whence == 2:
            raise ValueError("Seek from end not supported")
        return super().seek(position, whence)


@lies("PY-12d")
class MixesUpWhenceOneAndTwoAtTheStart(GoodFile):
    """seek() with whence 2 takes an offset of 0 for the current position."""

    def seek(self, position: int, whence: int = 0, /) -> Any:
        return super().seek(position, 1 if whence == 2 and position == 0 else whence)


@lies("PY-12e")
class TakesAnyWhenceForTheEnd(GoodFile):
    """seek() takes every whence but 0 and 1 for 2."""

    def seek(self, position: int, whence: int = 0, /) -> Any:
        return super().seek(position, whence if whence in (0, 1) else 2)


@lies("PY-12e")
class IgnoresWhatWhenceItDoesNotKnow(GoodFile):
    """seek() with an unknown whence moves nothing and returns the position."""

    def seek(self, position: int, whence: int = 0, /) -> Any:
        return super().seek(position, whence) if whence in (0, 1, 2) else self.at


@lies("PY-13a")
class ForgetsToCountRead1(GoodFile):
    """tell() does not see what read1() took."""

    uncounted = 0

    def read1(self, n: int = -1, /) -> Any:
        data = super().read1(n)
        self.uncounted += len(data)
        return data

    def _go(self, target: int) -> int:
        self.uncounted = 0
        return super()._go(target)

    def tell(self) -> Any:
        return super().tell() - self.uncounted


@lies("PY-13a")
class TellsTheEndAfterALine(GoodFile):
    """tell() after readline() gives the end of the file, up to which it looked for the newline."""

    looked = False

    def readline(self, size: int | None = -1, /) -> Any:
        line = super().readline(size)
        self.looked = True
        return line

    def _go(self, target: int) -> int:
        self.looked = False
        return super()._go(target)

    def tell(self) -> Any:
        return len(self.content) if self.looked else super().tell()


@lies("PY-13a")
class CannotTellInALoop(GoodFile):
    """tell() after next() raises, as that of a text file does."""

    looping = False

    def __next__(self) -> Any:
        self.looping = False
        line = super().__next__()
        self.looping = True
        return line

    def _take(self, n: int) -> bytes:
        self.looping = False
        return super()._take(n)

    def _go(self, target: int) -> int:
        self.looping = False
        return super()._go(target)

    def tell(self) -> Any:
        if self.looping:
            raise OSError("telling position disabled by next() call")
        return super().tell()


@lies("PY-13a")
class TellsPagesAfterALargeRead(GoodFile):
    """tell() after read(n) of more than a page counts in pages."""

    large = False

    def read(self, n: int | None = -1, /) -> Any:
        data = super().read(n)
        self.large = n is not None and n == 5000 and len(data) == n
        return data

    def _go(self, target: int) -> int:
        self.large = False
        return super()._go(target)

    def tell(self) -> Any:
        here = super().tell()
        return here // 4096 * 4096 if self.large else here


# PY-14, PY-15: flags


@lies("PY-14a")
class DeniesThatItReads(GoodFile):
    """readable() is the one of io.IOBase: False."""

    def readable(self) -> Any:
        return super().readable() and False


@lies("PY-14b")
class DeniesThatItSeeks(GoodFile):
    """seekable() is False, and seek() and tell() work."""

    def seekable(self) -> Any:
        return super().seekable() and False


@lies("PY-14b")
class ClaimsToSeek(GoodFile):
    """seekable() is True, and seek() raises io.UnsupportedOperation."""

    def seek(self, position: int, whence: int = 0, /) -> Any:
        self._unsupported("seek")


@lies("PY-14b")
class ClaimsToSeekAndCannotTell(GoodFile):
    """seekable() is True, and tell() raises io.UnsupportedOperation."""

    def tell(self) -> Any:
        self._unsupported("tell")


@lies("PY-14c")
class SwallowsWhatIsWritten(GoodFile):
    """writable() is False, and write() returns the length and drops the data."""

    def write(self, data: Any, /) -> Any:
        self._check_open()
        return len(data)


class _ForwardOnly(GoodFile):
    def seekable(self) -> Any:
        return super().seekable() and False

    def tell(self) -> Any:
        self._unsupported("tell")


@lies("PY-15a")
class IgnoresSeeks(_ForwardOnly):
    """seekable() is False, and seek() returns as if it had moved."""

    def seek(self, position: int, whence: int = 0, /) -> Any:
        self._check_open()
        return position


@lies("PY-15a")
class RefusesSeeksWithAnotherError(_ForwardOnly):
    """seekable() is False, and seek() raises ValueError."""

    def seek(self, position: int, whence: int = 0, /) -> Any:
        raise ValueError("cannot seek")


@lies("PY-15b")
class HasNoneForADescriptor(GoodFile):
    """fileno() returns None."""

    def fileno(self) -> Any:
        self._check_open()


# PY-16, PY-17: closed, and the context manager


@lies("PY-16a")
class NeverLooksClosed(GoodFile):
    """closed stays False, although everything refuses after close()."""

    @property
    def closed(self) -> Any:
        return False


@lies("PY-16a")
class LooksClosedAtTheEnd(GoodFile):
    """closed is True as soon as everything was read."""

    @property
    def closed(self) -> Any:
        return self.shut or 0 < len(self.content) <= self.at


@lies("PY-16a")
class LooksClosedWhileOpen(GoodFile):
    """closed says the opposite."""

    @property
    def closed(self) -> Any:
        return not self.shut


@lies("PY-17a")
class EntersAsAnother(GoodFile):
    """The with statement gives a new stream on the same content."""

    def __enter__(self) -> Any:
        self._check_open()
        return GoodFile(self.content)


@lies("PY-17b")
class StaysOpenAfterTheContext(GoodFile):
    """Leaving the with statement closes nothing."""

    def __exit__(self, *error: Any) -> Any:
        return None


@lies("PY-17b")
class StaysOpenAfterAnException(GoodFile):
    """Leaving the with statement closes the stream only where nothing was raised."""

    def __exit__(self, *error: Any) -> Any:
        if error[0] is None:
            self.close()


@lies("PY-17c")
class SwallowsExceptions(GoodFile):
    """The with statement ends without the exception that was raised in it."""

    def __exit__(self, *error: Any) -> Any:
        super().__exit__(*error)
        return True


# PY-18: after close


@lies("PY-18a")
class RaisesAnIOErrorOnceClosed(GoodFile):
    """Reads on a closed stream raise OSError."""

    def _take(self, n: int) -> bytes:
        return super()._take(n)

    def read(self, n: int | None = -1, /) -> Any:
        if self.shut:
            raise OSError(9, "Bad file descriptor")
        return super().read(n)


@lies("PY-18a")
class PeeksAfterClose(GoodFile):
    """peek() shows what is still buffered in a closed stream."""

    def peek(self, n: int = 0, /) -> Any:
        return self.content[self.at : self.at + PAGE]


@lies("PY-18a", also=("IS-1a",))
class GoesOnReadingAfterClose(GoodFile):
    """read() works on a closed stream: on a Python file IS-1a stands for the same act."""

    def read(self, n: int | None = -1, /) -> Any:
        return self._take(-1 if n is None else n)


@lies("PY-18b")
class RaisesAnIOErrorForASeekOnceClosed(GoodFile):
    """seek() on a closed stream raises OSError."""

    def seek(self, position: int, whence: int = 0, /) -> Any:
        if self.shut:
            raise OSError(9, "Bad file descriptor")
        return super().seek(position, whence)


@lies("PY-18b", also=("SK-3a",))
class GoesOnSeekingAfterClose(GoodFile):
    """seek() works on a closed stream: on a Python file SK-3a stands for the same act."""

    def _check_open(self) -> None:
        if not self.seeking:
            super()._check_open()

    seeking = False

    def seek(self, position: int, whence: int = 0, /) -> Any:
        self.seeking = True
        try:
            return super().seek(position, whence)
        finally:
            self.seeking = False


@lies("PY-18c")
class HasNoMoreLinesOnceClosed(GoodFile):
    """Iteration over a closed stream just ends."""

    def __next__(self) -> Any:
        if self.shut:
            raise StopIteration
        return super().__next__()


@lies("PY-18c")
class GivesAnEmptyLineOnceClosed(GoodFile):
    """readline() of a closed stream gives b""."""

    def readline(self, size: int | None = -1, /) -> Any:
        return b"" if self.shut else super().readline(size)


@lies("PY-18d")
class TellsAfterClose(GoodFile):
    """tell() of a closed stream gives the last position."""

    def tell(self) -> Any:
        return self.at


@lies("PY-18e")
class AnswersQuestionsAfterClose(GoodFile):
    """readable() of a closed stream is True."""

    def readable(self) -> Any:
        return True


# PY-20: nothing at all


@lies("PY-20a")
class RefusesEmptyContent(GoodFile):
    """Opening an empty file raises."""

    def __init__(self, content: bytes) -> None:
        if not content:
            raise ValueError("cannot map an empty file")
        super().__init__(content)


@lies("PY-20a", also=("PY-7b",))
class RefusesEmptyContentAndCountsNoneAtTheEnd(RefusesEmptyContent):
    """Opening an empty file raises, which is no matter of its readinto1(), that gives None at the end."""

    def readinto1(self, buffer: Any, /) -> Any:
        return super().readinto1(buffer) or (None if room(buffer) else 0)


@lies("PY-20a")
class ReadsNoneFromAnEmptyFile(GoodFile):
    """readall() of an empty file gives None."""

    def readall(self) -> Any:
        return super().readall() if self.content or self.shut else None

"""SK: seekable streams that lie, as Python files and on the Hadoop surface."""

from typing import Any

from tests.faulty import lies
from tests.faulty.good import GoodFile, GoodHadoop, KnowsOfASeek, put, room

PAGE = 8192


@lies("SK-0a")
class SeeksButReadsNothing:
    """There is seek() and tell(), and no read of any kind."""

    def __init__(self, content: bytes) -> None:
        self._file = GoodFile(content)
        self.seek = self._file.seek
        self.tell = self._file.tell


# SK-1: open


@lies("SK-1a")
class OpensBehindAHeader(GoodFile):
    """Until the first seek tell() counts a header of four bytes too."""

    header = 4

    def _go(self, target: int) -> int:
        self.header = 0
        return super()._go(target)

    def tell(self) -> Any:
        return super().tell() + self.header


@lies("SK-1a")
class OpensNowhere(GoodHadoop):
    """get_pos() is -1 until something was read or sought."""

    def get_pos(self) -> int:
        return super().get_pos() or (0 if self.touched else -1)

    touched = False

    def seek(self, position: Any, /) -> None:
        super().seek(position)
        self.touched = True

    def read(self, *arguments: Any) -> int:
        got = super().read(*arguments)
        self.touched = self.touched or self._position > 0
        return got


# SK-2, SK-3: after a refused seek, after close


@lies("SK-2b")
class NeverRecoversFromARefusedSeek(GoodFile):
    """After a seek to a negative position every seek ends at 0."""

    spoiled = False

    def _go(self, target: int) -> int:
        self.spoiled = self.spoiled or target < 0
        super()._go(target)
        self.at = 0 if self.spoiled else target
        return target


@lies("SK-2b")
class MovesBeforeItRefuses(GoodFile):
    """A refused seek moves the inner file, and the next reads come from there."""

    drift = 0

    def _go(self, target: int) -> int:
        if target < 0:
            self.drift = 1
        return super()._go(target)

    def _take(self, n: int) -> bytes:
        self.at += self.drift
        data = super()._take(n)
        self.at -= self.drift
        return data


@lies("SK-2b")
class RefusesTheNextSeekToo(GoodHadoop):
    """The error of a refused seek is raised once more by the next one."""

    error: BaseException | None = None

    def seek(self, position: Any, /) -> None:
        if self.error:
            error, self.error = self.error, None
            raise error
        try:
            super().seek(position)
        except (EOFError, OverflowError) as error:
            self.error = error
            raise


@lies("SK-3a")
class SeeksOnAfterClose(GoodHadoop):
    """seek() works on a closed stream; everything else refuses."""

    def seek(self, position: Any, /) -> None:
        before, self._closed = self._closed, False
        try:
            super().seek(position)
        finally:
            self._closed = before


# SK-4: two seeks


@lies("SK-4a")
class AddsASecondSeekToTheFirst(GoodHadoop):
    """Two seeks forward without a read between: the second is counted from the first one's target."""

    sought = 0

    def seek(self, position: Any, /) -> None:
        super().seek(position)
        self._origin = self.sought if 0 < self.sought < position < len(self._content) else 0
        self.sought = position if position < len(self._content) else 0

    _origin = 0

    def _fill(self, position: int, buffer: Any, *window: Any) -> int:
        if self._origin:
            position = min(position + self._origin, len(self._content) - 1)
        self.sought = self._origin = 0
        return super()._fill(position, buffer, *window)


@lies("SK-4a")
class KeepsThePageOfTheFirstSeek(GoodFile):
    """A page read after a first seek is taken for the page of a second seek back into the file."""

    page = -1
    stale = False
    sought = False

    def _go(self, target: int) -> int:
        self.stale = -1 < target < self.page
        self.sought = True
        return super()._go(target)

    def _take(self, n: int) -> bytes:
        if self.sought and self.page < 0 and n > 1:
            self.page = self.at
        before = self.at
        data = super()._take(n)
        return self.content[self.page :][: len(data)] if self.stale and before < self.page else data


@lies("SK-4a")
class StaysAtTheEndOnceSeen(GoodFile):
    """Once a read of several bytes met the end, they all give b"" even after a seek back."""

    ended = False

    def read(self, n: int | None = -1, /) -> Any:
        several = n is not None and n > 1
        if self.ended and several:
            self._check_open()
            return b""
        data = super().read(n)
        self.ended = self.ended or (several and not data)
        return data


@lies("SK-4a")
class StaysAtTheEndOnceABufferSawIt(GoodHadoop):
    """Once a buffer read met the end, larger ones all do, even after a seek back."""

    ended = False

    def _fill(self, position: int, buffer: Any, *window: Any) -> int:
        if self.ended and room(buffer) > 100:
            return -1
        count = super()._fill(position, buffer, *window)
        self.ended = self.ended or count < 0
        return count


# SK-5: negative positions


@lies("SK-5a")
class ClampsNegativeSeeks(GoodFile):
    """A negative position becomes 0."""

    def _go(self, target: int) -> int:
        return super()._go(max(0, target))


@lies("SK-5a")
class CountsNegativeSeeksFromTheEnd(GoodFile):
    """A negative position counts from the end, as an index does."""

    def _go(self, target: int) -> int:
        return super()._go(target if target >= 0 else max(0, target + len(self.content)))


@lies("SK-5a")
class AcceptsMinusOneAsAPosition(GoodHadoop):
    """A seek to -1 does nothing, because -1 is the mark for "no seek pending"."""

    def seek(self, position: Any, /) -> None:
        if position != -1:
            super().seek(position)


@lies("SK-5b")
class LeavesTheInterpreterForANegativeSeek(GoodFile):
    """A seek to a negative position raises SystemExit."""

    def _go(self, target: int) -> int:
        if target < 0:
            raise SystemExit(2)
        return super()._go(target)


@lies("SK-5b")
class LosesItsWayInANegativeSeek(GoodHadoop):
    """A seek to a negative position raises SystemError, as broken extension code does."""

    def seek(self, position: Any, /) -> None:
        if position < 0:
            raise SystemError("error return without exception set")
        super().seek(position)


# SK-6, SK-8: targets


@lies("SK-6a")
class RefusesToSeekInAnEmptyFile(GoodFile):
    """The position must be less than the length: an empty file has none."""

    def _go(self, target: int) -> int:
        if not self.content:
            raise ValueError("position out of range")
        return super()._go(target)


@lies("SK-6a")
class RefusesToGoBackFromTheEnd(GoodHadoop):
    """Once the end was reached, a seek to 0 raises."""

    def seek(self, position: Any, /) -> None:
        if position == 0 and not self._remaining():
            raise OSError("at the end")
        super().seek(position)


@lies("SK-8a")
class TellsThePageOfAPosition(KnowsOfASeek):
    """tell() after a seek gives the start of the page sought, as the prefetching file below does."""

    def tell(self) -> Any:
        return super().tell() // PAGE * PAGE if self.sought else super().tell()


@lies("SK-8a")
class RefusesToSeekToTheEnd(GoodHadoop):
    """A seek to the length of the file raises, although that is a position."""

    def seek(self, position: Any, /) -> None:
        if position == len(self._content) > 0:
            raise EOFError("position == length")
        super().seek(position)


@lies("SK-8b")
class StopsSeeksAtTheEnd(GoodFile):
    """A seek past the end goes to the end, and says nothing."""

    def _go(self, target: int) -> int:
        return super()._go(min(target, len(self.content)))


@lies("SK-8b")
class CutsPositionsTo32Bits(GoodFile):
    """A position of 2**32 is 0."""

    def _go(self, target: int) -> int:
        return super()._go(target % 2**32 if target > 0 else target)


@lies("SK-8b")
class TellsPositionsAsSigned32Bits(GoodHadoop):
    """get_pos() gives a position of 2**31 as a negative number."""

    def get_pos(self) -> int:
        return (super().get_pos() + 2**31) % 2**32 - 2**31


# SK-9, SK-10: staying, and moving by one


@lies("SK-9a")
class ReloadsThePageWhenSoughtThere(GoodFile):
    """A seek to the current position inside a page that served a read goes to the page's start."""

    reads = 0

    def _go(self, target: int) -> int:
        here = target == self.at and self.reads > 1
        self.reads = 0
        super()._go(target)
        self.drift = here and 0 < target < len(self.content)
        return target

    drift = False

    def _take(self, n: int) -> bytes:
        self.reads += 1
        if self.drift:
            self.at -= 1
        self.drift = False
        return super()._take(n)


@lies("SK-9a")
class DropsItsBufferWhenSoughtThere(GoodHadoop):
    """A seek to the current position drops the rest of the page, and the next read begins behind it."""

    reads = 0

    def seek(self, position: Any, /) -> None:
        dropped = position == self._position and self.reads > 1
        super().seek(position)
        self.reads, self.dropped = 0, dropped

    dropped = False

    def _read_next(self, buffer: Any, *window: Any) -> int:
        self.reads += 1
        if self.dropped and self._remaining() > 1:
            self._position += 1
        self.dropped = False
        return super()._read_next(buffer, *window)


@lies("SK-10a")
class TellsThePositionOfThePrefetch(GoodFile):
    """tell() after a read gives where the prefetching file below stands, a page edge or the end."""

    prefetched = False

    def _go(self, target: int) -> int:
        self.prefetched = False
        return super()._go(target)

    def _take(self, n: int) -> bytes:
        self.prefetched = True
        return super()._take(n)

    def tell(self) -> Any:
        here = super().tell()
        return max(here, min(len(self.content), -(-here // PAGE) * PAGE)) if self.prefetched else here


@lies("SK-10a")
class ForgetsToCountBytes(GoodHadoop):
    """get_pos() is not moved by read() of a single byte until another form reads."""

    uncounted = 0

    def _read_byte(self) -> int:
        byte = super()._read_byte()
        self.uncounted += byte >= 0
        return byte

    def _read_next(self, buffer: Any, *window: Any) -> int:
        self.uncounted = 0
        return super()._read_next(buffer, *window)

    def seek(self, position: Any, /) -> None:
        super().seek(position)
        self.uncounted = 0

    def get_pos(self) -> int:
        return super().get_pos() - self.uncounted


# SK-11 to SK-14: at the end and beyond


@lies("SK-11a")
class ServesTheLastByteBeyondTheEnd(GoodHadoop):
    """read() past the end gives the last byte."""

    def _read_byte(self) -> int:
        if self._position > len(self._content) > 0:
            return self._content[-1]
        return super()._read_byte()


@lies("SK-11a")
class TestsForTheEndWithEquality(GoodFile):
    """`position == length` is the test for the end: past it, reads wrap round to the start."""

    def _take(self, n: int) -> bytes:
        size = len(self.content)
        return self.content[: max(0, n)] if self.at > size > 0 else super()._take(n)


@lies("SK-11b")
class MovesBackToTheEndWhenReadBeyond(GoodFile):
    """A read past the end sets the position to the length."""

    def _take(self, n: int) -> bytes:
        self.at = min(self.at, len(self.content))
        return super()._take(n)


@lies("SK-11b")
class CountsTheEndAsAByte(GoodHadoop):
    """read() at the end moves the position by one."""

    def _read_byte(self) -> int:
        byte = super()._read_byte()
        self._position += byte < 0
        return byte


@lies("SK-12a")
class ReadsBackwardsBeyondTheEnd(GoodFile):
    """readinto() past the end takes a negative rest for a slice: the last bytes come."""

    def readinto(self, buffer: Any, /) -> Any:
        if self.at > len(self.content) > 0 and room(buffer):
            data = self.content[-1:]
            put(data, buffer)
            return len(data)
        return super().readinto(buffer)


@lies("SK-12a")
class CountsZeroBeyondTheEnd(GoodHadoop):
    """A buffer read past the end gives 0, at the end -1."""

    def _fill(self, position: int, buffer: Any, *window: Any) -> int:
        count = super()._fill(position, buffer, *window)
        return 0 if position > len(self._content) else count


@lies("SK-12b")
class MovesBackToTheEndByABufferRead(GoodFile):
    """readinto() past the end sets the position to the length; read() does not."""

    def readinto(self, buffer: Any, /) -> Any:
        if room(buffer):
            self.at = min(self.at, len(self.content))
        return super().readinto(buffer)


@lies("SK-12b")
class AddsTheEndToItsPosition(GoodHadoop):
    """A buffer read past the end adds its -1 to the position."""

    def _read_next(self, buffer: Any, *window: Any) -> int:
        count = super()._read_next(buffer, *window)
        if count < 0 and self._position > len(self._content):
            self._position -= 1
        return count


@lies("SK-13a")
class WrapsRoundAtTheSecondReadBeyondTheEnd(GoodFile):
    """The second read past the end finds the first bytes again."""

    ended = 0

    def _go(self, target: int) -> int:
        self.ended = 0
        return super()._go(target)

    def _take(self, n: int) -> bytes:
        if self.at > len(self.content) and n:
            self.ended += 1
        return self.content[: max(0, n)] if self.ended > 1 else super()._take(n)


@lies("SK-13a")
class ReopensBetweenTwoReadsBeyondTheEnd(GoodHadoop):
    """A byte read past the end reopens the file; the buffer read after it begins at 0."""

    reopened = False

    def _read_byte(self) -> int:
        self.reopened = self._position > len(self._content)
        return super()._read_byte()

    def _fill(self, position: int, buffer: Any, *window: Any) -> int:
        return super()._fill(0 if self.reopened else position, buffer, *window)


@lies("SK-14a")
class ClearsTheBufferBeyondTheEnd(GoodFile):
    """readinto() past the end, and not at it, fills the buffer with zeros."""

    def readinto(self, buffer: Any, /) -> Any:
        if self.at > len(self.content):
            put(bytes(room(buffer)), buffer)
        return super().readinto(buffer)


@lies("SK-14a")
class CopiesOldBytesBeyondTheEnd(GoodHadoop):
    """A buffer read past the end reports the end but leaves bytes of the last page in the buffer."""

    def _fill(self, position: int, buffer: Any, *window: Any) -> int:
        if position > len(self._content) and room(buffer):
            put(b"?", buffer, window[0] if window else 0)
        return super()._fill(position, buffer, *window)


# SK-15: a one-byte buffer after a seek


@lies("SK-15a")
class HidesSeeksFromItsBufferForm(GoodFile):
    """readinto() goes on from a buffer of its own after a seek back."""

    own = 0

    def _go(self, target: int) -> int:
        self.own = self.at if -1 < target < self.at < len(self.content) else 0
        return super()._go(target)

    def _take(self, n: int) -> bytes:
        self.own = 0
        return super()._take(n)

    def readinto(self, buffer: Any, /) -> Any:
        self.at = self.own or self.at
        return super().readinto(buffer)


@lies("SK-15a")
class KeepsAPageAfterASeekBack(GoodHadoop):
    """After a seek back inside a page a buffer read gives the page's first bytes."""

    stale = False

    def seek(self, position: Any, /) -> None:
        before = self._position
        super().seek(position)
        self.stale = 0 < position < before

    def _read_byte(self) -> int:
        self.stale = False
        return super()._read_byte()

    def _fill(self, position: int, buffer: Any, *window: Any) -> int:
        start = position // PAGE * PAGE if self.stale and position < len(self._content) else position
        self.stale = self.stale and not room(buffer)
        return super()._fill(start, buffer, *window)


@lies("SK-15a")
class ChangesWhatItHasServed(GoodFile):
    """Bytes that were served come out inverted when they are read again."""

    served = 0

    def _take(self, n: int) -> bytes:
        before = self.at
        data = super()._take(n)
        again = max(0, self.served - before)
        self.served = max(self.served, self.at)
        return bytes(byte ^ 255 for byte in data[:again]) + data[again:]


@lies("SK-15b")
class ForgetsABufferByteAfterASeek(KnowsOfASeek):
    """A one-byte readinto() right after a seek does not move the position."""

    def readinto(self, buffer: Any, /) -> Any:
        sought, before = self.sought, self.at
        count = super().readinto(buffer)
        if sought and room(buffer) == 1:
            self.at = before
        return count


@lies("SK-15b")
class TellsTheTargetAfterABufferByte(GoodHadoop):
    """get_pos() after a seek and a one-byte buffer read still gives the target."""

    told: int | None = None

    def seek(self, position: Any, /) -> None:
        super().seek(position)
        self.told = position if position < len(self._content) else None

    def read(self, *arguments: Any) -> int:
        before, got = self._position, super().read(*arguments)
        single = len(arguments) in (1, 3) and self._position == before + 1
        self.told = self.told if single and room(arguments[0]) == 1 else None
        return got

    def get_pos(self) -> int:
        return super().get_pos() if self.told is None else self.told


# SK-16, SK-17: another source


@lies("SK-16a")
class DoesNotSayWhetherThereIsANewSource(GoodHadoop):
    """seek_to_new_source() returns None."""

    def seek_to_new_source(self, target: Any, /) -> Any:
        return None


@lies("SK-17a")
class TakesANewSourceForASeek(GoodHadoop):
    """seek_to_new_source() goes to its target."""

    def seek_to_new_source(self, target: Any, /) -> bool:
        self._position = target
        return False


@lies("SK-17a")
class BeginsAgainWithANewSource(GoodHadoop):
    """seek_to_new_source() says that it found one, and reopens that at 0."""

    def seek_to_new_source(self, target: Any, /) -> bool:
        self._position = 0
        return True

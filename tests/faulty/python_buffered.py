"""PY-5 to PY-8 and PY-19: Python files whose readall(), read1(), readinto1() or peek() lies."""

import ctypes
from typing import Any

from tests.faulty import lies
from tests.faulty.good import GoodFile, put, room

PAGE = 8192


# PY-5: readall


@lies("PY-5a")
class ReadsAllAgain(GoodFile):
    """readall() gives the whole file, wherever it stands before the end."""

    def readall(self) -> Any:
        if self.at < len(self.content):
            self.at = 0
        return super().readall()


@lies("PY-5a")
class ReadsOnlyAPageAtOnce(GoodFile):
    """readall() makes one inner read, of a page."""

    def readall(self) -> Any:
        return self.read(PAGE)


@lies("PY-5a")
class ReadsAllBehindTheBuffer(GoodFile):
    """readall() leaves out the rest of the page that a smaller read has begun."""

    def readall(self) -> Any:
        self._check_open()
        if self.at % PAGE:
            self.at = min(len(self.content), -(-self.at // PAGE) * PAGE)
        return super().readall()


@lies("PY-5a")
class ReadsAllBehindWhatItPeeked(GoodFile):
    """readall() leaves out what peek() has buffered."""

    peeked = 0

    def peek(self, n: int = 0, /) -> Any:
        data = super().peek(n)
        self.peeked = len(data)
        return data

    def _take(self, n: int) -> bytes:
        self.peeked = 0
        return super()._take(n)

    def _go(self, target: int) -> int:
        self.peeked = 0
        return super()._go(target)

    def readall(self) -> Any:
        self.at += 0 if self.shut else self.peeked
        return super().readall()


@lies("PY-5a")
class ReadsAllTheSameForEver(GoodFile):
    """readall() keeps what it gave and gives it once more at the end."""

    kept = b""

    def readall(self) -> Any:
        self.kept = super().readall() or self.kept
        return self.kept


# PY-6: read1


@lies("PY-6a")
class GivesItsWholeBuffer(GoodFile):
    """read1(n) gives the rest of the page, however small n is."""

    def read1(self, n: int = -1, /) -> Any:
        return super().read1(n if n < 0 else PAGE - self.at % PAGE)


@lies("PY-6a")
class GivesNothingWhenItsBufferIsUsedUp(GoodFile):
    """read1(n) gives b"" where the page is used up, and fills it for the next call."""

    waited = False

    def read1(self, n: int = -1, /) -> Any:
        self.waited = n > 0 and 0 < self.at < len(self.content) and self.at % PAGE == 0 and not self.waited
        return b"" if self.waited else super().read1(n)


@lies("PY-6a")
class HasASecondCursorForRead1(GoodFile):
    """read1() counts for itself and does not see what the other forms read."""

    mine = 0

    def read1(self, n: int = -1, /) -> Any:
        self._check_open()
        data = self.content[self.mine :] if n < 0 else self.content[self.mine : self.mine + n]
        self.mine += len(data)
        return data


@lies("PY-6a")
class KeepsAPageForRead1AfterASeek(GoodFile):
    """read1() after a seek still gives what it had buffered before it."""

    rest = b""

    def read1(self, n: int = -1, /) -> Any:
        self._check_open()
        if n < 0:
            return super().read1(n)
        if not self.rest or not self.sought:
            self.rest = self.content[self.at : self.at + PAGE]
        self.sought = False
        data, self.rest = self.rest[:n], self.rest[n:]
        self.at += len(data)
        return data

    sought = False

    def _go(self, target: int) -> int:
        self.sought = True
        return super()._go(target)

    def _take(self, n: int) -> bytes:
        self.sought = False
        return super()._take(n)


@lies("PY-6b")
class TakesMinusOneForNothing(GoodFile):
    """read1(-1) gives b""."""

    def read1(self, n: int = -1, /) -> Any:
        return super().read1(max(n, 0))


@lies("PY-6b")
class RefusesRead1WithoutASize(GoodFile):
    """read1(-1) raises ValueError, as it did before Python 3.7."""

    def read1(self, n: int = -1, /) -> Any:
        self._check_open()
        if n < 0:
            raise ValueError("read length must be positive")
        return super().read1(n)


@lies("PY-6b")
class GivesWhatIsLeftInTheBuffer(GoodFile):
    """read1() gives the rest of the page, and b"" where that is nothing, until another form reads."""

    def read1(self, n: int = -1, /) -> Any:
        return super().read1(-self.at % PAGE if n < 0 and self.at else n)


@lies("PY-6c")
class RaisesAtTheEndOfRead1(GoodFile):
    """read1() at the end raises EOFError."""

    def read1(self, n: int = -1, /) -> Any:
        data = super().read1(n)
        if not data and self.content:
            raise EOFError("end of stream")
        return data


@lies("PY-6c")
class HasNoneAtTheEndOfRead1(GoodFile):
    """read1() at the end gives None."""

    def read1(self, n: int = -1, /) -> Any:
        return super().read1(n) or None


@lies("PY-6c")
class ServesTheLastBufferAgain(GoodFile):
    """read1(-1) at the end gives the last byte of its buffer once more."""

    def read1(self, n: int = -1, /) -> Any:
        return super().read1(n) or (self.content[-1:] if n < 0 else b"")


# PY-7: readinto1


@lies("PY-7a")
class CountsItemsInReadinto1(GoodFile):
    """readinto1() gives the number of items."""

    def readinto1(self, buffer: Any, /) -> Any:
        return super().readinto1(buffer) // memoryview(buffer).itemsize


@lies("PY-7a")
class DoesNotMoveByReadinto1(GoodFile):
    """readinto1() fills the buffer and leaves the position where it was."""

    def readinto1(self, buffer: Any, /) -> Any:
        before = self.at
        count = super().readinto1(buffer)
        self.at = before
        return count


@lies("PY-7a")
class ClearsTheRestOfTheBuffer(GoodFile):
    """readinto1() gives short reads and writes zeros behind them."""

    def readinto1(self, buffer: Any, /) -> Any:
        self._check_open()
        size = room(buffer)
        data = self._take(min(size, PAGE - self.at % PAGE))
        put(data + bytes(size - len(data)) if data else b"", buffer)
        return len(data)


@lies("PY-7b")
class HasNoneAtTheEndOfReadinto1(GoodFile):
    """readinto1() at the end gives None."""

    def readinto1(self, buffer: Any, /) -> Any:
        return super().readinto1(buffer) or None


@lies("PY-7b")
class HasMinusOneAtTheEndOfReadinto1(GoodFile):
    """readinto1() at the end gives -1."""

    def readinto1(self, buffer: Any, /) -> Any:
        return super().readinto1(buffer) or -1


@lies("PY-7b")
class ClearsTheWindowAtTheEnd(GoodFile):
    """readinto1() at the end gives 0 and writes a zero into the buffer."""

    def readinto1(self, buffer: Any, /) -> Any:
        count = super().readinto1(buffer)
        if not count and room(buffer):
            put(b"\0", buffer)
        return count


# PY-8: peek


@lies("PY-8a")
class ReadsToPeek(GoodFile):
    """peek() is a read."""

    def peek(self, n: int = 0, /) -> Any:
        return self.read(n)


@lies("PY-8a")
class TellsWhatItPeeked(GoodFile):
    """tell() after peek() counts the bytes that were looked at, until the next read or seek."""

    peeked = 0

    def peek(self, n: int = 0, /) -> Any:
        data = super().peek(n)
        self.peeked = len(data)
        return data

    def tell(self) -> Any:
        return super().tell() + self.peeked

    def _take(self, n: int) -> bytes:
        self.peeked = 0
        return super()._take(n)

    def _go(self, target: int) -> int:
        self.peeked = 0
        return super()._go(target)


@lies("PY-8a")
class LosesItsBufferWhenPeekFillsIt(GoodFile):
    """peek() for more than the page still holds goes on to the next page, and so does the position."""

    def peek(self, n: int = 0, /) -> Any:
        data = super().peek(n)
        left = PAGE - self.at % PAGE
        if left < min(n, len(self.content) - self.at):
            self.at += left
        return data


@lies("PY-8b")
class PeeksAtTheStartOfItsBuffer(GoodFile):
    """peek() shows the page from its start, not from the cursor."""

    def peek(self, n: int = 0, /) -> Any:
        self._check_open()
        start = self.at // PAGE * PAGE
        return self.content[start : start + PAGE] if self.at < len(self.content) else b""


@lies("PY-8b")
class PeeksAtAStalePage(GoodFile):
    """peek() right after a seek shows what the one before the seek showed."""

    page: bytes | None = None
    stale = False

    def peek(self, n: int = 0, /) -> Any:
        if not self.stale or self.page is None:
            self.page = super().peek(n)
        self._check_open()
        return self.page

    def _go(self, target: int) -> int:
        if self.page is None:
            self.page = self.content[self.at : self.at + PAGE]
        self.stale = True
        return super()._go(target)

    def _take(self, n: int) -> bytes:
        self.stale, self.page = False, None
        return super()._take(n)


@lies("PY-8b")
class PeeksAtNothingWhenItsBufferIsUsedUp(GoodFile):
    """peek() shows what is left of the page, and b"" where that is nothing."""

    def peek(self, n: int = 0, /) -> Any:
        return super().peek(n)[: -self.at % PAGE if self.at else PAGE]


@lies("PY-8b")
class PeeksAtTheLastByteForEver(GoodFile):
    """peek() at the end shows the last byte again."""

    def peek(self, n: int = 0, /) -> Any:
        return super().peek(n) or self.content[-1:]


@lies("PY-8b")
class PeeksAtNone(GoodFile):
    """peek() at the end gives None."""

    def peek(self, n: int = 0, /) -> Any:
        return super().peek(n) or None


# PY-19: bytes once returned


class _Reuses(GoodFile):
    last = b""

    def reused(self, data: bytes) -> bytes:
        """The bytes object given out before, where it is as long, with new bytes in it."""
        if len(data) < 2 or len(data) != len(self.last):
            self.last = bytes(bytearray(data))
        else:
            ctypes.memmove(ctypes.c_char_p(self.last), data, len(data))
        return self.last


@lies("PY-19a")
class ReusesItsResult(_Reuses):
    """read(n) gives one and the same bytes object, filled anew, as an extension with a buffer does."""

    def read(self, n: int | None = -1, /) -> Any:
        data = super().read(n)
        return self.reused(data) if n is not None and n > 1 else data


@lies("PY-19a")
class ReusesItsLine(_Reuses):
    """readline() fills one line buffer and hands it out."""

    def readline(self, size: int | None = -1, /) -> Any:
        line = super().readline(size)
        if len(line) < 2:
            return line
        ctypes.memmove(ctypes.c_char_p(self.last), line, min(len(line), len(self.last)))
        self.last = bytes(bytearray(line))
        return self.last


@lies("PY-19a")
class PeeksThroughAWindow(GoodFile):
    """peek() gives a memoryview of the buffer that the next read fills again."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.buffer = bytearray(PAGE)

    def peek(self, n: int = 0, /) -> Any:
        data = super().peek(n)
        self.buffer[: len(data)] = data
        return memoryview(self.buffer)[: len(data)]

    def _take(self, n: int) -> bytes:
        data = super()._take(n)
        self.buffer[:] = self.content[self.at : self.at + PAGE].ljust(PAGE, b"\0")
        return data


@lies("PY-19a")
class WipesWhatItGaveWhenClosed(GoodFile):
    """close() clears the buffer that readall() has given out."""

    given = b""

    def readall(self) -> Any:
        data = bytes(bytearray(super().readall()))
        self.given = self.given or data
        return data

    def close(self) -> None:
        super().close()
        if len(self.given) > 1:
            ctypes.memset(ctypes.c_char_p(self.given), 0, len(self.given))

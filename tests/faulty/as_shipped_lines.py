"""Faults that released libraries have had: line buffers, peek(), and what other forms know of them."""

from collections.abc import Iterator
from typing import Any

from tests.faulty import lies
from tests.faulty.good import GoodFile

PAGE = 8192


class _LineBuffer(GoodFile):
    """A sound file whose lines come from a buffer; `ahead` is how many bytes in it are not served yet."""

    ahead = 0

    def _take(self, n: int) -> bytes:
        data = super()._take(n)
        self.ahead = max(0, self.ahead - len(data))
        return data

    def _go(self, target: int) -> int:
        self.ahead = 0
        return super()._go(target)

    def readline(self, size: int | None = -1, /) -> Any:
        line = super().readline(size)
        if line:
            self.ahead = min(len(self.content) - self.at, 100)
        return line

    def skip(self) -> None:
        """The lie: go on behind what is in the buffer."""
        self.at, self.ahead = self.at + self.ahead, 0


@lies("PY-10b")
class TakesTheHintForASize(GoodFile):
    """readlines(hint) reads up to hint bytes, and 0 is a size of its own."""

    def readlines(self, hint: int | None = None, /) -> Any:
        here, end = self.at, self.content
        self.content = end if hint is None or hint < 0 else end[: here + hint]
        try:
            return super().readlines()
        finally:
            self.content = end


@lies("PY-10b", also=("PY-16a",))
class TakesTheHintForASizeAndNeverCloses(GoodFile):
    """readlines(hint) cuts each line at the hint, and closed is None, as that of an annotation's base is."""

    closed = None  # type: ignore[assignment]

    def readlines(self, hint: int | None = None, /) -> Any:
        size = hint or -1
        return list(iter(lambda: self.readline(size), b""))


@lies("PY-9a")
class ReadsIntoBehindItsLineBuffer(_LineBuffer):
    """readinto() after readline() begins behind what readline() has buffered."""

    def readinto(self, buffer: Any, /) -> Any:
        self.skip()
        return super().readinto(buffer)


@lies("PY-9a")
class Reads1BehindItsLineBuffer(_LineBuffer):
    """read1() after readline() begins behind what readline() has buffered."""

    def read1(self, n: int = -1, /) -> Any:
        self.skip()
        return super().read1(n)


@lies("PY-2a")
class ReadsTheRestBehindItsLineBuffer(_LineBuffer):
    """read() to the end after readline() leaves out what readline() has buffered."""

    def read(self, n: int | None = -1, /) -> Any:
        if n in (None, -1):
            self.skip()
        return super().read(n)


@lies("PY-5a")
class ReadsAllBehindItsLineBuffer(_LineBuffer):
    """readall() after readline() leaves out what readline() has buffered."""

    def readall(self) -> Any:
        self.skip()
        return super().readall()


@lies("PY-8b")
class PeeksBehindItsLineBuffer(_LineBuffer):
    """peek() after readline() shows what comes behind what readline() has buffered."""

    def peek(self, n: int = 0, /) -> Any:
        self._check_open()
        if self.at + self.ahead >= len(self.content):
            return super().peek(n)
        return self.content[self.at + self.ahead :][:PAGE]


@lies("PY-10a")
class ListsLinesBehindItsLineBuffer(_LineBuffer):
    """readlines() after readline() leaves out what readline() has buffered."""

    def readlines(self, hint: int | None = None, /) -> Any:
        self.skip()
        return super().readlines(hint)


@lies("SK-9a")
class SeeksBehindItsLineBuffer(_LineBuffer):
    """A seek to where it stands is no move for the file below, which readline() has read ahead of it."""

    def _go(self, target: int) -> int:
        if target == self.at:
            self.skip()
            return target
        return super()._go(target)


@lies("PY-12c")
class CountsFromBehindItsLineBuffer(_LineBuffer):
    """seek() with whence 1 after readline() counts from where the file below stands."""

    def seek(self, position: int, whence: int = 0, /) -> Any:
        if whence == 1:
            self.skip()
        return super().seek(position, whence)


@lies("PY-12d")
class CountsItsLineBufferTwice(_LineBuffer):
    """seek() with whence 2 after readline() forgets to throw the buffer away, and reads go on from it."""

    wrong = -1

    def seek(self, position: int, whence: int = 0, /) -> Any:
        here, ahead = self.at, self.ahead
        target = super().seek(position, whence)
        self.wrong = here if whence == 2 and ahead else -1
        return target

    def _take(self, n: int) -> bytes:
        if self.wrong >= 0 and n:
            self.at, self.wrong = self.wrong, -1
        return super()._take(n)


@lies("PY-13a")
class TellsTheEndOfItsLineBuffer(_LineBuffer):
    """tell() after readline(size) of a part of a line counts what is buffered too."""

    part = False

    def readline(self, size: int | None = -1, /) -> Any:
        line = super().readline(size)
        self.part = size is not None and size > 0 and len(line) == size
        return line

    def tell(self) -> Any:
        return super().tell() + (self.ahead if self.part else 0)


@lies("PY-13a")
class TellsNothingOfAList(GoodFile):
    """tell() after readlines(hint) gives where the file stood before it."""

    before: int | None = None

    def readlines(self, hint: int | None = None, /) -> Any:
        before = self.at
        lines = super().readlines(hint)
        if hint is not None and hint > 0 and self.at < len(self.content):
            self.before = before
        return lines

    def _take(self, n: int) -> bytes:
        self.before = None
        return super()._take(n)

    def _go(self, target: int) -> int:
        self.before = None
        return super()._go(target)

    def tell(self) -> Any:
        at = super().tell()
        return at if self.before is None else self.before


@lies("PY-13a")
class TellsThePositionOfAListToBeTheEnd(GoodFile):
    """tell() after readlines() is the start of the last line, which is where its loop looked last."""

    listed = 0

    def readlines(self, hint: int | None = None, /) -> Any:
        lines = super().readlines(hint)
        self.listed = len(lines[-1]) if lines else 0
        return lines

    def _take(self, n: int) -> bytes:
        self.listed = 0
        return super()._take(n)

    def _go(self, target: int) -> int:
        self.listed = 0
        return super()._go(target)

    def tell(self) -> Any:
        return super().tell() - self.listed


@lies("PY-9a")
class FindsTheNewlineOfTheLineBefore(_LineBuffer):
    """readline() after a readinto() that ended in the midst of a line gives it from its start."""

    into = False

    def readinto(self, buffer: Any, /) -> Any:
        count = super().readinto(buffer)
        self.into = bool(count)
        return count

    def readline(self, size: int | None = -1, /) -> Any:
        if self.into and self.at < len(self.content):
            self.at = self.content.rfind(b"\n", 0, self.at) + 1
        self.into = False
        return super().readline(size)


@lies("PY-9a")
class LosesALineToAShortBuffer(GoodFile):
    """A line that ends just where a buffer of 1000 bytes does is joined with the one after it."""

    def readline(self, size: int | None = -1, /) -> Any:
        before = self.at
        line = super().readline(size)
        if line.endswith(b"\n") and self.at % 1000 == 0 and before // 1000 < self.at // 1000 and size == -1:
            line += super().readline()
        return line


@lies("PY-9b")
class LimitsALineToTheNewlineBehindIt(GoodFile):
    """readline(size) of a line of just that size without its newline gives the newline too."""

    def readline(self, size: int | None = -1, /) -> Any:
        line = super().readline(size)
        if size and size > 0 and len(line) == size and self.content[self.at : self.at + 1] == b"\n":
            line += self._take(1)
        return line


@lies("PY-9b")
class TakesALimitForAPage(GoodFile):
    """readline(size) looks for a newline in size bytes, and gives all of them where one is there."""

    def readline(self, size: int | None = -1, /) -> Any:
        self._check_open()
        if size is not None and size > 100:
            return self._take(size)
        return super().readline(size)


@lies("PY-9c")
class StripsTheLastLine(GoodFile):
    """The last line, which has no newline, loses what looks like one: a carriage return or a blank."""

    def readline(self, size: int | None = -1, /) -> Any:
        line = super().readline(size)
        return line if line.endswith(b"\n") or size != -1 else line[:-1]


@lies("PY-9a")
class GivesALineAsABytearray(GoodFile):
    """readline() gives the bytearray that it gathered the line in."""

    def readline(self, size: int | None = -1, /) -> Any:
        line = super().readline(size)
        return bytearray(line) if line else line


@lies("PY-9a")
class GivesALineAsAView(GoodFile):
    """readline() gives a memoryview of its buffer, which has no methods of bytes."""

    def readline(self, size: int | None = -1, /) -> Any:
        line = super().readline(size)
        return memoryview(line) if line else line


@lies("PY-10a")
class ListsPages(GoodFile):
    """readlines() gives pages, as the iteration over a response does."""

    def readlines(self, hint: int | None = None, /) -> Any:
        return super().readlines(hint) if hint is not None else list(iter(lambda: self.read(16), b""))


@lies("PY-10b")
class TakesTheHintForOneLine(GoodFile):
    """readlines(hint) of more than a page counts from where a page begins."""

    def readlines(self, hint: int | None = None, /) -> Any:
        return super().readlines(hint and hint - self.at % 1000)


@lies("PY-11a")
class GoesOnWithALoopThatWasLeft(GoodFile):
    """A loop that was left keeps its lines, and a new one after a seek begins with them."""

    kept: bytes | None = None

    def __iter__(self) -> Iterator[bytes]:
        self._check_open()
        if self.kept:
            yield self.kept
        while line := self.readline():
            self.kept = line
            yield line
        self.kept = None


@lies("PY-11a")
class SkipsALineInALoop(GoodFile):
    """A loop that begins after a read leaves out the rest of the line that the read began."""

    def __iter__(self) -> Iterator[bytes]:
        self._check_open()
        if self.at and self.content[self.at - 1 : self.at] != b"\n":
            self.readline()
        return self


@lies("PY-11a")
class RewindsInALoop(GoodFile):
    """next() that meets the start of a page takes the page again."""

    def __next__(self) -> Any:
        if self.at == 4096:
            self.at = 0
        return super().__next__()


@lies("PY-11b")
class LoopsAgainAfterTheEnd(GoodFile):
    """Once next() has raised StopIteration, it begins again with the first line."""

    over = False

    def __next__(self) -> Any:
        if self.over:
            self._go(0)
        self.over = self.at >= len(self.content)
        return super().__next__()


@lies("PY-8a")
class ReadsTooFarAfterAPeek(GoodFile):
    """read(n) after peek() gives all that was shown, however small n is."""

    shown = 0

    def peek(self, n: int = 0, /) -> Any:
        data = super().peek(n)
        self.shown = min(len(data), 20)
        return data

    def _take(self, n: int) -> bytes:
        shown, self.shown = self.shown, 0
        return super()._take(max(n, shown) if n > 0 else n)

    def readinto(self, buffer: Any, /) -> Any:
        self.shown = 0
        return super().readinto(buffer)


@lies("PY-8a")
class ReadsIntoBehindAPeek(GoodFile):
    """readinto() after peek() begins behind what was shown, in the file below."""

    shown = 0

    def peek(self, n: int = 0, /) -> Any:
        data = super().peek(n)
        self.shown = min(len(data), 5)
        return data

    def _take(self, n: int) -> bytes:
        self.shown = 0
        return super()._take(n)

    def _go(self, target: int) -> int:
        self.shown = 0
        return super()._go(target)

    def readinto(self, buffer: Any, /) -> Any:
        self.at += self.shown
        return super().readinto(buffer)


@lies("PY-8b")
class PeeksAtThePageBeforeASeek(GoodFile):
    """peek() after a seek back by less than a page shows what was shown there before the seek."""

    last = 0

    def _go(self, target: int) -> int:
        self.last = self.at if target < self.at < target + PAGE else 0
        return super()._go(target)

    def _take(self, n: int) -> bytes:
        self.last = 0
        return super()._take(n)

    def peek(self, n: int = 0, /) -> Any:
        self._check_open()
        return self.content[self.last or self.at :][:PAGE]


@lies("PY-12d")
class CountsFromTheEndOfAPeek(GoodFile):
    """seek() with whence 2 after peek() is short of what was shown."""

    shown = 0

    def peek(self, n: int = 0, /) -> Any:
        data = super().peek(n)
        self.shown = len(data[:10])
        return data

    def _take(self, n: int) -> bytes:
        self.shown = 0
        return super()._take(n)

    def seek(self, position: int, whence: int = 0, /) -> Any:
        shown, self.shown = self.shown, 0
        if whence == 2 and len(self.content) + position - shown >= 0:
            position -= shown
        return super().seek(position, whence)


@lies("PY-12c")
class CountsFromTheEndOfARead1(GoodFile):
    """seek() with whence 1 after read1() counts from the end of the page that read1() filled."""

    ahead = 0

    def read1(self, n: int = -1, /) -> Any:
        data = super().read1(n)
        self.ahead = min(len(self.content) - self.at, 50)
        return data

    def _take(self, n: int) -> bytes:
        self.ahead = 0
        return super()._take(n)

    def seek(self, position: int, whence: int = 0, /) -> Any:
        ahead, self.ahead = self.ahead, 0
        return super().seek(position + ahead if whence == 1 else position, whence)


@lies("PY-6a")
class Reads1MoreThanAsked(GoodFile):
    """read1(n) at the last page gives all that is left."""

    def read1(self, n: int = -1, /) -> Any:
        left = len(self.content) - self.at
        return super().read1(-1 if 0 < n < left < 10 else n)


@lies("PY-6b")
class Reads1NothingAfterAPeek(GoodFile):
    """read1() with no size gives what is left in the buffer, and b"" where peek() has just emptied it."""

    used = False

    def _take(self, n: int) -> bytes:
        self.used = self.at + max(n, 0) == 1
        return super()._take(n)

    def read1(self, n: int = -1, /) -> Any:
        if n == -1 and self.used:
            self._check_open()
            return b""
        return super().read1(n)


@lies("PY-7a")
class ReadsInto1BehindItsLineBuffer(_LineBuffer):
    """readinto1() goes past what a readinto1() before it left in the buffer."""

    again = False

    def readinto1(self, buffer: Any, /) -> Any:
        if self.again and self.at + 1 < len(self.content):
            self.at += 1
        count = super().readinto1(buffer)
        self.again = bool(count)
        return count

    def _go(self, target: int) -> int:
        self.again = False
        return super()._go(target)


@lies("PY-18c")
class LoopsOverItsBufferWhenClosed(GoodFile):
    """next() of a closed file gives the lines that were buffered."""

    def __next__(self) -> Any:
        if self.shut and self.at:
            return b"kept\n"
        return super().__next__()


@lies("PY-18a")
class PeeksWhenClosedAtTheEnd(GoodFile):
    """peek() of a file that was read to its end and closed is b""."""

    def peek(self, n: int = 0, /) -> Any:
        if self.shut and self.at >= max(1, len(self.content)):
            return b""
        return super().peek(n)


@lies("PY-18a", also=("IS-1a", "SK-3a", "PY-21a", "PY-21b"))
class HasNothingToClose(GoodFile):
    """close() and leaving the context do nothing, and there is no `closed` that would tell."""

    closed = property()  # type: ignore[assignment]

    def close(self) -> None:
        return None


@lies("PY-12a", also=("PY-12c",))
class GoesNoWayBackAndSaysNothing(GoodFile):
    """seek() says nothing, and from the current position it only goes forward."""

    def seek(self, position: int, whence: int = 0, /) -> Any:
        if whence == 1 and position < 0:
            raise ValueError("seek to before start of file")
        super().seek(position, whence)

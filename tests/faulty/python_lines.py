"""PY-9 to PY-11: Python files whose lines lie."""

import re
from collections.abc import Iterator
from typing import Any

from tests.faulty import lies
from tests.faulty.good import GoodFile

PAGE = 8192


class _Lined(GoodFile):
    """A sound file whose lines end where `line_length` says."""

    def line_length(self) -> int:
        """The length of the line at the position, with its newline."""
        newline = self.content.find(b"\n", self.at)
        return len(self.content) - self.at if newline < 0 else newline + 1 - self.at

    def readline(self, size: int | None = -1, /) -> Any:
        self._check_open()
        length = self.line_length()
        return self._take(length if size is None or size < 0 else min(length, size))


# PY-9: readline


@lies("PY-9a")
class EndsLinesAtCarriageReturns(_Lined):
    """readline() takes \\r for the end of a line."""

    def line_length(self) -> int:
        found = re.compile(rb"\r\n?|\n").search(self.content, self.at)
        return (found.end() if found else len(self.content)) - self.at


@lies("PY-9a")
class EndsLinesLikeText(_Lined):
    """readline() ends lines where str.splitlines() does, at \\x0b, \\x0c, \\x1c and \\x85 too."""

    def line_length(self) -> int:
        found = re.compile(rb"[\n\x0b\x0c\x1c\x1d\x1e\x85]").search(self.content, self.at)
        return (found.end() if found else len(self.content)) - self.at


@lies("PY-9a")
class EndsLinesAtZeros(_Lined):
    """readline() ends a line at a NUL, as functions on C strings do."""

    def line_length(self) -> int:
        found = re.compile(rb"[\n\0]").search(self.content, self.at)
        return (found.end() if found else len(self.content)) - self.at


@lies("PY-9a")
class EndsLinesAtPageEdges(_Lined):
    """readline() looks for the newline in the rest of its page only."""

    def line_length(self) -> int:
        return min(super().line_length(), PAGE - self.at % PAGE)


@lies("PY-9a")
class EndsLinesAfter65536Bytes(_Lined):
    """readline() gives up after 65536 bytes without a newline."""

    def line_length(self) -> int:
        return min(super().line_length(), 65536)


@lies("PY-9a")
class MissesTheNewlineAtAPageEdge(_Lined):
    """readline() overlooks a newline that is the last byte of a page, and gives two lines for one."""

    def line_length(self) -> int:
        length = super().line_length()
        if (self.at + length) % 4096 or self.at + length >= len(self.content):
            return length
        newline = self.content.find(b"\n", self.at + length)
        return len(self.content) - self.at if newline < 0 else newline + 1 - self.at


@lies("PY-9a")
class StripsTheNewline(GoodFile):
    """readline() gives the line without its newline, and an empty line as b"\\n"."""

    def readline(self, size: int | None = -1, /) -> Any:
        line = super().readline(size)
        return line[:-1] if len(line) > 1 and line.endswith(b"\n") else line


@lies("PY-9a")
class TranslatesNewlines(GoodFile):
    """readline() gives \\n for \\r\\n, as a text file does."""

    def readline(self, size: int | None = -1, /) -> Any:
        return super().readline(size).replace(b"\r\n", b"\n")


@lies("PY-9a")
class ReadsLinesAhead(GoodFile):
    """readline() takes a page at a time, and other forms go on behind it."""

    lines = b""

    def readline(self, size: int | None = -1, /) -> Any:
        self._check_open()
        while b"\n" not in self.lines and (more := self._ahead()):
            self.lines += more
        end = self.lines.find(b"\n") + 1 or len(self.lines)
        if size is not None and size >= 0:
            end = min(end, size)
        line, self.lines = self.lines[:end], self.lines[end:]
        return line

    def _ahead(self) -> bytes:
        return self._take(PAGE)

    def _go(self, target: int) -> int:
        self.lines = b""
        return super()._go(target)


@lies("PY-9a")
class KeepsItsLineOverASeek(GoodFile):
    """readline() after a seek from the middle of a line gives the rest of that line first."""

    started: int | None = None

    def _go(self, target: int) -> int:
        inside = 0 < self.at < len(self.content) and self.content[self.at - 1] != 10
        self.started = self.at if inside else None
        return super()._go(target)

    def _take(self, n: int) -> bytes:
        self.started = None
        return super()._take(n)

    def readline(self, size: int | None = -1, /) -> Any:
        if self.started is not None and size == -1 and b"\n" in self.content[self.started :]:
            self.at = self.started
        return super().readline(size)


@lies("PY-9b")
class IgnoresTheSizeOfALine(GoodFile):
    """readline(size) gives the whole line."""

    def readline(self, size: int | None = -1, /) -> Any:
        return super().readline()


@lies("PY-9b")
class TakesLineSizeZeroForNone(GoodFile):
    """readline(0) gives the whole line, as in `size or -1`."""

    def readline(self, size: int | None = -1, /) -> Any:
        return super().readline(size or -1)


@lies("PY-9b")
class AppliesTheSizeToEachPiece(_Lined):
    """readline(size) takes up to size bytes of each page that the line lies in."""

    def readline(self, size: int | None = -1, /) -> Any:
        self._check_open()
        if size is None or size < 0:
            return super().readline()
        end, pieces = self.at + self.line_length(), b""
        while self.at < end and len(pieces) < size:
            pieces += self._take(min(size, 512 - self.at % 512, end - self.at))
        return pieces


@lies("PY-9b")
class DropsTheRestOfALine(GoodFile):
    """readline(size) reads the whole line and throws away what is too much."""

    def readline(self, size: int | None = -1, /) -> Any:
        line = super().readline()
        return line if size is None or size < 0 else line[:size]


@lies("PY-9b")
class LeavesRoomForAZero(GoodFile):
    """readline(size) gives size - 1 bytes at the most, as fgets() does."""

    def readline(self, size: int | None = -1, /) -> Any:
        return super().readline(size - 1 if size is not None and size > 0 else size)


@lies("PY-9b")
class AddsANewlineToAPartOfALine(GoodFile):
    """readline(size) ends every part of a line with a newline of its own."""

    def readline(self, size: int | None = -1, /) -> Any:
        line = super().readline(size)
        cut = size is not None and 0 < size == len(line) and not line.endswith(b"\n")
        return line + b"\n" if cut else line


@lies("PY-9c")
class LosesTheLastLine(GoodFile):
    """readline() drops what comes after the last newline."""

    def readline(self, size: int | None = -1, /) -> Any:
        line = super().readline(size)
        return line if line.endswith(b"\n") or size not in (None, -1) else b""


@lies("PY-9c")
class AddsAMissingNewline(GoodFile):
    """readline() ends the last line with a newline, whether there is one or not."""

    def readline(self, size: int | None = -1, /) -> Any:
        line = super().readline(size)
        return line + b"\n" if line and not line.endswith(b"\n") and size in (None, -1) else line


@lies("PY-9c")
class RefusesAnUnfinishedLine(GoodFile):
    """readline() raises EOFError where the end comes before a newline."""

    def readline(self, size: int | None = -1, /) -> Any:
        line = super().readline(size)
        if line and not line.endswith(b"\n") and size in (None, -1):
            raise EOFError("unterminated line")
        return line


@lies("PY-9c")
class LosesALastLineThatFillsItsBuffer(GoodFile):
    """readline() takes a last line that begins at a page edge for the end."""

    def readline(self, size: int | None = -1, /) -> Any:
        edge = self.at and self.at % 4096 == 0
        if edge and size in (None, -1) and b"\n" not in self.content[self.at :]:
            self.at = len(self.content)
        return super().readline(size)


@lies("PY-9d")
class HasNoneForNoLine(GoodFile):
    """readline() at the end gives None, and iteration ends all the same."""

    def readline(self, size: int | None = -1, /) -> Any:
        return super().readline(size) or (None if self.content and size != 0 else b"")


@lies("PY-9d")
class RaisesAtTheEndOfLines(GoodFile):
    """readline() at the end raises EOFError; iteration does not."""

    def readline(self, size: int | None = -1, /) -> Any:
        line = super().readline(size)
        if not line and size != 0 and self.content:
            raise EOFError("no more lines")
        return line

    def __next__(self) -> Any:
        line = super().readline()
        if not line:
            raise StopIteration
        return line


@lies("PY-9d")
class GivesEmptyLinesForEver(GoodFile):
    """readline() at the end gives an empty line with a newline, again and again."""

    def readline(self, size: int | None = -1, /) -> Any:
        line = super().readline(size)
        return b"\n" if not line and size != 0 and self.content else line


# PY-10: readlines


@lies("PY-10a")
class ListsLinesWithoutNewlines(GoodFile):
    """readlines() splits at newlines and leaves them out."""

    def readlines(self, hint: int | None = None, /) -> Any:
        return [line.rstrip(b"\n") for line in super().readlines(hint)]


@lies("PY-10a")
class ListsLinesFromTheStart(GoodFile):
    """readlines() gives all lines of the file, wherever it stands before the end."""

    def readlines(self, hint: int | None = None, /) -> Any:
        if self.at < len(self.content):
            self.at = 0
        return super().readlines(hint)


@lies("PY-10a")
class ListsLinesLazily(GoodFile):
    """readlines() gives an iterator."""

    def readlines(self, hint: int | None = None, /) -> Any:
        return iter(super().readlines(hint))


@lies("PY-10a")
class SplitsListedLinesLikeText(GoodFile):
    """readlines() is read().splitlines(True), which ends lines at \\r too."""

    def readlines(self, hint: int | None = None, /) -> Any:
        if hint is not None and hint > 0:
            return super().readlines(hint)
        return self.read().splitlines(True)


@lies("PY-10a")
class ListsAnEmptyLineAtTheEnd(GoodFile):
    """readlines() is a split at newlines, which leaves an empty string behind the last one."""

    def readlines(self, hint: int | None = None, /) -> Any:
        lines = super().readlines(hint)
        return lines if lines and not lines[-1].endswith(b"\n") else [*lines, b""]


@lies("PY-10b")
class CountsTheHintInLines(GoodFile):
    """readlines(hint) gives hint lines."""

    def readlines(self, hint: int | None = None, /) -> Any:
        if hint is None or hint <= 0:
            return super().readlines()
        return [line for _ in range(hint) if (line := self.readline())]


@lies("PY-10b")
class ComparesTheHintWithEachLine(GoodFile):
    """readlines(hint) stops at a line that is longer than the hint, not where all together are."""

    def readlines(self, hint: int | None = None, /) -> Any:
        if hint is None or hint <= 0:
            return super().readlines()
        lines: list[bytes] = []
        while line := self.readline():
            lines.append(line)
            if len(line) > hint:
                break
        return lines


@lies("PY-10b")
class IgnoresTheHint(GoodFile):
    """readlines(hint) gives all lines."""

    def readlines(self, hint: int | None = None, /) -> Any:
        return super().readlines()


@lies("PY-10b")
class CutsTheLastLineAtTheHint(GoodFile):
    """readlines(hint) reads hint bytes and splits them."""

    def readlines(self, hint: int | None = None, /) -> Any:
        if hint is None or hint <= 0:
            return super().readlines()
        data = self.read(hint)
        return [
            *(line + b"\n" for line in data.split(b"\n")[:-1]),
            *([data.split(b"\n")[-1]] if data else []),
        ]


@lies("PY-10b")
class LosesTheLineBehindTheHint(GoodFile):
    """readlines(hint) sees that it has enough by reading one more line."""

    def readlines(self, hint: int | None = None, /) -> Any:
        lines = super().readlines(hint)
        if hint is not None and hint > 0:
            self.readline()
        return lines


@lies("PY-10c")
class TakesHintZeroForNoLines(GoodFile):
    """readlines(0) gives no lines."""

    def readlines(self, hint: int | None = None, /) -> Any:
        return [] if hint == 0 and not self.shut else super().readlines(hint)


@lies("PY-10c")
class RefusesNoneForAHint(GoodFile):
    """readlines(None) raises TypeError."""

    def readlines(self, hint: Any = -1, /) -> Any:
        return super().readlines(int(hint))


@lies("PY-10c")
class StopsAfterOneLineForANegativeHint(GoodFile):
    """readlines(-1) stops as soon as the lines exceed -1 bytes: after the first."""

    def readlines(self, hint: int | None = None, /) -> Any:
        if hint == -1:
            return [line for line in [self.readline()] if line]
        return super().readlines(hint)


# PY-11: iteration


@lies("PY-11a")
class IteratesOverBlocks(GoodFile):
    """Iteration gives blocks of 1000 bytes."""

    def __next__(self) -> Any:
        block = self.read(1000)
        if not block:
            raise StopIteration
        return block


@lies("PY-11a")
class IteratesOverBytes(GoodFile):
    """Iteration gives integers, as that over bytes does."""

    def __next__(self) -> Any:
        byte = self.read(1)
        if not byte:
            raise StopIteration
        return byte[0]


@lies("PY-11a")
class IteratesWithoutNewlines(GoodFile):
    """Iteration gives lines without their newlines."""

    def __next__(self) -> Any:
        return super().__next__().rstrip(b"\n")


@lies("PY-11a")
class IteratesFromTheStart(GoodFile):
    """A loop over the file begins at its start, wherever it stands before the end."""

    def __iter__(self) -> Iterator[bytes]:
        if self.at < len(self.content):
            self.at = 0
        return super().__iter__()


@lies("PY-11a")
class IteratesAhead(GoodFile):
    """next() takes a page at a time, and reads go on behind it."""

    ahead: bytes | None = None

    def __next__(self) -> Any:
        self._check_open()
        pieces = self.ahead or b""
        while b"\n" not in pieces and (more := self._take(PAGE)):
            pieces += more
        if not pieces:
            raise StopIteration
        end = pieces.find(b"\n") + 1 or len(pieces)
        line, self.ahead = pieces[:end], pieces[end:]
        return line

    def _go(self, target: int) -> int:
        self.ahead = None
        return super()._go(target)


@lies("PY-11a")
class IteratesOnlyOnce(GoodFile):
    """After one loop to the end, a further one finds nothing, also after a seek to the start."""

    ended = False

    def __next__(self) -> Any:
        if self.ended and not self.shut:
            raise StopIteration
        try:
            return super().__next__()
        except StopIteration:
            self.ended = True
            raise


@lies("PY-11a")
class SkipsBlankLinesInALoop(GoodFile):
    """Iteration leaves out empty lines."""

    def __next__(self) -> Any:
        line = super().__next__()
        while line == b"\n":
            line = super().__next__()
        return line


@lies("PY-11b")
class IteratesOverNothingForEver(GoodFile):
    """Iteration gives b"" at the end, again and again."""

    def __next__(self) -> Any:
        return self.readline()


@lies("PY-11b")
class EndsALoopWithAnIndexError(GoodFile):
    """Iteration ends with IndexError."""

    def __next__(self) -> Any:
        line = self.readline()
        if not line:
            raise IndexError("no more lines")
        return line


@lies("PY-11b")
class EndsALoopWithAnEmptyLine(GoodFile):
    """Iteration gives one empty line before it ends."""

    given = False

    def __next__(self) -> Any:
        line = self.readline()
        self.given = not line and not self.given
        if not line and not self.given:
            raise StopIteration
        return line


@lies("PY-11b")
class EndsALoopInsideAGenerator(GoodFile):
    """The generator behind a loop ends by a StopIteration of its own, which Python makes a RuntimeError."""

    def __iter__(self) -> Iterator[bytes]:
        self._check_open()
        while True:
            yield next(self)

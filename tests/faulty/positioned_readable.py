"""PR: streams whose positioned reads lie, as Python files and on the Hadoop surface."""

from typing import Any

from tests.faulty import lies
from tests.faulty.good import GoodHadoop, GoodPositioned, put, room

PAGE = 8192


class _Positioned(GoodHadoop):
    """Positioned reads go through `pread`, full ones through `full`."""

    def read(self, *arguments: Any) -> int:
        return self.pread(*arguments) if len(arguments) == 4 else super().read(*arguments)

    def pread(self, position: int, buffer: Any, offset: int, length: int) -> int:
        return super().read(position, buffer, offset, length)

    def read_fully(self, position: Any, buffer: Any, /, *window: Any) -> None:
        self.full(position, buffer, *(window or (0, room(buffer))))

    def full(self, position: int, buffer: Any, offset: int, length: int) -> None:
        super().read_fully(position, buffer, offset, length)


# PR-1a: the bytes


@lies("PR-1a")
class WrapsAPositionAt32Bits(GoodPositioned):
    """A position is cut to 32 bits, so 2**32 reads from the start."""

    def _at(self, position: int, n: int) -> bytes:
        return super()._at(position & 0xFFFFFFFF if position > 0 else position, n)


@lies("PR-1a")
class BeginsAgainPastTheEnd(_Positioned):
    """A position past the end is taken modulo the length."""

    def pread(self, position: int, buffer: Any, offset: int, length: int) -> int:
        size = len(self._content)
        return super().pread(position % size if position > size > 0 else position, buffer, offset, length)


@lies("PR-1a")
class CountsAPositionFromTheCursor(GoodPositioned):
    """A position is taken as a distance from where the stream stands."""

    def _at(self, position: int, n: int) -> bytes:
        return super()._at(position + self.at if position >= 0 else position, n)


@lies("PR-1a")
class AsksForAnInclusiveRange(GoodPositioned):
    """pread(position, n) asks for bytes position to position + n, both included."""

    def pread(self, position: int, n: int, /) -> Any:
        return self._at(position, n + 1 if n else 0)


@lies("PR-1a")
class AsksForOneByteTooFew(GoodPositioned):
    """The last byte of a range is taken for the first one behind it, so one byte is none."""

    def _at(self, position: int, n: int) -> bytes:
        return super()._at(position, max(0, n - 1))


@lies("PR-1a")
class KeepsTheFirstPageItRead(GoodPositioned):
    """The page of the first positioned read serves every later one at the same place in its page."""

    page: int | None = None

    def _at(self, position: int, n: int) -> bytes:
        data = super()._at(position, n)
        if self.page is None and data:
            self.page = position // PAGE
        if data and self.page is not None:
            return super()._at(self.page * PAGE + position % PAGE, len(data))
        return data


@lies("PR-1a")
class FillsALongReadWithItsFirstPage(_Positioned):
    """A positioned read longer than a page gets the first page again and again."""

    def pread(self, position: int, buffer: Any, offset: int, length: int) -> int:
        count = super().pread(position, buffer, offset, length)
        if count > PAGE:
            put(self._content[position : position + PAGE][: count - PAGE], buffer, offset + PAGE)
        return count


@lies("PR-1a")
class ForgetsTheOffsetOfAPositionedWindow(_Positioned):
    """A positioned read writes to the start of the buffer, whatever its offset."""

    def pread(self, position: int, buffer: Any, offset: int, length: int) -> int:
        fits = 0 < length <= room(buffer) - offset
        return super().pread(position, buffer, 0 if fits and offset > 0 else offset, length)


@lies("PR-1a")
class FindsNothingAtAPageEdge(GoodPositioned):
    """A positioned read into a buffer that begins at the edge of a page gives 0."""

    def pread_into(self, position: int, buffer: Any, /) -> Any:
        return super().pread_into(len(self.content) if position == PAGE else position, buffer)


@lies("PR-1a")
class CountsTheRoomInTheBuffer(_Positioned):
    """A positioned read returns the length asked for also where fewer bytes are left."""

    def pread(self, position: int, buffer: Any, offset: int, length: int) -> int:
        count = super().pread(position, buffer, offset, length)
        return length if count > 0 else count


@lies("PR-1a")
class RefusesAWindowUpToTheEndOfTheBuffer(_Positioned):
    """A positioned read into a window that ends where the buffer ends raises IndexError."""

    def pread(self, position: int, buffer: Any, offset: int, length: int) -> int:
        count = super().pread(position, buffer, offset, length)
        if count > 0 and offset + length == room(buffer):
            raise IndexError("the window does not fit")
        return count


# PR-1b: the stream's own position


@lies("PR-1b")
class StaysWhereItReadByPosition(GoodPositioned):
    """A positioned read is a seek and a read, with no way back."""

    def _at(self, position: int, n: int) -> bytes:
        self._check_open()
        self._go(position)
        return self._take(n)


@lies("PR-1b")
class MovesOnByWhatItReadByPosition(_Positioned):
    """A positioned read adds its count to the position, as a plain read does."""

    def pread(self, position: int, buffer: Any, offset: int, length: int) -> int:
        count = super().pread(position, buffer, offset, length)
        self._position += max(0, count)
        return count


@lies("PR-1b")
class ComesBackOnlyWhenAllWentWell(_Positioned):
    """The seek back is not in a finally block: an impossible window leaves the stream at the position."""

    def pread(self, position: int, buffer: Any, offset: int, length: int) -> int:
        before = self.get_pos()
        self.seek(position)
        count = super().read(buffer, offset, length)
        self.seek(before)
        return count


@lies("PR-1b")
class LosesItsPlaceInARefusedRead(GoodPositioned):
    """A positioned read before the start raises and leaves the stream at its start."""

    def _at(self, position: int, n: int) -> bytes:
        if position < 0:
            self.at = 0
        return super()._at(position, n)


@lies("PR-1b")
class ComesBackNoFurtherThanTheEnd(GoodPositioned):
    """A positioned read past the end leaves the stream at the end."""

    def _at(self, position: int, n: int) -> bytes:
        data = super()._at(position, n)
        if position > len(self.content):
            self.at = len(self.content)
        return data


@lies("PR-1b")
class SharesItsBufferWithPlainReads(GoodPositioned):
    """A positioned read loads the buffer that the next plain read is served from; tell() shows nothing."""

    loaded: int | None = None

    def _at(self, position: int, n: int) -> bytes:
        data = super()._at(position, n)
        self.loaded = position if data else None
        return data

    def _take(self, n: int) -> bytes:
        data = super()._take(n)
        if self.loaded is not None and data:
            data = self.content[self.loaded :][: len(data)].ljust(len(data), b"\0")
        self.loaded = None
        return data

    def _go(self, target: int) -> int:
        self.loaded = None
        return super()._go(target)


@lies("PR-1b")
class SeeksForNothing(_Positioned):
    """A positioned read of length 0 seeks first and then has nothing left to do, not even to seek back."""

    def pread(self, position: int, buffer: Any, offset: int, length: int) -> int:
        count = super().pread(position, buffer, offset, length)
        if length == 0:
            self.seek(position)
        return count


@lies("PR-1b")
class LosesItsPlaceForNoBuffer(GoodPositioned):
    """A missing buffer is noticed only after the seek, so the stream stays there."""

    def pread_into(self, position: int, buffer: Any, /) -> Any:
        if buffer is None:
            self._go(position)
        return super().pread_into(position, buffer)


@lies("PR-1b")
class StaysWhereAFullReadEnded(_Positioned):
    """A full read leaves the stream behind its last byte; other positioned reads do not."""

    def full(self, position: int, buffer: Any, offset: int, length: int) -> None:
        super().full(position, buffer, offset, length)
        self._position = position + length


@lies("PR-1b")
class StaysWhereAFullReadFailed(_Positioned):
    """A full read that meets the end leaves the stream there."""

    def full(self, position: int, buffer: Any, offset: int, length: int) -> None:
        try:
            super().full(position, buffer, offset, length)
        except EOFError:
            self._position = len(self._content) + (position < 0)
            raise


# PR-1c: before the start


@lies("PR-1c")
class IndexesPositionsFromTheEnd(GoodPositioned):
    """A negative position counts from the end, as an index does, and nothing says so."""

    def _at(self, position: int, n: int) -> bytes:
        return super()._at(max(0, position + len(self.content)) if position < 0 else position, n)


@lies("PR-1c")
class GivesTheWholeObjectBeforeTheStart(GoodPositioned):
    """A range with a negative start is no range, so the whole object comes, cut to what was asked for."""

    def pread(self, position: int, n: int, /) -> Any:
        return super().pread(max(position, 0), n)


@lies("PR-1c")
class FindsNothingBeforeTheStart(_Positioned):
    """A positioned read at a negative position reports the end."""

    def pread(self, position: int, buffer: Any, offset: int, length: int) -> int:
        return -1 if position < 0 else super().pread(position, buffer, offset, length)


@lies("PR-1c")
class FillsFromTheEndBeforeTheStart(_Positioned):
    """A full read at a negative position counts it from the end; plain positioned reads refuse it."""

    def full(self, position: int, buffer: Any, offset: int, length: int) -> None:
        size = len(self._content)
        super().full(position + size if -size <= position < 0 else position, buffer, offset, length)


@lies("PR-1c")
class TakesMinusOneForHere(GoodPositioned):
    """A position of -1 means where the stream stands."""

    def _at(self, position: int, n: int) -> bytes:
        return super()._at(self.at if position == -1 else position, n)


# PR-1d: impossible windows


@lies("PR-1d")
class CutsAPositionedWindow(_Positioned):
    """A positioned read cuts a window that is too long down to what fits."""

    def pread(self, position: int, buffer: Any, offset: int, length: int) -> int:
        fits = buffer is None or not 0 <= offset <= room(buffer)
        return super().pread(position, buffer, offset, length if fits else min(length, room(buffer) - offset))


@lies("PR-1d")
class CountsAPositionedOffsetFromTheEnd(_Positioned):
    """A full read takes a negative offset as an index from the end of the buffer."""

    def full(self, position: int, buffer: Any, offset: int, length: int) -> None:
        if buffer is not None and -room(buffer) <= offset < 0:
            offset, length = offset + room(buffer), 0
        super().full(position, buffer, offset, length)


@lies("PR-1d")
class TakesANegativeLengthAtAPositionForNothing(_Positioned):
    """A positioned read of negative length returns 0."""

    def pread(self, position: int, buffer: Any, offset: int, length: int) -> int:
        return super().pread(position, buffer, offset, length if buffer is None else max(length, 0))


@lies("PR-1d")
class LooksAtTheEndBeforeTheWindow(_Positioned):
    """At the end a positioned read reports it without a look at the window."""

    def pread(self, position: int, buffer: Any, offset: int, length: int) -> int:
        if position == len(self._content) and length:
            return -1
        return super().pread(position, buffer, offset, length)


@lies("PR-1d")
class ReadsIntoNoBufferByPosition(GoodPositioned):
    """pread_into(position, None) reads nothing and returns 0."""

    def pread_into(self, position: int, buffer: Any, /) -> Any:
        return 0 if buffer is None else super().pread_into(position, buffer)


@lies("PR-1d")
class FillsNoBufferWithNothing(_Positioned):
    """A full read of nothing into no buffer is fine with it."""

    def full(self, position: int, buffer: Any, offset: int, length: int) -> None:
        if buffer is not None or length:
            super().full(position, buffer, offset, length)


# PR-1e: nothing, the end, the bytes around


@lies("PR-1e")
class GivesTheWholeObjectForAnEmptyRange(GoodPositioned):
    """A range that ends where it begins has no end, so all that follows comes."""

    def pread(self, position: int, n: int, /) -> Any:
        return super().pread(position, n or len(self.content))


@lies("PR-1e")
class ReportsTheEndToAnEmptyPositionedWindow(_Positioned):
    """A positioned read of length 0 at the end gives -1 instead of 0."""

    def pread(self, position: int, buffer: Any, offset: int, length: int) -> int:
        count = super().pread(position, buffer, offset, length)
        return -1 if count == 0 and position >= len(self._content) else count


@lies("PR-1e")
class CountsZeroAtTheEndByPosition(_Positioned):
    """A positioned read at the end gives 0 instead of -1."""

    def pread(self, position: int, buffer: Any, offset: int, length: int) -> int:
        return max(0, super().pread(position, buffer, offset, length))


@lies("PR-1e")
class GivesNoneAtTheEndByPosition(GoodPositioned):
    """pread() gives None at the end and past it."""

    def pread(self, position: int, n: int, /) -> Any:
        return super().pread(position, n) or (None if n else b"")


@lies("PR-1e")
class GivesMinusOneAtTheEndByPosition(GoodPositioned):
    """pread_into() gives -1 at the end, as another language does."""

    def pread_into(self, position: int, buffer: Any, /) -> Any:
        return super().pread_into(position, buffer) or (-1 if room(buffer) else 0)


@lies("PR-1e")
class WritesWholeBlocksByPosition(GoodPositioned):
    """pread_into() fills what is left of the buffer with zeros."""

    def pread_into(self, position: int, buffer: Any, /) -> Any:
        data = self._at(position, room(buffer))
        put(data.ljust(room(buffer), b"\0") if data else data, buffer)
        return len(data)


@lies("PR-1e")
class ClearsTheWindowAtTheEndByPosition(_Positioned):
    """A positioned read at the end fills the window with zeros."""

    def pread(self, position: int, buffer: Any, offset: int, length: int) -> int:
        count = super().pread(position, buffer, offset, length)
        if count < 0:
            put(bytes(length), buffer, offset)
        return count


@lies("PR-1e")
class WritesABytePastAFullWindow(_Positioned):
    """A full read writes one byte more than it was asked for, where there is room."""

    def full(self, position: int, buffer: Any, offset: int, length: int) -> None:
        super().full(position, buffer, offset, length)
        if 0 < length < room(buffer) - offset:
            put(b"\0", buffer, offset + length)


@lies("PR-1e")
class ShrinksTheBufferByPosition(GoodPositioned):
    """`buffer[:] = data`: a bytearray gets the length of what came."""

    def pread_into(self, position: int, buffer: Any, /) -> Any:
        count = super().pread_into(position, buffer)
        if isinstance(buffer, bytearray):
            del buffer[count:]
        return count


@lies("PR-1e")
class RefusesToFillNothing(_Positioned):
    """A full read of length 0 raises ValueError."""

    def full(self, position: int, buffer: Any, offset: int, length: int) -> None:
        super().full(position, buffer, offset, length)
        if not length:
            raise ValueError("nothing to read")


# PR-2a: at the stream's own position


@lies("PR-2a")
class GivesAStalePageAtItsOwnPosition(GoodPositioned):
    """After a seek, a positioned read at the target comes from where the stream stood before."""

    stale: int | None = None

    def _go(self, target: int) -> int:
        before = self.at
        super()._go(target)
        self.stale = before if before != target else None
        return target

    def _take(self, n: int) -> bytes:
        self.stale = None
        return super()._take(n)

    def _at(self, position: int, n: int) -> bytes:
        if self.stale is not None and position == self.at < len(self.content):
            return super()._at(self.stale, n)
        return super()._at(position, n)


@lies("PR-2a")
class LosesAByteAtItsOwnPosition(_Positioned):
    """A positioned read where the stream stands comes from the buffer, one byte too far."""

    def pread(self, position: int, buffer: Any, offset: int, length: int) -> int:
        inside = 0 < position == self._position < len(self._content) - 1
        return super().pread(position + inside, buffer, offset, length)


@lies("PR-2a")
class FindsNothingAtItsOwnPosition(_Positioned):
    """A positioned read where the stream stands finds its own buffer used up, and reports the end."""

    def pread(self, position: int, buffer: Any, offset: int, length: int) -> int:
        if 0 < position == self._position < len(self._content) and 0 < length <= room(buffer) - offset:
            return -1
        return super().pread(position, buffer, offset, length)


# PR-3, PR-4: full reads


@lies("PR-3a")
class FillsOnePageAtMost(_Positioned):
    """A full read reads once: a window longer than a page is filled in part, and it says nothing."""

    def full(self, position: int, buffer: Any, offset: int, length: int) -> None:
        super().full(position, buffer, offset, length)
        if length > PAGE:
            put(b"\xa5" * (length - PAGE), buffer, offset + PAGE)


@lies("PR-3a")
class RefusesAWindowThatEndsAtTheEnd(_Positioned):
    """A full read must end before the end: the comparison is >= where it should be >."""

    def full(self, position: int, buffer: Any, offset: int, length: int) -> None:
        super().full(position, buffer, offset, length)
        if length and position + length == len(self._content):
            raise EOFError("end of file")


@lies("PR-3a")
class FillsEveryPageFromTheFirst(_Positioned):
    """The loop of a full read forgets to move its position on."""

    def full(self, position: int, buffer: Any, offset: int, length: int) -> None:
        super().full(position, buffer, offset, length)
        for done in range(PAGE, length, PAGE):
            put(self._content[position : position + min(PAGE, length - done)], buffer, offset + done)


@lies("PR-4a")
class FillsWhatThereIs(_Positioned):
    """A full read past the end fills what there is and returns."""

    def full(self, position: int, buffer: Any, offset: int, length: int) -> None:
        left = max(0, len(self._content) - max(position, 0))
        fits = buffer is not None and offset >= 0 and 0 <= length <= room(buffer) - offset
        super().full(position, buffer, offset, min(length, left) if fits and left else length)


@lies("PR-4a")
class FillsNothingPastTheEnd(_Positioned):
    """A full read that begins at the end or past it returns at once."""

    def full(self, position: int, buffer: Any, offset: int, length: int) -> None:
        try:
            super().full(position, buffer, offset, length)
        except EOFError:
            if position < len(self._content):
                raise


@lies("PR-4a")
class AddsPositionAndLengthIn32Bits(_Positioned):
    """position + length is computed in 32 bits, so that far past the end it seems to fit."""

    def full(self, position: int, buffer: Any, offset: int, length: int) -> None:
        wrapped = position >= 2**31 and (position + length) % 2**32 <= len(self._content)
        super().full(0 if wrapped else position, buffer, offset, 0 if wrapped else length)


class _Rewords(_Positioned):
    """The end of the file in a full read is reported as `error`."""

    error: type[Exception] = OSError

    def full(self, position: int, buffer: Any, offset: int, length: int) -> None:
        try:
            super().full(position, buffer, offset, length)
        except EOFError as error:
            raise self.error(str(error)) from None


@lies("PR-4b")
class TheEndIsAnIOError(_Rewords):
    """A full read past the end raises OSError, which says nothing of the end."""


@lies("PR-4b")
class TheEndIsAnArgumentError(_Rewords):
    """A full read past the end raises ValueError, as if the caller had asked for the impossible."""

    error = ValueError


@lies("PR-4b")
class ForgetsTheEndBehindIt(_Positioned):
    """A full read that begins past the end raises IndexError; one that crosses it raises EOFError."""

    def full(self, position: int, buffer: Any, offset: int, length: int) -> None:
        if position > len(self._content):
            raise IndexError("position out of range")
        super().full(position, buffer, offset, length)


# PR-5: the short form of the full read


class _ShortForm(GoodHadoop):
    """read_fully(position, buffer) goes through `whole`."""

    def read_fully(self, position: Any, buffer: Any, /, *window: Any) -> None:
        if window:
            super().read_fully(position, buffer, *window)
        else:
            self.whole(position, buffer)

    def whole(self, position: int, buffer: Any) -> None:
        super().read_fully(position, buffer)


@lies("PR-5a")
class FillsAWholeBufferOneByteTooLate(_ShortForm):
    """The short form of the full read begins one byte behind its position, where there is one."""

    def whole(self, position: int, buffer: Any) -> None:
        last = position + (0 if buffer is None else room(buffer)) >= len(self._content)
        super().whole(position if last or position < 0 else position + 1, buffer)


@lies("PR-5a")
class FillsAWholeBufferInPart(_ShortForm):
    """The short form of the full read makes one read, and takes what comes."""

    def whole(self, position: int, buffer: Any) -> None:
        if 0 <= position < len(self._content) and room(buffer):
            self.read(position, buffer, 0, room(buffer))
        else:
            super().whole(position, buffer)


@lies("PR-5a")
class LeavesTheLastByteOfAWholeBuffer(_ShortForm):
    """The short form of the full read takes the length for the index of the last byte."""

    def whole(self, position: int, buffer: Any) -> None:
        super().whole(position, buffer)
        if room(buffer):
            put(b"\xa5", buffer, room(buffer) - 1)


@lies("PR-5a")
class RewordsTheEndToAWholeBuffer(_ShortForm):
    """The short form of the full read raises OSError at the end, the long one EOFError."""

    def whole(self, position: int, buffer: Any) -> None:
        try:
            super().whole(position, buffer)
        except EOFError as error:
            raise OSError(str(error)) from None

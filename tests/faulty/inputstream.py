"""IS: input streams that lie, as Python files and on the Hadoop surface."""

from typing import Any

from tests.faulty import lies
from tests.faulty.good import GoodFile, GoodHadoop, put, room

PAGE = 8192


# IS-0: the language's own contract


@lies("IS-0a")
class RaisesOnASecondClose(GoodFile):
    """close() of a closed file raises."""

    def close(self) -> None:
        self._check_open()
        super().close()


@lies("IS-0a")
class ReleasesItsHandleTwice(GoodHadoop):
    """A second close() deletes again what the first one deleted."""

    handle: object

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.handle = object()

    def close(self) -> None:
        super().close()
        del self.handle


@lies("IS-0b")
class GivesSignedBytes(GoodHadoop):
    """read() gives bytes from 128 on as negative numbers."""

    def _read_byte(self) -> int:
        byte = super()._read_byte()
        return byte - 256 if byte > 127 else byte


@lies("IS-0b")
class GivesTwoBytesForOne(GoodFile):
    """read(1) gives two bytes."""

    def read(self, n: int | None = -1, /) -> Any:
        return super().read(2 if n == 1 else n)


@lies("IS-0b")
class GivesANumberForAByte(GoodFile):
    """read(1) gives a number, as indexing bytes does."""

    def read(self, n: int | None = -1, /) -> Any:
        data = super().read(n)
        return data[0] if n == 1 and data else data


@lies("IS-0c")
class StaysAtTheEndAfterReadingAll(GoodFile):
    """After read() took everything, a buffer read sees the end even after a seek back."""

    drained = False

    def read(self, n: int | None = -1, /) -> Any:
        self.drained = self.drained or n == -1
        return super().read(n)

    def readinto(self, buffer: Any, /) -> Any:
        return 0 if self.drained and room(buffer) else super().readinto(buffer)


@lies("IS-0c")
class LosesAByteBetweenByteAndBufferReads(GoodHadoop):
    """A buffer read that follows a byte read begins one byte too late."""

    after_a_byte = False

    def _read_byte(self) -> int:
        self.after_a_byte = True
        return super()._read_byte()

    def _read_next(self, buffer: Any, *window: Any) -> int:
        if self.after_a_byte and self._remaining() > 1:
            self._position += 1
        self.after_a_byte = False
        return super()._read_next(buffer, *window)


@lies("PY-5a")
class HidesABufferFromReadingAll(GoodFile):
    """read() after readinto() begins behind the page that readinto() prefetched."""

    prefetched = 0

    def readinto(self, buffer: Any, /) -> Any:
        count = super().readinto(buffer)
        self.prefetched = min(len(self.content), self.at + 16)
        return count

    def _go(self, target: int) -> int:
        self.prefetched = 0
        return super()._go(target)

    def read(self, n: int | None = -1, /) -> Any:
        if n == -1 and self.prefetched:
            self.at = max(self.at, self.prefetched)
        return super().read(n)


@lies("IS-0d")
class LosesAByteOfAFullWindow(GoodHadoop):
    """read(buf, 0, len(buf)) takes a fast way that skips a byte; other windows do not."""

    def read(self, *arguments: Any) -> int:
        whole = len(arguments) == 3 and arguments[1] == 0 and 1 < arguments[2] == len(arguments[0])
        self._position += whole and self._remaining() > 1
        return super().read(*arguments)


@lies("IS-0e")
class SkipsFewerThanItSays(GoodHadoop):
    """skip(n) returns one more than it moved."""

    def skip(self, count: Any, /) -> int:
        skipped = super().skip(count)
        self._position -= 1 if skipped > 1 else 0
        return skipped


@lies("IS-0e")
class SkipsBeyondTheEnd(GoodHadoop):
    """skip(n) moves as far as it is told, past the last byte too."""

    def skip(self, count: Any, /) -> int:
        self._position += max(0, count)
        return max(0, count)


@lies("IS-0f")
class PromisesOneByteMore(GoodHadoop):
    """available() is one too many."""

    def available(self) -> int:
        return super().available() + 1


@lies("IS-0f")
class PromisesTheWholeLengthAlways(GoodHadoop):
    """available() is the length of the file, wherever the stream stands."""

    def available(self) -> int:
        return len(self._content)


@lies("IS-0g")
class ClaimsAMarkItHasNot(GoodHadoop):
    """mark_supported() is true, and reset() raises."""

    def reset(self) -> None:
        raise OSError("mark/reset not supported")


@lies("IS-0g")
class KeepsWhatWasBufferedWhenReset(GoodHadoop):
    """reset() tells the marked position but reads on from where it was."""

    buffered: int | None = None

    def reset(self) -> None:
        self.buffered = self._position
        super().reset()

    def _fill(self, position: int, buffer: Any, *window: Any) -> int:
        if self.buffered is not None:
            position, self.buffered = self.buffered, None
        return super()._fill(position, buffer, *window)


# IS-1: after close


@lies("IS-1a")
class ReadsOnAfterClose(GoodHadoop):
    """Reads work on a closed stream; everything else refuses."""

    def read(self, *arguments: Any) -> int:
        before, self._closed = self._closed, False
        try:
            return super().read(*arguments)
        finally:
            self._closed = before


# IS-2, IS-3: the byte form


class _DropsAtAnEdge(GoodFile):
    edge = PAGE

    def _take(self, n: int) -> bytes:
        if self.at == self.edge < len(self.content) and n:
            self.at += 1
        return super()._take(n)


@lies("IS-2a")
class LosesAByteAtTheEdgeOfA4096Page(_DropsAtAnEdge):
    """The byte at 4096 is never served to a read that begins there."""

    edge = 4096


@lies("IS-2a")
class LosesAByteAtTheEdgeOfA8192Page(_DropsAtAnEdge):
    """The byte at 8192 is never served to a read that begins there."""


@lies("IS-2a")
class LosesAByteAtTheEdgeOfA64KiBPage(_DropsAtAnEdge):
    """The byte at 65536 is never served to a read that begins there."""

    edge = 65536


@lies("IS-2a")
class LosesAByteAtTheEdgeOfA128KiBPage(_DropsAtAnEdge):
    """The byte at 131072 is never served to a read that begins there."""

    edge = 131072


@lies("IS-2a")
class RepeatsAByteAtAPageEdge(GoodHadoop):
    """After the last byte of a page, read() gives that byte again."""

    again = False

    def _read_byte(self) -> int:
        if self._position == PAGE and not self.again:
            self.again = True
            return self._content[PAGE - 1]
        return super()._read_byte()


@lies("IS-2a")
class TakesAZeroByteForTheEnd(GoodHadoop):
    """read() stops at a byte of value 0, which looks false."""

    def _read_byte(self) -> int:
        return super()._read_byte() or -1


@lies("IS-2a")
class TakesControlZForTheEnd(GoodFile):
    """read(1) sees the end at the byte 0x1A, as text mode does."""

    def read(self, n: int | None = -1, /) -> Any:
        data = super().read(n)
        return b"" if n == 1 and data == b"\x1a" else data


@lies("IS-2a")
class LosesTheLastByte(GoodHadoop):
    """The end is thought to be one byte before the end."""

    def _read_byte(self) -> int:
        return -1 if self._remaining() == 1 else super()._read_byte()


@lies("IS-0b")
class GivesNoneAtTheEnd(GoodFile):
    """read(1) at the end gives None, which is neither a byte nor the end."""

    def read(self, n: int | None = -1, /) -> Any:
        return super().read(n) or (None if n == 1 else b"")


@lies("IS-3a")
class RaisesAtTheEnd(GoodFile):
    """read(1) at the end raises EOFError instead of giving b""."""

    def read(self, n: int | None = -1, /) -> Any:
        data = super().read(n)
        if n == 1 and not data:
            raise EOFError("end of file")
        return data


@lies("IS-3a")
class ReportsTheEndOnlyOnce(GoodHadoop):
    """The second read() at the end raises."""

    ended = False

    def _read_byte(self) -> int:
        byte = super()._read_byte()
        if byte < 0 and self.ended:
            raise OSError("read past the end")
        self.ended = byte < 0
        return byte


@lies("IS-3a")
class BeginsAgainAfterTheEnd(GoodFile):
    """The second read(1) at the end gives the first byte of the file."""

    ended = 0

    def read(self, n: int | None = -1, /) -> Any:
        data = super().read(n)
        self.ended = self.ended + 1 if n == 1 and not data else 0
        return self.content[:1] if self.ended > 1 else data


# IS-4, IS-5: arguments


class _Window(GoodHadoop):
    """Windows go through `window`, which may give another one."""

    def window(self, size: int, offset: int, length: int) -> tuple[int, int]:
        return offset, length

    def read(self, *arguments: Any) -> int:
        if len(arguments) == 3 and arguments[0] is not None:
            buffer, offset, length = arguments
            arguments = (buffer, *self.window(len(buffer), offset, length))
        return super().read(*arguments)


@lies("IS-4a")
class CountsANegativeOffsetFromTheEnd(_Window):
    """A negative offset counts from the end of the buffer, as a slice does."""

    def window(self, size: int, offset: int, length: int) -> tuple[int, int]:
        return (max(0, size + offset), 0) if offset < 0 else (offset, length)


@lies("IS-4a")
class ForgetsTheOffsetAtTheEnd(_Window):
    """A negative offset is refused only where there is something to read."""

    def read(self, *arguments: Any) -> int:
        if len(arguments) == 3 and arguments[1] < 0 and not self._remaining():
            return -1
        return super().read(*arguments)


@lies("IS-4b")
class TakesAnOffsetBehindTheBufferForNothing(_Window):
    """An offset beyond the buffer is an empty window, as a slice beyond the end is."""

    def window(self, size: int, offset: int, length: int) -> tuple[int, int]:
        return (size, 0) if offset > size else (offset, length)


@lies("IS-4c")
class CutsAWindowThatIsTooLong(_Window):
    """A length beyond the buffer is silently cut down to what fits."""

    def window(self, size: int, offset: int, length: int) -> tuple[int, int]:
        return offset, min(length, size - offset) if 0 <= offset <= size else length


@lies("IS-4c")
class OverflowsOnAHugeWindow(_Window):
    """offset + length is computed in 32 bits, so a huge length comes out negative and is let through."""

    def window(self, size: int, offset: int, length: int) -> tuple[int, int]:
        wrapped = (offset + length + 2**31) % 2**32 - 2**31
        return (0, 0) if length > 0 and offset >= 0 and wrapped < 0 else (offset, length)


@lies("IS-4d")
class TakesANegativeLengthForAll(_Window):
    """A length of -1 or less means the rest of the buffer."""

    def window(self, size: int, offset: int, length: int) -> tuple[int, int]:
        return offset, size - offset if length < 0 and 0 <= offset <= size else length


@lies("IS-4e")
class ReportsABadWindowAsAnIOError(_Window):
    """An impossible window raises OSError, which a caller would try again."""

    def read(self, *arguments: Any) -> int:
        try:
            return super().read(*arguments)
        except IndexError as error:
            raise OSError(str(error)) from None


@lies("IS-5a")
class TakesNoBufferForAnEmptyOne(GoodFile):
    """readinto(None) reads nothing and returns 0."""

    def readinto(self, buffer: Any, /) -> Any:
        return 0 if buffer is None else super().readinto(buffer)


@lies("IS-5a")
class LooksAtTheBufferLast(GoodHadoop):
    """read(None, 0, 0) returns 0, because the length is looked at first."""

    def read(self, *arguments: Any) -> int:
        return 0 if len(arguments) == 3 and arguments[::2] == (None, 0) else super().read(*arguments)


# IS-6: nothing asked for


@lies("IS-6a")
class ReportsTheEndToAnEmptyWindow(GoodHadoop):
    """A read of length 0 at the end gives -1 instead of 0."""

    def _fill(self, position: int, buffer: Any, *window: Any) -> int:
        count = super()._fill(position, buffer, *window)
        return -1 if count == 0 and not self._remaining() else count


@lies("IS-6a")
class MovesOnWithAnEmptyBuffer(GoodFile):
    """readinto() of an empty buffer swallows a byte."""

    def readinto(self, buffer: Any, /) -> Any:
        if not room(buffer):
            self._take(1)
        return super().readinto(buffer)


@lies("IS-6a")
class WritesIntoAnEmptyWindow(GoodHadoop):
    """A read of length 0 writes a byte into a buffer that has room for it."""

    def _fill(self, position: int, buffer: Any, *window: Any) -> int:
        count = super()._fill(position, buffer, *window)
        if window and window[1] == 0 and window[0] < len(buffer):
            buffer[window[0]] = 0
        return count


# IS-7: the buffer form


@lies("IS-7a")
class CountsWhatWasAskedFor(GoodFile):
    """readinto() returns the length of the buffer also where fewer bytes came."""

    def readinto(self, buffer: Any, /) -> Any:
        return super().readinto(buffer) and room(buffer)


@lies("IS-7a")
class AnswersZeroBeforeTheEnd(GoodFile):
    """readinto() returns 0 at a page edge, and goes on after that."""

    waited = False

    def readinto(self, buffer: Any, /) -> Any:
        self.waited = self.at == PAGE and not self.waited
        return 0 if self.waited else super().readinto(buffer)


@lies("IS-7a")
class IgnoresTheOffsetOfAWindow(_Window):
    """read(buf, off, len) writes to the start of the buffer."""

    def window(self, size: int, offset: int, length: int) -> tuple[int, int]:
        return (0, length) if offset > 0 and 0 <= length <= size - offset else (offset, length)


@lies("IS-7a")
class ServesALargeBufferTwice(GoodHadoop):
    """A buffer larger than a page is filled with the first page again and again."""

    def _fill(self, position: int, buffer: Any, *window: Any) -> int:
        count = super()._fill(position, buffer, *window)
        if count > PAGE:
            offset = window[0] if window else 0
            put(self._content[position : position + PAGE][: count - PAGE], buffer, offset + PAGE)
        return count


@lies("IS-7a")
class MovesOnByTheRoomInTheBuffer(GoodFile):
    """readinto() adds the buffer's length to the position, not the bytes that came."""

    def readinto(self, buffer: Any, /) -> Any:
        before, count = self.at, super().readinto(buffer)
        if count:
            self.at = before + room(buffer)
        return count


@lies("IS-7b")
class FillsHalfOfABuffer(GoodFile):
    """readinto() gives half of what is asked for."""

    def readinto(self, buffer: Any, /) -> Any:
        half = memoryview(buffer).cast("B")[: (room(buffer) + 1) // 2] if _plain(buffer) else buffer
        return super().readinto(half)


@lies("IS-7b")
class StopsAtAPageEdge(GoodHadoop):
    """A buffer read gives no byte beyond the page it begins in."""

    def _fill(self, position: int, buffer: Any, *window: Any) -> int:
        left = PAGE - position % PAGE
        offset, length = window or (0, room(buffer))
        return super()._fill(
            position, buffer, offset, min(left, length) if length <= room(buffer) else length
        )


@lies("IS-7c")
class ScribblesBehindWhatItRead(GoodFile):
    """readinto() fills the rest of the buffer with zeros."""

    def readinto(self, buffer: Any, /) -> Any:
        count = super().readinto(buffer)
        if count:
            put(bytes(room(buffer) - count), buffer, count)
        return count


@lies("IS-7c")
class ScribblesBeforeTheWindow(GoodHadoop):
    """A read into a window also writes the byte before it."""

    def _fill(self, position: int, buffer: Any, *window: Any) -> int:
        count = super()._fill(position, buffer, *window)
        if count > 0 and window and window[0]:
            put(b"\0", buffer, window[0] - 1)
        return count


@lies("IS-7c")
class ShrinksTheBuffer(GoodFile):
    """`buffer[:] = data`: a bytearray gets the length of what came."""

    def readinto(self, buffer: Any, /) -> Any:
        count = super().readinto(buffer)
        if count and isinstance(buffer, bytearray):
            del buffer[count:]
        return count


# IS-8: the end of the buffer form


@lies("IS-8a")
class ReturnsMinusOneFromReadinto(GoodFile):
    """readinto() at the end gives -1, as another language does."""

    def readinto(self, buffer: Any, /) -> Any:
        return super().readinto(buffer) or (-1 if room(buffer) else 0)


@lies("IS-8a")
class CountsZeroAtTheEnd(GoodHadoop):
    """A buffer read at the end gives 0 instead of -1."""

    def _fill(self, position: int, buffer: Any, *window: Any) -> int:
        return max(0, super()._fill(position, buffer, *window))


@lies("IS-8b")
class ClearsTheBufferAtTheEnd(GoodFile):
    """readinto() at the end fills the buffer with zeros."""

    def readinto(self, buffer: Any, /) -> Any:
        count = super().readinto(buffer)
        if not count:
            put(bytes(room(buffer)), buffer)
        return count


@lies("IS-8b")
class EmptiesTheBufferAtTheEnd(GoodFile):
    """`buffer[:] = data` at the end: a bytearray loses all its bytes."""

    def readinto(self, buffer: Any, /) -> Any:
        count = super().readinto(buffer)
        if not count and isinstance(buffer, bytearray):
            buffer.clear()
        return count


@lies("IS-8b")
class UsesTheBufferAsScratchSpace(GoodHadoop):
    """A buffer read writes its first byte before it knows whether any byte is left."""

    def _fill(self, position: int, buffer: Any, *window: Any) -> int:
        count = super()._fill(position, buffer, *window)
        if count < 0:
            put(b"\0", buffer, window[0] if window else 0)
        return count


def _plain(buffer: Any) -> bool:
    return isinstance(buffer, bytearray | memoryview) and memoryview(buffer).itemsize == 1

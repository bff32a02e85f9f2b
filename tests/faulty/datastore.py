"""DS: data-store streams that lie."""

from functools import cached_property
from typing import Any

from tests.faulty import lies
from tests.faulty.good import OneCursor, put, room
from tests.faulty.sources import ForwardStore, GoodStore, GoodUnzipStore, InflateError, StreamError

PAGE = 8192


# DS-1: read(buf)


@lies("DS-1a")
class TakesABytearrayForGranted(GoodStore):
    """read(buf) refuses an array of items that are not bytes."""

    def _fill(self, buffer: Any) -> Any:
        if memoryview(buffer).itemsize > 1:
            raise TypeError("a bytearray is needed")
        return super()._fill(buffer)


@lies("DS-1a")
class LosesAByteAtAPageEdge(GoodStore):
    """A read that begins at a page edge leaves out a byte."""

    def _take(self, n: int) -> bytes:
        self.at += bool(self.at and self.at % PAGE == 0)
        return super()._take(n)


@lies("DS-1a")
class EndsAtAPageEdge(GoodStore):
    """read(buf) gives 0 where a page ends, and goes on after that, as at the end of a gzip member."""

    waits = True

    def _fill(self, buffer: Any) -> Any:
        if self.at == PAGE and room(buffer) and self.waits:
            self.waits = False
            return 0
        return super()._fill(buffer)


@lies("DS-1b")
class CountsItems(GoodStore):
    """read(buf) returns the number of items that it filled."""

    def _fill(self, buffer: Any) -> Any:
        return super()._fill(buffer) // memoryview(buffer).itemsize


@lies("DS-1b")
class CountsTheWholeBuffer(GoodStore):
    """read(buf) returns the size of the buffer also where fewer bytes were left."""

    def _fill(self, buffer: Any) -> Any:
        return room(buffer) if super()._fill(buffer) else 0


@lies("DS-1b")
class SaysNoneAtTheEnd(GoodStore):
    """read(buf) returns None at the end."""

    def _fill(self, buffer: Any) -> Any:
        return super()._fill(buffer) or None


@lies("DS-1b")
class SaysMinusOneAtTheEnd(GoodStore):
    """read(buf) returns -1 at the end, as other surfaces do."""

    def _fill(self, buffer: Any) -> Any:
        return super()._fill(buffer) or -1


@lies("DS-1c")
class ClearsTheBufferFirst(GoodStore):
    """read(buf) sets the whole buffer to zero before it fills a part."""

    def _fill(self, buffer: Any) -> Any:
        put(bytes(room(buffer)), buffer)
        return super()._fill(buffer)


@lies("DS-1c")
class WritesBeyondTheCountAtTheEnd(GoodStore):
    """read(buf) leaves a zero byte after the last one that it counts."""

    def _fill(self, buffer: Any) -> Any:
        count = super()._fill(buffer)
        if 0 < count < room(buffer):
            put(b"\0", buffer, count)
        return count


@lies("DS-1d")
class TakesAReadOnlyBuffer(GoodStore):
    """read(buf) of a read-only buffer returns 0 instead of an error."""

    def _fill(self, buffer: Any) -> Any:
        return 0 if memoryview(buffer).readonly else super()._fill(buffer)


@lies("DS-1d")
class RefusesABufferWithAnotherError(GoodStore):
    """read(buf) of a buffer that is no row of bytes raises StreamError."""

    def _fill(self, buffer: Any) -> Any:
        if not memoryview(buffer).c_contiguous:
            raise StreamError("what a buffer")
        return super()._fill(buffer)


# DS-2, DS-5, DS-6: seeking


@lies("DS-2a")
class SeeksFromWhereItIs(GoodStore):
    """seek(pos) counts from the current position."""

    def seek(self, position: int, /) -> Any:
        super().seek(self.at + position)


@lies("DS-2a")
class KeepsItsBufferAcrossASeek(GoodStore):
    """After a read, seek() to another page is forgotten."""

    def seek(self, position: int, /) -> Any:
        if not self.at or position // PAGE == self.at // PAGE:
            super().seek(position)


@lies("DS-2b")
class SeeksInSilenceWhereItCannot(ForwardStore):
    """seek() on a forward-only stream does nothing, and says nothing."""

    def seek(self, position: int, /) -> Any:
        return None


@lies("DS-2b")
class RefusesToSeekWithAnotherError(ForwardStore):
    """seek() on a forward-only stream raises OSError."""

    def seek(self, position: int, /) -> Any:
        raise OSError("illegal seek")


@lies("DS-5a")
class TellsWhatIsLeftAsItsSize(GoodStore):
    """size is what is left to read."""

    @property
    def size(self) -> Any:
        return len(self.content) - self.at


@lies("DS-5a")
class TellsNoSizeForAnEmptyStream(GoodStore):
    """size is None where there is nothing."""

    @property
    def size(self) -> Any:
        return len(self.content) or None


@lies("DS-5b")
class GuessesItsSize(ForwardStore):
    """size of a forward-only stream is 0."""

    @property
    def size(self) -> Any:
        return 0


@lies("DS-5b")
class DoesNotKnowItsSize(ForwardStore):
    """size of a forward-only stream is an attribute that is not there."""

    @property
    def size(self) -> Any:
        raise AttributeError("size")


@lies("DS-6a")
class SaysOneForSeekable(GoodStore):
    """seekable is 1."""

    @property
    def seekable(self) -> Any:
        return 1


@lies("DS-6a")
class AsksToBeCalled(ForwardStore):
    """seekable is None, as nobody knows."""

    @property
    def seekable(self) -> Any:
        return None


@lies("DS-6b")
class SaysThatItSeeksAndDoesNot(ForwardStore):
    """seekable is true and seek() is not supported."""

    @property
    def seekable(self) -> Any:
        return True

    @property
    def supports_zero_copy(self) -> Any:
        return False


@lies("DS-6b")
class DeniesThatTheStoreSeeks(GoodStore):
    """seekable is false and seek() works."""

    @property
    def seekable(self) -> Any:
        return False


# DS-3, DS-4, DS-8: closing


@lies("DS-3a")
class RaisesOnCloseBeforeTheEnd(GoodStore):
    """close() of a stream that was not read to its end closes, and raises."""

    def close(self) -> Any:
        unread = not self.shut and self.at < len(self.content)
        super().close()
        if unread:
            raise StreamError("there is more to read")


@lies("DS-3b")
class RaisesOnASecondCloseOfAStream(GoodStore):
    """close() of a closed stream raises."""

    def close(self) -> Any:
        self._check_open()
        super().close()


@lies("DS-4a")
class EntersTheStreamAsNothing(GoodStore):
    """Entering the context gives None."""

    def __enter__(self) -> Any:
        return None


@lies("DS-4a")
class EntersTheStreamAsAnother(GoodStore):
    """Entering the context gives another stream."""

    def __enter__(self) -> Any:
        return GoodStore(self.content)


@lies("DS-4b")
class StaysOpenAfterAnError(GoodStore):
    """Leaving the context by an exception leaves the stream open."""

    def __exit__(self, kind: Any, error: Any, trace: Any, /) -> Any:
        if kind is None:
            self.close()


@lies("DS-4b")
class SwallowsTheError(GoodStore):
    """Leaving the context swallows the exception of the body."""

    def __exit__(self, kind: Any, error: Any, trace: Any, /) -> Any:
        self.close()
        return True


@lies("DS-8a")
class SaysNoneForClosed(GoodStore):
    """closed is None while the stream is open."""

    @property
    def closed(self) -> Any:
        return self.shut or None


@lies("DS-8a")
class SaysOneForClosed(GoodStore):
    """closed is 1 once the stream is closed."""

    @property
    def closed(self) -> Any:
        return 1 if self.shut else False


@lies("DS-8b")
class ClosesItselfAtTheEnd(GoodStore):
    """closed is true once the end was read."""

    ended = False

    def _fill(self, buffer: Any) -> Any:
        count = super()._fill(buffer)
        self.ended = room(buffer) > 0 == count
        return count

    @property
    def closed(self) -> Any:
        return self.shut or self.ended


@lies("DS-8b")
class NeverSaysThatItIsClosed(GoodStore):
    """closed is false also after close()."""

    @property
    def closed(self) -> Any:
        return False


# DS-7: zero copy


@lies("DS-7a")
class SaysOneForZeroCopy(GoodStore):
    """supports_zero_copy is 1."""

    @property
    def supports_zero_copy(self) -> Any:
        return 1


@lies("DS-7a")
class SaysHowItCopies(ForwardStore):
    """supports_zero_copy is a word."""

    @property
    def supports_zero_copy(self) -> Any:
        return ""


@lies("DS-7b")
class CopiesInspiteOfItsWord(GoodStore):
    """read(n) gives a view of a copy."""

    def _view(self, n: int) -> Any:
        return memoryview(self._take(n))


@lies("DS-7b")
class LetsTheStoreBeWritten(GoodStore):
    """read(n) gives a writable view of the store's own memory."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.memory = bytearray(content)

    def _view(self, n: int) -> Any:
        view = memoryview(self.memory)[self.at : self.at + n]
        self.at += len(view)
        return view


@lies("DS-7b")
class GivesBytes(GoodStore):
    """read(n) gives a bytes object."""

    def _view(self, n: int) -> Any:
        return self._take(n)


# DS-9, DS-10: errors


@lies("DS-9a")
class ReadsWhenClosed(GoodStore):
    """read(buf) after close() goes on reading."""

    def read(self, wanted: Any, /) -> Any:
        return self._view(wanted) if isinstance(wanted, int) else self._fill(wanted)


@lies("DS-9a")
class RaisesValueErrorWhenClosed(GoodStore):
    """read(buf) after close() raises ValueError, as Python's files do."""

    def read(self, wanted: Any, /) -> Any:
        if self.shut:
            raise ValueError("I/O operation on closed file")
        return super().read(wanted)


@lies("DS-9a")
class LetsTheSourcesErrorThrough(GoodUnzipStore):
    """An error of the source comes up as it is."""

    @cached_property
    def content(self) -> bytes:
        data = self._fetch()
        try:
            return self._inflate(data)
        except Exception as error:
            raise InflateError(str(error)) from error


@lies("DS-9b")
class RaisesAStreamErrorOfItsOwn(GoodStore):
    """StreamError is an OSError."""

    def _check_open(self) -> None:
        if self.shut:
            raise type("StreamError", (OSError,), {})("closed")


@lies("DS-9b")
class RaisesABareStreamError(GoodStore):
    """StreamError is an Exception and no more."""

    def _check_open(self) -> None:
        if self.shut:
            raise type("StreamError", (Exception,), {})("closed")


@lies("DS-10a")
class RaisesStreamErrorForDamage(GoodUnzipStore):
    """What cannot be inflated raises StreamError, not InflateError."""

    def _fill(self, buffer: Any) -> Any:
        try:
            return super()._fill(buffer)
        except InflateError as error:
            raise StreamError("damaged") from error


@lies("DS-10a")
class LetsTheEndOfFileErrorThrough(GoodUnzipStore):
    """A cut source raises EOFError; damage raises InflateError."""

    def _fill(self, buffer: Any) -> Any:
        try:
            return super()._fill(buffer)
        except InflateError as error:
            raise (error.__cause__ if isinstance(error.__cause__, EOFError) else error) from None


@lies("DS-10b")
class RaisesAnInflateErrorOfItsOwn(GoodUnzipStore):
    """InflateError is a ValueError."""

    def _fill(self, buffer: Any) -> Any:
        try:
            return super()._fill(buffer)
        except InflateError as error:
            raise type("InflateError", (ValueError,), {})("damaged") from error


# DS-12: several streams


@lies("DS-12a")
class SharesOnePosition(OneCursor, GoodStore):
    """All streams have one position; a new one begins at 0."""


@lies("DS-12a")
class ClosesTheOthersToo(GoodStore):
    """close() closes every stream that is open on the same content."""

    closed_content: bytes | None = None

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        type(self).closed_content = None

    def close(self) -> Any:
        super().close()
        type(self).closed_content = self.content

    def _check_open(self) -> None:
        if self.shut or self.closed_content is self.content:
            raise StreamError("the stream is closed")


class Store:
    """A data store that gives a new stream each time."""

    surfaces = ("data-store",)

    def __init__(self, content: bytes) -> None:
        self.content = content

    def open_read(self) -> GoodStore:
        return GoodStore(self.content)


@lies("DS-12a")
class GivesTheOpenStreamAgain(Store):
    """open_read() gives the stream that is still open."""

    last: GoodStore | None = None

    def open_read(self) -> GoodStore:
        if self.last is None or self.last.shut:
            self.last = super().open_read()
        return self.last


@lies("DS-12a")
class GoesOnWhereTheLastStreamWas(Store):
    """A further stream of a store begins where the one before it stands."""

    last: GoodStore | None = None

    def open_read(self) -> GoodStore:
        stream = super().open_read()
        stream.at = self.last.at if self.last else 0
        self.last = stream
        return stream

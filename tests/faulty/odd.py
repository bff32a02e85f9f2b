"""Streams that are odd and legal: the kit must blame none of them."""

import io
import random
from typing import Any, TypeVar

from tests.faulty.good import GoodFile, GoodHadoop, put, room

PAGE = 8192

Stream = TypeVar("Stream", bound=type[Any])

ODD: list[type[Any]] = []
"""The odd streams, in the order in which they stand here."""


def legal(stream: Stream) -> Stream:
    """Register a stream that is odd and must not be blamed."""
    ODD.append(stream)
    return stream


# Short reads: only SHOULD requirements speak against them.


class _Shorter(GoodFile):
    """Reads of a given size ask for `most(n)` bytes instead; all that is left still comes whole."""

    def most(self, n: int) -> int:
        return n

    def read(self, n: int | None = -1, /) -> Any:
        return super().read(n if n is None or n <= 0 else min(n, self.most(n)))

    def readinto(self, buffer: Any, /) -> Any:
        size = room(buffer)
        self._check_open()
        data = self._take(min(size, self.most(size)) if size else 0)
        put(data, buffer)
        return len(data)


@legal
class OneByteAtATime(_Shorter):
    """Every sized read gives one byte: at least one before the end is all that is promised."""

    def most(self, n: int) -> int:
        return 1


@legal
class SevenBytesAtMost(_Shorter):
    """No sized read gives more than seven bytes, as a slow line may."""

    def most(self, n: int) -> int:
        return 7


@legal
class RandomLengths(_Shorter):
    """Sized reads end anywhere: how short a short read is need not be repeatable."""

    def most(self, n: int) -> int:
        return random.randint(1, n)


@legal
class CountsFromTheStartOnly(GoodFile):
    """A seek from the current position or from the end is not supported, and says so in those words."""

    def seek(self, position: int, whence: int = 0, /) -> Any:
        if whence in (1, 2):
            self._unsupported("seek from anywhere but the start")
        return super().seek(position, whence)


@legal
class PagewiseReads(_Shorter):
    """Reads end at page edges and nowhere else, as unbuffered block devices do."""

    def most(self, n: int) -> int:
        return PAGE - self.at % PAGE


@legal
class OneByteWindows(GoodHadoop):
    """Buffer reads give one byte: the language contract allows short reads."""

    def _fill(self, position: int, buffer: Any, *window: Any) -> int:
        offset, length = window or (0, room(buffer))
        return super()._fill(position, buffer, offset, 1 if 0 < length <= room(buffer) - offset else length)


@legal
class RandomWindows(GoodHadoop):
    """Buffer reads end anywhere."""

    def _fill(self, position: int, buffer: Any, *window: Any) -> int:
        offset, length = window or (0, room(buffer))
        fits = 0 < length <= room(buffer) - offset
        return super()._fill(position, buffer, offset, random.randint(1, length) if fits else length)


# Seeks


@legal
class LazySeek(GoodFile):
    """A seek is only noted and is applied by the next read; tell() knows of it."""

    pending: int | None = None

    def _go(self, target: int) -> int:
        if target < 0:
            raise ValueError("negative position")
        self.pending = target
        return target

    def tell(self) -> Any:
        here = super().tell()
        return here if self.pending is None else self.pending

    def seek(self, position: int, whence: int = 0, /) -> Any:
        self._check_open()
        self._settle()
        return super().seek(position, whence)

    def _settle(self) -> None:
        if self.pending is not None:
            self.at, self.pending = self.pending, None

    def _take(self, n: int) -> bytes:
        self._settle()
        return super()._take(n)

    def peek(self, n: int = 0, /) -> Any:
        self._settle()
        return super().peek(n)

    def readline(self, size: int | None = -1, /) -> Any:
        self._settle()
        return super().readline(size)


class _RefusesToPassTheEnd(GoodFile):
    error: type[Exception] = ValueError

    def _go(self, target: int) -> int:
        if target > len(self.content):
            raise self.error(f"position {target} of {len(self.content)}")
        return super()._go(target)


@legal
class RefusesToPassTheEndByValueError(_RefusesToPassTheEnd):
    """A seek past the end raises ValueError: it need not succeed."""


@legal
class RefusesToPassTheEndByOSError(_RefusesToPassTheEnd):
    """A seek past the end raises OSError."""

    error = OSError


@legal
class RefusesToPassTheEndByEOFError(_RefusesToPassTheEnd):
    """A seek past the end raises EOFError."""

    error = EOFError


@legal
class RefusesToPassTheEndOfWindows(GoodHadoop):
    """On the Hadoop surface too a seek past the end may raise EOFError."""

    def seek(self, position: Any, /) -> None:
        if position > len(self._content):
            raise EOFError("past the end")
        super().seek(position)


@legal
class LostAfterARefusedSeek(GoodFile):
    """After a refused seek position and reads are garbage until the next seek that succeeds."""

    def _go(self, target: int) -> int:
        if target < 0:
            self.at = random.randint(0, len(self.content))
        return super()._go(target)


class _RefusesNegatives(GoodFile):
    error: type[Exception] = OSError

    def _go(self, target: int) -> int:
        if target < 0:
            raise self.error("before the start")
        return super()._go(target)


@legal
class NegativeIsAnOSError(_RefusesNegatives):
    """A negative position raises OSError (EINVAL), as FileIO does: the class is free."""


@legal
class NegativeIsAnIndexError(_RefusesNegatives):
    """A negative position raises IndexError."""

    error = IndexError


@legal
class NegativeIsAnOverflowError(_RefusesNegatives):
    """A negative position raises OverflowError, as an unsigned conversion does."""

    error = OverflowError


class OutOfRange(Exception):
    """An error class of a library's own."""


@legal
class NegativeIsAnErrorOfItsOwn(_RefusesNegatives):
    """A negative position raises an exception that only this library has."""

    error = OutOfRange


# Fewer operations


@legal
class ForwardOnly(GoodFile):
    """seekable() is false; seek() and tell() say that they are not supported."""

    def seekable(self) -> Any:
        return super().seekable() and False

    def seek(self, position: int, whence: int = 0, /) -> Any:
        self._unsupported("seek")

    def tell(self) -> Any:
        self._unsupported("tell")


@legal
class ForwardOnlyAndTells(ForwardOnly):
    """seekable() is false, and tell() still counts, as pipes through a decoder do."""

    def tell(self) -> Any:
        return GoodFile.tell(self)


@legal
class NothingButRead:
    """A stream with read() and nothing else, not even close()."""

    def __init__(self, content: bytes) -> None:
        self._file = GoodFile(content)

    def read(self, n: int = -1) -> bytes:
        data: bytes = self._file.read(n)
        return data


@legal
class ReadsWholeNumbersOnly:
    """read() takes one integer and nothing else: no default, no None, no keyword."""

    def __init__(self, content: bytes) -> None:
        self._file = GoodFile(content)

    def read(self, n: int, /) -> bytes:
        if type(n) is not int:
            raise TypeError("an integer is required")
        data: bytes = self._file.read(n)
        return data


@legal
class RefusesNoneAsASize(GoodFile):
    """read(None) raises TypeError: the documentation names None for some streams only."""

    def read(self, n: Any = -1, /) -> Any:
        if n is None:
            raise TypeError("an integer is required")
        return super().read(n)


@legal
class RawWithReadintoOnly(io.RawIOBase):
    """A raw stream that overrides readable() and readinto(); the rest is Python's own."""

    def __init__(self, content: bytes) -> None:
        self._file = GoodFile(content)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        if self.closed:
            raise ValueError("closed")
        count: int = self._file.readinto(buffer)
        return count


@legal
class RawThatSeeks(RawWithReadintoOnly):
    """The same with seek(); tell() is Python's own, a seek by nothing."""

    def seekable(self) -> bool:
        return True

    def seek(self, position: int, whence: int = 0, /) -> int:
        if self.closed:
            raise ValueError("closed")
        target: int = self._file.seek(position, whence)
        return target


@legal
class BufferedWithReadOnly(io.BufferedIOBase):
    """A buffered stream that overrides readable() and read(); readinto() is Python's own."""

    def __init__(self, content: bytes) -> None:
        self._file = GoodFile(content)

    def readable(self) -> bool:
        return True

    def read(self, n: int | None = -1, /) -> bytes:
        if self.closed:
            raise ValueError("closed")
        data: bytes = self._file.read(n)
        return data


class _Without:
    """A GoodFile with some of its names taken away."""

    missing: tuple[str, ...] = ()

    def __init__(self, content: bytes) -> None:
        self._file = GoodFile(content)

    def __getattr__(self, name: str) -> Any:
        if name in self.missing or name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._file, name)


@legal
class NoReadinto(_Without):
    """There is no readinto(): a missing method is not offered, which is no fault."""

    missing = ("readinto", "readinto1")


@legal
class NoClose(_Without):
    """There is no close() and no closed."""

    missing = ("close", "closed")


@legal
class NoTell(_Without):
    """There is seek() and no tell(), and no seekable() that claims more."""

    missing = ("tell", "seekable")


# Answers


class Chunk(bytes):
    """A subclass of bytes."""


@legal
class GivesASubclassOfBytes(GoodFile):
    """Reads give a subclass of bytes, which is bytes."""

    def _take(self, n: int) -> bytes:
        return Chunk(super()._take(n))


class StreamClosed(ValueError):
    """An error class of a library's own for closed streams."""


@legal
class ClosedIsAnErrorOfItsOwn(GoodFile):
    """A closed stream raises a subclass of ValueError."""

    def _check_open(self) -> None:
        if self.shut:
            raise StreamClosed("closed")


@legal
class ClosedIsAnInteger(GoodFile):
    """closed is 0 or 1: true and false is all that is asked."""

    @property
    def closed(self) -> Any:
        return int(self.shut)


@legal
class DescriptorIsAnOSError(GoodFile):
    """fileno() raises a plain OSError."""

    def fileno(self) -> Any:
        self._check_open()
        raise OSError("no descriptor")


@legal
class PeeksAtOneByte(GoodFile):
    """peek() shows one byte whatever is asked for: how many it shows is free."""

    def peek(self, n: int = 0, /) -> Any:
        return super().peek(n)[:1]


@legal
class RaisesForOtherNegativeSizes(GoodFile):
    """read(-2) raises: only -1 is named."""

    def read(self, n: int | None = -1, /) -> Any:
        if n is not None and n < -1:
            raise ValueError("negative size")
        return super().read(n)


@legal
class CountsWithAnIntegerOfItsOwn(GoodFile):
    """Counts are of a subclass of int."""

    def readinto(self, buffer: Any, /) -> Any:
        return Count(super().readinto(buffer))


class Count(int):
    """A subclass of int."""


# Buffered forms: how much they give or show is free.


@legal
class PeeksAtEverything(GoodFile):
    """peek() shows all that is left."""

    def peek(self, n: int = 0, /) -> Any:
        self._check_open()
        return self.content[self.at :]


@legal
class PeeksAtWhatIsAskedFor(GoodFile):
    """peek(n) shows n bytes and no more."""

    def peek(self, n: int = 0, /) -> Any:
        return super().peek(n)[: max(n, 1)]


@legal
class NeverPeeksOverAPageEdge(GoodFile):
    """peek() shows what is left of its page, and a whole new page where that is nothing."""

    def peek(self, n: int = 0, /) -> Any:
        return super().peek(n)[: PAGE - self.at % PAGE]


@legal
class Read1ByTheByte(GoodFile):
    """read1() gives one byte, whatever is asked for."""

    def read1(self, n: int = -1, /) -> Any:
        return super().read1(min(n, 1) if n >= 0 else 1)


@legal
class Read1ByThePage(GoodFile):
    """read1() gives what is left of its page at the most."""

    def read1(self, n: int = -1, /) -> Any:
        left = PAGE - self.at % PAGE
        return super().read1(left if n < 0 else min(n, left))


@legal
class Readinto1ByTheByte(GoodFile):
    """readinto1() fills one byte of the buffer."""

    def readinto1(self, buffer: Any, /) -> Any:
        self._check_open()
        data = self._take(min(room(buffer), 1))
        put(data, buffer)
        return len(data)


@legal
class HasNoBufferedForms(_Without):
    """There is no peek(), read1(), readinto1() or readall()."""

    missing = ("peek", "read1", "readinto1", "readall")


@legal
class Read1TakesASizeAlways(GoodFile):
    """read1() wants a size: to leave it out is not offered."""

    def read1(self, n: int, /) -> Any:
        return super().read1(n)


# Lines


@legal
class LooksForTheNewlineByteByByte(GoodFile):
    """readline() reads one byte at a time."""

    def readline(self, size: int | None = -1, /) -> Any:
        self._check_open()
        line = b""
        while (size is None or size < 0 or len(line) < size) and not line.endswith(b"\n"):
            byte = self._take(1)
            if not byte:
                break
            line += byte
        return line


@legal
class CutsPartsOfLinesShort(GoodFile):
    """readline(size) gives seven bytes at the most: `at most size` is all that is promised."""

    def readline(self, size: int | None = -1, /) -> Any:
        return super().readline(size if size is None or size < 0 else min(size, 7))


@legal
class TakesNoSizeForLines(GoodFile):
    """readline() and readlines() take no argument: to limit them is not offered."""

    def readline(self) -> Any:
        return super().readline()

    def readlines(self) -> Any:
        return super().readlines()


@legal
class StopsWhereTheHintIsExceeded(GoodFile):
    """readlines(hint) goes on where its lines just reach the hint, as io.IOBase does."""

    def readlines(self, hint: int | None = None, /) -> Any:
        return super().readlines(hint + 1 if hint is not None and hint > 0 else hint)


@legal
class IteratesByAGenerator(_Without):
    """A loop gets a generator, and there is no __next__."""

    missing = ("__next__",)

    def __iter__(self) -> Any:
        while line := self._file.readline():
            yield line


@legal
class IteratesByAGeneratorThatReadsAhead(GoodFile):
    """A loop gets a generator that reads a page at a time; next() on the stream and readlines() do not."""

    def __iter__(self) -> Any:
        self._check_open()
        pieces = b""
        while more := self._take(PAGE):
            *lines, pieces = (pieces + more).split(b"\n")
            yield from (line + b"\n" for line in lines)
        if pieces:
            yield pieces

    def readlines(self, hint: int | None = None, /) -> Any:
        lines: list[bytes] = []
        while line := self.readline():
            lines.append(line)
            if hint is not None and 0 < hint <= sum(map(len, lines)):
                break
        return lines


@legal
class OffersNoLines(GoodFile):
    """readline() only says that there is no such operation, and so does what is made of it."""

    def readline(self, size: int | None = -1, /) -> Any:
        self._check_open()
        raise io.UnsupportedOperation("readline")


@legal
class HasNoLines(_Without):
    """There is no readline(), no readlines() and no iteration."""

    missing = ("readline", "readlines")


@legal
class LinesOfASubclass(GoodFile):
    """Lines are of a subclass of bytes."""

    def readline(self, size: int | None = -1, /) -> Any:
        return Chunk(super().readline(size))


@legal
class BufferedOverRawWithLines(io.BufferedIOBase):
    """A buffered stream with read(), read1() and a peek() of one byte; all else is Python's own."""

    def __init__(self, content: bytes) -> None:
        self._file = GoodFile(content)

    def _sound(self) -> GoodFile:
        if self.closed:
            raise ValueError("closed")
        return self._file

    def readable(self) -> bool:
        return True

    def read(self, n: int | None = -1, /) -> bytes:
        data: bytes = self._sound().read(n)
        return data

    def read1(self, n: int = -1, /) -> bytes:
        data: bytes = self._sound().read1(n)
        return data

    def peek(self, n: int = 0, /) -> bytes:
        data: bytes = self._sound().peek(n)[:1]
        return data


# Layers


@legal
class GivesUpItsRaw(GoodFile):
    """detach() gives the raw stream, and the wrapper refuses everything with an error of its own."""

    raw: Any = None

    def detach(self) -> Any:
        self._check_open()
        self.raw = io.BytesIO(self.content)
        return self.raw

    def _check_open(self) -> None:
        super()._check_open()
        if self.raw is not None:
            raise RuntimeError("detached")


@legal
class OffersNoDetach(GoodFile):
    """detach() says that it is not supported, as that of io.BytesIO does."""

    def detach(self) -> Any:
        self._unsupported("detach")


@legal
class DetachesSomethingElse(GoodFile):
    """detach() wants an argument: it is another thing altogether."""

    def detach(self, listener: Any, /) -> Any:
        self._check_open()


# The Hadoop surface


@legal
class NewSourcesAreNotOffered(GoodHadoop):
    """seek_to_new_source() raises NotImplementedError."""

    def seek_to_new_source(self, target: Any, /) -> bool:
        raise NotImplementedError


@legal
class FindsANewSource(GoodHadoop):
    """seek_to_new_source() returns True: it has a second copy."""

    def seek_to_new_source(self, target: Any, /) -> bool:
        return True


class _Rewords(GoodHadoop):
    """Impossible windows raise `error`."""

    error: type[Exception] = ValueError

    def read(self, *arguments: Any) -> int:
        try:
            return super().read(*arguments)
        except IndexError as error:
            raise self.error(str(error)) from None


@legal
class ImpossibleWindowIsAValueError(_Rewords):
    """An impossible window raises ValueError."""


@legal
class ImpossibleWindowIsATypeError(_Rewords):
    """An impossible window raises TypeError."""

    error = TypeError


@legal
class ImpossibleWindowIsAnOverflowError(_Rewords):
    """An impossible window raises OverflowError."""

    error = OverflowError


@legal
class SkipsHalfTheWay(GoodHadoop):
    """skip() moves less than was asked for, and says so."""

    def skip(self, count: Any, /) -> int:
        return super().skip((count + 1) // 2)


@legal
class PromisesNothing(GoodHadoop):
    """available() is always 0."""

    def available(self) -> int:
        return super().available() * 0


@legal
class HasNoMark(GoodHadoop):
    """mark_supported() is false, mark() does nothing and reset() raises."""

    def mark_supported(self) -> bool:
        return False

    def mark(self, read_limit: Any, /) -> None:
        return None

    def reset(self) -> None:
        raise OSError("mark/reset not supported")


@legal
class CannotBeLookedAtWhenClosed(GoodFile):
    """Once it is closed, to look up what it could be asked raises, and not only the call."""

    def __getattribute__(self, name: str) -> Any:
        asked = name in ("readable", "writable", "seekable", "flush", "readinto")
        if asked and super().__getattribute__("shut"):
            raise ValueError("I/O operation on closed file")
        return super().__getattribute__(name)

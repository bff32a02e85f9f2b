"""Streams whose positioned reads are odd and legal: the kit must blame none of them."""

import random
from typing import Any, ClassVar

from tests.faulty.good import GoodFile, GoodHadoop, GoodPositioned, put, room
from tests.faulty.odd import ForwardOnly, legal
from tests.faulty.odd_sources import ODD

__all__ = ["ODD"]


@legal
class OneByteByPosition(GoodPositioned):
    """A positioned read gives one byte: it may be short as a plain read may."""

    def _at(self, position: int, n: int) -> bytes:
        return super()._at(position, min(n, 1))


@legal
class RandomLengthsByPosition(GoodPositioned):
    """Positioned reads end anywhere."""

    def _at(self, position: int, n: int) -> bytes:
        return super()._at(position, random.randint(1, n) if n else 0)


@legal
class RaisesPastTheEndByPosition(GoodPositioned):
    """A positioned read past the end raises OSError, also one of nothing; at the end it gives b""."""

    def _at(self, position: int, n: int) -> bytes:
        if position > len(self.content):
            raise OSError("read out of bounds")
        return super()._at(position, n)


@legal
class RaisesAtTheEndByPosition(GoodPositioned):
    """A positioned read at the end raises too, as a store does that is asked for an impossible range."""

    def _at(self, position: int, n: int) -> bytes:
        if position >= len(self.content):
            raise EOFError("range not satisfiable")
        return super()._at(position, n)


@legal
class RaisesPastTheEndOfWindows(GoodHadoop):
    """On the Hadoop surface too a positioned read past the end may raise EOFError."""

    def read(self, *arguments: Any) -> int:
        if len(arguments) == 4 and arguments[0] > len(self._content):
            raise EOFError("past the end")
        return super().read(*arguments)


@legal
class FillsNothingAtOnce(GoodHadoop):
    """A full read of length 0 past the end returns at once."""

    def read_fully(self, position: Any, buffer: Any, /, *window: Any) -> None:
        if position >= 0 and buffer is not None and room(buffer) >= 0 and not (window or [room(buffer)])[-1]:
            super().read_fully(0, buffer, *window)
        else:
            super().read_fully(position, buffer, *window)


@legal
class FillsWhatThereIsAndRaises(GoodHadoop):
    """A full read past the end raises after it has filled the window with what there is."""

    def read_fully(self, position: Any, buffer: Any, /, *window: Any) -> None:
        try:
            super().read_fully(position, buffer, *window)
        except EOFError:
            if position >= 0:
                put(self._content[position:], buffer, window[0] if window else 0)
            raise


class OutOfBytes(OSError):
    """A library's own error for an end that came too early."""


@legal
class TheEndHasAnErrorOfItsOwn(GoodHadoop):
    """A full read past the end raises the class that the stream declares as its end-of-file error."""

    end_of_file = OutOfBytes

    def read_fully(self, position: Any, buffer: Any, /, *window: Any) -> None:
        try:
            super().read_fully(position, buffer, *window)
        except EOFError as error:
            raise OutOfBytes(str(error)) from None


@legal
class AFullReadCounts(GoodHadoop):
    """A full read returns how many bytes it filled: what it returns is free."""

    def read_fully(self, position: Any, buffer: Any, /, *window: Any) -> Any:
        super().read_fully(position, buffer, *window)
        return window[1] if window else room(buffer)


class _RefusesNegativesByPosition(GoodPositioned):
    error: type[Exception] = IndexError

    def _at(self, position: int, n: int) -> bytes:
        if position < 0:
            raise self.error("before the start")
        return super()._at(position, n)


@legal
class NegativeIsAnIndexErrorByPosition(_RefusesNegativesByPosition):
    """A positioned read before the start raises IndexError: the class is free."""


@legal
class NegativeIsAnOverflowErrorByPosition(_RefusesNegativesByPosition):
    """A positioned read before the start raises OverflowError."""

    error = OverflowError


@legal
class CountsFromTheEndAsDocumented(GoodPositioned):
    """A negative position counts from the end, as a slice does, and the stream declares it."""

    from_the_end = ("pread_bytes", "pread_into")

    def _at(self, position: int, n: int) -> bytes:
        self._check_open()
        return self.content[position : position + n]


@legal
class ForwardOnlyWithPositions(ForwardOnly, GoodPositioned):
    """A stream that does not seek has positioned reads all the same."""


@legal
class HasPositionsAndDoesNotSay(GoodPositioned):
    """pread() takes its arguments in an order that nobody was told: then it is not asked."""

    spellings: ClassVar[dict[str, str]] = {}

    def pread(self, n: int, position: int, /) -> Any:
        return super().pread(position, n)


@legal
class SpellsPositionsTheOtherWay(GoodFile):
    """The count comes first, the position by its name."""

    spellings: ClassVar[dict[str, str]] = {"pread_bytes": "read_at(n, offset=position)"}

    def read_at(self, count: int, offset: int) -> Any:
        self._check_open()
        if offset < 0:
            raise ValueError("negative offset")
        return memoryview(self.content)[offset : offset + count]


class Store:
    """A store with ranged reads of its objects."""

    def __init__(self, content: bytes) -> None:
        self.objects = {"key": content}

    def ranges(self, keys: list[str], starts: list[int], ends: list[int]) -> list[bytes]:
        """The bytes of a range, for each of several objects."""
        if min(starts) < 0:
            raise ValueError("negative start")
        return [self.objects[key][start:end] for key, start, end in zip(keys, starts, ends, strict=True)]


@legal
class ReadsRangesOfItsStore(GoodFile):
    """The store behind the stream has the positioned read."""

    spellings: ClassVar[dict[str, str]] = {
        "pread_bytes": "store.ranges([stream.key], [position], [position + n])[0]"
    }

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.store, self.key = Store(content), "key"

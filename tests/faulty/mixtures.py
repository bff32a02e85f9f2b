"""Streams that are right in every operation by itself, and wrong in what they do one after another."""

from typing import Any

from tests.faulty import lies
from tests.faulty.good import GoodFile, GoodHadoop, GoodPositioned
from tests.faulty.sources import GoodStore


@lies("PY-12a")
class JumpsBackByAThousandAndOne(GoodFile):
    """A jump back by exactly 1000 bytes lands, and says that it lands, a byte off."""

    def _go(self, target: int) -> int:
        return super()._go(target + (self.at - target == 1000))


@lies("PY-12b")
class KeepsThePageAfterASmallStepBack(GoodFile):
    """A jump of under 100 bytes back over the edge of a page of 5000 goes on in the later page."""

    stale = False

    def _go(self, target: int) -> int:
        self.stale = self.at // 5000 == target // 5000 + 1 and self.at - target < 100
        return super()._go(target)

    def _take(self, n: int) -> bytes:
        self.at += self.stale and self.at < len(self.content) - 1
        self.stale = False
        return super()._take(n)


@lies("PY-9a")
class HidesTheLineBufferFromReadinto(GoodFile):
    """readinto() after readline() begins behind the 16 bytes that readline() took ahead."""

    ahead = 0

    def readline(self, size: int | None = -1, /) -> Any:
        self.ahead = 16
        return super().readline(size)

    def readinto(self, buffer: Any, /) -> Any:
        if self.at < len(self.content):
            self.at = min(len(self.content), self.at + self.ahead)
        self.ahead = 0
        return super().readinto(buffer)

    def _go(self, target: int) -> int:
        self.ahead = 0
        return super()._go(target)


@lies("PY-8b")
class PeeksPastTheLine(GoodFile):
    """peek() right after readline() shows what begins one byte too late."""

    lined = False

    def readline(self, size: int | None = -1, /) -> Any:
        self.lined = True
        return super().readline(size)

    def peek(self, n: int = 0, /) -> Any:
        data = super().peek(n)
        lined, self.lined = self.lined, False
        return data[1:] if lined and len(data) > 1 else data


@lies("PY-13a")
class CountsAByteForACutLine(GoodFile):
    """After a readline(size) that cut a line tell() is one too far, until the next read."""

    cut = False

    def readline(self, size: int | None = -1, /) -> Any:
        data = super().readline(size)
        self.cut = len(data) == size and not data.endswith(b"\n")
        return data

    def tell(self) -> Any:
        return super().tell() + self.cut

    def _take(self, n: int) -> bytes:
        self.cut = False
        return super()._take(n)

    def _go(self, target: int) -> int:
        self.cut = False
        return super()._go(target)


@lies("PY-12c")
class JumpsFromThePeekedByte(GoodFile):
    """A relative seek right after peek() counts from one byte further on."""

    peeked = False

    def peek(self, n: int = 0, /) -> Any:
        self.peeked = True
        return super().peek(n)

    def seek(self, position: int, whence: int = 0, /) -> Any:
        far, self.peeked = self.peeked and whence == 1 and position != 0, False
        return super().seek(position + far, whence)


@lies("PY-12d")
class FindsTheEndElsewhereOnceRead(GoodFile):
    """Once something was read by readline(), seek(-n, 2) lands one byte too late."""

    lined = 0

    def readline(self, size: int | None = -1, /) -> Any:
        self.lined = 1
        return super().readline(size)

    def seek(self, position: int, whence: int = 0, /) -> Any:
        return super().seek(position + (self.lined if whence == 2 and position < 0 else 0), whence)


@lies("PR-1b")
class FollowsANearPositionedRead(GoodPositioned):
    """A positioned read of a place just before the cursor takes the cursor with it."""

    def _at(self, position: int, n: int) -> bytes:
        if 0 < self.at - position < 50:
            self.at = position
        return super()._at(position, n)


@lies("PY-3a")
class ForgetsTheByteBeforeAnEmptyRead(GoodFile):
    """read(0) right after readline() steps back by a byte."""

    lined = False

    def readline(self, size: int | None = -1, /) -> Any:
        data = super().readline(size)
        self.lined = len(data) > 1
        return data

    def read(self, n: int | None = -1, /) -> Any:
        self.at -= self.lined and n == 0
        self.lined = False
        return super().read(n)


@lies("SK-15a")
class SkipsAByteAfterAJumpBack(GoodHadoop):
    """After a byte read, a jump back by 2048 and a buffer read, the buffer read begins a byte late."""

    late = False

    def seek(self, position: int, /) -> None:
        self.late = self._position - position == 2048
        super().seek(position)

    def _read_next(self, buffer: Any, *window: Any) -> int:
        self._position += self.late and self._remaining() > 1
        self.late = False
        return super()._read_next(buffer, *window)


@lies("DS-2a")
class StoreJumpsBackTooLittle(GoodStore):
    """A jump back by exactly 1024 bytes lands a byte too late."""

    def seek(self, position: int, /) -> Any:
        back = self.at - position
        super().seek(position)
        self.at += back == 1024


@lies("DS-1a")
class StoreViewsBesideTheCursor(GoodStore):
    """read(n) gives a view of the next bytes, and leaves the cursor before the last of them."""

    def _view(self, n: int) -> Any:
        view = super()._view(n)
        self.at -= len(view) > 1
        return view

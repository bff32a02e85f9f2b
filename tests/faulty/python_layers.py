"""PY-21: Python files that fail under the layers of Python's own `io`."""

from typing import Any

from tests.faulty import lies
from tests.faulty.good import GoodFile


def missing(name: str) -> Any:
    """What makes an inherited method look as if it were not there."""

    def absent(self: Any) -> Any:
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    return property(absent)


# PY-21a: io.BufferedReader


@lies("PY-21a")
class SaysYesInNumbers(GoodFile):
    """readable() is 1, which io.BufferedReader does not take for True."""

    def readable(self) -> Any:
        return int(super().readable())


@lies("PY-21a")
class SaysItSeeksInNumbers(GoodFile):
    """seekable() is 1, which io.BufferedReader does not take for True."""

    def seekable(self) -> Any:
        return int(super().seekable())


@lies("PY-21a")
class AsksWhoseBufferItIs(GoodFile):
    """readinto() fills the object behind a memoryview, and that of io.BufferedReader has none."""

    def readinto(self, buffer: Any, /) -> Any:
        if isinstance(buffer, memoryview) and not memoryview(buffer.obj).nbytes:
            raise TypeError("nothing behind the view")
        return super().readinto(buffer)


@lies("PY-21a", also=("PY-21b",))
class HasNoFlush(GoodFile):
    """There is no flush(), which every layer calls when it is closed."""

    flush = missing("flush")


@lies("PY-21a", also=("PY-21b",))
class RefusesToFlush(GoodFile):
    """flush() raises, as there is nothing to write."""

    def flush(self) -> None:
        self._unsupported("flush")


@lies("PY-21a", also=("PY-21b",))
class HasNoClosed(GoodFile):
    """There is no closed."""

    closed = missing("closed")


# PY-21b: io.TextIOWrapper


@lies("PY-21b")
class HasNoWritable(GoodFile):
    """There is no writable(), which io.TextIOWrapper asks before it reads."""

    writable = missing("writable")


@lies("PY-21b")
class CannotSayWhetherItIsWritable(GoodFile):
    """writable() raises, as the stream is only read."""

    def writable(self) -> Any:
        self._unsupported("writable")


@lies("PY-21b")
class HasNoSeekable(GoodFile):
    """There is no seekable(), and seek() and tell() are not supported."""

    seekable = missing("seekable")

    def seek(self, position: int, whence: int = 0, /) -> Any:
        self._unsupported("seek")

    def tell(self) -> Any:
        self._unsupported("tell")


# PY-21c: detach


class _Wrapper(GoodFile):
    """A sound file over a raw one, which detach() gives up."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.raw: GoodFile | None = GoodFile(content)

    def _check_open(self) -> None:
        super()._check_open()
        if self.raw is None:
            raise ValueError("the raw stream has been detached")

    def detach(self) -> Any:
        self._check_open()
        raw, self.raw = self.raw, None
        return raw


@lies("PY-21c")
class ClosesWhatItGivesUp(_Wrapper):
    """detach() closes the raw stream."""

    def detach(self) -> Any:
        raw = super().detach()
        raw.close()
        return raw


@lies("PY-21c")
class ReadsOnWhenDetached(_Wrapper):
    """After detach() the wrapper still reads from its buffer."""

    def detach(self) -> Any:
        self._check_open()
        return GoodFile(self.content)


@lies("PY-21c")
class ClosesWhatItGaveUpLater(_Wrapper):
    """close() after detach() closes the raw stream that is no longer its own."""

    given: GoodFile | None = None

    def detach(self) -> Any:
        self.given = super().detach()
        return self.given

    def close(self) -> None:
        super().close()
        if self.given is not None:
            self.given.close()


@lies("PY-21c")
class GivesUpNothing(_Wrapper):
    """detach() returns None."""

    def detach(self) -> Any:
        super().detach()


@lies("PY-21c")
class ClosesWhenFlushed(GoodFile):
    """flush() ends the stream, so that a layer which lets go of it leaves it closed."""

    def flush(self) -> None:
        self.close()


@lies("PY-21c")
class RewindsWhenFlushed(GoodFile):
    """flush() throws away the position with the buffer."""

    def flush(self) -> None:
        super().flush()
        self.at = 0

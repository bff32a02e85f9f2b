"""FS: streams that change the file that they read."""

import ctypes
from typing import Any

from tests.faulty import lies
from tests.faulty.good import GoodFile, GoodHadoopPath, GoodPath


@lies("FS-1a")
class DeletesTheFileAtItsEnd(GoodPath):
    """A read that meets the end removes the file."""

    def _take(self, n: int) -> bytes:
        data = super()._take(n)
        if self.at >= len(self.content):
            self.path.unlink(missing_ok=True)
        return data


@lies("FS-1a")
class MovesTheFileAwayForANewSource(GoodHadoopPath):
    """seek_to_new_source() takes the file for a broken copy and moves it out of the way."""

    def seek_to_new_source(self, target: Any, /) -> bool:
        if self.path.exists():
            self.path.rename(self.path.with_suffix(".bad"))
        return False


@lies("FS-1a")
class ExtendsTheFileForAFullRead(GoodHadoopPath):
    """A full read past the end makes the file as long as the window needs it, then raises all the same."""

    def read_fully(self, position: Any, buffer: Any, /, *window: Any) -> None:
        try:
            super().read_fully(position, buffer, *window)
        except EOFError:
            with self.path.open("ab") as file:
                file.write(b"\0")
            raise


@lies("FS-1a")
class AppendsAMarkWhenSought(GoodPath):
    """A seek leaves a byte of its own behind the content."""

    def _go(self, target: int) -> int:
        with self.path.open("ab") as file:
            file.write(b"!")
        return super()._go(target)


@lies("FS-1a")
class WritesIntoTheBytesItWasGiven(GoodFile):
    """close() wipes the first byte of the immutable bytes that it was opened on."""

    def close(self) -> None:
        super().close()
        if len(self.content) > 1:  # single bytes are shared by the whole interpreter
            ctypes.memmove(ctypes.c_char_p(self.content), b"#", 1)

"""What wrapping streams read from: changed stored bytes, foreign bytes, sources that give little or fail."""

import io
from functools import cache
from itertools import pairwise
from typing import Any, BinaryIO, cast

SOURCE = """\
class Source(io.RawIOBase):
    def __init__(self, data, most, fails_at=None, seeks=True):
        self.data, self.most, self.fails_at, self.seeks = io.BytesIO(data), most, fails_at, seeks
    def readable(self):
        return True
    def seekable(self):
        return self.seeks
    def read(self, size=-1):
        return super().read(-1 if size is None else size)
    def readinto(self, buffer):
        if self.fails_at is not None and self.data.tell() >= self.fails_at:
            raise OSError("the source fails")
        chunk = self.data.read(min(len(buffer), self.most))
        buffer[:len(chunk)] = chunk
        return len(chunk)
    def seek(self, position, whence=0):
        return self.data.seek(position, whence) if self.seeks else super().seek(position, whence)
    def tell(self):
        return self.data.tell() if self.seeks else super().tell()
"""
"""A raw binary file over `data`: a read gives at most `most` bytes, and fails from `fails_at` on.

Without `seeks`, seek() and tell() raise io.UnsupportedOperation.
"""


def source(data: bytes, most: int, fails_at: int | None = None, seeks: bool = True) -> BinaryIO:
    """The source of SOURCE, as streams are given it."""
    return cast(BinaryIO, _made()["Source"](data, most, fails_at, seeks))


@cache
def _made() -> dict[str, Any]:
    made: dict[str, Any] = {"io": io}
    exec(SOURCE, made)
    return made


def with_stored(opening: str, shown: str) -> str:
    """An opening whose stored bytes are changed to `shown`, an expression over `stored`."""
    lines = opening.splitlines()
    at = next((n for n, line in enumerate(lines) if line.startswith("stored = ")), len(lines) - 2)
    return "\n".join([*lines[: at + 1], f"stored = {shown}", *lines[at + 1 :]])


def with_members(opening: str, cuts: tuple[int, ...]) -> str:
    """An opening whose stored bytes are encodings, one after the other, of the content cut into parts."""
    ends = [0, *cuts, None]
    parts = ", ".join(f"content[{start or ''}:{'' if end is None else end}]" for start, end in pairwise(ends))
    lines = [
        f'stored = b"".join({line.removeprefix("stored = ")} for content in ({parts}))'
        if line.startswith("stored = ")
        else line
        for line in opening.splitlines()
    ]
    return "\n".join(lines)


def with_foreign(opening: str, before: str, after: str) -> str:
    """An opening with foreign bytes before and after the payload, given as expressions."""
    return opening.replace('before = after = b""', f"before, after = {before}, {after}")


def with_source(opening: str, made: str, surface: str) -> str:
    """An opening whose stream reads from another source, `made` by an expression over `stored`."""
    lines = opening.splitlines()
    at = next((n for n, line in enumerate(lines) if line.startswith("source = ")), None)
    new = ["import io", *SOURCE.splitlines(), "", f"source = {made}"]
    if at is not None:
        return "\n".join([*lines[:at], *new, *lines[at + 1 :]])
    given = f", {surface!r}" if surface else ""
    return "\n".join([*lines[:-1], *new, f"stream = adapter.open_on(source{given})"])

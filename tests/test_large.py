"""Content of more than 4 GiB: what only it shows is found, and nobody is blamed for being asked."""

import io
import mmap
import os
import resource
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, ClassVar

import pytest

from streamtck.adapters import Adapter, Large
from streamtck.cases import Scale
from streamtck.reference_impl import LocalFile
from streamtck.registry import checks
from streamtck.sparse import LARGE_CONTENT, SIZE, sparse
from streamtck.spec import load
from streamtck.subjects import ready
from streamtck.verdicts import Result
from tests.faulty.good import GoodFile, put, room
from tests.judging import adapter_of, noteworthy
from tests.running import read_report, run_pytest, run_python

LOW = 2**32 - 1
"""What is kept of a number in 32 bits."""


class GoodLarge(GoodFile):
    """A sound Python file over a file that is mapped."""

    spellings: ClassVar[dict[str, str]] = {"pread_bytes": "pread(position, n)"}

    def __init__(self, path: str) -> None:
        with open(path, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            mapped: Any = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if size else b""
        super().__init__(mapped)

    @property
    def inside(self) -> bool:
        """Whether the position lies within the content."""
        return self.at < len(self.content)

    def pread(self, position: int, n: int, /) -> bytes:
        """Up to `n` bytes at a position."""
        self._check_open()
        if position < 0:
            raise ValueError(f"negative position {position}")
        return self._at(position, n)

    def _at(self, position: int, n: int) -> bytes:
        return self.content[position : position + n]


class ReadsAtThe32LowBits(GoodLarge):
    """Reads what stands at the low half of its position, which it tells whole."""

    def _take(self, n: int) -> bytes:
        at = self.at
        self.at &= LOW if self.inside else -1
        data = super()._take(n)
        self.at = at + len(data)
        return data


class TellsASigned32BitPosition(GoodLarge):
    """tell() is negative from 2**31 on."""

    def tell(self) -> int:
        told: int = super().tell()
        return told - 2**32 if told >= 2**31 and self.inside else told


class CountsFromA32BitEnd(GoodLarge):
    """A seek from the end takes the low half of the length for the length."""

    def seek(self, position: int, whence: int = 0, /) -> Any:
        if whence == 2:
            self._check_open()
            return self._go((len(self.content) & LOW) + position)
        return super().seek(position, whence)


class MovesBy32Bits(GoodLarge):
    """A seek from the current position adds up in 32 bits."""

    def seek(self, position: int, whence: int = 0, /) -> Any:
        wraps = whence == 1 and 0 <= self.at + position < len(self.content)
        return super().seek((self.at + position) & LOW) if wraps else super().seek(position, whence)


class EndsWhereTheLowBitsOfItsLengthDo(GoodLarge):
    """Takes the low half of the length for the length, so that the end comes early."""

    def _take(self, n: int) -> bytes:
        early = self.inside and len(self.content) > LOW and self.at >= len(self.content) & LOW
        return b"" if early else super()._take(n)


class SeeksNoFurtherThanAnInt(GoodLarge):
    """A seek beyond 2**31 - 1 within the content is an OverflowError, as C's int is too small."""

    def _go(self, target: int) -> int:
        if 2**31 <= target < len(self.content):
            raise OverflowError("Python int too large to convert to C int")
        return super()._go(target)


class WrapsWhereItPasses32Bits(GoodLarge):
    """What is read across 2**32 takes the position back to the start."""

    def _take(self, n: int) -> bytes:
        before = self.at
        data = super()._take(n)
        if before < 2**32 <= self.at:
            self.at &= LOW
        return data


class ReadsPositionedAtThe32LowBits(GoodLarge):
    """Only the positioned read cuts its position."""

    def _at(self, position: int, n: int) -> bytes:
        return super()._at(position & LOW if position < len(self.content) else position, n)


def forgets_the_file(fileobj: BinaryIO) -> BinaryIO:
    """Serves what it is given from a buffer of its own that knows 32 bits."""
    return io.BufferedReader(Low(fileobj))


class Low(io.RawIOBase):
    """A raw file that seeks in 32 bits within its content."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.size = file.seek(0, 2)
        file.seek(0)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self.file.read(room(buffer))
        put(data, buffer)
        return len(data)

    def seek(self, position: int, whence: int = 0) -> int:
        target = position + (0, self.file.tell(), self.size)[whence]
        self.file.seek(target & LOW if target < self.size else target)
        return target

    def tell(self) -> int:
        return self.file.tell()


class KnowsLowSizes(LocalFile):
    """A core that tells its size in 32 bits."""

    def size(self) -> int:
        return super().size() & LOW


class FetchesFromLowPositions(LocalFile):
    """A core that fetches from a position cut to 32 bits."""

    def bytes_at(self, position: int, count: int) -> bytes:
        return super().bytes_at(position & LOW if position < self.size() else position, count)


def store_of_low_sizes(path: str) -> Any:
    """A data-store stream whose size is cut."""
    return KnowsLowSizes(path).data_store()


def hadoop_of_low_positions(path: str) -> Any:
    """A Hadoop stream that fetches from elsewhere."""
    return FetchesFromLowPositions(path).hadoop()


store_of_low_sizes.surfaces = ("data-store",)  # type: ignore[attr-defined]
hadoop_of_low_positions.surfaces = ("hadoop",)  # type: ignore[attr-defined]


class RepeatsAByteAtABlockEdge(LocalFile):
    """A core of blocks of 5 MiB, each but the first of which begins with the last byte of the one before."""

    def bytes_at(self, position: int, count: int) -> bytes:
        block = 5 << 20
        return super().bytes_at(position - (position % block == 0 < position < self.size()), count)


def blockwise(path: str) -> Any:
    """A Python file over blocks."""
    return RepeatsAByteAtABlockEdge(path).python_file()


FAULTY: dict[Callable[..., Any], str] = {
    ReadsAtThe32LowBits: "SK-10a",
    TellsASigned32BitPosition: "SK-8a",
    CountsFromA32BitEnd: "PY-12d",
    MovesBy32Bits: "PY-12c",
    EndsWhereTheLowBitsOfItsLengthDo: "SK-10a",
    SeeksNoFurtherThanAnInt: "SK-8a",
    WrapsWhereItPasses32Bits: "SK-10a",
    ReadsPositionedAtThe32LowBits: "PR-1a",
    forgets_the_file: "SK-8a",
    blockwise: "SK-10a",
    store_of_low_sizes: "DS-5a",
    hadoop_of_low_positions: "SK-10a",
}
"""Streams that are wrong in content of more than 4 GiB alone, and what says so."""


def open_buffered(path: str) -> BinaryIO:
    """The standard library's stream."""
    return open(path, "rb")


def open_on(fileobj: BinaryIO) -> BinaryIO:
    """A buffer over what it is given."""
    return io.BufferedReader(fileobj, 1000)  # type: ignore[type-var]


ASKED = [id for id, each in checks().items() if each.large]
"""The requirements that look at large content."""


def said(stream: Callable[..., Any], large: bool = True) -> dict[str, Result]:
    """Their results on a stream, of which little is looked at beside large content."""
    adapter = adapter_of(stream)
    adapter.large = large
    subject = ready(adapter, adapter.name, load(), "quick", 0)
    for probe in subject.engine.probes.values():
        probe.scale = Scale((0, 1, 300), (131073,), (), 0)
    try:
        return {id: subject.engine.decide(id) for id in ASKED}
    finally:
        subject.close()


@pytest.mark.parametrize("stream", FAULTY)
def test_what_only_large_content_shows(stream: Callable[..., Any], tmp_path: Path) -> None:
    """One requirement fails, the others rest on it; plain Python makes the content, and ends in an error."""
    results = said(stream)
    failing = {id for id, verdict in noteworthy(results).items() if verdict not in ("blocked", "warn")}

    assert failing == {FAULTY[stream]}, {id: results[id].message for id in failing}
    root = str(Path(__file__).parents[1])
    done = run_python(
        tmp_path, f"import sys\nsys.path.insert(0, {root!r})\n{results[FAULTY[stream]].reproducer}"
    )
    assert done.returncode == 1
    assert "Error" in done.stderr


@pytest.mark.parametrize("stream", list(FAULTY)[::3])
def test_nothing_else_shows_it(stream: Callable[..., Any]) -> None:
    """Where large content is not asked for, nothing is said."""
    assert set(noteworthy(said(stream, large=False)).values()) <= {"warn"}


@pytest.mark.parametrize("stream", [GoodLarge, open_buffered, open_on, io.FileIO])
def test_a_sound_stream_is_not_blamed(stream: Callable[..., Any]) -> None:
    """Large content is looked at, and nothing is said."""
    results = said(stream)

    assert set(noteworthy(results).values()) <= {"warn"}
    assert results["SK-15a"].observed[LARGE_CONTENT] == "looked at"


class Copies(Adapter):
    """An adapter that copies what it is to store."""

    def store_large(self, content: Large) -> Any:
        """Copy it whole."""
        return bytes(content)

    def open(self, ref: Any, surface: str = "") -> BinaryIO:
        """Over the copy."""
        return io.BytesIO(ref)


def refuses(path: str) -> BinaryIO:
    """Opens no file that is large."""
    if os.path.getsize(path) > 2**31:
        raise ValueError("larger than 2 GiB")
    return open(path, "rb")


def looks_at_the_descriptor(fileobj: BinaryIO) -> BinaryIO:
    """Wants a file that the system knows."""
    return open(os.dup(fileobj.fileno()), "rb")


@pytest.mark.parametrize(
    ("stream", "said_of_it"),
    [
        (Copies, "not looked at: storing it raised TypeError"),
        (refuses, "not looked at: open() raised ValueError: larger than 2 GiB"),
        (looks_at_the_descriptor, "looked at"),
    ],
)
def test_a_stream_that_cannot_take_it_is_not_blamed(stream: Any, said_of_it: str) -> None:
    """It keeps the verdicts that it has without, and says why it was not asked."""
    results = said(stream)

    assert noteworthy(results) == {}
    assert results["SK-15a"].observed[LARGE_CONTENT].startswith(said_of_it)


def test_a_stream_that_is_given_its_bytes_is_not_asked() -> None:
    """It says so beside each verdict; nothing is judged that was not looked at."""
    results = said(io.BytesIO)

    assert noteworthy(results) == {}
    assert "given its bytes whole" in results["SK-15a"].observed[LARGE_CONTENT]


def test_a_run_that_asks_for_it_says_so(tmp_path: Path) -> None:
    """Verdicts are alike with a process of its own; what was looked at stands in the closing lines."""
    arguments = ("--impl=io:FileIO", "--tck-large", "--tck-clause=SK-*", "--tck-report=x.json")
    plain = run_pytest(tmp_path, *arguments)
    one = read_report(tmp_path / "x.json")
    isolated = run_pytest(tmp_path, *arguments, "--tck-isolate")
    other = read_report(tmp_path / "x.json")

    assert "content of more than 4 GiB: looked at (8 requirements)" in plain.stdout
    assert "content of more than 4 GiB: looked at (8 requirements)" in isolated.stdout
    assert one["kit"]["large"] is True
    assert [row["observed"] for row in one["implementations"][0]["requirements"]] == [
        row["observed"] for row in other["implementations"][0]["requirements"]
    ]


def test_it_is_never_whole_in_memory(tmp_path: Path) -> None:
    """A run goes through in a process that may not have as much memory as a quarter of it."""
    (tmp_path / "conftest.py").write_text(
        f"import resource\nresource.setrlimit(resource.RLIMIT_DATA, ({1 << 30}, {1 << 30}))\n"
    )
    done = run_pytest(tmp_path, "--impl=io:FileIO", "--tck-large", "--tck-clause=SK-*,PY-12")

    assert done.returncode == 0, done.stdout
    assert "looked at" in done.stdout


def test_its_bytes_are_those_of_its_file(tmp_path: Path) -> None:
    """Slices, single bytes, the file on disk and the file that serves it agree; the zeros take no room."""
    content = sparse()
    content.write_to(tmp_path / "content")
    places = (0, 131000, 2**31 - 65540, 2**31, 2**32 - 3, SIZE - 5)
    with open(tmp_path / "content", "rb") as file, content.open() as served:
        for place in places:
            file.seek(place)
            served.seek(place)
            assert content[place : place + 100] == file.read(100) == served.read(100)
        assert served.seek(-5, 2) == SIZE - 5

    assert len(content) == SIZE == (tmp_path / "content").stat().st_size
    assert content[2**31] == content[2**31 : 2**31 + 1][0]
    assert content.find(content[2**31 : 2**31 + 4]) == 2**31
    assert content.find(b"\0" * 64) == -1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 2**22

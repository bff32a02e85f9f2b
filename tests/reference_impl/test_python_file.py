"""The local file as one of Python's own binary files, compared with io.BufferedReader where it can be."""

from __future__ import annotations

import array
import ctypes
import io
import mmap
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from streamtck.reference_impl import LocalFile
from streamtck.reference_impl.file import PythonFile

LINES = [b"first\n", b"\n", b"\r\n", b"with \r inside\n", b"x" * 20000 + b"\n", b"no newline"]
CONTENT = b"".join(LINES)
SIZE = len(CONTENT)
FAR = 2**63 - 1


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "content"
    file.write_bytes(CONTENT)
    return file


@pytest.fixture(params=["whole", "in bits"])
def stream(
    request: pytest.FixtureRequest, path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[PythonFile]:
    """The file, read from a system that gives all it is asked for, and from one that gives less."""
    if request.param == "in bits":
        pread = os.pread
        monkeypatch.setattr(os, "pread", lambda file, count, at: pread(file, min(count, 1000), at))
    with LocalFile(path) as core:
        yield core.python_file()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[PythonFile]:
    file = tmp_path / "empty"
    file.touch()
    with LocalFile(file) as core:
        yield core.python_file()


SIZED = [
    pytest.param(lambda s, n: s.read(n), id="read"),
    pytest.param(lambda s, n: s.read1(n), id="read1"),
    pytest.param(lambda s, n: into(s.readinto, n), id="readinto"),
    pytest.param(lambda s, n: into(s.readinto1, n), id="readinto1"),
]
WHOLE = [
    pytest.param(lambda s: s.read(), id="read()"),
    pytest.param(lambda s: s.read(-1), id="read(-1)"),
    pytest.param(lambda s: s.read(-2), id="read(-2)"),
    pytest.param(lambda s: s.read(None), id="read(None)"),
    pytest.param(lambda s: s.readall(), id="readall()"),
    pytest.param(lambda s: s.read(2**70), id="read(2**70)"),
    pytest.param(lambda s: b"".join(s), id="iteration"),
    pytest.param(lambda s: b"".join(s.readlines()), id="readlines()"),
]
Sized = Callable[[PythonFile, int], bytes]
Whole = Callable[[PythonFile], bytes]


def into(read: Callable[[Any], int], size: int) -> bytes:
    """What a form that fills a buffer gives, after a look at what lies around it."""
    memory = bytearray(b"\xee" * (size + 4))
    got = read(memoryview(memory)[2 : 2 + size])
    assert memory[:2] == b"\xee\xee"
    assert memory[2 + got :] == b"\xee" * (size + 2 - got)
    return bytes(memory[2 : 2 + got])


@pytest.mark.parametrize("read", SIZED)
@pytest.mark.parametrize("size", [1, 3, 999, 8192, 100_000])
def test_sized_reads_give_the_content_in_order(stream: PythonFile, read: Sized, size: int) -> None:
    """Every sized form gives between 1 and size bytes before the end, then nothing, again and again."""
    got = bytearray()
    while piece := read(stream, size):
        assert len(piece) <= size
        got += piece
        assert stream.tell() == len(got)
    assert got == CONTENT
    assert read(stream, size) == b""
    assert stream.tell() == SIZE


@pytest.mark.parametrize("size", [0, 1, 5000, SIZE, SIZE + 1, 2**62])
def test_full_forms_give_all_that_is_asked_for_and_left(stream: PythonFile, size: int) -> None:
    """read(n) and readinto() are never short before the end, whatever the system gives at once."""
    assert stream.read(size) == CONTENT[:size]
    stream.seek(0)
    if size <= 2 * SIZE:
        assert into(stream.readinto, size) == CONTENT[:size]


@pytest.mark.parametrize("read", WHOLE)
@pytest.mark.parametrize("position", [0, 1, 20000, SIZE - 1, SIZE, SIZE + 1, FAR])
def test_whole_reads_give_the_rest(stream: PythonFile, read: Whole, position: int) -> None:
    """Everything from the position to the end comes, then nothing; past the end nothing at all."""
    stream.seek(position)
    assert read(stream) == CONTENT[position:]
    assert stream.tell() == max(position, SIZE)
    assert read(stream) == b""


@pytest.mark.parametrize("read", [*WHOLE, *(lambda s, r=r.values[0]: r(s, 10) for r in SIZED)])
def test_empty_file_ends_at_once(empty: PythonFile, read: Whole) -> None:
    """An empty file opens and every form reports the end."""
    assert read(empty) == b""
    assert (empty.tell(), empty.peek(), empty.readline(), empty.seek(0, os.SEEK_END)) == (0, b"", b"", 0)


@pytest.mark.parametrize("read", SIZED)
def test_reading_nothing_moves_nothing(stream: PythonFile, read: Sized) -> None:
    """A size of 0 gives nothing, inside and at the end."""
    for position in (0, 5, SIZE, SIZE + 5):
        stream.seek(position)
        assert (read(stream, 0), stream.tell()) == (b"", position)


def test_what_comes_is_bytes(stream: PythonFile) -> None:
    """Every form that returns data returns bytes, also the nothing at the end."""
    for _ in range(2):
        for got in (stream.read(2), stream.read1(2), stream.peek(2), stream.readline(), stream.read()):
            assert type(got) is bytes


def test_read1_without_a_size_gives_a_page(stream: PythonFile) -> None:
    """read1() and read1(-1) give at least one byte before the end, and nothing at it."""
    got = b""
    while piece := stream.read1() + stream.read1(-1):
        got += piece
    assert got == CONTENT


def test_peek_shows_what_comes_next(stream: PythonFile) -> None:
    """peek() moves nothing and shows the next bytes, none only at the end, whatever its size."""
    for position in (0, 7, SIZE - 1, SIZE, FAR):
        stream.seek(position)
        for size in (0, 1, -1, 10**9):
            shown = stream.peek(size)
            assert bool(shown) == (position < SIZE)
            assert CONTENT[position:].startswith(shown)
            assert stream.tell() == position


@pytest.mark.parametrize(
    "buffer",
    [
        pytest.param(bytearray(8), id="bytearray"),
        pytest.param(array.array("H", [0] * 4), id="array"),
        pytest.param(memoryview(bytearray(8)).cast("B", [2, 4]), id="two dimensions"),
        pytest.param((ctypes.c_int * 2)(), id="ctypes"),
        pytest.param(mmap.mmap(-1, 8), id="mmap"),
    ],
)
@pytest.mark.parametrize("form", ["readinto", "readinto1"])
def test_every_kind_of_buffer_is_filled(stream: PythonFile, buffer: Any, form: str) -> None:
    """Counts are of bytes, whatever the items are."""
    assert getattr(stream, form)(buffer) == 8
    assert memoryview(buffer).tobytes() == CONTENT[:8]
    assert stream.tell() == 8


@pytest.mark.parametrize("form", ["readinto", "readinto1"])
@pytest.mark.parametrize(
    "buffer",
    [None, 4, "text", bytes(4), memoryview(bytes(4)), memoryview(bytearray(8))[::2]],
    ids=["None", "int", "str", "bytes", "read-only view", "strided view"],
)
def test_unfit_buffer_raises(stream: PythonFile, form: str, buffer: Any) -> None:
    """What is no writable, contiguous buffer raises TypeError, and nothing moves."""
    with pytest.raises(TypeError):
        getattr(stream, form)(buffer)
    assert stream.tell() == 0


@pytest.mark.parametrize(
    "call",
    [
        lambda s: s.read("1"),
        lambda s: s.read(1.0),
        lambda s: s.read1(None),
        lambda s: s.peek(None),
        lambda s: s.readline(1.0),
        lambda s: s.seek(None),
        lambda s: s.seek(1.0),
        lambda s: s.seek(0, None),
    ],
)
def test_arguments_that_are_no_integers_raise(stream: PythonFile, call: Whole) -> None:
    """A size, position or whence of another type raises TypeError."""
    with pytest.raises(TypeError):
        call(stream)
    assert stream.tell() == 0


def test_lines_are_those_of_a_buffered_reader(stream: PythonFile, path: Path) -> None:
    """readline(), readlines() and iteration split at b"\\n" alone and keep the last line."""
    with path.open("rb") as other:
        for size in (-1, None, 0, 1, 3, 19999, 30000, -5):
            assert stream.readline(size) == other.readline(size)
        for hint in (None, 0, -1, 1, 7, 20000, 10**6):
            stream.seek(0)
            other.seek(0)
            assert stream.readlines(hint) == other.readlines(hint)
            assert stream.tell() == other.tell()
    stream.seek(0)
    assert list(stream) == LINES
    assert next(stream, None) is None


def test_iteration_can_be_mixed_with_reads(stream: PythonFile) -> None:
    """next() moves the one cursor that reads and tell() use."""
    assert next(stream) == LINES[0]
    assert stream.tell() == len(LINES[0])
    assert stream.read(1) == b"\n"
    assert next(stream) == LINES[2]


@pytest.mark.parametrize(
    ("offset", "whence", "wanted"),
    [
        (0, 0, 0),
        (9, 0, 9),
        (SIZE, 0, SIZE),
        (SIZE + 9, 0, SIZE + 9),
        (2**32 + 1, 0, 2**32 + 1),
        (FAR, 0, FAR),
        (0, 1, 5),
        (3, 1, 8),
        (-5, 1, 0),
        (2**40, 1, 2**40 + 5),
        (0, 2, SIZE),
        (-SIZE, 2, 0),
        (-1, 2, SIZE - 1),
        (4, 2, SIZE + 4),
    ],
)
def test_seek_returns_the_new_position(stream: PythonFile, offset: int, whence: int, wanted: int) -> None:
    """The three whences count from the start, the position and the end, past it too."""
    stream.seek(5)
    assert stream.seek(offset, whence) == wanted
    assert stream.tell() == wanted
    assert stream.read(4) == CONTENT[wanted : wanted + 4]


@pytest.mark.parametrize(
    ("offset", "whence", "error"),
    [
        (-1, 0, ValueError),
        (-6, 1, ValueError),
        (-SIZE - 1, 2, ValueError),
        (FAR + 1, 0, OverflowError),
        (FAR, 1, OverflowError),
        (FAR, 2, OverflowError),
        (0, 3, ValueError),
        (0, -1, ValueError),
        (0, 99, ValueError),
    ],
)
def test_impossible_seek_raises_and_moves_nothing(
    stream: PythonFile, offset: int, whence: int, error: type[Exception]
) -> None:
    """A target before the start or too large, and an unknown whence, raise."""
    stream.seek(5)
    with pytest.raises(error):
        stream.seek(offset, whence)
    assert stream.tell() == 5
    assert stream.read(2) == CONTENT[5:7]


def test_questions_are_answered_truly(stream: PythonFile) -> None:
    """It can be read and sought, is no terminal, cannot be written, and tells its descriptor."""
    assert (stream.readable(), stream.seekable(), stream.writable(), stream.isatty()) == (
        True,
        True,
        False,
        False,
    )
    assert os.fstat(stream.fileno()).st_size == SIZE
    for write in (lambda: stream.write(b"x"), lambda: stream.truncate(0), stream.detach):
        with pytest.raises(io.UnsupportedOperation):
            write()
    stream.flush()


@pytest.mark.parametrize(
    "call",
    [
        lambda s: s.read(),
        lambda s: s.read(0),
        lambda s: s.read(1),
        lambda s: s.readall(),
        lambda s: s.read1(),
        lambda s: s.read1(0),
        lambda s: s.readinto(bytearray(1)),
        lambda s: s.readinto(bytearray()),
        lambda s: s.readinto1(bytearray(1)),
        lambda s: s.readinto1(bytearray()),
        lambda s: s.peek(),
        lambda s: s.readline(),
        lambda s: s.readline(0),
        lambda s: s.readlines(),
        lambda s: s.readlines(1),
        lambda s: iter(s),
        lambda s: next(s),
        lambda s: s.seek(0),
        lambda s: s.tell(),
        lambda s: s.readable(),
        lambda s: s.seekable(),
        lambda s: s.writable(),
        lambda s: s.isatty(),
        lambda s: s.fileno(),
        lambda s: s.flush(),
        lambda s: s.write(b""),
        lambda s: s.writelines([]),
        lambda s: s.truncate(),
        lambda s: s.detach(),
        lambda s: s.__enter__(),
    ],
)
@pytest.mark.parametrize("by", ["itself", "another view"])
def test_closed_file_refuses_everything(stream: PythonFile, call: Callable[[Any], Any], by: str) -> None:
    """After close(), its own or that of another view, all but close() and closed raises ValueError."""
    assert stream.closed is False
    (stream if by == "itself" else stream._core.hadoop()).close()
    stream.close()
    assert stream.closed is True
    with pytest.raises(ValueError):
        call(stream)


def test_with_statement_closes_and_lets_errors_through(stream: PythonFile) -> None:
    """Leaving a with block closes the file, also by an exception, which goes on."""
    with pytest.raises(ValueError, match="before the start"), stream as entered:
        entered.seek(-1)
    assert entered is stream
    assert stream.closed


def test_works_under_a_buffered_reader(stream: PythonFile) -> None:
    """io.BufferedReader reads, peeks, seeks and closes it."""
    raw: Any = stream
    with io.BufferedReader(raw, 100) as reader:
        assert reader.read(3) == b"fir"
        assert reader.peek(1)[:3] == b"st\n"
        assert reader.readline() == b"st\n"
        assert reader.seek(-10, os.SEEK_END) == SIZE - 10
        assert reader.read() == b"no newline"
        assert reader.seek(1) == 1
        assert reader.readlines() == [b"irst\n", *LINES[1:]]
    assert stream.closed


def test_works_under_a_text_wrapper(path: Path) -> None:
    """io.TextIOWrapper decodes it, tells positions and closes it."""
    stream = LocalFile(path).python_file()
    with io.TextIOWrapper(stream, encoding="ascii", newline="") as reader:
        assert reader.readline() == "first\n"
        place = reader.tell()
        rest = reader.read()
        reader.seek(place)
        assert reader.read() == rest == CONTENT[6:].decode()
    assert stream.closed


def test_a_detached_wrapper_leaves_it_open(stream: PythonFile) -> None:
    """After detach() the wrapper is dead and the file reads on."""
    raw: Any = stream
    wrapper = io.BufferedReader(raw)
    assert wrapper.read(1) == b"f"
    assert wrapper.detach() is raw
    del wrapper
    stream.seek(1)
    assert stream.read(4) == b"irst"


def test_is_a_binary_file_of_the_io_module(stream: PythonFile) -> None:
    """isinstance() finds it among Python's buffered binary files."""
    assert isinstance(stream, io.BufferedIOBase)

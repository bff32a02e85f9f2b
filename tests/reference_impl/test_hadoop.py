"""The reference streams obey the Hadoop surface's clauses, each tested here without the kit."""

from __future__ import annotations

import array
import ctypes
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from streamtck.reference_impl import LocalFile, MemoryStream
from streamtck.reference_impl.hadoop_surface import HadoopStream

CONTENT = bytes(range(200, 216))
SIZE = len(CONTENT)
FAR = 2**63 - 1
HUGE = 2**200


Open = Callable[[bytes], HadoopStream]


@pytest.fixture(params=["memory", "file", "file read in bits", "file without pread"])
def open_stream(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Open]:
    """A function that opens a stream on content; each test runs on every stream there is."""
    if request.param == "memory":
        yield MemoryStream
        return
    if request.param == "file read in bits":
        whole = os.pread
        monkeypatch.setattr(os, "pread", lambda file, count, at: whole(file, min(count, 3), at))
    if request.param == "file without pread":
        monkeypatch.delattr(os, "pread")
    with ExitStack() as opened:

        def open_file(content: bytes) -> HadoopStream:
            path = tmp_path / "content"
            path.write_bytes(content)
            return opened.enter_context(LocalFile(path)).hadoop()

        yield open_file


@pytest.fixture
def stream(open_stream: Open) -> HadoopStream:
    return open_stream(CONTENT)


def filled(size: int = 8) -> bytearray:
    return bytearray(b"\xee" * size)


# Every form that reads into a window, as a function of (stream, buffer, offset, length).
WINDOW_FORMS = [
    pytest.param(lambda s, b, o, n: s.read(b, o, n), id="read"),
    pytest.param(lambda s, b, o, n: s.read(3, b, o, n), id="read at"),
    pytest.param(lambda s, b, o, n: s.read_fully(3, b, o, n), id="read_fully"),
]
# Every form that takes a whole buffer.
BUFFER_FORMS = [
    *WINDOW_FORMS,
    pytest.param(lambda s, b, o, n: s.read(b), id="read whole"),
    pytest.param(lambda s, b, o, n: s.read_fully(3, b), id="read_fully whole"),
]
WindowForm = Callable[[HadoopStream, Any, Any, Any], int | None]


def test_bytes_come_one_by_one_and_then_the_end(stream: HadoopStream) -> None:
    """read() gives each byte as 0..255, then -1 again and again, and counts the position."""
    assert stream.get_pos() == 0
    assert [stream.read() for _ in range(SIZE + 2)] == [*CONTENT, -1, -1]
    assert stream.get_pos() == SIZE


@pytest.mark.parametrize(
    ("start", "length", "count"),
    [(0, 5, 5), (4, 0, 0), (SIZE - 2, 5, 2), (SIZE, 0, 0), (SIZE, 5, -1), (SIZE + 1, 5, -1), (FAR, 5, -1)],
)
@pytest.mark.parametrize("positioned", [False, True])
def test_window_read_fills_what_is_left_and_no_more(
    stream: HadoopStream, start: int, length: int, count: int, positioned: bool
) -> None:
    """A window gets all bytes that are left up to its length; everything around it stays untouched."""
    buffer, wanted = filled(), filled()
    wanted[2 : 2 + max(0, count)] = CONTENT[start : start + length]
    stream.seek(1 if positioned else start)
    got = stream.read(start, buffer, 2, length) if positioned else stream.read(buffer, 2, length)
    assert (got, buffer) == (count, wanted)
    assert stream.get_pos() == (1 if positioned else start + max(0, count))


def test_whole_buffer_read_equals_its_full_window(open_stream: Open, stream: HadoopStream) -> None:
    """read(buffer) does what read(buffer, 0, len(buffer)) does."""
    whole, window = filled(), filled()
    other = open_stream(CONTENT)
    for _ in range(3):
        assert stream.read(whole) == other.read(window, 0, len(window))
        assert (whole, stream.get_pos()) == (window, other.get_pos())


@pytest.mark.parametrize("form", WINDOW_FORMS)
@pytest.mark.parametrize("at", [0, SIZE])
@pytest.mark.parametrize(
    ("offset", "length"),
    [(-1, 0), (-1, 4), (9, 0), (0, 9), (3, 6), (8, 1), (0, -1), (HUGE, 1), (1, HUGE), (-HUGE, HUGE)],
)
def test_window_outside_the_buffer_raises(
    stream: HadoopStream, form: WindowForm, at: int, offset: int, length: int
) -> None:
    """An offset or a length outside the buffer raises IndexError, and nothing moves."""
    buffer = filled()
    stream.seek(at)
    with pytest.raises(IndexError, match="wanted"):
        form(stream, buffer, offset, length)
    assert (buffer, stream.get_pos()) == (filled(), at)


@pytest.mark.parametrize("form", WINDOW_FORMS)
def test_empty_window_at_the_end_of_the_buffer_is_legal(stream: HadoopStream, form: WindowForm) -> None:
    """An offset equal to the buffer's length goes with a length of 0."""
    assert not form(stream, filled(), 8, 0)


@pytest.mark.parametrize("form", BUFFER_FORMS)
@pytest.mark.parametrize("length", [0, 2])
@pytest.mark.parametrize(
    "buffer",
    [None, 4, "text", bytes(4), memoryview(bytes(4)), memoryview(bytearray(8))[::2]],
    ids=["None", "int", "str", "bytes", "read-only view", "strided view"],
)
def test_unfit_buffer_raises(stream: HadoopStream, form: WindowForm, buffer: Any, length: int) -> None:
    """What is no writable, contiguous buffer raises TypeError, for a length of 0 too."""
    with pytest.raises(TypeError):
        form(stream, buffer, 0, length)
    assert stream.get_pos() == 0


@pytest.mark.parametrize("form", WINDOW_FORMS)
def test_arguments_that_are_no_integers_raise(stream: HadoopStream, form: WindowForm) -> None:
    """A fraction or None as offset or length raises TypeError."""
    for offset, length in [(0.0, 1), (0, 1.0), (None, 1), (0, None)]:
        with pytest.raises(TypeError):
            form(stream, filled(), offset, length)


@pytest.mark.parametrize(
    "buffer",
    [
        pytest.param(bytearray(8), id="bytearray"),
        pytest.param(array.array("i", [0, 0]), id="array"),
        pytest.param(memoryview(bytearray(8)).cast("B", [2, 4]), id="two dimensions"),
        pytest.param((ctypes.c_int * 2)(), id="ctypes"),
    ],
)
def test_lengths_count_bytes_for_every_kind_of_buffer(stream: HadoopStream, buffer: Any) -> None:
    """Offsets, lengths and results count bytes, whatever the buffer's items are."""
    assert stream.read(buffer) == 8
    assert stream.read(buffer, 5, 3) == 3
    assert memoryview(buffer).tobytes() == CONTENT[:5] + CONTENT[8:11]


@pytest.mark.parametrize("arguments", [(filled(), 1), (0, filled(), 0, 1, 2)])
def test_wrong_number_of_arguments_raises(stream: HadoopStream, arguments: tuple[Any, ...]) -> None:
    """No form of read takes two arguments, or five."""
    with pytest.raises(TypeError, match="0, 1, 3 or 4"):
        stream.read(*arguments)
    with pytest.raises(TypeError, match="2 or 4"):
        stream.read_fully(0, *arguments[:1], 1)  # type: ignore[call-overload]


@pytest.mark.parametrize("position", [0, 7, SIZE - 1, SIZE, SIZE + 1, 2**31, 2**32, FAR])
def test_seek_sets_the_position_wherever_it_is(stream: HadoopStream, position: int) -> None:
    """seek() moves exactly there, also past the end, where reads give -1 and move nothing."""
    stream.seek(3)
    stream.seek(position)
    assert stream.get_pos() == position
    assert stream.available() == max(0, SIZE - position)
    inside = position < SIZE
    assert stream.read() == (CONTENT[position] if inside else -1)
    assert stream.get_pos() == position + inside


def test_seek_works_on_an_empty_stream(open_stream: Open) -> None:
    """Position 0 of an empty stream can be sought."""
    stream = open_stream(b"")
    stream.seek(0)
    assert (stream.get_pos(), stream.read(), stream.available()) == (0, -1, 0)


@pytest.mark.parametrize(
    ("position", "error"),
    [(-1, EOFError), (-HUGE, EOFError), (FAR + 1, OverflowError), (1.0, TypeError), (None, TypeError)],
)
def test_impossible_position_raises(stream: HadoopStream, position: Any, error: type[Exception]) -> None:
    """A position below 0, above 2**63-1 or of another type raises in every form, and nothing moves."""
    stream.seek(5)
    buffer = filled()
    for call in (
        lambda: stream.seek(position),
        lambda: stream.read(position, buffer, 0, 0),
        lambda: stream.read(position, buffer, 0, 4),
        lambda: stream.read_fully(position, buffer, 0, 4),
        lambda: stream.read_fully(position, buffer),
    ):
        with pytest.raises(error):
            call()
    assert (buffer, stream.get_pos()) == (filled(), 5)


def test_there_is_no_other_source(stream: HadoopStream) -> None:
    """seek_to_new_source() returns False and leaves the position alone."""
    stream.seek(5)
    assert stream.seek_to_new_source(9) is False
    assert stream.get_pos() == 5


@pytest.mark.parametrize("start", [0, SIZE - 8, SIZE, SIZE + 3, FAR])
def test_read_fully_gives_everything_or_raises(stream: HadoopStream, start: int) -> None:
    """read_fully() fills the whole window or raises EOFError and touches nothing; both forms agree."""
    stream.seek(2)
    whole, window = filled(), filled()
    if start + 8 <= SIZE:
        stream.read_fully(start, whole)
        stream.read_fully(start, window, 0, 8)
        assert whole == window == CONTENT[start : start + 8]
    else:
        with pytest.raises(EOFError, match=f"the end is at {SIZE}"):
            stream.read_fully(start, whole)
        with pytest.raises(EOFError):
            stream.read_fully(start, window, 0, 8)
        assert whole == window == filled()
    assert stream.get_pos() == 2


@pytest.mark.parametrize(
    ("start", "count", "skipped"),
    [(0, 5, 5), (0, 0, 0), (4, -3, 0), (SIZE - 2, 9, 2), (SIZE, 1, 0), (SIZE + 4, 1, 0), (1, HUGE, SIZE - 1)],
)
def test_skip_returns_how_far_it_moves(stream: HadoopStream, start: int, count: int, skipped: int) -> None:
    """skip() moves by what it returns, never back and never beyond the end."""
    stream.seek(start)
    assert stream.skip(count) == skipped
    assert stream.get_pos() == start + skipped


def test_reset_goes_back_to_the_mark(stream: HadoopStream) -> None:
    """The mark survives reads beyond its limit, seeks and an earlier reset."""
    assert stream.mark_supported() is True
    stream.seek(3)
    stream.mark(1)
    for move in (lambda: stream.read(filled()), lambda: stream.seek(SIZE), lambda: stream.skip(2)):
        move()
        stream.reset()
        assert stream.get_pos() == 3


def test_reset_without_a_mark_raises(stream: HadoopStream) -> None:
    """reset() raises OSError as long as nothing is marked."""
    with pytest.raises(OSError, match="mark"):
        stream.reset()


@pytest.mark.parametrize(
    "call",
    [
        lambda s: s.read(),
        lambda s: s.read(filled()),
        lambda s: s.read(filled(), 0, 0),
        lambda s: s.read(0, filled(), 0, 1),
        lambda s: s.read_fully(0, filled()),
        lambda s: s.seek(0),
        lambda s: s.get_pos(),
        lambda s: s.seek_to_new_source(0),
        lambda s: s.skip(0),
        lambda s: s.available(),
        lambda s: s.mark_supported(),
        lambda s: s.mark(0),
        lambda s: s.reset(),
        lambda s: s.__enter__(),
    ],
)
def test_closed_stream_refuses(stream: HadoopStream, call: Callable[[HadoopStream], object]) -> None:
    """After close() every method but close() raises ValueError."""
    assert stream.closed is False
    stream.close()
    stream.close()
    assert stream.closed is True
    with pytest.raises(ValueError, match="closed stream"):
        call(stream)


def test_with_statement_closes_and_lets_errors_through(open_stream: Open, stream: HadoopStream) -> None:
    """Leaving a with block closes the stream, also by an exception, which goes on."""
    with stream as entered:
        assert (entered is stream, stream.closed) == (True, False)
    assert stream.closed
    failing = open_stream(CONTENT)
    with pytest.raises(EOFError), failing:
        failing.seek(-1)
    assert failing.closed

"""The data stores and their streams obey the data-store rules, each tested here without the kit."""

from __future__ import annotations

import array
import ctypes
import gzip
import mmap
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from streamtck.reference_impl import (
    DataStoreError,
    FileStore,
    InflateError,
    MemoryStore,
    NotSupportedError,
    StreamError,
)
from streamtck.reference_impl.datastore_surface import DataStoreStream

CONTENT = bytes(range(100))
SIZE = len(CONTENT)
FAR = 2**63 - 1

Store = MemoryStore | FileStore


@pytest.fixture(params=["memory", "file", "file read in bits"])
def make_store(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Store]:
    """A function that puts content into a store; each test runs on every store there is."""
    if request.param == "memory":
        return MemoryStore
    if request.param == "file read in bits":
        pread = os.pread
        monkeypatch.setattr(os, "pread", lambda file, count, at: pread(file, min(count, 3), at))

    def make(content: bytes, *, inflate: bool = False) -> FileStore:
        path = tmp_path / "content"
        path.write_bytes(content)
        return FileStore(path, inflate=inflate)

    return make


@pytest.fixture
def store(make_store: Callable[..., Store]) -> Store:
    return make_store(CONTENT)


@pytest.fixture
def stream(store: Store) -> Iterator[DataStoreStream]:
    with ExitStack() as opened:
        stream = store.open_read()
        opened.callback(stream.close)
        yield stream


@pytest.fixture
def zero_copy() -> DataStoreStream:
    return MemoryStore(CONTENT).open_read()


BUFFERS = [
    pytest.param(bytearray(16), id="bytearray"),
    pytest.param(memoryview(bytearray(16)), id="memoryview"),
    pytest.param(memoryview(bytearray(16)).cast("B", [4, 4]), id="two dimensions"),
    pytest.param(array.array("b", [0] * 16), id="array of bytes"),
    pytest.param(array.array("H", [0] * 8), id="array of 16-bit items"),
    pytest.param(array.array("d", [0] * 2), id="array of doubles"),
    pytest.param((ctypes.c_int * 4)(), id="ctypes"),
    pytest.param(mmap.mmap(-1, 16), id="mmap"),
]


@pytest.mark.parametrize("buffer", BUFFERS)
def test_every_kind_of_buffer_is_filled_and_counted_in_bytes(stream: DataStoreStream, buffer: Any) -> None:
    """read(buffer) fills the buffer with the next bytes and returns how many, whatever its items."""
    for start in range(0, 96, 16):
        assert stream.read(buffer) == 16
        assert memoryview(buffer).tobytes() == CONTENT[start : start + 16]
        assert stream.position == start + 16
    before = memoryview(buffer).tobytes()
    assert stream.read(buffer) == 4
    assert memoryview(buffer).tobytes() == CONTENT[96:] + before[4:]
    for _ in range(3):
        assert stream.read(buffer) == 0
    assert memoryview(buffer).tobytes() == CONTENT[96:] + before[4:]
    assert stream.position == SIZE


@pytest.mark.parametrize("length", [0, 1, 7, 8])
def test_nothing_beyond_the_buffer_is_touched(stream: DataStoreStream, length: int) -> None:
    """The bytes around the part that is given stay what they were."""
    for position in (0, 90, SIZE - 3, SIZE, SIZE + 3):
        stream.seek(position)
        memory = bytearray(b"\xee" * 16)
        got = stream.read(memoryview(memory)[4 : 4 + length])
        assert got == max(0, min(length, SIZE - position))
        assert memory == b"\xee" * 4 + CONTENT[position : position + got] + b"\xee" * (12 - got)
        assert stream.position == position + got


@pytest.mark.parametrize(
    "buffer",
    [
        None,
        "text",
        1.5,
        b"\xee" * 8,
        memoryview(b"\xee" * 8),
        memoryview(bytearray(b"\xee" * 16))[::2],
        memoryview(bytearray(b"\xee" * 16))[::-1],
    ],
    ids=["None", "str", "float", "bytes", "read-only view", "strided view", "reversed view"],
)
def test_unfit_buffer_is_refused_untouched(stream: DataStoreStream, buffer: Any) -> None:
    """A read-only or non-contiguous buffer raises TypeError, is not written to, and nothing moves."""
    with pytest.raises(TypeError):
        stream.read(buffer)
    if isinstance(buffer, bytes | memoryview):
        assert set(bytes(buffer)) == {0xEE}
    assert stream.position == 0


@pytest.mark.parametrize("position", [0, 7, SIZE - 1, SIZE, SIZE + 1, 2**31, 2**32, FAR])
def test_seek_sets_the_position_wherever_it_is(stream: DataStoreStream, position: int) -> None:
    """The next read begins at the position; past the end it gives 0 and the position stays."""
    buffer = bytearray(1)
    stream.seek(3)
    stream.seek(position)
    assert stream.position == position
    inside = position < SIZE
    assert stream.read(buffer) == inside
    assert buffer == (CONTENT[position : position + 1] if inside else b"\0")
    assert stream.position == position + inside


@pytest.mark.parametrize(
    ("position", "error"),
    [(-1, ValueError), (FAR + 1, OverflowError), (1.0, TypeError), (None, TypeError)],
)
def test_impossible_position_raises(stream: DataStoreStream, position: Any, error: type[Exception]) -> None:
    """A position below 0, above 2**63-1 or of another type raises, and nothing moves."""
    stream.seek(5)
    with pytest.raises(error):
        stream.seek(position)
    assert stream.position == 5


def test_size_is_the_length_wherever_the_position_is(stream: DataStoreStream) -> None:
    """size does not follow reads or seeks."""
    assert (stream.size, stream.position) == (SIZE, 0)
    stream.read(bytearray(10))
    assert stream.size == SIZE
    stream.seek(FAR)
    assert stream.size == SIZE


def test_an_empty_store_works(make_store: Callable[..., Store]) -> None:
    """Empty content has size 0, can be sought and gives 0."""
    with make_store(b"").open_read() as stream:
        assert (stream.size, stream.read(bytearray(4))) == (0, 0)
        stream.seek(0)
        assert (stream.read(bytearray(4)), stream.position) == (0, 0)


def test_properties_are_bools_and_true(stream: DataStoreStream) -> None:
    """seekable, supports_zero_copy and closed are properties that give a bool, also after close()."""
    assert stream.seekable is True
    assert stream.supports_zero_copy is (type(stream).__name__ == "_MemoryInput")
    assert stream.closed is False
    stream.read(bytearray(2 * SIZE))
    assert stream.closed is False
    stream.close()
    assert stream.closed is True
    assert (stream.seekable, type(stream.supports_zero_copy)) == (True, bool)


@pytest.mark.parametrize(
    "call",
    [
        lambda s: s.read(bytearray(4)),
        lambda s: s.read(bytearray()),
        lambda s: s.read(4),
        lambda s: s.read(0),
        lambda s: s.read(None),
        lambda s: s.seek(0),
        lambda s: s.size,
        lambda s: s.position,
        lambda s: s.__enter__(),
    ],
)
def test_closed_stream_raises_stream_error(
    stream: DataStoreStream, call: Callable[[DataStoreStream], object]
) -> None:
    """After close(), which may come twice, every use raises StreamError."""
    stream.close()
    stream.close()
    with pytest.raises(StreamError, match="closed stream"):
        call(stream)


def test_with_statement_closes_and_lets_errors_through(store: Store) -> None:
    """Leaving a with block closes the stream, also by an exception, which goes on."""
    stream = store.open_read()
    with stream as entered:
        assert (entered is stream, stream.closed) == (True, False)
    assert stream.closed
    failing = store.open_read()
    with pytest.raises(ValueError, match="before the start"), failing:
        failing.seek(-1)
    assert failing.closed


def test_streams_of_a_store_are_independent(store: Store) -> None:
    """Each open_read() begins at 0; the position and the end of one are its own."""
    first, second = store.open_read(), store.open_read()
    buffer = bytearray(10)
    first.seek(50)
    assert second.read(buffer) == 10
    assert buffer == CONTENT[:10]
    second.close()
    assert first.read(buffer) == 10
    assert buffer == CONTENT[50:60]
    first.close()
    with store.open_read() as third:
        assert third.position == 0


def test_errors_derive_as_the_rules_say() -> None:
    """Every error is a RuntimeError; InflateError is a StreamError, NotSupportedError is none."""
    assert issubclass(DataStoreError, RuntimeError)
    assert issubclass(StreamError, DataStoreError)
    assert issubclass(InflateError, StreamError)
    assert issubclass(NotSupportedError, DataStoreError)
    assert not issubclass(NotSupportedError, StreamError)


# Zero copy


def test_a_view_shares_memory_with_the_store() -> None:
    """read(n) gives a read-only view of the store's own bytes and moves the position."""
    store = MemoryStore(CONTENT)
    stream = store.open_read()
    stream.seek(10)
    view = stream.read(5)
    assert store.content is CONTENT
    assert view.obj is CONTENT
    assert view.readonly
    assert view == CONTENT[10:15]
    assert stream.position == 15
    with pytest.raises(TypeError):
        view[0] = 1
    stream.close()
    assert view == CONTENT[10:15]


@pytest.mark.parametrize(
    ("position", "count"), [(0, 0), (0, SIZE), (0, 2**70), (SIZE - 2, 5), (SIZE, 5), (FAR, 5)]
)
def test_a_view_ends_with_the_content(zero_copy: DataStoreStream, position: int, count: int) -> None:
    """A view holds what is left up to the count, nothing at the end."""
    zero_copy.seek(position)
    view = zero_copy.read(count)
    assert view == CONTENT[position : position + count]
    assert zero_copy.position == position + len(view)


def test_a_negative_count_raises(zero_copy: DataStoreStream) -> None:
    """read(-1) raises ValueError and moves nothing."""
    with pytest.raises(ValueError, match="wanted 0 or more"):
        zero_copy.read(-1)
    assert zero_copy.position == 0


def test_views_and_buffers_share_one_cursor(zero_copy: DataStoreStream) -> None:
    """Both forms of read go on where the other one stopped."""
    buffer = bytearray(3)
    assert zero_copy.read(2) == CONTENT[:2]
    assert zero_copy.read(buffer) == 3
    assert zero_copy.read(2) == CONTENT[5:7]
    assert buffer == CONTENT[2:5]


def test_a_file_has_no_zero_copy(tmp_path: Path) -> None:
    """Where supports_zero_copy is false read(n) raises NotSupportedError, and nothing moves."""
    path = tmp_path / "content"
    path.write_bytes(CONTENT)
    with FileStore(path).open_read() as stream:
        for count in (0, 1, -1):
            with pytest.raises(NotSupportedError, match=r"DataStoreFile .* read\(count\)"):
                stream.read(count)
        assert stream.position == 0


# The stores


def test_a_memory_store_holds_its_own_copy() -> None:
    """What happens to the caller's object later does not reach the store."""
    source = bytearray(CONTENT)
    store = MemoryStore(source)
    source.clear()
    assert store.open_read().size == SIZE
    assert MemoryStore(array.array("H", [1, 2])).open_read().size == 4


@pytest.mark.parametrize("content", [5, "text", None, [1, 2]])
def test_a_memory_store_wants_bytes(content: Any) -> None:
    """Content that is no bytes-like object raises TypeError."""
    with pytest.raises(TypeError):
        MemoryStore(content)


def test_a_missing_file_is_seen_when_it_is_opened(tmp_path: Path) -> None:
    """open_read() of a path with no file raises the system's error."""
    store = FileStore(tmp_path / "missing")
    with pytest.raises(FileNotFoundError):
        store.open_read()


def test_a_store_inflates_where_asked_to(make_store: Callable[..., Store]) -> None:
    """With inflate the streams give the plain content, independently of each other."""
    store = make_store(gzip.compress(CONTENT), inflate=True)
    with store.open_read() as first, store.open_read() as second:
        for stream in (first, second):
            buffer = bytearray(SIZE + 1)
            assert stream.read(buffer) == SIZE
            assert buffer[:SIZE] == CONTENT
            assert (stream.read(buffer), stream.seekable, stream.supports_zero_copy) == (0, False, False)

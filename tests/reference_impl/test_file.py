"""The core of the local file: one cursor for all views, far positions, what the system refuses."""

from __future__ import annotations

import array
import errno
import gc
import mmap
import os
import tracemalloc
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from streamtck.reference_impl import LocalFile, StreamError

CONTENT = bytes(range(100))
FAR = 2**63 - 1
GIBIBYTE = 2**30
MARKS = {0: b"start", 2**31 - 3: b"across 2**31", 2**32 - 4: b"across 2**32", 5 * GIBIBYTE - 3: b"end"}
"""What stands where in the large file; everything else is zero."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "content"
    file.write_bytes(CONTENT)
    return file


@pytest.fixture
def core(path: Path) -> Iterator[LocalFile]:
    with LocalFile(path) as file:
        yield file


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A file of 5 GiB that takes up next to no room."""
    path = tmp_path_factory.mktemp("large") / "content"
    try:
        _write_marks(path)
        yield path
    finally:
        path.unlink(missing_ok=True)


def _write_marks(path: Path) -> None:
    try:
        with path.open("wb") as file:
            os.truncate(file.fileno(), 5 * GIBIBYTE)
            if getattr(os.fstat(file.fileno()), "st_blocks", 5 * GIBIBYTE) > 2048:
                pytest.skip("the file system has no sparse files: 5 GiB would be written out")
            for position, text in MARKS.items():
                file.seek(position)
                file.write(text)
    except OSError as error:
        pytest.skip(f"the file system does not hold a sparse file of 5 GiB: {error}")


# The three ways to read at most `count` bytes from a position: (core, position, count) -> bytes.


def by_hadoop(core: LocalFile, position: int, count: int) -> bytes:
    stream, buffer = core.hadoop(), bytearray(count)
    stream.seek(position)
    got = stream.read(buffer)
    assert stream.get_pos() == position + max(0, got)
    return bytes(buffer[: max(0, got)])


def by_data_store(core: LocalFile, position: int, count: int) -> bytes:
    stream, buffer = core.data_store(), bytearray(count)
    stream.seek(position)
    got = stream.read(buffer)
    assert stream.position == position + got
    return bytes(buffer[:got])


def by_python_file(core: LocalFile, position: int, count: int) -> bytes:
    stream = core.python_file()
    assert stream.seek(position) == position
    got = stream.read(count)
    assert stream.tell() == position + len(got)
    return got


VIEWS = [by_hadoop, by_data_store, by_python_file]
View = Callable[[LocalFile, int, int], bytes]


def test_views_share_one_cursor(core: LocalFile) -> None:
    """Each view goes on where another one stopped."""
    hadoop, data_store, python_file = core.hadoop(), core.data_store(), core.python_file()
    buffer = bytearray(10)
    assert hadoop.read() == 0
    assert data_store.read(buffer) == 10
    assert buffer == CONTENT[1:11]
    assert python_file.read(4) == CONTENT[11:15]
    assert (hadoop.get_pos(), data_store.position, python_file.tell(), core.position) == (15,) * 4
    data_store.seek(50)
    assert hadoop.read() == 50
    python_file.seek(-1, os.SEEK_END)
    assert hadoop.available() == 1


def test_positioned_reads_move_no_cursor(core: LocalFile) -> None:
    """Reads by position leave every view where it was."""
    stream, buffer = core.hadoop(), bytearray(10)
    stream.seek(7)
    assert stream.read(90, buffer, 0, 10) == 10
    stream.read_fully(20, buffer)
    assert core.bytes_at(30, 5) == CONTENT[30:35]
    assert core.position == 7
    assert core.python_file().read(2) == CONTENT[7:9]


def test_cores_are_independent(core: LocalFile, path: Path) -> None:
    """Two cores on one file have a cursor and an end each."""
    with LocalFile(path) as other:
        other.python_file().seek(60)
        assert core.python_file().read(3) == CONTENT[:3]
        assert other.python_file().read(3) == CONTENT[60:63]
    assert core.python_file().read(3) == CONTENT[3:6]


@pytest.mark.parametrize("closer", ["hadoop", "data_store", "python_file"])
def test_closing_one_view_closes_all(core: LocalFile, closer: str) -> None:
    """After close() of any view the file and every view are closed, and close() stays harmless."""
    views = [core.hadoop(), core.data_store(), core.python_file()]
    assert not any(view.closed for view in views)
    descriptor = core.fileno()
    getattr(core, closer)().close()
    assert core.closed
    assert all(view.closed for view in views)
    for view in views:
        view.close()
    with pytest.raises(OSError):
        os.fstat(descriptor)
    for refused in (core.fileno, core.size, core.__enter__, lambda: core.bytes_at(0, 1)):
        with pytest.raises(ValueError):
            refused()


def test_a_dropped_view_closes_nothing(core: LocalFile) -> None:
    """A view that is forgotten leaves the file open for the others."""
    stream = core.hadoop()
    for opened in (core.python_file, core.data_store, core.hadoop):
        opened()
        gc.collect()
    assert stream.read() == 0


def test_a_dropped_file_gives_its_descriptor_back(path: Path) -> None:
    """A view keeps its core alive; without any of them the descriptor is closed, with a warning."""
    view = LocalFile(path).hadoop()
    gc.collect()
    descriptor = view._core.fileno()
    assert view.read() == 0
    with pytest.warns(ResourceWarning, match="content"):
        del view
    with pytest.raises(OSError):
        os.fstat(descriptor)


def test_content_and_metadata_stay(core: LocalFile, path: Path) -> None:
    """Reading changes neither the bytes nor the time of modification."""
    before = path.stat()
    core.python_file().read()
    core.hadoop().seek(FAR)
    core.hadoop().read(bytearray(4))
    core.close()
    after = path.stat()
    assert path.read_bytes() == CONTENT
    assert (after.st_mtime_ns, after.st_mode) == (before.st_mtime_ns, before.st_mode)


@pytest.mark.parametrize("kind", [str, Path, os.fsencode])
def test_every_kind_of_path_opens(path: Path, kind: Callable[[Any], Any]) -> None:
    """A path may be text, bytes or a path object."""
    with LocalFile(kind(path)) as file:
        assert file.size() == len(CONTENT)


def test_what_is_no_regular_file_is_refused(tmp_path: Path) -> None:
    """A folder, a missing file and a descriptor do not open; a pipe does not block."""
    with pytest.raises(OSError, match="regular file"):
        LocalFile(tmp_path)
    with pytest.raises(FileNotFoundError):
        LocalFile(tmp_path / "missing")
    with pytest.raises(TypeError):
        LocalFile(0)  # type: ignore[arg-type]
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(OSError, match="regular file"):
            LocalFile(tmp_path / "pipe")


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("position", [100, 101, 2**31, 2**32, 2**63 - 2, FAR])
@pytest.mark.parametrize("without_pread", [False, True])
def test_far_past_the_end_is_the_end(
    core: LocalFile, view: View, position: int, without_pread: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Positions up to 2**63-1 can be sought and hold nothing."""
    if without_pread:
        monkeypatch.delattr(os, "pread")
    assert view(core, position, 10) == b""


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("without_pread", [False, True])
def test_short_reads_of_the_system_are_read_on(
    core: LocalFile, view: View, without_pread: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A system that gives fewer bytes than asked for is asked again, up to the end."""
    pread, read = os.pread, os.read
    monkeypatch.setattr(os, "pread", lambda file, count, at: pread(file, min(count, 7), at))
    monkeypatch.setattr(os, "read", lambda file, count: read(file, min(count, 7)))
    if without_pread:
        monkeypatch.delattr(os, "pread")
    assert view(core, 1, 50) == CONTENT[1:51]
    assert view(core, 60, 50) == CONTENT[60:]


def test_a_failing_system_moves_nothing(core: LocalFile, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error of the system comes through, as StreamError on the data-store view, and is got over."""
    broken = OSError(errno.EIO, "the disk is gone")

    def fail(*arguments: object) -> Any:
        raise broken

    hadoop, data_store, python_file = core.hadoop(), core.data_store(), core.python_file()
    data_store.seek(5)
    with monkeypatch.context() as patched:
        patched.setattr(os, "pread", fail)
        patched.setattr(os, "fstat", fail)
        for call in (
            lambda: hadoop.read(bytearray(4)),
            lambda: hadoop.read_fully(0, bytearray(4)),
            lambda: python_file.read(4),
            lambda: python_file.seek(0, os.SEEK_END),
        ):
            with pytest.raises(OSError, match="disk is gone"):
                call()
        for call in (lambda: data_store.read(bytearray(4)), lambda: data_store.size):
            with pytest.raises(StreamError, match="disk is gone") as caught:
                call()
            assert caught.value.__cause__ is broken
    assert core.position == 5
    assert hadoop.read() == 5


@pytest.mark.parametrize("view", VIEWS)
def test_what_comes_before_a_failure_comes_first(
    core: LocalFile, view: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A read that fails on the way gives what came; the next one raises, and a read of all gives nothing."""
    bytes_at = LocalFile.bytes_at

    def fails_at_60(core: LocalFile, position: int, count: int) -> bytes:
        if position >= 60:
            raise OSError(errno.EIO, "the disk is gone")
        return bytes_at(core, position, min(count, 60 - position))

    with monkeypatch.context() as patched:
        patched.setattr(LocalFile, "bytes_at", fails_at_60)
        assert view(core, 50, 20) == CONTENT[50:60]
        assert core.position == 60
        with pytest.raises((OSError, StreamError), match="disk is gone"):
            view(core, 60, 20)
        core.position = 50
        for read in (core.python_file().read, core.python_file().readall):
            with pytest.raises(OSError, match="disk is gone"):
                read()
            assert core.position == 50
        assert core.python_file().readline() == CONTENT[50:60]
    assert view(core, 50, 20) == CONTENT[50:70]


def test_a_full_read_of_a_file_cut_short_meanwhile_raises(core: LocalFile, path: Path) -> None:
    """read_fully() never takes a short read for a full one, not even where the size has lied."""
    stream = core.hadoop()

    class Shrinks(LocalFile):
        def size(self) -> int:
            return 2 * len(CONTENT)

    with Shrinks(path) as shrinking, pytest.raises(EOFError, match="has come since"):
        shrinking.hadoop().read_fully(90, bytearray(20))
    stream.read_fully(90, bytearray(10))


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("position", MARKS)
@pytest.mark.parametrize("without_pread", [False, True])
def test_far_positions_are_read_right(
    large: Path, view: View, position: int, without_pread: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bytes around and past 2**32 come from where they stand, through every view, with little memory."""
    if without_pread:
        monkeypatch.delattr(os, "pread")
    text = MARKS[position]
    with LocalFile(large) as core:
        tracemalloc.start()
        try:
            assert view(core, position, len(text)) == text
            assert view(core, max(0, position - 2), 2).strip(b"\0") == (text[:2] if position == 0 else b"")
            assert view(core, 5 * GIBIBYTE - 1, 10) == b"d"
            assert view(core, 5 * GIBIBYTE, 10) == b""
            assert core.size() == core.data_store().size == 5 * GIBIBYTE
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert peak < 2**20


def test_far_positions_are_reached_in_every_way(large: Path) -> None:
    """Skips, relative seeks, marks, positioned reads and lines count beyond 2**32."""
    with LocalFile(large) as core:
        hadoop, python_file = core.hadoop(), core.python_file()
        buffer = bytearray(12)
        assert hadoop.skip(2**32 - 4) == 2**32 - 4
        hadoop.mark(0)
        hadoop.read_fully(2**32 - 4, buffer)
        assert buffer == b"across 2**32"
        assert [hadoop.read() for _ in range(6)] == [*b"across"]
        assert hadoop.get_pos() == 2**32 + 2
        assert hadoop.available() == GIBIBYTE - 2
        hadoop.reset()
        assert python_file.seek(7, os.SEEK_CUR) == 2**32 + 3
        assert python_file.readline(5) == b"2**32"
        assert python_file.seek(-3, os.SEEK_END) == 5 * GIBIBYTE - 3
        assert list(python_file) == [b"end"]
        assert hadoop.skip(1) == 0
        with pytest.raises(EOFError):
            hadoop.read_fully(5 * GIBIBYTE - 3, buffer)


@pytest.mark.parametrize("name", ["hadoop", "data_store", "python_file"])
def test_large_reads_take_no_memory_of_their_own(large: Path, name: str) -> None:
    """A buffer of 64 MiB across 2**32 is filled through small pieces."""
    size = 2**26
    with LocalFile(large) as core, mmap.mmap(-1, size) as buffer:
        core.position = 2**32 - size // 2
        view: Any = getattr(core, name)()
        read = view.readinto if name == "python_file" else view.read
        tracemalloc.start()
        try:
            assert read(buffer) == size
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert buffer.find(b"across 2**32") == size // 2 - 4
        assert core.position == 2**32 + size // 2
    assert peak < 2**20


@pytest.mark.parametrize("read", ["read1", "peek", "readline"])
def test_bounded_reads_ask_for_no_more(large: Path, read: str) -> None:
    """What needs no more than a page allocates no more, however much is asked for."""
    with LocalFile(large) as core:
        stream = core.python_file()
        tracemalloc.start()
        try:
            got = getattr(stream, read)(2**40 if read != "readline" else 2**16)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert got.startswith(b"start")
    assert peak < 2**20


def test_buffers_of_large_items_are_counted_in_bytes(core: LocalFile) -> None:
    """An array of doubles counts eight bytes an item on every view."""
    for read in (core.hadoop().read, core.data_store().read, core.python_file().readinto):
        core.position = 0
        buffer = array.array("d", [0.0] * 3)
        assert read(buffer) == 24
        assert buffer.tobytes() == CONTENT[:24]


def test_opening_and_closing_warns_of_nothing(path: Path) -> None:
    """A view used in a with block leaves nothing open behind it."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with LocalFile(path).hadoop() as hadoop:
            hadoop.read()
        with LocalFile(path).data_store() as data_store:
            data_store.read(bytearray(1))
        with LocalFile(path).python_file() as python_file:
            python_file.read()
        del hadoop, data_store, python_file
        gc.collect()

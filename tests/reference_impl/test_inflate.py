"""The inflating stream gives all members, notices every fault, and says the end only at the end."""

from __future__ import annotations

import array
import gzip
import io
import random
import struct
import tracemalloc
import zlib
from collections.abc import Callable
from typing import Any

import pytest

from streamtck.reference_impl import (
    InflateError,
    InflatingStream,
    MemoryStore,
    NotSupportedError,
    StreamError,
)

CONTENT = b"".join(struct.pack(">I", n) for n in range(12000))
EMPTY_MEMBER = gzip.compress(b"", mtime=0)
BGZF_END = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")


def member(content: bytes) -> bytes:
    """One gzip member."""
    return gzip.compress(content, compresslevel=6, mtime=0)


def full_member(content: bytes) -> bytes:
    """One gzip member with every optional part of the header: extra, name, comment, checksum."""
    header = b"\x1f\x8b\x08\x1e" + bytes(6) + b"\x04\x00abcd" + b"a name\0" + b"a comment\0"
    deflated = zlib.compressobj(wbits=-15)
    body = deflated.compress(content) + deflated.flush()
    trailer = struct.pack("<II", zlib.crc32(content), len(content))
    return header + struct.pack("<H", zlib.crc32(header) & 0xFFFF) + body + trailer


class Source:
    """A binary file that gives at most `most` bytes at once, by `read` alone, and counts its calls."""

    def __init__(self, data: bytes, most: int = 10**9) -> None:
        self.data, self.most, self.at = data, most, 0
        self.calls = 0
        self.closed = False
        self.error: Exception | None = None

    def read(self, size: int, /) -> bytes:
        self.calls += 1
        if self.error:
            raise self.error
        chunk = self.data[self.at : self.at + min(size, self.most)]
        self.at += len(chunk)
        return chunk

    def close(self) -> None:
        self.closed = True


class IntoSource(Source):
    """The same with `readinto`, and a `read` that must not be used beside it."""

    def readinto(self, buffer: Any, /) -> int:
        chunk = super().read(len(buffer))
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def read(self, size: int, /) -> bytes:
        raise AssertionError("read() where there is readinto()")


class StoreSource(IntoSource):
    """The same as a data-store stream of somebody else's."""

    supports_zero_copy = False

    def read(self, buffer: Any, /) -> Any:
        chunk = Source.read(self, len(buffer))
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def readinto(self, buffer: Any, /) -> int:
        raise AssertionError("readinto() of a data-store stream")


SOURCES = [
    pytest.param(lambda data: Source(data), id="read"),
    pytest.param(lambda data: Source(data, 1), id="read, a byte at a time"),
    pytest.param(lambda data: io.BytesIO(data), id="readinto"),
    pytest.param(lambda data: MemoryStore(data).open_read(), id="data store"),
    pytest.param(lambda data: StoreSource(data, 7), id="foreign data store"),
]
Open = Callable[[bytes], Any]


def drain(stream: InflatingStream, size: int = 4096) -> bytes:
    """All that the stream gives until it says 0."""
    got, buffer = bytearray(), bytearray(size)
    while count := stream.read(buffer):
        got += buffer[:count]
    return bytes(got)


PAYLOADS = {
    "empty source": (b"", b""),
    "zlib": (zlib.compress(CONTENT), CONTENT),
    "empty zlib": (zlib.compress(b""), b""),
    "zlib of level 0": (zlib.compress(CONTENT, 0), CONTENT),
    "zlib with a small window": (
        (lambda c: c.compress(CONTENT) + c.flush())(zlib.compressobj(wbits=9)),
        CONTENT,
    ),
    "gzip": (member(CONTENT), CONTENT),
    "gzip with a full header": (full_member(CONTENT), CONTENT),
    "empty gzip": (EMPTY_MEMBER, b""),
    "members": (member(CONTENT) + full_member(b"second") + member(b"third"), CONTENT + b"secondthird"),
    "empty members between": (
        EMPTY_MEMBER + member(b"first") + BGZF_END * 3 + member(b"second") + BGZF_END,
        b"firstsecond",
    ),
    "a thousand empty members": (EMPTY_MEMBER * 1000 + member(b"last"), b"last"),
    "a thousand small members": (
        b"".join(member(b"%03d" % n) for n in range(1000)),
        b"".join(b"%03d" % n for n in range(1000)),
    ),
}


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("name", PAYLOADS)
@pytest.mark.parametrize("size", [6, 4096, 10**6])
def test_all_of_the_content_comes(source: Open, name: str, size: int) -> None:
    """Every payload comes whole from every source by reads of every size, then 0 again and again."""
    data, content = PAYLOADS[name]
    stream = InflatingStream(source(data))
    assert drain(stream, size) == content
    assert [stream.read(bytearray(5)) for _ in range(3)] == [0, 0, 0]
    assert stream.unused_data == b""
    stream.close()


@pytest.mark.parametrize("size", [1, 4, 8, 40, 47, 48])
@pytest.mark.parametrize("most", [1, 5, 10**9])
def test_zero_is_given_at_the_very_end_only(size: int, most: int) -> None:
    """Reads that end exactly at a member's end do not take its trailer or an empty member for the end."""
    data = b"".join(member(CONTENT[n : n + 4]) + BGZF_END for n in range(0, 48, 4))
    stream = InflatingStream(Source(data, most))
    assert drain(stream, size) == CONTENT[:48]


def test_buffers_are_filled() -> None:
    """A read gives all that fits, across members, and touches nothing beyond."""
    stream = InflatingStream(Source(member(b"abc") + member(b"defgh") + member(b"i"), 3))
    buffer = array.array("H", [0xEEEE] * 3)
    assert stream.read(buffer) == 6
    assert buffer.tobytes() == b"abcdef"
    assert stream.read(buffer) == 3
    assert buffer.tobytes() == b"ghidef"
    assert stream.read(buffer) == 0
    assert buffer.tobytes() == b"ghidef"


def test_an_empty_buffer_gets_nothing() -> None:
    """A buffer of no bytes gives 0 anywhere and takes nothing from the source."""
    source = Source(member(b"abc"))
    stream = InflatingStream(source)
    assert stream.read(bytearray()) == 0
    assert source.calls == 0
    assert drain(stream) == b"abc"
    assert stream.read(bytearray()) == 0


def test_nothing_is_asked_of_the_source_after_the_end() -> None:
    """Once 0 was given the source is left alone: a source that goes on later changes nothing."""
    for data in (member(b"abc"), zlib.compress(b"abc"), b""):
        source = Source(data)
        stream = InflatingStream(source)
        drain(stream)
        calls = source.calls
        source.data += member(b"more")
        assert stream.read(bytearray(5)) == 0
        assert source.calls == calls


# Faults

TRUNCATED = {
    "zlib": zlib.compress(CONTENT[:400]),
    "gzip": member(CONTENT[:400]),
    "gzip with a full header": full_member(CONTENT[:400]),
    "empty gzip": EMPTY_MEMBER,
}


@pytest.mark.parametrize("name", TRUNCATED)
@pytest.mark.parametrize("source", SOURCES)
def test_every_cut_is_noticed(name: str, source: Open) -> None:
    """Data that ends too early anywhere raises InflateError before the end is said, and goes on raising."""
    data = TRUNCATED[name]
    for cut in range(1, len(data)):
        stream = InflatingStream(source(data[:cut]))
        with pytest.raises(InflateError, match="too early"):
            drain(stream)
        _stays_broken(stream)


@pytest.mark.parametrize("after", [member(b"first"), member(b"first") + BGZF_END])
def test_every_cut_of_a_later_member_is_noticed(after: bytes) -> None:
    """A member cut short after whole ones raises, down to a lone first byte."""
    data = full_member(CONTENT[:400])
    for cut in range(1, len(data)):
        stream = InflatingStream(Source(after + data[:cut], 50))
        got = bytearray(5)
        assert stream.read(got) == 5
        assert got == b"first"
        with pytest.raises(InflateError, match="too early"):
            drain(stream)
        _stays_broken(stream)


def _stays_broken(stream: InflatingStream) -> None:
    for size in (1, 0, 100):
        with pytest.raises(InflateError):
            stream.read(bytearray(size))
    assert stream.closed is False


@pytest.mark.parametrize("data", [zlib.compress(CONTENT[:400]), member(CONTENT[:400])])
def test_no_damage_gives_wrong_data_as_if_it_were_right(data: bytes) -> None:
    """Whichever bit is flipped, the content comes whole and right or InflateError is raised."""
    for bit in range(8 * len(data)):
        damaged = bytearray(data)
        damaged[bit // 8] ^= 1 << bit % 8
        stream = InflatingStream(Source(bytes(damaged)))
        try:
            assert drain(stream) == CONTENT[:400]
        except InflateError:
            _stays_broken(stream)


@pytest.mark.parametrize(
    ("data", "at"),
    [
        *((zlib.compress(CONTENT), -n) for n in range(1, 5)),
        *((member(CONTENT), -n) for n in range(1, 9)),
        (member(CONTENT), 0),
        (member(CONTENT), 1),
        (member(CONTENT), 2),
        (full_member(CONTENT), 12),
        (zlib.compress(CONTENT), 0),
        (zlib.compress(CONTENT), 1),
    ],
)
def test_damaged_header_or_trailer_raises(data: bytes, at: int) -> None:
    """A wrong checksum, length, magic, method or header checksum raises InflateError."""
    damaged = bytearray(data)
    damaged[at] ^= 0x04
    stream = InflatingStream(Source(bytes(damaged)))
    with pytest.raises(InflateError, match="damaged"):
        drain(stream)
    _stays_broken(stream)


@pytest.mark.parametrize(
    "data", [b"plain text", bytes(100), b"BZh9", b"\x1f\x9d\x90", b"\x78\xbb\0\0\0\1rest"]
)
def test_other_data_raises(data: bytes) -> None:
    """What is neither zlib nor gzip, and zlib that wants a dictionary, raises InflateError."""
    stream = InflatingStream(Source(data))
    with pytest.raises(InflateError, match="damaged") as caught:
        stream.read(bytearray(10))
    assert isinstance(caught.value.__cause__, zlib.error)
    _stays_broken(stream)


def test_bytes_before_a_fault_are_given_first() -> None:
    """What was inflated before the fault comes as a short read; the next read raises."""
    first, second = CONTENT[:20000], CONTENT[20000:]
    damaged = bytearray(member(second))
    damaged[-5] ^= 1
    stream = InflatingStream(Source(member(first) + bytes(damaged)))
    buffer = bytearray(len(CONTENT) + 1)
    count = stream.read(buffer)
    assert count >= len(first)
    assert buffer[:count] == CONTENT[:count]
    with pytest.raises(InflateError, match="damaged"):
        stream.read(buffer)
    _stays_broken(stream)


# The source


@pytest.mark.parametrize(
    "error", [OSError("gone"), ValueError("shut"), EOFError("early"), RuntimeError("odd")]
)
@pytest.mark.parametrize("make", [Source, IntoSource, StoreSource])
def test_a_failing_source_raises_stream_error_and_may_recover(make: type[Source], error: Exception) -> None:
    """The source's error is the cause; when the source gives again, nothing is lost or doubled."""
    source = make(member(CONTENT) + member(b"more"), 5)
    stream = InflatingStream(source)
    got, buffer, count, told = bytearray(), bytearray(100), 1, set()
    while count:
        source.error = None if source.error else error
        try:
            count = stream.read(buffer)
        except StreamError as raised:
            told.add((type(raised), raised.__cause__))
        else:
            got += buffer[:count]
    assert got == CONTENT + b"more"
    assert told == {(StreamError, error)}


def test_a_fault_of_a_source_behind_some_bytes_is_told_next() -> None:
    """Bytes inflated before the source failed are given; the next read raises."""
    source = Source(member(CONTENT), 100)
    stream = InflatingStream(source)
    assert stream.read(bytearray(1)) == 1
    source.error = OSError("gone")
    left = stream.read(bytearray(10**6))
    assert 0 < left < len(CONTENT)
    with pytest.raises(StreamError, match="gone"):
        stream.read(bytearray(10**6))


def test_errors_of_a_data_store_come_through() -> None:
    """A StreamError of the source is not wrapped again, nor an InflateError of an inflating source."""
    inner = InflatingStream(Source(member(member(CONTENT))[:-1]))
    stream = InflatingStream(inner)
    with pytest.raises(InflateError, match="too early"):
        drain(stream)
    store = MemoryStore(member(CONTENT)).open_read()
    store.close()
    with pytest.raises(StreamError, match="closed stream"):
        InflatingStream(store).read(bytearray(1))


def test_twice_deflated_data_inflates_twice() -> None:
    """A stream may be the source of another."""
    assert drain(InflatingStream(InflatingStream(Source(member(zlib.compress(CONTENT)))))) == CONTENT


@pytest.mark.parametrize("answer", [None, -1, 10**6, "text", 1.5, b"bytes"])
def test_a_source_that_miscounts_raises(answer: Any) -> None:
    """What is no count of the bytes read raises StreamError."""

    class Lies(IntoSource):
        def readinto(self, buffer: Any, /) -> Any:
            return answer

    with pytest.raises(StreamError, match="the source returned"):
        InflatingStream(Lies(b"")).read(bytearray(1))


@pytest.mark.parametrize("answer", [None, "text", 5])
def test_a_source_that_gives_no_bytes_raises(answer: Any) -> None:
    """What read() gives besides bytes raises StreamError."""

    class Lies(Source):
        def read(self, size: int, /) -> Any:
            return answer

    with pytest.raises(StreamError, match="wanted bytes"):
        InflatingStream(Lies(b"")).read(bytearray(1))


@pytest.mark.parametrize("source", [None, 5, b"bytes", object()])
def test_what_is_no_source_is_refused(source: Any) -> None:
    """An object without any read raises TypeError when the stream is made."""
    with pytest.raises(TypeError, match="wanted a data-store stream or a binary file"):
        InflatingStream(source)


def test_the_data_begins_where_the_source_stands() -> None:
    """What lies before the source's position is not looked at."""
    source = io.BytesIO(b"header" + member(b"abc"))
    source.seek(6)
    assert drain(InflatingStream(source)) == b"abc"


# What follows


@pytest.mark.parametrize("payload", [member(CONTENT) + BGZF_END, zlib.compress(CONTENT)])
@pytest.mark.parametrize(
    "rest",
    [b"\0", b"\0" * 10**5, b"foreign", b"\x1f\x1f\x8b", b"\x8b\x1f", b"\0" * 512 + member(b"not served")],
)
@pytest.mark.parametrize("most", [1, 2, 10**9])
def test_what_follows_is_neither_served_nor_swallowed(payload: bytes, rest: bytes, most: int) -> None:
    """Padding or foreign bytes end the stream; what was read of them is kept, the source has the rest."""
    source = Source(payload + rest, most)
    stream = InflatingStream(source)
    buffer = bytearray(len(CONTENT))
    assert stream.unused_data == b""
    assert drain(stream) == CONTENT
    assert stream.unused_data + source.data[source.at :] == rest
    assert len(stream.unused_data) <= 16384
    assert stream.read(buffer) == 0


def test_zlib_data_is_followed_by_nothing_of_ours() -> None:
    """zlib has no members: a second zlib stream is what follows the first."""
    second = zlib.compress(b"second")
    stream = InflatingStream(Source(zlib.compress(b"first") + second))
    assert drain(stream) == b"first"
    assert stream.unused_data == second


def test_a_broken_member_behind_a_whole_one_raises() -> None:
    """What begins as a member does is one: it raises where it goes wrong."""
    stream = InflatingStream(Source(member(b"first") + b"\x1f\x8b\x07 no such method"))
    assert stream.read(bytearray(5)) == 5
    with pytest.raises(InflateError, match="damaged"):
        stream.read(bytearray(5))


# The surface


def test_it_is_forward_only() -> None:
    """seek, size, position and read(n) raise NotSupportedError; the properties say so."""
    stream = InflatingStream(Source(member(b"abc")))
    for call in (
        lambda: stream.seek(0),
        lambda: stream.seek(-1),
        lambda: stream.size,
        lambda: stream.position,
        lambda: stream.read(1),
    ):
        with pytest.raises(NotSupportedError, match="InflatingStream"):
            call()
    assert (stream.seekable, stream.supports_zero_copy, stream.closed) == (False, False, False)
    assert drain(stream) == b"abc"


def test_closing_closes_the_source_once() -> None:
    """close() closes the source too; a second one is harmless; afterwards StreamError is raised."""
    source = Source(member(b"abc"))
    stream = InflatingStream(source)
    with stream as entered:
        assert entered is stream
    assert (stream.closed, source.closed) == (True, True)
    source.closed = False
    stream.close()
    assert source.closed is False
    for call in (
        lambda: stream.read(bytearray(1)),
        lambda: stream.read(bytearray()),
        lambda: stream.read(1),
        lambda: stream.seek(0),
        lambda: stream.size,
        lambda: stream.position,
        stream.__enter__,
    ):
        with pytest.raises(StreamError, match="closed stream"):
            call()


@pytest.mark.parametrize("buffer", [None, "text", bytes(4), memoryview(bytearray(8))[::2]])
def test_unfit_buffer_is_refused_before_anything_is_read(buffer: Any) -> None:
    """A read-only or non-contiguous buffer raises TypeError and costs no byte of the content."""
    source = Source(member(b"abc"))
    stream = InflatingStream(source)
    with pytest.raises(TypeError):
        stream.read(buffer)
    assert source.calls == 0
    assert drain(stream) == b"abc"


def test_memory_stays_bounded() -> None:
    """256 MiB of zeros, in a few KiB of data, pass through without being held."""
    piece = member(bytes(2**26))
    stream = InflatingStream(Source(piece * 4))
    buffer = bytearray(2**22)
    tracemalloc.start()
    try:
        total = 0
        while count := stream.read(buffer):
            total += count
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert total == 2**28
    assert peak < 2**20


def test_random_reads_and_sources_agree_with_gzip() -> None:
    """Members, short sources and buffers of many sizes, mixed: the bytes are those gzip gives."""
    draw = random.Random(0)
    for _ in range(60):
        parts = [draw.randbytes(draw.choice((0, 0, 1, 100, 20000))) for _ in range(draw.randint(1, 8))]
        data = b"".join(map(member, parts))
        stream = InflatingStream(Source(data, draw.choice((1, 3, 1000, 16384, 10**9))))
        assert drain(stream, draw.choice((1, 2, 100, 16384, 50000))) == gzip.decompress(data)

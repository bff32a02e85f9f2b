"""LZ4 files: random access through checkpoints, faults that stay, sources of every kind, frames."""

from __future__ import annotations

import io
import os
import random
import shutil
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import lz4.block
import lz4.frame
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from streamtck.reference_impl import InflateError, NotSupportedError, StreamError
from streamtck.reference_impl.lz4_file import LZ4DoubleBufferFile, LZ4FrameFile, write_frame
from streamtck.reference_impl.lz4_stream import LZ4StreamCompressor, compress

CONTENT = b"".join(b"line %d of %d\n" % (n * n % 1009, n) for n in range(6000))
NOISE = random.Random(0).randbytes(150000)
PAGE = 4096
FAR = 2**63 - 1


def blocks_of(chunks: Iterable[bytes], page: int, width: int = 4, **how: Any) -> list[bytes]:
    """The block of each chunk, with its size before it."""
    encoder = LZ4StreamCompressor("double_buffer", page, store_comp_size=width, **how)
    return [bytes(encoder.compress(chunk)) for chunk in chunks]


def chunks_of(content: bytes, lengths: Iterable[int]) -> list[bytes]:
    """The content cut into chunks of these lengths, over and over, up to its end."""
    chunks, lengths = [], list(lengths)
    while content:
        for length in lengths:
            chunks.append(content[:length])
            content = content[length:]
    return chunks


def framed(content: bytes, page: int = PAGE, size: int | None = None) -> bytes:
    """The content as one frame."""
    target = io.BytesIO()
    write_frame(io.BytesIO(content), target, page, size=size)
    return target.getvalue()


class Source(io.RawIOBase):
    """A raw file that gives at most `most` bytes at once, counts its reads, and fails where it is told to."""

    def __init__(self, data: bytes, most: int = 10**9, seeks: bool = True) -> None:
        self.data, self.most, self.seeks = io.BytesIO(data), most, seeks
        self.reads = 0
        self.fails_at: int | None = None
        self.error: Exception = OSError("the disk is gone")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self.seeks

    def seek(self, position: int, whence: int = 0, /) -> int:
        if not self.seeks:
            raise io.UnsupportedOperation("seek")
        return self.data.seek(position, whence)

    def tell(self) -> int:
        return self.seek(0, 1) if self.seeks else self.data.tell()

    def readinto(self, buffer: Any, /) -> int:
        self.reads += 1
        most = min(len(buffer), self.most)
        if self.fails_at is not None:
            most = min(most, self.fails_at - self.data.tell())
            if most <= 0:
                raise self.error
        chunk = self.data.read(most)
        buffer[: len(chunk)] = chunk
        return len(chunk)


class Forward:
    """The least that a source can be: the `read` of a file, and nothing else."""

    def __init__(self, file: Any) -> None:
        self.read = file.read


# The three ways to read at most `count` bytes from a position: (file, position, count) -> bytes.


def by_hadoop(file: Any, position: int, count: int) -> bytes:
    stream, buffer = file.hadoop(), bytearray(count)
    stream.seek(position)
    got = max(0, stream.read(buffer))
    assert stream.get_pos() == position + got
    return bytes(buffer[:got])


def by_data_store(file: Any, position: int, count: int) -> bytes:
    stream, buffer = file.data_store(), bytearray(count)
    stream.seek(position)
    got = stream.read(buffer)
    assert stream.position == position + got
    return bytes(buffer[:got])


def by_python_file(file: Any, position: int, count: int) -> bytes:
    stream = file.python_file()
    assert stream.seek(position) == position
    got: bytes = stream.read(count)
    assert stream.tell() == position + len(got)
    return got


VIEWS = [by_hadoop, by_data_store, by_python_file]
View = Callable[[Any, int, int], bytes]


def sound_part(file: Any, step: int = 100) -> bytes:
    """What comes before the InflateError that reading must end in."""
    stream, got = file.data_store(), bytearray()
    with pytest.raises(InflateError):
        drain(stream, got, step)
    return bytes(got)


def drain(stream: Any, got: bytearray | None = None, step: int = 2**16) -> None:
    """Read all that a data-store stream gives, and append it to what was got."""
    buffer = bytearray(step)
    while count := stream.read(buffer):
        if got is not None:
            got += buffer[:count]


# -- content and random access -------------------------------------------------------------------------


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize(("page", "width"), [(1, 4), (64, 1), (239, 1), (8192, 2), (4096, 4), (2**17, 4)])
def test_every_width_and_page_is_read(view: View, page: int, width: int) -> None:
    """The content comes whole, from its middle and from its end, whatever the page and the prefix."""
    content = CONTENT[: 3000 if page == 1 else None]
    with LZ4DoubleBufferFile(
        io.BytesIO(compress(content, page, store_comp_size=width)), page, store_comp_size=width
    ) as file:
        assert view(file, 0, len(content) + 1) == content
        assert view(file, len(content) // 2, 100) == content[len(content) // 2 :][:100]
        assert view(file, len(content) - 1, 10) == content[-1:]
        assert view(file, len(content), 10) == view(file, FAR, 10) == b""
        assert file.size() == file.data_store().size == len(content)


@pytest.mark.parametrize("content", [bytes(2**21), NOISE[: 2**17]], ids=["zeros", "random"])
@pytest.mark.parametrize("page", [300, 2**17])
def test_what_packs_best_and_worst_is_read(content: bytes, page: int) -> None:
    """Blocks of a 255th of their page, and blocks larger than it, are no damage."""
    file = LZ4DoubleBufferFile(io.BytesIO(compress(content, page)), page)
    assert file.python_file().read() == content


@pytest.mark.parametrize(
    ("lengths", "total"),
    [
        ([70000], 270000),
        ([2**15, 2**15], 270000),
        ([70], 150000),
        ([100] * 20 + [65536], 270000),
        *(([6000], 6000 * count) for count in range(30, 36)),
    ],
)
def test_a_block_reaches_back_as_far_as_any_can(lengths: list[int], total: int) -> None:
    """A block may repeat bytes 65535 before it, whatever the chunks between, also after a seek back."""
    chunks = chunks_of((CONTENT * 3)[:total], lengths)
    blocks = blocks_of(chunks, 2**17)
    plain = b"".join(chunks)
    # No literals, four bytes from 65535 back, and twenty literals at the end.
    far = b"\x00\xff\xff\xf0\x05" + b"z" * 20
    data = b"".join(blocks) + len(far).to_bytes(4, "little") + far
    for spacing in (None, 100000):
        file = LZ4DoubleBufferFile(io.BytesIO(data), 2**17, spacing=spacing)
        whole = plain + plain[-65535:][:4] + b"z" * 20
        assert file.python_file().read() == whole
        for position in (7, len(whole) - 22, 140000, len(whole) - 24):
            assert by_data_store(file, position, 90) == whole[position : position + 90]


@pytest.mark.parametrize("view", VIEWS)
def test_sizes_out_of_band_say_where_the_data_ends(view: View) -> None:
    """Bare blocks are read by their sizes, inside a larger file, and what follows is not served."""
    blocks = blocks_of(chunks_of(CONTENT, [PAGE, 100, 0, 7]), PAGE, 0)
    source = io.BytesIO(b"before" + b"".join(blocks) + b"after, which is no block")
    source.seek(6)
    with LZ4DoubleBufferFile(source, PAGE, store_comp_size=0, sizes=map(len, blocks)) as file:
        assert view(file, 0, 10**6) == CONTENT
        assert view(file, 5000, 50) == CONTENT[5000:5050]
        assert file.size() == len(CONTENT)


@pytest.mark.parametrize("kept", [0, 1, PAGE, PAGE + 1, len(CONTENT)])
def test_a_known_length_says_where_the_data_ends(kept: int) -> None:
    """With a plain length nothing behind it is served, be it of the last block or foreign."""
    source = io.BytesIO(compress(CONTENT, PAGE) + b"\xff" * 50)
    file = LZ4DoubleBufferFile(source, PAGE, size=kept)
    assert file.size() == kept
    assert file.python_file().read() == CONTENT[:kept]
    assert by_data_store(file, max(0, kept - 5), 10) == CONTENT[max(0, kept - 5) : kept]


@pytest.mark.parametrize("how", [{}, {"mode": "high_compression", "compression_level": 12}])
@pytest.mark.parametrize("dictionary", ["text", CONTENT[-3000:], bytearray(CONTENT), memoryview(CONTENT)])
def test_a_dictionary_is_known_to_every_block(how: dict[str, Any], dictionary: Any) -> None:
    """A dictionary serves the first blocks, also after a seek back, whatever becomes of the caller's."""
    data = compress(CONTENT, 512, dictionary=dictionary, **how)
    given = bytearray(dictionary) if isinstance(dictionary, bytearray) else dictionary
    file = LZ4DoubleBufferFile(io.BytesIO(data), 512, dictionary=given, spacing=1000)
    if isinstance(given, bytearray):
        given[:] = bytes(len(given))
    stream = file.python_file()
    assert stream.read() == CONTENT
    for position in (0, 600, 1500, 3):
        assert by_hadoop(file, position, 700) == CONTENT[position : position + 700]


OPERATIONS = st.lists(
    st.tuples(st.sampled_from(VIEWS), st.integers(0, 9000), st.integers(0, 3000)), min_size=1, max_size=12
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    lengths=st.lists(st.integers(0, 700), max_size=30),
    page=st.integers(1, 700),
    spacing=st.none() | st.integers(1, 3000),
    most=st.sampled_from([1, 7, 10**9]),
    operations=OPERATIONS,
    data=st.binary(max_size=40),
)
@example(lengths=[0, 0, 0], page=1, spacing=1, most=1, operations=[(by_hadoop, 0, 1)], data=b"")
@example(lengths=[0, 5, 0], page=5, spacing=1, most=1, operations=[(by_hadoop, 4, 9)] * 2, data=b"ab")
def test_random_access_is_slicing(
    lengths: list[int], page: int, spacing: int | None, most: int, operations: list[Any], data: bytes
) -> None:
    """Reads anywhere, in any order, give what slices of the content give, whatever the chunks were."""
    lengths = [min(length, page) for length in lengths]
    content = ((data or b"x") * 10 + CONTENT)[: sum(lengths)]
    chunks = [content[start:end] for start, end in pairwise(accumulate(lengths, initial=0))]
    source = Source(b"".join(blocks_of(chunks, page)), most)
    with LZ4DoubleBufferFile(source, page, spacing=spacing) as file:
        for view, position, count in operations:
            assert view(file, position, count) == content[position : position + count]
        assert file.size() == len(content)


@pytest.mark.parametrize("view", VIEWS)
def test_an_empty_payload_is_an_empty_file(view: View) -> None:
    """No block, or empty ones only, is no content."""
    for data in (b"", b"\1\0\0\0\0" * 3):
        with LZ4DoubleBufferFile(io.BytesIO(data), PAGE) as file:
            assert view(file, 0, 10) == b""
            assert file.size() == 0
    with LZ4DoubleBufferFile(io.BytesIO(), PAGE, store_comp_size=0, sizes=[]) as file:
        assert view(file, 0, 10) == b""


# -- what is decoded, and when -------------------------------------------------------------------------


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The plain length of each block that is decoded."""
    lengths: list[int] = []
    decompress = lz4.block.decompress

    def counting(block: Any, most: int, as_array: bool = False, history: Any = b"") -> bytes:
        plain: bytes = decompress(block, most, as_array, history)
        lengths.append(len(plain))
        return plain

    monkeypatch.setattr(lz4.block, "decompress", counting)
    return lengths


def test_seeks_and_questions_decode_nothing(decoded: list[int]) -> None:
    """Opening, seeking and telling touch neither the source nor the decoder."""
    source = Source(compress(CONTENT, PAGE))
    file = LZ4DoubleBufferFile(source, PAGE)
    for position in (0, 5000, len(CONTENT), 2**40, FAR, 1):
        file.hadoop().seek(position)
        file.data_store().seek(position)
        assert file.python_file().seek(position) == file.python_file().tell() == position
    assert file.python_file().seekable()
    assert not decoded
    assert source.reads == 0


@pytest.mark.parametrize("spacing", [1, PAGE, 3 * PAGE])
def test_a_seek_back_decodes_from_the_checkpoint(decoded: list[int], spacing: int) -> None:
    """Once read, any byte is at most one spacing and two blocks of decoding away, from any place."""
    file = LZ4DoubleBufferFile(io.BytesIO(compress(CONTENT, PAGE)), PAGE, spacing=spacing)
    assert file.size() == len(CONTENT)
    for position in (50000, 100, 70000, 69999, 3, len(CONTENT) - 1, 40000):
        decoded.clear()
        assert by_python_file(file, position, 1) == CONTENT[position : position + 1]
        assert sum(decoded) <= spacing + 2 * PAGE


def test_without_checkpoints_a_seek_back_begins_at_the_start(decoded: list[int]) -> None:
    """`spacing=None` keeps nothing but the start."""
    file = LZ4DoubleBufferFile(io.BytesIO(compress(CONTENT, PAGE)), PAGE, spacing=None)
    file.size()
    decoded.clear()
    assert by_python_file(file, 70000, 1) == CONTENT[70000:70001]
    assert sum(decoded) > 60000


def test_nothing_is_decoded_twice_in_a_row(decoded: list[int]) -> None:
    """Reads in one block, forward or back, use what is decoded; reads on go on."""
    file = LZ4DoubleBufferFile(io.BytesIO(compress(CONTENT, PAGE)), PAGE)
    for position in (10, 4000, 0, 4095, 1):
        assert by_hadoop(file, position, 1) == CONTENT[position : position + 1]
    assert by_hadoop(file, 0, 3 * PAGE) == CONTENT[: 3 * PAGE]
    assert len(decoded) <= 3


def test_what_asks_for_a_part_decodes_no_more(decoded: list[int]) -> None:
    """Skips, full positioned reads and a known length need not learn where the end is."""
    data = compress(CONTENT, PAGE, dictionary="dictionary")
    file = LZ4DoubleBufferFile(io.BytesIO(data), PAGE, dictionary="dictionary")
    buffer = bytearray(100)
    file.hadoop().read_fully(5000, buffer)
    assert buffer == CONTENT[5000:5100]
    assert file.hadoop().skip(100) == 100
    assert sum(decoded) <= 3 * PAGE
    assert file.hadoop().skip(10**9) == len(CONTENT) - 100
    with pytest.raises(EOFError):
        file.hadoop().read_fully(len(CONTENT) - 99, buffer)
    known = LZ4DoubleBufferFile(io.BytesIO(compress(CONTENT, PAGE)), PAGE, size=len(CONTENT))
    decoded.clear()
    assert known.hadoop().available() == known.python_file().seek(0, os.SEEK_END) == len(CONTENT)
    assert not decoded


def test_memory_is_bounded(tmp_path: Path) -> None:
    """A read through 64 MiB, and a seek back in it, take little more than the checkpoints' histories."""
    piece = b"".join(b"%d is the %dth number\n" % (n * n % 7919, n) for n in range(50000))[: 2**20]
    path = tmp_path / "content"
    with path.open("wb") as target:
        for _ in range(64):
            target.write(compress(piece, 8192))
    for spacing, most in ((None, 2**20), (2**23, 3 * 2**19), (2**20, 5 * 2**20)):
        with LZ4DoubleBufferFile(path, 8192, spacing=spacing) as file:
            assert _peak(lambda file=file: drain(file.data_store())) < most
            assert by_data_store(file, 2**22 + 5, 2**16) == piece[5 : 2**16 + 5]
    with path.open("rb") as source:
        forward = LZ4DoubleBufferFile(Forward(source), 8192, spacing=2**16)
        assert _peak(lambda: drain(forward.data_store())) < 2**20


def test_a_skipped_frame_takes_no_memory() -> None:
    """What is passed over in a source that does not seek is not held."""
    data = SKIPPABLE + (2**23).to_bytes(4, "little") + bytes(2**23) + framed(CONTENT)
    file = LZ4FrameFile(Forward(io.BytesIO(data)))
    assert _peak(lambda: drain(file.data_store())) < 2**20
    assert file.position == len(CONTENT)


def _peak(run: Callable[[], object]) -> int:
    """The most memory, in bytes, that is allocated at once meanwhile."""
    tracemalloc.start()
    try:
        run()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


# -- damage --------------------------------------------------------------------------------------------


LENGTHS = [90, 7, 0, 100, 100, 55]
SMALL = CONTENT[: sum(LENGTHS)]
CHUNKS = chunks_of(SMALL, LENGTHS)


@pytest.mark.parametrize("width", [0, 1, 2, 4])
def test_every_cut_inside_a_block_raises(width: int) -> None:
    """A cut in a size or a block raises after the blocks before it; between blocks it needs a length."""
    blocks = blocks_of(CHUNKS, 100, width)
    data, ends = b"".join(blocks), list(accumulate(map(len, blocks), initial=0))
    sizes = [len(block) for block in blocks] if width == 0 else None

    def opened(kept: int, size: int | None) -> LZ4DoubleBufferFile:
        source = io.BytesIO(data[:kept])
        return LZ4DoubleBufferFile(source, 100, store_comp_size=width, sizes=sizes, size=size)

    for kept in range(len(data)):
        sound = b"".join(CHUNKS[: sum(end <= kept for end in ends[1:])])
        assert sound_part(opened(kept, len(SMALL))) == sound
        # Nothing says that more should come where a block has just ended.
        if kept in ends and sizes is None:
            assert opened(kept, None).python_file().read() == sound
        else:
            assert sound_part(opened(kept, None)) == sound


def test_every_flipped_bit_raises_or_is_bounded() -> None:
    """A flipped bit raises InflateError, or gives wrong bytes, but never more than pages."""
    data = b"".join(blocks_of(CHUNKS, 100, 2))
    for bit in range(8 * len(data)):
        spoilt = bytearray(data)
        spoilt[bit // 8] ^= 1 << bit % 8
        file = LZ4DoubleBufferFile(io.BytesIO(spoilt), 100, store_comp_size=2)
        try:
            assert len(file.python_file().read()) <= 100 * len(CHUNKS)
        except InflateError:
            continue
        known = LZ4DoubleBufferFile(io.BytesIO(spoilt), 100, store_comp_size=2, size=len(SMALL))
        try:
            assert len(known.python_file().read()) == len(SMALL)
        except InflateError:
            continue


@pytest.mark.parametrize(
    "prefix", [bytes(4), b"\xff\xff\xff\xff", b"\x00\x00\x00\x80", (PAGE + 50).to_bytes(4, "little")]
)
def test_a_hostile_size_asks_for_no_memory(prefix: bytes) -> None:
    """A size that no page makes is refused before anything is read for it."""
    source = Source(compress(CONTENT[:PAGE], PAGE) + prefix + bytes(100))
    file = LZ4DoubleBufferFile(source, PAGE)
    tracemalloc.start()
    try:
        assert sound_part(file) == CONTENT[:PAGE]
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()
    with pytest.raises(InflateError, match=r"block 1, at offset .* its size is"):
        file.size()


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("spacing", [1, None])
def test_a_fault_stays_where_it_is(view: View, spacing: int | None) -> None:
    """Every read that needs the damaged block raises again; earlier bytes come, before and after."""
    blocks = blocks_of(chunks_of(CONTENT, [PAGE]), PAGE)
    blocks[3] = blocks[3][:4] + b"\xff" * (len(blocks[3]) - 4)
    sound = CONTENT[: 3 * PAGE]
    file = LZ4DoubleBufferFile(io.BytesIO(b"".join(blocks)), PAGE, spacing=spacing)
    for _ in range(2):
        assert view(file, 100, 10**6) == sound[100:]
        for position in (len(sound), len(sound) + 1, 10**6, FAR):
            with pytest.raises(InflateError, match="block 3, at offset"):
                view(file, position, 1)
        assert view(file, 5, 10) == sound[5:15]
        assert view(file, len(sound) - 1, 100) == sound[-1:]


def test_a_fault_is_not_looked_for_again() -> None:
    """Data that was found to be cut stays so, whatever its source gives later."""
    data = compress(CONTENT, PAGE)
    source = io.BytesIO(data[:-1])
    file = LZ4DoubleBufferFile(source, PAGE)
    sound = sound_part(file)
    source.seek(0, os.SEEK_END)
    source.write(data[-1:])
    assert sound_part(file) == b""
    assert by_hadoop(file, 0, 10**6) == sound


def test_what_needs_all_raises_at_a_fault() -> None:
    """A read of all that is left, and the length, raise; the position and the bytes before it stay."""
    file = LZ4DoubleBufferFile(io.BytesIO(compress(CONTENT, PAGE)[:-1]), PAGE)
    last = len(CONTENT) // PAGE * PAGE
    stream, hadoop = file.python_file(), file.hadoop()
    stream.seek(7)
    for call in (stream.read, stream.readall, hadoop.available, file.size, lambda: file.data_store().size):
        with pytest.raises(InflateError, match="the data ends after"):
            call()
        assert stream.tell() == 7
    for call in (lambda: stream.seek(0, os.SEEK_END), lambda: hadoop.skip(10**6)):
        with pytest.raises(InflateError):
            call()
    with pytest.raises(InflateError):
        hadoop.read_fully(last - 5, bytearray(10))
    assert stream.tell() == 7
    assert b"".join(iter(lambda: stream.readline() if stream.tell() < last else b"", b"")) == CONTENT[7:last]
    with pytest.raises(InflateError):
        stream.readline()


def test_a_length_that_is_not_reached_raises() -> None:
    """Data that ends, between two blocks, before the length that is known is cut."""
    file = LZ4DoubleBufferFile(io.BytesIO(compress(CONTENT, PAGE)), PAGE, size=len(CONTENT) + 1)
    assert sound_part(file) == CONTENT
    with pytest.raises(InflateError, match=f"{len(CONTENT)} of {len(CONTENT) + 1} bytes"):
        by_hadoop(file, len(CONTENT), 1)
    assert by_hadoop(file, len(CONTENT) + 1, 1) == b""


def test_a_wrong_page_or_dictionary_is_bounded() -> None:
    """A page too small is seen; without its dictionary the data does not decode, or decodes wrong."""
    with pytest.raises(InflateError):
        LZ4DoubleBufferFile(io.BytesIO(compress(CONTENT, PAGE)), PAGE // 2).python_file().read()
    data = compress(CONTENT, PAGE, dictionary=CONTENT)
    with pytest.raises(InflateError):
        LZ4DoubleBufferFile(io.BytesIO(data), PAGE).python_file().read()


# -- sources -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("most", [1, 7, 5000])
@pytest.mark.parametrize("seeks", [True, False])
def test_a_source_that_gives_little_is_read_on(most: int, seeks: bool) -> None:
    """Sources of a byte at a time give the whole content, at random or forward only."""
    content = CONTENT[:20000]
    for data, opened in (
        (compress(content, PAGE), lambda source: LZ4DoubleBufferFile(source, PAGE)),
        (framed(content, size=len(content)), LZ4FrameFile),
    ):
        got = bytearray()
        drain(opened(Source(data, most, seeks)).data_store(), got, 999)
        assert got == content


@pytest.mark.parametrize(
    "made", [lambda data: Source(data, seeks=False), lambda data: Forward(io.BytesIO(data))]
)
def test_a_source_that_does_not_seek_moves_on_only(made: Callable[[bytes], Any]) -> None:
    """Its views read forward, say so, and refuse the rest; a Hadoop stream is not to be had."""
    file = LZ4DoubleBufferFile(made(compress(CONTENT, PAGE)), PAGE)
    stream, data_store = file.python_file(), file.data_store()
    assert not stream.seekable()
    assert not data_store.seekable
    for refused in (lambda: stream.seek(0), lambda: stream.seek(0, 2), file.hadoop, file.size):
        with pytest.raises(io.UnsupportedOperation):
            refused()
    for question in (lambda: data_store.seek(0), lambda: data_store.size, lambda: data_store.position):
        with pytest.raises(NotSupportedError):
            question()
    assert stream.peek()[:5] == CONTENT[:5]
    assert stream.read(5000) == CONTENT[:5000]
    assert stream.tell() == 5000
    assert data_store.read(bytearray(9)) == 9
    assert stream.readline() == CONTENT[5009 : CONTENT.index(b"\n", 5009) + 1]
    position = stream.tell()
    assert stream.read() == CONTENT[position:]
    with pytest.raises(io.UnsupportedOperation, match="was passed"):
        file.bytes_at(0, 1)


def test_a_source_that_does_not_seek_keeps_what_follows() -> None:
    """Nothing behind the last block of a known length is taken from it."""
    data = compress(CONTENT, PAGE)
    source = Source(data + b"and more", seeks=False)
    assert LZ4DoubleBufferFile(source, PAGE, size=len(CONTENT)).python_file().read() == CONTENT
    assert source.read() == b"and more"


@pytest.mark.parametrize("seeks", [True, False])
@pytest.mark.parametrize("most", [3, 10**9])
def test_a_failing_source_is_tried_again(seeks: bool, most: int) -> None:
    """The source's error comes after the bytes before it, and once it is over nothing is lost."""
    data = compress(CONTENT, PAGE)
    for fails_at in (0, 2, 4, 100, len(data) // 2, len(data) - 1):
        source = Source(data, most, seeks)
        source.fails_at = fails_at
        file = LZ4DoubleBufferFile(source, PAGE)
        stream, got = file.data_store(), bytearray()
        with pytest.raises(StreamError, match="disk is gone") as caught:
            drain(stream, got, 700)
        assert caught.value.__cause__ is source.error
        assert not isinstance(caught.value, InflateError)
        with pytest.raises(OSError, match="disk is gone"):
            file.python_file().read(10)
        source.fails_at = None
        drain(stream, got, 700)
        assert got == CONTENT


@pytest.mark.parametrize(
    ("given", "message"),
    [("text", "returned str"), (None, "returned NoneType"), (bytes(10**6), "returned 1000000 bytes")],
)
def test_a_source_that_breaks_its_contract_is_told(given: Any, message: str) -> None:
    """What is no answer to read() raises StreamError, on every surface, and nothing is taken from it."""
    source = Forward(io.BytesIO())
    source.read = lambda size: given
    file = LZ4DoubleBufferFile(source, PAGE)
    for view in (lambda: file.data_store().read(bytearray(9)), lambda: file.python_file().read(9)):
        with pytest.raises(StreamError, match=message):
            view()


def test_a_source_closed_by_its_owner_is_told() -> None:
    """Another error than an OSError of the source is the cause of a StreamError."""
    source = io.BytesIO(compress(CONTENT, PAGE))
    file = LZ4DoubleBufferFile(source, PAGE)
    source.close()
    with pytest.raises(StreamError, match="cannot be read") as caught:
        file.python_file().read()
    assert isinstance(caught.value.__cause__, ValueError)


def test_files_share_a_source() -> None:
    """Two files over one open file, and whoever else moves it, disturb each other in nothing."""
    data = compress(CONTENT, PAGE)
    shared = io.BytesIO(data + data)
    first = LZ4DoubleBufferFile(shared, PAGE, size=len(CONTENT))
    shared.seek(len(data))
    second = LZ4DoubleBufferFile(shared, PAGE)
    one, other = first.python_file(), second.python_file()
    for count in (10, 5000, 20000, 10**6):
        position = one.tell()
        assert one.read(count) == CONTENT[position : position + count]
        shared.seek(17)
        assert other.read(count) == CONTENT[position : position + count]
    first.close()
    other.seek(3)
    assert other.read(2) == CONTENT[3:5]
    assert not shared.closed


def test_files_on_one_path_are_independent(tmp_path: Path) -> None:
    """Two files on one path have a cursor, a descriptor and an end each."""
    path = tmp_path / "content"
    path.write_bytes(compress(CONTENT, PAGE))
    with LZ4DoubleBufferFile(path, PAGE) as first:
        with LZ4DoubleBufferFile(os.fsencode(path), PAGE) as second:
            second.python_file().seek(60000)
            assert first.python_file().read(3) == CONTENT[:3]
            assert second.python_file().read(3) == CONTENT[60000:60003]
        assert first.python_file().read(3) == CONTENT[3:6]


# -- views, closing, arguments -------------------------------------------------------------------------


def test_views_share_one_cursor() -> None:
    """Each view goes on where another one stopped; Python's own wrappers sit on the Python file."""
    file = LZ4DoubleBufferFile(io.BytesIO(compress(CONTENT, PAGE)), PAGE)
    hadoop, data_store, python_file = file.hadoop(), file.data_store(), file.python_file()
    assert hadoop.read() == CONTENT[0]
    assert data_store.read(bytearray(5000)) == 5000
    assert python_file.read(9) == CONTENT[5001:5010]
    assert (hadoop.get_pos(), data_store.position, python_file.tell(), file.position) == (5010,) * 4
    python_file.seek(0)
    lines = io.TextIOWrapper(python_file, encoding="ascii", newline="")
    assert list(lines) == CONTENT.decode().splitlines(keepends=True)


@pytest.mark.parametrize("closer", ["hadoop", "data_store", "python_file"])
def test_closing_one_view_closes_all_but_the_source(closer: str, tmp_path: Path) -> None:
    """After close() every view is closed; a file given stays open, one opened by its path does not."""
    path = tmp_path / "content"
    path.write_bytes(compress(CONTENT, PAGE))
    with path.open("rb") as given:
        for source in (given, path):
            file = LZ4DoubleBufferFile(source, PAGE)
            views = [file.hadoop(), file.data_store(), file.python_file()]
            file.bytes_at(0, 1)
            getattr(file, closer)().close()
            assert file.closed
            assert all(view.closed for view in views)
            for view in [*views, file]:
                view.close()
            for refused in (file.size, file.__enter__, file.fileno):
                with pytest.raises(ValueError, match="closed"):
                    refused()
            for refused_position in (file.reach, partial(file.bytes_at, 0)):
                with pytest.raises(ValueError, match="closed"):
                    refused_position(1)
        assert not given.closed


def test_there_is_no_descriptor() -> None:
    """The plain bytes are in no file of the system."""
    for stream in (LZ4FrameFile(io.BytesIO()), LZ4FrameFile(io.BytesIO()).python_file()):
        with pytest.raises(io.UnsupportedOperation):
            stream.fileno()


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"buffer_size": 0}, ValueError, "buffer_size is 0; wanted 1"),
        ({"buffer_size": 2**31}, ValueError, "buffer_size is 2147483648; wanted at most"),
        ({"buffer_size": "8192"}, TypeError, "integer"),
        ({"store_comp_size": 3}, ValueError, "store_comp_size is 3; wanted 0, 1, 2 or 4"),
        ({"store_comp_size": 0}, ValueError, "with no sizes; wanted sizes"),
        ({"sizes": [1]}, ValueError, "store_comp_size is 4, with sizes"),
        ({"store_comp_size": 0, "sizes": [-1]}, ValueError, "a size of sizes is -1"),
        ({"size": -1}, ValueError, "size is -1; wanted 0"),
        ({"spacing": 0}, ValueError, "spacing is 0; wanted 1"),
        ({"source": 3}, TypeError, "wanted a path or an open binary file, got int"),
        ({"source": b"/no/such/file"}, FileNotFoundError, "no/such"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(
    arguments: dict[str, Any], error: type[Exception], message: str
) -> None:
    """A wrong argument is one clear line at once."""
    with pytest.raises(error, match=message):
        LZ4DoubleBufferFile(**{"source": io.BytesIO(), "buffer_size": PAGE, **arguments})


def test_the_package_needs_no_lz4() -> None:
    """The reference streams import without the `lz4` package, which is an extra."""
    script = "import sys, streamtck.reference_impl; sys.exit('lz4' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


# -- frames --------------------------------------------------------------------------------------------


@pytest.fixture(params=["CLI", "lz4.frame.decompress", "lz4.frame.open"])
def other_reader(request: pytest.FixtureRequest) -> Iterator[Callable[[bytes], bytes]]:
    """The plain bytes of a frame, by a tool of others."""
    if request.param == "lz4.frame.decompress":
        yield lz4.frame.decompress
    elif request.param == "lz4.frame.open":
        yield lambda data: lz4.frame.open(io.BytesIO(data)).read()
    else:
        command = shutil.which("lz4")
        if command is None:
            pytest.skip("the command lz4 is not installed")
        yield (
            lambda data: (
                subprocess.run([command, "-dcq"], input=data, stdout=subprocess.PIPE, check=True).stdout
            )
        )


@pytest.mark.parametrize("page", [64, 4096, 65000, 65536, 2**20, 2**22 - 17000])
@pytest.mark.parametrize("sized", [True, False])
def test_other_tools_read_our_frames(other_reader: Callable[[bytes], bytes], page: int, sized: bool) -> None:
    """What `write_frame` writes is a frame to the `lz4` package and command, and to our reader."""
    content = CONTENT * 3 + NOISE[:70000]
    data = framed(content, page, len(content) if sized else None)
    assert other_reader(data) == content
    assert LZ4FrameFile(io.BytesIO(data)).python_file().read() == content
    assert other_reader(framed(b"", page)) == b""


def test_a_frame_holds_double_buffer_data() -> None:
    """Between its header and its end mark stands what the codec writes, and reads."""
    data = framed(CONTENT)
    assert data[7:-4] == compress(CONTENT, PAGE)
    assert LZ4DoubleBufferFile(io.BytesIO(data[7:-4]), PAGE).python_file().read() == CONTENT


def test_a_frame_that_cannot_be_written_is_refused() -> None:
    """A page too large for a frame, and a length that is not that of the source, are one clear line."""
    target = io.BytesIO()
    with pytest.raises(ValueError, match="a page of 4194304 bytes makes blocks of up to"):
        write_frame(io.BytesIO(), target, 2**22)
    assert not target.getvalue()
    with pytest.raises(ValueError, match="the source gave 5 bytes; wanted 6"):
        write_frame(io.BytesIO(b"plain"), target, PAGE, size=6)
    assert sound_part(LZ4FrameFile(io.BytesIO(target.getvalue()))) == b"plain"


FRAMES = {
    "linked": {"block_linked": True},
    "independent": {"block_linked": False},
    "without a length": {"store_size": False},
    "with checksums": {"content_checksum": True, "block_checksum": True},
    "of large blocks": {"block_size": lz4.frame.BLOCKSIZE_MAX1MB},
}
SKIPPABLE = b"\x53\x2a\x4d\x18"
SKIPPED = SKIPPABLE + b"\x05\x00\x00\x00other"


@pytest.mark.parametrize("name", FRAMES)
@pytest.mark.parametrize("seeks", [True, False])
def test_frames_of_other_tools_are_read(name: str, seeks: bool) -> None:
    """Linked and independent, stored and compressed blocks, several frames and skippable ones come whole."""
    content = CONTENT * 2 + NOISE
    one = lz4.frame.compress(content, **FRAMES[name])
    data = SKIPPED + one + lz4.frame.compress(b"") + SKIPPED + framed(CONTENT) + one + SKIPPED
    whole = content + CONTENT + content
    file = LZ4FrameFile(Source(data, seeks=seeks), spacing=50000, ignore_checksums=True)
    assert file.python_file().read() == whole
    for position in (len(whole) - 10, len(content) + 5, 170000, 3) if seeks else ():
        for view in VIEWS:
            assert view(file, position, 70000) == whole[position : position + 70000]


@pytest.mark.parametrize("most", [5, 10**9])
def test_a_failing_source_loses_nothing_of_frames(most: int) -> None:
    """Forward only, each error between and inside headers, marks and skipped frames is got over."""
    skipped = b"\x5f\x2a\x4d\x18" + (70000).to_bytes(4, "little") + bytes(70000)
    data = framed(SMALL, 100, len(SMALL)) + skipped + framed(b"second", 100)
    edge = len(data) - len(skipped)
    for fails_at in (*range(0, edge, 3), edge + 10, edge + 66000, *range(len(data) - 40, len(data))):
        source = Source(data, most, seeks=False)
        source.fails_at = fails_at
        stream, got = LZ4FrameFile(source).data_store(), bytearray()
        with pytest.raises(StreamError, match="disk is gone"):
            drain(stream, got, 999)
        source.fails_at = None
        drain(stream, got, 999)
        assert got == SMALL + b"second"


def test_checksums_are_ignored_only_where_told() -> None:
    """A frame whose checksums would not be verified is refused with the way out."""
    for kind in ("content_checksum", "block_checksum"):
        file = LZ4FrameFile(io.BytesIO(lz4.frame.compress(CONTENT, **{kind: True})))
        with pytest.raises(InflateError, match="has checksums; wanted none, or ignore_checksums=True"):
            file.python_file().read(1)


@pytest.mark.parametrize("sized", [True, False])
@pytest.mark.parametrize("several", [True, False])
def test_every_cut_of_a_frame_raises(sized: bool, several: bool) -> None:
    """A frame cut anywhere raises after its whole blocks, but for a cut between two frames."""
    first = framed(SMALL, 100, len(SMALL) if sized else None)
    second = SKIPPED + framed(b"second", 100) if several else b""
    data = first + second
    between = {len(first), len(first) + len(SKIPPED)} if several else set()
    for kept in range(len(data)):
        file = LZ4FrameFile(io.BytesIO(data[:kept]))
        if kept in between:
            assert file.python_file().read() == SMALL
        else:
            assert (SMALL + b"second").startswith(sound_part(file))


def test_every_flipped_bit_of_a_frame_raises_or_is_bounded() -> None:
    """A flipped bit of the header raises; elsewhere the length that it tells is kept, or it raises."""
    data = framed(SMALL, 100, len(SMALL))
    for bit in range(8 * len(data)):
        spoilt = bytearray(data)
        spoilt[bit // 8] ^= 1 << bit % 8
        file = LZ4FrameFile(io.BytesIO(spoilt))
        if bit < 8 * 15:
            with pytest.raises(InflateError):
                file.python_file().read()
            continue
        try:
            assert len(file.python_file().read()) == len(SMALL)
        except InflateError:
            continue


def header(**how: Any) -> bytes:
    """The header of a frame by others; `size` goes into it."""
    size = how.pop("size", 0)
    made: bytes = lz4.frame.LZ4FrameCompressor(**how).begin(source_size=size)
    return made


@pytest.mark.parametrize("block", [blocks_of([b"abcdefgh"], PAGE)[0], b"\x08\0\0\x80abcdefgh"])
def test_a_frame_that_lies_about_its_length_raises(block: bytes) -> None:
    """Content beyond the length in the header, or less of it, is damage, and never served beyond."""
    for length, blocks, sound in ((7, 1, 0), (9, 1, 8), (1, 1, 0), (9, 2, 8), (8, 2, 8)):
        data = header(block_linked=True, size=length) + block * blocks + bytes(4)
        assert len(sound_part(LZ4FrameFile(io.BytesIO(data)))) == sound


def test_a_block_reaches_no_other_frame() -> None:
    """What refers to bytes of another frame, or of another block where they are independent, is damage."""
    first, second = blocks_of([SMALL, SMALL], PAGE)
    assert len(second) < len(first) // 2
    for data in (
        header(block_linked=False) + first + second + bytes(4),
        header(block_linked=True) + first + bytes(4) + header(block_linked=True) + second + bytes(4),
    ):
        assert sound_part(LZ4FrameFile(io.BytesIO(data))) == SMALL


@pytest.mark.parametrize("size", [2**16 + 1, 2**24 + 8, 2**31 - 1, 2**32 - 1])
def test_a_block_larger_than_its_frame_allows_raises(size: int) -> None:
    """A size above that of the header is refused before anything is read for it."""
    source = Source(header(block_linked=True) + size.to_bytes(4, "little") + bytes(10**5))
    with pytest.raises(InflateError, match="its size is"):
        LZ4FrameFile(source).python_file().read(1)


@pytest.mark.parametrize("data", [b"", b"\x04", b"no frame at all", b"\x04\x22\x4d\x19" + bytes(20)])
def test_what_is_no_frame_raises(data: bytes) -> None:
    """Data that begins no frame, or is empty, is told so at the first read."""
    file = LZ4FrameFile(io.BytesIO(data))
    with pytest.raises(InflateError, match="block 0, at offset 0: no LZ4 frame begins there"):
        file.python_file().read(1)


@pytest.mark.parametrize("after", [b"x", b"foreign bytes", bytes(100), b"\x04\x22\x4d\x00"])
def test_what_follows_a_frame_is_not_served(after: bytes) -> None:
    """Foreign bytes behind the last frame are passed over."""
    file = LZ4FrameFile(io.BytesIO(framed(CONTENT) + after))
    assert file.python_file().read() == CONTENT
    assert file.size() == len(CONTENT)


def test_a_frame_with_a_dictionary_is_refused() -> None:
    """A frame that names a dictionary is told so."""
    # Version 1, linked blocks, a dictionary with the number 1, blocks of 64 KiB, and the header's checksum.
    made_up = next(
        bytes(made)
        for made in (b"\x04\x22\x4d\x18\x41\x40\x01\0\0\0" + bytes([check]) for check in range(256))
        if _is_header(made)
    )
    with pytest.raises(InflateError, match="needs a dictionary"):
        LZ4FrameFile(io.BytesIO(made_up + bytes(4))).python_file().read()


def _is_header(data: bytes) -> bool:
    try:
        lz4.frame.get_frame_info(data)
    except RuntimeError:
        return False
    return True

"""The LZ4 double-buffer codec: the interface that users of lz4.stream know, and where it is better."""

from __future__ import annotations

import array
import copy
import io
import os
import pickle
import random
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("lz4.block", reason="the lz4 package is not installed")

from streamtck.reference_impl import lz4_stream
from streamtck.reference_impl.lz4_stream import (
    LZ4_MAX_INPUT_SIZE,
    LZ4StreamCompressor,
    LZ4StreamDecompressor,
    LZ4StreamError,
)

PAGES = (1, 14, 15, 64, 239, 1024, 2048, 4096, 8192, 65264, 65536, 131072, 131073, 300000)
"""Pages at and beside the limits, of blocks by themselves and of the frame decoder."""


def words(size: int, seed: int = 0) -> bytes:
    source = random.Random(seed)
    vocabulary = [source.randbytes(source.randint(2, 9)) for _ in range(400)]
    return b" ".join(source.choices(vocabulary, k=size // 4 + 1))[:size]


def mixed(page: int, pages: int = 7) -> bytes:
    """Pages that compress, that do not, and that repeat the one before; the last is short."""
    source = random.Random(page)
    parts = []
    for number in range(pages):
        kind = number % 3
        parts.append(words(page, number) if kind == 0 else source.randbytes(page) if kind == 1 else parts[-1])
    return b"".join(parts) + words(page, 99)[: page // 2 + 1]


def chunks_of(data: bytes, page: int) -> list[bytes]:
    return [data[start : start + page] for start in range(0, len(data), page)]


def blocks_of(chunks: list[bytes], page: int, **options: Any) -> list[bytes]:
    compressor = LZ4StreamCompressor("double_buffer", page, **options)
    return [compressor.compress(chunk) for chunk in chunks]


def plain_of(stream: bytes, page: int, width: int = 4, dictionary: Any = "") -> list[bytes]:
    decompressor = LZ4StreamDecompressor("double_buffer", page, False, width, dictionary)
    view, offset, chunks = memoryview(stream), 0, []
    while offset < len(view):
        block = decompressor.get_block(view[offset:])
        chunks.append(decompressor.decompress(block))
        offset += width + len(block)
    return chunks


class Trickle(io.RawIOBase):
    """A file that gives a few bytes at a time."""

    def __init__(self, content: bytes, most: int) -> None:
        self._content = io.BytesIO(content)
        self._most = most

    def read(self, size: int = -1, /) -> bytes:
        return self._content.read(min(size, self._most))


# What the documentation of lz4.stream shows.


def test_documented_example() -> None:
    """10 MiB make the round trip in the documented loops, with prefixes of 2 bytes."""
    block_size_length = 2
    page_size = 8192
    origin_stream = 10 * 1024 * os.urandom(1024)
    compressed_stream = bytearray()
    with LZ4StreamCompressor("double_buffer", page_size, store_comp_size=block_size_length) as proc:
        offset = 0
        while offset < len(origin_stream):
            chunk = origin_stream[offset : offset + page_size]
            block = proc.compress(chunk)
            compressed_stream.extend(block)
            offset += page_size
    decompressed_stream = bytearray()
    with LZ4StreamDecompressor("double_buffer", page_size, store_comp_size=block_size_length) as proc:
        offset = 0
        while offset < len(compressed_stream):
            block = proc.get_block(compressed_stream[offset:])
            chunk = proc.decompress(block)
            decompressed_stream.extend(chunk)
            offset += block_size_length + len(block)
    assert decompressed_stream == origin_stream


def test_documented_example_with_sizes_out_of_band() -> None:
    """10 MiB make the round trip in the documented loops, with the sizes kept elsewhere."""
    page_size = 8192
    out_of_band_block_sizes = []
    origin_stream = 10 * 1024 * os.urandom(1024)
    compressed_stream = bytearray()
    with LZ4StreamCompressor("double_buffer", page_size, store_comp_size=0) as proc:
        offset = 0
        while offset < len(origin_stream):
            chunk = origin_stream[offset : offset + page_size]
            block = proc.compress(chunk)
            out_of_band_block_sizes.append(len(block))
            compressed_stream.extend(block)
            offset += page_size
    decompressed_stream = bytearray()
    with LZ4StreamDecompressor("double_buffer", page_size, store_comp_size=0) as proc:
        offset = 0
        for block_len in out_of_band_block_sizes:
            if offset >= len(compressed_stream):
                raise LZ4StreamError("Truncated stream")
            block = compressed_stream[offset : offset + block_len]
            chunk = proc.decompress(block)
            decompressed_stream.extend(chunk)
            offset += block_len
    assert decompressed_stream == origin_stream


# The round trip.


@pytest.mark.parametrize("page", PAGES)
def test_pages_make_the_round_trip(page: int) -> None:
    """Pages of every size come back, one chunk for a block, and the bulk helpers agree."""
    data = mixed(page)
    blocks = blocks_of(chunks_of(data, page), page)
    assert plain_of(b"".join(blocks), page) == chunks_of(data, page)
    assert lz4_stream.decompress(b"".join(blocks), page) == data
    assert lz4_stream.decompress(lz4_stream.compress(data, page), page) == data


@pytest.mark.parametrize("mode", ["default", "fast", "high_compression"])
@pytest.mark.parametrize(("width", "page"), [(1, 239), (2, 8192), (4, 8192)])
def test_modes_and_widths_make_the_round_trip(mode: str, width: int, page: int) -> None:
    """Every mode and prefix comes back, with and without a dictionary."""
    data = mixed(page)
    for dictionary in ("", b"", None, "wörter", words(100_000), bytearray(words(500)), data[:page]):
        options: dict[str, Any] = {"store_comp_size": width, "dictionary": dictionary}
        stream = lz4_stream.compress(data, page, mode=mode, **options)
        assert b"".join(plain_of(stream, page, width, dictionary)) == data
        assert lz4_stream.decompress(stream, page, **options) == data


@given(
    st.sampled_from([1, 64, 239, 2048, 4096]),
    st.sampled_from([1, 4]),
    st.lists(st.tuples(st.integers(0, 4096), st.booleans()), max_size=60),
)
def test_any_split_makes_the_round_trip(page: int, width: int, cuts: list[tuple[int, bool]]) -> None:
    """Full, short, varying and empty chunks come back as they were cut."""
    page = min(page, 239) if width == 1 else page
    text, noise = words(4096), random.Random(1).randbytes(4096)
    chunks = [(noise if noisy else text)[-cut % 7 :][: min(cut, page)] for cut, noisy in cuts]
    stream = b"".join(blocks_of(chunks, page, store_comp_size=width))
    assert plain_of(stream, page, width) == chunks
    assert lz4_stream.decompress(stream, page, store_comp_size=width) == b"".join(chunks)


@pytest.mark.parametrize("page", [64, 1000, 2048, 5000, 65536, 131072, 200_000])
def test_history_is_the_whole_window(page: int) -> None:
    """A block can refer to 64 KiB back, over chunks of any length, empty ones and the dictionary."""
    source = random.Random(page)
    key = source.randbytes(16)
    dictionary = key + source.randbytes(30_000)
    lengths = [page, 0, 1, page // 2, page, page - 1, 3]
    decompressor = LZ4StreamDecompressor("double_buffer", page, dictionary=dictionary)
    distance, number = len(dictionary), 0
    while distance < 65_535:
        length = min(lengths[number % len(lengths)], 65_535 - distance)
        chunk = source.randbytes(length)
        assert decompressor.decompress(blocks_of([chunk], page, store_comp_size=0)[0]) == chunk
        distance, number = distance + length, number + 1
    # A match of 16 bytes, and the five literals that a block ends with.
    block = b"\x0c" + distance.to_bytes(2, "little") + b"\x50" + b"12345"
    assert decompressor.decompress(block) == key + b"12345"


def test_a_chunk_refers_to_the_one_before_only() -> None:
    """A decoder that has just the previous chunk decodes the next block."""
    data = mixed(4096)
    chunks = chunks_of(data, 4096)
    blocks = blocks_of(chunks, 4096)
    for number in range(1, len(chunks)):
        late = LZ4StreamDecompressor("double_buffer", 4096, dictionary=chunks[number - 1])
        assert late.decompress(late.get_block(blocks[number])) == chunks[number]


def test_an_empty_chunk_is_a_block() -> None:
    """No bytes are a block of one zero; the chunk after it refers to nothing."""
    page = words(1024)
    blocks = blocks_of([page, b"", page, page], 1024)
    assert blocks[1] == b"\x01\x00\x00\x00\x00"
    alone = LZ4StreamDecompressor("double_buffer", 1024)
    assert alone.decompress(blocks[2][4:]) == page
    assert plain_of(b"".join(blocks), 1024) == [page, b"", page, page]


def test_pages_that_repeat_shrink_also_after_many_that_do_not() -> None:
    """A random page costs almost nothing the second time, however many random pages came before."""
    page = 1024
    noise = random.Random(3).randbytes(page * 400)
    repeated = random.Random(4).randbytes(page) * 400
    alone, both = len(lz4_stream.compress(noise, page)), len(lz4_stream.compress(noise + repeated, page))
    assert both < alone * 1.04
    twice = b"".join(chunk * 2 for chunk in chunks_of(noise, page))
    assert len(lz4_stream.compress(twice, page)) < alone * 1.04
    assert sum(map(len, blocks_of(chunks_of(twice, page), page))) < alone * 1.04


def test_short_runs_of_repeated_pages_shrink() -> None:
    """Random pages, of which one in two hundred comes four more times, cost at most 2 % more for it."""
    page, source = 256, random.Random(8)
    runs = [source.randbytes(page * 200) for _ in range(6)]
    alone = len(lz4_stream.compress(b"".join(runs), page))
    assert len(lz4_stream.compress(b"".join(run + run[-page:] * 4 for run in runs), page)) < alone * 1.022


# Arguments.


@pytest.mark.parametrize("kind", [LZ4StreamCompressor, LZ4StreamDecompressor])
@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("ring_buffer", 1024), NotImplementedError),
        (("foo", 1024), ValueError),
        (("double_buffer\0", 1024), ValueError),
        ((b"double_buffer", 1024), TypeError),
        ((None, 1024), TypeError),
        (("double_buffer", 0), ValueError),
        (("double_buffer", -1), ValueError),
        (("double_buffer", 2**32), ValueError),
        (("double_buffer", 2**32 + 1024), ValueError),
        (("double_buffer", 2**64), ValueError),
        (("double_buffer", 1024.0), TypeError),
        (("double_buffer", "1024"), TypeError),
        (("double_buffer", None), TypeError),
    ],
)
def test_arguments_are_checked(kind: Any, arguments: tuple[Any, ...], error: type[Exception]) -> None:
    """A strategy or a page that is out of range, or of another type, is refused in one line."""
    with pytest.raises(error) as caught:
        kind(*arguments)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("kind", [LZ4StreamCompressor, LZ4StreamDecompressor])
@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("store_comp_size", 3, ValueError),
        ("store_comp_size", -1, ValueError),
        ("store_comp_size", 2**32, ValueError),
        ("store_comp_size", None, TypeError),
        ("store_comp_size", 4.0, TypeError),
        ("dictionary", 5, TypeError),
        ("dictionary", [1], TypeError),
        ("dictionary", memoryview(b"12345678")[::2], BufferError),
    ],
)
def test_options_are_checked(kind: Any, name: str, value: Any, error: type[Exception]) -> None:
    """An option that is out of range, or of another type, is refused."""
    with pytest.raises(error):
        kind("double_buffer", 64, **{name: value})


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("mode", "slow", ValueError),
        ("mode", None, TypeError),
        ("mode", b"fast", TypeError),
        ("acceleration", 1.0, TypeError),
        ("acceleration", "1", TypeError),
        ("acceleration", None, TypeError),
        ("compression_level", 9.0, TypeError),
    ],
)
def test_options_of_the_compressor_are_checked(name: str, value: Any, error: type[Exception]) -> None:
    """A mode that is not known, and numbers of another type, are refused, also where they do nothing."""
    with pytest.raises(error):
        LZ4StreamCompressor("double_buffer", 64, **{name: value})


@pytest.mark.parametrize("value", [-(2**40), 0, True, 1, 12, 65537, 2**40])
@pytest.mark.parametrize("mode", ["fast", "high_compression"])
def test_strengths_take_any_integer(mode: str, value: int) -> None:
    """Acceleration and level take the nearest, or the default, for an integer that is out of range."""
    data = words(9000)
    options: dict[str, Any] = {"acceleration": value, "compression_level": value, "mode": mode}
    assert lz4_stream.decompress(lz4_stream.compress(data, 4096, **options), 4096) == data


def test_arguments_go_by_position() -> None:
    """All arguments can be given by position, in the order of lz4.stream."""
    compressor = LZ4StreamCompressor("double_buffer", 1024, "high_compression", 1, 12, True, 2, b"12345678")
    block = compressor.compress(chunk=b"12345678" * 8)
    decompressor = LZ4StreamDecompressor("double_buffer", 1024, True, 2, b"12345678")
    bare = decompressor.get_block(stream=block)
    plain = decompressor.decompress(chunk=bare)
    assert [type(item) for item in (block, bare, plain)] == [bytearray] * 3
    assert plain == b"12345678" * 8


@pytest.mark.parametrize(("width", "largest"), [(1, 239), (2, 65264)])
def test_a_page_has_to_fit_the_prefix(width: int, largest: int) -> None:
    """The compressor refuses a page whose blocks the prefix may not tell; the decompressor takes it."""
    LZ4StreamCompressor("double_buffer", largest, store_comp_size=width)
    with pytest.raises(LZ4StreamError, match="wanted a smaller page"):
        LZ4StreamCompressor("double_buffer", largest + 1, store_comp_size=width)
    LZ4StreamDecompressor("double_buffer", largest + 1, store_comp_size=width)


def test_largest_page() -> None:
    """The largest page is what one block can hold, and takes no memory until it is used."""
    tracemalloc.start()
    try:
        compressor = LZ4StreamCompressor("double_buffer", LZ4_MAX_INPUT_SIZE)
        decompressor = LZ4StreamDecompressor("double_buffer", 2**32 - 1)
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()
    assert decompressor.decompress(compressor.compress(b"plain")[4:]) == b"plain"
    with pytest.raises(ValueError):
        LZ4StreamCompressor("double_buffer", LZ4_MAX_INPUT_SIZE + 1)


def test_error_class() -> None:
    """LZ4StreamError is an Exception and no more."""
    assert LZ4StreamError.__bases__ == (Exception,)


# The objects.


@pytest.mark.parametrize("page", [1024, 4096])
@pytest.mark.parametrize("kind", [LZ4StreamCompressor, LZ4StreamDecompressor])
def test_contexts(kind: Any, page: int) -> None:
    """Both are context managers that let errors pass and do not end; they are neither copied nor pickled."""
    context = kind("double_buffer", page)
    with context as entered:
        assert entered is context
    assert not context.__exit__(KeyError, KeyError(), None)
    for duplicate in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError, match="neither pickled nor copied"):
            duplicate(context)
    if isinstance(context, LZ4StreamCompressor):
        assert context.compress(b"") == b"\x01\x00\x00\x00\x00"
    else:
        assert context.decompress(b"\x10a") == b"a"


@pytest.mark.parametrize("page", [1024, 4096])
def test_dictionary_is_copied(page: int) -> None:
    """What happens to the dictionary's object later reaches neither side."""
    dictionary = bytearray(words(page))
    data = bytes(dictionary)
    compressor = LZ4StreamCompressor("double_buffer", page, dictionary=dictionary)
    decompressor = LZ4StreamDecompressor("double_buffer", page, dictionary=dictionary)
    dictionary[:] = bytes(len(dictionary))
    block = compressor.compress(data)
    assert len(block) < 40
    assert decompressor.decompress(block[4:]) == data


def test_chunk_is_copied() -> None:
    """What happens to a chunk's object later does not reach the next block."""
    chunk = bytearray(words(2048))
    data = bytes(chunk)
    compressor = LZ4StreamCompressor("double_buffer", 2048)
    stream = compressor.compress(chunk)
    chunk[:] = bytes(len(chunk))
    stream += compressor.compress(data)
    assert plain_of(stream, 2048) == [data, data]


@pytest.mark.parametrize(
    "wrap",
    [
        bytearray,
        memoryview,
        lambda data: array.array("H", data),
        lambda data: memoryview(data).cast("B", (len(data) // 4, 4)),
        lambda data: memoryview(array.array("I", data)),
        type("Own", (bytes,), {}),
    ],
)
def test_any_contiguous_buffer_will_do(wrap: Callable[[bytes], Any]) -> None:
    """Buffers of every kind are taken on both sides, and their bytes are counted, not their items."""
    data = random.Random(5).randbytes(1024)
    compressor = LZ4StreamCompressor("double_buffer", 1024)
    stream = b"".join(compressor.compress(wrap(part)) for part in (data, data))
    assert plain_of(stream, 1024) == [data, data]
    with pytest.raises(OverflowError):
        compressor.compress(wrap(bytes(1028)))
    padded = stream + bytes(-len(stream) % 4)
    decompressor = LZ4StreamDecompressor("double_buffer", 1024)
    block = decompressor.get_block(wrap(padded))
    assert block == stream[4 : 4 + len(block)]
    assert lz4_stream.compress(wrap(data * 2), 1024) == stream
    literal = b"\x70" + b"7 bytes"
    assert decompressor.decompress(wrap(literal)) == b"7 bytes"


@pytest.mark.parametrize("data", ["text", None, 5, [1, 2]])
def test_data_has_to_be_bytes_like(data: Any) -> None:
    """What is no bytes-like object raises TypeError, one with gaps BufferError."""
    compressor = LZ4StreamCompressor("double_buffer", 1024)
    decompressor = LZ4StreamDecompressor("double_buffer", 1024)
    gaps = memoryview(b"12345678")[::2]
    for use in (
        compressor.compress,
        decompressor.decompress,
        decompressor.get_block,
        lambda data: lz4_stream.compress(data, 64),
        lambda data: lz4_stream.decompress(data, 64),
    ):
        with pytest.raises(TypeError):
            use(data)
        with pytest.raises(BufferError):
            use(gaps)


# Blocks.


def test_a_chunk_is_at_most_a_page() -> None:
    """More than a page raises OverflowError and changes nothing."""
    page = words(1024)
    compressor = LZ4StreamCompressor("double_buffer", 1024)
    first = compressor.compress(page)
    with pytest.raises(OverflowError, match="1025"):
        compressor.compress(bytes(1025))
    assert [first, compressor.compress(page)] == blocks_of([page, page], 1024)


@pytest.mark.parametrize("width", [1, 2, 4])
def test_get_block(width: int) -> None:
    """get_block copies the first block, ignores what follows and wants all of it."""
    decompressor = LZ4StreamDecompressor("double_buffer", 64, store_comp_size=width)
    prefix = (5).to_bytes(width, "little")
    for kind in (bytes, bytearray, memoryview):
        block = decompressor.get_block(kind(prefix + b"\x40four" + b"more"))
        assert block == b"\x40four"
        assert type(block) is bytes
    assert decompressor.get_block(bytes(width)) == b""
    for short in range(width):
        with pytest.raises(LZ4StreamError, match=f"after {short} bytes of a prefix; wanted {width}"):
            decompressor.get_block(prefix[:short])
    for short in range(5):
        with pytest.raises(LZ4StreamError, match=f"after {short} bytes of a block; wanted 5"):
            decompressor.get_block(prefix + b"\x40four"[:short])
    with pytest.raises(LZ4StreamError):
        decompressor.get_block(b"\xff" * 8)


def test_get_block_needs_prefixes() -> None:
    """get_block is refused where the sizes are kept elsewhere."""
    with pytest.raises(LZ4StreamError, match="store_comp_size is 0"):
        LZ4StreamDecompressor("double_buffer", 64, store_comp_size=0).get_block(b"\x01\x00\x00\x00\x00")


@pytest.mark.parametrize("page", [64, 1024, 2048, 4096, 65536, 131072, 200_000])
def test_a_block_is_at_most_a_page(page: int) -> None:
    """A block of more than a page is refused, however it is made; one of a page is not."""
    for data in (bytes(page), random.Random(6).randbytes(page)):
        for extra in (1, 2, 200):
            (block,) = blocks_of([data + b"x" * extra], page + extra, store_comp_size=0)
            decompressor = LZ4StreamDecompressor("double_buffer", page)
            with pytest.raises(LZ4StreamError):
                decompressor.decompress(block)
            (block,) = blocks_of([data], page, store_comp_size=0)
            assert decompressor.decompress(block) == data


def test_bulk_compression_keeps_the_sizes() -> None:
    """compress() refuses to write blocks whose ends nobody could find again."""
    with pytest.raises(ValueError, match="iter_compress"):
        lz4_stream.compress(b"plain", 64, store_comp_size=0)


def test_a_block_is_at_most_what_its_prefix_tells() -> None:
    """A block that no prefix could have told raises OverflowError."""
    (block,) = blocks_of([random.Random(7).randbytes(256)], 256, store_comp_size=0)
    for page in (256, 1000, 4096):
        with pytest.raises(OverflowError, match="at most 255"):
            LZ4StreamDecompressor("double_buffer", page, store_comp_size=1).decompress(block)


@pytest.mark.parametrize("page", [1, 200, 1024, 4096, 65536, 1 << 20])
def test_long_blocks_are_refused(page: int) -> None:
    """A block that no page can make is refused before it is decoded."""
    with pytest.raises(LZ4StreamError, match="wanted at most"):
        LZ4StreamDecompressor("double_buffer", page).decompress(bytes(page + page // 255 + 17))


@pytest.mark.parametrize("page", [64, 1024, 4096, 8192, 65536, 200_000])
def test_a_failed_block_changes_nothing(page: int) -> None:
    """After blocks that are damaged, foreign, empty or too long, the right one decodes."""
    data = mixed(page)
    chunks = chunks_of(data, page)
    decompressor = LZ4StreamDecompressor("double_buffer", page)
    for chunk, framed in zip(chunks, blocks_of(chunks, page), strict=True):
        block = framed[4:]
        long = bytes(page + page // 255 + 17)
        for bad in (
            b"",
            block[:-1],
            long,
            b"\x1fa\x00\x00",
            b"\xf0" + long,
            b"\x1fa\x01\x00" + b"\xff" * 900,
        ):
            with pytest.raises(LZ4StreamError):
                decompressor.decompress(bad)
        assert decompressor.decompress(block) == chunk


# The bulk helpers.


def by_class(stream: bytes, page: int) -> bytes:
    return b"".join(plain_of(stream, page))


def by_iterator(stream: bytes, page: int) -> bytes:
    return b"".join(lz4_stream.iter_decompress(io.BytesIO(stream), page))


def outcome(run: Callable[[bytes, int], bytes], stream: bytes, page: int) -> bytes | None:
    try:
        return run(stream, page)
    except LZ4StreamError:
        return None


@pytest.mark.parametrize("page", [64, 1024, 2048, 4096, 65536, 70_000])
def test_bulk_helpers_agree_with_the_class_on_damage(page: int) -> None:
    """For mutated streams decompress, iter_decompress and the class have the same outcome."""
    source = random.Random(page)
    stream = lz4_stream.compress(mixed(page, 4), page)
    for _ in range(150):
        damaged = bytearray(stream)
        for _ in range(source.choice((1, 1, 2, 5))):
            place = source.randrange(len(damaged))
            match source.randrange(4):
                case 0:
                    damaged[place] ^= 1 << source.randrange(8)
                case 1:
                    damaged[place] = source.randrange(256)
                case 2:
                    del damaged[place:]
                    damaged += bytes(1)
                case _:
                    damaged[place : place + 4] = source.randbytes(source.randrange(7))
        data = bytes(damaged)
        outcomes = [outcome(run, data, page) for run in (by_class, lz4_stream.decompress, by_iterator)]
        assert outcomes[1:] == outcomes[:1] * 2


@pytest.mark.parametrize("page", [65536, 262144, 1 << 20, 1 << 22])
def test_many_blocks_at_once(page: int) -> None:
    """Pages of a frame decoder's size: whole, short, empty and random chunks, whatever tells the sizes."""
    pages = min(90, (9 << 20) // page)
    chunks = [
        (
            words(page, number),
            words(page // 3, number),
            b"",
            b"x" * page,
            random.Random(number).randbytes(page),
        )[(number * 7 + number // 9) % 5 if number % 4 == 3 else number % 2 and 3]
        for number in range(pages)
    ]
    blocks = blocks_of(chunks, page)
    assert lz4_stream.decompress(b"".join(blocks), page) == b"".join(chunks)
    bare = [block[4:] for block in blocks]
    found = lz4_stream.decompress(b"".join(bare), page, store_comp_size=0, sizes=map(len, bare))
    assert found == b"".join(chunks)


@pytest.mark.parametrize("number", [0, 5, 69, 70, 89])
def test_of_many_blocks_the_first_fault_is_named(number: int) -> None:
    """A damaged block is named by its offset, also if the stream is cut after it."""
    blocks = blocks_of(chunks_of(words(65536 * 90), 65536), 65536)
    start = sum(map(len, blocks[:number]))
    blocks[number] = blocks[number][:4] + b"\xff" * (len(blocks[number]) - 4)
    for end in (None, -10) if number < 89 else (None,):
        with pytest.raises(LZ4StreamError, match=f"offset {start}: a block of"):
            lz4_stream.decompress(b"".join(blocks)[:end], 65536)


@pytest.mark.parametrize("width", [1, 2, 4])
def test_a_stream_can_be_cut_between_blocks_only(width: int) -> None:
    """Cut between blocks a stream is a shorter one; elsewhere it names offset, what there is and what not."""
    page = 128
    data = words(page * 3)
    blocks = blocks_of(chunks_of(data, page), page, store_comp_size=width)
    stream = b"".join(blocks)
    starts = {sum(map(len, blocks[:number])): number for number in range(len(blocks) + 1)}
    for end in range(len(stream) + 1):
        part = stream[:end]
        runs = (
            lambda part=part: lz4_stream.decompress(part, page, store_comp_size=width),
            lambda part=part: b"".join(
                lz4_stream.iter_decompress(io.BytesIO(part), page, store_comp_size=width)
            ),
        )
        for run in runs:
            if end in starts:
                assert run() == data[: starts[end] * page]
            else:
                last = max(start for start in starts if start < end)
                with pytest.raises(
                    LZ4StreamError, match=rf"offset {last}: .* after \d+ bytes of a .*; wanted \d+"
                ):
                    run()


def test_sizes_are_compared_with_the_stream() -> None:
    """Sizes of the wrong sum, sign or type are refused, and so are sizes where there are prefixes."""
    data = words(3000)
    blocks = list(lz4_stream.iter_compress(io.BytesIO(data), 1024, store_comp_size=0))
    stream, sizes = b"".join(blocks), [len(block) for block in blocks]

    def bulk(sizes: Any, width: int = 0) -> bytes:
        return lz4_stream.decompress(stream, 1024, store_comp_size=width, sizes=sizes)

    def iterated(sizes: Any, width: int = 0) -> bytes:
        return b"".join(
            lz4_stream.iter_decompress(io.BytesIO(stream), 1024, store_comp_size=width, sizes=sizes)
        )

    for run in (bulk, iterated):
        assert run(sizes) == run(iter(sizes)) == data
        for wrong, error in (
            (sizes[:-1], LZ4StreamError),
            ([*sizes, 1], LZ4StreamError),
            ([*sizes, 0], LZ4StreamError),
            ([sizes[0], -1], ValueError),
            ([sizes[0], 1.5], TypeError),
            ([2**40], LZ4StreamError),
            (7, TypeError),
            (None, ValueError),
        ):
            with pytest.raises(error):
                run(wrong)
        with pytest.raises(ValueError, match="store_comp_size is 4"):
            run(sizes, 4)


def test_arguments_of_iterators_are_checked_at_once() -> None:
    """iter_compress and iter_decompress refuse arguments when they are called, not when they are used."""
    with pytest.raises(ValueError):
        lz4_stream.iter_compress(io.BytesIO(), 0)
    with pytest.raises(ValueError):
        lz4_stream.iter_decompress(io.BytesIO(), 1024, store_comp_size=3)
    with pytest.raises(ValueError):
        lz4_stream.iter_decompress(io.BytesIO(), 1024, store_comp_size=0)


def test_nothing_is_an_empty_stream() -> None:
    """No bytes are no blocks, both ways."""
    assert lz4_stream.compress(b"", 64) == lz4_stream.decompress(b"", 64) == b""
    assert list(lz4_stream.iter_compress(io.BytesIO(), 64)) == []
    assert list(lz4_stream.iter_decompress(io.BytesIO(), 64)) == []
    assert lz4_stream.decompress(b"", 64, store_comp_size=0, sizes=[]) == b""


@pytest.mark.parametrize("most", [1, 7, 1000, 1 << 20])
@pytest.mark.parametrize("page", [100, 5000, 300_000])
def test_iterators_take_short_reads(page: int, most: int) -> None:
    """Files that give less than asked for make the same blocks and chunks."""
    data = words(20_000)
    blocks = list(lz4_stream.iter_compress(Trickle(data, most), page))
    assert blocks == blocks_of(chunks_of(data, page), page)
    stream = b"".join(blocks)
    assert list(lz4_stream.iter_decompress(Trickle(stream, most), page)) == chunks_of(data, page)


def test_iterators_refuse_a_file_that_does_not_wait() -> None:
    """A file without bytes yet, which gives None, raises BlockingIOError."""

    class NoneYet(io.RawIOBase):
        def read(self, size: int = -1, /) -> None:
            return None

    with pytest.raises(BlockingIOError):
        list(lz4_stream.iter_compress(NoneYet(), 64))
    with pytest.raises(BlockingIOError):
        list(lz4_stream.iter_decompress(NoneYet(), 64))


class Repeated(io.RawIOBase):
    """A long file of the same part over and over, of which nothing but the part is in memory."""

    def __init__(self, part: bytes, times: int) -> None:
        self._part = part
        self._left = len(part) * times

    def read(self, size: int = -1, /) -> bytes:
        start = -self._left % len(self._part)
        piece = self._part[start : start + min(size, self._left)]
        self._left -= len(piece)
        return piece


@pytest.mark.parametrize("page", [64, 4096, 65536])
def test_iterators_take_constant_memory(page: int) -> None:
    """However long the file is, little of it is in memory."""
    block = b"\x0b\x00\x00\x00\xa0" + b"0123456789"
    tracemalloc.start()
    try:
        size = sum(map(len, lz4_stream.iter_decompress(Repeated(block * 100, 200), page)))
        assert size == 200_000
        assert sum(1 for _ in lz4_stream.iter_compress(Repeated(words(2048), 2000), 2048)) == 2000
        assert tracemalloc.get_traced_memory()[1] < 3 << 20
    finally:
        tracemalloc.stop()


def test_a_hostile_size_takes_no_memory() -> None:
    """A size that no page makes is refused before the file is read for it."""
    tracemalloc.start()
    try:
        with pytest.raises(LZ4StreamError, match="offset 0"):
            list(lz4_stream.iter_decompress(Repeated(b"\xff" * 1000, 10_000_000), 4096))
        assert tracemalloc.get_traced_memory()[1] < 2 << 20
    finally:
        tracemalloc.stop()

"""LZ: LZ4 double-buffer block streams, by a compressor and a decompressor."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from streamtck.aside import aside
from streamtck.cases import Case, Cases, Scale, fixed
from streamtck.codec import WIDTH, Blob, Chunked, CodecProbe, Exchange, Side, Written
from streamtck.content import of_kind
from streamtck.lz4_recorded import Recorded
from streamtck.outcomes import as_bytes
from streamtck.registry import check
from streamtck.stream import NotOffered, Unreachable, Vacuous
from streamtck.violation import Violation
from streamtck.watch import Gone

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

BOTH = ("compress", "decompress")
USUAL: dict[str, dict[str, Any]] = {
    "": {},
    "fast": {"mode": "fast", "acceleration": 8},
    "high_compression": {"mode": "high_compression"},
}
MODES = {
    **USUAL,
    "acceleration 60": {"mode": "fast", "acceleration": 60},
    "level 12": {"mode": "high_compression", "compression_level": 12},
}
KINDS = ("", "repeated", "words", "zeros")
FEW = ("words", "zeros")
NARROW = ((WIDTH, 600), (2, 1000), (1, 128))
"""Widths of the stored length, each with a page that it can tell."""
PAGES = (64, 600, 1000, 1024, 4096, 65536)


# Chunks


def splits(page: int) -> Iterator[tuple[int, ...]]:
    """Ways to cut a stream into chunks: full ones, short ones, empty ones, and each after the other."""
    some, few = page // 4, page // 3 + 1
    yield from ((page,), (page, page, some), (page,) * 4, (some, few, some), (1,) * 5)
    yield from ((some, page, page, few), (page, some, page, few, page), (0,), (0, page), (page, 0))
    yield from ((page, 0, page), (page, page, 0, some, 0, 0, page), (page - 1, page, page - 1))


def _chunked(scale: Scale) -> Iterator[Chunked]:
    for page, mode in itertools.product(PAGES, USUAL):
        for chunks, kind in itertools.product(splits(page), KINDS):
            if not mode or page in (600, 1000):
                yield Chunked(page=page, chunks=chunks, kind=kind, mode=mode)
    for page, mode in itertools.product((65536, 50000, 100_000), USUAL):
        yield Chunked(page=page, chunks=(page, page, page // 4), kind="repeated late", mode=mode)
    yield from (Chunked(page=page, chunks=(page, 1000), kind="repeated late") for page in (1 << 18, 1 << 20))
    yield Chunked(page=64, chunks=(64,) * 320, kind="words")
    yield Chunked(page=65536, chunks=(65536,) * 18, kind="repeated late")
    for (width, page), mode in itertools.product(NARROW, MODES):
        chunks = (page, page, 0, page // 4, page, page, page // 3)
        yield from (Chunked(page=page, chunks=chunks, kind=kind, mode=mode, width=width) for kind in FEW)
    for page, mode in itertools.product((1000, 4096), USUAL):
        yield from (
            Chunked(page=page, chunks=(page,) * 40, kind=kind, mode=mode) for kind in ("mixed", "words")
        )
    for page, way, kind in itertools.product((600, 1000), WAYS, ("repeated", "words")):
        yield from (Chunked(page=page, chunks=chunks, kind=kind, way=way) for chunks in splits(page))


def _without_empty_chunks(scale: Scale) -> Iterator[Chunked]:
    usual = (case for case in _chunked(scale) if case.mode in USUAL and case.width == WIDTH and not case.way)
    for case in usual:
        if case.page > 4096 or not all(case.chunks):
            continue
        yield case
        if case.page in (600, 1000):
            yield replace(case, dictionary=case.page)


def _drawn_chunks(scale: Scale, least: int = 0) -> SearchStrategy[Case]:
    from hypothesis import strategies as st

    @st.composite
    def case(draw: st.DrawFn) -> Case:
        page = draw(st.sampled_from(PAGES[:-1]) | st.integers(1, 5000))
        lengths = st.just(page) | st.integers(least, page)
        chunks = tuple(draw(st.lists(lengths, min_size=1, max_size=8)))
        kind, mode = draw(st.sampled_from(KINDS)), draw(st.sampled_from(tuple(USUAL)))
        return Chunked(page=page, chunks=chunks, kind=kind, mode=mode)

    return case()


def _drawn_without_empty_chunks(scale: Scale) -> SearchStrategy[Case]:
    return _drawn_chunks(scale, least=1)


def begin(probe: CodecProbe, case: Chunked) -> tuple[Exchange, list[Blob]]:
    """An exchange about a case's content, and the chunks that it is cut into."""
    exchange = probe.begin(of_kind(case.kind, case.dictionary + sum(case.chunks) or case.size))
    ends = list(itertools.accumulate(case.chunks, initial=case.dictionary))
    return exchange, [exchange.content.part(start, stop) for start, stop in itertools.pairwise(ends)]


def compressor_of(exchange: Exchange, case: Chunked) -> Side:
    """The compressor for a case; a mode, a dictionary or a width that it refuses is not asked for."""
    given = {**dictionary_of(exchange.content.part(0, case.dictionary)), **MODES[case.mode]}
    try:
        return exchange.compressor(case.page, store_comp_size=case.width, **given)
    except Unreachable as why:
        if given or case.width != WIDTH:
            raise NotOffered(f"the compressor refuses the mode, the dictionary or the width: {why}") from None
        raise


def decompressor_of(exchange: Exchange, case: Chunked, **options: Any) -> Side:
    """The decompressor for a case; one of a further width or option that is refused is not asked for."""
    try:
        return exchange.decompressor(case.page, store_comp_size=case.width, **options)
    except Unreachable as why:
        if options or case.width != WIDTH:
            raise NotOffered(f"the decompressor refuses the width or the option: {why}") from None
        raise


def compressed(exchange: Exchange, case: Chunked, chunks: Iterable[Blob]) -> list[Blob]:
    """The chunks compressed, each without its length."""
    compressor = compressor_of(exchange, case)
    return [_without_length(compressor, chunk, case) for chunk in chunks]


def _without_length(compressor: Side, chunk: Blob, case: Chunked) -> Blob:
    """A block without its length; Vacuous where a narrow one is not there, as LZ-2a and LZ-2b tell."""
    if case.width in (0, WIDTH):
        return compressor.compress(chunk).part(case.width)
    try:
        block = compressor.compress(chunk)
    except Unreachable as why:
        raise Vacuous(str(why)) from None
    bare = block.part(case.width)
    if not bare.data or int.from_bytes(block.data[: case.width], "little") != len(bare.data):
        raise Vacuous(f"the length is not in the first {case.width} bytes")
    return bare


GIVEN: dict[str, tuple[str, Callable[[bytes], Any]]] = {
    "bytes": ("{}", bytes),
    "bytearray": ("bytearray({})", bytearray),
    "text": ("{}.decode()", bytes.decode),
}
"""What a dictionary is given as: the Python for it, from bytes."""


def dictionary_of(blob: Blob, kind: str = "bytes") -> dict[str, Any]:
    """The options of a side with a dictionary, none for an empty one."""
    text, make = GIVEN[kind]
    return {"dictionary": Written(text.format(blob.text), make(blob.data))} if blob.data else {}


CHUNKED = Cases(_chunked, _drawn_chunks, weight=3)
FILLED = Cases(_without_empty_chunks, _drawn_without_empty_chunks, weight=2)


@check("LZ-1a", *BOTH, cases=CHUNKED)
def gives_each_chunk_back(probe: CodecProbe, case: Chunked) -> Violation | None:
    exchange, chunks = begin(probe, case)
    if case.way:
        return WAYS[case.way](probe, case, exchange, chunks)
    return come_back(exchange, case, compressed(exchange, case, chunks), chunks)


def come_back(exchange: Exchange, case: Chunked, blocks: list[Blob], chunks: list[Blob]) -> Violation | None:
    """Decompressed in their order, `blocks` must give the chunks, and what they gave must stay."""
    decompressor = decompressor_of(exchange, case)
    kept: list[tuple[Blob, Blob]] = []
    for block, chunk in zip(blocks, chunks, strict=True):
        violation, got = decompressor.given(block, chunk)
        if violation is not None:
            return violation
        kept.append((got, chunk))
    # What was given out belongs to the caller: no later call may change it.
    for got, chunk in kept:
        if bytes(got.data) != chunk.data:
            call, wanted = (
                f"decompress() of the blocks after {got.text}",
                f"{got.text} as it was, {chunk.text}",
            )
            return exchange.blame_since(call, f"changed {got.text}", *_as_it_was(wanted, got, chunk))
    return None


def _as_it_was(wanted: str, kept: Blob, copy: Blob) -> tuple[str, str, str]:
    """What is wanted, in words and in Python, and Python for what is there now."""
    return wanted, f"{kept.text} == {copy.text}", f"bytes({kept.text}[:40])"


def _from_one_buffer(
    probe: CodecProbe, case: Chunked, exchange: Exchange, chunks: list[Blob]
) -> Violation | None:
    """The caller has one buffer, which each chunk is read into; a part of it is given."""
    compressor = compressor_of(exchange, case)
    buffer = bytearray(case.page)
    view: Any = memoryview(buffer)
    exchange.note(f"buffer = bytearray({case.page})")
    blocks = []
    for chunk in chunks:
        size = len(chunk.data)
        buffer[:size] = chunk.data
        exchange.note(f"buffer[:{size}] = {chunk.text}")
        given = Blob(f"memoryview(buffer)[:{size}]", view[:size])
        try:
            blocks.append(compressor.compress(given).part(WIDTH))
        except Unreachable:
            raise NotOffered("the compressor takes no part of a buffer") from None
    return come_back(exchange, case, blocks, chunks)


def _from_one_bytearray(
    probe: CodecProbe, case: Chunked, exchange: Exchange, chunks: list[Blob]
) -> Violation | None:
    """The caller has one bytearray, which is as long as the chunk and given as it is."""
    compressor = compressor_of(exchange, case)
    buffer = bytearray()
    exchange.note("buffer = bytearray()")
    blocks = []
    for chunk in chunks:
        try:
            buffer[:] = chunk.data
        except BufferError:
            raise Vacuous("the buffer of a chunk is held, and cannot be changed") from None
        exchange.note(f"buffer[:] = {chunk.text}")
        try:
            blocks.append(compressor.compress(Blob("buffer", buffer)).part(WIDTH))
        except Unreachable:
            raise NotOffered("the compressor takes no bytearray") from None
    return come_back(exchange, case, blocks, chunks)


def _in_bytearrays(
    probe: CodecProbe, case: Chunked, exchange: Exchange, chunks: list[Blob]
) -> Violation | None:
    """Each block is given in a bytearray."""
    blocks = compressed(exchange, case, chunks)
    return come_back(exchange, case, [block.as_bytearray() for block in blocks], chunks)


def _in_views(probe: CodecProbe, case: Chunked, exchange: Exchange, chunks: list[Blob]) -> Violation | None:
    """Each chunk is a view within a larger buffer, and so is each block."""
    compressor = compressor_of(exchange, case)
    blocks = []
    for chunk in chunks:
        try:
            blocks.append(compressor.compress(chunk.amid()).part(WIDTH))
        except NotOffered:
            blocks.append(compressor.compress(chunk).part(WIDTH))
    return come_back(exchange, case, [block.amid() for block in blocks], chunks)


def _overwritten_by_the_caller(
    probe: CodecProbe, case: Chunked, exchange: Exchange, chunks: list[Blob]
) -> Violation | None:
    """The caller writes into what decompress() gave him."""
    blocks = compressed(exchange, case, chunks)
    decompressor = decompressor_of(exchange, case, return_bytearray=True)
    for block, chunk in zip(blocks, chunks, strict=True):
        violation, got = decompressor.given(block, chunk)
        if violation is not None:
            return violation
        if not isinstance(got.data, bytearray):
            raise NotOffered("the decompressor gives no bytearray")
        got.data[:] = bytes(len(got.data))
        exchange.note(f"{got.text}[:] = bytes({len(got.data)})")
    return None


def _beside_another_stream(
    probe: CodecProbe, case: Chunked, exchange: Exchange, chunks: list[Blob]
) -> Violation | None:
    """Two streams are written and read in turns, one with the chunks in the order of the other's end."""
    streams = [(chunks, exchange.compressor(case.page), exchange.decompressor(case.page))]
    streams.append((chunks[::-1], exchange.compressor(case.page), exchange.decompressor(case.page)))
    for number in range(len(chunks)):
        for order, compressor, decompressor in streams:
            block = compressor.compress(order[number]).part(WIDTH)
            violation, _ = decompressor.given(block, order[number])
            if violation is not None:
                return violation
    return None


def _kept_until_all_are_there(
    probe: CodecProbe, case: Chunked, exchange: Exchange, chunks: list[Blob]
) -> Violation | None:
    """The caller keeps what compress() gave him: it belongs to him, and no later call may change it."""
    return _kept(exchange, compressor_of(exchange, case), chunks)


def _kept_as_bytearrays(
    probe: CodecProbe, case: Chunked, exchange: Exchange, chunks: list[Blob]
) -> Violation | None:
    """The same of a compressor that is to give bytearrays."""
    try:
        compressor = exchange.compressor(case.page, return_bytearray=True)
    except Unreachable as why:
        raise NotOffered(f"the compressor gives no bytearrays: {why}") from None
    return _kept(exchange, compressor, chunks)


def _kept(exchange: Exchange, compressor: Side, chunks: list[Blob]) -> Violation | None:
    kept = []
    for chunk in chunks:
        block = compressor.compress(chunk)
        kept.append(
            (block, compressor.answer, exchange.name("copy", Blob(f"bytes({block.text})", block.data)))
        )
    for block, answer, copy in kept:
        if bytes(answer) != block.data:
            call, wanted = f"compress() of the chunks after {block.text}", f"{block.text} as it was"
            return exchange.blame_since(call, f"changed {block.text}", *_as_it_was(wanted, block, copy))
    return None


def _found_by_get_block(
    probe: CodecProbe, case: Chunked, exchange: Exchange, chunks: list[Blob]
) -> Violation | None:
    """Each block is first looked for in the stream, which changes nothing."""
    if not probe.has("get_block"):
        raise NotOffered("the decompressor has no get_block()")
    compressor = compressor_of(exchange, case)
    blocks = [compressor.compress(chunk) for chunk in chunks]
    decompressor = exchange.decompressor(case.page)
    for number, (block, chunk) in enumerate(zip(blocks, chunks, strict=True)):
        follows = blocks[number + 1 : number + 2]
        if decompressor.first_block(sum(follows, block), block.part(WIDTH)):
            raise Vacuous("get_block() does not find the block")
        violation, _ = decompressor.given(block.part(WIDTH), chunk)
        if violation is not None:
            return violation
    return None


WAYS: dict[str, Callable[[CodecProbe, Chunked, Exchange, list[Blob]], Violation | None]] = {
    "from one buffer": _from_one_buffer,
    "from one bytearray": _from_one_bytearray,
    "in bytearrays": _in_bytearrays,
    "in views": _in_views,
    "kept": _kept_until_all_are_there,
    "kept as bytearrays": _kept_as_bytearrays,
    "overwritten": _overwritten_by_the_caller,
    "beside another": _beside_another_stream,
    "found by get_block()": _found_by_get_block,
}
"""How chunks and blocks are handed over, beside the plainest way."""


def blocks_of(stream: Recorded, exchange: Exchange) -> list[Blob]:
    """The blocks of a recorded stream; of one that ends in its whole chunk, the chunk is not written down."""
    blocks = []
    for block, chunk in zip(stream.blocks, chunks_of(stream, exchange), strict=True):
        if len(block) > 2000 and block.endswith(chunk.data):
            blocks.append(Blob.literal(*_told(block[: -len(chunk.data)])) + chunk)
        else:
            blocks.append(Blob.literal(block))
    return blocks


def _told(head: bytes) -> tuple[bytes, str]:
    """The bytes before long literals, and Python for them."""
    return head, f"{head[:1]!r} + {head[1:2]!r} * {len(head) - 2} + {head[-1:]!r}"


def chunks_of(stream: Recorded, exchange: Exchange) -> list[Blob]:
    return [exchange.content.part(start, stop) for start, stop in stream.chunks]


# LZ-2, LZ-3, LZ-4: the stored length

LENGTHS = {
    1: ((210, (200, 60, 1)), (128, (120, 1))),
    2: ((40960, (40000, 3000, 1)), (1024, (1000, 1)), (32768, (32700,))),
    4: ((71680, (70000, 4000, 1)), (1024, (1000, 1)), (131072, (70000,))),
}
"""Page and chunk sizes by the width of the length: blocks of random data need all but its highest bits."""


def _widths(width: int) -> Cases:
    cases = [
        Chunked(page=page, chunks=(size,), kind=kind, width=width)
        for page, sizes in LENGTHS[width]
        for size in sizes
        for kind in ("", "zeros")
    ]
    return fixed([*cases, Chunked(page=128, chunks=(20,) * 300, width=width)])


def stores_the_length(probe: CodecProbe, case: Chunked) -> Violation | None:
    """What is compressed must begin with the length of the rest in `width` bytes."""
    exchange, chunks = begin(probe, case)
    compressor = exchange.compressor(case.page, store_comp_size=case.width)
    for chunk in chunks:
        violation = begins_with_the_length(compressor, chunk, case.width)
        if violation is not None:
            return violation
    return None


def begins_with_the_length(compressor: Side, chunk: Blob, width: int) -> Violation | None:
    """`compress(chunk)` must give a length of `width` bytes, little-endian, and a block as long as that."""
    outcome = compressor.call("compress", chunk)
    data = as_bytes(outcome.value)
    if data is None:
        return compressor.exchange.blame(
            outcome, outcome.said, "bytes", "isinstance(got, (bytes, bytearray))"
        )
    if len(data) > width and int.from_bytes(data[:width], "little") == len(data) - width:
        return None
    wanted = f"{len(data) - width} in the first {width} bytes, little-endian"
    got = f"returned {len(data)} bytes that begin with {data[:width]!r}"
    holds = f'int.from_bytes(got[:{width}], "little") == len(got) - {width}'
    return compressor.exchange.blame(outcome, got, wanted, holds)


@check("LZ-2a", "compress", cases=_widths(1))
def stores_the_length_in_one_byte(probe: CodecProbe, case: Chunked) -> Violation | None:
    return stores_the_length(probe, case)


@check("LZ-2b", "compress", cases=_widths(2))
def stores_the_length_in_two_bytes(probe: CodecProbe, case: Chunked) -> Violation | None:
    return stores_the_length(probe, case)


@check("LZ-2c", "compress", cases=_widths(4))
def stores_the_length_in_four_bytes(probe: CodecProbe, case: Chunked) -> Violation | None:
    return stores_the_length(probe, case)


@check("LZ-2d", "compress", cases=fixed([Chunked(page=1024, chunks=(700,))]))
def stores_the_length_by_default(probe: CodecProbe, case: Chunked) -> Violation | None:
    exchange, (chunk,) = begin(probe, case)
    made = exchange.make("compressor", case.page)
    if not made.returned:
        return exchange.blame(made, made.said, "a compressor", "True")
    violation = begins_with_the_length(Side(exchange, "compressor", made.value), chunk, WIDTH)
    if violation or not probe.native("get_block"):
        return violation
    block = exchange.compressor(case.page).compress(chunk)
    made = exchange.make("decompressor", case.page)
    if not made.returned:
        return exchange.blame(made, made.said, "a decompressor", "True")
    return Side(exchange, "decompressor", made.value).first_block(block, block.part(WIDTH))


@check(
    "LZ-3a",
    *BOTH,
    cases=fixed(
        Chunked(page=1024, chunks=sizes, kind="repeated", mode=mode)
        for mode in MODES
        for sizes in ((700,), (1,), (1024, 1024, 90))
    ),
)
def stores_no_length_where_none_is_wanted(probe: CodecProbe, case: Chunked) -> Violation | None:
    exchange, chunks = begin(probe, case)
    works(exchange, case, chunks)
    compressor = exchange.compressor(case.page, store_comp_size=0, **MODES[case.mode])
    blocks = [compressor.compress(chunk) for chunk in chunks]
    for width in (WIDTH, 0):
        decompressor = exchange.decompressor(case.page, store_comp_size=width)
        for block, chunk in zip(blocks, chunks, strict=True):
            violation, _ = decompressor.given(block, chunk)
            if violation is not None:
                return violation
    return None


def works(exchange: Exchange, case: Chunked, chunks: list[Blob]) -> None:
    """Where the chunks do not even come back in the plainest way: Unreachable; in no width but 4, Vacuous."""
    mark = exchange.mark()
    try:
        blocks = compressed(exchange, replace(case, dictionary=0), chunks)
        decompressor = decompressor_of(exchange, case)
        for block, chunk in zip(blocks, chunks, strict=True):
            decompressor.reads(block, chunk)
    except Unreachable as why:
        if case.width != WIDTH:
            raise Vacuous(str(why)) from None
        raise
    exchange.back(mark)


@check("LZ-3b", "get_block", "compress", cases=fixed([Chunked(page=1024, chunks=(700,))]))
def finds_no_block_where_no_length_is_stored(probe: CodecProbe, case: Chunked) -> Violation | None:
    exchange, (chunk,) = begin(probe, case)
    block = exchange.compressor(case.page).compress(chunk)
    outcome = exchange.decompressor(case.page, store_comp_size=0).call("get_block", block)
    return exchange.blame_silence(outcome, "an exception") if outcome.returned else None


@check("LZ-4a", cases=fixed(Case(position=width) for width in (3, 5, 6, 7, 8, 16, 32, 255, -1)))
def refuses_any_other_width(probe: CodecProbe, case: Case) -> Violation | None:
    for side in probe.sides:
        exchange = probe.begin(b"")
        outcome = exchange.make(side, 1024, store_comp_size=case.position)
        if not isinstance(outcome.error, ValueError):
            return exchange.blame_silence(outcome, "ValueError")
    return None


# LZ-5, LZ-6


@check(
    "LZ-5a",
    cases=fixed(
        Case(kind=name) for name in ("no_such_strategy", "", "double-buffer", "double_bufferX", "single")
    ),
)
def refuses_an_unknown_strategy(probe: CodecProbe, case: Case) -> Violation | None:
    for side in probe.sides:
        exchange = probe.begin(b"")
        outcome = exchange.make(side, 1024, strategy=case.kind)
        if not isinstance(outcome.error, ValueError):
            return exchange.blame_silence(outcome, "ValueError")
    return None


@check(
    "LZ-6a",
    *BOTH,
    cases=fixed(
        [
            Chunked(page=page, chunks=(page, page, page), kind=kind, size=over, before=2)
            for page, kind in itertools.product((64, 600, 1000, 65536), KINDS)
            for over in (page + 1, 2 * page, 5 * page + 3)
        ]
        + [
            Chunked(page=page, chunks=(page, page, page), kind=kind, size=5 * page + 3, **how)
            for page, kind in ((600, ""), (128, "words"), (600, "zeros"))
            for how in (
                {},
                {"before": 2, "width": 0},
                {"before": 2, "mode": "fast"},
                {"before": 2, "mode": "high_compression"},
            )
        ]
    ),
    aside=True,
)
def refuses_a_chunk_over_the_page(probe: CodecProbe, case: Chunked) -> Violation | None:
    exchange, chunks = begin(probe, case)
    works(exchange, case, chunks)
    compressor, decompressor = compressor_of(exchange, case), decompressor_of(exchange, case)
    before, follows = chunks[: case.before], chunks[case.before]
    blocks = [compressor.compress(chunk).part(case.width) for chunk in before]
    # It begins with the chunk that comes next: a history that held any of it would be referred to.
    times = case.size // len(exchange.content.data) + 2
    many = Blob(f"(content * {times})", exchange.content.data * times)
    large = many.part(case.before * case.page, case.before * case.page + case.size)
    outcome = compressor.call("compress", large)
    if not isinstance(outcome.error, OverflowError):
        return exchange.blame_silence(outcome, "OverflowError")
    third = compressor.call("compress", follows, "after")
    data = as_bytes(third.value)
    if data is None:
        return exchange.blame(third, third.said, "the next chunk, compressed", "True")
    for block, chunk in zip(blocks, before, strict=True):
        decompressor.reads(block, chunk)
    violation, _ = decompressor.given(Blob("after", data).part(case.width), follows)
    return violation


# LZ-7: get_block

STREAMS = [
    Chunked(page=page, chunks=chunks, kind=kind, width=width)
    for width in (4, 2, 1)
    for page, chunks in ((200, (200, 200)), (200, (1, 200)), (200, (60, 10)), (128, (128, 128)))
    for kind in ("", "zeros")
]
LONG = [
    Chunked(page=page, chunks=(page, page), width=width)
    for page, width in (
        (3072, 4),
        (3072, 2),
        (4096, 4),
        (32768, 2),
        (40960, 2),
        (40960, 4),
        (71680, 4),
        (131072, 4),
    )
]
"""Blocks whose length needs most of its bytes."""


def stream_of(exchange: Exchange, case: Chunked, chunks: list[Blob]) -> list[Blob]:
    """The chunks compressed, each with its length in the case's width."""
    compressor = exchange.compressor(case.page, store_comp_size=case.width)
    return [compressor.compress(chunk) for chunk in chunks]


@check("LZ-7a", "get_block", "compress", cases=fixed([*STREAMS, *LONG]))
def finds_the_first_block(probe: CodecProbe, case: Chunked) -> Violation | None:
    exchange, chunks = begin(probe, case)
    first, second = stream_of(exchange, case, chunks)
    decompressor = exchange.decompressor(case.page, store_comp_size=case.width)
    for stream in (first, first + second, first + second, first + Blob.literal(b"\xff" * 9)):
        violation = decompressor.first_block(stream, first.part(case.width))
        if violation is not None:
            return violation
    return _stays(exchange, case, first, second) or _found_in_buffers(exchange, case, first, second)


def _stays(exchange: Exchange, case: Chunked, first: Blob, second: Blob) -> Violation | None:
    """What get_block() gave is the caller's: the next call may not change it."""
    mark = exchange.mark()
    decompressor = decompressor_of(exchange, case)
    kept = Blob("kept", decompressor.call("get_block", first, "kept").value)
    decompressor.call("get_block", second)
    if bytes(kept.data) != first.data[case.width :]:
        call, wanted = "the next get_block()", f"{first.part(case.width).text}, as it was"
        return exchange.blame_since(
            call, "changed what came before", *_as_it_was(wanted, kept, first.part(case.width))
        )
    exchange.back(mark)
    return None


def _found_in_buffers(exchange: Exchange, case: Chunked, first: Blob, second: Blob) -> Violation | None:
    """The second block must be found where a view begins with it, the first one in a bytearray."""
    exchange.note(f"stream = {(first + second).text}")
    stream = Blob("stream", first.data + second.data)
    behind = Blob(f"memoryview(stream)[{len(first.data)}:]", memoryview(stream.data)[len(first.data) :])
    for given, block in ((behind, second), (stream.as_bytearray(), first)):
        decompressor = decompressor_of(exchange, case)
        # Other than bytes need not be taken.
        with contextlib.suppress(NotOffered):
            violation = decompressor.first_block(given, block.part(case.width))
            if violation is not None:
                return violation
    return None


ABSURD: dict[str, Callable[[int], int]] = {
    "a byte more than there is": lambda width: 21,
    "the highest bit": lambda width: 1 << (8 * width - 1),
    "all ones": lambda width: (1 << 8 * width) - 1,
}
"""Lengths of which the 20 bytes that follow are not a part, by the width."""


@check(
    "LZ-7b",
    "get_block",
    "compress",
    cases=fixed(
        [*STREAMS, *(Chunked(page=128, width=width, damage=name) for width in (4, 2, 1) for name in ABSURD)]
    ),
    aside=True,
)
def refuses_less_than_a_block(probe: CodecProbe, case: Chunked) -> Violation | None:
    exchange, chunks = begin(probe, case)
    if case.damage:
        length = ABSURD[case.damage](case.width).to_bytes(case.width, "little")
        decompressor = exchange.decompressor(case.page, store_comp_size=case.width)
        outcome = decompressor.call("get_block", Blob.literal(length) + Blob("bytes(20)", bytes(20)))
        return None if probe.named(outcome.error) else exchange.blame_silence(outcome, "LZ4StreamError")
    first = stream_of(exchange, case, chunks)[0]
    for kept in range(len(first.data)):
        # Each cut is given to a side of its own, so that the reproducer shows one call.
        mark = exchange.mark()
        decompressor = exchange.decompressor(case.page, store_comp_size=case.width)
        outcome = decompressor.call("get_block", first.part(0, kept))
        if not probe.named(outcome.error):
            return exchange.blame_silence(outcome, "LZ4StreamError")
        exchange.back(mark)
    return None


# LZ-9


@check("LZ-9a", cases=fixed([Case()]))
def enters_as_itself(probe: CodecProbe, case: Case) -> Violation | None:
    for side in probe.sides:
        exchange = probe.begin(b"")
        raw = exchange.side(side, 1024).raw
        entered = exchange.do(f"{side}.__enter__()", partial(_special, raw, "__enter__"))
        if entered.value is not raw:
            return exchange.blame(entered, entered.said, "the object itself", f"got is {side}")
        text = f"{side}.__exit__(ValueError, ValueError(), None)"
        left = exchange.do(text, partial(_special, raw, "__exit__", ValueError, ValueError(), None))
        if left.error is not None or left.value:
            wanted = "something false, so that the exception passes"
            return exchange.blame(left, left.said, wanted, "not got")
    # A decompressor that goes down with such a block is blamed by LZ-8a.
    with contextlib.suppress(Gone):
        return aside(lambda tell: _passes_its_own_error_on(probe)) if probe.has("decompress") else None
    return None


def _passes_its_own_error_on(probe: CodecProbe) -> Violation | None:
    """An error that decompress() raises within `with` must come out of it."""
    exchange = probe.begin(b"")
    raw = exchange.decompressor(1024).raw
    exchange.note("try:\n    decompressor.decompress(b'')\nexcept Exception as raised:\n    error = raised")
    try:
        raw.decompress(b"")
    except Exception as error:
        own = error.with_traceback(None)
    else:
        return None
    text = "decompressor.__exit__(type(error), error, None)"
    left = exchange.do(text, partial(_special, raw, "__exit__", type(own), own, None))
    if left.error is None and not left.value:
        return None
    wanted = f"something false, so that the {type(own).__name__} passes"
    return exchange.blame(left, left.said, wanted, "not got")


def _special(raw: Any, name: str, *arguments: object) -> object:
    """Call a method where `with` looks for it: on the type."""
    return getattr(type(raw), name)(raw, *arguments)

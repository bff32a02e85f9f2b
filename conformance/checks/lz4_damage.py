"""LZ-8: damaged LZ4 blocks, and what comes after one."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from streamtck.cases import Case, Cases, Scale
from streamtck.checks.lz4_stream import (
    BOTH,
    KINDS,
    begin,
    blocks_of,
    chunks_of,
    compressed,
    dictionary_of,
    works,
)
from streamtck.codec import WIDTH, Blob, Chunked, CodecProbe, Exchange, Side
from streamtck.lz4_block import breaks_off
from streamtck.lz4_recorded import recorded
from streamtck.outcomes import Outcome, as_bytes
from streamtck.registry import check
from streamtck.stream import NotOffered, Vacuous
from streamtck.violation import Violation

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy


def run_of(length: int) -> str:
    """Python for the bytes that tell the rest of a length, after the 15 that stand in the token."""
    return f"b'\\xff' * {(length - 15) // 255} + bytes([{(length - 15) % 255}])"


def bomb(page: int) -> str:
    """A short block that comes to more than a page: a byte, repeated."""
    return f"b'\\x1fA\\x01\\x00' + {run_of(page + 300 - 4)} + b'\\x50AAAAA'"


def filler(page: int) -> str:
    """A block that fills nearly a page before it refers to what no decoder has."""
    count = page - 64
    return f"b'\\xf4' + {run_of(count)} + bytes({count}) + b'\\xff\\xff' + b'\\x50AAAAA' * 4"


FILLER = "a page nearly full, then damage"

CRAFTED: dict[str, Callable[[int], str]] = {
    "nothing": lambda page: "b''",
    "a token alone": lambda page: r"b'\xf0'",
    "a length without end": lambda page: r"b'\xf0' + b'\xff' * 40",
    "fewer literals than told": lambda page: r"b'\x50A'",
    "half an offset": lambda page: r"b'\x10A\x01'",
    "more than a page": bomb,
    "a page of literals and a byte": lambda page: rf"b'\xf0' + {run_of(page + 1)} + b'A' * {page + 1}",
    FILLER: filler,
    "ones": lambda page: r"b'\xff' * 60",
}
"""Blocks made by hand, as Python for a page size; few of them can be read to their end by any decoder."""


MISUSE = ("a block left out", "another dictionary", "a smaller page")
"""Sound blocks given where they do not belong."""


def damaged(case: Chunked, block: Blob) -> Blob:
    """A block after the damage that the case names, at its place; Vacuous where it has no such place."""
    if case.damage in CRAFTED:
        text = CRAFTED[case.damage](case.page)
        return Blob.literal(eval(text), text)
    if case.position >= len(block.data):
        raise Vacuous("the block has no such byte")
    if case.damage == "cut":
        return block.part(0, case.position)
    value = block.data[case.position] ^ case.before
    return block.part(0, case.position) + Blob.literal(bytes([value])) + block.part(case.position + 1)


def _crafted(page: int) -> list[str]:
    return [name for name in CRAFTED if page > 64 or name != FILLER]


def _damages(scale: Scale) -> Iterator[Chunked]:
    for page in (1024, 64, 65536):
        yield from (Chunked(page=page, chunks=(page // 2, page), damage=name) for name in _crafted(page))
    for page, kind in itertools.product((64, 1000), KINDS):
        yield from (Chunked(page=page, chunks=(page, page), kind=kind, damage=what) for what in MISUSE)
    for kind in ("words", ""):
        case = Chunked(page=256, chunks=(256, 200), kind=kind)
        yield from (replace(case, damage="cut", position=at) for at in range(210))
        for mask in (0x01, 0x80, 0xFF):
            yield from (replace(case, damage="flip", position=at, before=mask) for at in range(210))


def _drawn_damages(scale: Scale) -> SearchStrategy[Case]:
    from hypothesis import strategies as st

    return st.builds(
        Chunked,
        page=st.just(1024),
        chunks=st.tuples(st.integers(1, 1024), st.integers(1, 1024)),
        kind=st.sampled_from(KINDS),
        damage=st.sampled_from(("cut", "flip")),
        position=st.integers(0, 600),
        before=st.integers(1, 255),
    )


DAMAGES = Cases(_damages, _drawn_damages, weight=3)


def bounded(probe: CodecProbe, decompressor: Side, block: Blob, page: int) -> Violation | None:
    """`decompress(block)` must raise LZ4StreamError, or give up to a page where a decoder might read it."""
    outcome = decompressor.call("decompress", block)
    exchange = decompressor.exchange
    if outcome.error is not None:
        named = probe.named(outcome.error)
        return None if named else exchange.blame(outcome, outcome.said, "LZ4StreamError", "True")
    why = breaks_off(block.data, page)
    if why:
        return exchange.blame_silence(outcome, f"LZ4StreamError, as {why}")
    data = as_bytes(outcome.value)
    if data is None or len(data) > page:
        wanted = f"LZ4StreamError, or at most {page} bytes"
        return exchange.blame(outcome, outcome.said, wanted, f"len(got) <= {page}")
    return None


@check("LZ-8a", *BOTH, cases=DAMAGES, aside=True)
def refuses_or_bounds_a_damaged_block(probe: CodecProbe, case: Chunked) -> Violation | None:
    exchange, chunks = begin(probe, case)
    if case.damage in MISUSE:
        return _misused(probe, case, exchange, chunks)
    first, second = compressed(exchange, case, chunks)
    if breaks_off(second.data, case.page):
        raise Vacuous("the block is no LZ4 block even without damage")
    block = damaged(case, second)
    decompressor = exchange.decompressor(case.page)
    decompressor.reads(first, chunks[0])
    return bounded(probe, decompressor, block, case.page)


def _misused(probe: CodecProbe, case: Chunked, exchange: Exchange, chunks: list[Blob]) -> Violation | None:
    """The second block without the first, with another dictionary or a page of half the size."""
    page = case.page // 2 if case.damage == "a smaller page" else case.page
    own = other = Blob.literal(b"")
    if case.damage == "another dictionary":
        own, other = exchange.content, Blob.literal(bytes(case.page), f"bytes({case.page})")
    compressor = exchange.compressor(case.page, **dictionary_of(own))
    blocks = [compressor.compress(chunk).part(WIDTH) for chunk in chunks]
    if any(breaks_off(block.data, case.page) for block in blocks):
        raise Vacuous("the blocks are no LZ4 blocks")
    decompressor = exchange.decompressor(page, **dictionary_of(other))
    return bounded(probe, decompressor, blocks[case.damage == "a block left out"], page)


def _followed_damages(scale: Scale) -> Iterator[Chunked]:
    for page, kind in itertools.product((1000, 600, 64), KINDS):
        chunks = (page, page, page // 4, page)
        for what, position in (*((name, 0) for name in _crafted(page)), ("cut", 1), ("cut", 10)):
            yield Chunked(page=page, chunks=chunks, kind=kind, damage=what, position=position)
    for way, kind in itertools.product(FAILURES, ("words", "repeated")):
        yield Chunked(page=600, chunks=(600, 600, 150, 600), kind=kind, way=way, damage="nothing")
        yield Chunked(page=600, chunks=(600, 600, 150, 600), kind=kind, way=way, damage="ones")
    for name, stream in recorded().items():
        if len(stream.blocks) < 10:
            yield from (Chunked(way=name, damage=what) for what in _crafted(stream.page))


@check("LZ-8b", *BOTH, cases=Cases(_followed_damages), aside=True)
def goes_on_after_an_error(probe: CodecProbe, case: Chunked) -> Violation | None:
    if case.way in FAILURES:
        return _goes_on_after_each_failure(probe, case)
    if case.way:
        return _goes_on_in_a_recorded_stream(probe, case)
    exchange, chunks = begin(probe, case)
    works(exchange, case, chunks)
    blocks = compressed(exchange, case, chunks)
    for at in (2, 0):
        mark = exchange.mark()
        decompressor = exchange.decompressor(case.page)
        for block, chunk in zip(blocks[:at], chunks[:at], strict=True):
            decompressor.reads(block, chunk)
        failed = _fails(decompressor, "decompress", damaged(case, blocks[at]))
        for block, chunk in zip(blocks[at:], chunks[at:], strict=True):
            violation, _ = decompressor.given(block, chunk)
            if violation is not None:
                return _after(failed, violation)
        exchange.back(mark)
    return None


def _fails(decompressor: Side, method: str, blob: Blob) -> Outcome:
    """A call that fails; Vacuous where it does not."""
    outcome = decompressor.call(method, blob)
    if outcome.returned:
        raise Vacuous(f"{method}() accepted what is damaged or incomplete")
    return outcome


def _after(failed: Outcome, violation: Violation) -> Violation:
    """The violation, which tells also the call that failed before."""
    told = f"{violation.got}, after {failed.call} had raised {type(failed.error).__name__}"
    return replace(violation, got=told)


FAILURES: dict[str, tuple[tuple[str, ...], str]] = {
    "decompress() twice": (("decompress", "decompress"), "decompress"),
    "decompress(), then get_block()": (("decompress",), "get_block"),
    "get_block(), then decompress()": (("get_block",), "decompress"),
    "get_block(), then get_block()": (("get_block", "get_block"), "get_block"),
}
"""Calls that fail before each block, and what the block is given to first."""


def _goes_on_after_each_failure(probe: CodecProbe, case: Chunked) -> Violation | None:
    """Before each block some calls fail, of which get_block() is given a part of the block."""
    failing, first = FAILURES[case.way]
    if "get_block" in (*failing, first) and not probe.has("get_block"):
        raise NotOffered("the decompressor has no get_block()")
    exchange, chunks = begin(probe, case)
    works(exchange, case, chunks)
    compressor = exchange.compressor(case.page)
    blocks = [compressor.compress(chunk) for chunk in chunks]
    mark = exchange.mark()
    decompressor = exchange.decompressor(case.page)
    for block, chunk in zip(blocks, chunks, strict=True):
        if first == "get_block" and decompressor.first_block(block, block.part(WIDTH)):
            raise Vacuous("get_block() does not find the block even without failures")
        decompressor.reads(block.part(WIDTH), chunk)
    exchange.back(mark)
    decompressor = exchange.decompressor(case.page)
    for block, chunk in zip(blocks, chunks, strict=True):
        for method in failing:
            part = block.part(0, -1) if method == "get_block" else damaged(case, block)
            failed = _fails(decompressor, method, part)
        violation = decompressor.first_block(block, block.part(WIDTH)) if first == "get_block" else None
        violation = violation or decompressor.given(block.part(WIDTH), chunk)[0]
        if violation is not None:
            return _after(failed, violation)
    return None


def _goes_on_in_a_recorded_stream(probe: CodecProbe, case: Chunked) -> Violation | None:
    """The same in a stream that python-lz4 wrote: its short blocks refer to a page that is written anew."""
    stream = recorded()[case.way]
    for at in range(len(stream.blocks)):
        exchange = probe.begin(stream.content)
        blocks, chunks = blocks_of(stream, exchange), chunks_of(stream, exchange)
        dictionary = dictionary_of(exchange.content.part(0, stream.dictionary))
        decompressor = exchange.decompressor(stream.page, **dictionary)
        if any(decompressor.given(*pair)[0] for pair in zip(blocks, chunks, strict=True)):
            raise Vacuous("the decompressor does not read the stream even without damage")
        exchange = probe.begin(stream.content)
        decompressor = exchange.decompressor(stream.page, **dictionary)
        for block, chunk in zip(blocks[:at], chunks[:at], strict=True):
            decompressor.reads(block, chunk)
        text = CRAFTED[case.damage](stream.page)
        failed = _fails(decompressor, "decompress", Blob.literal(eval(text), text))
        for block, chunk in zip(blocks[at:], chunks[at:], strict=True):
            violation, _ = decompressor.given(block, chunk)
            if violation is not None:
                return _after(failed, violation)
    return None

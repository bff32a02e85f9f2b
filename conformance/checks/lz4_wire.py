"""LZ-10 to LZ-14: what python-lz4 writes and reads, dictionaries, room, options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from streamtck.cases import Case, Cases, fixed
from streamtck.checks.lz4_stream import (
    BOTH,
    FILLED,
    GIVEN,
    MODES,
    begin,
    blocks_of,
    chunks_of,
    compressed,
    compressor_of,
    dictionary_of,
    works,
)
from streamtck.codec import SIDES, WIDTH, Blob, Chunked, CodecProbe, Exchange, Side, Written
from streamtck.content import of_kind
from streamtck.lz4_model import DoubleBufferModel
from streamtck.lz4_recorded import recorded
from streamtck.outcomes import as_bytes
from streamtck.registry import check
from streamtck.stream import NotOffered, Unreachable, Vacuous
from streamtck.violation import Violation

if TYPE_CHECKING:
    pass

# LZ-10: the wire


@check("LZ-10a", *BOTH, cases=FILLED)
def is_read_by_python_lz4(probe: CodecProbe, case: Chunked) -> Violation | None:
    exchange, chunks = begin(probe, case)
    model = DoubleBufferModel(case.page, exchange.content.data[: case.dictionary])
    for block, chunk in zip(compressed(exchange, case, chunks), chunks, strict=True):
        held = model.held(len(chunk.data))
        if _as_modelled(model, block.data) != chunk.data:
            return _out_of_reach(exchange, block, chunk, held)
    return None


def _as_modelled(model: DoubleBufferModel, block: bytes) -> bytes | None:
    try:
        return model.decompress(block)
    except ValueError:
        return None


def _out_of_reach(exchange: Exchange, block: Blob, chunk: Blob, held: bytes) -> Violation:
    """The violation by a block that refers to more than is held."""
    at = exchange.content.data.find(held)
    name = exchange.name("held", exchange.content.part(at, at + len(held)) if at >= 0 else Blob.literal(held))
    call = f"lz4.block.decompress({block.text}, {len(chunk.data)}, dict={name.text})"
    exchange.note("import lz4.block")
    exchange.note(f"try:\n    got = {call}\nexcept lz4.block.LZ4BlockError:\n    got = None")
    got = f"is not read by python-lz4's decompressor, which surely holds {len(held)} bytes before it"
    return exchange.blame_since(block.text, got, f"a block that gives {chunk.text}", f"got == {chunk.text}")


@check(
    "LZ-10b", "decompress", cases=Cases(lambda scale: (Case(kind=name) for name in recorded())), aside=True
)
def reads_what_python_lz4_writes(probe: CodecProbe, case: Case) -> Violation | None:
    stream = recorded()[case.kind]
    exchange = probe.begin(stream.content)
    dictionary = dictionary_of(exchange.content.part(0, stream.dictionary))
    decompressor = exchange.decompressor(stream.page, **dictionary)
    for block, chunk in zip(blocks_of(stream, exchange), chunks_of(stream, exchange), strict=True):
        violation, _ = decompressor.given(block, chunk)
        if violation is not None:
            return violation
    return None


# LZ-11: dictionaries


def with_dictionary(exchange: Exchange, case: Chunked, side: str, kind: str, **options: Any) -> Side:
    """A side with the first `size` bytes as its dictionary, given as `kind` says.

    NotOffered where it is refused as other than bytes, which no document asks for.
    """
    given = dictionary_of(exchange.content.part(0, case.size), kind)
    try:
        return exchange.side(side, case.page, **given, **options)
    except Unreachable as why:
        # Text that is taken, but in an encoding which lacks its letters, is not in UTF-8.
        if (kind == "bytes" and not options) or "UnicodeEncodeError" in why.violation.got:
            raise
        told = " and ".join([f"dictionary as {kind}", *options])
        raise NotOffered(f"the {side} takes no {told}: {why}") from None


def stored_again(compressor: Side, chunk: Blob) -> tuple[Violation | None, Blob]:
    """`compress(chunk)`, all of which is in the dictionary: a violation where it is stored again."""
    name = compressor.exchange.free("block")
    outcome = compressor.call("compress", chunk, name)
    data = as_bytes(outcome.value)
    # What is short an encoder in a hurry may pass by.
    most = len(chunk.data) // 2 if len(chunk.data) > 1000 else 2 * len(chunk.data)
    if data is not None and len(data) <= most:
        return None, Blob(name, data).part(WIDTH)
    got = outcome.said if data is None else f"returned {len(data)} bytes"
    wanted = f"at most {most} bytes, as all {len(chunk.data)} are in the dictionary"
    return compressor.exchange.blame(outcome, got, wanted, f"len(got) <= {most}"), chunk


FAR = 2000
"""A position far from the end of a large dictionary, where only an encoder that takes its time looks."""


def in_the_dictionary(exchange: Exchange, case: Chunked) -> Blob:
    """A chunk from near the end of the dictionary, or from the case's position in it."""
    length = min(case.page, case.size // 2)
    if case.position:
        return exchange.content.part(case.position, case.position + length)
    return exchange.content.part(case.size - length - 100, case.size - 100)


@check(
    "LZ-11a",
    *BOTH,
    cases=fixed(
        Chunked(size=size, page=page, kind=kind, position=position)
        for size, page, position in (
            *((4000, 2000, 0), (4000, 4096, 0), (600, 200, 0)),
            *((100_000, 4096, 0), (12_000, 2000, 500), (60_000, 4096, FAR)),
        )
        for kind in GIVEN
    ),
)
def knows_the_dictionary_from_the_start(probe: CodecProbe, case: Chunked) -> Violation | None:
    exchange = probe.begin(of_kind("letters" if case.kind == "text" else "", case.size + case.page))
    chunk = in_the_dictionary(exchange, case)
    after = exchange.content.part(case.size, case.size + case.page)
    works(exchange, case, [chunk, after])
    for written, read in dict.fromkeys([(case.kind, "bytes"), ("bytes", case.kind)]):
        mark = exchange.mark()
        mode = MODES["high_compression"] if case.position == FAR else {}
        compressor = with_dictionary(exchange, case, "compressor", written, **mode)
        if case.position == FAR:
            block = compressor.compress(chunk).part(WIDTH)
        else:
            violation, block = stored_again(compressor, chunk)
            if violation is not None:
                return violation
        second = compressor.compress(after).part(WIDTH)
        decompressor = with_dictionary(exchange, case, "decompressor", read)
        for one, other in ((block, chunk), (second, after)):
            violation, _ = decompressor.given(one, other)
            if violation is not None:
                return violation
        exchange.back(mark)
    return None


@check(
    "LZ-11b",
    *BOTH,
    cases=fixed(
        Chunked(size=4000, page=2048, kind=side, damage=what)
        for what in ("overwritten", "dropped")
        for side in reversed(SIDES)
    ),
    aside=True,
)
def owns_the_dictionary(probe: CodecProbe, case: Chunked) -> Violation | None:
    exchange = probe.begin(of_kind("", case.size))
    blob, chunk = exchange.content.part(0, case.size), in_the_dictionary(exchange, case)
    works(exchange, case, [chunk])
    sides = {}
    for side in SIDES:
        given = dictionary_of(blob)
        if side == case.kind:
            sides[side] = _robbed(exchange, case, blob)
        else:
            sides[side] = exchange.side(side, case.page, **given)
    violation, block = stored_again(sides["compressor"], chunk)
    return violation or sides["decompressor"].given(block, chunk)[0]


def _robbed(exchange: Exchange, case: Chunked, blob: Blob) -> Side:
    """A side whose dictionary the caller has overwritten, or dropped and used its memory again."""
    if case.damage == "dropped":
        option = Written(f"bytes(bytearray({blob.text}))", bytes(bytearray(blob.data)))
        side = exchange.side(case.kind, case.page, dictionary=option)
        del option
        exchange.do(
            f"others = [bytes({case.size}) for _ in range(64)]", lambda: [bytes(case.size) for _ in range(64)]
        )
        return side
    given = bytearray(blob.data)
    exchange.note(f"dictionary = bytearray({blob.text})")
    try:
        side = exchange.side(case.kind, case.page, dictionary=Written("dictionary", given))
    except Unreachable as why:
        raise NotOffered(f"the {case.kind} takes no bytearray as dictionary: {why}") from None
    try:
        given[:] = bytes(case.size)
    except BufferError:
        raise Vacuous("the buffer of the dictionary is held, and cannot be changed") from None
    exchange.note(f"dictionary[:] = bytes({case.size})")
    return side


# LZ-12, LZ-13, LZ-14


@check(
    "LZ-12a",
    "compress",
    cases=fixed(
        Chunked(page=page, size=10 * page, kind=kind, mode=mode)
        for kind in ("repeated", "words", "zeros")
        for page in (1024, 4096)
        for mode in MODES
    ),
)
def links_its_blocks_to_advantage(probe: CodecProbe, case: Chunked) -> Violation | None:
    exchange = probe.begin(of_kind(case.kind, case.size))
    compressor = compressor_of(exchange, case)
    linked, apart = [], []
    for start in range(0, case.size, case.page):
        chunk = exchange.content.part(start, start + case.page)
        linked.append(compressor.compress(chunk))
        apart.append(compressor_of(exchange, case).compress(chunk))
    sizes = [sum(len(block.data) for block in blocks) for blocks in (linked, apart)]
    if sizes[0] <= 1.01 * sizes[1]:
        return None
    one, other = (" + ".join(f"len({block.text})" for block in blocks) for blocks in (linked, apart))
    call = f"compress() of {len(linked)} chunks of {case.page} bytes"
    wanted = f"at most 1 % more than {sizes[1]} bytes, which they come to each by itself"
    return exchange.blame_since(call, f"came to {sizes[0]} bytes", wanted, f"{one} <= 1.01 * ({other})")


WIDE = ((1, 240), (1, 256), (2, 65265), (2, 70000))
"""Widths of the stored length, with pages whose blocks may be longer than it can tell."""


@check("LZ-13a", cases=fixed(Chunked(page=page, width=width) for width, page in WIDE))
def refuses_a_page_too_large_for_the_length(probe: CodecProbe, case: Chunked) -> Violation | None:
    exchange = probe.begin(b"")
    outcome = exchange.make("compressor", case.page, store_comp_size=case.width)
    return exchange.blame_silence(outcome, "an exception") if outcome.returned else None


OPTIONS: tuple[tuple[str, Any], ...] = (
    ("mode", "fast"),
    ("mode", "high_compression"),
    ("acceleration", 8),
    ("compression_level", 3),
)


@check("LZ-14a", *BOTH, cases=fixed([Chunked(page=1024, chunks=(1024, 300), kind="words")]))
def takes_its_options(probe: CodecProbe, case: Chunked) -> Violation | None:
    exchange, chunks = begin(probe, case)
    for option, value in OPTIONS:
        outcome = exchange.make("compressor", case.page, **{option: value})
        probe.observe(f"{option}={value!r}", "taken" if outcome.returned else outcome.said)
    blocks = compressed(exchange, case, chunks)
    for wanted in (False, True):
        decompressor = exchange.decompressor(case.page, return_bytearray=wanted)
        given = type(decompressor.call("decompress", blocks[0]).value).__name__
        probe.observe(f"return_bytearray={wanted}", f"decompress() gives {given}")
    return None

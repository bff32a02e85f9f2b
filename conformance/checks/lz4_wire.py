"""LZ-10 to LZ-14: what python-lz4 writes and reads, dictionaries, room, options."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from streamtck.cases import Case, Cases, fixed
from streamtck.checks.lz4_damage import run_of
from streamtck.checks.lz4_stream import (
    BOTH,
    FILLED,
    GIVEN,
    MODES,
    USUAL,
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
from streamtck.lz4_block import reach
from streamtck.lz4_model import DoubleBufferModel
from streamtck.lz4_recorded import recorded
from streamtck.outcomes import as_bytes
from streamtck.registry import check
from streamtck.stream import NotOffered, Unreachable, Vacuous
from streamtck.violation import Violation

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
    back = reach(block.data)
    got += f", and it refers {back} bytes back" if back > len(held) else ""
    wanted = f"a block that gives {chunk.text}"
    return exchange.blame_since(
        block.text, got, wanted, f"got == {chunk.text}", "got and (got[:40], len(got))"
    )


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
        made = exchange.side(side, case.page, **given, **options)
        made.kept = given  # a dictionary that is not owned is blamed by LZ-11b
        return made
    except Unreachable as why:
        # Text that is taken, but in an encoding which lacks its letters, is not in UTF-8.
        if (kind == "bytes" and not options) or "UnicodeEncodeError" in why.violation.got:
            raise
        told = " and ".join([f"dictionary as {kind}", *options])
        raise NotOffered(f"the {side} takes no {told}: {why}") from None


def stored_again(compressor: Side, chunk: Blob, most: int) -> tuple[Violation | None, Blob]:
    """`compress(chunk)`, all of it in the dictionary: a violation where it comes to over `most` bytes."""
    name = compressor.exchange.free("block")
    outcome = compressor.call("compress", chunk, name)
    data = as_bytes(outcome.value)
    if data is not None and len(data) <= most:
        return None, Blob(name, data).part(WIDTH)
    got = outcome.said if data is None else f"returned {len(data)} bytes"
    wanted = f"at most {most} bytes, as all {len(chunk.data)} are in the dictionary"
    return compressor.exchange.blame(outcome, got, wanted, f"len(got) <= {most}"), chunk


def most_of(exchange: Exchange, case: Chunked, chunk: Blob) -> int:
    """What a chunk that is in the dictionary may come to.

    What lies far back or is short an encoder in a hurry may pass by, and one that does not compress
    at all need not look.
    """
    no_limit = 2 * len(chunk.data) + 100
    if case.position or len(chunk.data) < 500:
        return no_limit
    mark = exchange.mark()
    zeros = compressor_of(exchange, replace(case, dictionary=0)).compress(Blob("bytes(500)", bytes(500)))
    exchange.back(mark)
    return len(chunk.data) // 2 if len(zeros.data) < 250 else no_limit


FAR = 2000
"""A position far from the end of a large dictionary."""


def in_the_dictionary(exchange: Exchange, case: Chunked) -> Blob:
    """A chunk from the last KiB of the dictionary, or from the case's position in it."""
    length = min(case.page, case.size // 2, case.size if case.position else 900)
    if case.position:
        return exchange.content.part(case.position, case.position + length)
    return exchange.content.part(case.size - length - 100, case.size - 100)


def referring(content: Blob, start: int, stop: int, offset: int) -> Blob:
    """A block for `content[start:stop]` that refers to the same bytes `offset` back, as liblz4 writes it."""
    length = stop - start - 5
    text = f"b'\\x0f' + {offset.to_bytes(2, 'little')!r} + {run_of(length - 4)} + b'\\x50'"
    return Blob(f"{text} + {content.part(stop - 5, stop).text}", eval(text) + content.data[stop - 5 : stop])


@check(
    "LZ-11a",
    *BOTH,
    cases=fixed(
        Chunked(size=size, page=page, kind=kind, position=position, mode=mode)
        for size, page, position, mode in (
            *((4000, 2000, 0, ""), (4000, 2048, 0, "high_compression"), (4000, 4096, 0, "fast")),
            *((600, 200, 0, ""), (100_000, 4096, 0, ""), (100_000, 4096, 0, "high_compression")),
            *((12_000, 2000, 500, ""), (60_000, 4096, FAR, "high_compression")),
        )
        for kind in GIVEN
    ),
)
def knows_the_dictionary_from_the_start(probe: CodecProbe, case: Chunked) -> Violation | None:
    exchange = probe.begin(of_kind("letters" if case.kind == "text" else "", case.size + case.page))
    chunk = in_the_dictionary(exchange, case)
    after = exchange.content.part(case.size, case.size + case.page)
    works(exchange, case, [chunk, after])
    most = most_of(exchange, case, chunk)
    for written, read in dict.fromkeys([(case.kind, "bytes"), ("bytes", case.kind)]):
        mark = exchange.mark()
        # An encoder may write a block without its history now and then.
        for _ in range(3):
            exchange.back(mark)
            compressor = with_dictionary(exchange, case, "compressor", written, **MODES[case.mode])
            violation, block = stored_again(compressor, chunk, most)
            if violation is None:
                break
        if violation is not None:
            return violation
        second = compressor.compress(after).part(WIDTH)
        decompressor = with_dictionary(exchange, case, "decompressor", read)
        for one, other in ((block, chunk), (second, after)):
            violation, _ = decompressor.given(one, other)
            if violation is not None:
                return violation
        exchange.back(mark)
    return _reads_what_is_referred_to(exchange, case)


def _reads_what_is_referred_to(exchange: Exchange, case: Chunked) -> Violation | None:
    """A decompressor must know the dictionary as far back as a block can refer."""
    farthest = min(case.size, 65535)
    for back in (farthest, farthest // 2, farthest // 10):
        mark = exchange.mark()
        start = case.size - back
        chunk = exchange.content.part(start, start + min(back, case.page, 200))
        decompressor = with_dictionary(exchange, case, "decompressor", case.kind)
        block = referring(exchange.content, start, start + len(chunk.data), back)
        violation, _ = decompressor.given(block, chunk)
        if violation is not None:
            return violation
        exchange.back(mark)
    return None


@check(
    "LZ-11b",
    *BOTH,
    cases=fixed(
        Chunked(size=4000, page=2048, kind=side, damage=what)
        for what in ("overwritten", "a view of what is overwritten", "dropped")
        for side in reversed(SIDES)
    ),
    aside=True,
)
def owns_the_dictionary(probe: CodecProbe, case: Chunked) -> Violation | None:
    exchange = probe.begin(of_kind("", case.size))
    blob, chunk = exchange.content.part(0, case.size), in_the_dictionary(exchange, case)
    works(exchange, case, [chunk])
    most = most_of(exchange, case, chunk)
    sides = {}
    for side in SIDES:
        given = dictionary_of(blob)
        if side == case.kind:
            sides[side] = _robbed(exchange, case, blob)
        else:
            sides[side] = exchange.side(side, case.page, **given)
    if case.kind == "compressor":
        violation, block = stored_again(sides["compressor"], chunk, most)
        return violation or sides["decompressor"].given(block, chunk)[0]
    block = referring(exchange.content, 1000, 2000, case.size - 1000)
    return sides["decompressor"].given(block, exchange.content.part(1000, 2000))[0]


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
    option = Written("dictionary", given)
    if case.damage != "overwritten":
        option = Written("memoryview(dictionary)", memoryview(given))
    try:
        side = exchange.side(case.kind, case.page, dictionary=option)
    except Unreachable as why:
        what = type(option.value).__name__
        raise NotOffered(f"the {case.kind} takes no {what} as dictionary: {why}") from None
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
        Chunked(page=page, size=count * page, kind=kind, mode=mode)
        for page, count, kinds in (
            *((1024, 10, ("repeated", "words", "zeros")), (4096, 10, ("repeated", "words", "zeros"))),
            (65536, 3, ("repeated", "zeros")),
        )
        for kind in kinds
        for mode in USUAL
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
    value = f"({one}, {other})"
    return exchange.blame_since(
        call, f"came to {sizes[0]} bytes", wanted, f"{one} <= 1.01 * ({other})", value
    )


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

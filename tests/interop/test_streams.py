"""Streams that python-lz4's `lz4.stream` and ours write, each read by both."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest

from streamtck.reference_impl import lz4_stream as ours
from tests.lz4_streams import PAGES, Recipe, decoded, encoded, plainly, recipes

theirs = pytest.importorskip("lz4.stream", reason="lz4.stream is not built; `nox -s interop` builds it")

ERRORS = (ours.LZ4StreamError, theirs.LZ4StreamError)

STREAMS = "streams lz4.stream -> ours"


def read(codec: Any, recipe: Recipe, blocks: list[bytes]) -> list[bytes] | None:
    """The chunks that a decoder makes of blocks; None if it refuses one."""
    try:
        return decoded(codec.LZ4StreamDecompressor, recipe, blocks)
    except ERRORS:
        return None


def compressor(codec: Any, recipe: Recipe) -> Any:
    """A codec's compressor for a stream."""
    return codec.LZ4StreamCompressor(**recipe.settings, **recipe.mode_settings)


def decompressor(codec: Any, recipe: Recipe) -> Any:
    """A codec's decompressor for a stream."""
    return codec.LZ4StreamDecompressor(**recipe.settings)


def through_one_buffer(call: Callable[[memoryview], bytes], pieces: list[bytes]) -> list[bytes]:
    """What a call gives for each piece, put into one buffer that is overwritten after it."""
    results, buffer = [], bytearray(max(map(len, pieces)))
    for piece in pieces:
        buffer[: len(piece)] = piece
        results.append(call(memoryview(buffer)[: len(piece)]))
        buffer[:] = b"\xaa" * len(buffer)
    return results


def sound(recipe: Recipe, blocks: list[bytes]) -> bool:
    """Whether each block is its chunk by the format alone, after the chunks before it."""
    history = recipe.dictionary_bytes
    for chunk, block in zip(recipe.chunks(), blocks, strict=True):
        if plainly(block[recipe.width :], history) != chunk:
            return False
        history = (history + chunk)[-65536:]
    return True


def may_be_wrong(recipe: Recipe) -> bool:
    """Whether `lz4.stream` is known to fail: after an empty chunk it writes to the page it refers to."""
    return recipe.chunking.startswith("empty") and not recipe.mode.startswith("high")


@pytest.mark.parametrize("page", PAGES)
def test_ours_reads_what_lz4_stream_writes(page: int, count) -> None:
    """Every stream of `lz4.stream` that is sound is read right; the others are named and proved unsound."""
    for recipe in recipes(page):
        chunks, blocks = recipe.chunks(), encoded(theirs.LZ4StreamCompressor, recipe)
        right, right_there = read(ours, recipe, blocks) == chunks, read(theirs, recipe, blocks) == chunks
        count(STREAMS, 1)
        if right and right_there:
            continue
        assert may_be_wrong(recipe), recipe
        assert right == sound(recipe, blocks), recipe
        if right:
            reason = "sound, but lz4.stream overwrites what a block refers to: read right by ours alone"
        elif not right_there:
            reason = "unsound, as a block refers to what was overwritten: read right by none"
        else:
            reason = "unsound, as a block refers to what was overwritten: read right by lz4.stream, by chance"
        count(f"{STREAMS}, of these with empty chunks, {reason}", 1)


@pytest.mark.parametrize("page", PAGES)
def test_lz4_stream_reads_what_ours_writes(page: int, count) -> None:
    """Every stream of ours is read right by `lz4.stream` and by ours."""
    for recipe in recipes(page):
        chunks, blocks = recipe.chunks(), encoded(ours.LZ4StreamCompressor, recipe)
        assert read(theirs, recipe, blocks) == chunks, recipe
        assert read(ours, recipe, blocks) == chunks, recipe
        count("streams ours -> lz4.stream, and ours -> ours", 1)


@pytest.mark.parametrize("page", PAGES)
def test_bulk_helpers_and_lz4_stream_read_each_other(page: int, count) -> None:
    """What a bulk helper writes `lz4.stream` reads, and the reverse, with sizes in band and out of it."""
    chosen = [recipe for recipe in recipes(page) if recipe.chunking in ("full", "short last")]
    for recipe in chosen:
        chunks, told = recipe.chunks(), {**recipe.settings}
        plain, where = b"".join(chunks), (told.pop("strategy"), told.pop("buffer_size"))[1:]
        written = list(ours.iter_compress(io.BytesIO(plain), *where, **told, **recipe.mode_settings))
        assert read(theirs, recipe, written) == chunks, recipe
        if recipe.width:
            whole = ours.compress(plain, *where, **told, **recipe.mode_settings)
            assert read(theirs, recipe, [whole]) == chunks, recipe

        blocks = encoded(theirs.LZ4StreamCompressor, recipe)
        stream, told["sizes"] = b"".join(blocks), None if recipe.width else list(map(len, blocks))
        assert ours.decompress(stream, *where, **told) == plain, recipe
        assert list(ours.iter_decompress(io.BytesIO(stream), *where, **told)) == chunks, recipe
        count("streams bulk helpers <-> lz4.stream", 1)


@pytest.mark.parametrize("page", PAGES)
def test_buffers_may_be_used_again(page: int, count) -> None:
    """A chunk, and a block, may be given in a buffer that is overwritten right after the call."""
    for recipe in [recipe for recipe in recipes(page) if not recipe.chunking.startswith("empty")][::7]:
        chunks, blocks = recipe.chunks(), encoded(ours.LZ4StreamCompressor, recipe)
        assert through_one_buffer(compressor(ours, recipe).compress, chunks) == blocks, recipe

        bare = [block[recipe.width :] for block in encoded(theirs.LZ4StreamCompressor, recipe)]
        assert through_one_buffer(decompressor(ours, recipe).decompress, bare) == chunks, recipe
        count("streams lz4.stream -> ours, from a buffer that is used again", 1)


def test_there_are_over_two_thousand_streams() -> None:
    """The streams are many and unlike each other; all prefixes, modes and dictionaries are among them."""
    streams = [recipe for page in PAGES for recipe in recipes(page)]
    assert len(set(streams)) == len(streams) >= 2000
    for page in PAGES:
        many = recipes(page)
        chosen = {field: {getattr(recipe, field) for recipe in many} for field in Recipe.__annotations__}
        assert [len(chosen[field]) for field in ("kind", "chunking", "mode", "dictionary")] == [7, 9, 8, 5]
        assert chosen["width"] == {width for width, most in {1: 239, 2: 65264}.items() if page <= most} | {
            0,
            4,
        }

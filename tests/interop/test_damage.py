"""Damaged streams, given to python-lz4's `lz4.stream` and to ours: who refuses what, and why they differ."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from streamtck.reference_impl import lz4_stream as ours
from tests.lz4_damage import Damaged, damaged, good
from tests.lz4_streams import plainly, reach, sequences

theirs = pytest.importorskip("lz4.stream", reason="lz4.stream is not built; `nox -s interop` builds it")

SHARES = 8
EACH = 2500


def attempt(call: Callable[[bytes], bytes], block: bytes) -> bytes | None:
    """What a decoder makes of a block; None if it refuses."""
    try:
        return call(block)
    except (ours.LZ4StreamError, theirs.LZ4StreamError):
        return None


def found_blocks(codec: Any, sample: Damaged) -> tuple[list[bytes], bool]:
    """The blocks that a codec finds in a stream, and whether it refuses a prefix."""
    blocks: list[bytes] = []
    try:
        blocks.extend(sample.bare_blocks(codec.LZ4StreamDecompressor(**sample.settings)))
    except (ours.LZ4StreamError, theirs.LZ4StreamError):
        return blocks, True
    return blocks, False


def history_before(sample: Damaged) -> bytes:
    """The dictionary that the decoder of a damaged stream has."""
    dictionary = sample.settings["dictionary"]
    return dictionary.encode() if isinstance(dictionary, str) else dictionary


def verdict(sample: Damaged) -> str:
    """How the two codecs' verdicts compare up to the first block that they differ on or refuse."""
    blocks, broken = found_blocks(ours, sample)
    assert (blocks, broken) == found_blocks(theirs, sample), sample
    mine, other = (codec.LZ4StreamDecompressor(**sample.settings) for codec in (ours, theirs))
    history, last = history_before(sample), len(history_before(sample))
    for block in blocks:
        chunk, chunk_there = attempt(mine.decompress, block), attempt(other.decompress, block)
        if chunk is None:
            # Whatever `lz4.stream` accepts is decoded by ours, if only to other data.
            assert chunk_there is None, sample
            return "both refuse a block" + after(sample, mine, other, history)
        if chunk != chunk_there:
            # The block is decoded as the format says, with all plain data before it; `lz4.stream` keeps less.
            # An offset of none back has no meaning in the format: liblz4 gives zeros for it.
            none_back = any(length and not offset for _, offset, length in sequences(block))
            assert none_back or chunk == plainly(block, history), sample
            assert last < reach(block) <= len(history), sample
            if chunk_there is None:
                return "ours decodes; lz4.stream refuses, as its pages hold it no more"
            return "ours decodes; lz4.stream gives other data, as its pages hold it no more"
        history, last = history + chunk, len(chunk)
    return "both refuse a prefix or size" if broken else "both decode to the same data"


def after(sample: Damaged, mine: Any, other: Any, history: bytes) -> str:
    """Whether `lz4.stream` decodes the right block after the one it has refused; ours does."""
    recipe = sample.recipe
    if sample.settings != recipe.settings:
        return ""
    plain = history[len(recipe.dictionary_bytes) :]
    expected = recipe.chunks()
    done = next((n for n in range(len(expected)) if b"".join(expected[:n]) == plain), None)
    if done is None:
        return ""
    block = good(recipe)[done][recipe.width :]
    assert mine.decompress(block) == expected[done], sample
    if attempt(other.decompress, block) == expected[done]:
        return "; then both decode the right block"
    return "; then ours decodes the right block and lz4.stream does not"


@pytest.mark.parametrize("share", range(SHARES))
def test_lz4_stream_and_ours_refuse_the_same_but_for_lost_history(share: int, count) -> None:
    """They differ only where `lz4.stream` no longer holds what a block refers to, and ours does."""
    for sample in damaged(share, EACH):
        count(f"damaged streams: {verdict(sample)}", 1)

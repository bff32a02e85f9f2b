"""The kit's model of liblz4's decoder, block by block beside liblz4 itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from random import Random
from typing import Any

import lz4.block
import pytest

from streamtck.lz4_model import DoubleBufferModel
from streamtck.reference_impl import lz4_stream as ours
from tests.lz4_damage import damaged
from tests.lz4_streams import SMALL_PAGES, Recipe, encoded, recipes

theirs = pytest.importorskip("lz4.stream", reason="lz4.stream is not built; `nox -s interop` builds it")

DAMAGED = 4000


def compare(settings: dict[str, Any], blocks: Iterable[bytes]) -> list[bytes | None]:
    """What both make of each block (None: refused), which has to be the same."""
    decoder = theirs.LZ4StreamDecompressor(**settings)
    dictionary = settings["dictionary"]
    if isinstance(dictionary, str):
        dictionary = dictionary.encode()
    model = DoubleBufferModel(settings["buffer_size"], dictionary)
    found: list[bytes | None] = []
    for block in blocks:
        try:
            chunk = decoder.decompress(block)
        except theirs.LZ4StreamError:
            chunk = None
        try:
            modelled = model.decompress(block)
        except ValueError:
            modelled = None
        assert modelled == chunk, (settings, len(found))
        found.append(chunk)
    return found


def bare(codec: Any) -> Callable[[Recipe], list[bytes]]:
    """What writes a codec's blocks, without their prefixes."""
    return lambda recipe: [block[recipe.width :] for block in encoded(codec.LZ4StreamCompressor, recipe)]


def with_history(chunks: int) -> Callable[[Recipe], list[bytes]]:
    """What writes blocks that may refer to the last so many chunks, more than liblz4 keeps."""

    def write(recipe: Recipe) -> list[bytes]:
        before, blocks = [recipe.dictionary_bytes], []
        mode = "high_compression" if recipe.mode.startswith("high") else "default"
        for chunk in recipe.chunks():
            history = b"".join(before[-chunks:])[-65536:]
            blocks.append(lz4.block.compress(chunk, mode, store_size=False, dict=history))
            before.append(chunk)
        return blocks

    return write


WRITERS = {
    "lz4.stream": bare(theirs),
    "ours": bare(ours),
    "a writer that refers to two chunks": with_history(2),
    "a writer that refers to 64 KiB": with_history(100),
}


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("page", SMALL_PAGES)
def test_the_model_is_liblz4_on_written_streams(page: int, writer: str, count) -> None:
    """The model gives the same data for each block, or refuses it, as liblz4 does, right or wrong."""
    for recipe in Random(page).sample(recipes(page), 280):
        found, chunks = compare(recipe.settings, WRITERS[writer](recipe)), recipe.chunks()
        wrong = [chunk for chunk, right in zip(found, chunks, strict=True) if chunk not in (None, right)]
        verdict = "refused" if None in found else "read wrong" if wrong else "read right"
        count(f"model == liblz4: streams of {writer}, {verdict}", 1)
        assert writer != "ours" or verdict == "read right", recipe


@pytest.mark.parametrize("share", range(2))
def test_the_model_is_liblz4_on_damaged_streams(share: int, count) -> None:
    """The same holds for damaged blocks, and for the blocks after one that is refused."""
    for sample in damaged(share, DAMAGED):
        blocks = []
        with suppress(ours.LZ4StreamError):
            blocks.extend(sample.bare_blocks(ours.LZ4StreamDecompressor(**sample.settings)))
        found = compare(sample.settings, blocks)
        count("model == liblz4: blocks of damaged streams, decoded", len(found) - found.count(None))
        count("model == liblz4: blocks of damaged streams, refused", found.count(None))

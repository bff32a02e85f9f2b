"""The LZ4 double-buffer decoder, given damaged streams."""

from __future__ import annotations

import io
from collections import Counter

import pytest

from streamtck.reference_impl.lz4_stream import (
    LZ4StreamDecompressor,
    LZ4StreamError,
    decompress,
    iter_decompress,
)
from tests.lz4_damage import DAMAGE, Damaged, damaged, good
from tests.lz4_streams import decoded

SHARES = 8
EACH = 2500
"""20,000 damaged streams in all."""


def walk(decoder: LZ4StreamDecompressor, sample: Damaged) -> tuple[list[bytes], bool]:
    """The chunks that a decoder gives before it raises, if it does, and whether it does."""
    chunks: list[bytes] = []
    try:
        for block in sample.bare_blocks(decoder):
            chunks.append(decoder.decompress(block))
    except LZ4StreamError:
        return chunks, True
    return chunks, False


def bulk(sample: Damaged) -> tuple[list[bytes], bool]:
    """The chunks that the helper for files gives before it raises, if it does, and whether it does."""
    settings = {**sample.settings, "sizes": None if sample.recipe.width else sample.sizes}
    page = (settings.pop("strategy"), settings.pop("buffer_size"))[1]
    chunks: list[bytes] = []
    try:
        for chunk in iter_decompress(io.BytesIO(sample.stream), page, **settings):
            chunks.append(chunk)
    except LZ4StreamError:
        with pytest.raises(LZ4StreamError):
            decompress(sample.stream, page, **settings)
        return chunks, True
    assert decompress(sample.stream, page, **settings) == b"".join(chunks)
    return chunks, False


@pytest.mark.parametrize("share", range(SHARES))
def test_damage_raises_or_is_bounded_and_leaves_the_decoder_sound(share: int) -> None:
    """Damage raises LZ4StreamError or gives chunks of up to a page; the right block is then decoded right."""
    outcomes: Counter[str] = Counter()
    for sample in damaged(share, EACH):
        recipe, page = sample.recipe, sample.settings["buffer_size"]
        right, blocks = recipe.chunks(), good(recipe)
        decoder = LZ4StreamDecompressor(**sample.settings)
        chunks, raised = walk(decoder, sample)
        assert all(len(chunk) <= page for chunk in chunks), sample
        outcomes[sample.damage] += 1
        outcomes["raised"] += raised

        done = len(chunks)
        if raised and chunks == right[:done] and sample.settings == recipe.settings:
            rest = [decoder.decompress(block[recipe.width :]) for block in blocks[done:]]
            assert rest == right[done:], sample
            outcomes["went on"] += 1
        assert decoded(LZ4StreamDecompressor, recipe, blocks) == right

        assert bulk(sample) == (chunks, raised), sample
    assert all(outcomes[damage] > EACH // 20 for damage in DAMAGE)
    assert outcomes["raised"] > EACH // 2 < outcomes["went on"] * 2


@pytest.mark.parametrize("size", [0x1111, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF])
def test_a_hostile_size_is_refused_before_it_is_read(size: int) -> None:
    """A prefix of more than a page's largest block raises; the file is never asked for as much."""
    asked = []

    class Watched(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            asked.append(size)
            return super().read(size)

    with pytest.raises(LZ4StreamError):
        list(iter_decompress(Watched(size.to_bytes(4, "little") + bytes(5000)), 4096))
    assert max(asked) <= 1 << 20

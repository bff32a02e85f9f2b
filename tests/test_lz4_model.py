"""The model of liblz4's decoder over two pages; `tests/interop` compares it with liblz4 itself."""

from __future__ import annotations

from random import Random

import pytest

from streamtck.lz4_model import DoubleBufferModel
from streamtck.reference_impl.lz4_stream import LZ4StreamCompressor
from tests.lz4_streams import SMALL_PAGES, encoded, recipes

PAGE = 256


def literals(chunk: bytes) -> bytes:
    """A block that refers to nothing."""
    if len(chunk) < 15:
        return bytes([len(chunk) << 4]) + chunk
    more, last = divmod(len(chunk) - 15, 255)
    return b"\xf0" + b"\xff" * more + bytes([last]) + chunk


def repeats(offset: int) -> bytes:
    """A block of the eight bytes from `offset` back, and five more."""
    return b"\x04" + offset.to_bytes(2, "little") + b"\x50hello"


def read(sizes: list[int], offset: int, dictionary: bytes = b"") -> tuple[bytes | None, bytes]:
    """What the model makes of a block that repeats what is `offset` back after such chunks; what is right."""
    model, plain = DoubleBufferModel(PAGE, dictionary), bytearray(dictionary)
    for number, size in enumerate(sizes):
        chunk = Random(number).randbytes(size)
        assert model.decompress(literals(chunk)) == chunk
        plain += chunk
    for _ in range(8):
        plain += plain[-offset:][:1]
    try:
        return model.decompress(repeats(offset)), bytes(plain[-8:]) + b"hello"
    except ValueError:
        return None, bytes(plain[-8:]) + b"hello"


@pytest.mark.parametrize(
    ("sizes", "kept"),
    [
        ([256], 256),
        ([100], 100),
        ([256, 256], 504),
        ([256, 100], 348),
        ([100, 256], 256),
        ([256, 256, 100], 100),
        ([256, 100, 256], 348),
        ([100, 100], 100),
    ],
)
def test_history_is_what_the_pages_still_hold(sizes: list[int], kept: int) -> None:
    """As far back as liblz4 was measured to keep it data is right; a byte farther it is wrong or refused."""
    for offset in range(1, kept + 1):
        found, right = read(sizes, offset)
        assert found == right, offset
    if kept < sum(sizes):
        found, right = read(sizes, kept + 1)
        assert found != right


def test_the_dictionary_is_history() -> None:
    """The first block may refer to all of the dictionary, and the second no more."""
    dictionary = Random(9).randbytes(300)
    for offset in (1, 8, 299, 300):
        found, right = read([], offset, dictionary)
        assert found == right
    assert read([], 301, dictionary)[0] is None
    assert read([100], 101, dictionary)[0] is None


@pytest.mark.parametrize(
    "block",
    [
        b"",
        b"\x50hell",
        b"\x50hello!",
        b"\xf0",
        b"\x04\x00",
        bytes(PAGE + 18),
        literals(bytes(PAGE + 1)),
        repeats(1),
    ],
)
def test_a_damaged_block_is_refused_and_changes_nothing(block: bytes) -> None:
    """A block that is empty, cut, too long, of too much data, or of no history raises ValueError."""
    model = DoubleBufferModel(PAGE)
    with pytest.raises(ValueError):
        model.decompress(block)
    assert model.decompress(literals(b"fine")) == b"fine"


def test_a_page_of_nothing_is_refused() -> None:
    """A page has at least a byte."""
    with pytest.raises(ValueError, match="page is 0, expected at least 1"):
        DoubleBufferModel(0)


@pytest.mark.parametrize("page", SMALL_PAGES)
def test_the_model_reads_what_the_reference_codec_writes(page: int) -> None:
    """It reads all chunks, however they are cut, compressed and prefixed."""
    for recipe in Random(page).sample(recipes(page), 60):
        model = DoubleBufferModel(page, recipe.dictionary_bytes)
        blocks = encoded(LZ4StreamCompressor, recipe)
        assert [model.decompress(block[recipe.width :]) for block in blocks] == recipe.chunks()

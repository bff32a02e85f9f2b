"""What is said of LZ4 blocks without decoding them, and by the model of python-lz4's two pages."""

import pytest

from streamtck.lz4_block import breaks_off
from streamtck.lz4_model import DoubleBufferModel

PLAIN = b"\x50hello"
REPEATED = b"\x1fA\x01\x00" + bytes([100 - 19 - 6]) + b"\x50AAAAA"
"""A hundred times A: one literal, a match from one back, five literals."""


@pytest.mark.parametrize(
    ("block", "page"),
    [(PLAIN, 5), (PLAIN, 64), (b"\x00", 1), (b"\xf0\x00" + bytes(15), 15), (REPEATED, 1000)],
)
def test_a_block_that_can_be_read_breaks_off_nowhere(block: bytes, page: int) -> None:
    """Literals, an empty chunk, lengths of several bytes and matches are followed to their end."""
    assert breaks_off(block, page) == ""


@pytest.mark.parametrize("kept", range(len(REPEATED)))
def test_a_block_that_is_cut_breaks_off_within_a_sequence(kept: int) -> None:
    """Each cut is within a sequence, but those behind the literals and behind the match."""
    assert (breaks_off(REPEATED[:kept], 1000) == "") is (kept in (2, 5))


@pytest.mark.parametrize(
    ("block", "why"),
    [
        (b"", "it has no bytes"),
        (b"\x50hell", "it breaks off within literals"),
        (b"\xf0\xff\xff", "it breaks off within literals"),
        (b"\x10A\x01", "it breaks off within an offset or a length"),
        (b"\x1fA\x01\x00\xff", "it breaks off within an offset or a length"),
        (b"\x60helloo", "it comes to more than a page of 5 bytes"),
        (REPEATED, "it comes to more than a page of 5 bytes"),
    ],
)
def test_why_a_block_cannot_be_read_is_told(block: bytes, why: str) -> None:
    """The reason names the place or the page."""
    assert breaks_off(block, 5).startswith(why)


def test_the_model_reads_what_it_holds() -> None:
    """The previous chunk is held; what it overwrites and copies past is not counted as held."""
    model = DoubleBufferModel(100, b"dictionary")
    assert model.held(100) == b"dictionary"
    assert model.decompress(PLAIN) == b"hello"
    assert model.held(100) == b"hello"
    assert model.decompress(REPEATED) == b"A" * 100
    assert model.held(100) == b"A" * 100


def test_the_model_refuses_what_it_does_not_hold() -> None:
    """An offset past the history is a ValueError."""
    model = DoubleBufferModel(100)
    model.decompress(PLAIN)
    with pytest.raises(ValueError, match="an offset is outside the history"):
        model.decompress(b"\x00\x06\x00\x50AAAAA")


def test_the_model_needs_a_page() -> None:
    """A page of no bytes is refused."""
    with pytest.raises(ValueError, match="page is 0, expected at least 1"):
        DoubleBufferModel(0)

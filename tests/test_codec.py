"""Exchanges of blocks: what is recorded of them, and what of a codec is not asked for."""

import sys
from types import SimpleNamespace
from typing import Any

import pytest

from streamtck.adapters import CodecAdapter
from streamtck.cases import scale
from streamtck.codec import Blob, CodecProbe, Exchange, Written
from streamtck.stream import NotOffered, Unreachable


class Compressor:
    """Turns what it is given around, behind four bytes."""

    def __init__(self, strategy: str, buffer_size: int, store_comp_size: int = 4, mode: str = "") -> None:
        if mode == "later":
            raise NotImplementedError(mode)
        if buffer_size < 100 or store_comp_size > 4:
            raise ValueError(f"{buffer_size}, {store_comp_size}")

    def compress(self, chunk: bytes) -> bytes:
        """Give the bytes the other way round."""
        return b"    " + bytes(chunk)[::-1]


class Decompressor(Compressor):
    """Turns it back."""

    def decompress(self, block: bytes) -> bytes:
        """Give the bytes as they were, or an error."""
        if not block:
            raise LookupError("nothing")
        return bytes(block)[::-1]


def adapter(**options: Any) -> CodecAdapter:
    """The two as a subject; the reproducers load them from here."""
    imports = "from tests.test_codec import Compressor as LZ4StreamCompressor\n"
    imports += "from tests.test_codec import Decompressor as LZ4StreamDecompressor"
    return CodecAdapter(Compressor, Decompressor, "turned", imports=imports, **options)


def exchange() -> Exchange:
    """An exchange about ten letters."""
    return CodecProbe(adapter(), scale("quick"), "turned").begin(b"abcdefghij")


def run(source: str) -> None:
    """Run a reproducer in this process."""
    exec(source, {"__name__": "reproducer"})


def test_what_is_offered_is_found_out() -> None:
    """A decompressor without get_block() lacks that, and the reason says which side does."""
    probe = CodecProbe(adapter(), scale("quick"), "turned")
    assert probe.operations == {"compress": "native", "get_block": "absent", "decompress": "native"}
    assert probe.reasons == {"get_block": "the decompressor has none"}


def test_an_error_counts_by_its_name_or_as_the_adapter_says() -> None:
    """A class called LZ4StreamError is one, a class derived from it too, and those of the adapter."""
    probe = CodecProbe(adapter(errors=(LookupError,)), scale("quick"), "turned")
    own = type("LZ4StreamError", (Exception,), {})
    assert probe.named(own())
    assert probe.named(type("Finer", (own,), {})())
    assert probe.named(KeyError())
    assert not probe.named(ValueError())
    assert not probe.named(None)


def test_a_wrong_answer_has_a_reproducer_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks and chunks go by their names, and the last line asserts what was wanted."""
    monkeypatch.setitem(sys.modules, "tests.test_codec", sys.modules[__name__])
    made = exchange()
    block = made.compressor(100).compress(made.content.part(0, 5))
    violation, _ = made.decompressor(100).given(block.part(5), made.content.part(0, 5))
    assert violation is not None
    assert violation.call == "decompressor.decompress(block[5:])"
    assert violation.got == "returned b'abcd' (4 bytes, wanted 5)"
    with pytest.raises(AssertionError):
        run(violation.reproducer)


def test_a_right_answer_is_no_violation() -> None:
    """What comes back goes by a name of its own."""
    made = exchange()
    block = made.compressor(100).compress(made.content.part(0, 5))
    violation, got = made.decompressor(100).given(block.part(4), made.content.part(0, 5))
    assert violation is None
    assert (got.text, got.data) == ("chunk", b"abcde")


def test_what_was_tried_can_be_forgotten() -> None:
    """Names are free again, and the reproducer does not show it."""
    made = exchange()
    mark = made.mark()
    made.compressor(100).compress(made.content)
    made.back(mark)
    violation, _ = made.decompressor(100).given(Blob.literal(b"ab"), made.content)
    assert violation is not None
    assert "compress(content" not in violation.reproducer
    assert made.compressor(100).name == "compressor"


def test_an_option_that_is_not_taken_is_not_offered() -> None:
    """The signature says so, or NotImplementedError does."""
    with pytest.raises(NotOffered, match="the compressor takes no dictionary"):
        exchange().compressor(100, dictionary=Written("content", b""))
    with pytest.raises(NotOffered, match="the compressor does not offer mode"):
        exchange().compressor(100, mode="later")


def test_a_page_that_is_refused_is_not_offered() -> None:
    """A page that is refused without any option is up to the codec; an option that is refused is not."""
    with pytest.raises(NotOffered, match="the compressor refuses pages of 64 bytes"):
        exchange().compressor(64)
    with pytest.raises(Unreachable):
        exchange().compressor(100, store_comp_size=8)


def test_bytes_know_how_they_are_written() -> None:
    """Parts and sums are Python that makes the bytes."""
    blob = Blob("content", b"abcdef")
    parts = blob.part(0, 2) + blob.part(4)
    assert (parts.text, parts.data) == ("content[:2] + content[4:]", b"abef")
    assert Blob.literal(b"x").text == "b'x'"


def test_what_is_no_bytes_is_unreachable() -> None:
    """compress() that gives something else leads no check to its question."""
    made = exchange()
    side = made.compressor(100)
    side.raw = SimpleNamespace(compress=len)
    with pytest.raises(Unreachable):
        side.compress(made.content)

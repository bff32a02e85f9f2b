"""What is said of a stored form is true of Python's own readers of it."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable

import pytest

from streamtck.adapters import Format
from streamtck.adapters.formats import recognised

CONTENT = bytes(range(256)) * 3

Code = Callable[[bytes], bytes]

CODES: dict[str, tuple[Code, Code]] = {
    "gzip": (gzip.compress, gzip.decompress),
    "zlib": (zlib.compress, zlib.decompress),
    "bzip2": (bz2.compress, bz2.decompress),
    "xz": (lzma.compress, lzma.decompress),
}


def form_of(stored: bytes, content: bytes = CONTENT) -> Format:
    """The format, which must be known."""
    form = recognised(content, stored)
    assert form is not None
    return form


def zipped(content: bytes) -> bytes:
    """A zip archive of one member."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("member", content)
    return target.getvalue()


def tarred(content: bytes) -> bytes:
    """A tar archive of one member."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        entry = tarfile.TarInfo("member")
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    return target.getvalue()


@pytest.mark.parametrize("name", CODES)
def test_a_form_is_recognised_by_its_first_bytes(name: str) -> None:
    """Whatever is inside, also nothing."""
    for content in (b"", b"x", CONTENT):
        assert form_of(CODES[name][0](content), content).name == name


def test_archives_are_recognised() -> None:
    """A zip archive shows every cut; a tar archive has no checksum over its members' content."""
    assert form_of(zipped(CONTENT)) == Format("zip", damage=True)
    assert form_of(tarred(CONTENT)) == Format("tar", ends=False)


@pytest.mark.parametrize("data", [b"", b"\x1f\x8b", CONTENT, b"\xff\n\x00\r\x80\x1a", b"PK", b"BZh"])
def test_other_bytes_are_no_form(data: bytes) -> None:
    """Plain bytes, and the bare first bytes of a form, tell nothing."""
    assert recognised(data, data) is None


def test_a_form_that_holds_something_else_is_not_recognised() -> None:
    """A compressed archive, a compressed stream with more behind it, and a damaged one tell nothing."""
    packed = gzip.compress(CONTENT)
    for stored in (gzip.compress(tarred(CONTENT)), packed + b"more", packed[:-1], gzip.compress(b"")):
        assert recognised(CONTENT, stored) is None


@pytest.mark.parametrize("name", CODES)
def test_every_cut_shows(name: str) -> None:
    """Python's reader raises for each cut that leaves something of a form that ends in a mark."""
    encode, decode = CODES[name]
    stored = encode(CONTENT)
    assert form_of(stored).ends
    for kept in range(1, len(stored)):
        with pytest.raises((EOFError, OSError, ValueError, zlib.error, lzma.LZMAError)):
            decode(stored[:kept])


@pytest.mark.parametrize("name", CODES)
def test_every_bit_of_the_trailer_shows(name: str) -> None:
    """Python's reader raises for each flipped bit of what is said to be the trailer."""
    encode, decode = CODES[name]
    stored = encode(CONTENT)
    assert form_of(stored).damage
    for place in form_of(stored).trailer:
        for bit in range(8):
            spoilt = bytearray(stored)
            spoilt[place] ^= 1 << bit
            with pytest.raises((EOFError, OSError, ValueError, zlib.error, lzma.LZMAError)):
                decode(bytes(spoilt))


def test_flags_say_whether_there_is_a_checksum() -> None:
    """An xz stream without a check, and an LZ4 frame without a content checksum, show no damage."""
    frame = pytest.importorskip("lz4.frame", reason="lz4 is not installed")
    assert not form_of(lzma.compress(CONTENT, check=lzma.CHECK_NONE)).damage
    assert not form_of(frame.compress(CONTENT)).damage
    assert form_of(frame.compress(CONTENT, content_checksum=True)).trailer == range(-4, 0)
    assert form_of(frame.compress(CONTENT, block_checksum=True)).damage


def test_members_in_a_row_are_one_content() -> None:
    """Formats that are said to have members are read on by Python's readers."""
    for name, (encode, decode) in CODES.items():
        if form_of(encode(CONTENT)).members:
            assert decode(encode(CONTENT) + encode(b"more")) == CONTENT + b"more", name

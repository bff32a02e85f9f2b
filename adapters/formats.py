"""What encoded forms can detect, read from their first bytes: nobody has to declare a known format."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from operator import attrgetter
from typing import Any


@dataclass(frozen=True, slots=True)
class Format:
    """What a reader of an encoded form is able to notice.

    `cut`: a cut that loses content shows; `ends`: every cut does, as the form ends in a mark or a length.
    `damage`: there are checksums over the content. `trailer`: the last bytes, counted from the end, in
    which every flipped bit shows. `members`: several forms in a row are one content.
    """

    name: str
    cut: bool = True
    ends: bool = True
    damage: bool = False
    trailer: range = range(0)
    members: bool = False


def recognised(content: bytes, stored: bytes) -> Format | None:
    """The format of the stored form of `content`, by its first bytes and flags.

    None where these tell nothing, and where the form holds something else than the content: the archive
    in a compressed archive, whose reader need not look at what follows the archive's end. So it is where a
    footer, or a further member, follows the first: who made it knows what in it must be noticed.
    """
    form = _by_first_bytes(stored)
    make = _decoder(form.name) if form else None
    return form if make is None or _alone(make, content, stored) else None


def _decoder(name: str) -> Callable[[], Any] | None:
    """What makes a decoder of one member, None where no package is there for the format."""
    for module, text in _DECODERS.get(name, ()):
        try:
            import_module(module)
        except ImportError:
            continue
        made: Callable[..., Any] = attrgetter(text)(sys.modules[module])
        return partial(made, 31) if name == "gzip" else made
    return None


def _alone(make: Callable[[], Any], content: bytes, stored: bytes) -> bool:
    """Whether one member holds the content and is all that is stored."""
    try:
        decoder = make()
        return bool(decoder.decompress(stored) == content and decoder.eof and not decoder.unused_data)
    except Exception:
        return False


def _by_first_bytes(stored: bytes) -> Format | None:
    for magic, make in _KNOWN:
        if stored.startswith(magic) and len(stored) > len(magic) + 4:
            return make(stored)
    if stored[:1] == b"\x78" and len(stored) > 1 and int.from_bytes(stored[:2]) % 31 == 0:
        return Format("zlib", damage=True, trailer=range(-4, 0))
    return Format("tar", ends=False) if stored[257:262] == b"ustar" else None


def _gzip(stored: bytes) -> Format:
    return Format("gzip", damage=True, trailer=range(-8, 0), members=True)


def _bzip2(stored: bytes) -> Format:
    # Its last byte holds padding, the four bytes before it only bits of the checksum.
    return Format("bzip2", damage=True, trailer=range(-5, -1), members=True)


def _xz(stored: bytes) -> Format:
    return Format("xz", damage=bool(stored[7] & 0x0F), trailer=range(-12, 0), members=True)


def _zstandard(stored: bytes) -> Format:
    checksum = bool(stored[4] & 0x04)
    return Format("zstandard", damage=checksum, trailer=range(-4 * checksum, 0), members=True)


def _lz4(stored: bytes) -> Format:
    content, blocks = bool(stored[4] & 0x04), bool(stored[4] & 0x10)
    return Format("LZ4 frame", damage=content or blocks, trailer=range(-4 * content, 0), members=True)


def _zip(stored: bytes) -> Format:
    return Format("zip", damage=True)


_DECODERS = {
    "gzip": (("zlib", "decompressobj"),),
    "zlib": (("zlib", "decompressobj"),),
    "bzip2": (("bz2", "BZ2Decompressor"),),
    "xz": (("lzma", "LZMADecompressor"),),
    "LZ4 frame": (("lz4.frame", "LZ4FrameDecompressor"),),
    "zstandard": (("compression.zstd", "ZstdDecompressor"), ("backports.zstd", "ZstdDecompressor")),
}
_KNOWN: tuple[tuple[bytes, Callable[[bytes], Format]], ...] = (
    (b"\x1f\x8b\x08", _gzip),
    (b"BZh", _bzip2),
    (b"\xfd7zXZ\x00", _xz),
    (b"\x28\xb5\x2f\xfd", _zstandard),
    (b"\x04\x22\x4d\x18", _lz4),
    (b"PK\x03\x04", _zip),
)

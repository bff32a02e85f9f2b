"""Position-coded content: any four bytes tell the offset that they come from."""

import random
from functools import cache, lru_cache

from streamtck.sparse import EXPRESSION, LARGE_KIND, Sparse, sparse

LIMIT = 1 << 21
"""Bytes of content there are at the most."""

HEAD = b"\xff\n\x00\r\x80\x1a"
"""The first bytes are those that careless streams trip over: sign, newline, zero, end-of-text."""

PERIOD = 1000
"""Bytes after which the content called `repeated` begins again."""

LITERAL_LIMIT = 24
NEEDLE = 4
SHOWN = 16


@cache
def _master() -> bytes:
    return (HEAD + random.Random(0).randbytes(LIMIT))[:LIMIT]


@lru_cache(maxsize=256)
def coded(size: int) -> bytes:
    """The first `size` bytes of the position-coded content (at most LIMIT)."""
    if not 0 <= size <= LIMIT:
        raise ValueError(f"content of {size} bytes, expected 0 to {LIMIT}")
    return _master()[:size]


CODED = f"({HEAD!r} + random.Random(0).randbytes({LIMIT}))"

LINES = (
    'b"".join(random.Random(number).randbytes({length}).replace(b"\\n", b"\\r") + b"\\n" '
    "for number in range({number}))"
)
MIXED = (
    'b"".join(random.Random(number).randbytes(1000) + b" ".join(random.Random(6).choices('
    '[b"%x" % (n * n) for n in range(99)], k=300))[:1000] for number in range(1100))'
)
ODD = r"\n\n\x00\x0b\x0c\x1c\x85\r\n\r\r\n\n"
"""Empty lines, and what ends a line of text but none of a binary file."""

KINDS = {
    "": CODED,
    "inverted": f"bytes(255 - value for value in {CODED})",
    "lines": 'b"".join(b"%07x\\n" % number for number in range(1 << 18))',
    "windows lines": 'b"".join(b"%06x\\r\\n" % number for number in range(1 << 18))',
    "short lines": 'b"".join(b"%05x\\r\\n" % number for number in range(1 << 15)) * 10',
    "odd lines": f'b"".join(b"%x\\r%x{ODD}" % (number, number) for number in range(1 << 13)) * 13',
    "page lines": LINES.format(number=512, length=4095),
    "long lines": LINES.format(number=30, length=70000),
    "one line": f'{CODED}.replace(b"\\n", b"\\r")',
    "newlines": f'b"\\n" * {LIMIT}',
    "byte order mark": f'b"\\xef\\xbb\\xbf" + {CODED}',
    "zeros": f"bytes({LIMIT})",
    "spaces": f'b" " * {LIMIT}',
    "repeated": f"random.Random(1).randbytes({PERIOD}) * {LIMIT // PERIOD + 1}",
    "repeated late": f"random.Random(4).randbytes(50000) * {LIMIT // 50000 + 1}",
    "mixed": MIXED,
    "letters": '"".join(map(chr, random.Random(3).choices(range(0xC0, 0x250), k=1 << 20))).encode()',
    "words": 'b" ".join(random.Random(2).choices([b"%x" % (n * n) for n in range(99)], k=1 << 19))',
}
"""Further contents by kind, as the Python that makes them: all different from `coded` in their first bytes.

`inverted` differs in every byte, `lines` can be compressed. Of the lines, some end just at page edges
(`lines`, `page lines`: a page each), some everywhere (`short lines`), some are longer than most buffers
(`long lines`, `one line`). What codecs compress: `repeated` comes back after PERIOD bytes, `repeated late`
after 50000, and `words` here and there; of `mixed`, every second 1000 bytes are the same words, the others do
not shrink; `letters` is text of two bytes each. The others hold what careless streams strip, or take for a
newline.
"""


@lru_cache(maxsize=64)
def of_kind(kind: str, size: int) -> bytes:
    """The first `size` bytes of a kind of content; LARGE_KIND content is always whole."""
    if kind == LARGE_KIND:
        return sparse()
    return coded(size) if not kind else _whole(kind)[:size]


@cache
def _whole(kind: str) -> bytes:
    made: bytes = eval(KINDS[kind], {"random": random})
    return made


def line_at(content: bytes, offset: int) -> bytes:
    """The bytes from `offset` up to and including the next newline, or up to the end."""
    newline = content.find(b"\n", offset)
    return content[offset:] if newline < 0 else content[offset : newline + 1]


def expression(content: bytes) -> str:
    """Python that makes `content` again, for reproducers; `import random` must stand before it."""
    size = len(content)
    if isinstance(content, Sparse):
        return EXPRESSION
    if size <= LITERAL_LIMIT:
        return repr(content)
    kind = next((kind for kind in KINDS if of_kind(kind, size) == content), None)
    return repr(content) if kind is None else f"({KINDS[kind]})[:{size}]"


def shown(data: bytes) -> str:
    """`data` as a message shows it: whole where short, else its first bytes and its length."""
    if len(data) <= SHOWN:
        return repr(data)
    return f"{data[:SHOWN]!r}... ({len(data)} bytes)"


def span(offset: int, count: int) -> str:
    """The bytes of an offset range, in words."""
    if count == 0:
        return f"no bytes at offset {offset}"
    return f"byte {offset}" if count == 1 else f"bytes {offset}..{offset + count - 1}"


def difference(content: bytes, offset: int, got: bytes) -> str:
    """Which bytes came instead of those at `offset`: where they differ first, and whose they are."""
    wanted = content[offset : offset + len(got)]
    first = next((i for i, (a, b) in enumerate(zip(got, wanted, strict=False)) if a != b), len(wanted))
    place = f"wrong from offset {offset + first} on" if first else f"wanted {span(offset, len(got))}"
    if first == len(got):
        return f"{len(got)} bytes"
    if first == len(wanted):
        more = len(got) - first
        return f"{more} bytes more than there are" if more else "the right bytes, but not that many"
    whose = origin(content, offset + first, got[first:])
    return f"{place}, {whose}" if whose else place


def origin(content: bytes, wanted: int, got: bytes) -> str:
    """Words for the offset that `got` really comes from, or '' where that cannot be told."""
    if len(got) >= NEEDLE:
        if isinstance(content, Sparse) and not any(got[:64]):
            return "got zeros"
        needle = got[:64] if content.find(got[:64]) >= 0 else got[:NEEDLE]
        found = content.find(needle)
        if found < 0:
            return "the content has no such bytes"
        return f"got {span(found, len(got))}: {_distance(found, wanted)}"
    return ""


def _distance(found: int, wanted: int) -> str:
    if found == 0:
        return "the stream began again"
    steps = wanted - found
    if abs(steps) == 1:
        return "one byte too early" if steps > 0 else "one byte is missing"
    return f"{steps} bytes too early" if steps > 0 else f"{-steps} bytes are missing"

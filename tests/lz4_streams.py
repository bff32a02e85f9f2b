"""Plain data cut into chunks, and the settings to make LZ4 double-buffer streams of it; ever the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import product
from random import Random
from typing import Any

SMALL_PAGES = (64, 128, 239, 256, 1000, 1024, 4096, 8192)
LARGE_PAGES = (65264, 65536, 262144, 1048576)
PAGES = SMALL_PAGES + LARGE_PAGES

WORDS = ["the", "of", "stream", "page", "block", "chunk", "buffer", "reads", "and", "history", "a", "to"]

MODES: dict[str, dict[str, Any]] = {
    "default": {},
    "fast": {"mode": "fast"},
    "fast-8": {"mode": "fast", "acceleration": 8},
    "fast-65537": {"mode": "fast", "acceleration": 65537},
    "high-1": {"mode": "high_compression", "compression_level": 1},
    "high-3": {"mode": "high_compression", "compression_level": 3},
    "high-9": {"mode": "high_compression", "compression_level": 9},
    "high-12": {"mode": "high_compression", "compression_level": 12},
}


def _text(random: Random, size: int, page: int) -> bytes:
    return " ".join(random.choices(WORDS, k=size // 3 + 1)).encode()


def _json(random: Random, size: int, page: int) -> bytes:
    names = random.choices(WORDS, k=size // 30 + 1)
    return json.dumps([{"id": number, "name": name} for number, name in enumerate(names)]).encode()


def _repeated_page(random: Random, size: int, page: int) -> bytes:
    return random.randbytes(page) * (size // page + 1)


def _far(random: Random, size: int, page: int) -> bytes:
    """Chunks that resemble the one, or the two, before them but for a few bytes."""
    data = bytearray(random.randbytes(2 * page))
    while len(data) < size:
        back = random.choice((page, 2 * page))
        piece = bytearray(data[-back:][:page])
        for _ in range(4):
            piece[random.randrange(page)] = random.randrange(256)
        data += piece
    return bytes(data)


KINDS: dict[str, Callable[[Random, int, int], bytes]] = {
    "zeros": lambda random, size, page: bytes(size),
    "text": _text,
    "json": _json,
    "random": lambda random, size, page: random.randbytes(size),
    "repeated page": _repeated_page,
    "far repeats": _far,
    "ramps": lambda random, size, page: bytes(range(256)) * (size // 256 + 1),
}

CHUNKINGS: dict[str, Callable[[Random, int], list[int]]] = {
    "full": lambda random, page: [page] * 5,
    "short last": lambda random, page: [page] * 4 + [page // 3 + 1],
    "short first": lambda random, page: [page // 3, page, page, page, page // 2],
    "varying": lambda random, page: [random.randint(1, page) for _ in range(6)],
    "mixed": lambda random, page: [page, page - 1, page, page // 2, page // 2, page],
    "tiny": lambda random, page: [random.randint(1, 8) for _ in range(12)],
    "one byte": lambda random, page: [1, 1, page, 1, page, 1],
    "empty between": lambda random, page: [page, 0, page, page, 0, page // 2, 0, 0, page],
    "empty last": lambda random, page: [page, page, page // 2, 0],
}

WIDTHS = (0, 1, 2, 4)
LARGEST_PAGE = {0: 0x7E000000, 1: 239, 2: 65264, 4: 0x7E000000}
"""The largest page whose blocks a prefix of so many bytes can tell the size of."""


@lru_cache(maxsize=4)
def content(kind: str, page: int) -> bytes:
    """Nine pages of plain data."""
    return KINDS[kind](Random(f"{kind} {page}"), 9 * page, page)[: 9 * page]


DICTIONARIES: dict[str, Callable[[bytes, int], bytes | str]] = {
    "none": lambda data, page: b"",
    "short": lambda data, page: data[:7],
    "a page": lambda data, page: data[:page],
    "over 64 KiB": lambda data, page: (data * (70000 // page + 1))[-70000:],
    "text": lambda data, page: "Zürich " + " ".join(WORDS),
}


@cache
def dictionary(name: str, kind: str, page: int) -> bytes | str:
    """The dictionary of a stream; it is kept, as `lz4.stream` uses its memory and does not hold it."""
    return DICTIONARIES[name](content(kind, page), page)


@dataclass(frozen=True)
class Recipe:
    """One stream: its plain chunks and all that a compressor is told."""

    page: int
    kind: str
    chunking: str
    mode: str
    width: int
    dictionary: str

    @property
    def settings(self) -> dict[str, Any]:
        """The arguments that a compressor and a decompressor both take."""
        return {
            "strategy": "double_buffer",
            "buffer_size": self.page,
            "store_comp_size": self.width,
            "dictionary": dictionary(self.dictionary, self.kind, self.page),
        }

    @property
    def mode_settings(self) -> dict[str, Any]:
        """The arguments that only a compressor takes."""
        return MODES[self.mode]

    @property
    def dictionary_bytes(self) -> bytes:
        """The dictionary; the UTF-8 of one that is a text."""
        data = dictionary(self.dictionary, self.kind, self.page)
        return data.encode() if isinstance(data, str) else data

    def chunks(self) -> list[bytes]:
        """The plain data, chunk by chunk."""
        data, random = content(self.kind, self.page), Random(str(self))
        start = random.randrange(self.page)
        cuts = CHUNKINGS[self.chunking](random, self.page)
        return [data[start + sum(cuts[:n]) : start + sum(cuts[: n + 1])] for n in range(len(cuts))]


def recipes(page: int) -> list[Recipe]:
    """The streams of a page size: every kind, chunking and mode; a choice of them if the page is large."""
    random = Random(page)
    combinations = list(product(KINDS, CHUNKINGS, MODES))
    if page in LARGE_PAGES:
        combinations = random.sample(combinations, min(len(combinations), (60 << 20) // page))
    widths = [width for width in WIDTHS if page <= LARGEST_PAGE[width]]
    return [
        Recipe(page, *combination, random.choice(widths), random.choice(list(DICTIONARIES)))
        for combination in combinations
    ]


def encoded(compressor: Any, recipe: Recipe) -> list[bytes]:
    """The blocks, each with its prefix, that a class of compressors makes of a stream's chunks."""
    encoder = compressor(**recipe.settings, **recipe.mode_settings)
    return [encoder.compress(chunk) for chunk in recipe.chunks()]


def decoded(decompressor: Any, recipe: Recipe, blocks: list[bytes]) -> list[bytes]:
    """The chunks that a class of decompressors makes of blocks with their prefixes."""
    decoder = decompressor(**recipe.settings)
    if not recipe.width:
        return [decoder.decompress(block) for block in blocks]
    stream, chunks = memoryview(b"".join(blocks)), []
    while stream:
        block = decoder.get_block(stream)
        chunks.append(decoder.decompress(block))
        stream = stream[recipe.width + len(block) :]
    return chunks


def sequences(block: bytes) -> list[tuple[bytes, int, int]]:
    """A sound block's sequences: literals, offset back, length repeated (0, 0 in the last one)."""
    found, at = [], 0
    while at < len(block):
        token, at = block[at], at + 1
        size, at = _length(block, at, token >> 4)
        literals, at = block[at : at + size], at + size
        if at == len(block):
            found.append((literals, 0, 0))
            break
        offset, at = int.from_bytes(block[at : at + 2], "little"), at + 2
        length, at = _length(block, at, token & 15)
        found.append((literals, offset, length + 4))
    return found


def _length(block: bytes, at: int, length: int) -> tuple[int, int]:
    more = 255 if length == 15 else 0
    while more == 255:
        more, at = block[at], at + 1
        length += more
    return length, at


def plainly(block: bytes, history: bytes) -> bytes | None:
    """What a block is by the format alone: offsets count back in all plain data; None if before its start."""
    plain = bytearray(history)
    for literals, offset, length in sequences(block):
        plain += literals
        if not 0 < offset <= len(plain) and length:
            return None
        for _ in range(length):
            plain.append(plain[-offset])
    return bytes(plain[len(history) :])


def reach(block: bytes) -> int:
    """How many bytes before its own first one a sound block refers to at the most."""
    furthest = out = 0
    for literals, offset, length in sequences(block):
        out += len(literals)
        furthest = max(furthest, offset - out)
        out += length
    return furthest

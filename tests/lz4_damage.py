"""Damaged LZ4 double-buffer streams, the same every time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

from streamtck.reference_impl.lz4_stream import LZ4StreamCompressor, LZ4StreamError
from tests.lz4_streams import Recipe, encoded, recipes

PAGES = (64, 128, 239, 256, 1000, 4096)
SOURCES = 40
"""How many streams of each page size are damaged."""


@dataclass
class Damaged:
    """A stream, what was done to it, and what a decoder is told."""

    recipe: Recipe
    damage: str
    blocks: list[bytes]
    settings: dict[str, Any]
    sizes: list[int]

    @property
    def stream(self) -> bytes:
        """The damaged stream."""
        return b"".join(self.blocks)

    def bare_blocks(self, decoder: Any) -> Iterator[bytes]:
        """The blocks without their prefixes, as `decoder` finds them, or by the sizes out of band."""
        rest = memoryview(self.stream)
        if not self.recipe.width:
            for size in self.sizes:
                if size > len(rest):
                    raise LZ4StreamError("the stream is shorter than its sizes")
                yield bytes(rest[:size])
                rest = rest[size:]
            if rest:
                raise LZ4StreamError("the stream is longer than its sizes")
            return
        while rest:
            block = decoder.get_block(rest)
            yield block
            rest = rest[self.recipe.width + len(block) :]


@cache
def _sources() -> dict[Recipe, list[bytes]]:
    chosen = [recipe for page in PAGES for recipe in Random(page).sample(recipes(page), SOURCES)]
    return {recipe: encoded(LZ4StreamCompressor, recipe) for recipe in chosen}


def good(recipe: Recipe) -> list[bytes]:
    """The undamaged blocks, each with its prefix."""
    return list(_sources()[recipe])


def damaged(share: int, number: int) -> Iterator[Damaged]:
    """So many damaged streams; another share has others."""
    random, sources = Random(f"damage {share}"), list(_sources().items())
    for _ in range(number):
        recipe, blocks = random.choice(sources)
        name = random.choice(list(DAMAGE))
        sample = Damaged(recipe, name, list(blocks), dict(recipe.settings), [len(block) for block in blocks])
        DAMAGE[name](random, sample)
        yield sample


def _anywhere(change: Callable[[Random, bytearray, int], None]) -> Callable[[Random, Damaged], None]:
    """Damage at some places of the whole stream."""

    def damage(random: Random, sample: Damaged) -> None:
        stream = bytearray(sample.stream)
        for _ in range(random.choice((1, 1, 1, 2, 3))):
            if stream:
                change(random, stream, random.randrange(len(stream)))
        sample.blocks = [bytes(stream)]

    return damage


def _flip(random: Random, stream: bytearray, at: int) -> None:
    stream[at] ^= 1 << random.randrange(8)


def _set(random: Random, stream: bytearray, at: int) -> None:
    stream[at] = random.choice((0, 1, 15, 16, 240, 255, random.randrange(256)))


def _truncate(random: Random, stream: bytearray, at: int) -> None:
    del stream[at:]


def _delete(random: Random, stream: bytearray, at: int) -> None:
    del stream[at : at + random.randint(1, 8)]


def _insert(random: Random, stream: bytearray, at: int) -> None:
    stream[at:at] = random.randbytes(random.randint(1, 8))


def _prefix(random: Random, sample: Damaged) -> None:
    """A size that is none, huge, or one off."""
    which, width = random.randrange(len(sample.blocks)), sample.recipe.width
    block = sample.blocks[which]
    size = random.choice(
        (0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, len(block) - width - 1, len(block) - width + 1)
    )
    sample.sizes[which] = size
    if width:
        sample.blocks[which] = (size % (1 << 8 * width)).to_bytes(width, "little") + block[width:]


def _payload(random: Random, sample: Damaged) -> None:
    """A block of random bytes, with a prefix that tells its size."""
    which, width = random.randrange(len(sample.blocks)), sample.recipe.width
    most = min(sample.recipe.page, 255 if width == 1 else 4096)
    payload = random.randbytes(random.randint(1, most))
    sample.blocks[which] = len(payload).to_bytes(width, "little") + payload if width else payload
    sample.sizes[which] = len(payload)


def _noise(random: Random, sample: Damaged) -> None:
    """Nothing but random bytes."""
    sample.blocks = [random.randbytes(random.randint(0, 2 * sample.recipe.page))]


def _order(random: Random, sample: Damaged) -> None:
    """Blocks swapped, lost or repeated."""
    order = list(range(len(sample.blocks)))
    match random.randrange(4):
        case 0:
            random.shuffle(order)
        case 1:
            order.pop(random.randrange(len(order)))
        case 2:
            order.insert(random.randrange(len(order)), random.choice(order))
        case _:
            at = random.randrange(len(order) - 1)
            order[at], order[at + 1] = order[at + 1], order[at]
    sample.blocks = [sample.blocks[which] for which in order]
    sample.sizes = [sample.sizes[which] for which in order]


WRONG_DICTIONARIES = (b"", b"wrong", bytes(300), Random(1).randbytes(70000))
"""They stay alive, as `lz4.stream` does not hold what it is given."""


def _dictionary(random: Random, sample: Damaged) -> None:
    sample.settings["dictionary"] = random.choice(WRONG_DICTIONARIES)


def _page(random: Random, sample: Damaged) -> None:
    page = sample.recipe.page
    sample.settings["buffer_size"] = random.choice((1, page // 2, page - 1, page + 1, 2 * page, 65536))


DAMAGE: dict[str, Callable[[Random, Damaged], None]] = {
    "bit flip": _anywhere(_flip),
    "byte set": _anywhere(_set),
    "truncation": _anywhere(_truncate),
    "deletion": _anywhere(_delete),
    "insertion": _anywhere(_insert),
    "hostile prefix": _prefix,
    "random block": _payload,
    "random stream": _noise,
    "order of blocks": _order,
    "wrong dictionary": _dictionary,
    "wrong page": _page,
}

"""Examples: where checks look. Edges come first, small before large; then hypothesis draws more."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from streamtck.sparse import BLOCKS as BLOCKS_OF_MIB
from streamtck.sparse import LARGE_KIND, SIZE

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

PAGES = (4096, 8192, 65536, 131072)
"""Page and buffer sizes that streams commonly have."""

LONG_MAX = 2**63 - 1
"""The largest position there is (a signed 64-bit long)."""

FAR = (2**31 - 1, 2**31, 2**32, 2**32 + 1, LONG_MAX)
"""Positions far beyond any content here."""


@dataclass(frozen=True)
class Case:
    """One example: `size` bytes of content, `before` bytes read first, then a position, a length, steps."""

    size: int = 0
    before: int = 0
    position: int = 0
    length: int = 0
    kind: str = ""
    steps: tuple[tuple[str, int], ...] = ()

    def __str__(self) -> str:
        """Only what differs from nothing, for messages."""
        told = [f"{f.name}={getattr(self, f.name)!r}" for f in fields(self) if getattr(self, f.name)]
        return f"Case({', '.join(told)})"


@dataclass(frozen=True)
class Scale:
    """How far a budget looks: content sizes, the larger ones for single walks, examples drawn."""

    sizes: tuple[int, ...]
    large: tuple[int, ...]
    pages: tuple[int, ...]
    examples: int
    edges: int = 0
    """Edge cases of one check that are decided, where opening a stream is dear; 0 for all of them."""

    @property
    def sparing(self) -> bool:
        """Whether streams are opened as seldom as can be."""
        return self.edges > 0

    @property
    def filled(self) -> tuple[int, ...]:
        """The sizes that are not zero."""
        return tuple(size for size in self.sizes if size)


SPARED = 8193
"""The size of content, in bytes, that is stored where storing and opening are dear."""

LEFT = 100
"""Bytes of content that a telling case leaves to be read."""

BUDGETS = ("quick", "standard", "thorough")


def scale(budget: str, boundaries: Iterable[int] = ()) -> Scale:
    """The scale of a budget for a subject with these page and buffer sizes of its own."""
    own = tuple(sorted({size for size in boundaries if 0 < size <= 1 << 19}))
    pages = tuple(sorted({*PAGES, *own}))
    around_own = {size + shift for size in own for shift in (-1, 0, 1)}
    mega = 1 << 20
    if budget == "quick":
        sizes = {0, 1, 2, 300, 8193, 65537, *(size + 1 for size in own)}
        return Scale(tuple(sorted(sizes)), (131073, mega + 1), pages, 6)
    sizes = {0, 1, 2, 3, 300, 4097, 8191, 8192, 8193, 24577, 65537, *around_own}
    large = {65535, 65536, 131071, 131072, 131073, mega - 1, mega, mega + 1}
    if budget == "standard":
        return Scale(tuple(sorted(sizes)), tuple(sorted(large)), pages, 40)
    sizes |= {255, 256, 257, 4095, 4096, 12289, 16384, 65535, 65536, 131072, 131073}
    large |= {262145, 524289, 2**21 - 1}
    return Scale(tuple(sorted(sizes)), tuple(sorted(large)), pages, 200)


def sparing(budget: str) -> Scale:
    """The scale of a budget where opening a stream is dear: few sizes, few edges, nothing drawn."""
    return Scale((0, SPARED), (SPARED,), PAGES[:1], 0, {"quick": 1, "standard": 3, "thorough": 10}[budget])


def telling(cases: Iterable[Case]) -> list[Case]:
    """The cases, first those that are likely to tell most: with content left, after a walk."""

    def worth(case: Case) -> tuple[bool, ...]:
        return (
            case.size > SPARED,
            not case.size,
            case.size - case.before < LEFT,
            case.size != SPARED,
            case.position in (0, case.size),
            not (case.before or case.length),
        )

    return sorted(cases, key=worth)


@dataclass(frozen=True)
class Cases:
    """Where one check looks: edges under a scale, and what hypothesis may draw, `weight` times as much."""

    edges: Callable[[Scale], Iterable[Case]]
    drawn: Callable[[Scale], SearchStrategy[Case]] | None = None
    weight: int = 1


BLOCKS = (512, 1000, 1024, 2048, 10000, 16384, 32768, 100000)
"""Further sizes at which streams change blocks; a position just at each is looked at."""


def marks(size: int, pages: Iterable[int], few: bool = False) -> list[int]:
    """Positions inside content of `size` bytes that are worth a look: ends, middle, around pages."""
    found = {0, 1, size // 2, size - 2, size - 1, *BLOCKS}
    for page in pages:
        found |= {page} if few else {page - 1, page, page + 1}
    return sorted(mark for mark in found if 0 <= mark < size)


def fixed(cases: Iterable[Case]) -> Cases:
    """The same few cases at every scale."""
    kept = tuple(cases)
    return Cases(lambda scale: kept)


def _each_size(scale: Scale) -> Iterator[Case]:
    return (Case(size=size) for size in scale.sizes)


def _every_size(scale: Scale) -> Iterator[Case]:
    return (Case(size=size) for size in (*scale.sizes, *scale.large))


def _inside(scale: Scale) -> Iterator[Case]:
    for size in scale.filled:
        for position in marks(size, scale.pages):
            yield Case(size=size, position=position)
    for position in _landmarks(scale.large[-1]):
        yield Case(size=scale.large[-1], position=position)


def _landmarks(size: int) -> list[int]:
    """A few positions in large content, where seeking may be dear."""
    return sorted({65536, 131072, size // 2, size - 1})


def _sparse(scale: Scale) -> Iterator[Case]:
    """A few targets after a few walks, for checks that open several streams for each."""
    for size in (0, 1, 300, 8193, scale.sizes[-1]):
        for position in (0, 1, size // 2, size - 1, size):
            for before in (0, size // 3, size):
                if 0 <= position <= size:
                    yield Case(size=size, before=before, position=position)


def _reached(scale: Scale) -> Iterator[Case]:
    """Targets after a walk: from the start, from one byte, a page, the whole content."""
    for size in scale.filled:
        befores = {0, 1, size // 2, size, *(page + 1 for page in scale.pages[:2] if page < size)}
        for before, position in itertools.product(
            sorted(befores), marks(size, scale.pages[:2], few=size > 9000)
        ):
            yield Case(size=size, before=before, position=position)
    for position in _landmarks(scale.large[-1]):
        yield Case(size=scale.large[-1], before=scale.large[-1] // 2, position=position)


def _beyond(scale: Scale) -> Iterator[Case]:
    for size in (0, 1, 300, 8193):
        for position in (size + 1, size + 2, size + 4096, 2 * size + 70000, *FAR):
            yield Case(size=size, position=position)
            if position == size + 1:
                yield Case(size=size, before=size, position=position)


def _end_and_beyond(scale: Scale) -> Iterator[Case]:
    for size in scale.sizes:
        yield Case(size=size, position=size)
        yield Case(size=size, before=size, position=size)
    yield from _beyond(scale)


def _negative(scale: Scale) -> Iterator[Case]:
    for size in (0, 1, 300, 8193):
        for position in (-1, -2, -size, -size - 1, -(2**31), -(2**32), -(2**63)):
            if position < 0:
                yield Case(size=size, position=position)
                yield Case(size=size, before=size, position=position)


def _windows(scale: Scale) -> Iterator[Case]:
    """Walks in steps of `length` from `before`, by both kinds of window."""
    for size in scale.filled:
        lengths = {1, 2, 7, 100, 1000, size - 1, size, size + 1, 8193, *scale.pages}
        for length in sorted(length for length in lengths if 0 < length <= size + 1):
            if size <= 300 * length:
                yield Case(size=size, length=length)
    for size in (300, 8193, *(page + 1 for page in scale.pages[:2])):
        for before in (1, size - 1):
            for length in (1, 10, size, 2 * size):
                yield Case(size=size, before=before, length=length)
    for size in scale.large:
        yield Case(size=size, length=size)
    yield Case(size=scale.large[-1], length=65536)
    for length in (1000, 1 << 20):
        yield Case(size=1 << 20, length=length, kind="lines")


OPERATIONS = {
    "byte": "read_byte",
    "read": "read_bytes",
    "into": "readinto",
    "rest": "read_all",
    "seek": "seek",
    "tell": "position",
    "read1": "read1",
    "peek": "peek",
    "line": "readline",
    "limit": "readline_size",
    "into1": "readinto1",
    "window": "read_window",
    "view": "read_view",
    "skip": "skip",
    "size": "size",
    "by": "seek_by",
    "cur": "seek_cur",
    "fromend": "seek_end",
    "pread": "pread",
    "preadinto": "pread_into",
    "full": "full",
    "close": "close",
}
"""What the words of a script stand for: `by` seeks so far from here, `cur` and `fromend` do so by whence."""


def steps_of(script: str) -> tuple[tuple[str, int], ...]:
    """The steps that a script of words like `read:10` or `byte` stands for."""
    words = (word.partition(":") for word in script.split())
    return tuple((_operation(name), int(amount or 1)) for name, _, amount in words)


def _operation(word: str) -> str:
    """The operation of a word; behind `other.` it is one on a second stream."""
    which, dot, name = word.rpartition(".")
    return which + dot + OPERATIONS[name]


# What hypothesis draws: positions and lengths near the edges and anywhere between.


def _positions(size: int, pages: Iterable[int]) -> SearchStrategy[int]:
    from hypothesis import strategies as st

    top = max(size - 1, 0)
    return st.sampled_from(marks(size, pages) or [0]) | st.integers(0, top)


def _sizes(least: int = 1) -> SearchStrategy[int]:
    from hypothesis import strategies as st

    return st.integers(least, 600) | st.integers(least, 30000)


def _drawn_case(scale: Scale, beyond: bool = False) -> SearchStrategy[Case]:
    from hypothesis import strategies as st

    @st.composite
    def case(draw: st.DrawFn) -> Case:
        size = draw(_sizes())
        before = draw(st.just(0) | _positions(size + 1, scale.pages))
        position = draw(_positions(size, scale.pages))
        if beyond:
            position = size + draw(st.integers(0, 10) | st.integers(0, 2**40))
        length = draw(st.integers(1, 20) | st.integers(1, 10000))
        return Case(size=size, before=before, position=position, length=length)

    return case()


def _drawn_beyond(scale: Scale) -> SearchStrategy[Case]:
    return _drawn_case(scale, beyond=True)


def _drawn_negative(scale: Scale) -> SearchStrategy[Case]:
    from hypothesis import strategies as st

    sizes = st.integers(0, 600)
    return st.builds(lambda size, back: Case(size=size, position=-back), sizes, st.integers(1, 2**63))


# Content of more than 4 GiB, for runs that ask for it: positions around large blocks, 2**31 and 2**32, and at
# its end.


def _large(*positions: int) -> tuple[Case, ...]:
    return tuple(Case(size=SIZE, position=position, kind=LARGE_KIND) for position in positions)


LARGE = _large(*(at + by for at in (*BLOCKS_OF_MIB, 2**31, 2**32) for by in (-2, 0, 5)), SIZE - 10)
LARGE_END = _large(SIZE)
LARGE_BEYOND = _large(SIZE + 1, SIZE + 2**32)
LARGE_PAIRS = tuple(
    Case(size=SIZE, position=position, length=first, kind=LARGE_KIND)
    for first, position in ((2**32 + 5, 5), (5, 2**32 + 5), (2**31 + 5, 2**32 + 5), (SIZE, 2**31 + 5))
)
"""`length` is where the stream stands before it goes to the position."""

ONCE = fixed([Case(size=300)])
SOME_SIZES = fixed(Case(size=size) for size in (0, 1, 300, 8193))
SIZES = Cases(_each_size)
EVERY_SIZE = Cases(_every_size)
INSIDE = Cases(_inside, _drawn_case)
REACHED = Cases(_reached, _drawn_case)
SPARSE = Cases(_sparse, _drawn_case)
BEYOND = Cases(_beyond, _drawn_beyond)
END_AND_BEYOND = Cases(_end_and_beyond, _drawn_beyond)
NEGATIVE = Cases(_negative, _drawn_negative)
WINDOWS = Cases(_windows, _drawn_case)

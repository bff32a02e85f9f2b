"""The speed of the LZ4 double-buffer codec against python-lz4's own C module, side by side in one run.

`nox -s benchmarks` builds the C module and runs this file; it prints a table of ratios, ours to C, where
more than 1 is faster (speed) or smaller (size). A cell is the median of rounds in CPU time; ours and C take
turns in every round, so that what else the machine does reaches both.
"""

from __future__ import annotations

import functools
import random
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from streamtck.reference_impl import lz4_stream

c_stream = pytest.importorskip(
    "lz4.stream", reason="lz4.stream is not built: PYLZ4_EXPERIMENTAL=TRUE pip install --no-binary lz4 lz4"
)

SIZE = 4 << 20
"""The plain bytes of one pass."""

PAGES = {"1K": 1 << 10, "4K": 4 << 10, "8K": 8 << 10, "64K": 64 << 10, "256K": 256 << 10, "1M": 1 << 20}
WIDTH = 4
ROUNDS = 11


def text(size: int) -> bytes:
    """Sentences of words, the common ones often, some in set phrases."""
    source = random.Random("text")
    letters, weights = (
        "etaoinshrdlucmfwypvbgkjqxz",
        [12, 9, 8, 8, 7, 7, 6, 6, 6, 4, 4, 3, 3, 3] + [2] * 6 + [1] * 6,
    )
    words = [
        "".join(source.choices(letters, weights, k=source.choice((2, 3, 4, 5, 6, 7, 8, 9))))
        for _ in range(6000)
    ]
    common = [1 / (rank + 3) for rank in range(len(words))]
    phrases = [" ".join(source.choices(words, common, k=source.randint(2, 4))) for _ in range(1500)]
    parts: list[str] = []
    length = 0
    while length < size:
        kinds = source.choices((words, phrases), (5, 2), k=source.randint(6, 18))
        sentence = " ".join(
            source.choices(words, common)[0] if kind is words else source.choice(phrases) for kind in kinds
        )
        parts.append(sentence.capitalize() + source.choice((". ", ". ", ".\n")))
        length += len(parts[-1])
    return "".join(parts).encode()[:size]


def json_lines(size: int) -> bytes:
    """Records of the same fields, one on a line."""
    source = random.Random("json")
    names = [
        "".join(source.choices("abcdefghijklmnopqrstuvwxyz", k=source.randint(4, 9))) for _ in range(300)
    ]
    tags = names[:100]
    parts: list[str] = []
    length = 0
    while length < size:
        parts.append(
            f'{{"id": {100_000 + len(parts)}, "name": "{source.choice(names)} {source.choice(names)}", '
            f'"active": {source.choice(("true", "false"))}, "score": {source.random() * 100:.4f}, '
            f'"tags": ["{source.choice(tags)}", "{source.choice(tags)}"], '
            f'"created": "2024-{source.randint(1, 12):02}-{source.randint(1, 28):02}T'
            f'{source.randint(0, 23):02}:{source.randint(0, 59):02}:00Z"}}\n'
        )
        length += len(parts[-1])
    return "".join(parts).encode()[:size]


def random_bytes(size: int) -> bytes:
    """What does not compress."""
    return random.Random("random").randbytes(size)


KINDS = {"text": text, "JSON": json_lines, "random": random_bytes}


@functools.cache
def plain(kind: str) -> bytes:
    return KINDS[kind](SIZE)


def class_compress(module: Any, data: bytes, page: int) -> bytes:
    """The loop that users write, with the classes of either module."""
    view = memoryview(data)
    encoder = module.LZ4StreamCompressor("double_buffer", page, store_comp_size=WIDTH)
    return b"".join([encoder.compress(view[start : start + page]) for start in range(0, len(data), page)])


def class_decompress(module: Any, stream: bytes, page: int) -> bytes:
    """The loop that users write, with the classes of either module and without its quadratic slices."""
    view = memoryview(stream)
    decoder = module.LZ4StreamDecompressor("double_buffer", page, store_comp_size=WIDTH)
    offset = 0
    parts = []
    while offset < len(stream):
        block = decoder.get_block(view[offset:])
        parts.append(decoder.decompress(block))
        offset += WIDTH + len(block)
    return b"".join(parts)


OURS: dict[tuple[str, str], Callable[[bytes, int], bytes]] = {
    ("class", "compress"): functools.partial(class_compress, lz4_stream),
    ("class", "decompress"): functools.partial(class_decompress, lz4_stream),
    ("bulk", "compress"): lambda data, page: lz4_stream.compress(data, page, store_comp_size=WIDTH),
    ("bulk", "decompress"): lambda data, page: lz4_stream.decompress(data, page, store_comp_size=WIDTH),
}
THEIRS = {
    "compress": functools.partial(class_compress, c_stream),
    "decompress": functools.partial(class_decompress, c_stream),
}


CELLS = [
    pytest.param(page, kind, form, direction, id=f"{page}-{kind}-{form}-{direction}")
    for page in PAGES
    for kind in KINDS
    for form in ("class", "bulk")
    for direction in ("compress", "decompress")
]


@pytest.fixture(scope="module")
def table(request: pytest.FixtureRequest) -> Iterator[dict[tuple[str, str, str, str], float]]:
    """The ratios of all cells, printed as a table at the end."""
    ratios: dict[tuple[str, str, str, str], float] = {}
    yield ratios
    columns = [(form, direction) for form in ("class", "bulk") for direction in ("compress", "decompress")]
    lines = ["", "ours to C: speed of each form and direction, and size of the stream (text, JSON, random)"]
    lines.append(
        f"{'page':6}{'data':8}" + "".join(f"{form + ' ' + direction:>18}" for form, direction in columns)
    )
    for page in PAGES:
        for kind in KINDS:
            cells = [ratios.get((page, kind, *column)) for column in columns]
            if any(cells):
                size = len(c_stream_of(kind, PAGES[page])) / len(
                    class_compress(lz4_stream, plain(kind), PAGES[page])
                )
                speeds = "".join(f"{cell:18.2f}" if cell else f"{'':18}" for cell in cells)
                lines.append(f"{page:6}{kind:8}{speeds}{1 / size:10.4f}")
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print("\n".join(lines))


@functools.cache
def c_stream_of(kind: str, page: int) -> bytes:
    return class_compress(c_stream, plain(kind), page)


@pytest.mark.parametrize(("page", "kind", "form", "direction"), CELLS)
def test_speed(benchmark: Any, table: Any, page: str, kind: str, form: str, direction: str) -> None:
    """Ours, measured by pytest-benchmark, with C run before every round of it."""
    source = plain(kind) if direction == "compress" else c_stream_of(kind, PAGES[page])
    ours: list[int] = []
    theirs: list[int] = []

    def c_first() -> None:
        timed(THEIRS[direction], source, PAGES[page], theirs)

    run = OURS[form, direction]
    benchmark.pedantic(timed, (run, source, PAGES[page], ours), setup=c_first, rounds=ROUNDS, warmup_rounds=2)
    ratio = statistics.median(theirs[2:]) / statistics.median(ours[2:])
    table[page, kind, form, direction] = benchmark.extra_info["ratio to C"] = ratio


def timed(run: Callable[[bytes, int], bytes], source: bytes, page: int, times: list[int]) -> None:
    started = time.process_time_ns()
    result = run(source, page)
    times.append(time.process_time_ns() - started)
    assert result

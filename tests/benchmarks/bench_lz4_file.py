"""What a seek back in LZ4 double-buffer data costs, in time and in memory, by the spacing of checkpoints.

`pytest tests/benchmarks/bench_lz4_file.py` prints a table. The file has been read through once; then each
seek goes to a place drawn at random and reads 4 KiB. "as reading" says how many bytes are read in order in
the time of one seek; "reading" is the speed of that, at its ratio to reading without checkpoints; "held" is
what the open file keeps in memory after all was read.
"""

from __future__ import annotations

import functools
import io
import random
import statistics
import time
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest

from streamtck.reference_impl.lz4_file import LZ4DoubleBufferFile
from streamtck.reference_impl.lz4_stream import compress

SIZE = 32 << 20
"""The plain bytes of the file."""

PAGES = {"8 KiB": 8 << 10, "64 KiB": 64 << 10}
SPACINGS = {"64 KiB": 64 << 10, "256 KiB": 256 << 10, "1 MiB": 1 << 20, "4 MiB": 4 << 20, "none": None}
SEEKS = 20
"""Seeks in one round."""

READ = 4096
ROUNDS = 5


class Row(NamedTuple):
    """One line of the table; times in seconds of CPU time, lengths in bytes."""

    page: str
    spacing: str
    reading: float
    seek: float
    held: int


@functools.cache
def plain() -> bytes:
    """Records of the same fields, one on a line."""
    draw = random.Random("records")
    words = ["".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=draw.randint(3, 9))) for _ in range(2000)]
    lines = (
        f'{{"id": {draw.randrange(10**8)}, "name": "{draw.choice(words)} {draw.choice(words)}", '
        f'"score": {draw.random():.4f}, "text": "{" ".join(draw.choices(words, k=8))}"}}\n'
        for _ in range(SIZE // 100)
    )
    return "".join(lines).encode()[:SIZE]


@functools.cache
def stored(page: int) -> bytes:
    return compress(plain(), page)


def opened(page: int, spacing: int | None) -> LZ4DoubleBufferFile:
    return LZ4DoubleBufferFile(io.BytesIO(stored(page)), page, size=len(plain()), spacing=spacing)


def read_through(file: LZ4DoubleBufferFile) -> None:
    """Read all of it in order, 64 KiB at a time."""
    stream, buffer = file.data_store(), bytearray(1 << 16)
    while stream.read(buffer):
        pass


def seek_about(file: LZ4DoubleBufferFile, draw: random.Random) -> None:
    stream, buffer = file.data_store(), bytearray(READ)
    for _ in range(SEEKS):
        stream.seek(draw.randrange(len(plain()) - READ))
        assert stream.read(buffer) == READ


def cpu_time(run: Callable[[], object]) -> float:
    started = time.process_time()
    run()
    return time.process_time() - started


def held(page: int, spacing: int | None) -> int:
    """The bytes that an open file keeps after it was read through."""
    tracemalloc.start()
    try:
        file = opened(page, spacing)
        read_through(file)
        return tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()


@pytest.fixture(scope="module")
def rows(request: pytest.FixtureRequest) -> Iterator[list[Row]]:
    """The rows of the table, which is printed after the last one."""
    measured: list[Row] = []
    yield measured
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print(f"\n\n{'page':>7} {'spacing':>8} {'reading MB/s':>13} {'ratio':>6} {'seek + 4 KiB':>13}"
              f" {'as reading':>11} {'held':>10} {'of plain':>9}")  # fmt: skip
        for row in measured:
            print(
                _line(row, next(each for each in measured if (each.page, each.spacing) == (row.page, "none")))
            )


def _line(row: Row, bare: Row) -> str:
    size = len(plain())
    return (
        f"{row.page:>7} {row.spacing:>8} {size / row.reading / 1e6:13.0f} {bare.reading / row.reading:6.2f}"
        f" {row.seek * 1e3:10.3f} ms {row.seek / bare.reading * size / 1024:7.0f} KiB"
        f" {row.held / 1024:6.0f} KiB {row.held / size:8.2%}"
    )


@pytest.mark.parametrize("spacing", SPACINGS)
@pytest.mark.parametrize("page", PAGES)
def test_seeks(benchmark: Any, rows: list[Row], page: str, spacing: str) -> None:
    """A seek to a random place and a read of 4 KiB there, in a file that was read through."""
    how = PAGES[page], SPACINGS[spacing]
    reading = statistics.median(cpu_time(lambda: read_through(opened(*how))) for _ in range(ROUNDS))
    file, draw = opened(*how), random.Random(0)
    read_through(file)
    times: list[float] = []
    benchmark.pedantic(lambda: times.append(cpu_time(lambda: seek_about(file, draw))), rounds=ROUNDS)
    rows.append(Row(page, spacing, reading, statistics.median(times) / SEEKS, held(*how)))

"""Streams that are odd and legal are never blamed, and sound ones have nothing said about them."""

import io
from typing import Any

import pytest

from tests.faulty.good import GoodFile, GoodHadoop, GoodHadoopPath, GoodPath, GoodPositioned
from tests.faulty.odd_codecs import ODD
from tests.faulty.sources import ForwardStore, GoodPart, GoodStore, GoodUnzip, GoodUnzipStore
from tests.judging import blamed, judge, noteworthy

SOUND = (GoodFile, GoodPath, GoodPositioned, GoodHadoop, GoodHadoopPath)
SOUND_SOURCES = (GoodStore, ForwardStore, GoodUnzip, GoodUnzipStore, GoodPart)


def bytes_io(content: bytes) -> io.BytesIO:
    """Python's own stream over bytes."""
    return io.BytesIO(content)


@pytest.mark.parametrize("stream", ODD[::8])
def test_an_odd_stream_is_not_blamed(stream: type[Any]) -> None:
    """Nothing fails, breaks or is blocked; a SHOULD may warn. The audit asks it of all, at any budget."""
    assert blamed(stream, "quick") == {}


@pytest.mark.parametrize(("budget", "seed"), [("quick", 1), ("standard", 0)])
@pytest.mark.parametrize("stream", [*SOUND, *SOUND_SOURCES, bytes_io])
def test_a_sound_stream_has_nothing_said_about_it(stream: Any, budget: str, seed: int) -> None:
    """The streams that the faulty ones are made from, and io.BytesIO, meet every MUST and SHOULD."""
    results = judge(stream, budget, seed)
    assert {id: results[id].message for id in noteworthy(results)} == {}

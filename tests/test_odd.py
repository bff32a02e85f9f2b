"""Streams that are odd and legal are never blamed, and sound ones have nothing said about them."""

import io
from typing import Any

import pytest

from tests.audit import MODELS
from tests.faulty.odd import CountsFromTheStartOnly
from tests.faulty.odd_codecs import ODD
from tests.judging import blamed, judge, noteworthy


def bytes_io(content: bytes) -> io.BytesIO:
    """Python's own stream over bytes."""
    return io.BytesIO(content)


@pytest.mark.parametrize("stream", ODD[::16])
def test_an_odd_stream_is_not_blamed(stream: type[Any]) -> None:
    """Nothing fails, breaks or is blocked; a SHOULD may warn. The audit asks it of all, at any budget."""
    assert blamed(stream, "quick") == {}


def test_a_whence_that_is_not_supported_is_not_offered() -> None:
    """io.UnsupportedOperation for a whence is `unsupported`: neither a pass nor a fail."""
    results = judge(CountsFromTheStartOnly, "quick")

    assert {results[id].verdict for id in ("PY-12c", "PY-12d")} == {"unsupported"}
    assert noteworthy(results) == {}


@pytest.mark.parametrize(
    ("stream", "budget"), [*((each, "quick") for each in MODELS), (bytes_io, "standard")]
)
def test_a_sound_stream_has_nothing_said_about_it(stream: Any, budget: str) -> None:
    """The streams that the faulty ones are made from, and io.BytesIO, meet every MUST and SHOULD."""
    results = judge(stream, budget, 1)
    assert {id: results[id].message for id in noteworthy(results)} == {}

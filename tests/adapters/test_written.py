"""Spellings: a call as a subject writes it, as it is made, and as it is shown."""

from types import SimpleNamespace
from typing import Any

import pytest

from streamtck.adapters import PYTHON_FILE, Spelling


def echo(*positional: Any, **keywords: Any) -> Any:
    """A method that gives its arguments back."""
    return positional, keywords


STREAM = SimpleNamespace(pread=echo, size=7, path="p", fs=SimpleNamespace(cat=echo))


@pytest.mark.parametrize(
    ("text", "made", "shown"),
    [
        ("pread(position, n)", ((5, 2), {}), "stream.pread(5, 2)"),
        ("stream.pread(n, position)", ((2, 5), {}), "stream.pread(2, 5)"),
        ("pread(n, offset=position)", ((2,), {"offset": 5}), "stream.pread(2, offset=5)"),
        (
            "fs.cat(stream.path, position, position + n)",
            (("p", 5, 7), {}),
            "stream.fs.cat(stream.path, 5, 5 + 2)",
        ),
        ("fs.cat([position], [n])[0]", ([5], [2]), "stream.fs.cat([5], [2])[0]"),
    ],
)
def test_a_written_call_is_made_and_shown_as_it_is_written(text: str, made: Any, shown: str) -> None:
    """Order, names, sums, objects behind the stream and an item of the answer are taken over."""
    spelling = Spelling.of("pread_bytes", text)

    assert spelling.made(STREAM, (5, 2))() == made
    assert spelling.text(("5", "2")) == shown


def test_a_written_name_is_an_attribute() -> None:
    """A name without a call is looked up, and shown without one."""
    spelling = Spelling.of("position", "size")

    assert spelling.made(STREAM)() == 7
    assert spelling.text((), "other") == "other.size"


def test_another_name_of_the_stream_is_used_throughout() -> None:
    """A reproducer with two streams shows the call on the one that it was made on, arguments included."""
    spelling = Spelling.of("pread_bytes", "fs.cat(stream.path, position, n)")

    assert spelling.text(("5", "2"), "other") == "other.fs.cat(other.path, 5, 2)"


@pytest.mark.parametrize(
    "text",
    [
        "pread",
        "pread(",
        "pread(position)",
        "pread(position, n, whence)",
        "pread(position, *n)",
        "pread(position, **n)",
        "pread(max(position, 0), n)",
        "seek(position).read(n)",
        "(stream.seek(position), stream.read(n))[1]",
        "lambda position, n: b''",
        "",
    ],
)
def test_what_is_no_single_call_on_the_stream_is_refused(text: str) -> None:
    """A spelling that leaves an argument out, makes one up or calls twice is a ValueError of one line."""
    with pytest.raises(
        ValueError, match=r"pread_bytes is spelled .*, expected one call on the stream"
    ) as caught:
        Spelling.of("pread_bytes", text)

    assert "\n" not in str(caught.value)


def test_an_unknown_operation_is_refused() -> None:
    """The names that there are, are told."""
    with pytest.raises(ValueError, match=r"got the operation 'pread', expected one of .*pread_bytes"):
        PYTHON_FILE.respelled({"pread": "pread(position, n)"})


def test_none_takes_an_operation_away() -> None:
    """A surface loses what is respelled as None and keeps the rest."""
    surface = PYTHON_FILE.respelled({"readinto": None, "pread_bytes": "pread(position, n)"})

    assert set(PYTHON_FILE.spellings) ^ set(surface.spellings) == {"readinto", "pread_bytes"}

"""Content: position-coded, and able to say which bytes came instead."""

import random

import pytest

from streamtck import content


def test_content_is_a_prefix_of_larger_content() -> None:
    """Content of any size begins like content of a larger one."""
    assert content.coded(10_000)[:777] == content.coded(777)


def test_any_four_bytes_tell_their_offset() -> None:
    """Windows of four bytes are as good as unique in the first 256 KiB."""
    data = content.coded(1 << 18)
    windows = {data[i : i + 4] for i in range(len(data) - 3)}

    assert len(windows) > 0.9999 * (len(data) - 3)


@pytest.mark.parametrize("page", [1, 2, 4096, 8192, 65536, 131072, 1 << 20])
def test_bytes_around_a_page_edge_differ(page: int) -> None:
    """At a page edge a stream that is one byte off serves another byte."""
    data = content.coded(content.LIMIT)

    assert data[page] != data[page - 1]
    assert data[page] != data[page + 1]
    assert data[page] != data[0]


@pytest.mark.parametrize("size", [0, 5, 24, 25, 4097])
def test_expression_makes_the_content(size: int) -> None:
    """The Python in a reproducer gives the very content of the check."""
    data = content.coded(size)

    assert eval(content.expression(data), {"random": random}) == data


@pytest.mark.parametrize("kind", content.KINDS)
def test_every_kind_of_content_is_made_again(kind: str) -> None:
    """The kinds are as long as content gets, and a reproducer makes each of them again."""
    data = content.of_kind(kind, 9000)

    assert len(content.of_kind(kind, content.LIMIT)) == content.LIMIT
    assert eval(content.expression(data), {"random": random}) == data


@pytest.mark.parametrize(
    ("offset", "line"), [(0, b"a\n"), (1, b"\n"), (2, b"\n"), (3, b"\rb\n"), (6, b"c"), (7, b"")]
)
def test_a_line_ends_at_its_newline_or_at_the_end(offset: int, line: bytes) -> None:
    """What is left of a line goes up to and including the newline; a carriage return ends none."""
    assert content.line_at(b"a\n\n\rb\nc", offset) == line


@pytest.mark.parametrize(
    ("offset", "said"),
    [
        (0, "the stream began again"),
        (99, "one byte too early"),
        (101, "one byte is missing"),
        (90, "10 bytes too early"),
    ],
)
def test_difference_names_the_offset_that_came(offset: int, said: str) -> None:
    """Bytes of another offset are recognised and the distance is told."""
    data = content.coded(1000)

    assert said in content.difference(data, 100, data[offset : offset + 8])


def test_difference_says_where_it_begins() -> None:
    """Bytes that are right at first tell the offset from which they are wrong."""
    data = content.coded(1000)

    assert "from offset 104 on" in content.difference(data, 100, data[100:104] + data[200:210])


def test_content_has_a_limit() -> None:
    """A size that the kit does not have is refused with the size and the limit."""
    with pytest.raises(ValueError, match="expected 0 to"):
        content.coded(content.LIMIT + 1)

"""What wrapping streams are given to read from, and the Python that makes it again."""

import io

import pytest

from streamtck.sources import SOURCE, source, with_foreign, with_members, with_source, with_stored

OPENING = """\
import gzip
stored = gzip.compress(content)
source = io.BytesIO(stored)
stream = gzip.GzipFile(fileobj=source)"""


def run(opening: str, content: bytes) -> dict[str, object]:
    """The names that an opening binds."""
    names: dict[str, object] = {"content": content, "io": io}
    exec(opening, names)
    return names


def test_a_source_gives_little_at_a_time() -> None:
    """Every form of reading gives `most` bytes at the most, and all of them in the end."""
    little = source(b"0123456789", 3)
    assert [little.read(5), little.read(2), little.read(5)] == [b"012", b"34", b"567"]
    little.seek(1)
    assert (little.tell(), little.read(), little.read(1)) == (1, b"123456789", b"")


def test_a_source_fails_where_it_is_told_to() -> None:
    """Reads from the given place on raise OSError."""
    failing = source(b"0123456789", 4, fails_at=4)
    assert failing.read(4) == b"0123"
    with pytest.raises(OSError, match="the source fails"):
        failing.read(1)


def test_stored_bytes_are_changed_in_an_opening() -> None:
    """The stream of a changed opening reads the changed bytes."""
    names = run(with_stored(OPENING, "stored[:-1]"), b"abc")
    with pytest.raises(EOFError):
        names["stream"].read()  # type: ignore[attr-defined]


def test_members_are_joined_in_an_opening() -> None:
    """The stream reads the encodings of the content's parts, also of an empty one."""
    names = run(with_members(OPENING, (1, 1)), b"abc")
    assert names["stored"].count(b"\x1f\x8b") == 3  # type: ignore[attr-defined]
    assert names["stream"].read() == b"abc"  # type: ignore[attr-defined]


def test_a_source_is_put_into_an_opening() -> None:
    """The stream reads from the source; an opening through an adapter opens on it as well."""
    names = run(with_source(OPENING, "Source(stored, 7)", ""), b"abc")
    assert names["stream"].read() == b"abc"  # type: ignore[attr-defined]
    assert type(names["source"]).__name__ == "Source"

    ours = with_source("ref = adapter.place(stored)\nstream = adapter.open(ref, 'hadoop')", "None", "hadoop")
    assert ours.splitlines()[-1] == "stream = adapter.open_on(source, 'hadoop')"
    assert SOURCE.splitlines()[0] in ours


def test_foreign_bytes_are_put_into_an_opening() -> None:
    """They take the place of none."""
    opening = 'before = after = b""\nstored = before + content + after'
    assert run(with_foreign(opening, "b'<'", "b'>'"), b"abc")["stored"] == b"<abc>"

"""Windows: what was written outside them is found, whatever kind they are."""

import pytest

from streamtck.guards import GUARD, KINDS, OTHER_KINDS, Window


@pytest.mark.parametrize("kind", KINDS + OTHER_KINDS)
def test_an_untouched_window_has_nothing_stray(kind: str) -> None:
    """A window into which nothing was read holds guard bytes only."""
    window = Window(64, kind)

    assert window.content() == bytes([GUARD]) * 64
    assert window.stray(0) == ""


@pytest.mark.parametrize("kind", KINDS + OTHER_KINDS)
def test_what_is_read_is_not_stray(kind: str) -> None:
    """Bytes within the count are what was read, those behind it are stray."""
    window = Window(64, kind)
    memoryview(window.argument).cast("B")[:10] = b"0123456789"

    assert window.content()[:10] == b"0123456789"
    assert window.stray(10) == ""
    assert "index 8" in window.stray(8)


@pytest.mark.parametrize(("place", "said"), [(0, "before the window"), (-1, "after the window")])
def test_writing_around_the_window_is_stray(place: int, said: str) -> None:
    """Bytes before and after a window in a larger memory are guarded."""
    window = Window(16)
    window.argument.obj[place] = 0

    assert said in window.stray(16)


def test_a_bytearray_that_changed_its_length_is_stray() -> None:
    """A stream that assigns to the whole bytearray is found by its length."""
    window = Window(16, "bytearray")
    window.argument[:] = b"abc"

    assert window.stray(3) == "the buffer had 16 bytes and now has 3"


@pytest.mark.parametrize("kind", KINDS + OTHER_KINDS)
def test_lines_make_the_same_buffer(kind: str) -> None:
    """The lines of a reproducer make a buffer of the same kind with the same bytes."""
    window = Window(64, kind)
    names: dict[str, object] = {}
    exec("\n".join(window.lines), names)

    assert type(names["buffer"]) is type(window.argument)
    assert bytes(names["buffer"]) == window.content()  # type: ignore[call-overload]

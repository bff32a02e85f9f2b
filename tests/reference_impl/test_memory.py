"""The content of the stream over memory; what it does with it is tested with the Hadoop surface."""

from __future__ import annotations

from typing import Any

import pytest

from streamtck.reference_impl import MemoryStream

CONTENT = bytes(range(200, 216))


def test_content_is_a_copy() -> None:
    """What happens to the caller's object later does not reach the stream."""
    source = bytearray(CONTENT)
    stream = MemoryStream(source)
    source.clear()
    assert stream.available() == len(CONTENT)


@pytest.mark.parametrize("content", [5, "text", None, [1, 2]])
def test_content_has_to_be_bytes_like(content: Any) -> None:
    """Content that is no bytes-like object raises TypeError."""
    with pytest.raises(TypeError):
        MemoryStream(content)

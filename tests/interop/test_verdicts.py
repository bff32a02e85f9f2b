"""The kit on python-lz4's own `lz4.stream`: it fails exactly where that is really wrong."""

import pytest

from streamtck.adapters import resolve
from tests.judging import judge, noteworthy

pytest.importorskip("lz4.stream", reason="lz4.stream is not built; `nox -s interop` builds it")

EMPTY_CHUNKS, RETRY, DICTIONARY = "LZ-1a", "LZ-8b", "LZ-11b"
WRONG = {
    "lz4.stream": {EMPTY_CHUNKS, RETRY, DICTIONARY},
    "lz4.stream-to-lz4-double-buffer": {EMPTY_CHUNKS, DICTIONARY},
    "lz4-double-buffer-to-lz4.stream": {RETRY, DICTIONARY},
}
"""Our compressor makes sound empty chunks; what a failed call overwrites shows in recorded streams, too."""


@pytest.mark.parametrize("budget", ["quick", "standard", "thorough"])
@pytest.mark.parametrize("name", WRONG)
def test_it_fails_where_it_is_wrong(name: str, budget: str) -> None:
    """Each defect is a `fail` with a reproducer that shows it, and nothing else is said."""
    results = judge(resolve(name), budget)

    assert noteworthy(results) == dict.fromkeys(WRONG[name], "fail")
    for id in WRONG[name]:
        reproducer = results[id].reproducer or ""
        assert "from lz4.stream import" in reproducer
        assert not reproducer.startswith("#"), reproducer

"""The project's own tests."""

from paged import open_paged


def test_reads_across_pages() -> None:
    """What is read is what was stored."""
    assert open_paged(b"0123456789", size=4).read() == b"0123456789"

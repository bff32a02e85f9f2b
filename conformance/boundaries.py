"""Where a stream's own pages and buffers end, found by looking where its reads stop short."""

from streamtck.cases import PAGES
from streamtck.content import coded
from streamtck.probe import EmptyRefused, OpenFailed, Probe
from streamtck.watch import Gone

CONTENT = 1 << 20
"""Bytes of content that the reads could give whole."""

LEAST = 16
"""Shorter reads say nothing about pages."""

MOST = 1 << 19


def boundaries_of(probe: Probe) -> tuple[int, ...]:
    """The sizes, in bytes, of first reads that stop short twice at one place; not the usual pages."""
    found = set()
    if probe.scale.sparing:
        return ()
    for form in probe.native("read_bytes", "readinto", "read1", "peek"):
        first, second = (_first_read(probe, form) for _ in range(2))
        if first == second and LEAST <= first <= MOST:
            found.add(first)
    return tuple(sorted(found - set(PAGES)))


def _first_read(probe: Probe, form: str) -> int:
    """How many bytes the first read of a new stream gives, 0 where it does not come to that."""
    try:
        stream = probe.open(coded(CONTENT))
        if form == "peek":
            read = stream.bytes_of(stream.call(form, CONTENT), CONTENT)
        else:
            read = stream.read(form, CONTENT)
        return len(read.data or b"")
    except (OpenFailed, EmptyRefused, Gone):
        return 0
    finally:
        probe.release()

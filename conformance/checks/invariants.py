"""FS: what reading leaves alone."""

from dataclasses import replace

from streamtck.cases import Case, fixed
from streamtck.content import coded, difference
from streamtck.outcomes import describe_error
from streamtck.probe import Probe
from streamtck.registry import check
from streamtck.stream import POSITIONED, Stream, Vacuous
from streamtck.violation import Violation

USES = ("close", "read", "read to the end", "seek", "seek_to_new_source", "read at positions")
FILES = fixed(Case(size=size, kind=kind) for kind in USES for size in (0, 2, 300, 8193, 65537))


def _use(stream: Stream, probe: Probe, how: str) -> None:
    """One way to use a stream, then close it; what comes back does not matter here."""
    size = len(stream.content)
    for form in probe.native("read_byte", "read_bytes", "readinto", "read1") if how == "read" else ():
        stream.read(form, 7)
    for operation in probe.native("read_all", "readline", "position") if how == "read to the end" else ():
        stream.call(operation)
    for position in (size // 2, size, size + 10, -1, 0) if how == "seek" and probe.has("seek") else ():
        stream.seek(position)
        stream.read(stream.bulk_form, 100)
    if how == "seek_to_new_source" and probe.has(how):
        stream.call(how, 0)
    for form in probe.native(*POSITIONED) if how == "read at positions" else ():
        for position in (size // 2, size, size + 10, -1):
            stream.positioned(form, position, 7)
    stream.close()


@check("FS-1a", cases=FILES)
def leaves_the_content_as_it_was(probe: Probe, case: Case) -> Violation | None:
    # The file is looked at by a second way in, after each way to use a stream and after close().
    content = coded(case.size)
    handle = probe.store(content)
    stream = probe.open_again(handle)
    _use(stream, probe, case.kind)
    wanted = probe.adapter.stored_form(content)
    try:
        found = probe.adapter.read_back(handle.ref)
    except OSError as error:
        gone = f"and reading it back raises {describe_error(error)}"
        return replace(_changed(probe, stream, gone), shows=type(error).__name__)
    if found is None:
        raise Vacuous("the adapter has no second way in to look at the stored content")
    if found == wanted:
        return None
    if len(found) != len(wanted):
        return _changed(probe, stream, f"left {len(found)} bytes where {len(wanted)} were stored")
    return _changed(probe, stream, f"changed stored bytes: {difference(wanted, 0, found)}")


def _changed(probe: Probe, stream: Stream, how: str) -> Violation:
    call = "reading, seeking and closing"
    wanted = f"the stored content as it was, {len(stream.content)} plain bytes"
    return stream.blame_all(call, how, wanted, probe.adapter.look())


@check("FS-1b", cases=fixed([Case(size=300)]))
def may_change_metadata(probe: Probe, case: Case) -> Violation | None:
    handle = probe.store(coded(case.size), anew=True)
    before = probe.adapter.metadata(handle.ref)
    if before is None:
        probe.observe("metadata", "none that the kit can see")
        return None
    _use(probe.open_again(handle), probe, "read")
    try:
        after = probe.adapter.metadata(handle.ref)
    except OSError as error:
        probe.observe("metadata after reading", describe_error(error))
        return None
    probe.observe("metadata after reading", "unchanged" if after == before else "changed")
    return None

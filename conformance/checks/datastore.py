"""DS: data-store streams: read into a buffer, seek, size, zero copy, and errors of their own."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from streamtck import expect
from streamtck.cases import (
    EVERY_SIZE,
    LARGE,
    LARGE_END,
    ONCE,
    REACHED,
    SOME_SIZES,
    WINDOWS,
    Case,
    Cases,
    Scale,
    fixed,
)
from streamtck.checks.inputstream import unread_and_read
from streamtck.checks.python_file import enters_as_itself, leaves_when_closed, left
from streamtck.checks.wrapping import CUTS, DAMAGES, IN_TURN, Spoiling, cut, damage, disturbed, read_spoilt
from streamtck.content import coded, difference, shown
from streamtck.guards import GUARD, KINDS, OTHER_KINDS, Window
from streamtck.outcomes import Outcome, as_bytes, as_count
from streamtck.probe import OpenFailed, Probe
from streamtck.registry import check
from streamtck.sources import source, with_source
from streamtck.sparse import LARGE_KIND
from streamtck.stream import LOOK_LIMIT, NotOffered, Stream, Vacuous
from streamtck.violation import Violation

BUFFERS = fixed(Case(size=n, length=k) for n in (300, 8193) for k in (8, 64, 4096))


# DS-1: read(buf)


def _put(stream: Stream, window: Window) -> int:
    """How many of the next bytes lie in the window, whatever the stream counted."""
    left = stream.content[stream.offset : stream.offset + window.length]
    found = window.content()
    return next((n for n, (a, b) in enumerate(zip(found, left, strict=False)) if a != b), len(left))


def _fill(stream: Stream, window: Window) -> tuple[Outcome, int]:
    """One read into a window: its outcome, and how many of the next bytes it put there."""
    outcome = stream.call("readinto", window.argument, shown=("buffer",), lines=window.lines)
    return outcome, _put(stream, window)


def _wrong_bytes(stream: Stream, window: Window, outcome: Outcome, put: int) -> Violation | None:
    """What is wrong with the bytes of a read that stands before the end; its count is not looked at."""
    offset = stream.offset
    left = min(window.length, len(stream.content) - offset)
    wanted = f"1 to {left} bytes from offset {offset} on, put into the buffer"
    if not outcome.returned:
        return stream.blame(outcome, outcome.said, wanted, "True")
    found = window.content()
    counted = min(as_count(outcome.value) or 0, left)
    if put and (put >= counted or set(found[put:counted]) == {GUARD}):
        return None
    got = f"{outcome.said}, and put nothing there"
    if set(found[:left]) != {GUARD}:
        got = f"{outcome.said} with {shown(found[: counted or left])}"
        got += f" ({difference(stream.content, offset, found[: counted or left])})"
    least = max(1, counted)
    holds = f"bytes(buffer)[:{least}] == content[{offset}:{offset + least}]"
    return stream.blame(outcome, got, wanted, holds)


@check("DS-1a", "readinto", cases=WINDOWS)
def fills_a_buffer_with_the_next_bytes(probe: Probe, case: Case) -> Violation | None:
    # Where the count is wrong (DS-1b), the next bytes may be those after the count or after what was put.
    if case.size >= case.length:
        for kind in OTHER_KINDS if case.length % 8 == 0 and case.length < 9000 else ():
            violation = _first_fill(probe, case, kind)
            if violation:
                return violation
    stream = probe.open_case(case)
    for number in range(min(LOOK_LIMIT, case.size // case.length + 2)):
        if stream.offset >= case.size:
            break
        window = Window(case.length, KINDS[number % len(KINDS)])
        outcome, put = _fill(stream, window)
        counted = as_count(outcome.value)
        violation = _wrong_bytes(stream, window, outcome, put)
        if violation or counted != put:
            return violation
        stream.offset += put
    return None


def _first_fill(probe: Probe, case: Case, kind: str) -> Violation | None:
    stream = probe.open_case(Case(size=case.size))
    window = Window(case.length, kind)
    return _wrong_bytes(stream, window, *_fill(stream, window))


@check("DS-1b", "readinto", cases=BUFFERS)
def counts_the_bytes_that_it_read(probe: Probe, case: Case) -> Violation | None:
    # What is read next shows how far the stream really went; at the end nothing is left to count.
    for kind in (*KINDS, *OTHER_KINDS):
        stream = probe.open_case(case)
        violation = _counted(stream, Window(case.length, kind))
        if violation:
            return violation
    for walk in (7, case.length):
        violation = _counts_to_the_end(probe.open_case(case), walk)
        if violation:
            return violation
    return None


def _counted(stream: Stream, window: Window) -> Violation | None:
    outcome, put = _fill(stream, window)
    count = as_count(outcome.value)
    left = min(window.length, len(stream.content))
    if count is None or not 1 <= count <= left or set(window.content()[put:count]) == {GUARD}:
        wanted = f"1 to {left}, the number of bytes that it put into the buffer"
        holds = f"type(got) is int and 1 <= got <= {left} and bytes(buffer)[:got] == content[:got]"
        return stream.blame(outcome, f"{outcome.said} and put {put} bytes there", wanted, holds)
    stream.offset = count
    if count >= len(stream.content):
        return None
    after = Window(8)
    outcome, found = _fill(stream, after)
    if found:
        return None
    stream.offset = put
    if put == count or not _put(stream, after):
        return None
    got = f"went on with the bytes of offset {put}"
    wanted = f"those of offset {count}, as the read before it counted {count}"
    return stream.blame(outcome, got, wanted, f"bytes(buffer)[:1] == content[{count}:{count + 1}]")


def _counts_to_the_end(stream: Stream, step: int) -> Violation | None:
    for _ in range(LOOK_LIMIT):
        left = len(stream.content) - stream.offset
        outcome, put = _fill(stream, Window(step))
        count = as_count(outcome.value)
        if left == 0:
            return expect.the_count(stream, outcome, 0, ", the end")
        if count is None or not 1 <= count <= min(step, left):
            wanted = f"1 to {min(step, left)}, the bytes that it put into the buffer"
            return stream.blame(outcome, outcome.said, wanted, f"1 <= got <= {min(step, left)}")
        stream.offset += min(count, put)
    return None


@check("DS-1c", "readinto", cases=WINDOWS)
def touches_nothing_beyond_its_count(probe: Probe, case: Case) -> Violation | None:
    stream = probe.open_case(case)
    for number in range(min(LOOK_LIMIT, case.size // case.length + 2)):
        window = Window(case.length, KINDS[number % len(KINDS)])
        read = stream.read_into(window)
        stray = window.stray(len(read.data or b""))
        if stray:
            return stream.blame(read.outcome, stray, "nothing beyond the bytes counted", window.intact())
        if read.data is None:
            return None
    return None


@check("DS-1d", "readinto", cases=fixed(Case(size=size) for size in (1, 300, 8193)))
def refuses_an_unfit_buffer(probe: Probe, case: Case) -> Violation | None:
    # Read-only buffers, and one whose bytes do not lie in a row.
    for text in UNFIT:
        memory = bytearray([GUARD]) * 20
        stream = probe.open_case(case)
        buffer = UNFIT[text](memory)
        lines = (f"memory = bytearray([{GUARD}]) * 20", f"buffer = {text}")
        outcome = stream.call("readinto", buffer, shown=("buffer",), lines=lines)
        if bytes(buffer) != bytes([GUARD]) * len(bytes(buffer)) or set(memory) != {GUARD}:
            holds = f"set(bytes(buffer)) == {{{GUARD}}}" if outcome.returned else "False"
            return stream.blame(outcome, f"{outcome.said}, and wrote into it", "it left alone", holds)
        violation = expect.an_error(stream, outcome, (TypeError, BufferError))
        if violation:
            return violation
    return None


UNFIT: dict[str, Callable[[bytearray], bytes | memoryview]] = {
    "bytes(memory)": bytes,
    "memoryview(bytes(memory))": lambda memory: memoryview(bytes(memory)),
    "memoryview(memory).toreadonly()": lambda memory: memoryview(memory).toreadonly(),
    "memoryview(memory)[::2]": lambda memory: memoryview(memory)[::2],
}


# DS-2, DS-5, DS-6: what only seekable streams have


def _says_seekable(probe: Probe, case: Case) -> Stream:
    stream = probe.open_case(case)
    if not stream.call("seekable").value:
        raise Vacuous("the stream is not seekable")
    return stream


def _says_not_seekable(probe: Probe, case: Case) -> Stream:
    stream = probe.open_case(case)
    outcome = stream.call("seekable")
    if not outcome.returned or outcome.value:
        raise Vacuous("the stream is seekable")
    return stream


@check("DS-2a", "seek", "readinto", cases=REACHED, large=LARGE)
def reads_on_from_the_position_sought(probe: Probe, case: Case) -> Violation | None:
    stream = probe.open_case(case)
    if case.before == case.size:
        stream.read_into(Window(8))
    violation = expect.no_error(stream, stream.seek(case.position), f"position {case.position}")
    return violation or expect.goes_on(stream, case.position, max(case.length, 5000))


@check("DS-2b", "seekable")
def refuses_to_seek_where_not_seekable(probe: Probe, case: Case) -> Violation | None:
    stream = _says_not_seekable(probe, case)
    if stream.lacks("seek"):
        raise Vacuous("there is no seek")
    return _not_supported(stream, stream.call("seek", 0))


def _not_supported(stream: Stream, outcome: Outcome) -> Violation | None:
    if stream.surface.named(outcome.error, "NotSupportedError"):
        return None
    if outcome.returned:
        return stream.blame_silence(outcome, "NotSupportedError raised")
    return stream.blame(outcome, outcome.said, "NotSupportedError raised", "False")


@check("DS-5a", "size", "seekable", cases=EVERY_SIZE, large=LARGE_END)
def tells_the_length_as_its_size(probe: Probe, case: Case) -> Violation | None:
    # At open, on the way and at the end: size does not depend on the position.
    stream = _says_seekable(probe, case)
    for before in (0,) if case.kind == LARGE_KIND else sorted({0, case.size // 2, case.size}):
        stream.advance(before)
        outcome = stream.call("size")
        violation = expect.the_count(stream, outcome, case.size, ", the length of the content")
        if violation:
            return violation
    return None


@check("DS-5b", "seekable")
def refuses_its_size_where_not_seekable(probe: Probe, case: Case) -> Violation | None:
    stream = _says_not_seekable(probe, case)
    return _not_supported(stream, stream.call("size"))


def _a_bool(probe: Probe, case: Case, operation: str) -> Violation | None:
    for before in (0, case.size):
        stream = probe.open(coded(case.size), before)
        outcome = stream.call(operation)
        if not isinstance(outcome.value, bool):
            return stream.blame(outcome, outcome.said, "True or False", "isinstance(got, bool)")
    return None


@check("DS-6a", "seekable", cases=SOME_SIZES)
def says_by_a_bool_whether_it_seeks(probe: Probe, case: Case) -> Violation | None:
    return _a_bool(probe, case, "seekable")


@check("DS-6b", "seekable")
def says_truly_whether_it_seeks(probe: Probe, case: Case) -> Violation | None:
    # Fresh, on the way, and once it has reported the end.
    for before, beyond in ((0, 0), (10, 0), (case.size, 8)):
        stream = probe.open(coded(case.size), before)
        if beyond:
            stream.read_into(Window(beyond))
        says = stream.call("seekable")
        if not says.value and _seeks_both_ways(probe.open_case(case)):
            return stream.blame(says, says.said, "True, as seek() works, forward and backward", "got")
        for position in (20, 0) if says.value else ():
            outcome = stream.call("seek", position)
            if not outcome.returned:
                return stream.blame(outcome, outcome.said, "success, as seekable is true", "True")
    return None


def _seeks_both_ways(stream: Stream) -> bool:
    return all(stream.seek(to).returned and not expect.goes_on(stream, to) for to in (20, 0, 10))


# DS-3, DS-4, DS-8: closing


@check("DS-3a", "close", cases=SOME_SIZES)
def closes_without_an_error(probe: Probe, case: Case) -> Violation | None:
    for stream in unread_and_read(probe, case.size):
        violation = expect.no_error(stream, stream.close())
        if violation:
            return violation
    return None


@check("DS-3b", "close", cases=SOME_SIZES)
def closes_twice_without_harm(probe: Probe, case: Case) -> Violation | None:
    for stream in unread_and_read(probe, case.size):
        if not stream.close().returned:
            raise Vacuous("the first close() raises")
        violation = expect.no_error(stream, stream.close())
        if violation:
            return violation
    return None


@check("DS-4a", "enter", "exit")
def enters_the_context_as_itself(probe: Probe, case: Case) -> Violation | None:
    return enters_as_itself(probe, case)


@check("DS-4b", "enter", "exit", "closed|readinto")
def closes_on_leaving_and_lets_errors_through(probe: Probe, case: Case) -> Violation | None:
    for error in (None, ValueError("in the body")):
        stream, outcome = left(probe, case, error)
        if not outcome.returned or (error and outcome.value):
            wanted = "a false value, so that the exception of the body goes on"
            return stream.blame(outcome, outcome.said, wanted, "not got")
        if not probe.has("closed"):
            return expect.an_error(stream, stream.read_into(Window(8)).outcome)
        outcome = stream.call("closed")
        if not outcome.returned or not outcome.value:
            return stream.blame(outcome, outcome.said, "True after the with block", "got")
    return leaves_when_closed(probe, case)


@check("DS-8a", "closed", cases=SOME_SIZES)
def says_by_a_bool_whether_it_is_closed(probe: Probe, case: Case) -> Violation | None:
    violation = _a_bool(probe, case, "closed")
    if violation:
        return violation
    stream = probe.open_case(case)
    stream.close()
    outcome = stream.call("closed")
    if isinstance(outcome.value, bool):
        return None
    return stream.blame(outcome, outcome.said, "True or False", "isinstance(got, bool)")


@check("DS-8b", "closed", "close", cases=SOME_SIZES)
def says_truly_whether_it_is_closed(probe: Probe, case: Case) -> Violation | None:
    for before in sorted({0, case.size}):
        stream = probe.open(coded(case.size), before)
        if before == case.size:
            stream.read_into(Window(8))
        outcome = stream.call("closed")
        if not outcome.returned or outcome.value:
            return stream.blame(outcome, outcome.said, "False while open", "not got")
        stream.close()
        outcome = stream.call("closed")
        if not outcome.returned or not outcome.value:
            return stream.blame(outcome, outcome.said, "True after close()", "got")
    return None


# DS-7: zero copy


@check("DS-7a", "supports_zero_copy", cases=SOME_SIZES)
def says_by_a_bool_whether_it_shares_memory(probe: Probe, case: Case) -> Violation | None:
    return _a_bool(probe, case, "supports_zero_copy")


@check("DS-7b", "supports_zero_copy", cases=fixed(Case(size=300, length=n) for n in (1, 64, 300, 400)))
def shares_its_memory_read_only(probe: Probe, case: Case) -> Violation | None:
    # A copy is another bytes object each time. What other objects export cannot be told apart, and passes.
    stream = probe.open_case(case)
    if not stream.call("supports_zero_copy").value:
        raise Vacuous("supports_zero_copy is false")
    wanted = f"a read-only memoryview of 1 to {case.length} bytes of the store"
    first = stream.call("read_view", case.length)
    if not isinstance(first.value, memoryview) or not first.value.readonly:
        return stream.blame(first, first.said, wanted, "isinstance(got, memoryview) and got.readonly")
    data = as_bytes(first.value) or b""
    if not data or data != coded(case.size)[: min(len(data), case.length)]:
        return stream.blame(first, f"gave {shown(data)}", wanted, f"0 < len(got) <= {case.length}")
    if not stream.seek(0).returned:
        raise NotOffered("a stream that does not seek cannot be asked for the same bytes twice")
    second = stream.call("read_view", case.length)
    copies = isinstance(second.value, memoryview) and isinstance(second.value.obj, bytes | bytearray)
    if not copies or second.value.obj is first.value.obj:
        return None
    got = "gave a view of other memory than the same read before: a copy"
    lines = (f"first = {first.call}", "stream.seek(0)")
    again = probe.open_case(case)
    third = again.call("read_view", case.length, lines=lines)
    return again.blame(third, got, wanted, "got.obj is first.obj")


# DS-9: errors


def _failures(probe: Probe) -> list[tuple[Stream, Outcome]]:
    """Reads that must fail: from a closed stream, and where the kit can, from a source that fails."""
    found = []
    for before in (0, 150):
        closed = probe.open(coded(300), before)
        closed.close()
        found.append((closed, closed.read_into(Window(8)).outcome))
        if not found[-1][1].refused:
            return found
    if probe.adapter.sources:
        found += _failing_source(probe)
    return found


def _failing_source(probe: Probe) -> list[tuple[Stream, Outcome]]:
    content = coded(65537)
    stored = probe.adapter.encode(content)
    middle = len(stored) // 2
    opening = with_source(probe.snippet(), f"Source(stored, 1000, {middle})", probe.surface.name)
    try:
        stream = probe.open_on(content, source(stored, 1000, middle), opening)
    except (OpenFailed, NotOffered):
        return []
    for _ in range(LOOK_LIMIT):
        read = stream.read_into(Window(4096))
        if not read.data and stream.surface.named(read.outcome.error, "StreamError"):
            # Its source fails still, so it must not seem to have come to its end.
            read = stream.read_into(Window(4096))
        if not read.data:
            return [(stream, read.outcome)]
    return []


@check("DS-9a", "readinto", "close", cases=ONCE)
def raises_stream_error_where_it_cannot_read(probe: Probe, case: Case) -> Violation | None:
    for stream, outcome in _failures(probe):
        if stream.surface.named(outcome.error, "StreamError"):
            continue
        if outcome.returned:
            return stream.blame_silence(outcome, "StreamError raised")
        return stream.blame(outcome, outcome.said, "StreamError raised", "False")
    return None


@check("DS-9b", "readinto", "close", cases=ONCE)
def derives_stream_error_from_runtime_error(probe: Probe, case: Case) -> Violation | None:
    stream, outcome = _failures(probe)[0]
    kind = stream.surface.named(outcome.error, "StreamError")
    if kind is None:
        raise Vacuous("no StreamError comes up")
    if issubclass(kind, RuntimeError):
        return None
    bases = ", ".join(base.__name__ for base in kind.__bases__)
    return stream.blame(outcome, f"raised a StreamError that is a {bases}", "a RuntimeError", "False")


# DS-10: damage


def _spoilt(scale: Scale) -> Iterator[Case]:
    yield from CUTS.edges(scale)
    yield from (replace(case, steps=(("damage", case.before),)) for case in DAMAGES.edges(scale))


SPOILT = Cases(_spoilt)


def _spoilt_reads(probe: Probe, case: Case) -> Iterator[Spoiling]:
    if not probe.adapter.wraps:
        raise NotOffered("the subject wraps no encoded source")
    return read_spoilt(
        probe, damage(probe, case) if case.steps[:1] == (("damage", case.before),) else cut(probe, case)
    )


@check("DS-10a", "readinto", cases=SPOILT)
def raises_inflate_error_for_damage(probe: Probe, case: Case) -> Violation | None:
    for each in _spoilt_reads(probe, case):
        if each.error is None:
            violation = each.silence()
        elif probe.surface.named(each.error, "InflateError"):
            continue
        else:
            violation = each.blame("InflateError raised")
        if violation:
            return violation
    return None


@check("DS-10b", "readinto", cases=SPOILT)
def derives_inflate_error_from_stream_error(probe: Probe, case: Case) -> Violation | None:
    for each in _spoilt_reads(probe, case):
        if probe.surface.named(each.error, "InflateError") and not probe.surface.named(
            each.error, "StreamError"
        ):
            return each.blame("an InflateError that is a StreamError")
    return None


# DS-12: several streams


@check("DS-12a", "readinto", cases=IN_TURN)
def opens_independent_streams(probe: Probe, case: Case) -> Violation | None:
    return disturbed(probe, case)

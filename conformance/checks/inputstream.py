"""IS: the input stream. "Served" means the position: what lies before it has been given out."""

from collections.abc import Iterator
from dataclasses import replace

from streamtck import expect
from streamtck.cases import (
    EVERY_SIZE,
    INSIDE,
    SIZES,
    SOME_SIZES,
    WINDOWS,
    Case,
    Cases,
    Scale,
    fixed,
)
from streamtck.content import KINDS as KINDS_OF_CONTENT
from streamtck.content import coded, shown
from streamtck.guards import KINDS, Window
from streamtck.outcomes import Read, as_count
from streamtck.probe import Probe
from streamtck.registry import check
from streamtck.sequences import SEQUENCES, play
from streamtck.stream import LOOK_LIMIT, NotOffered, Stream, Unreachable, Vacuous
from streamtck.violation import Violation

ARGUMENT_ERRORS = (ValueError, IndexError, OverflowError, TypeError)
BYTEWISE = 131073
"""Bytes that are read one by one at the most, but for the largest budget."""
BASIC = "read_byte"
"""The form by which the most basic checks get to where they begin."""

READ_FORMS = ("read_byte", "read_bytes", "readinto", "read_window")

STIRS = ("peek", "readline", "next", "read1")
"""Calls that may fill a buffer of their own, which every other form must know of."""


def stirs(probe: Probe) -> list[str]:
    """Those of STIRS that are looked at: none where opening a stream is dear."""
    return [] if probe.scale.sparing else probe.native(*STIRS)


def stirred(probe: Probe, case: Case, how: str) -> Stream | None:
    """The case's stream after one more call of STIRS; None where that or a plain read after it goes wrong."""
    other = probe.open_case(case)
    # As much as can be: in contents that repeat themselves only the number of bytes tells places apart.
    if not _stir(other, how) or expect.goes_on(other, other.offset, max(case.size, 16)):
        return None
    stream = probe.open_case(case)
    return stream if _stir(stream, how) else None


def _stir(stream: Stream, how: str) -> bool:
    before = stream.offset
    if how == "peek":
        return stream.call("peek", 1).returned
    read = stream.read(how, 3) if how == "read1" else stream.line(how)
    return bool(read.data) and read.data == stream.content[before : stream.offset]


@check("IS-0a", "close", cases=SOME_SIZES)
def closes_twice_without_harm(probe: Probe, case: Case) -> Violation | None:
    for stream in unread_and_read(probe, case.size):
        violation = expect.no_error(stream, stream.close()) or expect.no_error(stream, stream.close())
        if violation:
            return violation
    return None


def unread_and_read(probe: Probe, size: int) -> Iterator[Stream]:
    """A fresh stream, one that was read to its end, and one that has reported the end.

    Where opening is dear, only the last of them.
    """
    ways = ((0, 0), *(((size, 0), (size, 1)) if size else ((0, 1),)))
    for before, beyond in probe.few(ways, at=-1):
        stream = probe.open(coded(size), before)
        if beyond:
            stream.read(stream.bulk_form, beyond)
        yield stream


@check(
    "IS-0b",
    "read_byte",
    cases=fixed([Case(size=1), Case(size=2), Case(size=300), Case(size=2048)]),
)
def gives_bytes_between_0_and_255(probe: Probe, case: Case) -> Violation | None:
    # Only the kind of answer counts here; which byte it is, IS-2a decides.
    stream = probe.open_case(case)
    for _ in range(case.size + 1):
        read = stream.read_byte()
        if read.fault and read.outcome.returned:
            wanted = "-1 or 0 to 255" if stream.surface.byte_is_int else "one byte, or b'' at the end"
            holds = (
                "-1 <= got <= 255"
                if stream.surface.byte_is_int
                else "isinstance(got, bytes) and len(got) <= 1"
            )
            return stream.blame(read.outcome, read.got, wanted, holds)
        if not read.outcome.returned:
            return None
    return None


@check("IS-0c", "read_byte", "read_bytes|readinto", cases=SEQUENCES)
def shares_one_cursor_among_all_forms(probe: Probe, case: Case) -> Violation | None:
    return play(probe, case)


@check("IS-0d", "readinto", "read_window", cases=INSIDE)
def reads_a_whole_buffer_like_its_full_window(probe: Probe, case: Case) -> Violation | None:
    # Short reads may end at different places, so both are compared with the content, not with each other.
    length = max(case.length, 10)
    whole, window = probe.open(coded(case.size), case.position), probe.open(coded(case.size), case.position)
    first, second = whole.read_into(Window(length)), window.read_window(Window(length), 0, length)
    return expect.next_bytes(whole, first, case.position, length) or expect.next_bytes(
        window, second, case.position, length
    )


@check("IS-0e", "skip", "read_byte", cases=INSIDE)
def skips_as_far_as_it_says(probe: Probe, case: Case) -> Violation | None:
    stream = probe.open(coded(case.size), case.position)
    left = case.size - case.position
    for count in (max(case.length, 1), left + 5, 0, -1):
        outcome = stream.call("skip", count)
        moved = as_count(outcome.value)
        most = max(0, min(count, case.size - stream.offset))
        if not outcome.returned or moved is None or not 0 <= moved <= most:
            return stream.blame(
                outcome, outcome.said, f"0 to {most}, the bytes skipped", f"0 <= got <= {most}"
            )
        stream.offset += moved
        violation = expect.the_position(stream, stream.offset, f", where skip({count}) said that it went")
        if violation:
            return violation
    return expect.goes_on(stream, stream.offset)


@check("IS-0f", "available", "read_byte", cases=INSIDE)
def never_overstates_what_is_available(probe: Probe, case: Case) -> Violation | None:
    for position in (case.position, case.size):
        stream = probe.open(coded(case.size), position)
        left = case.size - position
        outcome = stream.call("available")
        count = as_count(outcome.value)
        if not outcome.returned or count is None or not 0 <= count <= left:
            return stream.blame(outcome, outcome.said, f"0 to {left}, the bytes left", f"0 <= got <= {left}")
    return None


@check("IS-0g", "mark_supported", "mark", "reset", "read_byte", cases=INSIDE)
def comes_back_to_the_mark(probe: Probe, case: Case) -> Violation | None:
    stream = probe.open(coded(case.size), case.position)
    if not stream.call("mark_supported").value:
        raise NotOffered("mark_supported() is false")
    stream.call("mark", case.size + 1)
    stream.advance(min(case.size, case.position + max(case.length, 1)))
    violation = expect.no_error(stream, stream.call("reset"))
    if violation:
        return violation
    stream.offset = case.position
    return expect.the_position(stream, case.position, ", the mark") or expect.goes_on(stream, case.position)


@check("IS-1a", "read_byte|read_bytes|readinto", "close", cases=SOME_SIZES)
def refuses_to_read_after_close(probe: Probe, case: Case) -> Violation | None:
    # A stream that reads on after close() breaks a SHOULD; what it gives then is left open. Also one that
    # was read before, and has something left in a buffer.
    stream = None
    for form in probe.native(*READ_FORMS[:3]):
        for before in sorted({0, case.size // 2}):
            # Where opening is dear, one closed stream is asked everything.
            if stream is None or not probe.scale.sparing:
                stream = probe.open(coded(case.size), before)
                stream.close()
            violation = expect.an_error(stream, stream.read(form, 10).outcome)
            if violation:
                return replace(violation, causes=never_closed(stream))
    return None


def never_closed(stream: Stream) -> tuple[str, ...]:
    """What explains that a call went on after close(): that this close() did nothing at all."""
    return ("PY-16a",) if "closed" in stream.native and not stream.call("closed").value else ()


def _bytewise(scale: Scale) -> list[Case]:
    most = (1 << 20) if len(scale.large) > 8 else BYTEWISE
    sizes = sorted({*scale.filled, *scale.large})
    kinds = [Case(size=304, kind=kind) for kind in KINDS_OF_CONTENT if kind]
    plain = [Case(size=size) for size in sizes if size <= most]
    return [*plain[:4], *kinds, *plain[4:]]


@check("IS-2a", "read_byte", cases=Cases(_bytewise))
def gives_the_next_byte(probe: Probe, case: Case) -> Violation | None:
    # Byte by byte from the start, by the byte form alone. Contents of other kinds come after one that is
    # alike in its length alone, so that a stream which serves what it has kept is found.
    if case.kind:
        probe.open(coded(case.size)).read_singly(case.size)
    stream = probe.open_case(case)
    read = stream.read_singly(case.size)
    return expect.next_bytes(stream, read, stream.offset - len(read.data or b""), 1)


@check("IS-3a", "read_byte", cases=EVERY_SIZE)
def reports_the_end_again_and_again(probe: Probe, case: Case) -> Violation | None:
    # Reached byte by byte, or, where that would take too long, by a form that proves right on the way.
    stream = probe.open_case(case)
    try:
        stream.advance(case.size, "read_byte" if case.size <= BYTEWISE else "")
    except Unreachable:
        if case.size <= BYTEWISE:
            raise
        raise Vacuous("the end was not reached") from None
    for _ in range(3):
        violation = expect.the_end(stream, stream.read_byte())
        if violation:
            return violation
    return None


# IS-4: a window outside the buffer is an argument error, whatever the stream could give: also at the end of
# the file and with nothing asked for. off == len(buf) with length 0 is legal (IS-6a).

WINDOWED = fixed(Case(size=size, before=before) for size in (0, 1, 300) for before in {0, size})
BUFFER = 10
HUGE = 2**31 - 1


def _window_is_refused(
    probe: Probe,
    case: Case,
    arguments: tuple[tuple[int, int], ...],
    kinds: tuple[type[BaseException], ...] = (),
) -> Violation | None:
    for offset, length in arguments:
        stream = probe.open_case(case)
        read = stream.read_window(Window(BUFFER, "bytearray"), offset, length)
        violation = expect.an_error(stream, read.outcome, kinds)
        if violation:
            return violation
    return None


BEFORE_THE_BUFFER = ((-1, 1), (-1, 0), (-HUGE, 5), (-BUFFER, BUFFER))
BEHIND_THE_BUFFER = ((BUFFER + 1, 0), (BUFFER + 1, 1), (HUGE, 0))
TOO_LONG = ((0, BUFFER + 1), (BUFFER, 1), (5, BUFFER - 4), (5, HUGE), (1, 2**63 - 1))
NEGATIVE_LENGTH = ((0, -1), (5, -1), (BUFFER, -1), (0, -HUGE))


@check("IS-4a", "read_window", cases=WINDOWED)
def refuses_a_negative_offset(probe: Probe, case: Case) -> Violation | None:
    return _window_is_refused(probe, case, BEFORE_THE_BUFFER)


@check("IS-4b", "read_window", cases=WINDOWED)
def refuses_an_offset_behind_the_buffer(probe: Probe, case: Case) -> Violation | None:
    return _window_is_refused(probe, case, BEHIND_THE_BUFFER)


@check("IS-4c", "read_window", cases=WINDOWED)
def refuses_a_length_beyond_the_buffer(probe: Probe, case: Case) -> Violation | None:
    return _window_is_refused(probe, case, TOO_LONG)


@check("IS-4d", "read_window", cases=WINDOWED)
def refuses_a_negative_length(probe: Probe, case: Case) -> Violation | None:
    return _window_is_refused(probe, case, NEGATIVE_LENGTH)


@check("IS-4e", "read_window", cases=WINDOWED)
def refuses_them_with_an_argument_error(probe: Probe, case: Case) -> Violation | None:
    every = BEFORE_THE_BUFFER + BEHIND_THE_BUFFER + TOO_LONG + NEGATIVE_LENGTH
    return _window_is_refused(probe, case, every, ARGUMENT_ERRORS)


@check("IS-5a", "readinto|read_window", cases=WINDOWED)
def refuses_a_null_buffer(probe: Probe, case: Case) -> Violation | None:
    # Python's own error is TypeError; another class is told, not blamed, because the call did fail.
    calls: list[tuple[str, tuple[object, ...]]] = [(name, (None,)) for name in probe.native("readinto")]
    calls += [(name, (None, 0, length)) for name in probe.native("read_window") for length in (0, 1)]
    for operation, arguments in calls:
        stream = probe.open_case(case)
        outcome = stream.call(operation, *arguments)
        violation = expect.an_error(stream, outcome)
        if violation:
            return violation
        probe.observe(outcome.call, type(outcome.error).__name__)
    return None


ZERO = fixed(Case(size=size, before=at) for size in (0, 1, 300) for at in sorted({0, size // 2, size}))


@check("IS-6a", "readinto|read_window", cases=ZERO)
def reads_nothing_when_asked_for_nothing(probe: Probe, case: Case) -> Violation | None:
    for form, offset in [("readinto", 0), *(("read_window", place) for place in (0, 3, BUFFER))]:
        for kind in KINDS if probe.has(form) else ():
            stream = probe.open_case(case)
            window = Window(0 if form == "readinto" else BUFFER, kind)
            read = stream.read_into(window) if form == "readinto" else stream.read_window(window, offset, 0)
            violation = expect.the_count(stream, read.outcome, 0, ", as nothing was asked for")
            violation = violation or nothing_stray(stream, read, 0)
            violation = violation or expect.the_position(stream, case.before)
            violation = violation or expect.goes_on(stream, case.before)
            if violation:
                return violation
    return None


def nothing_stray(stream: Stream, read: Read, count: int) -> Violation | None:
    """Nothing besides `count` bytes of the window that `read` filled may be written; the read came last."""
    stray = read.window.stray(count, read.start) if read.window else ""
    if not stray or read.window is None:
        return None
    wanted = f"nothing written besides the {count} bytes read"
    return stream.blame(
        read.outcome, f"{read.outcome.said}, but {stray}", wanted, read.window.intact(read.start)
    )


@check("IS-7a", "readinto|read_window", cases=WINDOWS)
def fills_the_window_with_the_next_bytes(probe: Probe, case: Case) -> Violation | None:
    # Short reads are legal (IS-7b only warns), so every count from 1 up is taken and read on from there.
    for form in probe.native("readinto", "read_window"):
        stream = probe.open_case(case, "readinto" if probe.has("readinto") else BASIC)
        for number in range(min(LOOK_LIMIT, case.size // case.length + 2)):
            before = stream.offset
            if before >= case.size:
                break
            read = fill(stream, form, case.length, KINDS[number % 2])
            violation = expect.next_bytes(stream, read, before, case.length)
            if violation is None and probe.has("seek"):
                why = f", as {read.outcome.call} {read.outcome.said}"
                violation = expect.the_position(stream, stream.offset, why)
            if violation:
                return violation
    return None


def fill(stream: Stream, form: str, length: int, kind: str = "memoryview") -> Read:
    """A plain read of `length` bytes into a buffer, by the form without or with a window."""
    if form == "readinto":
        return stream.read_into(Window(length, kind))
    return stream.read_window(Window(length + 7, kind), 3, length)


@check("IS-7b", "readinto|read_window", cases=WINDOWS)
def fills_the_window_in_full(probe: Probe, case: Case) -> Violation | None:
    # The draft says MUST; the Java contract that it builds on allows short reads. So this is a SHOULD.
    stream = probe.open_case(case)
    before = stream.offset
    if before >= case.size:
        raise Vacuous("nothing is left to read")
    form = probe.native("readinto", "read_window")[0]
    read = fill(stream, form, case.length)
    full = min(case.length, case.size - before)
    if read.data is not None and len(read.data) == full:
        return None
    return stream.blame(
        read.outcome, read.got, f"{full}, all that was asked for and is left", f"got == {full}"
    )


@check("IS-7c", "readinto|read_window", cases=WINDOWS)
def touches_nothing_outside_the_window(probe: Probe, case: Case) -> Violation | None:
    # Guard bytes stand before and after the window, and behind what was read in it.
    for form in probe.native("readinto", "read_window"):
        for kind in KINDS:
            stream = probe.open_case(case)
            if stream.offset >= case.size:
                raise Vacuous("nothing is left to read")
            last: Read | None = None
            for _ in range(3):
                read = fill(stream, form, case.length, kind)
                violation = nothing_stray(stream, read, len(read.data)) if read.data is not None else None
                violation = violation or _changed(stream, read, last)
                if violation or not read.data:
                    return violation
                last = read
                stream.note("kept, copy = buffer, bytes(buffer)")
    return None


def _changed(stream: Stream, read: Read, last: Read | None) -> Violation | None:
    """The window of the read before is no window of this one."""
    if last is None or last.window is None:
        return None
    data = last.window.content()[last.start : last.start + len(last.data or b"")]
    if data == last.data:
        return None
    got = f"{read.outcome.said}, but the buffer of the read before it now holds {shown(data)}"
    return stream.blame(read.outcome, got, f"{shown(last.data or b'')} left in it", "bytes(kept) == copy")


@check("IS-8a", "readinto|read_window", cases=SIZES)
def reports_the_end_to_a_buffer(probe: Probe, case: Case) -> Violation | None:
    for form in probe.native("readinto", "read_window"):
        stream = None
        for length in (1, 10, 5000):
            stream = probe.open_or_keep(replace(case, before=case.size), stream)
            violation = expect.the_end(stream, fill(stream, form, length)) or expect.the_end(
                stream, fill(stream, form, length, "bytearray")
            )
            if violation:
                return violation
    return None


@check("IS-8b", "readinto|read_window", cases=SIZES)
def leaves_the_buffer_alone_at_the_end(probe: Probe, case: Case) -> Violation | None:
    for form in probe.native("readinto", "read_window"):
        stream = None
        for kind in KINDS:
            stream = probe.open_or_keep(replace(case, before=case.size), stream)
            violation = nothing_stray(stream, fill(stream, form, 10, kind), 0)
            if violation:
                return violation
    return None

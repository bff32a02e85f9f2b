"""SK: the seekable stream. A stream that only moves forward is exempt: its seek counts as absent."""

from dataclasses import replace

from streamtck import expect
from streamtck.cases import (
    BEYOND,
    END_AND_BEYOND,
    INSIDE,
    LARGE,
    LARGE_BEYOND,
    LARGE_END,
    LARGE_PAIRS,
    NEGATIVE,
    REACHED,
    SIZES,
    SOME_SIZES,
    SPARSE,
    Case,
    Cases,
    Scale,
    fixed,
)
from streamtck.checks.inputstream import BASIC, never_closed, nothing_stray, stirred, stirs
from streamtck.content import coded
from streamtck.guards import KINDS, Window
from streamtck.outcomes import Read, describe_error
from streamtck.probe import Probe
from streamtck.registry import check
from streamtck.stream import Stream, Unreachable, Vacuous
from streamtck.violation import Violation

FORMS = ("read_byte", "read_bytes", "readinto", "read_window")
MOST = 16
SHORT_WALK = 9000
"""Bytes that are walked one by one where other forms go further."""


def sought(probe: Probe, case: Case, form: str = "") -> Stream:
    """The case's stream after a seek to its position, which lies within the content."""
    stream = probe.open_case(case, form)
    _must_succeed(stream, case.position)
    return stream


def _must_succeed(stream: Stream, position: int) -> None:
    outcome = stream.seek(position)
    violation = expect.no_error(
        stream, outcome, f"position {position} of {len(stream.content)} bytes of content"
    )
    if violation:
        raise Unreachable(violation)


def sought_beyond(probe: Probe, case: Case) -> Stream:
    """The case's stream after a seek to the end or beyond; refusing to go beyond is legal."""
    stream = probe.open_case(case)
    if case.position <= case.size:
        _must_succeed(stream, case.position)
        return stream
    outcome = stream.seek(case.position)
    if not outcome.returned:
        probe.observe("seek past the end", f"raises {type(outcome.error).__name__}")
        raise Vacuous(f"seek past the end is refused: {outcome.call} {outcome.said}")
    probe.observe("seek past the end", "succeeds")
    return stream


@check("SK-0a", "seek")
def seeks_only_as_an_input_stream(probe: Probe, case: Case) -> Violation | None:
    if probe.native(*FORMS, "read_all"):
        return None
    stream = probe.open_case(case)
    outcome = stream.seek(0)
    return stream.blame(
        outcome, f"{outcome.said}, but the stream has no read", "a stream that can also be read", "False"
    )


@check("SK-1a", "seek", "position", cases=SIZES)
def opens_at_position_0(probe: Probe, case: Case) -> Violation | None:
    return expect.the_position(probe.open_case(case), 0, ", the position at open")


@check("SK-2a", "seek", "read_byte|read_bytes|readinto", cases=SOME_SIZES)
def may_do_anything_after_a_failed_seek(probe: Probe, case: Case) -> Violation | None:
    stream = probe.open(coded(case.size), case.size // 2)
    if stream.seek(-1).returned:
        raise Vacuous("no seek fails")
    if probe.has("position"):
        outcome = stream.position()
        kept = outcome.returned and outcome.value == case.size // 2
        probe.observe("position after a failed seek", "kept" if kept else outcome.said)
    read = stream.read(stream.bulk_form, MOST)
    kept = read.data == coded(case.size)[case.size // 2 :][: len(read.data or b"")]
    probe.observe(
        "read after a failed seek", "goes on where it was" if kept or read.at_end else "goes astray"
    )
    return None


REJECTED = (-1, -(2**63), 2**63 - 1)


@check("SK-2b", "seek", "read_byte|read_bytes|readinto", cases=SPARSE)
def seeks_again_after_a_failed_seek(probe: Probe, case: Case) -> Violation | None:
    # What a rejected seek leaves behind is open, but the next valid seek must bring the stream back.
    refused = False
    for position in probe.few(REJECTED):
        stream = probe.open_case(case)
        if stream.seek(position).returned:
            continue
        refused = True
        violation = expect.no_error(stream, stream.seek(case.position))
        violation = violation or expect.the_position(stream, case.position)
        violation = violation or expect.goes_on(stream, case.position, max(case.length, MOST))
        if violation:
            return violation
    if not refused:
        raise Vacuous("no seek fails")
    return None


@check("SK-3a", "seek", "close", cases=SOME_SIZES)
def refuses_to_seek_after_close(probe: Probe, case: Case) -> Violation | None:
    stream = probe.open_case(case)
    stream.close()
    outcome = stream.seek(0)
    if outcome.refused:
        probe.observe("seek after close", f"raises {type(outcome.error).__name__}")
    violation = expect.an_error(stream, outcome)
    return violation and replace(violation, causes=never_closed(stream))


def _pairs(scale: Scale) -> list[Case]:
    found = []
    for size in (size for size in scale.filled if size > 2):
        for first in (0, 1, size - 1, size, size + 5, 8192, 70000):
            for second in (0, 1, size // 2, size - 1, size, 8191):
                if second <= size:
                    found.append(Case(size=size, before=min(first, size), position=second, length=first))
            if 1 < first <= size:
                found.append(Case(size=size, position=first - 1, length=first))
    return found


@check(
    "SK-4a",
    "seek",
    "read_byte|read_bytes|readinto",
    cases=Cases(_pairs, INSIDE.drawn),
    large=LARGE_PAIRS,
)
def forgets_an_earlier_seek(probe: Probe, case: Case) -> Violation | None:
    # `length` is the first target; where the stream refuses it, the rule says nothing.
    for read_between in (False, True):
        stream = probe.open_case(case)
        if not stream.seek(case.length).returned:
            raise Vacuous("the first seek is refused")
        if read_between:
            stream.read(stream.bulk_form, 100)
        violation = expect.no_error(stream, stream.seek(case.position))
        violation = violation or expect.the_position(stream, case.position)
        violation = violation or expect.goes_on(stream, case.position, 5000)
        if violation:
            return violation
    return None


@check("SK-5a", "seek", cases=NEGATIVE)
def refuses_a_negative_position(probe: Probe, case: Case) -> Violation | None:
    stream = probe.open_case(case)
    return expect.an_error(stream, stream.seek(case.position))


@check("SK-5b", "seek", cases=NEGATIVE)
def refuses_it_with_an_ordinary_error(probe: Probe, case: Case) -> Violation | None:
    stream = probe.open_case(case)
    outcome = stream.seek(case.position)
    if outcome.error is None:
        return expect.an_error(stream, outcome)
    probe.observe("error of a seek before the start", type(outcome.error).__name__)
    if isinstance(outcome.error, Exception) and not isinstance(outcome.error, SystemError):
        return None
    wanted = "an ordinary exception, as EOFError, OSError or ValueError are"
    return stream.blame(outcome, f"raised {describe_error(outcome.error)}", wanted, "False")


@check(
    "SK-6a",
    "seek",
    cases=fixed(Case(size=n, before=b) for n in (0, 1, 300, 8193) for b in {0, n}),
)
def seeks_to_0_always(probe: Probe, case: Case) -> Violation | None:
    stream = probe.open_case(case, BASIC if probe.has(BASIC) else "")
    return expect.no_error(stream, stream.seek(0), "success, as position 0 always exists")


def _told(scale: Scale) -> list[Case]:
    """Every target from the start, some after a walk."""
    ends = [Case(size=size, position=size) for size in scale.sizes]
    return [*ends, *(case for case in SPARSE.edges(scale) if case.before <= 8193), *INSIDE.edges(scale)]


@check("SK-8a", "seek", "position", cases=Cases(_told, INSIDE.drawn), large=(*LARGE, *LARGE_END))
def tells_the_position_sought(probe: Probe, case: Case) -> Violation | None:
    stream = sought(probe, case, BASIC if probe.has(BASIC) else "")
    return expect.the_position(stream, case.position, ", the position sought")


@check("SK-8b", "seek", "position", cases=BEYOND, large=LARGE_BEYOND)
def tells_a_position_beyond_the_end(probe: Probe, case: Case) -> Violation | None:
    # One that stops at the end and tells so has no position beyond it that could do further harm.
    stream = sought_beyond(probe, case)
    violation = expect.the_position(
        stream, case.position, f", the position sought, {case.position - case.size} past the end"
    )
    return violation and replace(violation, harmless=_stops_at_the_end(probe, case.position))


def _stops_at_the_end(probe: Probe, position: int, size: int = 300) -> bool:
    """Whether a seek so far leads to the end of content, and nowhere before it."""
    stream = probe.open(coded(size))
    return stream.seek(max(position, size + 1)).returned and stream.position().value == size


@check("SK-9a", "seek", "position", "read_byte|read_bytes|readinto", cases=INSIDE)
def stays_where_it_is_when_sought_there(probe: Probe, case: Case) -> Violation | None:
    # Also inside a buffered page, where bypassing the seek altogether is legal.
    for form in probe.few(probe.native(*FORMS[:3])):
        if form == BASIC and case.position > SHORT_WALK:
            continue
        stream = probe.open_case(case)
        stream.read(form, max(1, min(case.length or 5, 5000)))
        stream.advance(max(stream.offset, case.position), form)
        here = stream.offset
        violation = expect.no_error(stream, stream.seek(here)) or expect.the_position(stream, here)
        violation = violation or expect.goes_on(stream, here, 5000, form)
        if violation:
            return violation
    # And again where another call may have left something in a buffer.
    for how in stirs(probe) if case.size <= SHORT_WALK else ():
        after = stirred(probe, Case(size=case.size, before=case.position), how)
        if after is not None:
            here = after.offset
            violation = expect.no_error(after, after.seek(here)) or expect.the_position(after, here)
            violation = violation or expect.goes_on(after, here, 5000)
            if violation:
                return violation
    return None


@check("SK-10a", "seek", "position", "read_byte", cases=INSIDE, large=LARGE)
def moves_on_by_one_with_a_byte_read(probe: Probe, case: Case) -> Violation | None:
    # Reached by reading alone, then by a seek; what is read next must agree with what is told.
    walked = probe.open_case(replace(case, before=0))
    walked.advance(min(case.position, 3), "read_byte")
    violation = _one_byte(walked)
    return violation or _one_byte(sought(probe, replace(case, before=0)))


def _one_byte(stream: Stream) -> Violation | None:
    for _ in range(3):
        before = stream.offset
        if before >= len(stream.content):
            return None
        read = stream.read_byte()
        violation = expect.next_bytes(stream, read, before, 1)
        violation = violation or expect.the_position(stream, before + 1, f", one more than {before}")
        if violation:
            return violation
    return None


# SK-11 to SK-14: at the end and beyond. To refuse to go beyond is legal; then only the end itself counts.


def _unmoved(stream: Stream, read_on: Read, before: object) -> Violation | None:
    outcome = stream.position()
    if outcome.returned and outcome.value == before:
        return None
    wanted = f"{before}, where it was before the read that {read_on.outcome.said}"
    return stream.blame(outcome, outcome.said, wanted, f"got == {before}")


@check("SK-11a", "seek", "read_byte", cases=END_AND_BEYOND, large=LARGE_END)
def reports_the_end_beyond_it_to_a_byte_read(probe: Probe, case: Case) -> Violation | None:
    stream = sought_beyond(probe, case)
    return expect.the_end(stream, stream.read_byte())


@check("SK-11b", "seek", "position", "read_byte", cases=END_AND_BEYOND)
def stays_there_after_a_byte_read(probe: Probe, case: Case) -> Violation | None:
    stream = sought_beyond(probe, case)
    before = stream.position().value
    violation = _unmoved(stream, stream.read_byte(), before)
    # One that moves by what was asked for does so here, too.
    return violation and replace(violation, causes=("IS-7a",))


@check("SK-12a", "seek", "readinto|read_window", cases=END_AND_BEYOND, large=LARGE_END)
def reports_the_end_beyond_it_to_a_buffer(probe: Probe, case: Case) -> Violation | None:
    for form in probe.native("readinto", "read_window"):
        for length in (1, 100):
            stream = sought_beyond(probe, case)
            violation = expect.the_end(stream, _buffer_read(stream, form, length))
            if violation:
                return violation
    return None


def _buffer_read(stream: Stream, form: str, length: int, kind: str = "memoryview") -> Read:
    window = Window(length, kind)
    return stream.read_into(window) if form == "readinto" else stream.read_window(window, 0, length)


@check("SK-12b", "seek", "position", "readinto|read_window", cases=END_AND_BEYOND)
def stays_there_after_a_buffer_read(probe: Probe, case: Case) -> Violation | None:
    for form in probe.native("readinto", "read_window"):
        stream = sought_beyond(probe, case)
        before = stream.position().value
        violation = _unmoved(stream, _buffer_read(stream, form, 10), before)
        if violation:
            return violation
    return None


@check("SK-13a", "seek", "read_byte", "readinto|read_window", cases=BEYOND)
def reports_the_end_to_both_forms_in_turn(probe: Probe, case: Case) -> Violation | None:
    stream = sought_beyond(probe, case)
    forms = probe.native("readinto", "read_window")
    for form in (*forms, *forms):
        violation = expect.the_end(stream, stream.read_byte()) or expect.the_end(
            stream, _buffer_read(stream, form, 10)
        )
        if violation:
            return violation
    return None


@check("SK-14a", "seek", "readinto|read_window", cases=BEYOND)
def leaves_the_buffer_alone_beyond_the_end(probe: Probe, case: Case) -> Violation | None:
    for form in probe.native("readinto", "read_window"):
        for kind in KINDS:
            stream = sought_beyond(probe, case)
            violation = nothing_stray(stream, _buffer_read(stream, form, 10, kind), 0)
            if violation:
                return violation
    return None


SWEEPS = tuple(
    Case(size=131080, position=by, steps=(("seek", step),)) for step in (1000, 1024) for by in (0, -1, 1)
)
"""Seeks forward to every multiple of a step, or a byte before or after, wherever a stream has its edges."""
SWEPT = Cases(lambda scale: (*REACHED.edges(scale), *SWEEPS), REACHED.drawn)


@check("SK-15a", "seek", "readinto|read_window", cases=SWEPT, large=LARGE)
def reads_the_byte_sought_into_a_buffer(probe: Probe, case: Case) -> Violation | None:
    for form in probe.native("readinto", "read_window"):
        if case.steps:
            violation = _swept(probe, case, form)
            if violation:
                return violation
            continue
        stream = sought(probe, case)
        violation = expect.next_bytes(stream, _buffer_read(stream, form, 1), case.position, 1)
        if violation:
            return violation
    return None


def _swept(probe: Probe, case: Case, form: str) -> Violation | None:
    ((_, step),) = case.steps
    stream = probe.open_case(case)
    for place in range(step + case.position, case.size, step):
        _must_succeed(stream, place)
        if expect.next_bytes(stream, _buffer_read(stream, form, 1), place, 1):
            alone = probe.open_case(case)
            _must_succeed(alone, place)
            return expect.next_bytes(alone, _buffer_read(alone, form, 1), place, 1)
    return None


@check("SK-15b", "seek", "readinto|read_window", cases=REACHED, large=LARGE)
def stands_behind_the_byte_read(probe: Probe, case: Case) -> Violation | None:
    # Told by the position where there is one, and by what is read next in any case.
    for form in probe.native("readinto", "read_window"):
        stream = sought(probe, case)
        read = _buffer_read(stream, form, 1)
        violation = expect.next_bytes(stream, read, case.position, 1)
        violation = violation or expect.the_position(
            stream, case.position + 1, ", one more than the position sought"
        )
        violation = violation or expect.goes_on(stream, case.position + 1, 5000)
        if violation:
            return violation
    return None


SACRIFICED = fixed(Case(size=300, before=before, position=at) for before in (0, 100) for at in (0, 200, 300))


@check("SK-16a", "seek_to_new_source", cases=SACRIFICED)
def has_no_new_source(probe: Probe, case: Case) -> Violation | None:
    # On a content of its own: a known implementation moves the file away. To raise "unsupported" is legal.
    stream = probe.open_case(case)
    outcome = stream.call("seek_to_new_source", case.position)
    if outcome.unsupported:
        probe.observe("seek_to_new_source", f"raises {type(outcome.error).__name__}")
        return None
    if outcome.returned and outcome.value is True:
        probe.observe("seek_to_new_source", "found a new source")
        return None
    if outcome.returned and outcome.value is False:
        return None
    return stream.blame(outcome, outcome.said, "False, as there is one source", "got is False")


@check("SK-17a", "seek_to_new_source", "position", cases=SACRIFICED)
def keeps_its_position_with_a_new_source(probe: Probe, case: Case) -> Violation | None:
    stream = probe.open_case(case)
    stream.call("seek_to_new_source", case.position)
    return expect.the_position(stream, case.before, ", where it was before")

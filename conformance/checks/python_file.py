"""PY: Python's own binary file protocol, as the documentation of `io` gives it."""

import io
from collections.abc import Iterator
from dataclasses import replace

from streamtck import expect
from streamtck.cases import (
    EVERY_SIZE,
    INSIDE,
    LARGE,
    ONCE,
    REACHED,
    SOME_SIZES,
    SPARSE,
    WINDOWS,
    Case,
    Cases,
    Scale,
    fixed,
)
from streamtck.checks.inputstream import never_closed, stirred, stirs
from streamtck.content import coded
from streamtck.guards import GUARD, OTHER_KINDS, Window
from streamtck.outcomes import Outcome, as_bytes, as_count
from streamtck.probe import NotStored, Probe
from streamtck.registry import check
from streamtck.stream import LOOK_LIMIT, NotOffered, Stream, Vacuous
from streamtck.violation import Violation, script

SIZED_FORMS = ("read_byte", "read_bytes", "readinto", "read1", "readinto1")
WHOLE_FORMS = ("read_all", "readall")
READ_FORMS = (*SIZED_FORMS, *WHOLE_FORMS, "peek")
BYTES_FORMS = ("read_byte", "read_bytes", "read1", *WHOLE_FORMS)
UNSIZED_FORMS = ("read_all", "readall", "readline", "next")
LINE_FORMS = ("readline", "readlines", "next")
QUESTIONS = ("readable", "seekable", "writable", "isatty", "fileno")
FROM_START, FROM_HERE, FROM_END = 0, 1, 2
PLACES = fixed(Case(size=s, before=b) for s in (0, 1, 300, 8193) for b in sorted({0, s // 2, s}))


# PY-1: read(n)


@check("PY-1a", "read_bytes", cases=WINDOWS)
def reads_the_next_bytes(probe: Probe, case: Case) -> Violation | None:
    stream = probe.open_case(case)
    for _ in range(min(LOOK_LIMIT, case.size // case.length + 2)):
        before = stream.offset
        if before >= case.size:
            break
        violation = expect.next_bytes(stream, stream.read_bytes(case.length), before, case.length)
        if violation:
            return violation
    return None


@check("PY-1b", "read_bytes", cases=WINDOWS)
def reads_as_many_as_asked_for(probe: Probe, case: Case) -> Violation | None:
    # A raw stream may give fewer; who takes read(n) for exactly n bytes loses data there, so it is told.
    stream = probe.open_case(case)
    before = stream.offset
    if before >= case.size:
        raise Vacuous("nothing is left to read")
    read = stream.read_bytes(case.length)
    full = min(case.length, case.size - before)
    if read.data is not None and len(read.data) == full:
        return None
    return stream.blame(
        read.outcome, read.got, f"{full} bytes, all that was asked for and is left", f"len(got) == {full}"
    )


@check("PY-1c", "read_bytes", cases=EVERY_SIZE)
def reads_empty_bytes_at_the_end(probe: Probe, case: Case) -> Violation | None:
    stream = probe.open_case(case)
    stream.advance(case.size)
    for size in (10, 1, 8192):
        violation = expect.the_end(stream, stream.read_bytes(size))
        if violation:
            return violation
    return None


@check("PY-1d", "read_byte|read_bytes|read_all", cases=PLACES)
def returns_a_bytes_object(probe: Probe, case: Case) -> Violation | None:
    stream = None
    for form in probe.native(*BYTES_FORMS):
        stream = probe.open_or_keep(case, stream)
        outcome = stream.call(form, *_arguments(form, 10))
        # An answer that holds no bytes at all is no matter of its type: PY-1a and PY-1c say so.
        if not isinstance(outcome.value, bytes) and as_bytes(outcome.value) is not None:
            got = f"{outcome.said}, of type {type(outcome.value).__name__}"
            return stream.blame(outcome, got, "a bytes object", "isinstance(got, bytes)")
    return None


def _arguments(form: str, size: int) -> tuple[object, ...]:
    if form in ("read_bytes", "read1", "peek"):
        return (size,)
    return (bytearray(size),) if form in ("readinto", "readinto1") else ()


# PY-2, PY-3: all that is left, and nothing


def gives_the_rest(probe: Probe, case: Case, operation: str, *arguments: object) -> Violation | None:
    """Call what gives all that is left, twice: it must do so, and then report the end."""
    violation = _rest(probe.open_case(case), operation, *arguments)
    if violation or not 0 < case.size < STIRRED:
        return violation
    # And again where something is left in a buffer, and where a seek brought it to the end.
    for how in stirs(probe) if case.before < case.size else ():
        stream = stirred(probe, case, how)
        violation = _rest(stream, operation, *arguments) if stream else None
        if violation:
            return violation
    if case.before == case.size and probe.has("seek"):
        return _rest_at_the_end(probe, Case(size=case.size, kind=case.kind), operation, *arguments)
    return None


def _rest_at_the_end(probe: Probe, case: Case, operation: str, *arguments: object) -> Violation | None:
    """After a seek to the end nothing is left; where a plain read finds something there, SK-11a tells it."""
    other = probe.open_case(case)
    if not other.seek(case.size).returned or expect.goes_on(other, case.size):
        return None
    stream = probe.open_case(case)
    if not stream.seek(case.size).returned:
        return None
    stream.offset = case.size
    return _rest(stream, operation, *arguments)


STIRRED = 9000
"""The size below which a content is looked at again after other calls."""


def _rest(stream: Stream, operation: str, *arguments: object) -> Violation | None:
    before, left = stream.offset, len(stream.content) - stream.offset
    violation = expect.all_bytes(stream, stream.read_rest(operation, *arguments), before, left)
    return violation or expect.the_end(stream, stream.read_rest(operation, *arguments))


WALKED = Cases(
    lambda scale: [
        *(
            Case(size=size, before=before)
            for size in (*scale.sizes, scale.large[-1])
            for before in _befores(size)
        ),
        *(Case(size=size, kind=kind) for kind in ("lines", "zeros", "spaces") for size in (304, 1 << 20)),
    ],
    INSIDE.drawn,
)


def _befores(size: int) -> list[int]:
    return sorted({0, min(1, size), size // 2, size} if size < 9000 else {0, 5000})


@check("PY-2a", "read_bytes|read_all", cases=WALKED)
def reads_all_that_is_left(probe: Probe, case: Case) -> Violation | None:
    if probe.has("read_all"):
        violation = gives_the_rest(probe, case, "read_all")
        if violation:
            return violation
    return gives_the_rest(probe, case, "read_bytes", -1) if probe.has("read_bytes") else None


@check("PY-2b", "read_bytes", cases=PLACES)
def reads_all_for_none(probe: Probe, case: Case) -> Violation | None:
    outcome = probe.open_case(case).call("read_bytes", None)
    if not outcome.returned:
        raise NotOffered(f"read(None) is not accepted: it {outcome.said}")
    return gives_the_rest(probe, case, "read_bytes", None)


@check("PY-2c", "read_bytes", cases=PLACES)
def accepts_none_as_a_size(probe: Probe, case: Case) -> Violation | None:
    stream = probe.open_case(case)
    if isinstance(stream.raw, io.RawIOBase):
        raise Vacuous("the documentation of raw streams knows no read(None)")
    return expect.no_error(stream, stream.call("read_bytes", None), "all that is left")


@check("PY-2d", "read_bytes", cases=ONCE)
def may_take_other_negative_sizes(probe: Probe, case: Case) -> Violation | None:
    outcome = probe.open_case(case).call("read_bytes", -2)
    everything = outcome.returned and as_bytes(outcome.value) == coded(case.size)
    probe.observe("read(-2)", "reads all that is left" if everything else outcome.said)
    return None


@check("PY-3a", "read_bytes", cases=PLACES)
def reads_nothing_for_0(probe: Probe, case: Case) -> Violation | None:
    stream = probe.open_case(case)
    for _ in range(2):
        before = stream.position().value if probe.has("position") else None
        violation = expect.all_bytes(stream, stream.read_bytes(0), case.before, 0)
        if violation is None and before == case.before:
            violation = expect.the_position(stream, case.before, ", as nothing was read")
        if violation:
            return violation
    return expect.goes_on(stream, case.before)


# PY-4: readinto


@check(
    "PY-4a",
    "readinto",
    cases=fixed(Case(size=n, length=k) for n in (300, 8193) for k in (8, 64, 4096)),
)
def reads_into_every_kind_of_buffer(probe: Probe, case: Case) -> Violation | None:
    # Counts are of bytes whatever the items are: what is read next shows how far the stream really went.
    stream = None
    for kind in OTHER_KINDS:
        stream = probe.open_or_keep(case, stream)
        before = stream.offset
        read = stream.read_into(Window(case.length, kind))
        violation = expect.next_bytes(stream, read, before, case.length)
        if violation is None and stream.offset < case.size:
            violation = expect.goes_on(stream, stream.offset)
        if violation:
            return violation
    return None


@check("PY-4b", "readinto", cases=fixed(Case(size=size) for size in (1, 300, 8193)))
def refuses_a_read_only_buffer(probe: Probe, case: Case) -> Violation | None:
    stream = None
    for text in (f"bytes([{GUARD}]) * 10", f"memoryview(bytes([{GUARD}]) * 10)"):
        memory = bytes(bytearray([GUARD]) * 10)
        stream = probe.open_or_keep(case, stream)
        buffer = memory if text.startswith("bytes") else memoryview(memory)
        outcome = stream.call("readinto", buffer, shown=("buffer",), lines=(f"buffer = {text}",))
        if outcome.refused and memory != bytes([GUARD]) * 10:
            return stream.blame(
                outcome, f"{outcome.said}, but wrote into it", "a read-only buffer left alone", "False"
            )
        violation = expect.an_error(stream, outcome)
        if violation:
            return violation
    return None


# PY-12: seek; PY-13: tell


@check("PY-12a", "seek", cases=SPARSE, large=LARGE)
def returns_the_position_sought(probe: Probe, case: Case) -> Violation | None:
    stream = probe.open_case(case)
    violation = expect.the_count(stream, stream.seek(case.position), case.position, ", the new position")
    violation = violation or expect.the_count(stream, stream.seek(case.size), case.size, ", the new position")
    if violation or not probe.has("seek_from") or not probe.has("position"):
        return violation
    # With another whence it may go to the wrong place (PY-12c, PY-12d), but says truly where.
    ways = ((case.position - case.before, FROM_HERE), (case.position - case.size, FROM_END))
    for by, whence in () if probe.scale.sparing else ways:
        violation = _says_where(probe, case, by, whence)
        if violation:
            return violation
    return None


def _says_where(probe: Probe, case: Case, by: int, whence: int) -> Violation | None:
    first = probe.open_case(case)
    said = first.call("seek_from", by, whence)
    told = first.position()
    if not said.returned or not isinstance(told.value, int):
        return None
    second = probe.open_case(case)
    return expect.the_count(
        second, second.call("seek_from", by, whence), told.value, ", as tell() gives after it"
    )


@check("PY-12b", "seek", "read_bytes|readinto", cases=REACHED, large=LARGE)
def reads_on_from_the_position_sought(probe: Probe, case: Case) -> Violation | None:
    # With and without the whence that says the same, in turn.
    stream = probe.open_case(case)
    if case.position % 2 and probe.has("seek_from"):
        outcome = stream.call("seek_from", case.position, FROM_START)
    else:
        outcome = stream.call("seek", case.position)
    return expect.no_error(stream, outcome) or _stands_at(stream, case.position, max(case.length, 5000))


def _stands_at(stream: Stream, position: int, most: int = 100) -> Violation | None:
    stream.offset = position
    return expect.the_position(stream, position) or expect.goes_on(stream, position, most)


def _relative(scale: Scale) -> list[Case]:
    """Starts and targets: `before` bytes read, `position` the target."""
    sizes = [0, 1, 300, 8193, *(page + 1 for page in scale.pages[:3])]
    targets = [
        (s, b, p) for s in sizes for b in {0, 1, s // 2, s} for p in {0, 1, s // 3, s - 1, s} if 0 <= p <= s
    ]
    return [
        Case(size=size, before=min(before, size), position=position)
        for size, before, position in sorted(targets)
    ]


@check("PY-12c", "seek_from", cases=Cases(_relative, INSIDE.drawn), large=LARGE)
def seeks_from_the_current_position(probe: Probe, case: Case) -> Violation | None:
    return _seeks(probe, case, FROM_HERE)


@check("PY-12d", "seek_from", cases=Cases(_relative, INSIDE.drawn), large=LARGE)
def seeks_from_the_end(probe: Probe, case: Case) -> Violation | None:
    return _seeks(probe, case, FROM_END)


def _seeks(probe: Probe, case: Case, whence: int) -> Violation | None:
    violation = _seeks_on(probe.open_case(case), case, whence)
    if violation:
        plain = probe.open_case(case)
        went = plain.seek(case.position).returned and _stands_at(plain, case.position)
        return None if went else violation
    # And again where something is left in a buffer.
    for how in stirs(probe) if case.before < case.size < STIRRED else ():
        after = stirred(probe, case, how)
        violation = _seeks_on(after, case, whence) if after else None
        plain_after = stirred(probe, case, how) if violation else None
        if plain_after is not None:
            went = plain_after.seek(case.position).returned and _stands_at(plain_after, case.position)
            return None if went else violation
    return None


def _seeks_on(stream: Stream, case: Case, whence: int) -> Violation | None:
    by = case.position - (stream.offset if whence == FROM_HERE else case.size)
    outcome = stream.call("seek_from", by, whence)
    if outcome.unsupported:
        raise NotOffered(f"{outcome.call} {outcome.said}")
    violation = expect.no_error(stream, outcome, f"success, to position {case.position} of {case.size} bytes")
    return violation or _stands_at(stream, case.position)


@check("PY-12e", "seek_from", cases=ONCE)
def refuses_an_unknown_whence(probe: Probe, case: Case) -> Violation | None:
    # 3 and 4 mean something on some systems; these do not.
    stream = None
    for whence in (99, -1):
        stream = probe.open_or_keep(case, stream)
        outcome = stream.call("seek_from", 0, whence)
        if outcome.returned:
            return expect.an_error(stream, outcome)
        probe.observe(outcome.call, type(outcome.error).__name__)
    return None


@check("PY-12f", "seek_from", cases=ONCE)
def may_clamp_a_relative_seek_before_the_start(probe: Probe, case: Case) -> Violation | None:
    for by, whence in ((-1, FROM_HERE), (-case.size - 1, FROM_END)):
        outcome = probe.open_case(case).call("seek_from", by, whence)
        probe.observe(outcome.call, outcome.said)
    return None


@check("PY-13a", "position", "read_byte|read_bytes|readinto", cases=SPARSE)
def tells_how_far_it_was_read(probe: Probe, case: Case) -> Violation | None:
    stream, far = None, 0
    for form in probe.native(*SIZED_FORMS, *UNSIZED_FORMS):
        stream, before = probe.open_or_keep(Case(size=case.size), stream), stream
        far = far if stream is before else 0
        for size in (case.position or 1, 3, 5000):
            outcome = _one_read(stream, form, size)
            count = (
                len(as_bytes(outcome.value) or b"")
                if form not in ("readinto", "readinto1")
                else outcome.value
            )
            if not outcome.returned or not isinstance(count, int):
                break
            far += count
            violation = expect.the_position(stream, far, f", the bytes read so far, after {outcome.call}")
            if violation:
                return violation
    return _tells_after_lines(probe, case)


def _tells_after_lines(probe: Probe, case: Case) -> Violation | None:
    """The position after parts of lines, and after lists of them."""
    for form in probe.few(probe.native("readline_size", "readlines_hint", "readlines")):
        stream = probe.open_case(Case(size=case.size))
        for size in (1, 3, 100, 5000):
            outcome = stream.call(form, *(() if form == "readlines" else (size,)))
            given = outcome.value if isinstance(outcome.value, list) else [outcome.value]
            data = b"".join(as_bytes(line) or b"" for line in given)
            # Which bytes they are, PY-9b and PY-10b decide.
            if not data or data != stream.content[stream.offset : stream.offset + len(data)]:
                break
            stream.offset += len(data)
            why = f", the bytes read so far, after {outcome.call}"
            violation = expect.the_position(stream, stream.offset, why)
            if violation:
                # Where the bytes in between are lost, the position is told rightly, and the line is at fault.
                if _stands_where_it_says(stream):
                    break
                return violation
    return None


def _stands_where_it_says(stream: Stream) -> bool:
    told = as_count(stream.position().value)
    read = stream.read(stream.bulk_form, 16)
    if told is None or read.fault:
        return False
    return (read.data or b"") == stream.content[told : told + len(read.data or b" ")]


def _one_read(stream: Stream, form: str, size: int) -> Outcome:
    if form in UNSIZED_FORMS:
        return stream.call(form)
    return stream.read(form, size).outcome


# PY-14, PY-15: flags, and what a stream does not offer


@check("PY-14a", "readable", "read_byte|read_bytes|readinto")
def says_that_it_is_readable(probe: Probe, case: Case) -> Violation | None:
    for stream in _open_ones(probe, case):
        outcome = stream.call("readable")
        if not outcome.returned or not outcome.value:
            return stream.blame(outcome, outcome.said, "True, as the stream reads", "got")
    return None


def _open_ones(probe: Probe, case: Case) -> Iterator[Stream]:
    """Fresh, on the way, read to the end and beyond; one that has closed itself is a matter of PY-16a."""
    if not probe.scale.sparing:
        yield probe.open_case(case)
    for before, beyond in ((case.size, 1),) if probe.scale.sparing else ((10, 0), (case.size, 1)):
        stream = probe.open(coded(case.size), before)
        if beyond:
            stream.read(stream.bulk_form, beyond)
        if not probe.has("closed") or stream.call("closed").value is False:
            yield stream


@check("PY-14b", "seekable")
def says_truly_whether_it_seeks(probe: Probe, case: Case) -> Violation | None:
    for stream in _open_ones(probe, case):
        outcome = stream.call("seekable")
        if not outcome.returned:
            return expect.no_error(stream, outcome, "True or False")
        if outcome.value:
            violation = _cannot_seek(stream)
            if violation:
                return violation
        elif _seeks_both_ways(probe.open_case(case)):
            return stream.blame(outcome, outcome.said, "True, as seek() works, forward and backward", "got")
    return None


def _cannot_seek(stream: Stream) -> Violation | None:
    """What shows that a stream cannot seek or tell although seekable() is true."""
    for operation, arguments in (("seek", (0,)), ("position", ())):
        name = stream.surface.spellings[operation].name
        if stream.lacks(name.partition(".")[0]):
            missing = stream.call(operation, *arguments)
            return stream.blame(missing, "is missing", f"{name}(), as seekable() is true", "False")
        outcome = stream.call(operation, *arguments)
        if not outcome.returned:
            return stream.blame(outcome, outcome.said, "success, as seekable() is true", "True")
    return None


def _seeks_both_ways(stream: Stream) -> bool:
    """Whether the stream seeks forward and backward, as the bytes show that it serves from there."""
    for position in (20, 0, 10):
        if not stream.seek(position).returned or expect.goes_on(stream, position):
            return False
    return True


@check("PY-14c", "writable", "write")
def refuses_to_write_where_not_writable(probe: Probe, case: Case) -> Violation | None:
    stream = probe.open_case(case)
    if stream.call("writable").value:
        raise Vacuous("the stream is writable")
    outcome = stream.call("write", b"streamtck")
    if isinstance(outcome.error, OSError) or outcome.unsupported:
        return None
    if outcome.returned:
        return expect.an_error(stream, outcome, (OSError,))
    return stream.blame(outcome, outcome.said, "OSError or io.UnsupportedOperation", "False")


@check("PY-15a", "seekable")
def refuses_to_seek_where_not_seekable(probe: Probe, case: Case) -> Violation | None:
    stream = probe.open_case(case)
    outcome = stream.call("seekable")
    if not outcome.returned or outcome.value:
        raise Vacuous("the stream is seekable")
    if stream.lacks("seek"):
        raise Vacuous("there is no seek")
    outcome = stream.call("seek", 0)
    if isinstance(outcome.error, OSError):
        return None
    if outcome.returned:
        return stream.blame_silence(outcome, "OSError raised")
    return stream.blame(outcome, outcome.said, "OSError or io.UnsupportedOperation", "False")


@check("PY-15b", "fileno")
def gives_a_descriptor_or_an_oserror(probe: Probe, case: Case) -> Violation | None:
    stream = probe.open_case(case)
    outcome = stream.call("fileno")
    if isinstance(outcome.error, OSError) or (outcome.returned and isinstance(outcome.value, int)):
        return None
    return stream.blame(outcome, outcome.said, "an int, or OSError raised", "isinstance(got, int)")


# PY-16, PY-17: closed, and the context manager


@check("PY-16a", "closed", "close", cases=SOME_SIZES)
def says_truly_whether_it_is_closed(probe: Probe, case: Case) -> Violation | None:
    for before in sorted({0, case.size}):
        stream = probe.open(coded(case.size), before)
        outcome = stream.call("closed")
        if not outcome.returned or outcome.value:
            return stream.blame(outcome, outcome.said, "False while open", "not got")
        stream.close()
        outcome = stream.call("closed")
        if not outcome.returned or not outcome.value:
            return stream.blame(outcome, outcome.said, "True after close()", "got")
    return None


@check("PY-17a", "enter", "exit")
def enters_as_itself(probe: Probe, case: Case) -> Violation | None:
    stream = probe.open_case(case)
    outcome = stream.call("enter")
    if outcome.value is stream.raw:
        return None
    return stream.blame(outcome, outcome.said, "the stream itself", "got is stream")


def left(probe: Probe, case: Case, error: Exception | None) -> tuple[Stream, Outcome]:
    """A stream after its context was entered and left, with or without an error, and what leaving it gave."""
    stream = probe.open_case(case)
    stream.call("enter")
    shown = ("ValueError", "ValueError('in the body')", "None") if error else ("None",) * 3
    return stream, stream.call("exit", type(error) if error else None, error, None, shown=shown)


@check("PY-17b", "enter", "exit", "closed|read_byte")
def closes_on_leaving(probe: Probe, case: Case) -> Violation | None:
    for error in probe.few((None, ValueError("in the body")), at=-1):
        stream, outcome = left(probe, case, error)
        violation = expect.no_error(stream, outcome)
        if violation:
            return violation
        if not probe.has("closed"):
            _require_that_close_shows(probe, case)
            violation = expect.an_error(stream, stream.read_byte().outcome)
            return violation and replace(violation, causes=("PY-18a",))
        outcome = stream.call("closed")
        if not outcome.returned or not outcome.value:
            return stream.blame(outcome, outcome.said, "True after the with block", "got")
    return leaves_when_closed(probe, case)


def _require_that_close_shows(probe: Probe, case: Case) -> None:
    """Reading tells a stream that was left open from one that was closed only where close() ends reading."""
    stream = probe.open_case(case)
    if probe.has("close") and stream.close().returned and stream.read_byte().outcome.returned:
        raise Vacuous("the stream reads after close() too (PY-18a), and has no closed")


def leaves_when_closed(probe: Probe, case: Case) -> Violation | None:
    """Leaving does no more than close(): where that was called in the body already, nothing."""
    stream = probe.open_case(case)
    stream.call("enter")
    if not probe.has("close") or not stream.close().returned or not stream.close().returned:
        return None
    return expect.no_error(stream, stream.call("exit", None, None, None, shown=("None",) * 3))


@check("PY-17c", "enter", "exit")
def lets_the_exception_through(probe: Probe, case: Case) -> Violation | None:
    stream, outcome = left(probe, case, ValueError("in the body"))
    if outcome.returned and not outcome.value:
        return None
    wanted = "a false value, so that the exception goes on"
    return stream.blame(outcome, outcome.said, wanted, "not got")


# PY-18: after close(). What moves data or the position must fail; mere questions should.


def _refused_when_closed(probe: Probe, case: Case, *operations: str) -> Violation | None:
    sizes = [(operation, size) for operation in probe.native(*operations) for size in _sizes_of(operation)]
    stream = None
    for operation, size in sizes:
        # Where opening is dear, one closed stream is asked everything.
        if stream is None or not probe.scale.sparing:
            stream = probe.open_case(case)
        if operation in QUESTIONS and _inherited(stream, operation):
            continue
        if not stream.worn:
            stream.close()
        outcome = _call_closed(stream, operation, size)
        if operation == "fileno" and outcome.unsupported:
            continue
        if not isinstance(outcome.error, ValueError) or outcome.unsupported:
            wanted = "ValueError, as the stream is closed"
            if outcome.returned:
                return replace(stream.blame_silence(outcome, wanted), causes=never_closed(stream))
            return stream.blame(outcome, outcome.said, wanted, "False")
    return None


def _inherited(stream: Stream, operation: str) -> bool:
    """Whether the answer is that of Python's own base classes, and so not the stream's deed."""
    own = getattr(type(stream.raw), operation, None)
    return any(own is getattr(base, operation, None) for base in (io.IOBase, io.RawIOBase, io.BufferedIOBase))


def _sizes_of(operation: str) -> tuple[int, ...]:
    """To read nothing is to use the stream too; an empty buffer and a peek of nothing are left alone."""
    return (10, 0) if operation == "read_bytes" else (10,)


def _call_closed(stream: Stream, operation: str, size: int) -> Outcome:
    if operation in (*SIZED_FORMS, "peek"):
        return stream.read(operation, size).outcome
    return stream.call(operation, *((0,) if operation == "seek" else ()))


@check("PY-18a", "close", "read_byte|read_bytes|readinto", cases=PLACES)
def refuses_to_read_when_closed(probe: Probe, case: Case) -> Violation | None:
    return _refused_when_closed(probe, case, *READ_FORMS)


@check("PY-18b", "close", "seek", cases=PLACES)
def refuses_to_seek_when_closed(probe: Probe, case: Case) -> Violation | None:
    return _refused_when_closed(probe, case, "seek")


@check("PY-18c", "close", "readline|readlines|next", cases=PLACES)
def refuses_lines_when_closed(probe: Probe, case: Case) -> Violation | None:
    return _refused_when_closed(probe, case, *LINE_FORMS)


@check("PY-18d", "close", "position", cases=PLACES)
def refuses_to_tell_when_closed(probe: Probe, case: Case) -> Violation | None:
    return _refused_when_closed(probe, case, "position")


@check("PY-18e", "close", "readable|seekable|writable|isatty|fileno")
def refuses_questions_when_closed(probe: Probe, case: Case) -> Violation | None:
    return _refused_when_closed(probe, case, *QUESTIONS)


# PY-20: nothing at all


@check("PY-20a", "read_byte|read_bytes|readinto", cases=fixed([Case()]))
def serves_an_empty_stream(probe: Probe, case: Case) -> Violation | None:
    if isinstance(probe.refuses_empty, NotStored):
        raise Vacuous(f"empty content cannot be stored: {probe.refuses_empty}")
    if probe.refuses_empty is not None:
        text = script(probe.snippet(), "b''", [])
        got, kind = str(probe.refuses_empty).removeprefix("open() "), probe.refuses_empty.kind
        return Violation("open() of empty content", got, "an empty stream", text, kind, at_open=True)
    stream = None
    for form in probe.native(*SIZED_FORMS):
        stream = probe.open_or_keep(case, stream)
        violation = expect.the_end(stream, stream.read(form, 10))
        if violation:
            return violation
    for form in probe.native(*WHOLE_FORMS, "readline"):
        stream = probe.open_or_keep(case, stream)
        violation = expect.the_end(stream, stream.read_rest(form))
        if violation:
            return violation
    return None

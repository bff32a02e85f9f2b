"""PY-5 to PY-8 and PY-19: readall(), read1(), readinto1(), peek(), and the bytes that all forms hand out."""

import contextlib
from collections.abc import Iterator
from dataclasses import replace

from streamtck import expect
from streamtck.cases import WINDOWS, Case, Cases, Scale, fixed, steps_of
from streamtck.checks.inputstream import nothing_stray, stirred
from streamtck.checks.python_file import STIRRED, WALKED, gives_the_rest
from streamtck.content import difference, line_at, shown
from streamtck.guards import ITEM, KINDS, OTHER_KINDS, Window
from streamtck.outcomes import Outcome, as_bytes
from streamtck.probe import Probe
from streamtck.registry import check
from streamtck.stream import LOOK_LIMIT, Stream, Vacuous
from streamtck.violation import Violation


def _filled(cases: Cases) -> Cases:
    """The cases with content: how each form reads an empty stream, PY-20a decides."""
    return Cases(lambda scale: [case for case in cases.edges(scale) if case.size], cases.drawn)


def _places(scale: Scale) -> Iterator[Case]:
    """Places in content: its ends, its middle, around pages."""
    for size in (1, 2, 300, 8193, 24577, scale.sizes[-1]):
        marks = {0, 1, size // 2, size - 1, *(page + by for page in scale.pages[:3] for by in (-1, 0, 1))}
        for before in sorted(mark for mark in marks if 0 <= mark < size):
            yield Case(size=size, before=before, position=(before * 7 + 4095) % size)


PLACES = Cases(_places, WINDOWS.drawn)
FILLED = fixed(Case(size=size) for size in (1, 2, 300, 4096, 8192, 8193, 65537))


def at_the_end(probe: Probe, case: Case, form: str = "") -> Iterator[Stream]:
    """Streams that stand at the end of a case's content: read to there, also by `form`, or sought."""
    there = 0
    for reader in probe.few(tuple(dict.fromkeys(("", form)))):
        stream = probe.open_case(replace(case, before=0))
        with contextlib.suppress(Vacuous):
            stream.advance(case.size, reader)
            there += 1
            yield stream
    sought = (case.size, case.size + 10) if probe.has("seek") and not (there and probe.scale.sparing) else ()
    for position in sought:
        other = probe.open_case(replace(case, before=0))
        # To refuse a seek past the end is legal, and to serve bytes there is a matter of SK-13a.
        if not other.seek(position).returned or not _has_ended(probe, other):
            continue
        stream = probe.open_case(replace(case, before=0))
        if stream.seek(position).returned:
            there += 1
            yield stream
    if not there:
        raise Vacuous("the end was not reached")


def _has_ended(probe: Probe, stream: Stream) -> bool:
    """Whether the plain reads report the end there, and write nothing."""
    for form in probe.native("read_byte", "read_bytes", "readinto") * 2:
        read = stream.read(form, 10)
        if not read.at_end or (read.window and read.window.stray(0)):
            return False
    return True


# PY-5: readall


@check("PY-5a", "readall", cases=_filled(WALKED))
def reads_all_that_is_left_at_once(probe: Probe, case: Case) -> Violation | None:
    violation = gives_the_rest(probe, case, "readall")
    if violation or not case.before:
        return violation
    # And again where something is left in a buffer: looked at ahead, from further on, or read into another.
    for operation, amount in (("peek", 10), ("seek", case.before // 2), ("readinto", 10)):
        stream = probe.open_case(case)
        if not probe.has(operation):
            continue
        if operation == "readinto":
            if stream.offset < case.size and not stream.read("readinto", amount).data:
                continue
        elif not stream.call(operation, amount).returned:
            continue
        start = amount if operation == "seek" else stream.offset
        violation = expect.all_bytes(stream, stream.read_rest("readall"), start, case.size - start)
        if violation:
            return violation
    return None


# PY-6: read1


MIXED = (
    "read1:3 read:1 read1:100 read1:5000 read:4000 read1:1 read1:1",
    "read:4095 read1:1 read1:4096 read:10 read1:9000",
    "peek:1 read1:10 peek:5000 read1:8192 peek:1 read1:8192 read:5",
    "read1:60 seek:199 read1:3 read:1 read1:5",
    "read:300 read1:7 seek:5 read1:1 read1:9000",
    "seek:8190 read1:1 read1:1 read1:1 read1:5000",
    "read:8190 read1:1 read1:1 read1:1 seek:4095 read1:2 read1:5000 read:7",
    "read1:65530 read:12 seek:100 read1:70000",
    "read1:3 into:5 read1:10 into:4090 read1:1 into:9000",
    "peek:1 into:3 read1:5 peek:9 into:5000",
)
"""read1() between other calls. One seek in each: what several do in turn, SK-4a decides."""


def _mixed(scale: Scale) -> Iterator[Case]:
    yield from WINDOWS.edges(scale)
    for size in (300, 8193, 24577, 70000):
        for words in MIXED:
            yield Case(size=size, steps=steps_of(words))


@check("PY-6a", "read1", cases=Cases(_mixed, WINDOWS.drawn))
def reads_the_next_bytes_by_read1(probe: Probe, case: Case) -> Violation | None:
    if case.steps:
        return take_steps(probe, case, "read1")
    stream = probe.open_case(case)
    for _ in range(min(LOOK_LIMIT, case.size // case.length + 2)):
        before = stream.offset
        if before >= case.size:
            break
        violation = expect.next_bytes(stream, stream.read("read1", case.length), before, case.length)
        if violation:
            return violation
    return None


def take_steps(probe: Probe, case: Case, judged: str, line: str = "readline") -> Violation | None:
    """The steps of a case, up to one that goes wrong; `judged` is the operation that they are about.

    Lines are taken by the form `line`. What peek() shows, a last line without newline, and what comes at the
    end, are matters of their own.
    """
    stream = probe.open_case(case)
    for operation, amount in case.steps:
        if not probe.has({"read_bytes": stream.bulk_form, "readline": line}.get(operation, operation)):
            continue
        violation = _step(stream, operation, amount, line)
        if violation:
            return violation if operation == judged else replace(violation, on_the_way=True)
    return None


def _step(stream: Stream, operation: str, amount: int, line: str) -> Violation | None:
    before, size = stream.offset, len(stream.content)
    if operation == "seek":
        return expect.no_error(stream, stream.seek(min(amount, size)))
    if operation in ("peek", "position"):
        stream.call(operation, *((amount,) if operation == "peek" else ()))
        return None
    if operation == "readline":
        wanted = line_at(stream.content, before)
        if not wanted.endswith(b"\n"):
            return None
        return expect.all_bytes(stream, stream.line(line), before, len(wanted), expect.a_line(before, wanted))
    if before >= size:
        return None
    read = stream.read(operation if operation in ("read1", "readinto") else stream.bulk_form, amount)
    return expect.next_bytes(stream, read, before, read.asked)


def _without_size(probe: Probe) -> list[tuple[str, tuple[int, ...]]]:
    """The ways to call read1() without saying how much."""
    return [*(("read1_any", ()) for _ in probe.native("read1_any")), ("read1", (-1,))]


@check("PY-6b", "read1", cases=PLACES)
def reads_something_by_read1_without_a_size(probe: Probe, case: Case) -> Violation | None:
    for operation, arguments in _without_size(probe):
        stream = probe.open_case(case)
        for _ in range(LOOK_LIMIT):
            before = stream.offset
            if before >= case.size:
                break
            read = stream.read_rest(operation, *arguments)
            violation = expect.next_bytes(stream, read, before, case.size)
            if violation:
                return violation
    return None


@check("PY-6c", "read1", cases=FILLED)
def reads_empty_bytes_by_read1_at_the_end(probe: Probe, case: Case) -> Violation | None:
    sized = [("read1", (size,)) for size in (10, 1, 8192)]
    for stream in at_the_end(probe, case, "read1"):
        for operation, arguments in (*sized, *_without_size(probe)):
            violation = expect.the_end(stream, stream.read_rest(operation, *arguments))
            if violation:
                return violation
    return None


# PY-7: readinto1


def _windows(scale: Scale) -> Iterator[Case]:
    yield from WINDOWS.edges(scale)
    for size, length in ((300, 8), (300, 64), (8193, 4096)):
        yield Case(size=size, length=length)


@check("PY-7a", "readinto1", cases=Cases(_windows, WINDOWS.drawn))
def fills_the_window_by_readinto1(probe: Probe, case: Case) -> Violation | None:
    stream = probe.open_case(case)
    for number in range(min(LOOK_LIMIT, case.size // case.length + 2)):
        if stream.offset >= case.size:
            break
        violation = _fills(stream, case.length, KINDS[number % 2])
        if violation:
            return violation
    # Counts are of bytes whatever the items are: what is read next shows how far the stream really went.
    for kind in OTHER_KINDS if case.length % ITEM == 0 else ():
        stream = probe.open_case(case)
        violation = _fills(stream, case.length, kind) or expect.goes_on(stream, stream.offset)
        if violation:
            return violation
    return None


def _fills(stream: Stream, length: int, kind: str) -> Violation | None:
    before = stream.offset
    if before >= len(stream.content):
        return None
    read = stream.read_into(Window(length, kind), "readinto1")
    return expect.next_bytes(stream, read, before, length) or nothing_stray(
        stream, read, len(read.data or b"")
    )


@check("PY-7b", "readinto1", cases=FILLED)
def reports_the_end_by_readinto1(probe: Probe, case: Case) -> Violation | None:
    for stream in at_the_end(probe, case, "readinto1"):
        for length, kind in ((10, "bytearray"), (1, "memoryview"), (8192, "memoryview")):
            read = stream.read_into(Window(length, kind), "readinto1")
            violation = expect.the_end(stream, read) or nothing_stray(stream, read, 0)
            if violation:
                return violation
    return None


# PY-8: peek


def _peeking_from(probe: Probe, case: Case) -> Iterator[Stream]:
    """A stream that was read to where the case begins, and one that was then sought to its position."""
    yield probe.open_case(case)
    if probe.has("seek"):
        stream = probe.open_case(case)
        if stream.seek(case.position).returned:
            yield stream


def _ends_too(cases: Cases) -> Cases:
    ends = [Case(size=size, before=size, position=size - 1) for size in (1, 300, 8192, 8193)]
    return Cases(lambda scale: [*cases.edges(scale), *ends], cases.drawn)


@check("PY-8a", "peek", "read_byte|read_bytes|readinto", cases=_ends_too(PLACES))
def peeks_without_moving(probe: Probe, case: Case) -> Violation | None:
    for stream in _peeking_from(probe, case):
        before = stream.position().value if probe.has("position") else None
        for size in (1, 10, 5000):
            stream.call("peek", size)
            if isinstance(before, int):
                violation = expect.the_position(stream, before, ", where it was before peek()")
                if violation:
                    return violation
        for form in probe.native("readinto", "read_byte", stream.bulk_form):
            violation = expect.goes_on(stream, stream.offset, 5000, form)
            if violation:
                return violation
            stream.call("peek", 10)
    return None


@check("PY-8b", "peek", "read_byte|read_bytes|readinto", cases=_ends_too(PLACES))
def shows_what_is_read_next(probe: Probe, case: Case) -> Violation | None:
    # How much is shown is free; so just that much is read then, and peek() meets a buffer that is used up.
    for stream in _peeking_from(probe, case):
        for size in (1, 10, 5000, 1, 8192, 1):
            outcome = stream.call("peek", size)
            violation = _shows_the_next(stream, outcome)
            if violation:
                return violation
            if stream.offset < case.size:
                count = len(as_bytes(outcome.value) or b"")
                stream.advance(min(case.size, stream.offset + (count if size != 10 else 3)))
    # And right after other calls that may fill a buffer.
    for how in probe.native("readline", "next", "read1") if case.before < case.size < STIRRED else ():
        before = stirred(probe, case, how)
        violation = _shows_the_next(before, before.call("peek", 10)) if before else None
        if violation:
            return violation
    return None


def _shows_the_next(stream: Stream, outcome: Outcome) -> Violation | None:
    data, offset = as_bytes(outcome.value), stream.offset
    left = len(stream.content) - offset
    if data is None:
        return stream.blame(outcome, outcome.said, "a bytes object", "isinstance(got, bytes)")
    if data == stream.content[offset : offset + len(data)] and (data or not left):
        return None
    if not left:
        return stream.blame(outcome, outcome.said, "nothing, at the end", "not got")
    why = difference(stream.content, offset, data) if data else "no bytes"
    holds = f"got and got == content[{offset}:{offset} + len(got)]"
    wanted = f"what is read next, bytes from offset {offset} on"
    return stream.blame(outcome, f"{outcome.said} ({why})", wanted, holds)


# PY-19: bytes once returned


KEPT = fixed(
    Case(size=size, before=before, length=length)
    for size, before, length in ((300, 0, 10), (24577, 5, 4096), (24577, 0, 8192), (140000, 0, 65536))
)
SIZED = ("read_bytes", "read1", "peek")
BYTES_FORMS = ("read_bytes", "read_all", "read1", "readall", "peek", "readline", "next")


@check("PY-19a", "|".join(BYTES_FORMS), cases=KEPT)
def never_changes_bytes_once_returned(probe: Probe, case: Case) -> Violation | None:
    for form in probe.few(probe.native(*BYTES_FORMS)):
        stream = probe.open_case(case)
        outcome = stream.call(form, *((case.length,) if form in SIZED else ()))
        if as_bytes(outcome.value):
            violation = _stays(stream, outcome, form)
            if violation:
                return violation
    return None


LATER = (("again", 0), ("read", 10), ("read", 70000), ("seek", 0), ("read", 70000), ("close", 0))


def _stays(stream: Stream, outcome: Outcome, form: str) -> Violation | None:
    """The bytes given must stay what they are while the stream is read on, sought and closed."""
    copy = bytes(bytearray(as_bytes(outcome.value) or b""))
    stream.keep()
    for operation, amount in LATER:
        if operation == "again":
            stream.call(form, *((len(copy),) if form in SIZED else ()))
        elif operation == "read":
            stream.read(stream.bulk_form, amount)
        elif operation in stream.native:
            stream.call(operation, *((0,) if operation == "seek" else ()))
        now = _now(outcome.value)
        if now != copy:
            got = f"gave {shown(copy)}, later {'gone' if now is None else shown(now)}"
            return stream.blame_since(outcome.call, got, "bytes that never change", "bytes(kept) == copy")
    return None


def _now(kept: object) -> bytes | None:
    try:
        return as_bytes(kept)
    except ValueError:
        return None

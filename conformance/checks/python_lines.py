"""PY-9 to PY-11: lines by readline(), readlines() and iteration. Only b"\\n" ends one in a binary file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from streamtck import expect
from streamtck.cases import Case, Cases, Scale, fixed, steps_of
from streamtck.checks.inputstream import stirred, stirs
from streamtck.checks.python_buffered import FILLED, at_the_end, take_steps
from streamtck.checks.python_file import STIRRED
from streamtck.content import line_at, of_kind
from streamtck.outcomes import Outcome, Read, as_bytes, describe
from streamtck.probe import Probe
from streamtck.registry import check
from streamtck.stream import LOOK_LIMIT, Stream, Vacuous
from streamtck.violation import Violation

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

KINDS = ("", "lines", "short lines", "odd lines", "newlines", "page lines", "long lines", "one line")

PARTS_LIMIT = 120
"""Parts of lines that one check of PY-9b looks at, on one stream."""

SCRIPTS = (
    "line read:3 line read:1 line read:300 line tell line",
    "peek:10 line tell peek:1 line peek:5000 line read:4 line",
    "read1:3 line read1:100 line read1:5000 line",
    "read:4090 line line read:4070 line line read:1 line",
    "peek:5000 read:4095 peek:1 line peek:1 line line",
    "seek:100 line tell line",
    "line seek:0 read:1 line line",
    "line read:50 seek:1 line line",
    "seek:4090 line read:10 line line",
    "line line seek:8190 line line",
    "read:9000 line seek:5 line line",
    "line into:3 line into:300 line into:1 line",
    "into:5 line peek:1 into:4090 line read1:3 into:2 line",
)
"""Lines between other calls, across page edges. One seek in each: what several do in turn, SK-4a decides."""


def _lined(scale: Scale) -> Iterator[Case]:
    """All kinds of lines: small contents, ends near a page edge, walks across one, lines over several."""
    for kind in KINDS:
        for size in (1, 2, 8, 9, 50, 304):
            yield Case(size=size, kind=kind)
        for size in (4096, 8191, 8193):
            yield Case(size=size, before=size - 30, kind=kind)
        for page in scale.pages:
            yield Case(size=page + 60, before=page - 20, kind=kind)
    for kind in ("lines", "short lines"):
        yield Case(size=2100, kind=kind)
        for block in (16384, 32768, 100000):
            yield Case(size=block + 60, before=block - 20, kind=kind)
    yield Case(size=12400, before=1, kind="page lines")
    yield Case(size=12400)


def _long(scale: Scale) -> Iterator[Case]:
    yield from _lined(scale)
    yield Case(size=70100, kind="long lines")


def _scripts(scale: Scale) -> Iterator[Case]:
    for kind, size in (("", 24577), ("lines", 304), ("odd lines", 8200), ("short lines", 24577)):
        for words in SCRIPTS:
            yield Case(size=size, kind=kind, steps=steps_of(words))
    for words in SCRIPTS:
        yield Case(size=24577, kind="page lines", steps=steps_of(words))


def _limited(scale: Scale) -> Iterator[Case]:
    """Lines by sizes: nothing, one byte, just the line, one less, one more, pages."""
    for kind, line in (("lines", 8), ("short lines", 7), ("page lines", 4096)):
        for length in sorted({0, 1, 2, line - 1, line, line + 1, 4096, 8193}):
            yield Case(size=304 if line < 10 else 12300, length=length, kind=kind)
    for kind in ("", "odd lines", "newlines", "one line"):
        for length in (0, 1, 2, 10, 100, 1000):
            yield Case(size=300, length=length, kind=kind)
    for kind, size in (("lines", 8210), ("one line", 24577), ("long lines", 140100)):
        for length in (1, 4096, 8192, 65537):
            yield Case(size=size, before=8189, length=length, kind=kind)


def _listed(scale: Scale) -> Iterator[Case]:
    """Contents for what asks for all lines at once: not too many of them."""
    yield Case()
    yield from _unlimited(scale)
    for kind in ("", "page lines", "long lines", "one line"):
        yield Case(size=12400, before=4090, kind=kind)
    yield Case(size=8300, before=8100, kind="short lines")
    yield Case(size=70100, kind="long lines")
    yield Case(size=24577)


def _unlimited(scale: Scale) -> Iterator[Case]:
    for kind in KINDS:
        for size in (1, 2, 9, 304):
            for before in sorted({0, 1, size // 2, size}):
                yield Case(size=size, before=before, kind=kind)


def _hinted(scale: Scale) -> Iterator[Case]:
    for kind, line in (("lines", 8), ("short lines", 7), ("odd lines", 4), ("", 3), ("page lines", 4096)):
        size = 304 if line < 10 else 16384
        hints = {1, line - 1, line, line + 1, 3 * line, 3 * line + 1, 100, size - 1, size, size + 1, 8192}
        for hint in sorted(hints):
            yield Case(size=size, length=hint, kind=kind)
        yield Case(size=size, before=line + 1, length=2 * line, kind=kind)
    for hint in (1000, 4096, 8192):
        yield Case(size=8300, length=hint, kind="short lines")


def _drawn(scale: Scale, most: int = 20000) -> SearchStrategy[Case]:
    from hypothesis import strategies as st

    @st.composite
    def case(draw: st.DrawFn) -> Case:
        size = draw(st.integers(1, 600) | st.integers(1, most))
        before = draw(st.just(0) | st.integers(0, size - 1))
        length = draw(st.integers(1, 30) | st.integers(1, 10000))
        return Case(size=size, before=before, length=length, kind=draw(st.sampled_from(KINDS)))

    return case()


def _drawn_short(scale: Scale) -> SearchStrategy[Case]:
    return _drawn(scale, 600)


LINED = Cases(_long, _drawn)
SCRIPTED = Cases(lambda scale: (*_long(scale), *_scripts(scale)), _drawn)
ITERATED = Cases(lambda scale: (*_lined(scale), *_scripts(scale)), _drawn)
LIMITED = Cases(_limited, _drawn)
LISTED = Cases(_listed, _drawn_short)
UNLIMITED = Cases(_unlimited)
HINTED = Cases(_hinted, _drawn_short)
ENDS = fixed(Case(size=size) for size in (0, 1, 2, 300, 8192, 8193, 65537))


def _gives_the_line(stream: Stream, form: str, *arguments: int) -> Violation | None:
    """The next line by `form` must be that at the offset where the stream stands."""
    before = stream.offset
    line = line_at(stream.content, before)
    read = stream.line(form, *arguments)
    violation = expect.all_bytes(stream, read, before, len(line), expect.a_line(before, line))
    if violation is None and read.data and not isinstance(read.outcome.value, bytes):
        got = f"{read.got}, of type {type(read.outcome.value).__name__}"
        return stream.blame(read.outcome, got, "a bytes object", "isinstance(got, bytes)")
    return violation


def _walk(stream: Stream, form: str, target: int) -> None:
    """Take lines by `form` up to offset `target`; Vacuous where that goes wrong: PY-9a and PY-11a tell it."""
    for _ in range(LOOK_LIMIT):
        if stream.offset >= target:
            return
        wanted = line_at(stream.content, stream.offset)
        if stream.line(form).data != wanted:
            break
    raise Vacuous(f"lines were not taken up to offset {target}")


# PY-9: readline


@check("PY-9a", "readline", cases=SCRIPTED)
def ends_a_line_at_the_newline_alone(probe: Probe, case: Case) -> Violation | None:
    if case.steps:
        return take_steps(probe, case, "readline")
    stream = probe.open_case(case)
    for number in range(LOOK_LIMIT):
        if not line_at(stream.content, stream.offset).endswith(b"\n"):
            break
        sized = number % 2 and probe.has("readline_size")
        violation = _gives_the_line(stream, *(("readline_size", -1) if sized else ("readline",)))
        if violation:
            return violation
    return expect.goes_on(stream, stream.offset)


@check("PY-9b", "readline_size", cases=LIMITED)
def limits_a_line_to_the_size(probe: Probe, case: Case) -> Violation | None:
    # Fewer bytes than asked for, of a line that is longer, are let pass.
    stream = probe.open_case(case)
    if case.length == 0:
        violation = expect.all_bytes(stream, stream.line("readline_size", 0), stream.offset, 0)
        return violation or expect.goes_on(stream, stream.offset)
    for _ in range(PARTS_LIMIT):
        before = stream.offset
        most = min(case.length, len(line_at(stream.content, before)))
        if not most:
            break
        violation = _gives_a_part(stream, stream.line("readline_size", case.length), before, most)
        if violation:
            return violation
    return None


def _gives_a_part(stream: Stream, read: Read, offset: int, most: int) -> Violation | None:
    if read.data is None or len(read.data) <= most:
        return expect.next_bytes(stream, read, offset, most)
    wanted = f"{most} bytes at the most, of the line from offset {offset} on"
    return stream.blame(read.outcome, read.got, wanted, f"len(got) <= {most}")


@check("PY-9c", "readline", cases=LINED)
def delivers_a_last_line_without_newline(probe: Probe, case: Case) -> Violation | None:
    content = of_kind(case.kind, case.size)
    start = content.rfind(b"\n") + 1
    if start == case.size:
        raise Vacuous("the content ends in a newline")
    for stream in _before_the_last_line(probe, case, start):
        violation = _gives_the_line(stream, "readline")
        if violation:
            return violation
    return None


def _before_the_last_line(probe: Probe, case: Case, start: int) -> Iterator[Stream]:
    """Streams at the last line, which begins at `start`: read to there, by lines too, or sought."""
    content = of_kind(case.kind, case.size)
    yield probe.open(content, max(start, case.before))
    if probe.scale.sparing:
        return
    if case.before < start and content.count(b"\n", case.before) <= LOOK_LIMIT:
        stream = probe.open_case(case)
        _walk(stream, "readline", start)
        yield stream
    if probe.has("seek"):
        stream = probe.open_case(case)
        if stream.seek(start).returned:
            yield stream


@check("PY-9d", "readline", cases=FILLED)
def reads_an_empty_line_at_the_end(probe: Probe, case: Case) -> Violation | None:
    for stream in _after_the_last_line(probe, case, "readline"):
        for form, arguments in (("readline", ()), ("readline", ()), ("readline_size", (10,))):
            violation = expect.the_end(stream, stream.line(form, *arguments)) if probe.has(form) else None
            if violation:
                return violation
    return None


def _after_the_last_line(probe: Probe, case: Case, form: str) -> Iterator[Stream]:
    """Streams at the end: read to there, sought, and by lines, of contents with and without a newline."""
    yield from at_the_end(probe, case)
    if probe.scale.sparing:
        return
    for kind, size in (("lines", case.size), ("lines", case.size // 8 * 8)):
        if 0 < size <= LOOK_LIMIT:
            stream = probe.open(of_kind(kind, size))
            if form == "iter":
                stream.iterate()
            _walk(stream, form, size)
            yield stream


# PY-10: readlines


def _lines(content: bytes, offset: int) -> list[bytes]:
    found = []
    while offset < len(content):
        found.append(line_at(content, offset))
        offset += len(found[-1])
    return found


def _lists(stream: Stream, outcome: Outcome, wanted: list[list[bytes]], what: str) -> Violation | None:
    """The answer must be one of the lists of lines in `wanted`, all of which begin the longest of them."""
    got = outcome.value
    if not isinstance(got, list):
        return stream.blame(outcome, outcome.said, f"a list, {what}", "isinstance(got, list)")
    lines = [as_bytes(line) for line in got]
    if lines in wanted:
        return None
    whole = f"io.BytesIO(content[{stream.offset}:]).readlines()"
    holds = " or ".join(f"got == {whole}[:{len(lines)}]" for lines in wanted)
    return stream.blame(outcome, _told(lines, wanted[-1]), what, holds)


def _told(lines: list[bytes | None], wanted: list[bytes]) -> str:
    """A list of lines in words: how many, and which of them is wrong first."""
    said = f"returned {len(lines)} lines, {sum(len(line or b'') for line in lines)} bytes"
    for number, (line, right) in enumerate(zip(lines, wanted, strict=False)):
        if line != right:
            return f"{said}; line {number} is {describe(line)} where the content has {describe(right)}"
    return said


def _lists_all(probe: Probe, case: Case, operation: str, *arguments: object) -> Violation | None:
    stream = probe.open_case(case)
    lines = _lines(stream.content, stream.offset)
    what = f"all {len(lines)} lines from offset {stream.offset} on"
    violation = _lists(stream, stream.call(operation, *arguments), [lines], what)
    if violation:
        return violation
    stream.offset = case.size
    violation = _lists(stream, stream.call(operation, *arguments), [[]], "no lines, at the end")
    # And again where something is left in a buffer.
    for how in stirs(probe) if violation is None and case.before < case.size < STIRRED else ():
        before = stirred(probe, case, how)
        if before is not None:
            lines = _lines(before.content, before.offset)
            violation = _lists(before, before.call(operation, *arguments), [lines], what)
        if violation:
            break
    return violation


@check("PY-10a", "readlines", cases=LISTED)
def lists_all_lines_that_are_left(probe: Probe, case: Case) -> Violation | None:
    return _lists_all(probe, case, "readlines")


@check("PY-10b", "readlines_hint", cases=HINTED)
def reads_no_further_line_than_the_hint(probe: Probe, case: Case) -> Violation | None:
    stream = probe.open_case(case)
    lines = _lines(stream.content, stream.offset)
    total = 0
    enough: list[list[bytes]] = []
    for count, line in enumerate(lines, 1):
        total += len(line)
        # To stop where the hint is just reached is legal, and so is to stop where it is exceeded.
        if total >= case.length:
            enough.append(lines[:count])
        if total > case.length:
            break
    wanted = enough or [lines]
    counts = " or ".join(str(len(each)) for each in wanted)
    outcome = stream.call("readlines_hint", case.length)
    violation = _lists(stream, outcome, wanted, f"{counts} lines for a hint of {case.length} bytes")
    if violation:
        # The readlines() of io.IOBase raises where the stream looks closed.
        return replace(violation, causes=() if outcome.returned else ("PY-16a",))
    stream.offset += sum(map(len, outcome.value))
    return expect.goes_on(stream, stream.offset)


@check("PY-10c", "readlines_hint", cases=UNLIMITED)
def takes_no_hint_for_no_limit(probe: Probe, case: Case) -> Violation | None:
    for hint in probe.few((0, -1, None)):
        violation = _lists_all(probe, case, "readlines_hint", hint)
        if violation:
            return violation
    return None


# PY-11: iteration, by `for` (the iterator that the stream gives) and by next() on the stream itself


@check("PY-11a", "iter|next", cases=ITERATED)
def iterates_over_the_lines(probe: Probe, case: Case) -> Violation | None:
    if case.steps:
        violation = take_steps(probe, case, "readline", "next")
        return violation and replace(violation, causes=("PY-9c",))
    for form in probe.native("iter", "next"):
        stream = probe.open_case(case)
        violation = _iterates(stream, form)
        if violation and _has_no_last_line(probe, stream):
            continue
        # An iterator of its own may read ahead of the stream; a stream that is its own iterator may not.
        if violation is None and form == "next":
            violation = expect.goes_on(stream, stream.offset)
        if violation:
            return violation
        if stream.offset >= case.size and case.size <= LOOK_LIMIT and probe.has("seek") and probe.has("iter"):
            violation = _iterates_again(stream, form)
            if violation and _reads_again(probe, case):
                return violation
            violation = _leaves_a_loop(probe, case)
            if violation:
                return violation
    return None


def _has_no_last_line(probe: Probe, stream: Stream) -> bool:
    """Whether a stream has come to a last line without newline that readline() does not give (PY-9c)."""
    last = stream.content.rfind(b"\n") + 1
    if not probe.has("readline") or not last <= stream.offset or last == len(stream.content):
        return False
    return _gives_the_line(probe.open(stream.content, last), "readline") is not None


def _leaves_a_loop(probe: Probe, case: Case) -> Violation | None:
    """A loop that was left after two lines must not come back after a seek to the start."""
    # Where a seek back goes wrong without a loop, SK-4a tells it.
    other = probe.open_case(Case(size=case.size, kind=case.kind))
    other.read(other.bulk_form, 10)
    if not other.seek(0).returned or expect.goes_on(other, 0):
        return None
    stream = probe.open_case(Case(size=case.size, kind=case.kind))
    lines = [stream.line("iter").data for _ in range(2)] if stream.iterate().returned else [None]
    if not all(lines) or not stream.seek(0).returned:
        return None
    stream.offset = 0
    return expect.no_error(stream, stream.iterate()) or _gives_the_line(stream, "iter")


def _iterates(stream: Stream, form: str) -> Violation | None:
    if form == "iter":
        violation = expect.no_error(stream, stream.iterate(), "an iterator over the lines")
        if violation:
            return violation
    for _ in range(LOOK_LIMIT):
        if stream.offset >= len(stream.content):
            break
        violation = _gives_the_line(stream, form)
        if violation:
            return violation
    return None


def _iterates_again(stream: Stream, form: str) -> Violation | None:
    """A new loop after the end of one, and a seek to the start, must begin with the first line."""
    stream.line(form)
    if not stream.seek(0).returned or not stream.iterate().returned:
        return None
    return _gives_the_line(stream, "iter")


def _reads_again(probe: Probe, case: Case) -> bool:
    """Whether readline() begins again after the end and a seek to the start; if not, SK-4a tells it."""
    if not probe.has("readline"):
        return True
    stream = probe.open_case(case)
    stream.advance(case.size)
    stream.line("readline")
    return stream.seek(0).returned and _gives_the_line(stream, "readline") is None


@check("PY-11b", "iter|next", cases=ENDS)
def stops_after_the_last_line(probe: Probe, case: Case) -> Violation | None:
    for form in probe.native("iter", "next"):
        for stream in _after_the_last_line(probe, case, form):
            if form == "iter" and not stream.iterating:
                stream.iterate()
            violation = _stops(stream, form) or _stops(stream, form)
            if violation is None and form == "iter":
                stream.iterate()
                violation = _stops(stream, form)
            if violation:
                return violation
    return None


def _stops(stream: Stream, form: str) -> Violation | None:
    outcome = stream.line(form).outcome
    if isinstance(outcome.error, StopIteration):
        return None
    if outcome.returned:
        return stream.blame_silence(outcome, "StopIteration raised, at the end")
    return stream.blame(outcome, outcome.said, "StopIteration raised, at the end", "False")

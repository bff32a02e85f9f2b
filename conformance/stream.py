"""The kit's handle on one opened stream: makes calls, keeps a trace of them, reads answers by convention."""

import contextlib
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from streamtck import content as coding
from streamtck.adapters import Surface
from streamtck.guards import Window
from streamtck.outcomes import Outcome, Read, as_bytes, as_count, describe
from streamtck.violation import Step, Violation, script, statements
from streamtck.watch import WATCH, Gone, Hung, Patience, in_time

CALL_LIMIT = 2048
"""Calls that one walk through a stream makes at the most; a stream of short reads ends there."""

PACE = 32
"""Calls after which a walk looks whether it will come to its target at all."""

SPAN = 256
"""Reads of one byte that are timed as one call."""

LOOK_LIMIT = 400
"""Reads that one check looks at, one by one, on one stream."""

UNBOUNDED = (
    "read_all",
    "readall",
    "read1_any",
    "readline",
    "readline_size",
    "iter",
    "next",
    "readlines",
    "readlines_hint",
)
"""Operations that read until they find an end."""

UNBOUNDED_SIZES = (None, -1, -2)

PREADS = ("pread_window", "pread_bytes", "pread_into")
"""Positioned reads that may be short."""

FULL_READS = ("read_fully", "read_fully_all")
"""Positioned reads that fill the whole window, or raise."""

POSITIONED = (*PREADS, *FULL_READS)

WHOLE_BUFFER = ("pread_into", "read_fully_all")
"""Positioned reads into a buffer that take no place in it."""

MOVING = frozenset(
    {"read1", "readinto", "readinto1", "readall", "peek", "readline", "readlines", "seek", "tell"}
)
"""The methods, beside read(), that meet on one position."""

EXTRA_READS = 16
"""Reads past the end after which a stream counts as one that never ends."""

READING = (
    *("read_byte", "read_bytes", "read_all", "readinto", "readinto1", "read_window", "read1", "read1_any"),
    *("readall", "read_view", "readline", "readline_size", "iter", "next", "readlines", "readlines_hint"),
)
"""Operations that move the position by reading."""

WEARING = ("close", "detach", "exit", "mark", "reset", "seek_to_new_source", "write")
"""Operations after which a stream will not be as it was at its start."""

ANYWHERE = ("readable", "seekable", "writable", "isatty", "fileno", "closed", "close")
"""Operations to which it is all one where a stream stands."""

MISSING = object()


class Unreachable(Exception):
    """The stream did not deliver the bytes before the place where a check begins."""

    def __init__(self, violation: Violation) -> None:
        super().__init__(violation.got)
        self.violation = violation


class Vacuous(Exception):
    """The rule says nothing about this example; the argument says why."""


class NotOffered(Vacuous):
    """The example needs something that the subject does not offer; the argument says what."""


class Stream:
    """One open stream under one surface, with the content that it must serve.

    `offset` is where the next read must begin; `strayed` says that a walk there met wrong bytes.
    A stream opened `beside` another is called `other` in the trace, which the two share.

    Calls never raise what the subject raises: they give Outcome or Read. KeyboardInterrupt passes.
    """

    def __init__(
        self,
        raw: Any,
        surface: Surface,
        content: bytes,
        opening: str,
        native: frozenset[str],
        mask: Callable[[str], str] = str,
        endless: Callable[[str], Violation | None] = lambda operation: None,
        beside: "Stream | None" = None,
    ) -> None:
        self.raw = raw
        self.surface = surface
        self.content = content
        self.native = native
        self.offset = 0
        self.strayed = False
        self.patience = Patience()
        self.asked: Counter[str] = Counter()
        self._opening = opening
        self._mask = mask
        self._endless = endless
        self._name = "stream" if beside is None else "other"
        self._trace: list[Step] = [] if beside is None else beside._trace
        if beside is not None:
            *before, last = _opens(opening, self._name)
            self._trace.append(Step(tuple(before), last))
        self._iterator: Any = None
        self._beside = beside is not None
        self._made = self._done = 0
        self.worn = False
        self.back: Callable[[], Any] | None = None
        """Where the stream was used before: what gives `raw` at its start, or another in its place."""

    # Calls

    def text(self, operation: str, *shown: str) -> str:
        """A call as a reproducer writes it."""
        return self.surface.spellings[operation].text(shown, self._name)

    def call(
        self, operation: str, *arguments: Any, shown: tuple[str, ...] = (), lines: tuple[str, ...] = ()
    ) -> Outcome:
        """Make one call; `shown` is how its arguments are written where repr does not do.

        A call that reads up to the end is only made where bounded reads come to one; else Unreachable.
        """
        sized = operation in ("read_bytes", "read1")
        if operation in UNBOUNDED or (sized and arguments[0] in UNBOUNDED_SIZES):
            self.require_an_end(operation)
        spelling = self.surface.spellings[operation]
        text = self.text(operation, *(shown or (describe_argument(value) for value in arguments)))
        self.worn = self.worn or operation in WEARING
        self._made += 1
        if operation == "seek":
            self.back = None
        if operation not in ANYWHERE:
            self._go_back()
        self._tally(operation, arguments)
        return self._do(text, lambda: spelling.made(self.raw, arguments)(), lines)

    def _tally(self, operation: str, arguments: tuple[Any, ...]) -> None:
        """Count what the subject is asked for."""
        if operation.startswith("seek"):
            self.asked["seeks"] += operation != "seekable"
        elif operation in READING or operation in POSITIONED:
            self.asked["reads"] += 1
            size = 1 if operation == "read_byte" else 0
            with contextlib.suppress(Exception):
                last = arguments[-1]
                size = last if isinstance(last, int) else memoryview(last).nbytes
            self.asked["bytes"] += min(max(size, 0), coding.LIMIT)

    def require_an_end(self, operation: str) -> None:
        """Raise Unreachable where bounded reads show that `operation` would never come back."""
        violation = self._endless(operation)
        if violation is not None:
            raise Unreachable(violation)

    def do(self, text: str, action: Callable[[], Any], lines: tuple[str, ...] = ()) -> Outcome:
        """Do `action`, which a user writes as `text`: a call, or a call whose answer gets a name."""
        self._go_back()
        return self._do(text, action, lines)

    def _do(self, text: str, action: Callable[[], Any], lines: tuple[str, ...]) -> Outcome:
        value: Any = None
        error: BaseException | None = None
        self._done += 1
        try:
            with self._watched(text, lines):
                value = action()
        except Gone as gone:
            error = self._gone(gone, text, lines)
            if not WATCH.looking:
                raise error from None
        except BaseException as raised:
            WATCH.let_pass(raised)
            value, error = None, raised.with_traceback(None)
        finally:
            if WATCH.slate is not None:
                WATCH.slate.end()
        self._trace.append(Step(lines, text, error is not None))
        return Outcome(text.partition(" = ")[2] or text, value, error, self.surface.says_unsupported(error))

    def _watched(self, text: str, lines: tuple[str, ...] = ()) -> in_time:
        """The time that a call may take, after it was written down; avoided calls are Gone at once."""
        if WATCH.looking and text in WATCH.avoided:
            raise WATCH.avoided[text]
        if WATCH.slate is not None:
            WATCH.slate.begin(text, self.patience.seconds, lines, self._trace, (self._opening, self.content))
        return in_time(text, self.patience.seconds)

    def _gone(self, gone: Gone, text: str, lines: tuple[str, ...] = ()) -> Gone:
        """What came of a call, with Python that makes it; while looking, it is not made a second time."""
        if WATCH.looking:
            self.patience.lost += text not in WATCH.avoided
            WATCH.avoided[text] = gone
            return gone
        self.patience.lost += 1
        gone.call = text
        calls = [*statements(self._trace), *lines, f"{text}  # does not come back"]
        gone.script = script(self._opening, coding.expression(self.content), calls)
        return gone

    @property
    def reusable(self) -> bool:
        """Whether another check may have the stream, from its start on: it is whole, and nothing is on it."""
        return not self._beside and not self.worn and self._made == self._done and "seek" in self.native

    def _go_back(self) -> None:
        """Take a stream that was used before to its start. A seek that comes first makes that needless."""
        back, self.back = self.back, None
        if back is not None:
            self.raw = back()

    def lacks(self, name: str) -> bool:
        """Whether there is no such attribute; one that cannot be looked at is there."""
        try:
            return not hasattr(self.raw, name)
        except Exception:
            return False

    def seek(self, position: int) -> Outcome:
        """Seek; on success the handle expects the next bytes from there."""
        outcome = self.call("seek", position)
        if outcome.returned:
            self.offset = position
        return outcome

    def position(self) -> Outcome:
        """Ask for the position."""
        return self.call("position")

    def by_the_byte(self, read: Read) -> bool:
        """Whether `read` was made by the byte form."""
        return read.outcome.call == self.text("read_byte")

    def close(self) -> Outcome:
        """Close the stream."""
        return self.call("close")

    def note(self, line: str) -> None:
        """Put a line into the trace that is no call on the stream."""
        self._trace.append(Step((), line))

    # Reads

    def read_byte(self) -> Read:
        """The byte form: one byte, or the end."""
        return self._advance(self._byte(self.call("read_byte")))

    def read_bytes(self, size: int) -> Read:
        """The form that returns up to `size` bytes."""
        return self._advance(self.bytes_of(self.call("read_bytes", size), size))

    def read_rest(self, operation: str, *arguments: Any) -> Read:
        """A form that returns all that is left (read(), read(-1), readall())."""
        return self._advance(self.bytes_of(self.call(operation, *arguments), len(self.content)))

    def read_unsized(self, operation: str, *arguments: Any) -> Read:
        """A form that chooses how much it gives."""
        return self._advance(self.bytes_of(self.call(operation, *arguments), coding.LIMIT))

    def read_into(self, window: Window, operation: str = "readinto") -> Read:
        """A buffer form over the whole of `window`."""
        outcome = self.call(operation, window.argument, shown=("buffer",), lines=window.lines)
        return self._advance(self._count(outcome, window, 0, window.length))

    def read_window(self, window: Window, offset: int, length: int) -> Read:
        """The buffer form with arguments, which the caller keeps inside the window."""
        arguments = (window.argument, offset, length)
        shown = ("buffer", str(offset), str(length))
        outcome = self.call("read_window", *arguments, shown=shown, lines=window.lines)
        return self._advance(self._count(outcome, window, offset, length))

    def read(self, form: str, size: int) -> Read:
        """Read up to `size` bytes by a named form; the byte form reads one."""
        if form == "read_byte":
            return self.read_byte()
        if form in ("readinto", "readinto1"):
            return self.read_into(Window(size, "bytearray" if size % 2 else "memoryview"), form)
        return self._advance(self.bytes_of(self.call(form, size), size))

    def positioned(self, form: str, position: int, length: int, kind: str = "memoryview") -> Read:
        """A positioned read by a named form, full or not; the handle's own offset stays where it is.

        Forms that take an offset read into the midst of a memoryview, and up to the very end of a bytearray.
        What a full read gives is `data`.
        """
        if form == "pread_bytes":
            return self.bytes_of(self.call(form, position, length), length)
        whole = form in WHOLE_BUFFER
        start = 0 if whole else 3
        window = Window(start + length + (4 if kind == "memoryview" and not whole else 0), kind)
        outcome = self.positioned_into(form, position, window, *(() if whole else (start, length)))
        if form not in FULL_READS:
            return self._count(outcome, window, start, length)
        if not outcome.returned:
            return Read(outcome, length, fault=outcome.said, window=window, start=start)
        data = window.content()[start : start + length]
        return Read(outcome, length, data=data, window=window, start=start)

    def positioned_into(self, form: str, position: int, window: Window, *place: int) -> Outcome:
        """One positioned call on a buffer, at the place in it that the form takes, possible or not."""
        shown = (describe_argument(position), "buffer", *(describe_argument(number) for number in place))
        return self.call(form, position, window.argument, *place, shown=shown, lines=window.lines)

    def read_singly(self, count: int) -> Read:
        """`count` reads of one byte, up to the first answer that is not the next byte; gives the last."""
        spelling = self.surface.spellings["read_byte"]
        self._go_back()
        one = spelling.made(self.raw)
        start = self.offset
        wanted: list[Any] = list(self.content[start : start + count])
        if not self.surface.byte_is_int:
            wanted = [bytes([value]) for value in wanted]
        text = self.text("read_byte")
        done: list[int] = [0]
        value: Any = None
        error: BaseException | None = None
        try:
            value = self._singly(one, wanted[:-1], text, done)
        except KeyboardInterrupt:
            raise
        except Hung as hung:
            self._trace += [Step((), text)] * done[0]
            raise self._gone(hung, text) from None
        except BaseException as raised:
            error = raised.with_traceback(None)
        finally:
            if WATCH.slate is not None:
                WATCH.slate.end()
        self._trace += [Step((), text)] * done[0]
        self.asked["reads"] += done[0]
        self.asked["bytes"] += done[0]
        self.offset += done[0]
        if value is MISSING and error is None:
            return self.read_byte()
        self._trace.append(Step((), text, error is not None))
        outcome = Outcome(text, None if error else value, error, self.surface.says_unsupported(error))
        return self._advance(self._byte(outcome))

    def _singly(self, one: Callable[[], Any], wanted: list[Any], text: str, done: list[int]) -> Any:
        """What `one` gives that is not what is wanted next, MISSING where there is none; counts in `done`."""
        slate = WATCH.slate
        for first in range(0, len(wanted), SPAN):
            with self._watched(text):
                for expected in wanted[first : first + SPAN]:
                    if slate is not None:
                        slate.single(done[0])
                    value = one()
                    if value != expected:
                        return value
                    done[0] += 1
        return MISSING

    def _advance(self, read: Read) -> Read:
        if read.data is not None:
            self.offset += len(read.data)
        return read

    def _byte(self, outcome: Outcome) -> Read:
        value = outcome.value
        if not outcome.returned:
            return Read(outcome, 1, fault=outcome.said)
        if not self.surface.byte_is_int:
            return self.bytes_of(outcome, 1)
        number = as_count(value)
        if number is None:
            return Read(outcome, 1, fault=f"{outcome.said}, which is no integer")
        if number == self.surface.byte_end:
            return Read(outcome, 1, at_end=True)
        if not 0 <= number <= 255:
            return Read(outcome, 1, fault=f"{outcome.said}, which is no byte")
        return Read(outcome, 1, data=bytes([number]))

    def bytes_of(self, outcome: Outcome, asked: int) -> Read:
        """A bytes answer read by the surface's conventions; an empty one is the end."""
        if not outcome.returned:
            return Read(outcome, asked, fault=outcome.said)
        data = as_bytes(outcome.value)
        if data is None:
            return Read(outcome, asked, fault=f"{outcome.said}, which is no bytes object")
        if not data:
            return Read(outcome, asked, at_end=True)
        if len(data) > asked:
            return Read(outcome, asked, fault=f"{outcome.said}, more than the {asked} bytes asked for")
        return Read(outcome, asked, data=data)

    def _count(self, outcome: Outcome, window: Window, start: int, asked: int) -> Read:
        count = as_count(outcome.value)
        if not outcome.returned:
            fault = outcome.said
        elif count is None:
            fault = f"{outcome.said}, which is no count of bytes"
        elif count == self.surface.count_end and (asked or count):
            return Read(outcome, asked, at_end=True, window=window, start=start)
        elif not 0 <= count <= asked:
            fault = f"{outcome.said}, expected 0 to {asked}"
        else:
            data = window.content()[start : start + count]
            return Read(outcome, asked, data=data, window=window, start=start)
        return Read(outcome, asked, fault=fault, window=window, start=start)

    # Lines

    def iterate(self) -> Outcome:
        """Begin an iteration, as a `for` loop does; `line("iter")` goes on with it."""
        outcome = self.do("iterator = iter(stream)", lambda: iter(self.raw))
        self._iterator = outcome.value
        return outcome

    @property
    def iterating(self) -> bool:
        """Whether an iteration was begun."""
        return self._iterator is not None

    def line(self, form: str, *arguments: int) -> Read:
        """The next line, by `readline`, `readline_size`, `next`, or `iter`: the iteration that was begun."""
        if form != "iter":
            outcome = self.call(form, *arguments)
        else:
            self.require_an_end(form)
            outcome = self.do("next(iterator)", lambda: next(self._iterator))
        return self._advance(self.bytes_of(outcome, len(self.content)))

    # Walking

    @property
    def bulk_form(self) -> str:
        """The plainest native form that reads several bytes, else the byte form."""
        return next((form for form in ("read_bytes", "readinto") if form in self.native), "read_byte")

    def advance(self, target: int, form: str = "") -> None:
        """Read forward to offset `target`, for checks that begin there.

        Raises Unreachable where the stream does not deliver the bytes in between, Vacuous where it
        gives so few at a time that it would take too long.
        """
        form = form or self.bulk_form
        if self.offset >= target:
            return None
        if form not in self.native:
            raise NotOffered("there is no read")
        if form == "read_byte":
            return self._walked(self.read_singly(target - self.offset), target)
        start = self.offset
        for number in range(1, CALL_LIMIT):
            self._walked(self.read(form, target - self.offset), target)
            if self.offset >= target:
                return None
            if number % PACE == 0 and (target - start) * number > CALL_LIMIT * (self.offset - start):
                break
        raise Vacuous(f"the stream gives so few bytes at a time that offset {target} was not reached")

    def _walked(self, read: Read, target: int) -> None:
        before = self.offset - len(read.data or b"")
        if not read.data:
            wanted = f"bytes on the way to offset {target} of {len(self.content)}, from offset {before}"
            holds = "got != -1" if self.surface.byte_is_int and read.window is None else "got"
            if read.window is None and read.fault and read.outcome.returned:
                holds = f"len(got) <= {read.asked}"
            raise Unreachable(self.blame(read.outcome, read.got, wanted, holds))
        self.strayed = self.strayed or read.data != self.content[before : self.offset]

    def never_ends(self, form: str) -> Violation | None:
        """None where reads of `form` come to the end of the content, else what they gave there instead."""
        extra = 0
        if form == "read_byte":
            with contextlib.suppress(Unreachable, Vacuous):
                self.advance(len(self.content))
        for number in range(1, CALL_LIMIT):
            if number % PACE == 0 and len(self.content) * number > CALL_LIMIT * self.offset:
                return None
            past = self.offset >= len(self.content)
            read = self.read(form, 65536)
            if read.data is None:
                return None
            extra += past
            if extra > EXTRA_READS:
                wanted = f"the end, after {len(self.content)} bytes of content and {extra} reads past them"
                return self.blame(read.outcome, read.outcome.said, wanted, "not got")
        return None

    def lines_never_end(self, form: str) -> Violation | None:
        """None where lines by `form` come to an end, else what they gave instead."""
        extra = 0
        if form == "iter" and not self.iterate().returned:
            return None
        for _ in range(CALL_LIMIT):
            past = self.offset >= len(self.content)
            read = self.line(form)
            if not read.outcome.returned or (form == "readline" and not read.data):
                return None
            extra += past or not read.data
            if extra > EXTRA_READS:
                wanted = "StopIteration raised" if form != "readline" else "the end, b''"
                return self.blame_silence(read.outcome, f"{wanted}, after {extra} answers without a line")
        return None

    # Violations

    def blame(self, outcome: Outcome, got: str, wanted: str, holds: str) -> Violation:
        """A violation by the last call. `holds` is an expression over `got`, `buffer`, `content` that a right
        stream makes true; where the call raised, making it is the proof.
        """
        last = self._trace[-1]
        before = statements(self._trace[:-1])
        if last.raised:
            proof = [*last.lines, f"{last.expression}  # raises, wanted: {wanted}"]
        else:
            proof = [*last.lines, f"got = {last.expression}", f"assert {holds}, {brief(outcome.value)}"]
        shows = type(outcome.error).__name__ if last.raised else "AssertionError"
        return self._violation(outcome.call, got, wanted, [*before, *proof], shows)

    def blame_silence(self, outcome: Outcome, wanted: str) -> Violation:
        """A violation by a call that came back, or that is only "not offered", although it had to raise."""
        last = self._trace[-1]
        lines = [*statements(self._trace[:-1]), *last.lines]
        shows = "AssertionError"
        if outcome.unsupported:
            shows = type(outcome.error).__name__
            lines.append(f"{last.expression}  # {shows} only says that there is no such operation")
        else:
            lines.append(f"got = {last.expression}  # must raise")
            lines.append(f'raise AssertionError(f"returned {{got!r}}, wanted {wanted}")')
        return self._violation(outcome.call, outcome.said, wanted, lines, shows)

    def blame_since(self, call: str, got: str, wanted: str, holds: str) -> Violation:
        """A violation by all that was done since the opening: `holds` is true no longer."""
        return self._violation(call, got, wanted, [*statements(self._trace), f"assert {holds}"])

    def instead(self, calls: list[str]) -> None:
        """Put in the place of the last call in the trace those that it made in its turn."""
        self._trace[-1:] = [Step((), text) for text in calls]

    def keep(self) -> None:
        """Name the answer of the last call `kept`, and a copy of its bytes `copy`."""
        last = self._trace.pop()
        self._trace.append(Step(last.lines, f"kept = {last.expression}"))
        self._trace.append(Step((), "copy = bytes(bytearray(kept))"))

    def blame_open(self, opening: str, error: BaseException, got: str) -> Violation:
        """A violation by a further stream that could not be opened beside this one."""
        *before, last = _opens(opening, "other")
        self._trace.append(Step(tuple(before), last, raised=True))
        return self.blame(Outcome("a second open()", error=error), got, "a stream of its own", "True")

    def blame_all(self, call: str, got: str, wanted: str, look: str) -> Violation:
        """A violation by all that was done: what `look` shows is no longer what it was before the opening."""
        *opening, last = self._opening.splitlines()
        looked = "\n".join([*opening, f"was = bytearray({look})", last])
        lines = [*statements(self._trace), f'assert {look} == was, "the stored content has changed"']
        return self._violation(call, got, wanted, lines, opening=looked)

    def _violation(
        self,
        call: str,
        got: str,
        wanted: str,
        lines: list[str],
        shows: str = "AssertionError",
        opening: str = "",
    ) -> Violation:
        text = script(opening or self._opening, coding.expression(self.content), lines)
        found = Violation(call, self._mask(got), self._mask(wanted), text, shows, self._prelude())
        return replace(found, handed_on=self._hands_on(found.calls))

    def _hands_on(self, calls: frozenset[str]) -> bool:
        """Whether the stream has a read() of its own, and one of `calls` only by what it wraps."""
        own = type(self.raw)
        return hasattr(own, "read") and any(not hasattr(own, name) for name in calls & MOVING)

    def _prelude(self) -> str:
        """An earlier stream, on other content of the same length, opened, read and closed; '' for large."""
        if len(self.content) > coding.LIMIT:
            return ""
        size = max(len(self.content), 1)
        reads = {"read_bytes": (str(size),), "readinto": (f"bytearray({size})",), "read_byte": ()}
        lines = [self.surface.spellings[self.bulk_form].text(reads[self.bulk_form])]
        lines += ["stream.close()"] if "close" in self.native else []
        other = "inverted" if self.content == coding.coded(len(self.content)) else ""
        return script(self._opening, coding.expression(coding.of_kind(other, size)), lines)


def _opens(opening: str, name: str) -> list[str]:
    """The last lines of an opening, those that open a stream on what is stored, with another name for it.

    Where an `opener` was made (an archive), it opens both.
    """
    lines = opening.splitlines()
    shared = any(line.startswith("opener = ") for line in lines)
    begins = ("stream = ",) if shared else ("source = ", "manager = ", "stream = ")
    first = next(n for n, line in enumerate(lines) if line.startswith(begins))
    return [
        f"{name}{line.removeprefix('stream')}" if line.startswith("stream = ") else line
        for line in lines[first:]
    ]


def brief(value: object) -> str:
    """The expression that shows `got` without flooding the terminal."""
    if isinstance(value, bytes | bytearray | memoryview) and len(value) > coding.SHOWN:
        return f"(bytes(got[:{coding.SHOWN}]), len(got))"
    if isinstance(value, list | str) and len(value) > coding.SHOWN:
        return f"(got[:{coding.SHOWN // 4}], len(got))"
    return "got"


def describe_argument(value: object) -> str:
    """An argument as a reproducer writes it."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 2**31:
        for power in (31, 32, 63):
            rest = abs(value) - 2**power
            if abs(rest) <= 1:
                sign = "-" if value < 0 else ""
                return f"{sign}2**{power}" if not rest else f"{sign}(2**{power} {'+' if rest > 0 else '-'} 1)"
    return describe(value)

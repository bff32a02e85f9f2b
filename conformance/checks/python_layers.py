"""PY-21: a stream under the layers of Python's own `io`, and after they let go of it."""

import contextlib
import io
from collections.abc import Callable, Iterator
from typing import Any

from streamtck import expect
from streamtck.cases import Case, Cases, Scale, fixed, steps_of
from streamtck.outcomes import Outcome, as_bytes
from streamtck.probe import Probe
from streamtck.registry import check
from streamtck.stream import EXTRA_READS, UNBOUNDED_SIZES, Stream, Unreachable, Vacuous
from streamtck.violation import Violation


class _Reader(io.BufferedReader):
    """Closes nothing when it is thrown away."""

    def __del__(self) -> None:
        pass


class _Text(io.TextIOWrapper):
    """Closes nothing when it is thrown away."""

    def __del__(self) -> None:
        pass


NEEDED = {
    "io.BufferedReader": ("readable", "readinto", "closed", "flush", "close"),
    "io.TextIOWrapper": ("readable", "writable", "seekable", "closed", "flush", "close"),
}
"""What Python itself calls on a stream under each layer, whatever is read; for seeks see SEEKING."""
SEEKING = ("seekable", "seek", "tell")


class Endless(BaseException):
    """One call on a layer made the stream give more than there is, again and again."""


class Bounded:
    """A stream as a layer sees it: each attribute is the stream's own, and reads that never end are stopped.

    `calls` are the reads that the layer made since `begin`, as a user writes them; `last` is the last answer.
    """

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self.begin()

    def begin(self) -> None:
        """Count anew, for one more call on the layer."""
        self.calls: list[str] = []
        self.last: object = None
        self._served = self._extra = 0

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._stream.raw, name)
        if name not in ("read", "read1", "readinto", "readinto1", "readall") or not callable(found):
            return found

        def read(*arguments: Any) -> Any:
            if name == "readall" or (name in ("read", "read1") and (*arguments, None)[0] in UNBOUNDED_SIZES):
                self._stream.require_an_end(name)
            return self._count(name, arguments, found(*arguments))

        return read

    def _count(self, name: str, arguments: tuple[Any, ...], answer: Any) -> Any:
        sized = ", ".join(f"bytearray({len(a)})" if hasattr(a, "__len__") else str(a) for a in arguments)
        self.calls.append(f"stream.{name}({sized})")
        self.last = answer
        served = answer if isinstance(answer, int) else len(as_bytes(answer) or b"")
        self._extra += self._served >= len(self._stream.content) and served > 0
        self._served += served
        if self._extra > EXTRA_READS:
            raise Endless
        return answer


class Layer:
    """One layer over a stream; what is done with it stands in the stream's trace, as `wrapper`.

    `twin` is the same layer over an io.BytesIO that stands at the same place: what it gives is right.
    """

    def __init__(self, stream: Stream, text: str, make: Callable[[Any], Any]) -> None:
        self.stream = stream
        self.name = text.partition("(")[0]
        self.at = stream.offset
        content = io.BytesIO(stream.content)
        content.seek(self.at)
        self.twin = make(content)
        stream.require_an_end("read_all")
        self.bounded = Bounded(stream)
        self.made = stream.do(f"wrapper = {text}", lambda: make(self.bounded))

    def call(self, name: str, *arguments: int) -> Outcome:
        """Make one call on the layer."""
        text = f"wrapper.{name}({', '.join(map(str, arguments))})"
        self.bounded.begin()
        outcome = self.stream.do(text, lambda: getattr(self.made.value, name)(*arguments))
        if isinstance(outcome.error, Endless):
            raise Unreachable(self._never_ends())
        if isinstance(outcome.error, Unreachable):
            raise outcome.error
        return outcome

    def _never_ends(self) -> Violation:
        """What the stream gave under the last call, which would never have come back."""
        self.stream.instead(self.bounded.calls)
        outcome = Outcome(self.bounded.calls[-1], self.bounded.last)
        wanted = (
            f"the end, after {len(self.bounded.calls)} reads of {len(self.stream.content)} bytes of content"
        )
        return self.stream.blame_silence(outcome, wanted)

    def works(self, outcome: Outcome) -> Violation | None:
        """No exception may come; what is wanted names all that the stream lacks for this layer."""
        needed = (*NEEDED[self.name], *(SEEKING if "seek" in self.stream.native else ()))
        lacking = [name for name in dict.fromkeys(needed) if self.stream.lacks(name)]
        hint = f"; the stream lacks {', '.join(lacking)}" if lacking else ""
        return expect.no_error(self.stream, outcome, f"no exception{hint}")

    def agrees(self, name: str, *arguments: int) -> Violation | None:
        """The call must give what it gives on the twin."""
        at, right = self.at, getattr(self.twin, name)(*arguments)
        outcome = self.call(name, *arguments)
        if not outcome.returned:
            return self.works(outcome)
        if isinstance(right, int):
            self.at = right
            return expect.the_count(self.stream, outcome, right)
        self.at += len(right)
        if outcome.value == right:
            return None
        decoded = '.decode("latin-1")' if isinstance(right, str) else ""
        holds = f"got == content[{at}:{self.at}]{decoded}"
        what = "characters" if decoded else "bytes"
        return self.stream.blame(outcome, outcome.said, f"{len(right)} {what} from offset {at} on", holds)

    def shows(self, size: int) -> Violation | None:
        """peek() must show what comes next; how much of it is free."""
        outcome = self.call("peek", size)
        if not outcome.returned:
            return self.works(outcome)
        content, at = self.stream.content, self.at
        if content.startswith(outcome.value, at) and (outcome.value or at >= len(content)):
            return None
        holds = f"content.startswith(got, {at}) and (got or {at} >= {len(content)})"
        return self.stream.blame(outcome, outcome.said, f"what comes at offset {at}", holds)

    def take(self, steps: tuple[tuple[str, int], ...]) -> Violation | None:
        """Steps on the layer, up to one that goes wrong; seeks only where the stream seeks. Then close it."""
        for operation, amount in steps:
            violation = None
            if operation == "peek":
                violation = self.shows(amount)
            elif operation in ("seek", "position"):
                target = (min(amount, len(self.stream.content)),) if operation == "seek" else ()
                if "seek" in self.stream.native:
                    violation = self.agrees("seek" if target else "tell", *target)
            elif operation == "readline":
                violation = self.agrees("readline")
            else:
                violation = self.agrees("read", *((amount,) if operation == "read_bytes" else ()))
            if violation:
                return violation
        return self.works(self.call("close"))


READS = (
    "rest rest",
    "read:5 tell line peek:1 read:1 read:5000 tell read:200000 rest",
    "line line read:4090 line read:70000 line read:200000",
    "peek:1 read:8191 peek:10 read:1 read:8192 line tell",
    "read:200 seek:3 tell read:60 peek:10 line",
    "read:5 seek:8190 read:5 tell peek:1 read:200000",
)
TEXTS = (
    "rest rest",
    "line line read:10 line read:9000 line rest",
    "read:1 read:8192 read:1 line rest",
    "read:10 seek:0 line rest",
)
"""What is done under a layer. One seek in each: what several do in turn, SK-4a decides."""


def _readers(scale: Scale) -> Iterator[Case]:
    for size in (1, 300, 8193, 24577, 70000):
        for words in READS:
            for buffer in (16, 4096, 8192) if size < 9000 else (8192, 65536):
                yield Case(size=size, length=buffer, steps=steps_of(words))
    for before in (1, 100, 300):
        yield Case(size=300, before=before, length=16, steps=steps_of(READS[1]))


def _texts(scale: Scale) -> Iterator[Case]:
    for kind, size in (
        ("", 1),
        ("", 300),
        ("odd lines", 300),
        ("short lines", 8193),
        ("", 24577),
        ("", 70000),
    ):
        for words in TEXTS if size > 1 else TEXTS[:1]:
            yield Case(size=size, kind=kind, steps=steps_of(words))
    for before in (1, 100, 300):
        yield Case(size=300, before=before, steps=steps_of(TEXTS[1]))


@check("PY-21a", "readinto", cases=Cases(_readers))
def serves_a_buffered_reader(probe: Probe, case: Case) -> Violation | None:
    layer = _reader(probe.open_case(case), case.length)
    return layer.take(case.steps) if layer.made.returned else layer.works(layer.made)


def _reader(stream: Stream, size: int = 4096) -> Layer:
    return Layer(stream, f"io.BufferedReader(stream, {size})", lambda raw: _Reader(raw, size))


def _text(stream: Stream) -> Layer:
    """As many characters as bytes, and every newline left as it is."""
    text = 'io.TextIOWrapper(stream, encoding="latin-1", newline="")'
    return Layer(stream, text, lambda raw: _Text(raw, encoding="latin-1", newline=""))


@check("PY-21b", "read_bytes|read1", cases=Cases(_texts))
def serves_a_text_wrapper(probe: Probe, case: Case) -> Violation | None:
    layer = _text(probe.open_case(case))
    return layer.take(case.steps) if layer.made.returned else layer.works(layer.made)


# PY-21c: detach. A stream that has it gives up its own raw stream; any other is itself given up by a layer.

DETACHED = fixed(Case(size=size, before=before) for size in (300, 20000) for before in (0, 100))


@check("PY-21c", "read_byte|read_bytes|readinto", cases=DETACHED)
def outlives_what_is_detached(probe: Probe, case: Case) -> Violation | None:
    violation = _gives_up_its_raw(probe, case) if probe.has("detach") else None
    if violation:
        return violation
    let_go = probe.has("detach")
    for make in (_reader, _text):
        for size in probe.few((0, 5), at=-1):
            layer = make(probe.open_case(case))
            if layer.made.returned and size:
                layer.call("read", size)
            # A layer that cannot be made or taken off is a matter of PY-21a and PY-21b.
            if layer.made.returned and layer.call("detach").returned:
                let_go = True
                violation = _lives_on(layer.stream, read=size > 0)
                if violation:
                    return violation
    if not let_go:
        raise Vacuous("there is no detach, and no layer of Python's own takes the stream")
    return None


def _lives_on(stream: Stream, read: bool) -> Violation | None:
    """A stream that a layer let go of must be open, and read on: a layer that read nothing moved nothing."""
    if "closed" in stream.native:
        outcome = stream.call("closed")
        if not outcome.returned or outcome.value:
            return stream.blame(outcome, outcome.said, "False, as detach() closes nothing", "not got")
    if not read:
        return expect.goes_on(stream, stream.offset)
    # How far a layer has read ahead is its own affair: any answer but an exception will do.
    return expect.no_error(stream, stream.read(stream.bulk_form, 1).outcome)


AFTER_DETACH = ("read_byte", "read_bytes", "readinto", "read1", "peek", "readline", "seek")


def _gives_up_its_raw(probe: Probe, case: Case) -> Violation | None:
    """After detach() the stream must refuse to work, and what it gave up must be open and readable."""
    for operation in probe.native(*AFTER_DETACH):
        stream = probe.open_case(case)
        outcome = stream.do("raw = stream.detach()", stream.raw.detach)
        raw = outcome.value
        if not outcome.returned or raw is None or raw is stream.raw:
            return stream.blame(
                outcome, outcome.said, "the raw stream", "raw is not None and raw is not stream"
            )
        try:
            violation = _is_unusable(stream, operation) or _is_alive(stream, raw)
        finally:
            with contextlib.suppress(Exception):
                raw.close()
        if violation:
            return violation
    return None


def _is_unusable(stream: Stream, operation: str) -> Violation | None:
    if operation in ("readline", "seek"):
        outcome = stream.call(operation, *((0,) if operation == "seek" else ()))
    else:
        outcome = stream.read(operation, 5).outcome
    if outcome.returned:
        return stream.blame_silence(outcome, "an exception, as the raw stream was detached")
    return None


def _is_alive(stream: Stream, raw: Any) -> Violation | None:
    stream.close()
    if hasattr(raw, "closed"):
        outcome = stream.do("raw.closed", lambda: raw.closed)
        if not outcome.returned or (outcome.value and not callable(outcome.value)):
            return stream.blame(outcome, outcome.said, "False, as detach() closes nothing", "not got")
    if not hasattr(raw, "read"):
        return None
    return expect.no_error(stream, stream.do("raw.read(1)", lambda: raw.read(1)))

"""A codec as checks see it: exchanges of blocks between its two sides, each call recorded."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from streamtck import content as coding
from streamtck.adapters import CODEC, Codec, SubjectError
from streamtck.aside import Tell
from streamtck.cases import Case, Scale
from streamtck.outcomes import Outcome, as_bytes, describe_error
from streamtck.probe import Offer
from streamtck.stream import NotOffered, Unreachable, brief
from streamtck.violation import Step, Violation, script, statements
from streamtck.watch import WATCH, Hung, Patience, in_time

STRATEGY = "double_buffer"
ERROR = "LZ4StreamError"
WIDTH = 4
"""Bytes of the stored length, where a check is not about it."""

SMALL_PAGE = 128
"""A page size that goes with each width of the stored length."""

REFUSALS = (TypeError, AttributeError, BufferError, NotImplementedError)
"""What an argument that is no `bytes` is refused with."""

SIDES = {"compressor": "LZ4StreamCompressor", "decompressor": "LZ4StreamDecompressor"}


@dataclass(frozen=True)
class Chunked(Case):
    """One example for a codec: content in chunks, the page size in bytes, the mode of the compressor.

    `width` is that of the stored length where a check is about it, `dictionary` the size of a dictionary that
    both sides have; `damage` names what is done to a block, `way` how chunks or blocks are handed over.
    """

    page: int = 0
    chunks: tuple[int, ...] = ()
    mode: str = ""
    width: int = WIDTH
    damage: str = ""
    dictionary: int = 0
    way: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """The value of an option, and the Python that makes it."""

    text: str
    value: Any


@dataclass(frozen=True, slots=True)
class Blob:
    """Bytes, and the Python that makes them; `data` may be another buffer, to be given as it is."""

    text: str
    data: Any

    def part(self, start: int, stop: int | None = None) -> Blob:
        """The bytes from `start` up to `stop`."""
        shown = f"{start or ''}:{'' if stop is None else stop}"
        return Blob(f"{self.text}[{shown}]", self.data[start:stop])

    def as_bytearray(self) -> Blob:
        """The same bytes in a bytearray of their own."""
        return Blob(f"bytearray({self.text})", bytearray(self.data))

    def amid(self) -> Blob:
        """The same bytes as a view that begins and ends within a larger buffer."""
        stop = len(self.data) + 3
        text = f"memoryview(b'<<<' + {self.text} + b'>>>')[3:{stop}]"
        return Blob(text, memoryview(b"<<<" + bytes(self.data) + b">>>")[3:stop])

    def __add__(self, other: Blob) -> Blob:
        return Blob(f"{self.text} + {other.text}", self.data + other.data)

    @classmethod
    def literal(cls, data: bytes, text: str = "") -> Blob:
        """Bytes written down, or made by `text`."""
        return cls(text or repr(data), data)


class CodecProbe(Offer):
    """One codec, of which `sides` are there. Where one cannot be made at all, SubjectError with one line."""

    def __init__(self, adapter: Codec, scale: Scale, subject: str) -> None:
        super().__init__(CODEC, scale)
        self.adapter = adapter
        self.sides: list[str] = []
        self.patience = Patience()
        for side in SIDES:
            made = self._made(side, subject)
            if made is not None:
                self.sides.append(side)
            for operation in ("compress",) if side == "compressor" else ("get_block", "decompress"):
                there = callable(getattr(made, operation, None))
                self.operations[operation] = "native" if there else "absent"
                if not there:
                    self.reasons[operation] = f"the {side} has none"
        if not self.native("compress", "decompress"):
            raise SubjectError(f"{subject}: its codec has neither compress() nor decompress()")

    def _made(self, side: str, subject: str) -> Any:
        try:
            return getattr(self.adapter, side)(STRATEGY, 1024)
        except NotImplementedError:
            return None
        except Exception as error:
            made = f'{SIDES[side]}("{STRATEGY}", 1024)'
            raise SubjectError(f"{subject}: {made} raised {describe_error(error)}") from None

    def begin(self, content: bytes) -> Exchange:
        """A new exchange about `content`."""
        return Exchange(self.adapter, content, self.narrate, self.patience)

    def named(self, error: BaseException | None) -> bool:
        """Whether an error is the codec's LZ4StreamError."""
        return isinstance(error, self.adapter.errors) or bool(self.surface.named(error, ERROR))


class Exchange:
    """Blocks that go from one side to the other: makes the calls and keeps a trace of them.

    `content` is what the chunks are cut from.
    """

    def __init__(
        self,
        adapter: Codec,
        content: bytes,
        narrate: Tell | None = None,
        patience: Patience | None = None,
    ) -> None:
        self.adapter = adapter
        self.patience = patience or Patience()
        self._narrate = narrate
        self.content = Blob("content", content)
        self._trace: list[Step] = []
        self._names: set[str] = set()

    # Calls

    def do(self, text: str, action: Callable[[], Any]) -> Outcome:
        """Do `action`, which a user writes as `text`; gives what it came to."""
        if self._narrate is not None:
            self._narrate(self._hanging(text))
        if WATCH.slate is not None:
            about = (self.adapter.codec_snippet(), self.content.data)
            WATCH.slate.begin(text, self.patience.seconds, (), self._trace, about)
        value, error = None, None
        try:
            with in_time(text, self.patience.seconds):
                value = action()
        except Hung as hung:
            self.patience.lost += 1
            hung.call, hung.script = text, self._hanging(text)
            raise
        except BaseException as raised:
            WATCH.let_pass(raised)
            value, error = None, raised.with_traceback(None)
        finally:
            if WATCH.slate is not None:
                WATCH.slate.end()
        self._trace.append(Step((), text, error is not None))
        return Outcome(text.partition(" = ")[2] or text, value, error, CODEC.says_unsupported(error))

    def _hanging(self, text: str) -> str:
        return self._script([*statements(self._trace), f"{text}  # does not come back"])

    def mark(self) -> tuple[int, set[str]]:
        """The state of the trace, to come `back` to."""
        return len(self._trace), set(self._names)

    def back(self, mark: tuple[int, set[str]]) -> None:
        """Forget what was done since the mark; its sides are not used any more."""
        length, self._names = mark
        del self._trace[length:]

    def note(self, line: str) -> None:
        """Put a line into the trace that is no call on the codec."""
        self._trace.append(Step((), line))

    def make(self, side: str, page: int, strategy: str = STRATEGY, **options: Any) -> Outcome:
        """Make one side; an option may be Written, where repr does not show it well.

        NotOffered where the side's signature has no place for one of the options.
        """
        make = getattr(self.adapter, side)
        lacking = _untaken(make, list(options))
        if lacking:
            raise NotOffered(f"the {side} takes no {lacking}")
        made = {name: _written(each) for name, each in options.items()}
        shown = [repr(strategy), str(page), *(f"{name}={each.text}" for name, each in made.items())]
        given = {name: each.value for name, each in made.items()}
        text = f"{self.free(side)} = {SIDES[side]}({', '.join(shown)})"
        return self.do(text, lambda: make(strategy, page, **given))

    def side(self, side: str, page: int, **options: Any) -> Side:
        """One side with lengths of WIDTH bytes, not what the check is about: Unreachable where it raises."""
        given = {"store_comp_size": WIDTH, **options}
        # A side that knows one width only has no option for it.
        if given["store_comp_size"] == WIDTH and _untaken(getattr(self.adapter, side), ["store_comp_size"]):
            del given["store_comp_size"]
        outcome = self.make(side, page, **given)
        name = self._trace[-1].expression.partition(" = ")[0]
        extra = [option for option in options if option != "store_comp_size"]
        if extra and isinstance(outcome.error, NotImplementedError):
            raise NotOffered(f"the {side} does not offer {' and '.join(extra)}: {outcome.said}")
        if not outcome.returned:
            violation = self.blame(outcome, outcome.said, f"a {side}", "True")
            # Which pages there are, and with which lengths, is up to the codec.
            if not self.make(side, page).returned or self.make(side, SMALL_PAGE, **given).returned:
                raise NotOffered(f"the {side} refuses pages of {page} bytes")
            raise Unreachable(violation)
        return Side(self, name, outcome.value)

    def compressor(self, page: int, **options: Any) -> Side:
        """A compressor, as `side` makes it."""
        return self.side("compressor", page, **options)

    def decompressor(self, page: int, **options: Any) -> Side:
        """A decompressor, as `side` makes it."""
        return self.side("decompressor", page, **options)

    def free(self, stem: str) -> str:
        """A name that begins with `stem` and is not used yet; now it is."""
        names = (stem if not number else f"{stem}{number + 1}" for number in range(len(self._names) + 1))
        name = next(each for each in names if each not in self._names)
        self._names.add(name)
        return name

    def name(self, stem: str, blob: Blob) -> Blob:
        """`blob` under a name of its own."""
        name = self.free(stem)
        self.note(f"{name} = {blob.text}")
        return Blob(name, blob.data)

    # Violations

    def blame(self, outcome: Outcome, got: str, wanted: str, holds: str) -> Violation:
        """A violation by the last call; `holds` is an expression over `got` that a right codec makes true."""
        last = self._trace[-1]
        before = statements(self._trace[:-1])
        if last.raised:
            proof = [f"{last.expression}  # raises, wanted: {wanted}"]
        else:
            proof = [f"got = {last.expression}", f"assert {holds}, {brief(outcome.value)}"]
        shows = type(outcome.error).__name__ if last.raised else "AssertionError"
        return self._violation(outcome.call, got, wanted, [*before, *proof], shows)

    def blame_silence(self, outcome: Outcome, wanted: str) -> Violation:
        """A violation by a call that came back although it had to raise."""
        if outcome.error is not None:
            return self.blame(outcome, outcome.said, wanted, "True")
        lines = [*statements(self._trace[:-1]), f"got = {self._trace[-1].expression}  # must raise"]
        lines.append(f'raise AssertionError(f"returned {{got!r}}, wanted {wanted}")')
        return self._violation(outcome.call, outcome.said, wanted, lines)

    def blame_since(self, call: str, got: str, wanted: str, holds: str, value: str) -> Violation:
        """A violation by all that was done: `holds` is not true; `value` is Python for what came instead."""
        return self._violation(call, got, wanted, [*statements(self._trace), f"assert {holds}, {value}"])

    def _violation(
        self, call: str, got: str, wanted: str, lines: list[str], shows: str = "AssertionError"
    ) -> Violation:
        return Violation(call, got, wanted, self._script(lines), shows)

    def _script(self, lines: list[str]) -> str:
        return script(self.adapter.codec_snippet(), coding.expression(self.content.data), lines)


class Side:
    """A compressor or a decompressor in an exchange, under the name that it has in the trace.

    `answer` is what its last call gave, `kept` what must live as long as the side.
    """

    def __init__(self, exchange: Exchange, name: str, raw: Any) -> None:
        self.exchange = exchange
        self.name = name
        self.raw = raw
        self.answer: Any = None
        self.kept: Any = None

    def call(self, method: str, blob: Blob, assign: str = "") -> Outcome:
        """One call with bytes; `assign` names its answer. NotOffered where it takes nothing but `bytes`."""
        prefix = f"{assign} = " if assign else ""
        text = f"{prefix}{self.name}.{method}({blob.text})"
        outcome = self.exchange.do(text, lambda: getattr(self.raw, method)(blob.data))
        if isinstance(outcome.error, REFUSALS) and not isinstance(blob.data, bytes):
            raise NotOffered(f"{method}() takes no {type(blob.data).__name__}: {outcome.said}")
        self.answer = outcome.value
        return outcome

    def compress(self, chunk: Blob) -> Blob:
        """The compressed chunk with its length; Unreachable where the call raises or gives no bytes."""
        name = self.exchange.free("block")
        outcome = self.call("compress", chunk, name)
        data = as_bytes(outcome.value)
        if data is None:
            wanted = "the compressed chunk, bytes"
            holds = "isinstance(got, (bytes, bytearray))"
            raise Unreachable(self.exchange.blame(outcome, outcome.said, wanted, holds))
        return Blob(name, data)

    def given(self, block: Blob, chunk: Blob) -> tuple[Violation | None, Blob]:
        """`decompress(block)` must give `chunk`: the violation, and what came under its name."""
        name = self.exchange.free("chunk")
        outcome = self.call("decompress", block, name)
        data = as_bytes(outcome.value)
        if data == chunk.data:
            return None, Blob(name, outcome.value)
        got = outcome.said if data is None else f"{outcome.said} ({_difference(data, chunk.data)})"
        wanted = f"{chunk.text}, {len(chunk.data)} bytes"
        return self.exchange.blame(outcome, got, wanted, f"got == {chunk.text}"), chunk

    def reads(self, block: Blob, chunk: Blob) -> None:
        """The same for checks that are about something else: Unreachable where it does not."""
        violation, _ = self.given(block, chunk)
        if violation is not None:
            raise Unreachable(violation)

    def first_block(self, stream: Blob, block: Blob) -> Violation | None:
        """`get_block(stream)` must give `block`."""
        outcome = self.call("get_block", stream)
        if as_bytes(outcome.value) == block.data:
            return None
        wanted = f"{block.text}, {len(block.data)} bytes"
        return self.exchange.blame(outcome, outcome.said, wanted, f"got == {block.text}")


def _written(option: Any) -> Written:
    return option if isinstance(option, Written) else Written(repr(option), option)


def _difference(got: bytes, wanted: bytes) -> str:
    first = next((i for i, (a, b) in enumerate(zip(got, wanted, strict=False)) if a != b), None)
    if first is not None:
        return f"wrong from offset {first} of the chunk on"
    return f"{len(got)} bytes, wanted {len(wanted)}"


def _untaken(make: Callable[..., Any], options: list[str]) -> str:
    """The first option that a factory's signature has no place for, '' where it takes all or is unknown."""
    parameters: dict[str, inspect.Parameter] = {}
    with contextlib.suppress(TypeError, ValueError):
        parameters = dict(inspect.signature(make).parameters)
    if not parameters or any(each.kind is each.VAR_KEYWORD for each in parameters.values()):
        return ""
    return next((name for name in options if name not in parameters), "")

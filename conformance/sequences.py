"""Sequences of operations against a plain model: one cursor over one content, whatever was done before.

A script is a row of steps; each is checked as it is made. What diverges belongs to the requirement of the
step that diverged (`rule`), and is judged after every requirement by itself: a stream that breaks a simple
rule is blamed for that alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from streamtck import content as coding
from streamtck import expect
from streamtck.cases import BLOCKS, Case, Cases, Scale, marks, steps_of
from streamtck.content import of_kind
from streamtck.guards import Window
from streamtck.outcomes import Outcome, Read, as_count
from streamtck.probe import OpenFailed, Probe
from streamtck.stream import FULL_READS, POSITIONED, PREADS, Stream
from streamtck.violation import Violation

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

HOME = "IS-0c"
"""The requirement for what no other names: any mixture of operations behaves like one cursor."""

READS = ("read_bytes", "readinto", "readinto1", "read_window", "read1", "readline_size")
RESTS = ("read_all", "readall")
FIRM_SEEKS = ("seek", "seek_by")
POSITIONED_WORDS = {"pread": ("pread_window", "pread_bytes"), "full": FULL_READS}
SEEKS = (*FIRM_SEEKS, "seek_cur", "seek_end")

RULES = (
    *("WR-5a", "DS-12a", "PR-1a", "PR-1b", "PR-3a", "SK-2b", "SK-8a", "SK-8b", "SK-13a", "SK-15a"),
    *("PY-8a", "PY-8b", "PY-12a", "PY-12b", "PY-12c", "PY-12d", "PY-13a", "DS-1a", "DS-2a", "DS-5a"),
    *("PY-3a", "IS-6a"),
)
"""The requirements that a divergence can belong to, beside `HOME`."""

DATA_STORE = "data-store"
NEEDS = {
    "hadoop": ("read_byte", "read_bytes|readinto"),
    "python-file": ("read_byte", "read_bytes|readinto"),
    DATA_STORE: ("readinto",),
}
"""What a surface must offer for sequences to be played."""

BASIC_FOR_STORES = ("FS-1a", "DS-1a", "DS-1b", "DS-1c", "DS-2a", "DS-5a", "DS-12a")
"""What is judged first on a data store's surface; on the others it is what `HOME` requires."""

FEATURES = {
    **dict.fromkeys(("readline", "readline_size"), "line"),
    **dict.fromkeys(("seek_cur", "seek_end"), "whence"),
    **dict.fromkeys(POSITIONED, "positioned"),
    **dict.fromkeys(RESTS, "rest"),
    **{name: name for name in ("peek", "read1", "readinto1", "skip", "position", "nothing")},
}
"""What a script has in it, by its operations; `beyond`, `other` and `told` are seen as it is played."""

DOMAINS = {
    **dict.fromkeys(("PY-9a", "PY-9b", "PY-9c", "PY-9d", "PY-11a", "PY-11b"), "line"),
    **dict.fromkeys(("PY-12c", "PY-12d"), "whence"),
    **dict.fromkeys(("PR-1a", "PR-1b", "PR-1e", "PR-2a", "PR-3a"), "positioned"),
    **dict.fromkeys(("PY-2a", "PY-5a"), "rest"),
    **dict.fromkeys(("PY-8a", "PY-8b"), "peek"),
    **dict.fromkeys(("PY-6a", "PY-6b", "PY-6c"), "read1"),
    **dict.fromkeys(("PY-7a", "PY-7b"), "readinto1"),
    **dict.fromkeys(("PY-3a", "IS-6a"), "nothing"),
    **dict.fromkeys(("SK-8b", "SK-13a", "SK-14a"), "beyond"),
    **dict.fromkeys(("WR-5a", "DS-12a"), "other"),
    **dict.fromkeys(("PY-4a", "IS-7c", "IS-8b", "DS-1c"), "guards"),
    "IS-0e": "skip",
    "PY-13a": "position",
    "PY-12a": "told",
}
"""Where a requirement that fails by itself explains a divergence: only in scripts with this in them.

Scripts leave it out then, and go on. One that is not named here explains all; `guards` no script has.
"""

ATTEMPTS = 100
"""How often a script that diverges is played again, to make it shorter."""

LAST = 20
"""Bytes that are read behind a script, to see where it left the cursor."""


class Player:
    """Plays a script on the streams of one stored content; `lost` are those whose position is left open."""

    def __init__(self, probe: Probe, case: Case, without: frozenset[str]) -> None:
        self.probe = probe
        self.handle = probe.store(of_kind(case.kind, case.size))
        self.size = case.size
        self.streams = {"": probe.open_again(self.handle)}
        self.without = without
        self.features: set[str] = set()
        self.lost: set[str] = set()
        self.done: list[str] = []
        self.refused = False

    def play(self, steps: Iterable[tuple[str, int]]) -> Violation | None:
        """The first divergence, with the rule that it belongs to and what the script has in it."""
        for name, amount in steps:
            violation = self.step(name, amount)
            if violation is not None:
                rule = self.rule(*self.done[-1:], *self.done[:-1])
                return replace(violation, rule=rule, features=frozenset(self.features))
        return None

    def _left_out(self, feature: str) -> bool:
        """Whether scripts go without this; else it is in them."""
        if feature not in self.without:
            self.features.add(feature)
        return feature in self.without

    def step(self, name: str, amount: int) -> Violation | None:
        """One step; one that the subject does not offer, or that has no defined answer, is left out."""
        which, _, operation = name.rpartition(".")
        if operation in POSITIONED_WORDS:
            operation = next(iter(self.probe.native(*POSITIONED_WORDS[operation])), operation)
        kind = "nothing" if operation in READS and not amount else operation
        if (which and self._left_out("other")) or (kind in FEATURES and self._left_out(FEATURES[kind])):
            return None
        if operation in ("read_byte", "read_bytes") and not self.probe.has(operation):
            operation = "readinto"
        stream = self._stream(which)
        if stream is None:
            return None
        if operation in FIRM_SEEKS:
            violation = self._seek(which, stream, amount, operation)
        elif operation in ("seek_cur", "seek_end"):
            violation = self._seek_from(which, stream, operation, amount)
        elif which in self.lost or not self.probe.has(operation):
            return None
        elif operation == "close":
            stream.close()
            self.lost.add(which)
            violation = None
        else:
            violation = self._defined(stream, operation, amount)
        self.done.append(kind)
        return violation

    def _stream(self, which: str) -> Stream | None:
        """The stream that a step is on; None where it does not open beside the first, which WR-5a asks."""
        if which not in self.streams:
            try:
                self.streams[which] = self.probe.open_again(self.handle, beside=self.streams[""])
            except OpenFailed:
                return None
        return self.streams[which]

    # Steps

    def _seek(self, which: str, stream: Stream, amount: int, operation: str) -> Violation | None:
        if not self.probe.has("seek") or (operation == "seek_by" and which in self.lost):
            return None
        if "close" in self.done and which in self.lost:
            return None
        target = amount if operation == "seek" else max(0, stream.offset + amount)
        if target > self.size and self._left_out("beyond"):
            return None
        outcome = stream.seek(target)
        if 0 <= target <= self.size:
            self.lost.discard(which)
            return expect.no_error(stream, outcome) or self._told(stream, outcome, target)
        # Before the start nothing is defined any more, and beyond the end only what came back.
        if target < 0 or not outcome.returned:
            self.lost.add(which)
            self.refused = True
        else:
            self.lost.discard(which)
        return None

    def _seek_from(self, which: str, stream: Stream, operation: str, amount: int) -> Violation | None:
        relative = operation == "seek_cur"
        if which in self.lost or not self.probe.has("seek_from"):
            return None
        start = stream.offset if relative else self.size
        target = max(0, start + amount)
        if target > self.size and self._left_out("beyond"):
            return None
        outcome = stream.call("seek_from", target - start, 1 if relative else 2)
        if outcome.returned:
            stream.offset = target
            return self._told(stream, outcome, target)
        self.lost.add(which)
        if outcome.unsupported or target > self.size:
            return None
        return expect.no_error(stream, outcome)

    def _told(self, stream: Stream, outcome: Outcome, target: int) -> Violation | None:
        """Where seek() tells a position, it is the one that was sought."""
        if stream.surface.name != "python-file" or as_count(outcome.value) in (None, target):
            return None
        return None if self._left_out("told") else expect.the_count(stream, outcome, target)

    def _defined(self, stream: Stream, operation: str, amount: int) -> Violation | None:
        offset, left = stream.offset, max(0, self.size - stream.offset)
        if operation in ("position", "size"):
            outcome = stream.call(operation)
            wanted = offset if operation == "position" else self.size
            return None if outcome.unsupported else expect.the_count(stream, outcome, wanted)
        if operation == "peek":
            shown = stream.bytes_of(stream.call("peek", amount), coding.LIMIT)
            return self._next(stream, shown, offset, coding.LIMIT)
        if operation == "read_view":
            return self._viewed(stream, amount, offset)
        if operation in RESTS:
            return expect.all_bytes(stream, stream.read_rest(operation), offset, left)
        if operation == "readline" or (operation == "readline_size" and amount):
            return self._line(stream, operation, amount)
        if operation in POSITIONED:
            return self._positioned(stream, operation, amount)
        if operation == "skip":
            return self._skipped(stream, amount, left)
        read = stream.read_window(_window(amount), 2, amount) if operation == "read_window" else None
        read = read or stream.read(operation, amount)
        if not read.asked:
            nothing = not read.fault and not read.data
            return None if nothing else stream.blame(read.outcome, read.got, "no bytes", "not got")
        return self._next(stream, read, offset, read.asked)

    def _next(self, stream: Stream, read: Read, offset: int, most: int) -> Violation | None:
        if offset < self.size:
            return expect.next_bytes(stream, read, offset, most)
        return expect.the_end(stream, read)

    def _viewed(self, stream: Stream, amount: int, offset: int) -> Violation | None:
        outcome = stream.call("read_view", amount)
        if outcome.unsupported or not amount:
            return None
        read = stream.bytes_of(outcome, amount)
        stream.offset += len(read.data or b"")
        return self._next(stream, read, offset, amount)

    def _line(self, stream: Stream, operation: str, amount: int) -> Violation | None:
        offset = stream.offset
        read = stream.line(operation, *([amount] if operation == "readline_size" else []))
        end = stream.content.find(b"\n", offset) + 1 or self.size
        if operation == "readline_size":
            # Fewer bytes than the size are legal, as long as the rest of the line comes next.
            return self._next(stream, read, offset, min(end - offset, amount))
        return expect.all_bytes(stream, read, offset, max(0, end - offset))

    def _skipped(self, stream: Stream, amount: int, left: int) -> Violation | None:
        outcome = stream.call("skip", amount)
        moved = as_count(outcome.value)
        if not outcome.returned or moved is None or not 0 <= moved <= min(amount, left):
            return None
        stream.offset += moved
        return None

    def _positioned(self, stream: Stream, form: str, position: int) -> Violation | None:
        if position >= self.size:
            return None
        length = min(1 + position % 301, self.size - position)
        read = stream.positioned(form, position, length)
        if form not in FULL_READS:
            return expect.next_bytes(stream, read, position, length)
        end = position + length
        if read.data == stream.content[position:end]:
            return None
        holds = f"bytes(buffer)[{read.start}:{read.start + length}] == content[{position}:{end}]"
        return stream.blame(read.outcome, read.got, f"the {length} bytes from offset {position} on", holds)

    # Whose the divergence is

    def rule(self, failed: str, *before: str) -> str:
        """The requirement that a divergence in an operation belongs to, after what was done before."""
        surface = self.streams[""].surface.name
        if len(self.streams) > 1:
            return "DS-12a" if surface == DATA_STORE else "WR-5a"
        if failed in POSITIONED:
            return "PR-1a" if failed in PREADS else "PR-3a"
        if set(before) & set(POSITIONED):
            return "PR-1b"
        if self.refused:
            return "SK-2b" if surface != DATA_STORE else "DS-2a"
        if surface == DATA_STORE:
            return self._store_rule(failed, before)
        return self._cursor_rule(failed, before, surface)

    def _store_rule(self, failed: str, before: tuple[str, ...]) -> str:
        if failed == "size":
            return "DS-5a"
        return "DS-2a" if set(SEEKS) & {failed, *before} else "DS-1a"

    def _cursor_rule(self, failed: str, before: tuple[str, ...], surface: str) -> str:
        last = next((name for name in reversed(before) if name != "position"), "")
        if "nothing" in (failed, last):
            return "PY-3a" if surface == "python-file" else "IS-6a"
        relative = {"seek_cur": "PY-12c", "seek_end": "PY-12d"}
        if failed in relative:
            return relative[failed]
        if failed in FIRM_SEEKS:
            return "PY-12a" if surface == "python-file" else "SK-8a"
        if failed == "peek":
            return "PY-8b"
        if last == "peek":
            return "PY-8a"
        if last in relative:
            return relative[last]
        beyond = self.streams[""].offset > self.size
        if failed == "position":
            told = "PY-13a" if surface == "python-file" else HOME
            return ("SK-8b" if beyond else "SK-8a") if last in FIRM_SEEKS else told
        if last in FIRM_SEEKS and len(set(before) - {"position", *SEEKS} | {failed}) == 1:
            return "SK-13a" if beyond else "PY-12b" if surface == "python-file" else "SK-15a"
        return HOME


def _window(amount: int) -> Window:
    return Window(amount + 5, "bytearray")


def play(probe: Probe, case: Case, without: frozenset[str] = frozenset()) -> Violation | None:
    """Play the steps of a case, but for those of some features, then look where they left the cursor."""
    player = Player(probe, case, without)
    form = player.streams[""].bulk_form
    return player.play([*case.steps, ("position", 0), (form, LAST), ("position", 0)])


def shortest(
    attempt: Callable[[Case], Violation | None], case: Case, found: Violation
) -> tuple[Case, Violation]:
    """The case with the steps left out that are not needed, on one stream where one is enough."""
    width, left = len(case.steps) // 2, ATTEMPTS
    while width:
        start = 0
        while start < len(case.steps) and left:
            fewer = replace(case, steps=case.steps[:start] + case.steps[start + width :])
            again, left = attempt(fewer), left - 1
            if again is None:
                start += width
            else:
                case, found = fewer, again
        width //= 2
    alone = replace(case, steps=tuple((name.rpartition(".")[2], amount) for name, amount in case.steps))
    again = attempt(alone) if alone != case else None
    return (case, found) if again is None else (alone, again)


# Scripts

FORMS = "byte:1 read:9 into:5 into1:3 window:6 read1:8 line:1 limit:4 peek:3 pread:70 preadinto:11 full:5"

FIXED = (
    "byte into:3 read:3 byte",
    "into:5 read:100 into:1 byte read:1",
    "read:10 seek:3 byte seek:0 into:8 read:8",
    "seek:200 read:60 seek:199 into:3 byte seek:5 read:9",
    "read:4000 into:200 byte seek:4095 into:2 read:5000",
    "read:8190 byte into:2 seek:8191 byte read:100",
    "into:65530 read:12 seek:100 into:70000 seek:65535 read:5",
    "rest seek:1 byte rest byte seek:0 into:20",
    "byte rest into:4 read:4 seek:2 read:2",
    "into:20 rest byte seek:5 into:3 rest",
    "read:10 other.read:20 read:10 tell other.seek:5 seek:50 other.read:10 into:10 tell other.tell",
    "other.read:5 read:100 other.line line other.peek:1 read1:7 other.rest read:8 other.tell tell",
    "read:100 other.read:3 close:0 other.read:40 other.tell other.seek:1 other.rest",
    "read:10 seek:-1 seek:20 read:5 tell seek:2147483648 seek:7 into:9 tell seek:0 line",
    "rest read:5 by:0 read:5 fromend:-5 read:9 read:9 tell by:-3 read:5 fromend:0 read:1 seek:0 read:3",
    "line cur:0 read:5 line cur:-3 into:5 peek:1 cur:2 tell fromend:-10 line cur:-1 read:4 cur:1 tell read:1",
    "peek:5 seek:3 peek:5 read:2 peek:1 into:4 peek:600 line tell peek:1 by:-4 read:9 peek:1 tell rest",
    "read:0 tell read:10 into:0 read:0 tell line read:0 line tell seek:5 read:0 read:3",
    "line line by:-7 line tell limit:3 limit:1 into:7 limit:200 read:3 line tell read1:5 line",
    "pread:0 read:7 pread:100 read:7 tell full:250 into:7 preadinto:3 tell seek:9 pread:200 read:5 full:1",
    "skip:10 byte skip:20 into:5 tell skip:0 read:4 seek:9 skip:5 byte tell",
    "view:7 into:9 seek:3 view:5 tell into:4 view:6 seek:9 into:5 view:700 into:3 seek:0 view:1 tell",
    "size read:9 size seek:5 size into:8 rest size",
)
"""Short scripts across page edges, the end, lines and two streams; a number is an amount or a target."""


def _pairs() -> Iterator[str]:
    """Scripts in which every form follows every other."""
    forms = FORMS.split()
    for first in forms:
        yield " ".join(f"{first} {second} tell" for second in forms)


def _jumps(distance: int, size: int) -> str:
    """Jumps by just about a distance, back and forth, after a read and without one."""
    near = (distance, distance - 1, distance + 1)
    there = " ".join(f"by:-{n} read:3 by:{n - 3} read:2 by:-{n} byte by:{n} tell" for n in near)
    return (
        f"seek:{size // 2} read:30 {there} seek:{distance} read:10 seek:0 read:{distance} read:7 by:-7 into:9"
    )


def _ratchet(size: int, step: int) -> str:
    """Small jumps back over every place, whatever page it may be the edge of."""
    return " ".join(f"seek:{start} read:{2 * step}" for start in range(0, size - step, step))


def _edges(scale: Scale) -> Iterator[Case]:
    for size in (300, *(size for size in scale.sizes if size > 8000)):
        for script in FIXED:
            yield Case(size=size, steps=steps_of(script))
    yield Case(size=8193, steps=steps_of(_ratchet(8193, 30)))
    if scale.sizes[-2] > 8193:
        yield Case(size=scale.sizes[-2], steps=steps_of(_ratchet(scale.sizes[-2], 200)))
    for script in _pairs():
        for kind in ("", "lines"):
            yield Case(size=8193, kind=kind, steps=steps_of(script))
    for distance in sorted({*BLOCKS, *scale.pages}):
        size = 2 * distance + 200
        if size <= scale.large[-1]:
            yield Case(size=size, kind="inverted", steps=steps_of(_jumps(distance, size)))


GROUPS = (
    "byte read into rest",
    "byte read into read1 into1 line limit peek",
    "read into line cur fromend",
    "read into rest pread preadinto full",
    "read other.read other.seek other.into other.rest other.tell",
    "read into view line peek cur fromend pread full skip other.read other.seek size rest",
)
"""Alphabets of drawn scripts, beside seeks and tell."""


def _amounts(edges: list[int]) -> SearchStrategy[int]:
    from hypothesis import strategies as st

    return st.integers(0, 20) | st.sampled_from(edges) | st.integers(1, 9000)


def _drawn(scale: Scale) -> SearchStrategy[Case]:
    from hypothesis import strategies as st

    shifts = sorted({page + shift for page in (*BLOCKS, *scale.pages) for shift in (-1, 0, 1)})
    sizes = st.integers(1, 600) | st.integers(1, 30000) | st.sampled_from([n for n in shifts if n < 140000])

    @st.composite
    def case(draw: st.DrawFn) -> Case:
        size = draw(sizes)
        edges = marks(size + 1, scale.pages)
        steps = []
        words = [*draw(st.sampled_from(GROUPS)).split(), "tell"]
        for _ in range(draw(st.integers(1, 12))):
            word = draw(st.sampled_from(("seek", "by", *words)))
            steps.append((word, draw(_targets(word, size, edges, shifts))))
        kind = draw(st.sampled_from(("", "lines", "inverted")))
        return Case(size=size, kind=kind, steps=steps_of(" ".join(f"{word}:{n}" for word, n in steps)))

    return case()


def _targets(word: str, size: int, edges: list[int], shifts: list[int]) -> SearchStrategy[int]:
    """What a step may be given: places for a seek, distances for a jump, else amounts."""
    from hypothesis import strategies as st

    word = word.rpartition(".")[2]
    if word in ("pread", "preadinto", "full"):
        return st.sampled_from(edges) | st.integers(0, size)
    if word == "seek":
        beyond = st.sampled_from((size + 1, size + 100, -1))
        return st.sampled_from(edges) | st.integers(0, size) | beyond
    if word in ("by", "cur", "fromend"):
        ways = [*(shift for shift in shifts if shift <= size), *(-shift for shift in shifts if shift <= size)]
        return st.integers(-20, 20) | st.sampled_from(ways or [0]) | st.integers(-size, size)
    return _amounts([edge for edge in edges if edge]) if len(edges) > 1 else st.integers(0, 20)


SEQUENCES = Cases(_edges, _drawn, weight=5)

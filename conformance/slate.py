"""What a process is doing, in memory that outlives it: the call under way and the calls before it."""

import marshal
import mmap
import os
import struct
import time
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from streamtck import content as coding
from streamtck.sparse import Sparse, sparse
from streamtck.violation import Step, script, statements

SIZE = 16 << 20
TEXT = 64
CHAPTER = TEXT + (8 << 10)
HEAD = struct.Struct(
    "<BxxxIIIIdd"
)  # purpose, single reads, length of text, end of chapter, process, seconds, until

CLOSED = 113
"""Exit code of a process whose descriptors the subject has closed."""

IDLE, CALL, RELEASE, LOOK = range(4)
"""What a call is made for: nothing, a check, cleaning up, or to see whether a stream ends at all."""


@dataclass(frozen=True, slots=True)
class Told:
    """The call that was under way, '' for none, what for, what it may take, and Python that makes it."""

    text: str
    purpose: int
    seconds: float
    script: str | None


class Slate:
    """Memory that a process shares with the one that watches it. Times are those of time.monotonic()."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, SIZE)
        self._owner = os.getpid()
        self._chapter: list[Step] | None = None
        self._last: Step | None = None
        self._about: tuple[str, bytes] | None = None
        self._steps = CHAPTER
        self._written = 0
        self._end = CHAPTER
        self.purpose = CALL
        self.tells: int | None = None

    def adopt(self) -> None:
        """Let this process write, and no other; no call is under way."""
        self._owner = os.getpid()
        self._chapter = self._about = None
        self.end()

    def begin(
        self,
        text: str,
        seconds: float,
        lines: tuple[str, ...] = (),
        trace: list[Step] | None = None,
        about: tuple[str, bytes] = ("", b""),
    ) -> None:
        """A call is about to be made that may take so many seconds.

        `trace` came before it, on what is `about`: the opening, the content.
        A copy of the process that a subject forked ends here.
        """
        if os.getpid() != self._owner:
            os._exit(0)
        if trace is not None:
            self._follow(trace, about)
        told = marshal.dumps((text[:4000], lines, trace is not None))
        if len(told) > CHAPTER - TEXT:
            told = marshal.dumps((text[:4000], (), False))
        self._memory[TEXT : TEXT + len(told)] = told
        until = time.monotonic() + seconds
        # The purpose comes last: until then no call is under way.
        HEAD.pack_into(self._memory, 0, IDLE, 0, len(told), self._end, self._owner, seconds, until)
        self._memory[0] = self.purpose

    def single(self, count: int) -> None:
        """The call that was begun is made once more, after `count` times."""
        struct.pack_into("<I", self._memory, 4, count)

    def end(self) -> None:
        """The call has come back; where it has closed what `tells` of that, this process ends in it."""
        if self.tells is not None:
            try:
                os.fstat(self.tells)
            except OSError:
                os._exit(CLOSED)
        self._memory[0] = IDLE

    def _follow(self, trace: list[Step], about: tuple[str, bytes]) -> None:
        """Write down the steps that came to `trace` since the last call."""
        known = trace is self._chapter and len(trace) >= self._written
        if not known or (self._written and trace[self._written - 1] is not self._last):
            self._chapter, self._written = trace, 0
            if self._about is None or about[0] != self._about[0] or about[1] is not self._about[1]:
                self._about, self._end = about, CHAPTER
                self._put((about[0], None if isinstance(about[1], Sparse) else about[1]))
                self._steps = self._end
            self._end = self._steps
        for step, same in groupby(trace[self._written :]):
            self._put((step.lines, step.expression, step.raised, len(list(same))))
        self._written = len(trace)
        self._last = trace[-1] if trace else None

    def _put(self, record: tuple[Any, ...]) -> None:
        data = marshal.dumps(record)
        if self._end + 4 + len(data) > SIZE:
            self._end = SIZE  # too much to be told
            return
        struct.pack_into("<I", self._memory, self._end, len(data))
        self._memory[self._end + 4 : self._end + 4 + len(data)] = data
        self._end += 4 + len(data)

    # For the one that watches

    def overdue(self) -> float | None:
        """For how many seconds the call under way should have been back, None where there is none."""
        head = self._memory[: HEAD.size]
        purpose, *_, until = HEAD.unpack(head)
        if not purpose or head != self._memory[: HEAD.size]:
            return None
        return float(time.monotonic() - until)

    def owner(self) -> int:
        """The process that wrote last, 0 for none."""
        return int(HEAD.unpack_from(self._memory)[4])

    def told(self, ending: str) -> Told:
        """What is written; the script's last line says how the call ends."""
        purpose, singles, length, end, _, seconds, _ = HEAD.unpack_from(self._memory)
        if purpose == IDLE:
            return Told("", IDLE, 0, None)
        try:
            text, lines, traced = marshal.loads(self._memory[TEXT : TEXT + length])
            shown = (
                self._script([Step((), text)] * singles, (*lines, f"{text}  # {ending}"), end)
                if traced
                else None
            )
        except (ValueError, EOFError, TypeError, struct.error):
            return Told("", purpose, seconds, None)
        return Told(text, purpose, seconds, shown)

    def _script(self, singles: list[Step], last: tuple[str, ...], end: int) -> str | None:
        if end >= SIZE:
            return None
        records, at = [], CHAPTER
        while at < end:
            (length,) = struct.unpack_from("<I", self._memory, at)
            records.append(marshal.loads(self._memory[at + 4 : at + 4 + length]))
            at += 4 + length
        (opening, content), *steps = records
        trace = [Step(lines, text, raised) for lines, text, raised, times in steps for _ in range(times)]
        text = coding.expression(sparse() if content is None else content)
        return script(opening, text, [*statements([*trace, *singles]), *last])

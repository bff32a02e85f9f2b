"""A process that is watched: questions to it, what it answers, and how it ended where it does not."""

import contextlib
import json
import os
import re
import select
import signal
import time
import warnings
from collections.abc import Iterator
from typing import Any, NoReturn

from streamtck.aside import fate
from streamtck.isolated import RAISED, SHOW, Ask, Ends, live
from streamtck.notes import Notes
from streamtck.outcomes import describe
from streamtck.slate import CLOSED, Slate, Told
from streamtck.watch import TIME_IS_UP, WATCH, Crashed, Gone, Hung, where

GRACE = 1
"""Seconds past its time that a subject has to be ended by its own alarm, which tells more."""

SHORT_GRACE = 0.25
"""The same for a subject of which a process did not come back before."""

TICK = 0.05
"""Seconds between two looks at a process that says nothing."""

MEMORY = 2 << 30
"""Bytes of memory that a subject may take beyond what its process began with."""

TAIL = 4096
"""Bytes of standard error that are kept."""

LONGEST = 64 << 20
"""Bytes that one message has at the most."""

FRAME = re.compile(r'^  File "(.*)", line (\d+) in (.*)$')


class Process:
    """A process forked from this one in which a subject lives.

    `until` is the time of time.monotonic() by which it has to say something.
    """

    def __init__(self, ask: Ask, notes: Notes, folder: str) -> None:
        self.slate = Slate()
        self.until = float("inf")
        self.grace = SHORT_GRACE if WATCH.lost else GRACE
        questions, answers, errors, stacks = (os.pipe() for _ in range(4))
        with warnings.catch_warnings():
            # Nothing but the subject runs in the child, so threads of this process are not missed there.
            warnings.simplefilter("ignore", DeprecationWarning)
            self.id = os.fork()
        if self.id == 0:
            ends = Ends(questions[0], answers[1], errors[1], stacks[1])
            live(ask, ends, self.slate, notes, folder)
        for end in (questions[0], answers[1], errors[1], stacks[1]):
            os.close(end)
        self._questions = questions[1]
        self._read = {answers[0]: b"", errors[0]: b"", stacks[0]: b""}
        self._answers, self._errors, self._stacks = self._read
        self._at_first = _memory(self.id)
        self._status: int | None = None

    def ask(self, *question: str) -> Iterator[list[Any]]:
        """Ask, and give its messages as they come; ends in Gone where there are no more."""
        with contextlib.suppress(BrokenPipeError):
            os.write(self._questions, json.dumps(question).encode() + b"\n")
        return self.messages()

    def messages(self) -> Iterator[list[Any]]:
        """What it says; raises Gone where it has died, says nothing or takes too much."""
        try:
            while True:
                message = self._message()
                if message is not None:
                    yield message
                elif not self._listen(TICK):
                    self._look()
        except (Gone, GeneratorExit):
            raise
        except BaseException:
            self.end()
            raise

    def end(self) -> None:
        """End it and all that it has started; may be called again."""
        if self._status is None:
            self._kill()
            self._status = os.waitstatus_to_exitcode(os.waitpid(self.id, 0)[1])
        for end in (*self._read, self._questions):
            with contextlib.suppress(OSError):
                os.close(end)
        self._read, self._questions = {}, -1

    @property
    def ended(self) -> bool:
        """Whether it was ended from here."""
        return self._questions < 0

    # Listening

    def _message(self) -> list[Any] | None:
        """The next whole message, None where there is none yet."""
        data = self._read[self._answers]
        length = int.from_bytes(data[:4], "little")
        if len(data) < 4 or (len(data) < 4 + length and length <= LONGEST):
            return None
        self._read[self._answers] = data[4 + length :]
        with contextlib.suppress(ValueError):
            message = json.loads(data[4 : 4 + length])
            if isinstance(message, list) and message:
                return message
        return self._lost(Crashed, "it wrote into a descriptor of the kit")

    def _listen(self, seconds: float) -> bool:
        """Take in what it writes; False where nothing came within so many seconds."""
        ready = select.select([*self._read], [], [], seconds)[0]
        came = False
        for end in ready:
            data = os.read(end, 1 << 16)
            self._read[end] += data
            if end == self._errors:
                self._read[end] = self._read[end][-TAIL:]
            came = came or bool(data)
        if ready and not came and self._answers in ready:
            time.sleep(0.001)  # the other end is closed
        return came

    def _look(self) -> None:
        """Raise Gone where it has died, takes too long or too much."""
        if self._over():
            while self._listen(0):
                pass
            if len(self._read[self._answers]) >= 4:
                return
            self._lost(Crashed, "")
        overdue = self.slate.overdue()
        late = time.monotonic() - self.until
        if (overdue is not None and overdue > self.grace) or late > self.grace:
            told = self.slate.told("does not come back")
            if told.text or late > self.grace:
                self._hung(told, late > self.grace)
        if max(_memory(self.id), _memory(self.slate.owner())) - self._at_first > MEMORY:
            self._lost(Crashed, f"it took more than {MEMORY >> 30} GiB of memory and was ended")

    def _over(self) -> bool:
        """Whether it has ended; what it left behind is still there."""
        if hasattr(os, "waitid"):
            return os.waitid(os.P_PID, self.id, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
        if self._status is None:
            ended, status = os.waitpid(self.id, os.WNOHANG)
            self._status = os.waitstatus_to_exitcode(status) if ended else None
        return self._status is not None

    # How it ended

    def _hung(self, told: Told, late: bool) -> NoReturn:
        """Have it show where it is, then end it."""
        with contextlib.suppress(OSError):
            os.kill(self.slate.owner() or self.id, SHOW)
        shown_by = time.monotonic() + 0.5
        while time.monotonic() < shown_by and (self._listen(TICK) or not self._read[self._stacks]):
            pass
        how = f"did not come back within {told.seconds:g} seconds"
        if late:
            how = f"did not come back before {TIME_IS_UP.format(WATCH.limit or 0)}"
        self._lost(Hung, how, told)

    def _lost(self, kind: type[Gone], how: str, told: Told | None = None) -> NoReturn:
        """Raise what became of it, with the guilty call and its stack; the process is ended."""
        self._kill()
        status = self._status
        if status is None:
            status = self._status = os.waitstatus_to_exitcode(os.waitpid(self.id, 0)[1])
        while self._listen(0):
            pass
        if not how and status == -signal.SIGALRM:
            kind, how = Hung, "did not come back in time"
        how = how or self._words(status)
        told = told or self.slate.told("does not come back" if kind is Hung else "takes the process down")
        between = " " if kind is Hung else ": "
        subject = told.text or ("it" if kind is Hung else "")
        gone = kind(f"{subject}{between if subject else ''}{how}{where(self._frames())}")
        gone.call, gone.script = told.text, told.script
        gone.last = told
        self.end()
        raise gone

    def _words(self, status: int) -> str:
        """How it ended by itself."""
        if status == CLOSED:
            return "it closed a descriptor of the kit"
        lines = self._read[self._errors].decode(errors="replace").split("\n")
        last = next((line for line in reversed(lines) if line.strip()), "")
        if status == RAISED:
            return last
        said = f" ({describe(last)})" if last and status == -signal.SIGABRT else ""
        return f"{fate(status)}{said}"

    def _frames(self) -> list[tuple[str, int, str]]:
        """The last stack that it wrote down, of the thread in which the kit runs."""
        stacks: list[list[tuple[str, int, str]]] = [[]]
        for line in self._read[self._stacks].decode(errors="replace").split("\n"):
            found = FRAME.match(line)
            if found:
                stacks[-1].append((found[1], int(found[2]), found[3]))
            elif "(most recent call first)" in line:
                stacks.append([])
        kit = [stack for stack in stacks if any(file.endswith("isolated.py") for file, _, _ in stack)]
        return [*kit, stacks[-1]][0]

    def _kill(self) -> None:
        """End it and all of its group."""
        for kill in (os.killpg, os.kill):
            with contextlib.suppress(OSError):
                kill(self.id, signal.SIGKILL)


def _memory(process: int) -> int:
    """The memory that a process takes, in bytes; 0 where that is not known."""
    try:
        with open(f"/proc/{process}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError, ValueError):
        return 0

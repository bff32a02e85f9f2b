"""A subject in a process of its own, which is replaced where it dies or does not come back."""

import contextlib
import shutil
import tempfile
import time
from collections import Counter
from dataclasses import replace
from typing import Any

from streamtck.adapters import PYTHON_FILE, SubjectError
from streamtck.engine import WAY
from streamtck.isolated import Ask
from streamtck.notes import Notes, from_data, gone_from_data
from streamtck.registry import checks
from streamtck.slate import CALL, IDLE, LOOK, RELEASE, Told
from streamtck.spec import Specification
from streamtck.subjects import Subject, planned
from streamtck.verdicts import Result, Verdict
from streamtck.watch import LIMIT, SLACK, WATCH, Crashed, Gone, Hung
from streamtck.watched import Process

PREPARE = 10
"""Seconds that loading a subject and looking at it may take at least."""

BETWEEN = 60
"""Seconds that may pass between two units at least: reproducers are run there."""

AVOIDED = 20
"""Calls that are given up, one by one, while a subject is looked at."""

LOST = (Verdict.TIMEOUT, Verdict.CRASH)


def prepare(
    given: str,
    specification: Specification,
    budget: str,
    seed: int,
    input: str | None = None,
    dear: bool = False,
    large: bool = False,
) -> Subject:
    """A subject that lives in a process of its own. Raises SubjectError with one line.

    One that cannot even be loaded or opened without going down, or in time, is a subject all the same:
    its most basic requirement says so, and all others are blocked by that.
    """
    far = Far(Ask(given, specification, budget, seed, input, dear, large))
    try:
        far.start()
    except BaseException:
        far.close()
        raise
    plan = planned(specification, far.surfaces)
    return Subject(given, far.name, far, far, plan)


class Far:
    """The adapter and the engine of a subject as they are seen from another process."""

    def __init__(self, ask: Ask) -> None:
        self.ask = ask
        self.name = ask.given
        self.surfaces: tuple[str, ...] = ()
        self.operations: dict[str, str] = {}
        self.notes = Notes()
        self._distribution: tuple[str | None, str | None] = (None, None)
        self._process: Process | None = None
        self._processes = 0
        self._unit = ""
        self._unready: Gone | None = None
        self._between: Counter[str] = Counter()
        self._watch = {"lost": 0, "closes": True, "ends": True}
        self._avoided: dict[str, Gone] = {}
        self._folder = tempfile.mkdtemp(prefix="streamtck-")

    def provenance(self) -> tuple[str | None, str | None]:
        """The distribution and its version, as far as they are known."""
        return self._distribution

    def decide(self, id: str) -> Result:
        """The verdict on one requirement."""
        started, processes = time.perf_counter(), self._processes
        while id not in self.notes.results:
            if self._process is not None and self._process.ended:
                self._process = None
            if self._process is None and self._unready is None:
                self.start()
            if self._process is None:
                self.notes.keep("results", id, self._unopened(id))
                break
            try:
                self._asked(self._process, id)
            except Gone as gone:
                self._bury(gone, id)
        result = self.notes.results[id]
        if self._processes == processes:
            return result
        took = time.perf_counter() - started
        self.notes.keep("results", id, replace(result, duration=took))
        return self.notes.results[id]

    def teardown(self) -> None:
        """End the process. Raises RuntimeError where the adapter's own teardown did not work."""
        said = ""
        try:
            if self._process is not None and not self._process.ended:
                self._process.until = time.monotonic() + (WATCH.limit or LIMIT)
                said = next(self._process.ask("close"))[1]
        except Gone as gone:
            said = gone.how
        finally:
            self.close()
        if said:
            raise RuntimeError(said)

    def close(self) -> None:
        """End the process, whatever it does, and remove its files."""
        if self._process is not None:
            self._process.end()
            self._process = None
        shutil.rmtree(self._folder, ignore_errors=True)

    # The process

    def start(self) -> None:
        """Have a process with the subject in it; where it cannot be made ready, that is remembered."""
        checks()  # loaded once, here, and not by each process
        __import__("streamtck.drawing")
        while self._process is None and self._unready is None:
            with self._watched():
                self._process = Process(self.ask, self.notes, self._folder)
            self._processes += 1
            self._unit = ""
            try:
                self._made_ready(self._process)
            except Gone as gone:
                self._give_up(gone)

    @contextlib.contextmanager
    def _watched(self) -> Any:
        """What a new process is to know of those before it."""
        before = vars(WATCH).copy()
        vars(WATCH).update(self._watch, avoided=dict(self._avoided))
        try:
            yield
        finally:
            vars(WATCH).update(before)

    def _made_ready(self, process: Process) -> None:
        stage = "loading it"
        process.until = time.monotonic() + max(WATCH.limit or LIMIT, PREPARE)
        try:
            for message in process.messages():
                match message:
                    case ["stage", str(stage)]:
                        pass
                    case ["resolved", str(name), [*surfaces], [distribution, version]]:
                        self.name = name
                        self.surfaces = tuple(surfaces)
                        self._distribution = (distribution, version)
                    case ["ready", dict(operations)]:
                        self.operations = operations
                        return
                    case ["refused", str(line)]:
                        raise SubjectError(line)
                    case ["lost", data]:
                        raise gone_from_data(data)
        except Gone as gone:
            if not gone.how.startswith(stage):
                gone.how = f"{stage}: {gone.how}"
            raise

    def _give_up(self, gone: Gone) -> None:
        """A process was lost before it was ready: go on without the call that it was lost in, if any."""
        self._end()
        told = gone.last
        if self._forgiven(gone):
            return
        text = told.text if isinstance(told, Told) else ""
        if text and text not in self._avoided and len(self._avoided) < AVOIDED:
            self._watch["lost"] += isinstance(gone, Hung)
            self._avoided[text] = gone
        else:
            self._unready = gone
            self.surfaces = self.surfaces or (PYTHON_FILE.name,)

    def _asked(self, process: Process, id: str) -> None:
        process.until = time.monotonic() + self._between_units
        for message in process.ask("decide", id):
            match message:
                case ["unit", str(unit)]:
                    self._unit = unit
                    limit = 2 * (WATCH.limit or LIMIT) + SLACK if unit else self._between_units
                    process.until = time.monotonic() + limit
                case ["keep", str(kind), str(key), data]:
                    self.notes.keep(kind, key, from_data(kind, data))
                case ["done"]:
                    return

    @property
    def _between_units(self) -> float:
        return max(WATCH.limit or LIMIT, BETWEEN)

    def _bury(self, gone: Gone, id: str) -> None:
        """A process was lost: remember what it was doing, which its successor is not to do again."""
        self._end()
        self._watch["lost"] += isinstance(gone, Hung)
        if self._forgiven(gone):
            return
        if self._unit:
            self.notes.gone[self._unit] = gone
            return
        self._between[id] += 1
        if self._between[id] > 1:
            self.notes.keep("results", id, _lost(id, gone))

    def _forgiven(self, gone: Gone) -> bool:
        """Whether the call was none that a requirement is about, and can be left out from now on."""
        purpose = gone.last.purpose if isinstance(gone.last, Told) else CALL
        if purpose == IDLE and isinstance(gone, Crashed):
            return False
        # Where no call is under way, it may be the end of a stream that is let go.
        for purposes, name in (((RELEASE, IDLE), "closes"), ((LOOK,), "ends")):
            if purpose in purposes and self._watch[name]:
                self._watch[name] = False
                return True
        return False

    def _end(self) -> None:
        if self._process is not None:
            self._process.end()
            self._process = None

    # A subject that cannot be asked

    def _unopened(self, id: str) -> Result:
        """The verdict where no process becomes ready: what is most basic says why, and blocks all else."""
        gone = self._unready
        assert gone is not None
        families = {family.id: family.surfaces for family in self.ask.specification.families}

        def offered(id: str) -> bool:
            return bool(set(families[self.ask.specification[id].family]) & set(self.surfaces))

        if not offered(id):
            named = " or ".join(families[self.ask.specification[id].family])
            return Result(id, Verdict.UNSUPPORTED, f"the subject offers no {named} surface")
        cause = next(each for each in WAY if offered(each))
        before = self.notes.results.get(cause)
        if cause == id or (before is not None and before.verdict not in LOST):
            return _lost(id, gone)
        return Result(id, Verdict.BLOCKED, gone.how, blocked_by=cause)


def _lost(id: str, gone: Gone) -> Result:
    verdict = Verdict.CRASH if isinstance(gone, Crashed) else Verdict.TIMEOUT
    return Result(id, verdict, gone.how, wanted="an answer or an error", reproducer=gone.script)

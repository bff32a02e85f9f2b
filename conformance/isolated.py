"""The process that an isolated subject lives in: it prepares the subject, then answers until it is closed."""

import contextlib
import faulthandler
import fcntl
import gc
import json
import locale
import os
import random
import resource
import signal
import stat
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

from streamtck.adapters import SubjectError, resolve
from streamtck.notes import Notes, as_data, gone_as_data
from streamtck.outcomes import describe_error
from streamtck.slate import CLOSED, Slate
from streamtck.spec import Specification
from streamtck.subjects import Subject, ready
from streamtck.watch import WATCH, Gone

SHOW = getattr(signal, "SIGRTMAX", signal.SIGUSR2)
"""The signal at which the process writes down where it is."""

RAISED = 114
"""Exit code of a process out of which something came that nothing catches."""

LEFT_ALONE = 60
"""Seconds past its time after which a process ends itself: nobody watches it any more."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What is to be judged, and how."""

    given: str
    specification: Specification
    budget: str
    seed: int
    input: str | None
    dear: bool
    large: bool


@dataclass(frozen=True, slots=True)
class Ends:
    """The descriptors of a process: questions come in, answers, standard error and stacks go out."""

    questions: int
    answers: int
    errors: int
    stacks: int


def live(ask: Ask, ends: Ends, slate: Slate, notes: Notes, folder: str) -> NoReturn:
    """Prepare the subject and answer questions about it; `notes` is what is known, `folder` for its files."""
    try:
        channel = Channel(_settled(ends))
        slate.adopt()
        slate.tells = channel.ends.answers
        WATCH.slate = slate
        os.environ["TMPDIR"] = tempfile.tempdir = folder
        subject = _prepared(ask, channel, notes)
        if subject is not None:
            _answer(subject, channel)
    except BaseException as error:
        with contextlib.suppress(BaseException):
            os.write(2, f"\n{type(error).__name__} came out of it\n".encode())
            os._exit(RAISED)
    finally:
        os._exit(0)


class Channel:
    """Messages to the process that watches, in JSON; one that cannot be sent ends this process."""

    def __init__(self, ends: Ends) -> None:
        self.ends = ends
        self._owner = os.getpid()

    def send(self, *message: Any) -> None:
        """Send one; a copy of the process that a subject forked ends here."""
        if os.getpid() != self._owner:
            os._exit(0)
        data = json.dumps(message).encode()
        data = len(data).to_bytes(4, "little") + data
        try:
            while data:
                data = data[os.write(self.ends.answers, data) :]
        except OSError:
            os._exit(CLOSED)

    def receive(self) -> list[str]:
        """The next question; where nobody asks any more, this process ends."""
        line = b""
        try:
            while not line.endswith(b"\n"):
                more = os.read(self.ends.questions, 1)
                if not more:
                    os._exit(0)
                line += more
        except OSError:
            os._exit(CLOSED)
        return [str(word) for word in json.loads(line)]


def _settled(ends: Ends) -> Ends:
    """Make the process one of its own, with its descriptors where a subject hardly closes them."""
    os.setsid()
    gc.freeze()
    highest = min(resource.getrlimit(resource.RLIMIT_NOFILE)[0], 1024) - 16
    moved = [
        fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, highest)
        for end in (ends.questions, ends.answers, ends.errors, ends.stacks)
    ]
    ends = Ends(*moved)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number, end in enumerate((nowhere, nowhere, ends.errors)):
        os.dup2(end, number)
    _let_go(moved)
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        mode = "w" if number else "r"
        file = os.fdopen(number, mode, buffering=1, closefd=False, errors="replace")
        vars(sys).update({name: file, f"__{name}__": file})
    faulthandler.enable(ends.stacks)
    faulthandler.register(SHOW, ends.stacks)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    return ends


def _let_go(kept: list[int]) -> None:
    """Close pipes and terminals of the process that this one was forked from."""
    with contextlib.suppress(OSError):
        for number in [int(name) for name in os.listdir("/dev/fd")]:
            with contextlib.suppress(OSError):
                kind = os.fstat(number).st_mode
                if number > 2 and number not in kept and (stat.S_ISFIFO(kind) or os.isatty(number)):
                    os.close(number)


def _prepared(ask: Ask, channel: Channel, notes: Notes) -> Subject | None:
    """The subject, ready; None where it is refused or lost, which is told."""
    try:
        channel.send("stage", f"loading {ask.given}")
        adapter = resolve(ask.given, ask.input)
        adapter.dear, adapter.large = adapter.dear or ask.dear, adapter.large or ask.large
        try:
            provenance = adapter.provenance()
        except Exception:
            provenance = (None, None)
        channel.send("resolved", adapter.name or ask.given, adapter.surfaces, provenance)
        channel.send("stage", "setting it up and looking at it")
        told = ToldNotes(notes.results, notes.looked, notes.sequences, notes.gone)
        subject = ready(adapter, ask.given, ask.specification, ask.budget, ask.seed, told)
        told.begin(channel)
        channel.send("ready", subject.operations)
    except SubjectError as error:
        channel.send("refused", str(error))
    except Gone as gone:
        channel.send("lost", gone_as_data(gone))
    else:
        return subject
    return None


def _answer(subject: Subject, channel: Channel) -> None:
    while True:
        match channel.receive():
            case ["decide", id]:
                subject.engine.decide(id)
                channel.send("done")
            case _:
                try:
                    subject.close()
                except Exception as error:
                    channel.send("closed", describe_error(error))
                else:
                    channel.send("closed", "")
                return
        faulthandler.cancel_dump_traceback_later()


class ToldNotes(Notes):
    """Notes that are told to the process that watches, as they come."""

    def begin(self, channel: Channel) -> None:
        """From now on notes are told; what is around the subject now is put back before each unit."""
        self._channel = channel
        self._surroundings = Surroundings()

    @contextlib.contextmanager
    def unit(self, name: str) -> Iterator[None]:
        self._surroundings.restore()
        if WATCH.limit:
            faulthandler.dump_traceback_later(
                2 * WATCH.limit + LEFT_ALONE, exit=True, file=self._channel.ends.stacks
            )
        self._channel.send("unit", name)
        try:
            with super().unit(name):
                yield
        finally:
            self._channel.send("unit", "")

    def keep(self, kind: str, key: str, value: Any) -> None:
        super().keep(kind, key, value)
        self._channel.send("keep", kind, key, as_data(kind, value))


class Surroundings:
    """What a subject may change around itself: folder, environment, umask, locale, signal handlers."""

    def __init__(self) -> None:
        try:
            self._folder: str | None = os.getcwd()
        except OSError:
            self._folder = None
        self._environment = dict(os.environ)
        self._umask = os.umask(0)
        os.umask(self._umask)
        self._locale = locale.setlocale(locale.LC_ALL)
        self._random = random.getstate()
        self._handlers = {
            number: handler
            for number in signal.valid_signals()
            if (handler := signal.getsignal(number)) is not None
        }

    def restore(self) -> None:
        """Put all of it back."""
        with contextlib.suppress(OSError):
            if self._folder is not None:
                os.chdir(self._folder)
        if dict(os.environ) != self._environment:
            os.environ.clear()
            os.environ.update(self._environment)
        os.umask(self._umask)
        with contextlib.suppress(locale.Error):
            locale.setlocale(locale.LC_ALL, self._locale)
        random.setstate(self._random)
        for number, handler in self._handlers.items():
            if signal.getsignal(number) is not handler:
                with contextlib.suppress(OSError, ValueError):
                    signal.signal(number, handler)

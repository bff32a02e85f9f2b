"""Running what may take the process down, or never come back, in a process of its own."""

import contextlib
import faulthandler
import multiprocessing
import os
import pickle
import signal
import warnings
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from typing import Any, TypeVar

T = TypeVar("T")

DEADLINE = 60
"""Seconds that a process may be silent before it counts as one that never comes back."""

Tell = Callable[[object], None]
"""What an action calls, in its process, to say where it is; only the last of these is looked at."""


class Gone(Exception):
    """The process did not bring back an outcome: `how`, and what it told last, None if nothing."""

    def __init__(self, how: str, last: Any) -> None:
        super().__init__(how, last)
        self.how = how
        self.last = last
        self.script: str | None = None  # Python that does not come back either, where it is known
        self.operation = ""  # the operation that did not come back, where it is known


class Crashed(Gone):
    """The process went down."""


class Hung(Gone):
    """The process was silent for too long, and was ended."""


PATIENCE = 30
"""Seconds that a call on a stream may take before it counts as one that never comes back."""
IMPATIENCE = 3
"""The same once a call of that subject has not come back."""


class _Alarm(BaseException):
    """The time is up."""


def _ring(signal: int, frame: object) -> None:
    raise _Alarm


@contextlib.contextmanager
def in_time(what: str, seconds: float) -> Iterator[None]:
    """Raises Hung where the block takes too long, in the main thread of systems that have alarms.

    Loops in extensions that never look at signals are not ended.
    """
    try:
        if signal.getitimer(signal.ITIMER_REAL)[0]:
            raise ValueError("somebody else has set an alarm")
        before = signal.signal(signal.SIGALRM, _ring)
    except (AttributeError, ValueError):
        yield
        return
    try:
        # It rings on, in case what it interrupts catches everything.
        signal.setitimer(signal.ITIMER_REAL, seconds, 1)
        yield
    except _Alarm:
        raise Hung(f"{what} did not come back within {seconds:g} seconds", None) from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def aside(action: Callable[[Tell], T], deadline: float = DEADLINE) -> T:
    """What `action` gives, or raises, in a forked process; where the system cannot fork, in this one.

    What it gives, raises and tells must be what pickle takes. Raises Crashed where the process goes down and
    Hung where it is silent for `deadline` seconds.
    """
    if not hasattr(os, "fork"):
        return action(lambda what: None)
    receiver, sender = multiprocessing.Pipe(duplex=False)
    with warnings.catch_warnings():
        # Nothing but the action runs in the child, so threads of this process are not missed there.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        _report(action, sender)
    sender.close()
    with receiver:
        outcome = _outcome(receiver, child, deadline)
    value, error = outcome
    if error is not None:
        raise error
    return value  # type: ignore[no-any-return]


def _outcome(receiver: Connection, child: int, deadline: float) -> tuple[Any, BaseException | None]:
    """What the child sends at last; it is waited for, and ended first where it is silent for too long."""
    last = None
    try:
        while receiver.poll(deadline):
            kind, told = pickle.loads(receiver.recv_bytes())
            if kind == "outcome":
                os.waitpid(child, 0)
                return told  # type: ignore[no-any-return]
            last = told
    except EOFError:
        raise Crashed(_fate(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])), last) from None
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    raise Hung(f"it did not come back within {deadline:g} seconds", last)


def _report(action: Callable[[Tell], object], sender: Connection) -> None:
    """In the child: send the outcome and go, past all that the parent would do at its end."""
    faulthandler.disable()  # how the child ends is told by the parent
    try:
        try:
            told = pickle.dumps(("outcome", (action(lambda what: _tell(sender, what)), None)))
        except Exception as error:
            told = _pickled(error)
        sender.send_bytes(told)
    finally:
        os._exit(0)


def _tell(sender: Connection, what: object) -> None:
    sender.send_bytes(pickle.dumps(("told", what)))


def _pickled(error: Exception) -> bytes:
    """An error for the parent; one that pickle does not bring back goes as its text."""
    try:
        told = pickle.dumps(("outcome", (None, error)))
        pickle.loads(told)
    except Exception:
        return pickle.dumps(("outcome", (None, RuntimeError(f"{type(error).__name__}: {error}"))))
    return told


def _fate(status: int) -> str:
    """An exit status in words: the signal's name, or the code."""
    if status < 0:
        return f"the process was ended by {signal.Signals(-status).name}"
    return f"the process ended with exit code {status}"

"""Running what may take the process down, or never come back, in a process of its own."""

import faulthandler
import multiprocessing
import os
import pickle
import signal
import warnings
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from streamtck.watch import WATCH, Crashed, Hung

T = TypeVar("T")

DEADLINE = 60
"""Seconds that a process may be silent before it counts as one that never comes back."""

Tell = Callable[[object], None]
"""What an action calls, in its process, to say where it is; only the last of these is looked at."""


def aside(action: Callable[[Tell], T], deadline: float | None = None) -> T:
    """What `action` gives, or raises, in a forked process; where the system cannot fork, in this one.

    What it gives, raises and tells must be what pickle takes. Raises Crashed where the process goes down and
    Hung where it is silent for `deadline` seconds, DEADLINE or what one requirement may take.
    """
    deadline = deadline or min(DEADLINE, WATCH.limit or DEADLINE)
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
    try:
        with receiver:
            outcome = _outcome(receiver, child, deadline)
    finally:
        if WATCH.slate is not None:
            WATCH.slate.adopt()
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
        raise Crashed(fate(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])), last) from None
    except BaseException:
        _end(child)
        raise
    _end(child)
    raise Hung(f"it did not come back within {deadline:g} seconds", last)


def _end(child: int) -> None:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def _report(action: Callable[[Tell], object], sender: Connection) -> None:
    """In the child: send the outcome and go, past all that the parent would do at its end."""
    faulthandler.disable()  # how the child ends is told by the parent
    if WATCH.slate is not None:
        WATCH.slate.adopt()
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


def fate(status: int) -> str:
    """An exit status in words: the signal's name, or the code."""
    if status < 0:
        return f"the process was ended by {signal.Signals(-status).name}"
    return f"the process ended with exit code {status}"

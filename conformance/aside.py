"""Running what may take the process down in a process of its own."""

import faulthandler
import multiprocessing
import os
import pickle
import signal
import warnings
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Crashed(Exception):
    """The process went down; the argument says how."""


def aside(action: Callable[[], T]) -> T:
    """What `action` gives, or raises, in a forked process; where the system cannot fork, in this one.

    Both must be what pickle takes. Raises Crashed where the process goes down.
    """
    if not hasattr(os, "fork"):
        return action()
    receiver, sender = multiprocessing.Pipe(duplex=False)
    with warnings.catch_warnings():
        # Nothing but the action runs in the child, so threads of this process are not missed there.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        _report(action, sender.send_bytes)
    sender.close()
    try:
        told = receiver.recv_bytes()
    except EOFError:
        told = b""
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if not told:
        raise Crashed(_fate(status))
    value, error = pickle.loads(told)
    if error is not None:
        raise error
    return value  # type: ignore[no-any-return]


def _report(action: Callable[[], object], send: Callable[[bytes], None]) -> None:
    """In the child: send the outcome and go, past all that the parent would do at its end."""
    faulthandler.disable()  # how the child ends is told by the parent
    try:
        try:
            told = pickle.dumps((action(), None))
        except Exception as error:
            told = _pickled(error)
        send(told)
    finally:
        os._exit(0)


def _pickled(error: Exception) -> bytes:
    """An error for the parent; one that pickle does not bring back goes as its text."""
    try:
        told = pickle.dumps((None, error))
        pickle.loads(told)
    except Exception:
        return pickle.dumps((None, RuntimeError(f"{type(error).__name__}: {error}")))
    return told


def _fate(status: int) -> str:
    """An exit status in words: the signal's name, or the code."""
    if status < 0:
        return f"the process was ended by {signal.Signals(-status).name}"
    return f"the process ended with exit code {status}"

"""Running what may take the process down in a process of its own."""

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
    try:
        try:
            outcome: tuple[object, BaseException | None] = (action(), None)
        except Exception as error:
            outcome = (None, error)
        send(pickle.dumps(outcome))
    finally:
        os._exit(0)


def _fate(status: int) -> str:
    """An exit status in words: the signal's name, or the code."""
    if status < 0:
        return f"the process was ended by {signal.Signals(-status).name}"
    return f"the process ended with exit code {status}"

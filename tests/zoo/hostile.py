"""Subjects that hang, crash and make a mess, each at a seek to a negative position unless it says otherwise.

The zoo's test copies this file into a folder of its own and names them by it.
"""

import contextlib
import ctypes
import io
import itertools
import locale
import os
import signal
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any


def at_a_negative_seek(action: Callable[[], Any]) -> Callable[[bytes], io.BytesIO]:
    """A stream that is sound but for what it does before it refuses a negative position."""

    class Hostile(io.BytesIO):
        def seek(self, position: int, whence: int = 0) -> int:
            if whence == 0 and position < 0:
                with Path("tally").open("a", encoding="ascii") as file:
                    file.write(f"{action.__name__}\n")
                action()
            return super().seek(position, whence)

    return lambda content: Hostile(content)


@at_a_negative_seek
def spins() -> None:
    """Loop for ever."""
    while True:
        pass


@at_a_negative_seek
def spins_and_catches() -> None:
    """Loop for ever, whatever is raised."""
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass


@at_a_negative_seek
def spins_in_c() -> None:
    """Loop for ever in C, where no signal is looked at."""
    sum(itertools.repeat(0))


@at_a_negative_seek
def deadlocks() -> None:
    """Wait for a lock that is never released."""
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()


@at_a_negative_seek
def ignores_signals_and_spins() -> None:
    """Loop for ever, deaf to signals."""
    for number in (signal.SIGALRM, signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    while True:
        pass


@at_a_negative_seek
def segfaults() -> None:
    """Read where no memory is."""
    ctypes.string_at(0)


@at_a_negative_seek
def aborts() -> None:
    """Abort with the last words of a C library."""
    os.write(2, b"free(): invalid pointer\n")
    os.abort()


@at_a_negative_seek
def exits_at_once() -> None:
    """End the process without a word."""
    os._exit(0)


exits = at_a_negative_seek(sys.exit)


@at_a_negative_seek
def kills_itself() -> None:
    """End the process by a signal that cannot be caught."""
    os.kill(os.getpid(), signal.SIGKILL)


@at_a_negative_seek
def kills_its_group() -> None:
    """The same for whoever is in the same process group."""
    os.killpg(0, signal.SIGKILL)


@at_a_negative_seek
def interrupts() -> None:
    """Raise what the kit lets pass."""
    raise KeyboardInterrupt


@at_a_negative_seek
def eats_memory() -> None:
    """Take memory without end."""
    blocks = []
    while True:
        blocks.append(b"x" * (1 << 26))


@at_a_negative_seek
def recurses() -> None:
    """Recurse without end."""
    recurses_in_python()


def recurses_in_python() -> None:
    """Call itself."""
    recurses_in_python()


@at_a_negative_seek
def overflows_the_stack() -> None:
    """Recurse without end through C, past every limit."""
    sys.setrecursionlimit(1 << 30)

    def deeper(_: int) -> None:
        list(map(deeper, [0]))

    deeper(0)


@at_a_negative_seek
def closes_descriptors() -> None:
    """Close every descriptor that there may be."""
    os.closerange(0, 4096)


@at_a_negative_seek
def closes_a_few_descriptors() -> None:
    """Close those that a library takes for its own."""
    os.closerange(0, 100)


@at_a_negative_seek
def writes_into_descriptors() -> None:
    """Write into every descriptor that there may be."""
    for number in range(3, 4096):
        with contextlib.suppress(OSError):
            os.write(number, b"\xff" * 64)


@at_a_negative_seek
def prints_megabytes() -> None:
    """Print without measure."""
    for _ in range(2):
        print("x" * (1 << 20))
        print("y" * (1 << 20), file=sys.stderr)


@at_a_negative_seek
def starts_threads() -> None:
    """Start threads that never end and keep an interpreter from ending."""
    for _ in range(4):
        threading.Thread(target=threading.Event().wait).start()


left: list[Any] = []


@at_a_negative_seek
def starts_a_process() -> None:
    """Start a process that outlives the stream."""
    if not left:
        left.append(
            subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1000)  # left by the zoo"])
        )


@at_a_negative_seek
def forks() -> None:
    """Go on twice."""
    os.fork()


@at_a_negative_seek
def makes_a_mess() -> None:
    """Change what all of a process shares."""
    folder = tempfile.mkdtemp()
    os.chdir(folder)
    os.rmdir(folder)
    os.umask(0o777)
    os.environ.clear()
    locale.setlocale(locale.LC_ALL, "C")
    signal.signal(signal.SIGALRM, signal.SIG_IGN)


def hangs_in_open(content: bytes) -> io.BytesIO:
    """Does not even open."""
    while True:
        pass


def crashes_in_open(content: bytes) -> io.BytesIO:
    """Does not even open, and takes the process with it."""
    os.abort()


def crashes_on_empty_content(content: bytes) -> io.BytesIO:
    """Opens, but for one content."""
    if not content:
        os.abort()
    return io.BytesIO(content)


class hangs_in_close(io.BytesIO):
    """Everything but close() is sound."""

    def close(self) -> None:
        """Wait for ever, where signals are not looked at."""
        if not sys.is_finalizing():
            sum(itertools.repeat(0))


class hangs_at_a_drawn_example(io.BytesIO):
    """Does not come back from a seek in an example that hypothesis draws."""

    def seek(self, position: int, whence: int = 0) -> int:
        """Seek, or loop for ever."""
        callers = (frame.filename for frame in traceback.extract_stack())
        if position > 0 and any(caller.endswith("drawing.py") for caller in callers):
            with Path("tally").open("a", encoding="ascii") as file:
                file.write("hangs_at_a_drawn_example\n")
            while True:
                pass
        return super().seek(position, whence)


class hangs_everywhere(io.BytesIO):
    """No read comes back."""

    def read(self, size: int | None = -1) -> bytes:
        """Loop for ever in C."""
        sum(itertools.repeat(0))
        return b""

    def readinto(self, buffer: Any) -> int:
        """The same."""
        return sum(itertools.repeat(0))


class crashes_everywhere(io.BytesIO):
    """No read is survived."""

    def read(self, size: int | None = -1) -> bytes:
        """End the process."""
        os.abort()

    def readinto(self, buffer: Any) -> int:
        """The same."""
        os.abort()

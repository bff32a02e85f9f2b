"""How long a subject may take: an alarm around its calls, and what this process is watched for."""

import contextlib
import math
import signal
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

from streamtck.slate import Slate

PATIENCE = ((30, 0.5), (8, 1), (1, 3), (0, 30))
"""After so many calls that did not come back, the seconds that one call may take."""

LIMIT = 60
"""Seconds that one requirement of an isolated subject may take where nothing else is said."""

SLACK = 30
"""Seconds that the kit itself may take for one requirement, beside the subject."""

TIME_IS_UP = "the requirement's {:g} seconds were over"

RING = 1
"""Seconds after which an alarm rings again, in case what it interrupts catches everything."""
SOON = 0.001
"""The least time for which an alarm is set, and what is between two from the third ring on."""
MICROSECOND = 1e-6
SWEEP = 200
"""Microseconds up to which the third ring and the later ones come after the one before."""

FRAMES = 4
OURS = Path(__file__).parent
KIT = (str(OURS), str(OURS / "checks"), str(OURS / "adapters"))


class Gone(Exception):
    """The subject did not bring back an outcome: `how`, and what it told last, None if nothing.

    `call` is the one that it was lost in, as far as that is known.
    """

    def __init__(self, how: str, last: Any = None) -> None:
        super().__init__(how, last)
        self.how = how
        self.last = last
        self.call = ""
        self.script: str | None = None  # Python that does not come back either, where it is known


class Crashed(Gone):
    """The process went down."""


class Hung(Gone):
    """The process was silent for too long, and was ended."""


class Watch:
    """What this process is watched for.

    `limit` is the time that the calls of one requirement may take together, in seconds, None where it may
    take any; `lost` counts the calls that did not come back before this process began. `slate` is where each
    call is written down before it is made. Where `closes` is false, streams are left open, and where `ends`
    is false, whether a stream ends at all is not looked at before it is read up to the end. While `looking`
    at what a subject offers, a call that does not come back counts as one that raised, and is `avoided` then.
    """

    def __init__(self) -> None:
        self.limit: float | None = None
        self.lost = 0
        self.closes = True
        self.ends = True
        self.kept_open: list[Any] = []
        self.looking = False
        self.slate: Slate | None = None
        self.avoided: dict[str, Gone] = {}

    def let_pass(self, error: BaseException) -> None:
        """Raise what the user's Ctrl-C raised; in a process of its own it is the subject that raised it."""
        if isinstance(error, KeyboardInterrupt) and self.slate is None:
            raise error

    @contextlib.contextmanager
    def look(self) -> Iterator[None]:
        """Inside, the process is `looking`."""
        self.looking = True
        try:
            yield
        finally:
            self.looking = False
            self.avoided = {}


WATCH = Watch()


class Patience:
    """How long one call of a subject may take: less with each that did not come back."""

    def __init__(self) -> None:
        self.lost = WATCH.lost

    @property
    def seconds(self) -> float:
        """What the next call may take."""
        seconds = next(seconds for lost, seconds in PATIENCE if self.lost >= lost)
        return min(seconds, WATCH.limit or seconds)


class _Alarm(BaseException):
    """The time is up; the argument says where."""


class in_time:
    """Raises Hung where the block takes too long, in the main thread of systems that have alarms.

    Blocks may stand within each other; those within one that is `summed` may take so long together, and what
    is done between them is not counted. One that is summed and may take any time makes those within it
    cheap. Loops in extensions that never look at signals are not ended.
    """

    stack: list["in_time"] = []  # noqa: RUF012
    rings = 0
    rings_at = math.inf
    left: float | None = None

    def __init__(self, what: str, seconds: float | None, summed: bool = False) -> None:
        self.what = what
        self.seconds = seconds
        self.summed = summed
        self.before: Any = None
        self.armed = False

    def __enter__(self) -> None:
        if not in_time.stack and not self._installed():
            return
        self.allowed = math.inf if self.seconds is None else self.seconds
        if self.summed:
            in_time.left = self.seconds
            self.allowed = 2 * self.allowed + SLACK
        elif in_time.left is not None:
            self.allowed = min(self.allowed, max(in_time.left, SOON))
        self.began = time.monotonic()
        self.deadline = self.began + self.allowed
        in_time.stack.append(self)
        self.armed = True
        # An alarm that is set for an earlier time looks, when it rings, for the next.
        if self.deadline < in_time.rings_at:
            _set_alarm()

    def _installed(self) -> bool:
        """Whether the alarm is ours to set."""
        try:
            if signal.getitimer(signal.ITIMER_REAL)[0]:
                return False  # somebody else has set it
            self.before = signal.signal(signal.SIGALRM, _ring)
        except (AttributeError, ValueError):
            return False
        return True

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if not self.armed:
            return
        in_time.stack.remove(self)
        if self.summed:
            in_time.left = None
        elif in_time.left is not None:
            in_time.left -= time.monotonic() - self.began
        if not in_time.stack or error is not None:
            _set_alarm()
        if not in_time.stack:
            signal.signal(signal.SIGALRM, self.before)
        if isinstance(error, _Alarm):
            in_time.rings = 0
            raise Hung(f"{self._told()}{error}") from None

    def _told(self) -> str:
        if not self.summed and self.allowed < 0.9 * (self.seconds or 0):
            return f"{self.what} did not come back before {TIME_IS_UP.format(WATCH.limit or 0)}"
        return f"{self.what} did not come back within {self.seconds:g} seconds"


def _set_alarm() -> None:
    """Set the alarm to the earliest deadline, or off."""
    in_time.rings_at = min((each.deadline for each in in_time.stack), default=math.inf)
    left = 0 if in_time.rings_at == math.inf else max(in_time.rings_at - time.monotonic(), SOON)
    signal.setitimer(signal.ITIMER_REAL, left, RING if left else 0)


def _ring(number: int, frame: FrameType | None) -> None:
    if frame is None or frame.f_globals is globals() or not in_time.stack:
        return
    if time.monotonic() < min(each.deadline for each in in_time.stack):
        _set_alarm()
        return
    in_time.rings += 1
    if in_time.rings >= 3:
        # So soon, by a little more each time, that one comes between the end of one `try` and the next.
        signal.setitimer(signal.ITIMER_REAL, (in_time.rings % SWEEP + 1) * MICROSECOND, SOON)
    raise _Alarm(where(_frames(frame)))


def _frames(frame: FrameType | None) -> Iterator[tuple[str, int, str]]:
    while frame is not None:
        yield frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_name
        frame = frame.f_back


def where(frames: Iterable[tuple[str, int, str]]) -> str:
    """The subject's own frames in words, the innermost first; '' where there are none.

    `frames` are file, line and function.
    """
    told: list[str] = []
    for file, line, function in frames:
        if str(Path(file).parent) in KIT:
            # Of a process aside only that it is waited for is known.
            told = [] if Path(file).name == "aside.py" else told
            break
        told.append(f"{Path(file).name}:{line} {function}")
    more = " < ..." if len(told) > FRAMES else ""
    return f"; it was at {' < '.join(told[:FRAMES])}{more}" if told else ""

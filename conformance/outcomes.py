"""What one call on a stream came to: a value or an error, and for reads the bytes in it."""

import operator
import re
from dataclasses import dataclass
from typing import Any

from streamtck.content import shown
from streamtck.guards import Window

VALUE_LIMIT = 200
ADDRESS = re.compile(r"0x[0-9a-fA-F]{6,}")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One call as written, and its value or error; `unsupported` errors never count as an answer."""

    call: str
    value: Any = None
    error: BaseException | None = None
    unsupported: bool = False

    @property
    def returned(self) -> bool:
        """Whether the call came back with a value."""
        return self.error is None

    @property
    def refused(self) -> bool:
        """Whether the call raised, and with something else than "not offered here"."""
        return self.error is not None and not self.unsupported

    @property
    def said(self) -> str:
        """What came back, in words."""
        if self.error is None:
            return f"returned {describe(self.value)}"
        return f"raised {describe_error(self.error)}"


@dataclass(frozen=True, slots=True)
class Read:
    """A read call: `data` where bytes came, `at_end` where the end was reported, else `fault`.

    `asked` is the number of bytes asked for; `window` the buffer of the buffer forms, which they
    fill from its index `start` on.
    """

    outcome: Outcome
    asked: int
    data: bytes | None = None
    at_end: bool = False
    fault: str = ""
    window: Window | None = None
    start: int = 0

    @property
    def got(self) -> str:
        """What came back, in words."""
        return self.fault or self.outcome.said


def describe(value: object) -> str:
    """A value as a message shows it: short, on one line, safe against a hostile repr."""
    if isinstance(value, bytes):
        return shown(value)
    try:
        text = repr(value)
    except Exception as error:
        text = f"<{type(value).__name__} whose repr raises {type(error).__name__}>"
    text = ADDRESS.sub("0x...", " ".join(text.split()))
    return text if len(text) <= VALUE_LIMIT else text[:VALUE_LIMIT] + "..."


def describe_error(error: BaseException) -> str:
    """An error as a message shows it: class and text on one line."""
    try:
        text = str(error)
    except Exception:
        text = "(its text cannot be shown)"
    text = ADDRESS.sub("0x...", " ".join(text.split()))
    text = text if len(text) <= VALUE_LIMIT else text[:VALUE_LIMIT] + "..."
    name = type(error).__name__
    return f"{name}: {text}" if text else name


def as_bytes(value: object) -> bytes | None:
    """The bytes of a bytes-like answer, None where it is none."""
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value)
    if value is None or isinstance(value, int | str):
        return None
    try:
        return memoryview(value).tobytes()  # type: ignore[arg-type]
    except TypeError:
        return None


def as_count(value: object) -> int | None:
    """The integer of a count-like answer, None where it is none."""
    try:
        return operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        return None

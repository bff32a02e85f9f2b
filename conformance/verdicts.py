"""The verdicts on one requirement, and what makes a run red."""

from dataclasses import dataclass, field
from enum import StrEnum


class Verdict(StrEnum):
    """What is known of one requirement; the kinds are never folded into one another."""

    PASS = "pass"
    FAIL = "fail"
    WARN = "warn"
    OBSERVED = "observed"
    KNOWN = "known"
    UNSUPPORTED = "unsupported"
    UNTESTED = "untested"
    BLOCKED = "blocked"
    ERROR = "error"
    TIMEOUT = "timeout"
    CRASH = "crash"


DECIDED = frozenset({Verdict.PASS, Verdict.FAIL, Verdict.WARN, Verdict.KNOWN})
"""Verdicts that say whether the requirement is met."""

RED = frozenset({Verdict.FAIL, Verdict.ERROR, Verdict.TIMEOUT, Verdict.CRASH})
"""Verdicts that make a run red at every level."""

LEVELS = ("must", "should")
"""What `--tck-level` takes: `should` makes a warn red as well."""


def is_red(verdict: Verdict, level: str) -> bool:
    """Whether a verdict makes the run red at `--tck-level=level`."""
    return verdict in RED or (verdict is Verdict.WARN and level == "should")


@dataclass(frozen=True, slots=True)
class Result:
    """The verdict on one requirement, with its message and, where it is not met, the reproducer.

    `reason` and `link` are those of a declared deviation; `stale` says that one is declared and does
    not hold any more. `asked` counts what the subject was asked for: opens, reads, seeks, and the bytes that
    reads with a size asked for.
    """

    id: str
    verdict: Verdict
    message: str = ""
    call: str = ""
    got: str = ""
    wanted: str = ""
    reproducer: str | None = None
    blocked_by: str | None = None
    observed: dict[str, str] = field(default_factory=dict)
    duration: float = 0.0
    asked: dict[str, int] = field(default_factory=dict)
    reason: str = ""
    link: str = ""
    stale: bool = False

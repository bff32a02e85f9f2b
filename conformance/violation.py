"""A violation: the call as written, what came back, what was wanted, and Python that shows it."""

import re
from dataclasses import dataclass
from textwrap import indent

from streamtck.sparse import EXPRESSION, definition

SLIP = re.compile(r"raised (AttributeError|NameError|UnboundLocalError|NotImplementedError)\b.*")

CALLS = re.compile(r"\b(?:stream|other|wrapper)\.(\w+)")

LONGEST_BLOCK = 6
"""Steps that a repeated block in a reproducer has at the most."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One requirement not met by one example; `on_the_way`: the stream did not get to where its check begins.
    `at_open`: it did not even open, so that nothing which a stream does can be the cause.

    `reproducer` is plain Python that needs only the subject; run, it ends in the error class `shows` where
    the subject still behaves so. `prelude` uses an earlier stream, for subjects that keep something from one
    opening to the next. `rule` is the requirement that a sequence of operations breaks, where it is one,
    and `features` what it has in it. `handed_on`: of the calls some are the stream's own, and some go past it
    to what it wraps. `causes` are requirements that explain this violation, should they fail, although the
    requirement does not rest on them in general; one that is `harmless` explains nothing but mixtures.
    """

    call: str
    got: str
    wanted: str
    reproducer: str
    shows: str = "AssertionError"
    prelude: str = ""
    on_the_way: bool = False
    at_open: bool = False
    rule: str = ""
    features: frozenset[str] = frozenset()
    handed_on: bool = False
    causes: tuple[str, ...] = ()
    harmless: bool = False

    @property
    def slip(self) -> str:
        """The mistake in the code, where one can be told: the error that speaks of it, or calls handed on."""
        found = SLIP.search(self.got)
        return found[0] if found else "handed on" * self.handed_on

    @property
    def garbled(self) -> bool:
        """Whether other bytes came than those that are there."""
        return "(wanted " in self.got or "(wrong " in self.got

    @property
    def calls(self) -> frozenset[str]:
        """The methods that the reproducer calls on a stream, and attributes that it looks at."""
        return frozenset(CALLS.findall(self.reproducer))

    @property
    def last(self) -> frozenset[str]:
        """The method of the call that showed it, where it is one of a stream."""
        return frozenset(CALLS.findall(self.call))


@dataclass(frozen=True, slots=True)
class Step:
    """One recorded call: the lines before it, its expression, and whether it raised."""

    lines: tuple[str, ...]
    expression: str
    raised: bool = False


def statements(steps: list[Step]) -> list[str]:
    """The steps as Python lines; steps that repeat, alone or in turn, stand in a loop."""
    lines: list[str] = []
    index = 0
    while index < len(steps):
        period, times = _repetition(steps, index)
        block = [line for step in steps[index : index + period] for line in _lines(step)]
        if times > 1:
            lines += [f"for _ in range({times}):", *(indent(line, "    ") for line in block if line), ""]
        else:
            lines += block
        index += period * times
    return lines


def _repetition(steps: list[Step], index: int) -> tuple[int, int]:
    """The length of the block of steps at `index` that repeats the most, and how often it stands there."""
    best = (1, 1)
    for period in range(1, LONGEST_BLOCK + 1):
        block, times = steps[index : index + period], 1
        while steps[index + times * period : index + (times + 1) * period] == block:
            times += 1
        if times > 1 and period * times > best[0] * best[1]:
            best = (period, times)
    return best


def _lines(step: Step) -> list[str]:
    """One step, with the error let pass where it raised; compound statements end in an empty line."""
    if step.raised:
        return [*step.lines, "with contextlib.suppress(BaseException):", indent(step.expression, "    "), ""]
    return [*step.lines, step.expression]


def script(opening: str, content: str, lines: list[str]) -> str:
    """A whole reproducer: imports first, then the content, the stream and the calls; never a name unbound."""
    made = definition().splitlines() if content == EXPRESSION else []
    body = [*made, f"content = {content}", *opening.splitlines(), *lines]
    imports = [line for line in body if line.startswith(("import ", "from "))]
    rest = [line for line in body if line not in imports]
    text = "\n".join(rest)
    needed = [f"import {name}" for name in ("random", "contextlib", "io") if re.search(rf"\b{name}\.", text)]
    return "\n".join([*dict.fromkeys([*imports, *needed]), *rest]).rstrip() + "\n"

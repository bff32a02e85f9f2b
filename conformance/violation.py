"""A violation: the call as written, what came back, what was wanted, and Python that shows it."""

import ast
from dataclasses import dataclass
from textwrap import indent


@dataclass(frozen=True, slots=True)
class Violation:
    """One requirement not met by one example; `on_the_way`: the stream did not get to where its check begins.

    `reproducer` is plain Python that needs only the subject; run, it ends in the error class `shows` where
    the subject still behaves so. `prelude` uses an earlier stream, for subjects that keep something from one
    opening to the next.
    """

    call: str
    got: str
    wanted: str
    reproducer: str
    shows: str = "AssertionError"
    prelude: str = ""
    on_the_way: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One recorded call: the lines before it, its expression, and whether it raised."""

    lines: tuple[str, ...]
    expression: str
    raised: bool = False


def statements(steps: list[Step]) -> list[str]:
    """The steps as Python lines: repeated calls as a loop, calls that raised with the error let pass."""
    lines: list[str] = []
    index = 0
    while index < len(steps):
        step = steps[index]
        run = 1
        while index + run < len(steps) and steps[index + run] == step:
            run += 1
        lines += step.lines
        if step.raised:
            lines += ["with contextlib.suppress(BaseException):", indent(step.expression, "    "), ""]
        elif run > 1 and not step.lines:
            lines += [f"for _ in range({run}):", indent(step.expression, "    "), ""]
        else:
            lines += [step.expression] + [*step.lines, step.expression] * (run - 1)
        index += run
    return lines


def script(opening: str, content: str, lines: list[str]) -> str:
    """A whole reproducer: imports first, then the content, the stream and the calls; never a name unbound."""
    body = [f"content = {content}", *opening.splitlines(), *lines]
    imports = [line for line in body if line.startswith(("import ", "from "))]
    rest = [line for line in body if line not in imports]
    text = "\n".join(rest)
    needed = [f"import {name}" for name in ("random", "contextlib") if f"{name}." in text]
    return "\n".join([*dict.fromkeys([*imports, *needed]), *rest]).rstrip() + "\n"


def compiles(source: str) -> bool:
    """Whether a reproducer is Python at all (the kit's own tests ask)."""
    try:
        ast.parse(source)
    except SyntaxError:
        return False
    return True

"""Running a reproducer before it is printed: one that does not reproduce is never shown as if it did."""

import os
import subprocess
import sys

from streamtck.violation import Violation

TIMEOUT = 20
"""Seconds that a reproducer may take; what takes longer is believed."""

ONLY_IN_THE_RUN = (
    "# By itself this does not show it: the stream keeps something from one opening to the next.\n"
)
NOT_IMPORTABLE = "...  # made while the tests run: put it here"
"""What stands in a reproducer for a callable or an adapter that a script cannot import."""

SILENT = ("SystemExit", "KeyboardInterrupt", "GeneratorExit")


def settled(violation: Violation) -> str:
    """The reproducer of a violation, after it was run by a fresh interpreter.

    Where it shows nothing by itself, it is led in by an earlier stream; where that does not help either,
    it says so in its first line. One that waits for its subject to be put in is not run.
    """
    if NOT_IMPORTABLE in violation.reproducer:
        return violation.reproducer
    for source in (violation.reproducer, led_in(violation)):
        if shows(source, violation.shows):
            return source
    return ONLY_IN_THE_RUN + violation.reproducer


def led_in(violation: Violation) -> str:
    """The reproducer behind its prelude, with each import and the subject itself loaded only once."""
    before = violation.prelude.splitlines()
    loading = {line for line in before if line.startswith(("import ", "from ", "open_subject = "))}
    return (
        "\n".join([*before, *(line for line in violation.reproducer.splitlines() if line not in loading)])
        + "\n"
    )


def shows(source: str, error: str) -> bool:
    """Whether a script ends in an error of the class named `error`."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path or os.getcwd() for path in sys.path)}
    try:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", source],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIMEOUT,
            check=False,
        )
    except (subprocess.TimeoutExpired, OSError):
        return True
    if done.returncode == 0:
        return False
    lines = done.stderr.decode(errors="replace").splitlines()
    named = any(line.partition(":")[0].rpartition(".")[2].strip() == error for line in lines)
    return named or error in SILENT

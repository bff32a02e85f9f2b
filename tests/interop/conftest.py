"""Adds up what the tests have counted, over all of their processes, at the end of the run."""

from __future__ import annotations

from collections import Counter

import pytest

COUNT = "counted: "


@pytest.fixture
def count(record_property):
    """Count something under a name that the end of the run shows."""
    return lambda name, number: record_property(COUNT + name, number)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show the sums."""
    sums: Counter[str] = Counter()
    for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed"):
        for name, number in report.user_properties if report.when == "call" else ():
            if name.startswith(COUNT):
                sums[name.removeprefix(COUNT)] += number
    if sums:
        terminalreporter.section("counted")
    for name, number in sorted(sums.items()):
        terminalreporter.write_line(f"{number:8,}  {name}")

"""A file beside the report that says what is under way; it stays where the process dies."""

import contextlib
import os
from pathlib import Path

import pytest

SUFFIX = ".under-way"


class UnderWay:
    """One line, written anew for each requirement; without a report, nothing."""

    def __init__(self, report: Path | None, config: pytest.Config) -> None:
        worker = getattr(config, "workerinput", {}).get("workerid", "")
        suffix = SUFFIX + (f".{worker}" if worker else "")
        self._path = report and report.with_name(report.name + suffix)

    def tell(self, what: str) -> None:
        """Say what begins now. What cannot be written is not told."""
        if self._path is not None:
            with contextlib.suppress(OSError):
                self._path.write_text(f"{what}{os.linesep}", encoding="utf-8", errors="replace", newline="")

    def end(self) -> None:
        """Nothing is under way any more."""
        if self._path is not None:
            with contextlib.suppress(OSError):
                self._path.unlink(missing_ok=True)

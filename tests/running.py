"""Running pytest with the kit as a user does: in a process and a folder of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any


def environment() -> dict[str, str]:
    """The environment of a run, without what the outer run or its CI job put there."""
    ours = ("PYTEST_", "GITHUB_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """A Python module with its arguments (`pytest -q`) in `folder`, with its output as text."""
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        env={**environment(), "COLUMNS": "200", "PYTHONPATH": ""},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def run_pytest(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`pytest ARGUMENTS` in `folder`, with its output as text; at the budget quick where none is named."""
    named = any(text.startswith(("--impl", "--tck-impl")) for text in arguments)
    budget = any(text.startswith("--tck-budget") for text in arguments)
    return run(folder, "pytest", *arguments, *(["--tck-budget=quick"] if named and not budget else []))


def run_python(folder: Path, source: str) -> subprocess.CompletedProcess[str]:
    """A Python script, run by a fresh interpreter in `folder`."""
    return subprocess.run(
        [sys.executable, "-c", source], cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )


def read_report(path: Path) -> dict[str, Any]:
    """A report that was written."""
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


def verdicts(document: dict[str, Any], number: int = 0) -> dict[str, str]:
    """Verdict by requirement id for one implementation of a report."""
    return {row["id"]: row["verdict"] for row in document["implementations"][number]["requirements"]}


def timeless(document: dict[str, Any]) -> dict[str, Any]:
    """A report without what may differ between two runs."""
    for implementation in document["implementations"]:
        for row in implementation["requirements"]:
            row["duration_s"] = 0
            row.pop("asked", None)
    return document

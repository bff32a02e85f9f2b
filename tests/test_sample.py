"""A project that begins to use the kit, from its first red run to a build that stays green: tests/sample."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.running import run_pytest

SAMPLE = Path(__file__).parent / "sample"
FAULT = ("self._position = max(start + offset, 0)", "self._position = start + offset")
CARE = "        if start + offset < 0:\n            raise ValueError('a seek before the start')\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The sample project in a folder of its own."""
    return Path(shutil.copytree(SAMPLE, tmp_path / "paged", ignore=shutil.ignore_patterns("__pycache__")))


def streamtck(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command in a project's folder."""
    command = [sys.executable, "-m", "streamtck", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)


def mend(project: Path) -> None:
    """Repair the seek of the sample's stream, and nothing else."""
    file = project / "paged.py"
    source = file.read_text(encoding="utf-8")
    assert FAULT[0] in source
    file.write_text(source.replace(f"        {FAULT[0]}", f"{CARE}        {FAULT[1]}"), encoding="utf-8")


def without(text: str, id: str) -> str:
    """A file of deviations without the entry of one requirement."""
    head, *entries = text.split("[[deviation]]")
    return "[[deviation]]".join([head, *(entry for entry in entries if f'id = "{id}"' not in entry)])


def test_a_project_declares_what_it_breaks_and_mends_it(project: Path) -> None:
    """Red at first; green with its deviations declared; red when one is mended; green without that entry."""
    first = run_pytest(project)
    assert first.returncode == 1
    assert "SK-5a MUST: stream.seek(-1) returned 0; wanted an exception" in first.stdout
    assert "test_paged.py ." in first.stdout

    written = streamtck(project, "deviations", "paged:open_paged", "--budget=quick", "-o", "deviations.toml")
    assert written.returncode == 0, written.stderr
    settings = project / "pyproject.toml"
    settings.write_text(settings.read_text("utf-8") + 'tck_deviations = "deviations.toml"\n', "utf-8")
    declared = run_pytest(project)
    assert declared.returncode == 0, declared.stdout
    assert "2 known deviations" in declared.stdout

    mend(project)
    mended = run_pytest(project)
    assert mended.returncode == 1
    assert "delete the entry in deviations.toml, line" in mended.stdout
    assert "SK-5a pass: declared as a deviation, but met" in mended.stdout

    file = project / "deviations.toml"
    file.write_text(without(file.read_text("utf-8"), "SK-5a"), "utf-8")
    last = run_pytest(
        project, "--tck-report=report.json", "--tck-report=report.html", "--tck-report=badge.svg"
    )
    assert last.returncode == 0, last.stdout
    assert "1 known deviation" in last.stdout
    assert {file.name for file in project.glob("*.*g")} == {"badge.svg"}
    assert tomllib.loads(file.read_text("utf-8"))["deviation"][0]["id"].startswith("PY-")

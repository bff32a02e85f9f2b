"""The README shows what really comes out."""

import re
import tomllib
from pathlib import Path

import pytest

from streamtck.adapters import registered
from tests.running import run_pytest, run_python

README = Path(__file__).resolve().parents[1] / "README.md"


@pytest.fixture
def readme() -> str:
    """The README, where the tests run beside it."""
    if not README.is_file():
        pytest.skip("the README is not beside the tests")
    return README.read_text(encoding="utf-8")


def test_the_closing_sentence_is_the_one_shown(tmp_path: Path, readme: str) -> None:
    """The sentence that the README promises for io.BufferedReader is the one that the kit closes with."""
    done = run_pytest(tmp_path, "--impl=io.BufferedReader", "--tck-budget=standard")
    (sentence,) = [line for line in done.stdout.splitlines() if "MUST requirements decided" in line]

    assert f"\n{sentence}\n" in readme


def test_the_failure_is_the_one_shown(tmp_path: Path, readme: str) -> None:
    """The block that the README shows for gzip is printed line by line."""
    done = run_pytest(tmp_path, "--impl=gzip", "--tck-clause=SK-5")
    shown = readme.partition("\nSK-5a MUST: ")[2].partition("```")[0]

    assert done.returncode == 1
    assert all(line in done.stdout for line in f"SK-5a MUST: {shown}".splitlines())


def test_every_registered_subject_is_listed(readme: str) -> None:
    """The README's table names the built-in subjects, all of them and no others."""
    table = readme.partition("## Registered subjects")[2].partition("\n## ")[0]
    first_columns = "".join(line.split("|")[1] for line in table.splitlines() if line.startswith("| `"))
    ours = [name for name, point in registered().items() if point.module.startswith("streamtck.")]

    assert sorted(re.findall(r"`([^`]*)`", first_columns)) == sorted(ours)


CLAMPING = """
import io

class Clamping(io.BytesIO):
    def seek(self, position, whence=0):
        return super().seek(max(position, 0) if whence == 0 else position, whence)

def open_stream(content):
    return Clamping(content)
"""

FIXTURE = """
import pytest, io

@pytest.fixture(scope="session")
def open_in_bucket():
    return lambda content: io.BytesIO(content)
"""


def blocks(readme: str, heading: str, language: str) -> list[str]:
    """The code of one language under a heading."""
    section = readme.partition(f"\n{heading}\n")[2]
    section = re.split(r"\n#{2,3} ", section)[0]
    return re.findall(rf"```{language}\n(.*?)```", section, flags=re.DOTALL)


def test_the_examples_for_own_tests_run(tmp_path: Path, readme: str) -> None:
    """A project that copies the README's blocks has tests that pass, and a report."""
    (streams,) = blocks(readme, "## Judge your own stream", "python")
    decorated, fixture, direct = blocks(readme, "## In your own tests", "python")
    (tmp_path / "mypkg.py").write_text(CLAMPING, encoding="utf-8")
    (tmp_path / "my_streams.py").write_text(streams, encoding="utf-8")
    (tmp_path / "conftest.py").write_text(FIXTURE, encoding="utf-8")
    (tmp_path / "test_own.py").write_text(decorated + fixture, encoding="utf-8")
    done = run_pytest(tmp_path, "-q", "-rf")
    printed = run_python(tmp_path, f"import streamtck\nfrom my_streams import open_mine\n{direct}")

    assert done.returncode == 0, done.stdout
    assert "1 xfailed" in done.stdout
    assert "1 not met (SK-5a); 68 unsupported; 2 untested. fail\n" in printed.stdout, printed


def test_the_settings_for_ci_run(tmp_path: Path, readme: str) -> None:
    """The README's pyproject lines make a plain pytest judge the subject, with what is declared."""
    (settings,) = blocks(readme, "## In CI", "toml")
    (entry,) = blocks(readme, "## Known deviations", "toml")
    (tmp_path / "mypkg.py").write_text(CLAMPING, encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(settings, encoding="utf-8")
    (tmp_path / "deviations.toml").write_text(entry, encoding="utf-8")
    done = run_pytest(tmp_path, "--tck-budget=quick")

    assert tomllib.loads(settings)
    assert done.returncode == 0, done.stdout
    assert "known SK-5a: stream.seek(-1) returned 0" in done.stdout

"""The README shows what really comes out."""

import re
from pathlib import Path

import pytest

from streamtck.adapters import registered
from tests.running import run_pytest

README = Path(__file__).resolve().parents[1] / "README.md"


@pytest.fixture
def readme() -> str:
    """The README, where the tests run beside it."""
    if not README.is_file():
        pytest.skip("the README is not beside the tests")
    return README.read_text(encoding="utf-8")


def test_the_closing_sentence_is_the_one_shown(tmp_path: Path, readme: str) -> None:
    """The sentence that the README promises for io.BufferedReader is the one that the kit closes with."""
    done = run_pytest(tmp_path, "--impl=io.BufferedReader")
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

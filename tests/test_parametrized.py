"""`streamtck.parametrize`: the requirements as the parameters of a project's own test."""

from pathlib import Path

import pytest

import streamtck
from tests.running import run_pytest

OWN = """
import gzip, io
import pytest
import streamtck

def open_gzip(content):
    return gzip.GzipFile(fileobj=io.BytesIO(content))

open_gzip.encode = gzip.compress

@streamtck.parametrize(open_gzip, budget="quick", clauses="SK-*", deviations={"SK-5a": "clamps"})
def test_gzip(check):
    check()

@pytest.fixture(scope="module")
def open_mine():
    return lambda content: io.BytesIO(content)

@streamtck.parametrize(budget="quick", clauses="SK-5,IS-1".split(","))
def test_with_a_fixture(check, open_mine):
    check(open_mine)

@streamtck.parametrize(open_gzip, budget="quick", clauses="PY-18e", level="should")
def test_should(check):
    check()

@streamtck.parametrize(open_gzip, budget="quick", clauses="PY-18e")
def test_must(check):
    check()
"""


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What pytest prints of a project's own tests."""
    folder = tmp_path_factory.mktemp("project")
    folder.joinpath("test_own.py").write_text(OWN, encoding="utf-8")
    return run_pytest(folder, "-v", "-rA").stdout


def test_each_requirement_is_a_test_with_its_outcome(output: str) -> None:
    """Met is passed, declared is xfailed, not met is failed, not offered is skipped."""
    lines = {
        line.split("[")[1].split("-", 2)[1]: line for line in output.splitlines() if "test_gzip[" in line
    }

    assert "5a" in lines
    assert "test_gzip[SK-5a-refuses-a-negative-position] XFAIL (clamps)" in output
    assert "test_gzip[SK-8b-tells-a-position-beyond-the-end] FAILED" in output
    assert "test_gzip[SK-1a-opens-at-position-0] PASSED" in output
    assert "test_gzip[SK-7a] SKIPPED" in output


def test_a_failure_shows_the_block_and_no_traceback(output: str) -> None:
    """Call, got, wanted, rule and a reproducer that runs the test file; no line of the kit's code."""
    block = output.partition("SK-8b MUST: ")[2].partition("\n___")[0]

    assert "  reproduce with\n" in block
    assert "runpy.run_path('test_own.py')" in block
    assert "parametrized.py" not in output


def test_a_fixture_gives_the_stream(output: str) -> None:
    """`check(open_stream)` judges what the test was given by its fixtures."""
    assert "test_with_a_fixture[SK-5a-refuses-a-negative-position] PASSED" in output
    assert "test_with_a_fixture[LZ" not in output


def test_a_should_warns_or_fails_as_asked(output: str) -> None:
    """A SHOULD that is not met is a warning, and red at the level should."""
    assert "test_must[PY-18e-refuses-questions-when-closed] PASSED" in output
    assert "ShouldNotMet: PY-18e: stream.readable() returned True" in output
    assert "test_should[PY-18e-refuses-questions-when-closed] FAILED" in output


def test_no_stream_is_told(tmp_path: Path) -> None:
    """A test that hands over no stream is told what to write."""
    source = OWN.replace("check(open_mine)", "check()")
    tmp_path.joinpath("test_own.py").write_text(source, encoding="utf-8")
    done = run_pytest(tmp_path, "-k", "fixture and SK-5a")

    assert "ValueError: check(): got no stream, expected check(open_stream) or" in done.stdout


def test_a_selection_of_nothing_is_refused() -> None:
    """Requirements that the surface does not have are no test that passes by being empty."""
    with pytest.raises(ValueError, match="clauses=LZ-1: asks nothing of a stream with python-file"):
        streamtck.parametrize(clauses="LZ-1")

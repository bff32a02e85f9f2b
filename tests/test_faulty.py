"""Every faulty stream is caught under the requirement that it breaks, and under no other."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from streamtck.spec import load
from tests.audit import chosen, gaps, misjudged
from tests.faulty import PENDING, faulty_streams
from tests.generated import generated
from tests.judging import judge

ROOT = Path(__file__).parent.parent
SAMPLE = 12


def _streams() -> list[object]:
    """A few of all; the audit judges the others too."""
    return [
        pytest.param(name, marks=[pytest.mark.xfail(reason=PENDING[name])] if name in PENDING else [])
        for name in sorted(chosen(every=1000))[::24]
    ]


def _sample() -> list[str]:
    names = [name for name in faulty_streams() if name not in PENDING]
    return names[:: max(1, len(names) // SAMPLE)][:SAMPLE]


@pytest.mark.parametrize("name", _streams())
def test_a_faulty_stream_is_caught_by_its_requirement_alone(name: str) -> None:
    """The named requirement fails or warns; all else is silent, or blocked by it."""
    problems = misjudged(name, "quick") and misjudged(name, "standard")
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("name", _sample())
def test_a_reproducer_shows_the_fault_without_the_kit(name: str, tmp_path: Path) -> None:
    """Run by a fresh interpreter, the reproducer of a caught fault ends in an error, not in silence."""
    faulty = faulty_streams()[name]
    source = judge(faulty.stream, "quick")[faulty.id].reproducer or ""
    assert source
    script = tmp_path / "reproducer.py"
    script.write_text(source, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(script)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0, source
    assert "ModuleNotFoundError" not in done.stderr
    assert "NameError" not in done.stderr


def test_every_checked_requirement_has_a_faulty_stream() -> None:
    """No check of a MUST or SHOULD is without a stream that it catches, and no stream lies about nothing."""
    assert gaps(load()) == []


def test_the_generated_files_are_current() -> None:
    """The files in the repository are those that `python -m tests.audit --write` writes."""
    for path, text in generated(load()).items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name}: run `python -m tests.audit --write`"


def test_every_faulty_stream_says_its_lie() -> None:
    """Each class has one line of its own that tells the lie."""
    streams = [faulty.stream for faulty in faulty_streams().values()]
    assert [stream.__name__ for stream in streams if "\n" in (stream.__dict__.get("__doc__") or "\n")] == []


def test_pending_streams_exist() -> None:
    """What waits for the kit is still there."""
    assert set(PENDING) <= set(faulty_streams())

"""What a run of the kit costs, beside a bare pytest session, and where it goes.

`nox -s bench` prints the tables. All figures are CPU time, measured in turn in one run, so that only their
ratios count. "bare" is a pytest session of as many empty tests; "idle" one that has the kit installed and
does not use it.
"""

from __future__ import annotations

import importlib.util
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from streamtck import cases
from streamtck.adapters import CallableAdapter
from streamtck.spec import load
from streamtck.subjects import ready

ROUNDS = 5
IDLE_ROUNDS = 15
ITEMS = 170
"""Empty tests of the bare session: as many as there are requirements."""

LIMITS = {"quick": 8, "standard": 30}
"""How often the CPU of the bare session a budget may cost on io.BytesIO, where it is promised."""

MEMORY = 300
"""MiB that a run may take."""

EMPTY = f"import pytest\n\n@pytest.mark.parametrize('n', range({ITEMS}))\ndef test_empty(n):\n    pass\n"
BARE = ("-p", "no:streamtck")
SIZES = (300, 8193, 65537, 1048577)
EXAMPLES = (0, 6, 40, 200)


def cpu_of(folder: Path, *arguments: str) -> float:
    """Seconds of CPU time, user and system, that one pytest session takes, workers included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    subprocess.run(command, cwd=folder, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def in_turn(
    folder: Path, rounds: int, one: Sequence[str], other: Sequence[str]
) -> tuple[float, float, float]:
    """The median CPU times of two sessions, and that of their differences; they take turns in being first."""
    pairs: list[tuple[float, float]] = []
    for number in range(rounds):
        first, second = (one, other) if number % 2 else (other, one)
        times = cpu_of(folder, *first), cpu_of(folder, *second)
        pairs.append(times if number % 2 else times[::-1])
    ones, others = zip(*pairs, strict=True)
    differences = [mine - theirs for mine, theirs in pairs]
    return statistics.median(ones), statistics.median(others), statistics.median(differences)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of empty tests."""
    path = tmp_path_factory.mktemp("bare")
    path.joinpath("test_empty.py").write_text(EMPTY, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def say(request: pytest.FixtureRequest) -> Iterator[list[str]]:
    """Lines that are printed after the last benchmark."""
    lines: list[str] = []
    yield lines
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print("\n", *lines, sep="\n")


@pytest.mark.parametrize("budget", cases.BUDGETS)
def test_a_run_beside_a_bare_session(benchmark: Any, folder: Path, say: list[str], budget: str) -> None:
    """CPU time of a run on io.BytesIO, as a multiple of a bare session's."""
    run = ("--impl=io:BytesIO", f"--tck-budget={budget}")
    pairs: list[tuple[float, float]] = []
    benchmark.pedantic(
        lambda: pairs.append((cpu_of(folder, *run), cpu_of(folder, *BARE, "test_empty.py"))),
        rounds=2 if budget == "thorough" else ROUNDS,
    )
    ratio = statistics.median(run / bare for run, bare in pairs)
    limit = f", at most {LIMITS[budget]}" if budget in LIMITS else ""
    say.append(f"{budget:>9}: {ratio:5.1f} x the CPU time of a bare session of {ITEMS} tests{limit}")


def test_memory_of_a_run(benchmark: Any, folder: Path, say: list[str]) -> None:
    """The most memory that a run on io.BytesIO holds."""
    script = (
        "import resource, pytest; pytest.main(['-q', '-p', 'no:cacheprovider', '--impl=io:BytesIO']);"
        "print(); print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    told: list[int] = []

    def run() -> None:
        done = subprocess.run([sys.executable, "-c", script], cwd=folder, capture_output=True, text=True)
        told.append(int(done.stdout.split()[-1]))

    benchmark.pedantic(run, rounds=1)
    unit = 1 if sys.platform == "darwin" else 1024
    say.append(f"   memory: {max(told) * unit >> 20:5d} MiB at the most, of {MEMORY}")


def test_idle(benchmark: Any, folder: Path, say: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """What a session pays for a kit that is installed and not used: medians, and what is imported."""
    # Of one test only, and with no other plugin: what the kit does for a session not its own, it does once.
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    # As in a user's environment, where what was compiled once is kept.
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    alone = ("test_empty.py::test_empty[0]",)
    sessions = ("-p", "streamtck.plugin", *alone), alone
    medians: list[tuple[float, float, float]] = []
    benchmark.pedantic(lambda: medians.append(in_turn(folder, IDLE_ROUNDS, *sessions)), rounds=1)
    with_kit, without, more = medians[0]
    command = [sys.executable, "-X", "importtime", "-c", "import pytest, streamtck.plugin"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    rows = [line.split("|") for line in done.stderr.splitlines() if line.startswith("import time:")]
    ours = [row[2].strip() for row in rows if row[2].strip().startswith("streamtck")]
    spent = sum(int(row[0].split(":")[1]) for row in rows if row[2].strip().startswith("streamtck"))
    say.append(
        f"     idle: {more * 1e3:+5.1f} ms of CPU time, the median of {IDLE_ROUNDS} differences (medians "
        f"{with_kit * 1e3:.0f} against {without * 1e3:.0f}); imports {', '.join(ours)}: {spent / 1e3:.1f} ms"
    )


def test_dearest_requirements(benchmark: Any, folder: Path, say: list[str]) -> None:
    """The requirements of io.BytesIO by what they cost, with what was asked for that."""
    report = folder / "dear.json"
    benchmark.pedantic(lambda: cpu_of(folder, "--impl=io:BytesIO", f"--tck-report={report}"), rounds=1)
    rows = json.loads(report.read_text("utf-8"))["implementations"][0]["requirements"]
    whole = sum(row["duration_s"] for row in rows)
    dearest = sorted(rows, key=lambda row: -row["duration_s"])[:12]
    say += ["", "dearest requirements of io.BytesIO at standard, of all that they cost:"]
    say += [f"  {row['id']:<7} {row['duration_s'] / whole:6.1%}" for row in dearest]


@pytest.mark.skipif(importlib.util.find_spec("xdist") is None, reason="needs pytest-xdist")
def test_two_processes(benchmark: Any, folder: Path, say: list[str]) -> None:
    """The time that -n 2 takes, as a share of that of one process, for several subjects at once."""
    subjects = [f"--impl={name}" for name in ("io.BytesIO", "gzip", "io.FileIO", "bz2")]
    times: list[tuple[float, float]] = []

    def both() -> None:
        started = time.perf_counter()
        cpu_of(folder, *subjects)
        between = time.perf_counter()
        cpu_of(folder, *subjects, "-n", "2")
        times.append((between - started, time.perf_counter() - between))

    benchmark.pedantic(both, rounds=2)
    share = statistics.median(two / one for one, two in times)
    say += [
        "",
        f"-n 2 takes {share:.0%} of the time of one process ({len(subjects)} subjects)",
    ]


def test_sizes_and_examples(benchmark: Any, say: list[str]) -> None:
    """CPU time by the largest content and by the examples drawn, as multiples of the first of each."""
    import io

    specification = load()

    def cost(largest: int, examples: int) -> float:
        subject = ready(
            CallableAdapter(io.BytesIO, "io.BytesIO", ""), "io:BytesIO", specification, "quick", 0
        )
        scale = cases.Scale(
            tuple(s for s in (0, 1, 300, *SIZES) if s <= largest), (largest,), cases.PAGES, examples
        )
        for probe in subject.engine.probes.values():
            probe.scale = scale
        started = time.process_time()
        subject.judge()
        subject.close()
        return time.process_time() - started

    measured: dict[str, list[float]] = {}

    def run() -> None:
        cost(SIZES[0], 1)
        measured["content"] = [cost(size, 6) for size in SIZES]
        measured["examples"] = [cost(8193, number) for number in EXAMPLES]

    benchmark.pedantic(run, rounds=1)
    for what, values, costs in (
        ("content", SIZES, measured["content"]),
        ("examples", EXAMPLES, measured["examples"]),
    ):
        told = ", ".join(f"{value}: {each / costs[0]:.1f}" for value, each in zip(values, costs, strict=True))
        say.append(f"cost by {what}: {told}")

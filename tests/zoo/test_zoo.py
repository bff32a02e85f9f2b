"""Whatever a subject does, every requirement gets its verdict, and the report is whole."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.judging import NOTEWORTHY
from tests.running import read_report, run_pytest, verdicts

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")

FEW = "--tck-clause=IS-0b,SK-5a,SK-6a,PY-1a"
ISOLATED = ("--tck-isolate", "--tck-budget=quick", "-p", "no:cacheprovider")

UNOPENED = {"PY-1a": "blocked", "SK-5a": "blocked", "SK-6a": "blocked"}

HANGS: dict[str, dict[str, str]] = {
    "spins": {"SK-5a": "timeout"},
    "spins_and_catches": {"SK-5a": "timeout"},
    "spins_in_c": {"SK-5a": "timeout"},
    "deadlocks": {"SK-5a": "timeout"},
    "ignores_signals_and_spins": {"SK-5a": "timeout"},
    "hangs_in_open": {"IS-0b": "timeout", **UNOPENED},
    "hangs_in_close": {},
    "hangs_everywhere": {"IS-0b": "timeout", **UNOPENED},
}
CRASHES: dict[str, dict[str, str]] = {
    "segfaults": {"SK-5a": "crash"},
    "aborts": {"SK-5a": "crash"},
    "exits_at_once": {"SK-5a": "crash"},
    "exits": {},
    "kills_itself": {"SK-5a": "crash"},
    "kills_its_group": {"SK-5a": "crash"},
    "overflows_the_stack": {"SK-5a": "crash"},
    "closes_descriptors": {"SK-5a": "crash"},
    "writes_into_descriptors": {"SK-5a": "crash"},
    "crashes_in_open": {"IS-0b": "crash", **UNOPENED},
}
MESSES = (
    *("interrupts", "recurses", "closes_a_few_descriptors", "prints_megabytes", "starts_threads"),
    *("starts_a_process", "forks", "makes_a_mess", "crashes_on_empty_content"),
)
"""These harm nobody: everything that is asked is met."""

SAID = {
    "spins": "stream.seek(-1) did not come back within 1 seconds; it was at hostile.py:",
    "spins_in_c": " spins_in_c < hostile.py:",
    "segfaults": "stream.seek(-1): the process was ended by SIGSEGV; it was at ",
    "aborts": "stream.seek(-1): the process was ended by SIGABRT ('free(): invalid pointer'); it was at ",
    "exits_at_once": "stream.seek(-1): the process ended with exit code 0",
    "closes_descriptors": "stream.seek(-1): it closed a descriptor of the kit",
    "writes_into_descriptors": "stream.seek(-1): it wrote into a descriptor of the kit",
    "crashes_in_open": "open() on 300 bytes: the process was ended by SIGABRT; it was at hostile.py:",
}


@pytest.fixture
def zoo(tmp_path: Path) -> Path:
    """A folder with the subjects in it."""
    shutil.copy(Path(__file__).with_name("hostile.py"), tmp_path)
    return tmp_path


def run(zoo: Path, names: Iterable[str], *options: str) -> tuple[dict[str, Any], str]:
    """The report on some of the subjects, which is valid, and what was printed."""
    subjects = [f"--impl=./hostile.py:{name}" for name in names]
    done = run_pytest(zoo, *subjects, *ISOLATED, f"--tck-report={zoo / 'r.json'}", *options)
    assert (zoo / "r.json").exists(), done.stdout + done.stderr
    document = read_report(zoo / "r.json")
    schema = json.loads(files("streamtck.report").joinpath("schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(document, schema)
    assert not list(zoo.glob("*.under-way*"))
    return document, done.stdout


def maps(document: dict[str, Any]) -> dict[str, dict[str, str]]:
    """What is noteworthy, by requirement, of each subject."""
    return {
        implementation["name"].rpartition(":")[2]: {
            id: verdict for id, verdict in verdicts(document, number).items() if verdict in NOTEWORTHY
        }
        for number, implementation in enumerate(document["implementations"])
    }


def says(document: dict[str, Any]) -> dict[str, str]:
    """The message of the first that is red, by subject."""
    return {
        implementation["name"].rpartition(":")[2]: row["message"]
        for implementation in document["implementations"]
        for row in implementation["requirements"]
        if row["verdict"] in ("timeout", "crash")
    }


def assert_said(document: dict[str, Any]) -> None:
    """The guilty call and where it was are in the message."""
    said = says(document)
    for name in set(SAID) & set(said):
        assert SAID[name] in said[name]


def test_what_hangs_is_a_timeout(zoo: Path) -> None:
    """The requirement whose call does not come back says so, also where no signal ends it."""
    document, _ = run(zoo, HANGS, FEW, "--tck-timeout=1")

    assert maps(document) == HANGS
    assert_said(document)
    tally = (zoo / "tally").read_text(encoding="ascii").split()
    assert all(tally.count(name) <= 2 for name in HANGS)


def test_what_goes_down_is_a_crash(zoo: Path) -> None:
    """The requirement whose call takes the process down says how, and the others are judged."""
    document, printed = run(zoo, CRASHES, FEW, "--tck-timeout=5")

    assert maps(document) == CRASHES
    assert_said(document)
    assert "stream.seek(-1)  # takes the process down" in printed


def test_what_makes_a_mess_harms_nobody(zoo: Path) -> None:
    """A subject that changes, floods or starts what it should not is judged as if it had not."""
    document, _ = run(zoo, MESSES, FEW, "--tck-timeout=5")

    assert maps(document) == {name: {} for name in MESSES}
    listed = subprocess.run(["ps", "-ef"], capture_output=True, text=True, check=False).stdout
    assert "left by the zoo" not in listed


def test_what_eats_memory_is_ended(zoo: Path) -> None:
    """A subject that takes memory without end is a crash in these words."""
    document, _ = run(zoo, ["eats_memory"], FEW, "--tck-timeout=60")

    assert maps(document) == {"eats_memory": {"SK-5a": "crash"}}
    assert "it took more than 2 GiB of memory and was ended" in says(document)["eats_memory"]


def test_a_hang_at_a_drawn_example_is_not_shrunk(zoo: Path) -> None:
    """An example that does not come back is run once, and is not made simpler."""
    document, _ = run(zoo, ["hangs_at_a_drawn_example"], "--tck-clause=SK-8a", "--tck-timeout=1")

    assert maps(document) == {"hangs_at_a_drawn_example": {"SK-8a": "timeout"}}
    assert (zoo / "tally").read_text(encoding="ascii").count("\n") == 1


def test_a_whole_run_of_crashes_has_one_cause(zoo: Path) -> None:
    """Where every read takes the process down, the most basic requirement says so and the report is whole."""
    document, _ = run(zoo, ["crashes_everywhere"])

    assert document["complete"] is True
    (found,) = maps(document).values()
    assert {id for id, verdict in found.items() if verdict != "blocked"} == {"IS-0b"}
    assert len(found) > 50
    blocked = {row["blocked_by"] for row in document["implementations"][0]["requirements"]}
    assert blocked == {None, "IS-0b"}


def test_a_module_that_crashes_when_imported_has_a_report(zoo: Path) -> None:
    """A subject that cannot be loaded alive is red in its most basic requirement, and the report is whole."""
    (zoo / "dead.py").write_text("import os\nos.abort()\n", encoding="ascii")
    done = run_pytest(zoo, "--impl=dead:open", *ISOLATED, f"--tck-report={zoo / 'r.json'}")

    assert done.returncode == 1
    document = read_report(zoo / "r.json")
    assert document["complete"] is True
    assert verdicts(document)["IS-0b"] == "crash"
    assert "loading dead:open: the process was ended by SIGABRT; it was at dead.py:2" in done.stdout


def test_isolation_changes_no_verdict(tmp_path: Path) -> None:
    """Sound and faulty streams and a codec are judged alike in processes of their own, also in parallel."""
    subjects = ("--impl=io.BytesIO", "--impl=gzip", "--impl=lz4-double-buffer")
    found = []
    clauses = "--tck-clause=IS-0b,SK-5*,SK-6*,PY-1a,WR-1a,LZ-2*,LZ-8a"
    for options in ((), ("--tck-isolate",), ("--tck-isolate", "-n", "2")):
        path = tmp_path / "r.json"
        run_pytest(tmp_path, *subjects, clauses, "--tck-budget=quick", f"--tck-report={path}", *options)
        document = read_report(path)
        found.append([verdicts(document, number) for number in range(3)])

    assert found[1] == found[0]
    assert found[2] == found[0]


def test_an_interrupt_ends_the_subject_too(zoo: Path) -> None:
    """Ctrl-C ends the run, with its report, and no process stays."""
    command = [sys.executable, "-m", "pytest", "--impl=./hostile.py:spins_in_c", *ISOLATED]
    # A shell that runs the tests in the background has them ignore the signal.
    with subprocess.Popen(
        [*command, "--tck-report=r.json"],
        cwd=zoo,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    ) as running:
        until = time.monotonic() + 60
        while not (zoo / "tally").exists() and time.monotonic() < until:
            time.sleep(0.05)
        running.send_signal(signal.SIGINT)
        printed, _ = running.communicate(timeout=60)

    assert running.returncode == pytest.ExitCode.INTERRUPTED, printed
    assert read_report(zoo / "r.json")["complete"] is False
    listed = subprocess.run(["ps", "-ef"], capture_output=True, text=True, check=False).stdout
    assert str(zoo) not in listed
    assert "./hostile.py:spins_in_c" not in listed


def test_without_isolation_a_loop_in_python_is_a_timeout(zoo: Path) -> None:
    """The alarm ends what Python runs, also where everything is caught."""
    subjects = [f"--impl=./hostile.py:{name}" for name in ("spins", "spins_and_catches")]
    report = f"--tck-report={zoo / 'r.json'}"
    run_pytest(zoo, *subjects, FEW, report, "--tck-budget=quick", "--tck-timeout=1")

    assert maps(read_report(zoo / "r.json")) == {name: HANGS[name] for name in ("spins", "spins_and_catches")}
    assert not (zoo / "r.json.under-way").exists()


def test_without_isolation_a_file_tells_who_did_it(zoo: Path) -> None:
    """Where the process dies, a file beside the report that was asked for names subject and requirement."""
    report = f"--tck-report={zoo / 'r.json'}"
    done = run_pytest(zoo, "--impl=./hostile.py:segfaults", "--tck-clause=SK-5a", report)

    assert done.returncode == -signal.SIGSEGV
    assert not (zoo / "r.json").exists()
    assert (zoo / "r.json.under-way").read_text(encoding="utf-8") == "hostile.py:segfaults SK-5a\n"

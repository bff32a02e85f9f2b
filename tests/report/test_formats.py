"""The formats of a report: all from the same JSON, whole or not at all, checked when they are read back."""

import copy
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from streamtck.report import formats, read, write
from streamtck.spec import load
from tests.report.making import HOSTILE, document, hostile, implementation, row
from tests.running import read_report, run_pytest

STREAMS = """
import io, os, time

class Clamping(io.BytesIO):
    def seek(self, position, whence=0):
        return super().seek(max(0, position) if whence == 0 else position, whence)

def slow(content):
    if os.path.exists("slow"):
        open("late", "w").close()
        time.sleep(60)
    return io.BytesIO(content)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project with streams of its own."""
    (tmp_path / "my_streams.py").write_text(STREAMS, encoding="utf-8")
    return tmp_path


def schema() -> dict[str, Any]:
    """The published schema."""
    text = files("streamtck.report").joinpath("schema.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def test_a_name_asks_for_the_format_of_its_ending() -> None:
    """The longest ending counts, in any case; another one is no report's."""
    assert formats.suffix_of("a.shields.json") == ".shields.json"
    assert formats.suffix_of("a.JSON") == ".json"
    assert formats.suffix_of("a.b.html") == ".html"
    assert formats.suffix_of("a.txt") is None


def test_every_format_of_a_stored_report_is_the_direct_one(folder: Path) -> None:
    """What a run writes in each format is, byte for byte, what is made of its JSON afterwards."""
    names = [f"r{suffix}" for suffix in formats.MAKERS]
    subjects = ("--impl=my_streams.py:Clamping", "--impl=io.BytesIO", "--tck-budget=quick")
    run_pytest(folder, *subjects, *(f"--tck-report={name}" for name in names))

    jsonschema.validate(read_report(folder / "r.json"), schema())
    for suffix in formats.MAKERS:
        stored = read.load(folder / "r.json")
        write.whole(folder / f"again{suffix}", formats.make(suffix, stored, load()))
        direct = (folder / f"r{suffix}").read_bytes()
        assert direct
        assert (folder / f"again{suffix}").read_bytes() == direct, suffix


@pytest.mark.parametrize("suffix", formats.MAKERS)
def test_hostile_texts_survive_storing(tmp_path: Path, suffix: str) -> None:
    """Texts with markup, controls and what UTF-8 cannot hold give the same before and after."""
    made = hostile()
    made["implementations"][0]["name"] += "\udc80"
    jsonschema.validate(made, schema())
    write.whole(tmp_path / "r.json", formats.make(".json", made, load()))
    write.whole(tmp_path / f"direct{suffix}", formats.make(suffix, made, load()))
    write.whole(tmp_path / f"stored{suffix}", formats.make(suffix, read.load(tmp_path / "r.json"), load()))

    assert (tmp_path / f"direct{suffix}").read_bytes() == (tmp_path / f"stored{suffix}").read_bytes()


# Reading back

Break = Callable[[dict[str, Any]], object]


def first(made: dict[str, Any]) -> dict[str, Any]:
    """The first row of a report."""
    rows: list[dict[str, Any]] = made["implementations"][0]["requirements"]
    return rows[0]


BROKEN: dict[str, Break] = {
    "schema: got 'streamtck-report/2', expected 'streamtck-report/1'": lambda r: r.update(
        schema="streamtck-report/2"
    ),
    "kit is missing": lambda r: r.pop("kit"),
    "kit.seed: got True, expected integer": lambda r: r["kit"].update(seed=True),
    "extra: not expected here": lambda r: r.update(extra=1),
    "selection: got 'x', expected null": lambda r: r.update(selection="x"),
    "implementations: is empty": lambda r: r.update(implementations=[]),
    "implementations: got {}, expected array": lambda r: r.update(implementations={}),
    "implementations[0].requirements[0].id: got 'SK1', expected ^[A-Z]": lambda r: first(r).update(id="SK1"),
    "requirements[0].verdict: got 'fine', expected one of pass, fail": lambda r: first(r).update(
        verdict="fine"
    ),
    "requirements[0].message: is empty": lambda r: first(r).update(verdict="untested"),
    "requirements[0].duration_s: got -1": lambda r: first(r).update(duration_s=-1),
    "requirements[0].reason: not expected here": lambda r: first(r).update(reason="x"),
    "requirements[0].call: not expected here": lambda r: first(r).update(call="x"),
    "reason is missing": lambda r: first(r).update(verdict="known", message="x"),
    "the implementation 'a' twice": lambda r: r["implementations"].append(r["implementations"][0]),
    "a requirement twice": lambda r: r["implementations"][0]["requirements"].append(first(r)),
    "1000 pass, but": lambda r: r["implementations"][0]["summary"].update({"pass": 1000}),
    "expected object": lambda r: r["implementations"].insert(0, [[[[]]]]),
}


@pytest.mark.parametrize(("said", "spoil"), BROKEN.items(), ids=range(len(BROKEN)))
def test_a_broken_report_is_one_line(tmp_path: Path, said: str, spoil: Break) -> None:
    """What is wrong with a report is said in one line with the file and the place."""
    made = copy.deepcopy(document(implementation("a")))
    spoil(made)
    (tmp_path / "r.json").write_text(json.dumps(made), encoding="utf-8")
    with pytest.raises(read.ReportError) as caught:
        read.load(tmp_path / "r.json")

    assert said in str(caught.value)
    assert str(caught.value).startswith(f"{tmp_path / 'r.json'}: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "{", "[1]", "null", '"x"', "[" * 100_000, "NaN", "9" * 5000])
def test_what_is_no_report_is_one_line(tmp_path: Path, text: str) -> None:
    """A truncated file and other JSON end in one line too."""
    (tmp_path / "r.json").write_text(text, encoding="utf-8")
    with pytest.raises(read.ReportError, match=r"r\.json: n") as caught:
        read.load(tmp_path / "r.json")

    assert "\n" not in str(caught.value)


def test_every_prefix_of_a_report_is_refused(tmp_path: Path) -> None:
    """A report that was cut anywhere is never taken for one."""
    text = formats.make(".json", document(implementation("a", row("SK-5a", "fail"))), load()).rstrip()
    for length in range(0, len(text), 997):
        (tmp_path / "r.json").write_text(text[:length], encoding="utf-8")
        with pytest.raises(read.ReportError):
            read.load(tmp_path / "r.json")


def test_the_own_check_knows_every_keyword_of_the_schema() -> None:
    """The schema uses no keyword that reading does not look at."""
    known = {"$schema", "$id", "$defs", "$ref", "title", "description", "type", "const", "enum", "properties"}
    known |= {
        "required",
        "additionalProperties",
        "propertyNames",
        "items",
        "minItems",
        "minLength",
        "minimum",
    }
    known |= {"pattern", "anyOf", "allOf", "if", "then", "else"}

    def keywords(node: Any) -> set[str]:
        if not isinstance(node, dict):
            return set()
        found = set(node)
        for name in ("properties", "$defs"):
            for each in node.get(name, {}).values():
                found |= keywords(each)
        for name in ("items", "if", "then", "else", "additionalProperties", "propertyNames"):
            found |= keywords(node.get(name))
        for name in ("anyOf", "allOf"):
            for each in node.get(name, []):
                found |= keywords(each)
        return found

    assert keywords(schema()) <= known


def test_the_own_check_agrees_with_jsonschema() -> None:
    """What reading accepts and refuses is what jsonschema does."""
    validator = jsonschema.Draft202012Validator(schema())
    for said, spoil in BROKEN.items():
        made = copy.deepcopy(document(implementation("a")))
        spoil(made)
        assert (next(read.problems(made), None) is None) == validator.is_valid(made), said
    assert next(read.problems(hostile()), None) is None


def test_a_requirement_of_another_kit_is_one_line(tmp_path: Path) -> None:
    """A report with ids that this kit does not know is refused where its rules are needed."""
    made = document(implementation("a"))
    first(made).update(id="ZZ-1a")
    with pytest.raises(read.ReportError, match=r"r\.json: ZZ-1a is no requirement of this kit"):
        read.known(made, load(), Path("r.json"))


# Writing


def test_a_text_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    """Where writing fails the old file stands as it was, and nothing lies beside it."""
    path = tmp_path / "r.json"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(TypeError):
        write.whole(path, None)  # type: ignore[arg-type]

    assert path.read_text(encoding="utf-8") == "old"
    assert os.listdir(tmp_path) == ["r.json"]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="the system has no SIGKILL")
@pytest.mark.parametrize("options", [(), ("-n", "1")], ids=["one process", "xdist"])
def test_a_killed_run_leaves_no_report(folder: Path, options: tuple[str, ...]) -> None:
    """A run that is killed in the middle writes nothing: an old report stays, a new one is not there."""
    (folder / "old.json").write_text("the old one", encoding="utf-8")
    (folder / "conftest.py").write_text(
        "def pytest_runtest_logreport(report):\n"
        "    if report.when == 'call' and 'SK-5a' in report.nodeid:\n"
        "        open('slow', 'w').close()\n",
        encoding="utf-8",
    )
    reports = [f"--tck-report=new{suffix}" for suffix in formats.MAKERS]
    subject = ("--impl=my_streams.py:slow", "--tck-budget=quick", "--tck-report=old.json")
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", *subject, *reports, *options],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + 120
        while not (folder / "late").exists() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        assert process.poll() is None
        assert (folder / "late").exists()
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    assert (folder / "old.json").read_text(encoding="utf-8") == "the old one"
    assert not [path.name for path in folder.glob("*new*")]


# GitHub Actions and JUnit


def in_a_job(monkeypatch: pytest.MonkeyPatch, folder: Path, *arguments: str) -> tuple[list[str], str]:
    """The commands that a run in a GitHub Actions job prints, and its job summary."""
    import tests.running

    kept = {**os.environ, "GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(folder / "summary.md")}
    monkeypatch.setattr(tests.running, "environment", lambda: kept)
    done = run_pytest(folder, "--tck-budget=quick", *arguments)
    lines = [line.strip() for line in done.stdout.splitlines() if line.strip().startswith("::")]
    return lines, (folder / "summary.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["one process", "xdist"])
def test_a_job_gets_summary_and_annotations(
    monkeypatch: pytest.MonkeyPatch, folder: Path, options: tuple[str, ...]
) -> None:
    """In a GitHub Actions job the report is added to the summary once, and each failure is annotated once."""
    (folder / "summary.md").write_text("before\n", encoding="utf-8")
    some = ("--impl=my_streams.py:Clamping", "--tck-clause=SK-*", "--tck-report=r.md")
    lines, summary = in_a_job(monkeypatch, folder, *some, *options)

    assert lines == [
        "::error title=streamtck%3A my_streams.py%3AClamping SK-5a MUST"
        "::stream.seek(-1) returned 0; wanted an exception"
    ]
    assert summary == "before\n" + (folder / "r.md").read_text(encoding="utf-8") + "\n"


def test_annotations_are_few_and_cannot_be_escaped_from() -> None:
    """At most ten of a kind, the last one says how many more; hostile text stays in its command."""
    from streamtck.report import github

    ids = [each.id for each in load() if each.binding][:14]
    rows = [row(id, "fail", message=HOSTILE + "50%") for id in ids]
    made = document(implementation(HOSTILE, *rows, row("IS-7b", "warn", message=HOSTILE)))
    lines = list(github.annotations(made, [("a", "SK-1a", "delete the entry")], "must"))

    assert [line.split(" ")[0] for line in lines] == ["::error"] * 10 + ["::warning"]
    assert "6 more are in the summary" in lines[9]
    assert "50%25" in lines[0]
    for line in lines:
        assert len(line.splitlines()) == 1
        assert line.isprintable()
        assert re.fullmatch(r"::(error|warning) title=[^:,]*::.*", line)
    errors = [line for line in github.annotations(made, [], "should") if line.startswith("::error")]
    assert len(errors) == 10


def test_a_summary_is_never_too_long(tmp_path: Path) -> None:
    """What does not fit under GitHub's limit is left out; a full summary is left alone."""
    from streamtck.report import github

    path = tmp_path / "summary.md"
    path.write_text("x" * (github.SUMMARY_LIMIT - 3000), encoding="utf-8")
    github.add_summary(path, hostile(), load())
    assert github.SUMMARY_LIMIT - 3000 < path.stat().st_size <= github.SUMMARY_LIMIT
    assert "Shortened:" in path.read_text(encoding="utf-8")
    path.write_text("x" * github.SUMMARY_LIMIT, encoding="utf-8")
    github.add_summary(path, hostile(), load())
    assert path.stat().st_size == github.SUMMARY_LIMIT


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["one process", "xdist"])
def test_junit_has_requirement_level_and_verdict(folder: Path, options: tuple[str, ...]) -> None:
    """Each case of the JUnit file carries them as properties: passed, failed, xfailed and skipped ones."""
    import xml.etree.ElementTree as ET

    entry = '[[deviation]]\nid = "SK-5a"\nreason = "x"\n'
    (folder / "deviations.toml").write_text(entry, encoding="utf-8")
    subjects = ("--impl=my_streams.py:Clamping", "--tck-deviations=deviations.toml", "--tck-budget=quick")
    some = "--tck-clause=SK-*,PR-1,FS-*"
    run_pytest(folder, *subjects, some, "--junitxml=j.xml", "--tck-report=r.json", *options)

    found = {}
    for case in ET.parse(folder / "j.xml").getroot().iter("testcase"):
        properties = {each.get("name"): each.get("value") for each in case.iter("property")}
        found[properties["requirement"]] = (properties["level"], properties["verdict"])
    rows = read_report(folder / "r.json")["implementations"][0]["requirements"]
    asked = [each for each in rows if each["message"] != "not selected"]
    assert found == {each["id"]: (each["level"], each["verdict"]) for each in asked}
    assert {"pass", "known", "blocked", "unsupported"} <= {verdict for _, verdict in found.values()}

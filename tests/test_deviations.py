"""Declared deviations: the file that names them, what becomes of a verdict, and the story of a repair."""

import io
import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from streamtck.deviations import Deviation, DeviationError, apply, load, load_pyproject
from streamtck.report.build import sentence
from streamtck.spec import load as load_specification
from streamtck.subjects import Subject, ready
from streamtck.verdicts import Result, Verdict
from tests.judging import adapter_of
from tests.running import read_report, run_pytest, timeless, verdicts

QUICK = "--tck-budget=quick"
CLAMPS = '[[deviation]]\nid = "SK-5a"\nreason = "clamps, see issue 12"\n'
STREAMS = """
import io

class Clamping(io.BytesIO):
    def seek(self, position, whence=0):
        return super().seek(max(0, position) if whence == 0 else position, whence)

class OneByOne(io.BytesIO):
    def readinto(self, buffer):
        return super().readinto(memoryview(buffer)[:1])

class Forward(io.BytesIO):
    def seekable(self):
        return False

    def seek(self, position, whence=0):
        raise io.UnsupportedOperation("seek")

    def tell(self):
        raise io.UnsupportedOperation("tell")

def late(content):
    if len(content) > 70000:
        raise MemoryError("too large")
    return io.BytesIO(content)
"""


class Clamping(io.BytesIO):
    """Goes to 0 where a position is negative."""

    def seek(self, position: int, whence: int = 0) -> int:
        """Clamp."""
        return super().seek(max(0, position) if whence == 0 else position, whence)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project with streams of its own and a file of deviations."""
    (tmp_path / "my_streams.py").write_text(STREAMS, encoding="utf-8")
    (tmp_path / "deviations.toml").write_text(CLAMPS, encoding="utf-8")
    return tmp_path


def declare(folder: Path, *ids: str, **more: str) -> None:
    """Write a file of deviations, four lines to an entry."""
    further = "".join(f"{key} = {json.dumps(value)}\n" for key, value in more.items())
    entries = (f'[[deviation]]\nid = "{id}"\nreason = "why {id}"\n{further or "#"}\n' for id in ids)
    (folder / "deviations.toml").write_text("".join(entries), encoding="utf-8")


def run(folder: Path, *arguments: str) -> tuple[int, str, dict[str, dict[str, Any]]]:
    """Exit code, output, and the rows of the first subject by id."""
    done = run_pytest(folder, "--tck-deviations=deviations.toml", "--tck-report=r.json", QUICK, *arguments)
    document = read_report(folder / "r.json")
    return (
        done.returncode,
        done.stdout,
        {row["id"]: row for row in document["implementations"][0]["requirements"]},
    )


def read(tmp_path: Path, text: str) -> tuple[Deviation, ...]:
    """What a file of this text declares."""
    (tmp_path / "deviations.toml").write_bytes(text.encode())
    return load(tmp_path / "deviations.toml", load_specification())


def subject_of(open_stream: Any) -> Subject:
    """A subject ready to be asked, at the smallest budget."""
    adapter = adapter_of(open_stream)
    return ready(adapter, adapter.name, load_specification(), "quick", 0)


def in_the_light_of(entries: tuple[Deviation, ...], subject: Subject, *ids: str) -> list[Result]:
    """The results of a subject after what is declared."""
    return [apply(subject.engine.decide(id), subject, entries, [subject]) for id in ids]


# The file


def test_an_entry_has_id_reason_and_place(tmp_path: Path) -> None:
    """An entry gives the ids that it matches, its reason on one line, and the line where it begins."""
    text = '# ours\n\n[[deviation]]\nid = "sk-5"\nreason = """clamps,\n  as zlib"""\nsubject = "gzip"\n'
    (entry,) = read(tmp_path, text)

    assert entry.ids == {"SK-5a", "SK-5b"}
    assert (entry.reason, entry.subject) == ("clamps, as zlib", "gzip")
    assert entry.place == "deviations.toml, line 3"


@pytest.mark.parametrize("text", ["", "# nothing left\n", "deviation = []\n", "\ufeff"])
def test_a_file_without_entries_is_legal(tmp_path: Path, text: str) -> None:
    """The file may stay when its last entry is deleted."""
    assert read(tmp_path, text) == ()


LINES = {
    '[[deviation]]\nid = "SK-5a"\nreason = "x"\n[[deviation]]\nid = "SK-8b"\nreason = "x"': [1, 4],
    '\n[[ "deviation" ]] # one\r\nid = "SK-5a"\r\nreason = "[[deviation]]"\r\n\r\n[[deviation]]\r\n'
    'id="SK-8b"\r\nreason="x"': [2, 6],
    '[[deviation]]\nid = "SK-5a"\nreason = """\n[[deviation]]\n"""\n[[deviation]]\nid="SK-8b"\nreason="x"': [
        1,
        6,
    ],
    'deviation = [\n {id = "SK-5a", reason = "x"},\n {id = "SK-8b", reason = "]"}\n]': [2, 3],
    'deviation = [{id = "SK-5a", reason = "x"}, {id = "SK-8b", reason = "x"}]': [1, 1],
    'deviation = [{id = "SK-5a", reason = """\nx"""},\n\n{id = "SK-8b", reason = "x"}\n]': [2, 4],
}


@pytest.mark.parametrize(("text", "lines"), LINES.items(), ids=range(len(LINES)))
def test_lines_are_those_of_the_entries(tmp_path: Path, text: str, lines: list[int]) -> None:
    """However TOML spells the tables, an entry is found where it stands."""
    assert [entry.place for entry in read(tmp_path, text)] == [f"deviations.toml, line {n}" for n in lines]


BAD_FILES = {
    "id = 1": "unknown key 'id', expected [[deviation]] tables only",
    "[[deviations]]": "unknown key 'deviations', expected [[deviation]] tables only",
    "deviation = 5": "deviation: got 5, expected [[deviation]] tables",
    "deviation = ['SK-5a']": "deviation: got ['SK-5a'], expected [[deviation]] tables",
    "[deviation]\nid = 'SK-5a'": "deviation: got {'id': 'SK-5a'}, expected [[deviation]] tables",
    "SK-5a: clamps": "not TOML: Expected '=' after a key in a key/value pair (at line 1, column 6)",
    "[[deviation]]\nid = 'SK-5a'": "line 1: reason: missing, expected text",
    "[[deviation]]\nreason = 'x'": "line 1: id: missing, expected text",
    "[[deviation]]\nid = 'SK-5a'\nreason = ' '": "line 1: reason: is empty, expected text",
    "[[deviation]]\nid = 'SK-5a'\nreason = 7": "line 1: reason: got 7, expected text",
    "[[deviation]]\nid = ['SK-5a']\nreason = 'x'": "line 1: id: got ['SK-5a'], expected text",
    "[[deviation]]\nid = 'SK-5a'\nreason = 'x'\nsubject = ''": "line 1: subject: is empty, expected text",
    "\n[[deviation]]\nid = 'SK-5a'\nreasn = 'x'": "line 2: unknown key 'reasn', expected one of id, reason,",
    "[[deviation]]\nid = 'SK-55a'\nreason = 'x'": "near: SK-5a",
    "[[deviation]]\nid = 'SK'\nreason = 'x'": "near: SK-*",
    CLAMPS + "link = 'issue 12'": "line 1: link: got 'issue 12', expected an http or https address",
    CLAMPS + "link = 'javascript:x'": "line 1: link: got 'javascript:x', expected an http or https address",
    CLAMPS + "link = 7": "line 1: link: got 7, expected text",
    CLAMPS + "versions = '1.4'": "line 1: versions: got '1.4', expected a range by PEP 440, as '<1.4'",
    CLAMPS + "versions = ''": "line 1: versions: is empty, expected text",
    CLAMPS + "versions = '<2'\n" + CLAMPS + "versions = '<2'": "line 5: id: SK-5a is already declared",
    CLAMPS + CLAMPS: "line 4: id: SK-5a is already declared: deviations.toml, line 1",
}


@pytest.mark.parametrize(("text", "said"), BAD_FILES.items(), ids=range(len(BAD_FILES)))
def test_a_bad_file_is_one_line(tmp_path: Path, text: str, said: str) -> None:
    """What is wrong with a file is said in one line, with the line of the entry."""
    with pytest.raises(DeviationError) as caught:
        read(tmp_path, text)

    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    """Bytes that are no UTF-8 are said with their place."""
    (tmp_path / "deviations.toml").write_bytes(b"# na\xefve\n")

    with pytest.raises(DeviationError, match="not UTF-8: byte 4"):
        load(tmp_path / "deviations.toml", load_specification())


PYPROJECTS = {
    "[tool.streamtck]\ndeviations = []": "unknown key 'tool.streamtck.deviations', expected "
    "[[tool.streamtck.deviation]] tables only",
    "[tool]\nstreamtck = 7": "tool.streamtck: got 7, expected a table",
    "[[tool.streamtck.deviation]]\nid = 'SK-5a'": "line 1: reason: missing, expected text",
    "[project]\n\n[[tool.streamtck.deviation]]\nid = 'SK-55a'\nreason = 'x'": "line 3: id: no requirement",
    "[tool.streamtck]\ndeviation = 'SK-5a'": "tool.streamtck.deviation: got 'SK-5a', expected",
    "[tool.streamtck\n": "not TOML",
}


@pytest.mark.parametrize(("text", "said"), PYPROJECTS.items(), ids=range(len(PYPROJECTS)))
def test_a_bad_table_in_pyproject_is_one_line(tmp_path: Path, text: str, said: str) -> None:
    """What is wrong with [tool.streamtck] is said in one line, with the line of the entry."""
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    with pytest.raises(DeviationError) as caught:
        load_pyproject(tmp_path / "pyproject.toml", load_specification())

    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", [None, "", "[project]\nname = 'x'\n", "[tool.streamtck]\n", "[project\n"])
def test_a_pyproject_without_entries_is_legal(tmp_path: Path, text: str | None) -> None:
    """One that is not there, or has nothing for the kit, declares nothing, however it is written."""
    if text is not None:
        (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")

    assert load_pyproject(tmp_path / "pyproject.toml", load_specification()) == ()


def test_entries_in_pyproject_know_their_lines(tmp_path: Path) -> None:
    """Among the other tables of a project each entry is found where it stands."""
    entry = CLAMPS.replace("[[deviation]]", "[[tool.streamtck.deviation]]")
    other = "[project]\nname = 'x'\nclassifiers = [\n  'a',\n  'b',\n]\n"
    text = f"{other}{entry}\n[tool.ruff]\nselect = ['E']\n{entry.replace('5a', '8b')}"
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    entries = load_pyproject(tmp_path / "pyproject.toml", load_specification())

    assert [entry.place for entry in entries] == ["pyproject.toml, line 7", "pyproject.toml, line 13"]


# What becomes of a verdict


def test_a_declared_failure_is_known(tmp_path: Path) -> None:
    """A declared `fail` becomes `known` with its reason and keeps message and reproducer; others stay."""
    subject = subject_of(Clamping)
    before = subject.engine.decide("SK-5a")
    known, blocked, passed = in_the_light_of(read(tmp_path, CLAMPS), subject, "SK-5a", "SK-5b", "SK-1a")

    assert (known.verdict, known.reason) == (Verdict.KNOWN, "clamps, see issue 12")
    assert (known.message, known.reproducer) == (before.message, before.reproducer)
    assert (blocked.verdict, blocked.blocked_by) == (Verdict.BLOCKED, "SK-5a")
    assert passed.verdict is Verdict.PASS
    assert not any(result.stale for result in (known, blocked, passed))


def test_the_closest_entry_gives_the_reason(tmp_path: Path) -> None:
    """Where a pattern and an id both match, the reason is that of the id."""
    text = '[[deviation]]\nid = "SK-*"\nreason = "to be rewritten"\n' + CLAMPS
    (known,) = in_the_light_of(read(tmp_path, text), subject_of(Clamping), "SK-5a")

    assert known.reason == "clamps, see issue 12"


def test_a_pattern_holds_while_anything_deviates(tmp_path: Path) -> None:
    """A pattern of which some requirements pass holds; when all pass, the first alone is red."""
    entries = read(tmp_path, '[[deviation]]\nid = "SK-[56]"\nreason = "x"\n')
    ids = ("SK-5a", "SK-5b", "SK-6a")

    assert not any(result.stale for result in in_the_light_of(entries, subject_of(Clamping), *ids))
    first, *others = in_the_light_of(entries, subject_of(io.BytesIO), *ids)
    assert first.stale
    assert first.verdict is Verdict.PASS
    assert (
        first.message == "nothing that SK-[56] matches deviates; "
        "delete the entry in deviations.toml, line 1: SK-[56]"
    )
    assert not any(result.stale for result in others)


@pytest.mark.parametrize("id", ["PR-1a", "DS-1a", "CC-1a", "IS-4a", "FS-1b"])
def test_an_entry_that_applies_to_nothing_is_stale(tmp_path: Path, id: str) -> None:
    """What is declared but unsupported, untested or left free keeps verdict and reason, and is red."""
    subject = subject_of(io.BytesIO)
    before = subject.engine.decide(id)
    (result,) = in_the_light_of(read(tmp_path, CLAMPS.replace("SK-5a", id)), subject, id)

    assert result.stale
    assert result.verdict is before.verdict
    assert result.message.startswith(before.message)
    assert f"but {before.verdict}; delete the entry in deviations.toml, line 1: {id}" in result.message


def test_an_entry_that_is_blocked_is_kept(tmp_path: Path) -> None:
    """While a more basic requirement fails nothing is said about an entry for what it blocks."""
    (result,) = in_the_light_of(
        read(tmp_path, CLAMPS.replace("SK-5a", "SK-5b")), subject_of(Clamping), "SK-5b"
    )

    assert result.verdict is Verdict.BLOCKED
    assert not result.stale


def test_an_entry_of_another_subject_says_nothing(tmp_path: Path) -> None:
    """An entry with a subject neither excuses nor blames another one."""
    entries = read(tmp_path, CLAMPS + 'subject = "another"\n')

    assert in_the_light_of(entries, subject_of(Clamping), "SK-5a")[0].verdict is Verdict.FAIL
    assert not in_the_light_of(entries, subject_of(io.BytesIO), "SK-5a")[0].stale


ROWS = {
    "pass": "2 of 2 MUST requirements decided, all met.",
    "fail": "2 of 2 MUST requirements decided, 1 not met (B).",
    "known": "2 of 2 MUST requirements decided, 1 met, 1 known deviation.",
    "known known": "3 of 3 MUST requirements decided, 1 met, 2 known deviations.",
    "fail known": "3 of 3 MUST requirements decided, 1 met, 1 not met (B), 1 known deviation.",
    "known unsupported": "2 of 3 MUST requirements decided, 1 met, 1 known deviation; 1 unsupported.",
}


@pytest.mark.parametrize(("found", "said"), ROWS.items())
def test_the_closing_sentence_counts_what_is_known(found: str, said: str) -> None:
    """`known` counts as decided, and never as met."""
    rows = [
        {"id": id, "level": "MUST", "verdict": verdict}
        for id, verdict in zip("ABC", ["pass", *found.split()], strict=False)
    ]

    assert sentence({"requirements": rows}) == said


RANGES = {
    "<1.4": False,
    ">=1.4": True,
    ">=1.4,<2": True,
    "==1.4.*": True,
    "!=1.4.1": False,
    ">1.4.1rc1": True,
}


@pytest.mark.parametrize(("versions", "applies"), RANGES.items())
def test_an_entry_is_for_its_versions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, versions: str, applies: bool
) -> None:
    """Outside of its range of versions an entry neither excuses nor blames."""
    entries = read(tmp_path, CLAMPS + f'versions = "{versions}"\n')
    for open_stream, verdict in ((Clamping, Verdict.FAIL), (io.BytesIO, Verdict.PASS)):
        subject = subject_of(open_stream)
        monkeypatch.setattr(subject.adapter, "provenance", lambda: ("mypkg", "1.4.1"))
        (result,) = in_the_light_of(entries, subject, "SK-5a")
        assert result.verdict is (Verdict.KNOWN if applies and open_stream is Clamping else verdict)
        assert result.stale is (applies and open_stream is io.BytesIO)


def test_two_ranges_may_have_their_own_reasons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same id may be declared for several ranges; the one that fits gives reason and link."""
    older = CLAMPS + 'versions = "<1"\n'
    newer = CLAMPS.replace("clamps", "still") + 'versions = ">=1"\nlink = "https://example.org/12"\n'
    subject = subject_of(Clamping)
    monkeypatch.setattr(subject.adapter, "provenance", lambda: ("mypkg", "1.4.1"))
    (result,) = in_the_light_of(read(tmp_path, older + newer), subject, "SK-5a")

    assert (result.reason, result.link) == ("still, see issue 12", "https://example.org/12")


# The run


def test_pyproject_declares_what_no_file_does(folder: Path) -> None:
    """[tool.streamtck] counts where no file is named, with its link; a file that is named replaces it."""
    entry = CLAMPS.replace("[[deviation]]", "[[tool.streamtck.deviation]]")
    text = f'{entry}link = "https://example.org/12"\n'
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")
    (folder / "none.toml").write_text("", encoding="utf-8")
    (folder / "tests").mkdir()
    subject = ("--impl=../my_streams.py:Clamping", "--tck-clause=SK-5", QUICK, "--tck-report=r.json")
    by_itself = run_pytest(folder / "tests", *subject, "-rx")
    row = next(
        row
        for row in read_report(folder / "tests" / "r.json")["implementations"][0]["requirements"]
        if row["verdict"] == "known"
    )
    replaced = run_pytest(folder / "tests", *subject, "--tck-deviations=../none.toml")

    assert (by_itself.returncode, replaced.returncode) == (0, 1)
    assert (row["id"], row["link"]) == ("SK-5a", "https://example.org/12")
    assert "(declared: clamps, see issue 12, https://example.org/12)" in by_itself.stdout
    assert "clamps, see issue 12 (https://example.org/12)" in by_itself.stdout


BAD_RUNS = {
    "id = 'SK-5a'\nreason = 'x'\nversions = '<2'": "pyproject.toml, line 1: versions: the version of "
    "my_streams.py:Clamping is unknown",
    "id = 'SK-5z'\nreason = 'x'": "pyproject.toml: line 1: id: no requirement matches",
}


@pytest.mark.parametrize(("text", "said"), BAD_RUNS.items(), ids=range(len(BAD_RUNS)))
def test_what_cannot_be_declared_ends_the_run(folder: Path, text: str, said: str) -> None:
    """A bad table, and a range for a subject without a version, are exit code 4 and one line."""
    entry = f"[[tool.streamtck.deviation]]\n{text}"
    (folder / "pyproject.toml").write_text(entry, encoding="utf-8")
    done = run_pytest(folder, "--impl=my_streams.py:Clamping", QUICK)

    (line,) = [text for text in done.stderr.splitlines() if text.strip()]
    assert done.returncode == 4
    assert said in line


def test_the_story_of_a_repair(folder: Path) -> None:
    """Declared: green. Repaired: red, and the line to delete is named. Entry deleted: green again."""
    clamping = ("--impl=my_streams.py:Clamping", "--tck-clause=SK-*")
    code, output, rows = run(folder, *clamping, "-rx")
    assert code == 0
    assert rows["SK-5a"]["verdict"] == "known"
    assert rows["SK-5a"]["reason"] == "clamps, see issue 12"
    assert "returned 0" in rows["SK-5a"]["message"]
    assert "stream.seek(-1)" in rows["SK-5a"]["reproducer"]
    assert rows["SK-5b"]["blocked_by"] == "SK-5a"
    assert (
        "known SK-5a: stream.seek(-1) returned 0; wanted an exception (declared: clamps, see issue 12)"
        in output
    )
    (line,) = [text for text in output.splitlines() if "::SK-5a-" in text]
    assert line.endswith("clamps, see issue 12")
    assert " met, 1 known deviation; " in output
    assert "all met" not in output

    repaired = STREAMS.replace("max(0, position) if whence == 0 else position", "position")
    (folder / "my_streams.py").write_text(repaired, encoding="utf-8")
    code, output, rows = run(folder, *clamping)
    assert code == 1
    assert "1 failed" in output
    assert "delete the entry in deviations.toml, line 1: SK-5a" in output
    assert rows["SK-5a"]["verdict"] == "pass"
    assert "delete the entry in deviations.toml, line 1: SK-5a" in rows["SK-5a"]["message"]

    (folder / "deviations.toml").write_text("", encoding="utf-8")
    code, output, rows = run(folder, *clamping)
    assert code == 0
    assert "all met" in output
    assert "reason" not in rows["SK-5a"]


def test_two_processes_say_the_same(folder: Path) -> None:
    """With `-n 2` the report is that of one process, for what is known and for what is stale."""
    declare(folder, "SK-5a", "SK-1", "IS-*")
    subjects = (
        "--impl=my_streams.py:Clamping",
        "--impl=my_streams.py:OneByOne",
        "--tck-clause=SK-1,SK-5,IS-*",
    )
    one, _, _ = run(folder, *subjects)
    alone = read_report(folder / "r.json")
    two, output, _ = run(folder, *subjects, "-n", "2")
    parallel = read_report(folder / "r.json")

    assert one == two == 1
    assert timeless(alone) == timeless(parallel)
    assert verdicts(alone)["SK-5a"] == verdicts(alone, 1)["IS-7b"] == "known"
    assert "4 failed" in output
    for line in (
        "my_streams.py:Clamping SK-1a: declared as a deviation, but met; "
        "delete the entry in deviations.toml, line 5: SK-1",
        "my_streams.py:Clamping IS-0a: nothing that IS-* matches deviates; "
        'limit the entry in deviations.toml, line 9 (IS-*) to subject = "my_streams.py:OneByOne"',
        "my_streams.py:OneByOne SK-5a: declared as a deviation, but met; "
        'limit the entry in deviations.toml, line 1 (SK-5a) to subject = "my_streams.py:Clamping"',
    ):
        assert line in output


def test_reports_with_known_deviations_follow_the_schema(folder: Path) -> None:
    """A report with `known` of a MUST and of a SHOULD, stale ones and unsupported ones is valid."""
    declare(folder, "SK-5a", "IS-7b", "PR-*")
    subjects = ("--impl=my_streams.py:Clamping", "--impl=my_streams.py:OneByOne")
    run(folder, *subjects, "--tck-clause=SK-5,IS-7,PR-*")

    schema = json.loads(files("streamtck.report").joinpath("schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(read_report(folder / "r.json"), schema)


def test_a_declared_should_is_green_at_every_level(folder: Path) -> None:
    """A declared `warn` is `known`, green at --tck-level=should, and the sentence says so."""
    declare(folder, "IS-7b")
    code, output, rows = run(
        folder, "--impl=my_streams.py:OneByOne", "--tck-level=should", "--tck-clause=IS-*"
    )

    assert code == 0
    assert rows["IS-7b"]["verdict"] == "known"
    assert "1 SHOULD not met as declared (IS-7b)." in output


def test_an_error_is_never_covered(folder: Path) -> None:
    """An open() that breaks stays `error` and red, declared or not."""
    declare(folder, "PY-1a")
    code, _, rows = run(folder, "--impl=my_streams.py:late")

    assert code == 1
    assert rows["PY-1a"]["verdict"] == "error"
    assert "delete" not in rows["PY-1a"]["message"]


def test_an_unsupported_entry_is_red(folder: Path) -> None:
    """An entry for what the subject does not offer says so, and which line to delete."""
    code, output, rows = run(folder, "--impl=my_streams.py:Forward", "--tck-clause=SK-*")

    assert code == 1
    assert rows["SK-5a"]["verdict"] == "unsupported"
    assert "but unsupported; delete the entry in deviations.toml, line 1: SK-5a" in output


def test_only_what_is_selected_is_judged(folder: Path) -> None:
    """An entry for something that is not selected is not stale; a node id runs its requirement alone."""
    declare(folder, "SK-5a", "IS-2a")
    node = "streamtck::my_streams.py:Clamping::SK::SK-5a-refuses-a-negative-position"
    for selection in (["--tck-clause=SK-5"], ["-k", "SK-5a"], [node]):
        code, output, rows = run(folder, "--impl=my_streams.py:Clamping", *selection)
        assert code == 0, output
        assert rows["SK-5a"]["verdict"] == "known"
        assert rows["IS-2a"]["message"] == "not selected"


def test_a_pattern_is_judged_whole(folder: Path) -> None:
    """Where a part of what a pattern matches is selected, the rest of it still counts."""
    declare(folder, "SK-*")
    code, output, _ = run(folder, "--impl=my_streams.py:Clamping", "--tck-clause=SK-1")

    assert code == 0, output


def test_first_failure_and_last_failed(folder: Path) -> None:
    """`-x` runs past a known deviation and stops at a stale one; `--lf` runs the stale one again."""
    declare(folder, "SK-5a", "SK-15a")
    clamping = "--impl=my_streams.py:Clamping"
    code, output, rows = run(folder, clamping, "-x")
    assert code == 1
    assert rows["SK-5a"]["verdict"] == "known"
    assert rows["SK-15b"]["message"].startswith("not reached")

    code, output, _ = run(folder, clamping, "--lf")
    assert code == 1
    assert "delete the entry in deviations.toml, line 5: SK-15a" in output
    assert "1 failed" in output

    declare(folder, "SK-5a")
    code, output, _ = run(folder, clamping, "--lf")
    assert code == 0, output
    assert "1 passed" in output


def test_runxfail_judges_as_if_nothing_was_declared(folder: Path) -> None:
    """With pytest's --runxfail a declared deviation fails, and a stale one is not told."""
    declare(folder, "SK-5a", "SK-1a")
    code, output, rows = run(folder, "--impl=my_streams.py:Clamping", "--runxfail", "--tck-clause=SK-*")

    assert code == 1
    assert rows["SK-5a"]["verdict"] == "fail"
    assert "delete" not in output


SHOWN = """
def pytest_runtest_logreport(report):
    if report.when == "call" and hasattr(report, "wasxfail"):
        print(report.longreprtext)
"""


def test_known_has_a_word_of_its_own(folder: Path) -> None:
    """In -v a declared deviation is KNOWN; what pytest keeps of it is the whole block, and no traceback."""
    (folder / "conftest.py").write_text(SHOWN, encoding="utf-8")
    _, output, _ = run(folder, "--impl=my_streams.py:Clamping", "-v", "-s", "--tck-clause=SK-5")

    assert "SK-5a-refuses-a-negative-position KNOWN" in output
    assert "1 xfailed" in output
    assert "declared  clamps, see issue 12" in output
    assert "reproduce with" in output
    assert "Traceback" not in output
    assert "collection.py" not in output


def test_the_ini_key_is_read_from_the_ini_files_folder(folder: Path) -> None:
    """tck_deviations is relative to the ini file, --tck-deviations to where pytest is called."""
    (folder / "pytest.ini").write_text("[pytest]\ntck_deviations = deviations.toml\n", encoding="utf-8")
    inside = folder / "inside"
    inside.mkdir()
    (inside / "other.toml").write_text("", encoding="utf-8")
    subject = ("--impl=../my_streams.py:Clamping", "--tck-clause=SK-5", QUICK)
    by_the_key = run_pytest(inside, *subject)
    parallel = run_pytest(inside, *subject, "-n", "2")
    by_option = run_pytest(inside, *subject, "--tck-deviations=other.toml")

    assert (by_the_key.returncode, parallel.returncode, by_option.returncode) == (0, 0, 1)
    assert "known SK-5a" in by_the_key.stdout

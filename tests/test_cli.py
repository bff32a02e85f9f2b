"""The command `streamtck`: what users type, what they see, which exit code they get."""

import json
from pathlib import Path

import pytest

from streamtck import __version__
from streamtck.adapters import registered
from streamtck.cli import main
from streamtck.spec import load
from tests.report.making import HOSTILE, document, implementation, row
from tests.running import read_report, run, run_pytest

DATA = Path(__file__).resolve().parent / "data" / "isal"
STREAMS = """
import io

class Clamping(io.BytesIO):
    def seek(self, position, whence=0):
        return super().seek(max(0, position) if whence == 0 else position, whence)

class Talkative(Clamping):
    def readable(self):
        return True

def late(content):
    if len(content) > 70000:
        raise MemoryError("too large")
    return io.BytesIO(content)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder: streams, and reports of two states of one implementation."""
    (tmp_path / "my_streams.py").write_text(STREAMS, encoding="utf-8")
    good, bad = document(implementation("a")), document(implementation("a", row("SK-5a", "fail")))
    (tmp_path / "good.json").write_text(json.dumps(good), encoding="utf-8")
    (tmp_path / "bad.json").write_text(json.dumps(bad), encoding="utf-8")
    (tmp_path / "other.json").write_text(json.dumps(document(implementation("b"))), encoding="utf-8")
    (tmp_path / "part.json").write_text(
        json.dumps(document(implementation("a"), complete=False, selection="-k SK")), encoding="utf-8"
    )
    (tmp_path / "broken.json").write_text(json.dumps(good)[:999], encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What a command that succeeds prints."""
    assert main(arguments) == 0
    out, err = capsys.readouterr()
    assert not err
    return out


def test_the_module_is_the_command(tmp_path: Path) -> None:
    """`python -m streamtck --version` tells the version of the kit."""
    done = run(tmp_path, "streamtck", "--version")

    assert (done.returncode, done.stdout) == (0, f"streamtck {__version__}\n")


def test_list_has_a_line_for_each_requirement(capsys: pytest.CaptureFixture[str]) -> None:
    """Without arguments all are listed in the order of a report; patterns, family and level choose."""
    assert [line.split()[0] for line in said(capsys, "list").splitlines()] == [each.id for each in load()]
    assert said(capsys, "list", "SK-1").split()[:2] == ["SK-1a", "MUST"]
    chosen = said(capsys, "list", "--family=sk", "--level", "must not").splitlines()
    assert [line.split()[0] for line in chosen] == [
        each.id for each in load() if each.family == "SK" and each.level == "MUST NOT"
    ]


def test_list_names_the_registered_subjects(capsys: pytest.CaptureFixture[str]) -> None:
    """With --subjects the names are those that --impl takes."""
    lines = said(capsys, "list", "--subjects").splitlines()

    assert sorted(line.split()[0] for line in lines) == sorted(registered())


def test_explain_says_all_that_is_known(capsys: pytest.CaptureFixture[str]) -> None:
    """Rule, level, source, reading, what to look at, prerequisites, and a stream that shows it."""
    text = said(capsys, "explain", "sk-5")

    assert text.startswith("SK-5a MUST: A seek to a negative position raises.\n")
    assert "\nSK-5b " in text
    for line in ("Seekable 5, line 111", "  reading   ", "  look at   ", "  needs     ", "  shown by  "):
        assert line in text
    assert "      class ClampsNegativeSeeks" in text


@pytest.mark.parametrize("id", [each.id for each in load()])
def test_every_requirement_can_be_explained(capsys: pytest.CaptureFixture[str], id: str) -> None:
    """No requirement is without something to say."""
    assert said(capsys, "explain", id).startswith(f"{id} ")


# check and deviations


def test_check_is_pytest_on_subjects_alone(folder: Path) -> None:
    """`check` runs the kit and not the user's tests, hands options over, and ends as pytest does."""
    (folder / "test_own.py").write_text("def test_own():\n    assert False\n", encoding="utf-8")
    quick = ("--tck-budget=quick", "--tck-clause=SK-5")
    bad = run(
        folder, "streamtck", "check", "my_streams.py:Clamping", "io.BytesIO", *quick, "--tck-report=r.json"
    )
    good = run(folder, "streamtck", "check", "io.BytesIO", *quick, "-q")
    none = run(folder, "streamtck", "check", "io.BytsIO")

    assert (bad.returncode, good.returncode, none.returncode) == (1, 0, 4)
    assert "1 failed" in bad.stdout
    assert "test_own" not in bad.stdout
    assert "warning" not in bad.stdout
    assert len(read_report(folder / "r.json")["implementations"]) == 2
    assert "near: io.BytesIO" in none.stderr


def test_a_first_file_makes_the_run_green(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What fails or warns is written with its message and a reason to edit; the run with it is green."""
    subject = "./my_streams.py:Talkative"
    assert said(capsys, "deviations", subject, "--budget=quick", "-o", "deviations.toml") == ""
    text = (folder / "deviations.toml").read_text(encoding="utf-8")
    options = (f"--impl={subject}", "--tck-budget=quick", "--tck-level=should")

    assert '\nid = "SK-5a"\nreason = "TODO: why: stream.seek(-1) returned 0; wanted an exception"\n' in text
    assert "\n# warn: " in text
    assert run_pytest(folder, *options).returncode == 1
    assert run_pytest(folder, *options, "--tck-deviations=deviations.toml").returncode == 0


def test_a_file_of_deviations_is_not_overwritten(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One that is there stays, with one line, before anything is judged; --force overwrites it."""
    path = folder / "deviations.toml"
    path.write_text("mine", encoding="utf-8")
    command = ["deviations", "io.BytesIO", "--budget=quick", "-o", "deviations.toml"]

    assert main(command) == 2
    assert "is there already" in capsys.readouterr().err
    assert path.read_text(encoding="utf-8") == "mine"
    assert main([*command, "--force"]) == 0
    assert "[[deviation]]" not in path.read_text(encoding="utf-8")
    assert path.read_text(encoding="utf-8").startswith("# What io.BytesIO does not meet today")


def test_what_no_file_can_cover_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An error is not written as a deviation, and said on standard error."""
    assert main(["deviations", "my_streams.py:late", "--budget=quick"]) == 0
    out, err = capsys.readouterr()

    assert err.startswith("streamtck: not covered, and red: PY-1a, ")
    assert 'id = "PY-1a"' not in out


# Reports


def test_diff_ends_in_1_where_something_broke(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """0 for what is fixed or the same, 1 for what is broken."""
    assert main(["diff", "good.json", "bad.json"]) == 1
    assert "broken  SK-5a MUST: pass -> fail" in capsys.readouterr().out
    assert "fixed   SK-5a MUST: fail -> pass" in said(capsys, "diff", "bad.json", "good.json")
    assert "no requirement changed" in said(capsys, "diff", "bad.json", "bad.json")


def test_diff_of_a_real_package(capsys: pytest.CaptureFixture[str]) -> None:
    """The two stored reports of isal differ in one line."""
    first, *rest = said(capsys, "diff", str(DATA / "1.2.0.json"), str(DATA / "1.3.0.json")).splitlines()

    assert first == "isal: isal 1.2.0 -> isal 1.3.0"
    assert [line.split(":")[0] for line in rest] == ["fixed   WR-2a MUST"]


def test_report_and_matrix_write_every_format(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The ending of the file asks for the format; on standard output --format does, Markdown otherwise."""
    assert said(capsys, "report", "bad.json", "-o", "r.html") == ""
    assert (folder / "r.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert said(capsys, "report", "bad.json").startswith("## streamtck: `a`\n")
    assert said(capsys, "report", "bad.json", "-o", "-", "--format=svg").startswith("<svg ")
    assert said(capsys, "matrix", "bad.json", "other.json").startswith("## streamtck: 2 implementations\n")
    assert said(capsys, "matrix", "bad.json", "other.json", "-o", "m.shields.json") == ""
    assert read_report(folder / "m.shields.json")["message"] == "1 of 2 meet every MUST"
    merged = json.loads(said(capsys, "merge", "bad.json", "other.json"))
    assert [each["name"] for each in merged["implementations"]] == ["a", "b"]


BAD = {
    "": "the following arguments are required: COMMAND",
    "lists": "invalid choice: 'lists'",
    "list SK-99": "no requirement matches 'SK-99'",
    "list --level=maybe": "got 'maybe', expected one of MUST, MUST NOT, SHOULD",
    "list --family=XX": "the families are FS, CC, IS",
    "explain SK-5z": "near: SK-5",
    "check": "the following arguments are required: SUBJECT",
    "check --tck-budget=quick": "name a SUBJECT first",
    "deviations io.BytsIO": "near: io.BytesIO",
    "deviations io.BytesIO -o nowhere/d.toml": "there is no folder nowhere",
    "deviations io.BytesIO -o .": "is a folder",
    "deviations io.BytesIO --seed=x": "argument --seed: invalid int value: 'x'",
    "diff good.json": "the following arguments are required: NEW.json",
    "diff good.json missing.json": "missing.json: there is no such file",
    "diff good.json broken.json": "broken.json: not JSON, or only a part of it",
    "diff good.json my_streams.py": "my_streams.py: not JSON",
    "diff good.json .": ".: cannot be read: Is a directory",
    "diff good.json part.json": "part.json: is not complete (selection: -k SK)",
    "diff good.json other.json": "no implementation is in both",
    "report good.json -o r.pdf": "expected a file name that ends in .json, .html, .md, .svg or .shields.json",
    "report good.json --format=pdf": "--format=pdf: expected",
    "report broken.json -o r.html": "broken.json: not JSON",
    "matrix good.json bad.json": "good.json and bad.json both have the implementation a",
    "matrix good.json part.json": "part.json: is not complete",
    "merge good.json bad.json": "SK-5a of a is pass in good.json, but fail in bad.json",
}


@pytest.mark.parametrize(("command", "words"), BAD.items(), ids=BAD)
def test_what_cannot_be_done_is_one_line(
    folder: Path, capsys: pytest.CaptureFixture[str], command: str, words: str
) -> None:
    """Bad input ends in exit code 2 and one line; nothing is written."""
    before = sorted(folder.iterdir())
    assert main(command.split()) == 2
    out, err = capsys.readouterr()

    assert not out
    assert err.startswith("streamtck: ")
    assert words in err
    assert err.count("\n") == 1
    assert sorted(folder.iterdir()) == before


def test_hostile_names_stay_on_their_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Names in a report neither end a message's line nor steer the terminal."""
    (folder / "h.json").write_text(json.dumps(document(implementation(HOSTILE))), encoding="utf-8")
    for command in (["diff", "good.json", "h.json"], ["matrix", "h.json", "h.json"]):
        assert main(command) == 2
        err = capsys.readouterr().err
        assert err.removesuffix("\n").isprintable()

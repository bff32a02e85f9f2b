"""The plugin end to end: what users type, what they see, which exit code they get."""

import json
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

from streamtck.spec import load
from tests.running import read_report, run, run_pytest, run_python, timeless, verdicts

QUICK = "--tck-budget=quick"
STREAMS = """
import contextlib, gzip, io, tempfile
from streamtck.adapters import Adapter

def open_mine(content):
    return io.BytesIO(content)

def from_path(path):
    return open(path, "rb")

def from_fileobj(fileobj):
    return io.BufferedReader(io.FileIO(fileobj.fileno(), closefd=False))

def from_anything(something):
    return io.BytesIO(something)

@contextlib.contextmanager
def managed(data):
    with io.BytesIO(data) as stream:
        yield stream

def decoding(fileobj):
    return gzip.GzipFile(fileobj=fileobj)
decoding.encode = gzip.compress

class Clamping(io.BytesIO):
    def seek(self, position, whence=0):
        return super().seek(max(0, position) if whence == 0 else position, whence)

def clamping_path(path):
    with open(path, "rb") as file:
        return Clamping(file.read())

def clamping_fileobj(fileobj):
    return Clamping(fileobj.read())

@contextlib.contextmanager
def clamping_managed(data):
    with Clamping(data) as stream:
        yield stream

def clamping_encoded(data):
    return Clamping(gzip.decompress(data))
clamping_encoded.encode = gzip.compress

def clamping_part(content, start, length):
    return Clamping(content[start:start + length])

def part(path, offset, size):
    with open(path, "rb") as file:
        file.seek(offset)
        return io.BytesIO(file.read(size))

def leaking_part(content, start, length):
    return io.BytesIO(content[start:])

class ClampingAdapter(Adapter):
    def open(self, ref, surface=""):
        return Clamping(ref)

class Store:
    def __init__(self, data):
        self.data = data
    def open_read(self):
        return io.BytesIO(self.data)

class OneByOne(io.BytesIO):
    def readinto(self, buffer):
        return super().readinto(memoryview(buffer)[:1])

once = []
def works_once(content):
    if once:
        raise RuntimeError("already used")
    once.append(1)
    return io.BytesIO(content)

the_one = io.BytesIO(b"abc")
def always_the_same(content):
    return the_one

def loses_the_content(content):
    return io.BytesIO()

def returns_a_number(content):
    return 42

def returns_nothing(content):
    return None

def returns_text(content):
    return io.StringIO("text")

async def returns_a_coroutine(content):
    return io.BytesIO(content)

def raises(content):
    raise OSError("the store is down")

def odd_surfaces(content):
    return io.BytesIO(content)
odd_surfaces.surfaces = None

def odd_boundaries(content):
    return io.BytesIO(content)
odd_boundaries.boundaries = 4096

def odd_format(content):
    return io.BytesIO(content)
odd_format.format = "gzip"

def takes_two(content, key):
    return io.BytesIO(content)

def takes_none():
    return io.BytesIO()

not_callable = 42
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder with streams of a user's own beside it."""
    (tmp_path / "my_streams.py").write_text(STREAMS, encoding="utf-8")
    (tmp_path / "broken.py").write_text("def open_mine(content:\n", encoding="utf-8")
    (tmp_path / "misspelled.toml").write_text(
        '# known\n[[deviation]]\nid = "SK-5z"\nreason = "x"\n', encoding="utf-8"
    )
    (tmp_path / "exits.py").write_text("raise SystemExit(3)\n", encoding="utf-8")
    return tmp_path


def test_bytesio_is_judged_whole(tmp_path: Path) -> None:
    """A run on io:BytesIO in an empty folder is green, complete, and lists every requirement once."""
    done = run_pytest(tmp_path, "--impl=io:BytesIO", "--tck-report=r.json")

    document = read_report(tmp_path / "r.json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert document["complete"] is True
    assert document["selection"] is None
    assert sorted(verdicts(document)) == sorted(requirement.id for requirement in load())
    assert set(verdicts(document).values()) == {"pass", "observed", "unsupported", "untested"}
    assert "all met" in done.stdout
    assert {path.name for path in tmp_path.iterdir()} <= {"r.json", ".pytest_cache", ".benchmarks"}


def test_unsupported_is_only_what_bytesio_does_not_offer(tmp_path: Path) -> None:
    """For io:BytesIO, `unsupported` always names a surface, a source or an operation that is not there."""
    run_pytest(tmp_path, "--impl=io:BytesIO", "--tck-report=r.json", QUICK)

    rows = read_report(tmp_path / "r.json")["implementations"][0]["requirements"]
    reasons = {row["message"] for row in rows if row["verdict"] == "unsupported"}
    assert reasons
    assert all("absent" in reason or "offers no" in reason or "wraps no" in reason for reason in reasons)


def test_reports_follow_the_published_schema(folder: Path) -> None:
    """A report of several implementations, one of them faulty, is valid by the schema in the package."""
    run_pytest(
        folder, "--impl=my_streams.py:Clamping", "--impl=reference.memory", "--tck-report=r.json", QUICK
    )

    schema = json.loads(files("streamtck.report").joinpath("schema.json").read_text(encoding="utf-8"))
    document = read_report(folder / "r.json")
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(document, schema)
    assert [each["name"] for each in document["implementations"]] == [
        "my_streams.py:Clamping",
        "reference.memory",
    ]


def test_a_report_tells_call_got_and_wanted_apart(folder: Path) -> None:
    """A row with a violation has what its message is made of; a row without one has none of it."""
    run_pytest(folder, "--impl=my_streams.py:Clamping", "--tck-report=r.json", QUICK)

    rows = {row["id"]: row for row in read_report(folder / "r.json")["implementations"][0]["requirements"]}
    told = {name: rows["SK-5a"].get(name) for name in ("call", "got", "wanted")}
    assert told == {"call": "stream.seek(-1)", "got": "returned 0", "wanted": "an exception"}
    assert rows["SK-1a"]["verdict"] == "pass"
    assert not {"call", "got", "wanted", "reason"} & set(rows["SK-1a"])


def test_the_reference_stream_keeps_every_rule(tmp_path: Path) -> None:
    """The reference stream passes every MUST and SHOULD of FS, IS and SK."""
    done = run_pytest(tmp_path, "--impl=reference.memory", "--tck-report=r.json", "--tck-level=should")

    binding = [
        r.id for r in load() if r.family in ("FS", "IS", "SK") and r.level in ("MUST", "MUST NOT", "SHOULD")
    ]
    found = verdicts(read_report(tmp_path / "r.json"))
    assert done.returncode == 0
    assert {id: found[id] for id in binding} == dict.fromkeys(binding, "pass")


@pytest.mark.parametrize("subject", ["gzip", "zipfile", "lz4.frame"])
def test_clamping_libraries_fail_two_requirements(tmp_path: Path, subject: str) -> None:
    """gzip, zipfile and lz4.frame fail SK-5a and SK-8b alone of IS and SK; the reproducers show it."""
    done = run_pytest(tmp_path, f"--impl={subject}", "--tck-report=r.json", QUICK)

    rows = {row["id"]: row for row in read_report(tmp_path / "r.json")["implementations"][0]["requirements"]}
    failed = [id for id, row in rows.items() if row["verdict"] == "fail" and id[:2] in ("IS", "SK")]
    assert done.returncode == 1
    assert failed == ["SK-5a", "SK-8b"]
    for id in failed:
        shown = run_python(tmp_path, rows[id]["reproducer"])
        assert shown.stderr.splitlines()[-1].startswith("AssertionError"), shown.stderr


@pytest.mark.parametrize("subject", ["io:FileIO", "io.FileIO", "io.BufferedReader"])
def test_files_of_the_standard_library_do_not_fail(tmp_path: Path, subject: str) -> None:
    """FileIO and BufferedReader have no `fail`."""
    done = run_pytest(tmp_path, f"--impl={subject}", "--tck-report=r.json", QUICK)

    assert done.returncode == 0, done.stdout
    assert "fail" not in verdicts(read_report(tmp_path / "r.json")).values()


@pytest.mark.parametrize(
    "subject",
    [
        "./my_streams.py:open_mine",
        "my_streams.py:from_path",
        "my_streams.py:from_fileobj",
        "my_streams.py:from_anything",
        "my_streams.py:managed",
        "my_streams.py:part",
        "my_streams.py:Store",
        "my_streams:open_mine",
    ],
)
def test_plain_callables_are_subjects(folder: Path, subject: str) -> None:
    """A callable of two lines is a subject, whether it takes bytes, a path, an open file or a part."""
    done = run_pytest(folder, f"--impl={subject}", QUICK)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "all met" in done.stdout


def test_a_callable_of_a_part_is_given_foreign_bytes(folder: Path) -> None:
    """A callable that takes a start and a length must serve nothing else, whatever lies around."""
    run_pytest(folder, "--impl=my_streams.py:leaking_part", "--tck-report=r.json", QUICK)

    found = verdicts(read_report(folder / "r.json"))
    assert [id for id, verdict in found.items() if verdict == "fail"] == ["WR-4a"]


def test_input_overrides_the_name_of_the_parameter(folder: Path) -> None:
    """--tck-input says what a callable is given where its parameter's name does not."""
    refused = run_pytest(folder, "--impl=my_streams.py:from_anything", "--tck-input=path", QUICK)

    assert refused.returncode == 4
    assert "my_streams.py:from_anything: open() raised" in refused.stderr


def test_a_callable_that_encodes_wraps_a_source(folder: Path) -> None:
    """A callable with `encode` is given encoded bytes, and family WR applies to it."""
    run_pytest(folder, "--impl=my_streams.py:decoding", "--tck-report=r.json", QUICK)

    found = verdicts(read_report(folder / "r.json"))
    assert {found["SK-5a"], found["SK-8b"]} == {"fail"}
    assert found["WR-1a"] == "pass"


def test_short_reads_are_warned_of_and_red_at_should(folder: Path) -> None:
    """A stream of short reads gets IS-7b `warn`: green as it is, red at --tck-level=should."""
    green = run_pytest(folder, "--impl=my_streams.py:OneByOne", "--tck-report=r.json", QUICK)
    red = run_pytest(folder, "--impl=my_streams.py:OneByOne", "--tck-level=should", QUICK)

    found = verdicts(read_report(folder / "r.json"))
    assert (green.returncode, red.returncode) == (0, 1)
    assert found["IS-7b"] == "warn"
    assert "fail" not in found.values()
    assert "SHOULD not met (IS-7b)" in green.stdout


def test_a_failure_says_what_to_know(folder: Path) -> None:
    """A failure shows call, got, wanted, rule, source and reproducer, and no traceback of the kit."""
    done = run_pytest(folder, "--impl=./my_streams.py:Clamping", "--tck-report=r.json", QUICK)

    assert done.returncode == 1
    for text in (
        "SK-5a MUST",
        "stream.seek(-1)",
        "returned 0",
        "an exception",
        "Seekable 5, line 111",
        "open_subject(",
    ):
        assert text in done.stdout
    assert "Traceback" not in done.stdout
    assert "conformance/" not in done.stdout
    row = next(
        r for r in read_report(folder / "r.json")["implementations"][0]["requirements"] if r["id"] == "SK-5a"
    )
    assert "AssertionError: returned 0" in run_python(folder, row["reproducer"]).stderr


@pytest.mark.parametrize("how", ["path", "fileobj", "managed", "encoded", "part"])
def test_reproducers_open_as_the_kit_did(folder: Path, how: str) -> None:
    """However a callable is opened, the reproducer opens it the same way and shows the fault."""
    subject = f"my_streams.py:clamping_{how}"
    run_pytest(folder, f"--impl={subject}", "--tck-report=r.json", "--tck-clause=SK-5", QUICK)

    rows = {row["id"]: row for row in read_report(folder / "r.json")["implementations"][0]["requirements"]}
    shown = run_python(folder, rows["SK-5a"]["reproducer"])
    assert shown.stderr.splitlines()[-1].startswith("AssertionError: returned 0"), shown.stderr


def test_the_reproducer_of_an_adapter_in_a_file_shows_the_fault(folder: Path) -> None:
    """An adapter class that is named by its file is made from that file again."""
    subject = "--impl=my_streams.py:ClampingAdapter"
    run_pytest(folder, subject, "--tck-report=r.json", "--tck-clause=SK-5", QUICK)

    rows = {row["id"]: row for row in read_report(folder / "r.json")["implementations"][0]["requirements"]}
    shown = run_python(folder, rows["SK-5a"]["reproducer"])
    assert shown.stderr.splitlines()[-1].startswith("AssertionError: returned 0"), shown.stderr


def test_two_runs_and_two_processes_give_the_same_report(folder: Path) -> None:
    """Reports of two runs differ in durations only, and so does one of `-n 2`."""
    subjects = ("--impl=my_streams.py:Clamping", "--impl=my_streams.py:from_path", QUICK)
    for name, more in (("a", ()), ("b", ()), ("n", ("-n", "2"))):
        run_pytest(folder, *subjects, f"--tck-report={name}.json", *more)

    first, second, parallel = (timeless(read_report(folder / f"{name}.json")) for name in "abn")
    assert first["complete"] is True
    assert first == second == parallel


def test_a_selection_is_never_complete(tmp_path: Path) -> None:
    """With --tck-clause or -k the report lists everything, says what was asked for, and is not complete."""
    for arguments in (("--tck-clause=SK-1,is-2a",), ("-k", "SK-1a or IS-2a")):
        run_pytest(tmp_path, "--impl=io:BytesIO", "--tck-report=r.json", *arguments)

        document = read_report(tmp_path / "r.json")
        rows = {row["id"]: row for row in document["implementations"][0]["requirements"]}
        assert document["complete"] is False
        assert arguments[-1].split("=")[-1] in document["selection"]
        assert {id for id, row in rows.items() if row["verdict"] == "pass"} == {"SK-1a", "IS-2a"}
        assert rows["SK-10a"]["message"] == "not selected"


def test_a_broken_off_run_is_never_complete(folder: Path) -> None:
    """A run that stops at the first failure leaves a report that says so."""
    run_pytest(folder, "--impl=my_streams.py:Clamping", "--tck-report=r.json", "-x", QUICK)

    document = read_report(folder / "r.json")
    assert document["complete"] is False
    assert document["selection"] is None
    assert "not reached" in {
        row["message"].partition(":")[0] for row in document["implementations"][0]["requirements"]
    }


def test_a_run_that_decides_nothing_is_red(tmp_path: Path) -> None:
    """Where every requirement asked for is unsupported, the run is red."""
    done = run_pytest(tmp_path, "--impl=io:BytesIO", "--tck-clause=DS-*")

    assert done.returncode == 1


def test_node_ids_can_be_run_again(tmp_path: Path) -> None:
    """A node id from the output, given as an argument, runs that requirement alone."""
    node = "streamtck::io.BytesIO::SK::SK-5a-refuses-a-negative-position"
    done = run_pytest(tmp_path, "--impl=io:BytesIO", node, "-v")
    parallel = run_pytest(tmp_path, "--impl=io:BytesIO", node, "-n", "2")

    assert done.returncode == parallel.returncode == 0
    assert "1 passed" in parallel.stdout
    assert f"{node} PASSED" in done.stdout
    assert "1 passed" in done.stdout


def test_a_project_keeps_its_own_tests(tmp_path: Path) -> None:
    """Without paths only the kit runs, with a path both do."""
    (tmp_path / "test_own.py").write_text("def test_own():\n    pass\n", encoding="utf-8")
    alone = run_pytest(tmp_path, "--impl=io:BytesIO", "--tck-clause=SK-1", "-v")
    both = run_pytest(tmp_path, "--impl=io:BytesIO", "--tck-clause=SK-1", "-v", "test_own.py")

    assert "test_own" not in alone.stdout
    assert "test_own.py::test_own PASSED" in both.stdout
    assert "SK-1a-opens-at-position-0 PASSED" in both.stdout


def test_an_ini_key_adds_the_kit_to_the_tests(tmp_path: Path) -> None:
    """tck_impl in the ini file runs the kit beside the project's own tests."""
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\ntck_impl = io:BytesIO\ntck_clause = SK-1\n", encoding="utf-8"
    )
    (tmp_path / "test_own.py").write_text("def test_own():\n    pass\n", encoding="utf-8")
    done = run_pytest(tmp_path)

    assert done.returncode == 0
    assert "2 passed" in done.stdout


def test_a_project_keeps_its_own_impl_option(tmp_path: Path) -> None:
    """Where conftest.py has an --impl, ours steps back, and --tck-impl is always there."""
    conftest = "def pytest_addoption(parser):\n    parser.addoption('--impl', default='x')\n"
    (tmp_path / "conftest.py").write_text(conftest, encoding="utf-8")
    (tmp_path / "test_own.py").write_text(
        "def test_own(request):\n    assert request.config.getoption('--impl') == 'theirs'\n",
        encoding="utf-8",
    )
    theirs = run(tmp_path, "pytest", "--impl=theirs")
    ours = run_pytest(tmp_path, "--tck-impl=io:BytesIO", "--tck-clause=SK-1")

    assert (theirs.returncode, ours.returncode) == (0, 0)
    assert "1 passed" in theirs.stdout
    assert "streamtck: io.BytesIO" in ours.stdout


LOADED = """
import sys

def pytest_unconfigure():
    ours = ("hypothesis", "lz4", "jinja2", "streamtck")
    print("LOADED", sorted(name for name in sys.modules if name.partition(".")[0] in ours))
"""


def test_a_session_without_the_kit_pays_nothing(tmp_path: Path) -> None:
    """Plain pytest imports nothing of hypothesis, lz4, the checks or the adapters because of us."""
    (tmp_path / "conftest.py").write_text(LOADED, encoding="utf-8")
    done = run_pytest(tmp_path, "-p", "no:hypothesispytest", "-s")

    assert "LOADED ['streamtck', 'streamtck.plugin']" in done.stdout


BAD_INPUT = {
    ("--impl=io.BytsIO",): "near: io.BytesIO",
    ("--impl=nosuchpackage",): "no module named nosuchpackage",
    ("--impl=io:BytesI0",): "near: BytesIO",
    ("--impl=io",): "has no streamtck_adapter",
    ("--impl=",): "no registered subject",
    ("--impl=no_such_file.py:open_mine",): "there is no file",
    ("--impl=my_streams.py",): "expected my_streams.py:NAME",
    ("--impl=my_streams.py:open_mien",): "near: open_mine",
    ("--impl=broken.py:open_mine",): "SyntaxError",
    ("--impl=exits.py:open_mine",): "SystemExit",
    ("--impl=my_streams.py:not_callable",): "expected an adapter",
    ("--impl=my_streams.py:takes_two",): "--tck-input",
    ("--impl=my_streams.py:takes_none",): "--tck-input",
    ("--impl=my_streams.py:raises",): "OSError: the store is down",
    ("--impl=my_streams.py:odd_surfaces",): "surfaces is None, expected a tuple of str",
    ("--impl=my_streams.py:odd_boundaries",): "boundaries is 4096, expected a tuple of int",
    ("--impl=my_streams.py:odd_format",): "format is 'gzip', expected a streamtck.adapters.Format",
    ("--impl=my_streams.py:works_once",): "the second open()",
    ("--impl=my_streams.py:always_the_same",): "the same object twice",
    ("--impl=my_streams.py:loses_the_content",): "serves none of them",
    ("--impl=my_streams.py:returns_a_number",): "has none of read",
    ("--impl=my_streams.py:returns_nothing",): "has none of read",
    ("--impl=my_streams.py:returns_text",): "binary mode",
    ("--impl=my_streams.py:returns_a_coroutine",): "awaitable",
    ("--impl=zlib:decompress",): "tried identity, gzip, zlib, ",
    ("--impl=io:open",): "binary mode",
    ("--impl=io:BytesIO", "--tck-clause=SK-99"): "near:",
    ("--impl=io:BytesIO", "--tck-clause=,"): "expected a pattern",
    ("--impl=io:BytesIO", "--tck-level=may"): "expected one of must, should",
    ("--impl=io:BytesIO", "--tck-budget=huge"): "expected one of quick, standard, thorough",
    ("--impl=io:BytesIO", "--tck-seed=one"): "expected a whole number",
    ("--impl=io:BytesIO", "--tck-input=url"): "expected one of content, path, fileobj",
    ("--impl=io:BytesIO", "--tck-report=r.txt"): "expected a file name that ends in .json",
    ("--impl=io:BytesIO", "--tck-report=r.html.gz"): ".json, .html, .md, .svg or .shields.json",
    ("--impl=io:BytesIO", "--tck-report=nowhere/r.json"): "there is no folder",
    ("--impl=io:BytesIO", "--tck-timeout=0"): "--tck-timeout=0: expected seconds, a positive number",
    ("--impl=io:BytesIO", "--tck-timeout=soon"): "--tck-timeout=soon: expected seconds, a positive number",
    ("--impl=io:BytesIO", "-o", "tck_isolate=maybe"): "tck_isolate=maybe: expected true or false",
    ("--impl=no.such", "--tck-isolate"): "no module named no",
    ("--impl=io:BytesIO", "--tck-deviations=x.toml"): "--tck-deviations=x.toml: there is no file",
    ("--impl=io:BytesIO", "--tck-deviations=."): "is a folder, expected a TOML file",
    ("--impl=io:BytesIO", "--tck-deviations="): "is empty, expected the name of a TOML file",
    ("--impl=io:BytesIO", "--tck-deviations=broken.py"): "not TOML",
    ("--impl=io:BytesIO", "--tck-deviations=misspelled.toml"): "line 2: id: no requirement matches 'SK-5z'",
    ("--tck-deviations=x.toml",): "add --impl=SUBJECT",
    ("--tck-report=r.json",): "add --impl=SUBJECT",
}


@pytest.mark.parametrize(
    ("arguments", "said"),
    BAD_INPUT.items(),
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_bad_input_gets_one_line(folder: Path, arguments: tuple[str, ...], said: str) -> None:
    """Bad input ends in exit code 4 and one line with what was given and what to do; no report appears."""
    done = run_pytest(folder, *arguments)

    errors = [line for line in done.stderr.splitlines() if line.strip()]
    assert done.returncode == 4, done.stdout + done.stderr
    assert len(errors) == 1, errors
    assert errors[0].startswith("ERROR: ")
    assert said in errors[0]
    assert not list(folder.glob("*.json"))


def test_a_missing_package_is_one_line(tmp_path: Path) -> None:
    """A registered subject whose package is missing names it and how to install it."""
    missing = "raise ModuleNotFoundError(\"No module named 'lz4'\", name='lz4')\n"
    (tmp_path / "lz4.py").write_text(missing, encoding="utf-8")
    done = run_pytest(tmp_path, "--impl=lz4.frame")

    assert done.returncode == 4
    assert "pip install 'streamtck[lz4]'" in done.stderr


LATE = """
import io

def open_mine(content):
    if len(content) > 70000:
        raise MemoryError("too large")
    return io.BytesIO(content)
"""


def test_an_open_that_breaks_later_is_an_error(tmp_path: Path) -> None:
    """A subject whose open() fails in the middle of a run gets `error`, in one line, and the run goes on."""
    (tmp_path / "late.py").write_text(LATE, encoding="utf-8")
    done = run_pytest(tmp_path, "--impl=late.py:open_mine", "--tck-report=r.json", QUICK)

    rows = {row["id"]: row for row in read_report(tmp_path / "r.json")["implementations"][0]["requirements"]}
    assert done.returncode == 1
    assert rows["PY-1a"]["verdict"] == "error"
    assert rows["PY-1a"]["message"].startswith("open() raised MemoryError: too large for")
    assert rows["SK-5a"]["verdict"] == "pass"
    assert "Traceback" not in done.stdout

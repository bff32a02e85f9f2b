"""`streamtck.check`: judging a stream from Python, without pytest's command line."""

import gzip
import io
import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import streamtck
from tests.running import run_pytest, run_python, timeless, verdicts


def open_gzip(content: bytes) -> gzip.GzipFile:
    """The standard library's gzip file."""
    return gzip.GzipFile(fileobj=io.BytesIO(content))


open_gzip.encode = gzip.compress  # type: ignore[attr-defined]


def test_a_sound_stream_gives_its_report() -> None:
    """All verdicts come back, as the JSON report that the schema fixes."""
    report = streamtck.check(io.BytesIO, budget="quick")

    schema = json.loads((files("streamtck.report") / "schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(report.document, schema)
    assert report.document["complete"] is True
    assert report.verdicts["SK-5a"] == "pass"
    assert str(report) == report.sentence
    assert report.sentence.endswith("untested.")


def test_the_verdicts_are_those_of_pytest(tmp_path: Path) -> None:
    """A run of pytest on the same subject, budget and seed reports the same."""
    run_pytest(tmp_path, "--impl=gzip", "--tck-budget=quick", "--tck-report=x.json")
    report = streamtck.check("gzip", budget="quick", strict=False)

    assert timeless(report.document) == timeless(json.loads((tmp_path / "x.json").read_text("utf-8")))


def test_what_is_not_met_is_one_readable_error() -> None:
    """The error shows each failure as the terminal does, and carries the report."""
    with pytest.raises(streamtck.NotConformant, match=r"SK-5a MUST: stream.seek\(-1\) returned 0") as caught:
        streamtck.check(open_gzip, budget="quick", clauses="SK-5")

    assert "reproduce with" in str(caught.value)
    assert caught.value.report.verdicts["SK-5a"] == "fail"


def test_its_reproducer_runs() -> None:
    """The reproducer of a callable in a module imports it from there."""
    report = streamtck.check(open_gzip, budget="quick", clauses="SK-5a", strict=False)
    (row,) = [row for row in report.document["implementations"][0]["requirements"] if row["reproducer"]]
    done = run_python(Path(__file__).parents[1], row["reproducer"])

    assert "from tests.test_direct import open_gzip as open_subject" in row["reproducer"]
    assert "AssertionError: returned 0" in done.stderr


def test_a_local_callable_stands_for_itself() -> None:
    """A reproducer says where to put a callable that no script can import."""
    report = streamtck.check(lambda content: open_gzip(gzip.compress(content)), clauses="SK-5a", strict=False)

    assert "open_subject = ...  # made while the tests run: put it here" in report.red["SK-5a"]


def test_declared_deviations_are_known() -> None:
    """With its reasons declared a stream passes; a reason that holds no more is red."""
    declared = {"SK-5a": "clamps", "SK-8b": "stops at the end"}
    asked: dict[str, Any] = {"budget": "quick", "clauses": ("SK-*", "PY-12")}
    report = streamtck.check(open_gzip, deviations=declared, **asked)

    assert report.verdicts["SK-5a"] == "known"
    with pytest.raises(streamtck.NotConformant, match="PY-12a pass: declared as a deviation, but met"):
        streamtck.check(open_gzip, deviations={**declared, "PY-12a": "no longer"}, **asked)


def test_a_selection_is_told() -> None:
    """A report on some requirements is not complete, and says which were asked for."""
    report = streamtck.check(io.BytesIO, budget="quick", clauses=["SK-5", "IS-2a"])

    assert report.document["complete"] is False
    assert report.document["selection"] == "clauses=SK-5,IS-2a"
    assert verdicts(report.document)["IS-3a"] == "untested"


def test_a_should_is_red_where_it_is_asked_for() -> None:
    """At the level should a SHOULD that is not met raises."""
    with pytest.raises(streamtck.NotConformant, match="PY-18e SHOULD"):
        streamtck.check(open_gzip, budget="quick", clauses="PY-18e", level="should")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"budget": "fast"}, "budget='fast': expected one of quick, standard, thorough"),
        ({"level": "may"}, "level='may': expected one of must, should"),
        ({"clauses": "XX-1"}, "XX-1"),
        ({"deviations": {"SK-5a": ""}}, "deviations: SK-5a: got '', expected the reason as text"),
        ({"deviations": {"SK-99": "gone"}}, "SK-99"),
        ({"input": "stdin"}, "input='stdin': expected one of content, path, fileobj"),
    ],
)
def test_an_argument_that_is_none_is_refused(arguments: dict[str, Any], message: str) -> None:
    """A bad argument is told in one line."""
    with pytest.raises(ValueError, match=r"^[^\n]*$") as caught:
        streamtck.check(io.BytesIO, **arguments)
    assert message in str(caught.value)


def test_what_is_no_stream_is_refused() -> None:
    """A value that is no callable, and a callable that gives no stream, are told in one line."""
    with pytest.raises(ValueError, match="got 5, expected a callable"):
        streamtck.check(5)  # type: ignore[arg-type]
    with pytest.raises(streamtck.SubjectError, match="open\\(\\) returned 300"):
        streamtck.check(lambda content: len(content))


def test_public_names_are_there_and_no_others() -> None:
    """What `__all__` promises is there, and an unknown name is an AttributeError."""
    assert all(getattr(streamtck, name) for name in streamtck.__all__)
    with pytest.raises(AttributeError, match=r"has no attribute 'chequer'"):
        _ = streamtck.chequer  # type: ignore[attr-defined]

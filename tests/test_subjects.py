"""The session that judges the registered subjects: what is red there, and what is only told."""

import tomllib
from typing import Any

import pytest

from streamtck.adapters import registered
from tests import subjects


def found(**verdicts: str) -> dict[str, Any]:
    """A subject of a report, with these verdicts by requirement id."""
    rows = [
        {"id": id.replace("_", "-"), "verdict": verdict, "message": ""} for id, verdict in verdicts.items()
    ]
    counts = {kind: sum(row["verdict"] == kind for row in rows) for kind in subjects.COUNTED}
    whole = {"name": "lib.File", "distribution": "lib", "version": "1.0"}
    return {**whole, "summary": counts, "requirements": rows}


def test_a_deviation_is_told_and_not_red(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    """What the table does not know is a notice; the exit code is that of a complete report, 0."""
    monkeypatch.setattr(subjects, "judged_whole", lambda name: found(SK_5a="fail", PY_1b="warn"))

    assert subjects.main(["lib.File"]) == 0
    assert "fail: SK-5a; warn: PY-1b\n  notice: nothing is written down" in capsys.readouterr().out


@pytest.mark.parametrize("result", ["the report is not complete", found(SK_5a="error")])
def test_what_is_broken_is_red(monkeypatch: pytest.MonkeyPatch, result: Any) -> None:
    """A report that is not complete, or that holds an error, makes the session red."""
    monkeypatch.setattr(subjects, "judged_whole", lambda name: result)

    assert subjects.main(["lib.File"]) == 1


def test_differences_are_told_by_id() -> None:
    """New ones and gone ones are told apart, for the version that was judged alone."""
    table = {"lib.File": {"1.0": {"fail": ["SK-8b"], "warn": []}}}

    assert subjects.notices(found(SK_5a="fail"), table) == [
        "notice: new fail: SK-5a",
        "notice: no longer fail: SK-8b",
    ]
    assert subjects.notices(found(SK_8b="fail"), table) == []


def test_the_table_is_written_as_it_is_read() -> None:
    """What is written reads as the same table, and knows no subject that is not registered."""
    table = tomllib.loads(subjects.TABLE.read_text(encoding="utf-8"))

    assert tomllib.loads(subjects.written(table)) == table
    assert set(table) <= set(registered())


def test_a_subject_is_judged_whole() -> None:
    """A report comes back for a registered name, and one line for any other."""
    judged, refused = subjects.judged_whole("reference.inflate"), subjects.judged_whole("nosuch.subject")

    assert isinstance(judged, dict)
    assert subjects.not_met(judged) == {"fail": [], "warn": []}
    assert str(refused).startswith("no report: ERROR: --impl=nosuch.subject")

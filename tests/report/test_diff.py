"""Two reports compared, and several made one."""

import copy
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from streamtck.report import diff, merging
from streamtck.report.read import ReportError
from streamtck.report.read import load as load_report
from streamtck.spec import load
from tests.report.making import HOSTILE, document, implementation, row
from tests.report.test_formats import schema

DATA = Path(__file__).resolve().parents[1] / "data" / "isal"
NAMES = (Path("old.json"), Path("new.json"))


def compared(old: dict[str, Any], new: dict[str, Any]) -> diff.Difference:
    """The difference of two rows of one implementation."""
    return diff.compare(document(implementation("a", old)), document(implementation("a", new)), NAMES)


def test_a_fix_of_a_real_package_is_the_only_line() -> None:
    """From isal 1.2.0 to 1.3.0 exactly one requirement is fixed, and nothing else changed.

    The changelog of isal 1.3.0 says that its code for reading gzip headers comes from CPython 3.11 now. Until
    1.2.0 igzip took one short read of its source for the whole header; since then it reads on: that is WR-2a.
    The reports were made by `pytest --impl=isal --tck-report=1.2.0.json`, at the default budget, with either
    release from the package index on the path, and are stored as they came.
    """
    old, new = DATA / "1.2.0.json", DATA / "1.3.0.json"
    for stored in map(load_report, (old, new)):
        jsonschema.validate(stored, schema())
    found = diff.compare(*map(load_report, (old, new)), (old, new))

    assert list(found.lines()) == [
        "isal: isal 1.2.0 -> isal 1.3.0",
        "fixed   WR-2a MUST: fail -> pass: was: stream.read(5000) raised BadGzipFile: "
        r"Not a gzipped file (b'\x1f'); wanted byte 0, b'\xff'",
    ]


def test_the_way_back_is_broken() -> None:
    """The other way round the same requirement is broken."""
    old, new = DATA / "1.2.0.json", DATA / "1.3.0.json"
    found = diff.compare(*map(load_report, (new, old)), (new, old))

    assert [line.split(":")[0] for line in found.broken] == ["WR-2a MUST"]
    assert [*found.fixed, *found.new, *found.gone, *found.other] == []


KINDS = {
    ("pass", "fail"): "broken",
    ("pass", "warn"): "broken",
    ("pass", "known"): "broken",
    ("pass", "error"): "broken",
    ("observed", "crash"): "broken",
    ("fail", "pass"): "fixed",
    ("known", "pass"): "fixed",
    ("error", "pass"): "fixed",
    ("fail", "known"): "other",
    ("known", "fail"): "other",
    ("fail", "error"): "other",
    ("unsupported", "pass"): "new",
    ("unsupported", "fail"): "new",
    ("blocked", "fail"): "new",
    ("pass", "unsupported"): "gone",
    ("pass", "blocked"): "gone",
    ("fail", "untested"): "gone",
    ("unsupported", "untested"): "other",
}


@pytest.mark.parametrize(("verdicts", "kind"), KINDS.items(), ids=map("-".join, KINDS))
def test_a_change_has_its_kind(verdicts: tuple[str, str], kind: str) -> None:
    """What was met and is not any more is broken; what nothing was known of is new; the rest is told too."""
    old, new = (row("SK-5a", verdict) for verdict in verdicts)
    found = compared(old, new)

    kinds = {name for name in ("broken", "fixed", "new", "gone", "other") if getattr(found, name)}
    assert kinds == {kind}
    assert [line.split(":")[0] for line in getattr(found, kind)] == ["SK-5a MUST"]
    assert " -> ".join(verdicts) in getattr(found, kind)[0]


def test_what_is_left_free_is_told_where_it_changed() -> None:
    """Another choice where the rules leave it free is an other change, with both."""
    old, new = (row("SK-2a", "observed", observed={"after a seek": text}) for text in ("kept", "moved"))

    assert compared(old, new).other == ["SK-2a undefined: observed: after a seek: kept -> moved"]
    assert list(compared(old, old).lines()) == ["a: mypkg 1.0 -> mypkg 1.0", "no requirement changed"]


def test_implementations_are_matched_by_name() -> None:
    """One that is only in the new report is new, one only in the old one gone; other settings are notes."""
    old = document(implementation("a"), implementation("b"))
    new = document(implementation("c"), implementation("a", row("SK-5a", "fail")))
    new["kit"] = {**new["kit"], "budget": "standard", "version": "0.2.0"}
    found = diff.compare(old, new, NAMES)

    assert found.notes[:2] == [
        "note: version of the run: 0.1.0 -> 0.2.0",
        "note: budget of the run: quick -> standard",
    ]
    assert found.gone == ["b: the whole implementation"]
    assert found.new == ["c: the whole implementation"]
    assert found.broken == ["a SK-5a MUST: pass -> fail: something was wrong"]


def test_what_cannot_be_compared_is_refused() -> None:
    """Incomplete reports, and those without a common implementation, are refused with the reason."""
    whole = document(implementation("a"))
    part = document(implementation("a"), complete=False, selection="-k SK")
    off = document(implementation("a"), complete=False)
    for old, new, said in (
        (whole, part, r"new\.json: is not complete \(selection: -k SK\)"),
        (off, whole, r"old\.json: is not complete \(the run broke off\)"),
        (
            whole,
            document(implementation("b")),
            "no implementation is in both",
        ),
    ):
        with pytest.raises(ReportError, match=said):
            diff.compare(old, new, NAMES)


def test_hostile_texts_stay_on_their_line() -> None:
    """No text of a subject ends its line or steers the terminal."""
    found = compared(row("SK-5a"), row("SK-5a", "fail", message=HOSTILE))

    assert len(list(found.lines())) == 2
    assert all(line.isprintable() for line in found.lines())


# Several as one


def part(name: str, family: str, *rows: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A report of a run that was asked about one family only."""
    made = implementation(name, *rows)
    left_out = [
        each if load()[each["id"]].family == family else row(each["id"], "untested", message="not selected")
        for each in made["requirements"]
    ]
    selected = implementation(name, *left_out)
    return document(selected, complete=False, selection=f"--tck-clause={family}-*", **more)


def test_parts_make_the_whole() -> None:
    """The parts of one implementation, and another implementation, are one complete report."""
    whole = implementation("a", row("SK-5a", "fail"))
    families = [family.id for family in load().families]
    parts = [part("a", family, row("SK-5a", "fail")) for family in families]
    paths = [Path(f"{family}.json") for family in families]
    merged = merging.merge([*parts, document(implementation("b"))], [*paths, Path("b.json")])

    jsonschema.validate(merged, schema())
    assert merged == document(whole, implementation("b"))


def test_a_part_that_is_missing_is_named() -> None:
    """Where no report has a requirement, it is named and nothing is made."""
    parts = [part("a", family.id) for family in load().families if family.id != "PY"]
    with pytest.raises(ReportError, match=r"not complete: PY-1a and \d+ more of a is in none of the reports"):
        merging.merge(parts, [Path("x.json")] * len(parts))


def test_parts_that_contradict_each_other_are_refused() -> None:
    """Other verdicts, versions, budgets, surfaces and runs that broke off are refused with the reason."""
    whole = document(implementation("a"))
    fails = document(implementation("a", row("SK-5a", "fail")))
    newer = document(implementation("a", version="2.0"))
    other_kit = copy.deepcopy(whole)
    other_kit["kit"]["budget"] = "thorough"
    other_python = copy.deepcopy(whole)
    other_python["kit"]["python"] = "3.13.0"
    for other, said in (
        (fails, r"SK-5a of a is pass in 1\.json, but fail in 2\.json"),
        (newer, r"2\.json: version of a is not that of 1\.json: 2\.0, not 1\.0"),
        (document(implementation("a", surfaces=["hadoop"])), r"2\.json: surfaces of a is not that of"),
        (other_kit, r"2\.json: budget thorough, but quick in 1\.json"),
        (other_python, r"2\.json: a ran on another Python than in 1\.json"),
        (document(implementation("a"), complete=False), r"2\.json: the run broke off; run it again"),
    ):
        with pytest.raises(ReportError, match=said):
            merging.merge([whole, other], [Path("1.json"), Path("2.json")])


def test_a_matrix_takes_complete_reports_of_different_implementations() -> None:
    """A matrix has the implementations of all reports in their order, and the platforms of all machines."""
    other = document(implementation("b"), implementation("c"))
    other["kit"] = {**other["kit"], "platform": "macOS"}
    made = merging.matrix([document(implementation("a")), other], [Path("1.json"), Path("2.json")])

    jsonschema.validate(made, schema())
    assert [each["name"] for each in made["implementations"]] == ["a", "b", "c"]
    assert made["kit"]["platform"] == "Linux, macOS"


def test_a_matrix_refuses_parts_and_doubles() -> None:
    """A part of a run and a name that is there twice are refused with the files."""
    paths = [Path("1.json"), Path("2.json")]
    whole = document(implementation("a"))
    for other, said in (
        (part("b", "SK"), r"2\.json: is not complete \(selection: --tck-clause=SK-\*\)"),
        (whole, r"1\.json and 2\.json both have the implementation a; leave one out"),
    ):
        with pytest.raises(ReportError, match=said):
            merging.matrix([whole, other], paths)

"""The registered subjects judged: `python -m tests.subjects [NAME...]` prints how each one does.

Red where a report is missing, incomplete or holds an `error`; never because a library deviates. Where one
deviates otherwise than tests/data/subjects.toml says of its version, a notice tells; --write keeps what was
found.
"""

import argparse
import json
import sys
import tempfile
import tomllib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from streamtck.adapters import registered
from tests.running import read_report, run_pytest

TABLE = Path(__file__).parent / "data" / "subjects.toml"
HEAD = "# What registered subjects do not meet, by version; written by `python -m tests.subjects --write`."
PROCESSES = 2
COUNTED = ("pass", "fail", "warn", "blocked", "observed", "unsupported", "untested", "error")
NOT_MET = ("fail", "warn")

BUILT = "streamtck.adapters.library.lz4_stream"
SOURCE = "lz4.stream"
"""What no wheel brings, and the module with the subjects that need it."""

READERS = ("boto3.StreamingBody", "s3fs", "smart_open.s3")
"""The subjects that read from S3, which a whole run asks thousands of times."""

AT_HAND = ("lz4_double_buffer", "python_io", "reference")
"""The modules of subjects that need no package of others, beside those of the standard library."""

Data = dict[str, Any]
Table = dict[str, dict[str, dict[str, list[str]]]]


def main(arguments: list[str] | None = None) -> int:
    """Judge the subjects and print the table; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.subjects", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="registered subjects; default: all of ours")
    parser.add_argument(
        "--others",
        action="store_true",
        help="only those that need a package of others, and no S3 reader: tests/adapters judges these",
    )
    parser.add_argument("--write", action="store_true", help=f"write what is not met to {TABLE.name}")
    given = parser.parse_args(arguments)
    names = given.names or installable(given.others)
    with ThreadPoolExecutor(PROCESSES) as pool:
        judged = list(pool.map(judged_whole, names))
    table: Table = tomllib.loads(TABLE.read_text(encoding="utf-8")) if TABLE.exists() else {}
    broken = False
    for name, found in zip(names, judged, strict=True):
        broken = broken or isinstance(found, str) or bool(errors(found))
        print(f"{name}: {found}" if isinstance(found, str) else line(found))
        if not isinstance(found, str):
            print("".join(f"  {text}\n" for text in (*errors(found), *notices(found, table))), end="")
            table.setdefault(name, {})[version(found)] = not_met(found)
    if given.write:
        TABLE.write_text(written(table), encoding="utf-8")
    return int(broken)


def installable(others: bool = False) -> list[str]:
    """The registered subjects of ours, without those that have to be built and are not; these are told.

    `others` leaves out the standard library's streams, our own, and those that are asked least of, as they
    read from S3.
    """
    points = {
        name: point for name, point in sorted(registered().items()) if point.module.startswith("streamtck.")
    }
    unbuilt = [name for name, point in points.items() if point.module == BUILT and not find_spec(SOURCE)]
    for name in unbuilt:
        print(f"{name}: left out, as {SOURCE} is not built here")
    left_out = (*unbuilt, *READERS) if others else unbuilt
    kept = [name for name in points if name not in left_out]
    at_hand = (*AT_HAND, *sys.stdlib_module_names) if others else ()
    return [name for name in kept if points[name].module.rpartition(".")[2] not in at_hand]


def judged_whole(name: str) -> Data | str:
    """What a complete report says of a subject, or why there is none."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        options = ("-q", "-p", "no:cacheprovider", "--tck-budget=quick", f"--tck-report={report}")
        done = run_pytest(Path(folder), f"--impl={name}", *options)
        if not report.exists():
            said = [text for text in (done.stdout + done.stderr).splitlines() if text.strip()]
            return f"no report: {said[-1] if said else f'exit code {done.returncode}'}"
        document = read_report(report)
    found: Data = document["implementations"][0]
    return found if document["complete"] else "the report is not complete"


def line(found: Data) -> str:
    """A subject's row: its version, how many verdicts of each kind, what is not met."""
    counts = ", ".join(f"{found['summary'][kind]} {kind}" for kind in COUNTED if found["summary"][kind])
    failing = "; ".join(f"{kind}: {' '.join(ids)}" for kind, ids in not_met(found).items() if ids)
    return f"{found['name']} {version(found)}: {counts}" + (f"\n  {failing}" if failing else "")


def errors(found: Data) -> list[str]:
    """The requirements at which the kit or the adapter broke."""
    return [
        f"{row['id']} error: {row['message']}" for row in found["requirements"] if row["verdict"] == "error"
    ]


def version(found: Data) -> str:
    """The version that decides how a subject does: of Python, major and minor."""
    text = found["version"] or "unknown"
    return text.rpartition(".")[0] if "standard library" in (found["distribution"] or "") else str(text)


def not_met(found: Data) -> dict[str, list[str]]:
    """The ids that fail, and those that are warned of."""
    rows = found["requirements"]
    return {kind: [row["id"] for row in rows if row["verdict"] == kind] for kind in NOT_MET}


def notices(found: Data, table: Mapping[str, Any]) -> list[str]:
    """In what a subject differs from what is written down of its version."""
    known = table.get(found["name"], {}).get(version(found))
    if known is None:
        return ["notice: nothing is written down of this version"]
    differences = []
    for kind, ids in not_met(found).items():
        new, gone = sorted(set(ids) - set(known[kind])), sorted(set(known[kind]) - set(ids))
        differences += [f"notice: new {kind}: {' '.join(new)}"] if new else []
        differences += [f"notice: no longer {kind}: {' '.join(gone)}"] if gone else []
    return differences


def written(table: Table) -> str:
    """The table as TOML, whose lists of strings are those of JSON."""
    blocks = [
        "\n".join([f'["{name}"."{number}"]', *(f"{kind} = {json.dumps(ids[kind])}" for kind in NOT_MET)])
        for name, versions in sorted(table.items())
        for number, ids in sorted(versions.items())
    ]
    return "\n\n".join([HEAD, *blocks]) + "\n"


if __name__ == "__main__":
    sys.exit(main())

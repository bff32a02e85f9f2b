"""Reports as data, made up for tests: every requirement is there, with the verdicts that a test wants."""

from __future__ import annotations

from typing import Any

from streamtck.spec import load
from streamtck.verdicts import Verdict

HOSTILE = "<script>alert(1)</script>"
RIGHT_TO_LEFT = "\N{RIGHT-TO-LEFT OVERRIDE}"
FAULT = {
    "verdict": "fail",
    "message": "stream.seek(-1) returned 0; wanted an exception",
    "call": "stream.seek(-1)",
    "got": "returned 0",
    "wanted": "an exception",
    "reproducer": "import io\nstream = io.BytesIO()\nstream.seek(-1)  # must raise\n",
}
ABSENT = {"verdict": "unsupported", "message": "the subject offers no codec surface"}
NASTY = (
    f'{HOSTILE}<img src=x onerror=alert(2)>" onmouseover="alert(3)\' {{{{ 7*7 }}}} </pre></style> '
    f"\ud800 {RIGHT_TO_LEFT}cba \x00\x1b[31m\x07 & &amp; " + "long" * 2000
)
NASTY_FAULT = {
    **dict.fromkeys(("message", "call", "got", "wanted", "reproducer"), NASTY),
    "verdict": "fail",
    "observed": {NASTY: NASTY},
}


def row(id: str, level: str, **changes: Any) -> dict[str, Any]:
    """A row of a report; without changes it says pass."""
    return {
        "id": id,
        "clause": id[:-1],
        "level": level,
        "verdict": "pass",
        "message": "",
        "reproducer": None,
        "blocked_by": None,
        "observed": {},
        "duration_s": 0.001,
        **changes,
    }


def implementation(
    name: str = "mine", changes: dict[str, dict[str, Any]] | None = None, **fields: Any
) -> dict[str, Any]:
    """An implementation that is a Python file and passes everything but what `changes` say by id."""
    families = sorted(load().families, key=lambda family: family.id != "PY")
    everything = [each for family in families for each in family.requirements]
    said = {**{each.id: ABSENT for each in everything if each.family == "LZ"}, **(changes or {})}
    rows = [row(each.id, each.level, **said.get(each.id, {})) for each in everything]
    return {
        "name": name,
        "subject": f"./{name}.py:open",
        "distribution": "mine",
        "version": "1.0",
        "surfaces": ["python-file"],
        "operations": {"read_bytes": "native", "pread_into": "absent"},
        "summary": {str(each): sum(row["verdict"] == each for row in rows) for each in Verdict},
        "requirements": rows,
        **fields,
    }


def document(*implementations: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A whole report; without an implementation one that passes everything."""
    kit = {"version": "0.1.0", "python": "3.11.7", "platform": "Linux", "budget": "quick", "seed": 0}
    return {
        "schema": "streamtck-report/1",
        "complete": True,
        "selection": None,
        "kit": kit,
        "implementations": list(implementations) or [implementation()],
        **changes,
    }

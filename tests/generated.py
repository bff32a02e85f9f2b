"""The files that are made from the specification and the faulty streams: `python -m tests.audit --write`."""

import inspect
import json
import textwrap
from pathlib import Path
from typing import Any

from streamtck.registry import checks
from streamtck.report.reference import markdown
from streamtck.spec import Specification
from tests.faulty import Faulty, faulty_streams

ROOT = Path(__file__).resolve().parent.parent
HEADING = """# Requirements, and the streams that break them

Written by `python -m tests.audit --write`; a test compares.
"""
COLUMNS = ("| requirement | level | check | faulty streams |", "|---|---|---|---|")


def generated(specification: Specification) -> dict[Path, str]:
    """The text of each generated file, by its path."""
    return {
        ROOT / "tests" / "data" / "faulty.md": table(specification),
        ROOT / "spec" / "shown_by.json": shown_by(specification),
        ROOT / "spec" / "README.md": markdown(specification),
    }


def table(specification: Specification) -> str:
    """Requirement, level, check and faulty streams, as a table in Markdown."""
    rows = []
    for requirement in specification:
        check = checks().get(requirement.id)
        if check is None:
            continue
        names = [name for name, faulty in faulty_streams().items() if faulty.id == requirement.id]
        cells = (requirement.id, requirement.level, check.slug, ", ".join(names) or "-")
        rows.append(f"| {' | '.join(cells)} |")
    stated = [r.id for r in specification if r.untested]
    unwritten = [r.id for r in specification if not r.untested and r.id not in checks()]
    counted = f"{len(rows)} requirements with a check, and {len(faulty_streams())} faulty streams. "
    counted += f"Untested for a stated reason: {', '.join(stated)}."
    counted += f" Without a check yet: {', '.join(unwritten)}." if unwritten else ""
    return "\n".join((HEADING, counted, "", *COLUMNS, *rows, ""))


def shown_by(specification: Specification) -> str:
    """The shortest faulty stream of each requirement that has one, as JSON."""
    entries = {each.id: _shortest(each.id) for each in specification}
    found = {id: entry for id, entry in entries.items() if entry is not None}
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"


def _shortest(id: str) -> dict[str, str] | None:
    entries = [_entry(faulty) for faulty in faulty_streams().values() if faulty.id == id]
    return min(entries, key=lambda entry: len(entry["source"]), default=None)


def _entry(faulty: Faulty) -> dict[str, str]:
    module = faulty.stream.__module__.replace(".", "/")
    return {"stream": faulty.stream.__name__, "module": f"{module}.py", "source": _source(faulty.stream)}


def _source(stream: type[Any]) -> str:
    """The text of a class without its decorators."""
    lines = textwrap.dedent(inspect.getsource(stream)).splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("class "))
    return "\n".join(lines[start:]) + "\n"

"""The report on the terminal: a block per failed cause, families by verdict, the closing sentence."""

from collections import Counter
from collections.abc import Mapping
from textwrap import indent, wrap
from typing import Any

from streamtck.report.build import sentence
from streamtck.report.figures import COLUMNS, by_family, out_of_scope, why_incomplete
from streamtck.sparse import LARGE_CONTENT
from streamtck.spec import Requirement, Specification
from streamtck.verdicts import Result, Verdict

WIDTH = 100


def failure_block(requirement: Requirement, result: Result, related: Mapping[str, Verdict]) -> str:
    """What a failure says: call, got, wanted, rule with its source, what to look at, a reproducer."""
    rows = [
        ("call", result.call),
        ("got", result.got),
        ("wanted", result.wanted),
        ("rule", f"{requirement.rule} [{requirement.source}]"),
        ("reading", requirement.reading or ""),
        ("look at", requirement.look_at),
        ("see also", ", ".join(f"{id} ({verdict})" for id, verdict in related.items())),
        ("declared", _declared(result.reason, result.link)),
    ]
    lost = f" {result.verdict}" if result.verdict in (Verdict.TIMEOUT, Verdict.CRASH) else ""
    lines = [f"{requirement.id} {requirement.level}{lost}: {result.message}"]
    lines += [_row(name, text) for name, text in rows if text]
    if result.reproducer:
        lines += ["  reproduce with", indent(result.reproducer.rstrip("\n"), "      ")]
    return "\n".join(lines)


def _declared(reason: str, link: str) -> str:
    return f"{reason}, {link}" if link else reason


def _row(name: str, text: str) -> str:
    first, *more = wrap(text, WIDTH - 12, break_long_words=False, break_on_hyphens=False) or [""]
    return "\n".join([f"  {name:<9} {first}", *(f"            {line}" for line in more)])


def summary(
    implementation: dict[str, Any], document: dict[str, Any], specification: Specification
) -> list[str]:
    """The lines that close a run for one implementation."""
    rows = implementation["requirements"]
    lines = [*_table(rows, specification), ""]
    lines += [f"warn {row['id']}: {row['message']}" for row in rows if row["verdict"] == "warn"]
    lines += [
        f"known {row['id']}: {row['message']} (declared: {_declared(row['reason'], row.get('link', ''))})"
        for row in rows
        if row["verdict"] == "known"
    ]
    lines += [f"{row['id']} blocked by {row['blocked_by']}" for row in rows if row["verdict"] == "blocked"]
    lines += _large_content(rows)
    if why := why_incomplete(document):
        lines.append(f"This report is not complete ({why}).")
    return [*lines, sentence(implementation)]


def _large_content(rows: list[dict[str, Any]]) -> list[str]:
    """Whether large content was looked at, where that was asked for, a line for each answer."""
    said = Counter(
        text
        for row in rows
        for text in {text for key, text in row["observed"].items() if key.endswith(LARGE_CONTENT)}
    )
    return [f"{LARGE_CONTENT}: {text} ({count} requirements)" for text, count in said.items()]


def _table(rows: list[dict[str, Any]], specification: Specification) -> list[str]:
    families = by_family(rows, specification)
    absent = {family.id for family, members in families if out_of_scope(members)}
    seen = {row["verdict"] for family, members in families if family.id not in absent for row in members}
    shown = [verdict for verdict in COLUMNS if verdict in seen]
    width = max(len(family.title) for family in specification.families)
    lines = [f"{'':<{width + 5}}" + "".join(f"{verdict:>13}" for verdict in shown)]
    for family, members in families:
        head = f"{family.id:<5}{family.title:<{width}}"
        if family.id in absent:
            lines.append(f"{head}  {members[0]['message']}")
            continue
        counts = [sum(row["verdict"] == verdict for row in members) for verdict in shown]
        lines.append(head + "".join(f"{count or '.':>13}" for count in counts))
    return lines

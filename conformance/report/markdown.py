"""The report as Markdown, for job summaries and pull requests.

What a subject said stands in code spans and fences only, whose backticks outnumber any in it: there neither
Markdown nor HTML counts, and nobody is mentioned.
"""

import re
from collections.abc import Iterator
from typing import Any

from streamtck.report.build import sentence
from streamtck.report.figures import (
    BINDING,
    COLUMNS,
    Row,
    by_family,
    met,
    out_of_scope,
    spelled,
    visible,
    why_incomplete,
)
from streamtck.spec import Specification

Data = dict[str, Any]

TOLD = ("fail", "warn", "error", "timeout", "crash")
PUNCTUATION = re.compile(r"([\\`*_{}\[\]()#+!|~<>&@$-])")


def page(document: Data, specification: Specification, limit: int | None = None) -> str:
    """The whole report; with a `limit` in bytes, its last parts are left out and a line says so."""
    kept: list[str] = []
    size = 0
    sections = list(_sections(document, specification))
    for number, section in enumerate(sections):
        size += len(section.encode("utf-8", "backslashreplace")) + 1
        if limit is not None and size + 200 > limit:
            left = len(sections) - number
            kept.append(f"Shortened: {left} more parts of this report did not fit here.\n")
            break
        kept.append(section)
    return "\n".join(kept)


def code(text: str) -> str:
    """Hostile text as a code span on one line."""
    line = visible(text) or " "
    ticks = _more_backticks(line, 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{ticks}{pad}{line}{pad}{ticks}"


def cell(text: str) -> str:
    """Hostile text in a table, where a pipe would end the cell even in code: it shows as a broken bar."""
    return code(text.replace("|", "\u00a6"))


def fence(text: str, language: str = "") -> str:
    """Hostile lines as a fenced block that nothing in them can end."""
    body = spelled(text.replace("\r\n", "\n")).rstrip("\n")
    ticks = _more_backticks(body, 3)
    return f"{ticks}{language}\n{body}\n{ticks}\n"


def plain(text: str) -> str:
    """Text of the kit's own, with every character that Markdown or HTML may take for its own escaped."""
    return PUNCTUATION.sub(r"\\\1", " ".join(text.split()))


def _more_backticks(text: str, least: int) -> str:
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    return "`" * max(least, longest + 1)


def _sections(document: Data, specification: Specification) -> Iterator[str]:
    """The parts of a report that stay whole or are left out."""
    implementations = document["implementations"]
    kit = document["kit"]
    if len(implementations) > 1:
        yield _matrix(implementations, specification)
    for implementation in implementations:
        yield _head(implementation, document)
        yield _table(implementation["requirements"], specification)
        rows = implementation["requirements"]
        for row in rows:
            if row["verdict"] in TOLD:
                yield _failure(row, specification)
        known = [row for row in rows if row["verdict"] == "known"]
        if known:
            yield _known(known)
    said = f"streamtck {kit['version']}, budget {kit['budget']}, seed {kit['seed']}, Python {kit['python']}"
    yield f"Made by {plain(said)}, {code(kit['platform'])}.\n"


def _head(implementation: Data, document: Data) -> str:
    lines = [f"## streamtck: {code(implementation['name'])}\n"]
    if why := why_incomplete(document):
        lines.append(
            f"> **This report is not complete** ({code(why)}): what is missing counts as untested.\n"
        )
    lines.append(f"**{plain(sentence(implementation))}**\n")
    package = " ".join(filter(None, (implementation["distribution"], implementation["version"])))
    surfaces = f"Surfaces: {', '.join(implementation['surfaces'])}."
    lines.append(f"Of {code(package)}. {surfaces}\n" if package else f"{surfaces}\n")
    return "\n".join(lines)


def _table(rows: list[Row], specification: Specification) -> str:
    """Family by verdict, with the count of MUST and of SHOULD that are met among those asked."""
    families = by_family(rows, specification)
    inside = [(family, members) for family, members in families if not out_of_scope(members)]
    seen = {row["verdict"] for _, members in inside for row in members}
    shown = [verdict for verdict in COLUMNS if verdict in seen]
    lines = [
        f"| family | MUST met | SHOULD met | {' | '.join(shown)} |",
        f"|---|---:|---:|{'---:|' * len(shown)}",
    ]
    for family, members in inside:
        counts = [sum(row["verdict"] == verdict for row in members) or "" for verdict in shown]
        figures = [_of(members, BINDING), _of(members, ("SHOULD",)), *counts]
        lines.append(f"| {family.id}: {plain(family.title)} | {' | '.join(map(str, figures))} |")
    left_out = [
        f"Not asked: {family.id}, {code(members[0]['message'])}.\n"
        for family, members in families
        if out_of_scope(members)
    ]
    return "\n".join([*lines, "", *left_out])


def _of(rows: list[Row], levels: tuple[str, ...]) -> str:
    count, asked = met(rows, levels)
    return f"{count} of {asked}" if asked else ""


def _failure(row: Row, specification: Specification) -> str:
    requirement = specification[row["id"]]
    lost = "" if row["verdict"] in ("fail", "warn") else f" {row['verdict']}"
    lines = [f"### {row['id']} {row['level']}{lost}\n", f"Found: {code(row['message'])}\n"]
    told = [f"{name:<7} {row[name]}" for name in ("call", "got", "wanted") if row.get(name)]
    lines += [fence("\n".join(" ".join(text.split("\n")) for text in told), "text")] if told else []
    lines.append(f"Rule: {plain(requirement.rule)} \\[{plain(str(requirement.source))}\\]\n")
    lines.append(f"Look at: {plain(requirement.look_at)}\n")
    if row["reproducer"]:
        lines += ["Reproduce with:\n", fence(row["reproducer"], "python")]
    return "\n".join(lines)


def _known(rows: list[Row]) -> str:
    lines = ["### Known deviations\n"]
    for row in rows:
        link = f" ({code(row['link'])})" if row.get("link") else ""
        lines.append(
            f"- {row['id']} {row['level']}: {code(row['message'])}; declared: {code(row['reason'])}{link}"
        )
    return "\n".join([*lines, ""])


def _matrix(implementations: list[Data], specification: Specification) -> str:
    """MUST met among those asked, family by implementation; then SHOULD."""
    grouped = [
        {family.id: members for family, members in by_family(each["requirements"], specification)}
        for each in implementations
    ]
    names = [cell(each["name"]) for each in implementations]
    lines = [f"## streamtck: {len(names)} implementations\n"]
    for title, levels in (("MUST met", BINDING), ("SHOULD met", ("SHOULD",))):
        lines += [f"| {title} | {' | '.join(names)} |", f"|---|{'---:|' * len(names)}"]
        for family in specification.families:
            counts = [_of(each.get(family.id, []), levels) for each in grouped]
            if any(counts):
                lines.append(f"| {family.id}: {plain(family.title)} | {' | '.join(counts)} |")
        lines.append("")
    return "\n".join(lines)

"""What a run leaves in a GitHub Actions job: annotations, and its part of the job summary."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from streamtck.report import markdown
from streamtck.report.figures import visible
from streamtck.spec import Specification
from streamtck.verdicts import Verdict, is_red

SUMMARY_LIMIT = 1024 * 1024
"""Bytes that GitHub takes of one step's summary."""

MOST = 10
"""Annotations of one kind that GitHub shows of one step."""


def wanted(environment: Mapping[str, str]) -> bool:
    """Whether the run is a step of a GitHub Actions job."""
    return environment.get("GITHUB_ACTIONS") == "true"


def annotations(document: dict[str, Any], stale: list[tuple[str, str, str]], level: str) -> Iterator[str]:
    """The commands that annotate a job: errors for what makes the run red, warnings for the rest.

    `stale` names subject, id and message of each deviation that is declared and does not hold any more.
    """
    told: dict[str, list[str]] = {"error": [], "warning": []}
    for implementation in document["implementations"]:
        for row in implementation["requirements"]:
            red = is_red(Verdict(row["verdict"]), level)
            if red or row["verdict"] == "warn":
                title = f"{implementation['name']} {row['id']} {row['level']}"
                told["error" if red else "warning"].append(
                    _command("error" if red else "warning", title, row["message"])
                )
    told["error"] += [_command("error", f"{name} {id}", message) for name, id, message in stale]
    for kind, lines in told.items():
        if len(lines) > MOST:
            rest = f"{len(lines) - MOST + 1} more are in the summary and in the report"
            lines = [*lines[: MOST - 1], _command(kind, "streamtck", rest)]
        yield from lines


def _command(kind: str, title: str, message: str) -> str:
    """A workflow command on one line, whatever the texts hold."""
    name = _data(f"streamtck: {title}").replace(":", "%3A").replace(",", "%2C")
    return f"::{kind} title={name}::{_data(message)}"


def _data(text: str) -> str:
    """A text as the value of a command; it is on one line already, and what GitHub decodes is encoded."""
    return visible(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def add_summary(path: Path, document: dict[str, Any], specification: Specification) -> None:
    """Append the report to the job summary, shortened to what still fits; OSError."""
    used = path.stat().st_size if path.exists() else 0
    text = markdown.page(document, specification, SUMMARY_LIMIT - used - 1)
    data = f"{text}\n".encode("utf-8", "backslashreplace")
    if used + len(data) <= SUMMARY_LIMIT:
        with path.open("ab") as file:
            file.write(data)

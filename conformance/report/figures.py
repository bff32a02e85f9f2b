"""What the formats count: requirements by family, level and verdict."""

import re
from typing import Any

from streamtck.report.build import LOST
from streamtck.spec import Family, Specification
from streamtck.verdicts import DECIDED, Verdict

Row = dict[str, Any]

COLUMNS = (
    Verdict.PASS,
    Verdict.FAIL,
    Verdict.WARN,
    Verdict.KNOWN,
    Verdict.BLOCKED,
    Verdict.OBSERVED,
    Verdict.UNSUPPORTED,
    Verdict.UNTESTED,
    Verdict.ERROR,
    Verdict.TIMEOUT,
    Verdict.CRASH,
)
"""The verdicts in the order of a table."""

ASKED = (*DECIDED, Verdict.BLOCKED, *LOST)
"""Verdicts of requirements that apply and were asked; only `pass` of them is met."""

BINDING = ("MUST", "MUST NOT")

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""What steers a terminal or turns the direction of a text, but for tab and newline."""


def visible(text: str) -> str:
    """Hostile text on one line, with what steers a terminal spelled out."""
    return spelled(" ".join(text.split()))


def spelled(text: str) -> str:
    """Hostile text with what steers a terminal, but for tab and newline, spelled out."""
    return CONTROL.sub(lambda found: found.group().encode("unicode_escape").decode(), text)


def by_family(rows: list[Row], specification: Specification) -> list[tuple[Family, list[Row]]]:
    """The rows of each family that has some, in the order of the rows."""
    families = {family.id: family for family in specification.families}
    grouped: dict[str, list[Row]] = {}
    for row in rows:
        grouped.setdefault(specification[row["id"]].family, []).append(row)
    return [(families[name], members) for name, members in grouped.items()]


def out_of_scope(rows: list[Row]) -> bool:
    """Whether a whole family is unsupported for one reason: the surface is not there."""
    return all(row["verdict"] == "unsupported" for row in rows) and len({row["message"] for row in rows}) == 1


def met(rows: list[Row], levels: tuple[str, ...]) -> tuple[int, int]:
    """How many requirements of these levels are met, and how many were asked."""
    asked = [row["verdict"] for row in rows if row["level"] in levels and row["verdict"] in ASKED]
    return asked.count("pass"), len(asked)


def why_incomplete(document: dict[str, Any]) -> str | None:
    """Why a report is not complete, in words; None where it is."""
    if document["complete"]:
        return None
    return f"selection: {document['selection']}" if document["selection"] else "the run broke off"

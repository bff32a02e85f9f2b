"""What the formats count: requirements by family, level and verdict."""

import unicodedata
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

UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""Kinds of characters that do not show, that change how others show, or that steer a terminal."""


def visible(text: str) -> str:
    """Hostile text on one line, with what does not show spelled out."""
    return spelled(" ".join(text.split()))


def spelled(text: str) -> str:
    """Hostile text with what does not show, but for tab and newline, as escapes."""
    return "".join(
        each
        if each in "\n\t" or unicodedata.category(each) not in UNSEEN
        else each.encode("unicode_escape").decode("ascii")
        for each in text
    )


def by_family(rows: list[Row], specification: Specification) -> list[tuple[Family, list[Row]]]:
    """The rows of each family that has some, in the order of the rows."""
    families = {family.id: family for family in specification.families}
    grouped: dict[str, list[Row]] = {}
    for row in rows:
        grouped.setdefault(specification[row["id"]].family, []).append(row)
    return [(families[name], members) for name, members in grouped.items()]


def out_of_scope(rows: list[Row]) -> str:
    """Why a whole family is unsupported, where it is for one reason: the surface is not there."""
    messages = {row["message"] for row in rows}
    alike = all(row["verdict"] == "unsupported" for row in rows) and len(messages) == 1
    return str(rows[0]["message"]) if alike else ""


def met(rows: list[Row], levels: tuple[str, ...]) -> tuple[int, int]:
    """How many requirements of these levels are met, and how many were asked."""
    asked = [row["verdict"] for row in rows if row["level"] in levels and row["verdict"] in ASKED]
    return asked.count("pass"), len(asked)


def why_incomplete(document: dict[str, Any]) -> str | None:
    """Why a report is not complete, in words; None where it is."""
    if document["complete"]:
        return None
    return f"selection: {document['selection']}" if document["selection"] else "the run broke off"

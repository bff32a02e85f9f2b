"""What a page shows of one implementation, as plain data: rows with anchors, families and levels."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from streamtck.report.build import decided, sentence
from streamtck.report.figures import out_of_scope
from streamtck.spec import Requirement, Specification
from streamtck.verdicts import DECIDED, RED, Verdict

ORDER = (
    *(Verdict.CRASH, Verdict.TIMEOUT, Verdict.ERROR, Verdict.FAIL, Verdict.WARN, Verdict.KNOWN),
    *(Verdict.BLOCKED, Verdict.PASS, Verdict.OBSERVED, Verdict.UNTESTED, Verdict.UNSUPPORTED),
)
"""The verdicts as a reader wants them: what asks for work first."""

ATTENTION = (*ORDER[:6],)
"""Verdicts whose rows are told at length."""

TOLD = (("call", "call"), ("got", "got"), ("wanted", "wanted"), ("reason", "declared"))
"""The fields of a row that are told, with the words for them."""

ID = re.compile(r"\b([A-Z]{2}-N?[0-9]+[a-z])\b")

MUST = ("MUST", "MUST NOT")
UNKNOWN = "Not in this kit's specification"
"""The title of what is left when a report comes from another version of the kit."""

LEVELS = (("MUST", MUST), ("SHOULD", ("SHOULD",)), ("MAY and others", ()))
"""The levels that are counted together; the last one has all the others."""


@dataclass(frozen=True, slots=True)
class Row:
    """One requirement of one implementation; `anchor` is where the page tells it."""

    data: dict[str, Any]
    family: str
    anchor: str
    requirement: Requirement | None
    blocks: list["Row"] = field(default_factory=list, repr=False, compare=False)
    cause: list["Row"] = field(default_factory=list, repr=False, compare=False)
    related: list["Row"] = field(default_factory=list, repr=False, compare=False)

    @property
    def id(self) -> str:
        """The requirement's id."""
        return str(self.data["id"])

    @property
    def level(self) -> str:
        """The requirement's level."""
        return str(self.data["level"])

    @property
    def verdict(self) -> str:
        """The verdict in one word."""
        return str(self.data["verdict"])

    @property
    def link(self) -> str:
        """Where more is said about a declared deviation: an address of the web, else empty."""
        link = str(self.data.get("link", ""))
        return link if link.startswith(("https://", "http://")) else ""

    @property
    def attention(self) -> bool:
        """Whether the row is told at length."""
        return self.verdict in ATTENTION

    @property
    def told(self) -> list[tuple[str, str]]:
        """Call, got, wanted and reason, as far as they are there, each with the word for it."""
        return [(word, str(self.data[name])) for name, word in TOLD if self.data.get(name)]


@dataclass(frozen=True, slots=True)
class Tally:
    """Requirements that are counted together: a family or a level; `absent` says why it is one line only."""

    label: str
    title: str
    anchor: str
    rows: list[Row]
    absent: str = ""

    @property
    def counts(self) -> list[tuple[str, int]]:
        """The number of rows by verdict, without the zeros."""
        numbers = [(str(each), sum(row.verdict == each for row in self.rows)) for each in ORDER]
        return [(verdict, number) for verdict, number in numbers if number]

    @property
    def units(self) -> list[Row]:
        """The rows in the order of their verdicts."""
        return sorted(self.rows, key=lambda row: ORDER.index(Verdict(row.verdict)))

    @property
    def decided(self) -> int:
        """How many say whether the requirement is met."""
        return sum(row.verdict in DECIDED for row in self.rows)

    @property
    def met(self) -> int:
        """How many are met."""
        return sum(row.verdict == Verdict.PASS for row in self.rows)


@dataclass(frozen=True, slots=True)
class Subject:
    """One implementation, with its families and levels."""

    data: dict[str, Any]
    anchor: str
    sentence: str
    tone: str
    rows: list[Row]
    families: list[Tally]
    levels: list[Tally]

    @property
    def attention(self) -> list[Row]:
        """The rows that are told at length, the worst first."""
        rows = [row for row in self.rows if row.attention]
        return sorted(rows, key=lambda row: ORDER.index(Verdict(row.verdict)))

    @property
    def observed(self) -> list[tuple[str, str, list[Row]]]:
        """What it chose where the rules leave it free: what was asked, what it did, the rows that tell so."""
        told: dict[tuple[str, str], list[Row]] = {}
        for row in self.rows:
            for name, said in sorted(row.data["observed"].items()):
                told.setdefault((str(name), str(said)), []).append(row)
        return [(name, said, rows) for (name, said), rows in told.items()]

    @property
    def said(self) -> list[tuple[str, str]]:
        """The closing sentence in pieces; an id has the anchor of its row, other text an empty one."""
        anchors = {row.id: row.anchor for row in self.rows}
        return [(text, anchors.get(text, "")) for text in ID.split(self.sentence)]

    def operations(self, state: str) -> list[str]:
        """The operations that are `native`, or those that are `absent`."""
        return [str(name) for name, found in self.data["operations"].items() if found == state]


def subject(data: dict[str, Any], anchor: str, specification: Specification) -> Subject:
    """An implementation of a report; the anchors of all that belongs to it begin with `anchor`."""
    grouped: dict[str, list[dict[str, Any]]] = {}
    for row in data["requirements"]:
        grouped.setdefault(_family(row, specification), []).append(row)
    families = [_tally(name, rows, anchor, specification) for name, rows in grouped.items()]
    rows = [row for each in families for row in each.rows]
    _link(rows)
    return Subject(data, anchor, sentence(data), _tone(data), rows, families, _levels(rows, anchor))


def _family(row: dict[str, Any], specification: Specification) -> str:
    return specification[row["id"]].family if row["id"] in specification else "others"


def _tally(family: str, rows: list[dict[str, Any]], anchor: str, specification: Specification) -> Tally:
    titles = {each.id: each.title for each in specification.families}
    here = f"{anchor}-{family}"
    absent = out_of_scope(rows)
    made = [
        Row(row, family, here if absent else f"{anchor}-{row['id']}", specification[row["id"]])
        if row["id"] in specification
        else Row(row, family, here if absent else f"{here}-{number}", None)
        for number, row in enumerate(rows, 1)
    ]
    return Tally(family, titles.get(family, UNKNOWN), here, made, absent)


def _levels(rows: list[Row], anchor: str) -> list[Tally]:
    named = [level for _, levels in LEVELS for level in levels]
    tallies = [
        Tally(
            label,
            "",
            f"{anchor}-level-{number}",
            [row for row in rows if (row.level in levels if levels else row.level not in named)],
        )
        for number, (label, levels) in enumerate(LEVELS)
    ]
    return [each for each in tallies if each.rows]


def _link(rows: Iterable[Row]) -> None:
    """Let a row know of what blocks it, what it blocks, and what stands for the same act."""
    by_id = {row.id: row for row in rows}
    for row in by_id.values():
        cause = by_id.get(row.data["blocked_by"] or "")
        if cause is not None:
            row.cause.append(cause)
            cause.blocks.append(row)
        related = row.requirement.related if row.requirement else ()
        row.related.extend(by_id[id] for id in related if id in by_id)


def _tone(data: dict[str, Any]) -> str:
    """Whether the MUST requirements are met, as far as they were decided."""
    verdicts = {row["verdict"] for row in data["requirements"] if row["level"] in MUST}
    if verdicts & {*RED, Verdict.KNOWN}:
        return "not-met"
    return "met" if decided(data) and Verdict.PASS in verdicts else "open"

"""The typed loader of the clause files.

A folder holds `documents.toml` (the documents that clauses cite) and one file per family: a `[family]`
table and `[[requirement]]` tables. A new family is a new file; nothing here knows which families exist.
Everything is checked on loading, and what is wrong is said in one line that names file, entry and field.
"""

from __future__ import annotations

import difflib
import functools
import graphlib
import importlib.resources
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from importlib.resources.abc import Traversable
from typing import TypeVar

LEVELS = ("MUST", "MUST NOT", "SHOULD", "MAY", "undefined", "assumption", "definition", "note")
ORIGINS = ("source", "derived", "ours")
SURFACES = ("hadoop", "python-file", "data-store", "codec")

_DOCUMENTS = "documents.toml"
_FAMILY_ID = re.compile(r"[A-Z]{2}")
_REQUIREMENT_ID = re.compile(r"[A-Z]{2}-(N?[0-9]+)[a-z]")
_T = TypeVar("_T")


class SpecError(ValueError):
    """A clause file is malformed, or a pattern selects nothing. The message is one line."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a requirement comes from: the document's title, the section, the list item and the line in it."""

    document: str
    section: str
    number: int | None = None
    line: int | None = None

    def __str__(self) -> str:
        """The source as a report cites it: `Title, Seekable 5, line 111`."""
        number = "" if self.number is None else f" {self.number}"
        line = "" if self.line is None else f", line {self.line}"
        return f"{self.document}, {self.section}{number}{line}"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing that one check can decide.

    `id` is SK-5a, `clause` SK-5, `family` SK. `requires` names the more basic requirements without which
    this one cannot be judged, `related` those that stand for the same act. `untested` says why no check
    decides it. `wraps` is true where it applies only to subjects that wrap an encoded or ranged source:
    as in its family, unless it says otherwise.
    """

    id: str
    clause: str
    family: str
    level: str
    origin: str
    rule: str
    source: Source
    reading: str | None
    look_at: str
    requires: tuple[str, ...]
    related: tuple[str, ...]
    untested: str | None
    wraps: bool

    @property
    def binding(self) -> bool:
        """Whether a violation is a failure: the level is MUST or MUST NOT."""
        return self.level in ("MUST", "MUST NOT")


@dataclass(frozen=True, slots=True)
class Family:
    """The requirements of one file, in its order, and the surfaces that they apply to."""

    id: str
    title: str
    surfaces: tuple[str, ...]
    requirements: tuple[Requirement, ...]


@dataclass(frozen=True, slots=True)
class Specification:
    """All families in the order of a report.

    Iteration gives the requirements, `spec["SK-5a"]` one of them (KeyError where there is none); `in` takes
    an id.
    """

    families: tuple[Family, ...]
    _by_id: Mapping[str, Requirement] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_id = {each.id: each for family in self.families for each in family.requirements}
        object.__setattr__(self, "_by_id", by_id)

    def __getitem__(self, id: str) -> Requirement:
        return self._by_id[id]

    def __contains__(self, id: object) -> bool:
        return id in self._by_id

    def __iter__(self) -> Iterator[Requirement]:
        return iter(self._by_id.values())

    def __len__(self) -> int:
        return len(self._by_id)

    def select(self, patterns: Sequence[str]) -> frozenset[str]:
        """The ids that any of the patterns selects; no pattern, no id.

        A pattern is compared, in any case, with the whole id (`SK-5a`) and with the whole clause (`SK-1`: all
        its letters, but not SK-10a); `*`, `?` and `[...]` are wildcards. SpecError where a pattern selects
        nothing, TypeError where a single text is given for the sequence.
        """
        if isinstance(patterns, str):
            raise TypeError(f"expected a sequence of patterns, got the text {patterns!r}")
        return frozenset(id for pattern in patterns for id in self._matching(pattern))

    def _matching(self, pattern: str) -> list[str]:
        wanted = pattern.strip().casefold()
        found = [
            each.id
            for each in self
            if fnmatchcase(each.id.casefold(), wanted) or fnmatchcase(each.clause.casefold(), wanted)
        ]
        if not found:
            raise SpecError(
                f"no requirement matches {pattern!r}: expected an id (SK-5a), a clause (SK-5) "
                f"or a pattern (SK-*){self._near(wanted)}"
            )
        return found

    def _near(self, wanted: str) -> str:
        names = [name for each in self for name in (each.clause, each.id)]
        names += [f"{family.id}-*" for family in self.families]
        spelled = {name.casefold(): name for name in names}
        whole = f"{wanted}-*"  # a family without its star
        near = [spelled[name] for name in difflib.get_close_matches(wanted, spelled, n=3)]
        near = [spelled[whole]] if whole in spelled else near
        return f"; near: {', '.join(near)}" if near else ""

    def prerequisites(self, id: str) -> tuple[str, ...]:
        """All that the requirement needs, directly or not, basic first; KeyError for an unknown id."""
        ordered: dict[str, None] = {}

        def visit(each: str) -> None:
            for basic in self[each].requires:
                if basic not in ordered:
                    visit(basic)
                    ordered[basic] = None

        visit(id)
        return tuple(ordered)


def load(directory: Traversable | None = None) -> Specification:
    """Read and check a folder of clause files; without one, the shipped files (read once).

    SpecError, one line, for a malformed file; OSError where the folder cannot be read.
    """
    return _shipped() if directory is None else _load(directory)


@functools.cache
def _shipped() -> Specification:
    return _load(importlib.resources.files("streamtck.spec"))


def _load(directory: Traversable) -> Specification:
    files = {entry.name: entry for entry in directory.iterdir() if entry.name.endswith(".toml")}
    tables = {name: _read(files[name], f"{directory.name}/{name}") for name in sorted(files)}
    if _DOCUMENTS not in tables:
        raise SpecError(f"{directory.name}/{_DOCUMENTS}: missing")
    titles = _documents(tables.pop(_DOCUMENTS))
    if not tables:
        raise SpecError(f"{directory.name}: no family file (*.toml with a [family] table)")
    homes: dict[str, _Table] = {}
    families: dict[int, Family] = {}
    for table in tables.values():
        order, family = _family(table, titles, homes)
        if family.id in {each.id for each in families.values()}:
            raise table.at("[family]").error("id", f"{family.id} is already that of another file")
        if order in families:
            raise table.at("[family]").error("order", f"{order} is already that of {families[order].id}")
        families[order] = family
    specification = Specification(tuple(families[order] for order in sorted(families)))
    _check_references(specification, homes)
    return specification


@dataclass(frozen=True, slots=True)
class _Table:
    """A TOML table that knows where it stands, so that each complaint names file, entry and field."""

    file: str
    entry: str
    values: Mapping[str, object]
    prefix: str = ""

    def at(self, entry: str) -> _Table:
        return _Table(self.file, entry, self.values)

    def error(self, name: str, problem: str) -> SpecError:
        parts = (self.file, self.entry, self.prefix + name, problem)
        return SpecError(": ".join(part for part in parts if part))

    def only(self, *names: str) -> None:
        for name in self.values:
            if name not in names:
                raise self.error(_printable(name), f"unknown key, expected one of {', '.join(names)}")

    def get(self, name: str, kind: type[_T], expected: str) -> _T | None:
        value = self.values.get(name)
        if value is None:
            return None
        if type(value) is not kind:  # not isinstance: True is no number
            raise self.error(name, f"got {value!r}, expected {expected}")
        return value

    def need(self, name: str, kind: type[_T], expected: str) -> _T:
        value = self.get(name, kind, expected)
        if value is None:
            raise self.error(name, f"missing, expected {expected}")
        return value

    def word(self, name: str) -> str:
        return self.need(name, str, "text")

    def text(self, name: str) -> str:
        text = _one_line(self.word(name))
        if not text:
            raise self.error(name, "is empty, expected text")
        return text

    def flag(self, name: str, default: bool) -> bool:
        value = self.get(name, bool, "true or false")
        return default if value is None else value

    def optional_text(self, name: str) -> str | None:
        return self.text(name) if name in self.values else None

    def choice(self, name: str, allowed: Iterable[str]) -> str:
        return self._one_of(name, self.word(name), allowed)

    def _one_of(self, name: str, value: str, allowed: Iterable[str]) -> str:
        if value not in allowed:
            raise self.error(name, f"got {value!r}, expected one of {', '.join(allowed)}")
        return value

    def number(self, name: str) -> int:
        number = self.need(name, int, "a whole number from 1")
        if number < 1:
            raise self.error(name, f"got {number}, expected a whole number from 1")
        return number

    def optional_number(self, name: str) -> int | None:
        return self.number(name) if name in self.values else None

    def texts(self, name: str, allowed: Iterable[str] | None = None) -> tuple[str, ...]:
        texts: list[str] = []
        for value in self.get(name, list, "a list of texts") or ():
            if not isinstance(value, str) or not value.strip():
                raise self.error(name, f"got {value!r} in the list, expected text")
            if value in texts:
                raise self.error(name, f"got {value!r} twice")
            texts.append(value if allowed is None else self._one_of(name, value, allowed))
        return tuple(texts)

    def table(self, name: str) -> _Table:
        values: dict[str, object] = self.need(name, dict, "a table")
        return _Table(self.file, self.entry, values, f"{self.prefix}{name}.")

    def tables(self, name: str) -> list[_Table]:
        values = self.need(name, list, f"[[{name}]] tables")
        if not values:
            raise self.error(name, f"is empty, expected [[{name}]] tables")
        for value in values:
            if not isinstance(value, dict):
                raise self.error(name, f"got {value!r} in the list, expected [[{name}]] tables")
        return [_Table(self.file, f"{name} {at}", value) for at, value in enumerate(values, 1)]


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _printable(name: str) -> str:
    return name if name.isprintable() and name else repr(name)


def _read(entry: Traversable, file: str) -> _Table:
    try:
        return _Table(file, "", tomllib.loads(entry.read_bytes().decode("utf-8")))
    except tomllib.TOMLDecodeError as error:
        raise SpecError(f"{file}: not TOML: {_one_line(str(error))}") from None
    except UnicodeDecodeError as error:
        raise SpecError(f"{file}: not UTF-8: byte {error.start}") from None


def _documents(table: _Table) -> dict[str, str]:
    """The titles by key."""
    titles = {}
    for key in table.values:
        document = _Table(table.file, f"[{_printable(key)}]", table.need(key, dict, "a table with a title"))
        document.only("title")
        titles[key] = document.text("title")
    return titles


def _family(table: _Table, titles: Mapping[str, str], homes: dict[str, _Table]) -> tuple[int, Family]:
    """The family of one file and its place in the order; each requirement's table goes into `homes`."""
    table.only("family", "requirement")
    head = _Table(table.file, "[family]", table.need("family", dict, "a [family] table"))
    head.only("id", "title", "order", "surfaces", "wraps")
    id = head.word("id")
    if not _FAMILY_ID.fullmatch(id):
        raise head.error("id", f"got {id!r}, expected two capital letters, as in SK")
    surfaces = head.texts("surfaces", SURFACES)
    if not surfaces:
        raise head.error("surfaces", f"missing, expected a list of {', '.join(SURFACES)}")
    family = Family(
        id=id,
        title=head.text("title"),
        surfaces=surfaces,
        requirements=tuple(
            _requirement(each, id, head.flag("wraps", False), titles, homes)
            for each in table.tables("requirement")
        ),
    )
    return head.number("order"), family


def _requirement(
    table: _Table, family: str, wraps: bool, titles: Mapping[str, str], homes: dict[str, _Table]
) -> Requirement:
    id = _id(table, family)
    table = table.at(id)
    if id in homes:
        raise table.error("id", f"is already in {homes[id].file}")
    homes[id] = table
    table.only(
        *("id", "level", "origin", "rule", "source"),
        *("reading", "look_at", "requires", "related", "untested", "wraps"),
    )
    rule = table.text("rule")
    if not rule.endswith("."):
        raise table.error("rule", f"got {rule[-20:]!r} at its end, expected a full stop")
    return Requirement(
        id=id,
        clause=id[:-1],
        family=family,
        level=table.choice("level", LEVELS),
        origin=table.choice("origin", ORIGINS),
        rule=rule,
        source=_source(table.table("source"), titles),
        reading=table.optional_text("reading"),
        look_at=table.text("look_at"),
        requires=table.texts("requires"),
        related=table.texts("related"),
        untested=table.optional_text("untested"),
        wraps=table.flag("wraps", wraps),
    )


def _id(table: _Table, family: str) -> str:
    id = table.word("id")
    if not _REQUIREMENT_ID.fullmatch(id):
        raise table.error("id", f"got {id!r}, expected family, number and letter, as in {family}-5a")
    if not id.startswith(f"{family}-"):
        raise table.at(id).error("id", f"is of another family, expected {family}-")
    return id


def _source(table: _Table, titles: Mapping[str, str]) -> Source:
    table.only("document", "section", "number", "line")
    return Source(
        document=titles[table.choice("document", titles)],
        section=table.text("section"),
        number=table.optional_number("number"),
        line=table.optional_number("line"),
    )


def _check_references(specification: Specification, homes: Mapping[str, _Table]) -> None:
    """Every id that is named exists, and no requirement needs itself, directly or not."""
    for each in specification:
        for name, ids in (("requires", each.requires), ("related", each.related)):
            for id in ids:
                if id not in specification:
                    near = difflib.get_close_matches(id, homes, n=3)
                    hint = f"; near: {', '.join(near)}" if near else ""
                    raise homes[each.id].error(name, f"got {id!r}, expected the id of a requirement{hint}")
    try:
        graphlib.TopologicalSorter({each.id: each.requires for each in specification}).prepare()
    except graphlib.CycleError as error:
        cycle: list[str] = error.args[1][::-1]
        raise homes[cycle[0]].error("requires", f"goes round in a circle: {' -> '.join(cycle)}") from None

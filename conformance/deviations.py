"""Deviations that a project declares: the file, and what a declaration makes of a verdict."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from streamtck.outcomes import describe
from streamtck.spec import SpecError, Specification
from streamtck.subjects import Subject
from streamtck.verdicts import Result, Verdict

KEYS = ("id", "reason", "subject", "link", "versions")

FILE = ("deviation",)
PYPROJECT = ("tool", "streamtck", "deviation")
"""Where the entries stand in a file of their own, and in pyproject.toml."""

DEVIATES = (Verdict.FAIL, Verdict.WARN)
"""What a declaration covers."""

OPEN = (Verdict.BLOCKED, Verdict.ERROR, Verdict.TIMEOUT, Verdict.CRASH)
"""What says nothing about whether a declaration still holds."""


class DeviationError(ValueError):
    """A file of deviations cannot be used. The message is one line."""


@dataclass(frozen=True, slots=True)
class Deviation:
    """One entry of the file: none of the requirements `ids`, which its `id` matches, need be met.

    `reason` says why, `link` where more is said, `place` where the entry begins (`deviations.toml, line 3`).
    Without a `subject` the entry is for every subject, without `versions` for every version of it.
    """

    id: str
    reason: str
    subject: str | None
    ids: frozenset[str]
    place: str
    link: str = ""
    versions: SpecifierSet | None = None

    def covers(self, id: str, subject: Subject) -> bool:
        """Whether the entry is about this requirement of this subject, in the version that is judged."""
        return id in self.ids and self.meant(subject) and self._in_range(subject)

    def meant(self, subject: Subject) -> bool:
        """Whether the entry is about this subject, in whatever version."""
        return self.subject in (None, subject.name, subject.given)

    def _in_range(self, subject: Subject) -> bool:
        return self.versions is None or self.versions.contains(version_of(subject, self), prereleases=True)

    def told_at(self, subject: Subject) -> str:
        """The requirement whose item is red when the entry is stale: the first in the report's order."""
        return next(each.id for each in subject.plan if each.id in self.ids)

    def holds(self, subject: Subject) -> bool:
        """Whether anything that the entry matches deviates, or may do so behind what hides it."""
        verdicts = (subject.engine.decide(each.id).verdict for each in subject.plan if each.id in self.ids)
        return any(verdict in DEVIATES or verdict in OPEN for verdict in verdicts)


def apply(
    result: Result, subject: Subject, deviations: Sequence[Deviation], subjects: Sequence[Subject]
) -> Result:
    """The engine's result in the light of what is declared: `known` with its reason, stale, or as it was.

    `subjects` are all those of the run; which requirements of them are selected does not matter.
    """
    covering = [each for each in deviations if each.covers(result.id, subject)]
    if covering and result.verdict in DEVIATES:
        closest = min(covering, key=lambda each: (len(each.ids), each.subject is None))
        return replace(result, verdict=Verdict.KNOWN, reason=closest.reason, link=closest.link)
    stale = [each for each in covering if each.told_at(subject) == result.id and not each.holds(subject)]
    if not stale:
        return result
    said = [result.message] if result.message else []
    return replace(
        result, message="; ".join([*said, *(_advice(each, result, subjects) for each in stale)]), stale=True
    )


def _advice(entry: Deviation, result: Result, subjects: Sequence[Subject]) -> str:
    """What is no longer true of an entry, and what to do about it."""
    found = f"nothing that {entry.id} matches deviates"
    if len(entry.ids) == 1:
        state = "met" if result.verdict is Verdict.PASS else result.verdict
        found = f"declared as a deviation, but {state}"
    needed = [each.name for each in subjects if entry.covers(result.id, each) and entry.holds(each)]
    if needed:
        names = " and another to ".join(f'subject = "{name}"' for name in needed)
        return f"{found}; limit the entry in {entry.place} ({entry.id}) to {names}"
    return f"{found}; delete the entry in {entry.place}: {entry.id}"


def version_of(subject: Subject, entry: Deviation) -> Version:
    """The version that is judged. DeviationError where it is unknown: the entry asks for it."""
    _, version = subject.adapter.provenance()
    try:
        return Version(version or "")
    except InvalidVersion:
        known = (
            f"is {version!r}, no version by PEP 440" if version else "is unknown: no distribution brings it"
        )
        raise DeviationError(
            f"{entry.place}: versions: the version of {subject.name} {known}; leave versions out, "
            f"or limit the entry to another one with subject"
        ) from None


def load(path: Path, specification: Specification, shown: str | None = None) -> tuple[Deviation, ...]:
    """Read a file of [[deviation]] tables; `shown` is its name in messages. DeviationError, one line.

    A file without entries is legal: it is what stays when the last deviation is gone.
    """
    text = _read(path)
    return _entries(text, _tables(_parsed(text)), FILE, specification, shown or path.name)


def load_pyproject(path: Path, specification: Specification) -> tuple[Deviation, ...]:
    """Read the [[tool.streamtck.deviation]] tables of a pyproject.toml; one that is not there has none."""
    if not path.is_file():
        return ()
    text = _read(path)
    if not re.search(r"\bstreamtck\b", text):
        return ()
    tool = _parsed(text).get("tool", {})
    table = tool.get("streamtck", {}) if isinstance(tool, dict) else {}
    if not isinstance(table, dict):
        raise DeviationError(f"tool.streamtck: got {describe(table)}, expected a table")
    return _entries(text, _tables(table, "tool.streamtck."), PYPROJECT, specification, path.name)


def _entries(
    text: str,
    tables: list[dict[str, object]],
    keys: tuple[str, ...],
    specification: Specification,
    shown: str,
) -> tuple[Deviation, ...]:
    """The entries of the tables that stand under `keys` in a file."""
    entries: list[Deviation] = []
    for line, table in zip(_lines(text, keys), tables, strict=True):
        entry = _entry(table, line, specification, shown)
        for other in entries:
            if (other.ids, other.subject, other.versions) == (entry.ids, entry.subject, entry.versions):
                raise DeviationError(f"line {line}: id: {entry.id} is already declared: {other.place}")
        entries.append(entry)
    return tuple(entries)


def _read(path: Path) -> str:
    if path.is_dir():
        raise DeviationError("is a folder, expected a TOML file")
    try:
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except FileNotFoundError:
        raise DeviationError(f"there is no file {path}") from None
    except UnicodeDecodeError as error:
        raise DeviationError(f"not UTF-8: byte {error.start}") from None
    except OSError as error:
        raise DeviationError(f"cannot be read: {error.strerror}") from None


def _parsed(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DeviationError(f"not TOML: {' '.join(str(error).split())}") from None


def _tables(document: dict[str, Any], prefix: str = "") -> list[dict[str, object]]:
    """The tables of the entries, their contents still unchecked; `prefix` is what stands before the name."""
    for name in document:
        if name != "deviation":
            raise DeviationError(f"unknown key {prefix + name!r}, expected [[{prefix}deviation]] tables only")
    tables = document.get("deviation", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise DeviationError(
            f"{prefix}deviation: got {describe(tables)}, expected [[{prefix}deviation]] tables"
        )
    return tables


def _lines(text: str, keys: tuple[str, ...]) -> Iterator[int]:
    """The line of each entry: its [[deviation]], or where it ends in `deviation = [{...}, ...]`."""
    lines = text.split("\n")
    known = 0
    for number, line in enumerate(lines, 1):
        if set(line) & set("[]{}"):
            found = _count("\n".join(lines[:number]), keys)
            yield from [number] * (found - known)
            known = max(found, known)


def _count(text: str, keys: tuple[str, ...]) -> int:
    """How many entries are in the beginning of a file, which may break off in a list or within an entry."""
    for ending in ("", "\n]"):
        try:
            found: Any = tomllib.loads(text + ending)
        except tomllib.TOMLDecodeError:
            continue
        for key in keys:
            found = found.get(key, {})
        return len(found)
    return 0


def _entry(table: dict[str, object], line: int, specification: Specification, shown: str) -> Deviation:
    for name in table:
        if name not in KEYS:
            raise DeviationError(f"line {line}: unknown key {name!r}, expected one of {', '.join(KEYS)}")
    id, reason = _text(table, "id", line), _text(table, "reason", line)
    subject = _text(table, "subject", line) if "subject" in table else None
    try:
        ids = specification.select([id])
    except SpecError as error:
        raise DeviationError(f"line {line}: id: {error}") from None
    versions = _versions(table, line) if "versions" in table else None
    link = _link(table, line) if "link" in table else ""
    return Deviation(id, reason, subject, ids, f"{shown}, line {line}", link, versions)


def _versions(table: dict[str, object], line: int) -> SpecifierSet:
    text = _text(table, "versions", line)
    try:
        return SpecifierSet(text)
    except InvalidSpecifier:
        raise DeviationError(
            f"line {line}: versions: got {text!r}, expected a range by PEP 440, as '<1.4' or '>=1.2,<2'"
        ) from None


def _link(table: dict[str, object], line: int) -> str:
    link = _text(table, "link", line)
    if not re.fullmatch(r"https?://[^\s/]\S*", link):
        raise DeviationError(f"line {line}: link: got {describe(link)}, expected an http or https address")
    return link


def _text(table: dict[str, object], name: str, line: int) -> str:
    if name not in table:
        raise DeviationError(f"line {line}: {name}: missing, expected text")
    value = table[name]
    if not isinstance(value, str):
        raise DeviationError(f"line {line}: {name}: got {describe(value)}, expected text")
    text = " ".join(value.split())
    if not text:
        raise DeviationError(f"line {line}: {name}: is empty, expected text")
    return text

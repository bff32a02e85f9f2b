"""Deviations that a project declares: the file, and what a declaration makes of a verdict."""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from streamtck.outcomes import describe
from streamtck.spec import SpecError, Specification
from streamtck.subjects import Subject
from streamtck.verdicts import Result, Verdict

KEYS = ("id", "reason", "subject")

DEVIATES = (Verdict.FAIL, Verdict.WARN)
"""What a declaration covers."""

OPEN = (Verdict.BLOCKED, Verdict.ERROR, Verdict.TIMEOUT, Verdict.CRASH)
"""What says nothing about whether a declaration still holds."""


class DeviationError(ValueError):
    """A file of deviations cannot be used. The message is one line."""


@dataclass(frozen=True, slots=True)
class Deviation:
    """One entry of the file: none of the requirements `ids`, which its `id` matches, need be met.

    `reason` says why, `place` where the entry begins (`deviations.toml, line 3`). Without a `subject` the
    entry is for every subject.
    """

    id: str
    reason: str
    subject: str | None
    ids: frozenset[str]
    place: str

    def covers(self, id: str, subject: Subject) -> bool:
        """Whether the entry is about this requirement of this subject."""
        return id in self.ids and self.subject in (None, subject.name, subject.given)

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
        return replace(result, verdict=Verdict.KNOWN, reason=closest.reason)
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


def load(path: Path, specification: Specification, shown: str | None = None) -> tuple[Deviation, ...]:
    """Read a file of [[deviation]] tables; `shown` is its name in messages. DeviationError, one line.

    A file without entries is legal: it is what stays when the last deviation is gone.
    """
    text = _read(path)
    tables = _tables(text)
    entries: list[Deviation] = []
    for line, table in zip(_lines(text), tables, strict=True):
        entry = _entry(table, line, specification, shown or path.name)
        for other in entries:
            if (other.ids, other.subject) == (entry.ids, entry.subject):
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


def _tables(text: str) -> list[dict[str, object]]:
    """The tables of the file, their contents still unchecked."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DeviationError(f"not TOML: {' '.join(str(error).split())}") from None
    for name in document:
        if name != "deviation":
            raise DeviationError(f"unknown key {name!r}, expected [[deviation]] tables only")
    tables = document.get("deviation", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise DeviationError(f"deviation: got {describe(tables)}, expected [[deviation]] tables")
    return tables


def _lines(text: str) -> Iterator[int]:
    """The line of each entry: its [[deviation]], or where it ends in `deviation = [{...}, ...]`."""
    lines = text.split("\n")
    known = 0
    for number, line in enumerate(lines, 1):
        if set(line) & set("[]{}"):
            found = _count("\n".join(lines[:number]))
            yield from [number] * (found - known)
            known = max(found, known)


def _count(text: str) -> int:
    """How many entries are in the beginning of a file, which may break off in a list or within an entry."""
    for ending in ("", "\n]"):
        try:
            return len(tomllib.loads(text + ending).get("deviation", []))
        except tomllib.TOMLDecodeError:
            continue
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
    return Deviation(id, reason, subject, ids, f"{shown}, line {line}")


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

"""Two reports compared: what is fixed, broken, new, gone, and what else changed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from streamtck.report.build import LOST
from streamtck.report.figures import visible, why_incomplete
from streamtck.report.read import ReportError
from streamtck.verdicts import DECIDED, Verdict

Data = dict[str, Any]

NOT_MET = (Verdict.FAIL, Verdict.WARN, Verdict.KNOWN, *LOST)
TELLS = (*DECIDED, Verdict.OBSERVED, *LOST)
"""Verdicts of what was looked at; the others only say why nothing is known."""


@dataclass(slots=True)
class Difference:
    """The lines of each kind; only `broken` is a step back. `notes` says what else was not the same."""

    notes: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    fixed: list[str] = field(default_factory=list)
    new: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    other: list[str] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """The comparison as text."""
        yield from map(visible, self.notes)
        for name in ("broken", "fixed", "new", "gone", "other"):
            for line in getattr(self, name):
                yield f"{name:<7} {visible(line)}"
        if not any((self.broken, self.fixed, self.new, self.gone, self.other)):
            yield "no requirement changed"


def compare(old: Data, new: Data, names: tuple[Path, Path]) -> Difference:
    """What changed from one report to the other, implementation by implementation, matched by name.

    ReportError where one is not complete, or they have no implementation in common.
    """
    for document, path in zip((old, new), names, strict=True):
        if why := why_incomplete(document):
            raise ReportError(
                f"{path}: is not complete ({why}), so nothing can be said about the rest; run all of it"
            )
    before = {each["name"]: each for each in old["implementations"]}
    after = {each["name"]: each for each in new["implementations"]}
    if not before.keys() & after.keys():
        had, has = ", ".join(before), ", ".join(after)
        raise ReportError(f"no implementation is in both: {names[0]} has {had}, {names[1]} has {has}")
    found = Difference()
    for key in ("version", "budget", "seed", "python"):
        if old["kit"][key] != new["kit"][key]:
            found.notes.append(f"note: {key} of the run: {old['kit'][key]} -> {new['kit'][key]}")
    for name in dict.fromkeys([*before, *after]):
        if name not in after:
            found.gone.append(f"{name}: the whole implementation")
        elif name not in before:
            found.new.append(f"{name}: the whole implementation")
        else:
            _compare(before[name], after[name], found, f"{name} " if len(before) + len(after) > 2 else "")
    return found


def _compare(old: Data, new: Data, found: Difference, prefix: str) -> None:
    versions = [" ".join(filter(None, (each["distribution"], each["version"]))) for each in (old, new)]
    found.notes.append(
        f"{new['name']}: {versions[0] or 'version unknown'} -> {versions[1] or 'version unknown'}"
    )
    before = {row["id"]: row for row in old["requirements"]}
    after = {row["id"]: row for row in new["requirements"]}
    for id in dict.fromkeys([*before, *after]):
        kind = _kind(before.get(id), after.get(id))
        if kind:
            getattr(found, kind).append(f"{prefix}{_said(before.get(id), after.get(id))}")


def _kind(old: Data | None, new: Data | None) -> str | None:
    """Which kind of change it is, None for none worth telling."""
    was = old["verdict"] if old and old["verdict"] in TELLS else None
    now = new["verdict"] if new and new["verdict"] in TELLS else None
    if was and now:
        if now in NOT_MET and was not in NOT_MET:
            return "broken"
        if was in NOT_MET and now not in NOT_MET:
            return "fixed"
    elif now:
        return "new"
    elif was:
        return "gone"
    if old is None or new is None:
        return "new" if new else "gone"
    same = old["verdict"] == new["verdict"] and old["observed"] == new["observed"]
    return None if same else "other"


def _said(old: Data | None, new: Data | None) -> str:
    row: Data = new or old or {}
    verdicts = f"{old['verdict'] if old else 'not there'} -> {new['verdict'] if new else 'not there'}"
    said = row["message"] if new else ""
    if old and new and old["verdict"] == new["verdict"]:
        keys = dict.fromkeys([*old["observed"], *new["observed"]])
        pairs = ((key, old["observed"].get(key), new["observed"].get(key)) for key in keys)
        said = "; ".join(
            f"{key}: {was or 'not seen'} -> {now or 'not seen'}" for key, was, now in pairs if was != now
        )
        verdicts = new["verdict"]
    if old and new and new["verdict"] == "pass" and old["verdict"] in NOT_MET:
        said = f"was: {old['message']}"
    return f"{row['id']} {row['level']}: {verdicts}{f': {said}' if said else ''}"

"""The compliance report as data, in the form that schema.json fixes."""

import platform
from collections.abc import Mapping
from typing import Any, Protocol

from streamtck import __version__
from streamtck.spec import Requirement
from streamtck.subjects import Subject
from streamtck.verdicts import DECIDED, Verdict

LOST = ("error", "timeout", "crash")
"""Verdicts that are red and say nothing about the requirement."""

WHERE_TOLD = ("call", "got", "wanted", "reason", "link", "asked")
"""Fields of a row that are left out where there is nothing to say."""

SCHEMA = "streamtck-report/1"

NOT_SELECTED = "not selected"
"""The message of a requirement that a partial run was not asked about."""

Data = dict[str, Any]


class Asked(Protocol):
    """How far a run looked, with which seed, and whether at few streams, and at large content too."""

    @property
    def budget(self) -> str: ...

    @property
    def seed(self) -> int: ...

    @property
    def dear(self) -> bool: ...

    @property
    def large(self) -> bool: ...


def document(
    subjects: list[Subject], results: Mapping[tuple[str, str], Data], options: Asked, selection: str | None
) -> Data:
    """The report of a run: every requirement of the specification for every subject, decided or not.

    `complete` is true only where everything was asked for and every verdict came in.
    """
    everything = all((subject.name, each.id) in results for subject in subjects for each in subject.plan)
    return {
        "schema": SCHEMA,
        "complete": everything and selection is None,
        "selection": selection,
        "kit": {
            "version": __version__,
            "python": platform.python_version(),
            "platform": platform.platform(terse=True),
            "budget": options.budget,
            "seed": options.seed,
            **({"latency_aware": True} if options.dear else {}),
            **({"large": True} if options.large else {}),
        },
        "implementations": [_implementation(subject, results, selection) for subject in subjects],
    }


def _implementation(subject: Subject, results: Mapping[tuple[str, str], Data], selection: str | None) -> Data:
    distribution, version = subject.adapter.provenance()
    missing = NOT_SELECTED if selection else "not reached: the run broke off"
    requirements = [
        _requirement(each, results.get((subject.name, each.id)), missing) for each in subject.plan
    ]
    counts = {str(verdict): 0 for verdict in Verdict}
    for requirement in requirements:
        counts[requirement["verdict"]] += 1
    return {
        "name": subject.name,
        "subject": subject.given,
        "distribution": distribution,
        "version": version,
        "surfaces": list(subject.adapter.surfaces),
        "operations": subject.operations,
        "summary": counts,
        "requirements": requirements,
    }


def _requirement(requirement: Requirement, result: Data | None, missing: str) -> Data:
    head = {"id": requirement.id, "clause": requirement.clause, "level": requirement.level}
    if result is None:
        rest: Data = {
            "verdict": "untested",
            "message": missing,
            "reproducer": None,
            "blocked_by": None,
            "observed": {},
        }
        return {**head, **rest, "duration_s": 0.0}
    kept = ["verdict", "message", "reproducer", "blocked_by", "observed", "duration_s"]
    kept += [name for name in WHERE_TOLD if result[name]]
    return {**head, **{name: result[name] for name in kept}}


def decided(implementation: Data) -> bool:
    """Whether anything at all was decided about an implementation."""
    return any(implementation["summary"][verdict] for verdict in DECIDED)


def sentence(implementation: Data) -> str:
    """The closing sentence: how many MUST requirements were decided, which are not met, what is left."""
    rows = implementation["requirements"]
    must = [row for row in rows if row["level"] in ("MUST", "MUST NOT")]
    parts = [f"{_decided(must)} of {len(must)} MUST requirements decided, {_met(must)}"]
    for verdict in ("blocked", *LOST, "unsupported", "untested"):
        ids = [row["id"] for row in must if row["verdict"] == verdict]
        named = f" ({', '.join(ids)})" if verdict in LOST else ""
        parts += [f"{len(ids)} {verdict}{named}"] if ids else []
    warned = [row["id"] for row in rows if row["verdict"] == "warn"]
    parts += [f"{len(warned)} SHOULD not met ({', '.join(warned)})"] if warned else []
    known = [row["id"] for row in rows if row["verdict"] == "known" and row["level"] == "SHOULD"]
    parts += [f"{len(known)} SHOULD not met as declared ({', '.join(known)})"] if known else []
    return "; ".join(parts) + "."


def _decided(rows: list[Data]) -> int:
    return sum(row["verdict"] in DECIDED for row in rows)


def _met(must: list[Data]) -> str:
    failed = [row["id"] for row in must if row["verdict"] == "fail"]
    known = sum(row["verdict"] == "known" for row in must)
    not_met = [f"{len(failed)} not met ({', '.join(failed)})"] if failed else []
    if known:
        met = sum(row["verdict"] == "pass" for row in must)
        return ", ".join([f"{met} met", *not_met, f"{known} known deviation{'s' if known > 1 else ''}"])
    if not_met:
        return not_met[0]
    if not _decided(must):
        return "so nothing is shown"
    return "these met" if any(row["verdict"] in LOST for row in must) else "all met"

"""Several reports as one: the implementations of a matrix, or the parts that several machines judged."""

from pathlib import Path
from typing import Any

from streamtck.report.build import NOT_SELECTED
from streamtck.report.figures import why_incomplete
from streamtck.report.read import ReportError
from streamtck.verdicts import Verdict

Data = dict[str, Any]
Part = tuple[Path, Data, Data]
"""A file, its report and one implementation in it."""

SAME = ("version", "budget", "seed")
"""What the runs of one report have in common."""


def matrix(documents: list[Data], paths: list[Path]) -> Data:
    """One report of the implementations of several complete ones. ReportError with the reason against it."""
    for document, path in zip(documents, paths, strict=True):
        if why := why_incomplete(document):
            raise ReportError(f"{path}: is not complete ({why}), so it cannot be compared; run all of it")
    parts = _parts(documents, paths)
    for name, found in parts.items():
        if len(found) > 1:
            raise ReportError(
                f"{found[0][0]} and {found[1][0]} both have the implementation {name}; leave one out"
            )
    return _document(documents, [each for _, _, each in (found[0] for found in parts.values())])


def merge(documents: list[Data], paths: list[Path]) -> Data:
    """One complete report of parts: each has some implementations, or some requirements of one.

    ReportError with the reason where they contradict each other, or leave something out.
    """
    for document, path in zip(documents, paths, strict=True):
        if not document["complete"] and document["selection"] is None:
            raise ReportError(f"{path}: the run broke off; run it again")
    return _document(documents, [_joined(name, found) for name, found in _parts(documents, paths).items()])


def _parts(documents: list[Data], paths: list[Path]) -> dict[str, list[Part]]:
    """The implementations by name. ReportError where the runs were not the same."""
    for document, path in zip(documents, paths, strict=True):
        for key in SAME:
            if document["kit"][key] != documents[0]["kit"][key]:
                raise ReportError(
                    f"{path}: {key} {document['kit'][key]}, but {documents[0]['kit'][key]} in {paths[0]}; "
                    f"run both with the same"
                )
    parts: dict[str, list[Part]] = {}
    for document, path in zip(documents, paths, strict=True):
        for implementation in document["implementations"]:
            parts.setdefault(implementation["name"], []).append((path, document, implementation))
    return parts


def _document(documents: list[Data], implementations: list[Data]) -> Data:
    kit = dict(documents[0]["kit"])
    for key in ("python", "platform"):
        kit[key] = ", ".join(dict.fromkeys(document["kit"][key] for document in documents))
    return {
        "schema": documents[0]["schema"],
        "complete": True,
        "selection": None,
        "kit": kit,
        "implementations": implementations,
    }


def _joined(name: str, found: list[Part]) -> Data:
    """One implementation out of its parts, each requirement from the part that judged it."""
    first, document, whole = found[0]
    for path, other, part in found[1:]:
        for key in ("subject", "distribution", "version", "surfaces", "operations"):
            if part[key] != whole[key]:
                raise ReportError(
                    f"{path}: {key} of {name} is not that of {first}: {part[key]}, not {whole[key]}"
                )
        if other["kit"]["python"] != document["kit"]["python"]:
            raise ReportError(f"{path}: {name} ran on another Python than in {first}")
    ids = list(dict.fromkeys(row["id"] for _, _, part in found for row in part["requirements"]))
    rows = [_row(id, name, found) for id in ids]
    missing = [id for id, row in zip(ids, rows, strict=True) if row is None]
    if missing:
        more = f" and {len(missing) - 1} more" if missing[1:] else ""
        raise ReportError(f"not complete: {missing[0]}{more} of {name} is in none of the reports")
    requirements = [row for row in rows if row is not None]
    summary = {str(verdict): sum(row["verdict"] == verdict for row in requirements) for verdict in Verdict}
    return {**whole, "summary": summary, "requirements": requirements}


def _row(id: str, name: str, found: list[Part]) -> Data | None:
    """The row of the part that judged a requirement, None where none did."""
    judged = [
        (path, row)
        for path, _, part in found
        for row in part["requirements"]
        if row["id"] == id and not _left_out(row)
    ]
    for path, row in judged[1:]:
        if row["verdict"] != judged[0][1]["verdict"]:
            first, said = judged[0][0], judged[0][1]["verdict"]
            raise ReportError(f"{id} of {name} is {said} in {first}, but {row['verdict']} in {path}")
    return judged[0][1] if judged else None


def _left_out(row: Data) -> bool:
    return bool(row["verdict"] == "untested" and row["message"] == NOT_SELECTED)

"""What was found out about a subject, piece by piece, in a form that outlives the process that found it."""

import contextlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from streamtck.verdicts import Result, Verdict
from streamtck.violation import Violation
from streamtck.watch import WATCH, Crashed, Gone, Hung, in_time

Looked = tuple[Violation | None, Result]
Data = dict[str, Any]


@dataclass(slots=True)
class Found:
    """What the search of one surface's sequences came to."""

    found: Violation | None
    found_beside: Violation | None
    observed: dict[str, str]
    decided: int
    reason: str
    lacking: bool


@dataclass
class Notes:
    """What is known: verdicts, what each requirement's own check found, sequences by surface, what is gone.

    A unit is what is run in one piece: a requirement's own check, or the search of one surface's sequences.
    """

    results: dict[str, Result] = field(default_factory=dict)
    looked: dict[str, Looked] = field(default_factory=dict)
    sequences: dict[str, Found] = field(default_factory=dict)
    gone: dict[str, Gone] = field(default_factory=dict)

    @contextlib.contextmanager
    def unit(self, name: str) -> Iterator[None]:
        """One unit is under way; raises Hung where it takes too long, Gone at once where it did before."""
        if name in self.gone:
            raise self.gone[name]
        with in_time("the requirement", WATCH.limit, summed=True):
            yield

    def keep(self, kind: str, key: str, value: Any) -> None:
        """Remember one of the `results`, `looked` or `sequences`."""
        getattr(self, kind)[key] = value


def sequences_of(surface: str) -> str:
    """The unit that is the search of a surface's sequences."""
    return f"sequences {surface}"


def as_data(kind: str, value: Any) -> Any:
    """A thing to be kept, as JSON takes it."""
    if kind == "looked":
        violation, result = value
        return [_violation_as_data(violation), asdict(result)]
    if kind == "sequences":
        found = {name: _violation_as_data(getattr(value, name)) for name in ("found", "found_beside")}
        rest = ("observed", "decided", "reason", "lacking")
        return found | {name: getattr(value, name) for name in rest}
    return asdict(value)


def from_data(kind: str, data: Any) -> Any:
    """The same back. Raises KeyError, TypeError or ValueError where it is none."""
    if kind == "looked":
        violation, result = data
        return _violation(violation), _result(result)
    if kind == "sequences":
        found = {name: _violation(data[name]) for name in ("found", "found_beside")}
        return Found(**{**data, **found})
    return _result(data)


def _violation_as_data(violation: Violation | None) -> Data | None:
    return None if violation is None else {**asdict(violation), "features": sorted(violation.features)}


def _violation(data: Data | None) -> Violation | None:
    return None if data is None else Violation(**{**data, "features": frozenset(data["features"])})


def _result(data: Data) -> Result:
    return Result(**{**data, "verdict": Verdict(data["verdict"])})


def gone_as_data(gone: Gone) -> Data:
    """How a subject was lost, as JSON takes it."""
    return {"crashed": isinstance(gone, Crashed), "how": gone.how, "call": gone.call, "script": gone.script}


def gone_from_data(data: Data) -> Gone:
    """The same back."""
    gone = (Crashed if data["crashed"] else Hung)(str(data["how"]))
    gone.call, gone.script = data["call"], data["script"]
    return gone

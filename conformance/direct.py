"""Judging a stream from Python: `streamtck.check(open_stream)`, and the report that it gives."""

import inspect
import sys
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from streamtck.adapters import Adapter, CallableAdapter, resolve
from streamtck.adapters.callables import INPUTS, require_one_argument
from streamtck.adapters.resolve import file_opening
from streamtck.cases import BUDGETS
from streamtck.deviations import Deviation, apply
from streamtck.replay import NOT_IMPORTABLE
from streamtck.report import build
from streamtck.report.terminal import failure_block
from streamtck.session import as_data
from streamtck.spec import Specification, load
from streamtck.subjects import Subject, looked_at
from streamtck.verdicts import DECIDED, LEVELS, Result, is_red

Openable = Callable[..., Any] | Adapter | type[Adapter] | str
"""A stream to judge: a callable, an adapter, or a SUBJECT as after --impl."""


class NotConformant(AssertionError):
    """A stream does not keep what it was checked for; `report` holds all verdicts, the text what is red."""

    def __init__(self, report: "Report") -> None:
        super().__init__(str(report))
        self.report = report


@dataclass(frozen=True, slots=True)
class Report:
    """The verdicts on one stream. `document` is the JSON report; `red` is what breaks a build: text by id."""

    document: dict[str, Any]
    red: Mapping[str, str]

    @property
    def verdicts(self) -> dict[str, str]:
        """The verdict by requirement id."""
        return {row["id"]: row["verdict"] for row in self.document["implementations"][0]["requirements"]}

    @property
    def sentence(self) -> str:
        """How many MUST requirements were decided, which are not met, what is left."""
        return build.sentence(self.document["implementations"][0])

    def __str__(self) -> str:
        """What is red, a block each, and the closing sentence."""
        return "\n\n".join([*self.red.values(), self.sentence])


@dataclass(frozen=True, slots=True)
class Wish:
    """How to judge: the options of a run, checked."""

    budget: str = "standard"
    seed: int = 0
    level: str = "must"
    clauses: tuple[str, ...] = ()
    deviations: tuple[Deviation, ...] = ()
    dear: bool = False
    large: bool = False


def check(
    open_stream: Openable,
    *,
    budget: str = "standard",
    seed: int = 0,
    level: str = "must",
    clauses: str | Iterable[str] = (),
    deviations: Mapping[str, str] | None = None,
    input: str | None = None,
    strict: bool = True,
) -> Report:
    """Judge a stream, and raise NotConformant where a run of pytest would be red.

    `open_stream` is what `--impl` takes: a callable that returns an open stream, an adapter, or the words
    that name one. `clauses` are patterns as `SK-*`; `deviations` maps ids or patterns to the reason why they
    need not be met. With `strict=False` the report comes back whatever it says. Raises SubjectError where
    the stream cannot be judged at all, ValueError where an argument is none that is taken.
    """
    __tracebackhide__ = True
    wish = wished(budget, seed, level, clauses, deviations)
    subject = prepared(open_stream, wish, input)
    try:
        report = _report(subject, wish)
    finally:
        subject.close()
    if strict and (report.red or not _decided(report)):
        raise NotConformant(report)
    return report


def wished(
    budget: str,
    seed: int,
    level: str,
    clauses: str | Iterable[str],
    deviations: Mapping[str, str] | None,
) -> Wish:
    """The arguments, checked. Raises ValueError with one line."""
    for name, value, allowed in (("budget", budget, BUDGETS), ("level", level, LEVELS)):
        if value not in allowed:
            raise ValueError(f"{name}={value!r}: expected one of {', '.join(allowed)}")
    specification = load()
    patterns = (clauses,) if isinstance(clauses, str) else tuple(clauses)
    specification.select(patterns)
    return Wish(budget, seed, level, patterns, _declared(deviations or {}, specification))


def _declared(deviations: Mapping[str, str], specification: Specification) -> tuple[Deviation, ...]:
    for id, reason in deviations.items():
        if not isinstance(reason, str) or not reason.strip():
            raise ValueError(f"deviations: {id}: got {reason!r}, expected the reason as text")
    return tuple(
        Deviation(id, " ".join(reason.split()), None, specification.select([id]), "deviations")
        for id, reason in deviations.items()
    )


def prepared(open_stream: Openable, wish: Wish, input: str | None = None) -> Subject:
    """The subject, set up and looked at; the caller closes it."""
    if input is not None and input not in INPUTS:
        raise ValueError(f"input={input!r}: expected one of {', '.join(INPUTS)}")
    adapter = adapter_of(open_stream, input)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        given = open_stream if isinstance(open_stream, str) else adapter.name
        return looked_at(adapter, given, load(), wish.budget, wish.seed)


def adapter_of(open_stream: Openable, input: str | None = None) -> Adapter:
    """The adapter of what is to be judged."""
    if isinstance(open_stream, str):
        return resolve(open_stream, input)
    given: Any = open_stream
    if isinstance(given, type) and issubclass(given, Adapter):
        given = given()
    if isinstance(given, Adapter):
        kind = type(given)
        given.name = given.name or kind.__qualname__
        if "<locals>" in kind.__qualname__:
            given.made_by = given.made_by or f"adapter = {NOT_IMPORTABLE}"
        return given
    if not callable(open_stream):
        raise ValueError(
            f"got {open_stream!r}, expected a callable that returns an open stream, or an adapter"
        )
    name = getattr(open_stream, "__qualname__", type(open_stream).__qualname__)
    require_one_argument(open_stream, name)
    shown = f"{getattr(open_stream, '__module__', '')}.{name.replace('<locals>.', '')}"
    return CallableAdapter(open_stream, shown, _opening(open_stream), input)


def _opening(function: Callable[..., Any]) -> str:
    """Python that brings a callable into a script, where it can be reached from there."""
    module = sys.modules.get(getattr(function, "__module__", None) or "")
    name = getattr(function, "__qualname__", "")
    top = name.partition(".")[0]
    if module is None or not name.isidentifier() or getattr(module, name, None) is not function:
        return f"open_subject = {NOT_IMPORTABLE}"
    file = Path(inspect.getsourcefile(module) or "") if hasattr(module, "__file__") else None
    # A module that is not in a package, such as a test file, is often found in this run only.
    if file is not None and "." not in module.__name__ and file.is_relative_to(Path.cwd()):
        return file_opening(str(file.relative_to(Path.cwd())), top)
    return f"from {module.__name__} import {top} as open_subject"


def judged(subject: Subject, id: str, wish: Wish) -> Result:
    """The verdict on one requirement, in the light of what is declared."""
    return apply(subject.engine.decide(id), subject, wish.deviations, [subject])


def told(subject: Subject, result: Result, wish: Wish) -> str:
    """What a red result says."""
    requirement = load()[result.id]
    if not result.call and result.verdict not in ("fail", "warn", "known", "timeout", "crash"):
        return f"{result.id} {result.verdict}: {result.message}"
    related = {id: judged(subject, id, wish).verdict for id in requirement.related}
    return failure_block(requirement, result, related)


def _report(subject: Subject, wish: Wish) -> Report:
    specification = load()
    wanted = specification.select(wish.clauses) if wish.clauses else None
    results = {
        each.id: judged(subject, each.id, wish)
        for each in subject.plan
        if wanted is None or each.id in wanted
    }
    data = {(subject.name, id): as_data(subject, result) for id, result in results.items()}
    selection = f"clauses={','.join(wish.clauses)}" if wish.clauses else None
    red = {
        id: told(subject, result, wish)
        for id, result in results.items()
        if result.stale or is_red(result.verdict, wish.level)
    }
    return Report(build.document([subject], data, wish, selection), red)


def _decided(report: Report) -> bool:
    return any(verdict in DECIDED for verdict in report.verdicts.values())

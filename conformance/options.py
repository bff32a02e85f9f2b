"""The kit's options, checked: command line first, then the ini keys of the same name."""

import contextlib
import math
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from streamtck.adapters.callables import INPUTS
from streamtck.cases import BUDGETS
from streamtck.deviations import Deviation, DeviationError, load, load_pyproject
from streamtck.report import formats
from streamtck.spec import SpecError, Specification
from streamtck.verdicts import LEVELS

SWITCH = {
    "true": True,
    "yes": True,
    "on": True,
    "1": True,
    "false": False,
    "no": False,
    "off": False,
    "0": False,
}


@dataclass(frozen=True, slots=True)
class Options:
    """What a run was asked for. `patterns` is empty for the whole specification."""

    subjects: tuple[str, ...]
    input: str | None
    reports: tuple[Path, ...]
    level: str
    patterns: tuple[str, ...]
    budget: str
    seed: int
    deviations: tuple[Deviation, ...]
    timeout: float | None
    isolate: bool
    dear: bool
    large: bool


def read(config: pytest.Config, specification: Specification) -> Options:
    """The options of a run. Raises pytest.UsageError with one line for each that cannot be taken."""
    patterns = tuple(part for text in _given(config, "clause") for part in text.split(",") if part.strip())
    try:
        specification.select(patterns)
    except SpecError as error:
        raise pytest.UsageError(f"--tck-clause: {error}") from None
    if _given(config, "clause") and not patterns:
        raise pytest.UsageError("--tck-clause: is empty, expected a pattern as SK-* or SK-1")
    return Options(
        subjects=tuple(dict.fromkeys(_given(config, "impl"))),
        input=_choice(config, "input", INPUTS),
        reports=tuple(dict.fromkeys(_report_path(config, text) for text in _given(config, "report"))),
        level=_choice(config, "level", LEVELS) or "must",
        patterns=patterns,
        budget=_choice(config, "budget", BUDGETS) or "standard",
        seed=_seed(_given(config, "seed")),
        deviations=_deviations(config, specification),
        timeout=_timeout(_given(config, "timeout")),
        isolate=_isolate(_given(config, "isolate")),
        dear=_switch(_given(config, "latency_aware"), "latency_aware"),
        large=_switch(_given(config, "large"), "large"),
    )


def _given(config: pytest.Config, name: str) -> Any:
    """The command line's value, else the ini key's."""
    return config.getoption(f"streamtck_{name}") or config.getini(f"tck_{name}")


def _choice(config: pytest.Config, name: str, allowed: tuple[str, ...]) -> str | None:
    value: str | None = _given(config, name)
    if value is not None and value not in allowed:
        raise pytest.UsageError(f"--tck-{name}={value}: expected one of {', '.join(allowed)}")
    return value


def _seed(text: str | None) -> int:
    if text is None:
        return 0
    try:
        return int(text)
    except ValueError:
        raise pytest.UsageError(f"--tck-seed={text}: expected a whole number, as --tck-seed=7") from None


def _timeout(text: str | None) -> float | None:
    """The time that one requirement may take, in seconds."""
    if text is None:
        return None
    with contextlib.suppress(ValueError):
        seconds = float(text)
        if 0 < seconds < math.inf:
            return seconds
    raise pytest.UsageError(f"--tck-timeout={text}: expected seconds, a positive number, as --tck-timeout=60")


def _switch(given: bool | str | None, name: str) -> bool:
    """An option that is there or not; the ini key is text."""
    wanted = given if isinstance(given, bool) else SWITCH.get((given or "no").lower())
    if wanted is None:
        raise pytest.UsageError(f"tck_{name}={given}: expected true or false")
    return wanted


def _isolate(given: bool | str | None) -> bool:
    """Whether subjects get processes of their own."""
    wanted = _switch(given, "isolate")
    if wanted and not hasattr(os, "fork"):
        raise pytest.UsageError("--tck-isolate: this system cannot fork a process; run without it")
    return wanted


def _deviations(config: pytest.Config, specification: Specification) -> tuple[Deviation, ...]:
    """What the file declares, or pyproject.toml where none is named; with --runxfail nothing is.

    The command line names the file from where pytest is called, the ini key from the ini file's folder,
    which is where pyproject.toml is looked for too.
    """
    given: str | None = config.getoption("streamtck_deviations")
    folder = config.invocation_params.dir
    if given is None:
        given = config.getini("tck_deviations")
        folder = config.inipath.parent if config.inipath else config.rootpath
        if not given:
            return _of_pyproject(config, folder, specification)
    if not given:
        raise pytest.UsageError("--tck-deviations: is empty, expected the name of a TOML file")
    try:
        entries = load(folder / given, specification, given)
    except DeviationError as error:
        raise pytest.UsageError(f"--tck-deviations={given}: {error}") from None
    return () if config.getoption("runxfail", default=False) else entries


def _of_pyproject(config: pytest.Config, folder: Path, specification: Specification) -> tuple[Deviation, ...]:
    try:
        entries = load_pyproject(folder / "pyproject.toml", specification)
    except DeviationError as error:
        raise pytest.UsageError(f"pyproject.toml: {error}") from None
    return () if config.getoption("runxfail", default=False) else entries


def _report_path(config: pytest.Config, text: str) -> Path:
    path = Path(config.invocation_params.dir, text)
    if formats.suffix_of(path.name) is None:
        raise pytest.UsageError(
            f"--tck-report={text}: expected a file name that ends in {formats.expected()}"
        )
    if not path.parent.is_dir():
        raise pytest.UsageError(f"--tck-report={text}: there is no folder {path.parent}; make it first")
    if path.is_dir():
        raise pytest.UsageError(f"--tck-report={text}: is a folder, expected a file name")
    try:
        tempfile.TemporaryFile(dir=path.parent).close()
    except OSError as error:
        raise pytest.UsageError(f"--tck-report={text}: the folder takes no file: {error.strerror}") from None
    return path

"""The registry of checks: which function decides which requirement, on which operations."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from streamtck.cases import ONCE, Case, Cases

if TYPE_CHECKING:
    from streamtck.probe import Probe
    from streamtck.violation import Violation

Function = Callable[["Probe", Case], "Violation | None"]

MODULES = (
    *("invariants", "inputstream", "seekable", "positioned_readable"),
    *("datastore", "python_file", "wrapping"),
)


@dataclass(frozen=True, slots=True)
class Check:
    """A function that decides one requirement. It needs every one of `needs` natively (`a|b`: either)."""

    id: str
    function: Function
    needs: tuple[str, ...]
    cases: Cases

    @property
    def slug(self) -> str:
        """The rule as a verb phrase, for node ids."""
        return self.function.__name__.replace("_", "-")


_checks: dict[str, Check] = {}


def check(id: str, *needs: str, cases: Cases = ONCE) -> Callable[[Function], Function]:
    """Register a check `(probe, case) -> Violation | None` for the requirement `id`."""

    def register(function: Function) -> Function:
        if id in _checks and _checks[id].function.__module__ != function.__module__:
            raise ValueError(f"{id} has two checks: {_checks[id].function.__name__}, {function.__name__}")
        _checks[id] = Check(id, function, needs, cases)
        return function

    return register


def checks() -> dict[str, Check]:
    """All checks by requirement id."""
    for name in MODULES:
        import_module(f"streamtck.checks.{name}")
    return _checks

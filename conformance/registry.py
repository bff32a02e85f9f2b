"""The registry of checks: which function decides which requirement, on which operations."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from streamtck.cases import ONCE, Case, Cases

if TYPE_CHECKING:
    from streamtck.violation import Violation

Function = Callable[[Any, Any], "Violation | None"]
"""A probe of the family's surface, and a case of the check's: a violation, or None."""

MODULES = (
    "invariants",
    "inputstream",
    "seekable",
    "positioned_readable",
    "datastore",
    "python_file",
    "python_buffered",
    "python_lines",
    "python_layers",
    "wrapping",
    "lz4_stream",
    "lz4_damage",
    "lz4_wire",
)


@dataclass(frozen=True, slots=True)
class Check:
    """A function that decides one requirement. It needs every one of `needs` natively (`a|b`: either).

    One that is made `aside` runs in a process of its own where the system can fork, as what it does may
    take the process down. `large` are examples on content of more than 4 GiB, for runs that ask for it.
    """

    id: str
    function: Function
    needs: tuple[str, ...]
    cases: Cases
    aside: bool = False
    large: tuple[Case, ...] = ()

    @property
    def slug(self) -> str:
        """The rule as a verb phrase, for node ids."""
        return self.function.__name__.replace("_", "-")


_checks: dict[str, Check] = {}


def check(
    id: str, *needs: str, cases: Cases = ONCE, aside: bool = False, large: tuple[Case, ...] = ()
) -> Callable[[Function], Function]:
    """Register a check `(probe, case) -> Violation | None` for the requirement `id`."""

    def register(function: Function) -> Function:
        if id in _checks and _checks[id].function.__module__ != function.__module__:
            raise ValueError(f"{id} has two checks: {_checks[id].function.__name__}, {function.__name__}")
        _checks[id] = Check(id, function, needs, cases, aside, large)
        return function

    return register


def checks() -> dict[str, Check]:
    """All checks by requirement id."""
    for name in MODULES:
        import_module(f"streamtck.checks.{name}")
    return _checks

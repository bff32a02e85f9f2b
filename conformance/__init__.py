"""streamtck: the conformance test kit for byte streams in Python.

`pytest --impl=SUBJECT` runs it; `streamtck.check(open_stream)` does so from Python, and
`streamtck.parametrize(open_stream)` in a project's own tests. Nothing heavy is imported here, because pytest
loads this package in every session of every project that has it installed.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from streamtck.adapters import SubjectError
    from streamtck.direct import NotConformant, Report, check
    from streamtck.parametrized import ShouldNotMet, parametrize

__version__ = "0.1.0"

__all__ = ["NotConformant", "Report", "ShouldNotMet", "SubjectError", "check", "parametrize"]

_HOMES = {
    **dict.fromkeys(("NotConformant", "Report", "check"), "streamtck.direct"),
    **dict.fromkeys(("ShouldNotMet", "parametrize"), "streamtck.parametrized"),
    "SubjectError": "streamtck.adapters",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is used."""
    if name not in _HOMES:
        raise AttributeError(f"module 'streamtck' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)

"""Streams that are wrong in one way each, by the requirement that must catch them."""

from collections.abc import Callable
from importlib import import_module
from typing import Any, NamedTuple, TypeVar

from streamtck.registry import MODULES

Stream = TypeVar("Stream", bound=type[Any])

AS_SHIPPED = ("as_shipped", "as_shipped_lines", "as_shipped_stores")
"""Modules beside those of the checks: faults of the kinds that released libraries have had."""


class Faulty(NamedTuple):
    """A stream that lies: the requirement that catches it, and others that see the very same act."""

    stream: type[Any]
    id: str
    also: tuple[str, ...] = ()


FAULTY: dict[str, Faulty] = {}
"""The faulty streams by name, in the order of their modules."""

PENDING: dict[str, str] = {}
"""Streams that the kit does not judge as it should yet, with the reason."""


def lies(id: str, also: tuple[str, ...] = ()) -> Callable[[Stream], Stream]:
    """Register a stream that must be caught under `id`; its name says the lie.

    `also` names requirements that the same act breaks and that cannot be kept apart from `id`.
    """

    def register(stream: Stream) -> Stream:
        name = stream.__name__
        if name in FAULTY and FAULTY[name].stream.__module__ != stream.__module__:
            raise ValueError(f"two faulty streams are called {name}")
        FAULTY[name] = Faulty(stream, id, also)
        return stream

    return register


def faulty_streams() -> dict[str, Faulty]:
    """Every faulty stream by name; imports the modules that hold them."""
    for module in (*MODULES, "mixtures", *AS_SHIPPED):
        import_module(f"tests.faulty.{module}")
    return FAULTY

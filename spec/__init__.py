"""The numbered clauses as data: one TOML file per family, and the loader that checks them.

`load()` gives the shipped `Specification`; `load(directory)` reads another folder of the same form.
"""

from streamtck.spec.clauses import (
    LEVELS,
    ORIGINS,
    SURFACES,
    Family,
    Requirement,
    Source,
    SpecError,
    Specification,
    load,
)
from streamtck.spec.shown import Shown, shown_by

__all__ = [
    "LEVELS",
    "ORIGINS",
    "SURFACES",
    "Family",
    "Requirement",
    "Shown",
    "Source",
    "SpecError",
    "Specification",
    "load",
    "shown_by",
]

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

__all__ = [
    "LEVELS",
    "ORIGINS",
    "SURFACES",
    "Family",
    "Requirement",
    "Source",
    "SpecError",
    "Specification",
    "load",
]

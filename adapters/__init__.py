"""How a foreign stream becomes the kit's operations: surfaces, adapters and the resolution of subjects."""

from streamtck.adapters.adapter import Adapter, SubjectError
from streamtck.adapters.callables import CallableAdapter
from streamtck.adapters.resolve import registered, resolve
from streamtck.adapters.surfaces import HADOOP, OPERATIONS, PYTHON_FILE, SURFACES, Spelling, Surface

__all__ = [
    "HADOOP",
    "OPERATIONS",
    "PYTHON_FILE",
    "SURFACES",
    "Adapter",
    "CallableAdapter",
    "Spelling",
    "SubjectError",
    "Surface",
    "registered",
    "resolve",
]

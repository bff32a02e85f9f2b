"""How a foreign stream becomes the kit's operations: surfaces, adapters and the resolution of subjects."""

from streamtck.adapters.adapter import Adapter, Large, SubjectError
from streamtck.adapters.callables import CallableAdapter
from streamtck.adapters.codec import Codec, CodecAdapter
from streamtck.adapters.formats import Format
from streamtck.adapters.resolve import registered, resolve
from streamtck.adapters.surfaces import (
    CODEC,
    DATA_STORE,
    HADOOP,
    OPERATIONS,
    PYTHON_FILE,
    SURFACES,
    Spelling,
    Surface,
)

__all__ = [
    "CODEC",
    "DATA_STORE",
    "HADOOP",
    "OPERATIONS",
    "PYTHON_FILE",
    "SURFACES",
    "Adapter",
    "CallableAdapter",
    "Codec",
    "CodecAdapter",
    "Format",
    "Large",
    "Spelling",
    "SubjectError",
    "Surface",
    "registered",
    "resolve",
]

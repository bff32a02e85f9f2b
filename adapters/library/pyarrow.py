"""The input files of `pyarrow`: OSFile, MemoryMappedFile, BufferReader, PythonFile."""

from typing import Any, BinaryIO

import pyarrow as pa

from streamtck.adapters.callables import CallableAdapter
from streamtck.adapters.library.memory import InMemory

READ_AT = {"pread_bytes": "read_at(n, position)"}


def _open_on(source: BinaryIO) -> Any:
    return pa.PythonFile(source, mode="r")


os_file = CallableAdapter(pa.OSFile, "pyarrow.OSFile", "from pyarrow import OSFile as open_subject", "path")
"""`pyarrow.OSFile` over a file in a temporary folder."""

memory_mapped_file = CallableAdapter(
    pa.memory_map, "pyarrow.MemoryMappedFile", "from pyarrow import memory_map as open_subject", "path"
)
"""`pyarrow.memory_map(path)`: a `pyarrow.MemoryMappedFile` over a file in a temporary folder."""

buffer_reader = InMemory(
    "pyarrow.BufferReader",
    pa.BufferReader,
    package="pyarrow",
    imports="import pyarrow",
    opening="stream = pyarrow.BufferReader(stored)",
)
"""`pyarrow.BufferReader` over the very bytes that are stored."""

python_file = InMemory(
    "pyarrow.PythonFile",
    _open_on,
    package="pyarrow",
    imports="import pyarrow",
    opening='stream = pyarrow.PythonFile(source, mode="r")',
    sources=True,
)
"""`pyarrow.PythonFile` over any binary file object of Python's."""

for _each in (os_file, memory_mapped_file, buffer_reader, python_file):
    _each.spellings = READ_AT

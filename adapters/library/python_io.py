"""The streams of Python's own `io` module: io.BytesIO, io.FileIO, io.BufferedReader."""

import io
from typing import BinaryIO

from streamtck.adapters.callables import CallableAdapter


def _open_buffered(path: str) -> BinaryIO:
    return open(path, "rb")


bytes_io = CallableAdapter(io.BytesIO, "io.BytesIO", "from io import BytesIO as open_subject")
"""`io.BytesIO` over its own copy of the content."""

file_io = CallableAdapter(io.FileIO, "io.FileIO", "from io import FileIO as open_subject", "path")
"""`io.FileIO` over a file in a temporary folder: raw, unbuffered."""

buffered_reader = CallableAdapter(
    _open_buffered, "io.BufferedReader", "open_subject = lambda path: open(path, 'rb')", "path"
)
"""`open(path, "rb")`: the `io.BufferedReader` that most programs read through."""
buffered_reader.package = "io"
buffered_reader.boundaries = (io.DEFAULT_BUFFER_SIZE,)

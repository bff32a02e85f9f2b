"""`tempfile.SpooledTemporaryFile`: content in memory up to a size, in a temporary file beyond it."""

import inspect
import tempfile
from typing import IO

from streamtck.adapters.library.memory import InMemory

IN_MEMORY = 65536
"""Bytes up to which the content stays in memory."""


def spool(content: bytes) -> IO[bytes]:
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)
    file.write(content)
    file.seek(0)
    return file


class Spooled(InMemory):
    """The stream itself holds the only copy of its content, so there is no second way in to it."""

    def read_back(self, ref: bytes) -> None:
        return None


spooled = Spooled(
    "tempfile.SpooledTemporaryFile",
    spool,
    package="tempfile",
    imports=f"import tempfile\nfrom typing import IO\nIN_MEMORY = {IN_MEMORY}\n{inspect.getsource(spool)}",
    opening="stream = spool(stored)",
    boundaries=(IN_MEMORY,),
)

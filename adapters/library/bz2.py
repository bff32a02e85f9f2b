"""`bz2.BZ2File` over compressed bytes in memory."""

import bz2
import io
from typing import BinaryIO

from streamtck.adapters.library.memory import InMemory


def _compress(content: bytes) -> bytes:
    return bz2.compress(content, compresslevel=1)


def _open(source: BinaryIO) -> bz2.BZ2File:
    return bz2.BZ2File(source)


adapter = InMemory(
    "bz2",
    _open,
    package="bz2",
    imports="import bz2",
    encode=_compress,
    encoding="bz2.compress(content, compresslevel=1)",
    opening="stream = bz2.BZ2File(source)",
    sources=True,
    boundaries=(io.DEFAULT_BUFFER_SIZE, 100000),
)

"""`gzip.GzipFile` over compressed bytes in memory."""

import gzip
import io
from typing import BinaryIO

from streamtck.adapters.library.memory import InMemory


def _compress(content: bytes) -> bytes:
    return gzip.compress(content, compresslevel=1, mtime=0)


def _open(source: BinaryIO) -> gzip.GzipFile:
    return gzip.GzipFile(fileobj=source)


adapter = InMemory(
    "gzip",
    _open,
    package="gzip",
    imports="import gzip",
    encode=_compress,
    encoding="gzip.compress(content)",
    opening="stream = gzip.GzipFile(fileobj=source)",
    sources=True,
    boundaries=(io.DEFAULT_BUFFER_SIZE,),
)

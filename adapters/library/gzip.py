"""`gzip.GzipFile` over compressed bytes in memory."""

import gzip
import io

from streamtck.adapters.library.memory import InMemory, source


def _compress(content: bytes) -> bytes:
    return gzip.compress(content, compresslevel=1, mtime=0)


def _open(stored: bytes) -> gzip.GzipFile:
    return gzip.GzipFile(fileobj=source(stored))


adapter = InMemory(
    "gzip",
    _open,
    package="gzip",
    imports="import gzip, io",
    encode=_compress,
    encoding="gzip.compress(content)",
    opening="stream = gzip.GzipFile(fileobj=io.BytesIO(stored))",
    boundaries=(io.DEFAULT_BUFFER_SIZE,),
)

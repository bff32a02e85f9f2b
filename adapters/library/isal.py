"""`isal.igzip.open` over compressed bytes in memory."""

import gzip
from typing import Any, BinaryIO

from isal import igzip

from streamtck.adapters.library.memory import InMemory


def _compress(content: bytes) -> bytes:
    return gzip.compress(content, compresslevel=1, mtime=0)


def _open(source: BinaryIO) -> Any:
    return igzip.open(source)


adapter = InMemory(
    "isal",
    _open,
    package="isal",
    imports="import gzip\nfrom isal import igzip",
    encode=_compress,
    encoding="gzip.compress(content, compresslevel=1, mtime=0)",
    opening="stream = igzip.open(source)",
    sources=True,
    boundaries=(igzip.READ_BUFFER_SIZE,),
)

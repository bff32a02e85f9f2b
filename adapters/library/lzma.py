"""`lzma.LZMAFile` over an .xz file in memory."""

import io
import lzma
from typing import BinaryIO

from streamtck.adapters.library.memory import InMemory


def _compress(content: bytes) -> bytes:
    return lzma.compress(content, preset=0)


def _open(source: BinaryIO) -> lzma.LZMAFile:
    return lzma.LZMAFile(source)


adapter = InMemory(
    "lzma",
    _open,
    package="lzma",
    imports="import lzma",
    encode=_compress,
    encoding="lzma.compress(content, preset=0)",
    opening="stream = lzma.LZMAFile(source)",
    sources=True,
    boundaries=(io.DEFAULT_BUFFER_SIZE,),
)
